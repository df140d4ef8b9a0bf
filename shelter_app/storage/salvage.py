"""Reading what can still be read of a damaged store, page by page, into a new one.

Every page that proves itself is used, whatever became of the pages that lead to it: rows are reached from the root of
their table, whose place is in the list of tables; what is left over belongs to a table of which a page on the way is
damaged. If a page of the list of tables is lost too, a tree is known by what its rows look like, since the program knows
its own tables.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from shelter_app.storage.database import Database
from shelter_app.storage.pages import DAMAGED, TABLE, Pages
from shelter_app.storage.salvage_shapes import Shape, best_shape, fits_list_of_tables, shapes_of

__all__ = ["BrokenRow", "Salvaged", "Source", "without_references"]

Progress = Callable[[int, int], None]
_BATCH: Final = 500


@dataclass(frozen=True)
class BrokenRow:
    """A row whose end is lost: its table, and what is known of it by column."""

    table: str
    known: dict[str, Any]


@dataclass
class Salvaged:
    """How many rows of each table could be read, and how many of its pages could not."""

    rows: dict[str, int] = field(default_factory=dict)
    gaps: dict[str, int] = field(default_factory=dict)
    broken: list[BrokenRow] = field(default_factory=list)
    #: Pages with rows of which it cannot be told to what table they belong.
    unplaced: int = 0
    #: Any page of the file is damaged, whether or not it held anything.
    damaged: bool = False
    #: Pages could not prove themselves, since the salt of the file is lost.
    proved: bool = True


@dataclass
class _Tree:
    """The pages of one table or index, and how many of them are damaged."""

    root: int
    pages: list[int]
    damaged: int


class Source:
    """The damaged file. `roots` are the first pages of tables and indexes by name, as far as their list is whole.

    Raises:
        OSError: the file cannot be read.
    """

    def __init__(self, path: Path, key: bytearray) -> None:
        self.pages = Pages(path, key)
        self._reached: set[int] = set()
        self.roots = self._list_of_tables()

    def close(self) -> None:
        """Close the file."""
        self.pages.close()

    @property
    def readable(self) -> bool:
        """Whether there is any page with rows in it."""
        return any(kind > 0 for kind in self.pages.kinds[1:])

    def version(self, names: Callable[[int], set[str]], newest: int) -> int:
        """The number of the schema; where its page is lost, the first one that has every table and index that is listed.

        `names(version)` are the tables and indexes of a schema.
        """
        known = self.pages.version
        if known is not None:
            return known
        return next((each for each in range(1, newest + 1) if self.roots.keys() <= names(each)), newest)

    def _list_of_tables(self) -> dict[str, int]:
        tree = self._tree(1)
        leaves = [number for number in tree.pages if self.pages.kinds[number] == TABLE]
        if tree.damaged:
            leaves += [
                number
                for number, kind in enumerate(self.pages.kinds)
                if kind == TABLE
                and number not in self._reached
                and fits_list_of_tables(self.pages.records(number))
            ]
            self._reached.update(leaves)
        roots = {}
        for number in leaves:
            for row in self.pages.records(number):
                if len(row.values) > 3 and row.values[0] in ("table", "index"):
                    roots[str(row.values[1])] = int(row.values[3])
        return roots

    def _tree(self, root: int) -> _Tree:
        """Everything below a page that can be reached."""
        found, damaged, waiting = list[int](), 0, [root]
        while waiting:
            number = waiting.pop()
            if number in self._reached:
                continue
            self._reached.add(number)
            if not 1 <= number <= self.pages.count or self.pages.kinds[number] == DAMAGED:
                damaged += 1
                continue
            found.append(number)
            waiting += reversed(self.pages.children(number))
        return _Tree(root, found, damaged)

    def _left_over(self) -> list[_Tree]:
        """Trees that nothing leads to."""
        rest = [
            number for number, kind in enumerate(self.pages.kinds) if kind > 0 and number not in self._reached
        ]
        below = {child for number in rest for child in self.pages.children(number)}
        return [self._tree(number) for number in rest if number not in below]

    def copy_readable(self, target: Database, progress: Progress | None = None) -> Salvaged:
        """Copy every row that can be read into an empty store of the same schema."""
        found = Salvaged(proved=self.pages.proved, damaged=DAMAGED in self.pages.kinds[1:])
        shapes = shapes_of(target)
        trees = {name: self._tree(root) for name, root in self.roots.items()}
        tables = [shape for shape in shapes.values() if shape.insert]
        open_ends = {name for name in shapes if name not in trees or trees[name].damaged}
        with without_references(target):
            for number, shape in enumerate(tables):
                tree = trees.get(shape.name)
                found.gaps[shape.name] = tree.damaged if tree else 1
                if tree:
                    self._copy(tree, shape, target, found)
                if progress:
                    progress(number + 1, len(tables) + 1)
            unlisted = shapes.keys() - trees.keys()
            empty = 0
            for tree in self._left_over():
                if not tree.damaged and not any(
                    True for page in tree.pages for _row in self.pages.records(page)
                ):
                    empty += 1
                    continue
                name = self._place(tree, [shapes[each] for each in sorted(open_ends)], target, found)
                if name is not None and name in unlisted:
                    unlisted.remove(name)
                    if shapes[name].insert:
                        found.gaps[name] = tree.damaged
            if empty == len(unlisted):
                # As many trees without a row as names that are lost: nothing stood in these.
                found.gaps.update(dict.fromkeys(unlisted & {shape.name for shape in tables}, 0))
        for shape in tables:
            found.rows[shape.name] = int(target.value(f'SELECT count(*) FROM "{shape.name}"'))
        if progress:
            progress(len(tables) + 1, len(tables) + 1)
        return found

    def _place(self, tree: _Tree, candidates: list[Shape], target: Database, found: Salvaged) -> str | None:
        """Copy the rows of a tree whose name is not known; returns to what it belongs."""
        sample = [row for number in tree.pages[:8] for row in self.pages.records(number)]
        shape = best_shape(sample, candidates, target)
        if shape is None:
            found.unplaced += len(tree.pages)
            return None
        if shape.insert:
            found.gaps[shape.name] += tree.damaged
            self._copy(tree, shape, target, found)
        return shape.name

    def _copy(self, tree: _Tree, shape: Shape, target: Database, found: Salvaged) -> None:
        waiting: list[tuple[Any, ...]] = []
        with target.transaction():
            for number in tree.pages:
                for row in self.pages.records(number):
                    if row.whole and (self.pages.proved or shape.fits(row)):
                        waiting.append(shape.values(row))
                    else:
                        found.broken.append(BrokenRow(shape.name, shape.known(row)))
                if len(waiting) >= _BATCH:
                    target.execute_many(shape.insert, waiting)
                    waiting.clear()
            target.execute_many(shape.insert, waiting)


@contextlib.contextmanager
def without_references(db: Database) -> Iterator[None]:
    """Rows may come in any order, and without those that they refer to."""
    db.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        db.execute("PRAGMA foreign_keys = ON")
