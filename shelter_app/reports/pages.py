"""A4 documents that are the same bytes every time and tell nothing about who made them."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Callable, Sequence
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from shelter_app import __version__
from shelter_app.reports.fonts import register_fonts

__all__ = ["HEIGHT", "PROGRAM", "WIDTH", "PageDrawer", "build_pdf"]

WIDTH, HEIGHT = A4
PROGRAM = f"Shelter Casework {__version__}"

#: Draws what stands on every page: canvas, number of the page, number of pages.
PageDrawer = Callable[[Any, int, int], None]


def _counting_canvas(draw: PageDrawer, made_in: dt.date, title: str) -> type[Any]:
    """A canvas that keeps its pages until their number is known."""

    class CountingCanvas(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._kept: list[dict[str, Any]] = []
            # The file's id is a digest that starts from the time of day.
            self._doc.signature = hashlib.md5(title.encode(), usedforsecurity=False)

        def showPage(self) -> None:  # noqa: N802 - ReportLab's name
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self._kept, 1):
                self.__dict__.update(state)
                self.saveState()
                draw(self, number, len(self._kept))
                self.restoreState()
                super().showPage()
            _make_neutral(self, made_in, title)
            super().save()

    return CountingCanvas


def _make_neutral(canvas: Any, made_in: dt.date, title: str) -> None:
    """Title, program and month are all that the document tells about itself."""
    document = canvas._doc  # noqa: SLF001 - ReportLab has no public way to set producer and time
    info = document.info
    info.title, info.author, info.subject, info.keywords = title, "", "", ""
    info.creator = info.producer = PROGRAM
    stamp = document._timeStamp  # noqa: SLF001 - see above
    month = dt.datetime(made_in.year, made_in.month, 1, tzinfo=dt.UTC)
    stamp.t, stamp.lt = month.timestamp(), month.timetuple()
    stamp.YMDhms, stamp.dhh, stamp.dmm, stamp.tzname = tuple(stamp.lt)[:6], 0, 0, "UTC"


def build_pdf(
    story: Sequence[Any],
    draw: PageDrawer,
    *,
    title: str,
    made_in: dt.date,
    language: str,
    margins: tuple[float, float, float, float],
    first_top: float | None = None,
) -> bytes:
    """The PDF of a story.

    Args:
        story: flowables from top to bottom.
        draw: draws what repeats on every page.
        title: the document's title, for the window of a reader; names nobody.
        made_in: only its month is written into the file.
        language: the main language of the document, for screen readers.
        margins: top, right, bottom and left in points.
        first_top: top margin of the first page where it differs.
    """
    register_fonts()
    out = io.BytesIO()
    top, right, bottom, left = margins

    def template(name: str, above: float) -> PageTemplate:
        frame = Frame(
            left,
            bottom,
            WIDTH - left - right,
            HEIGHT - above - bottom,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
        )
        return PageTemplate(name, [frame], autoNextPageTemplate="later")

    document = BaseDocTemplate(
        out,
        pagesize=A4,
        invariant=1,
        lang={"zh": "zh-CN", "en": "en-GB"}[language],
        pageTemplates=[template("first", top if first_top is None else first_top), template("later", top)],
    )
    flowables: list[Flowable] = list(story)
    document.build(flowables, canvasmaker=_counting_canvas(draw, made_in, title))
    return out.getvalue()
