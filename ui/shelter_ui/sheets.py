"""Writing recovery sheets as PDF files, each only for one holder."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path

from shelter_app.vault.folder import disk_errors

__all__ = ["write_sheets"]


def write_sheets(
    folder: Path, *, shares: Sequence[Sequence[str]], post: str, label: str, threshold: int, made_on: dt.date
) -> list[Path]:
    """Write one PDF a sheet into `folder`, readable only by the person at this computer.

    Raises:
        NoWritePermission, DiskFull: what was begun is removed.
    """
    from shelter_app.reports.recovery_pdf import recovery_pdf

    pages = recovery_pdf(shares, post=post, vault_label=label, threshold=threshold, made_on=made_on)
    written: list[Path] = []
    try:
        with disk_errors():
            folder.mkdir(parents=True, exist_ok=True)
            for number, page in enumerate(pages, start=1):
                path = folder / f"{post}-recovery-{number}-of-{len(pages)}.pdf"
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                written.append(path)
                with os.fdopen(descriptor, "wb") as target:
                    target.write(page)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return written
