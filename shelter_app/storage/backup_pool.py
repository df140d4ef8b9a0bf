"""Attachments of all backups in one place, each kept once: by its random name and what is in it.

A file of the pool is complete under its name or not there at all; it is never changed and never linked, so that
it works on sticks without hard links. What no backup needs any more is removed with the last one that did.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Final

from shelter_app.storage.backup import (
    MANIFEST,
    UNFINISHED,
    BackupDamaged,
    BackupInfo,
    copy_file,
    digest_of,
    place_errors,
    pool_name,
    read_info,
)
from shelter_app.vault.folder import sync_file, sync_folder

__all__ = ["Pool", "pool_of", "remove_backups"]

_REMOVING: Final = ".removing"
Tell = Callable[[int], None]


def pool_of(vault_id: str) -> str:
    """Name of the folder in which the backups of a vault keep their attachments."""
    return f"attachments-{vault_id[:16]}"


class Pool:
    """The attachments of the backups of one vault in one place."""

    def __init__(self, place: Path, vault_id: str) -> None:
        self.path = place / pool_of(vault_id)
        self._new: list[Path] = []

    def missing(self, wanted: Collection[tuple[str, int, str]]) -> int:
        """Bytes that would have to be copied."""
        return sum(size for name, size, digest in wanted if not self._whole(name, size, digest))

    def _whole(self, name: str, size: int, digest: str) -> bool:
        path = self.path / pool_name(name, digest)
        return path.is_file() and path.stat().st_size == size

    def add(self, source: Path, name: str, size: int, digest: str, tell: Tell) -> None:
        """Make sure that this file is here as it should be: it is read back, whether it is new or was here.

        Raises:
            BackupDamaged: the file in the vault is not the one that the store knows.
        """
        goal = self.path / pool_name(name, digest)
        if self._whole(name, size, digest) and digest_of(goal, tell) == (size, digest):
            return
        self.path.mkdir(mode=0o700, exist_ok=True)
        known = goal.exists()
        draft = goal.with_name(goal.name + ".new")
        try:
            try:
                copy_file(source, draft, tell)
            except FileNotFoundError as error:
                if not source.is_file():
                    raise BackupDamaged(file=f"attachments/{name}") from error
                raise
            if digest_of(draft, tell) != (size, digest):
                raise BackupDamaged(file=f"attachments/{name}")
            draft.replace(goal)
            sync_file(goal)
        except BaseException:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
        if not known:
            self._new.append(goal)

    def sync(self) -> None:
        """Let the names of new files survive a power cut."""
        if self._new:
            for goal in self._new:
                sync_file(goal)
            sync_folder(self.path)
            sync_folder(self.path.parent)

    def take_back(self) -> None:
        """Remove what was added for a backup that did not come about."""
        with contextlib.suppress(OSError):
            for path in self._new:
                path.unlink(missing_ok=True)
            if self.path.is_dir() and not any(self.path.iterdir()):
                self.path.rmdir()
        self._new.clear()


def remove_backups(place: Path, infos: Sequence[BackupInfo]) -> None:
    """Remove backups that lie in `place`, then the attachments that no other needs.

    A backup loses its name first: one that is half removed is never taken for a backup.
    """
    with place_errors():
        for info in infos:
            doomed = info.path.with_name(info.path.name + _REMOVING)
            info.path.rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)
        for pool in sorted({info.pool for info in infos if info.pool}):
            _prune(place, pool)


def clear_leftovers(place: Path, device: str) -> None:
    """Remove what a crash left of backups that this computer was writing or removing."""
    with contextlib.suppress(OSError):
        for path in place.iterdir():
            mine = path.name.endswith(f".{device[:8]}{UNFINISHED}") or path.name.endswith(_REMOVING)
            if mine and path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)


def _prune(place: Path, pool: str) -> None:
    """Remove the files of a pool that no backup lists; none where a list cannot be read or one is being written."""
    needed: set[str] = set()
    for path in place.iterdir():
        if path.name.endswith(UNFINISHED):
            return
        if not path.is_dir() or not ((path / MANIFEST).exists() or (path / "store.db").exists()):
            continue
        try:
            info = read_info(path)
        except BackupDamaged:
            return
        if info.pool == pool:
            needed |= {pool_name(name, digest) for name, (_size, digest) in info.attachments.items()}
    folder = place / pool
    if folder.is_dir() and not folder.is_symlink():
        for path in folder.iterdir():
            if path.name not in needed:
                path.unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()
