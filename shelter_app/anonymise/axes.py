"""What a table can have as rows or columns: one dimension of the facts, its rare categories folded.

Rare categories are folded along a hierarchy: a country into its sub-region, region and "other", a band into its
neighbour, any other code into "other". Which categories have a row of their own tells only that each of them has
at least `FOLD` persons, and that is published with the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelter_app.anonymise import hierarchies
from shelter_app.anonymise.coded import CodeList, CodeLists, PersonRow
from shelter_app.anonymise.release import Category, Folded
from shelter_i18n import N_

__all__ = ["AGE_BANDS", "FOLD", "NONE", "OTHER", "Axis", "Facts", "Leaves", "age_band"]

#: A category gets a row of its own from this many persons on: twice the threshold, so that what stands alone is
#: never near it (docs/decisions/004-summary-tables.md, as the other limits here).
FOLD = 22
#: Age at registration as CTDC's data files write it (codebook of February 2024, variable ageBroad).
AGE_BANDS = hierarchies.AGES.leaves
_BAND_STARTS = (0, 9, 18, 21, 24, 27, 30, 39, 48)

OTHER = "other"
NONE = "not-stated"
_NOT_STATED = Category(NONE, "none", N_("Not stated"))

Values = Callable[[PersonRow], Iterable[str]]
Mask = NDArray[np.bool_]
#: The codes of the closed list that one category counts; two categories with the same leaves count the same.
Leaves = tuple[str, ...]


def age_band(age: int | None) -> str:
    """The CTDC band of an age at registration, or the code for "not stated"."""
    if age is None:
        return NONE
    return next(
        band for band, start in zip(reversed(AGE_BANDS), reversed(_BAND_STARTS), strict=True) if age >= start
    )


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension as rows or columns; `members[p, i]` says whether person p is counted in category i."""

    dimension: str
    items: tuple[Category, ...]
    leaves: tuple[Leaves, ...]
    members: Mask
    #: Who is counted in at least one category.
    stated: Mask
    #: The line for all others; None where there are none by definition.
    none: Category | None
    #: Nobody can stand in two categories.
    single: bool
    folded: tuple[Folded, ...] = ()
    codelist: str = ""
    #: The group of persons that the dimension is about: "" for everybody, "returns" for those with a return.
    universe: str = ""
    sensitive: bool = False

    @property
    def exclusive(self) -> bool:
        """Whether nobody happens to stand in two categories, published or not: what an attacker may well guess."""
        return self.single or not bool((self.members.sum(axis=1) > 1).any())


def _always(_dimension: str, _leaves: Leaves) -> bool:
    return True


class Facts:
    """The rows of a period as columns of codes, from which axes are made.

    `may_stand` says of a dimension and the codes of a category whether it may have a row of its own at all: beside
    earlier releases, a row that appears can tell that a few persons came.
    """

    def __init__(
        self, rows: Sequence[PersonRow], codes: CodeLists, may_stand: Callable[[str, Leaves], bool] = _always
    ) -> None:
        self.rows, self.codes, self.size = rows, codes, len(rows)
        self._may_stand = may_stand
        self._axes: dict[tuple[str, int], Axis] = {}

    def axis(self, dimension: str, most: int = 0) -> Axis:
        """The axis of a dimension; with `most`, folded further until it has no more than so many categories."""
        key = (dimension, most)
        if key not in self._axes:
            self._axes[key] = self._made(dimension, most)
        return self._axes[key]

    def _made(self, dimension: str, most: int) -> Axis:
        codes = self.codes
        match dimension:
            case "registration":
                return self._registration()
            case "sex":
                return self._sex()
            case "age":
                return self._ages(0)
            case "majority":
                return self._ages(1)
            case "citizenship":
                text = N_("Other, or more than one citizenship")
                return self._countries(dimension, _one_citizenship, text, most, single=True)
            case "exploitation_country":
                return self._countries(
                    dimension, lambda row: row.exploited_in, N_("Other countries"), most, single=False
                )
            case "exploitation_type":
                return self._coded(dimension, codes.types, lambda row: row.types, most, sensitive=True)
            case "means_of_control":
                return self._coded(dimension, codes.means, lambda row: row.means, most, sensitive=True)
            case "recruiter_relation":
                return self._coded(
                    dimension, codes.recruiters, lambda row: row.recruiters, most, sensitive=True
                )
            case "services":
                return self._coded(dimension, codes.services, lambda row: row.services, most)
            case "duration":
                return self._durations()
            case "return_stage":
                return self._returns(dimension, codes.return_stages, N_("Other or not stated"))
            case "return_outcome":
                return self._returns(dimension, codes.return_outcomes, N_("Other or no outcome yet"))
        raise KeyError(dimension)

    # One kind of dimension after the other ------------------------------------------------------------

    def _registration(self) -> Axis:
        new = np.fromiter((row.new for row in self.rows), dtype=bool, count=self.size)
        items = (
            Category("new", text=N_("New in this period")),
            Category("continuing", text=N_("Continuing from before")),
        )
        return Axis(
            "registration", items, (("new",), ("continuing",)), np.column_stack((new, ~new)),
            np.ones(self.size, dtype=bool), None, single=True,
        )  # fmt: skip

    def _sex(self) -> Axis:
        place = {"woman": 0, "man": 1, "other": 2, "unknown": 3}
        sexes = np.fromiter((place[row.sex] for row in self.rows), dtype=np.int8, count=self.size)
        women, men, others, unknown = (sexes == each for each in range(4))
        named = (Category("woman", text=N_("Women")), Category("man", text=N_("Men")))
        if others.sum() < FOLD or not self._may_stand("sex", ("other",)):
            items = (*named, Category(OTHER, text=N_("Other or not stated")))
            members = np.column_stack((women, men, others | unknown))
            everybody = np.ones(self.size, dtype=bool)
            return Axis(
                "sex",
                items,
                (("woman",), ("man",), ("other", "unknown")),
                members,
                everybody,
                None,
                single=True,
            )
        items = (*named, Category(OTHER, text=N_("Other gender"), least=FOLD))
        members = np.column_stack((women, men, others))
        return Axis(
            "sex", items, (("woman",), ("man",), ("other",)), members, ~unknown, _NOT_STATED, single=True
        )

    def _ages(self, coarse: int) -> Axis:
        """Bands merged with their neighbours; with `coarse`, minors and adults only."""
        table = [AGE_BANDS.index(age_band(age)) for age in range(121)]
        bands = np.fromiter(
            (-1 if row.age is None else table[row.age] for row in self.rows), dtype=np.int16, count=self.size
        )
        return self._banded(
            "age", hierarchies.AGES, bands, "age-bands", tuple(hierarchies.MAJORITY) if coarse else ()
        )

    def _durations(self) -> Axis:
        tree = hierarchies.DURATIONS
        place = {band: number for number, band in enumerate(tree.leaves)}
        bands = np.fromiter(
            (place.get(row.duration or "", -1) for row in self.rows), dtype=np.int16, count=self.size
        )
        return self._banded("duration", tree, bands, self.codes.durations.name, ())

    def _banded(
        self,
        dimension: str,
        tree: hierarchies.Tree,
        bands: NDArray[np.int16],
        codelist: str,
        merged: Sequence[str],
    ) -> Axis:
        sizes = dict(
            zip(tree.leaves, np.bincount(bands[bands >= 0], minlength=len(tree.leaves)).tolist(), strict=True)
        )
        into = {band: band for band in tree.leaves}
        for parent, children in tree.merges:
            few = any(
                sum(sizes[leaf] for leaf in tree.below(child)) < FOLD
                or not self._may_stand(dimension, tuple(sorted(tree.below(child))))
                for child in children
            )
            if few or parent in merged:
                into.update(dict.fromkeys(tree.below(parent), parent))
        lines = tuple(dict.fromkeys(into.values()))
        items = tuple(_band_category(line, tree, codelist) for line in lines)
        place = np.array([lines.index(into[band]) for band in tree.leaves] + [-1])
        where = place[bands]
        members = where[:, None] == np.arange(len(lines))[None, :]
        return Axis(
            dimension, items, tuple(tuple(sorted(tree.below(line))) for line in lines), members, bands >= 0, _NOT_STATED,
            single=True, codelist=codelist,
            folded=tuple(Folded(band, into[band]) for band in tree.leaves if into[band] != band),
        )  # fmt: skip

    def _countries(self, dimension: str, values: Values, other_text: str, most: int, *, single: bool) -> Axis:
        tree = hierarchies.countries()
        pairs = _Pairs(self.rows, values, (*tree.leaves, OTHER))
        least = FOLD
        while True:
            into = tree.folded(pairs.persons_per, least, partial(self._may_stand, dimension))
            into[OTHER] = OTHER
            lines = [code for code in tree.order if code in set(into.values())]
            if not most or len(lines) <= most:
                break
            sizes = pairs.persons_per(lines, into)
            least = min(sizes.values()) + 1
        items = [_country_category(code, tree) for code in lines]
        return self._grouped(
            dimension, pairs, into, items, Category(OTHER, text=other_text), "countries", single=single
        )

    def _coded(
        self, dimension: str, codelist: CodeList, values: Values, most: int, *, sensitive: bool = False
    ) -> Axis:
        pairs = _Pairs(self.rows, values, (*codelist.codes, OTHER))
        into, own = _fold_codes(codelist, pairs, most, partial(self._may_stand, dimension))
        items = [Category(code, codelist=codelist.name, key=code, least=FOLD) for code in own]
        return self._grouped(
            dimension, pairs, into, items, Category(OTHER, text=N_("Other")), codelist.name,
            single=False, sensitive=sensitive,
        )  # fmt: skip

    def _returns(self, dimension: str, codelist: CodeList, other_text: str) -> Axis:
        """Stage or outcome of those who have a return; what is not stated counts under "other"."""

        def values(row: PersonRow) -> tuple[str, ...]:
            if row.return_stage is None and row.return_outcome is None:
                return ()
            return (getattr(row, dimension) or OTHER,)

        pairs = _Pairs(self.rows, values, (*codelist.codes, OTHER))
        into, own = _fold_codes(codelist, pairs, 0, partial(self._may_stand, dimension))
        items = [Category(code, codelist=codelist.name, key=code, least=FOLD) for code in own]
        return self._grouped(
            dimension, pairs, into, items, Category(OTHER, text=other_text), codelist.name,
            single=True, universe="returns", sensitive=dimension == "return_outcome",
        )  # fmt: skip

    def _grouped(
        self, dimension: str, pairs: _Pairs, into: Mapping[str, str], items: list[Category], other: Category,
        codelist: str, **how: Any,
    ) -> Axis:  # fmt: skip
        lines = [*(item.code for item in items), OTHER]
        members = pairs.members(lines, into)
        none = None if how.get("universe") else _NOT_STATED
        return Axis(
            dimension, (*items, other),
            tuple(
                tuple(sorted({OTHER if code.lower() == OTHER else code for code, line in into.items() if line == each}))
                for each in lines
            ),
            members, members.sum(axis=1) > 0, none, codelist=codelist,
            folded=tuple(
                Folded(code, line) for code, line in into.items() if code != line and code.lower() != OTHER
            ),
            **how,
        )  # fmt: skip

    # Help and follow-up: a kind and a state that belong together -------------------------------------------

    def states(
        self,
        kinds: Sequence[Leaves],
        states: Sequence[str],
        pairs_of: Callable[[PersonRow], Iterable[tuple[str, str]]],
    ) -> Mask:
        """For each person, kind (and any kind, last) and state (and any state, last): whether they have it."""
        place = {leaf: number for number, leaves in enumerate(kinds) for leaf in leaves}
        column = {state: number for number, state in enumerate(states)}
        found = np.zeros((self.size, len(kinds) + 1, len(states) + 1), dtype=bool)
        for person, row in enumerate(self.rows):
            for kind, state in pairs_of(row):
                found[person, place[kind], column[state]] = True
        found[:, -1, :] = found.any(axis=1)
        found[:, :, -1] = found.any(axis=2)
        return found


def _one_citizenship(row: PersonRow) -> tuple[str, ...]:
    return (OTHER,) if len(row.citizenships) > 1 else row.citizenships


def _fold_codes(
    codelist: CodeList, pairs: _Pairs, most: int, may_stand: Callable[[Leaves], bool]
) -> tuple[dict[str, str], list[str]]:
    """The row of every code, and the codes that have rows of their own."""
    every = (*codelist.codes, OTHER)
    sizes = pairs.persons_per(every, {code: code for code in every})
    own = [
        code
        for code in codelist.codes
        if sizes[code] >= FOLD and code.lower() != OTHER and may_stand((code,))
    ]
    if most and len(own) >= most:
        kept = sorted(own, key=lambda code: (-sizes[code], code))[: most - 1]
        own = [code for code in own if code in kept]
    return {code: code if code in own else OTHER for code in every}, own


def _band_category(line: str, tree: hierarchies.Tree, codelist: str) -> Category:
    # Some lines always stand there however few they are (minors and adults stay apart): they promise no number.
    least = 0 if line in tree.always else FOLD
    if text := hierarchies.MERGED_TEXTS.get(line):
        return Category(line, text=text, codelist="", key=line, least=least)
    return Category(line, codelist=codelist, key=line, least=least)


def _country_category(code: str, tree: hierarchies.Tree) -> Category:
    if code in tree.leaves:
        return Category(code, codelist="countries", key=code, least=FOLD)
    return Category(code, text=N_("Other countries in {name}"), codelist="regions", key=code, least=FOLD)


class _Pairs:
    """Who has which code: person and code by number, each pair once."""

    def __init__(self, rows: Sequence[PersonRow], values: Values, codes: Sequence[str]) -> None:
        place = {code: number for number, code in enumerate(dict.fromkeys(codes))}
        self.codes, self.size = tuple(place), len(rows)
        flat = np.fromiter(
            (person * len(place) + place[code] for person, row in enumerate(rows) for code in values(row)),
            dtype=np.int64,
        )
        self.persons, self.values = np.divmod(np.unique(flat), len(place))

    def _lines(
        self, lines: Sequence[str], into: Mapping[str, str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Person and line of every pair that is counted in one of `lines`, each once."""
        number = {line: place for place, line in enumerate(lines)}
        where = np.array([number.get(into[code], -1) for code in self.codes], dtype=np.int64)[self.values]
        counted = where >= 0
        persons, line = np.divmod(
            np.unique(self.persons[counted] * len(lines) + where[counted]), max(1, len(lines))
        )
        return persons, line

    def persons_per(self, lines: Iterable[str], into: Mapping[str, str]) -> dict[str, int]:
        """How many persons are counted in each line; a person counts once in a line."""
        wanted = list(lines)
        _, line = self._lines(wanted, into)
        return dict(zip(wanted, np.bincount(line, minlength=len(wanted)).tolist(), strict=True))

    def members(self, lines: Sequence[str], into: Mapping[str, str]) -> Mask:
        """Who is counted in each line."""
        persons, line = self._lines(lines, into)
        found = np.zeros((self.size, len(lines)), dtype=bool)
        found[persons, line] = True
        return found
