"""The list, one case, its timeline and its history; what a person sees who holds no key to names."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from shelter_app.casework import attachments, entries
from shelter_app.casework.alerts import set_alerts
from shelter_app.vault.rights import Role
from shelter_ui.models.case_cells import Column
from shelter_ui.widgets.tables import CELL_ROLE
from shelter_ui.windows.case_list_page import CaseListPage
from shelter_ui.windows.case_page import CasePage
from shelter_ui.windows.case_table_view import CaseTableView
from shelter_ui.windows.form_page import FormPage
from shelter_ui.windows.timeline_view import TimelineRow

DAY = {"y": 2026, "m": 3, "d": 6}
SECRETS = ("罗氏梅", "Mai", "C1234567", "brother before", "Peace House", "1381234")


@pytest.fixture
def full_case(session, make_case, add_entry):
    made = make_case(
        session,
        "罗氏梅",
        name_latin="Lo Thi Mai",
        documents=[{"kind": "passport", "number": "C1234567"}],
        phone_mobile="1381234567",
        trafficking_status="ActualVictimOfTrafficking",
    )
    add_entry(session, made.case_id, "consent", purpose="return", answer="given", asked_on=DAY,
              valid_until={"y": 2026, "m": 3, "d": 11}, recipient="Peace House")  # fmt: skip
    add_entry(session, made.case_id, "consent", purpose="photograph", answer="refused", asked_on=DAY)
    add_entry(session, made.case_id, "note", text="She called her brother before lunch.", written_on=DAY)
    add_entry(session, made.case_id, "health", kind="examination", seen_on=DAY, findings="Healthy")
    return made


@pytest.fixture
def case_page(make_context, show):
    def case_page(session, case_id, section=None):
        page = CasePage(make_context(session))
        show(page)
        page.show_case(case_id, section)
        return page

    return case_page


@pytest.fixture
def list_page(make_context, show):
    def list_page(session):
        page = CaseListPage(make_context(session))
        show(page)
        page.on_shown()
        return page

    return list_page


def events(page):
    return [row.item for row in page.middle.timeline.rows]


def every_word(page):
    """Everything that any widget of a page shows, says or offers."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    words = []
    for widget in [page, *page.findChildren(QWidget)]:
        words += [
            widget.accessibleName(),
            widget.accessibleDescription(),
            widget.toolTip(),
            widget.windowTitle(),
        ]
        if isinstance(widget, QLabel | QLineEdit):
            words.append(widget.text())
        if isinstance(widget, QLineEdit):
            words.append(widget.placeholderText())
        if isinstance(widget, QPlainTextEdit):
            words.append(widget.toPlainText())
        if isinstance(widget, QComboBox):
            words += [widget.itemText(n) for n in range(widget.count())]
        if hasattr(widget, "plain_text"):
            words.append(widget.plain_text())
        if isinstance(widget, TimelineRow):
            words.append(widget.item.spoken())
        if isinstance(widget, QTableView) and widget.model() is not None:
            model = widget.model()
            for row in range(model.rowCount()):
                for column in range(model.columnCount()):
                    index = model.index(row, column)
                    cell = index.data(CELL_ROLE)
                    words += [
                        str(index.data()),
                        cell.text,
                        cell.second,
                        str(index.data(Qt.ItemDataRole.ToolTipRole)),
                    ]
    return "\n".join(words)


def walk_everything(list_page, case_page, session, case_id):
    page = list_page(session)
    words = [every_word(page)]
    for search in ("罗", "KM-A"):
        page.set_search(search)
        words.append(every_word(page))
    for section in (None, "person", "intake", "consent", "note", "health"):
        one = case_page(session, case_id, section)
        words.append(every_word(one))
        for item in events(one):
            one.middle.entry_opened.emit(item.entry.row.id)
            words.append(every_word(one))
            one.middle.history_asked.emit(item.entry.row.id)
            words.append(every_word(one))
            one.show_case(case_id, section)
    return "\n".join(words)


# -- one case -----------------------------------------------------------------------------------------


def test_the_timeline_tells_what_is_late_before_what_was(session, full_case, case_page):
    page = case_page(session, full_case.case_id)
    told = events(page)
    assert told[0].state == "overdue"
    assert told[0].late == "1 day late"
    assert told[0].title == "Consent: Voluntary return"
    assert {item.state for item in told[1:]} == {"done"}
    assert "She called her brother before lunch." in [item.text for item in told]
    page.middle.filter_by("note")
    assert [item.title for item in events(page)] == ["Note"]
    page.middle.filter_by("")
    order = page.middle.findChild(QWidget, "timeline_order")
    before = [item.entry.row.id for item in events(page)]
    order.click()
    assert [item.entry.row.id for item in events(page)][-1] == before[0]


def test_rows_are_walked_and_opened_by_key(session, full_case, case_page, qtbot, shell):
    page = case_page(session, full_case.case_id)
    rows = page.middle.timeline.rows
    rows[0].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(rows[0], Qt.Key.Key_J)
    assert rows[1].hasFocus()
    qtbot.keyClick(rows[1], Qt.Key.Key_Up)
    assert rows[0].hasFocus()
    qtbot.keyClick(rows[0], Qt.Key.Key_E)
    assert shell.went[-1] == ("form", full_case.case_id, "consent", rows[0].item.entry.row.id, None)
    qtbot.keyClick(rows[0], Qt.Key.Key_Return)
    assert page.middle.shown.what == "entry"
    assert "Peace House" in every_word(page)
    shell.went.clear()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_E)
    assert shell.went == [("form", full_case.case_id, "consent", page.middle.shown.entry_id, None)]
    assert page.on_escape()
    assert page.middle.shown.what == "overview"
    assert not page.on_escape()


def test_a_correction_is_told_and_both_readings_can_be_read(session, full_case, add_entry, case_page):
    first = add_entry(
        session, full_case.case_id, "service", service_kind="legal", given_on=DAY, outcome="No fine"
    )
    page = case_page(session, full_case.case_id)
    saved = entries.save_entry(
        session, "service", {"service_kind": "legal", "given_on": DAY, "outcome": "No penalty"},
        case_id=full_case.case_id, entry_id=first.entry_id, started_from=first.revision_id,
    )  # fmt: skip
    page.context.hub.tell(saved.changes)
    item = next(item for item in events(page) if item.entry.row.id == first.entry_id)
    assert item.corrected == "corrected 12 Mar"
    assert "No penalty" in item.text
    page.middle.entry_opened.emit(first.entry_id)
    page.middle.findChild(QWidget, "entry_history").click()
    newest = page.findChild(QWidget, "revision_1")
    said = [label.text() for label in newest.findChildren(QLabel)]
    assert any("<u>fine</u>" in text for text in said)
    assert any("<u>penalty</u>" in text for text in said)
    assert "No fine" in every_word(page.findChild(QWidget, "revision_0"))


def test_words_that_stand_for_a_date_can_be_read(session, full_case, add_entry, case_page):
    written = {"y": 1999, "text": "spring 1999"}
    entry = add_entry(session, full_case.case_id, "service", service_kind="legal", given_on=written)
    page = case_page(session, full_case.case_id, f"entry:{entry.entry_id}")
    assert "Written as: spring 1999" in every_word(page)


def test_the_side_tells_consent_as_it_stands_today(session, full_case, case_page):
    page = case_page(session, full_case.case_id)
    said = [label.text() for label in page.side.findChildren(QLabel)]
    assert "ask again" in said
    assert "refused" in said


def test_add_offers_what_can_be_added(session, full_case, case_page, shell):
    page = case_page(session, full_case.case_id)
    menu = page.menus.open_add(page._view, page.mapToGlobal(page.rect().topRight()))
    assert menu.geometry().right() <= page.mapToGlobal(page.rect().topRight()).x()
    names = {action.objectName() for action in menu.actions()}
    assert {"add_service", "add_note", "add_closure"} <= names
    assert "add_intake" not in names  # it is filled once
    next(action for action in menu.actions() if action.objectName() == "add_service").trigger()
    menu.close()
    assert shell.went[-1] == ("form", full_case.case_id, "service", None, None)


def test_alerts_assignment_and_restriction_are_saved_at_once(session, full_case, case_page, shell):
    page = case_page(session, full_case.case_id)
    menu = page.menus.open_more(page._view, page.mapToGlobal(page.rect().center()))
    alert = menu.findChild(QWidget, "alerts_menu").actions()[1]
    alert.trigger()
    menu.close()
    assert page._view.case.alerts == (alert.objectName().removeprefix("alert_"),)
    assert "Allergy: call the nurse" in every_word(page.header)
    assert shell.toasts == ["The alerts are saved."]
    menu = page.menus.open_more(page._view, page.mapToGlobal(page.rect().center()))
    next(action for action in menu.actions() if action.objectName() == "restrict").trigger()
    menu.close()
    assert page._view.case.restricted


def test_a_form_is_printed_under_its_number(session, full_case, case_page, shell, tmp_path):
    page = case_page(session, full_case.case_id, "intake")
    shell.save_to = tmp_path / "form.pdf"
    page.middle.print_asked.emit(page.middle._entry_id())
    assert shell.offered == [f"{full_case.number}-intake.pdf"]
    assert shell.save_to.read_bytes().startswith(b"%PDF")
    assert shell.shown == []


def test_names_leave_with_one_key(session, full_case, case_page, list_page):
    page = case_page(session, full_case.case_id)
    assert "罗氏梅" in every_word(page)
    page.context.show_names(False)
    for secret in SECRETS:
        assert secret not in every_word(page)
    page._on_section("person")
    for secret in SECRETS:
        assert secret not in every_word(page)
    page.context.show_names(True)
    assert "罗氏梅" in every_word(page)


def test_nobody_without_the_key_meets_a_name_anywhere(sign_in_as, session, full_case, list_page, case_page):
    officer = sign_in_as(Role.REPORTING_OFFICER)
    words = walk_everything(list_page, case_page, officer, full_case.case_id)
    for secret in (*SECRETS, "Healthy"):
        assert secret not in words
    assert full_case.number in words
    assert "Name sealed" in words
    assert "Note, sealed. Can open it: Li Min" in words
    assert "Coded facts only" in words
    assert "Can open names and free text: Li Min" in words
    assert "Can open health: Li Min" in words


def test_the_same_walk_meets_every_name_with_the_key(sign_in_as, session, full_case, list_page, case_page):
    worker = sign_in_as(Role.CASEWORKER)
    words = walk_everything(list_page, case_page, worker, full_case.case_id)
    for secret in SECRETS:
        assert secret in words
    assert "Healthy" not in words
    assert "Health entry, sealed. Can open it: Li Min" in words


@pytest.fixture
def with_paper(session, full_case, tmp_path):
    paper = tmp_path / "paper.txt"
    paper.write_text("A letter.")
    attachments.add_document(session, full_case.case_id, paper, {})
    return full_case.case_id


def test_documents_that_somebody_has_no_key_for_are_said_to_be_there_and_whose_they_are(
    sign_in_as, with_paper, case_page
):
    page = case_page(sign_in_as(Role.REPORTING_OFFICER), with_paper)
    page._on_section("documents")
    words = every_word(page)
    assert "1 document is sealed. Can open it: Li Min" in words
    assert "No documents yet" not in words


def test_who_opens_documents_is_told_of_those_that_may_lie_under_health(sign_in_as, with_paper, case_page):
    page = case_page(sign_in_as(Role.CASEWORKER), with_paper)
    page._on_section("documents")
    words = every_word(page)
    assert "is sealed. Can open it" not in words
    assert "Documents may be among the sealed health entries. Can open them: Li Min" in words


def test_a_case_that_is_gone_is_said(session, case_page):
    page = case_page(session, "0" * 32)
    assert "There is no such case" in every_word(page)


def test_everything_fits_the_smallest_window_in_both_languages(session, full_case, make_context, show):
    page = CasePage(make_context(session))
    show(page, 1064, 588)
    page.show_case(full_case.case_id)
    for language in ("zh", "en"):
        page.context.language.use(language)
        assert page.width() == 1064
        for button in (page.header.add, page.header.print):
            assert button.width() >= button.sizeHint().width()
            assert page.rect().contains(button.mapTo(page, button.rect().bottomRight()))


# -- the list -----------------------------------------------------------------------------------------


def test_the_list_opens_a_case_with_enter(session, make_case, list_page, qtbot, shell):
    make_case(session, "陈秀云")
    second = make_case(session, "Nang Kham")
    page = list_page(session)
    assert page.model.rowCount() == 2
    page.enter_list()
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert shell.went[-1] == ("case", second.case_id, None)
    qtbot.keyClicks(page.view, "c")
    assert shell.went[-1] == ("search", "c")


def test_search_filter_and_empty_states(session, make_case, add_entry, list_page, qtbot, shell):
    made = make_case(session, "陈秀云", name_latin="Chen Xiuyun")
    other = make_case(session, "Nang Kham")
    add_entry(session, other.case_id, "closure", reason="transferred", closed_on=DAY)
    page = list_page(session)
    page.set_search("chenxy")
    assert [page.model.record(row).case_id for row in range(page.model.rowCount())] == [made.case_id]
    assert "1 case fits" in every_word(page)
    page.set_search("nobody")
    assert "Nothing under this name" in every_word(page)
    page.set_search("")
    assert page.model.rowCount() == 2
    page._filters.choose("closed")
    assert [page.model.record(row).case_id for row in range(page.model.rowCount())] == [other.case_id]
    page._filters.choose("due")
    assert "No case fits this filter" in every_word(page)


def test_a_header_sorts_and_sorts_the_other_way(session, make_case, list_page, qtbot):
    first, second = make_case(session, "王一"), make_case(session, "安二")
    page = list_page(session)
    header = page.view.horizontalHeader()
    header.sectionClicked.emit(1)
    assert [page.model.record(row).case_id for row in range(2)] == [second.case_id, first.case_id]
    header.sectionClicked.emit(1)
    assert [page.model.record(row).case_id for row in range(2)] == [first.case_id, second.case_id]


def test_words_of_notes_are_a_group_of_their_own(session, make_case, add_entry, list_page):
    from shelter_app.casework.people import catch_up_notes

    made = make_case(session, "Nang Kham")
    add_entry(session, made.case_id, "note", text="Likes embroidery")
    catch_up_notes(session)
    page = list_page(session)
    page.set_search("embroidery")
    assert page.model.rowCount() == 0
    assert page.in_notes.rowCount() == 1
    assert page.notes_view.isVisible()


def test_no_part_of_a_page_flashes_up_as_a_window(session, full_case, make_context, show, qapp):
    class Watch(QObject):
        def __init__(self):
            super().__init__()
            self.stray = []

        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                self.stray.append(watched)
            return False

    context = make_context(session)
    pages = [show(kind(context)) for kind in (CaseListPage, CasePage, FormPage)]
    watch = Watch()
    qapp.installEventFilter(watch)
    try:
        control = QLabel("x")
        control.show()
        assert watch.stray == [control]
        control.hide()
        watch.stray.clear()
        CaseListPage(context, pages[0])
        CasePage(context, pages[1])
        for section in ("overview", "person", "consent", "health"):
            pages[1].show_case(full_case.case_id, section)
        for form_id in ("service", "person", "note", "health"):
            pages[2].start(full_case.case_id, form_id)
        pages[2].start(None, "person")
    finally:
        qapp.removeEventFilter(watch)
    assert watch.stray == []


@pytest.mark.parametrize("scale", [100, 150])
def test_no_case_number_is_cut_beside_an_alert(session, make_case, list_page, theme, scale):
    case = make_case(session)
    set_alerts(session, case.case_id, ["child_alone", "do_not_contact"])
    theme.change(scale=scale)
    table = list_page(session).findChild(CaseTableView)
    index = table.model().index(0, Column.NUMBER)
    assert index.data() == case.number
    hint = table.itemDelegate().sizeHint(QStyleOptionViewItem(), index)
    assert table.columnWidth(Column.NUMBER) >= hint.width() > 0
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        assert "Child without a parent or guardian" in index.data(role)
        assert "Do not contact" in index.data(role)
    theme.change(scale=100)


def test_the_focus_follows_into_a_history_and_back(session, full_case, case_page, qtbot):
    page = case_page(session, full_case.case_id)
    row = next(row for row in page.middle.timeline.rows if row.item.title.startswith("Consent"))
    entry_id = row.item.entry.row.id
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Return)
    back = QApplication.focusWidget()
    assert isinstance(back, QAbstractButton)
    assert back.text() == "Back"
    history = page.findChild(QAbstractButton, "entry_history")
    history.setFocus()
    qtbot.keyClick(history, Qt.Key.Key_Space)
    assert page.middle.shown.what == "history"
    assert QApplication.focusWidget() is back
    qtbot.keyClick(back, Qt.Key.Key_Space)
    assert page.middle.shown.what == "overview"
    assert QApplication.focusWidget().objectName() == f"event_{entry_id}"


def test_what_is_planned_again_is_not_said_to_be_done(session, full_case, add_entry, case_page):
    add_entry(session, full_case.case_id, "service", service_kind="psychosocial", status="given", given_on=DAY,
              next_due={"y": 2026, "m": 3, "d": 24}, sessions=2)  # fmt: skip
    page = case_page(session, full_case.case_id)
    ahead, done = [item for item in events(page) if item.entry.row.form == "service"]
    assert (ahead.planned, ahead.who, ahead.text) == (True, "planned", "Last time: 6 Mar")
    assert not done.planned
    assert done.text.startswith("Given")


def test_a_case_where_nothing_is_due_says_so_in_chinese(session, make_case, case_page):
    page = case_page(session, make_case(session).case_id)
    words = {label.text() for label in page.header.findChildren(QLabel)}
    assert "Nothing due" in words
