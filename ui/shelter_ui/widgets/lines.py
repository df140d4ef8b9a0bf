"""The one line that carries a case: across a header and down a list of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QTextLayout
from PySide6.QtWidgets import QSizePolicy, QWidget

from shelter_i18n import _, pgettext
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.painting import KnotState, draw_knot, draw_text, text_width

__all__ = ["Knot", "Stage", "StageLine", "StepList", "state_word", "two_lines"]


@dataclass(frozen=True)
class Stage:
    """One knot of a line: its name, its state, a remark under or beside it."""

    label: str
    state: KnotState = "later"
    detail: str = ""
    #: Colour of the remark; empty means that it goes with the state.
    tone: str = ""


def state_word(state: KnotState) -> str:
    """The state in a word, for those who do not see the shape."""
    return {
        "done": pgettext("state of a step", "done"),
        "next": pgettext("state of a step", "next"),
        "later": pgettext("state of a step", "later"),
        "overdue": pgettext("state of a step", "overdue"),
        "closed": pgettext("state of a step", "closed"),
        "overridden": pgettext("state of a step", "opened by decision"),
        "wrong": pgettext("state of a step", "to check"),
    }[state]


def _colour(state: KnotState) -> str:
    return {
        "closed": "alert", "overridden": "alert", "wrong": "alert", "overdue": "overdue", "later": "text2",
    }.get(state, "text")  # fmt: skip


class Knot(Themed, QWidget):
    """One knot by itself, beside a word."""

    def __init__(self, theme: Theme, state: KnotState = "later", size: int = 14) -> None:
        super().__init__()
        self._state: KnotState = state
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.adopt(theme)

    def set_state(self, state: KnotState) -> None:
        """Show another state."""
        self._state = state
        self.update()

    def sizeHint(self) -> QSize:
        """A square of the knot's size."""
        return self.theme.size(self._size + 2, self._size + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the knot."""
        draw_knot(QPainter(self), self.theme, self._state, QRectF(self.rect()).center(), self._size)


class _Line(Themed, QWidget):
    """Stages that can be walked with the arrow keys and opened with Enter or a click."""

    #: The person asks for the stage with this number.
    opened = Signal(int)
    #: The stage with this number is the current one now.
    walked = Signal(int)

    def __init__(self, theme: Theme, *, operable: bool) -> None:
        super().__init__()
        self._stages: list[Stage] = []
        self._current = -1
        self._hovered = -1
        self._operable = operable
        if operable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setMouseTracking(True)
        self.adopt(theme)

    def set_stages(self, stages: Sequence[Stage], current: int | None = None) -> None:
        """Show these stages; `current` is the one that the page is about."""
        self._stages = list(stages)
        if current is not None:
            self._current = current
        self._current = min(self._current, len(self._stages) - 1)
        self._describe()
        self.updateGeometry()
        self.update()

    def stages(self) -> list[Stage]:
        """What is shown."""
        return list(self._stages)

    @property
    def current(self) -> int:
        """Number of the current stage, or -1."""
        return self._current

    def set_current(self, index: int) -> None:
        """Make a stage the current one."""
        self._current = index
        self._describe()
        self.update()

    def describe_stage(self, index: int) -> str:
        """A stage in words: "5 of 9, Health, closed, certificate too old"."""
        stage = self._stages[index]
        words = _("{number} of {total}, {name}, {state}").format(
            number=index + 1, total=len(self._stages), name=stage.label, state=state_word(stage.state)
        )
        return f"{words}, {stage.detail}" if stage.detail else words

    def _describe(self) -> None:
        if 0 <= self._current < len(self._stages):
            self.setAccessibleName(self.describe_stage(self._current))
        else:
            self.setAccessibleName(
                "; ".join(f"{stage.label}: {state_word(stage.state)}" for stage in self._stages)
            )

    def retranslate_ui(self) -> None:
        """The owner sets the stages; only the spoken words are ours."""
        self._describe()

    def area(self, index: int) -> QRect:
        """Where a stage can be clicked."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows, Home and End; open with Enter or Space."""
        last, now = len(self._stages) - 1, self._current
        key = event.key()
        target = {
            Qt.Key.Key_Left: max(0, now - 1),
            Qt.Key.Key_Up: max(0, now - 1),
            Qt.Key.Key_Right: min(last, now + 1),
            Qt.Key.Key_Down: min(last, now + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(key))
        if target is not None and self._stages:
            self.set_current(target)
            self.walked.emit(target)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and now >= 0:
            self.opened.emit(now)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the stage that is next."""
        if self._current < 0 and self._stages:
            waiting = [i for i, stage in enumerate(self._stages) if stage.state not in {"done", "later"}]
            self.set_current(waiting[0] if waiting else 0)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def _at(self, event: QMouseEvent) -> int:
        point = event.position().toPoint()
        return next((i for i in range(len(self._stages)) if self.area(i).contains(point)), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the stage under the pointer."""
        index = self._at(event)
        if self._operable and index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.set_current(index)
            self.opened.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what can be clicked."""
        index = self._at(event)
        if index != self._hovered:
            self._hovered = index
            self.setCursor(Qt.CursorShape.PointingHandCursor if index >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, _event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hovered = -1
        self.update()

    def _ring(self, painter: QPainter, around: QRectF) -> None:
        width = self.theme.focus_line
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.theme.colour("focus"), width))
        painter.drawRoundedRect(around, self.theme.px(6), self.theme.px(6))


class StageLine(_Line):
    """Stages on a horizontal line: small in a case header, large (and operable) as the path of a return."""

    def __init__(self, theme: Theme, *, large: bool = False) -> None:
        super().__init__(theme, operable=large)
        self._large = large
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _knot_size(self, stage: Stage) -> int:
        if not self._large:
            return 16 if stage.state == "next" else 14
        return 24 if stage.state in {"closed", "overridden"} else 20

    def _middle(self) -> int:
        return self.theme.px(22 if self._large else 10)

    def sizeHint(self) -> QSize:
        """Wide enough for all names."""
        widest = max((self._label_width(stage) for stage in self._stages), default=40)
        return QSize(
            len(self._stages) * (widest + self.theme.px(24)), self.theme.px(78 if self._large else 42)
        )

    def minimumSizeHint(self) -> QSize:
        """Names may be cut before knots are lost."""
        return QSize(len(self._stages) * self.theme.px(40), self.sizeHint().height())

    def _label_width(self, stage: Stage) -> int:
        theme = self.theme
        return max(
            text_width(theme.font("label", medium=True), stage.label),
            text_width(theme.font("caption"), stage.detail) if self._large else 0,
        )

    def area(self, index: int) -> QRect:
        """The column of a stage."""
        step = self.width() / max(1, len(self._stages))
        return QRect(round(step * index), 0, round(step), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw line, knots, names and remarks."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y, count = self._middle(), len(self._stages)
        for index, stage in enumerate(self._stages):
            column = QRectF(self.area(index))
            x = column.center().x()
            if index < count - 1:
                self._segment(painter, stage, x, QRectF(self.area(index + 1)).center().x(), y)
            draw_knot(painter, theme, stage.state, QPointF(x, y), self._knot_size(stage))
            strong = stage.state in {"next", "closed", "overridden", "overdue"} or (
                self._large and stage.state == "done"
            )
            top = theme.px(38 if self._large else 21)
            words = QRectF(column.left() + 2, top, column.width() - 4, theme.px(20))
            centre = Qt.AlignmentFlag.AlignHCenter
            font = theme.font("label", medium=strong)
            draw_text(painter, theme, words, stage.label, font, _colour(stage.state), align=centre)
            if self._large and stage.detail:
                words.translate(0, theme.px(19))
                tone = stage.tone or {"closed": "alert", "overdue": "overdue"}.get(stage.state, "text2")
                draw_text(painter, theme, words, stage.detail, theme.font("caption"), tone, align=centre)
            if self.hasFocus() and index == self._current:
                self._ring(painter, column.adjusted(2, 2, -2, -2))

    def _segment(self, painter: QPainter, stage: Stage, x: float, to: float, y: float) -> None:
        gap = self.theme.px(14 if self._large else 10)
        walked = stage.state in {"done", "overridden"}
        pen = QPen(
            self.theme.colour("ok" if walked else "control"),
            (3 if self._large else 2) if walked else 1.5,
            Qt.PenStyle.SolidLine if walked else Qt.PenStyle.CustomDashLine,
        )
        if not walked:
            pen.setDashPattern([3.5, 2.5])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(x + gap, y), QPointF(to - gap, y))


def two_lines(text: str, font: QFont, room: float) -> list[str]:
    """The text in as many lines as it needs, two at most; the second holds all of the rest."""
    if text_width(font, text) <= room:
        return [text]
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(room)
    cut = line.textLength()
    layout.endLayout()
    return [part for part in (text[:cut].rstrip(), text[cut:].strip()) if part]


class StepList(_Line):
    """Steps one below the other, joined by the line; the current one is filled."""

    def __init__(self, theme: Theme, *, joined: bool = True) -> None:
        super().__init__(theme, operable=True)
        self._joined = joined
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _row(self) -> int:
        return self.theme.px(58 if self._joined else 36)

    def sizeHint(self) -> QSize:
        """Wide enough for every step and its remark."""
        theme = self.theme
        widths = []
        for stage in self._stages:
            label = text_width(theme.font("body", medium=True), stage.label)
            detail = text_width(theme.font("label"), stage.detail)
            widths.append(max(label, detail) if self._joined else label + detail + theme.px(16))
        return QSize(max(widths, default=0) + theme.px(56), self._row() * len(self._stages))

    def minimumSizeHint(self) -> QSize:
        """May become narrow; the height stays."""
        return QSize(self.theme.px(120), self.sizeHint().height())

    def area(self, index: int) -> QRect:
        """The row of a step."""
        return QRect(0, index * self._row(), self.width(), self._row())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw rows, line, knots and words."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = theme.px(17)
        for index, stage in enumerate(self._stages):
            row = QRectF(self.area(index))
            current = index == self._current
            body = row.adjusted(1, 1, -1, -1) if not self._joined else row.adjusted(1, 0, -1, -theme.px(10))
            filled = current and not self._joined
            if filled or index == self._hovered:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("select" if filled else "hover"))
                painter.drawRoundedRect(body, theme.px(6), theme.px(6))
            y = row.top() + (theme.px(14) if self._joined else row.height() / 2)
            if self._joined and index < len(self._stages) - 1:
                walked = stage.state == "done"
                pen = QPen(theme.colour("ok" if walked else "control"), 2 if walked else 1.5)
                if not walked:
                    pen.setStyle(Qt.PenStyle.DashLine)
                painter.setPen(pen)
                painter.drawLine(QPointF(x, y + theme.px(12)), QPointF(x, y + self._row() - theme.px(12)))
            draw_knot(painter, theme, stage.state, QPointF(x, y), 16 if self._joined else 14)
            self._words(painter, stage, row, y, current=current)
            if self.hasFocus() and current:
                self._ring(painter, body)

    def _words(self, painter: QPainter, stage: Stage, row: QRectF, y: float, *, current: bool) -> None:
        theme = self.theme
        left, right = theme.px(34), row.width() - theme.px(10)
        font = theme.font("body", medium=current or stage.state == "next")
        tone = stage.tone or {"closed": "alert", "overdue": "overdue"}.get(stage.state, "muted")
        if self._joined:
            words = QRectF(left, y - theme.px(11), right - left, theme.px(22))
            draw_text(painter, theme, words, stage.label, font, "text")
            words.translate(0, theme.px(21))
            draw_text(painter, theme, words, stage.detail, theme.font("label"), stage.tone or "text2")
            return
        aside = text_width(theme.font("label"), stage.detail)
        room = right - left - (aside + theme.px(8) if aside else 0)
        lines = two_lines(stage.label, font, room)
        if len(lines) > 1:
            font = theme.font("label", medium=current or stage.state == "next")
            lines = two_lines(stage.label, font, room)
        high = theme.px(17) if len(lines) > 1 else row.height()
        top = row.center().y() - high * len(lines) / 2
        for number, line in enumerate(lines):
            draw_text(painter, theme, QRectF(left, top + number * high, room, high), line, font, "text")
        if aside:
            beside = QRectF(right - aside - 1, row.top(), aside + 1, row.height())
            draw_text(painter, theme, beside, stage.detail, theme.font("label"), tone)
