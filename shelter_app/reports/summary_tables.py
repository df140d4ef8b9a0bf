"""The tables of a summary on paper: a matrix over the whole width, lists with bars over half of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import CondPageBreak, Spacer

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
from shelter_app.reports.flow import Run, Text, break_lines
from shelter_app.reports.flow_picture import flow_picture, has_flows
from shelter_app.reports.fonts import colour, palette, text_width
from shelter_app.reports.pages import HEIGHT
from shelter_i18n import N_

__all__ = ["GAP", "flows_block", "list_table", "matrix", "pyramid_block", "signs", "table_notes"]

GAP = 30.0
#: A table folds hundreds of countries; only short lists are named on paper, all of them in the files.
_MOST_NAMED = 12
_NEVER_NAMED = ("", "countries", "age-bands")
_ROW_PADDING = 2.5
#: Widths in points: labels of rows, the narrowest column, and how much wider than needed a column gets.
_FIRST_LEAST, _FIRST_MOST, _COLUMN_LEAST, _SPARE = 96.0, 178.0, 36, 26.0
_HEAD = MUTED.but(size=7.75, leading=10.5)
_HEAD_LINES = 3
#: What is lower than this is not cut over pages.
_WHOLE_PAGE = 690.0


def _is_total(category: Category) -> bool:
    return category.role in ("base", "total")


def matrix(number: str, table: Table, width: float, threshold: int) -> list[Any]:
    """A table with several columns over the whole width, in parts of fewer columns where its heads need more room."""
    names = [category_label(row) for row in table.rows]
    first = min(max(_FIRST_LEAST, *(_one_line(name) + 10 for name in names)), _FIRST_MOST)
    needs = [_room_for_head(short_label(column)) for column in table.columns]
    if _FIRST_LEAST <= width - sum(needs) < first:
        first = width - sum(needs)  # labels in two lines are easier to read than a table in two parts
    parts = _in_parts(needs, width - first)
    found: list[Any] = []
    for place, some in enumerate(parts):
        title = both(table.title)
        if place:
            title = both(N_("{title} (continued)"), title=title)
        body = _matrix_part(table, some, first, width, threshold, needs)
        height = body.wrap(width, HEIGHT)[1] + 30
        found.append(CondPageBreak(height if height < _WHOLE_PAGE else 140))
        found += [heading(number, title), body, Spacer(0, 8 if place + 1 < len(parts) else 0)]
    return found


def _one_line(name: Both) -> float:
    """Room for both languages of a label in one line."""
    text = name.en if name.en == name.zh else f"{name.en}  {name.zh}"
    return text_width(text, STRONG.font, BODY.size)


def _room_for_head(name: Both) -> float:
    """The narrowest column in which each language of a head takes at most three lines and no word is cut."""
    for room in range(_COLUMN_LEAST, 120, 3):
        lines = [break_lines([Run(text, _HEAD)], room - 8) for text in name]
        words = max((text_width(word, _HEAD.font, _HEAD.size) for word in name.en.split()), default=0)
        if words <= room - 8 and all(len(each) <= _HEAD_LINES for each in lines):
            return float(room)
    return 120.0


def _in_parts(needs: Sequence[float], room: float) -> list[range]:
    """The columns in as few parts as their heads allow, of about equal numbers."""
    count = 1
    while True:
        size = -(-len(needs) // count)
        parts = [range(start, min(start + size, len(needs))) for start in range(0, len(needs), size)]
        if size == 1 or all(sum(needs[place] for place in part) <= room for part in parts):
            return parts
        count += 1


def _matrix_part(
    table: Table, part: range, first: float, width: float, threshold: int, needs: Sequence[float]
) -> Any:
    columns = [table.columns[place] for place in part]
    spare = min((width - first - sum(needs[place] for place in part)) / len(part), _SPARE)
    widths = [needs[place] + spare for place in part]
    ages = any(column.codelist == "age-bands" for column in columns)
    head = [label(both(N_("Age in years")), _HEAD, _HEAD) if ages else Text([Run("", _HEAD)])]
    for column in columns:
        text = short_label(column)
        runs = [Run(text.en, _HEAD)] if text.en == text.zh else [Run(f"{text.en}\n{text.zh}", _HEAD)]
        head.append(Text(runs, align="right"))
    rows: list[list[Any]] = [head]
    for row, line in zip(table.rows, table.cells, strict=True):
        strong = _is_total(row)
        cells = [
            Figure(line[place], threshold, strong=strong or _is_total(table.columns[place])) for place in part
        ]
        rows.append([label(category_label(row), STRONG if strong else BODY), *cells])
    return plain_table(rows, [first, *widths], commands=_matrix_look(table), repeat=1)


def _matrix_look(table: Table) -> list[tuple[Any, ...]]:
    colours = palette()
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
    return commands + [
        ("BACKGROUND", (0, place), (-1, place), colour(colours["sunken"]))
        for place, row in enumerate(table.rows, 1)
        if _is_total(row)
    ]


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


def flows_block(table: Table, width: float) -> list[Any]:
    """Where people came from and where they were exploited, as bands; nothing where the table has no such sides."""
    if not has_flows(table):
        return []
    drawing = flow_picture(table, width=width, size=8.25)
    note = both(
        N_(
            "Left: citizenship. Right: country of exploitation. Only figures that are shown have a band; a person can stand in several."
        )
    )
    return [
        CondPageBreak(drawing.height + 50),
        Spacer(0, 12),
        Drawn(drawing),
        label(note, CAPTION, CAPTION.but(tone="muted"), before=3),
    ]


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
