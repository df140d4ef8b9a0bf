"""The list of cases in pages by key: any page of 100,000 rows in one short read, never by offset."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from shelter_app.storage.database import Database, Row

__all__ = [
    "PAGE",
    "Anchor",
    "CaseListRow",
    "ListFilter",
    "Order",
    "anchors",
    "count",
    "page",
    "rows_by_key",
    "rows_of",
]

PAGE: Final = 200
Order = Literal["number", "name", "registered", "due"]
Anchor = tuple[Any, Any]

_FIELDS: Final = "number, registered_on, status, stage, identified, assigned_to, restricted, alerts, sex, age, citizenship, next_due"


@dataclass(frozen=True)
class CaseListRow:
    """One row of the case list; `name` and `reading` are None where names are sealed."""

    case_id: str
    number: str
    registered_on: str
    status: str
    stage: str
    identified: str | None
    assigned_to: str | None
    restricted: bool
    alerts: tuple[str, ...]
    sex: str | None
    age: int | None
    citizenship: tuple[str, ...]
    next_due: str | None
    name: str | None = None
    reading: str | None = None


@dataclass(frozen=True)
class ListFilter:
    """Which cases a list shows. `hidden_from` is the user who may see restricted cases only if assigned."""

    statuses: tuple[str, ...] = ()
    assigned_to: str | None = None
    hidden_from: str | None = None
    with_due_only: bool = False


@dataclass(frozen=True)
class _Source:
    """Where a list is read from: the store (no names) or the people index."""

    table: str
    key: str
    columns: str
    sort: dict[str, str]


_STORE: Final = _Source(
    "cases",
    "id",
    f"id, {_FIELDS}, NULL, NULL",
    {
        "number": "number",
        "registered": "registered_on",
        "due": "coalesce(next_due, '9999')",
        "name": "number",
    },
)
_INDEX: Final = _Source(
    "list",
    "rid",
    f"case_id, {_FIELDS}, name, reading",
    {
        "number": "number",
        "registered": "registered_on",
        "due": "coalesce(next_due, '9999')",
        "name": "sort_key",
    },
)


def _source(names: bool) -> _Source:
    return _INDEX if names else _STORE


def _where(wanted: ListFilter) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    if wanted.statuses:
        parts.append(f"status IN ({', '.join('?' * len(wanted.statuses))})")
        values += wanted.statuses
    if wanted.assigned_to is not None:
        # The + keeps the walk on the index of the order; sorting all cases of one person for each page is slow.
        parts.append("+assigned_to = ?")
        values.append(wanted.assigned_to)
    if wanted.hidden_from is not None:
        parts.append("(restricted = 0 OR assigned_to = ?)")
        values.append(wanted.hidden_from)
    if wanted.with_due_only:
        parts.append("next_due IS NOT NULL")
    return " AND ".join(parts), values


def _row(row: Row) -> CaseListRow:
    return CaseListRow(
        *(
            *row[:7],
            bool(row[7]),
            tuple(json.loads(row[8])),
            row[9],
            row[10],
            tuple(json.loads(row[11])),
            *row[12:],
        )
    )


def count(db: Database, wanted: ListFilter, *, names: bool) -> int:
    """How many cases the list holds."""
    where, values = _where(wanted)
    return int(
        db.value(f"SELECT count(*) FROM {_source(names).table}{' WHERE ' + where if where else ''}", values)
        or 0
    )


def anchors(
    db: Database, order: Order, wanted: ListFilter, *, names: bool, descending: bool = False
) -> list[Anchor]:
    """The key of every `PAGE`-th row in order, each a short step along an index; `page` starts at any of them.

    Numbering all rows in one statement takes five times as long and would hold up a save.
    """
    source = _source(names)
    column, way, sign = source.sort[order], "DESC" if descending else "ASC", "<=" if descending else ">="
    where, values = _where(wanted)
    found: list[Anchor] = []
    while True:
        parts = [where] if where else []
        if found:
            parts.append(f"({column}, {source.key}) {sign} (?, ?)")
        row = db.row(
            f"SELECT {column}, {source.key} FROM {source.table}{' WHERE ' + ' AND '.join(parts) if parts else ''}"
            f" ORDER BY {column} {way}, {source.key} {way} LIMIT 1 OFFSET ?",
            (*values, *(found[-1] if found else ()), PAGE if found else 0),
        )
        if row is None:
            return found
        found.append((row[0], row[1]))


def page(
    db: Database,
    order: Order,
    wanted: ListFilter,
    *,
    names: bool,
    start: Anchor | None = None,
    descending: bool = False,
    size: int = PAGE,
) -> list[CaseListRow]:
    """`size` rows in order from the row with key `start` (that row included), or from the beginning."""
    source = _source(names)
    column, way, sign = source.sort[order], "DESC" if descending else "ASC", "<=" if descending else ">="
    where, values = _where(wanted)
    parts = [where] if where else []
    if start is not None:
        parts.append(f"({column}, {source.key}) {sign} (?, ?)")
        values += start
    rows = db.rows(
        f"SELECT {source.columns} FROM {source.table}{' WHERE ' + ' AND '.join(parts) if parts else ''}"
        f" ORDER BY {column} {way}, {source.key} {way} LIMIT ?",
        (*values, size),
    )
    return [_row(row) for row in rows]


def rows_of(db: Database, ids: Sequence[str], *, names: bool) -> dict[str, CaseListRow]:
    """The list rows of these cases, by case id."""
    source = _source(names)
    key = "case_id" if names else "id"
    found: dict[str, CaseListRow] = {}
    for begin in range(0, len(ids), 500):
        some = ids[begin : begin + 500]
        for row in db.rows(
            f"SELECT {source.columns} FROM {source.table} WHERE {key} IN ({', '.join('?' * len(some))})", some
        ):
            found[row[0]] = _row(row)
    return found


def rows_by_key(db: Database, keys: Sequence[int]) -> list[CaseListRow]:
    """The rows of the people index with these keys, in the order of the keys."""
    found: dict[int, CaseListRow] = {}
    for begin in range(0, len(keys), 500):
        some = keys[begin : begin + 500]
        for row in db.rows(
            f"SELECT {_INDEX.columns}, rid FROM list WHERE rid IN ({', '.join('?' * len(some))})", some
        ):
            found[row[-1]] = _row(row[:-1])
    return [found[key] for key in keys if key in found]


def numbers_like(db: Database, text: str, wanted: ListFilter, *, limit: int = 200) -> list[CaseListRow]:
    """Cases whose number holds `text` (letters and digits, hyphens ignored), for who may not see names."""
    where, values = _where(wanted)
    rows = db.rows(
        f"SELECT {_STORE.columns} FROM cases WHERE id IN (SELECT id FROM cases"
        f" WHERE instr(replace(number, '-', ''), ?) > 0{' AND ' + where if where else ''} ORDER BY number LIMIT ?)"
        " ORDER BY number",
        (text.replace("-", "").upper(), *values, limit),
    )
    return [_row(row) for row in rows]
