"""What lists and summaries know of a case, worked out anew from its entries after every save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from shelter_app.casework.sealing import read_revisions
from shelter_app.casework.session import Session
from shelter_app.domain.forms import form, projections, stage_reached
from shelter_app.domain.partial_date import PartialDate
from shelter_app.storage import cases
from shelter_app.storage import entries as rows

__all__ = ["STAGES", "date_of", "refresh_case", "refresh_person"]

#: The stages of a case in their order; an entry shows that one has been reached.
STAGES: Final = ("screening", "intake", "identified", "support", "return", "follow_up", "closed")


def refresh_case(session: Session, case_id: str) -> cases.CaseRow:
    """Work out status, stage, identification, next due date and assignment from the coded entries; saves them."""
    case = cases.case(session.store, case_id)
    assert case is not None
    found = rows.entries_in_case(session.store, case_id)
    revisions = rows.revisions_by_id(session.store, [e.head for e in found])
    stage, identified, registered_on, assigned_to = "screening", None, case.registered_on, case.assigned_to
    closed: Mapping[str, Any] | None = None
    ask_again: str | None = None
    for entry in found:
        revision = revisions[entry.head]
        coded = revision.coded
        if revision.form_version == 0:
            continue
        declared = form(revision.form, revision.form_version)
        reached = stage_reached(declared, coded)
        if reached in STAGES and STAGES.index(reached) > STAGES.index(stage):
            stage = reached
        if declared.id == "intake":
            identified = coded.get("trafficking_status") or identified
            registered_on = _iso(coded.get("registered_on")) or registered_on
            assigned_to = coded.get("case_owner") or assigned_to
        elif declared.id == "closure":
            left_open = (
                coded.get("case_status") in ("Active", "FollowUp") or coded.get("destination") == "still_here"
            )
            closed, ask_again = (None, None) if left_open else (coded, entry.due_on)
    status = "Active"
    if closed is not None:
        referred = closed.get("case_status") == "ClosedReferred" or closed.get("reason") == "transferred"
        status, stage = "ClosedReferred" if referred else "Closed", "closed"
    elif stage == "follow_up":
        status = "FollowUp"
    next_due = min((e.due_on for e in found if e.due_on and not e.done_on), default=None)
    changed = replace(
        case, status=status, stage=stage, identified=identified, registered_on=registered_on, assigned_to=assigned_to,
        next_due=next_due if closed is None else ask_again,
    )  # fmt: skip
    saved = cases.update_case(session.store, changed, case)
    if changed.registered_on != case.registered_on:
        refresh_person(session, case.person_id)
    return saved


def refresh_person(session: Session, person_id: str) -> None:
    """Write the coarse projection of a person's sealed form into each of their cases."""
    entry = rows.person_entry(session.store, person_id)
    if entry is None or not session.sees_names:
        return
    revision = rows.revision(session.store, entry.head)
    assert revision is not None
    reading = read_revisions(session, {revision.id: revision}, {entry.id: person_id})[revision.id]
    declared = form(reading.form, reading.form_version)
    for case in cases.cases_of_person(session.store, person_id):
        seen = projections(declared, reading.values, registered_on=date_of(case.registered_on))
        cases.update_case(
            session.store,
            replace(case, sex=seen["sex"], age=seen["age"], citizenship=tuple(seen["citizenship"])),
            case,
        )


def date_of(text: str) -> PartialDate | None:
    """The partial date that the store keeps as ISO 8601 text ("2013-04-17", "2013-04", "2013")."""
    parts = [int(part) for part in text.split("-")] if text else []
    return PartialDate(year=parts[0], month=(*parts, None)[1], day=(*parts, None, None)[2]) if parts else None


def _iso(stored: Any) -> str | None:
    return PartialDate.from_json(stored).iso() if stored else None
