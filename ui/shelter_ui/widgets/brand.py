"""The mark of the program and the quiet line behind the sign-in card."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed

__all__ = ["Brand", "WaveLine"]


class WaveLine(Themed, QWidget):
    """The quiet line with empty knots behind the sign-in card; silent and not operable."""

    #: Knots of the curve in a field of 1366 by 160.
    _POINTS = ((-10, 104), (300, 12), (560, 90), (800, 52), (1090, 132), (1380, 82))

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMinimumHeight(theme.px(160))
        self.adopt(theme)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the curve over the whole width."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, high = self.width() / 1366, self.height() / 160
        points = [QPointF(x * wide, y * high) for x, y in self._POINTS]
        curve = QPainterPath(points[0])
        for before, after in pairwise(points):
            middle = (before.x() + after.x()) / 2
            curve.cubicTo(QPointF(middle, before.y()), QPointF(middle, after.y()), after)
        painter.setPen(QPen(theme.colour("line_strong"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(curve)
        painter.setBrush(theme.colour("window"))
        for point in points[1:-1]:
            painter.drawEllipse(point, 4.5, 4.5)


class Brand(Themed, QWidget):
    """The mark of the program: a line that rises to a knot and goes on."""

    def __init__(
        self, theme: Theme, ground: str = "rail", size: int = 22, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ground, self._size = ground, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.adopt(theme)

    def sizeHint(self) -> QSize:
        """A square."""
        return self.theme.size(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the mark."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / 22, self.height() / 22)
        curve = QPainterPath(QPointF(1, 15))
        curve.cubicTo(QPointF(6, 15), QPointF(6, 7), QPointF(11, 7))
        curve.cubicTo(QPointF(16, 7), QPointF(16, 11), QPointF(21, 11))
        pen = QPen(theme.colour("text2"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPath(curve)
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.setBrush(theme.colour(self._ground))
        painter.drawEllipse(QPointF(11, 7), 3.4, 3.4)
