"""What an unlocked user holds, and what can be done with it.

A key ring is made by `vault.unlock` and lives as long as the session. The keys lie in bytearrays, which
`close` overwrites; only a fresh process clears the copies that Python and OpenSSL make, which is why a lock
replaces the process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shelter_app.vault import crypto, parts
from shelter_app.vault.crypto import Broken
from shelter_app.vault.errors import DataDamaged, HeaderDamaged, KeyNotHeld, NotYours
from shelter_app.vault.header import Header
from shelter_app.vault.parts import Box, Place
from shelter_app.vault.rights import SEALED_COMPARTMENTS, Compartment, Right, Role, may_with_keys
from shelter_app.vault.slots import OwnKeys, Slot

__all__ = [
    "Box",
    "KeyRing",
    "compartment_private",
    "header_mac_key",
    "holders",
    "store_file_key",
    "verify",
]

_FILE_FORMAT = b"\x01"


def verify(epub: bytes, data: bytes, signature: bytes) -> bool:
    """Whether the user with this public key signed `data`."""
    return crypto.verify(epub, data, signature)


def compartment_private(secret: bytes | bytearray) -> bytearray:
    """The private key that belongs to a compartment's public key in the header."""
    return crypto.labelled_key(secret, "shelter compartment exchange 1")


def store_file_key(secret: bytes | bytearray) -> bytearray:
    """The raw key of the store's file under a store key."""
    return crypto.labelled_key(secret, "shelter store.db 1")


def header_mac_key(secret: bytes | bytearray, anchor: bytes | bytearray) -> bytearray:
    """The key of the header's MAC under a store key."""
    return crypto.labelled_key(secret, "shelter header 1", salt=bytes(anchor))


def holders(header: Header, compartment: Compartment) -> tuple[Slot, ...]:
    """The users who can open a compartment now."""
    if compartment is Compartment.STORE:
        return tuple(slot for slot in header.users if not slot.disabled)
    epoch = header.compartments[compartment].epoch
    return tuple(
        slot for slot in header.users if not slot.disabled and epoch in slot.sealed.get(compartment, {})
    )


class KeyRing:
    """The keys of one user of one vault while they are signed in."""

    def __init__(
        self, header: Header, slot: Slot, own: OwnKeys, secrets: dict[Compartment, dict[int, bytearray]]
    ) -> None:
        self.header = header
        self.user_id = slot.id
        #: Whether the vault's two header copies should be written anew at the next chance.
        self.needs_mending = False
        #: The password opened only how an older copy of the header locked this user's keys.
        self.by_former_lock = False
        #: What was signed of this user's role, and of public keys of compartments; it counts, whatever the header says.
        self.signed_role: Role | None = None
        self.signed_locks: dict[Compartment, tuple[int, bytes]] = {}
        #: How long checking the password took; 0 where none was checked.
        self.seconds = 0.0
        self._own = own
        self._secrets = secrets
        self._prks: dict[tuple[Compartment, int], bytearray] = {}
        self._draft_prk: bytearray | None = None
        self._signer: Callable[[bytes], bytes] | None = None
        self._closed = False
        if header.store_epoch not in secrets.get(Compartment.STORE, {}):
            raise HeaderDamaged
        if not header.compartments.keys() >= set(SEALED_COMPARTMENTS):
            raise HeaderDamaged

    def __repr__(self) -> str:
        return f"<KeyRing of slot {self.user_id[:8]}>"

    # Who this is

    @property
    def slot(self) -> Slot:
        """The user's slot as the header has it now."""
        slot = self.header.slot(self.user_id)
        if slot is None:
            raise HeaderDamaged
        return slot

    @property
    def vault_id(self) -> str:
        """The random id of the vault."""
        return self.header.vault_id

    @property
    def name(self) -> str:
        """The name under which the user signs in."""
        return self.slot.name

    @property
    def role(self) -> Role:
        """What the user does at the post."""
        return self.signed_role or self.slot.role

    @property
    def must_change(self) -> bool:
        """Whether the user has to choose a password of their own before anything else."""
        return self.slot.must_change

    @property
    def epub(self) -> bytes:
        """The public key that checks this user's signatures."""
        return self.slot.epub

    def may(self, right: Right) -> bool:
        """Whether role and keys together allow this."""
        held = [name for name in Compartment if self.holds(name)]
        return not self._closed and may_with_keys(self.role, right, held)

    def require(self, right: Right) -> None:
        """Pass if the user may do this.

        Raises:
            NotYours: role or keys do not allow it.
        """
        if not self.may(right):
            raise NotYours(right)

    # Keys

    def public_held(self, compartment: Compartment) -> bytes | None:
        """The public key of the key in force as the user holds it, whatever the header says; None without it."""
        secret = self._secrets.get(compartment, {}).get(self.header.compartments[compartment].epoch)
        return None if secret is None else crypto.x25519_public(compartment_private(secret))

    def holds(self, compartment: Compartment) -> bool:
        """Whether the user can read what is written into this compartment now."""
        current = self.header.store_epoch
        if compartment is not Compartment.STORE:
            current = self.header.compartments[compartment].epoch
        return current in self._secrets.get(compartment, {})

    def epochs(self, compartment: Compartment) -> tuple[int, ...]:
        """The epochs of a compartment that the user can open, oldest first."""
        return tuple(sorted(self._secrets.get(compartment, {})))

    def _secret(self, compartment: Compartment, epoch: int | None = None) -> bytearray:
        if self._closed:
            raise RuntimeError("the key ring is closed")
        if epoch is None:
            epoch = self.header.store_epoch
            if compartment is not Compartment.STORE:
                epoch = self.header.compartments[compartment].epoch
        secret = self._secrets.get(compartment, {}).get(epoch)
        if secret is None:
            who = holders(self.header, compartment)
            roles = tuple(role for role in Role if any(slot.role is role for slot in who))
            raise KeyNotHeld(compartment, tuple(slot.name for slot in who), roles)
        return secret

    def store_key(self, epoch: int | None = None) -> bytearray:
        """The raw key of `store.db`, 32 bytes; the caller overwrites it after use."""
        return store_file_key(self._secret(Compartment.STORE, epoch))

    def index_key(self) -> bytearray:
        """The raw key of `people.idx`, 32 bytes; the caller overwrites it after use.

        Raises:
            KeyNotHeld: the user has no key for people.
        """
        return crypto.labelled_key(self._secret(Compartment.PEOPLE), "shelter people.idx 1")

    def journal_key(self, epoch: int | None = None) -> bytearray:
        """The key of the journal's MACs under the store key of an epoch, the current one unless given."""
        return crypto.labelled_key(self._secret(Compartment.STORE, epoch), "shelter journal 1")

    def derive(self, label: str, epoch: int | None = None) -> bytes:
        """32 bytes for one named purpose that every user of the vault can derive, and nobody else."""
        return bytes(
            crypto.labelled_key(self._secret(Compartment.STORE, epoch), f"shelter derived 1 {label}")
        )

    def header_mac_key(self) -> bytearray:
        """The key under which the header's copies are checked; of use inside this package."""
        return header_mac_key(self._secret(Compartment.STORE), self._own.anchor)

    @property
    def anchor(self) -> bytearray:
        """The secret that sealed keys are bound to; of use inside this package."""
        return self._own.anchor

    @property
    def own_keys(self) -> OwnKeys:
        """The user's private keys; of use inside this package."""
        return self._own

    def secret_of(self, compartment: Compartment, epoch: int) -> bytearray:
        """The key of one compartment and epoch, to seal it to somebody else.

        Raises:
            KeyNotHeld: the user does not hold it, so cannot give it.
        """
        return self._secret(compartment, epoch)

    def adopt(self, header: Header, secrets: Mapping[Compartment, tuple[int, bytearray]]) -> None:
        """Go by a header that has just been written, with those of its new keys that are for this user."""
        self.header = header
        sealed = self.slot.sealed
        for name, (epoch, secret) in secrets.items():
            if epoch in sealed.get(name, {}):
                self._secrets.setdefault(name, {})[epoch] = bytearray(secret)
        for name in SEALED_COMPARTMENTS:
            if name not in sealed:
                for secret in self._secrets.pop(name, {}).values():
                    secret[:] = bytes(len(secret))
                self._prks = {place: prk for place, prk in self._prks.items() if place[0] is not name}

    # Former keys, as the store keeps them

    def seal_old_key(self, compartment: Compartment, epoch: int, *, under: bytearray, named: int) -> bytes:
        """A former key of a compartment sealed under a later one, `under`, of epoch `named`."""
        secret = self._secret(compartment, epoch)
        return crypto.encrypt(
            crypto.extract_prk(under, "shelter old key 1"),
            bytes(secret),
            self._old(compartment, epoch, named),
        )

    def learn_old_key(self, compartment: Compartment, epoch: int, box: bytes, *, under: int) -> None:
        """Hold a former key again that `seal_old_key` was given; nothing happens without the later key.

        Raises:
            DataDamaged: the bytes were changed.
        """
        later = self._secrets.get(compartment, {}).get(under)
        if later is None or epoch in self._secrets[compartment]:
            return
        try:
            prk = crypto.extract_prk(later, "shelter old key 1")
            secret = crypto.decrypt(prk, box, self._old(compartment, epoch, under))
        except Broken as error:
            raise DataDamaged from error
        self._secrets[compartment][epoch] = bytearray(secret)

    def _old(self, compartment: Compartment, epoch: int, under: int) -> bytes:
        return crypto.bind("shelter old key 1", self.vault_id, compartment.value, epoch, under)

    # Sealed parts

    def _prk(self, compartment: Compartment, epoch: int) -> bytearray:
        prk = self._prks.get((compartment, epoch))
        if prk is None:
            prk = crypto.extract_prk(self._secret(compartment, epoch), "shelter part 1")
            self._prks[compartment, epoch] = prk
        return prk

    def _place(self, compartment: Compartment, case: str, entry: str, revision: str) -> Place:
        return Place(self.header.vault_id, compartment, case, entry, revision)

    def seal(self, compartment: Compartment, data: bytes, *, case: str, entry: str, revision: str) -> Box:
        """A sealed part that opens only at this place.

        Raises:
            KeyNotHeld: write it with `seal_inbox` instead.
        """
        epoch = self.header.compartments[compartment].epoch
        place = self._place(compartment, case, entry, revision)
        return parts.seal_with_key(self._prk(compartment, epoch), epoch, data, place)

    def seal_inbox(
        self, compartment: Compartment, data: bytes, *, case: str, entry: str, revision: str
    ) -> Box:
        """A part for a compartment that the user may write to and not read, signed by them."""
        if self._closed:
            raise RuntimeError("the key ring is closed")
        key = self.header.compartments[compartment]
        epoch, public = self.signed_locks.get(compartment, (key.epoch, key.public))
        place = self._place(compartment, case, entry, revision)
        return parts.seal_to_inbox(public, epoch, data, place, signing=self._own.signing, author=self.epub)

    def seal_for(self, compartment: Compartment, data: bytes, *, case: str, entry: str, revision: str) -> Box:
        """A sealed part in the one way or the other, by what the user holds."""
        write = self.seal if self.holds(compartment) else self.seal_inbox
        return write(compartment, data, case=case, entry=entry, revision=revision)

    def open(
        self,
        compartment: Compartment,
        box: Box,
        *,
        case: str,
        entry: str,
        revision: str,
        author: bytes | None = None,
    ) -> bytes:
        """What was sealed for this place; `author` is the public key of who wrote an inbox part.

        Raises:
            KeyNotHeld: the user cannot read this compartment, or not of this epoch.
            DataDamaged: the part was changed, moved here from elsewhere, or signed by somebody else.
        """
        place = self._place(compartment, case, entry, revision)
        try:
            if box.sealing == "key":
                return parts.open_with_key(self._prk(compartment, box.epoch), box, place)
            if author is None:
                raise ValueError("an inbox part is opened with its author's public key")
            private = compartment_private(self._secret(compartment, box.epoch))
            return parts.open_from_inbox(private, box, place, author=author)
        except Broken as error:
            raise DataDamaged from error

    # What is the user's own

    def seal_private(self, data: bytes, *, label: str = "draft") -> bytes:
        """Bytes that only this user can open, in this vault and under this label."""
        return crypto.encrypt(self._private_prk(), crypto.pad(data), self._private_bound(label))

    def open_private(self, box: bytes, *, label: str = "draft") -> bytes:
        """What `seal_private` was given.

        Raises:
            DataDamaged: the bytes were changed, or are another user's.
        """
        try:
            return crypto.unpad(crypto.decrypt(self._private_prk(), box, self._private_bound(label)))
        except Broken as error:
            raise DataDamaged from error

    def _private_prk(self) -> bytearray:
        if self._closed:
            raise RuntimeError("the key ring is closed")
        if self._draft_prk is None:
            self._draft_prk = crypto.extract_prk(self._own.exchange, "shelter private 1")
        return self._draft_prk

    def _private_bound(self, label: str) -> bytes:
        return crypto.bind("shelter private 1", self.vault_id, self.user_id, label)

    def sign(self, data: bytes) -> bytes:
        """The user's signature, 64 bytes; `verify` checks it."""
        if self._closed:
            raise RuntimeError("the key ring is closed")
        if self._signer is None:
            self._signer = crypto.signer(self._own.signing)
        return self._signer(data)

    @staticmethod
    def verify(epub: bytes, data: bytes, signature: bytes) -> bool:
        """Whether the user with this public key signed `data`."""
        return crypto.verify(epub, data, signature)

    # Attachments

    def seal_file(self, data: bytes) -> tuple[bytes, bytes]:
        """A new key, to be kept in a sealed part, and the bytes of the file."""
        key = bytes(crypto.random_key())
        sealed = crypto.encrypt(key, crypto.pad(data), crypto.bind("shelter file 1", self.vault_id))
        return key, _FILE_FORMAT + sealed

    def open_file(self, key: bytes, box: bytes) -> bytes:
        """What `seal_file` was given.

        Raises:
            DataDamaged: the file was changed or shortened, or is another one.
        """
        try:
            if box[:1] != _FILE_FORMAT:
                raise Broken
            return crypto.unpad(crypto.decrypt(key, box[1:], crypto.bind("shelter file 1", self.vault_id)))
        except Broken as error:
            raise DataDamaged from error

    def close(self) -> None:
        """Overwrite every key that is held; the ring opens nothing any more."""
        for epochs in self._secrets.values():
            for secret in epochs.values():
                secret[:] = bytes(len(secret))
        for prk in (*self._prks.values(), self._draft_prk or bytearray()):
            prk[:] = bytes(len(prk))
        self._prks.clear()
        self._draft_prk = None
        self._signer = None
        self._own.wipe()
        self._closed = True
