"""Changes of tables that cross two facts, and of what is sent for a period that was sent already."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.release import Cell, ProtectedRelease
from tests.app.package.dishonest import DESCRIPTION, Files, changed_json, first_cell, resealed, with_cell
from tests.app.package.invented import people
from tests.app.package.package_world import files_of, release_of

__all__ = ["OF_CROSSES", "one_more_case"]

R = release_of()
#: A cross that the invented office has.
CROSS = next(table.id for table in R.tables if "_by_" in table.id and len(table.columns) > 2)


def _in_cross(kind: str, cell: Cell) -> Callable[[Files], Files]:
    where = first_cell(kind, CROSS)
    return lambda _: files_of(with_cell(R, where[0], where[1], cell, where[2]))


def _table(**changes: object) -> Callable[[Files], Files]:
    def changed() -> ProtectedRelease:
        tables = tuple(
            dataclasses.replace(table, **changes) if table.id == CROSS else table  # type: ignore[arg-type]
            for table in R.tables
        )
        return dataclasses.replace(R, tables=tables)

    return lambda _: files_of(changed())


def _described(key: str, value: object) -> Callable[[Files], Files]:
    def change(body: dict) -> None:
        table = next(each["table"] for each in body["resources"] if each.get("table", {}).get("id") == CROSS)
        assert key in table
        table[key] = value

    return lambda files: resealed(changed_json(files, DESCRIPTION, change))


def _margin() -> Callable[[Files], Files]:
    """The total of the first column of a cross other than in the table of that fact."""
    cross = R.table(CROSS)
    column = cross.columns[0].code
    value = cross.cell("total", column).value or 100
    return lambda _: files_of(with_cell(R, CROSS, "total", Cell("shown", value + 50), column))


def _swapped() -> Callable[[Files], Files]:
    """Two lines of a cross exchanged, their names left where they are."""
    cells = R.table(CROSS).cells
    assert cells[0] != cells[1]
    return _table(cells=(cells[1], cells[0], *cells[2:]))


OF_CROSSES: dict[str, tuple[Callable[[Files], Files], str]] = {
    "a nought printed in a cross": (_in_cross("small", Cell("shown", 0)), "rules"),
    "a five printed in a cross": (_in_cross("small", Cell("shown", 5)), "rules"),
    "a figure of a cross not rounded": (_in_cross("shown", Cell("shown", 37)), "rules"),
    "a margin of a cross that differs": (_margin(), "attacks"),
    "two lines of a cross exchanged": (_swapped(), "attacks"),
    "the columns of a cross declared harmless": (_table(columns_sensitive=not R.table(CROSS).columns_sensitive), "form"),
    "the columns of a cross declared to overlap": (_table(columns_additive=not R.table(CROSS).columns_additive), "form"),
    "a cross about other persons": (_table(universe="returns"), "form"),
    "a cross described as about other persons": (_described("universe", "returns"), "form"),
}  # fmt: skip


def one_more_case() -> tuple[Files, Files]:
    """A sound package, and one of the same period after one more person was registered."""
    more = people(340, 5, "2025-H2")
    fewer = dataclasses.replace(more, rows=more.rows[:-40])
    return tuple(files_of(protect(facts, b"seed").release) for facts in (fewer, more))  # type: ignore[return-value]
