"""Work on the whole vault: building the index, a summary, a backup, the check. Reported; there are no goals."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from shelter_app.casework.backups import back_up
from shelter_app.casework.checking import check_vault
from shelter_app.casework.summary import coded_facts, make_preview
from shelter_app.casework.vaults import open_vault
from shelter_app.domain.periods import Period
from tests.bench.measure import Figure, reference_work, seconds
from tests.bench.vault import PASSWORD, USER

__all__ = ["long_work"]

_YEAR = "2021"


def long_work(vault: Path) -> list[Figure]:
    """Each once, on a vault that may be written into and is not open."""
    reference = statistics.median(reference_work() for _ in range(3))
    (vault / "people.idx").unlink()
    found: list[Figure] = []

    def note(name: str, took: float, remark: str = "") -> None:
        found.append(Figure(name, took, "s", "SHA-256 of 64 MiB", reference, note=remark))

    note("index of names built anew", seconds(lambda: open_vault(vault, USER, PASSWORD).close()))
    session = open_vault(vault, USER, PASSWORD)
    try:
        period = Period.parse(_YEAR)
        facts = seconds(lambda: coded_facts(session, period))
        whole = seconds(lambda: make_preview(session, period))
        note(f"summary of {_YEAR}, protected", whole, f"of these {facts:.1f} s to read the coded facts")
        with tempfile.TemporaryDirectory(dir=vault.parent) as folder:
            note("backup, opened again and checked", seconds(lambda: back_up(session, Path(folder))))
        reports = []
        took = seconds(lambda: reports.append(check_vault(session)))
        (report,) = reports
        note(
            "check of the whole vault",
            took,
            f"{report.parts_opened:,} entries opened, {len(report.faults)} faults",
        )
    finally:
        session.close()
    return found
