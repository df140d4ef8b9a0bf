"""What a receiver sends on: its sum, sealed to whoever combines, and a receipt that every office can check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shelter_app.exchange.pool_errors import Altered, NotCombiner, SameReceiver, UnequalLists
from shelter_app.exchange.pool_files import PoolFile, canonical, pack, read_pool_file
from shelter_app.exchange.pool_keys import PoolKeys, PublicKey
from shelter_app.exchange.pool_roster import Roster
from shelter_app.exchange.pool_shares import same_round
from shelter_app.vault import crypto

__all__ = ["Receipt", "equal_lists", "read_receipt", "read_sum", "receipt_file", "sum_file"]

Contributions = Mapping[str, str]


@dataclass(frozen=True)
class Receipt:
    """Which contributions a receiver has added up, by office; `data` is the sum, where the file holds it."""

    by: PublicKey
    contributions: Contributions
    data: bytes = b""


def receipt_file(roster: Roster, receiver: PoolKeys, contributions: Contributions) -> bytes:
    """The receipt of a round for all its offices."""
    return pack("receipt", _facts(roster, receiver, contributions), b"", receiver.sign)


def sum_file(roster: Roster, receiver: PoolKeys, contributions: Contributions, data: bytes) -> bytes:
    """The sum of a receiver, sealed to the one who combines, with the list of what it holds."""
    facts = _facts(roster, receiver, contributions)
    to = roster.receivers[0]
    box = crypto.seal_to(bytes.fromhex(to.exchange), data, _info(facts, to))
    return pack("sum", facts, box, receiver.sign)


def _facts(roster: Roster, receiver: PoolKeys, contributions: Contributions) -> dict[str, object]:
    return {
        "round": roster.round,
        "period": roster.period.text,
        "roster": roster.digest,
        "layout": roster.layout,
        "by": receiver.public.id,
        "contributions": [
            {"office": office, "sha256": contributions[office]} for office in sorted(contributions)
        ],
    }


def _info(facts: Mapping[str, object], to: PublicKey) -> bytes:
    return crypto.bind("shelter pool sum 1", canonical(facts), to.id)


def read_receipt(path: Path, roster: Roster) -> Receipt:
    """The receipt of one of the two receivers of the roster.

    Raises:
        NotAPoolFile, Altered, OtherRound, OtherPeriod, OtherLayout, OtherRoster
    """
    file = read_pool_file(path, "receipt")
    if file.body:
        raise file.facts.fault()
    return _checked(file, roster)


def read_sum(path: Path, roster: Roster, combiner: PoolKeys) -> Receipt:
    """The sum of one of the two receivers, opened.

    Raises:
        NotCombiner: the key is not the one of whoever combines.
        NotAPoolFile, Altered, OtherRound, OtherPeriod, OtherLayout, OtherRoster
    """
    if combiner.public != roster.receivers[0]:
        raise NotCombiner(wanted=roster.receivers[0].id)
    file = read_pool_file(path, "sum")
    said = _checked(file, roster)
    try:
        data = crypto.open_sealed(combiner.exchange, file.body, _info(file.facts.values, combiner.public))
    except crypto.Broken as error:
        raise Altered(file=file.name, sender=said.by.id) from error
    return Receipt(said.by, said.contributions, data)


def _checked(file: PoolFile, roster: Roster) -> Receipt:
    """What a receiver of the roster signed about this round."""
    facts = file.facts
    facts.only("round", "period", "roster", "layout", "by", "contributions")
    sender = facts.id("by")
    by = next((key for key in roster.receivers if key.id == sender), None)
    if by is None or not file.signed_with(by.sign):
        raise Altered(file=file.name, sender=sender)
    same_round(file, roster, sender)
    items = facts.each("contributions")
    for item in items:
        item.only("office", "sha256")
    contributions = {item.id("office"): item.hex("sha256") for item in items}
    if len(contributions) != len(items) or any(roster.office(office) is None for office in contributions):
        raise facts.fault()
    return Receipt(by, contributions)


def equal_lists(sums: tuple[Receipt, Receipt]) -> None:
    """Pass if two receivers hold the same contributions of the same offices.

    Raises:
        SameReceiver: both are of one receiver.
        UnequalLists: one has left out, replaced or added a contribution.
    """
    first, second = sums
    if first.by == second.by:
        raise SameReceiver(sender=first.by.id)
    differing = {
        office
        for office in {*first.contributions, *second.contributions}
        if first.contributions.get(office) != second.contributions.get(office)
    }
    if differing:
        raise UnequalLists(offices=", ".join(sorted(differing)))
