"""The tables of a summary on paper: a matrix over the whole width, lists with bars two abreast."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from reportlab.platypus import CondPageBreak, Flowable

from shelter_app.anonymise.release import Category, Cell, Table
from shelter_app.reports.bilingual import Both, both, category_label, code_label, short_label
from shelter_app.reports.blocks import BODY, CAPTION, MUTED, STRONG, Bar, Figure, heading, label, plain_table
from shelter_app.reports.charts import bar_tone, largest_figure
from shelter_app.reports.flow import Run, Text
from shelter_app.reports.fonts import colour, palette
from shelter_app.reports.pages import HEIGHT
from shelter_i18n import N_

__all__ = ["GAP", "Column", "list_column", "matrix", "signs", "table_notes", "two_abreast"]

GAP = 30.0
#: A table folds hundreds of countries; only short lists are named on paper, all of them in the files.
_MOST_NAMED = 12
_ROW_PADDING = 2.5
#: A pair of lists up to this height is never broken over two pages.
_LARGEST_WHOLE = 330.0

#: The rows of one half of the page: a title over all, then label, figure and bar.
Column = list[list[Any]]


def _is_total(category: Category) -> bool:
    return category.role in ("base", "total")


def matrix(number: str, table: Table, width: float, threshold: int) -> list[Any]:
    """A table with several columns, over the whole width."""
    colours = palette()
    first = 96.0
    other = (width - first) / len(table.columns)
    small = MUTED.but(size=7.75, leading=10.5)
    ages = any(column.codelist == "age-bands" for column in table.columns)
    head = [label(both(N_("Age in years")), small, small) if ages else Text([Run("", small)])]
    for column in table.columns:
        text = short_label(column)
        runs = [Run(text.en, small)] if text.en == text.zh else [Run(f"{text.en}\n{text.zh}", small)]
        head.append(Text(runs, align="right"))
    rows: list[list[Any]] = [head]
    for row, line in zip(table.rows, table.cells, strict=True):
        strong = _is_total(row)
        cells = [
            Figure(cell, threshold, strong=strong or _is_total(column))
            for column, cell in zip(table.columns, line, strict=True)
        ]
        rows.append([label(category_label(row), STRONG if strong else BODY), *cells])
    commands: list[tuple[Any, ...]] = [
        ("LINEABOVE", (0, 0), (-1, 0), 1, colour(colours["text"])),
        ("LINEBELOW", (0, -1), (-1, -1), 1, colour(colours["text"])),
        ("LINEBELOW", (0, 0), (-1, -2), 0.5, colour(colours["line"])),
        ("TOPPADDING", (0, 0), (-1, -1), _ROW_PADDING),
        ("BOTTOMPADDING", (0, 0), (-1, -1), _ROW_PADDING),
        ("LEFTPADDING", (0, 0), (0, -1), 4),
        ("RIGHTPADDING", (1, 0), (-1, 0), 4),
        ("VALIGN", (0, 1), (-1, -1), "MIDDLE"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
    ]
    commands += [
        ("BACKGROUND", (0, place), (-1, place), colour(colours["sunken"]))
        for place, row in enumerate(table.rows, 1)
        if _is_total(row)
    ]
    body = plain_table(rows, [first, *[other] * len(table.columns)], commands=commands, repeat=1)
    return [heading(number, both(table.title)), body]


def list_column(number: str, table: Table, threshold: int) -> Column:
    """The rows of a table with one column, each with its bar; totals stand below without one."""
    column = table.columns[0]
    cells = [table.cell(row.code, column.code) for row in table.rows]
    largest = largest_figure(
        [cell for row, cell in zip(table.rows, cells, strict=True) if not _is_total(row)]
    )
    rows: Column = [[heading(number, both(table.title)), "", ""]]
    for row, cell in zip(table.rows, cells, strict=True):
        strong = _is_total(row)
        name = label(category_label(row), STRONG if strong else BODY)
        rows.append(
            [
                name,
                Figure(cell, threshold, strong=strong),
                Bar(cell, largest, tone=bar_tone(row)) if bar_tone(row) else "",
            ]
        )
    return rows


def signs(threshold: int) -> Column:
    """What the two signs mean, to stand beside the first table."""
    rows: Column = [[heading("", both(N_("Signs in the tables"))), "", ""]]
    small = both(N_("0 to {below} persons, zero too"), below=threshold - 1)
    for text, cell in ((small, Cell("small")), (both(N_("Left out for protection")), Cell("hidden"))):
        rows.append([label(text), Figure(cell, threshold), Bar(cell, 1)])
    return rows


def table_notes(table: Table, common: frozenset[str]) -> list[Both]:
    """What is said under this table and not under all of them, and which categories "other" holds."""
    notes = [both(note) for note in table.notes if note not in common]
    named = [item for item in table.folded if table.codelist and table.codelist != "countries"]
    if named and len(named) <= _MOST_NAMED:
        names = Both(
            ", ".join(code_label(table.codelist, item.code, "en") for item in named),
            "、".join(code_label(table.codelist, item.code, "zh") for item in named),
        )
        notes.append(both(N_("Counted under other rows, whether anybody or nobody: {names}."), names=names))
    return notes


def two_abreast(left: Column, right: Column, width: float, notes: tuple[list[Both], list[Both]]) -> list[Any]:
    """Two lists side by side, kept whole on one page unless they are long; notes go below."""
    half = (width - GAP) / 2
    sides = [
        plain_table(column, _widths(half), commands=_list_style(len(column))) if column else ""
        for column in (left, right)
    ]
    height = max(side.wrap(half, HEIGHT)[1] for side in sides if isinstance(side, Flowable))
    under = [_notes_below(notes, half)] if any(notes) else []
    if height <= _LARGEST_WHOLE:
        return [
            CondPageBreak(height + 40 * len(under)),
            plain_table([[sides[0], "", sides[1]]], [half, GAP, half]),
            *under,
        ]
    rows = [[*a, "", *b] for a, b in zip_longest(left, right, fillvalue=["", "", ""])]
    commands = _list_style(len(left)) + (_list_style(len(right), start=4) if right else [])
    body = plain_table(rows, [*_widths(half), GAP, *_widths(half)], commands=commands, repeat=1)
    return [CondPageBreak(110), body, *under]


def _widths(half: float) -> list[float]:
    return [half * 0.56, half * 0.16, half * 0.28]


def _list_style(rows: int, *, start: int = 0) -> list[tuple[Any, ...]]:
    colours = palette()
    return [
        ("SPAN", (start, 0), (start + 2, 0)),
        ("VALIGN", (start, 0), (start + 2, 0), "BOTTOM"),
        ("VALIGN", (start, 1), (start + 2, -1), "MIDDLE"),
        ("TOPPADDING", (start, 1), (start + 2, -1), _ROW_PADDING),
        ("BOTTOMPADDING", (start, 0), (start + 2, -1), _ROW_PADDING),
        ("RIGHTPADDING", (start, 1), (start, -1), 6),
        ("LEFTPADDING", (start + 2, 1), (start + 2, -1), 7),
        ("LINEABOVE", (start, 1), (start + 2, 1), 0.8, colour(colours["text"])),
        ("LINEBELOW", (start, 1), (start + 2, rows - 1), 0.4, colour(colours["line"])),
    ]


def _notes_below(notes: tuple[list[Both], list[Both]], half: float) -> Any:
    def cell(texts: list[Both]) -> list[Text]:
        return [label(text, CAPTION, CAPTION.but(tone="muted")) for text in texts]

    left, right = notes
    return plain_table(
        [[cell(left), "", cell(right)]], [half, GAP, half], commands=[("TOPPADDING", (0, 0), (-1, -1), 3)]
    )
