"""Every reason to lock in every state of the window: locked before the event loop turns, the draft is back."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QFileDialog, QMenu

from shelter_app.casework.backups import back_up
from shelter_app.casework.people import find
from shelter_app.casework.pool import office_key_file, trust_key
from shelter_app.casework.registers import import_register
from shelter_app.casework.sending import Sending, send
from shelter_app.casework.summary import make_preview
from shelter_app.domain.periods import Period
from shelter_app.exchange.pool_keys import new_pool_keys, public_key_file
from shelter_app.exchange.registers import preview
from shelter_resources import open_path
from shelter_ui.locking.triggers import Trigger
from shelter_ui.widgets.fields import TextArea

NAME = "Testing Wanderer"
TYPED = "Half A Name"
RECEIVER = new_pool_keys("receiver", "IOM")


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


def print_dialog(work, pull):
    case_id = work.window.session.store.value("SELECT id FROM cases")
    work.type_into_form(TYPED, lambda: work.window.workplace.open_form(case_id, "person"))
    work.window.workplace.page()._bar._print.trigger()
    chooser = QApplication.activeModalWidget()
    assert isinstance(chooser, QFileDialog)
    assert chooser.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    pull()


def drag_over_selected_text(work, pull):
    """The button is held and the pointer has left the field; a drag that Qt has begun is in `test_lock_on_x11`."""
    area = TextArea(work.program.desk.theme, NAME, lines=4)
    area.setParent(work.window.workplace.page())
    area.show()
    area.selectAll()
    QTest.mousePress(area.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    QTest.mouseMove(area.viewport(), QPoint(300, 300))
    pull()
    QTest.mouseRelease(area.viewport(), Qt.MouseButton.LeftButton)


def running(work, pull, long_work):
    """Long work that has begun and stops only when it is told to."""
    begun = threading.Event()

    def slowly(job):
        def progress(done, total):
            begun.set()
            job._stop.wait(30)
            job.progress(done, total)

        long_work(progress)

    work.program.desk.tasks.run(slowly)
    assert begun.wait(30)
    pull()


def running_backup(work, pull):
    session, target = work.window.session, work.computer.vault.parent / "stick"
    target.mkdir(exist_ok=True)
    running(work, pull, lambda progress: back_up(session, target, progress=progress))


def running_import(work, pull):
    session = work.window.session
    register = preview(open_path("samples", "consular_returnees_en.csv"), today=session.today)
    running(work, pull, lambda progress: import_register(session, register, progress=progress))


def running_sending(work, pull):
    """A package that is made and being checked as its receiver will."""
    session, folder = work.window.session, work.computer.vault.parent
    key = folder / "IOM.pub"
    key.write_bytes(public_key_file(RECEIVER))
    trust_key(session, key, RECEIVER.public.fingerprint)
    office_key_file(session)
    preview = make_preview(session, Period.parse("2020"))
    chosen = Sending(preview.period, "IOM", frozenset({"tables", "letter"}), preview)

    def long_work(progress):
        def step(_part, check):
            if check == "words":
                progress(0, 0)

        send(session, chosen, folder / "sent", on_step=step)

    running(work, pull, long_work)
    assert not (folder / "sent").exists()


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
    plain, modal_dialog, dialog_in_a_loop_of_its_own, menu, list_of_a_field, file_chooser, print_dialog,
    drag_over_selected_text, running_backup, running_import, running_sending, running_search, half_typed_form,
)  # fmt: skip
WITH_DRAFT = {half_typed_form, print_dialog}
TOLD = {
    running_backup: "The backup begun at",
    running_import: "Nothing of it was brought in.",
    running_sending: "The package begun at",
}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_whatever_happens_whatever_is_open_it_locks(at_work, computer, trigger_pulled, state):
    for number, trigger in enumerate(Trigger, start=1):
        locked_at_once = []

        def pull(trigger=trigger, number=number, locked_at_once=locked_at_once):
            QApplication.clipboard().setText(NAME)
            trigger_pulled(trigger, at_work)
            # No turn of the event loop lies between the reason and this line.
            locked_at_once.append(len(computer.replaced) == number)

        state(at_work, pull)
        assert locked_at_once == [True], trigger
        visible, vault_is_free, copied = computer.seen[-1]
        assert visible == [], trigger
        assert vault_is_free, trigger
        assert copied == "", trigger
        assert computer.replaced[-1].minimised is (trigger is Trigger.PANIC)
        assert computer.replaced[-1].vault == computer.vault
        assert at_work.window.session is None
        assert at_work.window.isMinimized() is (trigger is Trigger.PANIC)
        at_work.settle()
        at_work.window.showNormal()
        at_work.sign_in()
        assert at_work.window.session.store.value("SELECT count(*) FROM cases") == 1
        if state in WITH_DRAFT:
            at_work.qtbot.waitUntil(lambda: TYPED in " ".join(at_work.typed()))
            at_work.window.workplace.page()._discard()
        at_work.settle()
        told = at_work.window.workplace.notices.cut_off.accessibleName()
        assert {each: words in told for each, words in TOLD.items()} == {
            each: each is state for each in TOLD
        }, trigger
    assert computer.reported == []
