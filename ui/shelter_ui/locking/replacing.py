"""A fresh process in place of this one: the only way in Python and Qt to leave nothing in memory."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

__all__ = ["Replacement", "command", "replace_process"]

#: Only one thread may replace the process.
_once = threading.Lock()
_MOST_FILES = 4096


@dataclass(frozen=True)
class Replacement:
    """How the fresh process begins: which vault, which language, small or not. Nothing about a person."""

    vault: Path | None
    language: str
    minimised: bool = False


def command(
    replacement: Replacement,
    *,
    executable: str | None = None,
    started: Sequence[str] | None = None,
    arguments: Sequence[str] | None = None,
    frozen: bool | None = None,
) -> list[str]:
    """The command line that starts the same program anew, at the sign-in screen.

    Interpreter, its options and the script or module are those of this process (`started` is
    `sys.orig_argv`); what was said to the program itself is not repeated, so that a demonstration does not
    sign itself in again.
    """
    executable = executable or sys.executable
    started = list(sys.orig_argv if started is None else started)
    arguments = list(sys.argv if arguments is None else arguments)
    if getattr(sys, "frozen", False) if frozen is None else frozen:
        begin = [executable]
    else:
        begin = [executable, *started[1 : len(started) - len(arguments) + 1]]
    said = ["--vault", str(replacement.vault.absolute())] if replacement.vault is not None else []
    said += ["--language", replacement.language]
    if replacement.minimised:
        said.append("--minimised")
    return [*begin, *said]


def replace_process(replacement: Replacement) -> NoReturn:
    """Become a fresh process at the sign-in screen; if the system refuses that, end.

    May be called from any thread. Open files are closed by the system: locks on them go with them.
    """
    if not _once.acquire(blocking=False):
        # Another thread is at it and this one dies with the process.
        threading.Event().wait()
    line = command(replacement)
    try:
        if os.name == "posix":
            _close_at_exec()
            os.execv(line[0], line)  # noqa: S606 - our own interpreter and arguments, no shell
        import subprocess  # not before the sign-in screen

        subprocess.Popen(line, close_fds=True)  # noqa: S603 - the same
    finally:
        # Better no program than one that still holds what it should have forgotten.
        os._exit(0)


def _close_at_exec() -> None:
    """Let no file of this process reach the next one, whoever opened it."""
    for descriptor in range(3, _MOST_FILES):
        with contextlib.suppress(OSError):
            os.set_inheritable(descriptor, False)
