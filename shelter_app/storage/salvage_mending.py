"""Rows of a salvaged store that have lost what they refer to, and what the journal knows of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shelter_app.domain.case_number import read_number
from shelter_app.storage.checks import SAVES
from shelter_app.storage.database import Database
from shelter_app.storage.entries import ENTRY_COLUMNS, EntryRow, RevisionRow, revisions_of_entries

__all__ = [
    "Opened",
    "SavedLine",
    "add_lost_persons",
    "entries_without_head",
    "heads_of_chains",
    "lost_devices",
    "missing_lines",
    "opened_cases",
    "put_case_back",
    "raise_counters",
    "saved_lines",
    "states_without_entry",
]


def lost_devices(db: Database) -> dict[str, str]:
    """Computers that wrote something and are not in the list: the letter that their case numbers show, or ""."""
    lost = {
        str(row[0]): ""
        for row in db.rows(
            "SELECT DISTINCT device_id FROM (SELECT device_id FROM cases UNION SELECT device_id FROM persons UNION"
            " SELECT device_id FROM entries UNION SELECT device_id FROM journal)"
            " WHERE device_id NOT IN (SELECT id FROM devices)"
        )
    }
    for device in lost:
        number = read_number(db.value("SELECT min(number) FROM cases WHERE device_id = ?", (device,)) or "")
        lost[device] = number.letter if number else ""
    return lost


def raise_counters(db: Database) -> None:
    """Counters that were lost count on from the highest that is left: no number is given twice."""
    highest: dict[tuple[str, int], int] = {}
    for (text,) in db.rows("SELECT number FROM cases"):
        number = read_number(text)
        if number is not None:
            place = number.letter, number.year
            highest[place] = max(highest.get(place, 0), number.running)
    db.execute_many(
        "INSERT INTO numbers (letter, year, last) VALUES (?, ?, ?)"
        " ON CONFLICT (letter, year) DO UPDATE SET last = max(last, excluded.last)",
        [(*place, last) for place, last in highest.items()],
    )
    db.execute(
        "INSERT INTO meta (key, value) SELECT 'change_no', CAST(coalesce(max(change_no), 0) AS TEXT) FROM cases WHERE 1"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER)) AS TEXT)"
    )


def states_without_entry(db: Database) -> dict[str, list[tuple[RevisionRow, str]]]:
    """States whose entry has lost its own row, by entry, oldest first."""
    ids = [
        str(row[0])
        for row in db.rows(
            "SELECT DISTINCT entry_id FROM revisions WHERE entry_id NOT IN (SELECT id FROM entries)"
        )
    ]
    found: dict[str, list[tuple[RevisionRow, str]]] = {}
    for row, text in revisions_of_entries(db, ids):
        found.setdefault(row.entry_id, []).append((row, text))
    for states in found.values():
        states.sort(key=lambda state: (state[0].typed_at, state[0].id))
    return found


def entries_without_head(db: Database) -> list[tuple[EntryRow, str | None]]:
    """Entries whose newest state is lost, and the newest one that is left."""
    rows = db.rows(
        f"SELECT {ENTRY_COLUMNS}, (SELECT r.id FROM revisions AS r WHERE r.entry_id = entries.id"
        " ORDER BY r.typed_at DESC, r.id LIMIT 1) FROM entries WHERE head NOT IN (SELECT id FROM revisions)"
    )
    return [(EntryRow(*row[:-1]), row[-1]) for row in rows]


def drop_entry(db: Database, entry_id: str) -> None:
    """Leave out an entry of which no state is left."""
    db.execute("DELETE FROM entries WHERE id = ?", (entry_id,))


def mend_parents(db: Database) -> None:
    """States that do not say what they follow on: the one before them in time."""
    db.execute(
        "INSERT OR IGNORE INTO revision_parents (revision_id, parent_id) SELECT id, before FROM (SELECT id,"
        " lag(id) OVER (PARTITION BY entry_id ORDER BY typed_at, id) AS before FROM revisions)"
        " WHERE before IS NOT NULL AND id NOT IN (SELECT revision_id FROM revision_parents)"
    )


@dataclass(frozen=True)
class SavedLine:
    """A line that says what was saved: what it is about, its case and form, and when."""

    action: str
    subject: str
    case_id: str
    form: str
    at: str
    actor: str
    device_id: str
    detail: Mapping[str, Any]


def saved_lines(db: Database) -> list[SavedLine]:
    """All of them that are left, in the order in which they came."""
    marks = ", ".join("?" * len(SAVES))
    found = []
    for action, subject, about, at, actor, device, detail in db.rows(
        f"SELECT action, subject, about, at, actor, device_id, detail FROM journal WHERE action IN ({marks})"
        " ORDER BY arrived",
        SAVES,
    ):
        values = json.loads(detail)
        found.append(
            SavedLine(action, subject, about, str(values.get("form", "")), at, actor, device, values)
        )
    return found


@dataclass(frozen=True)
class Opened:
    """A case that was opened and is not there: its id, and what its entries and its line say of it."""

    id: str
    person_id: str
    at: str
    by: str
    device_id: str
    import_id: str | None


def opened_cases(db: Database) -> tuple[list[Opened], list[Opened]]:
    """Cases whose row is lost: those of which something else is left, and those that only the journal knows.

    What was erased or taken back with its import is not lost.
    """
    left = {
        str(row[0]): Opened(row[0], row[1], row[2], row[3] or "", row[4], None)
        for row in db.rows(
            "SELECT case_id, person_id, min(created_at), created_by, device_id FROM entries"
            " WHERE case_id IS NOT NULL AND case_id NOT IN (SELECT id FROM cases) GROUP BY case_id"
        )
    }
    gone = []
    for case_id, person, at, actor, device, import_id, known in db.rows(
        "SELECT subject, coalesce(json_extract(detail, '$.person'), ''), at, actor, device_id,"
        " json_extract(detail, '$.import'), json_extract(detail, '$.person') IN"
        " (SELECT person_id FROM entries WHERE case_id IS NULL) FROM journal WHERE action = 'case.opened'"
        " AND subject NOT IN (SELECT id FROM cases)"
        " AND subject NOT IN (SELECT each.value FROM erasures, json_each(erasures.cases) AS each)"
        " AND coalesce(json_extract(detail, '$.person'), '') NOT IN (SELECT coalesce(json_extract(detail, '$.person'), '-')"
        " FROM journal WHERE action IN ('erasure.done', 'erasure.applied'))"
        " AND coalesce(json_extract(detail, '$.import'), '') NOT IN"
        " (SELECT subject FROM journal WHERE action = 'register.undone') ORDER BY arrived"
    ):
        line = Opened(case_id, person, at, actor, device, import_id)
        if case_id in left:
            left[case_id] = Opened(
                case_id, left[case_id].person_id, left[case_id].at, actor, device, import_id
            )
        elif known:
            left[case_id] = line
        else:
            gone.append(line)
    return list(left.values()), gone


def put_case_back(db: Database, case: Opened, number: str, first_day: str) -> None:
    """A row in the place of the lost one; restricted, since whether it was is lost too."""
    db.execute(
        "INSERT INTO cases (id, number, person_id, registered_on, status, stage, restricted, created_at,"
        " created_by, device_id, import_id, change_no) VALUES (?, ?, ?, ?, 'Active', 'intake', 1, ?, ?, ?, ?, 0)",
        (case.id, number, case.person_id, first_day, case.at, case.by, case.device_id, case.import_id),
    )


def add_lost_persons(db: Database) -> None:
    """A row for everybody who has a case or an entry; it holds nothing that these do not say."""
    db.execute(
        "INSERT INTO persons (id, created_at, device_id) SELECT person_id, min(created_at), min(device_id) FROM"
        " (SELECT person_id, created_at, device_id FROM cases UNION ALL SELECT person_id, created_at, device_id"
        " FROM entries) WHERE person_id NOT IN (SELECT id FROM persons) GROUP BY person_id"
    )
    db.execute("DELETE FROM import_rows WHERE import_id NOT IN (SELECT id FROM imports)")


def numbers_of_persons(db: Database) -> dict[str, list[str]]:
    """The numbers of the cases of everybody."""
    found: dict[str, list[str]] = {}
    for person, number in db.rows("SELECT person_id, number FROM cases ORDER BY number"):
        found.setdefault(str(person), []).append(str(number))
    return found


def entries_with_files(db: Database) -> list[tuple[str, str]]:
    """Entries that a line calls documents and that no file belongs to: their id and case."""
    return [
        (str(row[0]), str(row[1]))
        for row in db.rows(
            "SELECT DISTINCT subject, about FROM journal WHERE action = 'document.added'"
            " AND subject IN (SELECT id FROM entries) AND subject NOT IN (SELECT entry_id FROM attachments)"
        )
    ]


def heads_of_chains(db: Database) -> dict[str, int]:
    """The last number of each chain of the journal."""
    return {
        str(row[0]): int(row[1])
        for row in db.rows("SELECT device_id, max(seq) FROM journal GROUP BY device_id")
    }


def missing_lines(db: Database, heads: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """Gaps in the journal: device, first and last number that is missing. `heads` are known last numbers of chains."""
    found = []
    for device, before, after in db.rows(
        "SELECT device_id, before, seq FROM (SELECT device_id, seq, lag(seq, 1, 0) OVER"
        " (PARTITION BY device_id ORDER BY seq) AS before FROM journal) WHERE seq > before + 1 ORDER BY device_id, seq"
    ):
        found.append((str(device), int(before) + 1, int(after) - 1))
    last = heads_of_chains(db)
    found += [
        (device, last.get(device, 0) + 1, number)
        for device, number in heads.items()
        if number > last.get(device, 0)
    ]
    return found
