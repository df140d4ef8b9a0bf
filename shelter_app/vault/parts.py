"""Sealed parts: one entry's identifying or health values, bound to the place where they belong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shelter_app.vault import crypto
from shelter_app.vault.crypto import Broken
from shelter_app.vault.rights import Compartment

__all__ = ["Box", "Place", "open_from_inbox", "open_with_key", "seal_to_inbox", "seal_with_key"]

_FORMAT = b"\x01"
_SIGNATURE_BYTES = 64


@dataclass(frozen=True)
class Box:
    """A sealed part as the store keeps it: the epoch of its key, the way it was sealed, and the bytes."""

    epoch: int
    sealing: Literal["key", "inbox"]
    data: bytes


@dataclass(frozen=True)
class Place:
    """Where a part belongs. It opens nowhere else: not in another case, entry, revision or compartment."""

    vault_id: str
    compartment: Compartment
    case: str
    entry: str
    revision: str

    def bound(self, sealing: str, epoch: int) -> bytes:
        """The associated data of a part sealed in this way under the key of this epoch."""
        # Written out rather than by `crypto.bind`, for speed: the first fields have no line breaks, and the
        # lengths in front of the last three keep one from running into the next.
        return (
            f"shelter part 1\n{sealing}\n{self.vault_id}\n{self.compartment}\n{epoch}\n"
            f"{len(self.case)}:{self.case}{len(self.entry)}:{self.entry}{len(self.revision)}:{self.revision}"
        ).encode()


def seal_with_key(prk: bytearray, epoch: int, data: bytes, place: Place) -> Box:
    """A part under the compartment's key."""
    sealed = crypto.encrypt(prk, crypto.pad(data), place.bound("key", epoch))
    return Box(epoch, "key", _FORMAT + sealed)


def open_with_key(prk: bytearray, box: Box, place: Place) -> bytes:
    """What `seal_with_key` was given.

    Raises:
        Broken: another key, another place, or changed bytes.
    """
    if box.data[:1] != _FORMAT:
        raise Broken
    return crypto.unpad(crypto.decrypt(prk, box.data[1:], place.bound("key", box.epoch)))


def seal_to_inbox(
    public: bytes, epoch: int, data: bytes, place: Place, *, signing: bytearray, author: bytes
) -> Box:
    """A part for the holders of a compartment's key, from somebody who holds none, with their signature.

    The author's public key is part of what the box is bound to, so that nobody can put their own
    signature on somebody else's box.
    """
    bound = crypto.bind(place.bound("inbox", epoch), author)
    sealed = crypto.seal_to(public, crypto.pad(data), bound)
    return Box(epoch, "inbox", _FORMAT + crypto.sign(signing, bound + sealed) + sealed)


def open_from_inbox(private: bytearray, box: Box, place: Place, *, author: bytes) -> bytes:
    """What `author` sealed.

    Raises:
        Broken: somebody else sealed it, for another place, or the bytes were changed.
    """
    bound = crypto.bind(place.bound("inbox", box.epoch), author)
    signature, sealed = box.data[1 : 1 + _SIGNATURE_BYTES], box.data[1 + _SIGNATURE_BYTES :]
    if box.data[:1] != _FORMAT or not crypto.verify(author, bound + sealed, signature):
        raise Broken
    return crypto.unpad(crypto.open_sealed(private, sealed, bound))
