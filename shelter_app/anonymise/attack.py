"""An attacker who has nothing but the finished release: what they can prove, by linear programs over all tables.

This is the second opinion on `protect`: it shares no equations with it, builds everything from the published
object, and must be run on that object before anything is written. It can be run again on a file years later.

The attacker knows the method: a shown figure is the true count rounded to the nearest 10 (halves up) and 11 or
more; "<11" is 0 to 10; a hidden figure is 11 or more, or it would say "<11"; a category with a row of its own has
`least` persons; persons are whole. A group of persons is safe when, for all that this attacker can prove, it may be empty and may be
ten, or when it is certainly 11 or more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from shelter_app.anonymise.lp import TOLERANCE, Impossible, Row, System
from shelter_app.anonymise.release import Category, Cell, CellKey, Check, ProtectedRelease, ReasonCode, Table
from shelter_i18n import N_

__all__ = ["ROUNDING", "THRESHOLD", "Audit", "Finding", "attack"]

#: What CTDC published by (k = 11 in its files to 2020, counts rounded to 10 in 2021); the program offers no other.
THRESHOLD = 11
ROUNDING = 10
#: Nearly everybody: more than nine tenths of a sensitive table, written as 10 parts less 9 wholes.
_NEARLY = (10.0, -9.0)

#: The tables that the program makes: additive, base, sensitive. A file cannot declare itself out of an attack.
_LAYOUT = {
    "persons": (True, "persons", False),
    "sex_age": (True, "persons", False),
    "citizenship": (True, "persons", False),
    "exploitation_country": (False, "exploitation_country", False),
    "exploitation_type": (False, "exploitation_type", True),
    "means_of_control": (False, "means_of_control", True),
    "services": (False, "services", False),
    "return_stage": (True, "returns", False),
    "return_outcome": (True, "returns", True),
}
#: Persons from which on a category stands alone, and from which on there are tables at all.
_LEAST_ITEM, _LEAST_TOTAL = 22, 50
_MAJORITY = ("0--17", "18+")

_CHECKS: tuple[tuple[ReasonCode | None, str], ...] = (
    (None, N_("Every figure follows the rules: threshold 11, rounding to 10, and the tables fit together")),
    ("not-empty", N_("Prove from the other figures that a group shown as <11 is not empty")),
    ("too-few", N_("Prove from the other figures that a group shown as <11 is smaller than ten")),
    ("remainder", N_("Prove how few persons the small groups of one line have together")),
    ("everybody", N_("Prove something sensitive about nearly every person of a table")),
    ("company", N_("Guess why a single figure of a sensitive table is hidden")),
    ("narrow", N_("Work out a hidden figure more exactly than rounding would show it")),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """An attack that succeeded: what it proved (None: a broken rule), where, and the interval it left."""

    code: ReasonCode | None
    key: CellKey
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Audit:
    """All that was tried on a release; `intervals` says what remains possible for every figure not shown."""

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    intervals: Mapping[CellKey, tuple[float, float]]

    @property
    def held(self) -> bool:
        """Whether every attack failed."""
        return not self.findings


class _View:
    """The published figures as variables: totals and bases that tables share are one variable."""

    def __init__(self, release: ProtectedRelease) -> None:
        self.release = release
        self.index: dict[CellKey, int] = {}
        self.bounds: list[tuple[float, float]] = []
        self.rows: list[Row] = []
        self.broken: list[CellKey] = []
        shared: dict[str, int] = {}
        if len({table.id for table in release.tables}) != len(release.tables):
            self.broken.append(CellKey("", "", ""))
        for table in release.tables:
            self._follow_layout(table)
            for row, column, cell in table.walk():
                key = CellKey(table.id, row.code, column.code)
                least = max(
                    row.least if column.role == "total" else 0, column.least if row.role == "total" else 0
                )
                low, high = self._possible(key, cell, least)
                name = ""
                if row.role == "total" and column.role == "total":
                    name = "all persons"
                elif row.role == "base" and column.role == "total":
                    name = f"base {table.base}"
                if name in shared:
                    variable = shared[name]
                    was = self.bounds[variable]
                    if was != (low, high):
                        self.broken.append(key)
                else:
                    variable = len(self.bounds)
                    self.bounds.append((low, high))
                    if name:
                        shared[name] = variable
                self.index[key] = variable
            self._tie(table)

    def _possible(self, key: CellKey, cell: Cell, least: int) -> tuple[float, float]:
        if cell.kind == "small":
            if least >= THRESHOLD:
                self.broken.append(key)
            return 0.0, THRESHOLD - 1.0
        floor = float(max(THRESHOLD, least))
        if cell.value is None:
            return floor, math.inf
        low, high = cell.value - ROUNDING / 2, cell.value + ROUNDING / 2 - 1
        if cell.value % ROUNDING or high < floor:
            self.broken.append(key)
        return max(floor, low), max(floor, high)

    def _follow_layout(self, table: Table) -> None:
        """The table is one of ours, declares what ours declares, and no two of its lines have the same code."""
        if _LAYOUT.get(table.id) != (table.additive, table.base, table.sensitive):
            self.broken.append(CellKey(table.id, "", ""))
        for axis in (table.rows, table.columns):
            if len({category.code for category in axis}) != len(axis):
                self.broken.append(CellKey(table.id, "", ""))
            for category in axis:
                if not _promises_right(category, alone=len(axis) == 1):
                    self.broken.append(CellKey(table.id, category.code, ""))

    def lines(
        self, table: Table
    ) -> Iterator[tuple[list[CellKey], list[CellKey], list[CellKey], list[CellKey]]]:
        """Every line of a table as keys: items, base, none, total (base and none may be missing)."""
        many = len(table.columns) > 1
        for column in table.columns:
            found: dict[str, list[CellKey]] = {"item": [], "base": [], "none": [], "total": []}
            for row in table.rows:
                found[row.role].append(CellKey(table.id, row.code, column.code))
            yield found["item"], found["base"], found["none"], found["total"]
        for row in table.rows if many else ():
            found = {"item": [], "base": [], "none": [], "total": []}
            for column in table.columns:
                found[column.role].append(CellKey(table.id, row.code, column.code))
            yield found["item"], found["base"], found["none"], found["total"]

    def _equal(self, parts: list[CellKey], whole: CellKey) -> None:
        terms = [(self.index[key], 1.0) for key in parts]
        self.rows.append(Row((*terms, (self.index[whole], -1.0))))

    def _tie(self, table: Table) -> None:
        for items, base, none, total in self.lines(table):
            if len(total) != 1 or len(base) > 1 or (not base and not table.additive):
                self.broken.append(CellKey(table.id, "", ""))
                continue
            if not base:
                self._equal(items + none, total[0])
                continue
            self._equal(base + none, total[0])
            if table.additive:
                self._equal(items, base[0])
                continue
            whole = self.index[base[0]]
            for key in items:
                self.rows.append(Row(((self.index[key], 1.0), (whole, -1.0)), -math.inf, 0.0))
            terms = [(self.index[key], 1.0) for key in items]
            self.rows.append(Row((*terms, (whole, -1.0)), 0.0, math.inf))


def _promises_right(category: Category, *, alone: bool) -> bool:
    """Whether `least` is what our tables promise: only "other gender" may promise it without a code list."""
    if category.role == "total":
        return category.least == (0 if alone else _LEAST_TOTAL)
    named = category.role == "item" and (bool(category.codelist) or category.least > 0)
    return category.least == (_LEAST_ITEM if named and category.code not in _MAJORITY else 0)


def attack(release: ProtectedRelease) -> Audit:
    """Try every attack on the published figures of `release` and say which succeeded."""
    view = _View(release)
    tried = dict.fromkeys((code for code, _ in _CHECKS), 0)
    findings: list[Finding] = []
    intervals: dict[CellKey, tuple[float, float]] = {}
    tried[None] = sum(1 for table in release.tables for _ in table.walk())
    if (release.threshold, release.rounding) != (THRESHOLD, ROUNDING):
        view.broken.append(CellKey("", "", ""))
    findings += [Finding(None, key, math.nan, math.nan) for key in view.broken]
    if release.tables and not view.broken:
        system = System(view.bounds, view.rows)
        try:
            for table in release.tables:
                for code, finding in _attempts(view, system, table, intervals):
                    tried[code] += 1
                    if finding is not None:
                        findings.append(finding)
        except Impossible:
            findings.append(Finding(None, CellKey("", "", ""), math.nan, math.nan))
    failed = {finding.code for finding in findings}
    checks = tuple(Check(name, tried[code], code not in failed) for code, name in _CHECKS)
    return Audit(checks, tuple(findings), intervals)


Attempt = tuple[ReasonCode | None, Finding | None]
Interval = Callable[..., tuple[float, float]]


def _attempts(
    view: _View, system: System, table: Table, intervals: dict[CellKey, tuple[float, float]]
) -> Iterator[Attempt]:
    kinds = {CellKey(table.id, row.code, column.code): cell.kind for row, column, cell in table.walk()}

    def interval(*target: tuple[CellKey, float]) -> tuple[float, float]:
        weights: dict[int, float] = {}
        for key, factor in target:
            weights[view.index[key]] = weights.get(view.index[key], 0.0) + factor
        return system.whole(weights, up=False), system.whole(weights, up=True)

    for key, kind in kinds.items():
        if kind == "shown":
            continue
        low, high = intervals[key] = interval((key, 1.0))
        if kind == "small":
            yield "not-empty", Finding("not-empty", key, low, high) if low > TOLERANCE else None
            yield "too-few", Finding("too-few", key, low, high) if high < THRESHOLD - 1 - TOLERANCE else None
        else:
            yield "narrow", Finding("narrow", key, low, high) if high - low < ROUNDING - TOLERANCE else None
    for items, base, none, total in view.lines(table):
        for group in (items + none, items) if base else (items + none,):
            # With a hidden figure the line hides 11 or more; its small groups together must be safe all the same.
            rest = [key for key in group if kinds[key] == "small"]
            if table.additive and len(rest) > 1:
                low, high = interval(*((key, 1.0) for key in rest))
                safe = (
                    low <= TOLERANCE and high >= THRESHOLD - 1 - TOLERANCE
                ) or low >= THRESHOLD - TOLERANCE
                yield "remainder", None if safe else Finding("remainder", total[0], low, high)
        if table.sensitive:
            # "Other" is the sum of many codes and says nothing of that kind about anybody.
            named = {row.code for row in table.rows if row.least}
            yield from _sensitive(
                [key for key in items if key.row in named], (base or total)[0], kinds, interval
            )


def _sensitive(
    items: list[CellKey], whole: CellKey, kinds: Mapping[CellKey, str], interval: Interval
) -> Iterator[Attempt]:
    for key in items:
        # Ten times the part less nine times the whole: above nought when more than nine in ten are in it.
        low, high = interval((key, _NEARLY[0]), (whole, _NEARLY[1]))
        reached = high if kinds[key] == "shown" else low
        yield "everybody", Finding("everybody", key, low, high) if reached > TOLERANCE else None
    hidden = [key for key in items if kinds[key] == "hidden"]
    yield "company", Finding("company", hidden[0], math.nan, math.nan) if len(hidden) == 1 else None
