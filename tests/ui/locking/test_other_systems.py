"""What is asked of Windows and macOS, with stand-ins for their libraries: they cannot be run here."""

import ctypes

import pytest

from shelter_ui.locking import on_macos, on_windows
from shelter_ui.locking.capture import Shield
from shelter_ui.locking.triggers import Trigger


class Library:
    """Records what is called; everything succeeds."""

    def __init__(self, calls):
        self._calls = calls
        self._functions = {}

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._functions:

            def function(*values):
                self._calls.append((name, values))
                return 7

            self._functions[name] = function
        return self._functions[name]


@pytest.fixture
def calls():
    return []


LID_CLOSED = on_windows.LID_SWITCH + (1).to_bytes(4, "little") + b"\0"
LID_OPEN = on_windows.LID_SWITCH + (1).to_bytes(4, "little") + b"\1"


@pytest.mark.parametrize(
    ("message", "w", "setting", "trigger"),
    [
        (0x02B1, 0x7, b"", Trigger.SCREEN),
        (0x02B1, 0x8, b"", None),
        (0x02B1, 0x2, b"", Trigger.USER),
        (0x02B1, 0x4, b"", Trigger.USER),
        (0x02B1, 0x6, b"", Trigger.USER),
        (0x02B1, 0x1, b"", None),
        (0x0218, 0x4, b"", Trigger.SLEEP),
        (0x0218, 0x7, b"", None),
        (0x0218, 0x8013, LID_CLOSED, Trigger.LID),
        (0x0218, 0x8013, LID_OPEN, None),
        (0x0218, 0x8013, bytes(16) + LID_CLOSED[16:], None),
        (0x0011, 0, b"", Trigger.USER),
        (0x0100, 0x7, b"", None),
    ],
)
def test_what_a_message_of_windows_means(message, w, setting, trigger):
    assert on_windows.meaning(message, w, setting) is trigger


def test_the_guid_of_the_lid_is_the_documented_one():
    a, b, c = (int.from_bytes(on_windows.LID_SWITCH[i:j], "little") for i, j in ((0, 4), (4, 6), (6, 8)))
    assert f"{a:08X}-{b:04X}-{c:04X}-{on_windows.LID_SWITCH[8:].hex().upper()}" == (
        "BA3E0F4D-B817-4094-A2D1D56379E6A0F3"
    )


def windows_says(listener, message, w, data=b""):
    content = ctypes.create_string_buffer(data, len(data) or 1)
    raw = on_windows._Message(None, message, w, ctypes.addressof(content) if data else 0, 0, 0, 0)
    assert listener.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(raw)) == (False, 0)


def test_the_window_registers_and_hears(qapp, calls):
    heard = []
    library = Library(calls)
    listener = on_windows.WindowsListener(42, heard.append, library, library)
    assert [name for name, _values in calls] == [
        "WTSRegisterSessionNotification",
        "RegisterPowerSettingNotification",
    ]
    assert calls[0][1][0].value == 42
    windows_says(listener, 0x02B1, 0x7)
    windows_says(listener, 0x0218, 0x4)
    # Windows tells the state of the lid as soon as it is asked to: closed with a screen of its own attached.
    windows_says(listener, 0x0218, 0x8013, LID_CLOSED)
    assert heard == [Trigger.SCREEN, Trigger.SLEEP]
    windows_says(listener, 0x0218, 0x8013, LID_OPEN)
    windows_says(listener, 0x0218, 0x8013, LID_CLOSED)
    assert heard[2:] == [Trigger.LID]
    calls.clear()
    listener.close()
    assert [name for name, _values in calls] == [
        "WTSUnRegisterSessionNotification",
        "UnregisterPowerSettingNotification",
    ]


def test_hardening_takes_the_memory_out_of_reach_and_lets_the_process_be_ended(calls):
    library = Library(calls)
    on_windows.harden_windows(library, library, library)
    done = dict(calls)
    assert done["SetErrorMode"] == (3,)
    assert done["WerSetFlags"] == (1,)
    access = done["ConvertStringSecurityDescriptorToSecurityDescriptorW"][0].value
    owner = int(access.split(";")[2], 16)
    read, write, operate, terminate = 0x10, 0x20, 0x8, 0x1
    assert not owner & (read | write | operate)
    assert owner & terminate
    assert done["SetKernelObjectSecurity"][1] == 4


def test_windows_are_kept_out_of_pictures(calls):
    library = Library(calls)
    on_windows.shield_window(42, True, library)
    on_windows.shield_window(42, False, library)
    assert [values[1] for _name, values in calls] == [0x11, 0x00]


def test_every_window_is_shielded_before_it_is_seen(qapp, qtbot):
    from PySide6.QtWidgets import QDialog, QLabel, QMenu, QWidget

    done = []
    parent = QWidget()
    qtbot.addWidget(parent)
    shield = Shield(lambda window, on: done.append((window, on)), parent)
    parent.show()
    assert done == []
    shield.attend(qapp)
    assert done == [(int(parent.winId()), True)]
    dialog, menu, label = QDialog(parent), QMenu(parent), QLabel("inside", parent)
    for widget in (dialog, menu, label):
        widget.show()
    shielded = {window for window, on in done if on}
    assert {int(each.winId()) for each in (parent, dialog, menu)} <= shielded
    assert not label.isWindow()
    done.clear()
    shield.use(on=False)
    assert (int(dialog.winId()), False) in done
    done.clear()
    late = QDialog(parent)
    late.show()
    assert (int(late.winId()), False) in done
    qapp.removeEventFilter(shield)


class Mac:
    """Stands for the Objective-C runtime: objects are numbers, what is sent is recorded."""

    def __init__(self):
        self.sent, self.names, self.called = [], {}, None

    def _number(self, name):
        return self.names.setdefault(name, len(self.names) + 1)

    named = selector = text = _number

    def send(self, receiver, selector, *values, numbers=False):
        self.sent.append((selector, values))
        if selector == "name":
            return receiver
        return self._number(f"{selector} of {receiver}")

    def observer(self, method, called):
        assert method == "heard:"
        self.called = called
        return 99, called

    def words(self, text):
        return next(name for name, number in self.names.items() if number == text)


def test_macos_is_asked_for_every_notification_and_heard(monkeypatch):
    mac, heard = Mac(), []
    monkeypatch.setattr(on_macos, "_Runtime", lambda: mac)
    listener = on_macos.MacListener(heard.append)
    asked = [values for selector, values in mac.sent if selector.startswith("addObserver")]
    assert [mac.words(values[2]) for values in asked] == [name for name, _c, _t in on_macos.NOTIFICATIONS]
    for name, _centre, trigger in on_macos.NOTIFICATIONS:
        mac.called(mac.names[name])
        assert heard.pop() is trigger
    assert {trigger for _n, _c, trigger in on_macos.NOTIFICATIONS} == {
        Trigger.SLEEP, Trigger.LID, Trigger.USER, Trigger.SCREEN,
    }  # fmt: skip
    listener.close()
    assert [selector for selector, _values in mac.sent].count("removeObserver:") == 2


def test_macos_windows_and_pasteboard(monkeypatch):
    mac = Mac()
    monkeypatch.setattr(on_macos, "_Runtime", lambda: mac)
    on_macos.shield_window(5, True)
    on_macos.shield_window(5, False)
    assert [values for selector, values in mac.sent if selector == "setSharingType:"] == [(0,), (1,)]
    on_macos.conceal_pasteboard()
    assert "org.nspasteboard.ConcealedType" in mac.names
    assert [selector for selector, _values in mac.sent][-1] == "setString:forType:"
