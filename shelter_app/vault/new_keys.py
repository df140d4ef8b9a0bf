"""Other keys in place of those that somebody knew: who leaves, or loses a key, takes only the past along.

New keys are made here and sealed to those who stay; nothing counts until the header that names them has been
written. Former keys of the store are not in the slots any more: `casework.key_change` keeps them, sealed,
inside the store. Former keys of a compartment stay in the slots of their holders until everything that lies
under them has been sealed anew (`drop_former_keys`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from shelter_app.vault.crypto import random_key, x25519_public
from shelter_app.vault.errors import (
    DiskFailed,
    DiskFull,
    HeaderDamaged,
    NoWritePermission,
    OwnAccount,
    UnknownUser,
)
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import CompartmentKey, FormerKey, Header, read_header, write_header
from shelter_app.vault.header_change import Before, change_header, unannounced
from shelter_app.vault.keyring import KeyRing, compartment_private, header_mac_key, store_file_key
from shelter_app.vault.lock import held
from shelter_app.vault.rights import SEALED_COMPARTMENTS, Compartment, Right
from shelter_app.vault.slots import Slot, seal_key
from shelter_app.vault.users import refuse_last, timestamp, user_slot

__all__ = [
    "Rotation",
    "bring_into_force",
    "drop_former_keys",
    "plan_removal",
    "plan_renewal",
    "plan_withdrawal",
]


@dataclass(frozen=True)
class Rotation:
    """New keys, ready to come into force with the header that `applied` makes."""

    #: Epoch and key of each compartment that gets a new one.
    secrets: Mapping[Compartment, tuple[int, bytearray]] = field(repr=False)
    applied: Callable[[Header], Header] = field(repr=False)

    @property
    def store_epoch(self) -> int:
        """The epoch of the new store key.

        Raises:
            KeyError: the store keeps its key.
        """
        return self.secrets[Compartment.STORE][0]

    def store_key(self) -> bytearray:
        """The raw key of the new store file, 32 bytes; the caller overwrites it after use."""
        return store_file_key(self.secrets[Compartment.STORE][1])

    def ring(self, by: KeyRing) -> KeyRing:
        """What `by` will hold once this is in force, to write into the new store file before it is."""
        header = self.applied(by.header)
        sealed = header.slot(by.user_id)
        if sealed is None:
            raise HeaderDamaged
        secrets = {
            name: {e: bytearray(by.secret_of(name, e)) for e in by.epochs(name)} for name in Compartment
        }
        for name, (epoch, secret) in self.secrets.items():
            if epoch in sealed.sealed.get(name, {}):
                secrets[name][epoch] = bytearray(secret)
        return KeyRing(header, sealed, by.own_keys, secrets)

    def wipe(self) -> None:
        """Overwrite the new keys: they did not come into force, or lie in a key ring now."""
        for _epoch, secret in self.secrets.values():
            secret[:] = bytes(len(secret))


def _epoch_of(header: Header, compartment: Compartment) -> int:
    if compartment is Compartment.STORE:
        return header.store_epoch
    return header.compartments[compartment].epoch


def _holds(header: Header, slot: Slot, compartment: Compartment) -> bool:
    return _epoch_of(header, compartment) in slot.sealed.get(compartment, {})


def _rotation(
    by: KeyRing, compartments: Collection[Compartment], change: Callable[[Header], Header]
) -> Rotation:
    """New keys for these compartments, given to those who hold the present ones after `change`."""
    anchor, vault_id = bytes(by.anchor), by.vault_id
    secrets = {
        name: (_epoch_of(by.header, name) + 1, random_key()) for name in Compartment if name in compartments
    }

    def applied(header: Header) -> Header:
        changed = change(header)
        for name, (epoch, secret) in secrets.items():
            if epoch != _epoch_of(header, name) + 1:
                raise HeaderDamaged
            for slot in changed.slots:
                if not _holds(header, slot, name):
                    continue
                # The former store key opens a file that is about to go; it is kept inside the new one.
                former = {} if name is Compartment.STORE else slot.sealed[name]
                given = replace(slot, sealed={**slot.sealed, name: former})
                changed = changed.with_slot(
                    seal_key(given, name, epoch, secret, anchor=anchor, vault_id=vault_id)
                )
            if name is not Compartment.STORE:
                public = x25519_public(compartment_private(secret))
                changed = replace(
                    changed, compartments={**changed.compartments, name: CompartmentKey(epoch, public)}
                )
        if Compartment.STORE in secrets:
            changed = replace(changed, store_epoch=secrets[Compartment.STORE][0])
        return changed

    return Rotation(secrets, applied)


def plan_removal(
    by: KeyRing,
    slot_id: str,
    *,
    known: Collection[Compartment] = (),
    store_later: bool = False,
    now: datetime | None = None,
) -> Rotation:
    """Everybody's keys without this person: a new store key, and new keys of what the person could open.

    `known` are compartments of which they could have read the key in force, though their slot has it no more: somebody
    whose password was reset still has what an earlier copy of the header and their former password open. Their signature key stays in the header, so that what they did stays verifiable. With `store_later` the store
    keeps its key for now, since a full disk must not keep anybody from being removed; the header says that it is due.

    Raises:
        NotYours, UnknownUser, LastWayIn, OwnAccount: nothing has been changed.
    """
    by.require(Right.MANAGE_USERS)
    leaving = user_slot(by.header, slot_id)
    refuse_last(by.header, leaving)
    if slot_id == by.user_id:
        raise OwnAccount
    moment = timestamp(now)
    opened = leaving.compartments | set(known) | {Compartment.STORE}
    replaced = opened - {Compartment.STORE} if store_later else opened

    def without(header: Header) -> Header:
        slot = user_slot(header, slot_id)
        refuse_last(header, slot)
        return replace(
            header,
            slots=tuple(other for other in header.slots if other.id != slot_id),
            former=(*header.former, FormerKey(slot.id, slot.epub, moment)),
            rotation_due=header.rotation_due or moment if store_later else None,
        )

    return _rotation(by, replaced, without)


def plan_renewal(by: KeyRing) -> Rotation:
    """New keys of the store and of both compartments for the same people, as after the loss of a laptop.

    Raises:
        NotYours: nothing has been changed.
    """
    by.require(Right.MANAGE_USERS)
    return _rotation(by, frozenset(Compartment), lambda header: replace(header, rotation_due=None))


def plan_withdrawal(by: KeyRing, slot_id: str, compartment: Compartment) -> Rotation:
    """A new key of one compartment for all who hold it but this person, who stays a user of the vault.

    Raises:
        NotYours, UnknownUser, LastWayIn: nothing has been changed.
    """
    by.require(Right.MANAGE_USERS)
    if compartment not in SEALED_COMPARTMENTS:
        raise ValueError("the store key is not withdrawn; remove the user")
    losing = user_slot(by.header, slot_id)
    if compartment not in losing.compartments:
        raise UnknownUser
    refuse_last(by.header, losing, only=compartment)

    def without(header: Header) -> Header:
        slot = user_slot(header, slot_id)
        refuse_last(header, slot, only=compartment)
        kept = {name: boxes for name, boxes in slot.sealed.items() if name is not compartment}
        return header.with_slot(replace(slot, sealed=kept))

    return _rotation(by, {compartment}, without)


def bring_into_force(
    folder: VaultFolder, by: KeyRing, rotation: Rotation, before: Before = unannounced
) -> None:
    """Write the header that names the new keys; from the first copy on, they are the ones that count.

    The key ring holds the new keys afterwards, unless its owner is the one who loses them. `before` is told of the
    header first.

    Raises:
        VaultInUse, HeaderDamaged, DiskFull, NoWritePermission, DiskFailed: the former keys are in force.
    """
    with held(folder):
        mac_key = by.header_mac_key()
        sound = [copy.header for copy in read_header(folder).copies if copy.authentic(mac_key)]
        if not sound or sound[0].vault_id != by.vault_id:
            raise HeaderDamaged
        base = by.header if by.header in sound else sound[0]
        changed = rotation.applied(base)
        if Compartment.STORE in rotation.secrets:
            mac_key = header_mac_key(rotation.secrets[Compartment.STORE][1], by.anchor)
        before(changed)
        try:
            written = write_header(folder, changed, mac_key)
            by.needs_mending = False
        except (DiskFull, NoWritePermission, DiskFailed, OSError):
            # Where one copy could be written, the next sign-in goes by it, and so must this session.
            newest = read_header(folder).copies[0]
            if newest.header.seq <= base.seq or not newest.authentic(mac_key):
                raise
            written, by.needs_mending = newest.header, True
        finally:
            mac_key[:] = bytes(len(mac_key))
        by.adopt(written, rotation.secrets)


def drop_former_keys(folder: VaultFolder, by: KeyRing, compartment: Compartment) -> None:
    """Take the former keys of a compartment out of all slots; the caller has kept them in the store."""

    def dropped(header: Header) -> Header:
        epoch = _epoch_of(header, compartment)
        for slot in header.slots:
            boxes = slot.sealed.get(compartment, {})
            if epoch in boxes and len(boxes) > 1:
                kept = {**slot.sealed, compartment: {epoch: boxes[epoch]}}
                header = header.with_slot(replace(slot, sealed=kept))
        return header

    change_header(folder, by, dropped)
