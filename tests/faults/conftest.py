"""The two tiers of the fault tests, and the figures that they give.

A test marked `@pytest.mark.shares(quick, deep)` asks for the fixture `share`: how many faults it is to try, and with
which seed. In the normal run that is one share of `quick` faults. With `--deep` it is run again and again until
`deep` faults have been tried, each share with its own seed, so that the shares can be divided among processes.
A test marked `deep` runs in the deep tier alone.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.recording import quick_folder
from tests.faults.tally import Share, Tally

#: A share of the deep tier tries no more faults than this, unless its mark says otherwise (`most`).
_MOST = 1000
_KEY = "figures of the fault tests"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each share."""
    if "share" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker("shares")
    assert mark is not None, f"{metafunc.function.__name__} asks for a share and says no numbers"
    quick, deep = mark.args
    part = float(metafunc.config.getoption("--deep"))
    if not part:
        shares = [Share(0, quick)]
    else:
        wanted = max(quick, round(deep * part))
        each = mark.kwargs.get("most", _MOST)
        number = -(-wanted // each)
        shares = [Share(n + 1, wanted // number + (n < wanted % number)) for n in range(number)]
    metafunc.parametrize("share", shares, ids=[f"share{share.seed}" for share in shares])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the deep tests out of the normal run."""
    if not config.getoption("--deep"):
        for item in items:
            if item.get_closest_marker("deep"):
                item.add_marker(pytest.mark.skip(reason="part of the deep tier: make faults"))


@pytest.fixture
def quick(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder in memory, gone after the test."""
    folder = quick_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def tally(request: pytest.FixtureRequest, record_property: Callable[[str, Any], None]) -> Iterator[Tally]:
    """Counts what was tried and what was found; its figures go into the report of the deep tier."""
    made = Tally()
    yield made
    if made.counts:
        record_property(_KEY, {"study": made.study, "counts": dict(made.counts)})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The figures of all shares together, as a table and, if asked for, as a file."""
    studies: dict[str, Counter[str]] = {}
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if getattr(report, "when", "") == "teardown":
            for key, value in report.user_properties:
                if key == _KEY:
                    studies.setdefault(value["study"], Counter()).update(value["counts"])
    if not studies or not config.getoption("--deep"):
        return
    terminalreporter.section("fault tests")
    for name in sorted(studies):
        counts = ", ".join(f"{number:,} {what}" for what, number in studies[name].items())
        terminalreporter.write_line(f"| {name} | {counts} |")
    file = config.getoption("--figures")
    if file:
        known = json.loads(file.read_text("utf-8")) if file.exists() else {}
        for name, counts in studies.items():
            known[name] = {"day": dt.datetime.now(dt.UTC).date().isoformat(), "counts": dict(counts)}
        file.write_text(json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False), "utf-8")
