"""What the figures of a period and the extract of the same period tell together.

Each is safe alone. Put side by side, a row of the extract counts in some cell of a table for certain and cannot count in
others; so the extract narrows what a hidden or small figure can be. Here the attack of `attack` is run once more on the
published tables with what the extract adds, and what becomes possible only so is reported.

The attacker knows that everybody in the extract stands in the tables as newly registered, that others may stand in the
tables too (continuing cases, and who was not taken into the extract), and how both were made.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from shelter_app.anonymise import regions
from shelter_app.anonymise.attack import Names, Prover, View, attempts_on
from shelter_app.anonymise.axes import NONE, OTHER
from shelter_app.anonymise.extract import Extract
from shelter_app.anonymise.extract_columns import (
    COLUMNS,
    DURATIONS,
    GENDERS,
    OWN_COLUMNS,
    age_hierarchy,
    country_hierarchy,
)
from shelter_app.anonymise.lp import Impossible, Row
from shelter_app.anonymise.naming import sides_of
from shelter_app.anonymise.release import Category, CellKey, Folded, ProtectedRelease, ReasonCode, Table
from shelter_app.domain.codelists import code_list
from shelter_app.domain.countries import alpha3_codes

__all__ = ["JointFinding", "joint_findings"]

#: Beside the codes of `attack`: no figures at all fit both; the release has a table that nobody has compared with an
#: extract yet.
JointCode = ReasonCode | Literal["contradicts", "unknown-table"]

#: Tables about what no extract tells.
_UNTOUCHED = ("services", "return_stage", "return_outcome", "service_states", "follow_up")
#: Dimensions with several answers a person, and the list that says which flag of the extract an answer sets.
_FLAGS = {
    "exploitation_type": "exploitation_types",
    "means_of_control": "means_of_control",
    "recruiter_relation": "recruiter_relation",
}
_COUNTRIES = {"citizenship": "citizenship", "exploitation_country": "CountryOfExploitation"}
_YEAR = "yearOfRegistration"

Told = Mapping[str, str]
#: Different rows of the extract, each with how often it occurs.
Named = Sequence[tuple[Told, int]]
Lines = frozenset[str]


@dataclass(frozen=True, slots=True)
class JointFinding:
    """Something that tables and extract tell together and neither tells alone.

    `columns` are those of the extract that it rests on: emptied in more rows, or everywhere, they tell less.
    """

    code: JointCode
    key: CellKey
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a table, and what a row of the extract says about it.

    Attributes:
        sets: sets of lines, of each of which the person stands in at least one; none where nothing is known.
        once: nobody stands in two lines.
        columns: the columns of the extract that each line rests on; those of "" are the columns of all lines.
    """

    sets: Callable[[Told], list[Lines]]
    once: bool
    columns: Mapping[str, tuple[str, ...]]

    def columns_of(self, line: str) -> tuple[str, ...]:
        return self.columns.get(line) or self.columns.get("", ())


@dataclass(slots=True)
class _Board:
    """The published figures as variables, their equations, and what the extract adds to them."""

    view: View
    bounds: list[tuple[float, float]]
    rows: list[Row]
    sides: dict[str, tuple[_Side, _Side]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def new(self) -> int:
        self.bounds.append((0.0, math.inf))
        return len(self.bounds) - 1

    def at_least(self, keys: Iterable[CellKey], count: int) -> None:
        """So many persons at least stand in some of these cells."""
        if count:
            variables = dict.fromkeys(self.view.index[key] for key in keys)
            self.rows.append(Row(tuple((one, 1.0) for one in variables), float(count), math.inf))

    def columns_of(self, key: CellKey) -> tuple[str, ...]:
        """The columns of the extract that a cell rests on."""
        if key.table not in self.sides:
            return ()
        down, across = self.sides[key.table]
        return tuple(dict.fromkeys((*down.columns_of(key.row), *across.columns_of(key.column))))


def joint_findings(extract: Extract, release: ProtectedRelease) -> tuple[JointFinding, ...]:
    """Everything that breaks a rule of the tables only because the extract is there too; empty when they may both go."""
    known = tuple(table for table in release.tables if _is_known(table))
    found = [
        JointFinding("unknown-table", CellKey(table.id, "", ""))
        for table in release.tables
        if table not in known
    ]
    release = replace(release, tables=known)
    both = _figures(release)
    if both.view.broken:
        return (*found, *(JointFinding("unknown-table", key) for key in both.view.broken))
    named = _named(extract)
    for table in known:
        _add_extract(both, table, named)
    try:
        broken = list(_broken(release, both))
    except Impossible:
        return (*found, JointFinding("contradicts", CellKey("", "", "")))
    if broken:
        before = set(_broken(release, _figures(release)))
        found += [
            JointFinding(code, key, both.columns_of(key)) for code, key in broken if (code, key) not in before
        ]
    return tuple(found)


def _is_known(table: Table) -> bool:
    if table.id in _UNTOUCHED:
        return True
    try:
        sides_of(table)
    except KeyError:
        return False
    return True


def _named(extract: Extract) -> Named:
    """Every different row by the names of its columns, and how often it occurs."""
    names = (*COLUMNS, *OWN_COLUMNS.values())
    rows = [(dict(zip(names, row, strict=True)), count) for row, count in Counter(extract.rows()).items()]
    if all(row[_YEAR] for row, _ in rows):
        # A year that every row has says nothing of anybody, the blank ones included.
        return [({**row, _YEAR: ""}, count) for row, count in rows]
    return rows


def _figures(release: ProtectedRelease) -> _Board:
    """The published tables: what every figure can be by itself, and what holds between them."""
    names = Names()
    view = View(release, names)
    names.complete()
    bounds = [view.bounds.get(number, (0.0, math.inf)) for number in range(len(names.of))]
    return _Board(view, bounds, list(names.rows))


def _broken(release: ProtectedRelease, board: _Board) -> Iterator[tuple[ReasonCode, CellKey]]:
    """The rules of the tables that somebody can break who solves these equations."""
    prover = Prover(
        board.bounds, board.rows, {key: {number: 1.0} for key, number in board.view.index.items()}
    )
    for table in release.tables:
        for code, finding in attempts_on(prover, board.view.cells, table):
            if finding is not None and code is not None:
                yield code, finding.key


def _add_extract(board: _Board, table: Table, rows: Named) -> None:
    """What the rows of the extract say about the cells of a table."""
    if table.id in _UNTOUCHED:
        return
    first, second = sides_of(table)
    folds = (table.folded, table.columns_folded)
    if (first, second) == ("sex", "age"):
        folds = ((), table.folded)
    down = _side(first, table.rows, folds[0])
    across = _side(second, table.columns, folds[1])
    if down is None or across is None:
        return
    board.sides[table.id] = down, across
    _all_stated(board, table.rows, rows, down, across, lambda row, column: CellKey(table.id, row, column))
    _all_stated(board, table.columns, rows, across, down, lambda column, row: CellKey(table.id, row, column))
    groups: Counter[frozenset[frozenset[CellKey]]] = Counter()
    for row, count in rows:
        where = frozenset(
            frozenset(CellKey(table.id, line, column) for line in lines for column in columns)
            for lines in down.sets(row)
            for columns in across.sets(row)
        )
        if where:
            groups[where] += count
    if all(len(where) == 1 for where in groups):
        _share_out(board, {next(iter(where)): count for where, count in groups.items()})
        return
    for wanted in {cells for where in groups for cells in where}:
        inside = [count for where, count in groups.items() if any(cells <= wanted for cells in where)]
        board.at_least(wanted, sum(inside))


def _share_out(board: _Board, groups: Mapping[frozenset[CellKey], int]) -> None:
    """Of those who may stand in several cells, so many stand in each; all others of the table come on top."""
    shares: dict[CellKey, list[int]] = {}
    for where, count in groups.items():
        parts = {key: board.new() for key in where}
        board.rows.append(Row(tuple((part, 1.0) for part in parts.values()), float(count), float(count)))
        for key, part in parts.items():
            shares.setdefault(key, []).append(part)
    for key, mine in shares.items():
        terms = ((board.view.index[key], 1.0), *((part, -1.0) for part in mine))
        board.rows.append(Row(terms, 0.0, math.inf))


def _all_stated(
    board: _Board,
    lines: Sequence[Category],
    rows: Named,
    side: _Side,
    other: _Side,
    key: Callable[[str, str], CellKey],
) -> None:
    """Whoever has any answer of a dimension with several is not among those who have none."""
    if side.once or not other.once:
        return
    by_role = {line.role: line.code for line in lines}
    counted: Counter[Lines] = Counter()
    for row, count in rows:
        if side.sets(row):
            counted.update(dict.fromkeys(other.sets(row), count))
    for columns in counted:
        terms: dict[int, float] = {}
        for column in columns:
            if "base" in by_role:
                parts = [(by_role["base"], 1.0)]
            else:
                parts = [
                    (by_role["total"], 1.0),
                    *((by_role[role], -1.0) for role in ("none",) if role in by_role),
                ]
            for line, factor in parts:
                number = board.view.index[key(line, column)]
                terms[number] = terms.get(number, 0.0) + factor
        count = sum(n for places, n in counted.items() if places <= columns)
        board.rows.append(
            Row(tuple((n, factor) for n, factor in terms.items() if factor), float(count), math.inf)
        )


# Where a row of the extract counts -------------------------------------------------------------------------


def _side(dimension: str, lines: Sequence[Category], folded: Sequence[Folded]) -> _Side | None:
    """What an extract says about a side of a table; None where it says nothing."""
    codes = frozenset(line.code for line in lines if line.role in {"item", "none"})
    into = {item.code: item.into for item in folded}

    def one(places: Callable[[Told], Lines], *columns: str) -> _Side:
        return _Side(lambda row: [places(row)], True, {"": columns})

    if not dimension:
        return one(lambda _row: frozenset({lines[0].code}))
    if dimension in _FLAGS:
        return _flag_side(dimension, codes, into)
    if dimension in _COUNTRIES:
        column = _COUNTRIES[dimension]
        places = partial(_countries, column=column, lines=codes, into=into)
        if dimension == "citizenship":
            return one(places, column)
        # Who may stand in no line may as well stand in several.
        return _Side(
            lambda row: [found] if NONE not in (found := places(row)) else [], False, {"": (column,)}
        )
    match dimension:
        case "registration":
            return one(lambda _row: frozenset({"new"}))
        case "sex":
            return one(partial(_sexes, lines=codes), "gender")
        case "age":
            return one(partial(_ages, lines=codes, into=into), "ageBroad")
        case "duration":
            return one(partial(_durations, lines=codes, into=into), "traffickMonths")
    return None


def _sexes(row: Told, lines: Lines) -> Lines:
    if row["gender"]:
        return frozenset(sex for sex, gender in GENDERS.items() if gender == row["gender"])
    if any(
        row[column]
        for column in (_YEAR, "ageBroad", "citizenship", "CountryOfExploitation", *OWN_COLUMNS.values())
    ):
        # Gender is never emptied alone, so it is not known of this person.
        return frozenset({NONE if NONE in lines else OTHER})
    return lines


def _ages(row: Told, lines: Lines, into: Mapping[str, str]) -> Lines:
    value = row["ageBroad"] or row["x_ageGroup"]
    if not value:
        return lines
    return frozenset(into.get(band, band) for band in age_hierarchy().leaves_under(value))


def _durations(row: Told, lines: Lines, into: Mapping[str, str]) -> Lines:
    value = row["traffickMonths"]
    if value not in DURATIONS:
        return lines
    (band,) = (entry.code for entry in code_list("duration_bands").entries if entry.ctdc == value)
    return frozenset({into.get(band, band)})


def _countries(row: Told, column: str, lines: Lines, into: Mapping[str, str]) -> Lines:
    value = row[column] or row[OWN_COLUMNS[column]]
    if not value:
        return lines
    alpha2 = alpha3_codes()
    found = {alpha2[three] for three in country_hierarchy().leaves_under(value)}
    return frozenset(code if code in lines else into.get(code, regions.OTHER) for code in found)


def _flag_side(dimension: str, lines: Lines, into: Mapping[str, str]) -> _Side:
    """Each flag of the extract says that some of its codes apply."""
    of_flag: dict[str, set[str]] = {}
    for entry in code_list(_FLAGS[dimension]).entries:
        if entry.ctdc:
            line = entry.code if entry.code in lines else into.get(entry.code, OTHER)
            of_flag.setdefault(entry.ctdc, set()).add(line)
    sets = {flag: frozenset(found) for flag, found in of_flag.items()}
    columns = {line: tuple(flag for flag, found in sets.items() if line in found) for line in lines}
    return _Side(
        lambda row: [found for flag, found in sets.items() if row[flag]], False, columns | {"": tuple(sets)}
    )
