"""The tables of a summary on paper: a matrix over the whole width, lists with bars over half of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shelter_app.anonymise.release import Category, Cell, Table
from shelter_app.reports.bilingual import Both, both, category_label, code_label, short_label
from shelter_app.reports.blocks import (
    BODY,
    CAPTION,
    MUTED,
    STRONG,
    Bar,
    Drawn,
    Figure,
    heading,
    label,
    plain_table,
)
from shelter_app.reports.charts import age_pyramid, bar_tone, largest_figure
from shelter_app.reports.flow import Run, Text
from shelter_app.reports.fonts import colour, palette
from shelter_i18n import N_

__all__ = ["GAP", "list_table", "matrix", "pyramid_block", "signs", "table_notes"]

GAP = 30.0
#: A table folds hundreds of countries; only short lists are named on paper, all of them in the files.
_MOST_NAMED = 12
_NEVER_NAMED = ("", "countries", "age-bands")
_ROW_PADDING = 2.5


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


def list_table(number: str, table: Table, width: float, threshold: int, notes: Sequence[Both]) -> Any:
    """A table with one column: label, figure and bar; totals without a bar, notes below."""
    column = table.columns[0]
    cells = [table.cell(row.code, column.code) for row in table.rows]
    largest = largest_figure(
        [cell for row, cell in zip(table.rows, cells, strict=True) if not _is_total(row)]
    )
    rows: list[list[Any]] = []
    for row, cell in zip(table.rows, cells, strict=True):
        strong = _is_total(row)
        name = label(category_label(row), STRONG if strong else BODY)
        bar = Bar(cell, largest, tone=bar_tone(row)) if bar_tone(row) else ""
        rows.append([name, Figure(cell, threshold, strong=strong), bar])
    if not table.additive:
        notes = (both(N_("One person can stand in several rows.")), *notes)
    return _list(heading(number, both(table.title)), rows, width, notes)


def signs(width: float, threshold: int) -> Any:
    """What the two signs mean, to stand beside the first table."""
    small = both(N_("0 to {below} persons, zero too"), below=threshold - 1)
    hidden = both(N_("Left out for protection"))
    rows = [
        [label(text), Figure(cell, threshold), Bar(cell, 1)]
        for text, cell in ((small, Cell("small")), (hidden, Cell("hidden")))
    ]
    return _list(heading("", both(N_("Signs in the tables"))), rows, width, ())


def pyramid_block(table: Table, width: float, threshold: int) -> Any:
    """The ages of women and men, with a heading."""
    drawing = age_pyramid(table, width=width, size=8.25, threshold=threshold)
    title = heading("", both(N_("Women and men by age")))
    return plain_table([[title], [Drawn(drawing)]], [width], bottom=4)


def _list(title: Any, rows: list[list[Any]], width: float, notes: Sequence[Both]) -> Any:
    colours = palette()
    body = len(rows)
    under = [[label(note, CAPTION, CAPTION.but(tone="muted")), "", ""] for note in notes]
    commands: list[tuple[Any, ...]] = [
        ("SPAN", (0, 0), (2, 0)),
        ("VALIGN", (0, 1), (2, body), "MIDDLE"),
        ("TOPPADDING", (0, 1), (2, -1), _ROW_PADDING),
        ("BOTTOMPADDING", (0, 0), (2, body), _ROW_PADDING),
        ("RIGHTPADDING", (0, 1), (0, body), 5),
        ("LEFTPADDING", (2, 1), (2, body), 7),
        ("LINEABOVE", (0, 1), (2, 1), 0.8, colour(colours["text"])),
        ("LINEBELOW", (0, 1), (2, body), 0.4, colour(colours["line"])),
        *(("SPAN", (0, place), (2, place)) for place in range(body + 1, body + 1 + len(under))),
    ]
    widths = [width * 0.63, width * 0.145, width * 0.225]
    return plain_table([[title, "", ""], *rows, *under], widths, commands=commands, repeat=1)


def table_notes(table: Table) -> list[Both]:
    """Which categories stand in no row of their own, where they are few enough to be named."""
    named = [item for item in table.folded if table.codelist not in _NEVER_NAMED]
    if not named or len(named) > _MOST_NAMED:
        return []
    names = Both(
        ", ".join(code_label(table.codelist, item.code, "en") for item in named),
        "、".join(code_label(table.codelist, item.code, "zh") for item in named),
    )
    return [both(N_("Counted under other rows, whether anybody or nobody: {names}."), names=names)]
