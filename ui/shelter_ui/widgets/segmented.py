"""One choice of a few words side by side; used for yes, no, unknown and not asked, and for small switches."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from shelter_i18n.formats import join_list
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.painting import draw_icon, draw_text, text_width

__all__ = ["Segmented"]

_BACK = {Qt.Key.Key_Left, Qt.Key.Key_Up}
_FORTH = {Qt.Key.Key_Right, Qt.Key.Key_Down}


class _Segment(QRadioButton):
    """One word; a radio button for screen readers."""

    def __init__(self, owner: Segmented, code: str, label: str) -> None:
        super().__init__(owner)
        self.owner, self.code, self.label = owner, code, label
        self.setAutoExclusive(False)
        self.setAccessibleName(label)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        self.owner.choose(self.code)

    def hitButton(self, _pos: QPoint) -> bool:
        """The whole segment can be clicked."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the whole control answer."""
        if not self.owner.key_pressed(event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Wide enough for the word in Medium and its tick."""
        theme = self.owner.theme
        tick = theme.px(20) if self.owner.ticked else 0
        return QSize(
            text_width(theme.font("label", medium=True), self.label) + theme.px(28) + tick, theme.px(32)
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw fill, tick, word, foot and focus; the frame is the owner's."""
        owner = self.owner
        theme, painter, chosen = owner.theme, QPainter(self), self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(owner.outline().translated(-self.x(), -self.y()))
        box = QRectF(self.rect())
        if self.isEnabled():
            # Not fillRect: PySide6 compares its argument with every gradient that Qt knows, 5 ms the first time.
            painter.setPen(Qt.PenStyle.NoPen)
            if chosen:
                painter.setBrush(theme.colour("select"))
                painter.drawRect(box)
                painter.setBrush(theme.colour("accent"))
                painter.drawRect(QRectF(0, box.height() - theme.px(2) - theme.line, box.width(), theme.px(2)))
            elif self.underMouse():
                painter.setBrush(theme.colour("hover"))
                painter.drawRect(box)
        colour = "text" if self.isEnabled() else "disabled"
        font = theme.font("label", medium=chosen)
        wide = text_width(font, self.label)
        tick = theme.px(20) if chosen and owner.ticked else 0
        left = max(theme.px(8), (self.width() - wide - tick) / 2)
        if tick:
            draw_icon(painter, theme, "check", left, self.height() / 2, 14, colour)
        draw_text(painter, theme, QRectF(left + tick, 0, wide + 2, self.height()), self.label, font, colour)
        if self.hasFocus():
            width = theme.focus_line
            painter.setClipping(False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), width))
            painter.drawRoundedRect(box.adjusted(width / 2, width / 2, -width / 2, -width / 2), 4, 4)


class Segmented(Themed, QWidget):
    """A single choice with one tab stop.

    Left and Right choose, Alt+1 to Alt+9 choose directly, Delete takes the answer back (unless
    `required`). Where the words do not fit side by side they stand in two columns.
    """

    #: A person has chosen another code, or None after taking the answer back.
    changed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        options: Sequence[tuple[str, str]] = (),
        *,
        required: bool = False,
        ticked: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._required, self.ticked = required, ticked
        self._value: str | None = None
        self._segments: list[_Segment] = []
        self._error = ""
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.adopt(theme)
        self.set_options(options)

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer these codes with their words; the choice and the focus stay."""
        if [segment.code for segment in self._segments] == [code for code, _ in options]:
            for segment, (_, label) in zip(self._segments, options, strict=True):
                segment.label = label
                segment.setAccessibleName(label)
        else:
            for segment in self._segments:
                segment.setParent(None)
                segment.deleteLater()
            self._segments = [_Segment(self, code, label) for code, label in options]
            for segment in self._segments:
                segment.show()
            self._speak()
        self._mark()
        self._arrange()
        self.updateGeometry()
        self.update()

    def setAccessibleName(self, name: str) -> None:
        """Name the question; each answer says it, for the keyboard comes to the answers."""
        super().setAccessibleName(name)
        self._speak()

    def _speak(self) -> None:
        for segment in self._segments:
            segment.setAccessibleDescription(self.accessibleName())

    def value(self) -> str | None:
        """The chosen code, or None."""
        return self._value

    def set_value(self, code: str | None) -> None:
        """Show a choice without telling anybody."""
        self._value = code
        self._mark()

    def choose(self, code: str | None) -> None:
        """Choose as a person does: shows it and tells."""
        if code is None and self._required:
            return
        different = code != self._value
        self.set_value(code)
        if different:
            self.changed.emit(code)

    def set_error(self, on: bool) -> None:
        """Show or take back the error state."""
        self._error = "alert" if on else ""
        self.update()

    def set_warning(self, on: bool) -> None:
        """Show or take back the warning state."""
        self._error = "warning" if on else ""
        self.update()

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Answer a key that arrived at one of the words; False if it is none of ours."""
        key, codes = Qt.Key(event.key()), [segment.code for segment in self._segments]
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            number = key - Qt.Key.Key_1
            if 0 <= number < len(codes):
                self._choose_and_focus(codes[number])
                return True
            return False
        if key in _BACK | _FORTH and codes:
            step = -1 if key in _BACK else 1
            now = codes.index(self._value) if self._value in codes else (-1 if step == 1 else len(codes))
            self._choose_and_focus(codes[min(max(now + step, 0), len(codes) - 1)])
            return True
        if key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.choose(None)
            return True
        return False

    def _choose_and_focus(self, code: str) -> None:
        self.choose(code)
        for segment in self._segments:
            if segment.code == code:
                segment.setFocus(Qt.FocusReason.OtherFocusReason)

    def _mark(self) -> None:
        stop = next((s for s in self._segments if s.code == self._value), None) or next(
            iter(self._segments), None
        )
        for segment in self._segments:
            segment.setChecked(segment.code == self._value)
            tab = segment is stop
            segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus if tab else Qt.FocusPolicy.ClickFocus)
            segment.update()
        if stop is not None:
            self.setFocusProxy(stop)
        chosen = [segment.label for segment in self._segments if segment.code == self._value]
        self.setAccessibleDescription(join_list(chosen))

    # -- place ----------------------------------------------------------------------------------

    def outline(self) -> QPainterPath:
        """The inside of the frame, which the segments fill."""
        path, width, radius = QPainterPath(), self.theme.line, self.theme.px(6)
        box = self._used().adjusted(width, width, -width, -width)
        path.addRoundedRect(box, radius - width, radius - width)
        return path

    def _used(self) -> QRectF:
        """What the words take of the widget, which a layout may have made larger."""
        right = max((segment.geometry().right() + 1 for segment in self._segments), default=0)
        bottom = max((segment.geometry().bottom() + 1 for segment in self._segments), default=0)
        return QRectF(0, 0, right, bottom)

    def _widths(self) -> list[int]:
        return [segment.sizeHint().width() for segment in self._segments]

    def sizeHint(self) -> QSize:
        """All words side by side."""
        return QSize(sum(self._widths()) or self.theme.px(32), self.theme.px(32))

    def minimumSizeHint(self) -> QSize:
        """Two words side by side."""
        widths = self._widths()
        if len(widths) < 4:
            return self.sizeHint()
        return QSize(2 * max(widths), self.theme.px(32))

    def hasHeightForWidth(self) -> bool:
        """Two rows where one is too narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """One row or two."""
        return self.theme.px(32) * (1 if width >= self.sizeHint().width() or len(self._segments) < 4 else 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the words at their places."""
        super().resizeEvent(event)
        # A layout measures with the width of the row, which may be more than this widget gets.
        self.setMinimumHeight(self.heightForWidth(self.width()))
        self._arrange()

    def _arrange(self) -> None:
        widths, row = self._widths(), self.theme.px(32)
        if self.width() >= sum(widths) or len(widths) < 4:
            x = 0
            for segment, width in zip(self._segments, widths, strict=True):
                segment.setGeometry(x, 0, width, row)
                x += width
            return
        half = (len(widths) + 1) // 2
        for index, segment in enumerate(self._segments):
            column = index % half
            left, right = self.width() * column // half, self.width() * (column + 1) // half
            segment.setGeometry(left, row * (index // half), right - left, row)

    def restyle(self) -> None:
        """Take the sizes of the new scale."""
        self.setMinimumHeight(self.heightForWidth(self.width()))
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the disabled state."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, frame and the lines between the words."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = theme.focus_line if self._error else theme.line
        line = self._error or ("control" if self.isEnabled() else "line")
        box = self._used().adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setPen(QPen(theme.colour(line), width))
        painter.setBrush(theme.colour("field") if self.isEnabled() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, theme.px(6), theme.px(6))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(theme.colour("line_strong" if self.isEnabled() else "line"), theme.line))
        for segment in self._segments:
            place = segment.geometry()
            if place.left() > 0:
                painter.drawLine(
                    place.left(), place.top() + theme.line, place.left(), place.bottom() - theme.line
                )
            if place.top() > 0:
                painter.drawLine(
                    place.left() + theme.line, place.top(), place.right() - theme.line, place.top()
                )
