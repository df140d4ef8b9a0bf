"""The only input of a record extract: one row of allow-listed codes per person, checked and immutable.

A sibling of `coded`, with its own list of columns: an extract tells of one person what a table tells of many, so a
column that a table may count is not by itself one that an extract may carry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shelter_app.anonymise.coded import AGE_LIMIT, SEX_CLASSES, NotACodeError
from shelter_app.anonymise.extract_columns import DURATIONS, FLAGS
from shelter_app.domain.codelists import is_country
from shelter_app.domain.periods import Period

__all__ = ["ALLOWED_COLUMNS", "RecordFacts", "RecordRow", "merge_records"]

#: Every column that an extract may see. `person` serves to count each person once and is never written.
ALLOWED_COLUMNS = (*("person", "year", "gender", "age", "citizenship", "exploited_in", "duration", "flags"),)

_PERSON = re.compile(r"[A-Za-z0-9_-]{8,64}")
_YEARS = range(1900, 2200)
_FLAG_SET = frozenset(FLAGS)


@dataclass(frozen=True, slots=True)
class RecordRow:
    """What is known of one person; None or "unknown" where nothing is, or where it would not be one answer.

    Countries are ISO 3166-1 alpha-2, `duration` is a value of `extract_columns.DURATIONS`, `flags` are names of
    `extract_columns.FLAGS`.
    """

    person: str
    year: int
    gender: str = "unknown"
    age: int | None = None
    citizenship: str | None = None
    exploited_in: str | None = None
    duration: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The rows of one period, one per person, every value checked against its list.

    Raises:
        NotACodeError: a value is no code of its column, or a person has two rows (see `merge_records`).
    """

    rows: tuple[RecordRow, ...]
    period: Period

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for row in self.rows:
            _check_row(row)
            if row.person in seen:
                raise NotACodeError(column="person")
            seen.add(row.person)


def _check_row(row: RecordRow) -> None:
    """Refuse a row with any value that is not of its column's exact type and list."""
    if type(row) is not RecordRow or type(row.person) is not str or not _PERSON.fullmatch(row.person):
        raise NotACodeError(column="person")
    if type(row.year) is not int or row.year not in _YEARS:
        raise NotACodeError(column="year")
    if type(row.gender) is not str or row.gender not in SEX_CLASSES:
        raise NotACodeError(column="gender")
    if row.age is not None and (type(row.age) is not int or not 0 <= row.age <= AGE_LIMIT):
        raise NotACodeError(column="age")
    for column in ("citizenship", "exploited_in"):
        code = getattr(row, column)
        if code is not None and (type(code) is not str or not is_country(code)):
            raise NotACodeError(column=column)
    if row.duration is not None and (type(row.duration) is not str or row.duration not in DURATIONS):
        raise NotACodeError(column="duration")
    if type(row.flags) is not tuple or any(
        type(flag) is not str or flag not in _FLAG_SET for flag in row.flags
    ):
        raise NotACodeError(column="flags")


def merge_records(rows: Iterable[RecordRow]) -> tuple[RecordRow, ...]:
    """One row per person, whatever the order of `rows`, in the order of the persons' ids.

    The earliest year and the lowest age are those of the first registration; flags are united; of any other
    column, two answers that disagree make none.
    """
    groups: dict[str, list[RecordRow]] = {}
    for row in rows:
        groups.setdefault(row.person, []).append(row)
    return tuple(_merged(groups[person]) for person in sorted(groups))


def _merged(rows: list[RecordRow]) -> RecordRow:
    if len(rows) == 1:
        return rows[0]

    def agreed(column: str) -> str | None:
        answers = {getattr(row, column) for row in rows} - {None, "unknown"}
        return answers.pop() if len(answers) == 1 else None

    return RecordRow(
        person=rows[0].person,
        year=min(row.year for row in rows),
        gender=agreed("gender") or "unknown",
        age=min((row.age for row in rows if row.age is not None), default=None),
        citizenship=agreed("citizenship"),
        exploited_in=agreed("exploited_in"),
        duration=agreed("duration"),
        flags=tuple(sorted({flag for row in rows for flag in row.flags})),
    )
