"""The trees along which rare categories fold, checked when they are loaded.

A tree covers each leaf exactly once at every height: whoever is counted in a wider category is counted in one
only, and nobody is left out. A list that does not is a fault of the program, and no summary is made with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from shelter_app.anonymise import regions
from shelter_i18n import N_

__all__ = ["AGES", "DURATIONS", "MAJORITY", "MERGED_TEXTS", "NotATreeError", "Tree", "countries"]

#: Ages that stay apart however few persons they have.
MAJORITY = ("0--17", "18+")


class NotATreeError(Exception):
    """A hierarchy leaves a category out, counts one twice, or runs in a circle."""


@dataclass(frozen=True)
class Tree:
    """Leaves in the order of the rows, and how they merge: (parent, children), the first merge first.

    Attributes:
        root: where everything ends that has no other place; "" where the tops stand for themselves.
        always: categories that have a row however few persons they have.
    """

    name: str
    leaves: tuple[str, ...]
    merges: tuple[tuple[str, tuple[str, ...]], ...]
    root: str = ""
    always: tuple[str, ...] = ()
    _below: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        below: dict[str, tuple[str, ...]] = {leaf: (leaf,) for leaf in self.leaves}
        if len(below) != len(self.leaves) or not below:
            raise NotATreeError(self.name)
        placed: set[str] = set()
        for parent, children in self.merges:
            if (
                parent in below
                or not children
                or any(child not in below or child in placed for child in children)
            ):
                raise NotATreeError(self.name)
            if len(set(children)) != len(children):
                raise NotATreeError(self.name)
            placed.update(children)
            below[parent] = tuple(leaf for child in children for leaf in below[child])
        tops = [name for name in below if name not in placed]
        if sorted(leaf for top in tops for leaf in below[top]) != sorted(self.leaves):
            raise NotATreeError(self.name)
        if (self.root and tops != [self.root]) or any(name not in below for name in self.always):
            raise NotATreeError(self.name)
        self._below.update(below)

    def below(self, name: str) -> tuple[str, ...]:
        """The leaves that a category counts."""
        return self._below[name]

    @property
    def order(self) -> tuple[str, ...]:
        """Every category but the root, leaves first: the order of rows."""
        return (*self.leaves, *(parent for parent, _ in self.merges if parent != self.root))

    def folded(
        self,
        persons_per: Callable[[Sequence[str], Mapping[str, str]], Mapping[str, int]],
        least: int,
        may_stand: Callable[[tuple[str, ...]], bool],
    ) -> dict[str, str]:
        """The row of every leaf: its own, or the nearest category above it that has `least` persons, or the root.

        `persons_per` says how many persons each line of a level has, given the line of every leaf (and of the root),
        and `may_stand` whether a line that counts these leaves may be there.
        """
        into = {leaf: leaf for leaf in self.leaves}
        up = {child: parent for parent, children in self.merges for child in children}
        level: tuple[str, ...] = self.leaves
        while level != (self.root,):
            sizes = persons_per(level, into | {self.root: self.root})
            counted: dict[str, list[str]] = {}
            for leaf, place in into.items():
                counted.setdefault(place, []).append(leaf)
            few = {
                name
                for name in level
                if name != self.root and (sizes[name] < least or not may_stand(tuple(sorted(counted[name]))))
            }
            into = {leaf: up[place] if place in few else place for leaf, place in into.items()}
            level = tuple(dict.fromkeys(up[name] for name in level if name != self.root))
        return into


#: Age at registration as CTDC's data files write it; how bands merge, the nearest first. Children never merge with adults.
AGES = Tree(
    "age-bands",
    ("0--8", "09--17", "18--20", "21--23", "24--26", "27--29", "30--38", "39--47", "48+"),
    (
        ("0--17", ("0--8", "09--17")),
        ("18--23", ("18--20", "21--23")),
        ("24--29", ("24--26", "27--29")),
        ("39+", ("39--47", "48+")),
        ("18--29", ("18--23", "24--29")),
        ("30+", ("30--38", "39+")),
        ("18+", ("18--29", "30+")),
    ),
    always=MAJORITY,
)
#: Months of exploitation (CTDC codebook of 2024, variable traffickMonths).
DURATIONS = Tree(
    "duration_bands",
    ("0--12", "13--24", "25+"),
    (("13+", ("13--24", "25+")),),
    always=("0--12", "13+"),
)
#: Words for what a code list has no words for.
MERGED_TEXTS = {"13+": N_("13 months or longer")}


@lru_cache(maxsize=1)
def countries() -> Tree:
    """Countries, sub-regions, regions and "other"; every climb has the same number of steps but for the last.

    Raises:
        NotATreeError: the list of regions is damaged.
    """
    codes = regions.country_codes()
    merges: list[tuple[str, tuple[str, ...]]] = []
    try:
        up = {code: regions.parent(code) for code in (*codes, *regions.region_codes())}
        for level in regions.levels():
            merges += [(name, tuple(code for code in up if up[code] == name)) for name in level]
    except KeyError as error:
        raise NotATreeError("countries") from error
    merges.append((regions.OTHER, tuple(code for code in up if up[code] == regions.OTHER)))
    return Tree("countries", codes, tuple(merges), root=regions.OTHER)
