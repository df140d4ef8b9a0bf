"""The one shape of all files of a pool: a line that says what it is, a line of facts, bytes, a signature.

Facts are canonical JSON, so that there is one way to write them; the signature covers everything before it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from shelter_app.exchange.pool_errors import NotAPoolFile
from shelter_app.vault.crypto import verify

__all__ = ["ID", "Facts", "Kind", "PoolFile", "canonical", "pack", "read_pool_file", "unpack"]

Kind = Literal["key", "roster", "share", "receipt", "sum"]
#: What an office, a receiver or a round can be called.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,23}")

_MARK = "shelter-pool/1"
_SIGNATURE_BYTES = 64
#: Larger than any file of a layout with lists of 20 codes and of a roster with ten thousand offices.
_LIMIT = 64 * 1024 * 1024
_HEX = re.compile(r"[0-9a-f]+")


def canonical(facts: Mapping[str, Any]) -> bytes:
    """The one way to write facts."""
    return json.dumps(facts, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def pack(kind: Kind, facts: Mapping[str, Any], body: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The bytes of a file."""
    data = f"{_MARK} {kind}\n".encode() + canonical(facts) + b"\n" + body
    return data + sign(data)


class Facts:
    """The facts of a file from outside: each is taken out as what it must be, or the file is none of ours."""

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        self.name = name
        self.values = values

    def fault(self) -> NotAPoolFile:
        """What to raise when something is not as it must be."""
        return NotAPoolFile(file=self.name)

    def text(self, key: str) -> str:
        """A text of printable characters."""
        value = self.values.get(key)
        if not isinstance(value, str) or len(value) > 200 or not value.isprintable():
            raise self.fault()
        return value

    def id(self, key: str) -> str:
        """What somebody or something is called."""
        value = self.text(key)
        if not ID.fullmatch(value):
            raise self.fault()
        return value

    def hex(self, key: str, size: int = 32) -> str:
        """`size` bytes in lower-case hexadecimal digits."""
        value = self.text(key)
        if len(value) != 2 * size or not _HEX.fullmatch(value):
            raise self.fault()
        return value

    def number(self, key: str) -> int:
        """A whole number from 1 on."""
        value = self.values.get(key)
        if type(value) is not int or not 1 <= value <= 1_000_000:
            raise self.fault()
        return value

    def each(self, key: str) -> list[Facts]:
        """Facts in a list."""
        value = self.values.get(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fault()
        return [Facts(self.name, item) for item in value]

    def only(self, *keys: str) -> None:
        """Pass if there are these facts and no others."""
        if set(self.values) != set(keys):
            raise self.fault()


@dataclass(frozen=True)
class PoolFile:
    """A file taken apart; nothing about it has been verified."""

    name: str
    facts: Facts
    body: bytes
    signed: bytes
    signature: bytes

    @property
    def digest(self) -> str:
        """A fingerprint of all that was signed."""
        return hashlib.sha256(self.signed).hexdigest()

    def signed_with(self, public: str) -> bool:
        """Whether the holder of this Ed25519 key (in hexadecimal digits) signed the file."""
        return verify(bytes.fromhex(public), self.signed, self.signature)


def unpack(name: str, data: bytes, kind: Kind) -> PoolFile:
    """The parts of a file of this kind.

    Raises:
        NotAPoolFile
    """
    fault = NotAPoolFile(file=name)
    head = f"{_MARK} {kind}\n".encode()
    end = data.find(b"\n", len(head))
    if not data.startswith(head) or end < 0 or len(data) < end + 1 + _SIGNATURE_BYTES:
        raise fault
    line = data[len(head) : end]
    try:
        values = json.loads(line)
        again = canonical(values) if isinstance(values, dict) else b""
    except (ValueError, RecursionError) as error:
        raise fault from error
    if again != line:
        raise fault
    signed = data[:-_SIGNATURE_BYTES]
    return PoolFile(name, Facts(name, values), signed[end + 1 :], signed, data[-_SIGNATURE_BYTES:])


def read_pool_file(path: Path, kind: Kind) -> PoolFile:
    """The parts of the file at `path`.

    Raises:
        NotAPoolFile, OSError
    """
    with path.open("rb") as source:
        data = source.read(_LIMIT + 1)
    if len(data) > _LIMIT:
        raise NotAPoolFile(file=path.name)
    return unpack(path.name, data, kind)
