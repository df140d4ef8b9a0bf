"""Journal lines with their proofs as the store has them, and those that an old store was given without being in its journal.

An old backup that is encrypted anew gets the header of today. The signed lines that say who the users of today are go along,
beside its journal: their signatures hold wherever they lie.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

from shelter_app.storage.database import Database
from shelter_app.storage.store import get_meta, set_meta

__all__ = ["SignedRow", "carried_rows", "carry_lines", "proved_rows"]

#: Number, device, time, actor, action, subject, detail as text, place, previous HMAC, HMAC, signature, epoch.
SignedRow = tuple[Any, ...]

_COLUMNS: Final = "seq, device_id, at, actor, action, subject, detail, arrived, prev, mac, sig, epoch"
_PLACE, _MAC, _PROOFS = 7, 9, slice(8, 11)
_CARRIED: Final = "carried_lines"


def proved_rows(db: Database, actions: Collection[str]) -> list[SignedRow]:
    """The lines of these actions in the journal, in the order in which they came."""
    wanted = sorted(actions)
    return list(
        db.rows(
            f"SELECT {_COLUMNS} FROM journal WHERE action IN ({', '.join('?' * len(wanted))}) ORDER BY arrived",
            wanted,
        )
    )


def carried_rows(db: Database) -> tuple[int, list[SignedRow]]:
    """After which place of the journal the lines count that were carried along, and these; none where they make no sense."""
    kept = get_meta(db, _CARRIED)
    if kept is None:
        return 0, []
    try:
        stored = json.loads(kept)
        lines = [
            (*line[:8], *(bytes.fromhex(proof) for proof in line[_PROOFS]), int(line[11]))
            for line in stored["lines"]
        ]
        return int(stored["place"]), lines
    except (ValueError, KeyError, TypeError, IndexError):
        return 0, []


def carry_lines(db: Database, to: Database, actions: Collection[str]) -> None:
    """Lay the lines of these actions that an earlier state of the store does not have beside its journal."""
    known = {bytes(row[0]) for row in to.rows("SELECT mac FROM journal")}
    own = proved_rows(db, actions)
    place, carried = carried_rows(db)
    first = sum(int(row[_PLACE]) <= place for row in own)
    lines = [
        [*row[:8], *(bytes(proof).hex() for proof in row[_PROOFS]), row[11]]
        for row in [*own[:first], *carried, *own[first:]]
        if bytes(row[_MAC]) not in known
    ]
    end = int(to.value("SELECT coalesce(max(arrived), 0) FROM journal"))
    set_meta(to, _CARRIED, json.dumps({"place": end, "lines": lines}) if lines else None)
