"""How long what is known of a person is kept, and when it is due to be erased.

Personal data are kept no longer than their purpose needs (IOM Data Protection Principle 9; GDPR Art. 5(1)(e);
PIPL Art. 19 and 47). How long that is, only the post can say: there is no period unless somebody sets one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from shelter_i18n import N_

__all__ = [
    "HOLD_LABELS",
    "KIND_LABELS",
    "LONGEST",
    "CaseKind",
    "CaseTimes",
    "Hold",
    "RetentionPeriods",
    "Standing",
    "case_kind",
    "coarse_day",
    "standing",
    "years_before",
]

#: The longest period that can be set, in years: a life.
LONGEST: Final = 100
_OF_AGE: Final = 18
_CLOSED: Final = ("Closed", "ClosedReferred")


class CaseKind(StrEnum):
    """Kinds of cases that can have periods of their own."""

    CHILD = "child"
    TRAFFICKED = "trafficked"
    NOT_TRAFFICKED = "not_trafficked"
    UNDECIDED = "undecided"


KIND_LABELS: Final = {
    CaseKind.CHILD: N_("Under 18 at registration"),
    CaseKind.TRAFFICKED: N_("Adults identified as trafficked"),
    CaseKind.NOT_TRAFFICKED: N_("Adults identified as not trafficked"),
    CaseKind.UNDECIDED: N_("Adults not decided on, or of unknown age"),
}


class Hold(StrEnum):
    """Why something is not erased although its time has come."""

    OPEN = "open"
    PLANNED = "planned"
    RESTRICTED = "restricted"
    KEPT = "kept"


HOLD_LABELS: Final = {
    Hold.OPEN: N_("a case of the person is open"),
    Hold.PLANNED: N_("something is still planned"),
    Hold.RESTRICTED: N_("shown only to its caseworker and supervisors"),
    Hold.KEPT: N_("must not be erased"),
}


@dataclass(frozen=True)
class RetentionPeriods:
    """Years after the last event of a case, by kind; a kind that is missing is kept without limit."""

    years: Mapping[CaseKind, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(type(years) is not int or not 1 <= years <= LONGEST for years in self.years.values()):
            raise ValueError("a period is a whole number of years")

    def __bool__(self) -> bool:
        return bool(self.years)

    def to_json(self) -> str:
        """The text that is stored."""
        return json.dumps({kind.value: self.years[kind] for kind in CaseKind if kind in self.years})

    @classmethod
    def from_json(cls, text: str) -> RetentionPeriods:
        """What `to_json` wrote.

        Raises:
            ValueError: it is something else.
        """
        stored = json.loads(text)
        if not isinstance(stored, dict):
            raise ValueError("periods are stored by kind")
        return cls({CaseKind(kind): years for kind, years in stored.items()})


@dataclass(frozen=True)
class CaseTimes:
    """What the rule needs of one case."""

    kind: CaseKind
    status: str
    restricted: bool
    #: The last day on which anything happened in it; the last possible one where the day is not known.
    last_event: dt.date
    #: The next day for which something is planned.
    next_due: dt.date | None = None


@dataclass(frozen=True)
class Standing:
    """When a person is due, None where nothing is ever due, and what holds it up."""

    due_on: dt.date | None
    holds: tuple[Hold, ...]
    last_event: dt.date

    def is_due(self, today: dt.date) -> bool:
        """Whether the time has come and nothing holds it up."""
        return self.has_come(today) and not self.holds

    def has_come(self, today: dt.date) -> bool:
        """Whether the time has come."""
        return self.due_on is not None and self.due_on <= today


def case_kind(*, age: int | None, identified: str | None) -> CaseKind:
    """The kind of a case: a child first, then what was decided about it."""
    if age is not None and age < _OF_AGE:
        return CaseKind.CHILD
    if age is None:
        # Whoever may be a child is not taken for an adult (Directive 2011/36/EU Art. 13(2)).
        return CaseKind.UNDECIDED
    if identified == "ActualVictimOfTrafficking":
        return CaseKind.TRAFFICKED
    return CaseKind.NOT_TRAFFICKED if identified == "NotAVictimOfTrafficking" else CaseKind.UNDECIDED


def standing(
    cases: Sequence[CaseTimes], periods: RetentionPeriods, today: dt.date, *, kept: bool = False
) -> Standing:
    """When a person with these cases is due: when the period of every one of them is over.

    A person is erased as a whole, since what names them belongs to all their cases; so the case that is kept
    longest decides. A case that is open, that still has something planned, or that is restricted is never due
    by itself, and neither is a person who is `kept` by a mark (a court, a claim, their own wish).

    Sources: IOM Data Protection Principle 9 (retention), GDPR Art. 5(1)(e), 17(3) and 18, PIPL Art. 19 and 47.
    """
    last = max(case.last_event for case in cases)
    ends = [
        _after(case.last_event, periods.years[case.kind]) if case.kind in periods.years else None
        for case in cases
    ]
    holds = {
        Hold.OPEN: any(case.status not in _CLOSED for case in cases),
        Hold.PLANNED: any(case.next_due is not None and case.next_due >= today for case in cases),
        Hold.RESTRICTED: any(case.restricted for case in cases),
        Hold.KEPT: kept,
    }
    due = None if None in ends else max(end for end in ends if end is not None)
    return Standing(due, tuple(hold for hold, holding in holds.items() if holding), last)


def _after(day: dt.date, years: int) -> dt.date:
    """The same day so many years on; 29 February becomes 1 March, so never too early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def years_before(day: dt.date, years: int) -> dt.date:
    """The last day from which so many years are over on `day`."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return dt.date(day.year - years, 2, 28)


def coarse_day(day: dt.date, boundaries: Iterable[dt.date] = ()) -> dt.date:
    """The first day of the month of `day`, or of the part of it that the `boundaries` of reports cut off.

    Figures are made for months and what months make up. Where a report began or ended within a month, a day
    stays on its own side of that boundary, so that nobody is counted in two reports or in none.
    """
    first = day.replace(day=1)
    return max((edge for edge in boundaries if first < edge <= day), default=first)
