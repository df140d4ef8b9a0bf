"""A real vault, a dressed program, and stand-ins for the window around a page."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from shelter_app.casework import cases, entries, users, vaults
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.rights import Role
from shelter_i18n import set_language
from shelter_ui.context import AppContext
from shelter_ui.hub import Hub
from shelter_ui.language import LanguageSwitch
from shelter_ui.tasks import Tasks
from shelter_ui.theme.theme import Theme, load_fonts

NOW = dt.datetime(2026, 3, 12, 6, 32, 8, tzinfo=dt.UTC)
PASSWORD = "four plain words here"


def pytest_collection_modifyitems(items):
    for item in items:
        if "ui/cases" in item.path.as_posix():
            # The platform without a screen warns about window sizes, raising and grabbing.
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


def ticking():
    """A clock that goes on by a millisecond whenever it is read."""
    steps = count()
    return lambda: NOW + dt.timedelta(milliseconds=next(steps))


@dataclass
class Shell:
    """Stands in for the main window and its dialogs: remembers where a page asked to go, answers at once."""

    went: list[tuple] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    save_to: Path | None = None
    offered: list[str] = field(default_factory=list)
    agree: bool = True

    def open_case(self, case_id: str, section: str | None = None) -> None:
        self.went.append(("case", case_id, section))

    def open_form(self, case_id, form_id, entry_id=None, draft_id=None) -> None:
        self.went.append(("form", case_id, form_id, entry_id, draft_id))

    def new_case(self) -> None:
        self.went.append(("new_case",))

    def open_page(self, name, tab=None) -> None:
        self.went.append(("page", name, tab))

    def open_search(self, text) -> None:
        self.went.append(("search", text))

    def back(self) -> None:
        self.went.append(("back",))

    def toast(self, text, undo=None) -> None:
        self.toasts.append(text)

    def folder(self, title, on_chosen, *, start=None) -> None:
        raise AssertionError("no page of cases asks for a folder")

    def file(self, title, on_chosen, *, endings=(), kinds="") -> None:
        raise AssertionError("no page of cases asks for a file to read")

    def save_file(self, title, name, on_chosen, *, endings=()) -> None:
        self.offered.append(name)
        if self.save_to is not None:
            on_chosen(self.save_to)

    def confirm(self, question, body, action, on_yes, *, on_no=None, leave="") -> None:
        if self.agree:
            on_yes()

    def show(self, title, body) -> None:
        self.shown.append(body)


@pytest.fixture
def theme(qapp):
    load_fonts()
    theme = Theme("light", reduced_motion=True)
    theme.apply(qapp)
    # A widget that is tried alone wears what the page around it would.
    dress = lambda: qapp.setStyleSheet(theme.style_sheet)  # noqa: E731 - connected and called
    theme.changed.connect(dress)
    dress()
    yield theme
    qapp.setStyleSheet("")
    set_language("en")


@pytest.fixture
def session(tmp_path):
    """A vault whose creator holds every key."""
    made = vaults.create_vault(
        tmp_path / "vault",
        post="KM",
        user="Li Min",
        password=PASSWORD,
        allow_weak=True,
        kdf=KdfParams(memory_kib=64, passes=1, lanes=1),
        clock=ticking(),
    )
    sessions = [made.session]
    yield made.session
    made.session.close()
    assert sessions


@pytest.fixture
def sign_in_as(session):
    """Closes the vault of its creator and opens it for somebody of another role."""
    opened = []

    def sign_in(role: Role, name: str = "HJ"):
        users.new_user(session, name=name, role=role, password="first words of mine")
        path = session.folder.path
        vaults.sign_out(session)
        other = vaults.open_vault(path, name, "first words of mine", clock=ticking())
        opened.append(other)
        return other

    yield sign_in
    for other in opened:
        other.close()


@pytest.fixture
def make_case() -> Callable:
    """Opens a case with sound defaults; answers by keyword go into person or intake."""

    def make(session, name="陈秀云", **answers):
        intake = {
            key: answers.pop(key) for key in list(answers) if key in ("trafficking_status", "registered_on")
        }
        intake.setdefault("registered_on", {"y": 2026, "m": 3, "d": 2})
        person = {
            "name_native": name,
            "sex": "female",
            "birth": {"y": 1998},
            "citizenship": ["VN"],
            **answers,
        }
        return cases.new_case(session, person=person, intake=intake)

    return make


@pytest.fixture
def add_entry() -> Callable:
    def add(session, case_id, form_id, **values):
        return entries.save_entry(session, form_id, values, case_id=case_id)

    return add


@pytest.fixture
def shell() -> Shell:
    return Shell()


@pytest.fixture
def make_context(theme, shell, qapp, request):
    """A page's surroundings; work is done at once unless `tasks` says otherwise."""

    def make(session, tasks: Tasks | None = None) -> AppContext:
        context = AppContext(
            session=session,
            theme=theme,
            tasks=tasks or Tasks.immediate(_raise),
            hub=Hub(),
            language=LanguageSwitch(QApplication.instance()),
            navigate=shell,
            ask=shell,
        )
        request.addfinalizer(lambda: context)
        return context

    return make


def _raise(error: BaseException) -> None:
    raise error


@pytest.fixture
def show(qtbot):
    """Shows a page in a window of the smallest laptop and makes it active."""

    kept = []

    def show(page: QWidget, width=1190, height=697) -> QWidget:
        # The window around it keeps a page alive; here this list does.
        kept.append(page)
        qtbot.addWidget(page)
        page.resize(width, height)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        return page

    yield show
    kept.clear()
