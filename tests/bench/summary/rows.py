"""The rows of the benchmark: a figure with its goal, what was measured, and what others make of the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Row", "as_markdown", "as_text", "write_json"]

_HEAD = ("figure", "goal", "measured", "met", "beside")


@dataclass(frozen=True)
class Row:
    """One line; `met` is None where there is no goal, and where nothing could be measured `measured` says why."""

    figure: str
    measured: str
    goal: str = ""
    met: bool | None = None
    beside: str = ""


def _cells(row: Row) -> tuple[str, ...]:
    return (row.figure, row.goal, row.measured, {True: "yes", False: "NO", None: ""}[row.met], row.beside)


def as_text(rows: Sequence[Row]) -> str:
    """A block for each figure, for the terminal."""
    blocks = []
    for row in rows:
        mark = {True: "  met", False: "  NOT MET", None: ""}[row.met]
        lines = [f"{row.figure}{mark}", f"    {row.measured}"]
        if row.goal:
            lines.insert(1, f"    goal: {row.goal}")
        if row.beside:
            lines.append(f"    beside: {row.beside}")
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def as_markdown(rows: Iterable[Row]) -> str:
    """The same as a table for a document."""
    lines = [_HEAD, ("---",) * len(_HEAD), *map(_cells, rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def write_json(path: Path, rows: Iterable[Row], about: dict[str, object]) -> None:
    """The same for other programs."""
    path.write_text(json.dumps({"about": about, "rows": [asdict(row) for row in rows]}, indent=1), "utf-8")
