"""The only input of a summary: one row of allow-listed codes per person, checked and immutable.

Names, dates and free text cannot be carried: every value is a short code of a known list, a whole age or a
yes or no. Adding a column is a decision about what an office may count; a test lists them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shelter_app.domain.periods import Period
from shelter_app.errors import ShelterError
from shelter_i18n import N_

__all__ = [
    "AGE_LIMIT",
    "ALLOWED_COLUMNS",
    "SEX_CLASSES",
    "CodeList",
    "CodeLists",
    "CodedFacts",
    "NotACodeError",
    "PersonRow",
    "merge_persons",
]

#: Every column that a summary may see. `person` only serves to count each person once and is never published.
ALLOWED_COLUMNS = (
    "person",
    "new",
    "sex",
    "age",
    "citizenships",
    "exploited_in",
    "types",
    "means",
    "services",
    "return_stage",
    "return_outcome",
    "recruiters",
    "duration",
    "service_states",
    "follow_ups",
)
#: Gender as CTDC publishes it: never finer than these, "other" for all that is neither woman nor man.
SEX_CLASSES = ("woman", "man", "other", "unknown")
#: The highest age that is taken for an age; a caller hands in None for anything above it.
AGE_LIMIT = 120

#: A word of a list, or a band of numbers such as "13--24" or "25+".
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}|[0-9]{1,3}(?:--[0-9]{1,3}|\+)")
_PERSON = re.compile(r"[A-Za-z0-9_-]{8,64}")


class NotACodeError(ShelterError):
    """A value that is not a code of the list of its column; it is refused and not repeated in the message."""

    message = N_(
        "The summary was not made: the column {column} holds a value that is not in its list of codes. "
        "Nothing has been written. Report this: it is a fault of the program, not of your entries."
    )


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes that a column may hold, in the order of the rows of its table; `name` finds their labels."""

    name: str
    version: str
    codes: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(set(self.codes)) != len(self.codes) or not all(_CODE.fullmatch(code) for code in self.codes):
            raise NotACodeError(column=self.name)


@dataclass(frozen=True, slots=True)
class CodeLists:
    """The code list of each coded column; countries are ISO 3166-1 alpha-2 and known here already."""

    types: CodeList
    means: CodeList
    services: CodeList
    return_stages: CodeList
    return_outcomes: CodeList
    recruiters: CodeList
    durations: CodeList
    #: What became of help: planned, given and so on; "given" must be among them.
    service_states: CodeList
    #: How long after the return somebody asked after the person, and how far that is.
    follow_up_steps: CodeList
    follow_up_states: CodeList

    def all(self) -> tuple[CodeList, ...]:
        """Every list, in the order of the tables."""
        return (
            *(self.types, self.means, self.services, self.return_stages, self.return_outcomes),
            *(
                self.recruiters,
                self.durations,
                self.service_states,
                self.follow_up_steps,
                self.follow_up_states,
            ),
        )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What one person adds to the tables of a period."""

    person: str
    new: bool
    sex: str = "unknown"
    age: int | None = None
    citizenships: tuple[str, ...] = ()
    exploited_in: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    return_stage: str | None = None
    return_outcome: str | None = None
    recruiters: tuple[str, ...] = ()
    duration: str | None = None
    #: Kind and state of all help that was not given; what was given stands in `services`.
    service_states: tuple[tuple[str, str], ...] = ()
    #: Step and state of each follow-up after a return.
    follow_ups: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CodedFacts:
    """The rows of one period, one per person, every value checked against its list.

    Raises:
        NotACodeError: a value is no code of its column, or a person has two rows (see `merge_persons`).
    """

    rows: tuple[PersonRow, ...]
    period: Period
    codes: CodeLists

    def __post_init__(self) -> None:
        from shelter_app.anonymise.regions import country_codes

        countries = frozenset(country_codes())
        lists = {
            "citizenships": countries,
            "exploited_in": countries,
            "types": frozenset(self.codes.types.codes),
            "means": frozenset(self.codes.means.codes),
            "services": frozenset(self.codes.services.codes),
            "recruiters": frozenset(self.codes.recruiters.codes),
        }
        single = {
            "return_stage": frozenset(self.codes.return_stages.codes),
            "return_outcome": frozenset(self.codes.return_outcomes.codes),
            "duration": frozenset(self.codes.durations.codes),
        }
        not_given = frozenset(self.codes.service_states.codes) - {"given"}
        pairs = {
            "service_states": (frozenset(self.codes.services.codes), not_given),
            "follow_ups": (
                frozenset(self.codes.follow_up_steps.codes),
                frozenset(self.codes.follow_up_states.codes),
            ),
        }
        seen: set[str] = set()
        for row in self.rows:
            _check_row(row, lists, single)
            _check_pairs(row, pairs)
            if row.person in seen:
                raise NotACodeError(column="person")
            seen.add(row.person)


def _check_row(row: PersonRow, lists: dict[str, frozenset[str]], single: dict[str, frozenset[str]]) -> None:
    """Refuse a row with any value that is not of its column's exact type and list."""
    if type(row) is not PersonRow:
        raise NotACodeError(column="person")
    if type(row.person) is not str or not _PERSON.fullmatch(row.person):
        raise NotACodeError(column="person")
    if type(row.new) is not bool:
        raise NotACodeError(column="new")
    if type(row.sex) is not str or row.sex not in SEX_CLASSES:
        raise NotACodeError(column="sex")
    if row.age is not None and (type(row.age) is not int or not 0 <= row.age <= AGE_LIMIT):
        raise NotACodeError(column="age")
    for column, known in lists.items():
        values = getattr(row, column)
        if type(values) is not tuple or any(type(value) is not str or value not in known for value in values):
            raise NotACodeError(column=column)
    for column, known in single.items():
        value = getattr(row, column)
        if value is not None and (type(value) is not str or value not in known):
            raise NotACodeError(column=column)


def _check_pairs(row: PersonRow, pairs: dict[str, tuple[frozenset[str], frozenset[str]]]) -> None:
    for column, known in pairs.items():
        values = getattr(row, column)
        if type(values) is not tuple:
            raise NotACodeError(column=column)
        for pair in values:
            if type(pair) is not tuple or len(pair) != len(known):
                raise NotACodeError(column=column)
            if any(
                type(code) is not str or code not in codes for code, codes in zip(pair, known, strict=True)
            ):
                raise NotACodeError(column=column)


def merge_persons(rows: Iterable[PersonRow], codes: CodeLists) -> tuple[PersonRow, ...]:
    """One row per person, whatever the order of `rows`: codes are united, so that nobody is counted twice.

    A person is new only if every one of their cases is. A known sex wins over an unknown one, and two cases
    that disagree make it unknown; the lower age is the one at the first registration; of several returns the
    furthest stage counts, of several outcomes the last in the order of the list, of several durations the longest.
    """
    groups: dict[str, list[PersonRow]] = {}
    for row in rows:
        groups.setdefault(row.person, []).append(row)
    return tuple(_merged(groups[person], codes) for person in sorted(groups))


def _merged(rows: list[PersonRow], codes: CodeLists) -> PersonRow:
    def union(column: str) -> tuple[Any, ...]:
        return tuple(sorted({code for row in rows for code in getattr(row, column)}))

    def furthest(column: str, order: tuple[str, ...]) -> str | None:
        values = [getattr(row, column) for row in rows if getattr(row, column) is not None]
        return max(values, key=lambda code: (order.index(code) if code in order else -1, code), default=None)

    sexes = {row.sex for row in rows} - {"unknown"}
    ages = [row.age for row in rows if row.age is not None]
    return PersonRow(
        person=rows[0].person,
        new=all(row.new for row in rows),
        sex=sexes.pop() if len(sexes) == 1 else "unknown",
        age=min(ages, default=None),
        citizenships=union("citizenships"),
        exploited_in=union("exploited_in"),
        types=union("types"),
        means=union("means"),
        services=union("services"),
        return_stage=furthest("return_stage", codes.return_stages.codes),
        return_outcome=furthest("return_outcome", codes.return_outcomes.codes),
        recruiters=union("recruiters"),
        duration=furthest("duration", codes.durations.codes),
        service_states=union("service_states"),
        follow_ups=union("follow_ups"),
    )
