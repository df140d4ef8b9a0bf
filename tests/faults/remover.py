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


def die() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


class Touches:
    """Counts what happens to the files of a vault from now on, and dies just before the `at`-th time."""

    def __init__(self, folder: str, at: int | None) -> None:
        self.number = 0
        self._folder, self._at = folder, at
        sys.addaudithook(self._look)

    def _look(self, event: str, given: tuple[Any, ...]) -> None:
        written = event == "open" and isinstance(given[2], int) and given[2] & _WRITES
        if not written and event not in {"os.rename", "os.remove", "sqlite3.connect"}:
            return
        if str(given[0]).startswith(self._folder):
            self.number += 1
            if self.number == self._at:
                die()


def main(path: str, kind: str, where: str) -> None:
    """Sign in, remove the colleague, sign out."""
    session = vaults.open_vault(Path(path), USER, PASSWORD)
    gone = next(slot.id for slot in session.keyring.header.users if slot.name == LEAVER)

    def reached(step: str) -> None:
        if kind == "step" and step == where:
            die()

    def progress(done: int, total: int) -> None:
        if kind == "pages" and done >= min(int(where), total):
            die()

    touches = None
    if kind in {"file", "count"}:
        touches = Touches(path, int(where) if kind == "file" else None)
    users.remove_user(session, gone, progress=progress, reached=reached)
    if touches and kind == "count":
        print(touches.number)
    vaults.sign_out(session)


if __name__ == "__main__":
    main(*sys.argv[1:])
