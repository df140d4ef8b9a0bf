"""The workbook of a protected summary: one sheet a table, notes, and every code with its labels.

Only text and rounded numbers are written, no formula and no chart, so that nothing is cached out of sight. The
same release gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from shelter_app.anonymise.release import ProtectedRelease, Table
from shelter_app.reports.bilingual import (
    LANGUAGES,
    Both,
    both,
    category_label,
    code_label,
    figure_mark,
    month_words,
    period_words,
)
from shelter_app.reports.fonts import REGULAR, palette
from shelter_app.reports.pages import PROGRAM
from shelter_app.reports.reading import checks_text, how_to_read, notice_lines, standards
from shelter_i18n import N_

__all__ = ["sheet_names", "summary_xlsx"]

_LONGEST_SHEET_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LIGHT_UP = 14
_A4 = 9


@dataclass(frozen=True)
class _Formats:
    title: Any
    text: Any
    second: Any
    head: Any
    figure: Any
    strong: Any
    small: Any
    hidden: Any


def sheet_names(release: ProtectedRelease) -> list[str]:
    """The names of the sheets: notes first, a numbered one for each table, codes last."""
    names = [_sheet_name("", both(N_("Notes")))]
    names += [_sheet_name(f"{number} ", both(table.title)) for number, table in enumerate(release.tables, 1)]
    return [*names, _sheet_name("", both(N_("Codes")))]


def _sheet_name(number: str, title: Both) -> str:
    """Both languages where a sheet name has room for them, else English, else as much as fits."""
    whole = f"{number}{title.en} {title.zh}" if title.en != title.zh else f"{number}{title.en}"
    name = whole if len(whole) <= _LONGEST_SHEET_NAME else f"{number}{title.en}"
    return name.translate(_NOT_IN_NAMES)[:_LONGEST_SHEET_NAME].strip()


def summary_xlsx(
    release: ProtectedRelease, *, post: str, post_name: str, release_id: str, made_on: dt.date
) -> bytes:
    """The workbook as bytes; it is never written to a temporary file."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    created = dt.datetime(release.period.last.year, release.period.last.month, 1)  # noqa: DTZ001 - XLSX has no zones
    book.set_properties({"title": f"{post} {release.period.text}", "comments": PROGRAM, "created": created})
    formats = _formats(book)
    names = sheet_names(release)
    _notes(_sheet(book, names[0]), formats, release, (post, post_name, release_id, made_on))
    for table, name in zip(release.tables, names[1:-1], strict=True):
        _table(_sheet(book, name), formats, table, release.threshold)
    _codes(_sheet(book, names[-1]), formats, release)
    book.close()
    return out.getvalue()


def _formats(book: Any) -> _Formats:
    colours = palette()

    def made(**more: Any) -> Any:
        return book.add_format({"font_name": REGULAR, "font_size": 10, "valign": "vcenter", **more})

    tinted = {"align": "right", "font_color": colours["sealed"], "pattern": _LIGHT_UP}
    ground = {"bg_color": colours["sealed_bg"], "fg_color": colours["hatch"]}
    return _Formats(
        title=made(bold=True, font_size=14),
        text=made(text_wrap=True),
        second=made(text_wrap=True, font_color=colours["muted"]),
        head=made(bold=True, text_wrap=True, bottom=1, align="left"),
        figure=made(num_format="#,##0", align="right"),
        strong=made(num_format="#,##0", align="right", bold=True),
        small=made(**tinted, **ground),
        hidden=made(**tinted, **ground, border=1, border_color=colours["sealed"]),
    )


def _sheet(book: Any, name: str) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    return sheet


def _notes(
    sheet: Any, formats: _Formats, release: ProtectedRelease, about: tuple[str, str, str, dt.date]
) -> None:
    post, post_name, release_id, made_on = about
    place = f"{post} {post_name}".strip()
    sheet.set_column(0, 1, 62)
    title = both(N_("Assistance to trafficked persons"))
    for column, text in enumerate(title):
        sheet.write_string(0, column, text, formats.title)
    lines = [
        both(N_("Post {post}, for the International Organization for Migration"), post=place),
        period_words(release.period),
        both(N_("Release {id}"), id=release_id),
        month_words(made_on),
        None,
        *notice_lines(release),
        *how_to_read(release),
        None,
        *(_check_line(name, attempts, outcome) for name, attempts, outcome in checks_text(release)),
        None,
        *standards(release),
    ]
    for row, line in enumerate(lines, 2):
        for column, text in enumerate(line or ()):
            sheet.write_string(row, column, text, formats.text)


def _check_line(name: Both, attempts: int, outcome: Both) -> Both:
    return both(
        N_("Tried before release: {name}, {attempts} times, {outcome}."),
        name=name,
        attempts=attempts,
        outcome=outcome,
    )


def _table(sheet: Any, formats: _Formats, table: Table, threshold: int) -> None:
    title = both(table.title)
    sheet.write_string(0, 0, title.en, formats.title)
    sheet.write_string(1, 0, title.zh, formats.title)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 2, 34)
    sheet.set_column(3, 2 + len(table.columns), 12)
    for column, text in enumerate((both(N_("Code")).en, *_LANGUAGE_HEADS)):
        sheet.write_string(3, column, text, formats.head)
    for column, category in enumerate(table.columns, 3):
        name = category_label(category)
        sheet.write_string(
            3, column, name.en if name.en == name.zh else f"{name.en}\n{name.zh}", formats.head
        )
    sheet.freeze_panes(4, 3)
    for line, (row, cells) in enumerate(zip(table.rows, table.cells, strict=True), 4):
        for column, text in enumerate((row.code, *category_label(row))):
            sheet.write_string(line, column, text, formats.text)
        for column, cell in enumerate(cells, 3):
            if cell.value is not None:
                strong = "item" not in (row.role, table.columns[column - 3].role)
                sheet.write_number(line, column, cell.value, formats.strong if strong else formats.figure)
            else:
                shape = formats.small if cell.kind == "small" else formats.hidden
                sheet.write_string(line, column, figure_mark(cell, threshold), shape)
    for line, note in enumerate(table.notes, 5 + len(table.rows)):
        words = both(note)
        sheet.write_string(line, 1, words.en, formats.second)
        sheet.write_string(line, 2, words.zh, formats.second)


_LANGUAGE_HEADS = ("English", "中文")


def _codes(sheet: Any, formats: _Formats, release: ProtectedRelease) -> None:
    """Every code with its labels; a code without a row of its own names the one that counts it."""
    heads = (N_("Table"), N_("Axis"), N_("Code"), N_("Counted under"))
    widths = (22, 10, 26, 26, 40, 40)
    for column, (width, text) in enumerate(
        zip(widths, (*(_head(head) for head in heads), *_LANGUAGE_HEADS), strict=True)
    ):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, text, formats.head)
    sheet.freeze_panes(1, 0)
    line = 1
    for table in release.tables:
        rows = [
            *((table.id, "row", each.code, "", *category_label(each)) for each in table.rows),
            *((table.id, "column", each.code, "", *category_label(each)) for each in table.columns),
            *(
                (table.id, "row", item.code, item.into, *_folded_label(table, item.code))
                for item in table.folded
            ),
        ]
        for row in rows:
            for column, text in enumerate(row):
                sheet.write_string(line, column, text, formats.text)
            line += 1


def _head(message: str) -> str:
    text = both(message)
    return text.en if text.en == text.zh else f"{text.en} {text.zh}"


def _folded_label(table: Table, code: str) -> Both:
    return Both(*(code_label(table.codelist, code, language) for language in LANGUAGES))
