"""What a store says about its backups: how far it was, and what has happened since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shelter_app.storage.database import Database
from shelter_app.storage.store import schema_version

__all__ = [
    "Since",
    "changed_since",
    "count_rows",
    "days_of_work",
    "heads",
    "letters",
    "place_of",
    "subjects_since",
    "what_follows",
]

#: Lines of the journal that change nothing which a backup would have to hold.
_IDLE: Final = (
    "session.%", "backup.%", "journal.%", "case.read", "entry.history_read", "vault.checked", "vault.sheets_checked",
)  # fmt: skip
#: Actions that save something about a case.
_SAVES: Final = ("entry.added", "entry.corrected", "case.opened", "register.imported", "register.decided")
_COUNTED: Final = ("cases", "entries", "revisions", "parts", "journal")


@dataclass(frozen=True)
class Since:
    """What came after a line of the journal; `newest` is when the last of it was written."""

    lines: int
    saves: int
    newest: str | None


def _order(db: Database) -> str:
    """The column that says in which order lines came; the first schema had one chain alone."""
    return "arrived" if schema_version(db) >= 2 else "seq"


def heads(db: Database) -> dict[str, tuple[int, str]]:
    """Number and HMAC of the newest journal line of every device."""
    found: dict[str, tuple[int, str]] = {}
    for (device,) in db.rows("SELECT id FROM devices ORDER BY id"):
        row = db.row("SELECT seq, mac FROM journal WHERE device_id = ? ORDER BY seq DESC LIMIT 1", (device,))
        if row is not None:
            found[str(device)] = int(row[0]), bytes(row[1]).hex()
    return found


def has_line(db: Database, device: str, seq: int, mac: str) -> bool:
    """Whether the journal of a device has this line, and has it so; the beginning of a journal always fits."""
    found = db.value("SELECT mac FROM journal WHERE device_id = ? AND seq = ?", (device, seq))
    return seq == 0 or (found is not None and bytes(found).hex() == mac)


def count_rows(db: Database) -> tuple[int, ...]:
    """How many rows the tables hold that everything depends on."""
    return tuple(int(db.value(f"SELECT count(*) FROM {table}")) for table in _COUNTED)


def letters(db: Database) -> tuple[str, ...]:
    """The letter of each computer that has written into this store."""
    return tuple(str(row[0]) for row in db.rows("SELECT letter FROM devices ORDER BY letter"))


def place_of(db: Database, device: str, seq: int) -> int:
    """Where a line lies in the order in which lines came into the store; 0 where there is none."""
    found = db.value(f"SELECT {_order(db)} FROM journal WHERE device_id = ? AND seq = ?", (device, seq))
    return int(found or 0)


def days_of_work(db: Database, place: int) -> int:
    """On how many days something was done after this place of the journal, whatever the days are called."""
    return int(
        db.value(f"SELECT count(DISTINCT substr(at, 1, 10)) FROM journal WHERE {_order(db)} > ?", (place,))
    )


def changed_since(db: Database, place: int, moment: str) -> bool:
    """Whether anything was saved after this place of the journal, or a draft after this moment."""
    idle = " AND ".join(["action NOT LIKE ?"] * len(_IDLE))
    lines = db.value(f"SELECT 1 FROM journal WHERE {_order(db)} > ? AND {idle} LIMIT 1", (place, *_IDLE))
    if lines is not None:
        return True
    return db.value("SELECT 1 FROM drafts WHERE saved_at > ? LIMIT 1", (moment,)) is not None


def what_follows(db: Database, place: int) -> Since:
    """What was done after this place of the journal."""
    saves = f"action IN ({', '.join('?' * len(_SAVES))})"
    row = db.row(
        f"SELECT count(*), coalesce(sum({saves}), 0), max(at) FROM journal WHERE {_order(db)} > ?",
        (*_SAVES, place),
    )
    lines, saved, newest = row if row is not None else (0, 0, None)
    return Since(int(lines), int(saved), newest)


def subjects_since(db: Database, place: int, actions: Sequence[str]) -> frozenset[str]:
    """Whom or what the lines of these actions are about that came after this place of the journal."""
    marks = ", ".join("?" * len(actions))
    rows = db.rows(
        f"SELECT DISTINCT subject FROM journal WHERE {_order(db)} > ? AND action IN ({marks})",
        (place, *actions),
    )
    return frozenset(str(row[0]) for row in rows)
