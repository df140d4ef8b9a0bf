"""Whoever brings back a backup from before an erasure has the person erased before anybody works."""

import dataclasses
import datetime as dt
import json
import shutil

import pytest

from shelter_app.casework import backups, cases, erasing, people
from shelter_app.casework.erasure_backups import backups_that_hold, expiry_days
from shelter_app.casework.restoring import restore_backup
from shelter_app.casework.vaults import open_vault
from shelter_app.storage.erasure_list import LIST_NAME, read_list, write_list
from shelter_app.storage.rotation import Kept, superfluous
from shelter_app.vault.rights import Compartment
from tests.app.erasing.erasing_world import CANARY, full_person, opened_texts, store_bytes

PASSWORD = "seven calm herons cross"


@pytest.fixture
def erased(session, two, tmp_path):
    """A backup that holds the person, and the vault without them; returns session, person, backup folder."""
    person = full_person(session)
    place = tmp_path / "stick"
    place.mkdir()
    info = backups.back_up(session, place)
    erasing.propose(session, [person.person_id], way="facts_stay", reason="retention")
    other = two("SV")
    proposal = erasing.proposals(other)[0]
    done = erasing.approve(other, {proposal.id: erasing.preview(other, person.person_id).state})
    return other, person, info, done


def bring_back(info, target, clock, **more):
    return restore_backup(info.path, target, "LM", PASSWORD, clock=clock, **more)


def test_a_backup_from_before_the_erasure_comes_back_without_the_person(erased, tmp_path, clock):
    _session, person, info, done = erased
    again = bring_back(info, tmp_path / "restored", clock)
    try:
        assert cases.cases.case(again.store, person.case_id) is None
        assert CANARY not in opened_texts(again)
        assert not people.find(again, CANARY, notes=True).rows
        assert person.number.encode() not in store_bytes(again)
        assert again.store.value("SELECT count(*) FROM kept_cases") == 2
        assert [e.row.id for e in erasing.past_erasures(again)] == [done.erasures[0].row.id]
        assert "erasure.applied" in [line.action for line in again.journal.read(limit=20)]
    finally:
        again.close()


def test_without_the_list_the_person_would_be_back(erased, tmp_path, clock):
    _session, person, info, _done = erased
    (info.path.parent / LIST_NAME).unlink()
    again = bring_back(info, tmp_path / "restored", clock)
    assert cases.open_case(again, person.case_id).name
    again.close()


def test_the_list_in_the_vault_at_hand_counts_where_the_stick_was_not_there(erased, tmp_path, clock):
    session, person, info, _done = erased
    (info.path.parent / LIST_NAME).unlink()
    again = bring_back(info, tmp_path / "restored", clock, at_hand=session.folder.path)
    assert cases.cases.case(again.store, person.case_id) is None
    again.close()


def test_a_later_backup_takes_the_list_to_a_stick_that_was_away(erased, tmp_path, clock):
    session, person, info, _done = erased
    away = tmp_path / "away"
    shutil.move(info.path.parent, away)
    backups.back_up(session, away)
    again = restore_backup(away / info.path.name, tmp_path / "restored", "LM", PASSWORD, clock=clock)
    assert cases.cases.case(again.store, person.case_id) is None
    again.close()


def test_an_old_store_put_back_by_hand_is_erased_too(erased, clock):
    session, person, info, _done = erased
    session.close()
    shutil.copyfile(info.path / "store.db", session.store.path)
    again = open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    assert cases.cases.case(again.store, person.case_id) is None
    again.close()


def test_a_list_that_somebody_wrote_erases_nobody(erased, tmp_path, clock):
    _session, person, info, _done = erased
    path = info.path.parent / LIST_NAME
    stored = json.loads(path.read_bytes())
    stored["erasures"][0]["way"] = "all"
    path.write_text(json.dumps(stored))
    again = bring_back(info, tmp_path / "restored", clock)
    assert cases.open_case(again, person.case_id).name
    assert "erasure.list_refused" in [line.action for line in again.journal.read(limit=20)]
    again.close()


def sealed_anew(session, path, change):
    """The list with a change, under the HMAC that everybody with the store key can make."""
    rows, doubtful = read_list(
        path, vault_id=session.keyring.vault_id, epochs=session.keyring.epochs(Compartment.STORE),
        key=lambda epoch: session.keyring.derive("list of erasures", epoch=epoch),
    )  # fmt: skip
    assert not doubtful
    rows = change(rows)
    write_list(
        path.parent, [row for row, _proof in rows], {row.id: proof for row, proof in rows},
        vault_id=session.keyring.vault_id, epochs=session.keyring.epochs(Compartment.STORE),
        key=lambda epoch: session.keyring.derive("list of erasures", epoch=epoch),
    )  # fmt: skip


def of_everybody(rows):
    return rows


def of_somebody_else(rows):
    return [(dataclasses.replace(row, person_id="f" * 32), proof) for row, proof in rows]


def of_all_that_is_known(rows):
    return [(dataclasses.replace(row, way="all"), proof) for row, proof in rows]


def by_one_person(rows):
    return [(dataclasses.replace(row, proposed_by=row.approved_by), proof) for row, proof in rows]


def without_proof(rows):
    return [(row, None) for row, _proof in rows]


@pytest.mark.parametrize(
    "change", [of_somebody_else, of_all_that_is_known, by_one_person, without_proof, of_everybody]
)
def test_a_list_that_the_two_have_not_signed_erases_nobody(erased, tmp_path, clock, change):
    session, person, info, _done = erased
    sealed_anew(session, info.path.parent / LIST_NAME, change)
    again = bring_back(info, tmp_path / "restored", clock)
    refused = "erasure.list_refused" in [line.action for line in again.journal.read(limit=20)]
    # Sealed anew without a change, it counts: what is refused is what was not signed.
    assert refused is (change is not of_everybody)
    assert (cases.cases.case(again.store, person.case_id) is not None) is refused
    again.close()


def test_a_list_goes_on_from_a_restored_vault_with_its_proofs(erased, tmp_path, clock):
    _session, person, info, _done = erased
    first = bring_back(info, tmp_path / "restored", clock)
    first.close()
    shutil.copyfile(tmp_path / "restored" / LIST_NAME, info.path.parent / LIST_NAME)
    second = bring_back(info, tmp_path / "again", clock)
    assert cases.cases.case(second.store, person.case_id) is None
    second.close()


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b'{"vault_id": 3}', b"[" * 100_000, b"\xff\xfe"])
def test_a_list_that_is_none_keeps_nobody_out(session, clock, text):
    person = full_person(session)
    session.close()
    (session.folder.path / f"{LIST_NAME}.1").write_bytes(text)
    again = open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    assert cases.open_case(again, person.case_id).name
    assert not (session.folder.path / f"{LIST_NAME}.1").exists()
    again.close()


def test_the_list_holds_ids_and_nothing_that_names(erased):
    _session, person, info, _done = erased
    text = (info.path.parent / LIST_NAME).read_text("utf-8")
    assert person.person_id in text
    for gone in (CANARY, person.number, "LM", "SV"):
        assert gone not in text


def test_the_certificate_lists_the_backups_that_hold_the_person(erased):
    _session, _person, info, done = erased
    assert done.erasures[0].row.backups == (
        {"name": info.path.name, "made_on": info.made.astimezone().date().isoformat(), "expires_on": ""},
    )


def test_a_backup_made_by_hand_stays_and_an_automatic_one_goes(session, tmp_path, clock):
    place = tmp_path / "stick"
    place.mkdir()
    backups.back_up(session, place)
    full_person(session)
    clock.go_on(days=2)
    assert backups.automatic_backup(session) is not None
    found = {each["expires_on"] == "" for each in backups_that_hold(session)}
    assert found == {True, False}


def test_the_day_on_which_a_backup_goes_is_the_one_of_the_rotation():
    now = dt.datetime(2026, 3, 12, 18, 0, tzinfo=dt.UTC)
    made = [Kept(now - dt.timedelta(days=days), 100 - days) for days in range(15)]
    days = expiry_days(made, now)
    for backup, day in zip(made, days, strict=True):
        left = list(made)
        moment, seq = now, 200
        while moment.astimezone().date() < day:
            assert backup in left
            moment, seq = moment + dt.timedelta(days=1), seq + 1
            left.append(Kept(moment, seq))
            gone = superfluous(left, lambda each: each, now=moment)
            left = [each for each in left if each not in gone]
        assert backup not in left
    assert min(days) > now.date()
    assert max(days) > now.date() + dt.timedelta(days=200)
