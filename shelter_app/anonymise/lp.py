"""Linear programs on one system of bounds and equations, with the prices that say which bounds matter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["TOLERANCE", "Extreme", "Impossible", "Row", "System", "Witnesses", "cheapest_choice", "farthest"]

#: Figures are whole persons; everything nearer than this is the solver's noise.
TOLERANCE = 1e-6
#: One thread and a fixed seed: the same system gives the same answer.
_OPTIONS = (("output_flag", False), ("threads", 1), ("random_seed", 1), ("parallel", "off"))
_PRIMAL = 4
_MOST_WITNESSES = 400
_FEASIBLE = 2  # HiGHS: a primal solution that satisfies everything


class Impossible(Exception):
    """No figures at all satisfy the system."""


@dataclass(frozen=True, slots=True)
class Row:
    """One equation or inequality: `lower` <= sum of factor times variable <= `upper`."""

    terms: tuple[tuple[int, float], ...]
    lower: float = 0.0
    upper: float = 0.0


@dataclass(frozen=True, slots=True)
class Extreme:
    """The smallest (or largest) value of a target, and how fast it moves with each variable's bounds.

    A positive price: the lower bound of that variable holds the value where it is; a negative one: the upper.
    `point` gives all variables at that extreme: the witness that it can be reached.
    """

    value: float
    prices: tuple[float, ...] = ()
    point: tuple[float, ...] = ()


def farthest(bounds: Sequence[tuple[float, float]], target: Mapping[int, float]) -> float:
    """What the weighted sum `target` cannot exceed, from the bounds of its variables alone."""
    return sum(
        factor * bounds[variable][1 if factor > 0 else 0] for variable, factor in target.items() if factor
    )


class Witnesses:
    """Points that satisfy a system, kept so that what one attack has shown to be possible need not be asked again."""

    def __init__(self, size: int) -> None:
        self._kept = np.empty((_MOST_WITNESSES, size))
        self._count = 0

    @property
    def _points(self) -> NDArray[np.float64]:
        return self._kept[: min(self._count, _MOST_WITNESSES)]

    def points(self) -> list[NDArray[np.float64]]:
        """All points that are kept."""
        return list(self._points)

    def add(self, point: Sequence[float]) -> None:
        """Keep a point, if there is one; the oldest goes when there are too many."""
        if len(point):
            self._kept[self._count % _MOST_WITNESSES] = point
            self._count += 1

    def keep_within(self, bounds: Sequence[tuple[float, float]]) -> None:
        """The bounds have changed: drop the points that break them."""
        if len(self._points):
            ends = np.array(bounds)
            fits = (self._points >= ends[:, 0] - TOLERANCE) & (self._points <= ends[:, 1] + TOLERANCE)
            good = self._points[fits.all(axis=1)]
            self._kept[: len(good)] = good
            self._count = len(good)

    def least(self, members: Sequence[int]) -> float:
        """The smallest sum of these variables at any point."""
        return float(self._points[:, list(members)].sum(axis=1).min(initial=math.inf))

    def most(self, members: Sequence[int]) -> float:
        """The largest sum of these variables at any point."""
        return float(self._points[:, list(members)].sum(axis=1).max(initial=-math.inf))

    def least_of(self, target: Mapping[int, float]) -> float:
        """The smallest value of the weighted sum `target` at any point."""
        values = self._points[:, list(target)] @ np.array(list(target.values()))
        return float(values.min(initial=math.inf))

    def most_of(self, target: Mapping[int, float]) -> float:
        """The largest value of the weighted sum `target` at any point."""
        values = self._points[:, list(target)] @ np.array(list(target.values()))
        return float(values.max(initial=-math.inf))


class System:
    """Variables between bounds, tied by rows; asked again and again how far a target can go."""

    def __init__(self, bounds: Sequence[tuple[float, float]], rows: Sequence[Row]) -> None:
        self._solver = _solver(bounds, rows)
        self._bounds = list(bounds)
        self._rows = rows
        self._checked = _Checked(rows)

    def set_bounds(self, variable: int, lower: float, upper: float) -> None:
        """Narrow or widen one variable."""
        self._bounds[variable] = (lower, upper)
        self._solver.changeColBounds(variable, lower, upper)

    def smallest(self, target: Mapping[int, float]) -> Extreme:
        """The smallest value of the weighted sum `target`; minus infinity when nothing holds it."""
        return self._extreme(target, 1.0)

    def largest(self, target: Mapping[int, float]) -> Extreme:
        """The largest value of the weighted sum `target`; infinity when nothing holds it."""
        found = self._extreme(target, -1.0)
        return Extreme(-found.value, found.prices, found.point)

    def whole(
        self, target: Mapping[int, float], *, up: bool, enough: float | None = None, gap: float = 0.0
    ) -> Extreme:
        """The largest (`up`) or smallest value of `target` in whole numbers, with a point that proves it.

        A point at which the value is as far as `enough` will do, or nearer than the share `gap` to the extreme.

        The extreme of the linear program nearly always is a point of whole numbers, and then is checked here
        in plain arithmetic, without trust in the solver. Otherwise the integer solver finds a point that is
        checked in the same way; when its effort is spent, the value is the best that has a witness.

        Raises:
            Impossible: no whole numbers satisfy the system, or none were found.
        """
        extreme = self.largest(target) if up else self.smallest(target)
        if math.isinf(extreme.value):
            return extreme
        found = self._witnessed(target, extreme.point)
        if found is not None and abs(found.value - extreme.value) < TOLERANCE:
            return found
        sign = -1.0 if up else 1.0
        goal = sign * (extreme.value if enough is None else enough)
        best: Extreme | None = None
        # With presolve the solver is fast and sometimes wrong; what it says is checked, and asked again without.
        for presolve in ("choose", "off"):
            solver = _solver(self._bounds, self._rows, integer=True)
            for variable, factor in target.items():
                solver.changeColCost(variable, sign * factor)
            solver.setOptionValue("presolve", presolve)
            solver.setOptionValue("mip_rel_gap", gap)
            solver.setOptionValue("objective_target", goal + TOLERANCE)
            solver.run()
            found = self._witnessed(target, tuple(solver.getSolution().col_value))
            if found is not None and (best is None or sign * found.value < sign * best.value):
                best = found
            if best is not None and (gap or sign * best.value < goal + 1 - TOLERANCE):
                break
        if best is None:
            raise Impossible
        return best

    def _witnessed(self, target: Mapping[int, float], point: Sequence[float]) -> Extreme | None:
        """`point` rounded to whole numbers and the value of `target` there; None if that breaks a bound or a row."""
        if len(point) != len(self._bounds):
            return None
        whole = np.rint(np.asarray(point, dtype=float))
        ends = np.array(self._bounds, dtype=float)
        if not ((ends[:, 0] <= whole) & (whole <= ends[:, 1])).all() or not self._checked.holds(whole):
            return None
        value = sum(factor * float(whole[variable]) for variable, factor in target.items())
        return Extreme(value, (), tuple(whole.tolist()))

    def _extreme(self, target: Mapping[int, float], sign: float) -> Extreme:
        import highspy

        for variable, factor in target.items():
            self._solver.changeColCost(variable, sign * factor)
        self._solver.run()
        status = self._solver.getModelStatus()
        solution = self._solver.getSolution()
        value = self._solver.getObjectiveValue()
        for variable in target:
            self._solver.changeColCost(variable, 0.0)
        if status == highspy.HighsModelStatus.kOptimal:
            return Extreme(value, tuple(solution.col_dual), tuple(solution.col_value))
        if (
            status
            in {
                highspy.HighsModelStatus.kUnbounded,
                highspy.HighsModelStatus.kUnboundedOrInfeasible,
            }
            and self._feasible()
        ):
            return Extreme(-math.inf)
        raise Impossible

    def _feasible(self) -> bool:
        import highspy

        self._solver.run()  # all costs are nought here
        return bool(self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)


class _Checked:
    """Rows in plain arithmetic: whether a point satisfies them all."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._starts = np.cumsum([0, *(len(row.terms) for row in rows)])[:-1]
        self._variables = np.array([variable for row in rows for variable, _ in row.terms], dtype=int)
        self._factors = np.array([factor for row in rows for _, factor in row.terms])
        self._ends = np.array([(row.lower, row.upper) for row in rows]).reshape(-1, 2)

    def holds(self, point: NDArray[np.float64]) -> bool:
        """Whether every row lies between its ends at `point`."""
        if not len(self._starts):
            return True
        sums = np.add.reduceat(self._factors * point[self._variables], self._starts)
        return bool(((self._ends[:, 0] <= sums) & (sums <= self._ends[:, 1])).all())


def _solver(bounds: Sequence[tuple[float, float]], rows: Sequence[Row], integer: bool = False) -> Any:
    import highspy

    model = highspy.HighsLp()
    model.num_col_ = len(bounds)
    model.num_row_ = len(rows)
    model.col_cost_ = np.zeros(len(bounds))
    model.col_lower_ = np.array([low for low, _ in bounds], dtype=float)
    model.col_upper_ = np.array([high for _, high in bounds], dtype=float)
    model.row_lower_ = np.array([row.lower for row in rows], dtype=float)
    model.row_upper_ = np.array([row.upper for row in rows], dtype=float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row.terms) for row in rows)], dtype=np.int32)
    model.a_matrix_.index_ = np.array([i for row in rows for i, _ in row.terms], dtype=np.int32)
    model.a_matrix_.value_ = np.array([factor for row in rows for _, factor in row.terms], dtype=float)
    if integer:
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(bounds)
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in _OPTIONS:
        solver.setOptionValue(option, value)
    if not integer:
        # The same system is asked one thing after another: the last answer satisfies it and is a good beginning.
        solver.setOptionValue("simplex_strategy", _PRIMAL)
    if integer:
        # A fixed effort instead of a time limit: a slow machine must give the same answer as a fast one.
        solver.setOptionValue("mip_max_nodes", 20_000)
        # WORKAROUND https://github.com/ERGO-Code/HiGHS/issues/3094 (1.15.1 too: 1 called optimal where 0 was possible)
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(model)
    return solver


def cheapest_choice(costs: Sequence[int], rows: Sequence[Row]) -> frozenset[int] | None:
    """The cheapest set of variables, each taken or not, that satisfies all rows; None when there is none.

    When the effort is spent before the cheapest is proved, the best set found so far is given: what a set is
    worth is decided by the attack afterwards, never here.
    """
    solver = _solver([(0.0, 1.0)] * len(costs), rows, integer=True)
    for variable, cost in enumerate(costs):
        solver.changeColCost(variable, float(cost))
    solver.run()
    if solver.getInfo().primal_solution_status != _FEASIBLE:
        return None
    values = solver.getSolution().col_value
    return frozenset(variable for variable, value in enumerate(values) if value > 0.5)
