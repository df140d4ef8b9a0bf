"""The journal against who holds its key, against a clock that lies, and against a crash between two files."""

import datetime as dt

import pytest

from shelter_app.casework import cases, checking, users, vaults
from shelter_app.casework.journal import read_journal
from shelter_app.storage.journal import Event
from shelter_app.vault.errors import DiskFull
from shelter_app.vault.rights import Role

PASSWORD = "seven calm herons cross"


def again(session, clock):
    return vaults.open_vault(session.folder.path, "LM", PASSWORD, clock=clock)


def test_a_journal_that_was_cut_off_and_has_grown_again_is_found(session, clock):
    cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake={})
    vaults.sign_out(session)
    tampered = again(session, clock)
    noted = tampered.keyring.header.journal_head[tampered.device_id].number
    assert not checking.check_vault(tampered).faults
    tampered.store.execute("DROP TRIGGER journal_is_kept")
    with tampered.store.transaction():
        tampered.store.execute("DELETE FROM journal WHERE seq >= ?", (noted - 1,))
        for _ in range(5):
            tampered.journal.write(Event("case.read", "x"), tampered.now())
    assert [f for f in checking.check_vault(tampered).faults if "journal" in f] != []
    tampered.close()


def test_a_signature_key_that_was_exchanged_in_the_history_is_found(session, as_role):
    as_role(Role.CASEWORKER)
    supervisor = as_role(Role.SUPERVISOR)
    assert not checking.check_vault(supervisor).faults
    supervisor.store.execute("UPDATE users SET sign_key = zeroblob(32) WHERE role = 'caseworker'")
    assert [f for f in checking.check_vault(supervisor).faults if f.startswith("The signature key of")] != []


def test_a_full_disk_after_a_user_was_added_loses_neither_the_line_nor_the_name(session, clock, monkeypatch):
    def full(*_args, **_more):
        raise DiskFull

    monkeypatch.setattr(vaults.books, "keep_user", full)
    with pytest.raises(DiskFull):
        users.new_user(session, name="ZQ", role=Role.CASEWORKER, password=f"{PASSWORD} zq")
    monkeypatch.undo()
    session.close()
    reopened = again(session, clock)
    lines = [line for line in read_journal(reopened, kind="users").lines if line.action == "user.added"]
    assert [(line.about, line.actor) for line in lines] == [("ZQ", "LM")]
    assert not checking.check_vault(reopened).faults
    reopened.close()


def test_a_clock_that_went_back_is_written_down_and_keeps_nobody_out(session, clock):
    session.close()
    clock.moment -= dt.timedelta(days=3000)
    reopened = again(session, clock)
    opening = reopened.journal.read()[0]
    assert (opening.action, opening.detail["clock_went_back"]) == ("session.opened", True)
    assert not checking.check_vault(reopened).faults
    reopened.close()


def test_a_form_that_was_printed_stands_among_what_went_out(session):
    with session.saving() as record:
        record("form.printed", "", form="note", filled=True)
    assert [line.action for line in read_journal(session, kind="in_and_out").lines] == ["form.printed"]
