"""One program per vault: a lock that the system itself lets go of when the program dies."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from shelter_app.vault.errors import VaultInUse
from shelter_app.vault.folder import VaultFolder, disk_errors, make_private

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["VaultLock", "held", "lock_holder"]

#: The locks that this process holds, by folder. A file lock belongs to a process, so this is a fact about
#: it; kept here, a lock is not let go of when the object that took it is collected.
_held: dict[Path, BaseFileLock] = {}


def lock_holder(folder: VaultFolder) -> tuple[int, str] | None:
    """Process number and UTC time of whoever took the lock last; None where that cannot be read."""
    try:
        said = json.loads(folder.lock_holder.read_text("utf-8"))
        return int(said["pid"]), datetime.fromisoformat(said["since"]).isoformat(timespec="minutes")
    except (OSError, ValueError, KeyError, TypeError):
        return None


class VaultLock:
    """Holds the vault for this process inside a `with`, or between `take` and `release`.

    The lock is the system's own (flock or LockFileEx): it cannot outlive the process, whatever kills it,
    so there is no stale lock to clear by hand.
    """

    def __init__(self, folder: VaultFolder, *, patience: float = 0.3) -> None:
        self._folder = folder
        self._patience = patience
        self._key = folder.path.resolve()
        self._mine = False

    def take(self) -> None:
        """Hold the vault from now on.

        Raises:
            VaultInUse: another program, or this one, has it open.
            NoWritePermission: the folder cannot be written to.
        """
        from filelock import FileLock, Timeout

        if self._key in _held:
            raise VaultInUse(pid=os.getpid(), since=(lock_holder(self._folder) or (0, ""))[1])
        lock = FileLock(self._folder.lock, timeout=self._patience, poll_interval=0.05, mode=0o600)
        try:
            with disk_errors():
                lock.acquire()
        except Timeout as error:
            holder = lock_holder(self._folder)
            if holder is None:
                raise VaultInUse from error
            raise VaultInUse(pid=holder[0], since=holder[1]) from error
        _held[self._key] = lock
        self._mine = True
        said = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        # Only for the message of the other program: a full disk must not keep anybody out.
        with contextlib.suppress(OSError):
            self._folder.lock_holder.write_text(json.dumps(said), "utf-8")
            make_private(self._folder.lock_holder)

    def release(self) -> None:
        """Let others open the vault; does nothing if it is not held."""
        if not self._mine:
            return
        with contextlib.suppress(OSError):
            self._folder.lock_holder.unlink(missing_ok=True)
        _held.pop(self._key).release()
        self._mine = False

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


@contextlib.contextmanager
def held(folder: VaultFolder) -> Iterator[None]:
    """Run with the vault locked: by this process already, or for the length of the block.

    Raises:
        VaultInUse: another program has the vault open.
    """
    if folder.path.resolve() in _held:
        yield
        return
    with VaultLock(folder):
        yield
