"""How many rows of a register go which way: four figures and one bar, which add up to the rows of the file."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shelter_i18n.formats import format_number
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, rule
from shelter_ui.widgets.texts import IconLabel, Text

__all__ = ["Counts"]

#: Icon, tone, and how the part of the bar looks: a token, or "stripes".
_LOOKS = {
    "imported": ("check", "ok", "ok"),
    "remark": ("info", "info", "info_line"),
    "decision": ("circle-question-mark", "warning", "stripes"),
    "known": ("history", "text2", "line_strong"),
    "not_a_person": ("minus", "muted", "pressed"),
}


class _Bar(Themed, QWidget):
    """The parts side by side, each as long as its share; told apart by tone and stripes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._parts: list[tuple[str, int]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.adopt(theme)

    def show_parts(self, parts: Sequence[tuple[str, int]]) -> None:
        """Show these shares."""
        self._parts = list(parts)
        self.update()

    def sizeHint(self) -> QSize:
        """A thin bar."""
        return self.theme.size(200, 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the parts; none that counts anything becomes invisible."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        total = sum(number for _code, number in self._parts)
        if not total:
            return
        frame, radius = QPainterPath(), theme.px(7)
        frame.addRoundedRect(QRectF(0, -2 * radius, self.width(), self.height() + 2 * radius), radius, radius)
        painter.setClipPath(frame)
        filled = [(code, number) for code, number in self._parts if number]
        gap, least = theme.px(2), theme.px(6)
        room = self.width() - gap * (len(filled) - 1) - least * len(filled)
        left = 0.0
        for code, number in filled:
            box = QRectF(left, 0, least + room * number / total, self.height())
            self._part(painter, box, _LOOKS[code][2])
            left = box.right() + gap

    def _part(self, painter: QPainter, box: QRectF, look: str) -> None:
        theme = self.theme
        if look != "stripes":
            painter.fillRect(box, theme.colour(look))
            return
        painter.save()
        painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
        painter.fillRect(box, theme.colour("warning_bg"))
        painter.setPen(QPen(QBrush(theme.colour("warning")), theme.px(3)))
        step, x = theme.px(7), box.left() - box.height()
        while x < box.right():
            painter.drawLine(QPointF(x, box.bottom() + 2), QPointF(x + box.height() + 4, box.top() - 2))
            x += step
        painter.restore()


class Counts(Themed, QFrame):
    """Figures with their words, and the bar below them."""

    def __init__(self, theme: Theme, codes: Sequence[str]) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._codes = list(codes)
        self._figures: dict[str, Text] = {}
        self._words: dict[str, Text] = {}
        self._boxes: dict[str, QWidget] = {}
        row = QHBoxLayout()
        row.setSpacing(0)
        for place, code in enumerate(codes):
            if place:
                row.addWidget(rule(upright=True))
            icon, tone, _look = _LOOKS[code]
            self._figures[code], self._words[code] = Text("", "title"), Text("", "label", "text2", wrap=True)
            box = QWidget()
            box.setObjectName(f"count_{code}")
            inside = QHBoxLayout(box)
            inside.setContentsMargins(theme.px(14), theme.px(8), theme.px(10), theme.px(8))
            inside.setSpacing(theme.px(8))
            inside.addWidget(IconLabel(theme, icon, 18, tone))
            inside.addWidget(self._figures[code])
            inside.addWidget(self._words[code], 1)
            self._boxes[code] = box
            row.addWidget(box, 1)
        self._bar = _Bar(theme)
        column = QVBoxLayout(self)
        edge = theme.line
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._bar)
        self.adopt(theme)

    def show_counts(self, numbers: dict[str, int], words: dict[str, str]) -> None:
        """Show a figure and words for each code."""
        for code in self._codes:
            self._figures[code].setText(format_number(numbers[code]))
            self._words[code].setText(words[code])
            self._boxes[code].setAccessibleName(f"{format_number(numbers[code])} {words[code]}")
        self._bar.show_parts([(code, numbers[code]) for code in self._codes])

    def number(self, code: str) -> str:
        """The figure as it is shown."""
        return self._figures[code].text()
