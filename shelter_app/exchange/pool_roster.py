"""The roster of a round: who contributes, who receives, until when, and with which keys; signed by one body."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shelter_app.domain.periods import Period, PeriodError
from shelter_app.exchange.pool_errors import BadPoolName, RosterRefused, RosterUntrusted
from shelter_app.exchange.pool_files import ID, Facts, pack, read_pool_file
from shelter_app.exchange.pool_keys import PoolKeys, PublicKey
from shelter_i18n import N_

__all__ = ["LEAST_OFFICES", "Roster", "read_roster", "roster_file"]

#: With two offices each would know the other's figures, up to the rounding, by taking away its own.
LEAST_OFFICES = 3
_OTHER_KIND = N_("a key is of another kind than its place asks for")


@dataclass(frozen=True)
class Roster:
    """All that a round consists of; `digest` is a fingerprint of the signed file."""

    round: str
    period: Period
    layout: str
    closes_on: dt.date
    #: Fewer offices than this are not added up.
    least: int
    #: Two of them; the first combines the sums.
    receivers: tuple[PublicKey, ...]
    offices: tuple[PublicKey, ...]
    digest: str = ""

    def office(self, name: str) -> PublicKey | None:
        """The office of this name."""
        return next((office for office in self.offices if office.id == name), None)

    def place_of(self, receiver: PublicKey) -> int | None:
        """0 or 1 for the receivers of the roster, None for anybody else."""
        return self.receivers.index(receiver) if receiver in self.receivers else None

    def refuse_unsound(self) -> None:
        """Pass if a round can be held with this roster.

        Raises:
            RosterRefused, BadPoolName
        """
        keys = (*self.receivers, *self.offices)
        reason = ""
        if not ID.fullmatch(self.round):
            raise BadPoolName(name=self.round)
        if len(self.receivers) != 2:
            reason = N_("there are not two receivers")
        elif any(key.role != "receiver" for key in self.receivers) or any(
            key.role != "office" for key in self.offices
        ):
            reason = _OTHER_KIND
        elif len({key.id.casefold() for key in keys}) < len(keys):
            reason = N_("two have the same name")
        elif len({key.sign for key in keys}) < len(keys) or len({k.exchange for k in self.receivers}) < 2:
            reason = N_("two have the same key")
        elif not LEAST_OFFICES <= self.least <= len(self.offices):
            reason = N_("there are too few offices")
        elif self.closes_on <= self.period.last:
            reason = N_("the round closes before its period is over")
        if reason:
            raise RosterRefused(reason, max(LEAST_OFFICES, self.least))


def roster_file(roster: Roster, coordinator: PoolKeys) -> bytes:
    """The roster as a file, signed by the coordinating body.

    Raises:
        RosterRefused, BadPoolName: no round can be held with it.
    """
    roster.refuse_unsound()
    if coordinator.public.role != "coordinator":
        raise RosterRefused(_OTHER_KIND, roster.least)
    facts = {
        "round": roster.round,
        "period": roster.period.text,
        "layout": roster.layout,
        "closes_on": roster.closes_on.isoformat(),
        "least": roster.least,
        "coordinator": coordinator.public.sign,
        "receivers": [key.facts for key in roster.receivers],
        "offices": [key.facts for key in roster.offices],
    }
    return pack("roster", facts, b"", coordinator.sign)


def read_roster(path: Path, coordinators: Sequence[PublicKey]) -> Roster:
    """The roster in a file, where one of these coordinating bodies signed it.

    Raises:
        NotAPoolFile, RosterUntrusted, RosterRefused
    """
    file = read_pool_file(path, "roster")
    facts = file.facts
    facts.only(
        "round", "period", "layout", "closes_on", "least", "coordinator", "receivers", "offices",
    )  # fmt: skip
    signed_by = facts.hex("coordinator")
    known = [key for key in coordinators if key.role == "coordinator" and key.sign == signed_by]
    if not known or file.body or not file.signed_with(signed_by):
        raise RosterUntrusted(file=path.name)
    try:
        period = Period.parse(facts.text("period"))
        closes_on = dt.date.fromisoformat(facts.text("closes_on"))
    except (PeriodError, ValueError) as error:
        raise facts.fault() from error
    roster = Roster(
        round=facts.id("round"),
        period=period,
        layout=facts.hex("layout"),
        closes_on=closes_on,
        least=facts.number("least"),
        receivers=tuple(_key(item) for item in facts.each("receivers")),
        offices=tuple(_key(item) for item in facts.each("offices")),
        digest=file.digest,
    )
    roster.refuse_unsound()
    return roster


def _key(facts: Facts) -> PublicKey:
    facts.only("role", "id", "sign", "exchange")
    role = facts.text("role")
    if role == "receiver":
        return PublicKey("receiver", facts.id("id"), facts.hex("sign"), facts.hex("exchange"))
    if role != "office" or facts.text("exchange"):
        raise facts.fault()
    return PublicKey("office", facts.id("id"), facts.hex("sign"))
