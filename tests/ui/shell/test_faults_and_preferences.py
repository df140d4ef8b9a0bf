"""What the program writes outside the vault holds nothing personal, and a fault is told once and calmly."""

from __future__ import annotations

import stat

from PySide6.QtWidgets import QDialog

from shelter_ui.faults import FaultHandler, describe
from shelter_ui.preferences import Preferences, PreferencesFile

SECRET = "Testing Wanderer"


def _break(secret):
    value = {secret: 1}
    try:
        return value["other"]
    except KeyError as error:
        raise ValueError(f"cannot read {secret}") from error


def test_a_fault_is_described_by_kind_and_place_without_its_text():
    try:
        _break(SECRET)
    except ValueError as error:
        told = describe(error)
    assert "ValueError" in told
    assert "KeyError" in told
    assert "test_faults_and_preferences.py" in told
    assert "_break" in told
    assert SECRET not in told


def test_the_log_holds_no_content_and_belongs_to_the_user(tmp_path):
    faults = FaultHandler(tmp_path / "log")
    faults.handle(ValueError(SECRET))
    faults.close()
    written = (tmp_path / "log" / "faults.log").read_text("utf-8")
    assert "ValueError" in written
    assert SECRET not in written
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o700


def test_a_second_fault_opens_no_second_dialog(tmp_path):
    faults = FaultHandler(tmp_path)
    opened = []
    faults.show = opened.append
    faults.handle(ValueError())
    faults.handle(ValueError())
    assert len(opened) == 1
    opened[0]()
    faults.handle(ValueError())
    assert len(opened) == 2
    faults.close()


def test_a_fault_in_a_worker_reaches_the_one_dialog(start, hand, vault):
    program = start(vault)
    hand.sign_in(program)
    tasks = program.desk.tasks
    tasks._on_bug = program.faults.handle

    def broken(_job):
        raise RuntimeError(SECRET)

    tasks.run(broken)
    dialog = hand.find(program.window, "question", QDialog)
    read = hand.read(dialog)
    assert "A fault in the program" in read
    assert SECRET not in read
    hand.press(dialog, "leave")


def test_preferences_come_back_and_are_private(tmp_path):
    path = tmp_path / "deep" / "settings.json"
    PreferencesFile(path).change(language="zh", vault="/somewhere")
    assert PreferencesFile(path).current == Preferences(vault="/somewhere", language="zh")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_preferences_that_make_no_sense_are_as_the_program_comes(tmp_path):
    path = tmp_path / "settings.json"
    for text in ("", "[1]", '{"scale": "big", "language": 7}', "\x00\x01"):
        path.write_text(text)
        assert PreferencesFile(path).current == Preferences()
    path.write_text('{"scale": 150, "language": "zh", "unknown": true}')
    assert PreferencesFile(path).current == Preferences(language="zh", scale=150)


def test_preferences_that_cannot_be_written_stop_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    preferences = PreferencesFile(tmp_path / "file" / "settings.json")
    preferences.change(language="zh")
    assert preferences.current.language == "zh"
