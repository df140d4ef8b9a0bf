"""The journal: who did what, in order, chained and signed, without any value.

An entry is written in the transaction of the change that it describes. Each carries an HMAC (under a key
of the store) over itself and the HMAC of the one before, and a signature of the person over that.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from shelter_app.storage.database import Database
from shelter_app.storage.store import canonical

__all__ = ["Event", "Journal", "JournalEntry", "JournalFault"]

GENESIS: Final = bytes(32)


@dataclass(frozen=True)
class Event:
    """What happened: an action ("case.read", "entry.saved", …), its subject's id, ids and kinds as detail."""

    action: str
    subject: str = ""
    detail: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class JournalEntry:
    """One line of the journal as it is read back."""

    seq: int
    device_id: str
    at: str
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class JournalFault:
    """The first place where the chain does not hold, and how."""

    seq: int
    kind: str


class Journal:
    """Writes and checks the chain of one store."""

    def __init__(
        self, database: Database, key: bytes, *, device_id: str, actor: str, sign: Callable[[bytes], bytes]
    ) -> None:
        self._db = database
        self._key = key
        self._device = device_id
        self._actor = actor
        self._sign = sign

    def write(self, event: Event, at: str) -> int:
        """Append an event; only inside the transaction of what it describes. Returns its number."""
        if not self._db.in_transaction:
            raise RuntimeError("a journal entry belongs into the transaction of its change")
        last = self._db.row("SELECT seq, mac FROM journal ORDER BY seq DESC LIMIT 1")
        seq, prev = (int(last[0]) + 1, bytes(last[1])) if last else (1, GENESIS)
        detail = canonical(dict(event.detail))
        mac = _mac(self._key, (seq, self._device, at, self._actor, event.action, event.subject, detail), prev)
        self._db.execute(
            "INSERT INTO journal (seq, device_id, at, actor, action, subject, detail, prev, mac, sig)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                seq,
                self._device,
                at,
                self._actor,
                event.action,
                event.subject,
                detail,
                prev,
                mac,
                self._sign(mac),
            ),
        )
        return seq

    def head(self) -> tuple[int, bytes]:
        """Number and HMAC of the newest entry; (0, zeros) when there is none."""
        last = self._db.row("SELECT seq, mac FROM journal ORDER BY seq DESC LIMIT 1")
        return (int(last[0]), bytes(last[1])) if last else (0, GENESIS)

    def mac_of(self, seq: int) -> bytes:
        """The HMAC of the entry of this number; zeros where there is none."""
        return bytes(self._db.value("SELECT mac FROM journal WHERE seq = ?", (seq,)) or GENESIS)

    def read(
        self,
        *,
        before: int | None = None,
        subject: str | None = None,
        actor: str | None = None,
        limit: int = 100,
    ) -> list[JournalEntry]:
        """Entries newest first, below number `before`, of one subject or actor where named."""
        where, values = ["seq < ?"], [before if before is not None else 1 << 62]
        extra: list[str] = []
        for column, wanted in (("subject", subject), ("actor", actor)):
            if wanted is not None:
                where.append(f"{column} = ?")
                extra.append(wanted)
        rows = self._db.rows(
            "SELECT seq, device_id, at, actor, action, subject, detail FROM journal"
            f" WHERE {' AND '.join(where)} ORDER BY seq DESC LIMIT ?",
            (*values, *extra, limit),
        )
        return [JournalEntry(*(*row[:6], json.loads(row[6]))) for row in rows]

    def check(self, verify: Callable[[bytes, bytes, bytes], bool]) -> Iterator[JournalFault]:
        """Every break of the chain: "gap", "chain", "mac", "signature" or "unknown actor".

        `verify(sign_key, data, signature)` checks one signature with a key of the users' history.
        """
        keys = {str(uid): bytes(key) for uid, key in self._db.rows("SELECT id, sign_key FROM users")}
        expected, prev = 1, GENESIS
        for page in self._db.pages(
            "SELECT seq, device_id, at, actor, action, subject, detail, prev, mac, sig FROM journal"
            " WHERE seq > ? ORDER BY seq LIMIT ?",
            (0,),
        ):
            for row in page:
                seq, actor, stored_prev, mac, sig = (
                    int(row[0]),
                    str(row[3]),
                    bytes(row[7]),
                    bytes(row[8]),
                    bytes(row[9]),
                )
                if seq != expected:
                    yield JournalFault(seq, "gap")
                elif stored_prev != prev:
                    yield JournalFault(seq, "chain")
                if not hmac.compare_digest(mac, _mac(self._key, row[:7], stored_prev)):
                    yield JournalFault(seq, "mac")
                elif actor not in keys:
                    yield JournalFault(seq, "unknown actor")
                elif not verify(keys[actor], mac, sig):
                    yield JournalFault(seq, "signature")
                expected, prev = seq + 1, mac


def _mac(key: bytes, fields: tuple[Any, ...], prev: bytes) -> bytes:
    return hmac.new(key, canonical(list(fields)).encode() + prev, hashlib.sha256).digest()
