"""An attacker who has nothing but the finished release: what they can prove, by linear programs over all tables.

This is the second opinion on `protect`: it shares no equations with it, builds everything from the published
object, and must be run on that object before anything is written. It can be run again on a file years later.

The attacker knows the method: a shown figure is the true count rounded to the nearest 10 (halves up), or exact where
a release has 5,000 persons or more, and 11 or more; "<11" is 0 to 10; a hidden figure is 11 or more, or it would say
"<11"; a category with a row of its own has `least` persons; persons are whole. A group of persons is safe when, for
all that this attacker can prove, it may be empty and may be ten, or when it is certainly 11 or more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shelter_app.anonymise.histories import Earlier, History
from shelter_app.anonymise.lp import TOLERANCE, Impossible, Row, System, Witnesses, farthest
from shelter_app.anonymise.naming import Name, counted_once, layout_of, names_of, promised
from shelter_app.anonymise.release import Category, Cell, CellKey, Check, ProtectedRelease, ReasonCode, Table
from shelter_i18n import N_

__all__ = [
    "EXACT",
    "EXACT_FROM",
    "ROUNDING",
    "THRESHOLD",
    "Audit",
    "Finding",
    "Names",
    "Prover",
    "View",
    "attack",
    "attempts_on",
]

#: What CTDC published by (k = 11 in its files to 2020, counts rounded to 10 in 2021); the program offers no other.
THRESHOLD = 11
ROUNDING = 10
#: From so many persons on figures are exact.
EXACT, EXACT_FROM = 1, 5000
#: A hidden figure is at least so uncertain, whether figures are rounded or exact.
_WIDE = 10
#: How near to the extreme a point must be that is only to answer many questions at once.
_ROUGHLY = 0.2
#: Nearly everybody: more than nine tenths of a sensitive line, written as 10 parts less 9 wholes.
_NEARLY = (10.0, -9.0)

_CHECKS: tuple[tuple[ReasonCode | None, str], ...] = (
    (None, N_("Every figure follows the rules: threshold 11, rounding to 10, and the tables fit together")),
    ("not-empty", N_("Prove from the other figures that a group shown as <11 is not empty")),
    ("too-few", N_("Prove from the other figures that a group shown as <11 is smaller than ten")),
    ("remainder", N_("Prove how few persons the small groups of one line have together")),
    ("everybody", N_("Prove something sensitive about nearly every person of a table")),
    ("company", N_("Guess why a single figure of a sensitive table is hidden")),
    ("earlier", N_("Prove from earlier reports that a few persons came, left or were corrected")),
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


@dataclass(frozen=True, slots=True)
class Line:
    """A row or column: its figures by role, whether nobody stands in it twice, and whether it is sensitive."""

    items: list[CellKey]
    base: list[CellKey]
    none: list[CellKey]
    total: CellKey
    named: list[CellKey]
    additive: bool
    sensitive: bool
    crossed: bool


class Names:
    """Whom figures count, by number, and what must hold between them whatever the release."""

    def __init__(self) -> None:
        self.of: dict[Name, int] = {}
        self.rows: dict[Row, None] = {}

    def number(self, name: Name) -> int:
        """The number of a name, a new one where it was not there."""
        return self.of.setdefault(name, len(self.of))

    def complete(self) -> None:
        """Add what holds between figures of different tables, or of releases that fold in different ways."""
        self._wider()
        self._foldings()

    def add(self, terms: Sequence[tuple[int, float]], lower: float = 0.0, upper: float = 0.0) -> None:
        """Add a row, once."""
        self.rows[Row(tuple(terms), lower, upper)] = None

    def cover(self, items: Sequence[int], none: Sequence[int], whole: int) -> None:
        """Everybody of the whole is in some item or in `none`; whoever is in `none` is in no item."""
        apart = [(number, 1.0) for number in none] + [(whole, -1.0)]
        terms = [(number, 1.0) for number in items]
        self.add((*terms, *apart), 0.0, math.inf)
        for term in terms:
            self.add((term, *apart), -math.inf, 0.0)

    def _wider(self) -> None:
        """Who is counted under two conditions is counted under each of them."""
        for name, number in self.of.items():
            for left_out in name:
                wider = self.of.get(tuple(part for part in name if part != left_out))
                if wider is not None and left_out[1] == ("*",):
                    self.add(((number, 1.0), (wider, -1.0)), -math.inf, 0.0)

    def _foldings(self) -> None:
        """Lines that fold one dimension in different ways are made of the same codes."""
        groups: dict[tuple[str, Name], list[Name]] = {}
        for name in self.of:
            for part in name:
                if part[1] not in (("*",), ("-",)):
                    rest = tuple(other for other in name if other != part)
                    groups.setdefault((part[0], rest), []).append(name)
        for (dimension, rest), names in groups.items():
            blocks = {name: frozenset(dict(name)[dimension]) for name in names}
            signs: dict[frozenset[Name], list[str]] = {}
            for code in sorted(frozenset().union(*blocks.values())):
                signs.setdefault(frozenset(name for name in names if code in blocks[name]), []).append(code)
            if all(len(sign) == 1 for sign in signs):
                continue
            pieces = {
                self.number(tuple(sorted((*rest, (dimension, tuple(codes)))))): sign
                for sign, codes in signs.items()
            }
            for name in names:
                self._made_of(dimension, self.of[name], [p for p, sign in pieces.items() if name in sign])

    def _made_of(self, dimension: str, whole: int, pieces: Sequence[int]) -> None:
        if list(pieces) == [whole]:
            return
        if counted_once(dimension):
            self.add((*((piece, 1.0) for piece in pieces), (whole, -1.0)))
        else:
            self.cover(pieces, (), whole)


class View:
    """The published figures of a release: figures that count the same persons have the same number."""

    def __init__(self, release: ProtectedRelease, names: Names) -> None:
        self.release = release
        self.rounding, self.hidden_least = release.rounding, float(release.hidden_least)
        self.index: dict[CellKey, int] = {}
        self.cells: dict[CellKey, Cell] = {}
        self.bounds: dict[int, tuple[float, float]] = {}
        self.broken: list[CellKey] = []
        self._names = names
        self._shown: dict[int, Cell] = {}
        if len({table.id for table in release.tables}) != len(release.tables):
            self.broken.append(CellKey("", "", ""))
        for table in release.tables:
            try:
                self._read(table)
            except KeyError:
                self.broken.append(CellKey(table.id, "", ""))
        for table in release.tables if not self.broken else ():
            for line in lines_of(table):
                self._tie(line)

    def _read(self, table: Table) -> None:
        layout = layout_of(table)
        declared = (
            *(table.additive, table.columns_additive, table.sensitive, table.columns_sensitive),
            *(table.base, table.universe),
        )
        if declared != (*layout.additive, *layout.sensitive, layout.base, layout.universe):
            raise KeyError(table.id)
        for axis, row in ((table.rows, True), (table.columns, False)):
            alone = len(axis) == 1
            if any(line.least != promised(table, line, alone=alone, row=row) for line in axis):
                raise KeyError(table.id)
        names = names_of(table)
        for place, (row_, line) in enumerate(zip(table.rows, table.cells, strict=True)):
            for column, name, cell in zip(table.columns, names[place], line, strict=True):
                key = CellKey(table.id, row_.code, column.code)
                if key in self.index:
                    raise KeyError(table.id)
                least = max(
                    row_.least if column.role == "total" else 0, column.least if row_.role == "total" else 0
                )
                low, high = self._possible(key, cell, least)
                number = self.index[key] = self._names.number(name)
                if self._shown.setdefault(number, cell) != cell:
                    self.broken.append(key)
                was = self.bounds.get(number, (0.0, math.inf))
                self.bounds[number] = max(low, was[0]), min(high, was[1])
                self.cells[key] = cell

    def _possible(self, key: CellKey, cell: Cell, least: int) -> tuple[float, float]:
        if cell.kind == "small":
            if least >= THRESHOLD:
                self.broken.append(key)
            return 0.0, THRESHOLD - 1.0
        if cell.value is None:
            return max(self.hidden_least, least), math.inf
        floor = float(max(THRESHOLD, least))
        low = cell.value - self.rounding // 2
        high = cell.value + (self.rounding - 1) // 2
        if cell.value % self.rounding or high < floor:
            self.broken.append(key)
        return max(floor, low), max(floor, high)

    def _tie(self, line: Line) -> None:
        items, base, none = ([self.index[key] for key in keys] for keys in (line.items, line.base, line.none))
        whole = self.index[line.total]
        if base:
            self._names.add((*((number, 1.0) for number in base + none), (whole, -1.0)))
            whole, none = base[0], []
        if line.additive:
            self._names.add((*((number, 1.0) for number in items + none), (whole, -1.0)))
        else:
            self._names.cover(items, none, whole)


def lines_of(table: Table) -> Iterator[Line]:
    """Every line of a table: down each column, and across each row where there are several columns."""
    crossed = len(table.columns) > 1
    for column in table.columns:
        axis = [(row, CellKey(table.id, row.code, column.code)) for row in table.rows]
        yield _line(axis, table.additive, table.sensitive, crossed)
    for row in table.rows if crossed else ():
        axis = [(column, CellKey(table.id, row.code, column.code)) for column in table.columns]
        yield _line(axis, table.columns_additive, table.columns_sensitive, crossed)


def _line(axis: Sequence[tuple[Category, CellKey]], additive: bool, sensitive: bool, crossed: bool) -> Line:
    def having(role: str) -> list[CellKey]:
        return [key for category, key in axis if category.role == role]

    # "Other" is the sum of many codes and says nothing sensitive about anybody.
    named = [key for category, key in axis if category.role == "item" and category.least]
    total = having("total")[0]
    return Line(having("item"), having("base"), having("none"), total, named, additive, sensitive, crossed)


def attack(
    release: ProtectedRelease, earlier: Sequence[Earlier] = (), history: History | None = None
) -> Audit:
    """Try every attack on the published figures of `release` and say which succeeded.

    With `earlier` releases, and whom all of them count in `history`, the attacker has those too, and knows in which
    ways persons came and left, but not how many.
    """
    names = Names()
    view = View(release, names)
    tried = dict.fromkeys((code for code, _ in _CHECKS), 0)
    findings: list[Finding] = []
    intervals: dict[CellKey, tuple[float, float]] = {}
    tried[None] = sum(1 for table in release.tables for _ in table.walk())
    known = release.rounding in (ROUNDING, EXACT) and release.hidden_least in (0, THRESHOLD)
    if release.threshold != THRESHOLD or not known:
        view.broken.append(CellKey("", "", ""))
    findings += [Finding(None, key, math.nan, math.nan) for key in view.broken]
    if release.tables and not view.broken:
        if release.rounding == EXACT and not _many(view):
            findings.append(Finding(None, CellKey("", "", ""), math.nan, math.nan))
        try:
            for code, finding in _all_attempts(view, names, earlier, history, intervals):
                tried[code] += 1
                if finding is not None:
                    findings.append(finding)
        except Impossible:
            findings.append(Finding(None, CellKey("", "", ""), math.nan, math.nan))
    failed = {finding.code for finding in findings}
    checks = tuple(
        Check(name, tried[code], code not in failed)
        for code, name in _CHECKS
        if code != "earlier" or history is not None
    )
    return Audit(checks, tuple(findings), intervals)


def _all_attempts(
    view: View,
    names: Names,
    earlier: Sequence[Earlier],
    history: History | None,
    intervals: dict[CellKey, tuple[float, float]],
) -> Iterator[Attempt]:
    if history is None:
        names.complete()
        bounds = [view.bounds.get(number, (0.0, math.inf)) for number in range(len(names.of))]
        prover = Prover(bounds, list(names.rows), {key: {number: 1.0} for key, number in view.index.items()})
    else:
        from shelter_app.anonymise.attack_earlier import Comparison

        comparison = Comparison(view, names, earlier, history)
        prover = comparison.prover
        yield from comparison.attempts()
    prover.look_around([prover.figure(key) for key, cell in view.cells.items() if cell.kind == "small"])
    for table in view.release.tables:
        yield from attempts_on(prover, view.cells, table, intervals)


def _many(view: View) -> bool:
    """Whether the release certainly has as many persons as exact figures ask for."""
    corners = [
        view.bounds[view.index[CellKey(table.id, row.code, column.code)]]
        for table in view.release.tables
        for row, column, _ in table.walk()
        if row.role == column.role == "total" and not table.universe
    ]
    return bool(corners) and corners[0][0] >= EXACT_FROM


class Prover:
    """How far a sum of figures can go; what one attack has shown to be possible is not asked again.

    `of` says of each figure the variables that it is the sum of.
    """

    def __init__(
        self,
        bounds: list[tuple[float, float]],
        rows: Sequence[Row],
        of: Mapping[CellKey, Mapping[int, float]],
    ) -> None:
        self._of, self._bounds = of, bounds
        self.system = System(bounds, rows)
        self.witnesses = Witnesses(len(bounds))

    def extreme(self, *target: tuple[CellKey, float], up: bool, enough: float | None = None) -> float:
        """The extreme of a weighted sum in whole persons; a value that goes as far as `enough` will do."""
        weights: dict[int, float] = {}
        for key, factor in target:
            for variable, part in self._of[key].items():
                weights[variable] = weights.get(variable, 0.0) + factor * part
        if enough is None and up:
            # Nothing in whole persons goes further than the bounds alone, or the linear program, allow.
            most = farthest(self._bounds, weights)
            if most > 0:
                most = self.system.largest(weights).value
            if most <= TOLERANCE:
                return most
        seen = self.witnesses.most_of(weights) if up else self.witnesses.least_of(weights)
        if enough is not None and (seen >= enough if up else seen <= enough):
            return seen
        found = self.system.whole(weights, up=up, enough=enough)
        self.witnesses.add(found.point)
        return found.value

    def look_around(self, figures: Sequence[Mapping[int, float]]) -> None:
        """Find points at which many small figures are nought, or ten, at once: most questions need no more."""
        for up in (False, True):
            left = len(figures) + 1
            while True:
                open_ = [
                    figure
                    for figure in figures
                    if (
                        self.witnesses.most_of(figure) < THRESHOLD - 1
                        if up
                        else self.witnesses.least_of(figure) > 0
                    )
                ]
                if not open_ or len(open_) >= left:
                    break
                left = len(open_)
                weights: dict[int, float] = {}
                for figure in open_:
                    for variable, factor in figure.items():
                        weights[variable] = weights.get(variable, 0.0) + factor
                try:
                    self.witnesses.add(self.system.whole(weights, up=up, gap=_ROUGHLY).point)
                except Impossible:
                    break

    def range_of(self, key: CellKey) -> tuple[float, float]:
        """The interval of a hidden figure, as far as it takes to know that it is wide."""
        figure = self._of[key]
        low, high = self.witnesses.least_of(figure), self.witnesses.most_of(figure)
        if high - low >= _WIDE:
            return low, high
        high = self.extreme((key, 1.0), up=True, enough=low + _WIDE if low < math.inf else None)
        low = min(low, self.witnesses.least_of(figure))
        if high - low < _WIDE:
            low = self.extreme((key, 1.0), up=False, enough=high - _WIDE)
        return low, high

    def figure(self, key: CellKey) -> Mapping[int, float]:
        """The variables that a figure is the sum of."""
        return self._of[key]

    def interval(self, *keys: CellKey, low: float, high: float) -> tuple[float, float]:
        """The interval of a sum of figures, each end only as far as it needs to go."""
        target = [(key, 1.0) for key in keys]
        return self.extreme(*target, up=False, enough=low), self.extreme(*target, up=True, enough=high)


Attempt = tuple[ReasonCode | None, Finding | None]


def attempts_on(
    prover: Prover,
    cells: Mapping[CellKey, Cell],
    table: Table,
    intervals: dict[CellKey, tuple[float, float]] | None = None,
) -> Iterator[Attempt]:
    """Every attack on one table; what is found possible for a figure is noted in `intervals`."""
    intervals = {} if intervals is None else intervals
    for row, column, cell in table.walk():
        key = CellKey(table.id, row.code, column.code)
        if cell.kind == "small":
            low, high = intervals[key] = prover.interval(key, low=0.0, high=THRESHOLD - 1.0)
            yield "not-empty", Finding("not-empty", key, low, high) if low > TOLERANCE else None
            yield "too-few", Finding("too-few", key, low, high) if high < THRESHOLD - 1 - TOLERANCE else None
        elif cell.kind == "hidden":
            low, high = intervals[key] = prover.range_of(key)
            yield "narrow", Finding("narrow", key, low, high) if high - low < _WIDE - TOLERANCE else None
    for line in lines_of(table):
        groups = (line.items + line.none, line.items) if line.base else (line.items + line.none,)
        for group in groups if line.additive else ():
            # With a hidden figure the line hides 11 or more; its small groups together must be safe all the same.
            rest = [key for key in group if cells[key].kind == "small"]
            if len(rest) > 1:
                low, high = prover.interval(*rest, low=0.0, high=THRESHOLD - 1.0)
                safe = (
                    low <= TOLERANCE and high >= THRESHOLD - 1 - TOLERANCE
                ) or low >= THRESHOLD - TOLERANCE
                yield "remainder", None if safe else Finding("remainder", line.total, low, high)
        if line.sensitive:
            yield from _sensitive(line, prover, cells)


def _sensitive(line: Line, prover: Prover, cells: Mapping[CellKey, Cell]) -> Iterator[Attempt]:
    # Of those with a known answer: who is not stated does not count.
    known = [(line.base[0], 1.0)] if line.base else [(line.total, 1.0), *((key, -1.0) for key in line.none)]
    for key in line.named:
        if cells[key].kind == "small":
            continue
        # Ten times the part less nine times the whole: above nought when more than nine in ten are in it.
        target = [(key, _NEARLY[0]), *((one, _NEARLY[1] * factor) for one, factor in known)]
        shown = cells[key].kind == "shown"
        reached = prover.extreme(*target, up=shown, enough=None if shown else 0.0)
        finding = Finding("everybody", key, reached, reached) if reached > TOLERANCE else None
        yield "everybody", finding
    hidden = [key for key in line.named if cells[key].kind == "hidden"]
    if line.crossed and any(cells[key].kind == "small" for key in line.items):
        return  # much in a cross is hidden to protect small figures: the reason stays open
    yield "company", Finding("company", hidden[0], math.nan, math.nan) if len(hidden) == 1 else None
