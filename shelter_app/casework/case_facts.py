"""What lists and summaries know of a case, worked out anew from its entries after every save."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from shelter_app.casework.sealing import known_form, read_revisions
from shelter_app.casework.session import Session
from shelter_app.domain.forms import Form, projections, stage_reached
from shelter_app.domain.partial_date import PartialDate
from shelter_app.storage import cases
from shelter_app.storage import entries as rows
from shelter_app.storage.store import meta_keys, set_meta
from shelter_app.vault.rights import Compartment

__all__ = [
    "STAGES",
    "date_of",
    "projected",
    "refresh_case",
    "refresh_person",
    "refresh_waiting",
    "worked_out",
]

#: Begins the name under which the store keeps whose projection waits for somebody with the people key.
_WAITING: Final = "projection "
#: The stages of a case in their order; an entry shows that one has been reached.
STAGES: Final = ("screening", "intake", "identified", "support", "return", "follow_up", "closed")


def refresh_case(
    session: Session, case_id: str, *, taken_by: str | None = None, case: cases.CaseRow | None = None
) -> cases.CaseRow:
    """Work out status, stage, identification and next due date from the coded entries; saves them.

    `taken_by` is who was just named as responsible for the case; `case` its row, where it was read within this save.
    Entries of forms that this program does not know are left out of account.
    """
    case = case or cases.case(session.store, case_id)
    assert case is not None
    found = rows.entries_in_case(session.store, case_id)
    revisions = rows.revisions_by_id(session.store, [e.head for e in found])
    changed = replace(worked_out(case, found, revisions), assigned_to=taken_by or case.assigned_to)
    saved = cases.update_case(session.store, changed, case)
    if changed.registered_on != case.registered_on:
        refresh_person(session, case.person_id)
    return saved


def worked_out(
    case: cases.CaseRow, found: Sequence[rows.EntryRow], revisions: Mapping[str, rows.RevisionRow]
) -> cases.CaseRow:
    """The case with status, stage, identification, registration and next due date as its coded entries say.

    `found` are its entries in the order in which they were saved, `revisions` their newest states.
    """
    stage, identified, said = "screening", None, ""
    registered_on: str | None = None
    closed: Mapping[str, Any] | None = None
    ask_again: str | None = None
    for entry in found:
        revision = revisions[entry.head]
        coded = revision.coded
        if revision.form_version == 0:
            continue
        declared = known_form(revision.form, revision.form_version)
        if declared is None:
            registered_on = registered_on or case.registered_on
            continue
        left_open = declared.id == "closure" and (
            coded.get("case_status") in ("Active", "FollowUp") or coded.get("destination") == "still_here"
        )
        reached = stage_reached(declared, coded)
        if (
            reached in STAGES
            and not (left_open and reached == "closed")
            and STAGES.index(reached) > STAGES.index(stage)
        ):
            stage = reached
        if declared.id == "intake":
            identified = coded.get("trafficking_status") or identified
            registered_on = entry.happened_on or registered_on
        elif declared.id == "closure":
            said = str(coded.get("case_status") or "") if left_open else ""
            closed, ask_again = (None, None) if left_open else (coded, entry.due_on)
    status = "Active"
    if closed is not None:
        referred = closed.get("case_status") == "ClosedReferred" or closed.get("reason") == "transferred"
        status, stage = "ClosedReferred" if referred else "Closed", "closed"
    elif said or stage == "follow_up":
        status = said or "FollowUp"
    next_due = min((e.due_on for e in found if e.due_on and not e.done_on), default=None)
    return replace(
        case, status=status, stage=stage, identified=identified, registered_on=registered_on or _opened_on(case),
        next_due=next_due if closed is None else ask_again,
    )  # fmt: skip


def refresh_person(session: Session, person_id: str) -> None:
    """Write the coarse projection of a person's sealed form into each of their cases.

    Where the signed-in person cannot read it, it waits for the next who can; where it is damaged, what was
    projected before stays.
    """
    entry = rows.person_entry(session.store, person_id)
    if entry is None:
        return
    if not session.sees_names:
        set_meta(session.store, f"{_WAITING}{person_id}", "1")
        for case in cases.cases_of_person(session.store, person_id):
            cases.touch(session.store, case.id)
        return
    revision = rows.revision(session.store, entry.head)
    assert revision is not None
    reading = read_revisions(session, {revision.id: revision}, {entry.id: person_id})[revision.id]
    declared = known_form(reading.form, reading.form_version)
    if declared is None or Compartment.PEOPLE.value in reading.damaged:
        return
    for case in cases.cases_of_person(session.store, person_id):
        cases.update_case(session.store, projected(case, declared, reading.values), case)


def projected(case: cases.CaseRow, declared: Form, values: Mapping[str, Any]) -> cases.CaseRow:
    """The case with what lists and summaries may know of its person: sex class, age and citizenship."""
    seen = projections(declared, values, registered_on=date_of(case.registered_on))
    return replace(case, sex=seen["sex"], age=seen["age"], citizenship=tuple(seen["citizenship"]))


def refresh_waiting(session: Session) -> None:
    """Write the projections that somebody without the people key had to leave."""
    if not session.sees_names:
        return
    waiting = meta_keys(session.store, _WAITING)
    if waiting:
        with session.store.transaction():
            for key in waiting:
                refresh_person(session, key.removeprefix(_WAITING))
                set_meta(session.store, key, None)


def _opened_on(case: cases.CaseRow) -> str:
    """The day on which a case was typed in, for one that does not say when it was registered."""
    return dt.datetime.fromisoformat(case.created_at).astimezone().date().isoformat()


def date_of(text: str) -> PartialDate | None:
    """The partial date that the store keeps as ISO 8601 text ("2013-04-17", "2013-04", "2013")."""
    parts = [int(part) for part in text.split("-")] if text else []
    return PartialDate(year=parts[0], month=(*parts, None)[1], day=(*parts, None, None)[2]) if parts else None
