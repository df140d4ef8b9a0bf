"""Counts split into two shares of which neither says anything, and the sums that only together say something.

A share is a count plus or minus a number that nobody keeps, drawn uniformly from all numbers modulo 2 to the 64: a
one-time pad in modular arithmetic. For each of the two shares, whatever the counts are, every value is equally likely.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable

import numpy as np

from shelter_app.anonymise.pool_layout import Counts

__all__ = ["CELL_BYTES", "add_shares", "share_bytes", "share_from_bytes", "split"]

CELL_BYTES = 8
_CELL = np.dtype("<u8")


def split(counts: Counts, random: Callable[[int], bytes] = secrets.token_bytes) -> tuple[Counts, Counts]:
    """Two shares that add up to the counts modulo 2 to the 64.

    `random` gives so many bytes of a cryptographic generator. They must never be used again.
    """
    pad = share_from_bytes(random(CELL_BYTES * counts.size))
    return pad, counts - pad


def add_shares(shares: Iterable[Counts]) -> Counts:
    """The sum of shares or of sums, cell by cell modulo 2 to the 64; there is at least one and all have one length."""
    each = iter(shares)
    total = next(each).copy()
    for share in each:
        if share.shape != total.shape:
            raise ValueError("shares of different layouts cannot be added")
        total += share
    return total


def share_bytes(share: Counts) -> bytes:
    """Eight bytes for each cell, the lowest first: a length that depends on the layout alone."""
    return share.astype(_CELL).tobytes()


def share_from_bytes(data: bytes) -> Counts:
    """What `share_bytes` was given."""
    return np.frombuffer(data, dtype=_CELL).astype(np.uint64)
