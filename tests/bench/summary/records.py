"""Figures of extracts: k counted twice, what everybody answers alike, what is lost; anjana beside it, pycanon as judge."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.summary.beside import NotHere, Others, own_process
from tests.bench.summary.rows import Row

__all__ = ["extracts"]

_GOAL = "k >= 11 strictly, 0 answers alike, >= 98.5% of rows, NCP <= 0.06, <= 2 s"


def extracts(size: int, styles: Sequence[str], others: Others, tell: Callable[[str], None]) -> Iterator[Row]:
    """An extract for each kind of office, each in a process of its own."""
    for style in styles:
        tell(f"extract: {size:,} persons, {style}")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            figures = own_process("tests.bench.summary.one_extract", size, style, folder)
            try:
                judged = others.run("judge.py", {"csv": str(folder / "extract.csv")})
                pycanon = f"pycanon k = {judged['k']} over {judged['columns']} columns"
                agreed = judged["k"] == figures["k"]
            except NotHere as reason:
                pycanon, agreed = f"pycanon {reason}", None
            try:
                made = others.run("judge.py", json.loads((folder / "anjana.json").read_text("utf-8")))
                beside = _anjana(made, figures, size)
            except NotHere as reason:
                beside = f"anjana {reason}"
        met = (
            figures["k"] >= 11 and not figures["same"] and figures["rows"] >= 0.985 and figures["ncp"] <= 0.06
            and figures["seconds"] <= 2 and agreed is not False
        )  # fmt: skip
        yield Row(
            f"extract of {size:,}, {style}",
            f"k = {figures['k']} counted, {pycanon}; {figures['same']} answers alike; {figures['rows']:.2%} of rows; "
            f"NCP {figures['ncp']:.3f}; {figures['seconds']:.2f} s ({figures['work']:.2f} of the processor); {figures['peak_mib']:.0f} MiB ({figures['before_mib']:.0f} with the facts alone)",
            _GOAL if size == 100_000 else "",
            met if size == 100_000 else None,
            beside,
        )  # fmt: skip


def _anjana(made: dict[str, Any], figures: dict[str, Any], size: int) -> str:
    if not made["rows"]:
        return f"anjana: no records left, {made['seconds']:.1f} s"
    kept = made["rows"] / size
    levels = made["levels"]
    lost = sum(
        figures["losses"][column][level] if level < len(figures["losses"][column]) else 1.0
        for column, level in levels.items()
    )
    ncp = lost / len(levels) * kept + 1 - kept
    return (
        f"anjana (circumstances only): pycanon k = {made['k']}, with the answers k = {made['k_with_flags']}; {made['homogeneous']:,} answers alike; "
        f"{kept:.2%} of rows; NCP {ncp:.3f}; {made['seconds']:.1f} s; {made['peak_mib']:.0f} MiB"
    )  # fmt: skip
