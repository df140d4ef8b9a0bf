"""A second person for what leaves the office, where the post wants one: their password, their signature, a journal line.

What is confirmed are statements: what goes, of which period, to whose key, and a digest of the figures. The second
person types their password at the same computer; their own key signs the statements, so that nobody who does not know
that password can say that they agreed. Whatever leaves the office is compared with what was signed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

from shelter_app.casework.errors import PasswordDue
from shelter_app.casework.session import Session
from shelter_app.casework.trust import trust_of
from shelter_app.errors import ShelterError
from shelter_app.storage import books
from shelter_app.storage.store import Changes
from shelter_app.vault.attempts import look_with_patience
from shelter_app.vault.errors import AccountDisabled, NotYours
from shelter_app.vault.keyring import verify
from shelter_app.vault.rights import Right
from shelter_app.vault.users import find_user
from shelter_i18n import N_

__all__ = [
    "Confirmed",
    "NobodyElse",
    "SamePerson",
    "SecondPersonNeeded",
    "Statement",
    "confirm",
    "require_second",
    "second_people",
    "second_wanted",
    "set_second_wanted",
]

#: The settings of the vault stand under no user.
_VAULT: Final = ""
_KEY, _ON = "second_person", "wanted"
_LABEL: Final = b"shelter sending confirmed 1\n"


class SecondPersonNeeded(ShelterError):
    """The post wants a second person to confirm what leaves it, and nobody has, or something else was confirmed."""

    message = N_(
        "This post lets nothing leave that a second person has not confirmed. Let somebody else who makes summaries look at it "
        "and confirm this very thing with their password. Nothing has been written."
    )
    exit_code = 131


class SamePerson(ShelterError):
    """Somebody wanted to confirm what they are sending themselves."""

    message = N_("You are sending this yourself. Let somebody else look at it and type their password.")
    exit_code = 132


class NobodyElse(ShelterError):
    """The post would need two people for sending, and has one."""

    message = N_(
        "Nobody else in this vault makes summaries, so nobody could confirm what you send. Add a user who does first."
    )
    exit_code = 133


@dataclass(frozen=True)
class Statement:
    """One thing that is to leave the office."""

    what: Literal["tables", "extract", "contribution"]
    period: str
    #: Fingerprint of the receiver's key; empty for files that the office keeps itself.
    to: str
    #: What tells it from another one: a digest of the figures, or how the records are told.
    about: str


@dataclass(frozen=True)
class Confirmed:
    """What somebody has agreed to, and their signature; only `confirm` makes one that counts."""

    by: str
    statements: tuple[Statement, ...]
    signature: bytes


def second_wanted(session: Session) -> bool:
    """Whether this post wants a second person for what leaves it; not unless somebody decided so."""
    return books.get_setting(session.store, _VAULT, _KEY) == _ON


def set_second_wanted(session: Session, wanted: bool) -> Changes:
    """Decide whether a second person has to confirm; a line of the journal.

    Raises:
        NotYours: only who changes the settings of the vault.
        NobodyElse: there is nobody who could confirm.
    """
    session.require(Right.CHANGE_SETTINGS)
    if wanted == second_wanted(session):
        return Changes()
    if wanted and not second_people(session):
        raise NobodyElse
    with session.saving() as record:
        books.set_setting(session.store, _VAULT, _KEY, _ON if wanted else "")
        record("settings.second_person", session.keyring.vault_id, second=wanted)
    return Changes.of(None, "second_person")


def second_people(session: Session) -> tuple[str, ...]:
    """The names of those who can confirm what the signed-in person sends."""
    found = trust_of(session).people.values()
    return tuple(
        sorted(
            person.name
            for person in found
            if person.id != session.user_id and person.may(Right.MAKE_SUMMARY) and not person.must_change
        )
    )


def confirm(session: Session, name: str, password: str, statements: Sequence[Statement]) -> Confirmed:
    """Let a second person agree to these statements with their password; a line of the journal.

    Raises:
        SamePerson: it is the signed-in person.
        NotYours: they make no summaries.
        PasswordDue: their password is one that somebody else knows.
        UnknownUser, AccountDisabled, WrongPassword, TryLater, HeaderDamaged, NotEnoughMemory
    """
    slot = find_user(session.keyring.header, name)
    if slot.id == session.user_id:
        raise SamePerson
    person = trust_of(session).people.get(slot.id)
    if person is None or not person.may(Right.MAKE_SUMMARY):
        raise AccountDisabled if person is not None and person.disabled else NotYours(Right.MAKE_SUMMARY)
    if person.must_change:
        raise PasswordDue
    keyring = look_with_patience(session.folder, name, password, session.clock())
    try:
        said = _said(session, statements)
        signature = keyring.sign(said)
    finally:
        keyring.close()
    confirmed = Confirmed(slot.id, tuple(statements), signature)
    if not _holds(session, confirmed):
        # The header gives this person another key than the one that was signed for.
        raise NotYours(Right.MAKE_SUMMARY)
    with session.saving() as record:
        record(
            "summary.confirmed", slot.id, by=slot.id, statements=[asdict(each) for each in statements],
            signature=signature.hex(),
        )  # fmt: skip
    return confirmed


def require_second(session: Session, statement: Statement, confirmed: Confirmed | None) -> None:
    """Pass if the post wants no second person, or one has agreed to this very statement.

    Raises:
        SecondPersonNeeded
    """
    if not second_wanted(session):
        return
    if confirmed is None or statement not in confirmed.statements or not _holds(session, confirmed):
        raise SecondPersonNeeded


def _said(session: Session, statements: Sequence[Statement]) -> bytes:
    body = {"vault": session.keyring.vault_id, "statements": [asdict(each) for each in statements]}
    return _LABEL + json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def _holds(session: Session, confirmed: Confirmed) -> bool:
    """Whether somebody else who may has signed it with the key that the journal says is theirs."""
    person = trust_of(session).people.get(confirmed.by)
    return (
        person is not None
        and person.id != session.user_id
        and person.may(Right.MAKE_SUMMARY)
        and verify(person.epub, _said(session, confirmed.statements), confirmed.signature)
    )
