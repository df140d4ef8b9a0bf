"""Backups from before keys were replaced: encrypting them anew, or removing them.

Such a backup opens with the passwords and keys of its time, and so for whoever was removed since. Encrypted anew it
opens for the users of today, with the passwords of today; what was readable to nobody of them stays sealed.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Collection
from contextlib import closing, suppress
from pathlib import Path

from shelter_app.casework.backups import backup_plan
from shelter_app.casework.said import USER_LINES
from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_app.storage import old_keys
from shelter_app.storage.backup import (
    MANIFEST,
    SEAL,
    UNFINISHED,
    BackupInfo,
    as_json,
    backups_in,
    check_database,
    check_files,
    copy_file,
    digest_of,
    place_errors,
    read_info,
    seal_of,
)
from shelter_app.storage.backup_pool import remove_backups
from shelter_app.storage.database import Database
from shelter_app.storage.signed_lines import carry_lines
from shelter_app.storage.store import SCHEMA_VERSION, canonical, migrate
from shelter_app.vault.errors import DataDamaged
from shelter_app.vault.folder import VaultFolder, atomic_write, sync_folder
from shelter_app.vault.header import Header, encode_header, read_header
from shelter_app.vault.rights import Right

__all__ = ["encrypt_anew", "old_backups", "remove_old"]

Progress = Callable[[int, int], None]
_ANEW = "-new-keys"


def old_backups(session: Session, place: Path | None = None) -> list[BackupInfo]:
    """Backups of this vault that former keys open, newest first: beside the vault, where backups go, and in `place`.

    Raises:
        NotYours
    """
    session.require(Right.BACK_UP)
    in_force = session.keyring.header.store_epoch
    places = {session.folder.backups, backup_plan(session).folder, place} - {None}
    found = [
        info
        for each in places
        if each is not None
        for info in backups_in(each)
        if info.vault_id == session.keyring.vault_id and 0 < _epoch_of(info) < in_force
    ]
    return sorted(found, key=lambda info: info.made, reverse=True)


def _header_of(info: BackupInfo) -> Header:
    return read_header(VaultFolder(info.path)).header


def _epoch_of(info: BackupInfo) -> int:
    """The store key under which a backup lies; 0 where its header cannot be read."""
    with suppress(ShelterError):
        return _header_of(info).store_epoch
    return 0


def encrypt_anew(session: Session, info: BackupInfo, *, progress: Progress | None = None) -> BackupInfo:
    """Put a backup under the keys in force beside the old one, compare it, and only then remove the old one.

    Its sealed files stay as they are: each has a key of its own, which lies in a sealed part.

    Raises:
        NotYours: nothing has been changed.
        KeyNotHeld: the key of its time is not known any more.
        BackupDamaged, DataDamaged, NoRoomForBackup, BackupPlaceLost, NoWritePermission: the old one is as it was.
    """
    session.require(Right.BACK_UP)
    check_files(info)
    header, place = _header_of(info), info.path.parent
    target = place / f"{info.path.name}{_ANEW}"
    unfinished = target.with_name(f"{target.name}.{session.device_id[:8]}{UNFINISHED}")
    with place_errors(info.size):
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        try:
            _copy_store(session, info, header.store_epoch, unfinished, progress)
            _write_header(session, header, unfinished)
            _copy_sealed_files(info, unfinished)
            made = _write_list(session, info, unfinished)
            unfinished.rename(target)
            sync_folder(place)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    remove_backups(place, [info])
    with session.saving() as record:
        record("backup.encrypted_anew", session.keyring.vault_id, made=info.made_at)
    return dataclasses.replace(made, path=target)


def _copy_store(
    session: Session, info: BackupInfo, epoch: int, target: Path, progress: Progress | None
) -> None:
    """The store of a backup under the store key in force, with what its readers need to open older parts."""
    source, copy = info.path / "store.db", target / "store.db"
    # Not opened where it lies: a backup is not to be touched before the new one is proved.
    before = target / "before.db"
    copy_file(source, before)
    with closing(Database(before, session.keyring.store_key(epoch))) as old:
        migrate(old)
        with closing(Database(copy, session.keyring.store_key(), create=True)) as new:
            old.backup_to(new, progress)
        with closing(Database(copy, session.keyring.store_key())) as new:
            if check_database(new) or new.row_counts() != old.row_counts():
                raise DataDamaged
            with new.transaction():
                for row in old_keys.old_keys(session.store):
                    old_keys.keep_old_key(new, row)
                carry_lines(session.store, new, USER_LINES)
    for stray in target.glob("*-journal"):
        stray.unlink()
    before.unlink()


def _write_header(session: Session, header: Header, target: Path) -> None:
    """Today's users and keys, with the journal as it was then."""
    mac_key = session.keyring.header_mac_key()
    data = encode_header(
        dataclasses.replace(session.keyring.header, journal_head=header.journal_head), mac_key
    )
    mac_key[:] = bytes(len(mac_key))
    folder = VaultFolder(target)
    atomic_write(folder.header_copy, data)
    atomic_write(folder.header, data)


def _copy_sealed_files(info: BackupInfo, target: Path) -> None:
    """Those that lie in the backup itself; what several backups share stays where it is."""
    inside = info.path / "attachments"
    if inside.is_dir():
        (target / "attachments").mkdir(mode=0o700)
        for path in inside.iterdir():
            copy_file(path, target / "attachments" / path.name)


def _write_list(session: Session, info: BackupInfo, target: Path) -> BackupInfo:
    files = {path.name: digest_of(path) for path in sorted(target.iterdir()) if path.is_file()}
    made = dataclasses.replace(info, path=target, files=files, schema=SCHEMA_VERSION, seal="")
    made = dataclasses.replace(made, seal=seal_of(made, session.keyring.derive(SEAL)))
    atomic_write(target / MANIFEST, canonical(as_json(made) | {"seal": made.seal}).encode())
    found = read_info(target)
    if found != made:
        raise DataDamaged
    check_files(found)
    return made


def remove_old(session: Session, infos: Collection[BackupInfo]) -> None:
    """Remove backups that former keys open.

    Raises:
        NotYours, BackupPlaceLost, NoWritePermission
    """
    session.require(Right.BACK_UP)
    in_force = session.keyring.header.store_epoch
    for place in sorted({info.path.parent for info in infos}):
        mine = [info for info in infos if info.path.parent == place and _epoch_of(info) < in_force]
        remove_backups(place, mine)
    with session.saving() as record:
        record("backup.removed", session.keyring.vault_id, made=[info.made_at for info in infos])
