"""What a receiver has added up before, so that no second sum can be subtracted from the first."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shelter_app.domain.periods import Period, PeriodError
from shelter_app.exchange.pool_errors import AlreadySummed, BookDamaged, PeriodSummed
from shelter_app.exchange.pool_files import canonical
from shelter_app.exchange.pool_keys import PoolKeys
from shelter_app.exchange.pool_roster import Roster
from shelter_app.vault import crypto

__all__ = ["Entry", "book_bytes", "read_book", "require_no_second_sum"]

_FORMAT = "shelter-pool-book/1"
_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """One round that was added up: which contributions, and of which offices by name and signing key."""

    round: str
    period: Period
    roster: str
    contributions: str
    offices: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, roster: Roster, contributions: Mapping[str, str]) -> Entry:
        """The entry for adding up these contributions."""
        digest = hashlib.sha256(canonical(contributions)).hexdigest()
        offices = frozenset(
            (office.id, office.sign) for office in roster.offices if office.id in contributions
        )
        return cls(roster.round, roster.period, roster.digest, digest, offices)

    def shared_with(self, other: Entry) -> set[str]:
        """Names of the offices that are in both, be it under the same name or with the same key."""
        names, signers = {name for name, _ in other.offices}, {sign for _, sign in other.offices}
        return {name for name, sign in self.offices if name in names or sign in signers}


def read_book(path: Path, receiver: PoolKeys) -> tuple[Entry, ...]:
    """The entries of a receiver's book; none where there is no book yet.

    Raises:
        BookDamaged: it is not what this receiver wrote.
    """
    try:
        with path.open("rb") as source:
            data = source.read(_LIMIT)
    except FileNotFoundError:
        return ()
    try:
        head, body, mac = data.decode("ascii").split("\n")[:3]
        if head != _FORMAT or not hmac.compare_digest(mac.encode(), _mac(receiver, body).encode()):
            raise BookDamaged(file=path.name)
        return tuple(
            Entry(
                item["round"], Period.parse(item["period"]), item["roster"], item["contributions"],
                frozenset((name, sign) for name, sign in item["offices"]),
            )
            for item in json.loads(body)["entries"]
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, PeriodError) as error:
        raise BookDamaged(file=path.name) from error


def book_bytes(entries: Sequence[Entry], receiver: PoolKeys) -> bytes:
    """The book with these entries, sealed against changes by anybody else."""
    items = [
        {
            "round": entry.round, "period": entry.period.text, "roster": entry.roster,
            "contributions": entry.contributions, "offices": sorted(entry.offices),
        }
        for entry in entries
    ]  # fmt: skip
    body = canonical({"entries": items}).decode()
    return f"{_FORMAT}\n{body}\n{_mac(receiver, body)}\n".encode()


def _mac(receiver: PoolKeys, body: str) -> str:
    return crypto.keyed_digest(receiver.secret("book"), body.encode()).hex()


def require_no_second_sum(entries: Sequence[Entry], entry: Entry) -> bool:
    """Whether this very sum was made before; pass if there is none that it could be subtracted from.

    A larger sum is refused like any other: what it has more than the first would be the exact figures of the
    offices that came later.

    Raises:
        AlreadySummed: the round was added up with other contributions or another roster.
        PeriodSummed: offices of it were added up for some of the same days in another round.
    """
    for earlier in entries:
        if earlier == entry:
            return True
        if earlier.round == entry.round:
            raise AlreadySummed(round=entry.round)
        twice = entry.shared_with(earlier)
        if twice and earlier.period.overlap(entry.period) != "apart":
            raise PeriodSummed(earlier=earlier.round, offices=", ".join(sorted(twice)))
    return False
