"""Whoever presses anything in any order meets no fault of the program, and the vault stays whole."""

import json
import os
import subprocess
import sys

import pytest

from tests.faults.recording import ROOT


def let_loose(folder, seed, windows, steps, *planted):
    """What somebody did who pressed anything, and what went wrong."""
    path = os.pathsep.join(str(ROOT / name) for name in ("", "ui", "i18n", "resources"))
    numbers = [str(number) for number in (seed, windows, steps)]
    done = subprocess.run(
        [sys.executable, "-B", "-m", "tests.faults.monkey", str(folder), *numbers, *planted],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder / "home"), "PYTHONPATH": path},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.shares(3, 200, most=4)
def test_pressing_anything_in_any_order_breaks_nothing(share, quick, tally, request):
    tally.study = "Random use of the window"
    steps = 300 if request.config.getoption("--deep") else 70
    said = let_loose(quick, share.seed * 1000, share.count, steps)
    tally.count("windows", share.count)
    tally.count("steps", sum(said["did"].values()))
    assert sum(said["did"].values()) > share.count * steps * 0.9
    assert {"click", "write", "key", "go", "row"} <= said["did"].keys()
    for fault in said["faults"]:
        tally.bad("faults of the program", fault)
    tally.expect_none("faults of the program")


def test_what_is_wrong_with_the_window_or_the_vault_is_noticed(quick):
    """The control: a program that has one fault of each kind."""
    found = let_loose(quick, 0, 1, 70, "planted")["faults"]
    assert any("RuntimeError: planted" in fault for fault in found), found
    assert any("notes without their line in the journal" in fault for fault in found), found
