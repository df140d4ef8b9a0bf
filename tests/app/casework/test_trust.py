"""Who was a user, with which key and right, at which line: by what was signed."""

import shutil
from pathlib import Path

import pytest

from shelter_app.casework import backups, checking, recovery, restoring, users, vaults
from shelter_app.casework.attesting import attest_users
from shelter_app.casework.sign_in_warnings import warnings_at_sign_in
from shelter_app.casework.trust import trust_of
from shelter_app.casework.trust_check import unsigned
from shelter_app.storage.signed_lines import proved_rows
from shelter_app.vault.founding import commits, founded_by
from shelter_app.vault.header import read_header, write_header
from shelter_app.vault.rights import Compartment, Right, Role
from shelter_app.vault.vault import unlock

PASSWORD = "seven calm herons cross"
RELEASED = Path(__file__).parents[1] / "storage" / "released"
LEFT = "four red barns stand open"


def id_of(session, name):
    return next(slot.id for slot in session.keyring.header.users if slot.name == name)


def added(session, name="ZQ", role=Role.CASEWORKER):
    users.new_user(session, name=name, role=role, password=LEFT, must_change=False)
    return id_of(session, name)


def place(session):
    """The place of the newest line."""
    return session.journal.last_arrived()


def test_the_id_of_a_vault_names_the_key_of_its_founder(session):
    assert founded_by(session.keyring.vault_id, session.keyring.epub)
    assert not founded_by(session.keyring.vault_id, session.keyring.slot.xpub)
    trust = trust_of(session)
    assert (trust.attested, trust.founded) == (True, True)


def test_a_key_counts_from_the_line_that_brings_it_to_the_one_that_ends_it(session):
    before = place(session)
    user_id = added(session)
    came = place(session)
    first = session.keyring.header.slot(user_id).epub
    users.reset_password(session, user_id)
    reset = place(session)
    second = session.keyring.header.slot(user_id).epub
    users.remove_user(session, user_id)
    left = place(session)
    trust = trust_of(session)
    assert trust.at(user_id, before) == trust.at(user_id, came) == ()
    assert trust.at(user_id, came + 1) == trust.at(user_id, reset) == (first,)
    assert trust.at(user_id, reset + 1) == trust.at(user_id, left) == (second,)
    assert trust.at(user_id, left + 1) == ()
    assert trust.ever(user_id) == (first, second)
    assert user_id not in trust.people


def test_rights_and_keys_at_a_line_are_those_of_that_line(session):
    user_id = added(session, role=Role.SUPERVISOR)
    came = place(session)
    users.grant_key(session, user_id, Compartment.HEALTH)
    granted = place(session)
    users.disable_user(session, user_id)
    out = place(session)
    users.enable_user(session, user_id)
    trust = trust_of(session)
    assert trust.standing(user_id, came) is None
    first = trust.standing(user_id, came + 1)
    assert first.holds == {Compartment.STORE, Compartment.PEOPLE}
    assert first.may(Right.APPROVE)
    assert not first.may(Right.MANAGE_USERS)
    assert Compartment.HEALTH in trust.standing(user_id, granted + 1).holds
    assert not trust.standing(user_id, out + 1).may(Right.APPROVE)
    assert trust.at(user_id, out + 1) == ()
    assert trust.standing(user_id, place(session) + 1).may(Right.APPROVE)
    assert trust.standing(session.user_id, 1).may(Right.MANAGE_USERS)


@pytest.mark.parametrize("later", [True, False], ids=["store later", "at once"])
def test_every_change_of_users_and_keys_is_borne_out_by_the_header(session, clock, later):
    user_id, gone = added(session), added(session, "GO")
    users.withdraw_key(session, user_id, Compartment.PEOPLE)
    users.grant_key(session, user_id, Compartment.PEOPLE)
    users.disable_user(session, user_id)
    users.enable_user(session, user_id)
    users.remove_user(session, gone, store_later=later)
    users.replace_keys(session)
    recovery.renew_sheets(session)
    users.change_own_password(session, PASSWORD, f"{PASSWORD} again")
    users.reset_password(session, user_id)
    assert unsigned(session, whole=True) == []
    vaults.sign_out(session)
    again = vaults.open_vault(session.folder.path, "LM", f"{PASSWORD} again", clock=clock)
    assert warnings_at_sign_in(again) == []
    assert checking.check_vault(again).faults == ()
    again.close()


def test_whoever_comes_in_by_the_sheets_is_signed_for_by_the_sheets(session, clock):
    sheets = recovery.renew_sheets(session)
    vaults.sign_out(session)
    back = recovery.recover_vault(
        session.folder.path, [" ".join(sheet) for sheet in sheets[:2]], new_user="RB", password=LEFT, clock=clock
    )  # fmt: skip
    (line,) = back.journal.read(actions=["user.added"])
    assert (line.actor, line.subject) == (back.keyring.header.recovery.id, back.user_id)
    assert back.may(Right.MANAGE_USERS)
    assert warnings_at_sign_in(back) == []
    assert checking.check_vault(back).faults == ()
    added(back)
    assert unsigned(back) == []
    back.close()


def test_sheets_that_were_replaced_sign_for_nobody(session):
    former = session.keyring.header.recovery
    recovery.renew_sheets(session)
    trust = trust_of(session)
    assert trust.at(former.id, place(session) + 1) == ()
    assert trust.ever(former.id) == (former.epub,)


def test_a_restored_backup_and_a_second_computer_are_as_they_were(session, clock, tmp_path):
    added(session)
    (tmp_path / "stick").mkdir()
    info = backups.back_up(session, tmp_path / "stick")
    users.disable_user(session, id_of(session, "ZQ"))
    vaults.sign_out(session)
    for number, letter in enumerate([None, "B"]):
        restored = restoring.restore_backup(
            info.path, tmp_path / str(number), "LM", PASSWORD, second_computer=letter, clock=clock
        )
        assert unsigned(restored, whole=True) == []
        users.disable_user(restored, id_of(restored, "ZQ"))
        assert checking.check_vault(restored).faults == ()
        assert trust_of(restored).people[id_of(restored, "ZQ")].disabled
        restored.close()


# Vaults from before users were signed for


@pytest.fixture(params=sorted(path.name for path in RELEASED.iterdir() if path.name.isdigit()))
def released(request, tmp_path):
    shutil.copytree(RELEASED / request.param / "vault", tmp_path / "vault")
    (tmp_path / "vault" / "backups").mkdir(exist_ok=True)
    return tmp_path / "vault"


def opened(path, name, clock):
    return vaults.open_vault(path, name, PASSWORD, clock=clock)


def test_an_old_vault_is_attested_by_the_first_who_may_manage_users(released, clock):
    worker = opened(released, "HW", clock)
    assert not commits(worker.keyring.vault_id)
    assert not trust_of(worker).attested
    report = checking.check_vault(worker)
    assert report.faults == ()
    assert report.remarks == (
        "Nobody has signed yet who the users of this vault are. That is done when somebody who may manage users signs in.",
    )
    vaults.sign_out(worker)
    creator = opened(released, "LM", clock)
    (line,) = creator.journal.read(actions=["users.attested"])
    assert (line.actor, trust_of(creator).attested) == (creator.user_id, True)
    report = checking.check_vault(creator)
    assert (report.faults, report.remarks) == ((), ())
    vaults.sign_out(creator)
    again = opened(released, "LM", clock)
    assert len(again.journal.read(actions=["users.attested"])) == 1
    again.close()


def test_from_then_on_the_header_gives_nobody_more(released, clock):
    vaults.sign_out(opened(released, "LM", clock))
    import dataclasses

    ring = unlock(released, "HW", PASSWORD)
    raised = ring.header.with_slot(dataclasses.replace(ring.slot, role=Role.ADMINISTRATOR))
    from shelter_app.vault.folder import VaultFolder

    write_header(VaultFolder(released), raised, ring.header_mac_key())
    worker = opened(released, "HW", clock)
    assert not worker.may(Right.MANAGE_USERS)
    assert [each.kind for each in unsigned(worker)] == ["role"]
    assert read_header(VaultFolder(released)).header.slot(worker.user_id).role is Role.ADMINISTRATOR
    worker.close()


def test_a_list_that_is_signed_again_does_not_believe_former_keys(session):
    attest_users(session)
    (line,) = session.journal.read(actions=["users.attested"])
    assert "former" not in line.detail
    assert unsigned(session) == []


def test_signing_in_reads_lines_about_users_and_no_others(session):
    """The lines are found by their action: a journal of any length makes signing in no slower."""
    plan = session.store.rows(
        "EXPLAIN QUERY PLAN SELECT seq FROM journal WHERE action IN ('user.added', 'user.removed') ORDER BY arrived"
    )
    assert any("journal_by_action" in str(row[3]) for row in plan)
    assert len(proved_rows(session.store, ["vault.created", "user.added"])) == 1
