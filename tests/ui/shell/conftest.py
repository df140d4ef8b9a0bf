"""The whole program with vaults that are cheap to open; people are answered for, nothing else is replaced."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QTableView, QWidget

from shelter_app.casework.cases import new_case
from shelter_app.casework.entries import save_entry
from shelter_app.casework.users import change_own_password, new_user
from shelter_app.casework.vaults import create_vault, open_vault, sign_out
from shelter_app.domain.partial_date import PartialDate
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.rights import Role
from shelter_ui.app import Program, build
from shelter_ui.preferences import PreferencesFile
from shelter_ui.services import Services
from shelter_ui.tasks import Tasks

PASSWORD = "copper heron battery mango"
CHEAP = KdfParams(memory_kib=64, passes=1, lanes=1)
NAME = "Testing Wanderer"


def pytest_collection_modifyitems(items):
    for item in items:
        if "ui/shell" in item.path.as_posix():
            # The platform without a screen warns about every window of a fixed size.
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


@dataclass
class Answers:
    """Answers every question at once, with what the test has laid ready."""

    folders: list[Path] = field(default_factory=list)
    agree: bool = True
    questions: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def folder(self, title, on_chosen, *, start=None):
        self.questions.append(title)
        if self.folders:
            on_chosen(self.folders.pop(0))

    def file(self, title, on_chosen, *, endings=(), kinds=""):
        self.questions.append(title)

    def save_file(self, title, name, on_chosen, *, endings=()):
        self.questions.append(title)

    def confirm(self, question, body, action, on_yes, *, on_no=None, leave=""):
        self.questions.append(question)
        if self.agree:
            on_yes()
        elif on_no is not None:
            on_no()

    def show(self, title, body):
        self.said.append(body)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A vault with an administrator AD and one case."""
    path = tmp_path / "vault"
    new = create_vault(path, post="KM", user="AD", password=PASSWORD, allow_weak=True, kdf=CHEAP)
    session = new.session
    case = new_case(session, person={"name_latin": NAME})
    due = PartialDate.of(session.today).to_json()
    save_entry(session, "service", {"service_kind": "legal", "planned_on": due}, case_id=case.case_id)
    sign_out(session)
    return path


@pytest.fixture
def join(vault: Path) -> Callable[..., None]:
    """Give somebody an account whose password is `PASSWORD`; with `fresh` they still have to choose their own."""

    def joined(name: str, role: Role, *, fresh: bool = False) -> None:
        session = open_vault(vault, "AD", PASSWORD)
        first = PASSWORD if fresh else "the first one only"
        new_user(session, name=name, role=role, password=first)
        sign_out(session)
        if not fresh:
            session = open_vault(vault, name, first)
            change_own_password(session, first, PASSWORD)
            sign_out(session)

    return joined


@pytest.fixture
def services() -> Services:
    """Real services; only the key derivation of new vaults is cheap."""
    return Services(create=functools.partial(create_vault, allow_weak=True, kdf=CHEAP))


@pytest.fixture
def start(
    qtbot, qapp: QApplication, tmp_path: Path, answers: Answers, services: Services
) -> Iterator[Callable[..., Program]]:
    """Start the program as `shelter` does; English unless told otherwise."""
    started: list[Program] = []

    def begin(vault: Path | None = None, *, tasks: Tasks | None = None, language: str = "en") -> Program:
        preferences = PreferencesFile(tmp_path / "config" / "settings.json")
        preferences.change(theme="light", language=language)
        program = build(
            qapp, vault=vault, language=language, preferences=preferences, services=services,
            tasks=tasks or Tasks.immediate(), ask=answers, log=tmp_path / "log",
        )  # fmt: skip
        program.window.start()
        program.window.activateWindow()
        qtbot.waitUntil(program.window.isActiveWindow)
        started.append(program)
        return program

    yield begin
    for program in started:
        window = program.window
        if window.session is not None:
            with qtbot.waitSignal(window.signed_out, timeout=20_000):
                window.lock()
        program.close()
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class Hand:
    """What a person does with the window, and what they read in it."""

    def __init__(self, qtbot) -> None:
        self.qtbot = qtbot

    def find(self, root: QWidget, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """The one visible widget of this object name."""
        found = [widget for widget in root.findChildren(kind, name) if widget.isVisible()]
        assert len(found) == 1, f"{name}: {len(found)} visible"
        return found[0]

    def fill(self, root: QWidget, name: str, text: str) -> None:
        """Type into a line: what stood there is replaced."""
        line = self.find(root, name, QLineEdit)
        line.setFocus()
        line.selectAll()
        self.qtbot.keyClick(line, Qt.Key.Key_Delete)
        self.qtbot.keyClicks(line, text)

    def press(self, root: QWidget, name: str) -> None:
        """Click a button."""
        button = self.find(root, name, QAbstractButton)
        assert button.isEnabled(), name
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def key(self, root: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key where the focus is."""
        chosen = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            chosen |= modifier
        self.qtbot.keyClick(QApplication.focusWidget() or root, key, chosen)

    def sign_in(self, program: Program, name: str = "AD", password: str = PASSWORD) -> None:
        """Choose a name, type the password, press Enter."""
        page = program.window.sign_in
        page.keep_user(name)
        self.fill(page, "password_line", password)
        self.qtbot.keyClick(self.find(page, "password_line"), Qt.Key.Key_Return)

    def read(self, root: QWidget) -> str:
        """Everything that can be read or heard in the window now."""
        said = []
        for widget in (root, *root.findChildren(QWidget)):
            if not widget.isVisible():
                continue
            said += [
                widget.accessibleName(),
                widget.accessibleDescription(),
                widget.toolTip(),
                widget.windowTitle(),
            ]
            if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
                said.append(widget.text())
            if isinstance(widget, QTableView) and widget.model() is not None:
                model = widget.model()
                said += [
                    str(model.index(row, column).data() or "")
                    for row in range(model.rowCount())
                    for column in range(model.columnCount())
                ]
        return "\n".join(said)


@pytest.fixture
def hand(qtbot) -> Hand:
    return Hand(qtbot)
