"""Figures of summaries beside their goals and beside other tools: `make bench-summary`, or `python -m tests.bench.summary --help`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.summary.beside import Others
from tests.bench.summary.offices import STYLES
from tests.bench.summary.rows import Row, as_markdown, as_text, write_json
from tests.bench.summary.tables import by_size, random_offices

PARTS = ("tables", "random")


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
    parser.add_argument("--without-others", action="store_true", help="do not install or run other tools")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table for a document too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    return parser.parse_args()


def _tell(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {text}\n")
    sys.stderr.flush()


def _measured(options: argparse.Namespace, others: Others) -> Iterator[Row]:
    quick = options.quick
    if "tables" in options.only:
        sizes = options.sizes or ((300, 2_000) if quick else (300, 2_000, 20_000, 100_000))
        styles = options.styles or (("independent", "clustered") if quick else STYLES)
        yield from by_size(sizes, styles, others, _tell)
    if "random" in options.only:
        yield from random_offices(
            options.offices or (15 if quick else 1000), 2_000 if quick else 5_000, others, _tell
        )


def main() -> int:
    """Measure, print a table, and say by the exit code only whether measuring worked."""
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
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
