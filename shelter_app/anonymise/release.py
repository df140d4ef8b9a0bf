"""The protected summary: all that a receiver may see, and nothing that could be undone.

A `ProtectedRelease` holds no true count. A figure is rounded ("shown"), replaced by "<11" ("small") or left
out ("hidden"). Writers of files get this object only. Why one particular cell had to be hidden would itself
tell something about the cell that it protects; such reasons are kept apart in `Protection`, for the preview
in the office, and no file carries them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from shelter_app.domain.periods import Period
from shelter_i18n import N_, _, current_language, gettext_in

__all__ = [
    "Category",
    "Cell",
    "CellKey",
    "Check",
    "Counts",
    "Folded",
    "Kind",
    "LabelLookup",
    "Notice",
    "ProtectedRelease",
    "Protection",
    "Reason",
    "Role",
    "Table",
    "cell_text",
    "reason_text",
]

Kind = Literal["shown", "small", "hidden"]
#: item: a category of its own. none: persons of whom the table knows nothing ("Not stated"). base: the
#: persons with at least one item. total: all persons of the release.
Role = Literal["item", "none", "base", "total"]
ReasonCode = Literal[
    "small", "protects", "not-empty", "too-few", "remainder", "everybody", "company", "narrow", "earlier"
]
#: Label of (name of the code list, code, language), for lists that the domain knows.
LabelLookup = Callable[[str, str, str], str]

_BAND = re.compile(r"(\d+)--(\d+)")


class CellKey(NamedTuple):
    """Where a cell stands: table id, code of the row, code of the column."""

    table: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a figure is not shown; `about` names the cell, or the line, that it would have given away."""

    code: ReasonCode
    about: CellKey | None = None


_SMALL = Reason("small")
_PROTECTS = Reason("protects")


@dataclass(frozen=True, slots=True)
class Cell:
    """One published figure: a rounded `value` when shown, nothing else otherwise."""

    kind: Kind
    value: int | None = None

    def __post_init__(self) -> None:
        if (self.kind == "shown") != (self.value is not None):
            raise ValueError("a cell has a value if and only if it is shown")

    @property
    def reason(self) -> Reason | None:
        """The general reason, the same for every cell of its kind; `Protection.reason_for` knows more."""
        return {"shown": None, "small": _SMALL, "hidden": _PROTECTS}[self.kind]


@dataclass(frozen=True, slots=True)
class Category:
    """A row or column: its code, what it stands for, and where its label comes from.

    Either `text` is a message id (with a place {name} when `codelist` is given as well), or `codelist` and
    `key` name an entry of a code list. `least` is the number of persons from which on such a category gets a
    row of its own: that it has one tells this much, so it is said, and every attack reckons with it.
    """

    code: str
    role: Role = "item"
    text: str = ""
    codelist: str = ""
    key: str = ""
    least: int = 0

    def label(self, language: str | None = None, lookup: LabelLookup | None = None) -> str:
        """The label for the reader; lists other than countries, regions and age bands are asked of `lookup`."""
        language = language or current_language()
        name = _list_label(self.codelist, self.key or self.code, language, lookup) if self.codelist else ""
        return gettext_in(language, self.text).format(name=name) if self.text else name


def _list_label(codelist: str, code: str, language: str, lookup: LabelLookup | None) -> str:
    if codelist == "countries":
        from shelter_i18n.formats import country_name

        return country_name(code, language)
    if codelist == "regions":
        from shelter_app.anonymise.regions import region_label

        return region_label(code, language)
    if codelist == "age-bands":
        if band := _BAND.fullmatch(code):
            text = gettext_in(language, N_("{first} to {last} years"))
            return text.format(first=int(band[1]), last=int(band[2]))
        return gettext_in(language, N_("{first} years and over")).format(first=code.rstrip("+"))
    return lookup(codelist, code, language) if lookup else code


class Folded(NamedTuple):
    """A category that stands in no row of its own, and the row that counts it."""

    code: str
    into: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table, as published.

    `rows` and `columns` name the cells; their roles say which are totals. When `additive`, items add up to
    their base (or total); otherwise a person may be counted in several rows and the items may exceed it.
    `base` names the group of persons that the base row counts: tables with the same base share that figure.
    `folded` lists every category of the closed list that has no row, present or not, so that it tells nothing.
    """

    id: str
    title: str
    rows: tuple[Category, ...]
    columns: tuple[Category, ...]
    cells: tuple[tuple[Cell, ...], ...]
    additive: bool = True
    base: str = "persons"
    sensitive: bool = False
    folded: tuple[Folded, ...] = ()
    codelist: str = ""
    notes: tuple[str, ...] = ()
    #: As `additive`, `sensitive` and `folded`, for the columns of a cross table.
    columns_additive: bool = True
    columns_sensitive: bool = False
    columns_folded: tuple[Folded, ...] = ()
    #: The group of persons that the table is about; "" for everybody.
    universe: str = ""

    def __post_init__(self) -> None:
        if len(self.cells) != len(self.rows) or any(len(line) != len(self.columns) for line in self.cells):
            raise ValueError("a table has one cell for each row and column")

    def cell(self, row: str, column: str = "persons") -> Cell:
        """The cell at the codes of a row and a column."""
        rows = [category.code for category in self.rows]
        columns = [category.code for category in self.columns]
        return self.cells[rows.index(row)][columns.index(column)]

    def walk(self) -> Iterator[tuple[Category, Category, Cell]]:
        """Every cell with its row and column, row by row."""
        for row, line in zip(self.rows, self.cells, strict=True):
            for column, cell in zip(self.columns, line, strict=True):
                yield row, column, cell


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of attack that was tried on the release: how often, and whether all attempts failed."""

    name: str
    attempts: int
    held: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that the reader must see, with a code for programs and the table that it is about, if any."""

    code: str
    text: str
    table: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many figures stand in the release, and how many categories were merged into others."""

    shown: int = 0
    small: int = 0
    hidden: int = 0
    merged: int = 0


@dataclass(frozen=True, slots=True)
class ProtectedRelease:
    """All that may leave the office for one period. Everything here can be derived from published figures."""

    period: Period
    codebooks: tuple[tuple[str, str], ...] = ()
    threshold: int = 11
    rounding: int = 10
    #: What a hidden figure is at least: 11, or 0 in a release that is safe beside earlier ones of the same persons.
    hidden_least: int = 11
    tables: tuple[Table, ...] = ()
    checks: tuple[Check, ...] = ()
    notices: tuple[Notice, ...] = ()
    share_kept: float = 0.0
    counts: Counts = field(default_factory=Counts)

    def table(self, table_id: str) -> Table:
        """The table with this id; KeyError when it was left out."""
        for table in self.tables:
            if table.id == table_id:
                return table
        raise KeyError(table_id)

    def to_json(self) -> str:
        """The release as canonical JSON text: the same release gives the same characters."""
        from shelter_app.anonymise.release_json import release_to_json

        return release_to_json(self)

    @classmethod
    def from_json(cls, text: str) -> ProtectedRelease:
        """The release that `to_json` wrote.

        Raises:
            ReleaseFormatError: the text is not a release of a version that this program reads.
        """
        from shelter_app.anonymise.release_json import release_from_json

        return release_from_json(text)


@dataclass(frozen=True, slots=True)
class Protection:
    """The outcome in the office: the release for the receiver, and the reasons for the preview only."""

    release: ProtectedRelease
    reasons: Mapping[CellKey, Reason] = field(default_factory=dict)

    def reason_for(self, table: str, row: str, column: str = "persons") -> Reason | None:
        """Why this cell is not shown; None when it is. For people in the office, never for a file."""
        cell = self.release.table(table).cell(row, column)
        return self.reasons.get(CellKey(table, row, column), cell.reason)


def cell_text(cell: Cell, language: str | None = None) -> str:
    """What stands in the cell: a number, "<11", or the sign for a hidden figure."""
    if cell.value is not None:
        from shelter_i18n.formats import format_number

        return format_number(cell.value, language)
    return "<11" if cell.kind == "small" else "-"


_REASONS: dict[ReasonCode, str] = {
    "small": N_("Ten persons or fewer, perhaps nobody."),
    "protects": N_("Hidden so that no small figure can be worked out."),
    "not-empty": N_('Hidden: with the totals, somebody could work out that "{about}" is not empty.'),
    "too-few": N_('Hidden: with the totals, somebody could work out more exactly how small "{about}" is.'),
    "remainder": N_(
        'Hidden: with the totals, somebody could work out how few persons are hidden in "{about}".'
    ),
    "everybody": N_("Hidden: it would show something about nearly every person in this table."),
    "company": N_('Hidden: if "{about}" were the only hidden figure, it would be clear why.'),
    "earlier": N_(
        'Hidden: beside an earlier report, somebody could work out that a few persons in "{about}" came, left or '
        "were corrected."
    ),
    "narrow": N_('Hidden: with the totals, somebody could work out the hidden figure of "{about}".'),
}


def reason_text(
    reason: Reason, table: Table | None = None, language: str | None = None, lookup: LabelLookup | None = None
) -> str:
    """A plain sentence for the reason; `table` is the one that `reason.about` lies in."""
    text = _REASONS[reason.code]
    text = gettext_in(language, text) if language else _(text)
    if reason.about is None:
        return text
    return text.format(about=_about(reason.about, table, language, lookup))


def _about(key: CellKey, table: Table | None, language: str | None, lookup: LabelLookup | None) -> str:
    if table is None or table.id != key.table:
        return key.row
    names = []
    for axis, code in ((table.rows, key.row), (table.columns, key.column)):
        if len(axis) > 1:
            names += [category.label(language, lookup) for category in axis if category.code == code]
    separator = "，" if (language or current_language()) == "zh" else ", "
    return separator.join(names) or key.row
