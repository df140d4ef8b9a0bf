"""Whether report, workbook and tables give the same figures, and whether any number stands there that was not published."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shelter_app.exchange.package import MANIFEST
from shelter_app.exchange.published import Mark, PublishedTable, Summary
from shelter_app.exchange.verify_model import Finding
from shelter_app.exchange.verify_pdf import Pdf
from shelter_app.exchange.verify_xlsx import Workbook
from shelter_i18n import N_

__all__ = ["check_numbers", "check_report", "check_workbook"]

_NUMBER = re.compile(r"\d+(?:,\d{3})*")
_ALONE = re.compile(r"\s*(\d+(?:,\d{3})*)\s*")
_EDGE = 50.0
_HEIGHT = 841.89
#: First row and column of figures in a sheet, and where codes and labels stand.
_FIRST_ROW, _FIRST_COLUMN = 4, 3
#: Numbers that the method and the standards have: see docs/decisions/004-summary-tables.md.
_CONSTANTS = frozenset(["0", "8", "9", "09", "10", "11", "18", "22", "50", "100", "2", "0.0", "5,000"])


def check_report(summary: Summary, report: Pdf, file: str) -> Iterator[Finding]:
    """Every row of every table stands in the report with its figures, in its order, with nothing in between."""
    inner = [run for run in report.runs if _EDGE < run.y < _HEIGHT - _EDGE]
    flat = _squeezed("".join(run.text for run in inner))
    at = 0
    for number, table in enumerate(summary.tables, 1):
        end = _find_table(flat, at, table, number)
        if end is None:
            text = N_("{file}: the table {table} does not stand there with the figures of its CSV file.")
            yield Finding("agreement", text, file, {"table": table.id})
        else:
            at = end


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _find_table(flat: str, start: int, table: PublishedTable, number: int) -> int | None:
    """Where the table ends in the text; it may be printed in parts of fewer columns each."""
    for size in range(len(table.columns), 0, -1):
        parts = [table.columns[first : first + size] for first in range(0, len(table.columns), size)]
        rows = [
            _squeezed(
                row.en + (row.zh if row.zh != row.en else "")
                + "".join(_grouped(table.cells[row.code, column.code]) for column in part)
            )
            for part in parts
            for row in table.rows
        ]  # fmt: skip
        between = _between(table, number)
        at = flat.find(rows[0], start)
        while at >= 0:
            end = _follow(flat, at, rows, between)
            if end is not None:
                return end
            at = flat.find(rows[0], at + 1)
    return None


def _follow(flat: str, at: int, rows: list[str], between: re.Pattern[str]) -> int | None:
    for row in rows:
        gap = between.match(flat, at)
        if gap and not flat.startswith(row, at):
            at = gap.end()
        if not flat.startswith(row, at):
            return None
        at += len(row)
    return at


def _between(table: PublishedTable, number: int) -> re.Pattern[str]:
    """What may stand between two rows: the heading again, where the table goes on elsewhere."""
    words = [
        f"{number}",
        table.en,
        table.zh,
        *(text for side in table.columns for text in (side.en, side.zh)),
    ]
    for side in table.columns:
        words += [side.code.replace("--", "–"), side.code.replace("--", "–").lstrip("0")]
    words += ["Age in years", "年龄（岁）", "Rows", "(continued)", "（续）"]
    known = "|".join(sorted({re.escape(_squeezed(word)) for word in words if word}, key=len, reverse=True))
    return re.compile(f"(?:{known})+")


def _grouped(mark: Mark) -> str:
    return f"{mark.number:,}" if mark.number is not None else mark.text


def check_workbook(summary: Summary, book: Workbook, file: str) -> Iterator[Finding]:
    """Every sheet of a table has the table's rows and figures, and no others."""
    sheets = list(book.sheets.values())
    if len(sheets) != len(summary.tables) + 2:
        yield Finding("agreement", N_("{file} does not have one sheet for each table."), file)
        return
    for table, sheet in zip(summary.tables, sheets[1:-1], strict=True):
        wanted: dict[tuple[int, int], str | int] = {}
        for line, row in enumerate(table.rows, _FIRST_ROW):
            wanted |= {(line, 0): row.code, (line, 1): row.en, (line, 2): row.zh}
            for place, column in enumerate(table.columns, _FIRST_COLUMN):
                mark = table.cells[row.code, column.code]
                wanted[line, place] = mark.text if mark.number is None else mark.number
        last = _FIRST_ROW + len(table.rows) - 1
        found = {at: value for at, value in sheet.items() if _FIRST_ROW <= at[0] <= last}
        numbers = [value for at, value in sheet.items() if isinstance(value, int) and at not in wanted]
        if found != wanted or numbers:
            text = N_("{file}: the sheet of the table {table} does not have the figures of its CSV file.")
            yield Finding("agreement", text, file, {"table": table.id})


def check_numbers(summary: Summary, texts: Mapping[str, Iterable[str]]) -> Iterator[Finding]:
    """Every number in every text is a published figure, or one that the files declare: a date, a limit, a number of files.

    A number that stands alone must be a published figure; the others may stand in sentences only.
    """
    figures = {
        f"{mark.number:,}"
        for table in summary.tables
        for _, _, mark in table.walk()
        if mark.number is not None
    }
    figures |= {figure.replace(",", "") for figure in figures}
    declared = _declared(summary)
    for file, pieces in texts.items():
        for piece in pieces:
            alone = _ALONE.fullmatch(piece)
            allowed = figures | (declared["alone"] if alone else declared["inside"])
            for number in _NUMBER.findall(_without_names(piece, declared["names"])):
                if number not in allowed:
                    text = N_("{file}: the number {number} stands there, and was not published.")
                    yield Finding("hidden", text, file, {"number": number})


def _without_names(piece: str, names: Iterable[str]) -> str:
    for name in names:
        piece = piece.replace(name, " ")
    return piece


def _declared(summary: Summary) -> dict[str, Any]:
    manifest = summary.manifest
    attempts = {str(check["attempts"]) for check in manifest["checks"]}
    attempts |= {f"{int(attempt):,}" for attempt in attempts}
    sides = [side for table in summary.tables for side in (*table.rows, *table.columns)]
    labels = {
        number for side in sides for text in (side.en, side.zh, side.code) for number in _NUMBER.findall(text)
    }
    # Age bands that were merged into others are named, too.
    labels |= {number for table in summary.tables for fold in table.facts["folded"] for code in fold for number in _NUMBER.findall(code)}  # fmt: skip
    counts = {str(value) for value in manifest["counts"].values()} | {
        f"{value:,}" for value in manifest["counts"].values()
    }
    days = {str(int(part)) for key in ("first", "last") for part in manifest["period"][key].split("-")}
    days |= {part for key in ("first", "last") for part in manifest["period"][key].split("-")}
    month = set(manifest["made_in"].split("-")) | {str(int(part)) for part in manifest["made_in"].split("-")}
    places = {str(number) for number in range(1, len(summary.tables) + 1)}
    pages = {str(number) for number in range(1, len(summary.tables) + 12)}
    names = {str(manifest[key]) for key in ("release", "post", "post_name")} | {manifest["period"]["text"]}
    names |= {str(version) for version in manifest["codebooks"].values()} | {manifest["program"]["version"]}
    names |= {
        manifest[role][key]
        for role in ("office", "receiver")
        for key in ("fingerprint", "id")
        if role in manifest
    }
    return {
        "alone": attempts,
        "inside": _CONSTANTS | labels | counts | days | month | places | pages | attempts,
        "names": sorted((name for name in names if len(name) > 1), key=len, reverse=True),
    }


def strings_of(body: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, Mapping):
        for value in body.values():
            yield from strings_of(value)
    elif isinstance(body, list):
        for value in body:
            yield from strings_of(value)


def texts_of(
    summary: Summary, report: Pdf, letter: Pdf, book: Workbook, book_file: str, report_file: str
) -> dict[str, list[str]]:
    """Everything that a reader or a program finds in the files, in pieces."""
    cells = [str(value) for sheet in book.sheets.values() for value in sheet.values()]
    about = [
        value
        for key, value in book.about.items()
        if key not in ("AppVersion", "created", "modified", "DocSecurity", "i4")
    ]
    notices = list(strings_of([summary.manifest["notices"], summary.release.get("notices", [])]))
    return {
        report_file: [*(run.text for run in report.runs), report.about.get("Title", "")],
        "letter.pdf": [*(run.text for run in letter.runs), letter.about.get("Title", "")],
        book_file: [*cells, *book.sheets, *about],
        "datapackage.json": [*notices, json.dumps(summary.release.get("codebooks", []))],
        MANIFEST: list(strings_of([summary.manifest["standards"], summary.manifest["checks"]])),
    }
