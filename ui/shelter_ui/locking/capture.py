"""Keeps the window out of pictures and recordings of the screen, where the system can."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

__all__ = ["Shield", "shield_of_this_system"]

_SHOWN = {QEvent.Type.Show, QEvent.Type.WinIdChange}


def shield_of_this_system() -> Callable[[int, bool], None] | None:
    """What shields a native window (its id) or shows it; None on systems that have no such thing (Linux)."""
    if sys.platform == "win32":
        from shelter_ui.locking.on_windows import shield_window

        return shield_window
    if sys.platform == "darwin":
        from shelter_ui.locking.on_macos import shield_window as shield_mac_window

        return shield_mac_window
    return None


class Shield(QObject):
    """Once it attends, shields every window of the program: dialogs, menus and lists too."""

    def __init__(self, act: Callable[[int, bool], None], parent: QObject) -> None:
        super().__init__(parent)
        self._act = act
        self.on = True

    def attend(self, app: QApplication) -> None:
        """Shield what is seen, and from now on every window before it is seen."""
        app.installEventFilter(self)
        self.use(on=self.on)

    def use(self, *, on: bool) -> None:
        """Shield, or let pictures be taken, for training."""
        self.on = on
        for widget in QApplication.topLevelWidgets():
            if widget.isVisible():
                self._act(int(widget.winId()), on)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Shield a window before it is seen."""
        if event.type() in _SHOWN and isinstance(watched, QWidget) and watched.isWindow():
            self._act(int(watched.winId()), self.on)
        return False
