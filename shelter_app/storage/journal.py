"""The journal: who did what, in order, chained and signed, without any value.

An entry is written in the transaction of the change that it describes. Each carries an HMAC (under a key
of the store) over itself and the HMAC of the one before, and a signature of the person over that. There is
one chain a device; the chains of several devices can lie in one store.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from shelter_app.storage.database import Database
from shelter_app.storage.signed_lines import SignedRow, carried_rows, proved_rows
from shelter_app.storage.store import canonical
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.rights import Compartment

__all__ = ["Event", "Journal", "JournalEntry", "JournalFault", "KnownKeys", "SignedLine"]

GENESIS: Final = bytes(32)
_LATEST: Final = 1 << 62
_COLUMNS: Final = "seq, device_id, at, actor, action, subject, detail, arrived"


@dataclass(frozen=True)
class Event:
    """What happened: an action ("case.read", "entry.saved", …), its subject's id, ids and kinds as detail."""

    action: str
    subject: str = ""
    detail: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class JournalEntry:
    """One line of the journal as it is read back; `seq` is its number in the chain of its device."""

    seq: int
    device_id: str
    at: str
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    #: Its place in the order in which lines came into this store; what pages go by.
    arrived: int


@dataclass(frozen=True)
class SignedLine:
    """A line with its proofs: its HMAC, the signature over that, and whether the HMAC fits what the line says."""

    entry: JournalEntry
    mac: bytes
    sig: bytes
    sound: bool
    #: Where it counts: its place among the lines that arrived, or between two of them.
    place: float


class KnownKeys(Protocol):
    """Which signature keys count for whom, and where in the journal."""

    def at(self, actor: str, arrived: float) -> Collection[bytes]:
        """The keys with which this person could sign the line of this place."""
        ...

    def ever(self, actor: str) -> Collection[bytes]:
        """The keys that were this person's at any time."""
        ...


@dataclass(frozen=True)
class JournalFault:
    """A line at which a chain does not hold, and how.

    `kind` is "gap", "chain", "mac", "signature", "unknown actor", "left" (signed with a key that did not count there: its
    owner had been removed or kept out, or had another key), "epoch" (an older store key again), "order", or "no key": it
    could not be checked with the keys of whoever is signed in, which is no sign of damage. Of lines about users
    also "right" (whoever signed it may not), "users gap" (a line about users before it is missing) and "users" (it does
    not say what such a line says).
    """

    seq: int
    kind: str
    device_id: str = ""


class Journal:
    """Writes and checks the chains of one store, as one person on one device.

    The keys of the HMACs are asked for when they are needed: a store key that is replaced meanwhile, or a former one
    that becomes known, counts from the next line on.
    """

    def __init__(self, database: Database, keyring: KeyRing, device_id: str) -> None:
        self._db = database
        self._keyring = keyring
        self._device = device_id
        self._keys: dict[int, bytes] = {}

    def _key(self, epoch: int) -> bytes:
        if epoch not in self._keys:
            self._keys[epoch] = bytes(self._keyring.journal_key(epoch))
        return self._keys[epoch]

    def write(self, event: Event, at: str) -> int:
        """Append an event; only inside the transaction of what it describes. Returns its number."""
        if not self._db.in_transaction:
            raise RuntimeError("a journal entry belongs into the transaction of its change")
        last, prev = self.head()
        seq = last + 1
        detail = canonical(dict(event.detail))
        epoch = self._keyring.header.store_epoch
        fields = (seq, self._device, at, self._keyring.user_id, event.action, event.subject, detail)
        mac = _mac(self._key(epoch), fields, prev)
        self._db.execute(
            "INSERT INTO journal (seq, device_id, at, actor, action, subject, detail, prev, mac, sig, epoch)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*fields, prev, mac, self._keyring.sign(mac), epoch),
        )
        return seq

    # Lines with their proofs

    def signed(self, actions: Collection[str]) -> list[SignedLine]:
        """Every line of these actions with its proofs, in the order in which they came, with those carried along."""
        rows = proved_rows(self._db, actions)
        own = [self._proved(row, float(row[7])) for row in rows]
        place, carried = self._carried()
        first = sum(line.place <= place for line in own)
        return [*own[:first], *carried, *own[first:]]

    def newest_mac(self, actions: Collection[str]) -> bytes | None:
        """The HMAC of the line of these actions that came last; None without any."""
        wanted = sorted(actions)
        found = self._db.row(
            f"SELECT arrived, mac FROM journal WHERE action IN ({', '.join('?' * len(wanted))})"
            " ORDER BY arrived DESC LIMIT 1",
            wanted,
        )
        place, carried = self._carried()
        if carried and (found is None or int(found[0]) <= place):
            return carried[-1].mac
        return None if found is None else bytes(found[1])

    def _carried(self) -> tuple[int, list[SignedLine]]:
        place, rows = carried_rows(self._db)
        return place, [
            self._proved((*row[:7], place, *row[8:]), place + (number + 1) / (len(rows) + 1))
            for number, row in enumerate(rows)
        ]

    def _proved(self, row: SignedRow, place: float) -> SignedLine:
        in_force = self._keyring.header.store_epoch
        mac, epoch = bytes(row[9]), row[11]
        known = epoch in self._keyring.epochs(Compartment.STORE) and epoch <= in_force
        sound = known and hmac.compare_digest(mac, _mac(self._key(epoch), tuple(row[:7]), bytes(row[8])))
        return SignedLine(_entry(row), mac, bytes(row[10]), sound, place)

    # Where the chains end

    def head(self, device_id: str | None = None) -> tuple[int, bytes]:
        """Number and HMAC of the newest entry of a device, this one unless named; (0, zeros) without any."""
        last = self._db.row(
            "SELECT seq, mac FROM journal WHERE device_id = ? ORDER BY seq DESC LIMIT 1",
            (device_id or self._device,),
        )
        return (int(last[0]), bytes(last[1])) if last else (0, GENESIS)

    def mac_of(self, seq: int, device_id: str | None = None) -> bytes:
        """The HMAC of the entry of this number of a device; zeros where there is none."""
        found = self._db.value(
            "SELECT mac FROM journal WHERE device_id = ? AND seq = ?", (device_id or self._device, seq)
        )
        return bytes(found or GENESIS)

    def holds(self, mac: bytes) -> bool:
        """Whether any line has this HMAC; looks through all of them."""
        return self._db.value("SELECT 1 FROM journal WHERE mac = ? LIMIT 1", (mac,)) is not None

    def devices(self) -> list[str]:
        """The devices that have a chain in this store."""
        return _each(self._db, "device_id", "", ())

    def last_arrived(self) -> int:
        """The place of the line that came last into this store, of whichever device."""
        return int(self._db.value("SELECT coalesce(max(arrived), 0) FROM journal"))

    # Reading

    def actions(self, actor: str | None = None) -> list[str]:
        """Every action that has happened, or that this person has done."""
        if actor is None:
            return _each(self._db, "action", "", ())
        return _each(self._db, "action", "actor = ? AND", (actor,))

    def read(
        self,
        *,
        before: int | None = None,
        about: str | None = None,
        actor: str | None = None,
        actions: Collection[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int = 100,
    ) -> list[JournalEntry]:
        """Lines newest first, each filter narrowing them; none reads more of the store than it must.

        Args:
            before: only lines that arrived before this place.
            about: a case, or whatever else a line can be about, by its id.
            actor: who did it.
            actions: one of these.
            since: not before this moment, as the store writes it.
            until: before this moment.
            limit: how many at most.
        """
        where = ["arrived < ?"]
        values: list[Any] = [before if before is not None else _LATEST]
        if since is not None or until is not None:
            first, last = self._places(since or "", until or "~")
            where += ["arrived BETWEEN ? AND ?", "at >= ?", "at < ?"]
            values += [first, last, since or "", until or "~"]
        wanted = None if actions is None else sorted(actions)
        if about is not None:
            # Of one case there are few lines: the plus keeps SQLite from walking along another index.
            where.append("about = ?")
            values.append(about)
            if actor is not None:
                where.append("+actor = ?")
                values.append(actor)
            if wanted is not None:
                where.append(f"+action IN ({', '.join('?' * len(wanted))})")
                values += wanted
            return self._select(" AND ".join(where), values, limit)
        if actor is not None and wanted is None:
            wanted = self.actions(actor)
        if wanted is None:
            return self._select(" AND ".join(where), values, limit)
        return self._merged(wanted, actor, where, values, limit)

    def _places(self, since: str, until: str) -> tuple[int, int]:
        """Between which places the lines of a period lie: few more than are in it, unless a clock jumped."""
        found = self._db.row(
            "SELECT min(arrived), max(arrived) FROM journal WHERE at >= ? AND at < ?", (since, until)
        )
        return (int(found[0]), int(found[1])) if found and found[0] is not None else (0, -1)

    def _merged(
        self, actions: Sequence[str], actor: str | None, where: list[str], values: Sequence[Any], limit: int
    ) -> list[JournalEntry]:
        """Lines of several actions: one ordered walk along the index for each, merged by SQLite."""
        if not actions:
            return []
        mine = "actor = ? AND " if actor is not None else ""
        walk = f"SELECT arrived FROM journal WHERE {mine}action = ? AND {' AND '.join(where)}"
        bound: list[Any] = []
        for action in actions:
            bound += [*([actor] if actor is not None else []), action, *values]
        union = " UNION ALL ".join([walk] * len(actions))
        return self._select(
            f"arrived IN (SELECT arrived FROM ({union} ORDER BY arrived DESC LIMIT {int(limit)}))",
            bound,
            limit,
        )

    def _select(self, where: str, values: Sequence[Any], limit: int) -> list[JournalEntry]:
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM journal WHERE {where} ORDER BY arrived DESC LIMIT ?", (*values, limit)
        )
        return [_entry(row) for row in rows]

    # Checking

    def check(
        self,
        verify: Callable[[bytes, bytes, bytes], bool],
        known: KnownKeys,
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[JournalFault]:
        """Every line at which the chain of its device does not hold.

        Args:
            verify: `verify(sign_key, data, signature)` checks one signature.
            known: the signature keys that count, and where.
            progress: is told how many lines have been looked at.
        """
        in_force = self._keyring.header.store_epoch
        held = [epoch for epoch in self._keyring.epochs(Compartment.STORE) if epoch <= in_force]
        macs = {epoch: self._key(epoch) for epoch in held}
        done = 0
        for device in self.devices():
            chain = _Chain(macs, known, verify)
            for page in self._db.pages(
                "SELECT device_id, seq, at, actor, action, subject, detail, prev, mac, sig, epoch, arrived"
                " FROM journal WHERE device_id = ? AND seq > ? ORDER BY seq LIMIT ?",
                (device, 0),
            ):
                for row in page:
                    for kind in chain.faults_of(row):
                        yield JournalFault(int(row[1]), kind, device)
                done += len(page)
                if progress:
                    progress(done)


class _Chain:
    """Walks the chain of one device from its first line and says what does not hold at each."""

    def __init__(
        self,
        macs: Mapping[int, bytes],
        known: KnownKeys,
        verify: Callable[[bytes, bytes, bytes], bool],
    ) -> None:
        self._macs, self._known, self._verify = macs, known, verify
        self._expected, self._prev = 1, GENESIS
        self._epoch = self._arrived = 0

    def faults_of(self, row: Sequence[Any]) -> Iterator[str]:
        device, seq, at, actor, action, subject, detail = row[:7]
        prev, mac, sig = bytes(row[7]), bytes(row[8]), bytes(row[9])
        epoch, arrived = int(row[10]), int(row[11])
        if seq != self._expected:
            yield "gap"
        elif prev != self._prev:
            yield "chain"
        if arrived <= self._arrived:
            yield "order"
        if epoch < self._epoch:
            # Whoever left knows the store key of their time, and must not add to what came after.
            yield "epoch"
        if epoch not in self._macs:
            yield "no key" if 1 <= epoch < min(self._macs) else "mac"
        elif not hmac.compare_digest(
            mac, _mac(self._macs[epoch], (seq, device, at, actor, action, subject, detail), prev)
        ):
            yield "mac"
        if not any(self._verify(key, mac, sig) for key in self._known.at(actor, arrived)):
            ever = self._known.ever(actor)
            if not ever:
                yield "unknown actor"
            else:
                yield "left" if any(self._verify(key, mac, sig) for key in ever) else "signature"
        self._expected, self._prev = seq + 1, mac
        self._epoch, self._arrived = max(epoch, self._epoch), max(arrived, self._arrived)


def _entry(row: Sequence[Any]) -> JournalEntry:
    return JournalEntry(*(*row[:6], json.loads(row[6]), row[7]))


def _each(db: Database, column: str, where: str, values: tuple[str, ...]) -> list[str]:
    """Every value of an indexed column, by stepping from one to the next and not through all lines."""
    first = f"SELECT min({column}) FROM journal WHERE {where} {column} > ?"
    found: list[str] = []
    while (value := db.value(first, (*values, found[-1] if found else ""))) is not None:
        found.append(str(value))
    return found


def _mac(key: bytes, fields: tuple[Any, ...], prev: bytes) -> bytes:
    return hmac.new(key, canonical(list(fields)).encode() + prev, hashlib.sha256).digest()
