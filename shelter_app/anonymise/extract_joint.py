"""What the figures of a period and the extract of the same period tell together.

Each is safe alone. Put side by side, a row of the extract counts in some cell of a table for certain and cannot count in
others; so the extract narrows what a hidden or small figure can be. Here the attack of `attack` is run once more on the
published tables with what the extract adds, with other equations, and what becomes possible only so is reported.

The attacker knows that everybody in the extract stands in the tables as newly registered, that others may stand in the
tables too (continuing cases, and who was not taken into the extract), and how both were made.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from shelter_app.anonymise import regions
from shelter_app.anonymise.extract import Extract
from shelter_app.anonymise.extract_columns import (
    COLUMNS,
    GENDERS,
    OWN_COLUMNS,
    age_hierarchy,
    country_hierarchy,
)
from shelter_app.anonymise.lp import TOLERANCE, Impossible, Row, System
from shelter_app.anonymise.release import CellKey, ProtectedRelease, Table
from shelter_app.domain.codelists import code_list
from shelter_app.domain.countries import alpha3_codes

__all__ = ["JointFinding", "joint_findings"]

#: The codes of `attack`, and: contradicts, no figures at all fit both; unknown-table, the release has a table that
#: nobody has compared with an extract yet.
JointCode = Literal[
    "not-empty", "too-few", "narrow", "remainder", "everybody", "contradicts", "unknown-table"
]

_SMALL_MOST, _WIDTH = 10, 10
#: Nearly everybody, as `attack` has it: ten parts less nine wholes.
_NEARLY = (10.0, -9.0)
#: Tables about what no extract tells.
_UNTOUCHED = ("services", "return_stage", "return_outcome")
_FLAG_TABLES = {"exploitation_type": "exploitation_types", "means_of_control": "means_of_control"}
_NOT_STATED, _OTHER = "not-stated", "other"
_YEAR = "yearOfRegistration"

#: Different rows of the extract, each with how often it occurs.
Named = Sequence[tuple[Mapping[str, str], int]]
#: The lines of an axis in which a row of the extract may count.
Places = Callable[[Mapping[str, str]], frozenset[str]]


@dataclass(frozen=True, slots=True)
class JointFinding:
    """Something that tables and extract tell together and neither tells alone.

    `columns` are those of the extract that it rests on: emptied in more rows, or everywhere, they tell less.
    """

    code: JointCode
    key: CellKey
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class _Board:
    """The published figures as variables, their equations, and what the extract adds to them."""

    bounds: list[tuple[float, float]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    index: dict[CellKey, int] = field(default_factory=dict)
    #: Columns of the extract by table and row; the row is "" where they are those of all rows.
    columns: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def new(self, low: float = 0.0, high: float = math.inf) -> int:
        self.bounds.append((low, high))
        return len(self.bounds) - 1


def joint_findings(extract: Extract, release: ProtectedRelease) -> tuple[JointFinding, ...]:
    """Everything that breaks a rule of the tables only because the extract is there too; empty when they may both go."""
    alone, both = _figures(release), _figures(release)
    named = _named(extract)
    for table in release.tables:
        _add_extract(both, table, named)
    found = [JointFinding("unknown-table", CellKey(name, "", "")) for name in both.unknown]
    try:
        broken = list(_broken(release, both))
    except Impossible:
        return (*found, JointFinding("contradicts", CellKey("", "", "")))
    if broken:
        before = set(_broken(release, alone))
        found += [
            JointFinding(
                code, key, both.columns.get((key.table, key.row)) or both.columns.get((key.table, ""), ())
            )
            for code, key in broken
            if (code, key) not in before
        ]
    return tuple(found)


def _named(extract: Extract) -> Named:
    """Every different row by the names of its columns, and how often it occurs."""
    names = (*COLUMNS, *OWN_COLUMNS.values())
    rows = [(dict(zip(names, row, strict=True)), count) for row, count in Counter(extract.rows()).items()]
    if all(row[_YEAR] for row, _ in rows):
        # A year that every row has says nothing of anybody, the blank ones included.
        return [({**row, _YEAR: ""}, count) for row, count in rows]
    return rows


def _figures(release: ProtectedRelease) -> _Board:
    """The published tables: what every figure can be by itself, and how lines add up."""
    board, shared = _Board(), dict[str, int]()
    half = release.rounding / 2
    for table in release.tables:
        for row, column, cell in table.walk():
            least = max(
                row.least if column.role == "total" else 0, column.least if row.role == "total" else 0
            )
            if cell.kind == "small":
                low, high = 0.0, float(_SMALL_MOST)
            elif cell.value is None:
                low, high = max(_SMALL_MOST + 1, least), math.inf
            elif release.rounding > 1:
                low, high = max(_SMALL_MOST + 1, least, cell.value - half), cell.value + half - 1
            else:
                low = high = float(cell.value)
            name = ""
            if column.role == "total" and row.role in {"total", "base"}:
                name = "all" if row.role == "total" else f"base {table.base}"
            variable = shared.get(name) if name else None
            if variable is None:
                variable = board.new(low, high)
                if name:
                    shared[name] = variable
            board.index[CellKey(table.id, row.code, column.code)] = variable
        _add_up(board, table)
    return board


def _lines(table: Table) -> Iterator[dict[str, list[CellKey]]]:
    """Every line of a table, its cells by role."""
    for column in table.columns:
        yield _by_role((row.role, CellKey(table.id, row.code, column.code)) for row in table.rows)
    for row in table.rows if len(table.columns) > 1 else ():
        yield _by_role((column.role, CellKey(table.id, row.code, column.code)) for column in table.columns)


def _by_role(cells: Iterable[tuple[str, CellKey]]) -> dict[str, list[CellKey]]:
    found: dict[str, list[CellKey]] = {"item": [], "none": [], "base": [], "total": []}
    for role, key in cells:
        found[role].append(key)
    return found


def _add_up(board: _Board, table: Table) -> None:
    def of(keys: Iterable[CellKey], factor: float = 1.0) -> tuple[tuple[int, float], ...]:
        return tuple((board.index[key], factor) for key in keys)

    for line in _lines(table):
        if not line["base"]:
            board.rows.append(Row((*of(line["item"] + line["none"]), *of(line["total"], -1.0))))
            continue
        board.rows.append(Row((*of(line["base"] + line["none"]), *of(line["total"], -1.0))))
        if table.additive:
            board.rows.append(Row((*of(line["item"]), *of(line["base"], -1.0))))
            continue
        board.rows.append(Row((*of(line["item"]), *of(line["base"], -1.0)), 0.0, math.inf))
        for key in line["item"]:
            board.rows.append(Row((*of([key]), *of(line["base"], -1.0)), -math.inf, 0.0))


def _add_extract(board: _Board, table: Table, rows: Named) -> None:
    """What the rows of the extract say about the cells of a table."""
    if table.id in _UNTOUCHED:
        return
    if table.id in _FLAG_TABLES:
        _add_flags(board, table, rows)
        return
    axes = _axes(table)
    if axes is None:
        board.unknown.append(table.id)
        return
    columns, row_places, column_places = axes
    board.columns[table.id, ""] = columns
    several = not table.additive
    groups: Counter[frozenset[CellKey]] = Counter()
    for row, count in rows:
        where = frozenset(
            CellKey(table.id, line, column) for line in row_places(row) for column in column_places(row)
        )
        if several and any(key.row == _NOT_STATED for key in where):
            continue  # the person may stand in no line, or in any number
        groups[where] += count
    # Of those who may stand in several cells, so many stand in each; all others of the table come on top.
    shares: dict[CellKey, list[int]] = {}
    for where, count in groups.items():
        parts = {key: board.new() for key in where}
        board.rows.append(Row(tuple((part, 1.0) for part in parts.values()), float(count), float(count)))
        for key, part in parts.items():
            shares.setdefault(key, []).append(part)
    for key, mine in shares.items():
        board.rows.append(Row(((board.index[key], 1.0), *((part, -1.0) for part in mine)), 0.0, math.inf))
    if several:
        _at_least(
            board,
            [CellKey(table.id, row.code, table.columns[0].code) for row in table.rows if row.role == "base"],
            groups.total(),
        )


def _at_least(board: _Board, keys: Iterable[CellKey], count: int) -> None:
    terms = tuple((variable, 1.0) for variable in dict.fromkeys(board.index[key] for key in keys))
    board.rows.append(Row(terms, float(count), math.inf))


def _axes(table: Table) -> tuple[tuple[str, ...], Places, Places] | None:
    """The columns of the extract that a table counts by, and where a row counts in its rows and columns."""
    rows = frozenset(category.code for category in table.rows if category.role in {"item", "none"})
    columns = frozenset(category.code for category in table.columns if category.role in {"item", "none"})
    into = {item.code: item.into for item in table.folded}
    all_columns = table.columns[0].code

    def one_column(_row: Mapping[str, str]) -> frozenset[str]:
        return frozenset({all_columns})

    def of_country(column: str) -> Places:
        return lambda row: _countries(row, column, rows, into)

    match table.id:
        case "persons":
            return (), lambda _row: frozenset({"new"}), one_column
        case "sex_age":
            if len(table.columns) == 1:
                return ("gender",), lambda row: _sexes(row, rows), one_column
            return (
                ("gender", "ageBroad"),
                lambda row: _sexes(row, rows),
                lambda row: _ages(row, columns, into),
            )
        case "citizenship":
            return ("citizenship",), of_country("citizenship"), one_column
        case "exploitation_country":
            return ("CountryOfExploitation",), of_country("CountryOfExploitation"), one_column
    return None


def _sexes(row: Mapping[str, str], lines: frozenset[str]) -> frozenset[str]:
    if row["gender"]:
        return frozenset(sex for sex, gender in GENDERS.items() if gender == row["gender"])
    if any(
        row[column]
        for column in (
            "yearOfRegistration",
            "ageBroad",
            "citizenship",
            "CountryOfExploitation",
            *OWN_COLUMNS.values(),
        )
    ):
        # Gender is never emptied alone, so it is not known of this person.
        return frozenset({_NOT_STATED if _NOT_STATED in lines else _OTHER})
    return lines


def _ages(row: Mapping[str, str], lines: frozenset[str], into: Mapping[str, str]) -> frozenset[str]:
    value = row["ageBroad"] or row["x_ageGroup"]
    if not value:
        return lines
    return frozenset(into.get(band, band) for band in age_hierarchy().leaves_under(value))


def _countries(
    row: Mapping[str, str], column: str, lines: frozenset[str], into: Mapping[str, str]
) -> frozenset[str]:
    value = row[column] or row[OWN_COLUMNS[column]]
    if not value:
        return lines
    alpha2 = alpha3_codes()
    found = {alpha2[three] for three in country_hierarchy().leaves_under(value)}
    return frozenset(code if code in lines else into.get(code, regions.OTHER) for code in found)


def _add_flags(board: _Board, table: Table, rows: Named) -> None:
    """Tables of several answers a person: each flag of the extract says that some of its codes apply."""
    into = {item.code: item.into for item in table.folded}
    lines = {category.code for category in table.rows if category.role == "item"}
    column = table.columns[0].code
    of_flag: dict[str, set[CellKey]] = {}
    for entry in code_list(_FLAG_TABLES[table.id]).entries:
        if entry.ctdc:
            line = entry.code if entry.code in lines else into.get(entry.code, _OTHER)
            of_flag.setdefault(entry.ctdc, set()).add(CellKey(table.id, line, column))
    for line in lines:
        mine = [flag for flag, keys in of_flag.items() if CellKey(table.id, line, column) in keys]
        board.columns[table.id, line] = tuple(mine)
    for keys in of_flag.values():
        inside = [flag for flag, mine in of_flag.items() if mine <= keys]
        _at_least(board, keys, sum(count for row, count in rows if any(row[flag] for flag in inside)))
    base = [CellKey(table.id, row.code, column) for row in table.rows if row.role == "base"]
    _at_least(board, base, sum(count for row, count in rows if any(row[flag] for flag in of_flag)))


def _broken(release: ProtectedRelease, board: _Board) -> Iterator[tuple[JointCode, CellKey]]:
    """The rules of the tables that somebody can break who solves these equations."""
    system = System(board.bounds, board.rows)

    def interval(*target: tuple[CellKey, float]) -> tuple[float, float]:
        weights: dict[int, float] = {}
        for key, factor in target:
            weights[board.index[key]] = weights.get(board.index[key], 0.0) + factor
        return system.whole(weights, up=False), system.whole(weights, up=True)

    for table in release.tables:
        kinds = {CellKey(table.id, row.code, column.code): cell.kind for row, column, cell in table.walk()}
        for key, kind in kinds.items():
            if kind == "shown":
                continue
            low, high = interval((key, 1.0))
            if kind == "small" and low > TOLERANCE:
                yield "not-empty", key
            if kind == "small" and high < _SMALL_MOST - TOLERANCE:
                yield "too-few", key
            if kind == "hidden" and high - low < _WIDTH - TOLERANCE:
                yield "narrow", key
        named = {row.code for row in table.rows if row.least}
        for line in _lines(table):
            few = [key for key in line["item"] + line["none"] if kinds[key] == "small"]
            if table.additive and len(few) > 1:
                low, high = interval(*((key, 1.0) for key in few))
                if (
                    not (low <= TOLERANCE and high >= _SMALL_MOST - TOLERANCE)
                    and low <= _SMALL_MOST + TOLERANCE
                ):
                    yield "remainder", line["total"][0]
            whole = (line["base"] or line["total"])[0]
            for key in line["item"] if table.sensitive else ():
                if key.row in named and kinds[key] == "hidden":
                    low, _high = interval((key, _NEARLY[0]), (whole, _NEARLY[1]))
                    if low > TOLERANCE:
                        yield "everybody", key
