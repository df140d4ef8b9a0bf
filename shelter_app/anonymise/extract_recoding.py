"""Which circumstances of each person are told, and how coarsely: local recoding by a sweep over the lattice.

A node of the lattice says how coarse each column is. The sweep goes from the node that loses least to the one that
loses most. At each it gives all persons who are alike in enough numbers their class and goes on with the rest, so that
nobody is told more coarsely than the persons around them need. Every smaller group ends in the blank class, where
nothing is told; some persons drawn by lot stand there too, so that neither being in it nor missing from the rest says
anything.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shelter_app.anonymise.axes import age_band
from shelter_app.anonymise.coded import AGE_LIMIT
from shelter_app.anonymise.extract_columns import (
    CIRCUMSTANCES,
    GENDERS,
    Hierarchy,
    age_hierarchy,
    country_hierarchy,
)
from shelter_app.anonymise.extract_rows import RecordRow
from shelter_app.domain.countries import alpha3_codes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.int32]

__all__ = ["BLANK", "Ladder", "Recoded", "Weights", "ladders", "recode"]

#: The class of which no circumstance is told.
BLANK = 0
#: Nobody's gender is emptied alone: beside published women and men it would read as "neither".
_NEVER_ALONE = "gender"
#: Keys up to this number are counted in an array, which is far quicker than sorting them.
_COUNTED_DIRECTLY = 1 << 22

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ladder:
    """A column of the persons at every step of its hierarchy, as numbers, with what each loses.

    `labels[step][number]` is what is written; number 0 is always "" (not known, or emptied). `losses[step][number]`
    is the share of the values in use that the written one no longer tells apart: 0 for a value as it is, 1 for nothing.
    """

    column: str
    hierarchy: Hierarchy
    codes: tuple[Codes, ...]
    labels: tuple[tuple[str, ...], ...]
    losses: tuple[NDArray[np.float64], ...]
    known: NDArray[np.bool_]

    def loss_of(self, step: int, rows: Any) -> Any:
        """What these rows lose at a step; a row of which nothing is known loses nothing."""
        return self.losses[step][self.codes[step][rows]] * self.known[rows]


@dataclass(frozen=True, slots=True)
class Recoded:
    """The class of every row and, for every class, the step of each column (in the order of the ladders)."""

    classes: NDArray[np.int64]
    steps: tuple[tuple[int, ...], ...]


def ladders(rows: Sequence[RecordRow]) -> tuple[Ladder, ...]:
    """The circumstances of the rows, in the order of the codebook."""
    alpha3 = {two: three for three, two in alpha3_codes().items()}
    years = sorted({str(row.year) for row in rows})
    countries, bands = country_hierarchy(), [age_band(age) for age in range(AGE_LIMIT + 1)]
    hierarchies: Mapping[str, tuple[Hierarchy, list[str]]] = {
        "yearOfRegistration": (_flat(years), [str(row.year) for row in rows]),
        "gender": (_flat(list(GENDERS.values())), [GENDERS.get(row.gender, "") for row in rows]),
        "ageBroad": (age_hierarchy(), ["" if row.age is None else bands[row.age] for row in rows]),
        "citizenship": (countries, [alpha3.get(row.citizenship or "", "") for row in rows]),
        "CountryOfExploitation": (countries, [alpha3.get(row.exploited_in or "", "") for row in rows]),
    }
    return tuple(_ladder(column, *hierarchies[column]) for column in CIRCUMSTANCES)


def _flat(values: Sequence[str]) -> Hierarchy:
    return Hierarchy(({value: value for value in values}, dict.fromkeys(values, "")))


def _ladder(column: str, hierarchy: Hierarchy, values: Sequence[str]) -> Ladder:
    import numpy as np

    used = sorted(set(values) - {""})
    place = {"": 0} | {value: number for number, value in enumerate(used, start=1)}
    leaf = np.array([place[value] for value in values], dtype=np.int32)
    codes, labels, losses = [], [], []
    for step in hierarchy.steps:
        wider = ["", *dict.fromkeys(step[value] for value in used if step[value])]
        into = np.array([0, *(wider.index(step[value]) for value in used)], dtype=np.int32)
        under = np.bincount(into[1:], minlength=len(wider))
        loss = (under - 1) / max(1, len(used) - 1)
        loss[0] = 1.0
        codes.append(into[leaf])
        labels.append(tuple(wider))
        losses.append(loss)
    return Ladder(column, hierarchy, tuple(codes), tuple(labels), tuple(losses), leaf > 0)


def recode(columns: Sequence[Ladder], least: int, weights: Weights, aside: NDArray[np.int64]) -> Recoded:
    """Classes of at least `least` rows that are written alike; `aside` are rows of the blank class.

    A column with a weight above 1 is kept before others. Rows that fit nowhere join the blank class, so no row is
    dropped; the caller sees to it that `aside` is large enough to be a class.
    """
    import numpy as np

    size = len(columns[0].known)
    classes = np.full(size, BLANK, dtype=np.int64)
    blank = tuple(0 if _says_nothing(column) else len(column.codes) - 1 for column in columns)
    steps: list[tuple[int, ...]] = [blank]
    waiting = np.ones(size, dtype=bool)
    waiting[aside] = False
    rows = np.flatnonzero(waiting)
    places = _places(columns)
    for node in _nodes(columns, weights):
        if len(rows) < least:
            break
        keys = np.zeros(len(rows), dtype=np.int64)
        for column, step, place in zip(columns, node, places, strict=True):
            keys += column.codes[step][rows].astype(np.int64) * place
        counts, own = _counted(keys, places[-1] * (int(columns[-1].codes[0].max(initial=0)) + 1))
        many = counts[own] >= least
        if not many.any():
            continue
        found, number = np.unique(own[many], return_inverse=True)
        classes[rows[many]] = len(steps) + number
        steps += [node] * len(found)
        rows = rows[~many]
    classes[np.isin(classes, _undone(columns, classes, steps))] = BLANK
    return Recoded(classes, tuple(steps))


def _says_nothing(column: Ladder) -> bool:
    """Whether everybody was registered in the same year, which the period says already."""
    return column.column == CIRCUMSTANCES[0] and len(column.labels[0]) == 2


def _undone(
    columns: Sequence[Ladder], classes: NDArray[np.int64], steps: Sequence[tuple[int, ...]]
) -> list[int]:
    """Classes with a coarser value that could be one finer value only, all others standing beside it.

    Within one node this cannot be: enough people of a single finer value would have been told by it. Where something is
    not known of some persons, two nodes can look like one, and the reader could be misled into certainty.
    """
    import numpy as np

    _, first = np.unique(classes, return_index=True)
    written = {
        int(classes[row]): [
            column.labels[step][column.codes[step][row]]
            for column, step in zip(columns, steps[classes[row]], strict=True)
        ]
        for row in first
    }
    beside: dict[tuple[int, tuple[str, ...]], set[str]] = {}
    for values in written.values():
        for place, value in enumerate(values):
            beside.setdefault((place, (*values[:place], *values[place + 1 :])), set()).add(value)
    found = []
    for number, values in written.items():
        for place, value in enumerate(values):
            leaves = columns[place].hierarchy.leaves_under(value) if value else frozenset()
            told = beside[place, (*values[:place], *values[place + 1 :])] - {value, ""}
            under = [columns[place].hierarchy.leaves_under(finer) for finer in told]
            if len(leaves) > 1 and len(leaves.difference(*(finer for finer in under if finer < leaves))) < 2:
                found.append(number)
    return found


def _places(columns: Sequence[Ladder]) -> list[int]:
    """What each column's number is multiplied by, so that a sum of all tells them apart at every step."""
    sizes = [max(len(labels) for labels in column.labels) for column in columns]
    return [*itertools.accumulate(sizes[:-1], int.__mul__, initial=1)]


def _counted(keys: NDArray[np.int64], most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How often each key occurs, and for every key the place of its count."""
    import numpy as np

    if most <= _COUNTED_DIRECTLY:
        return np.bincount(keys), keys
    _, own, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return counts, own


def _nodes(columns: Sequence[Ladder], weights: Weights) -> list[tuple[int, ...]]:
    """All nodes, those that lose least first; a coarser node never comes before a finer one."""
    import numpy as np

    everybody = np.arange(len(columns[0].known))
    prices = [
        [
            weights.get(column.column, 1.0) * float(column.loss_of(step, everybody).mean())
            for step in range(len(column.codes))
        ]
        for column in columns
    ]
    choices = [range(1) if column.column == _NEVER_ALONE else range(len(column.codes)) for column in columns]
    return sorted(
        itertools.product(*choices),
        key=lambda node: (
            sum(price[step] for price, step in zip(prices, node, strict=True)),
            sum(node),
            node,
        ),
    )
