"""What must hold between the true figures of tables, whatever they are: sums, overlaps and parts, by name of cell.

A relation holds for the persons of a release, and as well for any group of them (those who came since an earlier
release, say), which is what makes several releases one system.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from shelter_app.anonymise.axes import Leaves
from shelter_app.anonymise.release import Category
from shelter_app.anonymise.tables import Name

__all__ = ["Geometry", "Line", "Relation", "Shape", "lines_of"]


class Shape(Protocol):
    """What geometry needs to know of a table."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def rows(self) -> tuple[Category, ...]: ...  # noqa: D102
    @property
    def columns(self) -> tuple[Category, ...]: ...  # noqa: D102
    @property
    def names(self) -> tuple[tuple[Name, ...], ...]: ...  # noqa: D102
    @property
    def exclusive(self) -> bool: ...  # noqa: D102
    @property
    def columns_exclusive(self) -> bool: ...  # noqa: D102
    @property
    def sensitive(self) -> bool: ...  # noqa: D102
    @property
    def columns_sensitive(self) -> bool: ...  # noqa: D102
    @property
    def universe(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Relation:
    """sum: the parts add up to the whole. cover: each part is in the whole, and everybody of it in a part.

    part: the one part is in the whole.
    """

    kind: Literal["sum", "cover", "part"]
    parts: tuple[int, ...]
    whole: int


@dataclass(frozen=True, slots=True)
class Line:
    """Figures of a row or column, as places (row, column); `named` are the items that stand for one category."""

    items: tuple[tuple[int, int], ...]
    named: tuple[tuple[int, int], ...]
    none: tuple[tuple[int, int], ...]
    base: tuple[int, int] | None
    total: tuple[int, int]
    exclusive: bool
    sensitive: bool


def lines_of(table: Shape) -> Iterator[Line]:
    """Every line of figures that belong together: down each column, and across each row of a cross table."""
    for column in range(len(table.columns)):
        axis = [(row, (place, column)) for place, row in enumerate(table.rows)]
        yield _line(axis, table.exclusive, table.sensitive)
    for row in range(len(table.rows)) if len(table.columns) > 1 else ():
        axis = [(column, (row, place)) for place, column in enumerate(table.columns)]
        yield _line(axis, table.columns_exclusive, table.columns_sensitive)


def _line(axis: Sequence[tuple[Category, tuple[int, int]]], exclusive: bool, sensitive: bool) -> Line:
    return Line(
        items=tuple(place for category, place in axis if category.role == "item"),
        named=tuple(place for category, place in axis if category.role == "item" and category.least),
        none=tuple(place for category, place in axis if category.role == "none"),
        base=next((place for category, place in axis if category.role == "base"), None),
        total=next(place for category, place in axis if category.role == "total"),
        exclusive=exclusive,
        sensitive=sensitive,
    )


class Geometry:
    """Names by number, and all relations between them."""

    def __init__(self, tables: Sequence[Shape]) -> None:
        self.of: dict[Name, int] = {}
        self.relations: list[Relation] = []
        #: Dimensions in whose categories nobody can stand twice; whether somebody does is what ties rest on.
        overlapping: set[str] = set()
        for table in tables:
            overlapping |= _overlapping(table)
            for line in table.names:
                for name in line:
                    self._number(name)
        for table in tables:
            for line_ in lines_of(table):
                self._relate(table, line_)
        self._parts()
        self._ties(overlapping)

    def _number(self, name: Name) -> int:
        return self.of.setdefault(name, len(self.of))

    def _relate(self, table: Shape, line: Line) -> None:
        def number(place: tuple[int, int]) -> int:
            return self.of[table.names[place[0]][place[1]]]

        items, none = tuple(map(number, line.items)), tuple(map(number, line.none))
        total = number(line.total)
        within: Literal["sum", "cover"] = "sum" if line.exclusive else "cover"
        if line.base is None and (line.exclusive or not none):
            self.relations.append(Relation(within, items + none, total))
            return
        if line.base is not None:
            base = number(line.base)
        else:
            # Perhaps nobody reads this figure anywhere, but it is there: those with at least one of the items.
            base = self._number(_stated(table, line))
        self.relations.append(Relation("sum", (base, *none), total))
        self.relations.append(Relation(within, items, base))

    def _parts(self) -> None:
        """Whoever is counted with one condition more is counted with one less, where a table says that figure."""
        for name, number in list(self.of.items()):
            for part in name:
                if part[1] == ("*",):
                    fewer = tuple(each for each in name if each != part)
                    if fewer in self.of:
                        self.relations.append(Relation("part", (number,), self.of[fewer]))

    def _ties(self, overlapping: set[str]) -> None:
        """Two foldings of one dimension count the same persons in other rows: both are sums of finer ones."""
        contexts: dict[tuple[str, Name], set[Leaves]] = {}
        for name in list(self.of):
            for dimension, leaves in name:
                if leaves not in (("*",), ("-",)):
                    rest = tuple(part for part in name if part[0] != dimension)
                    contexts.setdefault((dimension, rest), set()).add(leaves)
        for (dimension, rest), blocks in sorted(contexts.items()):
            pieces = _pieces(blocks)
            for block in sorted(blocks - set(pieces)):
                parts = tuple(
                    self._number(tuple(sorted((*rest, (dimension, piece)))))
                    for piece in pieces
                    if set(piece) <= set(block)
                )
                whole = self.of[tuple(sorted((*rest, (dimension, block))))]
                self.relations.append(Relation("cover" if dimension in overlapping else "sum", parts, whole))


def _stated(table: Shape, line: Line) -> Name:
    """Those of a line who have an answer in the dimension of its items."""
    whole = table.names[line.total[0]][line.total[1]]
    item = table.names[line.items[0][0]][line.items[0][1]]
    dimension = next(part[0] for part in item if part not in whole)
    return tuple(sorted((*whole, (dimension, ("*",)))))


def _overlapping(table: Shape) -> set[str]:
    """Dimensions of this table in which somebody stands in two categories."""
    found: set[str] = set()
    for names, exclusive in (
        ([line[-1] for line in table.names], table.exclusive),
        (list(table.names[-1]), table.columns_exclusive),
    ):
        if not exclusive:
            found |= {part[0] for name in names for part in name}
    return found


def _pieces(blocks: set[Leaves]) -> tuple[Leaves, ...]:
    """The finest categories of which all of `blocks` are made."""
    found: dict[tuple[bool, ...], list[str]] = {}
    ordered = sorted(blocks)
    sets = [set(block) for block in ordered]
    for leaf in sorted({leaf for block in ordered for leaf in block}):
        found.setdefault(tuple(leaf in each for each in sets), []).append(leaf)
    return tuple(tuple(leaves) for leaves in found.values())
