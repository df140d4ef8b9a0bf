"""The users of a vault as its history keeps them, so that what somebody did stays verifiable after they left."""

from __future__ import annotations

from typing import Final

from shelter_app.casework.attesting import attest_if_nobody_has
from shelter_app.casework.key_lines import settle_lines
from shelter_app.casework.said import locks_of
from shelter_app.casework.session import Session
from shelter_app.casework.trust import trust_of
from shelter_app.storage import books
from shelter_app.storage import entries as rows
from shelter_app.vault.attempts import note_failure
from shelter_app.vault.errors import AccountDisabled, HeaderDamaged, PasswordReplaced, WrongPassword
from shelter_app.vault.founding import commits
from shelter_app.vault.rights import SEALED_COMPARTMENTS, Role

__all__ = ["go_by_what_was_signed", "keep_users", "note_opening", "signature_keys"]

_PASSWORDS: Final = ("user.password_changed", "user.password_dearer")
#: What somebody is whom nobody has added: they may read coded facts, as whoever let them in could.
_LEAST: Final = Role.REPORTING_OFFICER


def keep_users(session: Session) -> tuple[list[str], list[str]]:
    """Everybody who has a slot in the header stands in the history too, and who left is marked as gone.

    Names and roles are those that were signed; whoever is missing in the header without having been removed stays.
    Returns the ids of those who were new here and of those who have just been marked.
    """
    trust = trust_of(session)
    before = {row.id: row for row in books.users(session.store)}
    header = session.keyring.header
    present = {slot.id for slot in header.users}
    for slot in header.users:
        signed = trust.people.get(slot.id)
        name, role = (signed.name, signed.role) if signed else (slot.name, slot.role)
        if signed is not None or slot.id not in before:
            books.keep_user(
                session.store, books.UserRow(slot.id, name, role.value, slot.epub, slot.created, None)
            )
    gone = [
        row
        for row in before.values()
        if row.id not in present and row.removed_at is None and row.id not in trust.people
    ]
    for row in gone:
        books.keep_user(
            session.store,
            books.UserRow(row.id, row.name, row.role, row.sign_key, row.added_at, session.now()),
        )
    session.forget_names()
    return sorted(present - before.keys()), sorted(row.id for row in gone)


def note_opening(session: Session, failed: int = 0) -> None:
    """Write down who signed in, how often a password failed before, and a clock that went back.

    What a crash left open between header and store is settled: changes of users that did not come into force, and
    users of whom the store does not know because a removal was cut off. From then on the session goes by what was signed.

    Raises:
        AccountDisabled, PasswordReplaced, WrongPassword: the header lets somebody in whom the signed lines keep out.
    """
    last = session.journal.read(limit=1)
    session.found_heads = {device: session.journal.head(device)[0] for device in session.journal.devices()}
    with session.saving() as record:
        _require_password_in_force(session)
        settle_lines(session, record)
        go_by_what_was_signed(session)
        _added, gone = keep_users(session)
        for user_id in gone:
            rows.drop_drafts_of(session.store, user_id)
            record("user.removed", user_id, late=True)
        noticed: dict[str, int | bool] = {"failed": failed} if failed else {}
        if last and last[0].at > session.now():
            noticed["clock_went_back"] = True
        record("session.opened", session.user_id, **noticed, header=session.keyring.header.seq)
        # Where the id of the vault names its founder, the first list cannot simply be another one.
        if not commits(session.keyring.vault_id):
            attest_if_nobody_has(session, record)


def _require_password_in_force(session: Session) -> None:
    """A former password opens only what a crash left of its change: the line of that is the last of the journal."""
    if not session.keyring.by_former_lock:
        return
    last = session.journal.read(limit=1)
    if not last or last[0].actor != session.user_id or last[0].action not in _PASSWORDS:
        note_failure(session.folder, session.user_id, session.clock())
        raise WrongPassword


def go_by_what_was_signed(session: Session) -> None:
    """Let the header give nobody more than the signed lines do: neither a way in, nor a role, nor another key to write to.

    Raises:
        AccountDisabled, PasswordReplaced: the signed lines keep this person out.
        HeaderDamaged: a key of a compartment was exchanged for another one.
    """
    trust, keyring = trust_of(session), session.keyring
    present = locks_of(keyring.header)
    # Where the founder has signed nothing, what others signed is worth no more than the header.
    believed = trust.attested and trust.founded
    locks = trust.locks if believed else present
    for name in SEALED_COMPARTMENTS:
        # Whoever holds a key notices that another one was put in its place: in their slot, or for others to write to.
        if locks[name][0] == present[name][0] and keyring.public_held(name) not in (None, locks[name][1]):
            raise HeaderDamaged
    if not believed:
        return
    signed = trust.people.get(session.user_id)
    if signed is None:
        keyring.signed_role = _LEAST
        return
    if signed.disabled:
        raise AccountDisabled
    if signed.epub != keyring.epub:
        raise PasswordReplaced
    keyring.signed_role = signed.role
    keyring.signed_locks = {name: locks[name] for name in SEALED_COMPARTMENTS if locks[name] != present[name]}


def signature_keys(session: Session) -> dict[str, tuple[bytes, ...]]:
    """The signature keys of everybody who was ever a user, with those from before a password was reset."""
    return trust_of(session).everybody()
