"""The attacks on a finished summary, from its CSV files and their description alone.

The equations, the solver's model and the order of work are not those of the program that protected the figures: what both
overlook would have to be overlooked twice. The attacker knows the method: see docs/decisions/004-summary-tables.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from shelter_app.exchange.published import Malformed, Mark, PublishedTable, Summary
from shelter_app.exchange.verify_model import Finding
from shelter_app.exchange.verify_names import ANY, NONE, SINGLE, Line, Name, Read, read_table
from shelter_app.exchange.verify_solver import Contradiction, Unknowns
from shelter_i18n import N_

__all__ = ["Attacked", "System", "attack_cells", "attack_summary", "build"]

_SMALL = 10
_NEAR = 1e-6


@dataclass
class System:
    """All figures of one release as unknowns of one system, which other releases may share."""

    unknowns: Unknowns
    rounding: int
    #: What a figure that is left out is at least.
    hidden_least: int
    places: dict[Name, int] = field(default_factory=dict)
    marks: dict[Name, Mark] = field(default_factory=dict)
    where: dict[Name, tuple[PublishedTable, str, str]] = field(default_factory=dict)
    reads: list[tuple[PublishedTable, Read]] = field(default_factory=list)
    broken: list[Finding] = field(default_factory=list)

    def place(self, name: Name, low: float = 0.0, high: float = math.inf) -> int:
        """The unknown of a name, narrowed to these bounds."""
        if name not in self.places:
            self.places[name] = self.unknowns.add(low, high)
        place = self.places[name]
        self.unknowns.low[place] = max(self.unknowns.low[place], low)
        self.unknowns.high[place] = min(self.unknowns.high[place], high)
        return place

    def sum_of(self, *names: Name) -> dict[int, float]:
        """The sum of some figures, as the solver wants it."""
        terms: dict[int, float] = {}
        for name in names:
            terms[self.places[name]] = terms.get(self.places[name], 0.0) + 1.0
        return terms


def build(summary: Summary, unknowns: Unknowns) -> System:
    """The system of one release; what contradicts itself at first sight is kept in `broken`.

    Raises:
        Malformed: a table of a kind that is not known here.
    """
    system = System(
        unknowns,
        int(summary.manifest["protection"]["rounding"]),
        int(summary.release.get("hidden_least", _SMALL + 1)),
    )
    for table in summary.tables:
        read = read_table(table)
        system.reads.append((table, read))
        for row, column, mark in table.walk():
            _figure(system, table, read, (row.code, column.code), mark)
    for _table, read in system.reads:
        for line in read.lines:
            _tie(system, line)
    _widen(system)
    _fold(system)
    return system


def _figure(system: System, table: PublishedTable, read: Read, key: tuple[str, str], mark: Mark) -> None:
    name, least = read.names[key], read.least[key]
    if system.marks.setdefault(name, mark) != mark:
        text = N_("{file}: the figure at {row}, {column} is another one than elsewhere for the same persons.")
        system.broken.append(Finding("attacks", text, table.file, {"row": key[0], "column": key[1]}))
    system.where.setdefault(name, (table, *key))
    floor = float(max(_SMALL + 1, least))
    low, high = floor, math.inf
    if mark.kind == "small":
        low, high = 0.0, float(_SMALL)
    elif mark.number is not None:
        low = max(floor, mark.number - system.rounding // 2)
        high = float(mark.number + (system.rounding - 1) // 2)
    else:
        low = float(max(system.hidden_least, least))
    if low > high or (mark.kind == "small" and least > _SMALL):
        text = N_(
            "{file}: the figure at {row}, {column} contradicts that such a row has at least {least} persons."
        )
        values = {"row": key[0], "column": key[1], "least": least}
        system.broken.append(Finding("attacks", text, table.file, values))
        return
    system.place(name, low, high)


def _tie(system: System, line: Line) -> None:
    """What adds up to what along one line."""
    outside = [line.none] if line.none is not None else []
    whole = line.total
    if line.base is not None:
        _adds_up(system, [line.base, *outside], line.total)
        whole, outside = line.base, []
    if line.additive:
        _adds_up(system, [*line.items, *outside], whole)
        return
    apart = {system.place(name): -1.0 for name in outside}
    covered = system.sum_of(*line.items)
    for place, factor in (
        (system.place(whole), -1.0),
        *((place, -factor) for place, factor in apart.items()),
    ):
        covered[place] = covered.get(place, 0.0) + factor
    system.unknowns.tie(covered, 0.0, math.inf)
    for name in line.items:
        one = {system.place(name): 1.0, system.place(whole): -1.0}
        system.unknowns.tie({**one, **{place: -factor for place, factor in apart.items()}}, -math.inf, 0.0)


def _adds_up(system: System, parts: Iterable[Name], whole: Name) -> None:
    terms = system.sum_of(*parts)
    place = system.places[whole]
    terms[place] = terms.get(place, 0.0) - 1.0
    terms = {place: factor for place, factor in terms.items() if factor}
    if terms:
        system.unknowns.tie(terms, 0.0, 0.0)


def _widen(system: System) -> None:
    """Whoever fulfils more, or narrower, conditions fulfils fewer and wider ones too."""
    blocks: dict[str, set[frozenset[str]]] = {}
    for name in system.places:
        for dimension, codes in name:
            blocks.setdefault(dimension, set()).add(codes)
    for name, place in system.places.items():
        wider: set[Name] = set()
        for part in name:
            rest = name - {part}
            wider.add(rest)
            wider |= {
                rest | {(part[0], codes)}
                for codes in blocks[part[0]]
                if part[1] != NONE and codes not in (part[1], NONE) and (codes == ANY or part[1] < codes)
            }
        for other in wider & system.places.keys():
            system.unknowns.tie({place: 1.0, system.places[other]: -1.0}, -math.inf, 0.0)


def _fold(system: System) -> None:
    """Where one dimension is folded in two ways, both count the same persons: atoms that both consist of."""
    groups: dict[tuple[str, Name], dict[frozenset[str], Name]] = {}
    for name in system.places:
        for part in name:
            if part[0] in SINGLE and part[1] not in (ANY, NONE):
                groups.setdefault((part[0], name - {part}), {})[part[1]] = name
    for members in groups.values():
        atoms: dict[frozenset[Name], int] = {}
        codes = frozenset[str]().union(*members)
        kinds = {code: frozenset(name for block, name in members.items() if code in block) for code in codes}
        if all(len(kind) == 1 for kind in kinds.values()):
            continue
        for kind in sorted(
            set(kinds.values()), key=lambda kind: sorted(system.places[name] for name in kind)
        ):
            atoms[kind] = system.unknowns.add(0.0, math.inf)
        for name in members.values():
            terms = {place: 1.0 for kind, place in atoms.items() if name in kind}
            system.unknowns.tie({**terms, system.places[name]: -1.0}, 0.0, 0.0)


@dataclass(frozen=True)
class Attacked:
    """How many attacks were tried, and which succeeded."""

    tried: int
    findings: tuple[Finding, ...]


def attack_summary(summary: Summary) -> Attacked:
    """Try to work out what one release hides."""
    try:
        system = build(summary, Unknowns())
    except Malformed as error:
        text = N_(
            '{file}: the table "{what}" is not one that this version knows, or is not laid out as it must be.'
        )
        return Attacked(0, (Finding("form", text, error.file, {"what": error.what}),))
    if system.broken or not system.reads:
        return Attacked(len(system.marks), tuple(system.broken))
    attempts: list[Finding | None] = []
    try:
        attempts += attack_cells(system)
        for _table, read in system.reads:
            for line in read.lines:
                attempts += _line(system, line)
    except Contradiction:
        attempts.append(
            Finding("attacks", N_("No numbers of persons fit all the figures of this release."), "")
        )
    return Attacked(len(attempts), tuple(finding for finding in attempts if finding))


def attack_cells(system: System) -> Iterator[Finding | None]:
    """Every figure that is not shown, alone."""
    not_empty = N_(
        "{file}: the other figures prove that {row}, {column} is not empty, though it is shown as <11."
    )
    few = N_("{file}: the other figures prove that {row}, {column} has fewer than ten persons.")
    narrow = N_("{file}: the other figures tell the hidden figure at {row}, {column} too exactly.")
    for name, mark in system.marks.items():
        one = system.sum_of(name)
        if mark.kind == "small":
            low, high = system.unknowns.least(one, 0.0), system.unknowns.most(one, _SMALL)
            yield _finding(system, name, not_empty) if low > _NEAR else None
            yield _finding(system, name, few) if high < _SMALL - _NEAR else None
        elif mark.kind == "hidden":
            low = system.unknowns.least(one)
            high = system.unknowns.most(one, low + 10)
            yield _finding(system, name, narrow) if high - low < 10 - _NEAR else None


def _finding(system: System, name: Name, text: str) -> Finding:
    table, row, column = system.where[name]
    return Finding("attacks", text, table.file, {"row": row, "column": column})


def _line(system: System, line: Line) -> Iterator[Finding | None]:
    """The small figures of a line together, and what nearly everybody of a sensitive line has in common."""
    outside = [line.none] if line.none is not None else []
    groups = [[*line.items, *outside]] + ([list(line.items)] if line.base is not None else [])
    for group in groups if line.additive else ():
        small = [name for name in group if system.marks[name].kind == "small"]
        if len(small) > 1:
            both = system.sum_of(*small)
            low, high = system.unknowns.least(both, 0.0), system.unknowns.most(both, _SMALL)
            free = low <= _NEAR and high >= _SMALL - _NEAR
            text = N_(
                "{file}: the other figures tell how few persons are hidden in the line of {row}, {column}."
            )
            yield None if free or low > _SMALL + 1 - _NEAR else _finding(system, line.total, text)
    if line.sensitive:
        yield from _everybody(system, line)


def _everybody(system: System, line: Line) -> Iterator[Finding | None]:
    text = N_("{file}: the figure at {row}, {column} shows something sensitive about nearly every person.")
    whole = {system.places[line.base if line.base is not None else line.total]: -9.0}
    if line.base is None and line.none is not None:
        whole[system.places[line.none]] = 9.0
    for name in line.named:
        kind = system.marks[name].kind
        if kind == "small":
            continue
        share = dict(whole)
        share[system.places[name]] = share.get(system.places[name], 0.0) + 10.0
        reached = system.unknowns.most(share) if kind == "shown" else system.unknowns.least(share, 0.0)
        undecided = kind == "shown" and reached == -math.inf
        yield _finding(system, name, text) if reached > _NEAR or undecided else None
    hidden = [name for name in line.named if system.marks[name].kind == "hidden"]
    if line.crossed and any(system.marks[name].kind == "small" for name in line.items):
        return
    alone = N_(
        "{file}: {row}, {column} is the only hidden figure of a sensitive line, and so it is clear why."
    )
    yield _finding(system, hidden[0], alone) if len(hidden) == 1 else None
