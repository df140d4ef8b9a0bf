"""What macOS says of session, screen and power, and what it does for the process and its windows.

Speaks to the Objective-C runtime through ctypes, so that no package is needed for one system alone.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Callable
from typing import Any, Final

from shelter_ui.locking.triggers import Heard, Trigger

__all__ = ["NOTIFICATIONS", "MacListener", "conceal_pasteboard", "deny_attach", "shield_window"]

#: Notification, and where it is posted: the workspace's own centre, or the one of all programs.
NOTIFICATIONS: Final = (
    ("NSWorkspaceWillSleepNotification", "workspace", Trigger.SLEEP),
    # The lid of a Mac puts its screen to sleep, also where another screen keeps the computer awake.
    ("NSWorkspaceScreensDidSleepNotification", "workspace", Trigger.LID),
    ("NSWorkspaceSessionDidResignActiveNotification", "workspace", Trigger.USER),
    ("com.apple.screenIsLocked", "distributed", Trigger.SCREEN),
    ("com.apple.screensaver.didstart", "distributed", Trigger.SCREEN),
)
_PT_DENY_ATTACH = 31
_SHARING_NONE, _SHARING_READ_ONLY = 0, 1
_ID = ctypes.c_void_p


class _Runtime:
    """The few calls of the Objective-C runtime that are needed."""

    def __init__(self) -> None:
        self._objc = ctypes.CDLL(ctypes.util.find_library("objc") or "/usr/lib/libobjc.A.dylib")
        for name in ("objc_getClass", "sel_registerName", "objc_allocateClassPair"):
            getattr(self._objc, name).restype = _ID
        self._objc.objc_getClass.argtypes = self._objc.sel_registerName.argtypes = [ctypes.c_char_p]
        self._objc.objc_allocateClassPair.argtypes = [_ID, ctypes.c_char_p, ctypes.c_size_t]
        self._objc.objc_registerClassPair.argtypes = [_ID]
        self._objc.class_addMethod.argtypes = [_ID, _ID, _ID, ctypes.c_char_p]

    def named(self, name: str) -> int:
        """A class."""
        return int(self._objc.objc_getClass(name.encode()) or 0)

    def selector(self, name: str) -> int:
        """A selector."""
        return int(self._objc.sel_registerName(name.encode()) or 0)

    def send(self, receiver: int, selector: str, *values: int, numbers: bool = False) -> int:
        """Send a message whose values are objects, or with `numbers` whole numbers."""
        # objc_msgSend has the type of the method that it calls: one prototype for each call.
        kinds = [ctypes.c_long if numbers else _ID] * len(values)
        call = ctypes.CFUNCTYPE(_ID, _ID, _ID, *kinds)(("objc_msgSend", self._objc))
        return int(call(receiver, self.selector(selector), *values) or 0)

    def text(self, text: str) -> int:
        """An NSString."""
        call = ctypes.CFUNCTYPE(_ID, _ID, _ID, ctypes.c_char_p)(("objc_msgSend", self._objc))
        return int(call(self.named("NSString"), self.selector("stringWithUTF8String:"), text.encode()) or 0)

    def observer(self, method: str, called: Callable[[int], None]) -> tuple[int, Any]:
        """An object whose `method` calls `called` with the notification, and what must be kept alive for it."""
        kind = ctypes.CFUNCTYPE(None, _ID, _ID, _ID)

        def received(_self: int, _selector: int, notification: int) -> None:
            called(notification)

        kept = kind(received)
        made = self._objc.objc_allocateClassPair(self.named("NSObject"), b"ShelterLockObserver", 0)
        if made:
            pointer = ctypes.cast(kept, _ID)
            self._objc.class_addMethod(made, self.selector(method), pointer, b"v@:@")
            self._objc.objc_registerClassPair(made)
        return self.send(self.send(self.named("ShelterLockObserver"), "alloc"), "init"), kept

    def words(self, text: int) -> str:
        """The characters of an NSString."""
        call = ctypes.CFUNCTYPE(ctypes.c_char_p, _ID, _ID)(("objc_msgSend", self._objc))
        return (call(text, self.selector("UTF8String")) or b"").decode()


class MacListener:
    """Tells of what makes a lock necessary; macOS posts it on the thread of the window."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._runtime = run = _Runtime()
        self._observer, self._kept = run.observer("heard:", self._on_notification)
        workspace = run.send(run.named("NSWorkspace"), "sharedWorkspace")
        self._centres = {
            "workspace": run.send(workspace, "notificationCenter"),
            "distributed": run.send(run.named("NSDistributedNotificationCenter"), "defaultCenter"),
        }
        for name, centre, _trigger in NOTIFICATIONS:
            run.send(
                self._centres[centre], "addObserver:selector:name:object:",
                self._observer, run.selector("heard:"), run.text(name), 0,
            )  # fmt: skip

    def _on_notification(self, notification: int) -> None:
        name = self._runtime.words(self._runtime.send(notification, "name"))
        for known, _centre, trigger in NOTIFICATIONS:
            if name == known:
                self._heard(trigger)

    def close(self) -> None:
        """Listen no more."""
        for centre in self._centres.values():
            self._runtime.send(centre, "removeObserver:", self._observer)


def deny_attach() -> None:
    """Refuse debuggers of the same user."""
    ctypes.CDLL(None, use_errno=True).ptrace(_PT_DENY_ATTACH, 0, None, 0)


def shield_window(view: int, on: bool) -> None:
    """Keep a window out of pictures and recordings, or let it in; Qt's window id is an NSView."""
    run = _Runtime()
    window = run.send(view, "window")
    if window:
        run.send(window, "setSharingType:", _SHARING_NONE if on else _SHARING_READ_ONLY, numbers=True)


def conceal_pasteboard() -> None:
    """Mark what lies in the pasteboard as concealed (nspasteboard.org), for programs that keep a history."""
    run = _Runtime()
    board = run.send(run.named("NSPasteboard"), "generalPasteboard")
    kind = run.text("org.nspasteboard.ConcealedType")
    run.send(board, "addTypes:owner:", run.send(run.named("NSArray"), "arrayWithObject:", kind), 0)
    run.send(board, "setString:forType:", run.text("1"), kind)
