"""Plain text in columns, where Chinese characters are twice as wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["in_columns"]


def _width(text: str) -> int:
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def in_columns(rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> str:
    """Rows in columns as wide as they need to be; Chinese characters count as two."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(_width(row[i]) for row in texts) for i in range(len(texts[0]))] if texts else []

    def pad(text: str, column: int) -> str:
        space = " " * (widths[column] - _width(text))
        return space + text if column in right else text + space

    return "\n".join("  ".join(pad(cell, i) for i, cell in enumerate(row)).rstrip() for row in texts)
