"""Reading what can still be read of a damaged store, row by row around the damaged pages, into a new one.

After one damaged page a connection is of no more use, so each attempt that fails is followed by a fresh one. A
table is read upwards until a page does not open, then downwards from its end, then from places in between.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from shelter_app.storage.database import Database, Row
from shelter_app.vault.errors import DataDamaged

__all__ = ["Salvaged", "copy_readable", "mend_references"]

Progress = Callable[[int, int], None]
_PAGE: Final = 200
#: How often the space between two readable places is halved in search of more.
_DEPTH: Final = 7
_HEX: Final = re.compile(r"[0-9a-f]{12,}")
Key = tuple[Any, ...]


@dataclass
class Salvaged:
    """How many rows of each table could be read, and how many attempts to read more of it were in vain."""

    rows: dict[str, int] = field(default_factory=dict)
    gaps: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Table:
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


def _tables(db: Database) -> list[_Table]:
    names = [
        str(row[0])
        for row in db.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        )
    ]
    found = []
    for name in names:
        info = db.rows(f'PRAGMA table_info("{name}")')
        key = tuple(str(row[1]) for row in sorted(info, key=lambda row: row[5]) if row[5])
        found.append(_Table(name, tuple(str(row[1]) for row in info), key))
    return found


class _Source:
    """The damaged file, opened anew whenever a page of it did not open."""

    def __init__(self, path: Path, key: Callable[[], bytearray]) -> None:
        self._path = path
        self._key = key
        self._db: Database | None = None

    def rows(self, sql: str, values: Sequence[Any]) -> list[Row] | None:
        """The rows, or None where a page on the way is damaged."""
        try:
            if self._db is None:
                self._db = Database(self._path, self._key())
            return self._db.rows(sql, values)
        except DataDamaged:
            self.close()
            return None

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


class _Walk:
    """Reads one table as far as it goes."""

    def __init__(self, source: _Source, table: _Table, take: Callable[[list[Row]], None]) -> None:
        self._source = source
        self._table = table
        self._take = take
        self._places = [table.columns.index(name) for name in table.key]
        self.gaps = 0

    def run(self) -> None:
        low, whole = self._along(None, None, up=True)
        if whole:
            return
        high, _whole = self._along(None, low, up=False)
        self._between(low, high, 0)

    def _along(self, start: Key | None, end: Key | None, *, up: bool) -> tuple[Key | None, bool]:
        """Read from `start` towards `end` (both excluded); how far it went, and whether it arrived."""
        size, at = _PAGE, start
        while True:
            rows = self._source.rows(*self._query(at, end, size, up=up))
            if rows is None and size > 1:
                size = 1 if size < 20 else size // 10
                continue
            if rows is None:
                beyond = self._next_key(at, end, up=up)
                if beyond is None:
                    return at, False
                # The row is too damaged to be read; where it lies is known, so that the next one can be.
                self.gaps += 1
                at = beyond
                continue
            if rows:
                self._take(rows)
                at = tuple(rows[-1][place] for place in self._places)
            if len(rows) < size:
                return at, True
            size = min(size * 2, _PAGE)

    def _query(
        self, at: Key | None, end: Key | None, size: int, *, up: bool, keys: bool = False
    ) -> tuple[str, list[Any]]:
        key = ", ".join(self._table.key)
        marks = f"({', '.join('?' * len(self._table.key))})"
        low, high = (at, end) if up else (end, at)
        where, values = ["1"], list[Any]()
        if low is not None:
            where.append(f"({key}) > {marks}")
            values += low
        if high is not None:
            where.append(f"({key}) < {marks}")
            values += high
        order = ", ".join(name if up else f"{name} DESC" for name in self._table.key)
        columns = key if keys else ", ".join(self._table.columns)
        sql = (
            f'SELECT {columns} FROM "{self._table.name}" WHERE {" AND ".join(where)} ORDER BY {order} LIMIT ?'
        )
        return sql, [*values, size]

    def _next_key(self, at: Key | None, end: Key | None, *, up: bool) -> Key | None:
        rows = self._source.rows(*self._query(at, end, 1, up=up, keys=True))
        return tuple(rows[0]) if rows else None

    def _between(self, low: Key | None, high: Key | None, depth: int) -> None:
        """Look for rows between two places where a damaged page was met."""
        middle = _middle(low, high)
        if depth == _DEPTH or middle is None:
            self.gaps += 1
            return
        rest = tuple("" if isinstance(middle, str) else 0 for _name in self._table.key[1:])
        begin = (middle, *rest)
        upwards, arrived = self._along(begin, high, up=True)
        downwards, reached = self._along(begin, low, up=False)
        if not arrived:
            self._between(upwards, high, depth + 1)
        if not reached:
            self._between(low, downwards, depth + 1)


def _middle(low: Key | None, high: Key | None) -> int | str | None:
    """A first part of a key half-way between two, where keys are random ids or numbers; else None."""
    one, other = (low or (None,))[0], (high or (None,))[0]
    if isinstance(one, int) or isinstance(other, int):
        bottom, top = one if isinstance(one, int) else 0, other if isinstance(other, int) else 1 << 40
        middle = (bottom + top) // 2
        return middle if bottom < middle < top else None
    texts = [text for text in (one, other) if text is not None]
    if not all(isinstance(text, str) and _HEX.match(text) for text in texts):
        return None
    bottom = int(one[:12], 16) if one is not None else 0
    top = int(other[:12], 16) if other is not None else 1 << 48
    middle = (bottom + top) // 2
    return f"{middle:012x}" if bottom < middle < top else None


def copy_readable(
    path: Path, key: Callable[[], bytearray], target: Database, progress: Progress | None = None
) -> Salvaged:
    """Copy every row that can be read from the file into an empty store of the same schema.

    Raises:
        DataDamaged: nothing can be read, because the first page of the file is damaged.
    """
    Database(path, key()).close()
    found, tables = Salvaged(), _tables(target)
    source = _Source(path, key)
    with contextlib.closing(source), _without_references(target):
        for number, table in enumerate(tables):
            names = ", ".join(table.columns)
            marks = ", ".join("?" * len(table.columns))
            insert = f'INSERT OR IGNORE INTO "{table.name}" ({names}) VALUES ({marks})'
            with target.transaction():
                walk = _Walk(source, table, lambda rows, sql=insert: target.execute_many(sql, rows))  # type: ignore[misc]
                walk.run()
            found.rows[table.name] = int(target.value(f'SELECT count(*) FROM "{table.name}"'))
            found.gaps[table.name] = walk.gaps
            if progress:
                progress(number + 1, len(tables))
    return found


@contextlib.contextmanager
def _without_references(db: Database) -> Iterator[None]:
    """Rows may come in any order, and without those that they refer to."""
    db.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        db.execute("PRAGMA foreign_keys = ON")


@dataclass
class Mended:
    """What had to be put in the place of lost rows, or left out, so that the rest fits together."""

    #: Cases whose own row was lost: id, with the day on which the oldest entry that is left was made.
    cases: dict[str, str] = field(default_factory=dict)
    #: Entries of which no state is left: id, case, form.
    entries: list[tuple[str, str | None, str]] = field(default_factory=list)
    #: Entries that show an earlier state because the newest is lost: id, case, form.
    set_back: list[tuple[str, str | None, str]] = field(default_factory=list)
    #: Entries whose form is there and whose own row was lost: how many states were left without one.
    states: int = 0


def mend_references(db: Database, number: Callable[[str], str]) -> Mended:
    """Make the rows that were read fit together again; `number(case_id)` gives a lost case a number.

    Whatever is left out or set back is named in what this returns.
    """
    mended = Mended()
    with _without_references(db), db.transaction():
        device = db.value("SELECT value FROM meta WHERE key = 'device'") or ""
        for (lost,) in db.rows(
            "SELECT DISTINCT device_id FROM (SELECT device_id FROM cases UNION SELECT device_id FROM persons UNION"
            " SELECT device_id FROM entries) WHERE device_id NOT IN (SELECT id FROM devices)"
        ):
            db.execute("INSERT INTO devices (id, letter, added_at) VALUES (?, ?, '')", (lost, f"?{lost[:4]}"))
        for entry_id, case_id, form, newest in db.rows(
            "SELECT e.id, e.case_id, e.form, (SELECT r.id FROM revisions AS r WHERE r.entry_id = e.id"
            " ORDER BY r.typed_at DESC, r.id LIMIT 1) FROM entries AS e"
            " WHERE e.head NOT IN (SELECT id FROM revisions)"
        ):
            if newest is None:
                mended.entries.append((entry_id, case_id, form))
                db.execute("DELETE FROM entries WHERE id = ?", (entry_id,))
            else:
                mended.set_back.append((entry_id, case_id, form))
                db.execute("UPDATE entries SET head = ? WHERE id = ?", (newest, entry_id))
        mended.states = int(
            db.value(
                "SELECT count(DISTINCT entry_id) FROM revisions WHERE entry_id NOT IN (SELECT id FROM entries)"
            )
        )
        for case_id, person_id, first in db.rows(
            "SELECT case_id, person_id, min(created_at) FROM entries WHERE case_id IS NOT NULL"
            " AND case_id NOT IN (SELECT id FROM cases) GROUP BY case_id"
        ):
            mended.cases[case_id] = first[:10]
            db.execute(
                # Whether it was restricted is lost too.
                "INSERT INTO cases (id, number, person_id, registered_on, status, stage, restricted, created_at,"
                " created_by, device_id, change_no) VALUES (?, ?, ?, ?, 'Active', 'intake', 1, ?, '', ?, 0)",
                (case_id, number(case_id), person_id, first[:10], first, device),
            )
        db.execute(
            "INSERT INTO persons (id, created_at, device_id) SELECT person_id, min(created_at), min(device_id) FROM"
            " (SELECT person_id, created_at, device_id FROM cases UNION ALL SELECT person_id, created_at, device_id"
            " FROM entries) WHERE person_id NOT IN (SELECT id FROM persons) GROUP BY person_id"
        )
        db.execute("DELETE FROM import_rows WHERE import_id NOT IN (SELECT id FROM imports)")
    return mended


@dataclass(frozen=True)
class LostSave:
    """A case or an entry that the journal knows and the store has lost: its id, its case, and when it was saved."""

    id: str
    case_id: str
    form: str
    at: str


def lost_saves(db: Database) -> tuple[list[LostSave], list[LostSave]]:
    """Cases, and entries of cases that are there, of which the journal says that they were saved and nothing is left.

    What was erased or taken back with its import is not lost.
    """
    opened = db.rows(
        "SELECT subject, subject, '', at FROM journal WHERE action = 'case.opened'"
        " AND subject NOT IN (SELECT id FROM cases)"
        " AND subject NOT IN (SELECT each.value FROM erasures, json_each(erasures.cases) AS each)"
        " AND coalesce(json_extract(detail, '$.import'), '') NOT IN"
        " (SELECT subject FROM journal WHERE action = 'register.undone') ORDER BY arrived"
    )
    entered = db.rows(
        "SELECT subject, coalesce(json_extract(detail, '$.case'), ''), coalesce(json_extract(detail, '$.form'), ''), at"
        " FROM journal WHERE action = 'entry.added' AND subject NOT IN (SELECT id FROM entries)"
        " AND json_extract(detail, '$.case') IN (SELECT id FROM cases) ORDER BY arrived"
    )
    return [LostSave(*row) for row in opened], [LostSave(*row) for row in entered]


def missing_lines(db: Database) -> list[tuple[str, int, int]]:
    """Gaps in the journal: device, first and last number that is missing."""
    found = []
    for device, before, after in db.rows(
        "SELECT device_id, before, seq FROM (SELECT device_id, seq, lag(seq, 1, 0) OVER"
        " (PARTITION BY device_id ORDER BY seq) AS before FROM journal) WHERE seq > before + 1 ORDER BY device_id, seq"
    ):
        found.append((str(device), int(before) + 1, int(after) - 1))
    return found
