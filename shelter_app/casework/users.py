"""The people who may open a vault: giving them a slot, keys, another password, and taking the slot away."""

from __future__ import annotations

from collections.abc import Collection

from shelter_app.casework.session import Session
from shelter_app.casework.user_history import keep_users
from shelter_app.storage import entries as rows
from shelter_app.storage.store import Changes
from shelter_app.vault import vault as keys
from shelter_app.vault.rights import Compartment, Right, Role

__all__ = ["change_own_password", "grant_key", "new_user", "remove_user"]


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
    slot = keys.add_user(
        session.folder, session.keyring, name=name, role=role, password=password, grants=grants,
        must_change=must_change, now=session.clock(),
    )  # fmt: skip
    with session.saving() as record:
        keep_users(session)
        record("user.added", slot.id, role=role.value, keys=sorted(c.value for c in slot.compartments))
    return Changes.of(None, "users")


def remove_user(session: Session, user_id: str) -> Changes:
    """Take somebody's key slot away. Copies of the vault made before stay readable to them.

    Raises:
        NotYours, UnknownUser, LastWayIn
    """
    session.require(Right.MANAGE_USERS)
    keys.remove_user_slot(session.folder, session.keyring, user_id, now=session.clock())
    with session.saving() as record:
        keep_users(session)
        # They were sealed to a key that is gone: nobody can read them any more.
        rows.drop_drafts_of(session.store, user_id)
        record("user.removed", user_id)
    return Changes.of(None, "users")


def grant_key(session: Session, user_id: str, compartment: Compartment) -> Changes:
    """Give a user one more key that the signed-in person holds.

    Raises:
        NotYours, KeyNotHeld, GrantRefused, UnknownUser
    """
    keys.grant(session.folder, session.keyring, user_id, compartment)
    with session.saving() as record:
        record("user.key_granted", user_id, compartment=compartment.value)
    return Changes.of(None, "users")


def change_own_password(session: Session, old: str, new: str) -> None:
    """Choose another password.

    Raises:
        WrongPassword, PasswordRefused, PasswordTooWeak
    """
    keys.change_password(session.folder, session.keyring, old, new)
    with session.saving() as record:
        record("user.password_changed", session.user_id)
