"""What a check of the store reads, in pages: sealed parts with where they belong, and what does not fit together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shelter_app.storage.cases import CaseRow, cases_of_persons
from shelter_app.storage.database import Database, Row
from shelter_app.storage.entries import ENTRY_COLUMNS, EntryRow, PartRow, RevisionRow, revisions_of_entries

__all__ = [
    "CASE_CHANGES",
    "SAVES",
    "Line",
    "LostCase",
    "People",
    "PlacedPart",
    "counters_behind",
    "entries_set_back",
    "entries_without_state",
    "erased_and_undone",
    "given_up_until",
    "lost_cases",
    "named_anywhere",
    "parts_in_place",
    "people",
    "strays",
]


@dataclass(frozen=True)
class PlacedPart:
    """A sealed part, and the entry and owner that it is bound to; both empty where nothing refers to it."""

    part: PartRow
    entry_id: str
    owner: str


def parts_in_place(db: Database, *, size: int = 500) -> Iterator[list[PlacedPart]]:
    """Every sealed part of the store, in short reads."""
    for page in db.pages(
        "SELECT p.revision_id, p.compartment, p.id, p.epoch, p.sealing, p.author, p.box, r.entry_id,"
        " coalesce(e.case_id, e.person_id) FROM parts AS p LEFT JOIN revisions AS r ON r.id = p.revision_id"
        " LEFT JOIN entries AS e ON e.id = r.entry_id WHERE (p.revision_id, p.compartment) > (?, ?)"
        " ORDER BY p.revision_id, p.compartment LIMIT ?",
        ("", ""),
        size=size,
    ):
        yield [
            PlacedPart(
                PartRow(row[2], row[0], row[1], row[3], row[4], row[5], bytes(row[6])),
                row[7] or "",
                row[8] or "",
            )
            for row in page
        ]


def entries_without_state(db: Database) -> list[str]:
    """Entries whose newest state is gone."""
    found = []
    for page in db.pages(
        "SELECT e.id, e.head, r.id FROM entries AS e LEFT JOIN revisions AS r ON r.id = e.head"
        " WHERE e.id > ? ORDER BY e.id LIMIT ?",
        ("",),
    ):
        found += [str(row[0]) for row in page if row[2] is None]
    return found


def counters_behind(db: Database) -> list[str]:
    """Counters lower than what they have counted: put back, they would give a number a second time."""
    rows = db.rows(
        "SELECT 'change_no' WHERE (SELECT max(change_no) FROM cases) >"
        " coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'change_no'), 0)"
        " UNION SELECT letter || ' ' || year FROM numbers WHERE last <"
        " (SELECT count(*) FROM cases WHERE number GLOB '*-' || letter || '-' || printf('%02d', year % 100) || '-*')"
    )
    return [str(row[0]) for row in rows]


def entries_set_back(db: Database) -> list[str]:
    """Entries that show a state which has been corrected since."""
    found = []
    for page in db.pages(
        "SELECT p.revision_id, p.parent_id, e.id, e.head FROM revision_parents AS p"
        " JOIN revisions AS r ON r.id = p.revision_id JOIN entries AS e ON e.id = r.entry_id"
        " WHERE (p.revision_id, p.parent_id) > (?, ?) ORDER BY p.revision_id, p.parent_id LIMIT ?",
        ("", ""),
    ):
        found += [str(row[2]) for row in page if row[3] == row[1]]
    return found


#: Actions whose lines say, digest by digest, what was saved.
SAVES: Final = (
    "case.opened", "entry.added", "entry.corrected", "document.added", "document.moved", "document.withdrawn",
)  # fmt: skip
#: Actions that change what the store says of a case beside its entries.
CASE_CHANGES: Final = ("case.assigned", "case.restricted", "case.alerts")


@dataclass(frozen=True)
class Line:
    """A line of the journal about a case."""

    arrived: int
    actor: str
    action: str
    subject: str
    about: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class People:
    """Some persons with everything that belongs to them, and what the journal says of their cases."""

    cases: dict[str, CaseRow]
    #: In the order in which they were saved.
    entries: list[EntryRow]
    #: Every state of these entries by id, and the text of its coded part.
    revisions: dict[str, tuple[RevisionRow, str]]
    #: Compartment and id of each part, by state.
    parts: dict[str, dict[str, str]]
    #: By case, in the order in which they came.
    lines: dict[str, list[Line]]


def people(db: Database, *, size: int = 200) -> Iterator[People]:
    """Everybody with what belongs to them, in short reads."""
    for page in db.pages("SELECT id FROM persons WHERE id > ? ORDER BY id LIMIT ?", ("",), size=size):
        yield _people(db, [str(row[0]) for row in page])


def _people(db: Database, person_ids: list[str]) -> People:
    found_cases = {case.id: case for mine in cases_of_persons(db, person_ids).values() for case in mine}
    entries = [
        EntryRow(*row)
        for row in _of(
            db,
            f"SELECT {ENTRY_COLUMNS} FROM entries WHERE person_id IN ({{}}) ORDER BY created_at, id",
            person_ids,
        )
    ]
    revisions = {
        row.id: (row, text) for row, text in revisions_of_entries(db, [entry.id for entry in entries])
    }
    parts: dict[str, dict[str, str]] = {}
    for revision_id, compartment, part_id in _of(
        db, "SELECT revision_id, compartment, id FROM parts WHERE revision_id IN ({})", list(revisions)
    ):
        parts.setdefault(str(revision_id), {})[str(compartment)] = str(part_id)
    lines: dict[str, list[Line]] = {}
    wanted = ", ".join(f"'{action}'" for action in (*SAVES, *CASE_CHANGES))
    for row in _of(
        db,
        "SELECT arrived, actor, action, subject, about, detail FROM journal WHERE about IN ({})"
        f" AND +action IN ({wanted}) ORDER BY arrived",
        list(found_cases),
    ):
        line = Line(int(row[0]), row[1], row[2], row[3], row[4], json.loads(row[5]))
        lines.setdefault(line.about, []).append(line)
    return People(found_cases, entries, revisions, parts, lines)


def _of(db: Database, sql: str, ids: Sequence[str]) -> Iterator[Row]:
    """The rows of a query for these ids, so many at once as SQLite takes well."""
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        yield from db.rows(sql.format(", ".join("?" * len(some))), some)


def strays(db: Database) -> list[str]:
    """Rows that belong to nobody: cases and entries without their person, states without their entry, parts without their state."""
    found: list[str] = []
    for child, key, parent in (
        ("cases", "person_id", "persons"),
        ("entries", "person_id", "persons"),
        ("revisions", "entry_id", "entries"),
        ("parts", "revision_id", "revisions"),
    ):
        rows = db.rows(f"SELECT {key} FROM {child} WHERE {key} NOT IN (SELECT id FROM {parent}) LIMIT 100")
        found += [str(row[0]) for row in rows]
    return found


@dataclass(frozen=True)
class LostCase:
    """A case that the journal says was opened, and that is not there."""

    id: str
    person_id: str
    import_id: str
    arrived: int


def lost_cases(db: Database) -> Iterator[list[LostCase]]:
    """Cases that were opened and are gone, in short reads; whether they may be is for who can check signatures to say."""
    for page in db.pages(
        "SELECT arrived, subject, coalesce(json_extract(detail, '$.person'), ''),"
        " coalesce(json_extract(detail, '$.import'), ''), (SELECT 1 FROM cases WHERE cases.id = journal.subject)"
        " FROM journal WHERE action = 'case.opened' AND arrived > ? ORDER BY arrived LIMIT ?",
        (0,),
    ):
        yield [LostCase(row[1], row[2], row[3], int(row[0])) for row in page if row[4] is None]


def given_up_until(db: Database) -> int:
    """The place of the newest line that says what could not be saved of a damaged vault; 0 where there is none."""
    return int(db.value("SELECT coalesce(max(arrived), 0) FROM journal WHERE action = 'vault.salvaged'"))


def erased_and_undone(db: Database) -> tuple[set[str], set[str]]:
    """Persons that lines say were erased, and imports that lines say were taken back."""
    erased = db.rows(
        "SELECT json_extract(detail, '$.person') FROM journal WHERE action IN ('erasure.done', 'erasure.applied')"
    )
    undone = db.rows("SELECT subject FROM journal WHERE action = 'register.undone'")
    return {str(row[0]) for row in erased}, {str(row[0]) for row in undone}


def named_anywhere(db: Database, digest: str) -> bool:
    """Whether any line names these contents; looks through all of them, so it is asked for what is in doubt only."""
    return db.value("SELECT 1 FROM journal WHERE instr(detail, ?) LIMIT 1", (digest,)) is not None
