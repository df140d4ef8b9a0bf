"""Sign-ins that failed: how long the next one has to wait, and how many there were.

The count lies beside the header in the clear: nobody is signed in when it is written. Whoever can delete
it can copy the header too and guess elsewhere, so the wait is for people at this keyboard; against a copy
only the cost of the key derivation helps. Nothing is ever deleted after failures.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import math
from collections.abc import Iterator
from typing import Final

from shelter_app.errors import ShelterError
from shelter_app.vault.errors import TryLater, WrongPassword
from shelter_app.vault.folder import VaultFolder, atomic_write
from shelter_app.vault.header import read_header
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.users import find_user
from shelter_app.vault.vault import unlock

__all__ = [
    "FREE_TRIES",
    "LONGEST_WAIT",
    "forget_failures",
    "look_with_patience",
    "note_failure",
    "require_wait",
    "unlock_with_patience",
    "wait_after",
]

#: So many failures in a row cost nothing; people mistype.
FREE_TRIES: Final = 5
#: No wait is longer, in seconds: somebody may need the vault in an emergency.
LONGEST_WAIT: Final = 30
_MOST, _LIMIT = 1_000_000, 64 * 1024
#: Counting takes a few milliseconds; so many seconds somebody waits for who counts at the same time.
_PATIENCE: Final = 5.0

Failures = dict[str, tuple[int, dt.datetime]]


def unlock_with_patience(
    folder: VaultFolder, user: str, password: str, now: dt.datetime
) -> tuple[KeyRing, int]:
    """The key ring of a user whose password is right, and how often it was wrong before.

    Raises:
        TryLater: it was wrong too often just now; the password is not even tried.
        what `shelter_app.vault.vault.unlock` refuses; a wrong password is counted, also where a backup is looked into.
    """
    keyring = look_with_patience(folder, user, password, now)
    return keyring, forget_failures(folder, keyring.user_id)


def look_with_patience(folder: VaultFolder, user: str, password: str, now: dt.datetime) -> KeyRing:
    """As `unlock_with_patience` for who only looks into a vault: what failed before stays counted and is told at sign-in.

    Raises:
        as `unlock_with_patience`
    """
    slot_id = find_user(read_header(folder).header, user).id
    require_wait(folder, slot_id, now)
    try:
        return unlock(folder.path, user, password)
    except WrongPassword:
        note_failure(folder, slot_id, now)
        raise


def wait_after(failures: int) -> int:
    """Seconds to wait after so many failures in a row: none, then 1, 2, 4, 8, 16, 30."""
    if failures < FREE_TRIES:
        return 0
    return min(LONGEST_WAIT, 1 << min(failures - FREE_TRIES, 10))


def require_wait(folder: VaultFolder, slot_id: str, now: dt.datetime) -> None:
    """Pass if this user may try a password now.

    A clock that was set back makes nobody wait longer than the wait itself.

    Raises:
        TryLater: there were too many failures; says for how many seconds.
    """
    count, last = _read(folder).get(slot_id, (0, now))
    left = wait_after(count) - max((now - last).total_seconds(), 0.0)
    if left > 0:
        raise TryLater(math.ceil(left))


def note_failure(folder: VaultFolder, slot_id: str, now: dt.datetime) -> None:
    """Count a failure; what cannot be written is forgotten."""
    with _alone(folder):
        failures = _read(folder)
        failures[slot_id] = (min(failures.get(slot_id, (0, now))[0] + 1, _MOST), now)
        _write(folder, failures)


def forget_failures(folder: VaultFolder, slot_id: str) -> int:
    """The password was right: begin anew. Returns how many failures there were before it."""
    if slot_id not in _read(folder):
        return 0
    with _alone(folder):
        failures = _read(folder)
        count, _last = failures.pop(slot_id, (0, None))
        if count:
            _write(folder, failures)
    return count


@contextlib.contextmanager
def _alone(folder: VaultFolder) -> Iterator[None]:
    """Nobody else counts meanwhile. Where nothing can be locked (a read-only stick), nothing can be written either."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder.failures_lock, timeout=_PATIENCE, poll_interval=0.01, mode=0o600)
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError, Timeout):
            held.enter_context(lock)
        yield


def _read(folder: VaultFolder) -> Failures:
    """What was counted; nothing where it cannot be read or makes no sense."""
    found: Failures = {}
    try:
        with folder.failures.open("rb") as source:
            stored = json.loads(source.read(_LIMIT))
        for slot_id, (count, last) in stored.items():
            moment = dt.datetime.fromisoformat(last)
            if type(count) is int and 0 < count <= _MOST and moment.tzinfo is not None:
                found[str(slot_id)] = (count, moment)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
    return found


def _write(folder: VaultFolder, failures: Failures) -> None:
    text = json.dumps({slot: [count, last.isoformat()] for slot, (count, last) in failures.items()})
    with contextlib.suppress(ShelterError, OSError):
        if failures:
            atomic_write(folder.failures, text.encode())
        else:
            folder.failures.unlink(missing_ok=True)
