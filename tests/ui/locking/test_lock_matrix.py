"""Every reason to lock in every state of the window: locked before the event loop turns, the draft is back."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QFileDialog, QMenu

from shelter_app.casework.backups import back_up
from shelter_app.casework.people import find
from shelter_ui.locking.triggers import Trigger

NAME = "Testing Wanderer"
TYPED = "Half A Name"


def plain(_work, pull):
    pull()


def modal_dialog(work, pull):
    work.program.desk.ask.confirm("Really?", "A question.", "Do it", lambda: pytest.fail("answered"))
    assert QApplication.activeModalWidget() is not None
    pull()


def dialog_in_a_loop_of_its_own(work, pull):
    dialog = QDialog(work.window)
    QTimer.singleShot(0, dialog, pull)
    dialog.exec()


def menu(work, pull):
    opened = QMenu(work.window)
    opened.addAction("One")
    opened.popup(work.window.pos())
    assert QApplication.activePopupWidget() is opened
    pull()


def list_of_a_field(work, pull):
    field = QComboBox(work.window.workplace.page())
    field.addItems(["One", "Two"])
    field.show()
    field.showPopup()
    assert QApplication.activePopupWidget() is not None
    pull()


def file_chooser(work, pull):
    work.program.desk.ask.file("Which register?", lambda _path: pytest.fail("chosen"))
    assert isinstance(QApplication.activeModalWidget(), QFileDialog)
    pull()


def running_backup(work, pull):
    session, begun = work.window.session, threading.Event()
    target = work.computer.vault.parent / "stick"
    target.mkdir(exist_ok=True)

    def slowly(job):
        def progress(done, total):
            begun.set()
            job._stop.wait(30)
            job.progress(done, total)

        back_up(session, target, progress=progress)

    work.program.desk.tasks.run(slowly)
    assert begun.wait(30)
    pull()


def running_search(work, pull):
    session, begun = work.window.session, threading.Event()

    def search(job):
        while True:
            find(session, "testing")
            begun.set()
            job.check()

    work.program.desk.tasks.run(search)
    assert begun.wait(30)
    pull()


def half_typed_form(work, pull):
    work.type_into_form(TYPED)
    pull()


STATES = (
    plain, modal_dialog, dialog_in_a_loop_of_its_own, menu, list_of_a_field, file_chooser, running_backup,
    running_search, half_typed_form,
)  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_whatever_happens_whatever_is_open_it_locks(at_work, computer, trigger_pulled, state):
    for number, trigger in enumerate(Trigger, start=1):
        locked_at_once = []

        def pull(trigger=trigger, number=number, locked_at_once=locked_at_once):
            trigger_pulled(trigger, at_work)
            # No turn of the event loop lies between the reason and this line.
            locked_at_once.append(len(computer.replaced) == number)

        state(at_work, pull)
        assert locked_at_once == [True], trigger
        visible, vault_is_free, _copied = computer.seen[-1]
        assert visible == [], trigger
        assert vault_is_free, trigger
        assert computer.replaced[-1].minimised is (trigger is Trigger.PANIC)
        assert computer.replaced[-1].vault == computer.vault
        assert at_work.window.session is None
        assert at_work.window.isMinimized() is (trigger is Trigger.PANIC)
        at_work.settle()
        at_work.window.showNormal()
        at_work.sign_in()
        if state is half_typed_form:
            at_work.qtbot.waitUntil(lambda: TYPED in " ".join(at_work.typed()))
            at_work.window.workplace.page()._discard()
        at_work.settle()
        cut_off = at_work.window.workplace.notices.cut_off
        assert ("The backup begun at" in cut_off.accessibleName()) is (state is running_backup), trigger
    assert computer.reported == []
