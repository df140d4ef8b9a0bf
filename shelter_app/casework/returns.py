"""Voluntary returns: which cases are on their way home, the next open step of each, and who came home lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from shelter_app.casework.cases import list_rows
from shelter_app.casework.lists import Due, due_of_form
from shelter_app.casework.session import Session
from shelter_app.domain.forms import read_date
from shelter_app.domain.partial_date import PartialDate
from shelter_app.storage import stages
from shelter_app.storage.case_list import CaseListRow
from shelter_app.vault.rights import Right

__all__ = ["Progress", "ReturnCase", "returns"]

_OPEN: Final = ("Active", "FollowUp")
#: Steps are planned months ahead at most.
_AHEAD_DAYS: Final = 366
#: Somebody who came home is listed so long, since the first follow-ups fall into this time.
_LATELY_DAYS: Final = 183
#: Outcomes after which the person may still travel.
_PUT_OFF: Final = frozenset({"unfit_to_travel", "postponed"})
#: Stages of a step at which a day of departure can be given.
_TRAVEL: Final = frozenset({"journey", "handover", "reintegration", "closure"})
#: Outcomes with which the person came home.
_HOME: Final = frozenset({"returned", "returned_not_met"})


class Progress(IntEnum):
    """How far a return is, in the order of lists."""

    PLANNED = 0
    NOTHING_PLANNED = 1
    HOME = 2


@dataclass(frozen=True)
class ReturnCase:
    """A return; `step` is the next open step, `home_on` the day of departure or arrival that the record names."""

    row: CaseListRow
    progress: Progress
    step: Due | None = None
    home_on: PartialDate | None = None


@dataclass(frozen=True)
class _Ended:
    home: bool
    day: PartialDate | None


def returns(session: Session) -> list[ReturnCase]:
    """Returns under way, the next step first, then those with nothing planned, then who came home lately.

    The person counts as home when a step names a day of departure that has come, says that the handover is done,
    or gives that outcome; a return that ended otherwise or longer ago is not listed unless a step of it is still open.

    Raises:
        NotYours: the role does not read cases.
    """
    session.require(Right.READ_CASE)
    hidden_from = None if session.may(Right.SEE_RESTRICTED) else session.user_id
    steps: dict[str, Due] = {}
    for due in due_of_form(session, "return_step", days=_AHEAD_DAYS):
        steps.setdefault(due.case.id, due)
    ids = stages.cases_at_stage(
        session.store, ("return", "follow_up"), statuses=_OPEN, hidden_from=hidden_from
    )
    ids += [case_id for case_id in steps if case_id not in ids]
    ended = _ended(session, ids)
    since = session.today - dt.timedelta(days=_LATELY_DAYS)
    rows = list_rows(session, [case_id for case_id in ids if _listed(case_id, steps, ended, since)])
    found = []
    for case_id, row in rows.items():
        step, end = steps.get(case_id), ended.get(case_id)
        if step is not None:
            found.append(ReturnCase(row, Progress.PLANNED, step))
        elif end is not None:
            found.append(ReturnCase(row, Progress.HOME, home_on=end.day))
        elif row.stage == "return":
            found.append(ReturnCase(row, Progress.NOTHING_PLANNED))
    return sorted(found, key=_order)


def _listed(case_id: str, steps: Mapping[str, Due], ended: Mapping[str, _Ended], since: dt.date) -> bool:
    end = ended.get(case_id)
    return case_id in steps or end is None or (end.home and (end.day is None or _last(end.day) >= since))


def _order(each: ReturnCase) -> tuple[int, int, str]:
    if each.step is not None:
        return each.progress, -each.step.days_late, each.row.number
    return each.progress, -_last(each.home_on).toordinal(), each.row.number


def _last(day: PartialDate | None) -> dt.date:
    return (day.latest() if day else None) or dt.date.min


def _ended(session: Session, case_ids: list[str]) -> dict[str, _Ended]:
    """The cases whose return has ended, with the latest day that one of their steps names."""
    found: dict[str, _Ended] = {}
    for case_id, coded in stages.coded_of_form(session.store, "return_step", case_ids):
        end = _end(coded, session.today)
        before = found.get(case_id)
        if end is not None and (before is None or _last(end.day) >= _last(before.day)):
            found[case_id] = end
    return found


def _end(coded: Mapping[str, Any], today: dt.date) -> _Ended | None:
    """What a step says of the end of a return; None where it says nothing."""
    outcome, stage = coded.get("outcome"), coded.get("stage")
    departed, done = read_date(coded.get("departed_on")), read_date(coded.get("done_on"))
    if outcome:
        return None if outcome in _PUT_OFF else _Ended(outcome in _HOME, departed or done)
    if stage in _TRAVEL and departed is not None and (departed.earliest() or dt.date.max) <= today:
        return _Ended(home=True, day=departed)
    return _Ended(home=True, day=done) if stage == "handover" and coded.get("status") == "done" else None
