"""Signing in, the journal, backups, checks and users of a real vault."""

import json
import shutil
from pathlib import Path

import pytest

from shelter_app.casework import backups, cases, checking, entries, restoring, users, vaults
from shelter_app.casework.trust import trust_of
from shelter_app.storage import backup
from shelter_app.vault import errors
from shelter_app.vault.keyring import verify
from shelter_app.vault.rights import Compartment, Role

PASSWORD = "seven calm herons cross"

WORDS = "CanaryWords of a note"


@pytest.fixture
def opened(session):
    found = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
    entries.save_entry(session, "note", {"text": WORDS}, case_id=found.case_id)
    return found


def reopen(session, clock):
    vaults.sign_out(session)
    return vaults.open_vault(session.folder.path, "LM", PASSWORD, clock=clock)


def test_what_was_saved_is_there_after_signing_in_again(session, opened, clock):
    again = reopen(session, clock)
    assert cases.open_case(again, opened.case_id).of_form("note")[0].values["text"] == WORDS
    again.close()


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda folder: None, errors.WrongPassword),
        (lambda folder: [flip(folder.header), flip(folder.header_copy)], errors.HeaderDamaged),
        (lambda folder: flip(folder.store, at=40), errors.DataDamaged),
        (lambda folder: folder.store.write_bytes(b""), errors.DataDamaged),
        (lambda folder: folder.store.unlink(), errors.DataDamaged),
    ],
    ids=["wrong password", "damaged header", "damaged data", "emptied store", "store gone"],
)
def test_each_trouble_at_sign_in_is_told_as_what_it_is(session, opened, clock, spoil, error):
    vaults.sign_out(session)
    spoil(session.folder)
    password = PASSWORD if error is not errors.WrongPassword else "something else entirely"
    with pytest.raises(error):
        vaults.open_vault(session.folder.path, "LM", password, clock=clock)


def flip(path: Path, at: int = 100) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_a_vault_that_is_open_is_told_as_such(session, clock):
    with pytest.raises(errors.VaultInUse):
        vaults.open_vault(session.folder.path, "LM", PASSWORD, clock=clock)


def test_the_store_of_another_vault_is_not_taken_for_ours(session, opened, clock, tmp_path):
    other = vaults.create_vault(
        tmp_path / "other", post="KM", user="LM", password=PASSWORD, demo=False, allow_weak=True,
        kdf=session.keyring.slot.kdf.fresh(), clock=clock,
    ).session  # fmt: skip
    vaults.sign_out(other)
    vaults.sign_out(session)
    shutil.copy(other.folder.store, session.folder.store)
    with pytest.raises(errors.DataDamaged):
        vaults.open_vault(session.folder.path, "LM", PASSWORD, clock=clock)


def test_a_failed_sign_in_leaves_the_vault_free(session, opened, clock):
    vaults.sign_out(session)
    kept = session.folder.store.read_bytes()
    session.folder.store.write_bytes(kept[:100])
    with pytest.raises(errors.DataDamaged):
        vaults.open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    session.folder.store.write_bytes(kept)
    vaults.open_vault(session.folder.path, "LM", PASSWORD, clock=clock).close()


def test_the_journal_tells_who_did_what_in_order_and_no_value(session, opened, clock):
    again = reopen(session, clock)
    lines = again.journal.read(limit=50)
    assert [line.action for line in reversed(lines)] == [
        "vault.created", "case.opened", "entry.added", "session.closed", "session.opened",
    ]  # fmt: skip
    text = json.dumps([line.detail for line in lines], ensure_ascii=False)
    for secret in (WORDS, "陈", "CanaryWords"):
        assert secret not in text
    assert opened.person_id in text
    assert list(again.journal.check(verify, trust_of(again))) == []
    again.close()


SPOILS = {
    "edited": "UPDATE journal SET actor = 'somebody' WHERE seq = 2",
    "removed": "DELETE FROM journal WHERE seq = 2",
    "reordered": "UPDATE journal SET seq = CASE seq WHEN 2 THEN 3 WHEN 3 THEN 2 END WHERE seq IN (2, 3)",
    "signature": "UPDATE journal SET sig = x'00' WHERE seq = 2",
}


@pytest.mark.parametrize("sql", SPOILS.values(), ids=SPOILS)
def test_a_journal_that_was_tampered_with_is_found(session, opened, sql):
    for trigger in ("journal_stays", "journal_is_kept"):
        session.store.execute(f"DROP TRIGGER {trigger}")
    if "CASE" in sql:
        session.store.execute("UPDATE journal SET seq = 1000 WHERE seq = 2")
        session.store.execute("UPDATE journal SET seq = 2 WHERE seq = 3")
        session.store.execute("UPDATE journal SET seq = 3 WHERE seq = 1000")
    else:
        session.store.execute(sql)
    assert list(session.journal.check(verify, trust_of(session)))


def test_a_journal_that_was_cut_off_is_found_by_the_header(session, opened, clock):
    again = reopen(session, clock)
    for trigger in ("journal_stays", "journal_is_kept"):
        again.store.execute(f"DROP TRIGGER {trigger}")
    before = checking.check_vault(again).faults
    again.store.execute("DELETE FROM journal WHERE seq > 2")
    found = set(checking.check_vault(again).faults) - set(before)
    assert any("header" in fault for fault in found), found
    again.close()


def test_a_sound_vault_checks_clean_and_a_swapped_part_is_found(session, opened):
    assert checking.check_vault(session).faults == ()
    first, second = session.store.rows("SELECT id, box FROM parts ORDER BY id LIMIT 2")
    session.store.execute("UPDATE parts SET box = ? WHERE id = ?", (second[1], first[0]))
    assert any("sealed part" in fault for fault in checking.check_vault(session).faults)


def test_a_backup_is_verified_and_restores_into_a_new_folder(session, opened, clock, tmp_path):
    assert backups.backup_age(session).level == "insist"
    info = backups.back_up(session, tmp_path / "stick")
    assert (backups.backup_age(session).days, info.cases) == (0, 1)
    clock.go_on(days=8)
    assert backups.backup_age(session).level == "remind"
    entries.save_entry(session, "note", {"text": "after the backup"}, case_id=opened.case_id)
    vaults.sign_out(session)
    restored = restoring.restore_backup(info.path, tmp_path / "restored", "LM", PASSWORD, clock=clock)
    assert [e.values["text"] for e in cases.open_case(restored, opened.case_id).of_form("note")] == [WORDS]
    assert checking.check_vault(restored).faults == ()
    vaults.sign_out(restored)


def test_a_backup_holds_nothing_in_plain(session, opened, tmp_path):
    info = backups.back_up(session, tmp_path / "stick")
    for path in info.path.rglob("*"):
        if path.is_file():
            assert WORDS.encode() not in path.read_bytes()
            assert "陈秀云".encode() not in path.read_bytes()
    assert WORDS in cases.open_case(session, opened.case_id).of_form("note")[0].values["text"]


@pytest.mark.parametrize("name", ["store.db", "vault.hdr", "backup.json"])
def test_a_damaged_backup_is_refused_and_names_the_file(session, opened, clock, tmp_path, name):
    info = backups.back_up(session, tmp_path / "stick")
    vaults.sign_out(session)
    flip(info.path / name, at=3)
    with pytest.raises((backup.BackupDamaged, errors.HeaderDamaged)) as refused:
        restoring.restore_backup(info.path, tmp_path / "restored", "LM", PASSWORD, clock=clock)
    if isinstance(refused.value, backup.BackupDamaged):
        assert name in str(refused.value)
    assert not (tmp_path / "restored" / "vault.hdr").exists()


def test_a_restore_never_goes_over_a_vault(session, opened, clock, tmp_path):
    info = backups.back_up(session, tmp_path / "stick")
    path = session.folder.path
    vaults.sign_out(session)
    before = (path / "store.db").read_bytes()
    with pytest.raises(errors.FolderNotEmpty):
        restoring.restore_backup(info.path, path, "LM", PASSWORD, clock=clock)
    assert (path / "store.db").read_bytes() == before


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(session, opened, tmp_path, monkeypatch):
    def fail(*_args: object) -> list[str]:
        return ["page 3"]

    monkeypatch.setattr(backup, "check_database", fail)
    with pytest.raises(errors.DataDamaged):
        backups.back_up(session, tmp_path / "stick")
    assert list((tmp_path / "stick").iterdir()) == []
    assert backups.backup_age(session).days is None


def test_nobody_grants_what_they_do_not_hold(session, as_role):
    admin = as_role(Role.ADMINISTRATOR)
    assert not admin.sees_names
    with pytest.raises(errors.KeyNotHeld):
        users.new_user(admin, name="CW", role=Role.CASEWORKER, password=PASSWORD + " again")
    with pytest.raises(errors.KeyNotHeld):
        users.grant_key(admin, admin.user_id, Compartment.HEALTH)


def test_a_removed_user_cannot_sign_in_and_their_lines_stay_verifiable(session, opened, as_role, clock):
    worker = as_role(Role.CASEWORKER)
    name, worker_id = worker.keyring.name, worker.user_id
    cases.open_case(worker, opened.case_id)
    vaults.sign_out(worker)
    creator = vaults.open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    users.remove_user(creator, worker_id)
    assert list(creator.journal.check(verify, trust_of(creator))) == []
    assert creator.user_name(worker_id) == name
    vaults.sign_out(creator)
    with pytest.raises(errors.UnknownUser):
        vaults.open_vault(session.folder.path, name, f"{PASSWORD} {name}", clock=clock)


def test_files_of_a_vault_are_for_their_owner_only(session, opened):
    for path in session.folder.path.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path.name
