"""Filling, correcting and reading entries: one transaction each, with its journal line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shelter_app.casework.case_facts import refresh_case, refresh_person
from shelter_app.casework.errors import AnswersRefused, ChangedMeanwhile, NoSuchCase
from shelter_app.casework.people import catch_up
from shelter_app.casework.sealing import Reading, read_revisions, seal_revision
from shelter_app.casework.session import Session
from shelter_app.domain.forms import Form, check, clean, form, typed_columns
from shelter_app.storage import cases
from shelter_app.storage import entries as rows
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import SEALED_COMPARTMENTS, Right

__all__ = ["Entry", "Saved", "read_entries", "read_history", "save_entry", "write_entry"]


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
    """What a save wrote."""

    entry_id: str
    revision_id: str
    changes: Changes


def form_of(reading: Reading) -> Form | None:
    """The declared form that a reading belongs to, in its version; None where it is sealed."""
    return form(reading.form, reading.form_version) if reading.form else None


def read_entries(session: Session, found: Sequence[rows.EntryRow]) -> list[Entry]:
    """These entries with the answers that the signed-in person may see."""
    revisions = rows.revisions_by_id(session.store, [row.head for row in found])
    readings = read_revisions(session, revisions, {row.id: row.case_id or row.person_id for row in found})
    return [Entry(row, readings[row.head], form_of(readings[row.head])) for row in found]


def read_history(session: Session, entry_id: str) -> list[Reading]:
    """Every state of an entry, oldest first; that it was read is recorded.

    Raises:
        NoSuchCase: there is no such entry.
    """
    session.require(Right.READ_CASE)
    row = rows.entry(session.store, entry_id)
    if row is None:
        raise NoSuchCase
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

    The draft that it grew from goes in the same transaction. Warnings do not hinder saving.

    Raises:
        AnswersRefused: an answer does not fit its field; nothing was saved.
        ChangedMeanwhile: somebody corrected the entry since; nothing was saved.
        NoSuchCase, NotYours
    """
    session.require(Right.CLOSE_CASE if form_id == "closure" else Right.WRITE_CASE)
    case = cases.case(session.store, case_id)
    if case is None:
        raise NoSuchCase
    with session.saving() as record:
        saved = write_entry(
            session, form(form_id), values, case_id=case_id, person_id=case.person_id, entry_id=entry_id,
            started_from=started_from,
        )  # fmt: skip
        record(
            "entry.corrected" if entry_id else "entry.added", saved.entry_id,
            case=case_id, revision=saved.revision_id, form=form(form_id).public_id, digests=saved.digests,
        )  # fmt: skip
        if draft_id:
            rows.drop_draft(session.store, draft_id)
        if form(form_id).owner == "person":
            refresh_person(session, case.person_id)
        else:
            refresh_case(session, case_id)
    catch_up(session)
    return Saved(saved.entry_id, saved.revision_id, Changes.of(case_id, "entry", form_id))


@dataclass(frozen=True)
class Written:
    """An entry that was written into the transaction under way, for its journal line."""

    entry_id: str
    revision_id: str
    digests: list[dict[str, str]]


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
) -> Written:
    """Write an entry or a correction inside the transaction under way; the caller writes the journal.

    `checked=False` is for registers: what they say is kept as it is, however odd.
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
        if before is None:
            raise NoSuchCase
        if started_from is not None and before.head != started_from:
            raise ChangedMeanwhile
        parents = (before.head,)
        kept = _kept_parts(session, before.head)
        row = replace(before, head=revision_id, revisions=before.revisions + 1, **typed)
        rows.set_head(session.store, row)
    digests = seal_revision(
        session, declared, answers, owner=owner, entry_id=entry_id, revision_id=revision_id, parents=parents, kept=kept
    )  # fmt: skip
    return Written(entry_id, revision_id, digests)


def _kept_parts(session: Session, head: str) -> dict[str, str]:
    """Where the parts lie that the signed-in person cannot read and so leaves as they are."""
    revision = rows.revision(session.store, head)
    kept = dict(revision.kept) if revision else {}
    present = rows.compartments_of(session.store, [head]).get(head, frozenset())
    hidden = [c.value for c in SEALED_COMPARTMENTS if not session.keyring.holds(c)]
    return {c: kept.get(c, head) for c in hidden if c in kept or c in present}
