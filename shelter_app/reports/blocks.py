"""Parts of printed pages: figures in their cells, rules, boxes and two columns that break together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Flowable, Table

from shelter_app.anonymise.release import Cell
from shelter_app.reports.bilingual import Both, figure_mark
from shelter_app.reports.charts import bar_shapes
from shelter_app.reports.flow import Run, Text
from shelter_app.reports.fonts import CENTRE, MEDIUM, TextStyle, colour, palette, text_width
from shelter_app.reports.hatch import hatch_segments

__all__ = [
    "BODY",
    "CAPTION",
    "MUTED",
    "SECTION",
    "STRONG",
    "Bar",
    "Drawn",
    "Figure",
    "draw_hatch",
    "heading",
    "label",
    "panel",
    "plain_table",
    "two_languages",
]

BODY = TextStyle()
STRONG = BODY.but(font=MEDIUM)
MUTED = BODY.but(tone="muted")
CAPTION = TextStyle(size=7.75, leading=11.5, tone="text2")
SECTION = TextStyle(size=10.5, leading=15, font=MEDIUM)


def draw_hatch(
    canvas: Any, x: float, y: float, width: float, height: float, *, tone: str = "sealed_line"
) -> None:
    """Hatch a rectangle."""
    canvas.setStrokeColor(colour(palette()[tone]))
    canvas.setLineWidth(0.5)
    for segment in hatch_segments(x, y, width, height):
        canvas.line(*segment)


class Figure(Flowable):  # type: ignore[misc]
    """One published figure: digits to the right, "<11" on a hatch, or an "x" in a hatched frame."""

    def __init__(
        self, cell: Cell, threshold: int, *, strong: bool = False, size: float = 8.5, height: float = 14
    ) -> None:
        super().__init__()
        self.cell = cell
        self.mark = _grouped(cell, threshold)
        self.font = (STRONG if strong else BODY).font
        self.size = size
        self.tall = height

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002 - ReportLab's signature
        """As wide as its column."""
        self.width, self.height = width, self.tall
        return width, self.tall

    def draw(self) -> None:
        """Draw the figure."""
        canvas, colours = self.canv, palette()
        middle = self.height / 2 - self.size * CENTRE
        if self.cell.kind == "shown":
            canvas.setFont(self.font, self.size)
            canvas.setFillColor(colour(colours["text"]))
            canvas.drawRightString(self.width - 4, middle, self.mark)
            return
        small = self.cell.kind == "small"
        canvas.setFillColor(colour(colours["sealed_bg"]))
        canvas.setStrokeColor(colour(colours["sealed_line" if small else "sealed"]))
        canvas.setLineWidth(0.4 if small else 0.9)
        canvas.roundRect(1, 0, self.width - 2, self.height, 2, stroke=1, fill=1)
        draw_hatch(canvas, 2, 1, self.width - 4, self.height - 2)
        room = text_width(self.mark, self.font, self.size) + 3
        canvas.setFillColor(colour(colours["sealed_bg"]))
        canvas.rect(self.width - 5.5 - room + 3, 1.5, room, self.height - 3, stroke=0, fill=1)
        canvas.setFont(self.font, self.size)
        canvas.setFillColor(colour(colours["sealed"]))
        canvas.drawRightString(self.width - 4, middle, self.mark)


def _grouped(cell: Cell, threshold: int) -> str:
    """The mark with thousands grouped; both languages group alike."""
    return f"{cell.value:,}" if cell.value is not None else figure_mark(cell, threshold)


class Bar(Flowable):  # type: ignore[misc]
    """The bar of one row, to the scale of its table."""

    def __init__(self, cell: Cell, largest: int, *, tone: str = "accent", height: float = 8) -> None:
        super().__init__()
        self.cell, self.largest, self.tone, self.tall = cell, largest, tone, height

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002 - ReportLab's signature
        """As wide as its column."""
        self.width, self.height = width, self.tall
        return width, self.tall

    def draw(self) -> None:
        """Draw the bar."""
        from reportlab.graphics import renderPDF
        from reportlab.graphics.shapes import Drawing

        drawing = Drawing(self.width, self.height)
        shapes = bar_shapes(
            self.cell, 0, 0, self.width, self.height, self.largest, theme="light", tone=self.tone
        )
        drawing.add(shapes)
        renderPDF.draw(drawing, self.canv, 0, 0)


class Drawn(Flowable):  # type: ignore[misc]
    """A drawing as part of a page."""

    def __init__(self, drawing: Any, *, before: float = 0, after: float = 0) -> None:
        super().__init__()
        self.drawing = drawing
        self.spaceBefore, self.spaceAfter = before, after

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002 - ReportLab's signature
        """The size of the drawing."""
        self.width, self.height = self.drawing.width, self.drawing.height
        return self.width, self.height

    def draw(self) -> None:
        """Draw it."""
        from reportlab.graphics import renderPDF

        renderPDF.draw(self.drawing, self.canv, 0, 0)


def label(
    text: Both, style: TextStyle = BODY, second: TextStyle = MUTED, *, language: str = "en", **more: Any
) -> Text:
    """Both languages, in one line where they fit, the second one quieter; once where they are the same."""
    first, other = text.in_order(language)
    return Text([Run(first, style)], second=[] if first == other else [Run(other, second)], **more)


def heading(number: str, text: Both, *, language: str = "en", keep: bool = True) -> Text:
    """The heading of a section; with `keep` on one page with the whole block after it, where that fits on a page."""
    first, other = text.in_order(language)
    second = SECTION.but(font=BODY.font, size=SECTION.size - 0.75, tone="text2")
    return Text(
        [Run(f"{number}  {first}" if number else first, SECTION)],
        second=[] if first == other else [Run(other, second)],
        after=3,
        keep_with_next=keep,
    )


def two_languages(
    paragraphs: Sequence[Both], width: float, *, style: TextStyle = CAPTION, gap: float = 20
) -> Table:
    """English to the left, Chinese to the right, paragraph by paragraph on one height."""
    column = (width - gap) / 2
    rows = [[Text([Run(text.en, style)], after=0), "", Text([Run(text.zh, style)])] for text in paragraphs]
    return plain_table(rows, [column, gap, column], bottom=3)


def plain_table(
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
    *,
    commands: Sequence[tuple[Any, ...]] = (),
    bottom: float = 0,
    repeat: int = 0,
    align: str = "TOP",
) -> Table:
    """A table without rules and paddings, but for what `commands` add."""
    style = [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), bottom),
        ("VALIGN", (0, 0), (-1, -1), align),
        *commands,
    ]
    return Table(
        [list(row) for row in rows], colWidths=list(widths), style=style, repeatRows=repeat, hAlign="LEFT"
    )


def panel(content: Sequence[Any], width: float, *, tone: str = "line", ground: str | None = None) -> Table:
    """Flowables in a frame with rounded corners; it breaks over pages between them."""
    colours = palette()
    commands: list[tuple[Any, ...]] = [
        ("LEFTPADDING", (0, 0), (-1, -1), 12),
        ("RIGHTPADDING", (0, 0), (-1, -1), 12),
        ("TOPPADDING", (0, 0), (-1, 0), 9),
        ("BOTTOMPADDING", (0, -1), (-1, -1), 9),
        ("BOX", (0, 0), (-1, -1), 0.6, colour(colours[tone])),
        ("ROUNDEDCORNERS", [4, 4, 4, 4]),
    ]
    if ground:
        commands.append(("BACKGROUND", (0, 0), (-1, -1), colour(colours[ground])))
    return plain_table([[item] for item in content], [width], commands=commands)
