"""From page to page with the real pages: search, case, form, and typing that survives the lock."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView, QWidget

from shelter_app.casework.backups import back_up
from shelter_app.casework.drafts import my_drafts
from shelter_app.casework.entries import save_entry
from shelter_app.casework.vaults import open_vault, sign_out
from shelter_app.domain.partial_date import PartialDate
from shelter_app.storage import case_list
from shelter_app.storage.case_list import ListFilter
from shelter_app.vault.rights import Role
from shelter_ui.widgets.tables import RECORD_ROLE

PASSWORD = "copper heron battery mango"
NAME = "Testing Wanderer"


@pytest.fixture
def at_work(start, hand, vault):
    program = start(vault)
    hand.sign_in(program)
    return program


def test_typing_a_name_shows_the_case_and_down_enter_opens_it(at_work, hand, qtbot):
    window, work = at_work.window, at_work.window.workplace
    hand.fill(window, "search", "wanderer")
    qtbot.waitUntil(lambda: work.page_title() == "Cases" and NAME in hand.read(work.page()))
    search = hand.find(window, "search", QLineEdit)
    assert QApplication.focusWidget() is search
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert isinstance(QApplication.focusWidget(), QTableView)
    hand.key(window, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: work.rail.current == "cases" and work.page() is not None and "KM-A-" in hand.read(work.page())
    )
    assert NAME not in window.windowTitle()
    hand.key(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert work.page_title() == "Cases"


def test_enter_on_what_is_due_opens_its_case(at_work, hand):
    work = at_work.window.workplace
    table = hand.find(at_work.window, "agenda", QTableView)
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, 0))
    hand.key(at_work.window, Qt.Key.Key_Return)
    assert work.page().objectName() == "page_case"
    hand.key(at_work.window, Qt.Key.Key_Escape)
    assert work.page_title() == "Today"


def test_enter_on_a_return_opens_its_case_at_the_steps_of_the_return(start, hand, vault):
    session = open_vault(vault, "AD", PASSWORD)
    (case_id,) = [
        row.case_id for row in case_list.page(session.store, "registered", ListFilter(), names=False)
    ]
    due = PartialDate.of(session.today).to_json()
    step = {"stage": "documents", "step": "travel_document", "status": "planned", "planned_on": due}
    save_entry(session, "return_step", step, case_id=case_id)
    sign_out(session)
    program = start(vault)
    hand.sign_in(program)
    work = program.window.workplace
    work.open_page("returns")
    table = hand.find(program.window, "returns", QTableView)
    table.setCurrentIndex(table.model().index(0, 0))
    hand.key(program.window, Qt.Key.Key_Return)
    assert work.page().objectName() == "page_case"
    assert hand.find(work.page(), "case_sections").current == "return_step"
    assert "Travel document issued" in hand.read(work.page())


def test_what_is_typed_survives_the_lock(at_work, hand, qtbot, vault):
    window = at_work.window
    hand.press(window, "new_case")
    page = window.workplace.page()
    assert page.objectName() == "page_form"
    line = next(
        field for field in page.findChildren(QLineEdit) if field.isVisible() and not field.isReadOnly()
    )
    line.setFocus()
    qtbot.keyClicks(line, "Half A Name")
    hand.key(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert window.session is None
    assert "Half A Name" not in hand.read(window)
    session = open_vault(vault, "AD", PASSWORD)
    (draft,) = my_drafts(session)
    assert "Half A Name" in str(draft.values)
    sign_out(session)
    hand.sign_in(at_work)
    page = window.workplace.page()
    assert page.objectName() == "page_form"
    assert any(field.text() == "Half A Name" for field in page.findChildren(QLineEdit))


def test_the_language_changes_under_a_half_filled_form(at_work, hand, qtbot):
    window = at_work.window
    hand.press(window, "new_case")
    page = window.workplace.page()
    line = next(
        field for field in page.findChildren(QLineEdit) if field.isVisible() and not field.isReadOnly()
    )
    line.setFocus()
    qtbot.keyClicks(line, "Half A Name")
    hand.press(window, "language")
    assert line.text() == "Half A Name"
    assert window.workplace.page() is page


def test_the_age_of_the_backup_leads_to_the_place_for_it(at_work, hand, tmp_path):
    back_up(at_work.window.session, tmp_path)
    at_work.window.workplace.context.backup_made.emit()
    hand.press(at_work.window, "rail_backup")
    page = at_work.window.workplace.page()
    assert page.tabs.tabText(page.tabs.currentIndex()) == "Vault and backup"


@pytest.mark.parametrize("page", ["cases", "returns", "summaries", "exchange", "administration"])
def test_every_part_opens_in_both_languages_without_a_fault(at_work, hand, page):
    work = at_work.window.workplace
    work.open_page(page)
    assert work.rail.current == page
    assert work.page_title()
    for language in ("zh", "en"):
        at_work.desk.language.use(language)
    assert NAME not in at_work.window.windowTitle()


def test_a_reporting_officer_reads_a_case_without_its_name(start, hand, join, vault, qtbot):
    join("HJ", Role.REPORTING_OFFICER)
    program = start(vault)
    hand.sign_in(program, "HJ")
    work = program.window.workplace
    work.page()._whose.choose("post")
    table = hand.find(program.window, "agenda", QTableView)
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, 0))
    hand.key(program.window, Qt.Key.Key_Return)
    assert work.page().objectName() == "page_case"
    read = hand.read(program.window)
    assert "KM-A-" in read
    assert NAME not in read
    assert not [b for b in work.page().findChildren(QLineEdit) if b.isVisible() and NAME in b.text()]


class _Windows(QObject):
    """Notes every window that is shown beside the one window of the program."""

    def __init__(self, allowed) -> None:
        super().__init__()
        self.allowed = allowed
        self.stray: list[str] = []

    def eventFilter(self, watched, event):
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and watched is not self.allowed
        ):
            self.stray.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


def test_no_page_lets_a_window_of_its_own_flash_up(at_work, hand, qapp):
    window = at_work.window
    work = window.workplace
    case_id = work.page().model.index(1, 0).data(RECORD_ROLE).case.id
    watch = _Windows(window)
    qapp.installEventFilter(watch)
    try:
        for page in ("cases", "returns", "summaries", "exchange", "administration"):
            work.open_page(page)
        for tab in ("users", "backup", "journal"):
            work.open_page("administration", tab)
        work.open_case(case_id)
        work.open_form(case_id, "intake")
        work.new_case()
        window.lock()
        hand.sign_in(at_work)
    finally:
        qapp.removeEventFilter(watch)
    assert not watch.stray, "; ".join(watch.stray)
