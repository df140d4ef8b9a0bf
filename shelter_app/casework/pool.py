"""An office that takes part in a pool: its key, the keys that it trusts, its contributions and their receipts.

The office's private key, the keys that somebody compared by phone, and what was contributed lie in the store; whoever can
read every coded fact there could make the same contribution anyhow.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shelter_app.casework.errors import PeriodNotOver
from shelter_app.casework.pool_errors import (
    AlreadyContributed,
    CountedOther,
    FingerprintDiffers,
    KeyNotTrusted,
    NoContribution,
    NotCounted,
    NotInRoster,
    RoundClosed,
)
from shelter_app.casework.second_person import Confirmed, Statement, require_second
from shelter_app.casework.session import Session
from shelter_app.casework.summary import code_lists, coded_facts
from shelter_app.domain.periods import Period
from shelter_app.exchange.pool_errors import OtherLayout
from shelter_app.exchange.pool_files import read_pool_file
from shelter_app.exchange.pool_keys import (
    PoolKeys,
    PublicKey,
    new_pool_keys,
    pool_keys,
    public_key,
    public_key_file,
)
from shelter_app.exchange.pool_roster import Roster, read_roster
from shelter_app.exchange.pool_shares import contribution_files
from shelter_app.exchange.pool_sums import read_receipt
from shelter_app.storage import books
from shelter_app.vault.rights import Right

__all__ = [
    "Contribution",
    "check_receipts",
    "contribute",
    "contribution_statement",
    "contributions",
    "forget_key",
    "look_at_round",
    "office_key_file",
    "office_keys",
    "trust_key",
    "trusted_keys",
]

#: The settings of the vault stand under no user.
_VAULT: Final = ""
_KEY, _TRUSTED, _ROUNDS = "pool.key", "pool.trusted", "pool.rounds"
_TUPLES: Final = ("offices", "receivers", "counted_by")


@dataclass(frozen=True)
class Contribution:
    """One contribution of this office: to which round, which one of several, and the digest in the receipts."""

    round: str
    period: str
    number: int
    digest: str
    made_on: str
    #: Names of the offices on the roster, this one included.
    offices: tuple[str, ...]
    #: Keys with which the two receivers sign.
    receivers: tuple[str, ...]
    #: Names of the receivers whose receipt showed this contribution.
    counted_by: tuple[str, ...] = ()

    @property
    def counted_in(self) -> tuple[object, ...]:
        """What is added up with it: of contributions that have this in common, the newest counts."""
        return self.round, self.period, self.receivers


def _read(session: Session, key: str, otherwise: Any) -> Any:
    stored = books.get_setting(session.store, _VAULT, key)
    return json.loads(stored) if stored else otherwise


def _keep(session: Session, key: str, value: Any) -> None:
    books.set_setting(session.store, _VAULT, key, json.dumps(value, sort_keys=True))


def office_key_file(
    session: Session, name: str | None = None, *, renew: bool = False
) -> tuple[PublicKey, bytes]:
    """The public key of the office and its file; made at the first call, and anew with `renew` or another name.

    Args:
        session: an open vault.
        name: how the office is called in the pool, where it is not the short code of the post.
        renew: replace the key, as after somebody who could read the store has left.

    Raises:
        NotYours: only who changes the settings of the vault.
        BadPoolName: nobody can be called so.
    """
    session.require(Right.CHANGE_SETTINGS)
    keys = office_keys(session)
    if keys is None or renew or name not in (None, keys.public.id):
        keys = new_pool_keys("office", name or (keys.public.id if keys else session.keyring.header.post))
        stored = {"id": keys.public.id, "signing": keys.signing.hex()}
        with session.saving() as record:
            _keep(session, _KEY, stored)
            record("pool.key_made", session.keyring.vault_id, fingerprint=keys.public.fingerprint)
    return keys.public, public_key_file(keys)


def office_keys(session: Session) -> PoolKeys | None:
    """The private keys of the office; None as long as nobody has made them."""
    stored = _read(session, _KEY, None)
    if stored is None:
        return None
    return pool_keys("office", stored["id"], bytes.fromhex(stored["signing"]))


def trusted_keys(session: Session) -> tuple[PublicKey, ...]:
    """The keys of receivers and coordinating bodies that somebody at the post has compared."""
    return tuple(PublicKey(**facts) for facts in _read(session, _TRUSTED, []))


def trust_key(session: Session, path: Path, fingerprint: str) -> PublicKey:
    """Take over a public key whose fingerprint its owner has read out; it replaces an earlier one of the same name.

    Raises:
        NotYours: only who changes the settings of the vault.
        NotAPoolFile: the file is no public key, or one of an office.
        FingerprintDiffers: other digits were typed.
    """
    session.require(Right.CHANGE_SETTINGS)
    file = read_pool_file(path, "key")
    key = public_key(file)
    if key.role == "office":
        raise file.facts.fault()
    if not key.is_said(fingerprint):
        raise FingerprintDiffers(file=path.name)
    others = [other for other in trusted_keys(session) if (other.role, other.id) != (key.role, key.id)]
    with session.saving() as record:
        _keep(session, _TRUSTED, [other.facts for other in (*others, key)])
        record("pool.key_trusted", session.keyring.vault_id, body=key.id, fingerprint=key.fingerprint)
    return key


def forget_key(session: Session, name: str) -> bool:
    """Trust the keys of this name no more; whether there was one.

    Raises:
        NotYours: only who changes the settings of the vault.
    """
    session.require(Right.CHANGE_SETTINGS)
    known = trusted_keys(session)
    kept = [key.facts for key in known if key.id != name]
    if len(kept) == len(known):
        return False
    with session.saving() as record:
        _keep(session, _TRUSTED, kept)
        record("pool.key_forgotten", session.keyring.vault_id, body=name)
    return True


def contributions(session: Session) -> tuple[Contribution, ...]:
    """What this office has contributed, the newest contribution to each round."""
    session.require(Right.MAKE_SUMMARY)
    return tuple(
        Contribution(**stored | {name: tuple(stored[name]) for name in _TUPLES})
        for stored in _read(session, _ROUNDS, [])
    )


def _trusted_roster(session: Session, path: Path) -> Roster:
    """A roster whose coordinating body and receivers are all trusted here.

    Raises:
        NotAPoolFile, RosterUntrusted, RosterRefused, KeyNotTrusted
    """
    known = trusted_keys(session)
    roster = read_roster(path, known)
    strange = [receiver.id for receiver in roster.receivers if receiver not in known]
    if strange:
        raise KeyNotTrusted(names=", ".join(strange))
    return roster


def look_at_round(session: Session, roster_file: Path) -> Roster:
    """A round that this office could contribute to now; nothing is written.

    Raises:
        NotYours: only who makes summaries.
        NotAPoolFile, RosterUntrusted, RosterRefused, KeyNotTrusted, OtherLayout, NotInRoster, RoundClosed,
        PeriodNotOver, AlreadyContributed
    """
    from shelter_app.anonymise.pool_layout import PoolLayout

    session.require(Right.MAKE_SUMMARY)
    roster = _trusted_roster(session, roster_file)
    if roster.layout != PoolLayout(code_lists()).digest:
        raise OtherLayout(file=roster_file.name)
    office = office_keys(session)
    if office is None or office.public not in roster.offices:
        raise NotInRoster
    if session.today <= roster.period.last:
        raise PeriodNotOver(period=roster.period.text)
    if session.today > roster.closes_on:
        raise RoundClosed(day=roster.closes_on.isoformat())
    _next_number(session, roster)
    return roster


def contribution_statement(roster: Roster) -> Statement:
    """What a second person confirms of a contribution: the round with everybody's keys; its counts nobody sees."""
    return Statement("contribution", roster.period.text, "", roster.digest)


def contribute(
    session: Session, roster_file: Path, folder: Path, *, confirmed: Confirmed | None = None
) -> tuple[Contribution, tuple[Path, ...]]:
    """Split the exact counts of the round's period and write a share for each receiver into `folder`.

    Counts and shares exist in memory only, and the number that makes one from the other is kept by nobody. As long as
    the round is open, contributing again replaces what was contributed before.

    Raises:
        NotYours: only who makes summaries.
        NotAPoolFile, RosterUntrusted, RosterRefused, KeyNotTrusted, OtherLayout, NotInRoster, RoundClosed,
        PeriodNotOver, AlreadyContributed, SecondPersonNeeded: nothing is written.
        DiskFull, NoWritePermission, DiskFailed: nothing is written and nothing recorded.
    """
    # What counts is loaded when something is counted: the window asks for keys and receipts far more often.
    from shelter_app.anonymise.pool_layout import PoolLayout
    from shelter_app.anonymise.pool_shares import share_bytes, split
    from shelter_app.reports.summary import write_files

    roster, layout = look_at_round(session, roster_file), PoolLayout(code_lists())
    require_second(session, contribution_statement(roster), confirmed)
    office = office_keys(session)
    if office is None:
        raise NotInRoster
    number = _next_number(session, roster)
    facts, _ = coded_facts(session, roster.period)
    shares = split(layout.counts(facts), session.random)
    files, digest = contribution_files(roster, office, number, [share_bytes(share) for share in shares])
    made = Contribution(
        roster.round, roster.period.text, number, digest, session.today.isoformat(),
        tuple(key.id for key in roster.offices), _receivers(roster),
    )  # fmt: skip

    def note() -> None:
        with session.saving() as record:
            _keep_contribution(session, made)
            record(
                "pool.contributed", roster.round, period=roster.period.text, number=made.number, digest=digest
            )

    return made, write_files(folder, files, before_named=note)


def _earlier(session: Session, roster: Roster) -> Contribution | None:
    """What this office has contributed to the same round for the same receivers."""
    wanted = (roster.round, roster.period.text, _receivers(roster))
    return next((past for past in contributions(session) if past.counted_in == wanted), None)


def _receivers(roster: Roster) -> tuple[str, ...]:
    return tuple(key.sign for key in roster.receivers)


def _next_number(session: Session, roster: Roster) -> int:
    """Which contribution of this office to the round comes next.

    Raises:
        AlreadyContributed: some of its days were given to another round, or to other receivers.
    """
    earlier = _earlier(session, roster)
    for past in contributions(session):
        if past != earlier and Period.parse(past.period).overlap(roster.period) != "apart":
            raise AlreadyContributed(earlier=past.round, period=past.period)
    return earlier.number + 1 if earlier else 1


def _keep_contribution(session: Session, made: Contribution) -> None:
    others = [past for past in contributions(session) if past.counted_in != made.counted_in]
    _keep(session, _ROUNDS, [dataclasses.asdict(each) for each in (*others, made)])


def check_receipts(session: Session, roster_file: Path, receipts: Sequence[Path]) -> Contribution:
    """Compare receipts with what this office has contributed to the round, and keep who has counted it.

    Raises:
        NotYours: only who makes summaries.
        NoContribution: the office has not contributed to this round.
        NotCounted, CountedOther: a receiver has left the contribution out or counted another one.
        NotAPoolFile, RosterUntrusted, RosterRefused, KeyNotTrusted, Altered, OtherRound, OtherPeriod, OtherLayout,
        OtherRoster
    """
    session.require(Right.MAKE_SUMMARY)
    roster = _trusted_roster(session, roster_file)
    office = office_keys(session)
    mine = _earlier(session, roster)
    if mine is None or office is None:
        raise NoContribution(round=roster.round)
    counted = set(mine.counted_by)
    for path in receipts:
        receipt = read_receipt(path, roster)
        found = receipt.contributions.get(office.public.id)
        if found is None:
            raise NotCounted(receiver=receipt.by.id)
        if found != mine.digest:
            raise CountedOther(receiver=receipt.by.id)
        counted.add(receipt.by.id)
    mine = dataclasses.replace(mine, counted_by=tuple(sorted(counted)))
    with session.saving() as record:
        _keep_contribution(session, mine)
        record("pool.receipt_checked", roster.round, body=", ".join(mine.counted_by))
    return mine
