"""Fields side by side in six equal columns; one that needs more room than its part gets the next larger one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

__all__ = ["SPANS", "FieldGrid"]

#: Columns out of six by the width that a field asks for.
SPANS = {"third": 2, "half": 3, "full": 6}
_COLUMNS = 6
_WIDER = {2: 3, 3: 6, 6: 6}


class FieldGrid(QLayout):
    """Lines of fields; hidden fields leave no gap."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 16, line_gap: int = 16) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._spans: list[int] = []
        self._gap, self._line_gap = gap, line_gap
        self.setContentsMargins(0, 0, 0, 0)

    def add(self, widget: QWidget, span: int) -> None:
        """Add a field that asks for `span` of six columns."""
        self._spans.append(span)
        self.addWidget(widget)

    def set_gaps(self, gap: int, line_gap: int) -> None:
        """Take the distances of another density."""
        self._gap, self._line_gap = gap, line_gap
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        """Called by Qt for `addWidget`."""
        self._items.append(item)

    def count(self) -> int:
        """Number of fields."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The field at `index`, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return the field at `index`."""
        if not 0 <= index < len(self._items):
            return None
        self._spans.pop(index)
        return self._items.pop(index)

    def expandingDirections(self) -> Qt.Orientation:
        """The height follows the fields."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """A narrower place needs more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all lines at this width."""
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put every field at its place."""
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        """A comfortable width."""
        width = max(560, self.minimumSize().width())
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        """As wide as the widest field."""
        widths = [item.minimumSize().width() for item in self._items if not item.isEmpty()]
        return QSize(max(widths, default=0), 0)

    def _width(self, span: int, total: int) -> int:
        return (total + self._gap) * span // _COLUMNS - self._gap

    def _span(self, item: QLayoutItem, span: int, total: int) -> int:
        while span < _COLUMNS and item.minimumSize().width() > self._width(span, total):
            span = _WIDER[span]
        return span

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        total, y, column, tallest = rect.width(), rect.y(), 0, 0
        for item, asked in zip(self._items, self._spans, strict=True):
            if item.isEmpty():
                continue
            span = self._span(item, asked, total)
            if column + span > _COLUMNS:
                y, column, tallest = y + tallest + self._line_gap, 0, 0
            left = (total + self._gap) * column // _COLUMNS
            width = self._width(span, total)
            height = item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
            if place:
                item.setGeometry(QRect(QPoint(rect.x() + left, y), QSize(width, height)))
            column, tallest = column + span, max(tallest, height)
        return y + tallest - rect.y()
