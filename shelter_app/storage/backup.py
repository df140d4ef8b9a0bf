"""Copies of a vault that are known to be good: written, opened again and compared before they count.

A backup is a folder: `store.db` (same key), both copies of the header, the sealed attachments and
`backup.json` with a SHA-256 of every file. It is written under another name and renamed when it has been
verified, so that a folder with the final name is always whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shelter_app.errors import ShelterError
from shelter_app.storage.database import Database
from shelter_app.storage.entries import attachment_files
from shelter_app.storage.journal import GENESIS
from shelter_app.storage.store import schema_version
from shelter_app.vault.errors import DataDamaged, FolderNotEmpty
from shelter_app.vault.folder import (
    VaultFolder,
    atomic_write,
    disk_errors,
    make_private,
    sync_file,
    sync_folder,
)
from shelter_i18n import N_

__all__ = [
    "BackupDamaged",
    "BackupInfo",
    "check_database",
    "check_files",
    "read_info",
    "restore",
    "write_backup",
]

_MANIFEST: Final = "backup.json"
_UNFINISHED: Final = ".unfinished"
#: What a backup consists of. Any other name in its list was not written by this program.
_NEEDED: Final = ("store.db", "vault.hdr")
_NAMES: Final = re.compile(r"store\.db|vault\.hdr|vault\.hdr\.2|attachments/[0-9A-Za-z_-]+(\.[0-9a-z]+)?")
Progress = Callable[[int, int], None]


class BackupDamaged(ShelterError):
    """A backup does not hold what it should."""

    message = N_(
        "This backup is not whole: {file} is missing or damaged. Use another backup. Nothing has been changed."
    )
    exit_code = 46


@dataclass(frozen=True)
class BackupInfo:
    """What a backup says of itself."""

    path: Path
    made_at: str
    vault_id: str
    post: str
    cases: int
    journal_seq: int
    journal_mac: str
    schema: int
    files: dict[str, tuple[int, str]]


def _digest(path: Path) -> tuple[int, str]:
    with path.open("rb") as source:
        return path.stat().st_size, hashlib.file_digest(source, "sha256").hexdigest()


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    make_private(target)
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_backup(
    folder: VaultFolder,
    store: Database,
    key: Callable[[], bytearray],
    target: Path,
    *,
    made_at: str,
    vault_id: str,
    post: str,
    progress: Progress | None = None,
) -> BackupInfo:
    """Write a backup of an open vault to the new folder `target` and verify it by opening it.

    Raises:
        FolderNotEmpty: `target` exists already.
        DiskFull, NoWritePermission: nothing is left behind.
        DataDamaged: the copy does not read back; it is removed.
    """
    if target.exists():
        raise FolderNotEmpty
    unfinished = target.with_name(target.name + _UNFINISHED)
    with disk_errors():
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
    try:
        info = _fill(folder, store, key, unfinished, made_at, vault_id, post, progress)
        with disk_errors():
            sync_folder(unfinished / "attachments")
            unfinished.rename(target)
            sync_folder(target.parent)
            sync_file(target / _MANIFEST)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return BackupInfo(target, *(getattr(info, name) for name in list(info.__dataclass_fields__)[1:]))


def _fill(
    folder: VaultFolder,
    store: Database,
    key: Callable[[], bytearray],
    path: Path,
    made_at: str,
    vault_id: str,
    post: str,
    progress: Progress | None,
) -> BackupInfo:
    copy = VaultFolder(path)
    database = Database(copy.store, key(), create=True)
    try:
        store.backup_to(database, progress)
    finally:
        database.close()
    files = attachment_files(store)
    with disk_errors():
        copy.attachments.mkdir(mode=0o700)
        for name in files:
            _copy(folder.attachments / name, copy.attachments / name)
        for source, goal in ((folder.header, copy.header), (folder.header_copy, copy.header_copy)):
            if source.exists():
                _copy(source, goal)
    again = Database(copy.store, key())
    try:
        faults = check_database(again)
        if faults or attachment_files(again).keys() - files.keys():
            raise DataDamaged
        seq, mac = again.row("SELECT seq, mac FROM journal ORDER BY arrived DESC LIMIT 1") or (0, GENESIS)
        cases = int(again.value("SELECT count(*) FROM cases"))
        schema = schema_version(again)
    finally:
        again.close()
    for stray in (copy.store.with_name(copy.store.name + "-journal"),):
        stray.unlink(missing_ok=True)
    for name, (_size, wanted) in files.items():
        if _digest(copy.attachments / name)[1] != wanted:
            raise BackupDamaged(file=name)
    found = {p.relative_to(path).as_posix(): _digest(p) for p in sorted(path.rglob("*")) if p.is_file()}
    info = BackupInfo(path, made_at, vault_id, post, cases, int(seq), bytes(mac).hex(), schema, found)
    atomic_write(path / _MANIFEST, json.dumps(_as_json(info), indent=1, sort_keys=True).encode())
    return info


def _as_json(info: BackupInfo) -> dict[str, Any]:
    return {
        "format": 1, "made_at": info.made_at, "vault_id": info.vault_id, "post": info.post, "cases": info.cases,
        "journal_seq": info.journal_seq, "journal_mac": info.journal_mac, "schema": info.schema,
        "files": {name: list(value) for name, value in info.files.items()},
    }  # fmt: skip


def read_info(path: Path) -> BackupInfo:
    """What the backup in this folder says of itself.

    Raises:
        BackupDamaged: it is not a backup, its list cannot be read, or names what does not belong into one.
    """
    try:
        stored = json.loads((path / _MANIFEST).read_text("utf-8"))
        info = BackupInfo(
            path, str(stored["made_at"]), str(stored["vault_id"]), str(stored["post"]), int(stored["cases"]),
            int(stored["journal_seq"]), str(stored["journal_mac"]), int(stored["schema"]),
            {str(name): (int(size), str(digest)) for name, (size, digest) in stored["files"].items()},
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupDamaged(file=_MANIFEST) from error
    # The names are joined to the folder that is restored into: none may lead out of it.
    if not all(_NAMES.fullmatch(name) for name in info.files):
        raise BackupDamaged(file=_MANIFEST)
    for name in _NEEDED:
        if name not in info.files:
            raise BackupDamaged(file=name)
    return info


def check_files(info: BackupInfo) -> None:
    """Compare every file of a backup with its list.

    Raises:
        BackupDamaged: names the first file that is missing or different.
    """
    for name, wanted in info.files.items():
        path = info.path / name
        linked = path.is_symlink() or path.parent.is_symlink()
        if linked or not path.is_file() or _digest(path) != wanted:
            raise BackupDamaged(file=name)


def check_database(database: Database) -> list[str]:
    """What SQLCipher and SQLite find wrong with a freshly opened file; empty when all is well."""
    faults = [str(row[0]) for row in database.rows("PRAGMA cipher_integrity_check")]
    faults += [str(row[0]) for row in database.rows("PRAGMA integrity_check") if row[0] != "ok"]
    faults += [f"foreign key {row[0]}" for row in database.rows("PRAGMA foreign_key_check")]
    return faults


def restore(info: BackupInfo, target: Path) -> VaultFolder:
    """Copy a backup into a new, empty folder, never over a vault; the files are compared before and after.

    Raises:
        FolderNotEmpty, NoWritePermission, DiskFull, BackupDamaged: nothing is left behind.
    """
    check_files(info)
    folder = VaultFolder(target)
    folder.create_folder()
    with disk_errors():
        try:
            # The header comes last: a folder without one is no vault, whatever stops the copying.
            for name, wanted in sorted(info.files.items()):
                _copy(info.path / name, target / name)
                if _digest(target / name) != wanted:
                    raise BackupDamaged(file=name)
            sync_folder(folder.attachments)
            sync_folder(folder.path)
        except BaseException:
            discard_restored(info, folder)
            raise
    return folder


def discard_restored(info: BackupInfo, folder: VaultFolder) -> None:
    """Leave the folder of a restore that failed as empty as it was."""
    with contextlib.suppress(OSError):
        for name in info.files:
            (folder.path / name).unlink(missing_ok=True)
        for stray in (*folder.path.glob("store.db*"), *folder.path.glob("people.idx*")):
            stray.unlink(missing_ok=True)
    folder.discard_unfinished()
