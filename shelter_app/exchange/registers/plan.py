"""What an import would do, row by row, before anything is written; and the decisions that it waits for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shelter_app.domain.partial_date import DateOrder, PartialDate
from shelter_app.exchange.registers.aliases import AGE
from shelter_app.exchange.registers.cells import column_letters
from shelter_app.exchange.registers.checks import check_row
from shelter_app.exchange.registers.decisions import resolve
from shelter_app.exchange.registers.duplicates import ask_about_duplicates
from shelter_app.exchange.registers.errors import NoHeaderError
from shelter_app.exchange.registers.headers import Column, Mapping
from shelter_app.exchange.registers.reader import read_register
from shelter_app.exchange.registers.reasons import WAITS, Reason, reason
from shelter_app.exchange.registers.rows import Outcome, RegisterRow, Table, outcome_of, read_row, tables
from shelter_i18n import N_, current_language, gettext_in

__all__ = ["ColumnInfo", "Existing", "RegisterPreview", "check_rows", "flat_values", "preview"]

#: Given a row, the cases of the vault that are likely the same person, as they may be shown.
Existing = Callable[[RegisterRow], Sequence[str]]


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """One column as it was understood, for the page where columns can be mapped by hand."""

    sheet: str
    column: Column
    #: Which of day and month comes first in its dates, where that matters and is settled.
    date_order: DateOrder | None
    #: Its first few different texts.
    samples: tuple[str, ...]
    #: Whether every formula of the column was never calculated.
    not_calculated: bool = False

    def to_json(self) -> dict[str, Any]:
        """The column as plain data."""
        return {
            "sheet": self.sheet,
            "column": self.column.letter,
            "header": self.column.header,
            "target": self.column.target,
            "candidates": list(self.column.candidates),
            "date_order": self.date_order,
            "not_calculated": self.not_calculated,
        }


@dataclass(frozen=True, slots=True)
class RegisterPreview:
    """A register, read and judged: every row with its outcome. Nothing has been written."""

    name: str
    kind: str
    sheets: tuple[str, ...]
    columns: tuple[ColumnInfo, ...]
    rows: tuple[RegisterRow, ...]
    encoding: str = ""
    encoding_certain: bool = True
    other_encodings: tuple[str, ...] = ()
    separator: str = ""

    def count(self, outcome: Outcome) -> int:
        """How many rows have this outcome; the four counts add up to the rows of the file."""
        return sum(1 for row in self.rows if row.outcome == outcome)

    @property
    def people(self) -> tuple[RegisterRow, ...]:
        """The rows that can be imported, those that wait for a decision among them."""
        return tuple(row for row in self.rows if row.is_person)

    def unknown_headers(self, mapping: Mapping) -> list[str]:
        """Which headers or letters of a mapping no column of the file has."""
        there = {name for info in self.columns for name in (info.column.header, info.column.letter)}
        return [name for name in mapping.targets if name not in there]

    def resolve(self, sheet: str, row: int, choice: tuple[str, str]) -> RegisterPreview:
        """The preview with one decision taken; a decision about a group reaches all its rows.

        Raises:
            KeyError: there is no such row, or it asks for no such decision.
        """
        index = next((i for i, each in enumerate(self.rows) if (each.sheet, each.row) == (sheet, row)), None)
        if index is None:
            raise KeyError((sheet, row))
        asked = next((each for each in self.rows[index].open_decisions if each.code == choice[0]), None)
        rows = list(self.rows)
        rows[index] = resolve(rows[index], choice)
        if asked is not None and asked.code == "same_person":
            _spread(rows, asked.group, choice[1])
        return replace(self, rows=tuple(rows))

    def resolve_alike(self, choice: tuple[str, str]) -> RegisterPreview:
        """The preview with the same decision taken wherever it is still asked."""
        after = self
        for row in self.rows:
            if any(each.code == choice[0] for each in row.open_decisions):
                after = after.resolve(row.sheet, row.row, choice)
        return after

    def lines(self, language: str | None = None) -> list[str]:
        """The preview for a terminal: the counts, what was settled for the whole file, and what needs a look."""
        language = language or current_language()

        def say(message: str, **values: object) -> str:
            return gettext_in(language, message).format(**values)

        lines = [
            say(
                _COUNTS,
                rows=len(self.rows),
                imported=self.count("imported"),
                remark=self.count("remark"),
                decision=self.count("decision"),
                other=self.count("not_a_person"),
            )
        ]
        if self.encoding:
            lines.append(say(_READ_AS if self.encoding_certain else _READ_AS_MAYBE, encoding=self.encoding))
        for info in self.columns:
            place = {"column": info.column.letter, "header": info.column.header, "sheet": info.sheet}
            if info.column.candidates:
                fields = ", ".join(info.column.candidates)
                lines.append(say(_UNCLEAR, **place, fields=fields, field=info.column.candidates[0]))
            elif info.column.repeats is not None:
                lines.append(say(_REPEATS, **place, first=column_letters(info.column.repeats)))
            elif info.column.target is None and info.column.header:
                lines.append(say(_AS_TEXT, **place))
            if info.not_calculated:
                lines.append(say(_NEVER_CALCULATED, **place))
        for row in self.rows:
            if row.outcome in {"remark", "decision"}:
                where = f"{row.sheet} {row.row}".strip()
                reasons = sorted(row.reasons, key=lambda each: each.severity)
                lines += [
                    f"{where}  {say(_MARKS[r.severity])}  {r.cell}  {r.text(language)}" for r in reasons
                ]
        return lines

    def to_json(self) -> dict[str, Any]:
        """The preview as plain data, for scripts."""
        return {
            "file": self.name,
            "kind": self.kind,
            "encoding": self.encoding,
            "encoding_certain": self.encoding_certain,
            "sheets": list(self.sheets),
            "columns": [column.to_json() for column in self.columns],
            "rows": len(self.rows),
            **{outcome: self.count(outcome) for outcome in _OUTCOMES},
            "items": [
                {
                    "row": row.row,
                    "sheet": row.sheet,
                    "outcome": row.outcome,
                    "values": flat_values(row),
                    "reasons": [each.to_json() for each in row.reasons],
                }
                for row in self.rows
            ],
        }


_COUNTS = N_(
    "Rows: {rows}. As they are: {imported}, with a remark: {remark}, waiting for a decision: {decision}, "
    "not persons: {other}."
)
_READ_AS = N_("Read as {encoding}.")
_READ_AS_MAYBE = N_(
    "Read as {encoding}, which fits but is not certain: check the names. Another: --encoding."
)
_AS_TEXT = N_("Column {column} ({header}) fits no field; it is kept as text.")
_REPEATS = N_(
    "Column {column} ({header}) means the same as column {first}, which was taken over; it is kept as text."
)
_UNCLEAR = N_(
    'Column {column} ({header}) can mean {fields}. Say which, for example --column "{header}={field}"; until then it '
    "is kept as text."
)
_NEVER_CALCULATED = N_(
    "Column {column} ({header}) holds formulas that were never calculated. Open the file in a spreadsheet program, "
    "save it and try again."
)
_MARKS = {"decision": N_("decision"), "waits": N_("waits"), "remark": N_("remark")}
_OUTCOMES: tuple[Outcome, ...] = ("imported", "remark", "decision", "not_a_person")


def preview(
    path: Path,
    *,
    today: dt.date,
    mapping: Mapping | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    date_order: DateOrder | None = None,
    existing: Existing | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RegisterPreview:
    """Read a register and say what would become of every row.

    Args:
        path: the workbook or text file.
        today: later dates are flagged.
        mapping: what a person said about the columns; goes before what is recognised.
        encoding: the character set of a text file; None finds it.
        sheet: only this sheet of a workbook.
        date_order: which of day and month comes first; None lets each column settle it.
        existing: finds likely duplicates in the vault.
        progress: hears how many rows of how many have been read.

    Raises:
        RegisterError: the file cannot be read whole, or has no row of column names.
    """
    file = read_register(path, encoding=encoding, sheet=sheet)
    found = [table for each in file.sheets for table in tables(each, mapping, date_order, today)]
    if not any(column.target for table in found for column in table.columns):
        raise NoHeaderError(name=file.name)
    rows: list[RegisterRow] = []
    total = sum(len(table.kinds) for table in found)
    for table in found:
        for row in _checked(table, today):
            rows.append(row)
            if progress and not len(rows) % 100:
                progress(len(rows), total)
    rows = ask_about_duplicates(rows)
    if existing is not None:
        rows = [_against_vault(row, existing) for row in rows]
    return RegisterPreview(
        name=file.name,
        kind=file.kind,
        sheets=tuple(each.name for each in file.sheets),
        columns=tuple(info for table in found for info in _columns(table)),
        rows=tuple(_numbered(rows)),
        encoding=file.encoding,
        encoding_certain=file.encoding_certain,
        other_encodings=file.other_encodings,
        separator=file.separator,
    )


def check_rows(table: Table, today: dt.date) -> list[RegisterRow]:
    """Every row of a table, read and compared with itself."""
    return list(_checked(table, today))


def _checked(table: Table, today: dt.date) -> Iterator[RegisterRow]:
    places: dict[str, str] = {}
    headers: dict[str, str] = {}
    for column in table.columns:
        if column.target:
            places.setdefault(column.target, column.letter)
            headers.setdefault(column.target, column.header or column.letter)
    for index in sorted(table.kinds):
        row = read_row(table, index)
        if row.is_person:
            cells = {target: f"{letter}{row.row}" for target, letter in places.items()}
            row = check_row(row, cells, headers, today=today)
        yield row


def _against_vault(row: RegisterRow, existing: Existing) -> RegisterRow:
    cases = tuple(existing(row)) if row.is_person else ()
    if not cases:
        return row
    reasons = (*row.reasons, reason("in_vault", row.name_cell, cases=", ".join(cases)))
    return replace(row, reasons=reasons, outcome=outcome_of(reasons))


def _numbered(rows: Sequence[RegisterRow]) -> list[RegisterRow]:
    """Rows with the very same contents get fingerprints of their own, counted in the order of the file."""
    seen: Counter[str] = Counter()
    out = []
    for row in rows:
        if row.fingerprint:
            seen[row.fingerprint] += 1
            if seen[row.fingerprint] > 1:
                row = replace(row, fingerprint=f"{row.fingerprint}#{seen[row.fingerprint]}")  # noqa: PLW2901
        out.append(row)
    return out


def _columns(table: Table) -> list[ColumnInfo]:
    people = [table.sheet.rows[i] for i, kind in table.kinds.items() if kind is None]
    infos = []
    for column in table.columns:
        cells = [
            row[column.index] for row in people if column.index < len(row) and not row[column.index].blank
        ]
        samples = tuple(dict.fromkeys(cell.text for cell in cells[:200] if cell.text))[:3]
        rules = table.rules.get(column.index)
        never = bool(cells) and all("not_calculated" in cell.remarks for cell in cells)
        if column.header or column.target or cells:
            infos.append(ColumnInfo(table.sheet.name, column, rules.order if rules else None, samples, never))
    return infos


def _spread(rows: list[RegisterRow], group: tuple[tuple[str, int], ...], chosen: str) -> None:
    """Let the rows that point to the question of their group follow the decision."""
    first = group[0]
    for index, row in enumerate(rows):
        place = (row.sheet, row.row)
        if place not in group or place == first or all(each.code != WAITS for each in row.reasons):
            continue
        reasons = tuple(each for each in row.reasons if each.code != WAITS)
        if chosen == "leave_out":
            reasons = (*reasons, Reason("left_out", "not_a_person"))
        same = first if chosen == "same_person" else None
        rows[index] = replace(row, reasons=reasons, outcome=outcome_of(reasons), same_person_as=same)


def flat_values(row: RegisterRow) -> dict[str, Any]:
    """The answers of a row by plain names, for scripts: dates in ISO 8601, countries as alpha-2 codes.

    What is only about is said beside it ("birth_about": true); an age stands as "birth_age" with the day it was
    true ("birth_age_on"); texts that no field holds stand under "unparsed" by their header.
    """
    flat: dict[str, Any] = {}
    for path, value in row.values.items():
        name = _NAMES.get(path) or path.split(".", 1)[1]
        if isinstance(value, PartialDate):
            flat |= _flat_date(name, value)
        elif isinstance(value, list):
            flat[name] = [_flat_row(each) if isinstance(each, dict) else each for each in value]
        else:
            flat[name] = value
    if row.unparsed:
        flat["unparsed"] = dict(row.unparsed)
    if row.same_person_as:
        flat["same_person_as"] = row.same_person_as[1]
    return flat


#: Names that would be unclear without their form.
_NAMES = {
    AGE: "age",
    "intake.remark": "note",
    "service.sessions": "psychosocial_sessions",
    "service.medical_detail": "medical",
    "consent.answer": "consent_to_return",
    "consent.signed": "consent_signed",
    "return_step.carrier": "flight",
    "return_step.escort_kind": "escort",
}


def _flat_row(row: dict[str, Any]) -> dict[str, Any]:
    """One row of a group, such as a document."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        flat |= _flat_date(name, value) if isinstance(value, PartialDate) else {name: value}
    return flat


def _flat_date(name: str, date: PartialDate) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    if date.iso():
        flat[name] = date.iso()
    if date.age is not None:
        flat[f"{name}_age"] = date.age
        if date.asof is not None:
            flat |= _flat_date(f"{name}_age_on", date.asof)
    if date.start is not None and date.end is not None:
        flat[f"{name}_from"], flat[f"{name}_to"] = date.start.iso(), date.end.iso()
    for key, holds in (("about", date.about), ("unknown", date.unknown)):
        if holds:
            flat[f"{name}_{key}"] = True
    if date.text:
        flat[f"{name}_text"] = date.text
    return flat
