"""What is copied from the program is marked as a secret, and taken back after 20 seconds and by the lock."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

import shelter_ui
from shelter_ui.locking.clipboard import CLEAR_AFTER_MS, MARKS, Clipboard
from shelter_ui.models.rows import RowsModel
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.tables import Cell, TableView

NAME = "Testing Wanderer"
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def system(qapp):
    clipboard = QApplication.clipboard()
    clipboard.clear()
    yield clipboard
    clipboard.clear()


@pytest.fixture
def ours(system):
    made = Clipboard(system)
    yield made
    system.dataChanged.disconnect(made._on_changed)
    made._timer.stop()


def from_a_line(qtbot):
    line = QLineEdit(NAME)
    qtbot.addWidget(line)
    line.selectAll()
    qtbot.keyClick(line, Qt.Key.Key_C, CTRL)


def from_several_lines(qtbot):
    text = QPlainTextEdit(NAME)
    qtbot.addWidget(text)
    text.selectAll()
    qtbot.keyClick(text, Qt.Key.Key_C, CTRL)


def cut_from_formatted_text(qtbot):
    text = QTextEdit()
    text.setHtml(f"<b>{NAME}</b>")
    qtbot.addWidget(text)
    text.selectAll()
    qtbot.keyClick(text, Qt.Key.Key_X, CTRL)


def from_a_table(qtbot):
    table = TableView(Theme("light"))
    qtbot.addWidget(table)
    model = RowsModel([(lambda: "Name", Cell)], table)
    model.set_rows([NAME])
    table.setModel(model)
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_C, CTRL)


def from_code(_qtbot):
    QApplication.clipboard().setText(NAME)


COPIES = [from_a_line, from_several_lines, cut_from_formatted_text, from_a_table, from_code]


@pytest.mark.parametrize("copy", COPIES, ids=lambda copy: copy.__name__)
def test_every_copy_is_marked_and_holds_the_text_alone(qtbot, system, ours, copy):
    copy(qtbot)
    data = system.mimeData()
    assert data.text() == NAME
    assert not data.hasHtml()
    for name, value in MARKS.items():
        assert data.data(name).data() == value
    assert data.data("x-kde-passwordManagerHint").data() == b"secret"
    assert ours.counting


def test_without_our_watch_a_copy_has_no_mark(qtbot, system):
    from_a_line(qtbot)
    assert system.mimeData().text() == NAME
    assert not system.mimeData().hasFormat("x-kde-passwordManagerHint")


def test_twenty_seconds_later_it_is_gone(qtbot, system, ours):
    assert CLEAR_AFTER_MS == 20_000
    assert ours._timer.interval() == CLEAR_AFTER_MS
    ours._timer.setInterval(1)
    from_a_line(qtbot)
    qtbot.waitUntil(lambda: not system.text())


def test_a_second_copy_has_its_own_twenty_seconds(qtbot, system, ours):
    from_a_line(qtbot)
    # The time of the first one is nearly up.
    ours._timer.stop()
    system.setText("something else")
    assert ours._timer.remainingTime() > CLEAR_AFTER_MS / 2
    assert system.text() == "something else"


def test_what_another_program_copied_since_then_stays(qtbot, system, ours, monkeypatch):
    from_a_line(qtbot)
    monkeypatch.setattr(ours, "_is_ours", lambda: False)
    data = QMimeData()
    data.setText("of another program")
    system.setMimeData(data)
    assert not ours.counting
    ours.clear_ours()
    assert system.text() == "of another program"
    assert not system.mimeData().hasFormat("x-kde-passwordManagerHint")


def test_the_lock_takes_it_back_before_the_process_goes(at_work, computer, system):
    system.setText(NAME)
    assert system.mimeData().hasFormat("x-kde-passwordManagerHint")
    at_work.window.lock()
    assert computer.seen[0][2] == ""
    assert system.text() == ""


def test_every_text_of_the_program_is_held_and_no_list_is_dragged():
    """New widgets take `HeldText` and `SelectableProse`; Qt's own ones let their text be dragged away."""
    found = {}
    for path in sorted(Path(shelter_ui.__file__).parent.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for word in re.findall(
            r"\bQ(?:PlainTextEdit|TextEdit|TextBrowser)[()]|TextSelectableBy|setDragEnabled\(True|QDrag\(",
            text,
        ):
            found.setdefault(path.name, set()).add(word)
    assert found == {"fields.py": {"QPlainTextEdit)"}, "texts.py": {"TextSelectableBy"}}
