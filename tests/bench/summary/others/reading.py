"""What finished releases say, read as a stranger would: unknown numbers of persons, and what must hold between them.

Nothing of the program is imported, and nothing but the text of the release is known here. A figure gets the set of
conditions that its persons fulfil as its name; figures of one name are one unknown, in whatever tables they stand.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

ANY, NONE = ("*",), ("-",)
Name = frozenset  # of (dimension, codes)
SINGLE = {"registration", "sex", "age", "citizenship", "duration", "return_stage", "return_outcome"}
RETURNS = {"return_stage", "return_outcome", "returns"}
SENSITIVE = {"exploitation_type", "means_of_control", "recruiter_relation", "return_outcome"}


@dataclass
class Line:
    """One row or column of a table: names by role, with how each is published."""

    table: str
    items: list[tuple[Name, str, bool]]
    none: list[tuple[Name, str]]
    base: Name | None
    total: Name
    additive: bool
    sensitive: bool


@dataclass
class Reading:
    """Unknowns with their bounds, rows between them, and the figures that stand for something hidden."""

    threshold: int = 11
    bounds: dict[Name, tuple[float, float]] = field(default_factory=dict)
    kinds: dict[Name, str] = field(default_factory=dict)
    where: dict[Name, tuple[str, str, str]] = field(default_factory=dict)
    rows: dict[tuple[tuple[tuple[Name, float], ...], float, float], None] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    contradictions: int = 0

    def figure(self, name: Name, kind: str, low: float, high: float, where: tuple[str, str, str]) -> None:
        """A figure as it stands in a table."""
        was = self.bounds.get(name, (0.0, math.inf))
        self.bounds[name] = max(low, was[0]), min(high, was[1])
        self.contradictions += self.kinds.setdefault(name, kind) != kind
        self.contradictions += self.bounds[name][0] > self.bounds[name][1]
        self.where.setdefault(name, where)

    def add(self, terms: Iterable[tuple[Name, float]], low: float = 0.0, high: float = 0.0) -> None:
        """A row: low <= sum <= high."""
        self.rows[tuple(terms), low, high] = None

    def at_most(self, small: Name, large: Name) -> None:
        """Whoever is counted in the one is counted in the other."""
        self.add(((small, 1.0), (large, -1.0)), -math.inf, 0.0)

    def tie(self, line: Line) -> None:
        """What holds along a row or column."""
        self.lines.append(line)
        whole, none = line.total, [name for name, _ in line.none]
        if line.base is not None:
            self.add([(line.base, 1.0), *((name, 1.0) for name in none), (whole, -1.0)])
            whole, none = line.base, []
        parts = [name for name, _, _ in line.items] + none
        if line.additive:
            self.add([*((name, 1.0) for name in parts), (whole, -1.0)])
            return
        self.add([*((name, 1.0) for name in parts), (whole, -1.0)], 0.0, math.inf)
        for name, _, _ in line.items:
            self.add([(name, 1.0), *((each, 1.0) for each in none), (whole, -1.0)], -math.inf, 0.0)

    def complete(self) -> None:
        """What holds between figures of different tables: narrower conditions, and other foldings of the same codes."""
        for name in list(self.bounds):
            for condition in name:
                rest = name - {condition}
                wider = [rest] if condition[1] == NONE else [rest, rest | {(condition[0], ANY)}]
                for each in wider:
                    if each != name and each in self.bounds and not condition[0].endswith("_state"):
                        self.at_most(name, each)
        groups: dict[tuple[str, Name], list[Name]] = {}
        for name in self.bounds:
            for condition in name:
                if condition[1] not in (ANY, NONE):
                    groups.setdefault((condition[0], name - {condition}), []).append(name)
        for (dimension, rest), names in groups.items():
            self._foldings(dimension, rest, names)

    def _foldings(self, dimension: str, rest: Name, names: list[Name]) -> None:
        codes = {name: set(dict(name)[dimension]) for name in names}
        pieces: dict[frozenset[Name], set[str]] = {}
        for code in set().union(*codes.values()):
            pieces.setdefault(frozenset(name for name in names if code in codes[name]), set()).add(code)
        if all(len(each) == 1 for each in pieces):
            return
        part = {within: rest | {(dimension, tuple(sorted(which)))} for within, which in pieces.items()}
        for name in part.values():
            self.bounds.setdefault(name, (0.0, math.inf))
        for name in names:
            own = [piece for within, piece in part.items() if name in within]
            if own == [name]:
                continue
            if dimension in SINGLE:
                self.add([*((piece, 1.0) for piece in own), (name, -1.0)])
            else:
                self.add([*((piece, 1.0) for piece in own), (name, -1.0)], 0.0, math.inf)
                for piece in own:
                    self.at_most(piece, name)


def read_release(body: dict[str, Any]) -> Reading:
    """The unknowns and rows of a release."""
    found = Reading(threshold=body["threshold"])
    for table in body["tables"]:
        names = [[_name(table, row, column) for column in table["columns"]] for row in table["rows"]]
        for row, line, cells in zip(table["rows"], names, table["cells"], strict=True):
            for column, name, cell in zip(table["columns"], line, cells, strict=True):
                low, high = _bounds(cell, row, column, body)
                kind = "shown" if isinstance(cell, int) else "small" if cell == "<11" else "hidden"
                found.figure(name, kind, low, high, (table["id"], row["code"], column["code"]))
        for line in _lines(table, names, found):
            found.tie(line)
    found.complete()
    return found


def _bounds(
    cell: Any, row: dict[str, Any], column: dict[str, Any], body: dict[str, Any]
) -> tuple[float, float]:
    promised = max(
        row["least"] if column["role"] == "total" else 0, column["least"] if row["role"] == "total" else 0
    )
    if cell == "<11":
        return 0.0, body["threshold"] - 1.0
    if not isinstance(cell, int):
        return float(max(body.get("hidden_least", 11), promised)), math.inf
    step = body["rounding"]
    floor = max(body["threshold"], promised)
    return float(max(floor, cell - step // 2)), float(max(floor, cell + (step - 1) // 2))


def _lines(table: dict[str, Any], names: list[list[Name]], found: Reading) -> Iterator[Line]:
    rows, columns = table["rows"], table["columns"]
    for at in range(len(columns)):
        axis = [(row, line[at]) for row, line in zip(rows, names, strict=True)]
        yield _line(table["id"], axis, table["additive"], table["sensitive"], found)
    if len(columns) > 1:
        for line in names:
            axis = list(zip(columns, line, strict=True))
            yield _line(
                table["id"],
                axis,
                table.get("columns_additive", True),
                table.get("columns_sensitive", False),
                found,
            )


def _line(
    table: str, axis: list[tuple[dict[str, Any], Name]], additive: bool, sensitive: bool, found: Reading
) -> Line:
    def having(role: str) -> list[Name]:
        return [name for line, name in axis if line["role"] == role]

    items = [(name, found.kinds[name], bool(line["least"])) for line, name in axis if line["role"] == "item"]
    none = [(name, found.kinds[name]) for name in having("none")]
    base = having("base")
    return Line(table, items, none, base[0] if base else None, having("total")[0], additive, sensitive)


def _name(table: dict[str, Any], row: dict[str, Any], column: dict[str, Any]) -> Name:
    if table["id"] in ("service_states", "follow_up"):
        return _state_name(table, row, column)
    down, _, across = table["id"].partition("_by_")
    down = {"persons": "registration", "sex_age": "sex"}.get(down, down)
    folds, column_folds = table["folded"], table.get("columns_folded", [])
    if table["id"] == "sex_age":
        across, folds, column_folds = "age", [], table["folded"]
    name = _side(down, table["rows"], row, folds) | (
        _side(across, table["columns"], column, column_folds) if len(table["columns"]) > 1 else frozenset()
    )
    universe = table.get("universe", "")
    if universe == "returns" and not any(dimension in RETURNS for dimension, _ in name):
        return name | {("returns", ANY)}
    return name


def _side(dimension: str, axis: list[dict[str, Any]], line: dict[str, Any], folds: list[list[str]]) -> Name:
    group = "returns" if dimension in RETURNS else dimension
    match line["role"]:
        case "base":
            return frozenset({(group, ANY)})
        case "none":
            return frozenset({(group, NONE)})
        case "total":
            return frozenset()
    if dimension == "sex" and line["code"] == "other" and not any(each["role"] == "none" for each in axis):
        return frozenset({(dimension, ("other", "unknown"))})
    return frozenset({(dimension, _codes(line["code"], folds))})


def _codes(code: str, folds: list[list[str]]) -> tuple[str, ...]:
    below = {each for each, into in folds if into == code}
    return tuple(sorted(below | {code} if code == "other" or not below else below))


def _state_name(table: dict[str, Any], row: dict[str, Any], column: dict[str, Any]) -> Name:
    group = "service" if table["id"] == "service_states" else "follow_up"
    kinds = ANY if row["role"] == "total" else _codes(row["code"], table["folded"])
    if group == "service" and column["code"] == "given":
        return frozenset({("services", kinds)})
    if column["role"] == "total":
        return frozenset({(group, kinds)})
    return frozenset({(group, kinds), (f"{group}_state", (column["code"],))})
