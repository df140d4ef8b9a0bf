"""What each row of a register is, and what a row about a person says.

The rows of a file are all physical rows of all sheets up to the last used one; each gets exactly one outcome.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from shelter_app.domain.date_text import shows_order
from shelter_app.domain.forms import Kind
from shelter_app.domain.partial_date import DateOrder
from shelter_app.exchange.registers.answers import Answer, DateRules
from shelter_app.exchange.registers.cells import Cell, Sheet, column_letters
from shelter_app.exchange.registers.headers import (
    Column,
    Mapping,
    known_targets,
    recognise,
    recognised_count,
)
from shelter_app.exchange.registers.lines import kind_of, no_person
from shelter_app.exchange.registers.reasons import Reason, reason
from shelter_app.exchange.registers.values import answer

__all__ = ["Outcome", "RegisterRow", "Table", "outcome_of", "read_row", "tables"]

Outcome = Literal["imported", "remark", "decision", "not_a_person"]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row of the file and what becomes of it."""

    sheet: str
    #: As the sheet counts, from 1; in a text file the record, from 1.
    row: int
    outcome: Outcome
    #: Answers by target path in the shape of their fields; dates are `PartialDate`.
    values: MappingType[str, Any] = field(default_factory=dict)
    #: Header -> text that no field holds; kept with the entry.
    unparsed: MappingType[str, str] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    #: Header and text of every cell that is not blank.
    original: tuple[tuple[str, str], ...] = ()
    #: The same for the same contents in any file; "" for a row that is no person.
    fingerprint: str = ""
    #: Target path -> cell of the row, such as "D137".
    cells: MappingType[str, str] = field(default_factory=dict)
    #: Decisions taken, by code of the reason.
    decided: MappingType[str, str] = field(default_factory=dict)
    #: Row of the person that this one is, by decision.
    same_person_as: tuple[str, int] | None = None

    @property
    def is_person(self) -> bool:
        """Whether it can be imported."""
        return self.outcome != "not_a_person"

    @property
    def name_cell(self) -> str:
        """The cell that a question about the person is asked at."""
        paths = (
            f"person.{name}" for name in ("name_native", "name_latin", "family_name", "documents.number")
        )
        return next((self.cells[path] for path in paths if path in self.cells), f"A{self.row}")

    @property
    def open_decisions(self) -> tuple[Reason, ...]:
        """What still has to be decided at this row; a row without any can wait for another one of its group."""
        return tuple(each for each in self.reasons if each.severity == "decision")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under one header: the columns, what their dates settled, and where the rows stand."""

    sheet: Sheet
    columns: tuple[Column, ...]
    rules: MappingType[int, DateRules]
    #: Row number (from 0) -> reason for a row that is no person; None for a person.
    kinds: MappingType[int, Reason | None]


def outcome_of(reasons: Sequence[Reason]) -> Outcome:
    """The outcome that the gravest of the reasons gives."""
    severities = {each.severity for each in reasons}
    if "not_a_person" in severities:
        return "not_a_person"
    if not severities.isdisjoint({"decision", "waits"}):
        return "decision"
    return "remark" if "remark" in severities else "imported"


def tables(sheet: Sheet, mapping: Mapping | None, order: DateOrder | None, today: dt.date) -> list[Table]:
    """The tables of a sheet; rows that belong to none stand in a table without columns."""
    start, headers = 0, _header_rows(sheet, mapping)
    found = [
        Table(
            sheet,
            (),
            {},
            {
                i: _outside(sheet, i, bool(headers))
                for i in range(headers[0][0] if headers else len(sheet.rows))
            },
        )
    ]
    for number, (start, height, texts) in enumerate(headers):
        end = headers[number + 1][0] if number + 1 < len(headers) else len(sheet.rows)
        columns = recognise(texts, mapping)
        kinds: dict[int, Reason | None] = {i: no_person("header") for i in range(start, start + height)}
        kinds |= {i: kind_of(sheet.rows[i], columns) for i in range(start + height, end)}
        people = [sheet.rows[i] for i, kind in kinds.items() if kind is None]
        rules = {c.index: _rules(c, people, order, today) for c in columns if c.target}
        found.append(Table(sheet, columns, rules, kinds))
    return found


def _header_rows(sheet: Sheet, mapping: Mapping | None) -> list[tuple[int, int, list[str]]]:
    """Where headers stand: first row, how many rows, and their texts; a header over two rows is joined."""
    if mapping is not None and mapping.header_row is not None:
        row = mapping.header_row - 1
        if row < 0:
            width = max((len(cells) for cells in sheet.rows), default=0)
            return [(0, 0, [column_letters(i) for i in range(width)])]
        return [(row, 1, [cell.text for cell in sheet.rows[row]])] if row < len(sheet.rows) else []
    found: list[tuple[int, int, list[str]]] = []
    for index, cells in enumerate(sheet.rows):
        if found and index < found[-1][0] + found[-1][1]:
            continue
        if not _is_header(cells, mapping):
            continue
        texts, height = [cell.text for cell in cells], 1
        if (
            index in sheet.merged_rows
            and index + 1 < len(sheet.rows)
            and recognised_count(sheet.rows[index + 1])
        ):
            below = [cell.text for cell in sheet.rows[index + 1]]
            width = max(len(texts), len(below))
            texts += [""] * (width - len(texts))
            below += [""] * (width - len(below))
            texts, height = [under or over for over, under in zip(texts, below, strict=True)], 2
        found.append((index, height, texts))
    return found


def _is_header(cells: Sequence[Cell], mapping: Mapping | None) -> bool:
    filled = [cell for cell in cells if not cell.blank]
    said = set(mapping.targets) if mapping else set()
    known = recognised_count(cells) + sum(1 for cell in filled if cell.text in said)
    return known >= max(2, len(filled) / 2) and all(cell.kind != "date" for cell in filled)


def _outside(sheet: Sheet, index: int, has_table: bool) -> Reason:
    if all(cell.blank for cell in sheet.rows[index]):
        return no_person("blank")
    return no_person("title" if has_table else "no_table")


def _rules(
    column: Column, rows: Sequence[Sequence[Cell]], order: DateOrder | None, today: dt.date
) -> DateRules:
    """Day and month are settled once for a column, by its own dates; so is the century of event dates."""
    assert column.target is not None
    if known_targets()[column.target] is not Kind.DATE:
        return DateRules(order, False, today)
    cells = [cells[column.index] for cells in rows if column.index < len(cells)]
    texts = [cell.text for cell in cells if cell.kind == "text"]
    full = any(
        cell.date is not None or re.search(r"\d{4}", unicodedata.normalize("NFKC", cell.text))
        for cell in cells
    )
    return DateRules(order or shows_order(texts), full and column.target != "person.birth", today)


def read_row(table: Table, index: int) -> RegisterRow:
    """One row of a table as its cells say it, before the cells are compared with each other."""
    sheet, cells = table.sheet, table.sheet.rows[index]
    not_person = table.kinds[index]
    original = tuple(_originals(table.columns, cells))
    if not_person is not None:
        return RegisterRow(sheet.name, index + 1, "not_a_person", reasons=(not_person,), original=original)
    values: dict[str, Any] = {}
    unparsed: dict[str, str] = {}
    reasons: list[Reason] = []
    if sheet.hidden:
        reasons.append(reason("hidden_sheet"))
    elif index in sheet.hidden_rows:
        reasons.append(reason("hidden_row"))
    for place, cell in enumerate(cells):
        if cell.blank:
            continue
        where = f"{column_letters(place)}{index + 1}"
        reasons += [reason(code, where) for code in cell.remarks]
        column = table.columns[place] if place < len(table.columns) else Column(place, "", None)
        header = column.header or column.letter
        if column.target is None:
            if not column.header:
                reasons.append(reason("extra_cells", where))
            if column.candidates:
                reasons.append(reason("column_unclear", where, header=column.header))
            if column.repeats is not None and _differs(cells, column.repeats, cell):
                reasons.append(reason("second_column", where, text=cell.text))
            _keep(unparsed, header, cell.text)
            continue
        found = answer(column.target, cell, table.rules[place])
        if not _merge(values, found) and not found.text:
            found.keep(cell.text, "second_column")
        if found.text:
            _keep(unparsed, header, found.text)
        reasons += [reason(code, where, **shown) for code, shown in found.reasons]
        reasons += _ambiguous(column.target, where, cell, found)
    if len(cells) < len(table.columns) and any(c.target for c in table.columns[len(cells) :]):
        short = sheet.name == "" and any(c.header for c in table.columns[len(cells) :])
        reasons += (
            [reason("missing_cells", f"{column_letters(max(len(cells) - 1, 0))}{index + 1}")] if short else []
        )
    return RegisterRow(
        sheet.name,
        index + 1,
        outcome_of(reasons),
        values,
        unparsed,
        tuple(reasons),
        original,
        _fingerprint(original),
    )


def _originals(columns: Sequence[Column], cells: Sequence[Cell]) -> Iterator[tuple[str, str]]:
    for place, cell in enumerate(cells):
        if not cell.blank:
            header = columns[place].header if place < len(columns) else ""
            yield header or column_letters(place), cell.text


def _fingerprint(original: Sequence[tuple[str, str]]) -> str:
    """A hash of the row's texts, the same for other widths of digits, blanks and columns in another order."""
    plain = sorted(
        "\x1f".join(" ".join(unicodedata.normalize("NFKC", part).casefold().split()) for part in pair)
        for pair in original
    )
    return hashlib.sha256("\x1e".join(plain).encode()).hexdigest()


def _keep(unparsed: dict[str, str], header: str, text: str) -> None:
    unparsed[header] = f"{unparsed[header]}; {text}" if header in unparsed else text


def _differs(cells: Sequence[Cell], other: int, cell: Cell) -> bool:
    """Whether a cell says something else than the one of the column with the same meaning."""
    first = cells[other].text if other < len(cells) else ""
    return (
        unicodedata.normalize("NFKC", first).casefold() != unicodedata.normalize("NFKC", cell.text).casefold()
    )


def _merge(values: dict[str, Any], found: Answer) -> bool:
    """Add what a cell says to what the row says; False if another column has said something else before."""
    whole = True
    for path, value in found.values.items():
        before = values.get(path)
        if path not in values:
            values[path] = list(value) if isinstance(value, list) else value
        elif isinstance(before, list) and isinstance(value, list):
            before += [item for item in value if item not in before]
        elif before != value:
            if known_targets().get(path) in _WORDS and isinstance(before, str):
                values[path] = f"{before}; {value}"
            else:
                whole = False
    return whole


#: Answers in words, which two columns can give together.
_WORDS = (Kind.TEXT, Kind.LONG_TEXT)


def _ambiguous(path: str, where: str, cell: Cell, found: Answer) -> list[Reason]:
    if not found.alternatives:
        return []
    first, second = found.alternatives[0], found.alternatives[1]
    return [replace(reason("day_month", where, text=cell.text, first=first, second=second, path=path))]
