"""The period of a summary: a year, half-year, quarter, month or any range of days."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from shelter_app.errors import ShelterError
from shelter_i18n import N_

__all__ = ["Kind", "Overlap", "Period", "PeriodError"]

Kind = Literal["year", "half", "quarter", "month", "range"]
Overlap = Literal["same", "apart", "part"]

_SHORT = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?"
)
_RANGE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")
#: Kind and number of months, the longest first: 2015-01..2015-12 is a year, not four quarters.
_SPANS: tuple[tuple[Kind, int], ...] = (("year", 12), ("half", 6), ("quarter", 3), ("month", 1))


class PeriodError(ShelterError):
    """A text that is not a period, or a period that ends before it begins."""

    message = N_(
        "This is not a period: {text}. Write a year (2015), a half-year (2015-H1), a quarter (2015-Q2), "
        "a month (2015-03) or two days (2015-01-15..2015-04-30)."
    )


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """All days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise PeriodError(
                N_("The period ends ({last}) before it begins ({first}). Exchange the two days."),
                first=self.first.isoformat(),
                last=self.last.isoformat(),
            )

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period that `text` means: "2015", "2015-H1", "2015-Q2", "2015-03" or "2015-01-15..2015-04-30".

        Raises:
            PeriodError: the text means no period; the message lists what can be written.
        """
        wanted = text.strip().upper()
        if found := _RANGE.fullmatch(wanted):
            try:
                first, last = (dt.date.fromisoformat(day) for day in found.groups())
            except ValueError as error:
                raise PeriodError(text=text) from error
            return cls(first, last)
        found = _SHORT.fullmatch(wanted)
        if found is None or found["year"] == "0000":
            raise PeriodError(text=text)
        year = int(found["year"])
        if found["half"]:
            begin, months = 6 * int(found["half"]) - 5, 6
        elif found["quarter"]:
            begin, months = 3 * int(found["quarter"]) - 2, 3
        elif found["month"]:
            begin, months = int(found["month"]), 1
        else:
            begin, months = 1, 12
        return cls(dt.date(year, begin, 1), _month_end(year, begin + months - 1))

    @property
    def kind(self) -> Kind:
        """What the period is called: the whole of a year, half-year, quarter or month, or a free range."""
        for kind, months in _SPANS:
            begin = self.first.month
            if (
                self.first.day == 1
                and (begin - 1) % months == 0
                and self.last == _month_end(self.first.year, begin + months - 1)
            ):
                return kind
        return "range"

    @property
    def text(self) -> str:
        """The one way in which this period is written; `parse` reads it back."""
        year, month = f"{self.first.year:04d}", self.first.month
        match self.kind:
            case "year":
                return year
            case "half":
                return f"{year}-H{(month + 5) // 6}"
            case "quarter":
                return f"{year}-Q{(month + 2) // 3}"
            case "month":
                return f"{year}-{month:02d}"
            case _:
                return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def contains(self, day: dt.date) -> bool:
        """Whether `day` lies in the period."""
        return self.first <= day <= self.last

    def overlap(self, other: Period) -> Overlap:
        """How the two lie: the "same" days, "apart" without a common day, or in common only in "part"."""
        if self == other:
            return "same"
        return "apart" if self.last < other.first or other.last < self.first else "part"
