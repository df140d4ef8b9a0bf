"""What is ticked, written into or sealed on a printed form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from reportlab.platypus import Flowable

from shelter_app.reports.bilingual import Both, both
from shelter_app.reports.blocks import BODY, MUTED, STRONG, draw_hatch, label
from shelter_app.reports.flow import Run, Text, draw_line, line_width
from shelter_app.reports.fonts import CENTRE, MEDIUM, REGULAR, TextStyle, colour, palette
from shelter_i18n import N_

__all__ = ["VALUE", "Choice", "Choices", "DateParts", "LabelledText", "SealedBar", "WriteLines", "text_lines"]

VALUE = TextStyle(size=9.5, leading=14, font=MEDIUM)
_BOX = 7.5
#: In a list of many answers the few longest labels may take two lines, so that more columns fit.
_MANY, _TYPICAL = 6, 0.75
_MOST_COLUMNS = 4
#: Room between columns and between rows of choices.
_GAP, _BETWEEN = 9.0, 1.5
_OPTION = BODY.but(size=8.25, leading=12)
_OPTION_SECOND = MUTED.but(size=7.75, leading=12)
_CAPTION = MUTED.but(size=6.75, leading=9)


def _draw_box(canvas: Any, x: float, middle: float, *, ticked: bool) -> None:
    colours = palette()
    canvas.setLineWidth(0.7)
    canvas.setStrokeColor(colour(colours["text" if ticked else "control"]))
    canvas.roundRect(x, middle - _BOX / 2, _BOX, _BOX, 1.2, stroke=1, fill=0)
    if ticked:
        canvas.setLineWidth(1.5)
        canvas.setLineCap(1)
        path = canvas.beginPath()
        path.moveTo(x + 1.7, middle - 0.2)
        path.lineTo(x + 3.3, middle - 2.1)
        path.lineTo(x + 6.2, middle + 2.4)
        canvas.drawPath(path, stroke=1, fill=0)


class Choice(Flowable):  # type: ignore[misc]
    """A box and what it stands for; a ticked one is also set stronger."""

    def __init__(self, text: Both, language: str, *, ticked: bool = False) -> None:
        super().__init__()
        style = _OPTION.but(font=STRONG.font) if ticked else _OPTION
        self.text = label(text, style, _OPTION_SECOND, language=language)
        self.ticked = ticked

    def natural_width(self) -> float:
        """The width at which both languages stand in one line."""
        self.text.wrap(1e6, 1e6)
        return _BOX + 5 + line_width(self.text.lines[0]) if self.text.lines else _BOX

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """As high as its text."""
        self.width = width
        self.height = self.text.wrap(width - _BOX - 5, height)[1]
        return width, self.height

    def draw(self) -> None:
        """Draw box and text."""
        _draw_box(self.canv, 0, self.height - _OPTION.leading / 2, ticked=self.ticked)
        self.text.drawOn(self.canv, _BOX + 5, 0)


class Choices(Flowable):  # type: ignore[misc]
    """Boxes in one line if they fit, else in columns read downwards; breaks over pages between rows."""

    def __init__(self, choices: Sequence[Choice], *, columns: int = 0) -> None:
        """Hold the choices; `columns` is the number that a part after a page break keeps, read across."""
        super().__init__()
        self.choices = list(choices)
        self.columns = columns
        self.across = columns > 0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Place every choice."""
        self.width = width
        natural = [choice.natural_width() for choice in self.choices]
        if not self.across and len(natural) <= _MANY and sum(natural) + _GAP * (len(natural) - 1) <= width:
            self.places = _in_one_line(self.choices, natural)
        else:
            self.places = self._in_columns(natural, height)
        self.height = max((top + choice.height for choice, _, top in self.places), default=0)
        return width, self.height

    def _in_columns(self, natural: list[float], height: float) -> list[_Place]:
        natural.sort()
        typical = natural[-1 if len(natural) < _MANY else int(len(natural) * _TYPICAL)]
        fitting = max(int((self.width + _GAP) // (typical + _GAP)), 1)
        self.columns = self.columns or min(fitting, _MOST_COLUMNS, len(self.choices))
        step = (self.width + _GAP) / self.columns
        places = []
        for number, column in enumerate(self._columns()):
            top = 0.0
            for choice in column:
                choice.wrap(step - _GAP, height)
                places.append((choice, number * step, top))
                top += choice.height + _BETWEEN
        return places

    def _columns(self) -> list[list[Choice]]:
        if self.across:
            return [self.choices[number :: self.columns] for number in range(self.columns)]
        deep = -(-len(self.choices) // self.columns)
        return [self.choices[start : start + deep] for start in range(0, len(self.choices), deep)]

    def split(self, width: float, height: float) -> list[Flowable]:
        """The rows that fit, and the others; the columns are read on at the top of the next page."""
        self.wrap(width, height)
        if self.height <= height:
            return [self]
        columns = self._columns() if self.columns else [[choice] for choice in self.choices]
        fit = min(
            sum(top + choice.height <= height for choice, _, top in self.places if choice in column)
            for column in columns
        )
        deep = max(len(column) for column in columns)
        if not 0 < fit < deep:
            return []
        rows = [[column[row] for column in columns if row < len(column)] for row in range(deep)]
        return [
            Choices([choice for row in some for choice in row], columns=len(columns))
            for some in (rows[:fit], rows[fit:])
        ]

    def draw(self) -> None:
        """Draw every box."""
        for choice, x, top in self.places:
            choice.drawOn(self.canv, x, self.height - top - choice.height)


_Place = tuple[Choice, float, float]


def _in_one_line(choices: Sequence[Choice], natural: Sequence[float]) -> list[_Place]:
    places, x = [], 0.0
    for choice, width in zip(choices, natural, strict=True):
        choice.wrap(width + 1, 100)
        places.append((choice, x, 0.0))
        x += width + _GAP
    return places


class WriteLines(Flowable):  # type: ignore[misc]
    """Lines to write on by hand."""

    def __init__(self, count: int = 1, gap: float = 18) -> None:
        super().__init__()
        self.count, self.gap = count, gap
        self._asked, self._below = count, 0.0

    def leave_room(self, below: float) -> None:
        """Give up to half of the lines so that what follows, so high, still stands on this page."""
        self._below = below

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """As high as its lines."""
        fitting = int((height - self._below) / self.gap)
        shortened = self._below and -(-self._asked // 2) <= fitting < self._asked
        self.count = fitting if shortened else self._asked
        self.width, self.height = width, self.count * self.gap
        return width, self.height

    def draw(self) -> None:
        """Draw the lines."""
        self.canv.setStrokeColor(colour(palette()["control"]))
        self.canv.setLineWidth(0.6)
        for number in range(self.count):
            y = number * self.gap + 2
            self.canv.line(0, y, self.width, y)


class _Cell(NamedTuple):
    width: float
    caption: Both
    value: str


class DateParts(Flowable):  # type: ignore[misc]
    """Year, month and day in boxes of their own, so that what is not known stays empty."""

    def __init__(self, language: str, year: str = "", month: str = "", day: str = "") -> None:
        super().__init__()
        self.language = language
        self.cells = (
            _Cell(46, both(N_("Year")), year),
            _Cell(36, both(N_("Month")), month),
            _Cell(36, both(N_("Day")), day),
        )

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002 - ReportLab's signature
        """Boxes with captions under them."""
        self.width, self.height = width, 29.0
        return width, self.height

    def draw(self) -> None:
        """Draw boxes, captions and what is known."""
        canvas, x = self.canv, 0.0
        for cell in self.cells:
            canvas.setStrokeColor(colour(palette()["control"]))
            canvas.setLineWidth(0.6)
            canvas.roundRect(x, 11.5, cell.width, 17, 1.5, stroke=1, fill=0)
            if cell.value:
                line = [Run(cell.value, VALUE)]
                draw_line(canvas, line, x + (cell.width - line_width(line)) / 2, 20 - VALUE.size * CENTRE)
            first, second = cell.caption.in_order(self.language)
            caption = [Run(first if first == second else f"{first} {second}", _CAPTION)]
            draw_line(canvas, caption, x + (cell.width - line_width(caption)) / 2, 4)
            x += cell.width + 4


class SealedBar(Flowable):  # type: ignore[misc]
    """A hatched bar in the place of answers that the reader has no key for."""

    def __init__(self, language: str, height: float = 18) -> None:
        super().__init__()
        first, second = both(N_("Sealed")).in_order(language)
        tone = BODY.but(tone="sealed")
        self.line = [Run(first if first == second else f"{first}  {second}", tone)]
        self.tall = height

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002 - ReportLab's signature
        """As wide as its column."""
        self.width, self.height = width, self.tall
        return width, self.height

    def draw(self) -> None:
        """Draw hatch, frame and word."""
        canvas, colours = self.canv, palette()
        canvas.setFillColor(colour(colours["sealed_bg"]))
        canvas.setStrokeColor(colour(colours["sealed_line"]))
        canvas.setLineWidth(0.6)
        canvas.roundRect(0, 0, self.width, self.height, 2.5, stroke=1, fill=1)
        draw_hatch(canvas, 1, 1, self.width - 2, self.height - 2)
        canvas.setFillColor(colour(colours["sealed_bg"]))
        canvas.rect(5, 1.5, line_width(self.line) + 8, self.height - 3, stroke=0, fill=1)
        draw_line(canvas, self.line, 9, self.height / 2 - BODY.size * CENTRE)


def text_lines(text: str, *, long: bool = False) -> Text:
    """What was answered, as it was written; running text is set lighter."""
    return Text([Run(text, VALUE.but(font=REGULAR) if long else VALUE)])


class LabelledText(Flowable):  # type: ignore[misc]
    """A long answer under its label; at a page break at least two lines stay with the label."""

    def __init__(self, head: Sequence[Any], text: Text) -> None:
        super().__init__()
        self.head, self.text = list(head), text

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Label and text one above the other."""
        self.width = width
        self.head_height = sum(part.wrap(width, height)[1] for part in self.head)
        self.height = self.head_height + self.text.wrap(width, height)[1]
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """The label with as many lines as fit, and the rest of the text."""
        self.wrap(width, height)
        parts = self.text.split(width, height - self.head_height)
        return [LabelledText(self.head, parts[0]), *parts[1:]] if parts else []

    def draw(self) -> None:
        """Draw label and text."""
        y = self.height
        for part in (*self.head, self.text):
            y -= part.wrap(self.width, self.height)[1]
            part.drawOn(self.canv, 0, y)
