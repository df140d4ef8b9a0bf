"""Keys that were in force before, and what still lies under them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shelter_app.storage.database import Database
from shelter_app.storage.entries import PartRow

__all__ = [
    "OldKeyRow",
    "count_old_parts",
    "keep_old_key",
    "old_import_rows",
    "old_imports",
    "old_keys",
    "old_parts",
    "set_import_box",
    "set_import_row_box",
]

#: Boxes of imports begin with the number of the epoch, in four bytes.
_EPOCH_BYTES = 4


@dataclass(frozen=True)
class OldKeyRow:
    """A former key of a compartment, sealed under the one of epoch `under`."""

    compartment: str
    epoch: int
    under: int
    box: bytes
    kept_at: str


def keep_old_key(db: Database, row: OldKeyRow) -> None:
    """Keep a former key; one that is kept already is sealed anew under the later key."""
    db.execute(
        "INSERT OR REPLACE INTO old_keys (compartment, epoch, under, box, kept_at) VALUES (?, ?, ?, ?, ?)",
        (row.compartment, row.epoch, row.under, row.box, row.kept_at),
    )


def old_keys(db: Database) -> list[OldKeyRow]:
    """The former keys, of each compartment the latest first."""
    rows = db.rows(
        "SELECT compartment, epoch, under, box, kept_at FROM old_keys ORDER BY compartment, epoch DESC"
    )
    return [OldKeyRow(row[0], row[1], row[2], bytes(row[3]), row[4]) for row in rows]


def count_old_parts(db: Database, compartment: str, epoch: int) -> int:
    """How many parts of a compartment lie under keys before this epoch."""
    return int(
        db.value("SELECT count(*) FROM parts WHERE compartment = ? AND epoch < ?", (compartment, epoch))
    )


def old_parts(db: Database, compartment: str, epoch: int, *, size: int = 100) -> Iterator[list[PartRow]]:
    """Those parts, in short reads; what is sealed anew between two pages does not disturb."""
    last = (0, "")
    while True:
        rows = db.rows(
            "SELECT epoch, revision_id, id, sealing, author, box FROM parts WHERE compartment = ? AND epoch < ?"
            " AND (epoch, revision_id) > (?, ?) ORDER BY epoch, revision_id LIMIT ?",
            (compartment, epoch, *last, size),
        )
        if not rows:
            return
        yield [PartRow(row[2], row[1], compartment, row[0], row[3], row[4], bytes(row[5])) for row in rows]
        last = (rows[-1][0], rows[-1][1])


def old_imports(db: Database, epoch: int) -> list[tuple[str, bytes]]:
    """Imports whose sealed file name lies under a key before this epoch."""
    rows = db.rows(
        "SELECT id, source FROM imports WHERE substr(source, 1, ?) < ?", (_EPOCH_BYTES, _marked(epoch))
    )
    return [(row[0], bytes(row[1])) for row in rows]


def old_import_rows(db: Database, epoch: int) -> list[tuple[str, int, int, bytes]]:
    """Rows of imports that wait for a decision and lie under a key before this epoch."""
    rows = db.rows(
        "SELECT import_id, sheet, row, box FROM import_rows WHERE box IS NOT NULL AND substr(box, 1, ?) < ?",
        (_EPOCH_BYTES, _marked(epoch)),
    )
    return [(row[0], row[1], row[2], bytes(row[3])) for row in rows]


def _marked(epoch: int) -> bytes:
    return epoch.to_bytes(_EPOCH_BYTES, "big")


def set_import_box(db: Database, import_id: str, box: bytes) -> None:
    """Keep the file name of an import as it is sealed now."""
    db.execute("UPDATE imports SET source = ? WHERE id = ?", (box, import_id))


def set_import_row_box(db: Database, import_id: str, sheet: int, row: int, box: bytes) -> None:
    """Keep a waiting row of an import as it is sealed now."""
    db.execute(
        "UPDATE import_rows SET box = ? WHERE import_id = ? AND sheet = ? AND row = ?",
        (box, import_id, sheet, row),
    )
