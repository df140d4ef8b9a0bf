"""The X25519 key of a receiver as the tool `age` writes keys, so that a package opens with standard tools alone.

An age recipient is an X25519 public key in Bech32, and an age identity the private one: nothing is derived, so a
receiver's key file and the text for `age` are the same key.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["age_identity", "age_recipient", "decrypt", "encrypt"]

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK_LENGTH = 6


def age_recipient(public: bytes) -> str:
    """The public key as "age1…"."""
    return _bech32("age", public)


def age_identity(private: bytes) -> str:
    """The private key as "AGE-SECRET-KEY-1…": whoever reads it opens every package for this receiver."""
    return _bech32("age-secret-key-", private).upper()


def _bech32(prefix: str, data: bytes) -> str:
    """Bech32 as BIP 173 defines it, without its limit of length, as age uses it."""
    bits = int.from_bytes(data)
    spare = -(len(data) * 8) % 5
    count = (len(data) * 8 + spare) // 5
    words = [(bits << spare) >> 5 * (count - 1 - place) & 31 for place in range(count)]
    spread = [*(ord(letter) >> 5 for letter in prefix), 0, *(ord(letter) & 31 for letter in prefix)]
    check = _polymod((*spread, *words, *[0] * _CHECK_LENGTH)) ^ 1
    words += [check >> 5 * (_CHECK_LENGTH - 1 - place) & 31 for place in range(_CHECK_LENGTH)]
    return prefix + "1" + "".join(_LETTERS[word] for word in words)


def _polymod(words: Iterable[int]) -> int:
    check = 1
    for word in words:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ word
        for place, factor in enumerate(_GENERATOR):
            check ^= factor if top >> place & 1 else 0
    return check


def encrypt(data: bytes, public: bytes) -> bytes:
    """`data` as an age file for the holder of one X25519 key."""
    import pyrage

    return bytes(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(age_recipient(public))]))


def decrypt(box: bytes, private: bytes) -> bytes | None:
    """The content of an age file; None when this key does not open it, or any byte was changed or cut off."""
    import pyrage

    try:
        return bytes(pyrage.decrypt(box, [pyrage.x25519.Identity.from_str(age_identity(private))]))
    except pyrage.DecryptError:
        return None
