"""What rows of the program's own tables and indexes look like in a page, to know a tree whose name is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shelter_app.storage.database import Database
from shelter_app.storage.pages import Record

__all__ = ["Shape", "best_shape", "fits_list_of_tables", "shapes_of"]

_TYPES: Final = {"TEXT": str, "INTEGER": int, "BLOB": bytes}
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT.*|")
_PATTERNS: Final = {
    "number": re.compile(r"[0-9A-Z]{2,6}-[A-Z]-\d\d-\d{4,6}-[0-9A-Z]"),
    "compartment": re.compile("store|people|health"),
    "letter": re.compile("[A-Z]|[?].*"),
    "status": re.compile(r"[A-Za-z_]{3,}"),
    "form": re.compile(r"[a-z_]*"),
    "action": re.compile(r"[a-z_]+\.[a-z_]+"),
    "codes": re.compile(r"\{.*\}"),
}
#: Columns that name a row of another table.
_REFERS: Final = {
    "case_id": "cases", "person_id": "persons", "entry_id": "entries", "revision_id": "revisions",
    "parent_id": "revisions", "device_id": "devices", "import_id": "imports", "head": "revisions", "user_id": "users",
    "release_id": "releases",
    "created_by": "users", "typed_by": "users", "actor": "users",
}  # fmt: skip


@dataclass(frozen=True)
class _Column:
    name: str
    kind: type[Any] | None
    required: bool


@dataclass(frozen=True)
class Shape:
    """A table or an index: its columns in the order in which they lie in a page."""

    name: str
    table: str
    columns: tuple[_Column, ...]
    #: The statement that keeps a row in a new store; empty for an index.
    insert: str
    #: The place of the column that is the number of the row itself, and lies in the page as nothing.
    rowid: int | None

    def values(self, row: Record) -> tuple[Any, ...]:
        """The columns of a row, with its number where that is one of them."""
        if self.rowid is None:
            return row.values
        return (*row.values[: self.rowid], row.rowid, *row.values[self.rowid + 1 :])

    def known(self, row: Record) -> dict[str, Any]:
        """What is known of a row whose end is lost."""
        names = [column.name for column in self.columns]
        return dict(zip(names, self.values(row) if row.values else (), strict=False))

    def fits(self, row: Record) -> bool:
        """Whether a row could be one of these."""
        values = self.values(row)
        if len(values) > len(self.columns) or (row.whole and len(values) != len(self.columns)):
            return False
        return all(_could_be(value, column) for value, column in zip(values, self.columns, strict=False))


def _could_be(value: Any, column: _Column) -> bool:
    if value is None:
        return not column.required
    if column.kind is not None and not isinstance(value, column.kind):
        return False
    if column.name == "at" or column.name.endswith("_at"):
        return _MOMENT.fullmatch(str(value)) is not None
    pattern = _PATTERNS.get(column.name)
    return pattern is None or pattern.fullmatch(str(value)) is not None


def shapes_of(db: Database) -> dict[str, Shape]:
    """Every table and index of a store, by name."""
    shapes = {}
    for _schema, name, kind, _count, without_rowid, _strict in db.rows("PRAGMA table_list"):
        if kind != "table" or str(name).startswith("sqlite_"):
            continue
        info = [row for row in db.rows(f'PRAGMA table_xinfo("{name}")') if row[6] != 2]
        columns = {row[1]: _Column(row[1], _TYPES.get(row[2]), bool(row[3] or row[5])) for row in info}
        key = [row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]]
        order = [*key, *(each for each in columns if each not in key)] if without_rowid else list(columns)
        marks = ", ".join("?" * len(order))
        insert = f'INSERT OR IGNORE INTO "{name}" ({", ".join(order)}) VALUES ({marks})'
        rowid = None if without_rowid or len(key) != 1 else order.index(key[0])
        shapes[name] = Shape(name, name, tuple(columns[each] for each in order), insert, rowid)
        for _number, index, _unique, origin, _partial in db.rows(f'PRAGMA index_list("{name}")'):
            if origin == "pk" and without_rowid:
                continue
            parts = tuple(
                columns.get(row[2], _Column(row[2] or "", int if row[1] == -1 else None, False))
                for row in db.rows(f'PRAGMA index_xinfo("{index}")')
            )
            shapes[index] = Shape(index, name, parts, "", None)
    return shapes


def best_shape(rows: Sequence[Record], candidates: Iterable[Shape], db: Database) -> Shape | None:
    """The one table or index that these rows can be of; None where there is none or more than one.

    Rows of several look alike (two random ids). Then those count that name most rows that are known already.
    """
    rows = [row for row in rows if row.values]
    able = [shape for shape in candidates if rows and all(shape.fits(row) for row in rows)]
    if len(able) < 2:
        return able[0] if able else None
    scores = [_score(rows, shape, db) for shape in able]
    best = [shape for shape, score in zip(able, scores, strict=True) if score == max(scores)]
    # Which of several indexes it is does not matter: they are made anew.
    return best[0] if len(best) == 1 or not any(shape.insert for shape in best) else None


def _score(rows: Sequence[Record], shape: Shape, db: Database) -> float:
    """How many of the columns that refer to something, or are the key of an index, name a row that there is."""
    asked = known = 0
    for place, column in enumerate(shape.columns):
        table = _REFERS.get(column.name)
        if column.name == "id" and not shape.insert:
            table = shape.table
        if table is None:
            continue
        for row in rows[:50]:
            value = row.values[place] if place < len(row.values) else None
            if value is None:
                continue
            asked += 1
            known += db.value(f'SELECT 1 FROM "{table}" WHERE id = ?', (value,)) is not None
    return known / asked if asked else 0.5


def fits_list_of_tables(rows: Iterable[Record]) -> bool:
    """Whether all these rows are of SQLite's own list of tables."""
    found = list(rows)
    return bool(found) and all(
        len(row.values) >= 4
        and row.values[0] in ("table", "index", "trigger", "view")
        and isinstance(row.values[1], str)
        and isinstance(row.values[3], int)
        for row in found
    )
