"""One row of a long list on paper: drawn at once, where a table would measure every cell three times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from reportlab.platypus import Flowable

from shelter_app.reports.flow import Line, draw_line
from shelter_app.reports.fonts import CENTRE, colour, palette

__all__ = ["Row"]

_ABOVE: Final = 2.5


class Row(Flowable):  # type: ignore[misc]
    """Cells whose text is broken into lines already, side by side, with a rule below; `strong` is a heading."""

    def __init__(self, cells: Sequence[list[Line]], widths: Sequence[float], *, strong: bool = False) -> None:
        super().__init__()
        self.cells = cells
        self.lefts = [sum(widths[:place]) for place in range(len(widths))]
        self.wide = sum(widths)
        self.strong = strong
        self.keepWithNext = int(strong)
        self.leading = max(run.style.leading for cell in cells for line in cell for run in line)
        self.tall = max(len(cell) for cell in cells) * self.leading + 2 * _ABOVE

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002 - ReportLab's signature
        """As wide as its columns."""
        self.width, self.height = self.wide, self.tall
        return self.width, self.height

    def draw(self) -> None:
        """Draw every cell and the rule."""
        canvas: Any = self.canv
        canvas.setStrokeColor(colour(palette()["text" if self.strong else "line"]))
        canvas.setLineWidth(0.8 if self.strong else 0.4)
        canvas.line(0, 0, self.wide, 0)
        for left, cell in zip(self.lefts, self.cells, strict=True):
            y = self.height - _ABOVE - self.leading / 2
            for line in cell:
                if line:
                    draw_line(canvas, line, left, y - max(run.style.size for run in line) * CENTRE)
                y -= self.leading
