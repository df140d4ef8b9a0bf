"""The users of a vault as its history keeps them, so that what somebody did stays verifiable after they left."""

from __future__ import annotations

from shelter_app.casework.key_lines import settle_lines
from shelter_app.casework.session import Session
from shelter_app.storage import books
from shelter_app.storage import entries as rows

__all__ = ["keep_users", "note_opening", "signature_keys"]


def keep_users(session: Session) -> tuple[list[str], list[str]]:
    """Everybody who has a slot in the header stands in the history too, and who left is marked as gone.

    Returns the ids of those who were new here and of those who have just been marked.
    """
    before = {row.id: row for row in books.users(session.store)}
    present = {slot.id for slot in session.keyring.header.users}
    for slot in session.keyring.header.users:
        books.keep_user(
            session.store, books.UserRow(slot.id, slot.name, slot.role.value, slot.epub, slot.created, None)
        )
    gone = [row for row in before.values() if row.id not in present and row.removed_at is None]
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
    users of whom the store does not know, because the recovery sheets made them or a removal was cut off.
    """
    last = session.journal.read(limit=1)
    session.found_heads = {device: session.journal.head(device)[0] for device in session.journal.devices()}
    with session.saving() as record:
        added, gone = keep_users(session)
        for user_id in added:
            if not session.journal.read(about=user_id, actions=["user.added"], limit=1):
                record("user.added", user_id, late=True)
        for user_id in gone:
            rows.drop_drafts_of(session.store, user_id)
            record("user.removed", user_id, late=True)
        settle_lines(session, record)
        noticed: dict[str, int | bool] = {"failed": failed} if failed else {}
        if last and last[0].at > session.now():
            noticed["clock_went_back"] = True
        record("session.opened", session.user_id, **noticed)


def signature_keys(session: Session) -> dict[str, tuple[bytes, ...]]:
    """The signature keys of everybody who ever had a slot, with those from before a password was reset."""
    header = session.keyring.header
    known = [(slot.id, slot.epub) for slot in header.slots]
    known += [(former.slot, former.epub) for former in header.former]
    known += [(user.id, user.sign_key) for user in books.users(session.store)]
    found: dict[str, tuple[bytes, ...]] = {}
    for user_id, key in known:
        if key not in found.get(user_id, ()):
            found[user_id] = (*found.get(user_id, ()), key)
    return found
