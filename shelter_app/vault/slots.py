"""Key slots: how one password, or one set of recovery sheets, opens the keys that somebody was given.

A slot wraps the user's own private keys under the stretched password. The store key and the compartment
keys are sealed to the user's public key, so that giving, removing and replacing keys needs nobody else's
password.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from shelter_app.vault.errors import HeaderDamaged, WrongPassword
from shelter_app.vault.kdf import KdfParams, stretch
from shelter_app.vault.rights import Compartment, Role

__all__ = ["OwnKeys", "Slot", "new_slot", "open_slot", "seal_key", "unseal_keys", "with_password"]

SealedKeys = Mapping[Compartment, Mapping[int, bytes]]
_LABEL = "shelter vault slot 1"


@dataclass(frozen=True)
class Slot:
    """One way into the vault, as the header stores it."""

    id: str
    kind: Literal["user", "recovery"]
    name: str
    role: Role
    #: None for a recovery slot: its secret is random and needs no stretching.
    kdf: KdfParams | None
    #: The user's private keys, encrypted under the password.
    wrapped: bytes
    #: Tells a wrong password from a damaged slot.
    commit: bytes
    #: Public keys: X25519, to which keys are sealed, and Ed25519, which checks signatures.
    xpub: bytes
    epub: bytes
    #: Key by compartment and epoch, each sealed to `xpub`.
    sealed: SealedKeys = field(default_factory=dict)
    must_change: bool = False
    created: str = ""
    disabled: bool = False
    #: For a recovery slot, how many of how many sheets are needed.
    split: tuple[int, int] | None = None

    @property
    def compartments(self) -> frozenset[Compartment]:
        """The compartments for which this slot holds a key of some epoch."""
        return frozenset(name for name, boxes in self.sealed.items() if boxes)


@dataclass(repr=False)
class OwnKeys:
    """The private keys of one user, and the vault's anchor; overwritten by `wipe`.

    The anchor is a secret that every user of the vault shares and that never lies in the header in the
    clear. Sealed keys are bound to it, so that somebody who can write to the folder but never was a user
    cannot slip in keys of their own.
    """

    exchange: bytearray
    signing: bytearray
    anchor: bytearray

    def wipe(self) -> None:
        """Overwrite the keys."""
        for key in (self.exchange, self.signing, self.anchor):
            key[:] = bytes(len(key))


def _public_part(vault_id: str, slot: Slot) -> bytes:
    """What the wrapping is bound to: name and role are not, they may change without a password."""
    from shelter_app.vault.crypto import bind

    return bind(_LABEL, vault_id, slot.id, slot.kind, slot.xpub, slot.epub)


def _stretched(slot: Slot, secret: str | bytes) -> bytearray:
    from shelter_app.vault.crypto import labelled_key

    if isinstance(secret, str):
        if slot.kdf is None:
            raise ValueError("a recovery slot has no password")
        return stretch(secret, slot.kdf)
    return labelled_key(secret, "shelter vault recovery", salt=slot.id.encode(), length=64)


def _commitment(check: bytes | bytearray) -> bytes:
    from shelter_app.vault.crypto import keyed_digest

    return keyed_digest(check, b"shelter vault commitment")


def with_password(slot: Slot, keys: OwnKeys, secret: str | bytes, *, vault_id: str) -> Slot:
    """The slot with the same keys wrapped under another password or recovery secret."""
    from shelter_app.vault.crypto import encrypt

    stretched = _stretched(slot, secret)
    wrapped = encrypt(
        stretched[:32], bytes(keys.exchange + keys.signing + keys.anchor), _public_part(vault_id, slot)
    )
    commit = _commitment(stretched[32:])
    stretched[:] = bytes(64)
    return replace(slot, wrapped=wrapped, commit=commit)


def new_slot(
    *,
    vault_id: str,
    kind: Literal["user", "recovery"],
    name: str,
    role: Role,
    secret: str | bytes,
    kdf: KdfParams | None,
    anchor: bytes | bytearray,
    created: str,
    must_change: bool = False,
    split: tuple[int, int] | None = None,
    slot_id: str | None = None,
    signing: bytes | None = None,
) -> tuple[Slot, OwnKeys]:
    """A slot with new keys of its own, holding no compartment key yet; with `slot_id`, in place of that one.

    `signing` is a new private key for signatures, where that had to be made before.
    """
    from shelter_app.vault.crypto import ed25519_public, x25519_public

    keys = OwnKeys(
        bytearray(secrets.token_bytes(32)), bytearray(signing or secrets.token_bytes(32)), bytearray(anchor)
    )
    slot = Slot(
        id=slot_id or secrets.token_hex(16),
        kind=kind,
        name=name,
        role=role,
        kdf=kdf,
        wrapped=b"",
        commit=b"",
        xpub=x25519_public(keys.exchange),
        epub=ed25519_public(keys.signing),
        must_change=must_change,
        created=created,
        split=split,
    )
    return with_password(slot, keys, secret, vault_id=vault_id), keys


def proves(slot: Slot, secret: str | bytes) -> bool:
    """Whether the password or recovery secret is the one of this slot; opens nothing."""
    return hmac.compare_digest(_commitment(_stretched(slot, secret)[32:]), slot.commit)


def open_slot(slot: Slot, secret: str | bytes, *, vault_id: str) -> OwnKeys:
    """The private keys of the slot.

    Raises:
        WrongPassword: the commitment says that this is another password.
        HeaderDamaged: the password is right, and the slot does not belong to this vault or is damaged.
        NotEnoughMemory: the password cannot be checked on this computer now.
    """
    from shelter_app.vault.crypto import Broken, decrypt

    stretched = _stretched(slot, secret)
    try:
        if not hmac.compare_digest(_commitment(stretched[32:]), slot.commit):
            raise WrongPassword
        try:
            plain = decrypt(stretched[:32], slot.wrapped, _public_part(vault_id, slot))
        except Broken as error:
            raise HeaderDamaged from error
    finally:
        stretched[:] = bytes(64)
    if len(plain) != 96:
        raise HeaderDamaged
    return OwnKeys(bytearray(plain[:32]), bytearray(plain[32:64]), bytearray(plain[64:]))


def _sealing_info(
    anchor: bytes | bytearray, vault_id: str, slot: Slot, compartment: Compartment, epoch: int
) -> bytes:
    from shelter_app.vault.crypto import bind, keyed_digest

    return keyed_digest(
        anchor, bind("shelter vault sealed key 1", vault_id, slot.id, slot.xpub, compartment.value, epoch)
    )


def seal_key(
    slot: Slot,
    compartment: Compartment,
    epoch: int,
    key: bytes | bytearray,
    *,
    anchor: bytes | bytearray,
    vault_id: str,
) -> Slot:
    """The slot with one more key, sealed to its owner; needs no password of theirs."""
    from shelter_app.vault.crypto import seal_to

    box = seal_to(slot.xpub, key, _sealing_info(anchor, vault_id, slot, compartment, epoch))
    boxes = {**slot.sealed.get(compartment, {}), epoch: box}
    return replace(slot, sealed={**slot.sealed, compartment: boxes})


def unseal_keys(slot: Slot, keys: OwnKeys, *, vault_id: str) -> dict[Compartment, dict[int, bytearray]]:
    """Every key that was sealed to this slot, by compartment and epoch.

    Raises:
        HeaderDamaged: one of them does not open, or was not sealed by a user of this vault.
    """
    from shelter_app.vault.crypto import Broken, open_sealed

    opened: dict[Compartment, dict[int, bytearray]] = {}
    for compartment, boxes in slot.sealed.items():
        for epoch, box in boxes.items():
            info = _sealing_info(keys.anchor, vault_id, slot, compartment, epoch)
            try:
                key = open_sealed(keys.exchange, box, info)
            except Broken as error:
                raise HeaderDamaged from error
            if len(key) != 32:
                raise HeaderDamaged
            opened.setdefault(compartment, {})[epoch] = bytearray(key)
    return opened
