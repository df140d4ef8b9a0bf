"""What all own widgets share: a theme that may change, texts that may change, properties that restyle."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QFrame, QLayout, QLayoutItem, QSizePolicy, QWidget

from shelter_ui.language import Retranslator
from shelter_ui.theme.theme import Theme

__all__ = ["FlowLayout", "Themed", "rule", "set_ground", "set_look"]


class Themed(Retranslator):
    """Mix-in: keeps the theme and calls `restyle` after every change of palette, scale or density.

    A widget on a page that is not seen is called when the page is shown next.
    """

    theme: Theme

    def adopt(self, theme: Theme) -> None:
        """Take the theme; the constructor of a widget calls this after the one of Qt."""
        self.theme = theme
        theme.changed.connect(self._on_theme_changed)

    def _on_theme_changed(self) -> None:
        if isinstance(self, QWidget):
            self.theme.when_seen(self, self, self._take_looks)
        else:
            self._take_looks()

    def _take_looks(self) -> None:
        self.restyle()
        if isinstance(self, QWidget):
            self.updateGeometry()
            self.update()

    def restyle(self) -> None:
        """Take fonts, sizes and pictures from the theme again; overridden where there are some."""


def set_look(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet asks for, and restyle the widget if one has changed."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    # What was never shown takes its look when it is.
    if changed and widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def set_ground(widget: QWidget, token: str) -> None:
    """Fill a widget with one of the grounds: window, rail, surface, sunken, raised."""
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    set_look(widget, ground=token)


def rule(*, upright: bool = False) -> QFrame:
    """A dividing line of one hairline, lying unless `upright`."""
    line = QFrame()
    line.setProperty("rule", "upright" if upright else "true")
    return line


class FlowLayout(QLayout):
    """Puts widgets side by side and wraps them like words."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Called by Qt for `addWidget`."""
        self._items.append(item)

    def insert_widget(self, index: int, widget: QWidget) -> None:
        """Add a widget before the one at `index`."""
        self.addWidget(widget)
        self._items.insert(index, self._items.pop())
        self.invalidate()

    def count(self) -> int:
        """Number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at `index`, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return the item at `index`."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """None: the layout takes what its words need."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """A narrower place needs more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all lines at this width."""
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put every widget at its place."""
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        """As wide as all words in one line."""
        margins = self.contentsMargins()
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + max(0, len(shown) - 1) * self.spacing()
        height = max((size.height() for size in shown), default=0)
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    def minimumSize(self) -> QSize:
        """As wide as the longest word."""
        margins = self.contentsMargins()
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        margins = self.contentsMargins()
        inner = rect.adjusted(margins.left(), margins.top(), -margins.right(), -margins.bottom())
        lines: list[list[tuple[QLayoutItem, QSize]]] = [[]]
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().boundedTo(QSize(max(1, inner.width()), 1 << 20))
            if lines[-1] and used + size.width() > inner.width():
                lines.append([])
                used = 0
            lines[-1].append((item, size))
            used += size.width() + self.spacing()
        y = inner.y()
        for line in lines:
            x = inner.x()
            tall = max((size.height() for _, size in line), default=0)
            for index, (item, size) in enumerate(line):
                widget = item.widget()
                grows = widget is not None and (
                    widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Expanding
                )
                if grows and index == len(line) - 1:
                    size.setWidth(max(size.width(), inner.right() + 1 - x))
                if place:
                    item.setGeometry(QRect(QPoint(x, y + (tall - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += tall + self.spacing()
        return y - self.spacing() - rect.y() + margins.bottom()
