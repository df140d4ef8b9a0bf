"""Watches over one window: knows when to lock, and takes leave of an open vault."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from shelter_ui.locking.capture import Shield
from shelter_ui.locking.clipboard import Clipboard
from shelter_ui.locking.controller import LockController
from shelter_ui.locking.leaving import Farewell, Patience, Watchdog, hide_windows, leave, undeterred
from shelter_ui.locking.parts import LockParts
from shelter_ui.locking.triggers import Listener

if TYPE_CHECKING:
    from shelter_app.casework.returning import Place
    from shelter_app.casework.session import Session
    from shelter_app.casework.settings import UserSettings
    from shelter_ui.locking.replacing import Replacement
    from shelter_ui.windows.workplace import Workplace

__all__ = ["Guard"]

#: Minutes, before it is known what somebody has chosen.
_IDLE_MINUTES = 5


class Guard(QObject):
    """Holds the controller, the clipboard, the shield and the listener of a window."""

    def __init__(self, app: QApplication, window: QWidget, parts: LockParts) -> None:
        super().__init__(window)
        self._app, self._window, self._parts = app, window, parts
        self.locks = LockController(app, monotonic=parts.monotonic, wall=parts.wall, parent=self)
        self._clipboard = Clipboard(QApplication.clipboard(), self)
        self._shield = Shield(parts.shield, self) if parts.shield is not None else None
        self._listener: Listener | None = None

    def attend(self) -> None:
        """Catch the keys that lock and shield the windows from now on; before that no person is on the screen."""
        self.locks.attend()
        if self._shield is not None:
            self._shield.attend(self._app)

    def use(self, settings: UserSettings) -> None:
        """Watch as the signed-in person likes it."""
        self.watch(settings.idle_minutes)
        if self._shield is not None:
            self._shield.use(on=not settings.allow_pictures)

    def watch(self, minutes: int | None = None) -> None:
        """Lock by idle time, clocks and system from now on; also where sheets or passwords are typed."""
        if minutes is not None or not self.locks.watching:
            self.locks.start(minutes or _IDLE_MINUTES)
        if self._parts.listen is not None and self._listener is None:
            # What speaks to the system is loaded once somebody does something here.
            QTimer.singleShot(0, self, self._listen)

    def _listen(self) -> None:
        if self._parts.listen is not None and self._listener is None:
            self._listener = self._parts.listen(self._window, self.locks.lock)

    def leave(
        self,
        patience: Patience,
        session: Session | None,
        work: Workplace | None,
        *,
        cancel: Callable[[], None],
        remember: Callable[[dict[str, Any]], None],
        fresh: Replacement | None,
    ) -> None:
        """Take leave of the vault, whatever fails; with `fresh` a fresh process takes the place of this one.

        Then it returns only where no process is replaced: in tests and for pictures.
        """
        replace, report = self._parts.replace, self._parts.report
        dog: Watchdog | None = None
        if replace is not None and fresh is not None:
            dog = Watchdog(patience.whole, lambda: replace(fresh))
        place: Place | None = None
        kept: dict[str, Any] = {}
        drafts: Callable[[], list[Callable[[], None]]] = list
        with undeterred(report):
            # Nothing that can fail or hang comes before this.
            hide_windows()
        with undeterred(report):
            self.locks.stop()
            kept["geometry"] = bytes(self._window.saveGeometry().toBase64().data()).decode()
        if work is not None:
            drafts = work.drafts_to_keep
            with undeterred(report):
                kept |= work.backup_to_remember()
            with undeterred(report):
                place = work.place() if fresh is not None else None
        farewell = Farewell(
            drafts=drafts, place=lambda: _remember(session, place), cancel=cancel,
            clipboard=self._clipboard.clear_ours, remember=lambda: remember(kept), session=session,
        )  # fmt: skip
        leave(farewell, patience, report)
        if replace is not None and fresh is not None:
            replace(fresh)
        if dog is not None:
            dog.call_off()


def _remember(session: Session | None, place: Place | None) -> None:
    from shelter_app.casework.returning import remember_place

    if session is not None and place is not None:
        remember_place(session, place)
