"""A vault with invented people, and a page of the window as a person meets it."""

import random
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from shelter_app.casework import cases, entries
from shelter_app.casework.session import Session
from shelter_app.casework.vaults import create_vault, open_vault
from shelter_app.vault.kdf import KdfParams
from shelter_i18n import set_language
from shelter_ui.context import AppContext
from shelter_ui.hub import Hub
from shelter_ui.language import LanguageSwitch
from shelter_ui.tasks import Tasks
from shelter_ui.theme.theme import Theme, load_fonts

PASSWORD = "seven calm herons cross"
CHEAP = KdfParams(memory_kib=64, passes=1, lanes=1)


def pytest_collection_modifyitems(items):
    """Windows without a screen cannot tell their size to a window manager."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


@pytest.fixture
def theme(qapp):
    load_fonts()
    theme = Theme("light")
    theme.apply(qapp)
    return theme


@pytest.fixture
def tasks():
    """Real workers, as in the program."""
    bugs = []
    tasks = Tasks(bugs.append)
    yield tasks
    tasks.close()
    assert bugs == []


class Answers:
    """Answers what a page asks for, in place of the desktop's dialogs."""

    def __init__(self):
        self.path = None
        self.questions = []

    def folder(self, title, on_chosen, *, start=None):
        self.questions.append(title)
        on_chosen(self.path)

    def file(self, title, on_chosen, *, endings=(), kinds=""):
        self.questions.append(title)
        on_chosen(self.path)

    def save_file(self, title, name, on_chosen, *, endings=()):
        raise AssertionError("no page asks for this here")

    def confirm(self, question, body, action, on_yes, *, on_no=None, leave=""):
        self.questions.append(question)
        on_yes()

    def show(self, title, body):
        self.questions.append(title)


class Steps(QObject):
    """Where a page wanted to go."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **more: self.calls.append((name, *args))


@pytest.fixture
def answers():
    return Answers()


@pytest.fixture
def make_context(qapp, theme, tasks, answers):
    """The context of a session, as the program builds it after sign-in."""
    language = LanguageSwitch(qapp)
    language.use("en")

    def make(session: Session) -> AppContext:
        return AppContext(
            session=session,
            theme=theme,
            tasks=tasks,
            hub=Hub(),
            language=language,
            navigate=Steps(),
            ask=answers,
        )

    yield make
    language.use("en")


def invent_cases(session: Session, count: int, *, seed: int = 7) -> None:
    """Cases of 2025: most of them women from two countries, some services."""
    dice = random.Random(seed)
    for _number in range(count):
        month, day = dice.randint(1, 12), dice.randint(1, 28)
        person = {
            "name_latin": f"Person {_number}",
            "sex": dice.choices(["female", "male"], [70, 30])[0],
            "birth": {"y": 2025 - dice.choice([8, 15, 16, 19, 20, 22, 22, 25, 28, 31, 35, 42, 55])},
            "citizenship": [dice.choices(["CN", "VN", "MM", "LA"], [60, 25, 10, 5])[0]],
        }
        registered = {"y": 2025, "m": month, "d": day}
        opened = cases.new_case(session, person=person, intake={"registered_on": registered})
        types = dice.choices([["x_ForcedCriminality"], ["SexualExploitation"], []], [60, 25, 15])[0]
        if types:
            entries.save_entry(
                session, "experience", {"types": types, "exploitation_country": "MM"}, case_id=opened.case_id
            )


def _fixed_clock():
    import datetime as dt
    import itertools

    ticks = itertools.count()
    return lambda: dt.datetime(2026, 3, 12, 9, tzinfo=dt.UTC) + dt.timedelta(seconds=next(ticks))


@pytest.fixture(scope="session")
def peopled_folder(tmp_path_factory):
    """A vault with 160 people, made once."""
    set_language("en")
    folder = tmp_path_factory.mktemp("peopled") / "vault"
    made = create_vault(
        folder, post="KM", user="LM", password=PASSWORD, kdf=CHEAP, allow_weak=True, clock=_fixed_clock()
    )
    invent_cases(made.session, 160)
    made.session.close()
    return folder


@pytest.fixture
def peopled(peopled_folder, tmp_path):
    """A copy of the vault with people, LM signed in."""
    folder = tmp_path / "peopled"
    shutil.copytree(peopled_folder, folder)
    session = open_vault(folder, "LM", PASSWORD, clock=_fixed_clock())
    yield session
    session.close()
