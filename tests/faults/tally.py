"""Counting what a fault test tried and what went wrong."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

__all__ = ["Share", "Tally"]


@dataclass(frozen=True)
class Share:
    """A part of a study: how many faults to try, from which seed."""

    seed: int
    count: int

    def rng(self, name: str) -> random.Random:
        """Chance for one purpose, the same in every run."""
        return random.Random(f"{name} {self.seed}")


@dataclass
class Tally:
    """`counts` says what was tried and how it went; `wrong` holds what should not have been, with its place."""

    study: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def count(self, what: str, number: int = 1) -> None:
        """So many more of these."""
        self.counts[what] += number

    def bad(self, what: str, place: str) -> None:
        """Something that must not be."""
        self.counts[what] += 1
        self.wrong.append(f"{what}: {place}")

    def expect_none(self, *kinds: str) -> None:
        """Name what must not have happened, so that its zero is in the figures; fail if anything did."""
        for kind in kinds:
            self.counts.setdefault(kind, 0)
        assert not self.wrong, f"{len(self.wrong)} of {sum(self.counts.values())}, first: {self.wrong[:5]}"
