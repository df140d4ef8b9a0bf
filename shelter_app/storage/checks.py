"""What a check of the store reads, in pages: sealed parts with where they belong, and what does not fit together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shelter_app.storage.database import Database
from shelter_app.storage.entries import PartRow

__all__ = [
    "PlacedPart",
    "SavedLine",
    "counters_behind",
    "entries_set_back",
    "entries_without_state",
    "missing_saves",
    "parts_in_place",
    "saved_lines",
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


@dataclass(frozen=True)
class SavedLine:
    """A journal line of a save: which state it wrote, and what it says of its contents."""

    seq: int
    device_id: str
    entry_id: str
    revision_id: str
    #: HMAC of the coded part under the salt of the state.
    coded: str
    #: Ids of the sealed parts that were written.
    parts: frozenset[str]


def saved_lines(db: Database, *, size: int = 500) -> Iterator[list[SavedLine]]:
    """Every journal line of a save, in short reads."""
    for page in db.pages(
        "SELECT arrived, seq, device_id, subject, detail FROM journal"
        " WHERE arrived > ? AND action IN ('entry.added', 'entry.corrected') ORDER BY arrived LIMIT ?",
        (0,),
        size=size,
    ):
        yield [
            SavedLine(
                int(row[1]), str(row[2]), str(row[3]), str(detail.get("revision", "")), _coded(detail),
                frozenset(str(each["part"]) for each in _digests(detail) if "part" in each),
            )
            for row in page
            for detail in [json.loads(row[4])]
        ]  # fmt: skip


def _digests(detail: dict[str, Any]) -> list[dict[str, str]]:
    digests = detail.get("digests", [])
    return [each for each in digests if isinstance(each, dict)]


def _coded(detail: dict[str, Any]) -> str:
    return next((str(each["coded"]) for each in _digests(detail) if "coded" in each), "")


@dataclass(frozen=True)
class KeptState:
    """What the store has of a state that the journal names."""

    salt: bytes
    coded: str


def states_of(
    db: Database, lines: list[SavedLine]
) -> tuple[dict[str, KeptState], dict[str, set[str]], set[str]]:
    """States, ids of their parts, and the entries that are there, of what these lines name."""
    states: dict[str, KeptState] = {}
    parts: dict[str, set[str]] = {}
    marks = ", ".join("?" * len(lines))
    revisions = [line.revision_id for line in lines]
    for row in db.rows(f"SELECT id, salt, coded FROM revisions WHERE id IN ({marks})", revisions):
        states[row[0]] = KeptState(bytes(row[1]), str(row[2]))
    for row in db.rows(f"SELECT revision_id, id FROM parts WHERE revision_id IN ({marks})", revisions):
        parts.setdefault(row[0], set()).add(row[1])
    entries = {
        str(row[0])
        for row in db.rows(f"SELECT id FROM entries WHERE id IN ({marks})", [line.entry_id for line in lines])
    }
    return states, parts, entries


def missing_saves(db: Database, digest: Any) -> Iterator[tuple[int, list[str]]]:
    """For each page of saves: how many lines were looked at, and entries whose saved state is not as it was written.

    `digest(salt, data)` is how the journal names contents. An entry that was erased, or taken back with its
    import, is gone as a whole and does not count.
    """
    for page in saved_lines(db):
        states, parts, entries = states_of(db, page)
        wrong = []
        for line in page:
            state = states.get(line.revision_id)
            if line.entry_id not in entries or not line.revision_id:
                continue
            whole = state is not None and line.coded in ("", digest(state.salt, state.coded.encode()))
            if not whole or line.parts - parts.get(line.revision_id, set()):
                wrong.append(line.entry_id)
        yield len(page), wrong
