"""People's ways as a picture: bands from one list of countries to another, as wide as the published figures.

A figure that is not shown has no band, so that the picture tells nothing that the table does not tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from shelter_app.anonymise.release import Category, Table
from shelter_app.reports.bilingual import category_label
from shelter_app.reports.fonts import CENTRE, REGULAR, colour, palette, register_fonts, text_width

__all__ = ["flow_picture", "has_flows"]

_PLACES = ("countries", "regions")
_GAP, _BAR, _HEIGHT = 9.0, 5.0, 230.0
#: Colours of the bands by turns; on a grey printer they are told apart by where they begin.
_TONES = ("accent", "control", "sealed", "ok", "warning_line")
_LEAST_FLOWS = 3


class _Flow(NamedTuple):
    row: int
    column: int
    value: int


def _flows(table: Table) -> list[_Flow]:
    return [
        _Flow(place, at, cell.value)
        for place, (row, line) in enumerate(zip(table.rows, table.cells, strict=True))
        for at, (column, cell) in enumerate(zip(table.columns, line, strict=True))
        if cell.value and row.codelist in _PLACES and column.codelist in _PLACES
    ]


def has_flows(table: Table) -> bool:
    """Whether rows and columns are countries, and enough figures between them are shown for a picture."""
    return len(_flows(table)) >= _LEAST_FLOWS


def flow_picture(table: Table, *, theme: str = "light", width: float = 480, size: float = 9) -> Any:
    """The picture of a table that `has_flows`, in both languages."""
    from reportlab.graphics.shapes import Drawing, Path, Rect

    register_fonts()
    flows = _flows(table)
    left, right = sorted({flow.row for flow in flows}), sorted({flow.column for flow in flows})
    height = max(_HEIGHT, (size * 1.7) * max(len(left), len(right)))
    total = sum(flow.value for flow in flows)
    scale = (height - _GAP * (max(len(left), len(right)) - 1)) / total
    room = (
        max(_label_width(line, size) for line in (*_lines(table.rows, left), *_lines(table.columns, right)))
        + 6
    )
    drawing = Drawing(width, height)
    begin, end = room + _BAR, width - room - _BAR
    colours = palette(theme)
    starts = _stack(left, [(flow.row, flow.value) for flow in flows], scale, height)
    ends = _stack(right, [(flow.column, flow.value) for flow in flows], scale, height)
    used_left, used_right = dict.fromkeys(left, 0.0), dict.fromkeys(right, 0.0)
    for flow in flows:
        thick = flow.value * scale
        a = starts[flow.row][0] - used_left[flow.row]
        b = ends[flow.column][0] - used_right[flow.column]
        used_left[flow.row] += thick
        used_right[flow.column] += thick
        band = Path(fillColor=_lighter(colours[_TONES[left.index(flow.row) % len(_TONES)]]), strokeColor=None)
        middle = (begin + end) / 2
        band.moveTo(begin, a)
        band.curveTo(middle, a, middle, b, end, b)
        band.lineTo(end, b - thick)
        band.curveTo(middle, b - thick, middle, a - thick, begin, a - thick)
        band.closePath()
        drawing.add(band)
    for some, x, places, side in ((left, room, starts, "end"), (right, end, ends, "start")):
        for place in some:
            top, tall = places[place]
            tone = _TONES[left.index(place) % len(_TONES)] if side == "end" else "text2"
            drawing.add(Rect(x, top - tall, _BAR, tall, fillColor=colour(colours[tone]), strokeColor=None))
            line = (table.rows if side == "end" else table.columns)[place]
            at = x - 4 if side == "end" else x + _BAR + 4
            drawing.add(_name(line, at, top - tall / 2, size, colour(colours["text"]), side))
    return drawing


def _lines(lines: Sequence[Category], places: Sequence[int]) -> list[Category]:
    return [lines[place] for place in places]


def _text(line: Category) -> str:
    name = category_label(line)
    return name.en if name.en == name.zh else f"{name.en}  {name.zh}"


def _label_width(line: Category, size: float) -> float:
    return text_width(_text(line), REGULAR, size)


def _stack(
    places: Sequence[int], values: Sequence[tuple[int, int]], scale: float, height: float
) -> dict[int, tuple[float, float]]:
    """For each place its upper edge and height, stacked from above with equal gaps over the whole height."""
    sums = {place: sum(value for at, value in values if at == place) * scale for place in places}
    gap = (height - sum(sums.values())) / max(len(places) - 1, 1)
    found, top = {}, height
    for place in places:
        found[place] = (top, sums[place])
        top -= sums[place] + gap
    return found


def _name(line: Category, x: float, middle: float, size: float, ink: Any, side: str) -> Any:
    from reportlab.graphics.shapes import String

    return String(
        x,
        middle - size * CENTRE,
        _text(line),
        fontName=REGULAR,
        fontSize=size,
        fillColor=ink,
        textAnchor=side,
    )


def _lighter(value: str) -> Any:
    """The colour on paper with half its strength: bands cross, and files have no transparency."""
    from reportlab.lib.colors import Color

    full = colour(value)
    return Color(*(1 - (1 - part) * 0.45 for part in (full.red, full.green, full.blue)))
