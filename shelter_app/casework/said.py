"""What a journal line about users says of them: all that the header says, apart from what only its owner can use."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shelter_app.vault.header import Header
from shelter_app.vault.rights import SEALED_COMPARTMENTS, Compartment, Right, Role, may
from shelter_app.vault.slots import Slot

__all__ = [
    "UNDONE", "USER_LINES", "Lock", "Person", "UnreadableLine", "everybody_said", "former_in", "former_said", "locks_in", "locks_of", "locks_said", "mark_of", "person_of", "persons_of",
    "persons_said",
]  # fmt: skip

UNDONE: Final = "keys.change_undone"
#: Lines that say who is a user, with which keys. Each of them names the one before it (`Session.saving`).
USER_LINES: Final = frozenset({
    "vault.created", "users.attested", "user.added", "user.disabled", "user.enabled", "user.key_granted",
    "user.key_withdrawn", "user.password_changed", "user.password_dearer", "user.password_reset", "user.removal_begun",
    "user.removed", "vault.sheets_renewed", "keys.replaced", UNDONE,
})  # fmt: skip

#: Epoch and public key of a compartment; the store's key is no pair and has none.
Lock = tuple[int, bytes]


class UnreadableLine(ValueError):
    """A line about users does not say what such a line says."""


@dataclass(frozen=True)
class Person:
    """Somebody who can open the vault, or its recovery sheets (`kind` "recovery"), as a line says it."""

    id: str
    kind: str
    name: str
    role: Role
    #: Public keys: `epub` checks signatures, to `xpub` keys are sealed.
    epub: bytes
    xpub: bytes
    #: Kept from signing in.
    disabled: bool
    #: A digest of what the password or the sheets are compared with, so that an earlier one shows.
    lock: str
    must_change: bool
    #: The compartments of which they hold the key in force.
    holds: frozenset[Compartment]

    def may(self, right: Right) -> bool:
        """Whether they may do this as long as they are not kept from signing in."""
        return self.kind == "user" and not self.disabled and may(self.role, right)


def person_of(header: Header, slot: Slot) -> Person:
    """What the header says of one slot."""
    epochs = {name: key.epoch for name, key in header.compartments.items()}
    epochs[Compartment.STORE] = header.store_epoch
    held = frozenset(name for name, epoch in epochs.items() if epoch in slot.sealed.get(name, {}))
    lock = hashlib.sha256(slot.commit + slot.wrapped).hexdigest()[:32]
    return Person(
        slot.id, slot.kind, slot.name, slot.role, slot.epub, slot.xpub, slot.disabled, lock, slot.must_change, held
    )  # fmt: skip


def locks_of(header: Header) -> dict[Compartment, Lock]:
    """The keys in force: which epoch, and to which public key others write."""
    found = {name: (key.epoch, key.public) for name, key in header.compartments.items()}
    return {Compartment.STORE: (header.store_epoch, b""), **found}


def persons_said(header: Header, ids: Iterable[str]) -> list[dict[str, Any]]:
    """What a line says of these slots; those that the header does not have are left out."""
    slots = [header.slot(slot_id) for slot_id in ids]
    return [_said(person_of(header, slot)) for slot in slots if slot is not None]


def _said(person: Person) -> dict[str, Any]:
    return {
        "id": person.id, "kind": person.kind, "name": person.name, "role": person.role.value,
        "epub": _text(person.epub), "xpub": _text(person.xpub), "disabled": person.disabled, "lock": person.lock,
        "must_change": person.must_change, "holds": sorted(name.value for name in person.holds),
    }  # fmt: skip


def everybody_said(header: Header) -> dict[str, Any]:
    """What the first line that counts says: of all slots, the keys in force, and which header it was."""
    return {
        "people": persons_said(header, [slot.id for slot in header.slots]), "locks": locks_said(header),
        "header": header.seq,
    }  # fmt: skip


def locks_said(header: Header) -> dict[str, Any]:
    """What a line says of the keys in force."""
    return {name.value: [epoch, _text(public)] for name, (epoch, public) in locks_of(header).items()}


def persons_of(detail: Mapping[str, Any]) -> list[Person]:
    """Whom a line sets.

    Raises:
        UnreadableLine
    """
    try:
        return [
            Person(
                str(each["id"]), str(each["kind"]), str(each["name"]), Role(each["role"]), _data(each["epub"]),
                _data(each["xpub"]), bool(each["disabled"]), str(each["lock"]), bool(each["must_change"]),
                frozenset(Compartment(name) for name in each["holds"]),
            )
            for each in detail.get("people", [])
        ]  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableLine from error


def locks_in(detail: Mapping[str, Any]) -> dict[Compartment, Lock] | None:
    """Which keys a line brings into force; None where it says nothing of them.

    Raises:
        UnreadableLine
    """
    said = detail.get("locks")
    if said is None:
        return None
    try:
        locks = {Compartment(name): (int(epoch), _data(public)) for name, (epoch, public) in said.items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise UnreadableLine from error
    if set(locks) != {Compartment.STORE, *SEALED_COMPARTMENTS}:
        raise UnreadableLine
    return locks


def former_said(header: Header) -> list[list[str]]:
    """What a line says of the signature keys that users had before: whose, and which."""
    return [[former.slot, _text(former.epub)] for former in header.former]


def former_in(detail: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """The signature keys for the time before it that a line vouches for.

    Raises:
        UnreadableLine
    """
    try:
        return [(str(owner), _data(epub)) for owner, epub in detail.get("former", [])]
    except (TypeError, ValueError) as error:
        raise UnreadableLine from error


def mark_of(mac: bytes) -> str:
    """How a line about users names the one before it, by its HMAC."""
    return mac.hex()[:32]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _data(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError from error
