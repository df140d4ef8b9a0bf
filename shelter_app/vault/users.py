"""Users of a vault: adding, granting, disabling and enabling them, changing and resetting a password.

Removing somebody and withdrawing a key means new keys for all others: `vault.new_keys`.

Every change goes through `header_change`, and can be told to somebody before it is written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from shelter_app.vault.errors import (
    GrantRefused,
    LastWayIn,
    NameRefused,
    OwnAccount,
    PasswordRefused,
    UnknownUser,
    WrongPassword,
)
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import FormerKey, Header
from shelter_app.vault.header_change import Before, change_header, unannounced
from shelter_app.vault.kdf import KdfParams, raised
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.passphrases import as_suggested
from shelter_app.vault.passwords import check_password, same_password
from shelter_app.vault.rights import (
    ROLE_COMPARTMENTS,
    ROLE_MAY_BE_GRANTED,
    SEALED_COMPARTMENTS,
    Compartment,
    Right,
    Role,
    may,
)
from shelter_app.vault.slots import Slot, new_slot, proves, seal_key, with_password
from shelter_i18n import N_

__all__ = [
    "add_user",
    "change_password",
    "clean_name",
    "disable_user",
    "enable_user",
    "find_user",
    "grant",
    "raise_cost",
    "refuse_last",
    "reset_user",
    "timestamp",
    "user_slot",
]


def timestamp(now: datetime | None = None) -> str:
    """A moment as the header writes it: UTC, to the second."""
    return (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")


def clean_name(name: str) -> str:
    """The name as the header keeps it.

    Raises:
        NameRefused: empty, too long, or with characters that cannot be seen.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(name) <= 64 or not name.isprintable():
        raise NameRefused
    return name


def find_user(header: Header, name: str) -> Slot:
    """The user of this name; capitals, full-width letters and spaces around it do not matter.

    Raises:
        UnknownUser: there is none.
    """

    def folded(text: str) -> str:
        return unicodedata.normalize("NFKC", text).strip().casefold()

    for slot in header.users:
        if folded(slot.name) == folded(name):
            return slot
    raise UnknownUser


def refuse_taken_name(header: Header, name: str) -> None:
    """Pass if no user has this name yet.

    Raises:
        NameRefused: somebody has.
    """
    try:
        find_user(header, name)
    except UnknownUser:
        return
    raise NameRefused(N_("There is already a user of this name. Choose another name."))


def cost_like(header: Header, slot: Slot | None) -> KdfParams:
    """Key derivation for a new slot: as dear as that of an existing one, with its own salt."""
    like = slot if slot is not None and slot.kdf is not None else None
    if like is None:
        dearest = sorted(
            (user for user in header.users if user.kdf is not None),
            key=lambda user: (user.kdf.memory_kib, user.kdf.passes) if user.kdf else (0, 0),
        )
        like = dearest[-1] if dearest else None
    return like.kdf.fresh() if like is not None and like.kdf is not None else KdfParams()


def give_keys(slot: Slot, by: KeyRing, compartments: Collection[Compartment]) -> Slot:
    """The slot with the key in force of these compartments, and the former ones that are still in use.

    Raises:
        KeyNotHeld: `by` does not hold one of them; nobody gives what they do not hold.
    """
    for name in Compartment:
        if name not in compartments:
            continue
        current = by.header.store_epoch
        if name is not Compartment.STORE:
            current = by.header.compartments[name].epoch
        # Former keys that the store keeps are found there by who holds the present one.
        for epoch in sorted({*by.slot.sealed.get(name, {}), current}):
            secret = by.secret_of(name, epoch)
            slot = seal_key(slot, name, epoch, secret, anchor=by.anchor, vault_id=by.vault_id)
    return slot


def add_user(
    folder: VaultFolder,
    by: KeyRing,
    *,
    name: str,
    role: Role,
    password: str,
    grants: Collection[Compartment] | None = None,
    must_change: bool = True,
    now: datetime | None = None,
    slot_id: str | None = None,
    before: Before = unannounced,
) -> Slot:
    """Give somebody a password of their own and the keys of their role, or exactly `grants`.

    `slot_id` is a new random id under which the person is known from now on.

    Raises:
        NotYours: `by` may not manage users.
        KeyNotHeld: `by` lacks a key that the new user should get.
        GrantRefused: the role is never given such a key.
        NameRefused, PasswordRefused, PasswordTooWeak: choose another one.
    """
    by.require(Right.MANAGE_USERS)
    name = clean_name(name)
    refuse_taken_name(by.header, name)
    wanted = ROLE_COMPARTMENTS[role] if grants is None else frozenset(grants) | {Compartment.STORE}
    if not wanted <= ROLE_MAY_BE_GRANTED[role]:
        raise GrantRefused
    inputs = (name, by.header.post, by.header.post_name)
    check_password(password, inputs, demo=by.header.demo, test=by.header.test)
    slot, own = new_slot(
        vault_id=by.vault_id,
        kind="user",
        name=name,
        role=role,
        secret=password,
        kdf=cost_like(by.header, by.slot),
        anchor=by.anchor,
        created=timestamp(now),
        must_change=must_change,
        slot_id=slot_id,
    )
    own.wipe()
    slot = give_keys(slot, by, wanted)

    def added(header: Header) -> Header:
        refuse_taken_name(header, name)
        return header.with_slot(slot)

    change_header(folder, by, added, before)
    return slot


def grant(
    folder: VaultFolder, by: KeyRing, slot_id: str, compartment: Compartment, before: Before = unannounced
) -> None:
    """Give an existing user one more key, without their password; they have it from the next sign-in.

    Raises:
        NotYours, KeyNotHeld, GrantRefused, UnknownUser: nothing has been changed.
    """
    by.require(Right.MANAGE_USERS)
    if compartment not in ROLE_MAY_BE_GRANTED[user_slot(by.header, slot_id).role]:
        raise GrantRefused
    change_header(
        folder,
        by,
        lambda header: header.with_slot(give_keys(user_slot(header, slot_id), by, {compartment})),
        before,
    )


def change_password(
    folder: VaultFolder, keyring: KeyRing, old: str, new: str, before: Before = unannounced
) -> None:
    """Lock the user's own slot with another password. Keys, grants and drafts stay as they are.

    Raises:
        WrongPassword: `old` is not the password.
        PasswordRefused, PasswordTooWeak: choose another one.
    """
    slot = keyring.slot
    told = as_suggested(old) if slot.must_change else None
    if not (proves(slot, old) or (told is not None and told != old and proves(slot, told))):
        raise WrongPassword
    if same_password(told or old, new) or same_password(old, new):
        raise PasswordRefused(N_("This is the password that you have now. Choose another one."))
    header = keyring.header
    check_password(new, (slot.name, header.post, header.post_name), demo=header.demo, test=header.test)
    changed = replace(slot, kdf=cost_like(header, slot), must_change=False)
    changed = with_password(changed, keyring.own_keys, new, vault_id=keyring.vault_id)

    def replaced(header: Header) -> Header:
        present = user_slot(header, slot.id)
        return header.with_slot(
            replace(
                present, kdf=changed.kdf, wrapped=changed.wrapped, commit=changed.commit, must_change=False
            )
        )

    change_header(folder, keyring, replaced, before)


def raise_cost(folder: VaultFolder, keyring: KeyRing, password: str, before: Before = unannounced) -> bool:
    """Make the password that was just checked dearer to guess, if this computer is quick; says whether it did.

    Only in passes (`kdf.raised`). Demo and test vaults stay as cheap as they were made, and a password for one sign-in
    is about to be changed.

    Raises:
        DiskFull, NoWritePermission, DiskFailed, VaultInUse, NotEnoughMemory: everything is as it was.
    """
    slot, header = keyring.slot, keyring.header
    params = raised(slot.kdf, keyring.seconds) if slot.kdf is not None else None
    if params is None or header.demo or header.test or slot.must_change:
        return False
    changed = with_password(replace(slot, kdf=params), keyring.own_keys, password, vault_id=keyring.vault_id)

    def dearer(header: Header) -> Header:
        present = user_slot(header, slot.id)
        return header.with_slot(
            replace(present, kdf=changed.kdf, wrapped=changed.wrapped, commit=changed.commit)
        )

    change_header(folder, keyring, dearer, before)
    return True


def user_slot(header: Header, slot_id: str) -> Slot:
    """The user with this id.

    Raises:
        UnknownUser: there is none.
    """
    slot = header.slot(slot_id)
    if slot is None or slot.kind != "user":
        raise UnknownUser
    return slot


def refuse_last(header: Header, leaving: Slot, *, only: Compartment | None = None) -> None:
    """Pass if the vault can still be administered and every compartment opened without `leaving`.

    With `only`, the person stays and loses the key of this compartment.

    Raises:
        LastWayIn: nobody else could.
    """
    staying = [slot for slot in header.users if slot.id != leaving.id and not slot.disabled]
    if only is None and not any(may(slot.role, Right.MANAGE_USERS) for slot in staying):
        raise LastWayIn
    ways = [slot for slot in (*staying, header.recovery) if slot is not None]
    for name in SEALED_COMPARTMENTS if only is None else (only,):
        epoch = header.compartments[name].epoch
        if not any(epoch in slot.sealed.get(name, {}) for slot in ways):
            raise LastWayIn(
                N_(
                    "Nobody else holds a key that this person holds. Give it to somebody first. Nothing has been changed."
                )
            )


def _refuse_last_key(by: KeyRing, leaving: Slot) -> None:
    """Pass if every key that somebody would lose with their password is held by somebody else who works here.

    Raises:
        LastWayIn: only the recovery sheets would hold it.
    """
    others = [slot for slot in by.header.users if slot.id != leaving.id and not slot.disabled]
    for name in SEALED_COMPARTMENTS:
        epoch = by.header.compartments[name].epoch
        held = epoch in leaving.sealed.get(name, {})
        if held and not any(epoch in slot.sealed.get(name, {}) for slot in others):
            raise LastWayIn(
                N_(
                    "Nobody else holds a key that this person holds, and it would be lost with their password. Sign in with "
                    "the recovery sheets: that makes an administrator who holds every key and can reset the password then. "
                    "Nothing has been changed."
                )
            )


def disable_user(folder: VaultFolder, by: KeyRing, slot_id: str, before: Before = unannounced) -> None:
    """Keep somebody from signing in for a while. Their keys stay: removing is the way to end a job.

    Raises:
        NotYours, UnknownUser, LastWayIn, OwnAccount: nothing has been changed.
    """
    by.require(Right.MANAGE_USERS)

    def disabled(header: Header) -> Header:
        slot = user_slot(header, slot_id)
        refuse_last(header, slot)
        if slot_id == by.user_id:
            raise OwnAccount
        return header.with_slot(replace(slot, disabled=True))

    change_header(folder, by, disabled, before)


def enable_user(folder: VaultFolder, by: KeyRing, slot_id: str, before: Before = unannounced) -> None:
    """Let somebody sign in again.

    Raises:
        NotYours, UnknownUser: nothing has been changed.
    """
    by.require(Right.MANAGE_USERS)
    change_header(
        folder,
        by,
        lambda header: header.with_slot(replace(user_slot(header, slot_id), disabled=False)),
        before,
    )


def reset_user(
    folder: VaultFolder,
    by: KeyRing,
    slot_id: str,
    password: str,
    *,
    now: datetime | None = None,
    before: Before = unannounced,
) -> frozenset[Compartment]:
    """Lock somebody's slot with a password for one sign-in; returns the keys that they have lost with it.

    Their own keys are made anew, since the old ones cannot be had without the old password: what was sealed to
    them alone (drafts) is lost. They get the keys that they had and `by` holds. Their former signature key
    stays in the header, so that what they did stays verifiable.

    Raises:
        NotYours, UnknownUser: nothing has been changed.
        OwnAccount: one's own password is changed, not reset.
        LastWayIn: a key would be lost that nobody else at work holds; the recovery sheets help.
        PasswordRefused, PasswordTooWeak: choose another one.
    """
    by.require(Right.MANAGE_USERS)
    old = user_slot(by.header, slot_id)
    if slot_id == by.user_id:
        raise OwnAccount
    header, moment = by.header, timestamp(now)
    _refuse_last_key(by, old)
    check_password(password, (old.name, header.post, header.post_name), demo=header.demo, test=header.test)
    slot, own = new_slot(
        vault_id=by.vault_id,
        kind="user",
        name=old.name,
        role=old.role,
        secret=password,
        kdf=cost_like(header, old),
        anchor=by.anchor,
        created=old.created,
        must_change=True,
        slot_id=old.id,
    )
    own.wipe()
    given = frozenset(name for name in old.compartments if by.holds(name))
    slot = give_keys(slot, by, given)

    def replaced(header: Header) -> Header:
        present = user_slot(header, slot_id)
        former = (*header.former, FormerKey(present.id, present.epub, moment))
        return replace(header.with_slot(replace(slot, disabled=present.disabled)), former=former)

    change_header(folder, by, replaced, before)
    return old.compartments - given
