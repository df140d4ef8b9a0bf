"""Filling a form: saved, refused with words beside the field, kept as a draft, and brought back."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from shelter_app.casework import cases, drafts, entries
from shelter_app.domain.forms import all_forms
from shelter_app.vault.errors import DiskFull
from shelter_app.vault.rights import Role
from shelter_i18n import gettext_in
from shelter_ui.forms.form_widget import FormWidget
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.lines import two_lines
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.painting import text_width
from shelter_ui.widgets.progress import DraftIndicator
from shelter_ui.windows.form_page import FormPage
from shelter_ui.windows.overtaken_view import OvertakenView


@pytest.fixture
def open_page(make_context, show):
    def open_page(session, *start):
        context = make_context(session)
        page = FormPage(context)
        show(page)
        page.start(*start)
        return page

    return open_page


def field(page, field_id):
    # What was filled before hides until Qt deletes it.
    shown = next(form for form in page.findChildren(FormWidget) if not form.isHidden())
    return shown.question(field_id).editor.widget


def choose(qtbot, box, typed):
    box.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClicks(box, typed)
    qtbot.keyClick(box, Qt.Key.Key_Return)


def type_day(qtbot, page, field_id, *parts):
    found = [part for part in field(page, field_id).findChildren(QLineEdit) if part.isVisible()]
    for part, text in zip(found, parts, strict=False):
        part.clear()
        qtbot.keyClicks(part, text)


def press_save(qtbot, page):
    qtbot.mouseClick(page.findChild(type(page._bar.save), "save_entry"), Qt.MouseButton.LeftButton)


def draft_words(page):
    return page.findChild(DraftIndicator).text()


def wait_for_draft(qtbot, page):
    pause = page._keeper.findChild(QTimer)
    assert pause.isActive()
    pause.setInterval(0)
    qtbot.waitUntil(lambda: draft_words(page).startswith("Draft saved"))


def test_a_service_is_filled_by_keyboard_and_saved(session, make_case, open_page, qtbot, shell):
    made = make_case(session)
    page = open_page(session, made.case_id, "service")
    choose(qtbot, field(page, "service_kind"), "legal")
    choose(qtbot, field(page, "status"), "given")
    type_day(qtbot, page, "given_on", "2026", "3")
    qtbot.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    saved = cases.open_case(session, made.case_id).of_form("service")
    assert [entry.values for entry in saved] == [
        {"service_kind": "legal", "status": "given", "given_on": {"y": 2026, "m": 3}}
    ]
    assert shell.went[-1] == ("case", made.case_id, None)
    assert shell.toasts == ["Saved."]
    assert drafts.my_drafts(session) == []


def test_a_wrong_day_is_said_beside_its_field_and_nothing_is_saved(
    session, make_case, open_page, qtbot, shell
):
    made = make_case(session)
    page = open_page(session, made.case_id, "service")
    choose(qtbot, field(page, "service_kind"), "legal")
    type_day(qtbot, page, "given_on", "2026", "2", "31")
    press_save(qtbot, page)
    assert cases.open_case(session, made.case_id).of_form("service") == ()
    said = [label.text() for label in field(page, "given_on").findChildren(QLabel)]
    assert any("no such day" in text for text in said)
    assert page.findChild(Banner).isVisible()
    type_day(qtbot, page, "given_on", "2026", "2", "28")
    press_save(qtbot, page)
    assert len(cases.open_case(session, made.case_id).of_form("service")) == 1
    assert shell.went[-1][0] == "case"


def test_a_missing_answer_is_shown_and_gets_the_focus(session, make_case, open_page, qtbot):
    made = make_case(session)
    page = open_page(session, made.case_id, "note")
    press_save(qtbot, page)
    row = page.findChild(FormWidget).question("text").row
    assert row.state == "error"
    assert QApplication.focusWidget() is field(page, "text")
    field(page, "text").insertPlainText("Slept well.")
    assert row.state == ""
    press_save(qtbot, page)
    assert len(cases.open_case(session, made.case_id).of_form("note")) == 1


def test_a_warning_does_not_hinder_saving(session, make_case, open_page, qtbot):
    made = make_case(session)
    page = open_page(session, made.case_id, "service")
    choose(qtbot, field(page, "service_kind"), "legal")
    type_day(qtbot, page, "given_on", "2027")
    assert [p.severity for p in page.findChild(FormWidget).problems()] == ["warning"]
    press_save(qtbot, page)
    assert len(cases.open_case(session, made.case_id).of_form("service")) == 1


def test_a_draft_is_saved_while_typing_and_survives_the_page(session, make_case, open_page, qtbot):
    made = make_case(session)
    page = open_page(session, made.case_id, "service")
    assert draft_words(page) == ""
    choose(qtbot, field(page, "service_kind"), "medical")
    field(page, "note").insertPlainText("她愿意去医院")
    assert draft_words(page) == "Not saved yet"
    wait_for_draft(qtbot, page)
    kept = drafts.my_drafts(session)
    assert [draft.values for draft in kept] == [{"service_kind": "medical", "note": "她愿意去医院"}]
    page.close()
    again = open_page(session, made.case_id, "service", None, kept[0].id)
    assert field(again, "note").toPlainText() == "她愿意去医院"
    assert field(again, "service_kind").code() == "medical"
    field(again, "outcome").insert("ok")
    press_save(qtbot, again)
    assert drafts.my_drafts(session) == []
    assert cases.open_case(session, made.case_id).of_form("service")[0].values["outcome"] == "ok"


def test_leaving_keeps_the_last_key_at_once(session, make_case, open_page, qtbot, shell):
    made = make_case(session)
    page = open_page(session, made.case_id, "note")
    field(page, "text").insertPlainText("One")
    page.save_draft()
    assert drafts.my_drafts(session)[0].values == {"text": "One"}
    field(page, "text").insertPlainText(" two")
    page.leave()
    assert shell.went[-1] == ("back",)
    assert [draft.values for draft in drafts.my_drafts(session)] == [{"text": "One two"}]


def test_a_lock_in_the_instant_of_a_save_leaves_no_draft_of_what_was_saved(
    session, make_case, open_page, qtbot, shell
):
    made = make_case(session)
    page = open_page(session, made.case_id, "note")
    qtbot.keyClicks(field(page, "text"), "Red gate")
    keep = page.draft_to_keep()
    press_save(qtbot, page)
    assert shell.toasts == ["Saved."]
    keep()
    assert drafts.my_drafts(session) == []
    # The control: without the save the same call keeps what was typed.
    page = open_page(session, made.case_id, "note")
    qtbot.keyClicks(field(page, "text"), "Red gate")
    page.draft_to_keep()()
    assert [draft.values for draft in drafts.my_drafts(session)] == [{"text": "Red gate"}]


def test_no_draft_is_written_in_the_middle_of_a_composition(session, make_case, open_page, qtbot):
    made = make_case(session)
    page = open_page(session, made.case_id, "note")
    area = field(page, "text")
    area.setFocus(Qt.FocusReason.TabFocusReason)
    area.insertPlainText("她")
    QApplication.sendEvent(area, QInputMethodEvent("xiang", []))
    page._keeper._on_pause()
    assert drafts.my_drafts(session) == []
    done = QInputMethodEvent("", [])
    done.setCommitString("想家")
    QApplication.sendEvent(area, done)
    page._keeper._on_pause()
    assert drafts.my_drafts(session)[0].values == {"text": "她想家"}


def test_a_full_disk_is_said_and_nothing_is_lost(session, make_case, open_page, qtbot, monkeypatch):
    made = make_case(session)
    page = open_page(session, made.case_id, "note")
    field(page, "text").insertPlainText("Kept on the screen")

    def full(*_args, **_kwargs):
        raise DiskFull

    with monkeypatch.context() as patch:
        patch.setattr(entries, "save_entry", full)
        patch.setattr(drafts, "save_draft", full)
        press_save(qtbot, page)
        assert page.findChild(Banner).isVisible()
        assert "full" in page.findChild(Banner).accessibleName()
        with pytest.raises(DiskFull):
            page.save_draft()
        assert draft_words(page).startswith("Cannot save the draft")
    assert field(page, "text").toPlainText() == "Kept on the screen"
    press_save(qtbot, page)
    assert len(cases.open_case(session, made.case_id).of_form("note")) == 1


def test_a_correction_that_came_second_is_compared_before_it_is_taken_over(
    session, make_case, add_entry, open_page, qtbot
):
    made = make_case(session)
    first = add_entry(session, made.case_id, "note", text="One")
    page = open_page(session, made.case_id, "note", first.entry_id)
    assert field(page, "text").toPlainText() == "One"
    entries.save_entry(session, "note", {"text": "Two"}, case_id=made.case_id, entry_id=first.entry_id)
    field(page, "text").setPlainText("Three")
    press_save(qtbot, page)
    assert compared(page) == ["Two", "Three"]
    history = entries.read_history(session, first.entry_id)
    assert [reading.values["text"] for reading in history] == ["One", "Two"]
    qtbot.mouseClick(page.findChild(Button, "take_over"), Qt.MouseButton.LeftButton)
    assert field(page, "text").toPlainText() == "Three"
    press_save(qtbot, page)
    history = entries.read_history(session, first.entry_id)
    assert [reading.values["text"] for reading in history] == ["One", "Two", "Three"]
    assert drafts.my_drafts(session) == []


def compared(page):
    """Both readings of each answer, as the comparison shows them."""
    return [
        label.accessibleName()
        for label in page.findChild(OvertakenView).findChildren(QLabel)
        if "<span" in label.text()
    ]


def test_an_overtaken_draft_keeps_what_somebody_else_has_saved(
    session, make_case, add_entry, open_page, qtbot
):
    made = make_case(session)
    first = add_entry(session, made.case_id, "service", service_kind="legal", outcome="One", note="mine")
    page = open_page(session, made.case_id, "service", first.entry_id)
    field(page, "outcome").setFocus()
    qtbot.keyClicks(field(page, "outcome"), " and more")
    page.leave()
    entries.save_entry(
        session, "service", {"service_kind": "legal", "outcome": "One", "sessions": 3},
        case_id=made.case_id, entry_id=first.entry_id,
    )  # fmt: skip
    page.start(made.case_id, "service", first.entry_id)
    assert compared(page) == ["One", "One and more"]
    qtbot.mouseClick(page.findChild(Button, "take_over"), Qt.MouseButton.LeftButton)
    press_save(qtbot, page)
    newest = cases.open_case(session, made.case_id).of_form("service")[0].values
    assert newest == {"service_kind": "legal", "outcome": "One and more", "sessions": 3}


def test_an_overtaken_draft_can_be_discarded(session, make_case, add_entry, open_page, qtbot, shell):
    made = make_case(session)
    first = add_entry(session, made.case_id, "note", text="One")
    page = open_page(session, made.case_id, "note", first.entry_id)
    field(page, "text").insertPlainText("Draft of ")
    page.leave()
    entries.save_entry(session, "note", {"text": "Two"}, case_id=made.case_id, entry_id=first.entry_id)
    page.start(made.case_id, "note", first.entry_id)
    qtbot.mouseClick(page.findChild(Button, "discard_draft"), Qt.MouseButton.LeftButton)
    assert drafts.my_drafts(session) == []
    assert shell.went[-1] == ("back",)
    page.start(made.case_id, "note", first.entry_id)
    assert field(page, "text").toPlainText() == "Two"


def test_correct_goes_on_with_the_own_draft(session, make_case, add_entry, open_page, qtbot):
    made = make_case(session)
    first = add_entry(session, made.case_id, "note", text="One")
    page = open_page(session, made.case_id, "note", first.entry_id)
    field(page, "text").insertPlainText("Draft of ")
    page.leave()
    page.start(made.case_id, "note", first.entry_id)
    assert field(page, "text").toPlainText() == "Draft of One"
    assert "going on with your draft" in page.findChild(Banner).accessibleName()
    press_save(qtbot, page)
    assert [r.values["text"] for r in entries.read_history(session, first.entry_id)] == [
        "One",
        "Draft of One",
    ]
    assert drafts.my_drafts(session) == []


def test_a_correction_without_a_change_adds_no_revision(
    session, make_case, add_entry, open_page, qtbot, shell
):
    made = make_case(session)
    first = add_entry(session, made.case_id, "note", text="One")
    page = open_page(session, made.case_id, "note", first.entry_id)
    field(page, "text").insertPlainText("Typed and ")
    page.save_draft()
    field(page, "text").setPlainText("One")
    press_save(qtbot, page)
    assert len(entries.read_history(session, first.entry_id)) == 1
    assert shell.toasts == ["Nothing was changed, so nothing was saved."]
    assert shell.went[-1][0] == "case"
    assert drafts.my_drafts(session) == []


def test_a_caseworker_writes_into_health_and_cannot_read_it_later(
    sign_in_as, session, make_case, open_page, qtbot
):
    made = make_case(session)
    worker = sign_in_as(Role.CASEWORKER, "ZQ")
    page = open_page(worker, made.case_id, "service")
    choose(qtbot, field(page, "service_kind"), "medical")
    page.findChild(FormWidget).show_part_of("health")
    field(page, "medical_detail").insertPlainText("Fever since Monday")
    press_save(qtbot, page)
    entry = cases.open_case(worker, made.case_id).of_form("service")[0]
    assert "medical_detail" not in entry.values
    assert entry.reading.sealed == {"health"}
    again = open_page(worker, made.case_id, "service", entry.row.id)
    assert again.findChild(FormWidget).question("medical_detail").sealed
    again.findChild(FormWidget).show_part_of("service")
    field(again, "outcome").insert("Seen by a doctor")
    press_save(qtbot, again)
    assert cases.open_case(worker, made.case_id).of_form("service")[0].reading.sealed == {"health"}


def test_a_reporting_officer_cannot_fill_a_form(sign_in_as, session, make_case, open_page):
    made = make_case(session)
    officer = sign_in_as(Role.REPORTING_OFFICER)
    page = open_page(officer, made.case_id, "service")
    assert page.findChild(FormWidget) is None
    assert page.findChild(Banner).isVisible()


def test_a_new_case_goes_from_the_person_to_the_intake(session, make_case, open_page, qtbot, shell):
    known = make_case(session, "陈秀云", name_latin="Chen Xiuyun")
    page = open_page(session, None, "person")
    panel = page._new_case.panel
    assert panel.candidates == ()
    field(page, "name_native").insert("陈秀云")
    page._new_case.form.edited.emit()
    page._new_case._look()
    assert [candidate.person_id for candidate in panel.candidates] == [known.person_id]
    qtbot.mouseClick(panel.open, Qt.MouseButton.LeftButton)
    assert shell.went[-1] == ("case", known.case_id, None)
    qtbot.mouseClick(panel.other, Qt.MouseButton.LeftButton)
    kind, case_id, form_id, _entry, draft_id = shell.went[-1]
    assert (kind, case_id, form_id) == ("form", None, "intake")
    page.start(None, "intake", None, draft_id)
    press_save(qtbot, page)
    assert shell.went[-1][0] == "case"
    made = cases.open_case(session, shell.went[-1][1])
    assert made.name == "陈秀云"
    assert made.case.person_id != known.person_id
    assert made.of_form("intake")[0].values["case_owner"] == session.user_id
    assert drafts.my_drafts(session) == []


def test_a_second_case_of_the_same_person_keeps_what_is_known(session, make_case, open_page, qtbot, shell):
    known = make_case(session, "陈秀云", name_latin="Chen Xiuyun", ethnicity="汉")
    page = open_page(session, None, "person")
    page._new_case.form.set_values({"name_native": "陈秀云", "documents": [{"number": "E88"}]})
    page._new_case._look()
    qtbot.mouseClick(page._new_case.panel.again, Qt.MouseButton.LeftButton)
    page.start(None, "intake", None, shell.went[-1][-1])
    press_save(qtbot, page)
    second = cases.open_case(session, shell.went[-1][1])
    assert second.case.person_id == known.person_id
    assert [case.id for case in second.other_cases] == [known.case_id]
    assert second.person.values["ethnicity"] == "汉"
    assert second.person.values["documents"] == [{"number": "E88"}]


def test_the_title_names_nobody(session, make_case, open_page):
    made = make_case(session, "陈秀云")
    page = open_page(session, made.case_id, "note")
    assert made.number in page.title()
    assert "陈秀云" not in page.title()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_name_of_a_part_is_cut_in_the_list_of_parts(theme, language):
    font, room = theme.font("label", medium=True), theme.px(220 - 34 - 10 - 32)
    for declared in all_forms():
        for section in declared.sections:
            name = gettext_in(language, section.title)
            lines = two_lines(name, font, room)
            assert "".join(lines).replace(" ", "") == name.replace(" ", "")
            assert all(text_width(font, line) <= room for line in lines), name


def test_what_is_to_be_checked_is_said_in_the_language_in_force(
    session, make_case, make_context, show, qtbot
):
    made = make_case(session, "罗氏梅", name_latin="Lò Thị Mai")
    context = make_context(session)
    page = FormPage(context)
    show(page)
    page.start(made.case_id, "service")
    press_save(qtbot, page)
    said = lambda: " ".join(label.text() for label in page.findChild(Banner).findChildren(QLabel))  # noqa: E731
    assert "1 answer to check" in said()
    assert page._bar._name.text() == "Lò Thị Mai 罗氏梅"
    context.language.use("zh")
    assert (
        gettext_in("zh", "They are marked beside their fields. Everything typed is kept as a draft.")
        in said()
    )
    assert "to check" not in said()
    assert page._bar._name.text() == "罗氏梅 Lò Thị Mai"
    page.start(made.case_id, "note")
    context.language.use("en")
    assert not page.findChild(Banner).isVisible()
