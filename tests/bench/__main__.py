"""Measures the program on a vault with very many cases: `make bench`, or `python -m tests.bench --help`."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from shelter_app.casework.session import Session
from shelter_app.casework.vaults import open_vault
from tests.bench.long_work import long_work
from tests.bench.measure import Figure, table, write_json
from tests.bench.saving import one_save, register_import
from tests.bench.searching import search_as_one_types
from tests.bench.shift_change import shift_change
from tests.bench.starting import list_of_cases, sign_in_screen
from tests.bench.vault import PASSWORD, USER, BigVault, cache_folder, cached_vault, copy_of

PARTS = ("screen", "list", "search", "save", "import", "long", "shift")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure the program beside reference workloads that are timed in the same run.",
    )
    parser.add_argument("--cases", type=int, default=100_000, metavar="N", help="cases in the vault (100000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=f"some of: {', '.join(PARTS)}"
    )
    return parser.parse_args()


def _within(folder: Path, vault: Path, only: list[str]) -> list[Figure]:
    """What is measured in one process with the vault open."""
    parts: dict[str, Callable[[Session], list[Figure]]] = {
        "search": search_as_one_types,
        "save": lambda session: one_save(session, folder),
        "import": register_import,
    }
    if not set(parts) & set(only):
        return []
    session = open_vault(vault, USER, PASSWORD)
    try:
        return [figure for name, work in parts.items() if name in only for figure in work(session)]
    finally:
        session.close()


def _measure(options: argparse.Namespace, vault: BigVault) -> list[Figure]:
    figures: list[Figure] = []
    if vault.written:
        figures.append(Figure("vault written", vault.written, "s", note=f"{vault.cases:,} cases, then kept"))
    # Beside the generated vault, so that saves and reference meet the same disk.
    with tempfile.TemporaryDirectory(dir=cache_folder()) as name:
        folder = Path(name)
        copy = copy_of(vault, folder / "vault")
        if "screen" in options.only:
            figures += sign_in_screen(copy)
        if "list" in options.only:
            figures += list_of_cases(vault, copy)
        figures += _within(folder, copy, options.only)
        if "long" in options.only:
            figures += long_work(copy)
    if "shift" in options.only:
        figures += shift_change()
    return figures


def main() -> int:
    """Measure, print a table, and say by the exit code only whether measuring worked."""
    options = _options()
    vault = cached_vault(options.cases)
    figures = _measure(options, vault)
    about: dict[str, object] = {
        "cases": options.cases, "python": platform.python_version(), "system": platform.platform(),
        "cores": os.cpu_count(), "load": os.getloadavg() if hasattr(os, "getloadavg") else None,
        "free_disk_gb": shutil.disk_usage(cache_folder()).free // 10**9,
    }  # fmt: skip
    sys.stdout.write(
        f"\n{options.cases:,} cases; {about['system']}, {about['cores']} cores, Python {about['python']}\n\n"
    )
    sys.stdout.write(table(figures) + "\n")
    if options.json:
        write_json(options.json, figures, about)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
