"""A fault of the program in a worker frees the page that waited for it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from shelter_ui.tasks import Tasks
from shelter_ui.windows import import_page
from shelter_ui.windows.import_page import ROWS, ImportPage


@pytest.fixture
def tasks():
    bugs = []
    tasks = Tasks(bugs.append)
    tasks.bugs = bugs
    yield tasks
    tasks.close()


def test_another_register_can_be_chosen_after_a_fault_in_reading_one(
    make_context, peopled, tasks, answers, qtbot, monkeypatch, tmp_path
):
    page = ImportPage(make_context(peopled))
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.on_shown()
    choose = page.findChild(QPushButton, "choose_file")
    answers.path = tmp_path / "register.csv"
    answers.path.write_text("姓名,性别\n陈秀云,女\n", encoding="utf-8")

    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(import_page, "read_file", broken)
        qtbot.mouseClick(choose, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(tasks.bugs) == 1)
    assert isinstance(tasks.bugs[0], ZeroDivisionError)
    qtbot.waitUntil(lambda: not choose.busy)
    qtbot.mouseClick(choose, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.stack.currentIndex() == ROWS, timeout=30_000)
