"""Cases and persons: rows of the store, read and written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shelter_app.storage.database import Database, Row
from shelter_app.storage.store import next_change_no

__all__ = [
    "CaseRow",
    "add_case",
    "add_person",
    "case",
    "cases_changed_since",
    "cases_of_person",
    "count_cases",
    "count_changed_since",
    "touch",
    "update_case",
]

_COLUMNS = (
    "id, number, person_id, registered_on, status, stage, identified, assigned_to, restricted, alerts,"
    " sex, age, citizenship, next_due, created_at, created_by, device_id, import_id, change_no"
)


@dataclass(frozen=True)
class CaseRow:
    """What the coded compartment knows of a case; never a name."""

    id: str
    number: str
    person_id: str
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
    created_at: str
    created_by: str
    device_id: str
    import_id: str | None
    change_no: int


def _case(row: Row) -> CaseRow:
    return CaseRow(
        *(
            *row[:8],
            bool(row[8]),
            tuple(json.loads(row[9])),
            row[10],
            row[11],
            tuple(json.loads(row[12])),
            *row[13:],
        )
    )


def _plain(row: CaseRow) -> tuple[Any, ...]:
    return (
        row.id, row.number, row.person_id, row.registered_on, row.status, row.stage, row.identified, row.assigned_to,
        int(row.restricted), json.dumps(list(row.alerts)), row.sex, row.age, json.dumps(list(row.citizenship)),
        row.next_due, row.created_at, row.created_by, row.device_id, row.import_id, row.change_no,
    )  # fmt: skip


def add_person(db: Database, person_id: str, *, created_at: str, device_id: str) -> None:
    """A person known by a random id only."""
    db.execute(
        "INSERT INTO persons (id, created_at, device_id) VALUES (?, ?, ?)", (person_id, created_at, device_id)
    )


def add_case(db: Database, row: CaseRow) -> CaseRow:
    """Keep a new case; returns it with the number of this change."""
    row = replace(row, change_no=next_change_no(db))
    marks = ", ".join("?" * 19)
    db.execute(f"INSERT INTO cases ({_COLUMNS}) VALUES ({marks})", _plain(row))
    return row


def update_case(db: Database, row: CaseRow, before: CaseRow | None = None) -> CaseRow:
    """Keep the changed facts of a case; returns it with the number of this change.

    `before` is the case as it stands in the store; it is read where it is not at hand. Only what differs is
    written, so that an index of a fact that stays is not touched.
    """
    before = before or case(db, row.id)
    assert before is not None
    row = replace(row, change_no=next_change_no(db))
    now, then = _facts(row), _facts(before)
    changed = [fact for fact, value in now.items() if value != then[fact]]
    db.execute(
        f"UPDATE cases SET {', '.join(f'{fact} = ?' for fact in changed)} WHERE id = ?",
        (*(now[fact] for fact in changed), row.id),
    )
    return row


def _facts(row: CaseRow) -> dict[str, Any]:
    """What can change of a case, as it is stored."""
    return {
        "registered_on": row.registered_on, "status": row.status, "stage": row.stage, "identified": row.identified,
        "assigned_to": row.assigned_to, "restricted": int(row.restricted), "alerts": json.dumps(list(row.alerts)),
        "sex": row.sex, "age": row.age, "citizenship": json.dumps(list(row.citizenship)), "next_due": row.next_due,
        "change_no": row.change_no,
    }  # fmt: skip


def touch(db: Database, case_id: str) -> None:
    """Number a change of the case, so that lists and the people index notice it."""
    db.execute("UPDATE cases SET change_no = ? WHERE id = ?", (next_change_no(db), case_id))


def case(db: Database, case_id: str) -> CaseRow | None:
    """A case by its id."""
    row = db.row(f"SELECT {_COLUMNS} FROM cases WHERE id = ?", (case_id,))
    return _case(row) if row else None


def case_by_number(db: Database, number: str) -> CaseRow | None:
    """A case by its case number."""
    row = db.row(f"SELECT {_COLUMNS} FROM cases WHERE number = ?", (number,))
    return _case(row) if row else None


def cases_of_person(db: Database, person_id: str) -> list[CaseRow]:
    """All cases of a person, oldest first."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM cases WHERE person_id = ? ORDER BY registered_on, id", (person_id,)
    )
    return [_case(row) for row in rows]


def cases_of_persons(db: Database, person_ids: Sequence[str]) -> dict[str, list[CaseRow]]:
    """All cases of several persons, by person, oldest first."""
    found: dict[str, list[CaseRow]] = {}
    for start in range(0, len(person_ids), 500):
        some = person_ids[start : start + 500]
        marks = ", ".join("?" * len(some))
        rows = db.rows(
            f"SELECT {_COLUMNS} FROM cases WHERE person_id IN ({marks}) ORDER BY registered_on, id", some
        )
        for row in rows:
            case = _case(row)
            found.setdefault(case.person_id, []).append(case)
    return found


def cases_by_id(db: Database, ids: Sequence[str]) -> dict[str, CaseRow]:
    """Several cases at once, by id; ids without a case are left out."""
    found: dict[str, CaseRow] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        marks = ", ".join("?" * len(some))
        for row in db.rows(f"SELECT {_COLUMNS} FROM cases WHERE id IN ({marks})", some):
            found[row[0]] = _case(row)
    return found


def cases_changed_since(db: Database, change_no: int, *, size: int = 500) -> Iterator[list[CaseRow]]:
    """Cases whose last change is later than `change_no`, in the order of the changes, in short reads."""
    columns = _COLUMNS.replace(", change_no", "")
    for page in db.pages(
        f"SELECT change_no, {columns} FROM cases WHERE change_no > ? ORDER BY change_no LIMIT ?",
        (change_no,),
        size=size,
    ):
        yield [_case((*row[1:], row[0])) for row in page]


def count_changed_since(db: Database, change_no: int) -> int:
    """How many cases have their last change later than `change_no`."""
    return int(db.value("SELECT count(*) FROM cases WHERE change_no > ?", (change_no,)))


def count_cases(db: Database) -> int:
    """How many cases the store holds."""
    return int(db.value("SELECT count(*) FROM cases"))


def numbers(db: Database) -> dict[str, str]:
    """The number of every case, by its id."""
    return dict(db.rows("SELECT id, number FROM cases"))


def next_running_number(db: Database, letter: str, year: int) -> int:
    """The next running number of this device in this year, taken inside the transaction of the new case.

    A case number shows two digits of the year, so 1926 (a slip in a register) and 2026 count as one.
    """
    year %= 100
    db.execute(
        "INSERT INTO numbers (letter, year, last) VALUES (?, ?, 1)"
        " ON CONFLICT (letter, year) DO UPDATE SET last = last + 1",
        (letter, year),
    )
    return int(db.value("SELECT last FROM numbers WHERE letter = ? AND year = ?", (letter, year)))


def removed_cases(db: Database, ids: Iterable[str]) -> frozenset[str]:
    """Which of these ids have no case any more."""
    wanted = list(ids)
    return frozenset(wanted) - frozenset(cases_by_id(db, wanted))
