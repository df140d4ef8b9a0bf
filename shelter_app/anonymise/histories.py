"""Whom several releases count, and in which cells: the groups that a comparison of releases could single out.

A person has a *pattern* in a cell: the set of releases that count them there, as bits. Who came later, left, was
corrected or was taken out of the records has a pattern of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shelter_app.anonymise.axes import OTHER, Leaves, Mask, age_band
from shelter_app.anonymise.coded import PersonRow
from shelter_app.anonymise.release import ProtectedRelease

__all__ = ["FEW", "Earlier", "Groups", "History"]

#: So many persons at most are few, and may be known to be few: corrections, withdrawals.
FEW = 10

_UNITED = {"service": "service_states", "service_state": "service_states", "follow_up_state": "follow_up"}
_COLUMNS = {
    "exploitation_country": "exploited_in",
    "exploitation_type": "types",
    "means_of_control": "means",
    "recruiter_relation": "recruiters",
    "services": "services",
}
Name = tuple[tuple[str, Leaves], ...]
Rows = Sequence[PersonRow | None]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A release that was made, and the rows it was made from.

    One place for each person of any release, the same in all of them, the persons of the new release first and in
    their order; None where a release does not count the person.
    """

    release: ProtectedRelease
    rows: tuple[PersonRow | None, ...]


def _answers(row: PersonRow, dimension: str) -> tuple[object, ...]:
    """The answers of a person in a dimension, as tables count them."""
    match dimension:
        case "registration":
            return ("new" if row.new else "continuing",)
        case "sex":
            return (row.sex,)
        case "age":
            return () if row.age is None else (age_band(row.age),)
        case "citizenship":
            return (OTHER,) if len(row.citizenships) > 1 else row.citizenships
        case "duration":
            return () if row.duration is None else (row.duration,)
        case "return_stage" | "return_outcome" | "returns":
            if row.return_stage is None and row.return_outcome is None:
                return ()
            return ("*",) if dimension == "returns" else (getattr(row, dimension) or OTHER,)
        case "service_states":
            return (*row.service_states, *((kind, "given") for kind in row.services))
        case "follow_up":
            return row.follow_ups
    codes = getattr(row, _COLUMNS[dimension])
    return tuple({OTHER if code.lower() == OTHER else code for code in codes})


class _Release:
    """Who of one release has which answer."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.there: Mask = np.array([row is not None for row in rows], dtype=bool)
        self._having: dict[str, dict[object, NDArray[np.int64]]] = {}

    def having(self, dimension: str) -> dict[object, NDArray[np.int64]]:
        """The places of those who have each answer."""
        if dimension not in self._having:
            found: dict[object, list[int]] = {}
            for place, row in enumerate(self.rows):
                if row is not None:
                    for answer in _answers(row, dimension):
                        found.setdefault(answer, []).append(place)
            self._having[dimension] = {answer: np.array(places) for answer, places in found.items()}
        return self._having[dimension]

    def any_of(self, dimension: str, wanted: Iterable[object]) -> Mask:
        """Who has at least one of these answers."""
        found = np.zeros(len(self.rows), dtype=bool)
        having = self.having(dimension)
        for answer in wanted:
            if answer in having:
                found[having[answer]] = True
        return found

    def meets(self, name: Name) -> Mask:
        """Whom a cell of this name counts."""
        conditions = dict(name)
        found = self.there.copy()
        for universe, dimension in (("service", "service_states"), ("follow_up", "follow_up")):
            kinds = conditions.pop(universe, None)
            states = conditions.pop(f"{universe}_state", None)
            if kinds is not None:
                found &= self.any_of(
                    dimension,
                    [
                        pair
                        for pair in self.having(dimension)
                        if isinstance(pair, tuple)
                        and (kinds == ("*",) or pair[0] in kinds)
                        and (states is None or pair[1] in states)
                    ],
                )
        for dimension, wanted in conditions.items():
            if wanted in (("*",), ("-",)):
                stated = self.any_of(
                    dimension, [each for each in self.having(dimension) if each != "unknown"]
                )
                found &= stated if wanted == ("*",) else ~stated
            else:
                found &= self.any_of(dimension, wanted)
        return found


class History:
    """The rows of all releases, the new one last."""

    def __init__(self, releases: Sequence[Rows]) -> None:
        self._releases = [_Release(rows) for rows in releases]
        self.count = len(releases)
        self._patterns: dict[Name, dict[int, int]] = {}
        self._changed: dict[str, Mask] = {}

    def patterns(self, name: Name) -> dict[int, int]:
        """How many persons have each pattern in a cell; who is never counted there is left out."""
        if name not in self._patterns:
            codes = np.zeros(len(self._releases[0].rows), dtype=np.int64)
            for place, release in enumerate(self._releases):
                codes |= release.meets(name).astype(np.int64) << place
            values, counts = np.unique(codes[codes > 0], return_counts=True)
            self._patterns[name] = dict(zip(values.tolist(), counts.tolist(), strict=True))
        return self._patterns[name]

    def changed(self, dimensions: Iterable[str]) -> int:
        """How many persons stand in several releases with different answers in any of these dimensions."""
        found = np.zeros(len(self._releases[0].rows), dtype=bool)
        for dimension in dimensions:
            found |= self._changed_in(_UNITED.get(dimension, dimension))
        return int(found.sum())

    def _changed_in(self, dimension: str) -> Mask:
        if dimension not in self._changed:
            found = np.zeros(len(self._releases[0].rows), dtype=bool)
            for place in range(len(found)):
                answers = {
                    frozenset(_answers(row, dimension))
                    for release in self._releases
                    if (row := release.rows[place]) is not None
                }
                found[place] = len(answers) > 1
            self._changed[dimension] = found
        return self._changed[dimension]

    def entered(self, name: Name, earlier: int) -> int:
        """How many persons the last release counts in a cell whom an earlier one did not count there."""
        last = self.count - 1
        return sum(
            n for bits, n in self.patterns(name).items() if bits >> last & 1 and not bits >> earlier & 1
        )

    def left(self, name: Name, earlier: int) -> int:
        """How many persons an earlier release counts in a cell whom the last one does not count there."""
        last = self.count - 1
        return sum(
            n for bits, n in self.patterns(name).items() if bits >> earlier & 1 and not bits >> last & 1
        )

    def in_common(self, earlier: int) -> bool:
        """Whether the last release counts anybody whom an earlier one counts."""
        last = self.count - 1
        return any(bits >> last & 1 and bits >> earlier & 1 for bits in self.persons)

    @cached_property
    def persons(self) -> dict[int, int]:
        """How many persons have each pattern of being counted at all."""
        return self.patterns(())


class Groups:
    """The groups that comparing releases could single out, and how each is made of figures and of patterns.

    Only regular patterns, which more than a few persons have, are told apart; whoever has another came back, was
    taken out or was corrected. A group is whom one release counts and another does not (at least the difference of
    their figures), whom a release counts, or who has one of some regular patterns.

    Attributes:
        matrix: one column for each group; the first rows weigh the figures of the releases, the others the patterns.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self.patterns = tuple(sorted(p for p, persons in history.persons.items() if persons > FEW))
        #: How many persons have a pattern that is not regular.
        self.irregular = sum(persons for persons in history.persons.values() if persons <= FEW)
        releases, last = history.count, len(self.patterns)
        self._pairs = [(one, other) for one in range(releases) for other in range(releases) if one != other]
        columns: list[NDArray[np.float64]] = []
        for one, other in self._pairs:
            column = np.zeros(releases + last)
            column[one], column[other] = 1.0, -1.0
            columns.append(column)
        columns += [np.eye(releases + last)[place] for place in range(releases)]
        #: Which pairs each group of regular patterns belongs to; none for a pattern alone.
        self._regular: dict[tuple[bool, ...], list[int]] = {}
        for place, (one, other) in enumerate(self._pairs):
            came = tuple(bool(bits >> one & 1 and not bits >> other & 1) for bits in self.patterns)
            if any(came):
                self._regular.setdefault(came, []).append(place)
        for line in np.eye(last, dtype=bool).tolist():
            self._regular.setdefault(tuple(line), [])
        columns += [
            np.concatenate((np.zeros(releases), np.array(each, dtype=float))) for each in self._regular
        ]
        self.matrix = np.array(columns).T

    def sizes(self, name: Name) -> NDArray[np.float64]:
        """How many persons of a cell each group has.

        A group that is nearly all that a release counts in the cell is no group of its own: what the release says
        of the cell it says of them.
        """
        releases = self._history.count
        counts = self._history.patterns(name)
        figures = [sum(n for bits, n in counts.items() if bits >> place & 1) for place in range(releases)]
        pairs = [
            sum(n for bits, n in counts.items() if bits >> one & 1 and not bits >> other & 1)
            for one, other in self._pairs
        ]
        regular = []
        for chosen, of in self._regular.items():
            size = max((pairs[place] for place in of), default=0)
            if not of:
                pattern = self.patterns[chosen.index(True)]
                size = counts.get(pattern, 0)
                whole = [figure for place, figure in enumerate(figures) if pattern >> place & 1]
                if any(FEW < figure <= size + FEW for figure in whole):
                    size = 0
            regular.append(size)
        return np.array([*pairs, *figures, *regular], dtype=float)
