"""Settling what the header says of users and nobody has signed: by signing it, or by putting back what was signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from shelter_app.casework.said import everybody_said, former_said
from shelter_app.casework.session import Session
from shelter_app.casework.trust import Trust, trust_of
from shelter_app.casework.trust_check import header_seen
from shelter_app.vault.header import CompartmentKey, Header
from shelter_app.vault.header_change import change_header
from shelter_app.vault.rights import SEALED_COMPARTMENTS, Right
from shelter_app.vault.slots import Slot

__all__ = ["attest_if_nobody_has", "attest_users", "put_right"]


def attest_if_nobody_has(session: Session, record: Callable[..., None]) -> None:
    """Sign for the users of an old vault, by its header, if the signed-in person may manage them."""
    if not trust_of(session).attested and session.may(Right.MANAGE_USERS):
        _attest(session, record)


def attest_users(session: Session) -> None:
    """Sign that the users are those of the header as it is now; whoever does it has looked at what differs.

    Raises:
        NotYours
    """
    session.require(Right.MANAGE_USERS)
    with session.saving() as record:
        _attest(session, record)


def _attest(session: Session, record: Callable[..., None]) -> None:
    header = session.keyring.header
    # Keys of former times are believed once: later they were signed for.
    former = {} if trust_of(session).attested else {"former": former_said(header)}
    record("users.attested", header.vault_id, **everybody_said(header), **former)


def put_right(session: Session) -> None:
    """Write names, roles, who may sign in and public keys into the header as they were signed.

    Users for whom nobody has signed, passwords and missing users stay as they are: no signature can bring them back.

    Raises:
        NotYours, VaultInUse, DiskFull, NoWritePermission, DiskFailed
    """
    session.require(Right.MANAGE_USERS)
    trust, seen = trust_of(session), header_seen(session)
    with session.saving() as record:
        record("users.put_right", session.keyring.vault_id)
        change_header(session.folder, session.keyring, lambda header: _as_signed(header, trust, seen))


def _as_signed(header: Header, trust: Trust, seen: int) -> Header:
    compartments = dict(header.compartments)
    for name in SEALED_COMPARTMENTS:
        epoch, public = trust.locks[name]
        if compartments[name].epoch == epoch:
            compartments[name] = CompartmentKey(epoch, public)
    return replace(
        header,
        slots=tuple(_slot_as_signed(slot, trust) for slot in header.slots),
        former=tuple(each for each in header.former if each.epub in trust.ever(each.slot)),
        compartments=compartments,
        seq=max(header.seq, seen, trust.header_seq),
    )


def _slot_as_signed(slot: Slot, trust: Trust) -> Slot:
    person = trust.people.get(slot.id)
    if person is None:
        return slot
    return replace(slot, name=person.name, role=person.role, disabled=person.disabled)
