"""Bringing a register in, deciding what waits, and taking an import back as a whole."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from shelter_app.casework.case_facts import refresh_case
from shelter_app.casework.cases import write_case
from shelter_app.casework.errors import ImportTouched, NoSuchImport
from shelter_app.casework.index_care import follow
from shelter_app.casework.people import likely_duplicates
from shelter_app.casework.register_rows import row_from_json, row_to_json
from shelter_app.casework.returning import told_if_cut_off
from shelter_app.casework.session import Session
from shelter_app.domain.periods import Period
from shelter_app.exchange.registers import RegisterPreview, RegisterRow, filled_forms
from shelter_app.storage import books, cases
from shelter_app.storage.store import Change, Changes, canonical
from shelter_app.vault.keyring import Box
from shelter_app.vault.rights import Compartment, Right

__all__ = [
    "Imported",
    "PastImport",
    "decide",
    "existing_people",
    "import_register",
    "past_imports",
    "undo_import",
    "waiting_count",
    "waiting_rows",
    "waits",
]

Progress = Callable[[int, int], None]
#: From this likeness on, somebody in the vault is asked about.
_ASK_FROM: Final = 0.9
_WAITING: Final = "decision"


@dataclass(frozen=True)
class Imported:
    """What became of the rows of a register; the counts add up to `rows`.

    `known` rows were in the vault already. `import_id` is None where nothing was brought in.
    """

    import_id: str | None
    rows: int
    imported: int
    remark: int
    decision: int
    known: int
    not_a_person: int
    changes: Changes = field(default_factory=Changes)


def _fingerprint(session: Session, row: RegisterRow) -> bytes | None:
    if not row.fingerprint:
        return None
    key = session.keyring.derive("register rows", epoch=1)
    return hmac.new(key, row.fingerprint.encode(), hashlib.sha256).digest()


def existing_people(session: Session) -> Callable[[RegisterRow], Sequence[str]]:
    """For a preview: the numbers of cases whose person a row is likely about; rows brought in before have none."""

    def look_up(row: RegisterRow) -> Sequence[str]:
        mark = _fingerprint(session, row)
        if mark is None or books.known_fingerprints(session.store, [mark]):
            return ()
        person = filled_forms(row)[0].values
        return [c.row.number for c in likely_duplicates(session, person) if c.score >= _ASK_FROM]

    return look_up


def waits(row: RegisterRow) -> bool:
    """Whether a row waits for a decision: its own, or the one that is asked at another row of its group."""
    return row.outcome == _WAITING


@told_if_cut_off("import")
def import_register(
    session: Session, preview: RegisterPreview, *, progress: Progress | None = None
) -> Imported:
    """Bring the rows of a register in, all of them or none, in one transaction.

    Rows that wait for a decision are kept sealed with the import until somebody decides; rows that an
    earlier import brought in are left alone. Importing the same file twice adds nothing.

    Raises:
        NotYours, DiskFull: nothing has been changed.
    """
    session.require(Right.IMPORT_REGISTER)
    marks = {id(row): _fingerprint(session, row) for row in preview.rows}
    known = books.known_fingerprints(session.store, [mark for mark in marks.values() if mark])
    new = {id(row) for row in preview.rows if row.is_person and marks[id(row)] not in known}
    import_id = session.new_id()
    opened: dict[tuple[str, int], tuple[str, str]] = {}
    kept: list[books.ImportedRow] = []
    if not new:
        return Imported(None, len(preview.rows), *_tally(preview, [], [], known_count=len(preview.people)))
    total = len(preview.rows)
    waiting: list[RegisterRow] = []
    done: list[RegisterRow] = []
    with session.saving() as record:
        for number, row in enumerate(preview.rows):
            case_id: str | None = None
            box: bytes | None = None
            outcome: str = row.outcome
            if id(row) in new and waits(row):
                outcome = _WAITING
                box = _seal(session, import_id, row)
                waiting.append(row)
            elif id(row) in new:
                case_id = _write_row(session, record, import_id, row, opened)
                done.append(row)
            elif row.is_person:
                outcome = "known"
            mark = marks[id(row)] if case_id or box else None
            sheet = preview.sheets.index(row.sheet) if row.sheet in preview.sheets else 0
            codes = tuple(dict.fromkeys(r.code for r in row.reasons))
            kept.append(books.ImportedRow(import_id, sheet, row.row, mark, outcome, codes, case_id, box))
            if progress:
                progress(number + 1, total)
        counts = _tally(preview, done, waiting, known_count=len(preview.people) - len(new))
        books.add_import(session.store, _import_row(session, import_id, preview, counts), kept)
        record("register.imported", import_id, counts=dict(zip(_COUNTS, counts, strict=True)))
    follow(session)
    changes = tuple(
        Change(case_id, frozenset({"case", "entry", "imports"})) for case_id, _ in opened.values()
    )
    return Imported(
        import_id, total, *counts, changes=Changes(changes or (Change(None, frozenset({"imports"})),))
    )


_COUNTS: Final = ("imported", "remark", "decision", "known", "not_a_person")


def _tally(
    preview: RegisterPreview, done: Sequence[RegisterRow], waiting: Sequence[RegisterRow], *, known_count: int
) -> tuple[int, int, int, int, int]:
    plain = sum(1 for row in done if row.outcome == "imported")
    return plain, len(done) - plain, len(waiting), known_count, len(preview.rows) - len(preview.people)


def _import_row(
    session: Session, import_id: str, preview: RegisterPreview, counts: Sequence[int]
) -> books.ImportRow:
    source = canonical({"name": preview.name, "sheets": list(preview.sheets), "kind": preview.kind}).encode()
    box = session.keyring.seal(
        Compartment.PEOPLE, source, case=import_id, entry=import_id, revision=import_id
    )
    return books.ImportRow(
        import_id, session.now(), session.user_id, _packed(box), dict(zip(_COUNTS, counts, strict=True)), None
    )


def _packed(box: Box) -> bytes:
    return box.epoch.to_bytes(4, "big") + box.data


def _unpack(data: bytes) -> Box:
    return Box(int.from_bytes(data[:4], "big"), "key", data[4:])


def _place(row: RegisterRow) -> str:
    return f"{row.row} {row.sheet}"


def _seal(session: Session, import_id: str, row: RegisterRow) -> bytes:
    data = canonical(row_to_json(row)).encode()
    return _packed(
        session.keyring.seal(Compartment.PEOPLE, data, case=import_id, entry=import_id, revision=f"{row.row}")
    )


def _write_row(
    session: Session,
    record: Any,
    import_id: str,
    row: RegisterRow,
    opened: dict[tuple[str, int], tuple[str, str]],
) -> str:
    """Open the case of one row with all its forms; returns the case. What it says is kept, however odd."""
    person, intake, *others = filled_forms(row)
    person_id = None
    if row.same_person_as and row.same_person_as in opened:
        person_id = opened[row.same_person_as][1]
    elif row.decided.get("in_vault") == "same_person":
        person_id = _person_in_vault(session, row)
    values = dict(intake.values)
    if person_id is not None:
        # Who the person is stays as it was; what this row says of them is kept with the case.
        values["unparsed"] = [
            *values.get("unparsed", ()),
            *({"header": h, "text": t} for h, t in row.original),
        ]
    case = write_case(
        session, record, person={} if person_id else person.values, intake=values, person_id=person_id,
        import_id=import_id, checked=False, others=[(other.form_id, other.values) for other in others],
    )  # fmt: skip
    refresh_case(session, case.case_id)
    opened[(row.sheet, row.row)] = (case.case_id, case.person_id)
    return case.case_id


def _person_in_vault(session: Session, row: RegisterRow) -> str | None:
    """The person whose case the decision named."""
    numbers = row.decided.get("in_vault_cases", "")
    found = cases.case_by_number(session.store, numbers.split(", ")[0]) if numbers else None
    return found.person_id if found else None


@dataclass(frozen=True)
class PastImport:
    """An import that was made, for the list in the window."""

    id: str
    made_at: str
    made_by: str
    name: str
    counts: dict[str, int]
    waiting: int
    undone: bool


def past_imports(session: Session) -> list[PastImport]:
    """All imports, newest first."""
    session.require(Right.IMPORT_REGISTER)
    found = []
    for row in books.imports(session.store):
        data = session.keyring.open(
            Compartment.PEOPLE, _unpack(row.source), case=row.id, entry=row.id, revision=row.id
        )
        waiting = sum(1 for r in books.imported_rows(session.store, row.id) if r.box is not None)
        found.append(
            PastImport(
                row.id, row.made_at, session.user_name(row.made_by), json.loads(data)["name"], row.counts, waiting,
                row.undone_at is not None,
            )
        )  # fmt: skip
    return found


def waiting_rows(session: Session, import_id: str) -> RegisterPreview:
    """The rows of an import that still wait for a decision, as a preview that decisions can be taken in.

    Raises:
        NoSuchImport
    """
    session.require(Right.IMPORT_REGISTER)
    found = next((row for row in books.imports(session.store) if row.id == import_id), None)
    if found is None:
        raise NoSuchImport
    source = json.loads(
        session.keyring.open(
            Compartment.PEOPLE, _unpack(found.source), case=import_id, entry=import_id, revision=import_id
        )
    )
    rows = []
    for kept in books.imported_rows(session.store, import_id):
        if kept.box is not None:
            data = session.keyring.open(
                Compartment.PEOPLE, _unpack(kept.box), case=import_id, entry=import_id, revision=f"{kept.row}"
            )
            rows.append(row_from_json(json.loads(data)))
    return RegisterPreview(source["name"], source["kind"], tuple(source["sheets"]), (), tuple(rows))


def waiting_count(session: Session, period: Period | None = None) -> int:
    """How many rows of registers wait for a decision and are therefore in no case and no figure.

    With a period only those that could count in it: not registered after it and not gone before it. Who may not
    read the rows gets the number of all of them.
    """
    if period is None or not session.may(Right.IMPORT_REGISTER):
        return books.waiting_rows(session.store)
    rows = [
        row for each in past_imports(session) if each.waiting for row in waiting_rows(session, each.id).rows
    ]
    return sum(1 for row in rows if _counts_in(row, period))


def _counts_in(row: RegisterRow, period: Period) -> bool:
    came, left = row.values.get("intake.registered_on"), row.values.get("closure.left_on")
    first, last = came.earliest() if came else None, left.latest() if left else None
    return (first is None or first <= period.last) and (last is None or last >= period.first)


def decide(session: Session, import_id: str, decided: RegisterPreview) -> Imported:
    """Bring in the rows of `waiting_rows` whose decisions have been taken since; the rest goes on waiting.

    Raises:
        NoSuchImport, NotYours
    """
    waiting = waiting_rows(session, import_id)
    open_places = {(row.sheet, row.row) for row in waiting.rows}
    opened = _opened_before(session, import_id, waiting.sheets)
    done: list[RegisterRow] = []
    left_out = 0
    with session.saving() as record:
        for row in decided.rows:
            if (row.sheet, row.row) not in open_places or waits(row):
                continue
            sheet = waiting.sheets.index(row.sheet) if row.sheet in waiting.sheets else 0
            case_id = None
            if row.is_person:
                case_id = _write_row(session, record, import_id, row, opened)
                done.append(row)
            else:
                left_out += 1
            outcome = row.outcome if row.is_person else "left_out"
            books.settle_row(session.store, import_id, sheet, row.row, outcome=outcome, case_id=case_id)
        if done or left_out:
            record("register.decided", import_id, imported=len(done), left_out=left_out)
    follow(session)
    counts = _tally(decided, done, [r for r in decided.rows if waits(r)], known_count=0)
    return Imported(
        import_id, len(decided.rows), *counts, changes=Changes.of(None, "case", "entry", "imports")
    )


def _opened_before(
    session: Session, import_id: str, sheets: Sequence[str]
) -> dict[tuple[str, int], tuple[str, str]]:
    rows = [row for row in books.imported_rows(session.store, import_id) if row.case_id]
    known = cases.cases_by_id(session.store, [str(row.case_id) for row in rows])
    return {
        (sheets[row.sheet], row.row): (str(row.case_id), known[str(row.case_id)].person_id)
        for row in rows
        if row.case_id in known
    }


def undo_import(session: Session, import_id: str) -> Changes:
    """Take back everything that an import brought in, its waiting rows too; the journal keeps that it was.

    Raises:
        NoSuchImport: there is none, or it was taken back before.
        ImportTouched: somebody has worked on its cases since; nothing has been changed.
    """
    session.require(Right.IMPORT_REGISTER)
    if not any(row.id == import_id and row.undone_at is None for row in books.imports(session.store)):
        raise NoSuchImport
    touched = books.touched_since_import(session.store, import_id)
    if touched:
        raise ImportTouched(count=touched)
    with session.saving() as record:
        gone = books.remove_import(session.store, import_id, session.now())
        record("register.undone", import_id, cases=len(gone))
    follow(session, gone)
    return Changes(tuple(Change(case_id, frozenset({"case", "entry", "imports"})) for case_id in gone))
