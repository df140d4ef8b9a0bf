"""Measures the tables of invented offices: `python -m tests.bench.tables`.

Each office is done in a process of its own, so that its peak of memory is its own. The share is counted from what is
published against the true tables: persons times tables that stand in shown figures; a table that was left out is all
hidden. With `--quarters`, eight cumulative reports of one office with corrections and withdrawals.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from shelter_app.anonymise.attack import attack
from shelter_app.anonymise.coded import CodedFacts, PersonRow
from shelter_app.anonymise.histories import Earlier, History
from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.anonymise.tables import TABLE_IDS, standard_tables
from shelter_app.domain.periods import Period
from tests.app.package.invented import people

SIZES = (300, 2_000, 20_000, 100_000)
_SEED = b"a secret of the vault"


def _peak() -> float:
    """The most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def share_shown(facts: CodedFacts, release: ProtectedRelease) -> float:
    """Persons times tables that stand in shown figures."""
    total = sum(
        sum(
            count
            for row, line in zip(table.rows, table.counts, strict=True)
            for column, count in zip(table.columns, line, strict=True)
            if row.role in {"item", "none"} and (column.role != "total" or len(table.columns) == 1)
        )
        for table in standard_tables(facts)
    )
    shown = sum(
        cell.value or 0
        for table in release.tables
        for row, column, cell in table.walk()
        if row.role in {"item", "none"} and (column.role != "total" or len(table.columns) == 1)
    )
    return shown / total


def one_office(size: int, seed: int, style: str) -> dict[str, Any]:
    """The figures of one office."""
    facts = people(size, seed, "2025", style)
    before = _peak()
    begun, busy = time.perf_counter(), time.process_time()
    release = protect(facts, _SEED).release
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    peak = _peak()
    return {
        "share": share_shown(facts, release),
        "tables": len(release.tables),
        "exact": release.rounding == 1,
        "hidden": release.counts.hidden,
        "held": attack(release).held,
        "tried": sum(check.attempts for check in release.checks),
        "seconds": seconds,
        "processor": busy,
        "peak": peak,
        "facts": before,
    }


def _quarters(size: int, seed: int) -> Iterator[dict[int, PersonRow]]:
    """Eight states of the records: more persons each time, a few corrected and a few taken out."""
    chance = random.Random(seed)
    everybody = people(size, seed, "2025").rows
    there: dict[int, PersonRow] = {}
    for quarter in range(8):
        for place in range(size * quarter // 8, size * (quarter + 1) // 8):
            there[place] = everybody[place]
        for place in chance.sample(sorted(there), 3):
            there[place] = replace(there[place], types=everybody[chance.randrange(size)].types)
        for place in chance.sample(sorted(there), 2):
            del there[place]
        yield dict(there)


def eight_quarters(size: int, seed: int) -> Iterator[dict[str, Any]]:
    """Each cumulative report made beside all earlier ones, and attacked."""
    states: list[dict[int, PersonRow]] = []
    made: list[ProtectedRelease] = []
    for state in _quarters(size, seed):
        states.append(state)
        order = [*state, *sorted({place for each in states for place in each} - state.keys())]
        facts = CodedFacts(tuple(state.values()), Period.parse("2025"), people(1, 1, "2025").codes)
        aligned = [tuple(each.get(place) for place in order) for each in states]
        earlier = [Earlier(*each) for each in zip(made, aligned, strict=False)]
        begun, busy = time.perf_counter(), time.process_time()
        release = protect(facts, _SEED, earlier=earlier).release
        seconds, busy = time.perf_counter() - begun, time.process_time() - busy
        audit = attack(release, earlier, History(aligned) if made else None)
        made.append(release)
        yield {
            "persons": len(state),
            "tables": len(release.tables),
            "share": share_shown(facts, release),
            "held": audit.held,
            "tried": sum(check.attempts for check in audit.checks),
            "seconds": seconds,
            "processor": busy,
        }


def main() -> None:
    """Print a line for each office."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--one", nargs=3)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--quarters", type=int, default=0)
    options = parser.parse_args()
    if options.one:
        size, seed, style = options.one
        print(json.dumps(one_office(int(size), int(seed), style)))
        return
    if options.quarters:
        for figures in eight_quarters(options.quarters, 1):
            print(json.dumps(figures), flush=True)
        return
    print(f"of {len(TABLE_IDS)} tables")
    for size in options.sizes:
        for style in ("independent", "clustered"):
            for seed in range(1, options.seeds + 1):
                call = [sys.executable, "-m", "tests.bench.tables", "--one", str(size), str(seed), style]
                found = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
                print(size, style, seed, json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
