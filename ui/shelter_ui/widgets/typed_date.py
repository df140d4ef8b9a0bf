"""What the numbers of a date make together, and in words what is wrong where they make none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from shelter_app.domain.partial_date import ParsedDate, PartialDate, parse_partial_date
from shelter_i18n import _
from shelter_i18n.formats import join_facts

__all__ = ["Numbers", "TypedDate", "mode_of", "read_text", "words_of"]

#: Year, month and day as far as they are given.
Numbers = tuple[int | None, int | None, int | None]

_EMPTY: Numbers = (None, None, None)
_LEAST_YEAR = 1000


@dataclass(frozen=True)
class TypedDate:
    """The parts of a date as they stand in their fields."""

    #: "date", "age", "range" or "unknown".
    mode: str
    first: Numbers = _EMPTY
    second: Numbers = _EMPTY
    age: int | None = None
    about: bool = False
    #: What was written where the date comes from.
    text: str = ""

    def date(self) -> PartialDate | None:
        """The date, or None where nothing is given.

        Raises:
            ValueError: the parts make none.
        """
        if self.mode == "unknown":
            return PartialDate.not_known(self.text)
        if self.mode == "age":
            return self._with_age()
        if self.mode == "range":
            if (self.first, self.second) == (_EMPTY, _EMPTY):
                return self._only_text()
            start, end = _parts(self.first), _parts(self.second)
            return PartialDate(start=start, end=end, about=self.about, text=self.text)
        if self.first == _EMPTY:
            return self._only_text()
        return replace(_parts(self.first), about=self.about, text=self.text)

    def _with_age(self) -> PartialDate | None:
        if self.age is None and self.first == _EMPTY:
            return self._only_text()
        if self.age is None:
            raise ValueError("an as-of date without an age")
        asof = None if self.first == _EMPTY else _parts(self.first)
        return PartialDate(age=self.age, asof=asof, about=self.about, text=self.text)

    def _only_text(self) -> PartialDate | None:
        return PartialDate(text=self.text) if self.text else None

    def as_text(self) -> str:
        """The parts with marks for what is missing, to keep what makes no date."""
        groups = [self.first] + ([self.second] if self.mode == "range" else [])
        words = ["-".join("?" if number is None else str(number) for number in group) for group in groups]
        if self.mode == "age":
            words.insert(0, "?" if self.age is None else str(self.age))
        return " / ".join(words)

    def fault(self) -> str:
        """Why the parts make no date."""
        year, month, day = self.first
        if self.mode == "age" and self.age is None:
            return _("The age is missing.")
        if year is None or (day is not None and month is None):
            return _("A day needs its month, and a month needs its year.")
        if not 1800 <= year <= 2199:
            return _("A year has four digits.")
        if self.mode == "range":
            return _("A range runs from the earlier to the later date; both need a year.")
        return _("There is no such day in the calendar.")

    def is_half_typed(self) -> bool:
        """Whether a number is missing or short to which somebody who types comes only now."""
        if self.mode == "age":
            return self.age is None
        years = [self.first[0]] + ([self.second[0]] if self.mode == "range" else [])
        return any(year is None or year < _LEAST_YEAR for year in years)


def _parts(numbers: Numbers) -> PartialDate:
    year, month, day = numbers
    if year is None:
        raise ValueError("a date begins with its year")
    return PartialDate(year, month, day)


def mode_of(date: PartialDate) -> str:
    """In which way a date is given: "date", "age", "range" or "unknown"."""
    if date.age is not None:
        return "age"
    if date.start is not None:
        return "range"
    return "unknown" if date.unknown else "date"


def read_text(text: str, modes: Sequence[str], today: dt.date) -> ParsedDate:
    """What a text says in one of these ways; a date without numbers keeps it where it says nothing."""
    parsed = parse_partial_date(text, today=today)
    if parsed.value is None or mode_of(parsed.value) not in modes:
        return ParsedDate(PartialDate(text=text))
    return parsed


def words_of(date: PartialDate | None, reader: Callable[[PartialDate], str]) -> str:
    """A date as it is read, and the words that it was read from where they are kept."""
    if date is None:
        return ""
    kept = date.text if date.precision != "text" else ""
    return join_facts((reader(date), kept and _("Written as: {text}").format(text=kept)))
