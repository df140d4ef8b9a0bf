"""Whoever presses anything in any order meets no fault of the program, and the vault stays whole."""

import json
import os
import subprocess
import sys

import pytest

from tests.faults.recording import ROOT


@pytest.mark.shares(3, 200, most=4)
def test_pressing_anything_in_any_order_breaks_nothing(share, quick, tally, request):
    tally.study = "Random use of the window"
    steps = 300 if request.config.getoption("--deep") else 70
    path = os.pathsep.join(str(ROOT / name) for name in ("", "ui", "i18n", "resources"))
    done = subprocess.run(
        [sys.executable, "-B", "-m", "tests.faults.monkey", str(quick), str(share.seed * 1000), str(share.count), str(steps)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(quick / "home"), "PYTHONPATH": path},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.splitlines()[-1])
    tally.count("windows", share.count)
    tally.count("steps", sum(said["did"].values()))
    assert sum(said["did"].values()) > share.count * steps * 0.9
    assert {"click", "write", "key", "go", "row"} <= said["did"].keys()
    for fault in said["faults"]:
        tally.bad("faults of the program", fault)
    tally.expect_none("faults of the program")
