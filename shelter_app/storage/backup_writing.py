"""Writing a backup: copied under another name, opened again, compared, and only then given its name."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shelter_app.errors import ShelterError
from shelter_app.storage import backup
from shelter_app.storage import backup_facts as facts
from shelter_app.storage.backup import (
    MANIFEST,
    SEAL,
    UNFINISHED,
    BackupInfo,
    BackupPlaceLost,
    Meter,
    NoRoomForBackup,
    as_json,
    copy_file,
    digest_of,
    place_errors,
    seal_of,
)
from shelter_app.storage.backup_pool import Pool, clear_leftovers, pool_of
from shelter_app.storage.database import Database
from shelter_app.storage.disks import free_room
from shelter_app.storage.entries import attachment_files
from shelter_app.storage.store import canonical, schema_version
from shelter_app.vault.errors import DataDamaged, FolderNotEmpty
from shelter_app.vault.folder import VaultFolder, atomic_write, sync_file, sync_folder
from shelter_app.vault.header import read_header
from shelter_app.vault.keyring import KeyRing

__all__ = ["Order", "free_name", "order_of", "write_backup"]

#: Room for headers, the list and what the file system needs itself.
_SPARE: Final = 2 << 20
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Order:
    """What a backup says of itself, and the key that its list is sealed with."""

    made_at: str
    vault_id: str
    post: str
    device: str
    seal_key: bytes
    kind: str = "hand"


def order_of(keyring: KeyRing, made_at: str, device: str, kind: str) -> Order:
    """The order for a backup of this vault, made now by this computer."""
    return Order(made_at, keyring.vault_id, keyring.header.post, device, keyring.derive(SEAL), kind)


def free_name(place: Path, order: Order, prefix: str = "") -> str:
    """A name that no backup has yet: prefix, post and time in UTC, and a number where there are two in one second."""
    moment = dt.datetime.fromisoformat(order.made_at).astimezone(dt.UTC)
    name = f"{prefix}{order.post}-{moment:%Y%m%d-%H%M%S}"
    names = [name, *(f"{name}-{number}" for number in range(2, 100))]
    return next((each for each in names if not (place / each).exists()), name)


def write_backup(
    folder: VaultFolder,
    store: Database,
    key: Callable[[], bytearray],
    target: Path,
    order: Order,
    *,
    progress: Progress | None = None,
) -> BackupInfo:
    """Write a backup of an open vault to the new folder `target` and verify it by opening it.

    Saves go on meanwhile; the backup is of one moment. What stops it (`progress` may raise) leaves nothing behind.

    Raises:
        FolderNotEmpty: `target` exists already.
        NoRoomForBackup, BackupPlaceLost, NoWritePermission: nothing is left behind.
        DataDamaged, BackupDamaged: the copy does not read back; it is removed.
    """
    place = target.parent
    needed = _needed(store, place, order)
    with place_errors(needed):
        if target.exists():
            raise FolderNotEmpty
        # One folder may be made. A longer path is that of a stick which is not plugged in.
        place.mkdir(mode=0o700, exist_ok=True)
        clear_leftovers(place, order.device)
        if free_room(place) < needed:
            raise NoRoomForBackup(needed=-(-needed // 1_000_000))
        unfinished = target.with_name(f"{target.name}.{order.device[:8]}{UNFINISHED}")
        unfinished.mkdir(mode=0o700)
        pool = None if order.kind == "upgrade" else Pool(place, order.vault_id)
        try:
            info = _fill(folder, store, key, unfinished, order, pool, progress)
            unfinished.rename(target)
            sync_folder(place)
            # Where a folder cannot be synced (FAT), syncing a file inside brings its new name to the disk.
            sync_file(target / MANIFEST)
        except BaseException as error:
            lost = not unfinished.exists() and not target.exists()
            for path in (unfinished, target):
                shutil.rmtree(path, ignore_errors=True)
            if pool is not None:
                pool.take_back()
            if lost and isinstance(error, ShelterError | OSError):
                raise BackupPlaceLost from error
            raise
    return dataclasses.replace(info, path=target)


def _needed(store: Database, place: Path, order: Order) -> int:
    size = store.path.stat().st_size + _SPARE
    if order.kind == "upgrade":
        return size
    files = [(name, size, digest) for name, (size, digest) in attachment_files(store).items()]
    with place_errors():
        return size + Pool(place, order.vault_id).missing(files)


def _fill(
    folder: VaultFolder,
    store: Database,
    key: Callable[[], bytearray],
    path: Path,
    order: Order,
    pool: Pool | None,
    progress: Progress | None,
) -> BackupInfo:
    copy = VaultFolder(path)
    weight = store.path.stat().st_size
    files = attachment_files(store)
    meter = Meter(progress, 4 * weight + 2 * sum(size for size, _digest in files.values()))
    meter.tell()
    before, epoch = _state(store, order.device), read_header(folder).header.store_epoch
    database = Database(copy.store, key(), create=True)
    try:
        told = 0

        def copied(done: int, total: int) -> None:
            nonlocal told
            now = weight * done // max(total, 1)
            meter.tell(now - told)
            told = now

        store.backup_to(database, copied)
    finally:
        database.close()
    for source, goal in ((folder.header, copy.header), (folder.header_copy, copy.header_copy)):
        if source.exists():
            copy_file(source, goal)
    again = Database(copy.store, key())
    try:
        faults = backup.check_database(again, meter.tell)
        meter.tell(2 * weight)
        files = attachment_files(again)
        state = _state(again, order.device)
        heads = facts.heads(again)
        after = _state(store, order.device)
        cases = int(again.value("SELECT count(*) FROM cases"))
        schema = schema_version(again)
    finally:
        again.close()
    # Whose keys were replaced meanwhile has a header that does not open this copy.
    if faults or read_header(copy).header.store_epoch != epoch:
        raise DataDamaged
    # The copy is of a moment between the two: its journal goes on where ours was, and ours goes on from it.
    if not before.seq <= state.seq <= after.seq or not facts.has_line(
        store, order.device, state.seq, state.mac
    ):
        raise DataDamaged
    if before == after and before != state:
        raise DataDamaged
    if pool is not None:
        for name, (size, digest) in files.items():
            pool.add(folder.attachments / name, name, size, digest, meter.tell)
        pool.sync()
    with contextlib.suppress(FileNotFoundError):
        copy.store.with_name(copy.store.name + "-journal").unlink()
    found = {p.name: digest_of(p, meter.tell) for p in sorted(path.iterdir()) if p.is_file()}
    info = BackupInfo(
        path, order.made_at, order.vault_id, order.post, cases, state.seq, state.mac, schema, found, files,
        pool_of(order.vault_id) if pool is not None and files else "", order.kind, order.device, heads,
    )  # fmt: skip
    info = dataclasses.replace(info, seal=seal_of(info, order.seal_key))
    atomic_write(path / MANIFEST, canonical(as_json(info) | {"seal": info.seal}).encode())
    if backup.read_info(path) != info:
        raise DataDamaged
    return info


@dataclass(frozen=True)
class _State:
    """How far a store is: its newest journal line, and how many rows it holds."""

    seq: int
    mac: str
    counts: tuple[int, ...]


def _state(database: Database, device: str) -> _State:
    seq, mac = facts.heads(database).get(device, (0, bytes(32).hex()))
    return _State(seq, mac, facts.count_rows(database))
