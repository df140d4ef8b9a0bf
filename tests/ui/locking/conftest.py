"""The whole program on a cheap vault, with clocks that the test sets and a stand-in for the fresh process."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from shelter_app.casework.cases import new_case
from shelter_app.casework.vaults import create_vault, sign_out
from shelter_app.vault.errors import VaultInUse
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.lock import VaultLock
from shelter_ui.app import Program, build
from shelter_ui.locking.parts import LockParts
from shelter_ui.locking.replacing import Replacement
from shelter_ui.locking.triggers import Heard, Trigger
from shelter_ui.preferences import PreferencesFile
from shelter_ui.tasks import Tasks

PASSWORD = "copper heron battery mango"
NAME = "Testing Wanderer"


def pytest_collection_modifyitems(items):
    for item in items:
        if "ui/locking" in item.path.as_posix():
            # The platform without a screen warns about every window of a fixed size.
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


@dataclass
class Computer:
    """What locking needs of a computer, as the test wants it; `seen` is what stood when the process went."""

    vault: Path
    monotonic: float = 1000.0
    wall: float = 1.8e9
    heard: Heard | None = None
    replaced: list[Replacement] = field(default_factory=list)
    #: At each replacement: visible windows, whether the vault was free, what the clipboard held.
    seen: list[tuple[list[str], bool, str]] = field(default_factory=list)
    reported: list[BaseException] = field(default_factory=list)
    closed: int = 0

    def replace(self, fresh: Replacement) -> None:
        visible = [type(w).__name__ for w in QApplication.topLevelWidgets() if w.isVisible()]
        visible += [type(w).__name__ for w in QGuiApplication.topLevelWindows() if w.isVisible()]
        try:
            with VaultLock(VaultFolder(self.vault), patience=0.01):
                free = True
        except VaultInUse:
            free = False
        self.seen.append((visible, free, QApplication.clipboard().text()))
        self.replaced.append(fresh)

    def listen(self, window: QWidget, heard: Heard) -> Computer:
        assert window.isWindow()
        self.heard = heard
        return self

    def close(self) -> None:
        self.closed += 1

    def parts(self) -> LockParts:
        return LockParts(
            monotonic=lambda: self.monotonic, wall=lambda: self.wall, replace=self.replace, listen=self.listen
        )


@pytest.fixture(scope="session")
def ready_vault(tmp_path_factory) -> Path:
    """A vault with an administrator AD and one case, made once."""
    folder = tmp_path_factory.mktemp("ready") / "vault"
    kdf = KdfParams(memory_kib=64, passes=1, lanes=1)
    session = create_vault(folder, post="KM", user="AD", password=PASSWORD, allow_weak=True, kdf=kdf).session
    new_case(session, person={"name_latin": NAME})
    sign_out(session)
    return folder


@pytest.fixture
def vault(ready_vault: Path, tmp_path: Path) -> Path:
    return shutil.copytree(ready_vault, tmp_path / "vault")


@pytest.fixture
def computer(vault: Path) -> Computer:
    return Computer(vault)


class AtWork:
    """Somebody at the keyboard of the program."""

    def __init__(self, program: Program, computer: Computer, qtbot) -> None:
        self.program, self.computer, self.qtbot = program, computer, qtbot
        self.window = program.window

    def sign_in(self, user: str = "AD", password: str = PASSWORD) -> None:
        page = self.window.sign_in
        page.keep_user(user)
        page._password.edit.setText(password)
        with self.qtbot.waitSignal(self.window.signed_in, timeout=20_000):
            self.qtbot.keyClick(page._password.edit, Qt.Key.Key_Return)
        if self.computer.heard is None:
            self.qtbot.waitUntil(lambda: self.computer.heard is not None)

    def settle(self) -> None:
        """Wait until nothing works in the background."""
        self.qtbot.waitUntil(lambda: not self.program.desk.tasks._jobs, timeout=20_000)

    def press(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where a person's key arrives: popup, dialog, or window."""
        where = (
            QApplication.activePopupWidget() or QApplication.activeModalWidget() or QApplication.focusWidget()
        )
        self.qtbot.keyClick(where or self.window, key, modifier)

    def idle(self, minutes: float = 5) -> None:
        """Nobody does anything for so long."""
        for _half_minute in range(round(minutes * 2)):
            self.computer.monotonic += 30
            self.computer.wall += 30
            self.window.locks.look()

    def type_into_form(self, text: str, open_form: Callable[[], None] | None = None) -> None:
        (open_form or self.window.workplace.new_case)()
        page = self.window.workplace.page()
        self.qtbot.waitUntil(lambda: bool(free_fields(page)))
        field = free_fields(page)[0]
        field.setFocus()
        self.qtbot.keyClicks(field, text)

    def typed(self) -> list[str]:
        """What stands in the fields of the page that is shown."""
        return [field.text() for field in free_fields(self.window.workplace.page()) if field.text()]


def free_fields(page: QWidget) -> list[QLineEdit]:
    return [field for field in page.findChildren(QLineEdit) if field.isVisible() and not field.isReadOnly()]


@pytest.fixture
def start(qtbot, qapp: QApplication, tmp_path: Path, computer: Computer) -> Iterator[Callable[..., AtWork]]:
    """Start the program with real workers."""
    started: list[Program] = []

    def begin() -> AtWork:
        preferences = PreferencesFile(tmp_path / "config" / "settings.json")
        preferences.change(theme="light", language="en")
        bugs: list[BaseException] = []
        program = build(
            qapp, vault=computer.vault, language="en", preferences=preferences, tasks=Tasks(bugs.append),
            log=tmp_path / "log", locking=computer.parts(),
        )  # fmt: skip
        object.__setattr__(program.window._guard._parts, "report", computer.reported.append)
        program.window.start()
        program.window.activateWindow()
        started.append(program)
        return AtWork(program, computer, qtbot)

    yield begin
    for program in started:
        if program.window.session is not None:
            program.window.lock()
        program.close()
        program.window.close()
        program.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def at_work(start) -> AtWork:
    """The program with AD signed in."""
    work = start()
    work.sign_in()
    work.settle()
    return work


def pull(trigger: Trigger, work: AtWork) -> None:
    """Let happen what makes the program lock."""
    computer = work.computer
    if trigger is Trigger.ASKED:
        work.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    elif trigger is Trigger.PANIC:
        work.press(Qt.Key.Key_F10)
    elif trigger is Trigger.IDLE:
        work.idle()
    elif trigger is Trigger.CLOCK:
        computer.monotonic += 1
        computer.wall += 3600
        work.window.locks.look()
    else:
        assert computer.heard is not None
        computer.heard(trigger)


@pytest.fixture
def trigger_pulled() -> Callable[[Trigger, AtWork], None]:
    return pull
