"""What a Linux desktop says on D-Bus: real messages over a private bus."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

if not sys.platform.startswith("linux") or shutil.which("dbus-daemon") is None:
    pytest.skip("no D-Bus here", allow_module_level=True)

from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusVirtualObject

from shelter_ui.locking.on_linux import SAVERS, LinuxListener
from shelter_ui.locking.triggers import Trigger

LOGIN, MANAGER = "org.freedesktop.login1", "org.freedesktop.login1.Manager"
SESSION = "/org/freedesktop/login1/session/_37"


@pytest.fixture(scope="module")
def bus():
    """The address of a bus that nobody else uses."""
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--print-address", "--nofork"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    yield daemon.stdout.readline().strip()
    daemon.kill()
    daemon.wait()
    daemon.stdout.close()


class Login(QDBusVirtualObject):
    """Stands for logind: answers in which session a process runs, and holds sleep back."""

    def __init__(self):
        super().__init__()
        self.asked = []
        self.pipe = os.pipe()

    def introspect(self, _path):
        return ""

    def handleMessage(self, message, connection):
        self.asked.append((message.member(), message.arguments()))
        if message.member() == "GetSessionByPID":
            from PySide6.QtDBus import QDBusObjectPath

            connection.send(message.createReply(QDBusObjectPath(SESSION)))
            return True
        if message.member() == "Inhibit":
            from PySide6.QtDBus import QDBusUnixFileDescriptor

            connection.send(message.createReply(QDBusUnixFileDescriptor(self.pipe[1])))
            return True
        return False


@dataclass
class Desktop:
    """A listener, the logind that it asked, somebody who speaks, and what was heard."""

    listener: LinuxListener
    login: Login
    say: Callable[..., None]
    heard: list[Trigger]
    bus: str
    qtbot: object

    def hears(self, *triggers):
        """What was said since is heard so, and nothing else; a bus keeps the order of what is said on it."""
        self.qtbot.waitUntil(lambda: len(self.heard) >= len(triggers))
        assert self.heard == list(triggers)
        self.heard.clear()

    def properties(self, path, interface, *values):
        """PropertiesChanged with the types that systemd gives it."""
        subprocess.run(
            ["busctl", "--address", self.bus, "emit", path, "org.freedesktop.DBus.Properties",
             "PropertiesChanged", "sa{sv}as", interface, "1", *values, "1", "Other"],
            check=True,
        )  # fmt: skip


@pytest.fixture
def desktop(bus, qtbot, request):
    """A listener on the bus, what it heard, and somebody who speaks."""
    names = [f"{part} of {request.node.name}" for part in ("system", "session", "other")]
    system, session, other = (QDBusConnection.connectToBus(bus, name) for name in names)
    heard = []
    login = Login()
    assert other.registerService(LOGIN)
    assert other.registerVirtualObject("/org/freedesktop/login1", login)
    listener = LinuxListener(system, session, heard.append)
    qtbot.waitUntil(lambda: bool(listener._own_session) and listener._hold is not None)

    def say(path, interface, name, *values):
        message = QDBusMessage.createSignal(path, interface, name)
        message.setArguments(list(values))
        assert other.send(message)

    yield Desktop(listener, login, say, heard, bus, qtbot)
    listener.close()
    other.unregisterObject("/org/freedesktop/login1")
    other.unregisterService(LOGIN)
    for name in names:
        QDBusConnection.disconnectFromBus(name)
    os.close(login.pipe[0])
    os.close(login.pipe[1])


def test_sleep_is_heard_and_waking_up_is_not(desktop):
    for begins in (False, True):
        desktop.say("/org/freedesktop/login1", MANAGER, "PrepareForSleep", begins)
    desktop.hears(Trigger.SLEEP)


@pytest.mark.parametrize("name", SAVERS)
def test_every_desktop_that_locks_its_screen_is_heard(desktop, name):
    for active in (False, True):
        desktop.say("/" + name.replace(".", "/"), name, "ActiveChanged", active)
    desktop.hears(Trigger.SCREEN)


def test_the_lock_of_the_own_session_is_heard_and_that_of_another_is_not(desktop):
    assert ("GetSessionByPID", [os.getpid()]) in desktop.login.asked
    for path in ("/org/freedesktop/login1/session/_99", SESSION):
        desktop.say(path, f"{LOGIN}.Session", "Lock")
    desktop.hears(Trigger.SCREEN)


@pytest.mark.skipif(shutil.which("busctl") is None, reason="no systemd to speak with its types")
@pytest.mark.parametrize(
    ("path", "interface", "name", "locks", "trigger"),
    [
        (SESSION, f"{LOGIN}.Session", "Active", "false", Trigger.USER),
        (SESSION, f"{LOGIN}.Session", "LockedHint", "true", Trigger.SCREEN),
        ("/org/freedesktop/UPower", "org.freedesktop.UPower", "LidIsClosed", "true", Trigger.LID),
        ("/org/freedesktop/login1", MANAGER, "LidClosed", "true", Trigger.LID),
    ],
)
def test_another_user_a_hint_and_the_lid_are_heard(desktop, path, interface, name, locks, trigger):
    for value in ("true" if locks == "false" else "false", locks):
        desktop.properties(path, interface, name, "b", value)
    desktop.hears(trigger)


def test_sleep_waits_until_the_program_has_locked(desktop):
    assert ("Inhibit", ["sleep", "Casework", "lock", "delay"]) in desktop.login.asked
    held = desktop.listener._hold
    assert held.isValid()
    assert not os.get_inheritable(held.fileDescriptor()), "a fresh process would hold sleep back for ever"
    desktop.say("/org/freedesktop/login1", MANAGER, "PrepareForSleep", True)
    desktop.hears(Trigger.SLEEP)
    assert desktop.listener._hold is None


def test_after_close_nothing_is_heard(desktop):
    desktop.listener.close()
    desktop.listener._on_sleep(True)
    assert desktop.heard == []


def test_a_computer_without_a_bus_is_no_trouble(qtbot):
    heard = []
    listener = LinuxListener(QDBusConnection("no such bus"), QDBusConnection("none either"), heard.append)
    listener.close()
    assert heard == []
