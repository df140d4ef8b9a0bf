"""Figures of a pool: the two sums give the exact totals, and no share says anything about its office.

Randomness is judged by the tests that NIST SP 800-22 calls frequency, runs, and by chi-squared over bytes, at a level
that a true generator misses once in a million rounds; counts that are not split fail all of them.
"""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from shelter_app.anonymise.coded import CodedFacts
from shelter_app.anonymise.pool_layout import PoolLayout
from shelter_app.anonymise.pool_shares import add_shares, share_bytes, share_from_bytes, split
from shelter_app.casework import pool_rounds
from shelter_app.casework.summary import code_lists
from shelter_app.domain.periods import Period
from shelter_app.exchange.pool_keys import new_pool_keys
from shelter_app.exchange.pool_roster import read_roster
from shelter_app.exchange.pool_shares import contribution_files
from shelter_app.exchange.pool_sums import read_sum
from tests.bench.summary.offices import STYLES, make_office
from tests.bench.summary.rows import Row

__all__ = ["p_values", "pooled", "size_from_share"]

PERIOD, CLOSES, AFTER = Period.parse("2015"), dt.date(2016, 2, 1), dt.date(2016, 2, 2)
_ONCE_IN = 1e-6


def p_values(data: bytes) -> dict[str, float]:
    """How likely bytes from a perfect generator are at least as odd as these, by three tests."""
    values = np.frombuffer(data, dtype=np.uint8)
    bits = np.unpackbits(values)
    ones = int(bits.sum())
    frequency = math.erfc(abs(2 * ones - bits.size) / math.sqrt(2 * bits.size))
    share = ones / bits.size
    spread = share * (1 - share)
    runs = 1 + int((bits[1:] != bits[:-1]).sum())
    if spread:
        odd = math.erfc(abs(runs - 2 * bits.size * spread) / (2 * math.sqrt(2 * bits.size) * spread))
    else:
        odd = 0.0
    expected = values.size / 256
    chi = float(((np.bincount(values, minlength=256) - expected) ** 2 / expected).sum())
    # Wilson and Hilferty: the cube root of chi-squared over its degrees of freedom is nearly normal.
    score = ((chi / 255) ** (1 / 3) - (1 - 2 / (9 * 255))) / math.sqrt(2 / (9 * 255))
    return {"frequency": frequency, "runs": odd, "bytes": math.erfc(abs(score) / math.sqrt(2))}


def size_from_share(shares: list[bytes], sizes: list[int]) -> float:
    """How well the mean of a share foretells how many persons its office has: the correlation, none is near 0."""
    means = [float(np.frombuffer(share, dtype="<u8").mean()) for share in shares]
    return float(np.corrcoef(means, sizes)[0, 1])


class _Round:
    """A round with real keys and files."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.coordinator = new_pool_keys("coordinator", "CENTRE")
        self.receivers = [new_pool_keys("receiver", name) for name in ("FIRST", "SECOND")]
        self.offices = [new_pool_keys("office", f"O{number}") for number in range(count)]
        self.layout = PoolLayout(code_lists())
        self.path = pool_rounds.make_roster(
            self.coordinator, name="BENCH", period=PERIOD, closes_on=CLOSES, receivers=[keys.public for keys in self.receivers],
            offices=[keys.public for keys in self.offices], least=3, folder=folder,
        )  # fmt: skip
        self.roster = read_roster(self.path, [self.coordinator.public])
        self.heaps: tuple[list[Path], list[Path]] = [], []

    def contribute(self, number: int, facts: CodedFacts) -> tuple[Any, tuple[bytes, bytes]]:
        """What an office sends; its counts and shares stay here to be looked at."""
        counts = self.layout.counts(facts)
        first, second = (share_bytes(share) for share in split(counts))
        files, _ = contribution_files(self.roster, self.offices[number], 1, [first, second])
        for heap, (file, data) in zip(self.heaps, files.items(), strict=True):
            (self.folder / file).write_bytes(data)
            heap.append(self.folder / file)
        return counts, (first, second)

    def totals(self) -> Any:
        """What the two sums say together; the program itself never gives this out."""
        parts = []
        for who, keys in enumerate(self.receivers):
            pool_rounds.add_up(
                keys, self.path, self.coordinator.public, self.heaps[who], book=self.folder / f"{who}.book", folder=self.folder,
                today=AFTER,
            )  # fmt: skip
            found = read_sum(self.folder / f"pool-BENCH-{keys.public.id}.sum", self.roster, self.receivers[0])
            parts.append(share_from_bytes(found.data))
        return add_shares(parts)


def pooled(count: int, tell: Callable[[str], None]) -> Iterator[Row]:
    """So many offices of 5 to 60 persons contribute; the sums are compared with the exact ones."""
    sizes, shares, persons, exact = [], ([], []), 0, None
    least: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        round_ = _Round(Path(name), count)
        for number in range(count):
            if number % max(1, count // 10) == 0:
                tell(f"pool: office {number + 1} of {count}")
            facts = make_office(5 + 37 * number % 56, number, STYLES[number % len(STYLES)])
            counts, both = round_.contribute(number, facts)
            exact = counts if exact is None else exact + counts
            persons += len(facts.rows)
            sizes.append(len(facts.rows))
            for kept, share in zip(shares, both, strict=True):
                kept.append(share[: 1 << 16])
                for test, value in p_values(share).items():
                    least[test] = min(value, least.get(test, 1.0))
        tell("pool: adding up")
        equal = bool((round_.totals() == exact).all())
    control = max(p_values(share_bytes(exact)).values())
    tests = 2 * count * len(least)
    random_enough = min(least.values()) > _ONCE_IN / tests and control < _ONCE_IN / tests
    tells = [abs(size_from_share(list(each), sizes)) for each in shares]
    foretold = abs(size_from_share([share_bytes(each) for each in _plain(count)], sizes))
    yield Row(
        f"pool of {count} offices of 5 to 60 persons, {persons:,} persons",
        f"totals {'equal' if equal else 'DIFFER FROM'} the exact sum in all {len(exact):,} cells",
        "totals equal the exact sum",
        equal,
    )
    yield Row(
        "each share of the pool: randomness",
        f"{tests:,} tests, least p: {', '.join(f'{test} {value:.1e}' for test, value in least.items())}; exact totals instead of a share: p = {control:.0e}",
        f"no p below {_ONCE_IN / tests:.0e}",
        random_enough,
    )
    yield Row(
        "each share of the pool: what it says of the office's size",
        f"correlation {tells[0]:.2f} at the first receiver, {tells[1]:.2f} at the second, {foretold:.2f} for counts that are not split",
        "no more than chance (4 deviations)",
        max(tells) < 4 / math.sqrt(count) and foretold > 0.9,
    )


def _plain(count: int) -> Iterator[Any]:
    layout = PoolLayout(code_lists())
    for number in range(count):
        yield layout.counts(make_office(5 + 37 * number % 56, number, STYLES[number % len(STYLES)]))
