"""Voluntary returns under way: which cases, and the next open step of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shelter_app.casework.cases import list_rows
from shelter_app.casework.lists import Due, due_of_form
from shelter_app.casework.session import Session
from shelter_app.storage import stages
from shelter_app.storage.case_list import CaseListRow
from shelter_app.vault.rights import Right

__all__ = ["ReturnUnderWay", "returns_under_way"]

_OPEN: Final = ("Active", "FollowUp")
#: Steps are planned months ahead at most.
_AHEAD_DAYS: Final = 366


@dataclass(frozen=True)
class ReturnUnderWay:
    """A case on its way home; `step` is the next open step, None where none is planned."""

    row: CaseListRow
    step: Due | None


def returns_under_way(session: Session) -> list[ReturnUnderWay]:
    """Cases at the stage of return, and others with an open return step; the next step leads.

    Raises:
        NotYours: the role does not read cases.
    """
    session.require(Right.READ_CASE)
    hidden_from = None if session.may(Right.SEE_RESTRICTED) else session.user_id
    steps: dict[str, Due] = {}
    for due in due_of_form(session, "return_step", days=_AHEAD_DAYS):
        steps.setdefault(due.case.id, due)
    ids = stages.cases_at_stage(session.store, "return", statuses=_OPEN, hidden_from=hidden_from)
    ids += [case_id for case_id in steps if case_id not in ids]
    rows = list_rows(session, ids)
    found = [ReturnUnderWay(rows[case_id], steps.get(case_id)) for case_id in ids if case_id in rows]
    return sorted(
        found, key=lambda each: (each.step is None, -each.step.days_late if each.step else 0, each.row.number)
    )
