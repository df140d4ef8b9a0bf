"""Random ids for everything that can be named in a vault, each kind with a type of its own.

An id says nothing: not what it belongs to, not when or where it was made. Two laptops that work apart never
make the same one (128 random bits).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NewType

__all__ = [
    "AttachmentId",
    "CaseId",
    "DeviceId",
    "EntryId",
    "PersonId",
    "RevisionId",
    "UserId",
    "is_id",
    "new_id",
]

CaseId = NewType("CaseId", str)
PersonId = NewType("PersonId", str)
EntryId = NewType("EntryId", str)
RevisionId = NewType("RevisionId", str)
UserId = NewType("UserId", str)
DeviceId = NewType("DeviceId", str)
AttachmentId = NewType("AttachmentId", str)

_BYTES = 16
_ID = re.compile(r"[0-9a-f]{32}")


def new_id(random_bytes: Callable[[int], bytes]) -> str:
    """A new id: 16 bytes from `random_bytes`, as 32 hexadecimal digits.

    Raises:
        ValueError: `random_bytes` gave more or fewer bytes than it was asked for.
    """
    drawn = random_bytes(_BYTES)
    if len(drawn) != _BYTES:
        raise ValueError(f"expected {_BYTES} random bytes, got {len(drawn)}")
    return drawn.hex()


def is_id(value: object) -> bool:
    """Whether `value` has the shape of an id; it does not say that anything has this id."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None
