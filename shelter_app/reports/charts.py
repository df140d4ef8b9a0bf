"""Charts of protected tables as drawings: one drawing for paper (PDF) and for the screen (SVG).

Lengths start at nought. A bar is as long as its published figure; a small figure is a hatched stub and a hidden
one a dashed box, both of one length, so that no length tells more than the table does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from shelter_app.anonymise.release import Category, Cell, Table
from shelter_app.reports.bilingual import Both, category_label, figure_mark, short_label
from shelter_app.reports.fonts import CENTRE, MEDIUM, REGULAR, colour, palette, register_fonts, text_width
from shelter_app.reports.hatch import hatch_segments

__all__ = [
    "age_pyramid",
    "bar_chart",
    "bar_shapes",
    "bar_tone",
    "has_pyramid",
    "largest_figure",
    "to_pdf",
    "to_svg",
]

_STUB = 16.0
_RADIUS = 1.5
_SIDES = ("woman", "man")
#: Roles of rows that have a bar; what is not stated gets a quieter one.
_WITH_BAR = {"item": "accent", "none": "control"}


def largest_figure(cells: Sequence[Cell]) -> int:
    """The figure that the longest bar stands for; at least 1."""
    return max((cell.value or 0 for cell in cells), default=0) or 1


def bar_tone(row: Category) -> str:
    """The colour token of the bar of a row; "" where the row has none."""
    return _WITH_BAR.get(row.role, "")


def bar_shapes(
    cell: Cell,
    x: float,
    y: float,
    room: float,
    height: float,
    largest: int,
    *,
    theme: str,
    tone: str = "accent",
) -> Any:
    """One bar from `x` to the right, or to the left when `room` is negative, at most `room` long."""
    from reportlab.graphics.shapes import Group, Line, Rect

    colours = palette(theme)
    side = -1 if room < 0 else 1
    length = abs(room) * cell.value / largest if cell.value is not None else min(_STUB, abs(room))
    left = x if side > 0 else x - length
    if cell.kind == "shown":
        fill = colour(colours[tone])
        return Group(Rect(left, y, length, height, _RADIUS, _RADIUS, fillColor=fill, strokeColor=None))
    edge = colour(colours["sealed_line" if cell.kind == "small" else "sealed"])
    ground = colour(colours["sealed_bg"]) if cell.kind == "small" else None
    box = Rect(left, y, length, height, _RADIUS, _RADIUS, fillColor=ground, strokeColor=edge, strokeWidth=0.6)
    if cell.kind == "hidden":
        box.strokeDashArray = [2, 1.5]
        return Group(box)
    lines = [
        Line(*segment, strokeColor=edge, strokeWidth=0.6)
        for segment in hatch_segments(left + 0.6, y + 0.6, length - 1.2, height - 1.2, 4)
    ]
    return Group(box, *lines)


def _string(
    x: float, middle: float, text: str, size: float, fill: Any, *, font: str = REGULAR, align: str = "start"
) -> Any:
    from reportlab.graphics.shapes import String

    return String(
        x, middle - size * CENTRE, text, fontName=font, fontSize=size, fillColor=fill, textAnchor=align
    )


def _end_label(
    cell: Cell, x: float, middle: float, room: float, largest: int, size: float, theme: str, threshold: int
) -> Any:
    """The figure at the end of its bar."""
    length = abs(room) * cell.value / largest if cell.value is not None else min(_STUB, abs(room))
    side = -1 if room < 0 else 1
    tone = "text" if cell.kind == "shown" else "sealed"
    text = figure_mark(cell, threshold)
    align = "start" if side > 0 else "end"
    return _string(x + side * (length + 4), middle, text, size, colour(palette(theme)[tone]), align=align)


def _label_text(label: Both, language: str | None) -> str:
    return label.of(language) if language else f"{label.en}  {label.zh}"


def bar_chart(
    table: Table,
    *,
    language: str | None = None,
    theme: str = "light",
    width: float = 480,
    size: float = 12,
    threshold: int = 11,
) -> Any:
    """Horizontal bars of a table with one column, in the order of its rows; totals have none.

    Args:
        table: a protected table.
        language: "en" or "zh" for one language; None for both.
        theme: palette of the tokens; paper uses "light".
        width: of the whole drawing; a row is 1.75 times `size` high.
        size: of the text.
        threshold: of the release, for the mark of small figures.
    """
    from reportlab.graphics.shapes import Drawing

    register_fonts()
    items = [
        (row, cell)
        for row, column, cell in table.walk()
        if column == table.columns[0] and row.role in _WITH_BAR
    ]
    row_height = 1.75 * size
    drawing = Drawing(width, max(row_height * len(items), row_height))
    labels = [_shortened(_label_text(category_label(row), language), size, width * 0.45) for row, _ in items]
    left = max((text_width(label, REGULAR, size) for label in labels), default=0) + 10
    largest = largest_figure([cell for _, cell in items])
    room = width - left - 5 * size
    ink = colour(palette(theme)["text"])
    for place, ((row, cell), label) in enumerate(zip(items, labels, strict=True)):
        middle = drawing.height - row_height * (place + 0.5)
        drawing.add(_string(0, middle, label, size, ink))
        drawing.add(
            bar_shapes(cell, left, middle - size / 2, room, size, largest, theme=theme, tone=bar_tone(row))
        )
        drawing.add(_end_label(cell, left, middle, room, largest, size, theme, threshold))
    return drawing


def _shortened(text: str, size: float, room: float) -> str:
    """The text, or as much of it as fits before three dots."""
    if text_width(text, REGULAR, size) <= room:
        return text
    while text and text_width(text + "...", REGULAR, size) > room:
        text = text[:-1]
    return text.rstrip() + "..."


def _bands(table: Table) -> Iterator[tuple[Category, Cell, Cell]]:
    for column in table.columns:
        if column.codelist == "age-bands":
            yield column, table.cell(_SIDES[0], column.code), table.cell(_SIDES[1], column.code)


def has_pyramid(table: Table) -> bool:
    """Whether the table has ages of women and men, so that a pyramid can be drawn."""
    rows = {row.code for row in table.rows}
    return rows.issuperset(_SIDES) and sum(column.codelist == "age-bands" for column in table.columns) > 1


def age_pyramid(
    table: Table,
    *,
    language: str | None = None,
    theme: str = "light",
    width: float = 480,
    size: float = 12,
    threshold: int = 11,
) -> Any:
    """Ages of women to the left and of men to the right, the oldest on top.

    Raises:
        ValueError: the table has no such rows and columns; see `has_pyramid`.
    """
    from reportlab.graphics.shapes import Drawing

    if not has_pyramid(table):
        raise ValueError("the table has no ages of women and men")
    register_fonts()
    bands = list(_bands(table))
    row_height = 1.45 * size
    drawing = Drawing(width, row_height * (len(bands) + 1.3))
    colours = palette(theme)
    ink, muted = colour(colours["text"]), colour(colours["muted"])
    gap = max(text_width(short_label(band).en, REGULAR, size) for band, _, _ in bands) / 2 + 10
    centre = width / 2
    room = centre - gap - 3.5 * size
    largest = largest_figure([cell for _, *pair in bands for cell in pair])
    for place, (band, woman, man) in enumerate(reversed(bands)):
        middle = drawing.height - row_height * (place + 0.5)
        drawing.add(_string(centre, middle, short_label(band).en, size, muted, align="middle"))
        for cell, x, reach, tone in (
            (woman, centre - gap, -room, "accent"),
            (man, centre + gap, room, "control"),
        ):
            drawing.add(bar_shapes(cell, x, middle - size / 2, reach, size, largest, theme=theme, tone=tone))
            drawing.add(_end_label(cell, x, middle, reach, largest, size, theme, threshold))
    names = {row.code: _label_text(category_label(row), language) for row in table.rows}
    foot = row_height * 0.6
    drawing.add(_string(centre - gap, foot, names["woman"], size, ink, font=MEDIUM, align="end"))
    drawing.add(_string(centre + gap, foot, names["man"], size, ink, font=MEDIUM))
    return drawing


def to_pdf(drawing: Any) -> bytes:
    """The drawing as a page of its own size, with text that can be selected."""
    import io

    from reportlab.graphics import renderPDF
    from reportlab.pdfgen.canvas import Canvas

    register_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(drawing.width, drawing.height), invariant=1)
    renderPDF.draw(drawing, canvas, 0, 0)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def to_svg(drawing: Any) -> str:
    """The drawing as SVG text that Qt shows as it is on paper.

    WORKAROUND: ReportLab opens its SVG with a clip path over the whole picture, and QSvgRenderer fills that
    rectangle black. The fonts are named by family and weight, as Qt finds them.
    """
    from reportlab.graphics import renderSVG

    svg = str(renderSVG.drawToString(drawing))
    svg = re.sub(r"<clipPath.*?</clipPath>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'style="clip-path: url\(#\w+\)"', "", svg)
    svg = re.sub(r"\s*<(title|desc)>\.*</\1>", "", svg)
    return svg.replace(f"font-family: {MEDIUM};", f"font-family: {REGULAR}; font-weight: 500;")
