"""Listens to the operating system that the program runs on."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QWidget

from shelter_ui.locking.triggers import Heard, Listener

__all__ = ["listen"]


def listen(window: QWidget, heard: Heard) -> Listener:
    """Tell `heard` from now on when screen, session or power ask for a lock; `window` is the program's own."""
    if sys.platform == "win32":
        from shelter_ui.locking.on_windows import WindowsListener

        return WindowsListener.begin(window, heard)
    if sys.platform == "darwin":
        from shelter_ui.locking.on_macos import MacListener

        return MacListener(heard)
    from shelter_ui.locking.on_linux import LinuxListener

    return LinuxListener.begin(heard)
