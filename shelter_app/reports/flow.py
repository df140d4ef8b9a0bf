"""Text that wraps well in Chinese, English and both in one line, and breaks over pages.

ReportLab's own paragraphs cut Latin words in Chinese text and let opening brackets end a line; so lines are
broken here: Latin words stay whole, Chinese breaks anywhere but before closing and after opening marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from reportlab.platypus import Flowable

from shelter_app.reports.fonts import CENTRE, TextStyle, colour, palette, printable, text_width

__all__ = ["Line", "Run", "Text", "break_lines", "draw_line", "line_width"]

_NO_START = frozenset("，。、；：？！）》〉」』】”’%％,.;:?!)]}>" + "·" + "…" + "—" + "~～")
_NO_END = frozenset("（《〈「『【“‘([{<")


class Run(NamedTuple):
    """A piece of text in one style."""

    text: str
    style: TextStyle


Line = list[Run]


def _is_wide(letter: str) -> bool:
    return letter >= "\u2e80" or letter in "“”‘’…—"


def _pieces(text: str) -> Iterator[str]:
    """The parts that a line may not break: words with the blanks after them, single Chinese characters."""
    piece = ""
    for place, letter in enumerate(text):
        piece += letter
        after = text[place + 1] if place + 1 < len(text) else ""
        if not after:
            break
        if after in _NO_START or letter in _NO_END or after == " ":
            continue
        if letter == " " or _is_wide(letter) or _is_wide(after) or letter in "-/":
            yield piece
            piece = ""
    if piece:
        yield piece


def break_lines(runs: Iterable[Run], width: float) -> list[Line]:
    """The lines that the runs make in a column of `width` points; a newline ends a line."""
    lines: list[Line] = [[]]
    used = 0.0
    for run in runs:
        for number, paragraph in enumerate(printable(run.text).split("\n")):
            if number:
                lines.append([])
                used = 0.0
            for piece in _pieces(paragraph):
                bare = _width(piece.rstrip(" "), run.style)
                if used + bare > width + 0.01 and used:
                    lines.append([])
                    used = 0.0
                for part in _fitting(piece, run.style, width):
                    if used and used + _width(part.rstrip(" "), run.style) > width + 0.01:
                        lines.append([])
                        used = 0.0
                    lines[-1].append(Run(part, run.style))
                    used += _width(part, run.style)
    return [_joined(line) for line in lines]


def _width(text: str, style: TextStyle) -> float:
    return text_width(text, style.font, style.size)


def _fitting(piece: str, style: TextStyle, width: float) -> Iterator[str]:
    """The piece, cut between characters where it alone is wider than a line."""
    if _width(piece.rstrip(" "), style) <= width:
        yield piece
        return
    part = ""
    for letter in piece:
        if part and _width(part + letter, style) > width:
            yield part
            part = ""
        part += letter
    yield part


def _joined(line: Line) -> Line:
    joined: Line = []
    for run in line:
        if joined and joined[-1].style == run.style:
            joined[-1] = Run(joined[-1].text + run.text, run.style)
        else:
            joined.append(run)
    if joined:
        joined[-1] = Run(joined[-1].text.rstrip(" "), joined[-1].style)
    return joined


def line_width(line: Line) -> float:
    """Width of a line in points."""
    return sum(_width(run.text, run.style) for run in line)


def draw_line(canvas: Any, line: Line, x: float, baseline: float) -> None:
    """Draw one line with its left end at `x`."""
    colours = palette()
    for run in line:
        canvas.setFont(run.style.font, run.style.size)
        canvas.setFillColor(colour(colours[run.style.tone]))
        canvas.drawString(x, baseline, run.text)
        x += _width(run.text, run.style)


class Text(Flowable):  # type: ignore[misc]
    """A paragraph of runs that wraps, aligns and breaks over pages."""

    def __init__(
        self,
        runs: Sequence[Run],
        *,
        second: Sequence[Run] = (),
        align: str = "left",
        before: float = 0,
        after: float = 0,
        keep_with_next: bool = False,
    ) -> None:
        """Hold the runs; those of `second` follow on the same line if all fits, else on a line of their own."""
        super().__init__()
        self.runs = list(runs)
        self.second = list(second)
        self.align = align
        self.spaceBefore = before
        self.spaceAfter = after
        self.keepWithNext = int(keep_with_next)
        self.lines: list[Line] | None = None
        self.leading = max((run.style.leading for run in (*self.runs, *self.second)), default=0.0)

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002 - ReportLab's signature
        """The room that the text takes in a column of this width."""
        self.width = width
        self.lines = self._fixed or self._broken(width)
        self.height = self.leading * len(self.lines)
        return width, self.height

    _fixed: list[Line] | None = None

    def _broken(self, width: float) -> list[Line]:
        first, second = break_lines(self.runs, width), break_lines(self.second, width)
        if not self.second:
            return first
        gap = [Run("  ", self.second[0].style)]
        if len(first) == len(second) == 1 and line_width([*first[0], *gap, *second[0]]) <= width:
            return [[*first[0], *gap, *second[0]]]
        return [*first, *second]

    def split(self, width: float, height: float) -> list[Text]:
        """Two parts of which the first fits; never one line alone at the end or the start of a page."""
        self.wrap(width, height)
        lines = self.lines or []
        fit = int((height + 0.01) // self.leading) if self.leading else 0
        if fit >= len(lines):
            return [self]
        fit = min(fit, len(lines) - 2) if len(lines) > 3 else fit
        if fit < 2:
            return []
        return [self._part(lines[:fit], first=True), self._part(lines[fit:], first=False)]

    def _part(self, lines: list[Line], *, first: bool) -> Text:
        part = Text(
            self.runs,
            second=self.second,
            align=self.align,
            before=self.spaceBefore if first else 0,
            after=0 if first else self.spaceAfter,
        )
        part._fixed = lines
        return part

    def draw(self) -> None:
        """Draw every line."""
        y = self.height - self.leading / 2
        for line in self.lines or []:
            if line:
                size = max(run.style.size for run in line)
                room = self.width - line_width(line)
                x = {"left": 0.0, "right": room, "centre": room / 2}[self.align]
                draw_line(self.canv, line, x, y - size * CENTRE)
            y -= self.leading
