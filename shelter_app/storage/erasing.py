"""Erasing: proposals, the list of erasures, holds, what is removed, and the coded facts that stay."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shelter_app.storage.database import Database, Row

__all__ = [
    "ErasureProof",
    "ErasureRow",
    "HoldRow",
    "KeptCase",
    "ProposalRow",
    "Removed",
    "add_erasure",
    "add_kept_case",
    "add_proposal",
    "count_parts",
    "end_proposal",
    "erasures",
    "holds",
    "kept_cases",
    "open_proposals",
    "remove_person",
]

#: What belongs to a person, by the name under which it is counted.
_MINE: Final = {
    "entries": "SELECT count(*) FROM entries WHERE person_id = :person",
    "revisions": "SELECT count(*) FROM revisions WHERE entry_id IN (SELECT id FROM entries WHERE person_id = :person)",
    "drafts": "SELECT count(*) FROM drafts WHERE case_id IN (SELECT id FROM cases WHERE person_id = :person)"
    " OR entry_id IN (SELECT id FROM entries WHERE person_id = :person)",
    "attachments": "SELECT count(*) FROM attachments WHERE entry_id IN (SELECT id FROM entries WHERE person_id = :person)",
    "import_rows": "SELECT count(*) FROM import_rows WHERE case_id IN (SELECT id FROM cases WHERE person_id = :person)",
}
#: What a row of a register is once its person is erased: that there was one.
_BARE_ROW: Final = "box = NULL, fingerprint = NULL, case_id = NULL, reasons = '[]'"
_PROPOSAL: Final = "id, person_id, cases, way, reason, proposed_at, proposed_by"
_ERASURE: Final = "id, person_id, cases, way, reason, erased_at, proposed_by, approved_by, counts, backups, journal_seq, journal_mac"


@dataclass(frozen=True)
class ProposalRow:
    """An erasure that somebody proposed and nobody has decided on."""

    id: str
    person_id: str
    cases: tuple[str, ...]
    way: str
    reason: str
    proposed_at: str
    proposed_by: str


@dataclass(frozen=True)
class ErasureRow:
    """An erasure that was carried out; ids, counts and the backups that hold the person until they expire."""

    id: str
    person_id: str
    cases: tuple[str, ...]
    way: str
    reason: str
    erased_at: str
    proposed_by: str
    approved_by: str
    counts: Mapping[str, int]
    backups: tuple[Mapping[str, str], ...]
    journal_seq: int
    journal_mac: str


@dataclass(frozen=True)
class ErasureProof:
    """The proposal that an erasure carried out, and the signatures (hexadecimal) of who proposed and who approved it."""

    proposal: str
    proposed: str
    approved: str


@dataclass(frozen=True)
class HoldRow:
    """A mark that nothing of a person is erased."""

    person_id: str
    reason: str
    set_at: str
    set_by: str


@dataclass(frozen=True)
class KeptCase:
    """Coded facts of an erased case, named like those of a case; `entries` are (form, version, coded part).

    `person_id` is a new random id that only joins the cases of one person; `registered_on` has no day.
    """

    id: str
    person_id: str
    registered_on: str
    stage: str
    identified: str | None
    sex: str | None
    age: int | None
    citizenship: tuple[str, ...]
    entries: tuple[tuple[str, int, dict[str, Any]], ...]


@dataclass(frozen=True)
class Removed:
    """What `remove_person` took away, and the sealed files that are to be deleted after the commit."""

    counts: dict[str, int]
    files: tuple[str, ...]


def add_proposal(db: Database, row: ProposalRow) -> None:
    """Keep a proposal; a person has at most one that is open."""
    db.execute(
        f"INSERT INTO erasure_proposals ({_PROPOSAL}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row.id, row.person_id, json.dumps(row.cases), row.way, row.reason, row.proposed_at, row.proposed_by),
    )


def open_proposals(db: Database) -> list[ProposalRow]:
    """Proposals that nobody has decided on, oldest first."""
    rows = db.rows(
        f"SELECT {_PROPOSAL} FROM erasure_proposals WHERE ended_at IS NULL ORDER BY proposed_at, id"
    )
    return [ProposalRow(row[0], row[1], tuple(json.loads(row[2])), *row[3:]) for row in rows]


def end_proposal(db: Database, proposal_id: str, *, outcome: str, ended_at: str, ended_by: str) -> bool:
    """Close an open proposal; False where it is not open any more."""
    changed = db.execute(
        "UPDATE erasure_proposals SET ended_at = ?, ended_by = ?, outcome = ? WHERE id = ? AND ended_at IS NULL",
        (ended_at, ended_by, outcome, proposal_id),
    )
    return changed == 1


def end_proposals_of(db: Database, person_id: str, *, outcome: str, ended_at: str, ended_by: str) -> None:
    """Close whatever is proposed for a person."""
    db.execute(
        "UPDATE erasure_proposals SET ended_at = ?, ended_by = ?, outcome = ? WHERE person_id = ? AND ended_at IS NULL",
        (ended_at, ended_by, outcome, person_id),
    )


def add_erasure(db: Database, row: ErasureRow) -> None:
    """Add to the list of erasures; it is never changed or shortened."""
    db.execute(
        f"INSERT INTO erasures ({_ERASURE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.id, row.person_id, json.dumps(row.cases), row.way, row.reason, row.erased_at, row.proposed_by,
            row.approved_by, json.dumps(dict(row.counts), sort_keys=True), json.dumps([dict(b) for b in row.backups]),
            row.journal_seq, row.journal_mac,
        ),
    )  # fmt: skip


def erasures(db: Database) -> list[ErasureRow]:
    """Every erasure, newest first."""
    rows = db.rows(f"SELECT {_ERASURE} FROM erasures ORDER BY erased_at DESC, id")
    found = []
    for row in rows:
        case_ids, counts, backups = (json.loads(row[place]) for place in (2, 8, 9))
        found.append(ErasureRow(*(*row[:2], tuple(case_ids), *row[3:8], counts, tuple(backups), *row[10:])))
    return found


def set_hold(db: Database, row: HoldRow) -> None:
    """Mark that nothing of a person is erased."""
    db.execute(
        "INSERT OR REPLACE INTO holds (person_id, reason, set_at, set_by) VALUES (?, ?, ?, ?)",
        (row.person_id, row.reason, row.set_at, row.set_by),
    )


def lift_hold(db: Database, person_id: str) -> None:
    """Take the mark away."""
    db.execute("DELETE FROM holds WHERE person_id = ?", (person_id,))


def holds(db: Database) -> dict[str, HoldRow]:
    """Every person of whom nothing is erased."""
    rows = db.rows("SELECT person_id, reason, set_at, set_by FROM holds")
    return {row[0]: HoldRow(*row) for row in rows}


def count_parts(db: Database, person_id: str) -> dict[str, int]:
    """How much there is of a person: entries, revisions, drafts, attachments and rows of imports."""
    return {name: int(db.value(sql, {"person": person_id})) for name, sql in _MINE.items()}


def waiting_boxes(db: Database) -> list[tuple[str, int, int]]:
    """Import, sheet and row of every row of a register that waits for a decision."""
    return [
        (row[0], row[1], row[2])
        for row in db.rows("SELECT import_id, sheet, row FROM import_rows WHERE box IS NOT NULL")
    ]


_LATEST: Final = ", ".join(
    f"CASE length({column}) WHEN 4 THEN {column} || '-12-31' WHEN 7 THEN {column} || '-31'"
    f" ELSE coalesce({column}, '') END"
    for column in ("happened_on", "done_on")
)
_LAST_DAY: Final = (
    f"cases.id, coalesce((SELECT max(max({_LATEST})) FROM entries WHERE case_id = cases.id), '') FROM cases"
)


def persons_quiet_since(db: Database, day: str) -> Iterator[list[str]]:
    """Persons with a case in which nothing happened after a day, in short reads; a few may be too many.

    Only what happened or was done counts, not what is due. Dates of which the day is not known are looked at again.
    """
    sql = (
        "SELECT cases.id, person_id FROM cases WHERE cases.id > ? AND registered_on <= ? AND coalesce("
        f"(SELECT max(max({_LATEST})) FROM entries WHERE case_id = cases.id), '') <= ? ORDER BY cases.id LIMIT ?"
    )
    last = ""
    while rows := db.rows(sql, (last, day, day, 1000)):
        yield [str(row[1]) for row in rows]
        last = str(rows[-1][0])


def last_days_of(db: Database, case_ids: Sequence[str]) -> dict[str, str]:
    """The last day that an entry of each case can mean, "" where none names one.

    A month ends with "-31" here, whatever its length.
    """
    found: dict[str, str] = {}
    for start in range(0, len(case_ids), 500):
        some = case_ids[start : start + 500]
        marks = ", ".join("?" * len(some))
        found |= {
            str(row[0]): str(row[1]) for row in db.rows(f"SELECT {_LAST_DAY} WHERE id IN ({marks})", some)
        }
    return found


def remove_person(db: Database, person_id: str, *, counted_as: str, codes: str | None = None) -> Removed:
    """Remove a person with all their cases, entries, revisions, parts, drafts, attachments and rows of imports.

    Every summary that counted them counts on under the id `counted_as`, with `codes` in place of theirs if given.
    Call it inside the transaction of an erasure. The files of attachments are deleted after the commit.
    """
    counts = count_parts(db, person_id)
    case_ids = [str(row[0]) for row in db.rows("SELECT id FROM cases WHERE person_id = ?", (person_id,))]
    counts["cases"] = len(case_ids)
    mine = {"person": person_id, "counted_as": counted_as, "codes": codes}
    entries = "SELECT id FROM entries WHERE person_id = :person"
    revisions = f"SELECT id FROM revisions WHERE entry_id IN ({entries})"
    files = db.rows(f"SELECT file FROM attachments WHERE entry_id IN ({entries})", mine)
    db.execute("INSERT INTO meta (key, value) VALUES ('erasing', '1')")
    for sql in (
        f"DELETE FROM parts WHERE revision_id IN ({revisions})",
        f"DELETE FROM revision_parents WHERE revision_id IN ({revisions})",
        f"DELETE FROM revisions WHERE entry_id IN ({entries})",
        f"DELETE FROM attachments WHERE entry_id IN ({entries})",
        f"DELETE FROM drafts WHERE entry_id IN ({entries}) OR case_id IN (SELECT id FROM cases WHERE person_id = :person)",
        f"UPDATE import_rows SET {_BARE_ROW} WHERE case_id IN (SELECT id FROM cases WHERE person_id = :person)",
        "DELETE FROM entries WHERE person_id = :person",
        "DELETE FROM cases WHERE person_id = :person",
        "DELETE FROM holds WHERE person_id = :person",
        "DELETE FROM persons WHERE id = :person",
        "DELETE FROM meta WHERE key = 'projection ' || :person",
        "UPDATE release_rows SET person = :counted_as, codes = coalesce(:codes, codes) WHERE person = :person",
    ):
        db.execute(sql, {name: value for name, value in mine.items() if f":{name}" in sql})
    db.execute("DELETE FROM meta WHERE key = 'erasing'")
    return Removed(counts, tuple(str(row[0]) for row in files))


_STRAY: Final = "FROM drafts WHERE case_id IS NOT NULL AND case_id NOT IN (SELECT id FROM cases)"


def has_stray_drafts(db: Database) -> bool:
    """Whether there are drafts of cases that are gone: written while the case was being erased or taken back."""
    return db.value(f"SELECT 1 {_STRAY} LIMIT 1") is not None


def remove_stray_drafts(db: Database) -> None:
    """Remove drafts of cases that are gone."""
    db.execute(f"DELETE {_STRAY}")


def add_kept_case(db: Database, row: KeptCase) -> None:
    """Keep the coded facts of an erased case."""
    db.execute(
        "INSERT INTO kept_cases (id, person, registered_in, stage, identified, sex, age, citizenship, entries)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.id, row.person_id, row.registered_on, row.stage, row.identified, row.sex, row.age,
            json.dumps(list(row.citizenship)), json.dumps(row.entries, ensure_ascii=False, sort_keys=True),
        ),
    )  # fmt: skip


def kept_cases(db: Database) -> Iterator[list[KeptCase]]:
    """The coded facts of all erased cases, in short reads."""
    for page in db.pages(
        "SELECT id, person, registered_in, stage, identified, sex, age, citizenship, entries FROM kept_cases"
        " WHERE id > ? ORDER BY id LIMIT ?",
        ("",),
        size=1000,
    ):
        yield [_kept_case(row) for row in page]


def _kept_case(row: Row) -> KeptCase:
    entries = tuple((str(form), int(version), coded) for form, version, coded in json.loads(row[8]))
    return KeptCase(*(*row[:7], tuple(json.loads(row[7])), entries))
