"""Journal lines of changes in the header: written before the header is, and compared with it at the next sign-in.

The header and the store are two files, and a crash can fall between them. The line comes first, signed by whoever asked for
the change, with what the header will say of whom it is about (`said`). So no change comes into force without a
line; and a line whose change did not come into force is followed by one that says so, before anybody works again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Final

from shelter_app.casework.said import (
    UNDONE,
    USER_LINES,
    UnreadableLine,
    locks_in,
    locks_of,
    locks_said,
    person_of,
    persons_of,
    persons_said,
)
from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_app.storage import entries as rows
from shelter_app.storage.database import Database
from shelter_app.storage.journal import JournalEntry
from shelter_app.storage.store import get_meta, set_meta
from shelter_app.vault import vault as keys
from shelter_app.vault.header import Header
from shelter_app.vault.header_change import Before

__all__ = ["announced", "begin_anew", "change_said", "settle_lines"]

#: Row of the store: the place of the last line that is not compared.
_BEGIN: Final = "key_lines_begin"
_NOW: Final = "now"
#: Whoever's password was reset so many resets ago has signed in since, or is waited for in vain.
_RESETS: Final = 50


def change_said(before: Header, after: Header, subject: str) -> dict[str, Any]:
    """What a line says of a change of the header that is about to be written: `subject` is a user, or the vault.

    Where the vault is the subject, that is its recovery sheets.
    """
    sheets = after.recovery.id if after.recovery is not None else ""
    said: dict[str, Any] = {
        "people": persons_said(after, [sheets if subject == after.vault_id else subject]),
        "header": after.seq + 1,
    }
    if locks_of(before) != locks_of(after):
        said["locks"] = locks_said(after)
    return said


@contextlib.contextmanager
def announced(session: Session, action: str, subject: str, **detail: Any) -> Iterator[Before]:
    """Yields what to call with the new header before it is written: it writes the line `action` into the journal.

    Where the header cannot be written then, the former one is put back and the journal says so; if not even that
    goes, before the next change or at the next sign-in.
    """
    if session.keyring.needs_mending:
        _put_back(session)
    written = False

    def write_line(header: Header) -> None:
        nonlocal written
        with session.saving() as record:
            record(action, subject, **detail, **change_said(session.keyring.header, header, subject))
        written = True

    try:
        yield write_line
    except BaseException:
        if written:
            with contextlib.suppress(ShelterError, OSError):
                _put_back(session)
        raise


def _put_back(session: Session) -> None:
    """Bring the header that this session goes by into force again, in both copies."""
    session.keyring.needs_mending = True
    keys.mend_header(session.folder, session.keyring)
    try:
        with session.saving() as record:
            settle_lines(session, record)
    except BaseException:
        session.keyring.needs_mending = True
        raise


def begin_anew(store: Database) -> None:
    """Compare no line that is there already: store and header are put together from what is not of one day.

    An old backup that was encrypted anew has the users and passwords of a later day. Call it inside a transaction.
    """
    set_meta(store, _BEGIN, _NOW)


def settle_lines(session: Session, record: Callable[..., None]) -> None:
    """Compare the newest line about users with the header, and finish what it says. Call it inside a transaction.

    If the header does not bear it out, a line after it says so; but only where nobody has worked since: later, somebody
    has put another header there, which is told and not taken over (`trust_check`).
    """
    header = session.keyring.header
    begin = get_meta(session.store, _BEGIN) or "0"
    if begin == _NOW:
        begin = str(session.journal.last_arrived())
        set_meta(session.store, _BEGIN, begin)
    newest = [line for line in session.journal.read(actions=USER_LINES, limit=1) if line.arrived > int(begin)]
    if newest and _open(session, newest[0]) and not _borne_out(header, newest[0]):
        record(UNDONE, newest[0].subject, change=newest[0].action)
    for line in session.journal.read(actions=["user.password_reset"], limit=_RESETS):
        slot = header.slot(line.subject)
        # Who has not signed in since has no draft that anybody could read.
        if slot is not None and slot.must_change and line.arrived > int(begin):
            rows.drop_drafts_of(session.store, line.subject)


def _open(session: Session, line: JournalEntry) -> bool:
    """Whether a crash, or a disk that failed in this session, can have kept a change from coming into force."""
    if line.action in (UNDONE, "users.attested") or line.device_id != session.device_id:
        return False
    at_the_end = line.seq == session.journal.head()[0]
    began = session.found_heads.get(session.device_id, 0)
    return at_the_end or (line.actor == session.user_id and began < line.seq)


def _borne_out(header: Header, line: JournalEntry) -> bool:
    """Whether the header says what the line does."""
    try:
        people, locks = persons_of(line.detail), locks_in(line.detail)
    except UnreadableLine:
        return True
    slots = [header.slot(person.id) for person in people]
    same = all(
        slot is not None and person_of(header, slot) == person
        for person, slot in zip(people, slots, strict=True)
    )
    gone = line.action not in ("user.removed", "user.removal_begun") or header.slot(line.subject) is None
    return same and gone and locks in (None, locks_of(header))
