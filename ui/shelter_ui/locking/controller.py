"""Decides when the program locks: by idle time, by key, by the clocks, and by what the system says."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from shelter_ui.locking.triggers import Trigger

__all__ = ["LOCK_KEYS", "PANIC_KEYS", "LockController"]

#: How the keys are written in the list of keys.
LOCK_KEYS = "Ctrl L"
PANIC_KEYS = "F10  Ctrl Shift L"

_LOOK_MS = 1000
#: The clocks may drift apart by so many seconds between two looks; sleep and a clock that is set are longer.
_JUMP = 20.0
#: A program that stood still for so many seconds was asleep with the computer, or stopped by somebody.
_STILL = 60.0
#: So many seconds before the idle time is up it is told.
_WARNING = 30

_ACTIVE = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.TabletMove,
    QEvent.Type.InputMethod,
    QEvent.Type.DragEnter,
    QEvent.Type.DragMove,
}
_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.ShiftModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_CTRL = Qt.KeyboardModifier.ControlModifier
_CTRL_SHIFT = _CTRL | Qt.KeyboardModifier.ShiftModifier
#: Neither GNOME, KDE, Xfce, Windows nor macOS keeps these for itself; F10 can be found without looking.
_KEYS = {
    (Qt.Key.Key_L, _CTRL): Trigger.ASKED,
    (Qt.Key.Key_F10, Qt.KeyboardModifier.NoModifier): Trigger.PANIC,
    (Qt.Key.Key_L, _CTRL_SHIFT): Trigger.PANIC,
}


class LockController(QObject):
    """One object that knows every reason to lock; whoever locks is connected to `due`.

    Keys are caught before any widget sees them, so that dialogs, menus, lists, file choosers and a drag
    under way do not keep them. Two clocks are compared every second: `monotonic` stands still while most
    computers sleep, `wall` does not. Tests hand in clocks of their own and call `look`.
    """

    #: The program has to lock now; carries the `Trigger`.
    due = Signal(object)
    #: It will lock by idle time in so many seconds.
    soon = Signal(int)

    def __init__(
        self,
        app: QApplication,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._monotonic, self._wall = monotonic, wall
        self._idle_after = 0.0
        self._warned = False
        self._touched = self._last = monotonic()
        self._last_wall = wall()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._app = app

    def attend(self) -> None:
        """Catch the keys from now on."""
        self._app.installEventFilter(self)

    @property
    def watching(self) -> bool:
        """Whether idle time and clocks are watched."""
        return self._timer.isActive()

    def quiet_for(self) -> float:
        """Seconds since somebody did something."""
        return self._monotonic() - self._touched

    def start(self, minutes: float) -> None:
        """Watch idle time and clocks from now on."""
        self._idle_after = minutes * 60
        self._touched = self._last = self._monotonic()
        self._last_wall = self._wall()
        self._warned = False
        self._timer.start()

    def stop(self) -> None:
        """Watch no more; keys still count."""
        self._timer.stop()

    def lock(self, trigger: Trigger) -> None:
        """The program has to lock now: somebody asked for it, or the system said something."""
        self.due.emit(trigger)

    def touch(self) -> None:
        """Somebody does something: the idle time begins anew, unless it is up already."""
        if not self._timer.isActive():
            return
        now = self._monotonic()
        if now - self._touched >= self._idle_after:
            # The first key after a long absence comes before the next look.
            self.lock(Trigger.IDLE)
            return
        self._touched, self._warned = now, False

    def look(self) -> None:
        """Compare the clocks, and lock if the time is up."""
        now, wall = self._monotonic(), self._wall()
        passed, passed_wall = now - self._last, wall - self._last_wall
        self._last, self._last_wall = now, wall
        idle = now - self._touched
        if abs(passed_wall - passed) > _JUMP or passed > _STILL:
            self.lock(Trigger.CLOCK)
        elif idle >= self._idle_after:
            self.lock(Trigger.IDLE)
        elif idle >= self._idle_after - _WARNING and not self._warned:
            self._warned = True
            self.soon.emit(round(self._idle_after - idle))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Catch the keys, and notice that somebody is there."""
        kind = event.type()
        if kind not in _ACTIVE:
            return False
        if kind == QEvent.Type.DragEnter:
            # Once Qt's filter for a drag is there, which keeps all keys for itself, go in front of it.
            QTimer.singleShot(0, self, self.attend)
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            trigger = _KEYS.get((Qt.Key(event.key()), event.modifiers() & _MODIFIERS))
            if trigger is not None:
                if not event.isAutoRepeat():
                    self.lock(trigger)
                return True
        self.touch()
        return False
