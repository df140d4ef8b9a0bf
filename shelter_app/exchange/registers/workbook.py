"""Registers as workbooks: every sheet, merged cells filled, formulas as they were last calculated."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from shelter_app.exchange.registers.cells import BLANK, Cell, RegisterFile, Sheet, cell_of, column_letters
from shelter_app.exchange.registers.delimited import MAX_CELLS, MAX_ROWS
from shelter_app.exchange.registers.errors import (
    DamagedFileError,
    EncryptedWorkbookError,
    NoSuchSheetError,
    SprawlingSheetError,
    TooLargeError,
    TooManyCellsError,
    TooManyRowsError,
)
from shelter_app.exchange.registers.workbook_extent import refuse_sprawling

__all__ = ["MAX_UNPACKED_BYTES", "MAX_WORKBOOK_BYTES", "read_workbook"]

MAX_WORKBOOK_BYTES = 64 * 1024 * 1024
#: A packed workbook can hide gigabytes; 200,000 rows of a register need about half of this.
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
_MAX_COLUMNS = 500
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_HIDDEN_ROW = re.compile(
    rb"""<(?:\w+:)?row\b(?=[^>]{0,400}\bhidden\s*=\s*["'](?:1|true)["'])[^>]{0,400}\br\s*=\s*["']([0-9]{1,7})["']"""
)
_REFERENCE = re.compile(r"^([A-Z]+)(\d+)$")


def read_workbook(path: Path, *, sheet: str | None = None) -> RegisterFile:
    """The register in a workbook: all sheets, or only the one named.

    Raises:
        RegisterError: too large, protected, damaged, or without that sheet.
    """
    size = path.stat().st_size
    if size > MAX_WORKBOOK_BYTES:
        raise TooLargeError(name=path.name, size=size >> 20, limit=MAX_WORKBOOK_BYTES >> 20)
    content = path.read_bytes()
    if _is_encrypted(content):
        raise EncryptedWorkbookError(name=path.name)
    unpacked = _unpacked_size(content, path.name)
    if unpacked > MAX_UNPACKED_BYTES:
        raise TooLargeError(name=path.name, size=unpacked >> 20, limit=MAX_UNPACKED_BYTES >> 20)

    import python_calamine as calamine

    try:
        if content.startswith(b"PK"):
            refuse_sprawling(content, path.name, MAX_ROWS)
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            if sheet is not None and sheet not in book.sheet_names:
                raise NoSuchSheetError(name=path.name, sheet=sheet, sheets=", ".join(book.sheet_names))
            parts = dict(_sheet_parts(content))
            sheets = tuple(
                _sheet(book.get_sheet_by_name(data.name), data, parts.get(data.name, _Part()), path.name)
                for data in book.sheets_metadata
                if data.typ == calamine.SheetTypeEnum.WorkSheet and sheet in (None, data.name)
            )
    except calamine.PasswordError:
        raise EncryptedWorkbookError(name=path.name) from None
    except (
        calamine.CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        ET.ParseError,
        # An encoding that the file names and nobody knows.
        LookupError,
        ValueError,
        OSError,
        EOFError,
    ):
        raise DamagedFileError(name=path.name) from None
    if sum(len(table.rows) for table in sheets) > MAX_ROWS:
        raise TooManyRowsError(name=path.name, limit=MAX_ROWS)
    return RegisterFile(path.name, "workbook", sheets)


def _is_encrypted(content: bytes) -> bool:
    if not content.startswith(b"\xd0\xcf\x11\xe0"):
        return False
    import msoffcrypto
    from msoffcrypto.exceptions import FileFormatError

    try:
        return bool(msoffcrypto.OfficeFile(io.BytesIO(content)).is_encrypted())
    except (FileFormatError, OSError, ValueError):
        return False


def _unpacked_size(content: bytes, name: str) -> int:
    if not content.startswith(b"PK"):
        return len(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError):
        raise DamagedFileError(name=name) from None


@dataclass(frozen=True, slots=True)
class _Part:
    """What the reader does not tell about a sheet of an .xlsx file."""

    #: Cells by place (row, column, from 0) that show an error or were never calculated.
    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    #: Rows that somebody hid, from 0.
    hidden: frozenset[int] = frozenset()


def _sheet(sheet: Any, data: Any, part: _Part, name: str) -> Sheet:
    """One sheet with every row up to the last used one."""
    import python_calamine as calamine

    if sheet.total_height > MAX_ROWS * 2:
        raise TooManyRowsError(name=name, limit=MAX_ROWS)
    values = sheet.to_python(skip_empty_area=False)
    _refuse_overfull(values, name)
    rows: list[list[Cell]] = [
        [BLANK if value == "" else cell_of(value) for value in row[:_MAX_COLUMNS]] for row in values
    ]
    for (row, column), remark in part.marks.items():
        if row >= MAX_ROWS * 2 or column >= _MAX_COLUMNS:
            continue
        while len(rows) <= row:
            rows.append([])
        rows[row] += [BLANK] * (column + 1 - len(rows[row]))
        cell = rows[row][column]
        rows[row][column] = Cell("", "other", remarks=(*cell.remarks, remark))
    merged_rows = _fill_merged(rows, sheet.merged_cell_ranges or ())
    while rows and all(cell.blank for cell in rows[-1]):
        rows.pop()
    return Sheet(
        data.name,
        tuple(tuple(row) for row in rows),
        hidden=data.visible != calamine.SheetVisibleEnum.Visible,
        merged_rows=frozenset(merged_rows),
        hidden_rows=part.hidden,
    )


def _refuse_overfull(rows: Sequence[Sequence[Any]], name: str) -> None:
    """Pass if the used cells can be held, and none stands behind the columns that are read: none is dropped."""
    used = 0
    for number, row in enumerate(rows, start=1):
        used += sum(1 for value in row if value != "")
        if used > MAX_CELLS:
            raise TooManyCellsError(name=name, limit=MAX_CELLS)
        far = next((i for i, value in enumerate(row[_MAX_COLUMNS:], _MAX_COLUMNS) if value != ""), None)
        if far is not None:
            raise SprawlingSheetError(name=name, cell=f"{column_letters(far)}{number}")


def _fill_merged(rows: list[list[Cell]], ranges: Iterable[Any]) -> set[int]:
    """Give every row of a merge down a column its value; name the rows that are merged across."""
    across: set[int] = set()
    for (top, left), (bottom, right) in ranges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        if right > left:
            across.update(range(top, min(bottom, len(rows) - 1) + 1))
            continue
        source = rows[top][left]
        if source.blank:
            continue
        for row in range(top + 1, min(bottom, len(rows) - 1) + 1):
            rows[row] += [BLANK] * (left + 1 - len(rows[row]))
            rows[row][left] = replace(source, remarks=(*source.remarks, "merged_cell"))
    return across


def _sheet_parts(content: bytes) -> Iterator[tuple[str, _Part]]:
    """By sheet: cells whose formula was never calculated or shows an error, and rows that are hidden.

    The reader gives 0 or nothing for such cells, which would look like an answer.
    """
    if not content.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return
        relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - size is bounded
        targets = {item.get("Id"): item.get("Target", "") for item in relations}
        for item in ET.fromstring(archive.read("xl/workbook.xml")).iter(_NS + "sheet"):  # noqa: S314
            target = targets.get(item.get(_REL), "").removeprefix("/").removeprefix("xl/")
            part = f"xl/{target}"
            if part in names:
                xml = archive.read(part)
                marks = _marks_of_sheet(xml) if b"<f" in xml or b't="e"' in xml else {}
                hidden = frozenset(int(number) - 1 for number in _HIDDEN_ROW.findall(xml))
                yield item.get("name", ""), _Part(marks, hidden)


def _marks_of_sheet(xml: bytes) -> dict[tuple[int, int], str]:
    """Cells by place (row, column, from 0) that show an error or were never calculated.

    Some programs store 0 for a formula that they did not calculate: a column whose formulas all say 0 counts as
    never calculated.
    """
    marks: dict[tuple[int, int], str] = {}
    zeros: dict[int, list[tuple[int, int]]] = {}
    calculated: set[int] = set()
    for cell in _cells(xml):
        reference = _REFERENCE.match(cell.get("r", ""))
        value = cell.find(_NS + "v")
        if reference:
            place = (int(reference[2]) - 1, _column(reference[1]))
            if cell.get("t") == "e":
                marks[place] = "cell_error"
            elif cell.find(_NS + "f") is not None:
                result = value.text if value is not None else None
                if result is None and cell.get("t") != "str":
                    marks[place] = "not_calculated"
                elif result == "0":
                    zeros.setdefault(place[1], []).append(place)
                else:
                    calculated.add(place[1])
    for column, places in zeros.items():
        if len(places) > 1 and column not in calculated:
            marks |= dict.fromkeys(places, "not_calculated")
    return marks


def _cells(xml: bytes) -> Iterator[ET.Element]:
    """The cells of a sheet, row after row; each row is dropped when it is done with."""
    for _event, element in ET.iterparse(io.BytesIO(xml)):  # noqa: S314 - size is bounded
        if element.tag == _NS + "row":
            yield from element.iterfind(_NS + "c")
            element.clear()


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
