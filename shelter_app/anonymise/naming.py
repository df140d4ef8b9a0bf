"""Whom each figure of a finished release counts, read from the published tables alone.

This is what the attackers know of the tables that the program makes. A file cannot declare itself out of an
attack: a table that is not laid out as ours is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shelter_app.anonymise.release import Category, Folded, Table

__all__ = ["Condition", "Layout", "Name", "counted_once", "layout_of", "names_of", "promised", "sides_of"]

Condition = tuple[str, tuple[str, ...]]
Name = tuple[Condition, ...]
_EVERY, _WITHOUT = ("*",), ("-",)
#: Persons from which on a category stands alone, and from which on there are tables at all.
_LEAST_ITEM, _LEAST_TOTAL = 22, 50
#: These stand there however few persons they have.
_ALWAYS = {"0--17", "18+", "0--12", "13+", "new", "continuing", "woman", "man", "other"}


@dataclass(frozen=True, slots=True)
class _Dimension:
    single: bool
    sensitive: bool = False
    universe: str = ""
    #: What "not stated" is: never there, always there, or as the office has it.
    none: tuple[bool, ...] = (True,)


_DIMENSIONS = {
    "registration": _Dimension(single=True, none=(False,)),
    "sex": _Dimension(single=True, none=(False, True)),
    "age": _Dimension(single=True),
    "citizenship": _Dimension(single=True),
    "duration": _Dimension(single=True),
    "exploitation_country": _Dimension(single=False),
    "exploitation_type": _Dimension(single=False, sensitive=True),
    "means_of_control": _Dimension(single=False, sensitive=True),
    "recruiter_relation": _Dimension(single=False, sensitive=True),
    "services": _Dimension(single=False),
    "return_stage": _Dimension(single=True, universe="returns"),
    "return_outcome": _Dimension(single=True, sensitive=True, universe="returns"),
}
#: Tables of kinds and states, and the group that each is about.
_STATES = {"service_states": "service", "follow_up": "follow_up"}


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table of ours declares: additive and sensitive by rows and by columns, base, universe."""

    additive: tuple[bool, bool]
    sensitive: tuple[bool, bool]
    base: str
    universe: str


def sides_of(table: Table) -> tuple[str, str]:
    """The dimensions of rows and columns, "" where there are no columns to speak of.

    Raises:
        KeyError: the table is not one of ours, or has no dimensions: kinds and states belong together.
    """
    row, _, column = table.id.partition("_by_")
    if table.id == "sex_age":
        row, column = "sex", "age" if len(table.columns) > 1 else ""
    if table.id == "persons":
        row = "registration"
    known = row in _DIMENSIONS and (not column or column in _DIMENSIONS)
    if not known or (column == "") != (len(table.columns) == 1) or row == column:
        raise KeyError(table.id)
    return row, column


def layout_of(table: Table) -> Layout:
    """What a table with this id must declare.

    Raises:
        KeyError: the table is not one of ours.
    """
    if table.id in _STATES:
        return Layout((False, False), (False, False), "persons", _STATES[table.id])
    row, column = sides_of(table)
    down = _DIMENSIONS[row]
    if not column:
        base = down.universe or ("persons" if down.single else row)
        return Layout((down.single, True), (down.sensitive, False), base, "")
    across = _DIMENSIONS[column]
    return Layout(
        (down.single, across.single),
        (down.sensitive, across.sensitive),
        "persons",
        down.universe or across.universe,
    )


def counted_once(dimension: str) -> bool:
    """Whether nobody can stand in two categories of a dimension."""
    return dimension in _DIMENSIONS and _DIMENSIONS[dimension].single


def promised(table: Table, category: Category, *, alone: bool, row: bool) -> int:
    """The number of persons from which on our tables have such a line: what its `least` must say."""
    if category.role == "total":
        return 0 if alone or table.universe or (table.id in _STATES) else _LEAST_TOTAL
    if category.role != "item" or table.id == "follow_up" or (table.id == "service_states" and not row):
        return 0
    named = category.code not in _ALWAYS
    return _LEAST_ITEM if named or (category.code == "other" and category.least) else 0


def names_of(table: Table) -> list[list[Name]]:
    """The name of every cell: cells of one name count the same persons, in this table and in others.

    Raises:
        KeyError: the table is not one of ours, or has lines that ours have not.
    """
    if table.id in _STATES:
        return _state_names(table, _STATES[table.id])
    row, column = sides_of(table)
    crossed = bool(column)
    row_folds, column_folds = table.folded, table.columns_folded
    if (row, column) == ("sex", "age"):
        row_folds, column_folds = (), table.folded
    down = _side(row, table.rows, row_folds, crossed)
    across: list[Name] = [()]
    universe = ""
    if crossed:
        across = _side(column, table.columns, column_folds, crossed)
        universe = _DIMENSIONS[row].universe or _DIMENSIONS[column].universe
    return [[_joined(one, two, universe) for two in across] for one in down]


def _side(dimension: str, lines: Sequence[Category], folded: Sequence[Folded], crossed: bool) -> list[Name]:
    known = _DIMENSIONS[dimension]
    group = known.universe or dimension
    roles = [line.role for line in lines]
    wanted_base = 0 if crossed or (known.single and not known.universe) else 1
    none = (False,) if crossed and known.universe else known.none
    if (
        roles.count("total") != 1
        or roles.count("base") != wanted_base
        or roles.count("none") not in [int(each) for each in none]
        or len({line.code for line in lines}) != len(lines)
    ):
        raise KeyError(dimension)
    merged_sex = dimension == "sex" and "none" not in roles
    found: list[Name] = []
    for line in lines:
        match line.role:
            case "item":
                leaves = _leaves(line.code, folded)
                if merged_sex and line.code == "other":
                    leaves = ("other", "unknown")
                found.append(((dimension, leaves),))
            case "base":
                found.append(((group, _EVERY),))
            case "none":
                found.append(((group, _WITHOUT),))
            case "total":
                found.append(())
    return found


def _leaves(code: str, folded: Sequence[Folded]) -> tuple[str, ...]:
    """The codes of the closed list that a line counts: what was folded into it, or itself."""
    below = {item.code for item in folded if item.into == code}
    return tuple(sorted(below | {code} if code == "other" or not below else below))


def _joined(row: Name, column: Name, universe: str) -> Name:
    parts = dict((*row, *column))
    if universe and not any(part in parts and _DIMENSIONS[part].universe for part in _DIMENSIONS):
        parts[universe] = _EVERY
    return tuple(sorted(parts.items()))


def _state_names(table: Table, universe: str) -> list[list[Name]]:
    if [line.role for line in (table.rows[-1], table.columns[-1])] != ["total", "total"]:
        raise KeyError(table.id)
    if any(line.role != "item" for line in (*table.rows[:-1], *table.columns[:-1])):
        raise KeyError(table.id)
    found = []
    for row in table.rows:
        leaves = _EVERY if row.role == "total" else _leaves(row.code, table.folded)
        line: list[Name] = []
        for column in table.columns:
            if universe == "service" and column.code == "given":
                line.append((("services", leaves),))
            elif column.role == "total":
                line.append(((universe, leaves),))
            else:
                line.append(((universe, leaves), (f"{universe}_state", (column.code,))))
        found.append(line)
    return found
