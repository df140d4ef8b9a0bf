"""Rows of one file that are likely one person: one question for each group, never a silent merge."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shelter_app.domain.names import PINYIN_OF, SAME_SOUND, is_chinese, reading_keys, same_name_score
from shelter_app.domain.partial_date import PartialDate
from shelter_app.exchange.registers.checks import names_of
from shelter_app.exchange.registers.reasons import Reason, reason
from shelter_app.exchange.registers.rows import RegisterRow, outcome_of

__all__ = ["ask_about_duplicates"]

#: A birth known to about three years still tells people of one name apart; a wider one says nothing.
_COMPARABLE_DAYS = 3 * 366
#: A name that more rows than this share says nothing about somebody whose birth is not known.
_COMMON_NAME = 20


@dataclass(frozen=True, slots=True)
class _Person:
    index: int
    names: tuple[str, ...]
    documents: frozenset[str]
    resident: str
    #: First and last day of birth, if anything bounds it.
    births: tuple[dt.date, dt.date] | None
    sex: str

    @classmethod
    def of(cls, index: int, row: RegisterRow) -> _Person:
        documents = row.values.get("person.documents", ())
        resident = next(
            (d["number"] for d in documents if d.get("kind") == "resident_id" and "number" in d), ""
        )
        birth = row.values.get("person.birth")
        sex = row.values.get("person.sex", "unknown")
        numbers = frozenset(d["number"] for d in documents if d.get("number"))
        return cls(index, names_of(row.values), numbers, resident, _bounds(birth), sex)


def ask_about_duplicates(rows: Sequence[RegisterRow]) -> list[RegisterRow]:
    """The rows, with one decision for each group of likely duplicates.

    The question stands at the second row of the group; the later ones point to it. Each row stays a case of its
    own whatever is decided: two stays of one person are two cases.
    """
    people = [_Person.of(i, row) for i, row in enumerate(rows) if row.is_person]
    result = list(rows)
    for group in _groups(people):
        places = tuple((rows[i].sheet, rows[i].row) for i in group)
        one_sheet = len({sheet for sheet, _row in places}) == 1
        numbers = tuple(str(row) if one_sheet else f"{sheet} {row}" for sheet, row in places)
        asked = rows[group[1]]
        question = replace(reason("same_person", asked.name_cell, rows=numbers), group=places)
        result[group[1]] = _with(result[group[1]], question)
        for index in group[2:]:
            pointer = replace(
                reason("same_person_elsewhere", rows[index].name_cell, row=asked.row), group=places
            )
            result[index] = _with(result[index], pointer)
    return result


def _with(row: RegisterRow, added: Reason) -> RegisterRow:
    reasons = (*row.reasons, added)
    return replace(row, reasons=reasons, outcome=outcome_of(reasons))


def _groups(people: Sequence[_Person]) -> list[list[int]]:
    """Groups in which every two are likely one person, each of at least two, in the order of the file."""
    by_key: dict[str, list[_Person]] = defaultdict(list)
    for person in people:
        for key in _keys(person):
            by_key[key].append(person)
    likely: dict[int, set[int]] = defaultdict(set)
    for key, block in by_key.items():
        for one, other in _pairs(block, every=key.startswith("#")):
            if other.index not in likely[one.index] and _likely(one, other):
                likely[one.index].add(other.index)
                likely[other.index].add(one.index)
    groups: list[list[int]] = []
    taken: set[int] = set()
    for person in people:
        if person.index in taken or not likely[person.index]:
            continue
        group = [person.index]
        for candidate in sorted(likely[person.index]):
            if (
                candidate > person.index
                and candidate not in taken
                and all(m in likely[candidate] for m in group)
            ):
                group.append(candidate)
        if len(group) > 1:
            groups.append(group)
            taken.update(group)
    return groups


def _pairs(block: Sequence[_Person], *, every: bool) -> Iterator[tuple[_Person, _Person]]:
    """The pairs worth comparing: all, or those whose births can overlap or are not bounded.

    A register can hold thousands of people of one name; their births sort out nearly all of them.
    """
    bounded = sorted(((b, p) for p in block if (b := p.births)), key=lambda pair: pair[0][0])
    bounded_people = [person for _births, person in bounded]
    common = len(block) > _COMMON_NAME and not every
    open_ended = [] if common else [person for person in block if person.births is None]
    for position, (bounds, one) in enumerate(bounded):
        for other_bounds, other in bounded[position + 1 :]:
            if other_bounds[0] > bounds[1] and not every:
                break
            yield one, other
    for position, one in enumerate(open_ended):
        for other in (*open_ended[position + 1 :], *bounded_people):
            yield one, other


def _keys(person: _Person) -> set[str]:
    """What likely duplicates share: a document, or the letters of a reading in any order of the words."""
    keys = {f"#{number}" for number in person.documents}
    for name in person.names:
        for reading in reading_keys(name):
            keys.add("".join(sorted(reading.replace(" ", ""))))
    return keys


def _likely(one: _Person, other: _Person) -> bool:
    if one.documents & other.documents:
        return True
    if one.resident and other.resident:
        return False
    if {one.sex, other.sex} == {"female", "male"}:
        return False
    score = max((same_name_score(a, b) for a in one.names for b in other.names), default=0.0)
    if score < SAME_SOUND:
        return False
    first, second = one.births, other.births
    if first is None or second is None:
        return score >= PINYIN_OF and any(is_chinese(name) for name in one.names + other.names)
    overlap = first[0] <= second[1] and second[0] <= first[1]
    widest = max((high - low).days for low, high in (first, second))
    if score < PINYIN_OF:
        return overlap and widest == 0
    return overlap and widest <= _COMPARABLE_DAYS


def _bounds(birth: PartialDate | None) -> tuple[dt.date, dt.date] | None:
    low, high = (birth.earliest(), birth.latest()) if birth else (None, None)
    return (low, high) if low and high else None
