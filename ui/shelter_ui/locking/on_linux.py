"""What a Linux desktop says on D-Bus: sleep, lid, screen saver, and who has the screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusPendingCallWatcher,
    QDBusUnixFileDescriptor,
)

from shelter_ui.locking.triggers import Heard, Trigger

__all__ = ["LinuxListener"]

_LOGIN: Final = "org.freedesktop.login1"
_MANAGER: Final = f"{_LOGIN}.Manager"
_SESSION: Final = f"{_LOGIN}.Session"
_LOGIN_PATH: Final = "/org/freedesktop/login1"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
#: Desktops that say so when their screen is locked; all use the same signal.
SAVERS: Final = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
)


class LinuxListener(QObject):
    """Tells of what makes a lock necessary; a desktop without D-Bus tells nothing.

    Sleep is held back (at most for the seconds that logind allows) until the program has locked: the
    process that holds sleep back is gone then, and with it what held it.
    """

    def __init__(self, system: QDBusConnection, session: QDBusConnection, heard: Heard) -> None:
        super().__init__()
        self._system, self._session, self._heard = system, session, heard
        self._own_session = ""
        self._pending: list[QDBusPendingCallWatcher] = []
        self._hold: QDBusUnixFileDescriptor | None = None
        if system.isConnected():
            self._on(system, _LOGIN_PATH, _MANAGER, "PrepareForSleep", "_on_sleep(bool)")
            self._on(
                system, f"{_LOGIN_PATH}", _PROPERTIES, "PropertiesChanged", "_on_power(QString,QVariantMap)"
            )
            self._on(
                system,
                "/org/freedesktop/UPower",
                _PROPERTIES,
                "PropertiesChanged",
                "_on_power(QString,QVariantMap)",
            )
            self._ask("GetSessionByPID", [os.getpid()], self._on_own_session)
            self._ask("Inhibit", ["sleep", "Casework", "lock", "delay"], self._on_hold)
        if session.isConnected():
            for name in SAVERS:
                self._on(session, "", name, "ActiveChanged", "_on_saver(bool)")

    @classmethod
    def begin(cls, heard: Heard) -> LinuxListener:
        """Listen to the buses of this computer and this desktop."""
        return cls(QDBusConnection.systemBus(), QDBusConnection.sessionBus(), heard)

    def close(self) -> None:
        """Listen no more, and let the computer sleep."""
        self._heard = _ignore
        self._hold = None
        self._pending.clear()

    def _on(self, bus: QDBusConnection, path: str, interface: str, name: str, slot: str) -> None:
        # PySide6 6.12 takes text here, although its stubs ask for bytes.
        bus.connect("", path, interface, name, self, SLOT(slot))  # type: ignore[call-overload]

    def _ask(
        self, method: str, values: list[Any], answered: Callable[[QDBusPendingCallWatcher], None]
    ) -> None:
        """Ask logind without waiting: nothing that a bus does may hold up the window."""
        message = QDBusMessage.createMethodCall(_LOGIN, _LOGIN_PATH, _MANAGER, method)
        message.setArguments(values)
        watcher = QDBusPendingCallWatcher(self._system.asyncCall(message), self)
        watcher.finished.connect(answered)
        self._pending.append(watcher)

    def _on_own_session(self, watcher: QDBusPendingCallWatcher) -> None:
        message = watcher.reply()
        if message.type() == QDBusMessage.MessageType.ReplyMessage:
            path = message.arguments()[0]
            self.follow(path.path() if hasattr(path, "path") else str(path))
        else:
            # A process that belongs to no session, as under systemd --user: the one that has the display.
            self.follow(f"{_LOGIN_PATH}/session/auto")

    def follow(self, session_path: str) -> None:
        """Listen to this session of logind."""
        if self._own_session:
            return
        self._own_session = session_path
        self._on(self._system, session_path, _SESSION, "Lock", "_on_lock()")
        self._on(
            self._system, session_path, _PROPERTIES, "PropertiesChanged", "_on_session(QString,QVariantMap)"
        )

    def _on_hold(self, watcher: QDBusPendingCallWatcher) -> None:
        message = watcher.reply()
        if message.type() == QDBusMessage.MessageType.ReplyMessage:
            self._hold = message.arguments()[0]

    @Slot(bool)
    def _on_sleep(self, begins: bool) -> None:
        if begins:
            self._heard(Trigger.SLEEP)
            self._hold = None

    @Slot(bool)
    def _on_saver(self, active: bool) -> None:
        if active:
            self._heard(Trigger.SCREEN)

    @Slot()
    def _on_lock(self) -> None:
        self._heard(Trigger.SCREEN)

    # Both are called with the first two values of PropertiesChanged: interface, and what changed. PySide6 6.12
    # calls no slot that asks for the whole QDBusMessage, and ends the process over a list it cannot read.
    @Slot(str, "QVariantMap")
    def _on_session(self, interface: str, changed: dict[str, Any]) -> None:
        if interface != _SESSION:
            return
        if changed.get("Active") is False:
            self._heard(Trigger.USER)
        elif changed.get("LockedHint") is True:
            self._heard(Trigger.SCREEN)

    @Slot(str, "QVariantMap")
    def _on_power(self, _interface: str, changed: dict[str, Any]) -> None:
        if changed.get("LidIsClosed") is True or changed.get("LidClosed") is True:
            self._heard(Trigger.LID)


def _ignore(_trigger: Trigger) -> None:
    """What is said after `close`."""
