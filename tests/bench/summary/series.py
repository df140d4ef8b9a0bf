"""Figures of cumulative reports: each beside all earlier ones, with corrections, withdrawals and late registrations."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from shelter_app.anonymise.attack import attack
from shelter_app.anonymise.histories import Earlier, History
from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.anonymise.tables import ONE_WAY
from tests.bench.summary.beside import NotHere, Others
from tests.bench.summary.offices import make_series, put_together
from tests.bench.summary.one_office import SECRET, share_shown
from tests.bench.summary.rows import Row

__all__ = ["cumulative"]


@dataclass
class _Made:
    """Releases of one series, how long each took and what it shows."""

    releases: list[ProtectedRelease] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    shown_simple: list[float] = field(default_factory=list)


def cumulative(size: int, quarters: int, others: Others, tell: Callable[[str], None]) -> Iterator[Row]:
    """One office, so many quarters; with the ledger, and without it as a control."""
    states = make_series(size, 3, quarters)
    made, apart = _Made(), _Made()
    for number in range(quarters):
        tell(f"cumulative quarters: {number + 1} of {quarters}")
        facts, rows = put_together(states[: number + 1])
        for series, beside in ((made, True), (apart, False)):
            earlier = [Earlier(*each) for each in zip(series.releases, rows, strict=True)] if beside else []
            begun, work = time.perf_counter(), time.process_time()
            release = protect(facts, SECRET, earlier=earlier).release
            series.seconds.append(time.perf_counter() - begun)
            series.work.append(time.process_time() - work)
            series.releases.append(release)
            series.shown.append(share_shown(facts, release) if release.tables else 0.0)
            series.shown_simple.append(share_shown(facts, release, ONE_WAY) if release.tables else 0.0)
    tell("cumulative quarters: attacks")
    own, tried = _own_attack(made)
    control = _control(apart, states)
    second, certain = _second_attacker(made, states, others)
    without, _ = _second_attacker(apart, states, others)
    yield Row(
        f"{quarters} cumulative quarters, office of {size}: proofs of presence",
        f"own attack {own} of {tried:,}; second attacker {second}; without the ledger {control} (second release) and {without}",
        "0 presence proofs",
        own == 0 and certain == 0 and control > 0 if certain is not None else None,
    )
    tables = [len(release.tables) for release in made.releases]
    yield Row(
        f"{quarters} cumulative quarters, office of {size}: share shown",
        f"{_each(made.shown)} with the ledger (tables: {', '.join(map(str, tables))}), of tables of one dimension {_each(made.shown_simple)}; "
        f"{_each(apart.shown)} without",
        ">= 60%",
        min(made.shown[1:], default=0.0) >= 0.6,
    )
    yield Row(
        f"{quarters} cumulative quarters, office of {size}: seconds a release",
        f"{', '.join(f'{each:.1f}' for each in made.seconds)}; of the processor {', '.join(f'{each:.1f}' for each in made.work)}",
        "<= 30 s",
        max(made.seconds) <= 30,
    )


def _each(shares: list[float]) -> str:
    return ", ".join(f"{share:.0%}" for share in shares)


def _own_attack(series: _Made) -> tuple[int, int]:
    """What the program's own attack proved about each release beside all earlier ones, and how much it tried."""
    checks = [check for release in series.releases for check in release.checks]
    return sum(not check.held for check in checks), sum(check.attempts for check in checks)


def _control(series: _Made, states: list[dict[int, Any]]) -> int:
    """What the same attack proves about the second release that was made as if there were no first."""
    facts, rows = put_together(states[:2])
    history = History([*rows, [*facts.rows, *[None] * (len(rows[0]) - len(facts.rows))]])
    return len(attack(series.releases[1], [Earlier(series.releases[0], rows[0])], history).findings)


def _second_attacker(series: _Made, states: list[dict[int, Any]], others: Others) -> tuple[str, int | None]:
    """Small groups that truly came or left and of whom the second attacker is certain, in words and as a number."""
    certain = attempts = wrong = undecided = 0
    for number in range(1, len(states)):
        facts, rows = put_together(states[: number + 1])
        history = History([*rows, [*facts.rows, *[None] * (len(rows[0]) - len(facts.rows))]])
        for place in {0, number - 1}:
            texts = {"old": series.releases[place].to_json(), "new": series.releases[number].to_json()}
            try:
                found = others.run("series.py", texts)
            except NotHere as reason:
                return f"not run: {reason}", None
            attempts += found["attempts"]
            undecided += found["undecided"]
            for side, said, low in found["proved"]:
                name = tuple(sorted((dimension, tuple(codes)) for dimension, codes in said))
                truly = history.entered(name, place) if side == "came" else history.left(name, place)
                certain += 0 < truly <= 10
                wrong += truly < low - 1e-4
    return (
        f"{certain} of {attempts:,}{f', {undecided} undecided' if undecided else ''}{f', wrong {wrong} times' if wrong else ''}",
        certain,
    )
