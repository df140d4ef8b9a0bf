"""How long until something is to be seen: the sign-in screen, and the list of cases after the password."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from tests.bench.measure import Figure, medians, reference_work
from tests.bench.vault import PASSWORD, USERS, BigVault

__all__ = ["list_of_cases", "sign_in_screen"]

_ROOT: Final = Path(__file__).resolve().parents[2]
_SCREEN_GOAL, _LIST_GOAL = 2.0, 0.3
_NAMES: Final = {"LM": "sees all", "CW": "caseworker", "RO": "no names"}


def _environment(home: str) -> dict[str, str]:
    """What a process of the program sees: no display, settings of its own, compiled files that are kept."""
    kept = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPROFILEIMPORTTIME")
    }
    return kept | {
        "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": f"{home}/compiled", "XDG_CONFIG_HOME": f"{home}/config",
        "XDG_STATE_HOME": f"{home}/state", "XDG_CACHE_HOME": f"{home}/cache", "XDG_DATA_HOME": f"{home}/data",
    }  # fmt: skip


def _run(module: str, *arguments: str, home: str) -> str:
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    done = subprocess.run(
        command, cwd=_ROOT, env=_environment(home), check=True, capture_output=True, text=True
    )
    return done.stdout


def _worked() -> float:
    """Milliseconds that the processors have worked for the processes that ended; 0 where the system does not tell."""
    so_far = os.times()
    return (so_far.children_user + so_far.children_system) * 1000


def sign_in_screen(vault: Path, rounds: int = 15) -> list[Figure]:
    """From the start of the process to the first painted window, beside a bare window of PySide6.

    Both take turns. The time on the clock is what a person waits; the time of the processors beside it is
    less disturbed by what else the machine does.
    """
    worked: dict[str, list[float]] = {"program": [], "bare": []}
    with tempfile.TemporaryDirectory() as home:

        def painted(*arguments: str) -> float:
            begun, before = time.monotonic_ns(), _worked()
            moment, *_ = _run("first_paint", *arguments, home=home).split()
            worked[arguments[0]].append(_worked() - before)
            return (int(moment) - begun) / 1e6

        # The first start compiles the modules and remembers the vault, which later starts open without being told.
        painted("program", "--vault", str(vault)), painted("bare")
        shown, window = medians([lambda: painted("program"), lambda: painted("bare")], rounds)
    shown_work, window_work = (statistics.median(worked[which][1:]) for which in ("program", "bare"))
    goal = f"<= {_SCREEN_GOAL} x"
    return [
        Figure("sign-in screen shown", shown, "ms", "bare PySide6 window", window, goal, shown <= _SCREEN_GOAL * window),
        Figure("the same, time of the processors", shown_work, "ms", "bare PySide6 window", window_work),
    ]  # fmt: skip


def list_of_cases(vault: BigVault, copy: Path, rounds: int = 7) -> list[Figure]:
    """From the end of the key derivation to the filled list, in a fresh process each time; and the memory then."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as home:
        for user in USERS:
            answers: list[dict[str, Any]] = [
                json.loads(_run("sign_in_once", str(copy), user, PASSWORD, home=home)) for _ in range(rounds)
            ]
            reference = statistics.median(reference_work() for _ in range(3)) * 1000
            steps = {
                step: statistics.median(a["took"][step] for a in answers) * 1000
                for step in answers[0]["took"]
            }
            filled = statistics.median(
                sum(v for k, v in a["took"].items() if k in ("open", "count", "first page")) * 1000 for a in answers
            )  # fmt: skip
            figures.append(
                Figure(
                    f"unlock to filled list, {_NAMES[user]}", filled, "ms", "SHA-256 of 64 MiB", reference,
                    "<= 300 ms", filled <= _LIST_GOAL * 1000 if vault.cases >= 100_000 else None,
                    ", ".join(f"{step} {value:.0f}" for step, value in steps.items()) + f" ms; {answers[0]['count']:,} cases",
                )
            )  # fmt: skip
            today = statistics.median(a["took"]["today"] for a in answers) * 1000
            mine, post = answers[0]["due"]
            figures.append(
                Figure(f"what Today shows, {_NAMES[user]}", today, "ms", "SHA-256 of 64 MiB", reference,
                       note=f"{mine:,} things due for this person, {post:,} for the post"),
            )  # fmt: skip
            if user == "LM":
                memory = statistics.median(a["memory"] for a in answers)
                figures.append(Figure("memory of the process without a window", memory, "MiB"))
    return figures
