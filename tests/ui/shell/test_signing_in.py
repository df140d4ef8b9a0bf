"""Signing in: who, the password, and five messages that are never mixed."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from shelter_app.casework.vaults import create_vault, open_vault, sign_out
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.passwords import DEMO_PASSWORD
from shelter_app.vault.rights import Role
from shelter_ui.tasks import Tasks
from shelter_ui.widgets.brand import WaveLine

PASSWORD = "copper heron battery mango"


def message(program) -> str:
    return program.window.sign_in._row.problem()


def test_the_right_password_opens_the_workplace(qtbot, start, hand, vault):
    program = start(vault)
    hand.sign_in(program)
    assert program.window.workplace is not None
    assert program.window.workplace.page_title() == "Today"
    assert program.window.windowTitle() == "Today - Casework - No backup yet"


class TestLongOpening:
    """An opening that has more to do than usual."""

    @pytest.fixture
    def at_each_part(self):
        return []

    @pytest.fixture
    def services(self, services, at_each_part):
        def slowly(path, user, password, progress):
            for part in ("copy", "names"):
                progress(part, 1, 4)
                at_each_part[0](part)
            return services.open(path, user, password, progress)

        return dataclasses.replace(services, open=slowly)

    def test_what_takes_long_is_told_by_its_name(self, start, hand, vault, at_each_part):
        program, read = start(vault), {}
        at_each_part.append(lambda part: read.update({part: hand.read(program.window.sign_in)}))
        hand.sign_in(program)
        assert "Copying the vault before it is brought to the newer form, 25%" in read["copy"]
        assert "Reading names, 25%" in read["names"]
        assert program.window.workplace is not None


def test_a_wrong_password_is_told_below_the_field_which_is_empty_again(qtbot, start, hand, vault):
    program = start(vault)
    hand.sign_in(program, password="not this one")
    line = hand.find(program.window, "password_line", QLineEdit)
    assert message(program).startswith("The password is not right for this user.")
    assert line.text() == ""
    assert line.hasFocus()
    assert program.window.session is None
    qtbot.keyClicks(line, PASSWORD)
    hand.press(program.window, "open")
    assert program.window.session is not None


def test_choosing_another_name_empties_the_password(qtbot, start, hand, vault, join):
    join("HJ", Role.CASEWORKER)
    program = start(vault)
    hand.fill(program.window, "password_line", "half typed")
    program.window.sign_in.keep_user("HJ")
    assert hand.find(program.window, "password_line", QLineEdit).text() == ""


def test_five_troubles_have_five_messages(qtbot, start, hand, vault, tmp_path):
    seen = {}
    program = start(vault)
    hand.sign_in(program, password="not this one")
    seen["password"] = message(program)

    other = open_vault(vault, "AD", PASSWORD)
    hand.sign_in(program)
    seen["in use"] = message(program)
    sign_out(other)

    store = vault / "store.db"
    whole = store.read_bytes()
    store.write_bytes(whole[:512] + bytes(4096) + whole[4608:])
    hand.sign_in(program)
    seen["data"] = hand.read(hand.find(program.window, "damage"))
    program.window.show_sign_in()
    store.write_bytes(whole)

    folder = VaultFolder(vault)
    headers = folder.header.read_bytes(), folder.header_copy.read_bytes()
    for path, content in zip((folder.header, folder.header_copy), headers, strict=True):
        path.write_bytes(content[:40] + bytes(200) + content[240:])
    program.window.sign_in.use_vault(vault)
    seen["header"] = message(program)
    for path, content in zip((folder.header, folder.header_copy), headers, strict=True):
        path.write_bytes(content)

    session = open_vault(vault, "AD", PASSWORD)
    session.store.execute("PRAGMA user_version = 99")
    sign_out(session)
    program.window.sign_in.use_vault(vault)
    hand.sign_in(program)
    seen["newer"] = message(program)

    assert all(seen.values()), seen
    assert len(set(seen.values())) == 5
    assert "not right" in seen["password"]
    assert "open in another program" in seen["in use"]
    assert "does not open with the keys of this vault" in seen["data"]
    assert "The password is not the problem" in seen["data"]
    assert "key file of this vault" in seen["header"]
    assert "newer version" in seen["newer"]


def test_a_damaged_vault_leaves_the_way_to_others_open(qtbot, start, hand, vault, tmp_path, answers):
    broken = tmp_path / "broken"
    broken.mkdir()
    program = start(broken)
    assert "There is no vault in this folder" in message(program)
    assert not hand.find(program.window, "open").isEnabled()
    answers.folders.append(vault)
    hand.press(program.window, "other_vault")
    assert message(program) == ""
    hand.sign_in(program)
    assert program.window.session is not None


def test_the_window_lives_while_the_vault_is_opening(qtbot, start, hand, vault):
    program = start(vault, tasks=Tasks())
    with qtbot.waitSignal(program.window.signed_in, timeout=20_000):
        hand.sign_in(program)
        button = hand.find(program.window, "open")
        assert button.busy
        assert button.text() == "Opening"
    assert program.window.workplace is not None


def test_caps_lock_has_a_line_of_its_own(qtbot, start, hand, vault):
    program = start(vault)
    line = hand.find(program.window, "password_line")
    assert "Caps Lock is on" not in hand.read(program.window)
    qtbot.keyClick(line, "a")
    qtbot.keyClick(line, "B", Qt.KeyboardModifier.ShiftModifier)
    assert "Caps Lock is on" not in hand.read(program.window)
    qtbot.keyClick(line, "C")
    assert "Caps Lock is on" in hand.read(program.window)


def test_the_language_changes_and_the_half_typed_password_stays(qtbot, start, hand, vault):
    program = start(vault)
    hand.fill(program.window, "password_line", "half of it")
    switch = program.window.sign_in._languages
    switch.choose("zh")
    assert hand.find(program.window, "password_line", QLineEdit).text() == "half of it"
    assert program.desk.language.current == "zh"
    assert program.desk.preferences.current.language == "zh"
    switch.choose("en")
    assert program.window.sign_in._title.text() == "AD, enter your password"


def test_without_a_vault_it_offers_to_create_one(qtbot, start, hand):
    program = start(None)
    assert "There is no vault on this computer yet" in hand.read(program.window)
    qtbot.mouseClick(program.window.sign_in._nothing.button, Qt.MouseButton.LeftButton)
    assert hand.find(program.window, "new_vault") is not None


def test_a_password_that_was_given_is_replaced_first(qtbot, start, hand, vault, join):
    join("LM", Role.CASEWORKER, fresh=True)
    program = start(vault)
    hand.sign_in(program, "LM")
    page = hand.find(program.window, "first_password")
    hand.fill(page, "given_password", "not it")
    for name in ("new_password", "new_password_again"):
        hand.fill(page, name, "words of my own now")
    hand.press(page, "change_password")
    assert "The password is not right" in hand.read(page)
    hand.fill(page, "given_password", PASSWORD)
    hand.press(page, "change_password")
    assert program.window.workplace is not None
    program.window.lock()
    hand.sign_in(program, "LM", "words of my own now")
    assert program.window.workplace is not None


def test_enter_in_the_repetition_changes_the_first_password(qtbot, start, hand, vault, join):
    join("LM", Role.CASEWORKER, fresh=True)
    program = start(vault)
    hand.sign_in(program, "LM")
    page = hand.find(program.window, "first_password")
    hand.fill(page, "given_password", PASSWORD)
    hand.fill(page, "new_password", "words of my own now")
    hand.fill(page, "new_password_again", "words of my own nos")
    qtbot.keyClick(hand.find(page, "new_password_again"), Qt.Key.Key_Return)
    assert program.window.workplace is None
    assert "not the same" in hand.read(page)
    hand.fill(page, "new_password_again", "words of my own now")
    qtbot.keyClick(hand.find(page, "new_password_again"), Qt.Key.Key_Return)
    assert program.window.workplace is not None


def test_leaving_the_first_password_signs_out(qtbot, start, hand, vault, join):
    join("LM", Role.CASEWORKER, fresh=True)
    program = start(vault)
    hand.sign_in(program, "LM")
    qtbot.keyClick(hand.find(program.window, "first_password"), Qt.Key.Key_Escape)
    assert program.window.session is None
    sign_out(open_vault(vault, "AD", PASSWORD))


def test_a_demonstration_shows_its_password_and_opens_with_it(qtbot, start, hand, tmp_path):
    new = create_vault(
        tmp_path / "demo", post="DM", user="Demo", password=DEMO_PASSWORD, kdf=KdfParams(64, 1, 1), demo=True
    )
    sign_out(new.session)
    program = start(tmp_path / "demo")
    assert DEMO_PASSWORD in hand.read(program.window)
    program.window.open_demo()
    assert program.window.workplace is not None
    assert "Demonstration with invented people." in hand.read(program.window)
    assert not program.window.workplace.notices.backup.isVisible()


def test_a_real_vault_shows_no_password_and_is_not_opened_as_a_demonstration(qtbot, start, hand, vault):
    program = start(vault)
    assert DEMO_PASSWORD not in hand.read(program.window)
    program.window.open_demo()
    assert program.window.session is None


@pytest.mark.parametrize(
    "module",
    [
        "reportlab",
        "pypinyin",
        "numpy",
        "opencc",
        "zxcvbn",
        "python_calamine",
        "babel",
        "highspy",
        "sqlcipher3",
        "cryptography",
        "importlib.resources",
        "logging.handlers",
        "concurrent.futures.thread",
        "html.entities",
        "subprocess",
        "shelter_ui.dialogs.dialog",
        "shelter_ui.theme.style",
    ],
)
def test_nothing_heavy_is_loaded_before_the_sign_in_screen(module, painted):
    assert "shelter_ui.windows.sign_in" in painted.modules
    assert module not in painted.modules


@pytest.mark.parametrize("name", ["QStyle", "QAccessible", "QShortcut", "QGradient", "QWizard"])
def test_classes_of_qt_that_the_sign_in_screen_does_not_need_are_not_built_for_it(name, painted):
    # PySide6 builds a class with all its constants when it is first asked for; a filter for all events of
    # the application, or a question for a widget that Qt has made by itself, builds all of them.
    assert {"QWidget", "QPainter", "QLineEdit"} <= painted.classes
    assert name not in painted.classes


def test_the_lock_key_counts_as_soon_as_the_window_has_been_seen(start, vault, qtbot):
    program = start(vault)
    qtbot.waitUntil(lambda: program.window._attending)
    with qtbot.waitSignal(program.window.locks.due):
        qtbot.keyClick(program.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)


def test_garbage_is_looked_for_again_once_the_window_has_been_seen(painted):
    assert painted.collecting == [False, True]


def test_the_window_is_shielded_as_soon_as_it_has_been_seen(painted):
    assert painted.shielded == ([True] if painted.shields else [])


@dataclass(frozen=True)
class _Painted:
    modules: frozenset[str]
    classes: frozenset[str]
    collecting: list[bool]
    shielded: list[bool]
    shields: bool


#: Starts the program as `python -m shelter_ui` does and stops when the window has been painted.
_START = """
import gc, json, sys
from shelter_ui.__main__ import load
program = load()
from shelter_ui.locking import capture
shielded = []
if sys.argv[1:] == ["shield"]:
    capture.shield_of_this_system = lambda: lambda window, on: shielded.append(on)
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

class Watch(QObject):
    told = None
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and self.told is None:
            self.told = {}
            QTimer.singleShot(0, self.look)
            watched.ready.connect(self.end)
        return False
    def look(self):
        built = [c.__name__ for c in everything(object) if c.__module__.startswith("PySide6")]
        self.told = {"modules": list(sys.modules), "collecting": [gc.isenabled()], "classes": built}
    def end(self):
        QTimer.singleShot(0, self.tell)
    def tell(self):
        self.told["collecting"].append(gc.isenabled())
        self.told["shielded"] = shielded
        print(json.dumps(self.told), flush=True)
        QApplication.quit()

def everything(cls, seen=None):
    seen = set() if seen is None else seen
    for sub in type.__subclasses__(cls):
        if sub not in seen:
            seen.add(sub)
            everything(sub, seen)
    return seen

class Watched(QApplication):
    def exec(self):
        self.watch = Watch()
        for window in QApplication.topLevelWidgets():
            window.installEventFilter(self.watch)
        return QApplication.exec()

app = Watched(["shelter"])
program([])
"""


@pytest.fixture(scope="module", params=["", "shield"], ids=["plain", "shielded"])
def painted(tmp_path_factory, request):
    """The program as it stands when it was painted: as here, and with windows shielded as on Windows and macOS."""
    home = tmp_path_factory.mktemp("home")
    places = (
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
        "XDG_DATA_HOME",
        "HOME",
        "APPDATA",
        "LOCALAPPDATA",
    )
    done = subprocess.run(
        [sys.executable, "-c", _START, request.param], capture_output=True, text=True, check=True, timeout=120,
        env=os.environ | {name: str(home) for name in places},
    )  # fmt: skip
    told = json.loads(done.stdout)
    return _Painted(
        frozenset(told["modules"]), frozenset(told["classes"]), told["collecting"],
        told["shielded"], bool(request.param),
    )  # fmt: skip


def test_the_drawn_line_keeps_clear_of_the_links_below_the_card(start, vault, qtbot):
    window = start(vault).window
    page = window.sign_in
    window.resize(1366, 768)
    link = next(button for button in page.findChildren(QAbstractButton) if button.text() == "Create a vault")
    wave = page.findChild(WaveLine)

    def clear() -> bool:
        foot = link.mapTo(page, QPoint(0, link.height())).y()
        return not wave.isVisible() or wave.y() + wave.height() * 48 // 160 >= foot

    qtbot.waitUntil(lambda: window.size() == QSize(1366, 768) and clear())
    assert wave.isVisible()
