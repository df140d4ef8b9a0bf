"""Which automatic backups stay: all of two days, then one a day, a week and a month for a while."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

__all__ = ["DAYS", "EVERYTHING", "MONTHS", "WEEKS", "Kept", "superfluous"]

#: Everything of so long is kept.
EVERYTHING: Final = dt.timedelta(days=2)
#: Of so many days, weeks and months the newest backup is kept.
DAYS: Final = 12
WEEKS: Final = 10
MONTHS: Final = 9


@dataclass(frozen=True)
class Kept:
    """A backup as the rotation knows it: when it was made, and how far the journal was then."""

    made_at: dt.datetime
    journal_seq: int


_Item = TypeVar("_Item")


def superfluous(
    items: Iterable[_Item], facts: Callable[[_Item], Kept], *, now: dt.datetime, zone: dt.tzinfo | None = None
) -> list[_Item]:
    """The backups that nothing asks to keep, oldest first; the newest is never among them.

    The order is that of the journal and not of the clock, and days, weeks and months are counted as far as
    there are backups of them: a clock that was wrong for a while, or a laptop that lay in a drawer for a year,
    costs no backup. `zone` is where the days are those of a calendar; that of the computer unless given.
    """
    ordered = sorted(items, key=lambda item: (facts(item).journal_seq, facts(item).made_at), reverse=True)
    days = [facts(item).made_at.astimezone(zone).date() for item in ordered]
    keep = {0} if ordered else set()
    keep |= {n for n, item in enumerate(ordered) if now - facts(item).made_at <= EVERYTHING}
    keep |= _newest_of(days, DAYS)
    keep |= _newest_of([day.isocalendar()[:2] for day in days], WEEKS)
    keep |= _newest_of([(day.year, day.month) for day in days], MONTHS)
    return [item for n, item in enumerate(ordered) if n not in keep][::-1]


def _newest_of(buckets: Sequence[Hashable], most: int) -> set[int]:
    """The place of the newest in each of the first `most` buckets."""
    first: dict[Hashable, int] = {}
    for place, bucket in enumerate(buckets):
        if bucket not in first:
            if len(first) == most:
                break
            first[bucket] = place
    return set(first.values())
