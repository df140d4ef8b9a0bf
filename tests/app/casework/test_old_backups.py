"""Backups from before a removal: readable to who was removed, until they are encrypted anew or removed."""

import pytest

from shelter_app.casework import cases, checking, entries, old_backups, resealing, users, vaults
from shelter_app.casework.backups import back_up
from shelter_app.casework.restoring import restore_backup
from shelter_app.storage.backup import BackupDamaged, backups_in
from shelter_app.vault.errors import UnknownUser
from shelter_app.vault.rights import Role
from shelter_app.vault.vault import unlock

PASSWORD = "seven calm herons cross"
LEFT = f"{PASSWORD} CW"


@pytest.fixture
def stick(session, tmp_path):
    """A backup from when CW was there; CW has been removed since."""
    users.new_user(session, name="CW", role=Role.CASEWORKER, password=LEFT, must_change=False)
    users.new_user(session, name="NU", role=Role.HEALTH_WORKER, password=f"{PASSWORD} NU", must_change=False)
    case = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
    entries.save_entry(session, "note", {"text": "red gate"}, case_id=case.case_id)
    back_up(session, tmp_path / "stick")
    entries.save_entry(session, "note", {"text": "afterwards"}, case_id=case.case_id)
    users.remove_user(session, next(s.id for s in session.keyring.header.users if s.name == "CW"))
    while resealing.reseal_some(session):
        pass
    return tmp_path / "stick"


def notes(session):
    case_id = str(session.store.value("SELECT id FROM cases"))
    return [e.values["text"] for e in cases.open_case(session, case_id).of_form("note")]


def test_a_backup_from_before_is_found_and_opens_for_who_left(session, stick, clock, tmp_path):
    (old,) = old_backups.old_backups(session)
    unlock(old.path, "CW", LEFT).close()
    back_up(session, stick)
    assert [info.path for info in old_backups.old_backups(session)] == [old.path]
    vaults.sign_out(session)
    restored = restore_backup(old.path, tmp_path / "restored", "CW", LEFT, clock=clock)
    assert notes(restored) == ["red gate"]
    restored.close()


def test_encrypted_anew_it_opens_for_those_of_today_and_for_nobody_else(session, stick, clock, tmp_path):
    (old,) = old_backups.old_backups(session)
    seen = []
    new = old_backups.encrypt_anew(session, old, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1]
    assert not old.path.exists()
    assert old_backups.old_backups(session) == []
    assert [info.path for info in backups_in(stick)] == [new.path]
    assert (new.made_at, new.cases, new.journal_seq) == (old.made_at, old.cases, old.journal_seq)
    with pytest.raises(UnknownUser):
        unlock(new.path, "CW", LEFT)
    vaults.sign_out(session)
    for name, password in (("LM", PASSWORD), ("NU", f"{PASSWORD} NU")):
        restored = restore_backup(new.path, tmp_path / f"restored {name}", name, password, clock=clock)
        assert notes(restored) == ["red gate"]
        assert checking.check_vault(restored).faults == ()
        restored.close()


def test_one_that_cannot_be_encrypted_anew_stays_as_it_was(session, stick):
    (old,) = old_backups.old_backups(session)
    with (old.path / "store.db").open("r+b") as file:
        file.seek(5000)
        file.write(b"changed")
    with pytest.raises(BackupDamaged):
        old_backups.encrypt_anew(session, old)
    assert [path.name for path in stick.iterdir() if path.name.startswith(old.path.name)] == [old.path.name]


def test_changes_of_users_since_a_backup_are_not_told_as_changes_that_never_were(
    session, stick, clock, tmp_path
):
    (old,) = old_backups.old_backups(session)
    nurse = next(slot.id for slot in session.keyring.header.users if slot.name == "NU")
    users.reset_password(session, nurse)
    new = old_backups.encrypt_anew(session, old)
    vaults.sign_out(session)
    restored = restore_backup(new.path, tmp_path / "restored", "LM", PASSWORD, clock=clock)
    assert restored.journal.read(actions=["user.added"]) != []
    assert restored.journal.read(actions=["keys.change_undone"]) == []
    vaults.sign_out(restored)
    again = vaults.open_vault(tmp_path / "restored", "LM", PASSWORD, clock=clock)
    users.disable_user(again, nurse)
    vaults.sign_out(again)
    again = vaults.open_vault(tmp_path / "restored", "LM", PASSWORD, clock=clock)
    assert again.journal.read(actions=["keys.change_undone"]) == []
    assert checking.check_vault(again).faults == ()
    again.close()


def test_old_ones_are_removed_and_new_ones_never(session, stick):
    back_up(session, stick)
    newest, old = backups_in(stick)
    old_backups.remove_old(session, [old, newest])
    assert [info.path for info in backups_in(stick)] == [newest.path]
    assert session.journal.read(limit=1)[0].action == "backup.removed"
