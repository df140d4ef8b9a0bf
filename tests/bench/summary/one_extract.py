"""One extract by itself: `python -m tests.bench.summary.one_extract SIZE STYLE FOLDER`, run by `records`.

What the file is worth is counted from its text and the facts, not taken from what the program says of it.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from shelter_app.anonymise.extract import make_extract
from shelter_app.anonymise.extract_columns import CIRCUMSTANCES, FLAGS, OWN_COLUMNS
from shelter_app.anonymise.extract_recoding import Ladder, ladders
from shelter_app.anonymise.extract_rows import RecordFacts
from shelter_app.reports.extract_csv import extract_csv
from tests.app.anonymise.extract_offices import records
from tests.bench.summary.others.memory import peak_mib

__all__ = ["loss_of_file", "same_answer"]


def loss_of_file(lines: list[dict[str, str]], columns: tuple[Ladder, ...]) -> float:
    """The mean loss of the circumstances in a file, somebody left out counting as all lost.

    An empty value counts as lost but for the share of persons of whom it was not known.
    """
    size = len(columns[0].known)
    lost = 0.0
    for column in columns:
        losses = {
            label: float(loss)
            for labels, values in zip(reversed(column.labels), reversed(column.losses), strict=True)
            for label, loss in zip(labels, values, strict=True)
            if label
        }
        own = OWN_COLUMNS.get(column.column, "")
        told = (line[column.column] or line.get(own, "") for line in lines)
        whole = sum(losses[value] if value else 1.0 for value in told)
        lost += whole - (size - int(column.known.sum())) * len(lines) / size
    return (lost / len(columns) + size - len(lines)) / size


def same_answer(lines: list[dict[str, str]]) -> int:
    """Records times answers of yes that everybody of a class gives, a class being alike in all circumstances."""
    classes: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for line in lines:
        key = tuple(line[name] for name in (*CIRCUMSTANCES, *OWN_COLUMNS.values()))
        classes.setdefault(key, []).append(line)
    return sum(
        len(members)
        for members in classes.values()
        for flag in FLAGS
        if all(line[flag] == "1" for line in members)
    )


def _for_anjana(facts: RecordFacts, columns: tuple[Ladder, ...]) -> dict[str, Any]:
    """The persons and the same hierarchies, each level a list beside the values."""
    table: dict[str, list[Any]] = {
        column.column: [column.labels[0][code] or "?" for code in column.codes[0].tolist()]
        for column in columns
    }
    for flag in FLAGS:
        table[flag] = [int(flag in row.flags) for row in facts.rows]
    steps = {}
    for column in columns:
        values = [*column.labels[0][1:], "?"]
        levels = [[step.get(value, "?") or "*" for value in values] for step in column.hierarchy.steps]
        if set(levels[-1]) != {"*"}:
            levels.append(["*"] * len(values))
        steps[column.column] = levels
    return {"records": table, "ladders": steps, "k": 11, "most_dropped": 20}


def main() -> None:
    """Measure first, then count, then write what others need."""
    size, style, folder = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    facts = records(size, 1, style)
    before = peak_mib()
    begun, work = time.perf_counter(), time.process_time()
    text = extract_csv(make_extract(facts, b"a secret of the vault").extract)
    seconds, work, peak = time.perf_counter() - begun, time.process_time() - work, peak_mib()
    (folder / "extract.csv").write_text(text, "utf-8", newline="")
    header, *rest = text.split("\r\n")[:-1]
    lines = [dict(zip(header.split(","), line.split(","), strict=True)) for line in rest]
    columns = ladders(facts.rows)
    (folder / "anjana.json").write_text(json.dumps(_for_anjana(facts, columns)), "utf-8")
    everybody = np.arange(size)
    losses = {
        column.column: [float(column.loss_of(step, everybody).mean()) for step in range(len(column.codes))]
        for column in columns
    }
    print(json.dumps({
        "seconds": seconds, "work": work, "peak_mib": peak, "before_mib": before, "rows": len(lines) / size, "columns": len(header.split(",")),
        "k": min(Counter(rest).values()), "same": same_answer(lines), "ncp": loss_of_file(lines, columns), "losses": losses,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
