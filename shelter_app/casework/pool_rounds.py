"""The other sides of a pool, which have no vault: the coordinating body, the two receivers, and the combination.

No figure of an office and no unprotected total is ever given out here: sums leave sealed, and the totals exist
only between opening two sums and protecting their tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shelter_app.anonymise.pool_layout import Counts, PoolLayout
from shelter_app.anonymise.pool_release import protect_totals
from shelter_app.anonymise.pool_shares import CELL_BYTES, add_shares, share_bytes, share_from_bytes
from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.casework.summary import code_lists
from shelter_app.domain.periods import Period
from shelter_app.exchange.pool_book import Entry, book_bytes, read_book, require_no_second_sum
from shelter_app.exchange.pool_errors import (
    Altered,
    FilesRefused,
    KeyFileThere,
    Missing,
    NotMissing,
    NotOfTheRoster,
    OtherLayout,
    StillOpen,
    TooFewOffices,
)
from shelter_app.exchange.pool_files import read_pool_file
from shelter_app.exchange.pool_keys import (
    PoolKeys,
    PublicKey,
    Role,
    new_pool_keys,
    public_key,
    public_key_file,
    sealed_key_file,
)
from shelter_app.exchange.pool_roster import Roster, read_roster, roster_file
from shelter_app.exchange.pool_shares import Share, read_shares, share_again
from shelter_app.exchange.pool_sums import equal_lists, read_sum, receipt_file, sum_file
from shelter_app.vault.kdf import KdfParams, calibrate
from shelter_app.vault.passwords import check_password

__all__ = ["AddedUp", "Combined", "add_up", "combine", "make_key", "make_roster", "read_public_key"]


def read_public_key(path: Path) -> PublicKey:
    """The key in a public key file.

    Raises:
        NotAPoolFile
    """
    return public_key(read_pool_file(path, "key"))


def make_key(
    role: Role, name: str, password: str, folder: Path, *, kdf: KdfParams | None = None
) -> tuple[PublicKey, tuple[Path, ...]]:
    """New keys for a receiver or coordinating body: `NAME.pub` to hand round and `NAME.key` to keep.

    Raises:
        BadPoolName, PasswordRefused, PasswordTooWeak, KeyFileThere, NotEnoughMemory, NoWritePermission, DiskFull
    """
    from shelter_app.reports.summary import write_files

    keys = new_pool_keys(role, name)
    check_password(password, [name], demo=False, test=False)
    names = (f"{name}.pub", f"{name}.key")
    for there in names:
        if (folder / there).exists():
            raise KeyFileThere(file=there)
    sealed = sealed_key_file(keys, password, kdf or calibrate())
    return keys.public, write_files(folder, dict(zip(names, (public_key_file(keys), sealed), strict=True)))


def make_roster(
    coordinator: PoolKeys,
    *,
    name: str,
    period: Period,
    closes_on: dt.date,
    receivers: Sequence[PublicKey],
    offices: Sequence[PublicKey],
    least: int,
    folder: Path,
) -> Path:
    """Write the signed roster of a round; the first of the receivers combines the sums.

    Raises:
        RosterRefused, BadPoolName: no round can be held so.
        NoWritePermission, DiskFull
    """
    from shelter_app.reports.summary import write_files

    layout = PoolLayout(code_lists())
    roster = Roster(name, period, layout.digest, closes_on, least, tuple(receivers), tuple(offices))
    data = roster_file(roster, coordinator)
    return write_files(folder, {f"pool-{name}.roster": data})[0]


@dataclass(frozen=True)
class AddedUp:
    """What a receiver made of the shares of a round."""

    roster: Roster
    files: tuple[Path, ...]
    contributions: dict[str, str]
    replaced: tuple[Share, ...]
    #: The same sum was made before.
    repeated: bool


def _own_layout(roster: Roster, path: Path) -> PoolLayout:
    layout = PoolLayout(code_lists())
    if roster.layout != layout.digest:
        raise OtherLayout(file=path.name)
    return layout


def add_up(
    receiver: PoolKeys,
    roster_path: Path,
    coordinator: PublicKey,
    files: Sequence[Path],
    *,
    book: Path,
    folder: Path,
    today: dt.date,
    without: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> AddedUp:
    """Add up the shares of a round, once and for all; writes the sealed sum and the receipt for the offices.

    Args:
        receiver: the keys of one of the two receivers.
        roster_path: the roster of the round.
        coordinator: the key of the body that made the roster.
        files: all shares that came in; those of a replaced contribution may be among them.
        book: where the receiver keeps what it has added up.
        folder: where sum and receipt go.
        today: the round must be over.
        without: names of the offices that take no part although they are on the roster.
        progress: hears how many files of how many have been read.

    Raises:
        FilesRefused: some of the files cannot be counted; it says of each why.
        Missing, NotMissing, TooFewOffices, StillOpen, AlreadySummed, PeriodSummed, BookDamaged, NotOfTheRoster,
        OtherLayout, NotAPoolFile, RosterUntrusted, RosterRefused: nothing has been added up.
        DiskFull, NoWritePermission: nothing is written.
    """
    from shelter_app.reports.summary import write_files

    roster = read_roster(roster_path, [coordinator])
    if roster.place_of(receiver.public) is None:
        raise NotOfTheRoster
    size = CELL_BYTES * _own_layout(roster, roster_path).size
    if today <= roster.closes_on:
        raise StillOpen(day=roster.closes_on.isoformat())
    received = read_shares(files, roster, receiver, size, progress)
    if received.problems:
        raise FilesRefused(received.problems)
    contributions = {share.office: share.contribution for share in received.shares}
    _nobody_forgotten(roster, contributions, without)
    entries = read_book(book, receiver)
    entry = Entry.of(roster, contributions)
    repeated = require_no_second_sum(entries, entry)
    total = add_shares(_opened(received.shares, roster, receiver, size))
    stem = f"pool-{roster.round}-{receiver.public.id}"
    made = {
        f"{stem}.sum": sum_file(roster, receiver, contributions, share_bytes(total)),
        f"{stem}.receipt": receipt_file(roster, receiver, contributions),
    }

    def note() -> None:
        if not repeated:
            write_files(book.parent, {book.name: book_bytes((*entries, entry), receiver)})

    written = write_files(folder, made, before_named=note)
    return AddedUp(roster, written, contributions, received.replaced, repeated)


def _nobody_forgotten(roster: Roster, contributions: Collection[str], without: Collection[str]) -> None:
    missing = {office.id for office in roster.offices} - set(contributions)
    if unknown := set(without) - missing:
        raise NotMissing(offices=", ".join(sorted(unknown)))
    if forgotten := missing - set(without):
        raise Missing(offices=", ".join(sorted(forgotten)))
    if len(contributions) < roster.least:
        raise TooFewOffices(count=len(contributions), least=roster.least)


def _opened(shares: Sequence[Share], roster: Roster, receiver: PoolKeys, size: int) -> Iterator[Counts]:
    for share in shares:
        yield share_from_bytes(share_again(share, roster, receiver, size))


@dataclass(frozen=True)
class Combined:
    """The protected figures of a network, as they were written."""

    roster: Roster
    release: ProtectedRelease
    offices: int
    files: tuple[Path, ...]


def combine(
    combiner: PoolKeys,
    roster_path: Path,
    coordinator: PublicKey,
    sums: Sequence[Path],
    *,
    folder: Path,
    made_on: dt.date,
    on_attack: Callable[[int], None] | None = None,
) -> Combined:
    """Open the sums of both receivers of a round and write the protected summary of the network; nobody is given the totals.

    Raises:
        UnequalLists, SameReceiver, TooFewOffices, TotalsDoNotFit: nothing is shown or written.
        NotCombiner, OtherLayout, NotAPoolFile, Altered, OtherRound, OtherPeriod, OtherRoster, RosterUntrusted,
        RosterRefused, DiskFull, NoWritePermission
    """
    from shelter_app.reports.summary import summary_files, write_files

    roster = read_roster(roster_path, [coordinator])
    layout = _own_layout(roster, roster_path)
    first, second = (read_sum(path, roster, combiner) for path in sums)
    equal_lists((first, second))
    if len(first.contributions) < roster.least:
        raise TooFewOffices(count=len(first.contributions), least=roster.least)
    for path, part in zip(sums, (first, second), strict=True):
        if len(part.data) != CELL_BYTES * layout.size:
            raise Altered(file=path.name, sender=part.by.id)
    totals = add_shares(share_from_bytes(part.data) for part in (first, second))
    seed = combiner.secret(f"summary {roster.round} {roster.digest}")
    release = protect_totals(layout, totals, roster.period, seed, on_attack)
    files = summary_files(
        release, post=roster.round, post_name="", release_id=f"pool-{roster.round}", made_on=made_on
    )
    return Combined(roster, release, len(first.contributions), write_files(folder, files))
