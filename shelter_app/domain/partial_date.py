"""Dates as they are really known: a day, a month, a year, an age on a day, a range, or nothing.

Nothing is ever invented: a part that nobody gave stays absent, and what was written is kept beside a
reading that is not exact. `docs/decisions/006-registers.md` says what is guessed and what never is.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from shelter_i18n import N_, current_language, gettext_in

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "OLDEST",
    "DateOrder",
    "ParsedDate",
    "PartialDate",
    "parse_partial_date",
    "whole_years",
]

DateOrder = Literal["dmy", "mdy"]

#: Bounds of what is taken for a year or an age at all.
FIRST_YEAR, LAST_YEAR = 1800, 2199
OLDEST = 130
#: How far "about" reaches on each side: years for a year and for an age, days for a month and a day.
ABOUT_YEARS, ABOUT_AGE, ABOUT_MONTH_DAYS, ABOUT_DAYS = 1, 2, 31, 15

_UNKNOWN = N_("not known")
_ABOUT = N_("about {date}")
_RANGE = N_("{start} to {end}")
_AGE_ON = N_("aged {age} on {date}")
_AGE_IN = N_("aged {age} in {date}")
_AGE = N_("aged {age}")
_ABOUT_AGE_ON = N_("aged about {age} on {date}")
_ABOUT_AGE_IN = N_("aged about {age} in {date}")
_ABOUT_AGE = N_("aged about {age}")
_BORN = N_("{age}, born about {start} to {end}")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date with only the parts that are known; exactly one of its shapes is filled.

    The shapes: `year` with perhaps `month` and `day`; `age` with the day `asof` it was true; a range
    `start`..`end`; `unknown` (asked, and not known); or nothing but `text`.

    Raises:
        ValueError: the parts do not make a date.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    age: int | None = None
    asof: PartialDate | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    about: bool = False
    unknown: bool = False
    #: What was written, if the parts do not say it exactly.
    text: str = ""

    def __post_init__(self) -> None:
        shapes = (self.year is not None, self.age is not None, self.start is not None, self.unknown)
        if sum(shapes) > 1:
            raise ValueError("a partial date has one shape only")
        if not any(shapes) and not self.text:
            raise ValueError("a partial date says something")
        self._check_parts()
        if self.age is not None and not 0 <= self.age <= OLDEST:
            raise ValueError("age out of bounds")
        if self.asof is not None and (self.age is None or self.asof.year is None):
            raise ValueError("as-of belongs to an age and is a date")
        if (self.start is None) != (self.end is None):
            raise ValueError("a range has two ends")
        if self.start is not None and self.end is not None:
            if self.start.year is None or self.end.year is None:
                raise ValueError("the ends of a range are dates")
            if _bounds_of_parts(self.start)[0] > _bounds_of_parts(self.end)[1]:
                raise ValueError("a range runs forwards")

    def _check_parts(self) -> None:
        if (self.month is not None and self.year is None) or (self.day is not None and self.month is None):
            raise ValueError("a day needs its month, a month needs its year")
        if self.year is not None and not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError("year out of bounds")
        if self.month is not None and not 1 <= self.month <= 12:
            raise ValueError("month out of bounds")
        if self.year is not None and self.month is not None and self.day is not None:
            dt.date(self.year, self.month, self.day)

    @classmethod
    def of(cls, day: dt.date) -> PartialDate:
        """The partial date that knows `day` entirely."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def at_age(cls, age: int, asof: dt.date | PartialDate, *, about: bool = False) -> PartialDate:
        """The birth of somebody who was `age` whole years old at `asof`."""
        return cls(age=age, asof=cls.of(asof) if isinstance(asof, dt.date) else asof, about=about)

    @classmethod
    def not_known(cls, text: str = "") -> PartialDate:
        """A date that was asked for and is not known."""
        return cls(unknown=True, text=text)

    def with_asof(self, asof: PartialDate | None) -> PartialDate:
        """The same age, true at `asof`; anything that is not an age without a day is left as it is."""
        if self.age is None or self.asof is not None or asof is None or asof.year is None:
            return self
        return replace(self, asof=asof)

    @property
    def precision(self) -> str:
        """One of "day", "month", "year", "age", "range", "unknown", "text"."""
        if self.year is not None:
            return "day" if self.day is not None else "month" if self.month is not None else "year"
        if self.age is not None:
            return "age"
        if self.start is not None:
            return "range"
        return "unknown" if self.unknown else "text"

    def iso(self) -> str:
        """ISO 8601 as far as it is known: "2013-04-17", "2013-04", "2013", or "" for all else."""
        if self.year is None:
            return ""
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    def exact(self) -> dt.date | None:
        """The day, if it is fully known and not about."""
        if self.year is None or self.month is None or self.day is None or self.about:
            return None
        return dt.date(self.year, self.month, self.day)

    def earliest(self) -> dt.date | None:
        """The first day it can be; None where nothing bounds it.

        "About" widens by one year for a year, 31 days for a month, 15 days for a day and two years for
        an age: a margin of our own, wide enough for a year remembered wrongly by one.
        """
        bounds = self._bounds()
        return bounds[0] if bounds else None

    def latest(self) -> dt.date | None:
        """The last day it can be, widened like `earliest`; None where nothing bounds it."""
        bounds = self._bounds()
        return bounds[1] if bounds else None

    def _bounds(self) -> tuple[dt.date, dt.date] | None:
        if self.start is not None and self.end is not None:
            low, high = _bounds_of_parts(self.start)[0], _bounds_of_parts(self.end)[1]
            return _widen(low, high, years=ABOUT_YEARS) if self.about else (low, high)
        if self.age is not None:
            if self.asof is None:
                return None
            low, high = _bounds_of_parts(self.asof)
            low = _shift_years(low, -self.age - 1) + dt.timedelta(days=1)
            high = _shift_years(high, -self.age)
            vague = self.about or self.asof.about
            return _widen(low, high, years=ABOUT_AGE if self.about else ABOUT_YEARS) if vague else (low, high)
        if self.year is None:
            return None
        low, high = _bounds_of_parts(self)
        if not self.about:
            return low, high
        if self.month is None:
            return _widen(low, high, years=ABOUT_YEARS)
        return _widen(low, high, days=ABOUT_MONTH_DAYS if self.day is None else ABOUT_DAYS)

    def age_on(self, day: dt.date) -> tuple[int, int] | None:
        """Youngest and oldest whole years on `day` of somebody born then; None if not known or born later."""
        bounds = self._bounds()
        if bounds is None or bounds[0] > day:
            return None
        youngest = whole_years(bounds[1], day) if bounds[1] <= day else 0
        return youngest, whole_years(bounds[0], day)

    @property
    def sort_key(self) -> str:
        """A text that sorts by time, a missing part before the parts; what has no time comes last."""
        if self.year is not None:
            return f"{self.year:04d}-{self.month or 0:02d}-{self.day or 0:02d}"
        low = self.earliest()
        return low.isoformat() if low else "9999-99-99"

    def reading(self, language: str | None = None) -> str:
        """In words for the reader: "about 2013", "约2013年", "aged 26 in 2013, born about 1986 to 1987"."""
        language = language or current_language()
        if self.unknown:
            return gettext_in(language, _UNKNOWN)
        if self.age is not None:
            return self._age_reading(language)
        if self.start is not None and self.end is not None:
            words = gettext_in(language, _RANGE).format(
                start=_parts_reading(self.start, language), end=_parts_reading(self.end, language)
            )
        elif self.year is not None:
            words = _parts_reading(self, language)
        else:
            return self.text
        return gettext_in(language, _ABOUT).format(date=words) if self.about else words

    def _age_reading(self, language: str) -> str:
        if self.asof is None:
            return gettext_in(language, _ABOUT_AGE if self.about else _AGE).format(age=self.age)
        if self.asof.day is not None:
            message = _ABOUT_AGE_ON if self.about else _AGE_ON
        else:
            message = _ABOUT_AGE_IN if self.about else _AGE_IN
        words = gettext_in(language, message).format(
            age=self.age, date=replace(self.asof, text="").reading(language)
        )
        low, high = self.earliest(), self.latest()
        if low is None or high is None:
            return words
        return gettext_in(language, _BORN).format(age=words, start=low.year, end=high.year)

    def to_json(self) -> dict[str, Any]:
        """The plain form that is stored; only what is known is in it."""
        numbers = {"y": self.year, "m": self.month, "d": self.day, "age": self.age}
        out: dict[str, Any] = {key: value for key, value in numbers.items() if value is not None}
        for key, part in (("asof", self.asof), ("from", self.start), ("to", self.end)):
            if part is not None:
                out[key] = part.to_json()
        if self.unknown:
            out["unknown"] = True
        if self.about:
            out["about"] = True
        if self.text:
            out["text"] = self.text
        return out

    @classmethod
    def from_json(cls, stored: Any) -> PartialDate:
        """The date that `to_json` wrote.

        Raises:
            ValueError: it is not such a form, or its parts do not make a date.
        """
        known = {"y", "m", "d", "age", "asof", "from", "to", "unknown", "about", "text"}
        if not isinstance(stored, Mapping) or not set(stored) <= known:
            raise ValueError("not a stored partial date")
        numbers = {key: stored.get(key) for key in ("y", "m", "d", "age")}
        if any(value is not None and type(value) is not int for value in numbers.values()):
            raise ValueError("a part of a partial date is a whole number")
        flags = {key: stored.get(key, False) for key in ("unknown", "about")}
        text = stored.get("text", "")
        if any(type(flag) is not bool for flag in flags.values()) or not isinstance(text, str):
            raise ValueError("not a stored partial date")
        inner = {key: cls.from_json(stored[key]) for key in ("asof", "from", "to") if key in stored}
        return cls(
            year=numbers["y"],
            month=numbers["m"],
            day=numbers["d"],
            age=numbers["age"],
            asof=inner.get("asof"),
            start=inner.get("from"),
            end=inner.get("to"),
            about=flags["about"],
            unknown=flags["unknown"],
            text=text,
        )


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """What a text says as a date: the safe reading, what is odd about it, and what else it could be."""

    value: PartialDate | None
    #: Codes of `shelter_app.domain.date_text.DATE_REMARKS`.
    remarks: tuple[str, ...] = ()
    #: True where two readings are possible; `value` then holds only what both share.
    ambiguous: bool = False
    alternatives: tuple[PartialDate, ...] = ()
    #: What a number alone would be as an age, "about" and the words with it; None for all else.
    as_age: PartialDate | None = None


def parse_partial_date(
    text: str, *, order: DateOrder | None = None, today: dt.date, two_digit_pivot: int | None = None
) -> ParsedDate:
    """Read a date as people write it in Chinese or English, without inventing a part.

    Args:
        text: what was typed or stands in the cell.
        order: which of day and month comes first in 03/04/2013; None leaves it open.
        today: dates after it are flagged.
        two_digit_pivot: 90 means 1990 above it and 2013 from 13 up to it; default: this year's.
    """
    from shelter_app.domain.date_text import read_date

    pivot = today.year % 100 if two_digit_pivot is None else two_digit_pivot
    return read_date(text, order=order, today=today, pivot=pivot)


def whole_years(born: dt.date, day: dt.date) -> int:
    """Completed years between two days; negative if `day` is before `born`."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _bounds_of_parts(date: PartialDate) -> tuple[dt.date, dt.date]:
    year = date.year or FIRST_YEAR
    first = dt.date(year, date.month or 1, date.day or 1)
    month = date.month or 12
    return first, dt.date(year, month, date.day or calendar.monthrange(year, month)[1])


def _shift_years(day: dt.date, years: int) -> dt.date:
    if (day.month, day.day) == (2, 29) and not calendar.isleap(day.year + years):
        return dt.date(day.year + years, 2, 28)
    return day.replace(year=day.year + years)


def _widen(low: dt.date, high: dt.date, *, years: int = 0, days: int = 0) -> tuple[dt.date, dt.date]:
    margin = dt.timedelta(days=days)
    return _shift_years(low, -years) - margin, _shift_years(high, years) + margin


def _parts_reading(date: PartialDate, language: str) -> str:
    from shelter_i18n.formats import format_date, format_month

    year = date.year or FIRST_YEAR
    if date.month is not None and date.day is not None:
        return format_date(dt.date(year, date.month, date.day), language)
    if date.month is not None:
        return format_month(year, date.month, language)
    return f"{year}年" if language == "zh" else str(year)
