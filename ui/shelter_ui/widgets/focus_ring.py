"""The ring around the button that has the focus; two pixels outside it, which no style sheet can draw."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QRadioButton, QWidget

from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed

__all__ = ["FocusRing"]

_FOLLOWED = {
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Hide,
    QEvent.Type.Show,
    QEvent.Type.ParentChange,
    QEvent.Type.EnabledChange,
}


class FocusRing(Themed, QWidget):
    """One overlay of a window; follows the focus to whatever asks for a ring.

    Buttons ask by themselves; any other widget asks with the property `focus_ring`. Fields, cells and
    segments draw their own border instead. A button that was clicked shows no ring.
    """

    def __init__(self, theme: Theme, window: QWidget, app: QApplication) -> None:
        super().__init__(window)
        self.setObjectName("focus_ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.adopt(theme)
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._by_keyboard = True
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._place)
        app.focusChanged.connect(self._on_focus_changed)
        self.hide()
        self._on_focus_changed(None, app.focusWidget())

    @property
    def target(self) -> QWidget | None:
        """The widget that the ring is around, if it is shown."""
        return self._target if self.isVisible() else None

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Follow the widget when it, or what it lies in, moves."""
        if event.type() in _FOLLOWED:
            self._later.start()
        return False

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        window = self.parentWidget()
        if old is not None:
            # Coming back from another program or a menu, the ring is as it was.
            self._by_keyboard = QApplication.mouseButtons() == Qt.MouseButton.NoButton
        wants = (
            new is not None
            and window is not None
            and new.window() is window.window()
            and (isinstance(new, QAbstractButton) or bool(new.property("focus_ring")))
            and not isinstance(new, QCheckBox | QRadioButton)
            and self._by_keyboard
        )
        self._target = new if wants else None
        for watched in self._watched:
            if shiboken6.isValid(watched):
                watched.removeEventFilter(self)
        self._watched = []
        widget = self._target
        while widget is not None and widget is not window:
            self._watched.append(widget)
            widget.installEventFilter(self)
            widget = widget.parentWidget()
        self._place()

    def _place(self) -> None:
        target, window = self._target, self.parentWidget()
        if target is None or window is None or not target.isVisible():
            self.hide()
            return
        outside = self.theme.focus_line + 2
        area = QRect(target.mapTo(window, QPoint()), target.size())
        shown = target.visibleRegion().boundingRect().translated(target.mapTo(window, QPoint()))
        if shown.isEmpty():
            self.hide()
            return
        self.setGeometry(area.intersected(shown).adjusted(-outside, -outside, outside, outside))
        self.raise_()
        self.show()
        self.update()

    def restyle(self) -> None:
        """Move with the new sizes, once they are known."""
        self._later.start()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring."""
        width = self.theme.focus_line
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.colour("focus"), width))
        ring = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        radius = self.theme.px(6) + 3
        painter.drawRoundedRect(ring, radius, radius)
