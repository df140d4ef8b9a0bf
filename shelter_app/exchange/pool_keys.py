"""Keys of a pool: a public file to hand round and compare by phone, and a private one that a password opens.

An office's private key lies in its vault. Receivers and the coordinating body have no vault: theirs is a file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from shelter_app.exchange.pool_errors import BadPoolName, KeyFileDamaged, WrongKeyPassword
from shelter_app.exchange.pool_files import ID, PoolFile, canonical, pack
from shelter_app.vault import crypto
from shelter_app.vault.kdf import KdfParams, stretch

__all__ = [
    "PoolKeys",
    "PublicKey",
    "Role",
    "new_pool_keys",
    "open_key_file",
    "pool_keys",
    "public_key",
    "public_key_file",
    "sealed_key_file",
]

Role = Literal["office", "receiver", "coordinator"]
_FORMAT = "shelter-pool-private-key/1"
_LIMIT = 64 * 1024
_GROUPS, _DIGITS = 6, 5


@dataclass(frozen=True)
class PublicKey:
    """Who somebody in a pool is: the key that checks their signatures, and a receiver's key to encrypt to."""

    role: Role
    id: str
    sign: str
    #: Empty for whoever receives nothing encrypted.
    exchange: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """As it stands in files."""
        return {"role": self.role, "id": self.id, "sign": self.sign, "exchange": self.exchange}

    @property
    def fingerprint(self) -> str:
        """Thirty digits in groups of five: all that makes this key this key, to be read out over the phone."""
        digest = hashlib.sha256(b"shelter pool key 1 " + canonical(self.facts)).digest()
        digits = f"{int.from_bytes(digest) % 10 ** (_GROUPS * _DIGITS):0{_GROUPS * _DIGITS}d}"
        return " ".join(digits[start : start + _DIGITS] for start in range(0, len(digits), _DIGITS))

    def is_said(self, fingerprint: str) -> bool:
        """Whether somebody typed this key's fingerprint, however the digits are grouped."""
        digits = "".join(letter for letter in fingerprint if letter not in " -\u3000")
        return hmac.compare_digest(digits.encode(), self.fingerprint.replace(" ", "").encode())


@dataclass(repr=False)
class PoolKeys:
    """Private keys: 32 bytes for signing, and for receivers 32 bytes for opening."""

    public: PublicKey
    signing: bytes
    exchange: bytes

    def sign(self, data: bytes) -> bytes:
        """A signature of 64 bytes."""
        return crypto.sign(self.signing, data)

    def secret(self, label: str) -> bytes:
        """A secret of 32 bytes for one purpose, always the same."""
        return bytes(crypto.labelled_key(self.signing, f"shelter pool {label}"))


def new_pool_keys(role: Role, name: str) -> PoolKeys:
    """New keys.

    Raises:
        BadPoolName: nobody can be called so.
    """
    if not ID.fullmatch(name):
        raise BadPoolName(name=name)
    return pool_keys(
        role, name, bytes(crypto.random_key()), bytes(crypto.random_key()) if role == "receiver" else b""
    )


def pool_keys(role: Role, name: str, signing: bytes, exchange: bytes = b"") -> PoolKeys:
    """Keys from their private halves."""
    sealing = crypto.x25519_public(exchange).hex() if exchange else ""
    return PoolKeys(PublicKey(role, name, crypto.ed25519_public(signing).hex(), sealing), signing, exchange)


def public_key_file(keys: PoolKeys) -> bytes:
    """The public file, signed with its own key, so that nobody can hand out the key of somebody else as theirs."""
    return pack("key", keys.public.facts, b"", keys.sign)


def public_key(file: PoolFile) -> PublicKey:
    """The key in a public file.

    Raises:
        NotAPoolFile: it is not sound, or not signed with its own key.
    """
    facts = file.facts
    facts.only("role", "id", "sign", "exchange")
    role = facts.text("role")
    if role not in get_args(Role) or file.body or not file.signed_with(facts.hex("sign")):
        raise facts.fault()
    exchange = facts.hex("exchange") if role == "receiver" else facts.text("exchange")
    if role != "receiver" and exchange:
        raise facts.fault()
    return PublicKey(role, facts.id("id"), facts.hex("sign"), exchange)  # type: ignore[arg-type]


def _bound(public: PublicKey) -> bytes:
    return crypto.bind(_FORMAT, *public.facts.values())


def sealed_key_file(keys: PoolKeys, password: str, kdf: KdfParams) -> bytes:
    """The private file: the keys under a password that Argon2id stretches."""
    stretched = stretch(password, kdf)
    box = crypto.encrypt(stretched[:32], keys.signing + keys.exchange, _bound(keys.public))
    commit = crypto.keyed_digest(stretched[32:], b"shelter pool commitment")
    stretched[:] = bytes(64)
    body = {
        "format": _FORMAT,
        "public": keys.public.facts,
        "kdf": {
            "memory_kib": kdf.memory_kib,
            "passes": kdf.passes,
            "lanes": kdf.lanes,
            "salt": kdf.salt.hex(),
        },
        "commit": commit.hex(),
        "box": box.hex(),
    }
    return json.dumps(body, indent=1).encode() + b"\n"


def open_key_file(path: Path, password: str) -> PoolKeys:
    """The keys in a private file.

    Raises:
        KeyFileDamaged, WrongKeyPassword, NotEnoughMemory, OSError
    """
    damaged = KeyFileDamaged(file=path.name)
    with path.open("rb") as source:
        data = source.read(_LIMIT)
    try:
        body = json.loads(data)
        public = PublicKey(**body["public"])
        kdf = KdfParams(
            int(body["kdf"]["memory_kib"]), int(body["kdf"]["passes"]), int(body["kdf"]["lanes"]),
            bytes.fromhex(body["kdf"]["salt"]),
        )  # fmt: skip
        commit, box = bytes.fromhex(body["commit"]), bytes.fromhex(body["box"])
        bound = _bound(public)
        sound = body["format"] == _FORMAT and kdf.readable and public.role in get_args(Role)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged from error
    if not sound:
        raise damaged
    stretched = stretch(password, kdf)
    try:
        if not hmac.compare_digest(crypto.keyed_digest(stretched[32:], b"shelter pool commitment"), commit):
            raise WrongKeyPassword
        plain = crypto.decrypt(stretched[:32], box, bound)
    except crypto.Broken as error:
        raise damaged from error
    finally:
        stretched[:] = bytes(64)
    try:
        keys = pool_keys(public.role, public.id, plain[:32], plain[32:])
    except ValueError as error:
        raise damaged from error
    if keys.public != public:
        raise damaged
    return keys
