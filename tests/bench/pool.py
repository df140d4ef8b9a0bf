"""Measures a round of a pool with real files: `python -m tests.bench.pool` (200 offices of 5 to 60 persons, 1 GB of disk)."""

from __future__ import annotations

import argparse
import datetime as dt
import random
import resource
import tempfile
from pathlib import Path

from shelter_app.anonymise.coded import SEX_CLASSES, CodedFacts, PersonRow
from shelter_app.anonymise.pool_layout import PoolLayout
from shelter_app.anonymise.pool_shares import share_bytes, split
from shelter_app.casework import pool_rounds
from shelter_app.casework.summary import code_lists
from shelter_app.domain.periods import Period
from shelter_app.exchange.pool_keys import new_pool_keys
from shelter_app.exchange.pool_roster import read_roster
from shelter_app.exchange.pool_shares import contribution_files
from tests.bench.measure import Figure, seconds, table

PERIOD, CLOSES, AFTER = Period.parse("2015"), dt.date(2016, 2, 1), dt.date(2016, 2, 2)
COUNTRIES = ("VN", "MM", "KH", "LA", "TH", "PH", "ID", "NG", "ET", "UA", "MD", "BR")


def office_of(size: int, seed: int) -> CodedFacts:
    """An invented office, some things in it much more common than others."""
    chance, codes = random.Random(seed), code_lists()

    def some(values: tuple[str, ...], most: int) -> tuple[str, ...]:
        weights = [1 / (place + 1) for place in range(len(values))]
        return tuple(sorted(set(chance.choices(values, weights, k=chance.randint(0, most)))))

    rows = (
        PersonRow(
            f"{seed:06d}{number:06d}", chance.random() < 0.6, chance.choice(SEX_CLASSES[:2]), chance.randint(8, 55),
            some(COUNTRIES, 1), some(COUNTRIES, 2), some(codes.types.codes, 2), some(codes.means.codes, 6),
            some(codes.services.codes, 4),
        )
        for number in range(size)
    )  # fmt: skip
    return CodedFacts(tuple(rows), PERIOD, codes)


def main() -> None:
    """Hold the round and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pool", description=__doc__)
    parser.add_argument("--offices", type=int, default=200, metavar="N")
    count = parser.parse_args().offices
    coordinator = new_pool_keys("coordinator", "CENTRE")
    receivers = [new_pool_keys("receiver", name) for name in ("FIRST", "SECOND")]
    offices = [new_pool_keys("office", f"O{number}") for number in range(count)]
    layout = PoolLayout(code_lists())
    persons = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = pool_rounds.make_roster(
            coordinator, name="BENCH", period=PERIOD, closes_on=CLOSES, receivers=[keys.public for keys in receivers],
            offices=[keys.public for keys in offices], least=3, folder=folder,
        )  # fmt: skip
        roster = read_roster(path, [coordinator.public])
        heaps: tuple[list[Path], list[Path]] = [], []

        def contribute() -> None:
            nonlocal persons
            for number, keys in enumerate(offices):
                facts = office_of(5 + 37 * number % 56, number)
                persons += len(facts.rows)
                shares = [share_bytes(share) for share in split(layout.counts(facts))]
                files, _ = contribution_files(roster, keys, 1, shares)
                for heap, (file, data) in zip(heaps, files.items(), strict=True):
                    (folder / file).write_bytes(data)
                    heap.append(folder / file)

        def add_up(who: int) -> None:
            keys = receivers[who]
            pool_rounds.add_up(
                keys,
                path,
                coordinator.public,
                heaps[who],
                book=folder / f"{who}.book",
                folder=folder,
                today=AFTER,
            )

        sums = [folder / f"pool-BENCH-{keys.public.id}.sum" for keys in receivers]
        figures = [
            Figure(
                "office: count, split, encrypt, sign, write", seconds(contribute) / count, "s", note="mean"
            ),
            Figure("one share file", heaps[0][0].stat().st_size / 1e6, "MB"),
            Figure(
                "receiver: verify and add up all", seconds(lambda: add_up(0)), "s", note=f"{count} offices"
            ),
            Figure("the other receiver", seconds(lambda: add_up(1)), "s"),
            Figure(
                "combine, protect and write the report",
                seconds(
                    lambda: pool_rounds.combine(
                        receivers[0], path, coordinator.public, sums, folder=folder / "out", made_on=AFTER
                    )
                ),
                "s",
                note=f"{persons:,} persons",
            ),
        ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(table([*figures, Figure("peak memory of all this in one process", peak, "MiB")]))


if __name__ == "__main__":
    main()
