"""What stands in notes is found soon after signing in and after a save, without anybody asking for it."""

from __future__ import annotations

from shelter_app.casework.entries import save_entry
from shelter_app.casework.people import find
from shelter_app.casework.vaults import open_vault, sign_out
from shelter_ui.tasks import Tasks

PASSWORD = "copper heron battery mango"


def write_note(session, text):
    return save_entry(session, "note", {"text": text}, case_id=find(session, "Wanderer").rows[0].case_id)


def found_in_notes(page, text):
    page.set_search("")
    page.set_search(text)
    return page.in_notes.rowCount()


def test_notes_written_before_are_found_after_signing_in(start, vault, hand, qtbot):
    session = open_vault(vault, "AD", PASSWORD)
    write_note(session, "likes embroidery")
    sign_out(session)
    program = start(vault)
    hand.sign_in(program)
    workplace = program.window.workplace
    workplace.open_page("cases")
    page = workplace.page()
    qtbot.waitUntil(lambda: found_in_notes(page, "embroidery") == 1)
    assert found_in_notes(page, "carpentry") == 0


def test_a_note_saved_now_is_found_without_typing_again(start, vault, hand, qtbot):
    program = start(vault)
    hand.sign_in(program)
    workplace = program.window.workplace
    workplace.open_page("cases")
    page = workplace.page()
    assert found_in_notes(page, "pottery") == 0
    saved = write_note(workplace.context.session, "pottery on Mondays")
    workplace.context.hub.tell(saved.changes)
    qtbot.waitUntil(lambda: found_in_notes(page, "pottery") == 1)


def test_the_list_says_how_many_cases_still_wait(start, vault, hand):
    program = start(vault)
    hand.sign_in(program)
    workplace = program.window.workplace
    workplace.open_page("cases")
    workplace.page().set_search("Wanderer")
    assert "still being read" not in hand.read(workplace)
    workplace.context.set_notes_waiting(1200)
    assert "The notes of 1,200 cases are still being read." in hand.read(workplace)
    workplace.context.set_notes_waiting(0)
    assert "still being read" not in hand.read(workplace)


def test_a_lock_stops_the_reading(start, vault, hand, qtbot):
    session = open_vault(vault, "AD", PASSWORD)
    write_note(session, "likes embroidery")
    sign_out(session)
    program = start(vault, tasks=Tasks())
    hand.sign_in(program)
    qtbot.waitUntil(lambda: program.window.workplace is not None)
    with qtbot.waitSignal(program.window.signed_out, timeout=20_000):
        program.window.lock()
    session = open_vault(vault, "AD", PASSWORD)
    assert len(find(session, "Wanderer").rows) == 1
    sign_out(session)
