"""The lock itself: windows go first, then drafts, then keys; nothing that fails or hangs prevents it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractEventDispatcher
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from shelter_app.casework.session import Session

__all__ = ["AT_LOCK", "AT_THE_END", "Farewell", "Patience", "Watchdog", "hide_windows", "leave", "undeterred"]

Report = Callable[[BaseException], None]


@dataclass(frozen=True)
class Patience:
    """How long each step may take, in seconds; what is not done by then is left undone."""

    drafts: float
    release: float

    @property
    def whole(self) -> float:
        """After this the process is replaced, whatever the thread of the window is doing."""
        return self.drafts + self.release + 1.0


#: A draft has 300 ms, closing the vault a second: then SQLite's journal takes back what was under way.
AT_LOCK = Patience(drafts=0.3, release=1.0)
#: At the end of the program nobody waits for the window.
AT_THE_END = Patience(drafts=5.0, release=15.0)


@dataclass(frozen=True)
class Farewell:
    """What is left behind: each step is told here and done by `leave`."""

    #: Collects what is typed, on the thread of the window; what it gives is written in another thread.
    drafts: Callable[[], Sequence[Callable[[], None]]]
    #: Keeps where somebody is; written in another thread.
    place: Callable[[], None]
    #: Stops work under way.
    cancel: Callable[[], None]
    #: Empties the clipboard if it is ours.
    clipboard: Callable[[], None]
    #: What is kept outside the vault for the sign-in screen.
    remember: Callable[[], None]
    session: Session | None = None


@contextlib.contextmanager
def undeterred(report: Report) -> Iterator[None]:
    """Run a step of the lock; whatever it raises is reported and the lock goes on."""
    try:
        yield
    except BaseException as error:  # noqa: BLE001 - a lock that an error stops is no lock
        with contextlib.suppress(BaseException):
            report(error)


def hide_windows() -> None:
    """Take every window off the screen: dialogs, menus, lists and file choosers too."""
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible():
            widget.hide()
    for window in QGuiApplication.topLevelWindows():
        if window.isVisible():
            window.hide()
    # Wayland hears of it when the event loop next wakes up, which may be late: say that it does now.
    dispatcher = QAbstractEventDispatcher.instance()
    if dispatcher is not None:
        dispatcher.awake.emit()


def leave(farewell: Farewell, patience: Patience, report: Report) -> None:
    """Hide everything, keep drafts, close the vault; returns within the bounds of `patience`."""
    session = farewell.session
    with undeterred(report):
        hide_windows()
    if session is not None:
        session.leaving = True
    with undeterred(report):
        farewell.cancel()
    written: Sequence[Callable[[], None]] = ()
    with undeterred(report):
        written = farewell.drafts()
    _bounded([*written], patience.drafts, report)
    with undeterred(report):
        farewell.clipboard()
    closing = [farewell.place, lambda: _close(session)] if session is not None else []
    _bounded([*closing, farewell.remember], patience.release, report)


def _bounded(steps: Sequence[Callable[[], None]], seconds: float, report: Report) -> None:
    """Do the steps in a thread of their own and wait for them, but not longer."""
    if not steps:
        return

    def work() -> None:
        for step in steps:
            with undeterred(report):
                step()

    thread = threading.Thread(target=work, name="leaving", daemon=True)
    thread.start()
    thread.join(seconds)


def _close(session: Session) -> None:
    """Close a vault; that its last line could not be written does not keep it open."""
    from shelter_app.casework.vaults import sign_out
    from shelter_app.errors import ShelterError

    # Closed all the same; a full disk was told when it was met.
    with contextlib.suppress(ShelterError):
        sign_out(session)


class Watchdog:
    """Does `act` from another thread when time is up before `call_off`: the last resort of a lock."""

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        self._off = threading.Event()
        self._until = time.monotonic() + seconds
        self._act = act
        threading.Thread(target=self._wait, name="watchdog", daemon=True).start()

    def _wait(self) -> None:
        if not self._off.wait(max(self._until - time.monotonic(), 0.0)):
            self._act()

    def call_off(self) -> None:
        """Everything went well."""
        self._off.set()
