"""The fixed list of figures that a pool adds up: every office has the same cells, whatever it has counted.

The cells stand in blocks. In each block every person is counted in exactly one cell, which says all that the tables
of that block can ask about a person: not "has this code", but "has exactly these codes". Only so can rare codes be
folded *after* adding up and each person still be counted once in the row that they fold into. From the totals,
rows can therefore be made again that give the very tables which all persons together give; which value of
one block such a row has beside which value of another means nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from shelter_app.anonymise.axes import AGE_BANDS, age_band
from shelter_app.anonymise.coded import SEX_CLASSES, CodedFacts, CodeList, CodeLists, PersonRow
from shelter_app.anonymise.regions import country_codes
from shelter_app.domain.periods import Period
from shelter_app.errors import ShelterError
from shelter_i18n import N_

__all__ = ["COVERED", "LAYOUT", "MOST_COUNTRIES", "Counts", "PoolLayout", "TotalsDoNotFit"]

#: Name and version; another cell, another order or another rule of counting needs another number.
LAYOUT = "shelter-pool-layout/1"
#: The tables that the blocks hold everything for. A table that crosses two blocks cannot be made from them.
COVERED = (
    *("persons", "sex_age", "citizenship", "exploitation_country", "exploitation_type", "means_of_control"),
    *("services", "return_stage", "return_outcome"),
)
#: So many countries of exploitation are counted for one person.
MOST_COUNTRIES = 2

#: Persons of a period in a whole network; totals above it were not made by honest offices.
_MOST_PERSONS = 10_000_000
#: A list of n codes has 2 to the n cells: 20 codes are 8 MiB in every file.
_MOST_CODES = 20
#: How "more than one country" is written in a row where it is not told which.
_SEVERAL = ("AD", "AE")

Counts = npt.NDArray[np.uint64]


class TotalsDoNotFit(ShelterError):
    """The totals contradict each other: a contribution was not made as the layout says, or not by this program."""

    message = N_(
        "The sum of all contributions makes no sense: its tables do not count the same persons. An office or a receiver "
        "has sent something else than its counts or its sum. No figure has been shown or written. Let both receivers add "
        "up again; if that does not help, hold a new round, everybody with the newest version."
    )
    exit_code = 93


class _Block(Protocol):
    """Some columns of a row, and the cell of the block that a row is counted in."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    def cell(self, row: PersonRow) -> int:
        """The one cell that counts this row."""

    def columns(self, cell: int) -> dict[str, Any]:
        """Values of the columns with which a row is counted in `cell`."""


@dataclass(frozen=True)
class _Single:
    """Columns that have one value each: a cell for every combination."""

    name: str
    axes: tuple[tuple[str, tuple[Any, ...]], ...]

    @property
    def size(self) -> int:
        return int(np.prod([len(values) for _, values in self.axes]))

    def cell(self, row: PersonRow) -> int:
        place = 0
        for column, values in self.axes:
            value = getattr(row, column)
            if column == "age":
                value = _first_age(age_band(value))
            place = place * len(values) + values.index(value)
        return place

    def columns(self, cell: int) -> dict[str, Any]:
        found = {}
        for column, values in reversed(self.axes):
            cell, place = divmod(cell, len(values))
            found[column] = values[place]
        return found


@dataclass(frozen=True)
class _AnyOf:
    """A column with any number of codes of a short list: a cell for every set of codes."""

    name: str
    codes: tuple[str, ...]

    @property
    def size(self) -> int:
        return 1 << len(self.codes)

    def cell(self, row: PersonRow) -> int:
        return sum(1 << self.codes.index(code) for code in set(getattr(row, self.name)))

    def columns(self, cell: int) -> dict[str, Any]:
        return {self.name: tuple(code for place, code in enumerate(self.codes) if cell >> place & 1)}


@dataclass(frozen=True)
class _Countries:
    """A column of countries: a cell for none, for each, and for each pair, or one for "several".

    Of more countries than are told apart, some are left out by a rule that prefers none of them and does not
    depend on anybody else.
    """

    name: str
    pairs: bool

    @property
    def size(self) -> int:
        return len(_country_sets(self.pairs))

    def cell(self, row: PersonRow) -> int:
        found = set(getattr(row, self.name))
        most = MOST_COUNTRIES if self.pairs else 1
        if len(found) > most:
            by_lot = sorted(found, key=lambda code: _lot(row.person, code))
            found = set(by_lot[:most] if self.pairs else _SEVERAL)
        return _country_places(self.pairs)[tuple(sorted(found))]

    def columns(self, cell: int) -> dict[str, Any]:
        return {self.name: _country_sets(self.pairs)[cell]}


@lru_cache(maxsize=2)
def _country_sets(pairs: bool) -> tuple[tuple[str, ...], ...]:
    """What the cells of a column of countries stand for, in their order."""
    codes = country_codes()
    several = combinations(codes, MOST_COUNTRIES) if pairs else [_SEVERAL]
    return ((), *((code,) for code in codes), *several)


@lru_cache(maxsize=2)
def _country_places(pairs: bool) -> dict[tuple[str, ...], int]:
    return {countries: place for place, countries in enumerate(_country_sets(pairs))}


def _first_age(band: str) -> int | None:
    """The lowest age of a band; None for "not stated"."""
    found = re.match(r"\d+", band)
    return int(found[0]) if found else None


def _lot(person: str, code: str) -> bytes:
    return hashlib.sha256(f"{person} {code}".encode()).digest()


class PoolLayout:
    """The cells of all offices for one set of code lists."""

    def __init__(self, codes: CodeLists) -> None:
        self.codes = codes
        ages = tuple(_first_age(band) for band in (*AGE_BANDS, "not-stated"))
        self._blocks: tuple[_Block, ...] = (
            _Single("arrival", (("new", (True, False)),)),
            _Single("sex_age", (("sex", SEX_CLASSES), ("age", ages))),
            _Countries("citizenships", pairs=False),
            _Countries("exploited_in", pairs=True),
            _any_of("types", codes.types),
            _any_of("means", codes.means),
            _any_of("services", codes.services),
            _Single(
                "returns",
                (
                    ("return_stage", (None, *codes.return_stages.codes)),
                    ("return_outcome", (None, *codes.return_outcomes.codes)),
                ),
            ),
        )

    @property
    def size(self) -> int:
        """How many cells there are."""
        return sum(block.size for block in self._blocks)

    @property
    def digest(self) -> str:
        """A fingerprint of the cells: two programs that give the same one mean the same by every cell."""
        said = {
            "layout": LAYOUT,
            "lists": [[item.name, item.version, *item.codes] for item in self.codes.all()],
            "countries": country_codes(),
            "blocks": [[block.name, block.size] for block in self._blocks],
            "sexes": SEX_CLASSES,
            "ages": AGE_BANDS,
        }
        return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()

    def counts(self, facts: CodedFacts) -> Counts:
        """The exact counts of an office, one for each cell; they are for splitting only.

        Raises:
            ValueError: the facts follow other code lists.
        """
        if facts.codes != self.codes:
            raise ValueError("the facts follow other code lists than the layout")
        counts = np.zeros(self.size, dtype=np.uint64)
        for start, block in self._starts():
            cells = np.fromiter(
                (block.cell(row) for row in facts.rows), dtype=np.int64, count=len(facts.rows)
            )
            np.add.at(counts, start + cells, 1)
        return counts

    def facts(self, totals: Counts, period: Period) -> CodedFacts:
        """Rows that give the same tables as the persons who were counted; none of them is a person.

        Raises:
            TotalsDoNotFit: the blocks do not count the same number of persons.
        """
        if totals.shape != (self.size,) or totals.dtype != np.uint64:
            raise ValueError("these are not totals of this layout")
        if int(totals.max(initial=0)) > _MOST_PERSONS:
            raise TotalsDoNotFit
        parts = [(block, totals[start : start + block.size]) for start, block in self._starts()]
        persons = {int(part.sum()) for _, part in parts}
        if len(persons) != 1 or max(persons) > _MOST_PERSONS:
            raise TotalsDoNotFit
        columns = [list(_one_by_one(block, part)) for block, part in parts]
        rows = (
            PersonRow(
                person=f"{number:08d}", **{name: value for part in of_row for name, value in part.items()}
            )
            for number, of_row in enumerate(zip(*columns, strict=True))
        )
        return CodedFacts(tuple(rows), period, self.codes)

    def _starts(self) -> Iterator[tuple[int, _Block]]:
        start = 0
        for block in self._blocks:
            yield start, block
            start += block.size


def _any_of(name: str, codelist: CodeList) -> _AnyOf:
    if len(codelist.codes) > _MOST_CODES:
        raise ValueError(f"{codelist.name} has too many codes for this layout")
    return _AnyOf(name, codelist.codes)


def _one_by_one(block: _Block, part: Counts) -> Iterator[dict[str, Any]]:
    """The columns of each person of a block, cell after cell."""
    for cell in np.flatnonzero(part):
        columns = block.columns(int(cell))
        for _ in range(int(part[cell])):
            yield columns
