"""The vault as a folder: its file names, its permissions, and writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shelter_app.errors import ShelterError
from shelter_app.vault.errors import DiskFailed, DiskFull, FolderNotEmpty, NotAVault, NoWritePermission
from shelter_i18n import N_

__all__ = ["VaultFolder", "atomic_write", "disk_errors", "make_private", "sync_file", "sync_folder"]

_FULL = {errno.ENOSPC, errno.EDQUOT}
_STORE = re.compile(r"store(-[0-9]+)?\.db(-journal)?")
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


_FAILED = {errno.EIO, errno.ENODEV, errno.ENXIO}
_GONE = {errno.ENOENT, errno.ENOTDIR}
_NAMED = {errno.EISDIR, errno.ENAMETOOLONG, errno.EINVAL}


@contextlib.contextmanager
def disk_errors(place: Path | None = None) -> Iterator[None]:
    """Turn what the system says about the disk into what a person can act on; with `place`, it names this folder.

    Raises:
        DiskFull, NoWritePermission, DiskFailed: instead of the matching `OSError`.
    """
    try:
        yield
    except OSError as error:
        said = _at(place, error) if place is not None else _said(error)
        if said is None:
            raise
        raise said from error


def _said(error: OSError) -> ShelterError | None:
    if error.errno in _FULL:
        return DiskFull()
    if error.errno in _REFUSED:
        return NoWritePermission()
    return DiskFailed() if error.errno in _FAILED else None


def _at(place: Path, error: OSError) -> ShelterError | None:
    """The same with the folder in which it happened, and what cannot happen inside a vault."""
    if error.errno in _FULL:
        text = N_(
            "The disk is full ({place}). Free some space there and try again. What was saved before is unchanged."
        )
        return DiskFull(text, place=place)
    if error.errno in _REFUSED:
        text = N_(
            "Nothing can be written to {place}. Check the permissions of this folder, or whether the stick is "
            "write-protected, or choose another folder. Nothing has been changed."
        )
        return NoWritePermission(text, place=place)
    if error.errno in _FAILED:
        text = N_(
            "The disk or stick reports an error ({place}). Make a backup to another disk now, and do not remove the stick "
            "while the program is open."
        )
        return DiskFailed(text, place=place)
    if error.errno in _GONE:
        text = N_(
            "The folder {place} is not there any more. Plug the stick in again, or choose another folder. Nothing has "
            "been changed."
        )
        return NoWritePermission(text, place=place)
    if error.errno in _NAMED:
        text = N_(
            "The system refuses this name in {place}. Choose a shorter or simpler name. Nothing has been changed."
        )
        return NoWritePermission(text, place=place)
    return None


def make_private(path: Path) -> None:
    """Let only the owner read: 0600 for a file, 0700 for a folder, whatever the umask (POSIX).

    Sticks with FAT or exFAT have no permissions of single files: there it does nothing.
    """
    if os.name != "posix":
        return
    try:
        path.chmod(0o700 if path.is_dir() else 0o600)
    except PermissionError:
        # Such a file system gives every file to whoever plugged the stick in. Another's file is refused.
        if path.stat().st_uid != os.geteuid():
            raise


def sync_folder(path: Path) -> None:
    """Make a rename in `path` survive a power cut. Windows cannot open a folder, nor does it need to."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some FAT and network file systems have no fsync for folders; the file itself is synced.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make a file safe under the name that it has now.

    Where a folder cannot be synced (FAT, Windows), syncing the file itself is what brings its new name to the disk.
    """
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def atomic_write(path: Path, data: bytes) -> None:
    """Replace the file at `path` so that after any crash it holds the old or the new bytes, and only those.

    Raises:
        DiskFull, NoWritePermission, DiskFailed: the old file is as it was; the message names the folder.
    """
    draft = path.with_name(path.name + ".new")
    with disk_errors(path.parent):
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            make_private(draft)
            draft.replace(path)
            sync_file(path)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


@dataclass(frozen=True)
class VaultFolder:
    """Where everything of one vault lies. Copying this folder copies the vault."""

    path: Path

    @property
    def header(self) -> Path:
        """Who can open the vault: key slots and sealed keys."""
        return self.path / "vault.hdr"

    @property
    def header_copy(self) -> Path:
        """The second copy of the header, which is written first."""
        return self.path / "vault.hdr.2"

    @property
    def store(self) -> Path:
        """The encrypted database of a new vault and of a backup: the one source of truth."""
        return self.path / "store.db"

    def store_of(self, epoch: int) -> Path:
        """The store's file under the store key of this epoch, which the header names.

        A copy made by a backup is always called `store.db`, whatever its epoch; which file it is, its key
        proves.
        """
        named = self.new_store(epoch)
        return named if named.exists() else self.store

    def new_store(self, epoch: int) -> Path:
        """Where the store's file under the store key of this epoch is made."""
        return self.store if epoch == 1 else self.path / f"store-{epoch}.db"

    def store_files(self) -> tuple[Path, ...]:
        """Every file that is or was a store, with the journals that a crash may have left beside them."""
        return tuple(path for path in self.path.iterdir() if _STORE.fullmatch(path.name))

    @property
    def people_index(self) -> Path:
        """The encrypted search index for names: a cache that may be deleted at any time."""
        return self.path / "people.idx"

    @property
    def attachments(self) -> Path:
        """Folder of sealed attachment files under random names."""
        return self.path / "attachments"

    @property
    def backups(self) -> Path:
        """Folder of backups that are kept beside the vault."""
        return self.path / "backups"

    @property
    def lock(self) -> Path:
        """The file whose lock says that a program has the vault open."""
        return self.path / "vault.lock"

    @property
    def lock_holder(self) -> Path:
        """Which process holds the lock and since when, for the message; never trusted for more."""
        return self.path / "vault.lock.holder"

    @property
    def failures_lock(self) -> Path:
        """What is locked while failures are counted, so that two programs lose none; stays, and is empty."""
        return self.path / "vault.failures.lock"

    @property
    def failures(self) -> Path:
        """How often a sign-in failed since the last one that did not, by the random id of the slot."""
        return self.path / "vault.failures"

    @property
    def under_way(self) -> Path:
        """Which long pieces of work have begun and not ended, by the random id of the user."""
        return self.path / "vault.under-way"

    def was_left_open(self) -> bool:
        """Whether the program that had the vault open last did not close it; ask before the lock is taken.

        Either it never let go of the lock by itself, or the store's journal still waits to be rolled back.
        """
        with contextlib.suppress(OSError):
            journals = [path for path in self.path.glob("store*.db-journal") if path.stat().st_size]
            return bool(journals) or self.lock_holder.exists()
        return False

    def exists(self) -> bool:
        """Whether this folder holds a vault, damaged or not."""
        return self.header.is_file() or self.header_copy.is_file()

    def require(self) -> None:
        """Pass if this folder holds a vault.

        Raises:
            NotAVault: it holds none.
        """
        with disk_errors():
            found = self.exists()
        if not found:
            raise NotAVault

    def create_folder(self) -> None:
        """Make the empty folder of a new vault, for its owner only.

        Raises:
            FolderNotEmpty: something lies there already.
            NoWritePermission, DiskFull: the folder cannot be made.
        """
        with disk_errors():
            if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
                raise FolderNotEmpty
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            make_private(self.path)
            if not os.access(self.path, os.W_OK | os.X_OK):
                raise NoWritePermission
            for inside in (self.attachments, self.backups):
                inside.mkdir(mode=0o700, exist_ok=True)
                make_private(inside)

    def discard_unfinished(self) -> None:
        """Leave the folder empty again after creating a vault failed; removes no data that anybody saved."""
        for path in (self.header, self.header_copy, self.lock, self.lock_holder):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        for inside in (self.attachments, self.backups):
            with contextlib.suppress(OSError):
                inside.rmdir()
