"""The real window on a demo vault: every main screen in both languages, nothing untranslated, nothing cut off."""

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from shelter_app.demo import build_demo_vault
from shelter_app.vault.passwords import DEMO_PASSWORD
from shelter_resources import open_path
from shelter_ui.app import build
from shelter_ui.pictures import take_pictures
from shelter_ui.preferences import PreferencesFile
from shelter_ui.tasks import Tasks

CATALOGUE = Path(__file__).parents[2] / "i18n/shelter_i18n/locale/zh_CN/LC_MESSAGES/shelter.po"


@contextlib.contextmanager
def step(_name: str, _words: str):
    yield


@pytest.fixture(scope="module")
def vault(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "vault"
    build_demo_vault(folder, step)
    return folder


@pytest.fixture
def program(qapp, vault, tmp_path):
    preferences = PreferencesFile(tmp_path / "settings.json")
    made = build(
        qapp, vault=vault, language="en", preferences=preferences, tasks=Tasks.immediate(), log=tmp_path
    )
    yield made
    made.window.lock()
    made.window.hide()
    made.close()
    made.window.deleteLater()


def english_that_has_chinese() -> set[str]:
    with CATALOGUE.open("rb") as source:
        found = read_po(source, locale="zh_CN")
    return {
        message.id
        for message in found
        if isinstance(message.id, str)
        and message.string
        and message.string != message.id
        and " " in message.id
    }


def texts(window) -> set[str]:
    shown = set()
    for kind in (QLabel, QAbstractButton, QLineEdit):
        for widget in window.findChildren(kind):
            if widget.isVisibleTo(window):
                shown.add(widget.text())
                shown.add(widget.accessibleName())
                shown.add(widget.toolTip())
                if isinstance(widget, QLineEdit):
                    shown.add(widget.placeholderText())
    return shown - {""}


def test_every_main_screen_is_shown_in_both_languages(program, tmp_path, monkeypatch):
    english = english_that_has_chinese()
    assert len(english) > 300
    left: dict[str, set[str]] = {}
    grab = type(program.window).grab

    def noting(window, *more):
        if program.desk.language.current == "zh":
            left.setdefault("zh", set()).update(texts(window) & english)
        else:
            left.setdefault("en", set()).update(texts(window) & english)
        return grab(window, *more)

    monkeypatch.setattr(type(program.window), "grab", noting)
    written = take_pictures(program, tmp_path / "screens", ["en", "zh"], size=(1366, 768))
    assert len(written) == 30
    for path in written:
        picture = QImage(str(path))
        assert (picture.width(), picture.height()) == (1366, 768)
        colours = {picture.pixel(x, y) for x in range(0, 1366, 7) for y in range(0, 768, 7)}
        assert len(colours) > 20, path.name
    assert left["en"], "the search for English finds English"
    assert left["zh"] == set()


def test_the_demo_files_are_the_ones_that_were_studied():
    for name in ("shelter_register_zh.xlsx", "consular_returnees_en.csv"):
        assert open_path("samples", name).stat().st_size > 30000


@pytest.mark.parametrize("module", ["shelter_ui", "shelter_app"])
def test_the_program_starts_by_the_name_that_the_demo_calls(module):
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert "--demo" in done.stdout or "demo" in done.stdout


def test_the_signed_in_demo_says_what_it_is_and_its_password(program):
    program.window.start()
    program.window.open_demo()
    assert DEMO_PASSWORD in " ".join(texts(program.window))
