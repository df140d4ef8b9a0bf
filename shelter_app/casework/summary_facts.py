"""What the vault knows of the persons of a summary, as coded rows.

Which case belongs to a period, and from what it is counted: docs/decisions/004-summary-tables.md. A date of
which only the month or the year is known counts on its first day, so that disjoint periods never count a
registration twice and never leave one out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shelter_app.anonymise.coded import CodedFacts, CodeList, CodeLists, PersonRow, merge_persons
from shelter_app.casework.case_facts import date_of
from shelter_app.casework.extract_facts import duration_band
from shelter_app.casework.session import Session
from shelter_app.domain.codelists import code_list, is_country
from shelter_app.domain.forms import read_date
from shelter_app.domain.partial_date import PartialDate
from shelter_app.domain.periods import Period
from shelter_app.storage import books, cases, erasing
from shelter_app.storage.cases import CaseRow

__all__ = ["code_lists", "coded_facts"]

#: Stages of a return with which a person has left this post.
_LEFT_WITH: Final = ("handover", "reintegration", "closure")
_FORMS: Final = ("experience", "service", "return_step", "closure")


def code_lists() -> CodeLists:
    """The code lists that a summary counts by, in their present versions."""

    def of(name: str, *, but: str = "", beginning: str = "") -> CodeList:
        found = code_list(name)
        codes = (code for code in found.codes if code != but and code.startswith(beginning))
        return CodeList(name, str(found.version), tuple(codes))

    return CodeLists(
        types=of("exploitation_types"), means=of("means_of_control"), services=of("service_kinds"),
        return_stages=of("return_stages"), return_outcomes=of("return_outcomes"),
        recruiters=of("recruiter_relation", but="unknown"), durations=of("duration_bands"),
        service_states=of("service_status"), follow_up_steps=of("return_steps", beginning="follow_up_"),
        follow_up_states=of("return_step_status"),
    )  # fmt: skip


@dataclass
class _Known:
    """What the entries of one case say that a summary counts."""

    types: set[str] = field(default_factory=set)
    means: set[str] = field(default_factory=set)
    exploited_in: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    #: Services of which nobody wrote down the day.
    undated: set[str] = field(default_factory=set)
    stages: set[str] = field(default_factory=set)
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    recruiters: set[str] = field(default_factory=set)
    begun: list[PartialDate] = field(default_factory=list)
    ended: list[PartialDate] = field(default_factory=list)
    #: Help that was not given, by kind and state, and the same without any day.
    states: set[tuple[str, str]] = field(default_factory=set)
    undated_states: set[tuple[str, str]] = field(default_factory=set)
    follow_ups: set[tuple[str, str]] = field(default_factory=set)
    active: bool = False
    closed_on: dt.date | None = None
    left_on: dt.date | None = None


def _first_day(text: str) -> dt.date | None:
    """The first day that an ISO 8601 text of any precision can mean."""
    if not text:
        return None
    parts = [int(part) for part in text.split("-")]
    return dt.date(parts[0], (*parts, 1)[1], (*parts, 1, 1)[2])


def _counted_on(stored: Any) -> dt.date | None:
    if not stored:
        return None
    date = PartialDate.from_json(stored)
    return _first_day((date.start or date).iso())


def coded_facts(session: Session, period: Period) -> tuple[CodedFacts, tuple[str, ...]]:
    """The immutable table of codes that the protection is given, and the cases that it was made from."""
    codes = code_lists()
    known = _read_entries(session, period, codes)
    rows: list[PersonRow] = []
    used: list[str] = []
    for page in cases.cases_changed_since(session.store, 0, size=2000):
        for case in page:
            row = _row(case, known.get(case.id, _Known()), period)
            if row is not None:
                rows.append(row)
                used.append(case.id)
    for row, kept_id in _kept_rows(session, period, codes):
        rows.append(row)
        used.append(kept_id)
    return CodedFacts(merge_persons(rows, codes), period, codes), tuple(sorted(used))


def _kept_rows(session: Session, period: Period, codes: CodeLists) -> Iterator[tuple[PersonRow, str]]:
    """What erased cases add: their coded facts lie apart, with months for dates, and count as they did before."""
    for page in erasing.kept_cases(session.store):
        for kept in page:
            known = _Known()
            for form, _version, coded in kept.entries:
                if form in _FORMS:
                    _count(known, form, coded, period, codes)
            row = _row(kept, known, period)
            if row is not None:
                yield row, kept.id


def _read_entries(session: Session, period: Period, codes: CodeLists) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for page in books.coded_entries(session.store, _FORMS):
        for case_id, _entry, form, coded in page:
            _count(found.setdefault(case_id, _Known()), form, coded, period, codes)
    return found


def _codes(answer: Any, allowed: Callable[[str], bool]) -> set[str]:
    """The codes of an answer, one or several, that are allowed."""
    return {
        str(code)
        for code in (answer if isinstance(answer, list) else [answer])
        if code and allowed(str(code))
    }


def _count(known: _Known, form: str, coded: Mapping[str, Any], period: Period, codes: CodeLists) -> None:
    if form == "experience":
        known.types |= set(coded.get("types") or ()) & set(codes.types.codes)
        known.means |= set(coded.get("means") or ()) & set(codes.means.codes)
        known.recruiters |= set(coded.get("recruiter_relation") or ()) & set(codes.recruiters.codes)
        for question, dates in (("exploited_from", known.begun), ("exploited_until", known.ended)):
            date = read_date(coded.get(question))
            if date is not None:
                dates.append(date)
        country = coded.get("exploitation_country")
        known.exploited_in |= _codes(country, is_country)
    elif form == "service":
        _count_service(known, coded, period, codes)
    elif form == "return_step":
        done_on = _counted_on(coded.get("done_on") or coded.get("departed_on"))
        if done_on and coded.get("stage") in _LEFT_WITH:
            known.left_on = max(done_on, known.left_on or done_on)
        if done_on and period.contains(done_on):
            known.stages |= _codes(coded.get("stage"), codes.return_stages.codes.__contains__)
            if coded.get("outcome") in codes.return_outcomes.codes:
                known.outcomes.append((done_on.isoformat(), coded["outcome"]))
            known.active = True
        _count_follow_up(known, coded, period, codes)
    elif form == "closure":
        ended = _counted_on(coded.get("closed_on")) or _counted_on(coded.get("left_on"))
        if ended and coded.get("destination") != "still_here":
            known.closed_on = max(ended, known.closed_on) if known.closed_on else ended


def _count_service(known: _Known, coded: Mapping[str, Any], period: Period, codes: CodeLists) -> None:
    """Help counts on the day it was given; what was not given on the day it was planned for, or declined."""
    kinds = _codes(coded.get("service_kind"), codes.services.codes.__contains__)
    given_on, status = _counted_on(coded.get("given_on")), coded.get("status") or "given"
    if status == "given":
        if given_on is None:
            known.undated |= kinds
        elif period.contains(given_on):
            known.services |= kinds
            known.active = True
    elif status in codes.service_states.codes:
        day = given_on or _counted_on(coded.get("planned_on"))
        if day is None:
            known.undated_states |= {(kind, status) for kind in kinds}
        elif period.contains(day):
            known.states |= {(kind, status) for kind in kinds}


def _count_follow_up(known: _Known, coded: Mapping[str, Any], period: Period, codes: CodeLists) -> None:
    """A follow-up counts on the day it was done, or the day it is planned for; its state is the step's."""
    step, day = coded.get("step"), _counted_on(coded.get("done_on"))
    state = coded.get("status") or ("done" if day else "planned")
    day = day or _counted_on(coded.get("planned_on"))
    if (
        day
        and period.contains(day)
        and step in codes.follow_up_steps.codes
        and state in codes.follow_up_states.codes
    ):
        known.follow_ups.add((step, state))


def _row(case: CaseRow | erasing.KeptCase, known: _Known, period: Period) -> PersonRow | None:
    """What a case adds to the period, or None where it does not belong to it.

    A case is new where it was registered in the period, and continuing where it was registered before and
    has neither been closed nor ended with a journey home before the first day of the period, or had a service
    or a return step in it. A service of which nobody wrote down the day counts with the registration.
    """
    registered = date_of(case.registered_on)
    day = _first_day(registered.iso()) if registered else None
    if day is None or day > period.last:
        return None
    new = day >= period.first
    ended = min((day for day in (known.closed_on, known.left_on) if day), default=None)
    still_open = ended is None or ended >= period.first
    if not new and not still_open and not known.active:
        return None
    order = code_list("return_stages").codes
    return PersonRow(
        person=case.person_id,
        new=new,
        sex=case.sex or "unknown",
        age=case.age if case.age is not None and case.age <= 120 else None,
        citizenships=tuple(sorted(c for c in case.citizenship if is_country(c))),
        exploited_in=tuple(sorted(known.exploited_in)),
        types=tuple(sorted(known.types)),
        means=tuple(sorted(known.means)),
        services=tuple(sorted(known.services | (known.undated if new else set()))),
        return_stage=max(known.stages, key=order.index, default=None),
        return_outcome=max(known.outcomes, default=(None, None))[1],
        recruiters=tuple(sorted(known.recruiters)),
        duration=duration_band(known.begun, known.ended),
        service_states=tuple(sorted(known.states | (known.undated_states if new else set()))),
        follow_ups=tuple(sorted(known.follow_ups)),
    )
