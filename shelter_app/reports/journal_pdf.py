"""The journal on paper: who did what and when, both languages, with the words that pin down where it ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shelter_app.reports.bilingual import LANGUAGES, Both, both
from shelter_i18n import N_
from shelter_i18n.formats import format_date

if TYPE_CHECKING:
    from shelter_app.reports.fonts import TextStyle

__all__ = ["PrintedJournal", "PrintedLine", "day_words", "journal_pdf"]

_MARGIN = 42.0
_HOW_TO_CHECK = N_(
    "The six words stand for the last line and, through it, for all lines before it. Whoever compares this page with "
    "the vault later sees whether the journal has been shortened or changed since."
)


@dataclass(frozen=True)
class PrintedLine:
    """One line as it is printed; words are in both languages."""

    number: str
    at: dt.datetime
    who: Both
    what: Both
    about: Both


@dataclass(frozen=True)
class PrintedJournal:
    """What a report says of itself: the filter in words, where the journal ended, who made it."""

    post: str
    chosen: Sequence[tuple[Both, Both]]
    head: int
    words: Sequence[str]
    made_by: str
    made_at: dt.datetime


def day_words(day: dt.date) -> Both:
    """A day in both languages."""
    return Both(*(format_date(day, language) for language in LANGUAGES))


def journal_pdf(about: PrintedJournal, lines: Sequence[PrintedLine], *, language: str) -> bytes:
    """The report as PDF on A4, newest line first.

    Args:
        about: what stands above the lines.
        lines: what is printed; no value of any case is among it.
        language: the language that comes first, "zh" or "en".
    """
    from shelter_app.reports.fonts import register_fonts
    from shelter_app.reports.pages import build_pdf

    register_fonts()

    def draw(canvas: Any, number: int, count: int) -> None:
        _draw_edges(canvas, about, language, number, count)

    return build_pdf(
        list(_story(about, lines, language)), draw, title=f"{about.post} journal", made_in=about.made_at.date(),
        language=language, margins=(62, _MARGIN, 52, _MARGIN),
    )  # fmt: skip


def _story(about: PrintedJournal, lines: Sequence[PrintedLine], language: str) -> Iterator[Any]:
    from reportlab.platypus import Spacer

    from shelter_app.reports.blocks import BODY, CAPTION, MUTED, label, plain_table
    from shelter_app.reports.flow import Run, Text
    from shelter_app.reports.fonts import MEDIUM, TextStyle
    from shelter_app.reports.pages import WIDTH

    inner = WIDTH - 2 * _MARGIN
    big = TextStyle(size=17, leading=24, font=MEDIUM)
    first, second = both(N_("Report of the journal")).in_order(language)
    quiet = big.but(size=13, font=BODY.font, tone="text2")
    yield Text([Run(first, big)], second=[] if first == second else [Run(second, quiet)])
    yield Spacer(0, 8)
    facts = [
        (both(N_("Post")), Both(about.post, about.post)),
        *about.chosen,
        (both(N_("Lines")), Both(f"{len(lines):,}", f"{len(lines):,}")),
        (
            both(N_("Journal ends at line")),
            Both(*(f"{about.head:,}: {' '.join(about.words)}" for _each in LANGUAGES)),
        ),
        (both(N_("Made by")), Both(about.made_by, about.made_by)),
        (both(N_("Made on")), day_words(about.made_at.date())),
    ]
    small = MUTED.but(size=8.25)
    rows = [
        [label(name, small, small, language=language), label(value, BODY, MUTED, language=language)]
        for name, value in facts
    ]
    yield plain_table(rows, [150, inner - 150], bottom=3)
    yield Spacer(0, 4)
    yield label(both(_HOW_TO_CHECK), CAPTION, CAPTION.but(tone="muted"), language=language)
    yield Spacer(0, 10)
    yield from _rows(lines, inner, language)


def _rows(lines: Sequence[PrintedLine], inner: float, language: str) -> Iterator[Any]:
    """The heading and a row for each line. Most texts come again and again: each is broken into lines once."""
    from shelter_app.reports.blocks import BODY, MUTED, label
    from shelter_app.reports.flow import Line, Run, Text
    from shelter_app.reports.fonts import MEDIUM
    from shelter_app.reports.journal_rows import Row

    widths = [44.0, 84.0, 66.0, 0.0, 104.0]
    widths[3] = inner - sum(widths)
    style = BODY.but(size=8.25, leading=11.5)
    quiet = MUTED.but(size=7.5, leading=11.5)
    bold = quiet.but(font=MEDIUM, tone="text2")

    @lru_cache(maxsize=4096)
    def broken(column: int, text: Both, first: TextStyle, second: TextStyle) -> list[Line]:
        found: Text = label(text, first, second, language=language)
        found.wrap(widths[column] - 6, 0)
        return found.lines or []

    names = (N_("Number"), N_("When"), N_("Who"), N_("What"), N_("Concerning"))
    yield Row([broken(n, both(name), bold, quiet) for n, name in enumerate(names)], widths, strong=True)
    for line in lines:
        cells = [
            [[Run(line.number, quiet)]],
            [[Run(f"{line.at:%Y-%m-%d %H:%M}", style)]],
            broken(2, line.who, style, style),
            broken(3, line.what, style, quiet),
            broken(4, line.about, style, quiet),
        ]
        yield Row(cells, widths)


def _draw_edges(canvas: Any, about: PrintedJournal, language: str, number: int, count: int) -> None:
    """Post and "confidential" above; where the journal ended and the page below."""
    from shelter_app.reports.blocks import BODY, MUTED
    from shelter_app.reports.flow import Run, draw_line, line_width
    from shelter_app.reports.fonts import MEDIUM, colour, palette
    from shelter_app.reports.form_layout import JOURNAL_MARK
    from shelter_app.reports.pages import HEIGHT, WIDTH

    small = MUTED.but(size=7.75)
    top = HEIGHT - 38
    first, second = both(N_("Report of the journal")).in_order(language)
    title = first if first == second else f"{first}  {second}"
    draw_line(canvas, [Run(f"{about.post}  {title}", small)], _MARGIN, top)
    first, second = both(N_("Confidential")).in_order(language)
    mark = [Run(first if first == second else f"{first}  {second}", BODY.but(font=MEDIUM, tone="alert"))]
    draw_line(canvas, mark, WIDTH - _MARGIN - line_width(mark), top)
    canvas.setStrokeColor(colour(palette()["line"]))
    canvas.setLineWidth(0.6)
    canvas.line(_MARGIN, top - 9, WIDTH - _MARGIN, top - 9)
    canvas.line(_MARGIN, 40, WIDTH - _MARGIN, 40)
    pinned = both(JOURNAL_MARK, line=about.head, words=" ".join(about.words)).of(language)
    draw_line(canvas, [Run(pinned, small)], _MARGIN, 27)
    first, second = both(N_("Page {number} of {count}"), number=number, count=count).in_order(language)
    page = [Run(first if first == second else f"{first}  {second}", small)]
    draw_line(canvas, page, WIDTH - _MARGIN - line_width(page), 27)
