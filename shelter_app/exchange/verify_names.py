"""Whom a figure counts, read from the finished tables: figures of one name count the same persons.

A name is a set of conditions, one for each dimension: the codes of which a person has one, or that any is stated, or
that none is. Which dimensions there are and what holds of them is known here; a file cannot declare it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shelter_app.exchange.published import Malformed, PublishedTable, Side

__all__ = ["ANY", "NONE", "SINGLE", "Dimension", "Line", "Name", "Read", "read_table"]

Codes = frozenset[str]
Name = frozenset[tuple[str, Codes]]
ANY, NONE = frozenset(["*"]), frozenset(["-"])


@dataclass(frozen=True)
class Dimension:
    """What holds of a column of facts: whether a person has one code, whether it is sensitive, whom it is about."""

    single: bool
    sensitive: bool = False
    about: str = ""


_KNOWN: Mapping[str, Dimension] = {
    "registration": Dimension(True),
    "sex": Dimension(True),
    "age": Dimension(True),
    "citizenship": Dimension(True),
    "duration": Dimension(True),
    "exploitation_country": Dimension(False),
    "exploitation_type": Dimension(False, sensitive=True),
    "means_of_control": Dimension(False, sensitive=True),
    "recruiter_relation": Dimension(False, sensitive=True),
    "services": Dimension(False),
    "return_stage": Dimension(True, about="returns"),
    "return_outcome": Dimension(True, sensitive=True, about="returns"),
}
SINGLE = frozenset(name for name, known in _KNOWN.items() if known.single)
#: Tables of kinds by states, of whom nobody knows who stands in which: their rows, and what "given" also counts.
_STATES = {"service_states": ("service", "services"), "follow_up": ("follow_up", "")}
_ALONE, _RELEASED = 22, 50
#: Lines that stand there however few persons they have.
_ALWAYS = frozenset(["0--17", "18+", "0--12", "13+", "new", "continuing", "woman", "man", "other"])


@dataclass(frozen=True)
class Line:
    """Cells down a column or across a row, by what they are to each other."""

    items: tuple[Name, ...]
    named: tuple[Name, ...]
    base: Name | None
    none: Name | None
    total: Name
    additive: bool
    sensitive: bool
    crossed: bool


@dataclass(frozen=True)
class Read:
    """A table with the name of each cell, its lines, and the least number that each name promises."""

    names: Mapping[tuple[str, str], Name]
    lines: tuple[Line, ...]
    least: Mapping[tuple[str, str], int]


def read_table(table: PublishedTable) -> Read:
    """The table's cells by name.

    Raises:
        Malformed: a table that this version does not know, or that declares something else than ours do.
    """
    rows, columns = _dimensions(table)
    crossed = len(table.columns) > 1
    _declares(table, rows, columns, crossed)
    down = dict(zip((s.code for s in table.rows), _side(table, rows, table.rows, True, crossed), strict=True))
    across = dict(
        zip(
            (s.code for s in table.columns), _side(table, columns, table.columns, False, crossed), strict=True
        )
    )
    names = {(r.code, c.code): _joined(table, down[r.code], across[c.code]) for r, c, _ in table.walk()}
    least = {
        (r.code, c.code): max(r.least if c.role == "total" else 0, c.least if r.role == "total" else 0)
        for r, c, _ in table.walk()
    }
    return Read(names, tuple(_lines(table, names, rows, columns, crossed)), least)


def _dimensions(table: PublishedTable) -> tuple[str, str]:
    if table.id in _STATES:
        return table.id, table.id
    rows, _, columns = table.id.partition("_by_")
    if table.id == "sex_age":
        rows, columns = "sex", "age"
    if table.id == "persons":
        rows = "registration"
    if rows not in _KNOWN or (columns and columns not in _KNOWN) or rows == columns:
        raise Malformed(table.file, table.id)
    return rows, columns


def _additive(table: PublishedTable, dimension: str) -> bool:
    return table.id not in _STATES and (not dimension or _KNOWN[dimension].single)


def _sensitive(table: PublishedTable, dimension: str) -> bool:
    return table.id not in _STATES and bool(dimension) and _KNOWN[dimension].sensitive


def _declares(table: PublishedTable, rows: str, columns: str, crossed: bool) -> None:
    facts = table.facts
    said = {
        "additive": _additive(table, rows),
        "sensitive": _sensitive(table, rows),
        "columns_additive": _additive(table, columns if crossed else ""),
        "columns_sensitive": crossed and _sensitive(table, columns),
    }
    if any(facts.get(key, said[key]) != value for key, value in said.items()):
        raise Malformed(table.file, table.id)
    for sides, row in ((table.rows, True), (table.columns, False)):
        if [side.role for side in sides].count("total") != 1:
            raise Malformed(table.file, table.id)
        for side in sides:
            if side.least != _promised(table, side, row=row, alone=len(sides) == 1):
                raise Malformed(table.file, side.code)


def _promised(table: PublishedTable, side: Side, *, row: bool, alone: bool) -> int:
    if side.role == "total":
        return 0 if alone or table.facts.get("universe") or table.id in _STATES else _RELEASED
    if side.role != "item" or table.id == "follow_up" or (table.id == "service_states" and not row):
        return 0
    return _ALONE if side.code not in _ALWAYS or (side.code == "other" and side.least) else 0


def _folds(table: PublishedTable, row: bool) -> Iterable[tuple[str, str]]:
    """What was folded into which row (or column)."""
    own = {side.code for side in (table.rows if row else table.columns)}
    both = [*table.facts["folded"]] if row or table.id == "sex_age" else []
    more = table.facts.get("columns_folded", []) if not row else []
    if table.id == "sex_age" and row:
        both = []
    return [(code, into) for code, into in (*both, *more) if into in own]


def _side(
    table: PublishedTable, dimension: str, sides: tuple[Side, ...], row: bool, crossed: bool
) -> Iterator[Name]:
    if table.id in _STATES:
        yield from _state_side(table, sides, row)
        return
    if not dimension or (len(sides) == 1 and not crossed and not row):
        yield from (frozenset() for _ in sides)
        return
    folds: dict[str, set[str]] = {}
    for code, into in _folds(table, row):
        folds.setdefault(into, set()).add(code)
    about = _KNOWN[dimension].about or dimension
    merged = dimension == "sex" and not any(side.role == "none" for side in sides)
    for side in sides:
        if side.role == "item":
            codes = folds.get(side.code, set())
            if not codes or side.code == "other":
                codes = codes | {side.code}
            if merged and side.code == "other":
                codes = codes | {"unknown"}
            yield frozenset([(dimension, frozenset(codes))])
        else:
            state = {"base": [(about, ANY)], "none": [(about, NONE)], "total": []}[side.role]
            yield frozenset(state)


def _state_side(table: PublishedTable, sides: tuple[Side, ...], row: bool) -> Iterator[Name]:
    subject, _ = _STATES[table.id]
    folds: dict[str, set[str]] = {}
    for code, into in table.facts["folded"] if row else []:
        folds.setdefault(into, set()).add(code)
    for side in sides:
        if side.role not in ("item", "total"):
            raise Malformed(table.file, side.code)
        if row:
            codes = ANY if side.role == "total" else frozenset(folds.get(side.code, set()) | {side.code})
            if side.role == "item" and side.code != "other" and folds.get(side.code):
                codes = frozenset(folds[side.code])
            yield frozenset([(subject, codes)])
        else:
            yield frozenset([(f"{subject}_state", frozenset([side.code]))] if side.role == "item" else [])


def _joined(table: PublishedTable, row: Name, column: Name) -> Name:
    if table.id in _STATES:
        subject, given = _STATES[table.id]
        if given and (f"{subject}_state", frozenset(["given"])) in column:
            return frozenset((given, codes) for _, codes in row)
        return row | column
    joined = row | column
    about = table.facts.get("universe") or ""
    if about and not any(_KNOWN[name].about for name, _ in joined if name in _KNOWN):
        joined |= {(about, ANY)}
    return joined


def _lines(
    table: PublishedTable, names: Mapping[tuple[str, str], Name], rows: str, columns: str, crossed: bool
) -> Iterator[Line]:
    def line(cells: list[tuple[Side, Name]], dimension: str) -> Line:
        def of(role: str) -> list[Name]:
            return [name for side, name in cells if side.role == role]

        base, none = of("base"), of("none")
        if len(base) > 1 or len(none) > 1:
            raise Malformed(table.file, table.id)
        named = tuple(name for side, name in cells if side.role == "item" and side.least)
        return Line(
            tuple(of("item")), named, base[0] if base else None, none[0] if none else None, of("total")[0],
            _additive(table, dimension), _sensitive(table, dimension), crossed,
        )  # fmt: skip

    for column in table.columns:
        yield line([(row, names[row.code, column.code]) for row in table.rows], rows)
    for row in table.rows if crossed else ():
        yield line([(column, names[row.code, column.code]) for column in table.columns], columns)
