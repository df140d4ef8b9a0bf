"""Programs that save until they are killed, forked from one process that has loaded everything.

Run as `python -m tests.faults.writer`. It reads "VAULT CASE SEED" to start a program and "kill" to kill it, a line
each; whatever is acknowledged comes out as numbers of eight bytes, and after a kill the number END.
"""

from __future__ import annotations

import itertools
import os
import random
import select
import signal
import subprocess
import sys
from pathlib import Path

from shelter_app.casework import cases, drafts, entries, vaults
from tests.faults.program import NAME, PASSWORD, USER, notes_of

__all__ = ["Writers", "save_for_ever"]

END = (1 << 64) - 1


def save_for_ever(vault: Path, case_id: str, seed: int, out: int) -> None:
    """Sign in and keep drafts, save notes, correct some and open cases, until somebody ends the process."""
    rng = random.Random(seed)
    session = vaults.open_vault(vault, USER, PASSWORD)
    draft = None
    for number in itertools.count(max(notes_of(session), default=0) + 1):
        draft = drafts.save_draft(
            session,
            "note",
            {"text": f"typing {number}"},
            case_id=case_id,
            draft_id=draft.id if draft else None,
        )
        saved = entries.save_entry(session, "note", {"text": f"note {number}"}, case_id=case_id)
        os.write(out, number.to_bytes(8, "big"))
        if rng.random() < 0.1:
            entries.save_entry(
                session, "note", {"text": f"note {number} corrected"}, case_id=case_id, entry_id=saved.entry_id,
                started_from=saved.revision_id,
            )  # fmt: skip
        if rng.random() < 0.02:
            cases.new_case(session, person={"name_native": NAME}, intake={})


class Writers:
    """Starts programs that save, and kills them."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-B", "-m", "tests.faults.writer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2], bufsize=0,
        )  # fmt: skip

    def _say(self, line: str) -> None:
        assert self._server.stdin is not None
        self._server.stdin.write(line.encode() + b"\n")

    def _number(self) -> int:
        assert self._server.stdout is not None
        data = b""
        while len(data) < 8:
            more = self._server.stdout.read(8 - len(data))
            assert more, "the program ended by itself"
            data += more
        return int.from_bytes(data, "big")

    def start(self, vault: Path, case_id: str, seed: int) -> int:
        """A program that saves into this vault, once its first save is through; gives back its process number."""
        self._say(f"{vault} {case_id} {seed}")
        return self._number()

    def acknowledged(self, moments: int) -> list[int]:
        """The numbers of its next saves."""
        return [self._number() for _ in range(moments)]

    def kill(self, after: float) -> list[int]:
        """Kill it after so many seconds; the numbers that it had acknowledged by then."""
        select.select([], [], [], after)
        self._say("kill")
        return list(iter(self._number, END))

    def close(self) -> None:
        """End the process that forks."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.stdout.close()
        self._server.wait()


def _serve() -> None:
    child = 0
    for line in sys.stdin:
        if line.strip() == "kill":
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.write(1, END.to_bytes(8, "big"))
            continue
        vault, case_id, seed = line.split()
        child = os.fork()
        if child == 0:
            os.write(1, os.getpid().to_bytes(8, "big"))
            save_for_ever(Path(vault), case_id, int(seed), 1)
    if child:
        # Whoever started us has ended, perhaps in the middle of a test.
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            return


if __name__ == "__main__":
    _serve()
