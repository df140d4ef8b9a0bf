"""The bilingual report of a protected summary: big figures, every table, charts, and how to read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.platypus import CondPageBreak, Spacer

from shelter_app.anonymise.release import Cell, ProtectedRelease
from shelter_app.reports.bilingual import Both, both, month_words, period_words
from shelter_app.reports.blocks import (
    BODY,
    CAPTION,
    MUTED,
    STRONG,
    Figure,
    heading,
    label,
    panel,
    plain_table,
    two_languages,
)
from shelter_app.reports.charts import has_pyramid
from shelter_app.reports.columns import Columns
from shelter_app.reports.flow import Run, Text
from shelter_app.reports.fonts import MEDIUM, REGULAR, TextStyle, colour, palette, printable
from shelter_app.reports.pages import HEIGHT, WIDTH, build_pdf
from shelter_app.reports.reading import checks_text, headline_figures, how_to_read, notice_lines, standards
from shelter_app.reports.summary_tables import (
    GAP,
    flows_block,
    list_table,
    matrix,
    pyramid_block,
    signs,
    table_notes,
)
from shelter_i18n import N_

__all__ = ["draw_path", "summary_pdf"]

_MARGIN = 48.0
_INNER = WIDTH - 2 * _MARGIN
_SPACE = 15.0
_TITLE = TextStyle(size=20.5, leading=27, font=MEDIUM)
_SMALL = TextStyle(size=7.75, leading=11, tone="muted")


def summary_pdf(
    release: ProtectedRelease, *, post: str, post_name: str, release_id: str, made_on: dt.date
) -> bytes:
    """The report as a PDF on A4; the same release, names and month give the same bytes."""
    period = period_words(release.period)

    def draw(canvas: Any, number: int, count: int) -> None:
        if number == 1:
            draw_path(canvas)
        else:
            _draw_running_head(canvas, post, period)
        _draw_foot(canvas, release_id, made_on, number, count)

    return build_pdf(
        list(_story(release, post, post_name, period)),
        draw,
        title=f"{post} {release.period.text}",
        made_in=made_on,
        language="en",
        margins=(56, _MARGIN, 58, _MARGIN),
    )


def _story(release: ProtectedRelease, post: str, post_name: str, period: Both) -> Iterator[Any]:
    place = f"{post} {post_name}".strip()
    sender = both(N_("Post {post}, for the International Organization for Migration"), post=place)
    text2 = BODY.but(tone="text2")
    yield label(sender, text2, text2, after=5)
    title = both(N_("Assistance to trafficked persons"))
    yield Text([Run(title.en, _TITLE)])
    yield Text([Run(title.zh, TextStyle(size=15, leading=22))])
    yield Text([Run(f"{period.en}  |  {period.zh}", BODY.but(size=10, leading=15, tone="text2"))])
    yield Spacer(0, _SPACE)
    figures = headline_figures(release)
    if figures:
        yield _spaced(_headline(figures, release.threshold))
    for line in notice_lines(release, only_general=True):
        notice = panel([label(line, STRONG, BODY)], _INNER, tone="warning_line", ground="warning_bg")
        yield _spaced(notice, 10)
    yield from _tables(release)
    yield from _method(release)


def _headline(figures: Sequence[tuple[Both, Cell]], threshold: int) -> Any:
    gap = 15.0
    width = (_INNER - gap * (len(figures) - 1)) / len(figures)
    row: list[Any] = []
    widths: list[float] = []
    commands: list[tuple[Any, ...]] = [("TOPPADDING", (0, 0), (-1, -1), 6)]
    for place, (name, cell) in enumerate(figures):
        if place:
            row.append("")
            widths.append(gap)
        big = TextStyle(size=22, leading=28, font=MEDIUM)
        mark: Any = (
            Text([Run(f"{cell.value:,}", big)])
            if cell.value is not None
            else plain_table([[Figure(cell, threshold, size=15, height=24)]], [56], bottom=4)
        )
        names = [Text([Run(name.en, BODY)]), Text([Run(name.zh, MUTED.but(size=8.25))])]
        row.append([mark, *names])
        widths.append(width)
        at = (2 * place, 0)
        commands.append(("LINEABOVE", at, at, 1.5, colour(palette()["accent"])))
    return plain_table([row], widths, commands=commands)


def _spaced(flowable: Any, after: float = _SPACE) -> Any:
    """The flowable with room after it, which vanishes at the end of a page."""
    flowable.spaceAfter = after
    return flowable


def _tables(release: ProtectedRelease) -> Iterator[Any]:
    """Matrices over the whole width, lists in two columns; signs and pyramid stand beside the first list."""
    half = (_INNER - GAP) / 2
    threshold = release.threshold
    pyramid = next((table for table in release.tables if has_pyramid(table)), None)
    lists: list[Any] = []
    opened = guided = False

    def flush() -> Iterator[Any]:
        nonlocal opened
        cut = None
        if not opened:
            opened = True
            lists.append(signs(half, threshold))
            if pyramid:
                cut = len(lists)
                lists.append(pyramid_block(pyramid, half, threshold))
        if lists:
            yield _spaced(Columns(lists, gap=GAP, between=_SPACE, cut=cut))
        lists.clear()

    def guide() -> Iterator[Any]:
        """Once, before the lists if the first page has room for it."""
        nonlocal guided
        if not guided:
            guided = True
            frame = _guide(release)
            yield CondPageBreak(frame.wrap(_INNER, HEIGHT)[1])
            yield _spaced(frame)

    for number, table in enumerate(release.tables, 1):
        about = [both(notice.text) for notice in release.notices if notice.table == table.id]
        notes = [*about, *table_notes(table)]
        if len(table.columns) > 1:
            yield from flush()
            yield from matrix(str(number), table, _INNER, threshold)
            yield from flows_block(table, _INNER)
            for note in notes:
                yield label(note, CAPTION, CAPTION.but(tone="muted"), before=2)
            yield Spacer(0, _SPACE)
            yield from guide()
        else:
            lists.append(list_table(str(number), table, half, threshold, notes))
            if number == 1:
                yield from flush()
    if release.tables:
        yield from flush()
    yield from guide()


def _guide(release: ProtectedRelease) -> Any:
    """How to read the figures, in a frame of its own."""
    title = both(N_("How to read the figures"))
    inner = _INNER - 24
    head = plain_table(
        [[Text([Run(title.en, STRONG)]), "", Text([Run(title.zh, STRONG)])]],
        [(inner - 20) / 2, 20, (inner - 20) / 2],
        bottom=3,
    )
    return panel([head, two_languages(how_to_read(release), inner)], _INNER)


def _method(release: ProtectedRelease) -> Iterator[Any]:
    if release.checks:
        yield CondPageBreak(80)
        quiet = CAPTION.but(tone="muted")
        yield heading("", both(N_("Tried before release, to work out what is hidden")))
        rows = [
            [
                label(name, CAPTION, quiet),
                Text([Run(f"{attempts:,}", CAPTION)], align="right"),
                label(outcome, CAPTION, quiet),
            ]
            for name, attempts, outcome in checks_text(release)
        ]
        yield plain_table(
            rows,
            [_INNER * 0.66, _INNER * 0.08, _INNER * 0.26],
            commands=[
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, colour(palette()["line"])),
                ("LINEABOVE", (0, 0), (-1, 0), 0.8, colour(palette()["text"])),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                ("LEFTPADDING", (2, 0), (2, -1), 14),
            ],
        )
        yield Spacer(0, _SPACE)
    yield CondPageBreak(60)
    yield heading("", both(N_("Standards and code lists")))
    yield two_languages(standards(release), _INNER, gap=GAP)


def draw_path(canvas: Any) -> None:
    """The line with two stops at the top of the first page."""
    colours = palette()
    canvas.setStrokeColor(colour(colours["line_strong"]))
    canvas.setLineWidth(1.1)
    path = canvas.beginPath()
    top = HEIGHT
    path.moveTo(-8, top - 25)
    path.curveTo(90, top - 25, 105, top - 13, 180, top - 13)
    path.curveTo(255, top - 13, 315, top - 33, 390, top - 33)
    path.curveTo(465, top - 33, 510, top - 16, 603, top - 16)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.setFillColor(colour("#FFFFFF"))
    canvas.setLineWidth(1.5)
    canvas.setStrokeColor(colour(colours["accent"]))
    canvas.circle(180, top - 13, 3, stroke=1, fill=1)
    canvas.setStrokeColor(colour(colours["line_strong"]))
    canvas.setLineWidth(1.1)
    canvas.circle(390, top - 33, 3, stroke=1, fill=1)


def _draw_running_head(canvas: Any, post: str, period: Both) -> None:
    canvas.setFont(REGULAR, _SMALL.size)
    canvas.setFillColor(colour(palette()["muted"]))
    title = both(N_("Assistance to trafficked persons"))
    canvas.drawString(_MARGIN, HEIGHT - 36, f"{title.en}  {title.zh}")
    canvas.drawRightString(WIDTH - _MARGIN, HEIGHT - 36, printable(f"{post}  |  {period.en}  |  {period.zh}"))


def _draw_foot(canvas: Any, release_id: str, made_on: dt.date, number: int, count: int) -> None:
    colours = palette()
    canvas.setStrokeColor(colour(colours["line"]))
    canvas.setLineWidth(0.6)
    canvas.line(_MARGIN, 42, WIDTH - _MARGIN, 42)
    canvas.setFont(REGULAR, _SMALL.size)
    canvas.setFillColor(colour(colours["muted"]))
    release = both(N_("Release {id}"), id=release_id)
    made = month_words(made_on)
    canvas.drawString(_MARGIN, 29, printable(f"{release.en}  {release.zh}  |  {made.en}  {made.zh}"))
    page = both(N_("Page {number} of {count}"), number=number, count=count)
    canvas.drawRightString(WIDTH - _MARGIN, 29, f"{page.en}  {page.zh}")
