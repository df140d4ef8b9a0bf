"""Linear programs on one system of bounds and equations, with the prices that say which bounds matter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["TOLERANCE", "Extreme", "Impossible", "Row", "System", "cheapest_choice"]

#: Figures are whole persons; everything nearer than this is the solver's noise.
TOLERANCE = 1e-6
#: One thread and a fixed seed: the same system gives the same answer.
_OPTIONS = (("output_flag", False), ("threads", 1), ("random_seed", 1), ("parallel", "off"))
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


class System:
    """Variables between bounds, tied by rows; asked again and again how far a target can go."""

    def __init__(self, bounds: Sequence[tuple[float, float]], rows: Sequence[Row]) -> None:
        self._solver = _solver(bounds, rows)
        self._bounds = list(bounds)
        self._rows = rows

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

    def whole(self, target: Mapping[int, float], *, up: bool) -> float:
        """The largest (`up`) or smallest value of `target` in whole numbers, each proved by a witness.

        The extreme of the linear program nearly always is a point of whole numbers, and then is checked here
        in plain arithmetic, without trust in the solver. Otherwise the integer solver finds a point that is
        checked in the same way; when its effort is spent, the value is the best that has a witness.

        Raises:
            Impossible: no whole numbers satisfy the system, or none were found.
        """
        extreme = self.largest(target) if up else self.smallest(target)
        if math.isinf(extreme.value):
            return extreme.value
        value = self._witnessed(target, extreme.point)
        if value is not None and abs(value - extreme.value) < TOLERANCE:
            return value
        solver = _solver(self._bounds, self._rows, integer=True)
        for variable, factor in target.items():
            solver.changeColCost(variable, -factor if up else factor)
        solver.run()
        value = self._witnessed(target, tuple(solver.getSolution().col_value))
        if value is None:
            raise Impossible
        return value

    def _witnessed(self, target: Mapping[int, float], point: Sequence[float]) -> float | None:
        """The value of `target` at `point` rounded to whole numbers; None if that breaks a bound or a row."""
        if len(point) != len(self._bounds):
            return None
        whole = [float(round(value)) for value in point]
        fits = all(low <= value <= high for value, (low, high) in zip(whole, self._bounds, strict=True))
        if not fits or any(
            not row.lower <= sum(factor * whole[variable] for variable, factor in row.terms) <= row.upper
            for row in self._rows
        ):
            return None
        return sum(factor * whole[variable] for variable, factor in target.items())

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


def _solver(bounds: Sequence[tuple[float, float]], rows: Sequence[Row], integer: bool = False) -> Any:
    import highspy
    import numpy as np

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
