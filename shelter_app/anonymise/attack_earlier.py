"""The attacker who has kept every report of the office and compares them, on equations of their own.

Every figure of every release is a sum over patterns: the sets of releases that count a person in a cell. The attacker
knows which patterns there are (whether anybody left, came back or was corrected), not how many persons have them.
No group of one to ten persons who came, left or were changed may be proved to be there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from shelter_app.anonymise.attack import THRESHOLD, Attempt, Finding, Names, Prover, View
from shelter_app.anonymise.histories import FEW, Earlier, Groups, History
from shelter_app.anonymise.lp import TOLERANCE, Row
from shelter_app.anonymise.naming import Name
from shelter_app.anonymise.release import CellKey

__all__ = ["Comparison"]

_FOLDED_MOST = 21.0
_TOGETHER = 12
#: After so many proofs nothing more needs to be tried.
_ENOUGH = 5


class Comparison:
    """All releases as one system of patterns; `prover` answers about the figures of the new one."""

    def __init__(self, view: View, names: Names, earlier: Sequence[Earlier], history: History) -> None:
        self._views = [View(each.release, names) for each in earlier] + [view]
        names.complete()
        self._names, self._history, self._groups = list(names.of), history, Groups(history)
        wide = history.count + len(self._groups.patterns)
        #: For each name the variables of its figures, release by release, then of its patterns; -1 where a release
        #: has no table of that kind, and for the patterns where fewer than two have.
        self._at = np.full((len(self._names), wide), -1, dtype=np.int64)
        self._size = self._place()
        self._keys = {number: key for each in self._views for key, number in each.index.items()}
        self._keys |= {number: key for key, number in view.index.items()}
        sizes = np.array([self._groups.sizes(name) for name in self._names])
        read = np.isin(np.arange(len(self._names)), list(self._keys))
        missing = (self._at < 0).astype(float) @ np.abs(self._groups.matrix)
        self._open = (sizes > 0) & (sizes < THRESHOLD) & read[:, None] & (missing == 0)
        of: dict[CellKey, Mapping[int, float]] = {
            key: {int(self._at[number, -1 - len(self._groups.patterns)]): 1.0}
            for key, number in view.index.items()
        }
        self.prover = Prover(self._bounds(), [*self._counted(), *self._held(names)], of)

    def _place(self) -> int:
        """Give out the variables; returns how many there are."""
        told = [{self._kind(number) for number in view.index.values()} for view in self._views]
        size = 0
        for number in range(len(self._names)):
            there = [self._kind(number) in kinds for kinds in told]
            for column in range(self._at.shape[1]):
                if there[column] if column < len(there) else sum(there) > 1:
                    self._at[number, column] = size
                    size += 1
        return size

    def _kind(self, number: int) -> frozenset[str]:
        return frozenset(part[0] for part in self._names[number])

    def _bounds(self) -> list[tuple[float, float]]:
        """What the releases say of their figures; of patterns nothing is said."""
        bounds = [(0.0, math.inf)] * self._size
        for place, view in enumerate(self._views):
            ends = dict(view.bounds)
            if view.hidden_least and place < len(self._views) - 1:
                for number in self._folded_alone(view):
                    low, high = ends.get(number, (0.0, math.inf))
                    ends[number] = low, min(high, _FOLDED_MOST)
            for number, both in ends.items():
                if self._at[number, place] >= 0:
                    bounds[int(self._at[number, place])] = both
        return bounds

    def _counted(self) -> Iterator[Row]:
        """A figure counts those of every pattern of its release, and no more others than have come, gone or changed."""
        for number, name in enumerate(self._names):
            others = self._groups.irregular + self._history.changed(part[0] for part in name)
            line = self._at[number].tolist()
            for place in range(self._history.count) if line[-1] >= 0 else ():
                if line[place] < 0:
                    continue
                terms = [(line[place], 1.0)]
                for variable, pattern in zip(line[self._history.count :], self._groups.patterns, strict=True):
                    if pattern >> place & 1:
                        terms.append((variable, -1.0))
                yield Row(tuple(terms), 0.0, float(others))

    def _held(self, names: Names) -> Iterator[Row]:
        """What holds between figures: in each release, and among those of each pattern where facts stay."""
        for row in names.rows:
            changed = self._history.changed(
                part[0] for number, _ in row.terms for part in self._names[number]
            )
            for column in range(self._at.shape[1]):
                figure = column < self._history.count
                if (changed or self._groups.irregular) if figure else changed <= FEW:
                    slack = 0 if figure else changed
                    terms = tuple((int(self._at[number, column]), factor) for number, factor in row.terms)
                    if any(variable < 0 for variable, _ in terms):
                        continue
                    yield Row(terms, row.lower - slack, row.upper + slack)

    def _folded_alone(self, view: View) -> Iterator[int]:
        """Codes that a first release gave no row of their own, because fewer than 22 persons had them."""
        numbers: dict[Name, int] = {name: number for number, name in enumerate(self._names)}
        for table in view.release.tables:
            if table.codelist in ("age-bands", "duration_bands") or len(table.columns) > 1:
                continue
            for code, _into in table.folded:
                number = numbers.get(((table.id, (code,)),))
                if number is not None:
                    yield number

    # The attacks ---------------------------------------------------------------------------------------

    def attempts(self) -> Iterator[Attempt]:
        """Every small group of a comparison, and every small figure of the earlier releases."""
        yield from self._small_figures()
        open_ = self._open.copy()
        tried = int(open_.sum())
        for _ in range(_TOGETHER):
            if not open_.any():
                break
            weights = open_.astype(float) @ self._groups.matrix.T
            target = {
                variable: weight
                for variable, weight in zip(self._at.ravel().tolist(), weights.ravel().tolist(), strict=True)
                if weight and variable >= 0
            }
            if not self._seen(open_, self._ask(target, up=False, gap=0.2)[1]):
                break
        failed = 0
        while open_.any() and failed < _ENOUGH:
            number, group = (int(place) for place in np.argwhere(open_)[0])
            parts = zip(self._at[number].tolist(), self._groups.matrix[:, group].tolist(), strict=True)
            low, point = self._ask({v: weight for v, weight in parts if weight}, up=False, enough=0.0)
            self._seen(open_, point)
            open_[number, group] = False
            if low > TOLERANCE:
                failed += 1
                yield "earlier", Finding("earlier", self._keys[number], low, math.nan)
        for _ in range(tried - failed):
            yield "earlier", None

    def _small_figures(self) -> Iterator[Attempt]:
        """What an earlier release calls small may be nobody and may be ten, for all that the new one tells."""
        small = [
            (key, {int(self._at[view.index[key], place]): 1.0})
            for place, view in enumerate(self._views[:-1])
            for key, cell in view.cells.items()
            if cell.kind == "small"
        ]
        self.prover.look_around([figure for _, figure in small])
        for key, figure in small:
            low, high = self.prover.witnesses.least_of(figure), self.prover.witnesses.most_of(figure)
            if low > 0:
                low = self._ask(figure, up=False, enough=0.0)[0]
            if high < THRESHOLD - 1:
                high = self._ask(figure, up=True, enough=THRESHOLD - 1.0)[0]
            safe = low <= TOLERANCE and high >= THRESHOLD - 1 - TOLERANCE
            yield "earlier", None if safe else Finding("earlier", key, low, high)

    def _ask(
        self, target: Mapping[int, float], *, up: bool, enough: float | None = None, gap: float = 0.0
    ) -> tuple[float, Sequence[float]]:
        found = self.prover.system.whole(target, up=up, enough=enough, gap=gap)
        self.prover.witnesses.add(found.point)
        return found.value, found.point

    def _seen(self, open_: NDArray[np.bool_], point: Sequence[float]) -> int:
        """Take out the groups that are empty at a point."""
        if not len(point):
            return 0
        values = np.append(np.asarray(point, dtype=float), 0.0)[self._at] @ self._groups.matrix
        empty: NDArray[np.bool_] = open_ & (values <= TOLERANCE)
        open_ &= ~empty
        return int(empty.sum())
