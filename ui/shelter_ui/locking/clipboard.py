"""What is copied from the program: marked for clipboard managers as a secret, and taken back soon."""

from __future__ import annotations

import sys
from typing import cast

from PySide6.QtCore import QByteArray, QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

__all__ = ["CLEAR_AFTER_MS", "MARKS", "Clipboard"]

#: Long enough to paste, short enough to be forgotten.
CLEAR_AFTER_MS = 20_000
#: Clipboard managers that respect one of these keep no copy: Klipper and KeePassXC's peers on Linux; the
#: history and the cloud clipboard of Windows. macOS has a pasteboard type of its own, set by `on_macos`.
MARKS = {
    "x-kde-passwordManagerHint": b"secret",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\1\0\0\0",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="Clipboard Viewer Ignore"': b"\1\0\0\0",
}
_MARK = next(iter(MARKS))


class Clipboard(QObject):
    """Watches the clipboard for every copy that this program makes, whichever widget made it.

    Only the text is kept: a formatted copy would carry more than what is seen. What is only marked is not
    handed to other programs at all.
    """

    def __init__(self, clipboard: QClipboard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CLEAR_AFTER_MS)
        self._timer.timeout.connect(self.clear_ours)
        clipboard.dataChanged.connect(self._on_changed)
        if clipboard.supportsSelection():
            clipboard.selectionChanged.connect(self._on_marked)

    @property
    def counting(self) -> bool:
        """Whether something of ours waits to be taken back."""
        return self._timer.isActive()

    def clear_ours(self) -> None:
        """Empty the clipboard if what it holds is ours."""
        self._timer.stop()
        if self._is_ours() and self._holds_something():
            self._clipboard.clear()

    def _on_marked(self) -> None:
        """X11 and Wayland let every program fetch what is marked in another one; nothing is to be had here.

        It is taken back before the event loop can answer anybody who asks for it.
        """
        if self._clipboard.ownsSelection():
            self._clipboard.clear(QClipboard.Mode.Selection)

    def _is_ours(self) -> bool:
        # Without a screen there is no other program, and Qt does not say who owns the clipboard.
        alone = QGuiApplication.platformName() in {"offscreen", "minimal"}
        return alone or self._clipboard.ownsClipboard()

    def _holds_something(self) -> bool:
        # Contrary to its stub it gives None for an empty clipboard.
        data = cast("QMimeData | None", self._clipboard.mimeData())
        return data is not None and bool(data.formats())

    def _on_changed(self) -> None:
        if not self._is_ours() or not self._holds_something():
            self._timer.stop()
            return
        data = self._clipboard.mimeData()
        if not data.hasFormat(_MARK):
            marked = QMimeData()
            marked.setText(data.text())
            for name, value in MARKS.items():
                marked.setData(name, QByteArray(value))
            # This calls us again, with the mark.
            self._clipboard.setMimeData(marked)
            if sys.platform == "darwin":
                from shelter_ui.locking.on_macos import conceal_pasteboard

                conceal_pasteboard()
            return
        self._timer.start()
