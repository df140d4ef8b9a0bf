"""How far a sum of unknown whole numbers can go: linear programs, and integer programs where those are not enough."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Contradiction", "Unknowns"]

Point = NDArray[np.float64]
_NEAR = 1e-6
_NODES = 20_000


class Contradiction(Exception):
    """No numbers satisfy everything that was published."""


class Unknowns:
    """Whole numbers between bounds, with equations and inequalities; asked for the extremes of sums."""

    def __init__(self) -> None:
        self.low: list[float] = []
        self.high: list[float] = []
        self._ties: list[tuple[dict[int, float], float, float]] = []
        self._engine: Any = None
        self._seen: list[Point] = []
        self._matrix: Any = None

    def add(self, low: float, high: float) -> int:
        """A new unknown; returns its place."""
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def tie(self, terms: Mapping[int, float], low: float, high: float) -> None:
        """`low` <= the weighted sum <= `high`."""
        self._ties.append((dict(terms), low, high))

    def _model(self, whole: bool) -> Any:
        import highspy

        engine: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 7)):
            engine.setOptionValue(option, value)
        for low, high in zip(self.low, self.high, strict=True):
            engine.addVar(low, high)
        for terms, low, high in self._ties:
            engine.addRow(
                low, high, len(terms), np.array(list(terms), dtype=np.int32), np.array(list(terms.values()), dtype=float)
            )  # fmt: skip
        if whole:
            engine.setOptionValue("mip_max_nodes", _NODES)
            # WORKAROUND https://github.com/ERGO-Code/HiGHS/issues/3094: presolve may call a wrong value optimal
            engine.setOptionValue("presolve", "off")
            for place in range(len(self.low)):
                engine.changeColIntegrality(place, highspy.HighsVarType.kInteger)
        return engine

    def least(self, terms: Mapping[int, float], enough: float = -math.inf) -> float:
        """The smallest value of a weighted sum of whole numbers; any value at or below `enough` will do.

        Raises:
            Contradiction
        """
        for seen in self._seen:
            value = _value(seen, terms)
            if value <= enough:
                return value
        if self._engine is None:
            self._engine = self._model(whole=False)
        bound, point = self._run(self._engine, terms)
        if point is None:
            return bound
        if not math.isinf(enough) and bound > enough + _NEAR:
            return bound  # a proof by itself: whole numbers can only lie higher
        exact = self._checked(point)
        if exact is None:
            _, point = self._run(self._model(whole=True), terms)
            exact = self._checked(point) if point is not None else None
        if exact is None:
            return math.inf  # no whole numbers were found: taken for a proof that there are none
        self._seen.append(exact)
        return _value(exact, terms)

    def most(self, terms: Mapping[int, float], enough: float = math.inf) -> float:
        """The largest value of a weighted sum of whole numbers; any value at or above `enough` will do."""
        return -self.least({place: -factor for place, factor in terms.items()}, -enough)

    def _run(self, engine: Any, terms: Mapping[int, float]) -> tuple[float, Point | None]:
        import highspy

        for place, factor in terms.items():
            engine.changeColCost(place, factor)
        engine.run()
        status, value = engine.getModelStatus(), engine.getInfo().objective_function_value
        point = np.array(engine.getSolution().col_value)
        for place in terms:
            engine.changeColCost(place, 0.0)
        if status == highspy.HighsModelStatus.kOptimal or (
            status == highspy.HighsModelStatus.kSolutionLimit and len(point)
        ):
            return value, point
        engine.run()
        if engine.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Contradiction
        return -math.inf, None

    def _checked(self, point: Point) -> Point | None:
        """The point in whole numbers, if they satisfy everything in plain arithmetic."""
        if self._matrix is None:
            self._matrix = self._arrays()
        whole = np.rint(point)
        places, factors, starts, low, high = self._matrix
        if (whole < np.array(self.low)).any() or (whole > np.array(self.high)).any():
            return None
        sums = np.add.reduceat(whole[places] * factors, starts) if len(starts) else np.zeros(0)
        return None if (sums < low).any() or (sums > high).any() else whole

    def _arrays(self) -> tuple[Any, ...]:
        places = np.array([place for terms, _, _ in self._ties for place in terms], dtype=int)
        factors = np.array([factor for terms, _, _ in self._ties for factor in terms.values()], dtype=float)
        starts = np.cumsum([0, *(len(terms) for terms, _, _ in self._ties)])[:-1]
        low, high = (np.array([tie[side] for tie in self._ties], dtype=float) for side in (1, 2))
        return places, factors, starts.astype(int), low, high


def _value(point: Point, terms: Mapping[int, float]) -> float:
    return float(sum(factor * point[place] for place, factor in terms.items()))
