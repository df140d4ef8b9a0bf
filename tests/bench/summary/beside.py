"""Competitors, judge and second attacker: programs in an environment of their own, which the program never sees.

`Others.prepare` makes the environment as its lock file says. Where that does not work, the reason is kept and printed
in the place of every figure that would have come from there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

__all__ = ["Attacks", "NotHere", "Others", "own_process"]

_ROOT = Path(__file__).parents[3]
_PROJECT = Path(__file__).parent / "others"
_ENVIRONMENT = _ROOT / ".venv-bench"


class NotHere(Exception):
    """A program of others cannot be run here; the text says why."""


def own_process(module: str, *words: object, limit: float = 600.0) -> dict[str, Any]:
    """What a part of the benchmark prints that is run alone, so that its time and its peak of memory are its own.

    Raises:
        NotHere: it took longer than so many seconds.
    """
    command = [sys.executable, "-m", module, *map(str, words)]
    try:
        run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=_ROOT, timeout=limit)
    except subprocess.TimeoutExpired as error:
        raise NotHere(f"not finished in {limit:.0f} s") from error
    if run.returncode:
        raise RuntimeError(f"{' '.join(command[2:])}\n{run.stderr}")
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


class Others:
    """Programs of others, each run in a process of its own."""

    def __init__(self, python: Path | None, reason: str = "") -> None:
        self._python, self._reason = python, reason

    @classmethod
    def prepare(cls) -> Others:
        """Install what the lock file names, unless it is there."""
        uv = _ROOT / ".venv-tools" / "bin" / "uv"
        if not uv.exists():
            return cls(None, "no uv, run `make setup` first")
        settings = os.environ | {"UV_PROJECT_ENVIRONMENT": str(_ENVIRONMENT), "UV_LINK_MODE": "copy"}
        settings.pop("VIRTUAL_ENV", None)
        command = [str(uv), "sync", "--quiet", "--locked", "--project", str(_PROJECT)]
        if sys.version_info < (3, 13):
            command += ["--python", sys.executable]
        run = subprocess.run(command, check=False, capture_output=True, text=True, env=settings)
        if run.returncode:
            said = run.stderr.strip().splitlines()
            return cls(None, f"could not be installed: {said[0] if said else 'uv failed'}")
        return cls(_ENVIRONMENT / "bin" / "python")

    @property
    def python(self) -> Path:
        """The interpreter of the environment.

        Raises:
            NotHere: there is none.
        """
        if self._python is None:
            raise NotHere(self._reason)
        return self._python

    def run(self, script: str, asked: dict[str, Any]) -> dict[str, Any]:
        """What a script answers.

        Raises:
            NotHere: it cannot be run here.
        """
        run = subprocess.run(
            [self.python, str(_PROJECT / script)], check=False, capture_output=True, text=True, input=json.dumps(asked)
        )  # fmt: skip
        if run.returncode:
            said = run.stderr.strip().splitlines()
            raise NotHere(f"stopped: {said[-1] if said else f'signal {-run.returncode}'}")
        found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
        return found


class Attacks:
    """The second attacker, kept running; it gets the text of a release and nothing else."""

    def __init__(self, others: Others) -> None:
        self._process = subprocess.Popen(
            [others.python, str(_PROJECT / "attacker.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def on(self, release: str, *, whole: bool, most: int = 0) -> dict[str, Any]:
        """Attempts, successes and what was not decided, in whole persons or not."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"release": release, "whole": whole, "most": most}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise NotHere("the second attacker stopped")
        found: dict[str, Any] = json.loads(answer)
        return found
