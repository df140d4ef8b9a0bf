"""The same tables given to pytauargus, and what the second attacker makes of what it would publish.

Reads JSON from standard input: for every column the code of each person and whom each code stands for, and which
columns make a table. A person can have several types or means; such a column comes as yes and no for every code.
pytauargus protects each table alone, which is what its one call offers; all that it shows is attacked together.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import Counter
from typing import Any

from attacker import NEAR, Attacker, Undecided
from memory import peak_mib
from reading import Line, Name, Reading

LARGEST_SMALL = 10


def protect(columns: dict[str, Any], tables: list[list[str]], folder: str) -> list[Any]:
    """The tables as pytauargus would publish them."""
    from pytauargus import protect as run

    # Of one width, or it pads them.
    micro = {name: [f"c{code:03d}" for code in column["codes"]] for name, column in columns.items()}
    micro["persons"] = [1] * len(next(iter(micro.values())))
    found = run(
        micro, tables, response="persons", safety_rules="FREQ(11,10)", suppress="OPT(1)", workdir=folder
    )
    return found.tables


def name_of(columns: dict[str, Any], table: list[str], codes: list[str]) -> Name:
    """Whom a cell counts; a total has no code."""
    conditions: set[Any] = set()
    for column, code in zip(table, codes, strict=True):
        if code.startswith("c") and code[1:].isdigit():
            dimension, leaves = columns[column]["conditions"][int(code[1:])]
            conditions.add((dimension, tuple(leaves)))
    return frozenset(conditions)


def read(
    columns: dict[str, Any], tables: list[list[str]], published: list[Any]
) -> tuple[Reading, dict[Name, int], Counter[str]]:
    """What a stranger knows, and the truth to judge it by."""
    found, truth, counts = Reading(), {}, Counter[str]()
    for table, result in zip(tables, published, strict=True):
        cells: dict[tuple[str, ...], Name] = {}
        for row in result.rows:
            codes = [str(row[column]) for column in table]
            inner = all(code.startswith("c") and code[1:].isdigit() for code in codes)
            name, value = name_of(columns, table, codes), round(row["persons"])
            told = row["status"] not in ("U", "M")
            truth[name] = value
            cells[tuple(code if code[1:].isdigit() else "" for code in codes)] = name
            found.figure(
                name,
                "shown" if told else "hidden",
                value if told else 0,
                value if told else 1e7,
                ("", "", ""),
            )
            if inner and all(
                not columns[c]["conditions"][int(code[1:])][0].startswith("no ")
                for c, code in zip(table, codes, strict=True)
            ):
                counts["all"] += value
                counts["shown"] += value if told else 0
                counts["cells hidden"] += not told
                counts["noughts printed"] += told and value == 0
        for axis in range(len(table)):
            groups: dict[tuple[str, ...], list[Name]] = {}
            for codes, name in cells.items():
                if codes[axis]:
                    groups.setdefault(codes[:axis] + codes[axis + 1 :], []).append(name)
            for rest, items in groups.items():
                total = cells[(*rest[:axis], "", *rest[axis:])]
                found.tie(
                    Line(
                        "",
                        [(item, "", False) for item in items],
                        [],
                        None,
                        total,
                        additive=True,
                        sensitive=False,
                    )
                )
    return found, truth, counts


def attack(reading: Reading, truth: dict[Name, int]) -> dict[str, int]:
    """How many small groups are found exactly, shown to be smaller than eleven, or not to be empty."""
    attacker, found = Attacker(reading, whole=False), Counter[str]()
    for name, (low, high) in reading.bounds.items():
        if low == high or not 0 < truth[name] <= LARGEST_SMALL:
            continue
        found["attempts"] += 1
        target = attacker.vector({name: 1.0})
        try:
            least, most = attacker.solve(target, up=False), attacker.solve(target, up=True)
        except Undecided:
            found["undecided"] += 1
            continue
        found["exact"] += most - least < NEAR
        found["capped"] += most < LARGEST_SMALL + 1 - NEAR
        found["present"] += least > NEAR
        found["succeeded"] += most < LARGEST_SMALL + 1 - NEAR or least > NEAR
    lines = 0
    for line in reading.lines:
        hidden = [name for name, _, _ in line.items if reading.bounds[name][0] != reading.bounds[name][1]]
        low, high = reading.bounds[line.total]
        if len(hidden) > 1 and low == high:
            rest = low - sum(reading.bounds[name][0] for name, _, _ in line.items if name not in hidden)
            lines += 0 < rest <= LARGEST_SMALL
    return {**found, "remainders": lines}


def main() -> None:
    """Protect, attack, and print the figures."""
    asked = json.load(sys.stdin)
    columns, tables = asked["columns"], asked["tables"]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # its solvers write logs where they are started
        out = os.dup(1)
        os.dup2(2, 1)
        begun = time.perf_counter()
        published = protect(columns, tables, folder)
        seconds = time.perf_counter() - begun
        peak = peak_mib()
        plain = sum(entry.stat().st_size for entry in os.scandir(folder) if entry.name.startswith("micro"))
        reading, truth, counts = read(columns, tables, published)
        found = attack(reading, truth)
        os.chdir("/")
        os.dup2(out, 1)
    print(json.dumps({
        "share": counts["shown"] / counts["all"], "seconds": seconds, "peak_mib": peak, "plain_bytes": plain,
        "cells_hidden": counts["cells hidden"], "noughts": counts["noughts printed"], "contradictions": reading.contradictions, **found,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
