"""Recording a program session with strace, and the vaults that such sessions begin from."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.faults.powercut import CALLS, Recording
from tests.faults.program import make_vault

__all__ = ["ROOT", "need_strace", "quick_folder", "record", "traced"]

ROOT = Path(__file__).parents[2]


def quick_folder() -> Path:
    """A new folder in memory where there is one: states are written and thrown away by the thousand."""
    memory = Path("/dev/shm")
    return Path(
        tempfile.mkdtemp(prefix="shelter-faults-", dir=memory if os.access(memory, os.W_OK) else None)
    )


@functools.cache
def _strace_works() -> str:
    """Why system calls cannot be traced here; empty where they can."""
    if not sys.platform.startswith("linux"):
        return "system calls are traced with strace, which is for Linux"
    if shutil.which("strace") is None:
        return "strace is not installed"
    done = subprocess.run(
        ["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else f"strace may not trace here: {done.stderr.strip()[-80:]}"


def need_strace() -> None:
    """Skip the test, with the reason, where system calls cannot be traced."""
    reason = _strace_works()
    if reason:
        pytest.skip(reason)


def traced(
    options: list[str], module: str, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run one of our modules under strace with these options."""
    need_strace()
    return subprocess.run(
        ["strace", "-f", "-qq", *options, sys.executable, "-B", "-m", module, *arguments],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip


def record(work: Path, what: str, seed: int) -> Recording:
    """The system calls of one session that does `what` in a new small vault."""
    root = work / "root"
    shutil.rmtree(work, ignore_errors=True)
    (root / "stick").mkdir(parents=True)
    make_vault(root / "vault")
    shutil.copytree(root, work / "before")
    log = work / "log"
    acks = work / "acks"
    done = traced(
        ["-y", "-xx", "-s", "100000000", "-e", f"trace={CALLS}", "-o", str(log)],
        "tests.faults.program", str(root), what, str(seed), str(acks),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = Recording.read(root, log, work / "before")
    assert json.loads(acks.read_text().splitlines()[-1]) == {"end": True}
    log.unlink()
    return found
