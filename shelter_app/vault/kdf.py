"""From a password to a key: Argon2id with bounds, and its calibration to the computer at hand.

Memory is what makes guessing on graphics cards dear, so it is chosen first; it never exceeds 256 MiB, so
that a weaker laptop that shares the vault is not locked out, and never falls below 64 MiB (RFC 9106,
section 4, second recommended option).
"""

from __future__ import annotations

import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from shelter_app.vault.errors import NotEnoughMemory

__all__ = [
    "DEFAULT_MEMORY_KIB",
    "FLOOR_MEMORY_KIB",
    "FLOOR_PASSES",
    "KdfParams",
    "calibrate",
    "password_bytes",
    "raised",
    "stretch",
]

DEFAULT_MEMORY_KIB = 256 * 1024
FLOOR_MEMORY_KIB = 64 * 1024
FLOOR_PASSES = 3
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_PASSES = 10
_MOST_LANES = 16
_SALT_BYTES = 16
_STEP_KIB = 16 * 1024


@dataclass(frozen=True)
class KdfParams:
    """What Argon2id is asked to do, with the salt of one slot."""

    memory_kib: int = DEFAULT_MEMORY_KIB
    passes: int = 3
    lanes: int = 4
    salt: bytes = b""

    def __post_init__(self) -> None:
        if not self.salt:
            object.__setattr__(self, "salt", secrets.token_bytes(_SALT_BYTES))

    @property
    def readable(self) -> bool:
        """Whether a header may ask for this: a hostile file cannot claim the whole memory or an hour."""
        return (
            8 * self.lanes <= self.memory_kib <= _MOST_MEMORY_KIB
            and 1 <= self.passes <= _MOST_PASSES
            and 1 <= self.lanes <= _MOST_LANES
            and len(self.salt) == _SALT_BYTES
        )

    @property
    def strong(self) -> bool:
        """Whether a vault with real data may use this."""
        return self.memory_kib >= FLOOR_MEMORY_KIB and self.passes >= FLOOR_PASSES

    def fresh(self) -> KdfParams:
        """The same cost with a new salt."""
        return KdfParams(self.memory_kib, self.passes, self.lanes)


def password_bytes(password: str) -> bytearray:
    """The bytes that are stretched: NFC, so that an é is the same key on every keyboard and system.

    Put together sign by sign, so that the only copy of the whole is one that can be overwritten.
    """
    data = bytearray()
    for sign in unicodedata.normalize("NFC", password):
        data += sign.encode("utf-8", "surrogatepass")
    return data


def stretch(password: str, params: KdfParams) -> bytearray:
    """64 bytes from a password: 32 that wrap the user's keys and 32 that tell a wrong password.

    Raises:
        NotEnoughMemory: the system does not give what `params` asks for.
        ValueError: `params` is out of bounds; readers of files check `readable` first.
    """
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    if not params.readable:
        raise ValueError("key derivation parameters out of bounds")
    key, data = bytearray(64), password_bytes(password)
    try:
        Argon2id(
            salt=params.salt,
            length=len(key),
            iterations=params.passes,
            lanes=params.lanes,
            memory_cost=params.memory_kib,
        ).derive_into(data, key)  # type: ignore[arg-type]  # takes any buffer
    except MemoryError as error:
        raise NotEnoughMemory(params.memory_kib // 1024) from error
    finally:
        data[:] = bytes(len(data))
    return key


def _measure(params: KdfParams) -> float:
    """Seconds that one derivation takes here."""
    start = time.perf_counter()
    stretch("calibration", params)
    return time.perf_counter() - start


def calibrate(target_seconds: float = 1.0, *, measure: Callable[[KdfParams], float] = _measure) -> KdfParams:
    """Parameters that take about `target_seconds` here: memory within 64 to 256 MiB first, then passes.

    The chosen memory has been allocated once, so that a vault is not created with more than this computer
    can give.

    Raises:
        NotEnoughMemory: not even the floor of 64 MiB is to be had.
    """
    seconds = measure(KdfParams(FLOOR_MEMORY_KIB, 1))
    per_kib_and_pass = max(seconds, 1e-4) / FLOOR_MEMORY_KIB
    wanted = int(target_seconds / (FLOOR_PASSES * per_kib_and_pass)) // _STEP_KIB * _STEP_KIB
    memory = min(DEFAULT_MEMORY_KIB, max(FLOOR_MEMORY_KIB, wanted))
    while True:
        try:
            seconds = measure(KdfParams(memory, 1))
            break
        except NotEnoughMemory:
            if memory == FLOOR_MEMORY_KIB:
                raise
            memory = max(FLOOR_MEMORY_KIB, memory // 2 // _STEP_KIB * _STEP_KIB)
    passes = FLOOR_PASSES
    if memory == DEFAULT_MEMORY_KIB:
        passes = min(_MOST_PASSES, max(FLOOR_PASSES, int(target_seconds / max(seconds, 1e-4))))
    return KdfParams(memory, passes)


def raised(params: KdfParams, seconds: float, *, target_seconds: float = 1.0) -> KdfParams | None:
    """More passes where deriving took less than half the target; None where it stays as it is.

    A faster computer than the one that the vault was made on asks more of whoever guesses. Memory is never raised, so
    that a weaker laptop which shares the vault still has enough of it; above 256 MiB nothing is raised at all.
    """
    if params.memory_kib > DEFAULT_MEMORY_KIB or seconds <= 0 or seconds > target_seconds / 2:
        return None
    passes = min(_MOST_PASSES, int(params.passes * target_seconds / seconds))
    return KdfParams(params.memory_kib, passes, params.lanes) if passes > params.passes else None
