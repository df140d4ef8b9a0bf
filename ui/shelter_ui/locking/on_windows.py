"""What Windows says of session, power and lid, and what it does for the process and its windows.

The system's libraries are handed in, so that what is asked of them can be tested on any system; `meaning`
needs none of them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication
from PySide6.QtWidgets import QWidget

from shelter_ui.locking.triggers import Heard, Trigger

__all__ = ["WindowsListener", "harden_windows", "meaning", "shield_window"]

_WM_QUERYENDSESSION, _WM_POWERBROADCAST, _WM_WTSSESSION_CHANGE = 0x0011, 0x0218, 0x02B1
_PBT_SUSPEND, _PBT_SETTING_CHANGE = 0x0004, 0x8013
_THIS_SESSION = 0
#: Console or remote screen taken by somebody else; session locked; session ended.
_WTS = {0x2: Trigger.USER, 0x4: Trigger.USER, 0x6: Trigger.USER, 0x7: Trigger.SCREEN}
#: GUID_LIDSWITCH_STATE_CHANGE, as it lies in memory.
LID_SWITCH: Final = bytes.fromhex("4d0f3eba17b89440a2d1d56379e6a0f3")
_GUID_BYTES = 16
_SHOWN, _HIDDEN_FROM_CAPTURE = 0x00, 0x11
_DACL: Final = 0x4
#: Others of the same user may wait for the process, ask for its name and end it; not read its memory.
_ACCESS: Final = "D:P(A;;0x00101001;;;OW)(A;;GA;;;SY)"
_NO_FAULT_BOX, _NO_CRITICAL_BOX = 0x0002, 0x0001
_REPORT_WITHOUT_HEAP = 0x1


class _Message(ctypes.Structure):
    """MSG of the Windows API."""

    _fields_: ClassVar[Sequence[tuple[str, Any]]] = [
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("w", ctypes.c_size_t),
        ("l", ctypes.c_ssize_t),
        ("time", ctypes.c_uint32),
        ("x", ctypes.c_int32),
        ("y", ctypes.c_int32),
    ]


def meaning(message: int, w: int, setting: bytes = b"") -> Trigger | None:
    """What a window message asks for; `setting` is POWERBROADCAST_SETTING where there is one."""
    if message == _WM_WTSSESSION_CHANGE:
        return _WTS.get(w)
    if message == _WM_QUERYENDSESSION:
        return Trigger.USER
    if message == _WM_POWERBROADCAST:
        if w == _PBT_SUSPEND:
            return Trigger.SLEEP
        # GUID, length of the data, data: 0 says that the lid is closed.
        closed = setting[_GUID_BYTES + 4 : _GUID_BYTES + 5] == b"\0"
        if w == _PBT_SETTING_CHANGE and setting[:_GUID_BYTES] == LID_SWITCH and closed:
            return Trigger.LID
    return None


class WindowsListener(QAbstractNativeEventFilter):
    """Tells of what makes a lock necessary; Windows sends it to the window of the program."""

    def __init__(self, window: int, heard: Heard, user32: Any, wtsapi32: Any) -> None:
        super().__init__()
        self._window, self._heard, self._user32, self._wtsapi32 = window, heard, user32, wtsapi32
        # Who registers for the lid is told its state at once; a lid that is closed now was closed before.
        self._told_lid = False
        wtsapi32.WTSRegisterSessionNotification(ctypes.c_void_p(window), _THIS_SESSION)
        guid = ctypes.create_string_buffer(LID_SWITCH, _GUID_BYTES)
        user32.RegisterPowerSettingNotification.restype = ctypes.c_void_p
        self._lid = user32.RegisterPowerSettingNotification(ctypes.c_void_p(window), guid, 0)

    @classmethod
    def begin(cls, window: QWidget, heard: Heard) -> WindowsListener:
        """Listen with the window of the program."""
        listener = cls(int(window.winId()), heard, _library("user32"), _library("wtsapi32"))
        app = QCoreApplication.instance()
        if app is not None:
            app.installNativeEventFilter(listener)
        return listener

    def close(self) -> None:
        """Listen no more."""
        app = QCoreApplication.instance()
        if app is not None:
            app.removeNativeEventFilter(self)
        self._wtsapi32.WTSUnRegisterSessionNotification(ctypes.c_void_p(self._window))
        if self._lid:
            self._user32.UnregisterPowerSettingNotification(ctypes.c_void_p(self._lid))

    def nativeEventFilter(self, _kind: QByteArray | bytes | bytearray | memoryview[int], message: int) -> Any:
        """Look at a message of the system; all go on to Qt."""
        found = _Message.from_address(int(message))
        if found.message in (_WM_WTSSESSION_CHANGE, _WM_POWERBROADCAST, _WM_QUERYENDSESSION):
            self._hear(found.message, found.w, found.l)
        return False, 0

    def _hear(self, message: int, w: int, l: int) -> None:  # noqa: E741 - its name in Windows
        setting = b""
        if message == _WM_POWERBROADCAST and w == _PBT_SETTING_CHANGE and l:
            setting = ctypes.string_at(l, _GUID_BYTES + 5)
        trigger = meaning(message, w, setting)
        if setting[:_GUID_BYTES] == LID_SWITCH and not self._told_lid:
            self._told_lid = True
            return
        if trigger is not None:
            self._heard(trigger)


def _library(name: str) -> Any:
    """One of the system's libraries."""
    return ctypes.__dict__["WinDLL"](name, use_last_error=True)


def harden_windows(kernel32: Any = None, advapi32: Any = None, wer: Any = None) -> None:
    """No reading of this process by others of the same user, no memory in fault reports, no fault boxes."""
    kernel32 = kernel32 or _library("kernel32")
    advapi32 = advapi32 or _library("advapi32")
    wer = wer or _library("wer")
    kernel32.SetErrorMode(_NO_FAULT_BOX | _NO_CRITICAL_BOX)
    wer.WerSetFlags(_REPORT_WITHOUT_HEAP)
    kernel32.GetCurrentProcess.restype = ctypes.c_void_p
    described = ctypes.c_void_p()
    if advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW(
        ctypes.c_wchar_p(_ACCESS), 1, ctypes.byref(described), None
    ):
        process = ctypes.c_void_p(kernel32.GetCurrentProcess())
        advapi32.SetKernelObjectSecurity(process, _DACL, described)
        kernel32.LocalFree(described)


def shield_window(window: int, on: bool, user32: Any = None) -> None:
    """Keep a window out of pictures and recordings, or let it in (Windows 10 of 2020 and later)."""
    affinity = _HIDDEN_FROM_CAPTURE if on else _SHOWN
    (user32 or _library("user32")).SetWindowDisplayAffinity(ctypes.c_void_p(window), affinity)
