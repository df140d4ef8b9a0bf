"""The new tables and everything that was released before, as one system for the search.

For each name of a cell there is its figure in every release, and how many persons have each pattern there. Facts
that do not change tie the patterns of a cell to those of its neighbours as the tables tie figures; where a few
persons were corrected, by so many persons at most; where a fact changes by its nature, not at all. Which
patterns occur at all is what the attacker is granted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shelter_app.anonymise.geometry import Geometry, Relation, Shape
from shelter_app.anonymise.histories import FEW, Earlier, Groups, History
from shelter_app.anonymise.lp import TOLERANCE, Row
from shelter_app.anonymise.naming import names_of
from shelter_app.anonymise.release import Category, CellKey, Table
from shelter_app.anonymise.tables import FOLD, CountTable, Name

__all__ = ["Joint", "Target"]

_SMALL_MAX = 10


@dataclass(frozen=True)
class _Published:
    """A table of an earlier release, with what geometry needs to know of it."""

    table: Table
    names: tuple[tuple[Name, ...], ...]

    id = property(lambda self: self.table.id)
    rows = property(lambda self: self.table.rows)
    columns = property(lambda self: self.table.columns)
    exclusive = property(lambda self: self.table.additive)
    columns_exclusive = property(lambda self: self.table.columns_additive)
    sensitive = property(lambda self: self.table.sensitive)
    columns_sensitive = property(lambda self: self.table.columns_sensitive)
    universe = property(lambda self: self.table.universe)


@dataclass(frozen=True)
class _Declared:
    """A new table as it is declared, without what an attacker may guess of this office."""

    table: CountTable

    id = property(lambda self: self.table.id)
    rows = property(lambda self: self.table.rows)
    columns = property(lambda self: self.table.columns)
    names = property(lambda self: self.table.names)
    exclusive = property(lambda self: self.table.additive)
    columns_exclusive = property(lambda self: self.table.columns_additive)
    sensitive = property(lambda self: self.table.sensitive)
    columns_sensitive = property(lambda self: self.table.columns_sensitive)
    universe = property(lambda self: self.table.universe)


@dataclass(frozen=True, slots=True)
class Target:
    """A small group of persons, as a weighted sum of variables, and a cell that it belongs to."""

    terms: dict[int, float]
    key: CellKey


class Joint:
    """The system: variables from `start` on, beside the figures of the new tables that are there already."""

    def __init__(
        self,
        tables: Sequence[CountTable],
        earlier: Sequence[Earlier],
        history: History,
        known: dict[Name, int],
        start: int,
    ) -> None:
        self._history, self._new = history, len(earlier)
        self.bounds: list[tuple[float, float]] = []
        self.rows: list[Row] = []
        self._start = start
        published = [
            [_Published(table, tuple(map(tuple, names_of(table)))) for table in each.release.tables]
            for each in earlier
        ]
        shapes: list[Shape] = [_Declared(table) for table in tables]
        for each in published:
            shapes += each
        self._geometry = Geometry(shapes)
        self._names = list(self._geometry.of)
        # Of what a release has no table, it says nothing; then that figure is no variable (-1).
        kinds = [_kinds(shapes) for shapes in published] + [_kinds(tables)]
        self._figures = [
            [self._variable() if _kind(name) in told else -1 for name in self._names] for told in kinds[:-1]
        ]
        self._figures.append(
            [
                known[name] if name in known else self._variable() if _kind(name) in kinds[-1] else -1
                for name in self._names
            ]
        )
        self._say(published, earlier)
        self._folded(published, earlier)
        irregular = self._patterns(tables, published)
        for relation in self._geometry.relations:
            changed = self._changed(relation)
            if changed <= FEW:
                self._tie_patterns(relation, float(changed))
            # Where nobody has changed or gone, what holds for the patterns holds for the releases.
            for figures in self._figures if changed or irregular else ():
                self.rows += _rows(relation, figures)

    def _variable(self, low: float = 0.0, high: float = math.inf) -> int:
        self.bounds.append((low, high))
        return self._start + len(self.bounds) - 1

    def _say(self, published: Sequence[Sequence[_Published]], earlier: Sequence[Earlier]) -> None:
        """What the earlier releases say of their figures."""
        self.small: list[Target] = []
        for figures, tables, each in zip(self._figures, published, earlier, strict=False):
            for shape in tables:
                for row, names, cells in zip(shape.table.rows, shape.names, shape.table.cells, strict=True):
                    for column, name, cell in zip(shape.table.columns, names, cells, strict=True):
                        variable = figures[self._geometry.of[name]]
                        least = max(_promise(row, column), _promise(column, row))
                        if cell.kind == "small":
                            ends = (0.0, float(_SMALL_MAX))
                            self.small.append(
                                Target({variable: 1.0}, CellKey(shape.id, row.code, column.code))
                            )
                        elif cell.value is None:
                            ends = (float(max(least, each.release.hidden_least)), math.inf)
                        else:
                            base = each.release.rounding
                            ends = (
                                float(max(least, _SMALL_MAX + 1, cell.value - base // 2)),
                                float(cell.value + (base - 1) // 2),
                            )
                        low, high = self.bounds[variable - self._start]
                        self.bounds[variable - self._start] = max(low, ends[0]), min(high, ends[1])

    def _folded(self, published: Sequence[Sequence[_Published]], earlier: Sequence[Earlier]) -> None:
        """A code that a release folds had fewer persons than a row of its own asks for, unless earlier ones forbade it."""
        folds = [
            [(shape.id, shape.table.folded) for shape in shapes] if each.release.hidden_least else []
            for shapes, each in zip(published, earlier, strict=True)
        ]
        for figures, release in zip(self._figures, folds, strict=False):
            for dimension, folded in release:
                for code, _ in folded if "_by_" not in dimension and dimension != "sex_age" else ():
                    number = self._geometry.of.get(((dimension, (code,)),))
                    if number is not None and not _is_band(code):
                        variable = figures[number]
                        low, high = self.bounds[variable - self._start]
                        self.bounds[variable - self._start] = low, min(high, FOLD - 1.0)

    def _patterns(self, tables: Sequence[CountTable], published: Sequence[Sequence[_Published]]) -> int:
        """Variables for the regular patterns, and what small groups there are; returns how many have others."""
        shapes: list[Shape] = [shape for each in published for shape in each] + list(tables)
        keys = {
            name: CellKey(table.id, row.code, column.code)
            for table in shapes
            for row, names in zip(table.rows, table.names, strict=True)
            for column, name in zip(table.columns, names, strict=True)
        }
        groups = Groups(self._history)
        self._matrix = groups.matrix
        releases = self._new + 1
        #: For each name the figures of the releases, then the patterns.
        self._of = np.zeros((len(self._names), len(self._matrix)), dtype=np.int64)
        self._wanted = np.zeros((len(self._names), self._matrix.shape[1]), dtype=bool)
        self._keys = [keys.get(name) for name in self._names]
        for number, name in enumerate(self._names):
            self._of[number, :releases] = [figures[number] for figures in self._figures]
            there = np.flatnonzero(self._of[number, :releases] >= 0).tolist()
            # Patterns compare what at least two releases tell.
            compared = len(there) > 1
            self._of[number, releases:] = [self._variable() if compared else -1 for _ in groups.patterns]
            others = float(groups.irregular + self._history.changed(part[0] for part in name))
            for release in there if compared else ():
                terms = [
                    (int(variable), -1.0)
                    for variable, pattern in zip(self._of[number, releases:], groups.patterns, strict=True)
                    if pattern >> release & 1
                ]
                self.rows.append(Row(((int(self._of[number, release]), 1.0), *terms), 0.0, others))
            if name in keys:
                sizes = groups.sizes(name)
                missing = (self._of[number] < 0).astype(float) @ np.abs(self._matrix)
                self._wanted[number] = (sizes > 0) & (sizes <= _SMALL_MAX) & (missing == 0)
        return groups.irregular

    def _changed(self, relation: Relation) -> int:
        """How many persons have other answers in one release than in another, in what a relation is about."""
        members = (*relation.parts, relation.whole)
        return self._history.changed(part[0] for member in members for part in self._names[member])

    def _tie_patterns(self, relation: Relation, changed: float) -> None:
        """What holds between figures holds for the persons of each pattern, but for so many who were changed."""
        for column in range(self._new + 1, self._of.shape[1]):
            for row in _rows(relation, self._of[:, column].tolist()):
                upper = changed if row.upper == 0 else row.upper
                self.rows.append(Row(row.terms, row.lower - changed, upper))

    # What must not be proved ---------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """How many variables there are, those of the new tables among them."""
        return int((self._of >= 0).sum())

    def begin(self) -> NDArray[np.bool_]:
        """The groups of which it is not yet shown that they may be empty, by name and group."""
        return self._wanted.copy()

    def settle(self, open_: NDArray[np.bool_], point: Sequence[float] | NDArray[np.float64]) -> int:
        """Take out the groups that are empty at a point, if there is one; returns how many that were."""
        if not len(point):
            return 0
        values = np.append(np.asarray(point, dtype=float), 0.0)[self._of] @ self._matrix
        empty: NDArray[np.bool_] = open_ & (values <= TOLERANCE)
        open_ &= ~empty
        return int(empty.sum())

    def together(self, open_: NDArray[np.bool_]) -> dict[int, float]:
        """The sum of all groups that are open, as weights of variables."""
        weights = open_.astype(float) @ self._matrix.T
        found: dict[int, float] = {}
        for variable, weight in zip(self._of.ravel().tolist(), weights.ravel().tolist(), strict=True):
            if weight and variable >= 0:
                found[variable] = found.get(variable, 0.0) + weight
        return found

    def target(self, number: int, group: int) -> Target:
        """One group."""
        key = self._keys[number]
        assert key is not None
        terms = zip(self._of[number].tolist(), self._matrix[:, group].tolist(), strict=True)
        return Target({variable: weight for variable, weight in terms if weight}, key)


def _kind(name: Name) -> frozenset[str]:
    return frozenset(part[0] for part in name)


def _kinds(shapes: Sequence[Shape]) -> set[frozenset[str]]:
    """What the cells of these tables are about."""
    return {_kind(name) for shape in shapes for line in shape.names for name in line}


def _rows(relation: Relation, of: Sequence[int]) -> list[Row]:
    """The relation among these variables; none where one of them is missing."""
    if any(of[member] < 0 for member in (*relation.parts, relation.whole)):
        return []
    terms = (*((of[part], 1.0) for part in relation.parts), (of[relation.whole], -1.0))
    if relation.kind == "sum":
        return [Row(terms)]
    found = [Row(terms, 0.0, math.inf)] if relation.kind == "cover" else []
    return found + [Row((term, terms[-1]), -math.inf, 0.0) for term in terms[:-1]]


def _promise(line: Category, other: Category) -> int:
    return line.least if other.role == "total" else 0


def _is_band(code: str) -> bool:
    return code[:1].isdigit()
