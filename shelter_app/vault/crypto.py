"""The few cryptographic operations that the vault uses, each with one fixed choice.

Why these: `docs/decisions/002-keys.md`. Nothing here knows what a user, a slot or a case is.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

__all__ = [
    "Broken",
    "bind",
    "decrypt",
    "ed25519_public",
    "encrypt",
    "expand_key",
    "extract_prk",
    "keyed_digest",
    "labelled_key",
    "open_sealed",
    "pad",
    "random_key",
    "seal_to",
    "sign",
    "unpad",
    "verify",
    "x25519_public",
]

_HASH = hashes.SHA256()
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
_SALT_BYTES = 16
_NONCE_BYTES = 12
_TAG_BYTES = 16
_LENGTH_BYTES = 4
_SMALLEST_BUCKET = 128
_LARGE_STEP = 4096


class Broken(Exception):
    """The bytes do not open with this key in this context; the caller says what that means."""


def bind(*fields: str | bytes | int) -> bytes:
    """One unambiguous byte string from several fields: each is preceded by its length."""
    parts = []
    for field in fields:
        if isinstance(field, str):
            data = field.encode()
        elif isinstance(field, int):
            data = b"%d" % field
        else:
            data = field
        parts.append(b"%d:%b," % (len(data), data))
    return b"".join(parts)


def random_key() -> bytearray:
    """32 bytes from the system's generator."""
    return bytearray(secrets.token_bytes(32))


def labelled_key(
    secret: bytes | bytearray, label: str, *, salt: bytes | None = None, length: int = 32
) -> bytearray:
    """A key for one purpose from a secret (HKDF-SHA256); other labels give unrelated keys."""
    key = bytearray(length)
    HKDF(_HASH, length, salt, label.encode()).derive_into(secret, key)
    return key


def extract_prk(secret: bytes | bytearray, label: str) -> bytearray:
    """The part of HKDF that is the same for all parts of one compartment and epoch, kept for speed."""
    return bytearray(HKDF.extract(_HASH, label.encode(), secret))


def expand_key(prk: bytes | bytearray, salt: bytes) -> bytes:
    """The key of one part: HKDF-Expand with the part's own salt."""
    return HKDFExpand(_HASH, 32, salt).derive(prk)


def keyed_digest(key: bytes | bytearray, data: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.digest(key, data, hashlib.sha256)


def encrypt(prk: bytes | bytearray, data: bytes, context: bytes) -> bytes:
    """`data` under a fresh key from `prk`, bound to `context`: salt, nonce, ciphertext and tag.

    28 random bytes choose key and nonce of every part, so that two laptops that share a vault, a restored
    backup or a copied folder never meet the same pair again.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return salt + nonce + ChaCha20Poly1305(expand_key(prk, salt)).encrypt(nonce, data, context)


def decrypt(prk: bytes | bytearray, box: bytes, context: bytes) -> bytes:
    """What `encrypt` was given.

    Raises:
        Broken: wrong key, other context, or changed bytes.
    """
    if len(box) < _SALT_BYTES + _NONCE_BYTES + _TAG_BYTES:
        raise Broken
    salt, nonce, sealed = box[:_SALT_BYTES], box[_SALT_BYTES : _SALT_BYTES + _NONCE_BYTES], box[28:]
    try:
        return ChaCha20Poly1305(expand_key(prk, salt)).decrypt(nonce, sealed, context)
    except InvalidTag as error:
        raise Broken from error


def pad(data: bytes) -> bytes:
    """`data` with its length in front, filled with zeros to a bucket: a length then tells little.

    Buckets are powers of two from 128 bytes to 4 KiB, then multiples of 4 KiB.
    """
    length = _LENGTH_BYTES + len(data)
    if length <= _LARGE_STEP:
        bucket = max(_SMALLEST_BUCKET, 1 << (length - 1).bit_length())
    else:
        bucket = -(-length // _LARGE_STEP) * _LARGE_STEP
    return len(data).to_bytes(_LENGTH_BYTES, "big") + data + bytes(bucket - length)


def unpad(padded: bytes) -> bytes:
    """What `pad` was given.

    Raises:
        Broken: these are not padded bytes.
    """
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    if len(padded) < _LENGTH_BYTES + length:
        raise Broken
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]


def seal_to(public: bytes, data: bytes | bytearray, info: bytes) -> bytes:
    """`data` for the holder of one X25519 key (HPKE, RFC 9180), bound to `info`."""
    return _SUITE.encrypt(data, X25519PublicKey.from_public_bytes(public), info=info)


def open_sealed(private: bytes | bytearray, box: bytes, info: bytes) -> bytes:
    """What `seal_to` was given.

    Raises:
        Broken: other key, other `info`, or changed bytes.
    """
    try:
        return _SUITE.decrypt(box, X25519PrivateKey.from_private_bytes(private), info=info)
    except (InvalidTag, ValueError) as error:
        raise Broken from error


def x25519_public(private: bytes | bytearray) -> bytes:
    """The public half of an X25519 key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def ed25519_public(private: bytes | bytearray) -> bytes:
    """The public half of an Ed25519 key."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes | bytearray, data: bytes) -> bytes:
    """An Ed25519 signature of 64 bytes."""
    return signer(private)(data)


def signer(private: bytes | bytearray) -> Callable[[bytes], bytes]:
    """Makes Ed25519 signatures of 64 bytes; preparing the key takes longer than one of them."""
    return Ed25519PrivateKey.from_private_bytes(private).sign


def verify(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether the holder of `public` signed `data`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
