"""Erasing from the window: proposed from a case, decided by somebody else, certified, and the emergency."""

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from shelter_app.casework import erasing, retention
from shelter_app.casework.backups import back_up
from shelter_app.casework.cases import new_case
from shelter_app.casework.entries import save_entry
from shelter_app.casework.vaults import open_vault, sign_out
from shelter_app.domain.retention import CaseKind, RetentionPeriods
from shelter_app.storage import cases
from shelter_app.vault.rights import Role
from shelter_ui.dialogs.propose_erasure import ProposeErasureDialog

PASSWORD = "copper heron battery mango"
NAME = "Testing Wanderer"


@pytest.fixture
def dialog(qapp):
    """The dialog of this name that is open now."""

    def find(name):
        found = [
            w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.objectName() == name
        ]
        assert len(found) == 1, name
        return found[0]

    return find


def the_case(session):
    return cases.case(session.store, session.store.value("SELECT id FROM cases ORDER BY number LIMIT 1"))


def propose(program, hand, dialog, *, way="facts_stay"):
    """From the menu of the case to the proposal."""
    workplace = program.window.workplace
    case = the_case(workplace.context.session)
    workplace.open_case(case.id)
    page = workplace.page()
    menu = page.menus.open_more(page._view, page.mapToGlobal(page.rect().topLeft()))
    next(action for action in menu.actions() if action.objectName() == "erase_person").trigger()
    menu.close()
    opened = dialog("propose_erasure_dialog")
    hand.find(opened, f"way_{way}").click()
    return opened, case


def test_a_caseworker_proposes_from_a_case_and_an_administrator_erases(
    start, vault, hand, join, dialog, answers, tmp_path
):
    join("HJ", Role.CASEWORKER)
    program = start(vault)
    hand.sign_in(program, "HJ")
    opened, case = propose(program, hand, dialog)
    said = hand.read(opened)
    assert NAME in said
    assert case.number in said
    assert "AD" in said
    hand.press(opened, "do_propose")
    assert "Choose the reason." in hand.read(opened)
    opened._reason.set_code("own_wish")
    hand.press(opened, "do_propose")
    program.window.workplace.open_page("administration", "erasing")
    said = hand.read(program.window)
    assert case.number in said
    assert "A supervisor or an administrator who holds the key for names approves it." in said
    program.window.lock()
    hand.sign_in(program, "AD")
    window = program.window
    assert "1 proposed erasure waits for you or another second person." in hand.read(window)
    hand.press(window, "look_at_erasures")
    hand.press(window, "approve_erasure")
    opened = dialog("approve_erasure_dialog")
    assert NAME in hand.read(opened)
    assert not hand.find(opened, "do_erase").isEnabled()
    hand.find(opened, "erasure_sure").click()
    hand.press(opened, "do_erase")
    assert "1 person is erased" in hand.read(opened)
    assert not window.workplace.notices.erasures.isVisible()
    session = window.session
    assert cases.case(session.store, case.id) is None
    assert session.store.value("SELECT count(*) FROM kept_cases") == 1
    target = tmp_path / "certificate.pdf"
    answers.save_file = lambda _title, name, on_chosen, endings=(): on_chosen(target)
    hand.press(opened, "save_certificates")
    assert target.read_bytes().startswith(b"%PDF")
    hand.press(opened, "leave")
    said = hand.read(window)
    assert NAME not in said
    assert case.number not in said
    assert "The person wishes it" in said
    window.workplace.open_search("Wanderer")
    assert NAME not in hand.read(window.workplace.page())


def test_who_is_alone_is_told_that_a_second_person_is_needed(start, vault, hand, dialog):
    program = start(vault)
    hand.sign_in(program, "AD")
    opened, _case = propose(program, hand, dialog, way="all")
    assert "A second person is needed, and there is none yet." in hand.read(opened)
    opened._reason.set_code("own_wish")
    hand.press(opened, "do_propose")
    program.window.workplace.open_page("administration", "erasing")
    said = hand.read(program.window)
    assert "Two people decide about an erasure, and you are alone." in said
    assert "You proposed it yourself, so somebody else has to approve it." in said
    assert not hand.find(program.window, "approve_erasure").isEnabled()
    hand.press(program.window, "withdraw_erasure")
    assert "Nothing is proposed." in hand.read(program.window)


def test_periods_are_set_and_who_is_due_is_proposed(start, vault, hand, dialog):
    session = open_vault(vault, "AD", PASSWORD)
    when = {"y": 2010, "m": 5, "d": 4}
    intake = {"registered_on": when, "trafficking_status": "ActualVictimOfTrafficking"}
    found = new_case(
        session, person={"name_latin": "Long Ago", "birth": {"age": 30, "asof": when}}, intake=intake
    )
    save_entry(session, "closure", {"closed_on": when, "case_status": "Closed"}, case_id=found.case_id)
    sign_out(session)
    program = start(vault)
    hand.sign_in(program, "AD")
    window = program.window
    window.workplace.open_page("administration", "erasing")
    assert "No retention period is set" in hand.read(window)
    hand.fill(window, "years_trafficked", "10")
    hand.press(window, "save_periods")
    assert retention.retention_periods(window.session) == RetentionPeriods({CaseKind.TRAFFICKED: 10})
    assert "Long Ago" in hand.read(window)
    hand.press(window, "keep_person")
    opened = dialog("keep_person_dialog")
    opened._reason.set_code("court")
    hand.press(opened, "do_keep")
    assert "must not be erased" in hand.read(window)
    assert not hand.find(window, "propose_due").isEnabled()
    hand.press(window, "release_person")
    hand.press(window, "propose_due")
    opened = dialog("propose_erasure_dialog")
    assert opened._reason.code() == "retention"
    hand.press(opened, "do_propose")
    assert [p.name for p in erasing.proposals(window.session)] == ["Long Ago"]
    assert "Nobody is due today." in hand.read(window)


def test_names_are_hidden_here_too(start, vault, hand, dialog):
    program = start(vault)
    hand.sign_in(program, "AD")
    workplace = program.window.workplace
    case = the_case(workplace.context.session)
    erasing.propose(workplace.context.session, [case.person_id], way="all", reason="own_wish")
    workplace.open_page("administration", "erasing")
    assert NAME in hand.read(program.window)
    workplace.context.show_names(False)
    assert NAME not in hand.read(program.window)
    ProposeErasureDialog(workplace.context, program.window, [case.person_id]).open()
    opened = dialog("propose_erasure_dialog")
    assert NAME not in hand.read(opened)
    assert case.number in hand.read(opened)
    opened.reject()


def test_the_keys_go_when_the_phrase_is_typed_and_not_before(start, vault, hand, dialog, tmp_path):
    (tmp_path / "beside").mkdir()
    session = open_vault(vault, "AD", PASSWORD)
    back_up(session, tmp_path / "beside")
    sign_out(session)
    program = start(vault)
    hand.sign_in(program, "AD")
    window = program.window
    assert window.workplace.backup_to_remember()["backup_at"]
    window.workplace.open_page("administration", "erasing")
    hand.press(window, "destroy_keys")
    opened = dialog("destroy_keys_dialog")
    assert "No backup on another disk is connected now." in hand.read(opened)
    hand.fill(opened, "destroy_phrase", "destroy all")
    assert not hand.find(opened, "do_destroy").isEnabled()
    hand.fill(opened, "destroy_phrase", "destroy all keys")
    hand.press(opened, "do_destroy")
    assert window.workplace is None
    assert window.session is None
    assert not list(vault.glob("vault.hdr*"))
    # The backup beside it went too, so nobody is told of one.
    assert not list((tmp_path / "beside").glob("*/vault.hdr*"))
    assert "Last backup" not in hand.read(window)


def test_health_workers_and_reporting_officers_do_not_see_the_page(start, vault, hand, join):
    join("RO", Role.REPORTING_OFFICER)
    program = start(vault)
    hand.sign_in(program, "RO")
    program.window.workplace.open_page("administration")
    names = [tab[0] for tab in program.window.workplace.page()._offered]
    assert "erasing" not in names
