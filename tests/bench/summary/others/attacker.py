"""A second attacker: linear and integer programs of scipy over a finished release, with no code of the program.

Run as a program it reads lines of JSON, each with a release and how to attack it, and answers each with a line: how
many attempts there were, which succeeded and which were not decided. An attempt succeeds when a stranger can prove

- of a group shown as small that it is not empty, or that it is smaller than ten
- how few persons the small groups of one line have together (or that they are not empty, unless they are 11 or more)
- a hidden figure within a range narrower than ten
- that more than nine in ten of a sensitive line have one answer
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
import time
from typing import Any

import numpy as np
from reading import Name, Reading, read_release
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

LARGE = 1e7
NEAR = 1e-5
Target = dict[Name, float]


class Undecided(Exception):
    """The solver gave up before it knew."""


class Attacker:
    """What can be proved; every point that was found possible is kept, and answers later questions first."""

    def __init__(self, reading: Reading, *, whole: bool, seconds: float = 20.0) -> None:
        self.names = {name: place for place, name in enumerate(reading.bounds)}
        self.low = np.array([low for low, _ in reading.bounds.values()])
        self.high = np.array([min(high, LARGE) for _, high in reading.bounds.values()])
        at, columns, factors, low, high = [], [], [], [], []
        for number, (terms, least, most) in enumerate(reading.rows):
            low.append(least)
            high.append(most)
            for name, factor in terms:
                at.append(number)
                columns.append(self.names[name])
                factors.append(factor)
        self.matrix = csr_matrix((factors, (at, columns)), shape=(len(low), len(self.names)))
        self.rows = np.array(low), np.array(high)
        self.whole, self.seconds = whole, seconds
        self.points: list[Any] = []
        self.solved = 0

    def vector(self, target: Target) -> Any:
        """A target as weights of the unknowns."""
        weights = np.zeros(len(self.names))
        for name, factor in target.items():
            weights[self.names[name]] += factor
        return weights

    def solve(self, weights: Any, *, up: bool, gap: float = 0.0) -> float:
        """The extreme of a weighted sum; the point is kept."""
        self.solved += 1
        cost = -weights if up else weights
        if self.whole:
            found = milp(
                cost, integrality=np.ones(len(cost)), bounds=Bounds(self.low, self.high),
                constraints=LinearConstraint(self.matrix, *self.rows),
                options={"presolve": False, "time_limit": self.seconds, "mip_rel_gap": gap},
            )  # fmt: skip
        else:
            equal = self.rows[0] == self.rows[1]
            upper, lower = np.isfinite(self.rows[1]) & ~equal, np.isfinite(self.rows[0]) & ~equal
            sides = [self.matrix[upper], -self.matrix[lower]]
            from scipy.sparse import vstack

            found = linprog(
                cost, A_ub=vstack(sides), b_ub=np.concatenate((self.rows[1][upper], -self.rows[0][lower])),
                A_eq=self.matrix[equal], b_eq=self.rows[0][equal], bounds=np.column_stack((self.low, self.high)), method="highs",
            )  # fmt: skip
        if found.x is not None:
            self.keep(found.x)
        if found.status != 0:
            if found.status == 2:
                raise ValueError("the figures contradict each other")
            raise Undecided
        return float(weights @ found.x)

    def keep(self, point: Any) -> None:
        """Keep a possible state of affairs; one in whole persons only when it holds in plain arithmetic."""
        if self.whole:
            point = np.round(point)
        sums = self.matrix @ point
        slack = 0.0 if self.whole else NEAR
        inside = (point >= self.low - slack).all() and (point <= self.high + slack).all()
        if inside and (sums >= self.rows[0] - slack).all() and (sums <= self.rows[1] + slack).all():
            self.points.append(point)

    def seen(self, weights: Any, *, up: bool) -> float:
        """The farthest of the points that are known."""
        if not self.points:
            return -np.inf if up else np.inf
        values = np.array(self.points) @ weights
        return float(values.max() if up else values.min())

    def reaches(self, weights: Any, *, up: bool, enough: float) -> tuple[bool, float]:
        """Whether a sum can go as far as `enough`, and how far it went."""
        seen = self.seen(weights, up=up)
        if seen < enough - NEAR if up else seen > enough + NEAR:
            seen = self.solve(weights, up=up)
        return (seen >= enough - NEAR if up else seen <= enough + NEAR), seen

    def look_around(self, targets: list[Any], *, up: bool, enough: float) -> None:
        """Points at which many targets are as far as need be at once."""
        left = len(targets) + 1
        while True:
            open_ = [
                target
                for target in targets
                if (
                    self.seen(target, up=up) < enough - NEAR
                    if up
                    else self.seen(target, up=up) > enough + NEAR
                )
            ]
            if not open_ or len(open_) >= left:
                return
            left = len(open_)
            with contextlib.suppress(Undecided):
                self.solve(np.sum(open_, axis=0), up=up, gap=0.2)


def targets_of(reading: Reading) -> list[tuple[str, Target]]:
    """Everything that a stranger may try to prove."""
    found: list[tuple[str, Target]] = []
    for name, kind in reading.kinds.items():
        if kind != "shown":
            found.append((kind, {name: 1.0}))
    seen = set()
    for line in reading.lines:
        small = [name for name, kind, _ in line.items if kind == "small"]
        empty = [name for name, kind in line.none if kind == "small"]
        for group in (small + empty, small) if line.base is not None else (small + empty,):
            if line.additive and len(group) > 1 and frozenset(group) not in seen:
                seen.add(frozenset(group))
                found.append(("together", dict.fromkeys(group, 1.0)))
        if line.sensitive:
            known = (
                {line.base: 1.0}
                if line.base is not None
                else {line.total: 1.0} | {name: -1.0 for name, _ in line.none}
            )
            for name, kind, named in line.items:
                if named and kind != "small":
                    target = {each: -9.0 * factor for each, factor in known.items()}
                    target[name] = target.get(name, 0.0) + 10.0
                    found.append(("everybody", target))
    return found


def tried(attacker: Attacker, kind: str, target: Target) -> bool:
    """Whether an attempt succeeded."""
    weights = attacker.vector(target)
    if kind == "everybody":
        return not attacker.reaches(weights, up=False, enough=0.0)[0]
    if kind == "hidden":
        low, high = attacker.seen(weights, up=False), attacker.seen(weights, up=True)
        if high - low < 10:
            high = attacker.solve(weights, up=True)
            low = attacker.solve(weights, up=False) if high - low < 10 else low
        return high - low < 10 - NEAR
    empty, low = attacker.reaches(weights, up=False, enough=0.0)
    if empty:
        return not attacker.reaches(weights, up=True, enough=10.0)[0]
    return kind == "small" or low < 11 - NEAR


def attack(body: dict[str, Any], *, whole: bool, most: int = 0, seed: int = 1) -> dict[str, Any]:
    """Every attempt, or `most` of them drawn by lot."""
    begun = time.perf_counter()
    reading = read_release(body)
    targets = targets_of(reading)
    if most and len(targets) > most:
        targets = random.Random(seed).sample(targets, most)
    attempts, found, undecided = {}, [], 0
    attacker = Attacker(reading, whole=whole)
    small = [attacker.vector(target) for kind, target in targets if kind == "small"]
    try:
        for up, enough in ((False, 0.0), (True, 10.0)):
            attacker.look_around(small, up=up, enough=enough)
        for kind, target in targets:
            attempts[kind] = attempts.get(kind, 0) + 1
            try:
                if tried(attacker, kind, target):
                    found.append([kind, [list(map(str, reading.where.get(name, ("?",)))) for name in target]])
            except Undecided:
                undecided += 1
    except ValueError as contradiction:
        found.append(["contradiction", [[str(contradiction)]]])
    if reading.contradictions:
        found.append(["contradiction", [[str(reading.contradictions)]]])
    return {
        "attempts": attempts, "succeeded": found, "undecided": undecided, "programs": attacker.solved,
        "unknowns": len(attacker.names), "seconds": time.perf_counter() - begun,
    }  # fmt: skip


def main() -> None:
    """Answer line by line until there are no more."""
    for text in sys.stdin:
        asked = json.loads(text)
        release = asked.pop("release")
        print(json.dumps(attack(json.loads(release), **asked)), flush=True)


if __name__ == "__main__":
    main()
