"""Blocks that flow down two columns, balanced, and from page to page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Flowable

__all__ = ["Columns"]

#: Only on a page with at least this much room is a block cut that no page can hold whole.
_NEARLY_A_PAGE = 600.0


class Columns(Flowable):  # type: ignore[misc]
    """Blocks in reading order: down the left column, then down the right one; no block is cut without need."""

    def __init__(self, blocks: Sequence[Any], *, gap: float, between: float, cut: int | None = None) -> None:
        """Hold the blocks; `cut` is how many stand in the left column, None balances both."""
        super().__init__()
        self.blocks = list(blocks)
        self.gap, self.between, self.cut = gap, between, cut

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The height of the higher column."""
        self.width = width
        self.half = (width - self.gap) / 2
        self.heights = [block.wrap(self.half, height)[1] for block in self.blocks]
        cuts = range(1, len(self.blocks) + 1) if self.cut is None else [self.cut]
        self.chosen = min(cuts, key=self._height_at, default=0)
        self.height = self._height_at(self.chosen)
        return width, self.height

    def _height_at(self, cut: int) -> float:
        return max(self._stacked(self.heights[:cut]), self._stacked(self.heights[cut:]))

    def _stacked(self, heights: Sequence[float]) -> float:
        return sum(heights) + self.between * max(len(heights) - 1, 0)

    def split(self, width: float, height: float) -> list[Flowable]:
        """As many whole blocks as the page holds, and the others."""
        self.wrap(width, height)
        if self.height <= height:
            return [self]
        left = self._fitting(0, height)
        taken = left + self._fitting(left, height)
        if not left:
            return self._cut_first(width, height)
        rest = self._with(self.blocks[taken:])
        rest.spaceAfter = self.spaceAfter
        return [self._with(self.blocks[:taken], left), rest]

    def _fitting(self, start: int, height: float) -> int:
        """How many blocks from `start` on fit into one column."""
        count = 0
        while (
            start + count < len(self.heights)
            and self._stacked(self.heights[start : start + count + 1]) <= height
        ):
            count += 1
        return count

    def _cut_first(self, width: float, height: float) -> list[Flowable]:
        """Cut the first block, which is higher than a page; its parts flow on like blocks."""
        parts = self.blocks[0].split(self.half, height) if height >= _NEARLY_A_PAGE else []
        if len(parts) < 2:
            return []
        flowing = self._with([*parts, *self.blocks[1:]])
        flowing.spaceAfter = self.spaceAfter
        return flowing.split(width, height)

    def _with(self, blocks: Sequence[Any], cut: int | None = None) -> Columns:
        return Columns(blocks, gap=self.gap, between=self.between, cut=cut)

    def draw(self) -> None:
        """Draw both columns."""
        for x, some in ((0.0, slice(0, self.chosen)), (self.half + self.gap, slice(self.chosen, None))):
            y = self.height
            for block, height in zip(self.blocks[some], self.heights[some], strict=True):
                block.drawOn(self.canv, x, y - height)
                y -= height + self.between
