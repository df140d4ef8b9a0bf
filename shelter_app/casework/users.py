"""The people who may open a vault: giving them a slot, keys, another password, and taking it all away again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from shelter_app.casework.key_change import Progress, Reached, renew_index, replace_store
from shelter_app.casework.key_lines import announced, change_said
from shelter_app.casework.said import locks_said
from shelter_app.casework.session import Session
from shelter_app.casework.trust import known_in_force
from shelter_app.casework.user_history import keep_users
from shelter_app.storage import books
from shelter_app.storage import entries as rows
from shelter_app.storage.store import Changes
from shelter_app.vault import vault as keys
from shelter_app.vault.errors import DiskFailed, DiskFull, NoWritePermission
from shelter_app.vault.new_keys import bring_into_force, plan_removal, plan_renewal, plan_withdrawal
from shelter_app.vault.passphrases import suggest_passphrase
from shelter_app.vault.rights import ROLE_COMPARTMENTS, Compartment, Right, Role
from shelter_app.vault.users import user_slot

__all__ = [
    "Reset",
    "change_own_password",
    "disable_user",
    "enable_user",
    "grant_key",
    "new_user",
    "remove_user",
    "replace_keys",
    "reset_password",
    "withdraw_key",
]

_USERS = "users"


def new_user(
    session: Session,
    *,
    name: str,
    role: Role,
    password: str,
    grants: Collection[Compartment] | None = None,
    must_change: bool = True,
) -> Changes:
    """Give a colleague a first password; they choose one of their own when they sign in with it.

    Raises:
        NotYours, KeyNotHeld, GrantRefused, NameRefused, PasswordRefused, PasswordTooWeak
    """
    session.require(Right.MANAGE_USERS)
    user_id = session.new_id()
    given = ROLE_COMPARTMENTS[role] if grants is None else {*grants, Compartment.STORE}
    with announced(
        session, "user.added", user_id, role=role.value, keys=sorted(c.value for c in given)
    ) as before:
        keys.add_user(
            session.folder, session.keyring, name=name, role=role, password=password, grants=grants,
            must_change=must_change, now=session.clock(), slot_id=user_id, before=before,
        )  # fmt: skip
    with session.store.transaction():
        keep_users(session)
    return Changes.of(None, _USERS)


def _quiet(_step: str) -> None:
    """Nobody wants to know."""


def remove_user(
    session: Session,
    user_id: str,
    *,
    store_later: bool = False,
    progress: Progress | None = None,
    reached: Reached = _quiet,
) -> Changes:
    """Take somebody's slot away and put other keys in place of all that they held.

    The store goes on under another key, in a new file; what they could open inside it lies under new keys from now
    on, and is brought under them while its holders work (`resealing`). Copies of the vault made before stay readable to
    them. With `store_later` the store keeps its key until `replace_keys`, for a disk without room for a second copy.

    Args:
        session: goes on in the new file; nothing has to be opened anew.
        user_id: who is removed; nobody removes themselves.
        store_later: leave the store under its key for now.
        progress: is told how much of the store is copied; may raise to cancel, until the new keys count.
        reached: is told of each step that is done (`key_change.STEPS`).

    Raises:
        NotYours, UnknownUser, LastWayIn, OwnAccount: nothing has been changed.
        DiskFull, NoWritePermission, DiskFailed, DataDamaged: the person is still there.
    """
    session.require(Right.MANAGE_USERS)
    now = session.clock()
    known = known_in_force(session, user_id)
    rotation = plan_removal(session.keyring, user_id, known=known, store_later=store_later, now=now)
    new = sorted(name.value for name in rotation.secrets)

    def note(inside: Session, record: Callable[..., None]) -> None:
        # Where the header has been written already, an earlier line says what it says.
        written = inside.keyring.header is session.keyring.header
        said = {} if written else change_said(session.keyring.header, inside.keyring.header, user_id)
        record("user.removed", user_id, new_keys=new, **said)
        keep_users(inside)
        # They were sealed to a key that is gone: nobody can read them any more.
        rows.drop_drafts_of(inside.store, user_id)

    if Compartment.STORE in rotation.secrets:
        replace_store(session, rotation, note, progress=progress, reached=reached)
    else:
        with announced(session, "user.removal_begun", user_id, new_keys=new) as before:
            bring_into_force(session.folder, session.keyring, rotation, before)
        rotation.wipe()
        if Compartment.PEOPLE in rotation.secrets:
            renew_index(session)
        with session.saving() as record:
            note(session, record)
    return Changes.of(None, _USERS)


def replace_keys(session: Session, *, progress: Progress | None = None, reached: Reached = _quiet) -> Changes:
    """New keys of the store and of both compartments for the same people: after a loss, or a removal that waited.

    Raises:
        NotYours, DiskFull, NoWritePermission, DiskFailed, DataDamaged: the former keys are in force.
    """
    session.require(Right.MANAGE_USERS)
    rotation = plan_renewal(session.keyring)

    def note(inside: Session, record: Callable[..., None]) -> None:
        header = inside.keyring.header
        record("keys.replaced", header.vault_id, locks=locks_said(header), header=header.seq + 1)

    replace_store(session, rotation, note, progress=progress, reached=reached)
    return Changes.of(None, _USERS)


def grant_key(session: Session, user_id: str, compartment: Compartment) -> Changes:
    """Give a user one more key that the signed-in person holds.

    Raises:
        NotYours, KeyNotHeld, GrantRefused, UnknownUser
    """
    session.require(Right.MANAGE_USERS)
    with announced(session, "user.key_granted", user_id, compartment=compartment.value) as before:
        keys.grant(session.folder, session.keyring, user_id, compartment, before)
    return Changes.of(None, _USERS)


def withdraw_key(session: Session, user_id: str, compartment: Compartment) -> Changes:
    """Take a key back: all others who hold it get a new one, and what lies under the old one is sealed anew.

    Raises:
        NotYours, UnknownUser, LastWayIn: nothing has been changed.
        DiskFull, NoWritePermission, DiskFailed: the key is still theirs.
    """
    session.require(Right.MANAGE_USERS)
    rotation = plan_withdrawal(session.keyring, user_id, compartment)
    with announced(session, "user.key_withdrawn", user_id, compartment=compartment.value) as before:
        bring_into_force(session.folder, session.keyring, rotation, before)
    rotation.wipe()
    if compartment is Compartment.PEOPLE:
        renew_index(session)
    return Changes.of(None, _USERS)


def disable_user(session: Session, user_id: str) -> Changes:
    """Keep somebody from signing in for a while; their keys stay in their slot.

    Raises:
        NotYours, UnknownUser, LastWayIn, OwnAccount: nothing has been changed.
    """
    session.require(Right.MANAGE_USERS)
    with announced(session, "user.disabled", user_id) as before:
        keys.disable_user(session.folder, session.keyring, user_id, before)
    return Changes.of(None, _USERS)


def enable_user(session: Session, user_id: str) -> Changes:
    """Let somebody sign in again.

    Raises:
        NotYours, UnknownUser: nothing has been changed.
    """
    session.require(Right.MANAGE_USERS)
    with announced(session, "user.enabled", user_id) as before:
        keys.enable_user(session.folder, session.keyring, user_id, before)
    return Changes.of(None, _USERS)


@dataclass(frozen=True)
class Reset:
    """What somebody is told whose password was reset: once, and never again."""

    #: Five random words for one sign-in.
    passphrase: str = field(repr=False)
    #: Keys that the person had and that whoever reset the password could not give.
    lost_keys: frozenset[Compartment]
    #: How many drafts of theirs nobody can read any more.
    lost_drafts: int
    changes: Changes


def reset_password(session: Session, user_id: str) -> Reset:
    """Give somebody who forgot their password five words for one sign-in; they choose another one there.

    Drafts that were sealed to their former key cannot be read by anybody, and go. What they signed stays verifiable.

    Raises:
        NotYours, UnknownUser, OwnAccount, LastWayIn: nothing has been changed.
    """
    session.require(Right.MANAGE_USERS)
    # In the language of whoever will type them, as far as it is known.
    passphrase = suggest_passphrase(books.get_setting(session.store, user_id, "language"))
    slot = user_slot(session.keyring.header, user_id)
    given = sorted(c.value for c in slot.compartments if session.keyring.holds(c))
    drafts = len(rows.drafts_of(session.store, user_id))
    with announced(session, "user.password_reset", user_id, keys=given, drafts=drafts) as before:
        lost = keys.reset_user(
            session.folder, session.keyring, user_id, passphrase, now=session.clock(), before=before
        )
    # The words must be told even where the disk is full now; the drafts then go at the next sign-in.
    with contextlib.suppress(DiskFull, DiskFailed, NoWritePermission), session.store.transaction():
        rows.drop_drafts_of(session.store, user_id)
        keep_users(session)
    return Reset(passphrase, lost, drafts, Changes.of(None, _USERS))


def change_own_password(session: Session, old: str, new: str) -> None:
    """Choose another password.

    Raises:
        WrongPassword, PasswordRefused, PasswordTooWeak
    """
    with announced(session, "user.password_changed", session.user_id) as before:
        keys.change_password(session.folder, session.keyring, old, new, before)
