"""What is typed and is no answer stays on the screen, is marked, hinders saving, and comes back from its draft."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from shelter_app.casework import cases, drafts, entries
from shelter_ui.forms.form_widget import FormWidget
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.lines import StepList
from shelter_ui.windows.form_page import FormPage


@pytest.fixture
def open_page(make_context, show):
    def open_page(session, *start):
        page = FormPage(make_context(session))
        show(page)
        page.start(*start)
        return page

    return open_page


def form_of(page):
    return page.findChild(FormWidget)


def field(page, field_id):
    return form_of(page).question(field_id).editor.widget


def row(page, field_id):
    return form_of(page).question(field_id).row


def type_in(qtbot, widget, text, *keys):
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    for letter in text:
        qtbot.keyClick(QApplication.focusWidget(), letter)
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), key)


def press_save(qtbot, page):
    qtbot.mouseClick(page.findChild(Button, "save_entry"), Qt.MouseButton.LeftButton)


def leave_and_come_back(session, page, open_page):
    page.leave()
    page.close()
    draft = drafts.my_drafts(session)[0]
    return open_page(session, draft.case_id, draft.form, draft.entry_id, draft.id)


def date_words(page, field_id):
    return [label.text() for label in field(page, field_id).findChildren(QLabel)]


def date_parts(date_edit):
    return [part for part in date_edit.findChildren(QLineEdit) if part.isVisible()]


def services(session, made):
    return [entry.values for entry in cases.open_case(session, made.case_id).of_form("service")]


def test_a_day_that_is_none_comes_back_wrong_from_its_draft_and_is_not_saved(
    session, make_case, open_page, qtbot
):
    made = make_case(session)
    page = open_page(session, made.case_id, "service")
    type_in(qtbot, field(page, "service_kind"), "legal", Qt.Key.Key_Tab)
    type_in(qtbot, field(page, "given_on"), "1998132")
    page = leave_and_come_back(session, page, open_page)
    assert [part.text() for part in date_parts(field(page, "given_on"))] == ["1998", "13", "2"]
    assert any("no such day" in words for words in date_words(page, "given_on"))
    press_save(qtbot, page)
    assert services(session, made) == []
    month = date_parts(field(page, "given_on"))[1]
    month.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClicks(month, "12")
    press_save(qtbot, page)
    assert services(session, made) == [{"service_kind": "legal", "given_on": {"y": 1998, "m": 12, "d": 2}}]


def test_a_wrong_day_in_a_row_hinders_saving_and_comes_back_too(session, make_case, open_page, qtbot):
    made = make_case(session, documents=[{"kind": "passport", "number": "C1"}])
    page = open_page(session, made.case_id, "person")

    def expires():
        return form_of(page).question("documents").editor.rows[0].questions["expires_on"].editor.widget

    form_of(page).show_part_of("documents")
    type_in(qtbot, expires(), "20261399")
    press_save(qtbot, page)
    assert "no such day" in " ".join(label.text() for label in expires().findChildren(QLabel))
    page = leave_and_come_back(session, page, open_page)
    assert [part.text() for part in date_parts(expires())] == ["2026", "13", "99"]
    press_save(qtbot, page)
    stored = cases.open_case(session, made.case_id).person.values["documents"]
    assert stored == [{"kind": "passport", "number": "C1"}]


def test_which_of_two_days_is_asked_again_after_coming_back(session, make_case, open_page, qtbot):
    made = make_case(session)
    page = open_page(session, made.case_id, "service")
    field(page, "given_on").setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.clipboard().setText("03/04/2013")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    page = leave_and_come_back(session, page, open_page)
    assert field(page, "given_on").problem() == "Which of the two is meant?"
    answers = {button.text(): button for button in field(page, "given_on").findChildren(Button)}
    qtbot.mouseClick(answers["3 April 2013"], Qt.MouseButton.LeftButton)
    assert form_of(page).answers()["given_on"]["d"] == 3


@pytest.mark.parametrize("typed", ["fem", "Woman", "wom", "girl"])
def test_a_word_that_means_one_answer_is_taken_with_tab(session, make_case, open_page, qtbot, typed):
    page = open_page(session, make_case(session, sex="male").case_id, "person")
    type_in(qtbot, field(page, "sex"), typed, Qt.Key.Key_Tab)
    assert field(page, "sex").text() == "Female"
    assert form_of(page).answers()["sex"] == "female"


def test_a_word_that_is_no_answer_stays_marked_and_is_not_saved(session, make_case, open_page, qtbot):
    made = make_case(session)
    page = open_page(session, made.case_id, "service")
    type_in(qtbot, field(page, "service_kind"), "counselling by phone", Qt.Key.Key_Tab)
    assert field(page, "service_kind").text() == "counselling by phone"
    assert (
        row(page, "service_kind").problem() == "This is not in the list. Choose from it, or empty the field."
    )
    page = leave_and_come_back(session, page, open_page)
    assert field(page, "service_kind").text() == "counselling by phone"
    assert row(page, "service_kind").state == "error"
    press_save(qtbot, page)
    assert services(session, made) == []
    type_in(qtbot, field(page, "service_kind"), "legal", Qt.Key.Key_Tab)
    assert row(page, "service_kind").state == ""
    press_save(qtbot, page)
    assert services(session, made) == [{"service_kind": "legal"}]


def test_saving_with_a_half_typed_word_takes_it_or_says_that_it_is_none(session, make_case, open_page, qtbot):
    made = make_case(session)
    page = open_page(session, made.case_id, "person")
    type_in(qtbot, field(page, "sex"), "neither")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert row(page, "sex").state == "error"
    assert field(page, "sex").text() == "neither"
    assert QApplication.focusWidget() is field(page, "sex")
    qtbot.keyClick(field(page, "sex"), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    type_in(qtbot, field(page, "sex"), "mal")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert cases.open_case(session, made.case_id).person.values["sex"] == "male"


def test_several_answers_keep_a_word_that_is_none_of_them(session, make_case, open_page, qtbot):
    made = make_case(session)
    page = open_page(session, made.case_id, "person")
    type_in(qtbot, field(page, "citizenship"), "VNM", Qt.Key.Key_Tab)
    assert row(page, "citizenship").state == "error"
    page = leave_and_come_back(session, page, open_page)
    assert field(page, "citizenship").typing() == "VNM"
    assert row(page, "citizenship").state == "error"
    press_save(qtbot, page)
    assert len(entries.read_history(session, cases.open_case(session, made.case_id).person.row.id)) == 1
    type_in(qtbot, field(page, "citizenship"), "laos", Qt.Key.Key_Tab)
    press_save(qtbot, page)
    assert cases.open_case(session, made.case_id).person.values["citizenship"] == ["VN", "LA"]


def test_after_a_refusal_the_keyboard_is_in_the_first_error_not_in_a_warning(
    session, make_case, open_page, qtbot
):
    page = open_page(session, make_case(session).case_id, "person")
    form_of(page).show_part_of("names")
    type_in(qtbot, field(page, "birth"), "1998132")
    form_of(page).show_part_of("contact")
    type_in(qtbot, field(page, "email"), "mai", Qt.Key.Key_Tab)
    assert row(page, "email").state == "warning"
    press_save(qtbot, page)
    assert field(page, "birth").isAncestorOf(QApplication.focusWidget())
    form_of(page).show_part_of("contact")
    stages = page.findChild(StepList, "form_parts").stages()
    assert {stage.state for stage in stages if stage.tone == "alert"} == {"wrong"}
