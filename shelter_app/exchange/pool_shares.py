"""A contribution as two files, one share for each receiver, and what a receiver makes of such a file.

What stands in the clear says who contributes to which round; it is the same whatever was counted. Both files name the
digests of both boxes, so that the two shares of one contribution belong together and the receivers can compare
what they hold without showing it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shelter_app.errors import ShelterError
from shelter_app.exchange.pool_errors import (
    Altered,
    DoubleContribution,
    ForOtherReceiver,
    OtherLayout,
    OtherPeriod,
    OtherRoster,
    OtherRound,
    UnknownOffice,
    WrongSigner,
)
from shelter_app.exchange.pool_files import PoolFile, canonical, pack, read_pool_file
from shelter_app.exchange.pool_keys import PoolKeys
from shelter_app.exchange.pool_roster import Roster
from shelter_app.vault import crypto

__all__ = [
    "Received",
    "Share",
    "contribution_files",
    "read_share",
    "read_shares",
    "same_round",
    "share_again",
    "share_name",
]

_FACTS = ("round", "period", "roster", "layout", "office", "sign", "number", "boxes")
_KEM_AND_TAG = 32 + 16


@dataclass(frozen=True)
class Share:
    """One share that a receiver may count; `contribution` is the same at both receivers."""

    path: Path
    office: str
    number: int
    contribution: str


@dataclass(frozen=True)
class Received:
    """What was found in a heap of files: the share that counts of each office, and what is wrong with others."""

    shares: tuple[Share, ...]
    problems: tuple[ShelterError, ...]
    #: Earlier contributions in whose place newer ones count.
    replaced: tuple[Share, ...]


def share_name(round_: str, office: str, receiver: str) -> str:
    """The name of a share's file; it says nothing that does not stand in it in the clear."""
    return f"pool-{round_}-{office}-for-{receiver}.share"


def contribution_files(
    roster: Roster, office: PoolKeys, number: int, shares: Sequence[bytes]
) -> tuple[dict[str, bytes], str]:
    """The two files of a contribution by name, and the digest by which it is known.

    Args:
        roster: the round.
        office: the keys of the office.
        number: how often the office has contributed to this round, this time included.
        shares: the bytes for the first receiver and for the second.
    """
    facts: dict[str, Any] = {
        "round": roster.round,
        "period": roster.period.text,
        "roster": roster.digest,
        "layout": roster.layout,
        "office": office.public.id,
        "sign": office.public.sign,
        "number": number,
    }
    boxes = [
        crypto.seal_to(bytes.fromhex(receiver.exchange), share, _info(facts, receiver.id))
        for receiver, share in zip(roster.receivers, shares, strict=True)
    ]
    facts["boxes"] = [{"sha256": hashlib.sha256(box).hexdigest()} for box in boxes]
    files = {
        share_name(roster.round, office.public.id, receiver.id): pack(
            "share", facts | {"to": receiver.id}, box, office.sign
        )
        for receiver, box in zip(roster.receivers, boxes, strict=True)
    }
    return files, _contribution(facts)


def _info(facts: dict[str, Any], receiver: str) -> bytes:
    """What the encryption is bound to: a box that is moved into another file does not open."""
    said = (str(facts[key]) for key in ("round", "period", "roster", "layout", "office", "sign", "number"))
    return crypto.bind("shelter pool share 1", *said, receiver)


def _contribution(facts: dict[str, Any]) -> str:
    return hashlib.sha256(canonical({key: facts[key] for key in _FACTS})).hexdigest()


def same_round(file: PoolFile, roster: Roster, sender: str) -> None:
    """Pass if the file was made for this round, with this very roster.

    Raises:
        OtherRound, OtherPeriod, OtherRoster, OtherLayout
    """
    facts, name = file.facts, file.name
    if facts.id("round") != roster.round:
        raise OtherRound(file=name, found=facts.id("round"), wanted=roster.round, sender=sender)
    if facts.text("period") != roster.period.text:
        raise OtherPeriod(file=name, found=facts.text("period"), wanted=roster.period.text, sender=sender)
    if facts.hex("layout") != roster.layout:
        raise OtherLayout(file=name)
    if facts.hex("roster") != roster.digest:
        raise OtherRoster(file=name, sender=sender)


def read_share(path: Path, roster: Roster, receiver: PoolKeys, size: int) -> tuple[Share, bytes]:
    """The share in a file that an office of the roster made for this receiver, with its `size` bytes.

    Raises:
        NotAPoolFile, Altered, OtherRound, OtherPeriod, OtherLayout, OtherRoster, UnknownOffice, WrongSigner,
        ForOtherReceiver
    """
    file = read_pool_file(path, "share")
    facts = file.facts
    facts.only(*_FACTS, "to")
    sender, number, to = facts.id("office"), facts.number("number"), facts.id("to")
    for item in facts.each("boxes"):
        item.only("sha256")
    boxes = [item.hex("sha256") for item in facts.each("boxes")]
    if len(boxes) != 2:
        raise facts.fault()
    if not file.signed_with(facts.hex("sign")):
        raise Altered(file=path.name, sender=sender)
    same_round(file, roster, sender)
    office = roster.office(sender)
    if office is None:
        raise UnknownOffice(file=path.name, sender=sender)
    if office.sign != facts.hex("sign"):
        raise WrongSigner(file=path.name, sender=sender)
    place = roster.place_of(receiver.public)
    if to != receiver.public.id or place is None:
        raise ForOtherReceiver(file=path.name, wanted=to, sender=sender)
    if hashlib.sha256(file.body).hexdigest() != boxes[place]:
        raise Altered(file=path.name, sender=sender)
    if len(file.body) != size + _KEM_AND_TAG:
        raise OtherLayout(file=path.name)
    try:
        data = crypto.open_sealed(receiver.exchange, file.body, _info(dict(facts.values), to))
    except crypto.Broken as error:
        raise Altered(file=path.name, sender=sender) from error
    return Share(path, sender, number, _contribution(dict(facts.values))), data


def share_again(share: Share, roster: Roster, receiver: PoolKeys, size: int) -> bytes:
    """The bytes of a share that was looked at before; its file is checked once more.

    Raises:
        Altered: it is another one now.
    """
    again, data = read_share(share.path, roster, receiver, size)
    if again != share:
        raise Altered(file=share.path.name, sender=share.office)
    return data


def read_shares(
    paths: Sequence[Path],
    roster: Roster,
    receiver: PoolKeys,
    size: int,
    progress: Callable[[int, int], None] | None = None,
) -> Received:
    """The share of each office that counts, of all these files; what is wrong with a file keeps only that one out.

    Of several contributions of an office the one with the highest number counts. The same file twice counts once.
    No share is kept in memory.
    """
    found: dict[str, dict[str, Share]] = {}
    problems: list[ShelterError] = []
    for done, path in enumerate(paths):
        if progress is not None:
            progress(done, len(paths))
        try:
            share, _ = read_share(path, roster, receiver, size)
        except ShelterError as error:
            problems.append(error)
        else:
            found.setdefault(share.office, {})[share.contribution] = share
    shares: list[Share] = []
    replaced: list[Share] = []
    for office in sorted(found):
        newest = max(share.number for share in found[office].values())
        counting = [share for share in found[office].values() if share.number == newest]
        if len(counting) > 1:
            problems.append(DoubleContribution(sender=office))
            continue
        shares += counting
        replaced += (share for share in found[office].values() if share.number < newest)
    return Received(tuple(shares), tuple(problems), tuple(replaced))
