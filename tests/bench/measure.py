"""Figures beside a reference that was timed in the same run, because two machines, or one machine twice, differ."""

from __future__ import annotations

import hashlib
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

__all__ = ["Figure", "median_of", "medians", "percentile", "reference_work", "seconds", "table", "write_json"]


@dataclass(frozen=True)
class Figure:
    """One line of the result. `value` and `reference` are in `unit`; `goal` in words, `met` None where there is none."""

    name: str
    value: float
    unit: str
    reference_name: str = ""
    reference: float | None = None
    goal: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the reference the figure is."""
        return self.value / self.reference if self.reference else None


def seconds(work: Callable[[], object]) -> float:
    """How long something takes once."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def median_of(work: Callable[[], object], repeats: int = 5) -> float:
    """The median of several times, in seconds."""
    return statistics.median(seconds(work) for _ in range(repeats))


def medians(works: Sequence[Callable[[], float]], rounds: int) -> list[float]:
    """Medians of several workloads that take turns, so that a slow moment of the machine meets all of them."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for taken, work in zip(found, works, strict=True):
            taken.append(work())
    return [statistics.median(taken) for taken in found]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


_DATA: Final = bytes(1 << 20)


def reference_work() -> float:
    """Seconds for a fixed piece of work of one core (SHA-256 of 64 MiB), beside figures without another reference."""

    def work() -> None:
        digest = hashlib.sha256()
        for _ in range(64):
            digest.update(_DATA)

    return seconds(work)


_HEAD: Final = ("figure", "value", "reference", "", "ratio", "goal", "met")


def _line(figure: Figure) -> tuple[str, ...]:
    def amount(value: float | None) -> str:
        if value is None:
            return ""
        return f"{value:,.3g} {figure.unit}" if value < 1000 else f"{value:,.0f} {figure.unit}"

    return (
        figure.name, amount(figure.value), figure.reference_name, amount(figure.reference),
        f"{figure.ratio:.2f}" if figure.ratio else "", figure.goal, {True: "yes", False: "NO", None: ""}[figure.met],
    )  # fmt: skip


def table(figures: Sequence[Figure]) -> str:
    """The figures as lines of text with aligned columns."""
    lines = [_HEAD, *map(_line, figures)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(_HEAD))]
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    text.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"{f.name}: {f.note}" for f in figures if f.note]
    return "\n".join([*text, "", *notes] if notes else text)


def write_json(path: Path, figures: Sequence[Figure], about: dict[str, object]) -> None:
    """The same for other programs."""
    found = [{**asdict(f), "ratio": f.ratio} for f in figures]
    path.write_text(json.dumps({"about": about, "figures": found}, indent=1, ensure_ascii=False), "utf-8")
