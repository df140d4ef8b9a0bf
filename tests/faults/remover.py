"""Removes a colleague from a vault and is killed on the way, for the fault tests.

Run as `python -m tests.faults.remover VAULT KIND WHERE`. KIND "step": killed when the step WHERE has been done. KIND
"file": killed just before the WHERE-th time that a file of the vault is opened for writing, renamed or removed.
KIND "pages": killed while the store is copied, WHERE pages on. KIND "count": not killed; prints the number of files
touched as its last line.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from shelter_app.casework import users, vaults
from tests.faults.program import LEAVER, PASSWORD, USER

_WRITES = os.O_WRONLY | os.O_RDWR
_touched = 0


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _watch(folder: str, at: int | None) -> None:
    """Count what happens to the files of the vault from now on, and die before the `at`-th time."""

    def look(event: str, given: tuple[Any, ...]) -> None:
        global _touched
        written = event == "open" and isinstance(given[2], int) and given[2] & _WRITES
        if not written and event not in {"os.rename", "os.remove", "sqlite3.connect"}:
            return
        if str(given[0]).startswith(folder):
            _touched += 1
            if _touched == at:
                _die()

    sys.addaudithook(look)


def main(path: str, kind: str, where: str) -> None:
    """Sign in, remove the colleague, sign out."""
    session = vaults.open_vault(Path(path), USER, PASSWORD)
    gone = next(slot.id for slot in session.keyring.header.users if slot.name == LEAVER)

    def reached(step: str) -> None:
        if kind == "step" and step == where:
            _die()

    def progress(done: int, total: int) -> None:
        if kind == "pages" and done >= min(int(where), total):
            _die()

    if kind in {"file", "count"}:
        _watch(path, int(where) if kind == "file" else None)
    users.remove_user(session, gone, progress=progress, reached=reached)
    if kind == "count":
        print(_touched)
    vaults.sign_out(session)


if __name__ == "__main__":
    main(*sys.argv[1:])
