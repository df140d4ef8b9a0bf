"""Figures of tables: what is shown, how fast, and whether a second attacker finds anything; pytauargus beside it."""

from __future__ import annotations

import json
import math
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shelter_app.anonymise.protect import protect
from tests.bench.summary.beside import Attacks, NotHere, Others, own_process
from tests.bench.summary.offices import SKEWED, make_office
from tests.bench.summary.one_office import SECRET, control_of, share_shown
from tests.bench.summary.rows import Row

__all__ = ["by_size", "random_offices"]

Tell = Callable[[str], None]
#: Share shown, seconds and MiB that were asked for, by size.
_SHARES = {300: 0.80, 2_000: 0.93, 20_000: 0.96, 100_000: 0.989}
#: Where nearly everybody is alike, less can be shown; how much less is a row of its own.
_WITH_GOAL = ("independent", "clustered")
_LIMITS = {300: (2.0, None), 100_000: (10.0, 150.0)}


@dataclass
class _Office:
    size: int
    style: str
    figures: dict[str, Any]
    tried: str
    held: bool | None
    tau: dict[str, Any] | str


def by_size(
    sizes: Sequence[int], styles: Sequence[str], others: Others, tell: Tell, limit: float
) -> Iterator[Row]:
    """Every office in a process of its own; then where utility falls."""
    shares: dict[tuple[int, str], float] = {}
    for size in sizes:
        for style in styles:
            tell(f"tables: {size:,} persons, {style}")
            try:
                office = _measured(size, style, others, limit)
            except NotHere as reason:
                goal = f">= {_SHARES[size]:.1%}" if size in _SHARES and style in _WITH_GOAL else ""
                yield Row(
                    f"share shown, {size:,} persons, {style}", str(reason), goal, False if goal else None
                )
                continue
            shares[size, style] = office.figures["shown"]
            yield from _rows(office)
    if "independent" in styles:
        for style in styles:
            if style != "independent":
                falls = [
                    f"{size:,}: {100 * (shares[size, 'independent'] - shares[size, style]):+.1f} points"
                    for size in sizes
                    if (size, "independent") in shares and (size, style) in shares
                ]
                yield Row(
                    f"utility lost beside independent answers, {style}", "; ".join(falls) or "not measured"
                )


def _measured(size: int, style: str, others: Others, limit: float) -> _Office:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = own_process("tests.bench.summary.one_office", size, style, 1, folder, limit=limit)
        tried, held = _attacked(folder, others)
        try:
            tau: dict[str, Any] | str = others.run(
                "tau.py", json.loads((folder / "columns.json").read_text("utf-8"))
            )
        except NotHere as reason:
            tau = str(reason)
    return _Office(size, style, figures, tried, held, tau)


def _attacked(folder: Path, others: Others) -> tuple[str, bool | None]:
    """What the second attacker found, in words, and whether it found nothing and would have found something."""
    try:
        with Attacks(others) as attacks:
            release = (folder / "release.json").read_text("utf-8")
            linear, whole = (attacks.on(release, whole=each) for each in (False, True))
            control = attacks.on((folder / "control.json").read_text("utf-8"), whole=False)
    except NotHere as reason:
        return f"second attacker not run: {reason}", None
    undecided = linear["undecided"] + whole["undecided"]
    said = (
        f"LP {len(linear['succeeded'])} and MILP {len(whole['succeeded'])} of {sum(linear['attempts'].values())} attempts"
        f"{f', {undecided} undecided' if undecided else ''}; nothing hidden: {len(control['succeeded'])}"
    )
    return said, not linear["succeeded"] and not whole["succeeded"] and not undecided


def _rows(office: _Office) -> Iterator[Row]:
    figures = office.figures
    goal = _SHARES.get(office.size) if office.style in _WITH_GOAL else None
    about = f"{office.size:,} persons, {office.style}"
    exact = ", exact" if figures["rounding"] == 1 else ""
    left = f"; without {', '.join(figures['left_out'])}" if figures["left_out"] else ""
    met = None
    if goal:
        met = figures["shown"] >= goal and figures["held"] and office.held is not False
    if isinstance(office.tau, str):
        beside = f"pytauargus {office.tau}"
    else:
        tau = office.tau
        beside = (
            f"same tables: {figures['shown_beside']:.1%}; pytauargus {tau['share']:.1%} exact in {tau['seconds']:.1f} s and {tau['peak_mib']:.0f} MiB, "
            f"{tau.get('succeeded', 0)} of {tau.get('attempts', 0)} small groups undone, {tau['remainders']} lines with a remainder of 1 to 10, "
            f"{tau['noughts']} noughts printed"
        )  # fmt: skip
    yield Row(
        f"share shown, {about}",
        f"{figures['shown']:.1%}{exact}; {office.tried}{left}",
        f">= {goal:.1%} and 0 attacks" if goal else "",
        met,
        beside,
    )
    seconds, memory = _LIMITS.get(office.size, (None, None))
    in_time = seconds is None or figures["seconds"] <= seconds
    in_memory = memory is None or figures["peak_mib"] <= memory
    yield Row(
        f"time and memory, {about}",
        f"{figures['seconds']:.2f} s ({figures['work']:.2f} of the processor), {figures['peak_mib']:.0f} MiB ({figures['before_mib']:.0f} with the facts alone)",
        (f"<= {seconds:.0f} s" if seconds else "") + (f" and {memory:.0f} MiB" if memory else ""),
        (in_time and in_memory) if seconds else None,
    )


def random_offices(count: int, most: int, others: Others, tell: Tell) -> Iterator[Row]:
    """So many offices of 20 persons and more, none of independent answers; all must withstand both programs."""
    chance = random.Random(20_15)
    tried, won, undecided, broken = Counter[str](), Counter[str](), 0, 0
    shares: dict[str, list[float]] = {style: [] for style in SKEWED}
    empty, attacked, controls, worst = 0, 0, 0, list[str]()
    reason = ""
    try:
        with Attacks(others) as attacks:
            for number in range(count):
                size, style = (
                    round(math.exp(chance.uniform(math.log(20), math.log(most)))),
                    SKEWED[number % len(SKEWED)],
                )
                seed = chance.randrange(10**6)
                facts = make_office(size, seed, style)
                release = protect(facts, SECRET).release
                empty += not release.tables
                shares[style].append(share_shown(facts, release) if release.tables else 0.0)
                broken += not all(check.held for check in release.checks)
                for whole in (False, True):
                    found = attacks.on(release.to_json(), whole=whole)
                    tried["MILP" if whole else "LP"] += sum(found["attempts"].values())
                    won["MILP" if whole else "LP"] += len(found["succeeded"])
                    undecided += found["undecided"]
                    worst += [f"{size} {style} seed {seed}: {each}" for each in found["succeeded"][:1]]
                if number % 10 == 0 and release.tables:
                    attacked += 1
                    controls += bool(
                        attacks.on(control_of(facts, release).to_json(), whole=False)["succeeded"]
                    )
                if number % max(1, count // 20) == 0:
                    tell(f"random offices: {number + 1} of {count}")
    except NotHere as why:
        reason = f"second attacker not run: {why}"
    means = "; ".join(f"{style} {sum(each) / len(each):.0%}" for style, each in shares.items() if each)
    yield Row(
        f"{count:,} random offices of 20 to {most:,}, clustered and skewed",
        reason
        or f"LP {won['LP']} of {tried['LP']:,} and MILP {won['MILP']} of {tried['MILP']:,} attempts succeeded, {undecided} undecided; "
        f"nothing hidden: {controls} of {attacked} broken; {empty} offices without tables; shown on average: {means}"
        + "".join(f"; {each}" for each in worst[:3]),
        "0 attacks succeed",
        None if reason else not won.total() and not undecided and not broken and controls > 0,
    )
