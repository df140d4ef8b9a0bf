"""The hatch that marks what is protected or sealed; it reads the same on a grey printer."""

from __future__ import annotations

__all__ = ["Segment", "hatch_segments"]

Segment = tuple[float, float, float, float]


def hatch_segments(x: float, y: float, width: float, height: float, step: float = 4.5) -> list[Segment]:
    """Rising 45-degree lines, cut at the edges of a rectangle, `step` apart along its base.

    They are cut by calculation: a clip path is what Qt draws as a black rectangle when it comes from ReportLab.
    """
    segments = []
    start = -height + step / 2
    while start < width:
        left, right = max(start, 0.0), min(start + height, width)
        if right > left:
            segments.append((x + left, y + left - start, x + right, y + right - start))
        start += step
    return segments
