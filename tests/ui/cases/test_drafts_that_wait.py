"""A draft that waits is shown where the case is, and opened from there."""

from PySide6.QtCore import Qt

from shelter_app.casework import cases, drafts
from shelter_ui.widgets.buttons import Button
from shelter_ui.windows.case_page import CasePage
from shelter_ui.windows.draft_link import DraftLink


def test_a_draft_that_waits_is_shown_and_opened_from_the_case(
    session, make_case, add_entry, make_context, show, qtbot, shell
):
    made = make_case(session)
    add_entry(session, made.case_id, "service", service_kind="legal")
    entry = cases.open_case(session, made.case_id).of_form("service")[0]
    kept = drafts.save_draft(
        session, "service", entry.values, case_id=made.case_id, entry_id=entry.row.id,
        context={"started_from": entry.row.head},
    )  # fmt: skip
    page = CasePage(make_context(session))
    show(page)
    page.show_case(made.case_id)
    (waiting,) = page.side.findChildren(DraftLink)
    assert waiting.link.text() == "Correction: Help given"
    qtbot.mouseClick(waiting.link, Qt.MouseButton.LeftButton)
    assert shell.went[-1] == ("form", made.case_id, "service", entry.row.id, kept.id)
    page.show_case(made.case_id, f"entry:{entry.row.id}")
    assert page.findChild(Button, "correct_entry").text() == "Go on with the draft"
