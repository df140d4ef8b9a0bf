"""The pages of an encrypted store, read one by one without SQLite, for a file that SQLite no longer opens.

Each page proves itself: its HMAC is over what it holds and its number. So what is read here was written by the program,
whatever became of the pages around it. What is known of the format: SQLCipher 4 (AES-256-CBC, 80 bytes at the end of a
page for vector and HMAC-SHA512) around the b-trees of SQLite 3.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from shelter_app.storage.store import APPLICATION_ID

__all__ = ["DAMAGED", "INDEX", "INDEX_INSIDE", "TABLE", "TABLE_INSIDE", "Pages", "Record"]

PAGE: Final = 4096
_SALT: Final = 16
_VECTOR: Final = 16
_MAC: Final = 64
#: Bytes of a page that hold content.
_USABLE: Final = PAGE - _VECTOR - _MAC
_BEGIN: Final = b"SQLite format 3\x00"

#: Kinds of pages; of the rest (free, or the end of a long row) 0 is said.
INDEX_INSIDE, TABLE_INSIDE, INDEX, TABLE = 2, 5, 10, 13
DAMAGED: Final = -1
_KINDS: Final = frozenset({INDEX_INSIDE, TABLE_INSIDE, INDEX, TABLE})
#: How many bytes of a row lie on its own page at most and at least; the rest is on pages of its own.
_MOST_TABLE: Final = _USABLE - 35
_MOST_INDEX: Final = (_USABLE - 12) * 64 // 255 - 23
_LEAST: Final = (_USABLE - 12) * 32 // 255 - 23
#: Where the first page says whose file it is.
_MARK: Final = slice(68, 72)
_KEPT: Final = 64


@dataclass(frozen=True)
class Record:
    """One row as it lies in a page; where its end lies on a damaged page, `values` holds what comes before."""

    rowid: int | None
    values: tuple[Any, ...]
    whole: bool


class Pages:
    """The pages of one file under its key; reads only.

    `proved` is False where the salt is lost, without which no page can prove itself: then what is read has to be proved
    by the journal.
    """

    def __init__(self, path: Path, key: bytearray) -> None:
        self._file = path.open("rb")
        self.count = path.stat().st_size // PAGE
        self._key = bytearray(key)
        key[:] = bytes(len(key))
        salt = self._raw(1)[:_SALT]
        self._mac_key = self._derived(salt)
        self._kept: dict[int, bytes | None] = {}
        self.proved = True
        self.kinds = self._look()
        if self.count and all(kind == DAMAGED for kind in self.kinds[1:]):
            self._without_salt(salt)

    def close(self) -> None:
        """Close the file and overwrite the keys."""
        self._file.close()
        for secret in (self._key, self._mac_key):
            secret[:] = bytes(len(secret))

    def _derived(self, salt: bytes) -> bytearray:
        return bytearray(hashlib.pbkdf2_hmac("sha512", self._key, bytes(each ^ 0x3A for each in salt), 2, 32))

    def _without_salt(self, salt: bytes) -> None:
        """No page proves itself: try what one wrong bit of the salt would do, or read without proof."""
        for bit in range(_SALT * 8):
            other = bytearray(salt)
            other[bit // 8] ^= 1 << bit % 8
            self._mac_key = self._derived(bytes(other))
            if self._read(min(2, self.count)) is not None:
                break
        else:
            self.proved = False
        self._kept.clear()
        self.kinds = self._look()

    def _look(self) -> list[int]:
        """The kind of each page; the place 0 is of no page."""
        kinds = [DAMAGED]
        for number in range(1, self.count + 1):
            page = self._read(number)
            kinds.append(DAMAGED if page is None else self._kind(number, page))
        return kinds

    def _kind(self, number: int, page: bytes) -> int:
        start = _start(number)
        kind = page[start]
        if number == 1 and page[_MARK] != APPLICATION_ID.to_bytes(4, "big"):
            return DAMAGED
        if kind not in _KINDS:
            return 0
        cells = int.from_bytes(page[start + 3 : start + 5], "big")
        # A page without proof may be anything; one whose rows do not lie within it is not what it seems.
        head = start + (12 if kind in (INDEX_INSIDE, TABLE_INSIDE) else 8)
        places = page[head : head + 2 * cells]
        sound = len(places) == 2 * cells and all(
            head + 2 * cells <= place < _USABLE for (place,) in struct.iter_unpack(">H", places)
        )
        return kind if sound else DAMAGED

    def _raw(self, number: int) -> bytes:
        self._file.seek((number - 1) * PAGE)
        return self._file.read(PAGE)

    def page(self, number: int) -> bytes | None:
        """The content of a page, or None where it is not there or not as it was written."""
        if number not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[number] = self._read(number) if 1 <= number <= self.count else None
        return self._kept[number]

    def _read(self, number: int) -> bytes | None:
        raw = self._raw(number)
        if len(raw) < PAGE:
            return None
        start = _SALT if number == 1 else 0
        sealed, vector, mac = raw[start:_USABLE], raw[_USABLE : _USABLE + _VECTOR], raw[-_MAC:]
        if self.proved:
            wanted = hmac.new(self._mac_key, sealed + vector + struct.pack("<I", number), "sha512").digest()
            if not hmac.compare_digest(mac, wanted):
                return None
        cipher = Cipher(algorithms.AES(self._key), modes.CBC(vector)).decryptor()
        plain = cipher.update(sealed) + cipher.finalize()
        return (_BEGIN + plain) if number == 1 else plain

    @property
    def version(self) -> int | None:
        """The number of the schema, which stands on the first page; None where that is damaged."""
        page = self.page(1)
        return None if page is None or self.kinds[1] == DAMAGED else int.from_bytes(page[60:64], "big")

    def children(self, number: int) -> list[int]:
        """The pages below a page that is not a leaf."""
        page = self.page(number)
        kind = self.kinds[number]
        if page is None or kind not in (INDEX_INSIDE, TABLE_INSIDE):
            return []
        start = _start(number)
        below = [int.from_bytes(page[place : place + 4], "big") for place in _places(page, start, 12)]
        return [*below, int.from_bytes(page[start + 8 : start + 12], "big")]

    def records(self, number: int) -> Iterator[Record]:
        """The rows that lie on a page; of tables with a number as their key only leaves have any."""
        page = self.page(number)
        kind = self.kinds[number]
        if page is None or kind not in (INDEX_INSIDE, INDEX, TABLE):
            return
        for place in _places(page, _start(number), 12 if kind == INDEX_INSIDE else 8):
            at = place + (4 if kind == INDEX_INSIDE else 0)
            try:
                yield self._record(page, at, kind)
            except (IndexError, struct.error):
                # Only a page that could not prove itself holds what is no row.
                yield Record(None, (), whole=False)

    def _record(self, page: bytes, at: int, kind: int) -> Record:
        size, at = _varint(page, at)
        rowid: int | None = None
        if kind == TABLE:
            rowid, at = _varint(page, at)
        payload, whole = self._payload(page, at, size, _MOST_TABLE if kind == TABLE else _MOST_INDEX)
        return Record(rowid, _values(payload), whole)

    def _payload(self, page: bytes, at: int, size: int, most: int) -> tuple[bytes, bool]:
        if size <= most:
            return page[at : at + size], True
        local = _LEAST + (size - _LEAST) % (_USABLE - 4)
        local = local if local <= most else _LEAST
        found = page[at : at + local]
        following = int.from_bytes(page[at + local : at + local + 4], "big")
        while len(found) < size:
            more = self.page(following) if size < self.count * PAGE else None
            if more is None:
                return found, False
            found += more[4 : min(_USABLE, 4 + size - len(found))]
            following = int.from_bytes(more[:4], "big")
        return found, True


def _start(number: int) -> int:
    return 100 if number == 1 else 0


def _places(page: bytes, start: int, head: int) -> list[int]:
    cells = int.from_bytes(page[start + 3 : start + 5], "big")
    return list(struct.unpack_from(f">{cells}H", page, start + head))


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends."""
    value = 0
    for _each in range(8):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    value = value << 8 | data[at]
    return (value - (1 << 64) if value >> 63 else value), at + 1


_SIZES: Final = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


def _values(payload: bytes) -> tuple[Any, ...]:
    """The columns of a row, as far as the payload goes."""
    end, at = _varint(payload, 0)
    kinds = []
    while at < min(end, len(payload)):
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[Any] = []
    at = end
    for kind in kinds:
        size = _SIZES[kind] if kind < 10 else (kind - 12) // 2
        if at + size > len(payload):
            break
        data = payload[at : at + size]
        at += size
        if kind == 0:
            values.append(None)
        elif kind == 7:
            values.append(struct.unpack(">d", data)[0])
        elif kind < 10:
            values.append(kind - 8 if kind >= 8 else int.from_bytes(data, "big", signed=True))
        elif kind % 2:
            values.append(data.decode("utf-8", "replace"))
        else:
            values.append(bytes(data))
    return tuple(values)
