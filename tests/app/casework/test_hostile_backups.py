"""A backup from a stick that anybody may have had in hand, and steps at which writing or restoring stops."""

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest

from shelter_app.casework import backups, cases, restoring, vaults
from shelter_app.storage import backup
from shelter_app.vault.errors import DiskFull
from shelter_app.vault.kdf import KdfParams

PASSWORD = "seven calm herons cross"
CHEAP = KdfParams(memory_kib=64, passes=1, lanes=1)


@pytest.fixture
def made(session, tmp_path):
    cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake={})
    info = backups.back_up(session, tmp_path / "stick")
    session.close()
    return info.path


def claim(path: Path, name: str, source: Path) -> None:
    """Let the list of a backup name one more file."""
    manifest = path / "backup.json"
    stored = json.loads(manifest.read_text("utf-8"))
    data = source.read_bytes()
    kind, name = ("attachments", name[12:]) if name.startswith("attachments/") else ("files", name)
    stored[kind][name] = [len(data), hashlib.sha256(data).hexdigest()]
    manifest.write_text(json.dumps(stored), "utf-8")


@pytest.mark.parametrize(
    "name", ["../../planted", "attachments/../../../planted", "{absolute}", "attachments\\..\\planted"]
)
def test_a_backup_that_names_files_outside_itself_is_refused(made, tmp_path, name):
    outside = tmp_path / "planted"
    outside.write_bytes(b"evil")
    claim(made, name.format(absolute=outside), outside)
    with pytest.raises(backup.BackupDamaged):
        restoring.restore_backup(made, tmp_path / "deep" / "er" / "new", "LM", PASSWORD)
    assert outside.read_bytes() == b"evil"
    assert not (tmp_path / "deep").exists()


def test_a_backup_with_a_link_in_it_is_refused(made, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"of somebody else")
    link = made / "attachments" / ("a" * 32)
    link.parent.mkdir()
    link.write_bytes(secret.read_bytes())
    claim(made, f"attachments/{link.name}", secret)
    backup.check_files(backup.read_info(made))
    link.unlink()
    link.symlink_to(secret)
    with pytest.raises(backup.BackupDamaged):
        backup.check_files(backup.read_info(made))


def test_a_list_that_was_changed_is_refused_although_the_files_fit(made, tmp_path):
    manifest = made / "backup.json"
    stored = json.loads(manifest.read_text("utf-8"))
    stored["made_at"] = "2027-01-01T00:00:00+00:00"
    manifest.write_text(json.dumps(stored), "utf-8")
    backup.check_files(backup.read_info(made))
    with pytest.raises(backup.BackupDamaged, match=r"backup\.json"):
        restoring.restore_backup(made, tmp_path / "new", "LM", PASSWORD)
    assert not (tmp_path / "new").exists()


def test_a_backup_without_a_store_or_a_header_in_its_list_is_refused(made, tmp_path):
    manifest = made / "backup.json"
    stored = json.loads(manifest.read_text("utf-8"))
    del stored["files"]["store.db"]
    manifest.write_text(json.dumps(stored), "utf-8")
    with pytest.raises(backup.BackupDamaged, match=r"store\.db"):
        restoring.restore_backup(made, tmp_path / "new", "LM", PASSWORD)


def test_a_restore_that_stops_leaves_nothing_and_can_be_tried_again(made, tmp_path, monkeypatch):
    copy = backup.copy_file

    def stop(source, target, tell):
        if source.name == "vault.hdr":
            raise DiskFull
        copy(source, target, tell)

    monkeypatch.setattr(backup, "copy_file", stop)
    with pytest.raises(DiskFull):
        restoring.restore_backup(made, tmp_path / "new", "LM", PASSWORD)
    monkeypatch.undo()
    session = restoring.restore_backup(made, tmp_path / "new", "LM", PASSWORD)
    assert cases.cases.count_cases(session.store) == 1
    session.close()


def test_a_backup_whose_store_does_not_open_leaves_no_vault_behind(made, tmp_path):
    store = made / "store.db"
    store.write_bytes(os.urandom(store.stat().st_size))
    claim(made, "store.db", store)
    with pytest.raises(Exception, match="damaged"):
        restoring.restore_backup(made, tmp_path / "new", "LM", PASSWORD)
    assert not (tmp_path / "new").exists() or not any((tmp_path / "new").iterdir())


def test_a_vault_that_could_not_be_created_can_be_tried_again_in_the_same_folder(tmp_path, monkeypatch):
    def create():
        return vaults.create_vault(
            tmp_path / "vault", post="KM", user="LM", password=PASSWORD, kdf=CHEAP, allow_weak=True
        ).session

    def full(*_args, **_more):
        raise DiskFull

    monkeypatch.setattr(vaults.books, "add_device", full)
    with pytest.raises(DiskFull):
        create()
    monkeypatch.undo()
    create().close()


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_every_file_of_an_open_vault_is_for_its_owner_from_the_start(tmp_path):
    before = os.umask(0o022)
    try:
        session = vaults.create_vault(
            tmp_path / "vault", post="KM", user="LM", password=PASSWORD, kdf=CHEAP, allow_weak=True
        ).session
        cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake={})
        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode)
            for path in (tmp_path / "vault").iterdir()
            if path.is_file() and path.name != "vault.lock"
        }
        session.close()
    finally:
        os.umask(before)
    assert {"people.idx", "people.idx-wal", "people.idx-shm", "store.db"} <= modes.keys()
    assert set(modes.values()) == {0o600}
