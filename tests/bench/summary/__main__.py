"""Figures of summaries beside their goals and beside other tools: `make bench-summary`, or `python -m tests.bench.summary --help`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from shelter_app.errors import ShelterError
from tests.bench.summary.beside import Others
from tests.bench.summary.offices import STYLES
from tests.bench.summary.packages import canaries, mutations
from tests.bench.summary.pool import pooled
from tests.bench.summary.records import extracts
from tests.bench.summary.rows import Row, as_markdown, as_text, write_json
from tests.bench.summary.series import cumulative
from tests.bench.summary.tables import by_size, random_offices

PARTS = ("tables", "extract", "random", "series", "mutations", "pool", "canaries")

_TO_BE_MEASURED = "to be measured"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.summary",
        description="Measure what summaries promise, with a goal beside every figure. Other tools come from an environment of their own.",
    )
    parser.add_argument(
        "--quick", action="store_true", help="smaller offices and fewer of them: at most two minutes"
    )
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=f"some of: {', '.join(PARTS)}"
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", metavar="N", help="persons of the offices of the part tables"
    )
    parser.add_argument(
        "--styles", nargs="+", choices=STYLES, metavar="STYLE", help=f"some of: {', '.join(STYLES)}"
    )
    parser.add_argument("--offices", type=int, metavar="N", help="how many random offices (1000)")
    parser.add_argument(
        "--limit",
        type=float,
        default=600.0,
        metavar="S",
        help="seconds after which an office is given up (600)",
    )
    parser.add_argument("--without-others", action="store_true", help="do not install or run other tools")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table for a document too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    return parser.parse_args()


def _tell(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {text}\n")
    sys.stderr.flush()


def _parts(options: argparse.Namespace, others: Others) -> dict[str, Iterator[Row]]:
    """Every part as it was asked for; nothing is measured before its rows are taken."""
    quick = options.quick
    sizes = options.sizes or ((300, 2_000) if quick else (300, 2_000, 20_000, 100_000))
    styles = options.styles or (("independent", "clustered") if quick else STYLES)
    records = ("independent",) if quick else ("independent", "clustered", "rings", "lopsided")
    return {
        "tables": by_size(sizes, styles, others, _tell, options.limit),
        "extract": extracts(2_000 if quick else 100_000, records, others, _tell),
        "random": random_offices(
            options.offices or (12 if quick else 1000), 2_000 if quick else 5_000, others, _tell
        ),
        "series": cumulative(*((150, 3) if quick else (600, 8)), others, _tell),
        "mutations": mutations(_tell, every=6 if quick else 1),
        "pool": pooled(24 if quick else 200, _tell),
        "canaries": canaries(_tell),
    }


def _measured(options: argparse.Namespace, others: Others) -> Iterator[Row]:
    """The rows of the parts that were asked for; a part that cannot be measured says why and counts as not met."""
    for name, part in _parts(options, others).items():
        if name in options.only:
            try:
                yield from part
            except (ShelterError, RuntimeError) as error:
                yield Row(f"part {name}", f"not measured: {error}", _TO_BE_MEASURED, met=False)


def main() -> int:
    """Measure, print, and say by the exit code only whether everything could be measured."""
    options = _options()
    begun = time.monotonic()
    others = Others(None, "left out as asked") if options.without_others else Others.prepare()
    rows = list(_measured(options, others))
    about: dict[str, object] = {
        "python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count(),
        "load": os.getloadavg() if hasattr(os, "getloadavg") else None, "minutes": round((time.monotonic() - begun) / 60, 1),
    }  # fmt: skip
    sys.stdout.write(
        f"\n{about['system']}, {about['cores']} cores, Python {about['python']}, {about['minutes']} minutes\n\n"
    )
    sys.stdout.write(as_text(rows) + "\n")
    if options.markdown:
        options.markdown.write_text(as_markdown(rows) + "\n", "utf-8")
    if options.json:
        write_json(options.json, rows, about)
    return int(any(row.goal == _TO_BE_MEASURED for row in rows))


if __name__ == "__main__":
    raise SystemExit(main())
