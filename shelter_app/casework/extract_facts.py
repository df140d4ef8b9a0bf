"""What the vault knows of the persons of an extract, as coded rows.

A person belongs to the extract of the period in which they were first registered, and to no other, so that two extracts
of periods that lie apart never tell of the same person. Who was found not to have been trafficked is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from shelter_app.anonymise.coded import AGE_LIMIT
from shelter_app.anonymise.extract_rows import RecordFacts, RecordRow, merge_records
from shelter_app.casework.session import Session
from shelter_app.domain.codelists import code_list, is_country
from shelter_app.domain.forms import read_date
from shelter_app.domain.partial_date import PartialDate
from shelter_app.domain.periods import Period
from shelter_app.storage import books, cases, erasing
from shelter_app.storage.cases import CaseRow

__all__ = ["duration_band", "record_facts"]

_FORM: Final = "experience"
#: Questions of the form whose answers set columns, and the code list that says which.
_LISTS: Final = {
    "types": "exploitation_types",
    "means": "means_of_control",
    "industry": "industry",
    "isic_division": "isic_division",
    "sex_types": "sex_types",
    "recruiter_relation": "recruiter_relation",
}
_NOT_TRAFFICKED: Final = "NotAVictimOfTrafficking"


@dataclass
class _Known:
    """What the entries of one case say that an extract tells."""

    flags: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    begun: list[PartialDate] = field(default_factory=list)
    ended: list[PartialDate] = field(default_factory=list)


def record_facts(
    session: Session, period: Period, only: Collection[str] | None = None
) -> tuple[RecordFacts, tuple[str, ...]]:
    """The immutable table of codes for an extract of `period`, and the cases that it was made from.

    With `only`, no other cases are used: those that the tables of the period were made from.
    """
    flags = _flags_of_codes()
    known: dict[str, _Known] = {}
    for page in books.coded_entries(session.store, (_FORM,)):
        for case_id, _entry, _form, coded in page:
            _read(known.setdefault(case_id, _Known()), coded, flags)
    first: dict[str, dt.date] = {}
    found: list[tuple[CaseRow | erasing.KeptCase, dt.date]] = []
    for case in _every_case(session, known, flags):
        day = _first_day(case.registered_on)
        if day is None:
            continue
        first[case.person_id] = min(day, first.get(case.person_id, day))
        if period.contains(day) and (only is None or case.id in only):
            found.append((case, day))
    used = [
        (case, day)
        for case, day in found
        if period.contains(first[case.person_id]) and case.identified != _NOT_TRAFFICKED
    ]
    rows = [_row(case, day, known.get(case.id, _Known())) for case, day in used]
    return RecordFacts(merge_records(rows), period), tuple(sorted(case.id for case, _ in used))


def _every_case(
    session: Session, known: dict[str, _Known], flags: Mapping[str, Mapping[str, str]]
) -> Iterator[CaseRow | erasing.KeptCase]:
    """All cases, and what is left of erased ones, whose entries are read on the way."""
    for page in cases.cases_changed_since(session.store, 0, size=2000):
        yield from page
    for kept_page in erasing.kept_cases(session.store):
        for kept in kept_page:
            for form, _version, coded in kept.entries:
                if form == _FORM:
                    _read(known.setdefault(kept.id, _Known()), coded, flags)
            yield kept


def _flags_of_codes() -> dict[str, dict[str, str]]:
    """For every question the column of CTDC that each of its answers sets."""
    return {
        question: {entry.code: entry.ctdc for entry in code_list(name).entries if entry.ctdc}
        for question, name in _LISTS.items()
    }


def _read(known: _Known, coded: Mapping[str, Any], flags: Mapping[str, Mapping[str, str]]) -> None:
    for question, columns in flags.items():
        known.flags |= {columns[code] for code in _answers(coded.get(question)) if code in columns}
    known.countries |= {code for code in _answers(coded.get("exploitation_country")) if is_country(code)}
    for question, dates in (("exploited_from", known.begun), ("exploited_until", known.ended)):
        date = read_date(coded.get(question))
        if date is not None:
            dates.append(date)


def _answers(answer: Any) -> list[str]:
    return [str(code) for code in (answer if isinstance(answer, list) else [answer]) if code]


def _first_day(text: str) -> dt.date | None:
    """The first day that an ISO 8601 text of any precision can mean, as the tables count it."""
    parts = [int(part) for part in text.split("-")] if text else []
    return dt.date(parts[0], (*parts, 1)[1], (*parts, 1, 1)[2]) if parts else None


def _row(case: CaseRow | erasing.KeptCase, day: dt.date, known: _Known) -> RecordRow:
    def single(codes: Collection[str]) -> str | None:
        """The only one; a person with several countries has none that could be published."""
        only = [code for code in codes if is_country(code)]
        return only[0] if len(only) == 1 else None

    return RecordRow(
        person=case.person_id,
        year=day.year,
        gender=case.sex or "unknown",
        age=case.age if case.age is not None and 0 <= case.age <= AGE_LIMIT else None,
        citizenship=single(case.citizenship),
        exploited_in=single(known.countries),
        duration=_duration(known.begun, known.ended),
        flags=tuple(sorted(known.flags)),
    )


def duration_band(begun: Sequence[PartialDate], ended: Sequence[PartialDate]) -> str | None:
    """The band of the months from the first to the last day of exploitation; None where it may be either of two."""
    from_days = [(date.earliest(), date.latest()) for date in begun]
    until_days = [(date.earliest(), date.latest()) for date in ended]
    first = min(((a, b) for a, b in from_days if a and b), default=None)
    last = max(((a, b) for a, b in until_days if a and b), default=None)
    if first is None or last is None or last[1] < first[0]:
        return None
    bands = code_list("duration_bands").codes
    least, most = _months(first[1], last[0]), _months(first[0], last[1])
    shortest, longest = (bands[0 if months <= 12 else 1 if months <= 24 else 2] for months in (least, most))
    return shortest if shortest == longest else None


def _duration(begun: Sequence[PartialDate], ended: Sequence[PartialDate]) -> str | None:
    """The same band as CTDC writes it."""
    band = duration_band(begun, ended)
    return next((entry.ctdc for entry in code_list("duration_bands").entries if entry.code == band), None)


def _months(first: dt.date, last: dt.date) -> int:
    """Whole months from one day to another; none where the second is not later."""
    return max(0, (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day))
