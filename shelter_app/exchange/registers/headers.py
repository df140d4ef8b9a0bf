"""Which column means which field: recognised by its header, or said by a person and kept as a profile."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from shelter_app.domain.forms import Kind, import_targets
from shelter_app.domain.names import fold_characters
from shelter_app.exchange.registers.aliases import AGE, EXTRA_HEADERS, UNCLEAR_HEADERS
from shelter_app.exchange.registers.cells import Cell, column_letters

__all__ = [
    "Column",
    "Mapping",
    "known_targets",
    "match_header",
    "name_columns",
    "recognise",
    "recognised_count",
    "unclear_header",
]

#: Two columns may fill one of these; elsewhere the second is kept as text.
_SHARED = ("intake.remark", "person.documents.number", "person.aliases", "service.medical_detail")
_BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
_CUTS = re.compile(r"[/\n|]|(?<=[\u3400-\u9fff])\s+(?=[a-z])|(?<=[a-z])\s+(?=[\u3400-\u9fff])")
NAME_TARGETS = frozenset(
    f"person.{name}" for name in ("name_native", "name_latin", "family_name", "given_name", "aliases")
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where it stands, its header, and the field that it fills (None: kept as text)."""

    index: int
    header: str
    target: str | None
    #: What a header that nobody can be sure of can mean; until somebody says it, the column is kept as text.
    candidates: tuple[str, ...] = ()
    #: The column further left that has the same meaning already and fills the field.
    repeats: int | None = None

    @property
    def letter(self) -> str:
        """What the spreadsheet calls it."""
        return column_letters(self.index)


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a person said about the columns; kept as a profile for the next file of the same layout.

    `targets` goes by header text, or by column letter where there is none or several are alike; a target of None keeps the column
    as text. `header_row` is the row of the column names, 1 for the first, 0 if there are none.
    """

    targets: MappingType[str, str | None] = field(default_factory=dict)
    header_row: int | None = None
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """The profile as plain data."""
        return {"version": 1, "name": self.name, "header_row": self.header_row, "targets": dict(self.targets)}

    @classmethod
    def from_json(cls, stored: Any) -> Mapping:
        """The profile that `to_json` wrote.

        Raises:
            ValueError: it is no profile of this version.
        """
        if not isinstance(stored, MappingType) or stored.get("version") != 1:
            raise ValueError("not a column profile")
        targets, row, name = stored.get("targets"), stored.get("header_row"), stored.get("name", "")
        known = set(known_targets())
        if not isinstance(targets, MappingType) or not isinstance(name, str):
            raise ValueError("not a column profile")
        if row is not None and (type(row) is not int or row < 0):
            raise ValueError("not a row number")
        if any(not isinstance(h, str) or not (t is None or t in known) for h, t in targets.items()):
            raise ValueError("a column names a field that is not there")
        return cls(dict(targets), row, name)


@lru_cache(maxsize=1)
def known_targets() -> dict[str, Kind]:
    """Every path that a column can fill, with what its answers look like."""
    kinds: dict[str, Kind] = {
        target.path: target.kind
        for target in import_targets()
        if target.field_id != "unparsed" and target.kind != Kind.USER
    }
    return kinds | {AGE: Kind.NUMBER}


@lru_cache(maxsize=1)
def _headers() -> dict[str, str]:
    found: dict[str, str] = {}
    for path, headers in EXTRA_HEADERS.items():
        for header in headers:
            found.setdefault(_fold(header), path)
    for target in import_targets():
        for header in target.headers:
            found.setdefault(_fold(header), target.path)
    return found


def _fold(header: str) -> str:
    text = fold_characters(header).casefold()
    return "".join(c for c in text if c.isalnum() or c == "#")


@lru_cache(maxsize=4096)
def match_header(header: str) -> str | None:
    """The path of the field that a header means, in either language or in both at once."""
    known = _headers()
    if unclear_header(header):
        return None
    plain = fold_characters(header).casefold().strip(" *:")
    for candidate in (plain, _BRACKETS.sub("", plain)):
        folded = _fold(candidate)
        if folded in known:
            return known[folded]
    return next((known[_fold(part)] for part in _CUTS.split(plain) if _fold(part) in known), None)


@lru_cache(maxsize=1)
def _unclear_headers() -> dict[str, tuple[str, ...]]:
    return {_fold(header): targets for targets, headers in UNCLEAR_HEADERS.items() for header in headers}


def unclear_header(header: str) -> tuple[str, ...]:
    """What a header that means one thing here and another there can mean; () for every other one."""
    plain = fold_characters(header).casefold().strip(" *:")
    known, whole = _unclear_headers(), _fold(plain)
    if whole in known or whole in _headers():
        return known.get(whole, ())
    short = _fold(_BRACKETS.sub("", plain))
    parts = [_fold(part) for part in _CUTS.split(plain)]
    if short in known or any(part in _headers() for part in parts):
        return known.get(short, ())
    return next((known[part] for part in parts if part in known), ())


def recognised_count(cells: Sequence[Cell]) -> int:
    """How many cells of a row are headers; dates and numbers never are."""
    texts = [cell.text for cell in cells if cell.kind == "text"]
    return sum(1 for text in texts if match_header(text) is not None or unclear_header(text))


def recognise(headers: Sequence[str], mapping: Mapping | None = None) -> tuple[Column, ...]:
    """The columns under these headers; what a person said goes before what is recognised."""
    said = dict(mapping.targets) if mapping else {}
    used: dict[str, int] = {}
    columns = []
    for index, header in enumerate(headers):
        letter = column_letters(index)
        candidates: tuple[str, ...] = ()
        repeats: int | None = None
        if header in said or letter in said:
            # Several columns can have one header; then the letter says which is meant.
            by_letter = letter in said and (header not in said or headers.count(header) > 1)
            target = said[letter] if by_letter else said[header]
        else:
            target = match_header(header) if header else None
            candidates = unclear_header(header)
            if target not in _SHARED and (repeats := used.get(target or "")) is not None:
                target = None
        if target:
            used.setdefault(target, index)
        columns.append(Column(index, header, target, candidates, repeats))
    return tuple(columns)


def name_columns(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns that hold a name."""
    return tuple(column for column in columns if column.target in NAME_TARGETS)
