"""One office by itself: `python -m tests.bench.summary.one_office SIZE STYLE SEED FOLDER`, run by `tables`.

Writes the finished release, the same with every hidden figure shown (the control, which attacks must break), and the
columns for other tools; prints time, memory and what share stands in shown figures. The share is counted from the true
figures: persons times tables, a table left out as nought.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from shelter_app.anonymise.axes import Axis, Facts
from shelter_app.anonymise.coded import CodedFacts
from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.release import Cell, ProtectedRelease
from shelter_app.anonymise.tables import TABLE_IDS, CountTable, standard_tables
from tests.bench.summary.offices import make_office
from tests.bench.summary.others.memory import peak_mib

__all__ = ["SECRET", "control_of", "share_shown"]

SECRET = b"a secret of the vault, 32 bytes!"
#: Tables that pytauargus is given too: rows and columns, with the most that a cross has of each.
_BESIDE = {
    "persons": ("registration",), "sex_age": ("sex", "age"), "citizenship": ("citizenship",), "duration": ("duration",),
    "return_stage_by_return_outcome": ("return_stage", "return_outcome"), "exploitation_type_by_sex": ("exploitation_type", "sex"),
    "exploitation_type_by_age": ("exploitation_type", "age"), "means_of_control": ("means_of_control",), "services": ("services",),
    "recruiter_relation": ("recruiter_relation",), "citizenship_by_exploitation_country": ("exploitation_country", "citizenship"),
}  # fmt: skip
_MOST = {
    ("citizenship_by_exploitation_country", "citizenship"): 20, ("citizenship_by_exploitation_country", "exploitation_country"): 9,
    ("exploitation_type_by_sex", "exploitation_type"): 20, ("exploitation_type_by_age", "exploitation_type"): 20,
}  # fmt: skip


def _true_tables(facts: CodedFacts, release: ProtectedRelease) -> dict[str, CountTable]:
    """The true counts of the published tables; of others those with the finest ages."""
    found = {}
    published = {table.id: table for table in release.tables}
    for coarse in (2, 1, 0):
        for table in standard_tables(facts, coarse):
            there = published.get(table.id)
            if there is None or (there.columns == table.columns and there.rows == table.rows):
                found[table.id] = table
    return found


def share_shown(facts: CodedFacts, release: ProtectedRelease, only: tuple[str, ...] = TABLE_IDS) -> float:
    """The share of persons times tables that stands in shown figures."""
    shown = total = 0
    published = {table.id: table for table in release.tables}
    for name, true in _true_tables(facts, release).items():
        if name not in only:
            continue
        for at, (row, line) in enumerate(zip(true.rows, true.counts, strict=True)):
            if row.role in ("base", "total"):
                continue
            for place, (column, count) in enumerate(zip(true.columns, line, strict=True)):
                if column.role == "total" and len(true.columns) > 1:
                    continue
                total += count
                table = published.get(name)
                shown += count if table and table.cells[at][place].kind == "shown" else 0
    return shown / total


def control_of(facts: CodedFacts, release: ProtectedRelease) -> ProtectedRelease:
    """The release with nothing hidden but what the threshold asks for, as a spreadsheet would do it."""
    true = _true_tables(facts, release)
    tables = []
    for table in release.tables:
        counts = true[table.id].counts
        cells = tuple(
            tuple(
                Cell("shown", (count + release.rounding // 2) // release.rounding * release.rounding)
                if cell.kind == "hidden" and count > 10
                else Cell("small")
                if cell.kind == "hidden"
                else cell
                for cell, count in zip(line, numbers, strict=True)
            )
            for line, numbers in zip(table.cells, counts, strict=True)
        )
        tables.append(replace(table, cells=cells))
    return replace(release, tables=tuple(tables))


def _columns(facts: CodedFacts) -> dict[str, Any]:
    """The persons as columns of codes and the tables that are made of them, for other tools."""
    made, columns, tables = Facts(facts.rows, facts.codes), {}, []
    for name, dimensions in _BESIDE.items():
        axes = [made.axis(dimension, _MOST.get((name, dimension), 0)) for dimension in dimensions]
        sides = []
        for dimension, axis in zip(dimensions, axes, strict=True):
            side = _single(axis) if axis.single else _by_code(axis)
            prefix = f"{dimension}{_MOST.get((name, dimension), '')}".replace("_", "")
            side = {f"{prefix}{key}": value for key, value in side.items()}
            columns.update(side)
            sides.append(list(side))
        first, *second = sides
        tables += [
            [one, *other] for one in first for other in ([[each] for each in second[0]] if second else [[]])
        ]
    return {"columns": columns, "tables": tables}


def _single(axis: Axis) -> dict[str, Any]:
    members = axis.members
    codes = members.argmax(axis=1)
    codes[~members.any(axis=1)] = members.shape[1]
    conditions = [[axis.dimension, leaves] for leaves in axis.leaves]
    group = axis.universe or axis.dimension
    # Outside the persons that the table is about nobody counts.
    conditions.append([f"no {group}" if axis.universe else group, ("-",)])
    return {"": {"codes": codes.tolist(), "conditions": conditions}}


def _by_code(axis: Axis) -> dict[str, Any]:
    return {
        str(place): {
            "codes": (~axis.members[:, place]).astype(int).tolist(),
            "conditions": [[axis.dimension, leaves], [f"no {axis.dimension} {'/'.join(leaves)}", ("-",)]],
        }
        for place, leaves in enumerate(axis.leaves)
    }


def main() -> None:
    """Measure first, then write what others need."""
    size, style, seed, folder = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    facts = make_office(size, seed, style)
    before = peak_mib()
    begun, work = time.perf_counter(), time.process_time()
    release = protect(facts, SECRET).release
    seconds, work, peak = time.perf_counter() - begun, time.process_time() - work, peak_mib()
    (folder / "release.json").write_text(release.to_json(), "utf-8")
    (folder / "control.json").write_text(control_of(facts, release).to_json(), "utf-8")
    (folder / "columns.json").write_text(json.dumps(_columns(facts)), "utf-8")
    print(json.dumps({
        "seconds": seconds, "work": work, "peak_mib": peak, "before_mib": before, "shown": share_shown(facts, release), "rounding": release.rounding,
        "shown_beside": share_shown(facts, release, tuple(_BESIDE)), "tables": len(release.tables), "of": len(TABLE_IDS),
        "held": all(check.held for check in release.checks),
        "left_out": [notice.table or notice.code for notice in release.notices],
    }))  # fmt: skip


if __name__ == "__main__":
    main()
