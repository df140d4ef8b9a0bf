"""Records judged by pycanon, and the same persons made anonymous by anjana; reads JSON from standard input.

`{"csv": path}` counts k of a finished extract over all its columns together. `{"records": …, "ladders": …}` gives the
records to anjana with the same hierarchies of the same columns, and has pycanon judge what comes out.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import pandas as pd
from memory import peak_mib
from pycanon import anonymity


def judged(path: str) -> dict[str, Any]:
    """What pycanon says of a file; an empty field is a value of its own, as for anybody who reads the file."""
    begun = time.perf_counter()
    records = pd.read_csv(path, dtype=str, keep_default_na=False)
    k = anonymity.k_anonymity(records, list(records.columns))
    return {
        "k": int(k),
        "rows": len(records),
        "columns": len(records.columns),
        "seconds": time.perf_counter() - begun,
    }


def generalised(asked: dict[str, Any]) -> dict[str, Any]:
    """anjana's k-anonymity over the circumstances, at most so many percent of the records dropped."""
    from anjana.anonymity import k_anonymity

    records = pd.DataFrame(asked["records"])
    columns = list(asked["ladders"])
    hierarchies = {
        column: {level: pd.Series(values) for level, values in enumerate(ladder)} for column, ladder in asked["ladders"].items()
    }  # fmt: skip
    before = {column: records[column].tolist() for column in columns}
    begun = time.perf_counter()
    made = k_anonymity(records.copy(), [], columns, asked["k"], asked["most_dropped"], hierarchies)
    seconds = time.perf_counter() - begun
    peak = peak_mib()
    if len(made) == 0:
        return {"rows": 0, "seconds": seconds, "peak_mib": peak}
    levels = {}
    for column, ladder in asked["ladders"].items():
        written = set(made[column])
        levels[column] = next(level for level, values in enumerate(ladder) if written <= set(values))
    flags = [
        column for column in made.columns if column not in columns and column not in ("index", "level_0")
    ]
    grouped = made.groupby(columns)
    sizes = grouped.size()
    homogeneous = sum(int(sizes[grouped[flag].sum() == sizes].sum()) for flag in flags)
    return {
        "rows": len(made), "before": len(before[columns[0]]), "seconds": seconds, "peak_mib": peak, "levels": levels,
        "k": int(anonymity.k_anonymity(made, columns)), "homogeneous": homogeneous,
        "k_with_flags": int(anonymity.k_anonymity(made, [*columns, *flags])),
    }  # fmt: skip


def main() -> None:
    """Answer once."""
    asked = json.load(sys.stdin)
    print(json.dumps(judged(asked["csv"]) if "csv" in asked else generalised(asked)))


if __name__ == "__main__":
    main()
