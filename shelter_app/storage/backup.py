"""What a backup is: a folder with the store, both copies of the header and a list; reading and comparing it.

`backup.json` lists every file with its size and SHA-256. Attachments lie once for all backups of a vault in the
same place (`backup_pool`); a backup lists which of them it needs. `backup_writing` writes backups.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import hmac
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from shelter_app.errors import ShelterError
from shelter_app.storage.database import Database
from shelter_app.storage.store import canonical
from shelter_app.vault.errors import DiskFailed, DiskFull
from shelter_app.vault.folder import VaultFolder, disk_errors, make_private, sync_folder
from shelter_i18n import N_

__all__ = [
    "BackupDamaged",
    "BackupInfo",
    "BackupPlaceLost",
    "NoRoomForBackup",
    "backups_in",
    "check_database",
    "check_files",
    "discard_restored",
    "read_info",
    "restore",
    "stretched",
]

MANIFEST: Final = "backup.json"
UNFINISHED: Final = ".unfinished"
#: What the key is called that lists are sealed with.
SEAL: Final = "backup list"
#: What a backup consists of. Any other name in its list was not written by this program.
_NEEDED: Final = ("store.db", "vault.hdr")
_NAMES: Final = re.compile(r"store\.db|vault\.hdr|vault\.hdr\.2")
_ATTACHMENT: Final = re.compile(r"[0-9A-Za-z_-]{1,100}(\.[0-9a-z]{1,8})?")
_POOL: Final = re.compile(r"attachments-[0-9a-f]{16}|")
#: How a backup came about: asked for by somebody, made by itself when it was due, made before an upgrade.
KINDS: Final = ("hand", "automatic", "upgrade")
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_GONE: Final = {
    errno.ENOENT,
    errno.ENOTDIR,
    errno.ENODEV,
    errno.ENXIO,
    errno.EIO,
    errno.ENOTCONN,
    errno.ESTALE,
}
_CHUNK: Final = 1 << 20
#: A list is a few kilobytes; one with a hundred thousand attachments is some ten megabytes.
_LONGEST_LIST: Final = 64 << 20
Progress = Callable[[int, int], None]


class BackupDamaged(ShelterError):
    """A backup does not hold what it should."""

    message = N_(
        "This backup is not whole: {file} is missing or damaged. Use another backup. Nothing has been changed."
    )
    exit_code = 46


class NoRoomForBackup(ShelterError):
    """The backup does not fit where it should go."""

    message = N_(
        "There is not enough room for the backup in this folder: about {needed} MB are needed. Free some space or "
        "choose another folder. The vault is unchanged, and earlier backups are as they were."
    )
    exit_code = 57


class BackupPlaceLost(ShelterError):
    """The stick or disk went away, or fails, while a backup was written or read."""

    message = N_(
        "The stick or disk with the backups cannot be reached any more. If it was pulled out, plug it in and try "
        "again; if this happens again, use another one. The vault is unchanged."
    )
    exit_code = 58


@contextlib.contextmanager
def place_errors(needed: int = 0) -> Iterator[None]:
    """Say what is wrong with the place of the backups, and not with the vault."""
    room = NoRoomForBackup(needed=max(1, -(-needed // 1_000_000)))
    try:
        with disk_errors():
            yield
    except DiskFull as error:
        raise room from error
    except DiskFailed as error:
        raise BackupPlaceLost from error
    except OSError as error:
        if error.errno in _FULL:
            raise room from error
        if error.errno in _GONE:
            raise BackupPlaceLost from error
        raise


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
    files: Mapping[str, tuple[int, str]]
    #: Sealed files that belong to it, by their name in the vault.
    attachments: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    #: Folder beside the backup in which they lie.
    pool: str = ""
    kind: str = "hand"
    #: The computer that made it.
    device: str = ""
    #: Newest journal line of every device: number and HMAC.
    heads: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    #: HMAC over the list under a key of the vault; empty in backups of the first version.
    seal: str = ""

    @property
    def made(self) -> dt.datetime:
        """When it was made."""
        return dt.datetime.fromisoformat(self.made_at)

    @property
    def size(self) -> int:
        """Bytes of everything that belongs to it."""
        return sum(size for size, _digest in (*self.files.values(), *self.attachments.values()))

    def attachment(self, name: str) -> Path:
        """Where the backup has this sealed file, or should have it."""
        digest = self.attachments[name][1]
        places = [self.path / "attachments" / name]
        if self.pool:
            places.insert(0, self.path.parent / self.pool / pool_name(name, digest))
        if self.kind == "upgrade":
            # A copy from before an upgrade lies inside the vault, and shares the attachments with it.
            places.append(self.path.parent.parent / "attachments" / name)
        return next((place for place in places if place.is_file()), places[0])


def pool_name(name: str, digest: str) -> str:
    """What a sealed file is called where several backups share it: its name, and what is in it."""
    return f"{name}.{digest[:32]}"


def digest_of(path: Path, tell: Callable[[int], None] | None = None) -> tuple[int, str]:
    """Size and SHA-256 of a file; `tell` is called with the number of bytes read since."""
    done, digest = 0, hashlib.sha256()
    with path.open("rb") as source:
        while data := source.read(_CHUNK):
            digest.update(data)
            done += len(data)
            if tell:
                tell(len(data))
    return done, digest.hexdigest()


def copy_file(source: Path, target: Path, tell: Callable[[int], None] | None = None) -> None:
    """Copy a file so that it is on the disk when this returns."""
    with source.open("rb") as reading, target.open("wb") as writing:
        make_private(target)
        while data := reading.read(_CHUNK):
            writing.write(data)
            if tell:
                tell(len(data))
        writing.flush()
        os.fsync(writing.fileno())


class Meter:
    """Adds up bytes for a progress that is told in so many parts of a whole."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = max(total, 1)
        self._done = 0

    def tell(self, more: int = 0) -> None:
        """So many bytes more are done; the progress may stop the work here."""
        self._done = min(self._done + more, self._total)
        if self._progress:
            self._progress(self._done, self._total)


def as_json(info: BackupInfo) -> dict[str, Any]:
    """What stands in the list, apart from its seal."""
    return {
        "format": 2, "made_at": info.made_at, "vault_id": info.vault_id, "post": info.post, "cases": info.cases,
        "journal_seq": info.journal_seq, "journal_mac": info.journal_mac, "schema": info.schema, "kind": info.kind,
        "device": info.device, "pool": info.pool,
        "heads": {device: list(head) for device, head in info.heads.items()},
        "files": {name: list(value) for name, value in info.files.items()},
        "attachments": {name: list(value) for name, value in info.attachments.items()},
    }  # fmt: skip


def seal_of(info: BackupInfo, key: bytes) -> str:
    """The HMAC of a list under a key that only users of the vault have."""
    return hmac.new(key, canonical(as_json(info)).encode(), hashlib.sha256).hexdigest()


def check_seal(info: BackupInfo, *keys: bytes) -> None:
    """Pass if this list was written by somebody who could open the vault; `keys` are those of its epochs.

    Raises:
        BackupDamaged: the list was changed or put together from others.
    """
    if not any(hmac.compare_digest(info.seal, seal_of(info, key)) for key in keys):
        raise BackupDamaged(file=MANIFEST)


def read_info(path: Path) -> BackupInfo:
    """What the backup in this folder says of itself.

    Raises:
        BackupDamaged: it is not a backup, its list cannot be read, or names what does not belong into one.
    """
    try:
        with (path / MANIFEST).open("rb") as source:
            stored = json.loads(source.read(_LONGEST_LIST))
        info = _info(path, stored)
        if info.made.tzinfo is None:
            raise ValueError("a time without a zone")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise BackupDamaged(file=MANIFEST) from error
    # The names are joined to the folder that is restored into: none may lead out of it.
    named = all(_NAMES.fullmatch(name) for name in info.files)
    if not (named and all(_ATTACHMENT.fullmatch(name) for name in info.attachments)):
        raise BackupDamaged(file=MANIFEST)
    if not _POOL.fullmatch(info.pool) or info.kind not in KINDS:
        raise BackupDamaged(file=MANIFEST)
    for name in _NEEDED:
        if name not in info.files:
            raise BackupDamaged(file=name)
    return info


def _info(path: Path, stored: Any) -> BackupInfo:
    def listed(key: str) -> dict[str, tuple[int, str]]:
        return {str(name): (int(size), str(digest)) for name, (size, digest) in stored[key].items()}

    facts: dict[str, Any] = {}
    files = listed("files")
    if stored["format"] == 1:
        # Backups of the first version hold their attachments themselves, and nothing proves who wrote their list.
        inside = [name for name in files if name.startswith("attachments/")]
        facts["attachments"] = {name.removeprefix("attachments/"): files.pop(name) for name in inside}
    else:
        facts = {
            "attachments": listed("attachments"), "pool": str(stored["pool"]), "kind": str(stored["kind"]),
            "device": str(stored["device"]), "heads": listed("heads"), "seal": str(stored["seal"]),
        }  # fmt: skip
    return BackupInfo(
        path, str(stored["made_at"]), str(stored["vault_id"]), str(stored["post"]), int(stored["cases"]),
        int(stored["journal_seq"]), str(stored["journal_mac"]), int(stored["schema"]), files, **facts,
    )  # fmt: skip


def backups_in(folder: Path) -> list[BackupInfo]:
    """The backups in a folder, newest first; the folder itself where it is one.

    What looks like a backup and cannot be read is left out: nothing could be restored from it.
    """
    try:
        inside = sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return []
    found = []
    for place in (folder, *inside):
        if (place / MANIFEST).is_file() and not place.name.endswith(UNFINISHED):
            with contextlib.suppress(BackupDamaged):
                found.append(read_info(place))
    return sorted(found, key=lambda info: (info.made, info.journal_seq), reverse=True)


def check_files(info: BackupInfo, progress: Progress | None = None) -> None:
    """Compare every file of a backup with its list.

    Raises:
        BackupDamaged: names the first file that is missing or different.
        BackupPlaceLost: it can no longer be read.
    """
    _check(info, Meter(progress, info.size))


def _check(info: BackupInfo, meter: Meter) -> None:
    for name, wanted in info.files.items():
        _compare(info.path / name, wanted, name, meter)
    for name, wanted in info.attachments.items():
        _compare(info.attachment(name), wanted, f"attachments/{name}", meter)


def _compare(path: Path, wanted: tuple[int, str], name: str, meter: Meter) -> None:
    linked = path.is_symlink() or path.parent.is_symlink()
    with place_errors():
        if linked or not path.is_file() or digest_of(path, meter.tell) != wanted:
            raise BackupDamaged(file=name)


def stretched(path: Path) -> list[str]:
    """What is wrong with the length of a file, if anything: a damaged rollback journal can make SQLite do so when it opens a store.

    Some file systems do not say how much is written (0); encrypted pages cannot be stored in much less room.
    """
    found = path.stat()
    written = getattr(found, "st_blocks", 0) * 512
    if written > 0 and found.st_size > 4 * written + (64 << 20):
        return ["the file is far longer than what was written into it"]
    return []


def check_database(database: Database, stop: Callable[[], None] | None = None) -> list[str]:
    """What SQLCipher and SQLite find wrong with a freshly opened file; empty when all is well.

    `stop` is called from time to time and may raise to end the check.
    """
    if hollow := stretched(database.path):
        # To look at every page of it would take days, and name each of them.
        return hollow
    with database.interruptible(stop):
        faults = [str(row[0]) for row in database.rows("PRAGMA cipher_integrity_check")]
        faults += [str(row[0]) for row in database.rows("PRAGMA integrity_check") if row[0] != "ok"]
        faults += [f"foreign key {row[0]}" for row in database.rows("PRAGMA foreign_key_check")]
    return faults


def restore(info: BackupInfo, target: Path, progress: Progress | None = None) -> VaultFolder:
    """Copy a backup into a new, empty folder, never over a vault; the files are compared before and after.

    Raises:
        FolderNotEmpty, NoWritePermission, DiskFull, BackupDamaged, BackupPlaceLost: nothing is left behind.
    """
    meter = Meter(progress, 3 * info.size)
    _check(info, meter)
    folder = VaultFolder(target)
    folder.create_folder()
    pieces = [
        (info.attachment(name), folder.attachments / name, wanted)
        for name, wanted in info.attachments.items()
    ]
    # The header comes last: a folder without one is no vault, whatever stops the copying.
    pieces += [(info.path / name, target / name, wanted) for name, wanted in sorted(info.files.items())]
    try:
        with disk_errors():
            for source, goal, wanted in pieces:
                copy_file(source, goal, meter.tell)
                if digest_of(goal, meter.tell) != wanted:
                    raise BackupDamaged(file=goal.relative_to(target).as_posix())
            sync_folder(folder.attachments)
            sync_folder(folder.path)
    except BaseException as error:
        discard_restored(info, folder)
        if isinstance(error, OSError) and error.errno in _GONE:
            raise BackupPlaceLost from error
        raise
    return folder


def discard_restored(info: BackupInfo, folder: VaultFolder) -> None:
    """Leave the folder of a restore that failed as empty as it was."""
    with contextlib.suppress(OSError):
        for name in info.files:
            (folder.path / name).unlink(missing_ok=True)
        for name in info.attachments:
            (folder.attachments / name).unlink(missing_ok=True)
        strays = ("store.db*", "people.idx*", "erasures.list*")
        for stray in (each for pattern in strays for each in folder.path.glob(pattern)):
            stray.unlink(missing_ok=True)
    folder.discard_unfinished()
