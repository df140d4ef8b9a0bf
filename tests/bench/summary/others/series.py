"""The second attacker beside several reports of one office: who came and who left between two of them.

Reads JSON with an old and a new release; prints for which groups it is certain that somebody came, or left, however the
hidden figures are. The stranger knows what a release says of itself, that facts such as sex or citizenship are
corrected for ten persons at most, and that ten at most were taken out of the records; services, returns and
who is new may change for everybody.
"""

from __future__ import annotations

import json
import math
import sys
from typing import Any

from attacker import NEAR, Attacker, Undecided
from reading import Line, Name, Reading, read_release

FEW = 10.0
LASTING = {
    *(
        "sex",
        "age",
        "citizenship",
        "duration",
        "exploitation_country",
        "exploitation_type",
        "means_of_control",
    ),
    "recruiter_relation",
}


def together(old: Reading, new: Reading) -> tuple[Reading, list[Name]]:
    """Both releases as one system, with who came and who left for every group that both tell of."""
    found = Reading()
    for side, reading in (("old", old), ("new", new)):
        for name, bounds in reading.bounds.items():
            found.bounds[side, name] = bounds
        for terms, low, high in reading.rows:
            found.add([((side, name), factor) for name, factor in terms], low, high)
    common = [name for name in new.bounds if name in old.bounds]
    for name in common:
        lasting = all(dimension in LASTING for dimension, _ in name)
        found.bounds["came", name] = (0.0, math.inf)
        found.bounds["left", name] = (0.0, 2 * FEW if lasting else math.inf)
        found.add(
            [(("new", name), 1.0), (("old", name), -1.0), (("came", name), -1.0), (("left", name), 1.0)]
        )
        found.at_most(("came", name), ("new", name))
        found.at_most(("left", name), ("old", name))
    if frozenset() in common:
        found.bounds["left", frozenset()] = (0.0, FEW)
    known = set(common)
    for line in new.lines:
        _tie(found, line, known)
    return found, common


def _tie(found: Reading, line: Line, known: set[Name]) -> None:
    names = [name for name, _, _ in line.items] + [name for name, _ in line.none]
    whole = line.total
    every = [*names, whole] + ([line.base] if line.base is not None else [])
    if not all(name in known and all(dimension in LASTING for dimension, _ in name) for name in every):
        return
    if line.base is not None:
        none = [name for name, _ in line.none]
        for side in ("came", "left"):
            found.add(
                [((side, name), 1.0) for name in (line.base, *none)] + [((side, whole), -1.0)], 0.0, 2 * FEW
            )
        names, whole = [name for name, _, _ in line.items], line.base
    for side in ("came", "left"):
        terms = [((side, name), 1.0) for name in names] + [((side, whole), -1.0)]
        found.add(terms, 0.0, 2 * FEW if line.additive else math.inf)
        for name in names:
            found.add([((side, name), 1.0), ((side, whole), -1.0)], -math.inf, FEW)


def attack(old: str, new: str) -> dict[str, Any]:
    """For which groups it is certain that at least so many came or left."""
    system, common = together(read_release(json.loads(old)), read_release(json.loads(new)))
    attacker = Attacker(system, whole=False)
    sides = {side: [attacker.vector({(side, name): 1.0}) for name in common] for side in ("came", "left")}
    proved, undecided = [], 0
    for side, targets in sides.items():
        attacker.look_around(targets, up=False, enough=0.0)
        for name, target in zip(common, targets, strict=True):
            try:
                nobody, low = attacker.reaches(target, up=False, enough=0.0)
            except Undecided:
                undecided += 1
                continue
            if not nobody and low > NEAR:
                proved.append([side, sorted([dimension, list(codes)] for dimension, codes in name), low])
    return {"attempts": 2 * len(common), "proved": proved, "undecided": undecided}


def main() -> None:
    """Answer once."""
    asked = json.load(sys.stdin)
    print(json.dumps(attack(asked["old"], asked["new"])))


if __name__ == "__main__":
    main()
