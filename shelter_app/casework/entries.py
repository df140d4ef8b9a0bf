"""Filling, correcting and reading entries: one transaction each, with its journal line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shelter_app.casework.case_facts import refresh_case, refresh_person
from shelter_app.casework.drafts import saving_from_draft
from shelter_app.casework.errors import AnswersRefused, ChangedMeanwhile, NoSuchCase
from shelter_app.casework.index_care import follow
from shelter_app.casework.sealing import Reading, known_form, read_revisions, seal_revision
from shelter_app.casework.session import Session
from shelter_app.domain.forms import (
    FieldClass,
    Form,
    changed_fields,
    check,
    clean,
    form,
    split,
    typed_columns,
)
from shelter_app.storage import cases
from shelter_app.storage import entries as rows
from shelter_app.storage.store import Change, Changes
from shelter_app.vault.errors import DataDamaged
from shelter_app.vault.rights import SEALED_COMPARTMENTS, Right

__all__ = ["Entry", "Saved", "read_entries", "read_history", "read_state", "save_entry", "write_entry"]


@dataclass(frozen=True)
class Entry:
    """An entry as its reader may know it, in its newest state."""

    row: rows.EntryRow
    reading: Reading
    #: None where even the kind of form is sealed to this reader.
    form: Form | None

    @property
    def values(self) -> dict[str, Any]:
        """The answers that this reader may see."""
        return self.reading.values

    @property
    def corrected(self) -> bool:
        """Whether there are earlier states of it."""
        return self.row.revisions > 1


@dataclass(frozen=True)
class Saved:
    """What a save wrote; `changes` is empty where nothing differed from what was there."""

    entry_id: str
    revision_id: str
    changes: Changes

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.changes.items)


def form_of(reading: Reading) -> Form | None:
    """The declared form that a reading belongs to, in its version; None where it is sealed or not known here."""
    return known_form(reading.form, reading.form_version) if reading.form else None


def read_entries(session: Session, found: Sequence[rows.EntryRow]) -> list[Entry]:
    """These entries with the answers that the signed-in person may see.

    Raises:
        DataDamaged: the newest state of one of them is gone.
    """
    revisions = rows.revisions_by_id(session.store, [row.head for row in found])
    if any(row.head not in revisions for row in found):
        raise DataDamaged
    readings = read_revisions(session, revisions, {row.id: row.case_id or row.person_id for row in found})
    return [Entry(row, readings[row.head], form_of(readings[row.head])) for row in found]


def read_state(session: Session, row: rows.EntryRow, revision_id: str) -> Reading:
    """One state of an entry, as far as the signed-in person may read it."""
    revisions = rows.revisions_by_id(session.store, [revision_id])
    return read_revisions(session, revisions, {row.id: row.case_id or row.person_id})[revision_id]


def read_history(session: Session, entry_id: str) -> list[Reading]:
    """Every state of an entry, oldest first; that it was read is recorded.

    Raises:
        NoSuchCase: there is no such entry.
        NotYours: it belongs to a restricted case of somebody else.
    """
    session.require(Right.READ_CASE)
    row = rows.entry(session.store, entry_id)
    if row is None:
        raise NoSuchCase
    of_person = cases.cases_of_person(session.store, row.person_id)
    session.require_sight(*(case for case in of_person if row.case_id in (None, case.id)))
    with session.saving() as record:
        record("entry.history_read", row.id, case=row.case_id or "", person=row.person_id)
    history = rows.revisions_of(session.store, entry_id)
    readings = read_revisions(session, {r.id: r for r in history}, {row.id: row.case_id or row.person_id})
    return [readings[r.id] for r in history]


def save_entry(
    session: Session,
    form_id: str,
    values: Mapping[str, Any],
    *,
    case_id: str,
    entry_id: str | None = None,
    started_from: str | None = None,
    draft_id: str | None = None,
) -> Saved:
    """Save a filled form: a new entry, or a correction of `entry_id` that was begun from revision `started_from`.

    The draft that it grew from goes in the same transaction. Warnings do not hinder saving. A correction in which
    nothing changed adds no revision.

    Raises:
        AnswersRefused: an answer does not fit its field; nothing was saved.
        ChangedMeanwhile: somebody corrected the entry since; nothing was saved.
        NoSuchCase, NotYours
    """
    session.require(Right.CLOSE_CASE if form_id == "closure" else Right.WRITE_CASE)
    with saving_from_draft(session, draft_id) as record:
        case = cases.case(session.store, case_id)
        if case is None:
            raise NoSuchCase
        session.require_sight(case)
        new_for_person = form(form_id).owner == "person" and entry_id is None
        if new_for_person and rows.person_entry(session.store, case.person_id, form(form_id).public_id):
            # Whoever fills it in anew has not seen that it was filled in meanwhile.
            raise ChangedMeanwhile
        same = _unchanged(session, form(form_id), values, case, entry_id, started_from) if entry_id else None
        if same is not None:
            if draft_id:
                rows.drop_draft(session.store, draft_id, session.user_id)
            return Saved(same.id, same.head, Changes(()))
        saved = write_entry(
            session, form(form_id), values, case_id=case_id, person_id=case.person_id, entry_id=entry_id,
            started_from=started_from,
        )  # fmt: skip
        record(
            "entry.corrected" if entry_id else "entry.added", saved.entry_id,
            case=case_id, revision=saved.revision_id, form=form(form_id).public_id, digests=saved.digests,
        )  # fmt: skip
        touched = [case_id]
        if form(form_id).owner == "person":
            refresh_person(session, case.person_id)
            touched = [each.id for each in cases.cases_of_person(session.store, case.person_id)]
        else:
            refresh_case(session, case_id, taken_by=saved.taken_by, case=case)
    follow(session)
    changes = tuple(Change(each, frozenset({"entry", form_id})) for each in touched)
    return Saved(saved.entry_id, saved.revision_id, Changes(changes))


def _unchanged(
    session: Session,
    declared: Form,
    values: Mapping[str, Any],
    case: cases.CaseRow,
    entry_id: str,
    started_from: str | None,
) -> rows.EntryRow | None:
    """The entry, if it says the same already as far as the signed-in person can read it."""
    row = rows.entry(session.store, entry_id)
    if row is None or row.person_id != case.person_id or row.case_id not in (None, case.id):
        return None
    reading = read_state(session, row, row.head)
    if reading.form != declared.id or started_from not in (None, row.head):
        return None
    return None if changed_fields(clean(declared, reading.values), clean(declared, values)) else row


@dataclass(frozen=True)
class Written:
    """An entry that was written into the transaction under way, for its journal line."""

    entry_id: str
    revision_id: str
    digests: list[dict[str, str]]
    #: Who was named as responsible for the case, where that is somebody else than before.
    taken_by: str | None = None


def write_entry(
    session: Session,
    declared: Form,
    values: Mapping[str, Any],
    *,
    case_id: str | None,
    person_id: str,
    entry_id: str | None = None,
    started_from: str | None = None,
    created_at: str | None = None,
    checked: bool = True,
    files: Sequence[Mapping[str, Any]] = (),
) -> Written:
    """Write an entry or a correction inside the transaction under way; the caller writes the journal.

    `checked=False` is for registers: what they say is kept as it is, however odd. `files` is what is kept of sealed
    files; a correction keeps those of the state before.

    Raises:
        AnswersRefused, ChangedMeanwhile
        NoSuchCase: there is no such entry of this form in this case.
    """
    answers = clean(declared, values)
    if checked:
        problems = [p for p in check(declared, answers, today=session.today) if p.severity == "error"]
        if problems:
            raise AnswersRefused(problems)
    owner_case = None if declared.owner == "person" else case_id
    owner = owner_case or person_id
    typed: dict[str, Any] = typed_columns(declared, answers)
    revision_id = session.new_id()
    parents: tuple[str, ...] = ()
    kept: dict[str, str] = {}
    owner_before: Any = None
    if entry_id is None:
        entry_id = session.new_id()
        row = rows.EntryRow(
            id=entry_id, case_id=owner_case, person_id=person_id, form=declared.public_id, head=revision_id,
            revisions=1, created_at=created_at or session.now(), created_by=session.user_id,
            device_id=session.device_id, **typed,
        )  # fmt: skip
        rows.add_entry(session.store, row)
    else:
        before = rows.entry(session.store, entry_id)
        if before is None or (before.case_id, before.person_id) != (owner_case, person_id):
            raise NoSuchCase
        if before.form != declared.public_id:
            raise NoSuchCase
        if started_from is not None and before.head != started_from:
            raise ChangedMeanwhile
        parents = (before.head,)
        last = rows.revisions_by_id(session.store, [before.head])[before.head]
        reading = read_revisions(session, {last.id: last}, {last.entry_id: owner})[last.id]
        kept, files = _kept_parts(session, last, reading), files or reading.files
        owner_before = last.coded.get("case_owner")
        row = replace(before, head=revision_id, revisions=before.revisions + 1, **typed)
        rows.set_head(session.store, row)
    digests = seal_revision(
        session, declared, answers, owner=owner, entry_id=entry_id, revision_id=revision_id, parents=parents, kept=kept,
        files=files,
    )  # fmt: skip
    owner_now = None
    if "case_owner" in answers:
        owner_now = split(declared, answers)[FieldClass.CODED].get("case_owner")
    return Written(entry_id, revision_id, digests, owner_now if owner_now != owner_before else None)


def _kept_parts(session: Session, last: rows.RevisionRow, reading: Reading) -> dict[str, str]:
    """Where the parts lie that the signed-in person cannot read and so leaves as they are."""
    own = rows.compartments_of(session.store, [last.id]).get(last.id, frozenset())
    return {
        c.value: last.id if c.value in own else last.kept[c.value]
        for c in SEALED_COMPARTMENTS
        if c.value in reading.sealed and (c.value in own or c.value in last.kept)
    }
