"""Measures record extracts of invented offices: `python -m tests.bench.extract`.

Each office is done in a process of its own, so that its peak of memory is its own. What the file is worth is counted
here anew from its text and the facts, not taken from what the program says of itself. The second reading, of which the
program writes nothing, counts k over the circumstances alone and tells every answer that not a whole class gives.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from typing import Any

import numpy as np

from shelter_app.anonymise import extract_recoding
from shelter_app.anonymise.extract import make_extract
from shelter_app.anonymise.extract_check import check_extract
from shelter_app.anonymise.extract_columns import CIRCUMSTANCES, DURATIONS, FLAGS, GENDERS, OWN_COLUMNS
from shelter_app.anonymise.extract_flags import ANSWERS, answers_of
from shelter_app.anonymise.extract_rows import RecordFacts
from shelter_app.reports.extract_csv import extract_csv
from tests.app.anonymise.extract_offices import STYLES, records

SIZES = (100_000, 20_000, 2_000, 300)
_K = 11


def one_office(size: int, style: str, years: int, keep: Any) -> dict[str, Any]:
    """The figures of one office under the rule that the program follows."""
    facts = records(size, 1, style, years)
    before = _peak()
    begun = time.perf_counter()
    made = make_extract(facts, b"a secret of the vault", keep=keep)
    text = extract_csv(made.extract)
    seconds = time.perf_counter() - begun
    peak = _peak()
    begun = time.perf_counter()
    check = check_extract(text)
    checked = time.perf_counter() - begun
    header, *lines = text.split("\r\n")[:-1]
    told = {name: Counter(values) for name, values in zip(header.split(","), zip(*(line.split(",") for line in lines), strict=True), strict=True)}  # fmt: skip
    return {
        "rows": len(lines) / size,
        "k": min(Counter(lines).values()),
        "everybody": sum(flaw.code == "alike" for flaw in check.flaws),
        "undone": sum(flaw.code == "undone" for flaw in check.flaws),
        "held": check.held,
        "ncp": (made.kept.lost * len(lines) + size - len(lines)) / size,
        "exact": sum(_filled(told[name]) for name in CIRCUMSTANCES) / _known(facts),
        "answers": sum(_filled(told[name]) for name in (*FLAGS, "traffickMonths")) / _said(facts, all_of=True),
        "kinds": sum(_filled(told[name]) for name in FLAGS if name.startswith("is")) / _said(facts, all_of=False),
        "coarser": sum(_filled(told[name]) for name in OWN_COLUMNS.values()) / _known(facts),
        "seconds": seconds,
        "check_seconds": checked,
        "peak_mib": peak,
        "before_mib": before,
    }  # fmt: skip


def other_reading(size: int, style: str, years: int) -> dict[str, Any]:
    """The same office with k counted over year, gender, age and countries alone."""
    facts = records(size, 1, style, years)
    begun = time.perf_counter()
    columns, said = extract_recoding.ladders(facts.rows), answers_of(facts.rows)
    recoded = extract_recoding.recode(columns, _K, {}, np.zeros(0, dtype=np.int64))
    _, group = np.unique(recoded.classes, return_inverse=True)
    members = np.bincount(group)
    told = said & (members >= _K)[group, None]
    for answer in range(said.shape[1]):
        yes = np.bincount(group[told[:, answer]], minlength=len(members))
        told[(yes == members)[group], answer] = False
    for answer in range(said.shape[1]):
        told[:, answer] &= told[:, answer].sum() >= _K
    seconds = time.perf_counter() - begun
    steps = np.array(recoded.steps)[recoded.classes]
    lost = [
        sum(float(column.loss_of(step, np.flatnonzero(steps[:, place] == step)).sum()) for step in range(len(column.codes)))
        for place, column in enumerate(columns)
    ]  # fmt: skip
    whole = Counter(zip(recoded.classes.tolist(), map(bytes, np.packbits(told, axis=1)), strict=True))
    kinds = [number for number, answer in enumerate(ANSWERS) if answer.startswith("is")]
    return {
        "rows": float((members >= _K)[group].mean()),
        "ncp": sum(lost) / (size * len(columns)),
        "answers": int(told.sum()) / int(said.sum()),
        "kinds": int(told[:, kinds].sum()) / int(said[:, kinds].sum()),
        "k": int(members[members >= _K].min()),
        "alone": sum(count for count in whole.values() if count < _K) / size,
        "unique": sum(count == 1 for count in whole.values()) / size,
        "seconds": seconds,
    }


def _filled(counts: Counter[str]) -> int:
    return counts.total() - counts[""]


def _known(facts: RecordFacts) -> int:
    return sum(
        1 + (row.gender in GENDERS) + (row.age is not None) + bool(row.citizenship) + bool(row.exploited_in)
        for row in facts.rows
    )


def _said(facts: RecordFacts, *, all_of: bool) -> int:
    """How many answers of yes there are, or how many about the kind of exploitation."""
    if all_of:
        return sum(len(row.flags) + (row.duration in DURATIONS) for row in facts.rows)
    return sum(flag.startswith("is") for row in facts.rows for flag in row.flags)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure all offices, or one for the parent process."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.extract", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--one", nargs=4, metavar=("SIZE", "STYLE", "YEARS", "KEEP"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        size, style, years, keep = options.one
        found = {
            "all": one_office(int(size), style, int(years), keep),
            "some": other_reading(int(size), style, int(years)),
        }
        print(json.dumps(found))
        return
    for size in options.sizes:
        for years in (1, 10):
            for style in STYLES:
                words = [str(size), style, str(years), "even"]
                run = subprocess.run([sys.executable, "-m", "tests.bench.extract", "--one", *words], check=True, capture_output=True)  # fmt: skip
                found = json.loads(run.stdout)
                for reading, figures in found.items():
                    print(f"{size:>7} {style:<12} {years:>2} y  {reading:<4}", *(f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}" for name, value in figures.items()), flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
