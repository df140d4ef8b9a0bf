"""Journal lines of changes in the header: written before the header is, and compared with it at the next sign-in.

The header and the store are two files, and a crash can fall between them. The line comes first, signed by whoever asked for
the change, with a digest of what the header will say of whom it is about. So no change comes into force without a
line; and a line whose change did not come into force is followed by one that says so, before anybody works again.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Final

from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_app.storage import entries as rows
from shelter_app.storage.database import Database
from shelter_app.storage.store import canonical, get_meta, set_meta
from shelter_app.vault import vault as keys
from shelter_app.vault.header import Header
from shelter_app.vault.header_change import Before
from shelter_app.vault.rights import Compartment

__all__ = ["announced", "begin_anew", "settle_lines"]

_UNDONE: Final = "keys.change_undone"
_LINES: Final = (
    "user.added", "user.disabled", "user.enabled", "user.key_granted", "user.key_withdrawn", "user.password_changed",
    "user.password_dearer", "user.password_reset", "user.removed", "vault.sheets_renewed", _UNDONE,
)  # fmt: skip
#: Row of the store: the place of the last line that is not compared.
_BEGIN: Final = "key_lines_begin"
_NOW: Final = "now"
#: So many lines are compared, the newest; whatever is older was compared at an earlier sign-in.
_ENOUGH: Final = 500


def _state(header: Header, subject: str) -> str:
    """What the header says of a user, or of the recovery sheets where the vault is the subject, as a digest.

    "" where it says nothing. Former keys, which come and go while parts are sealed anew, do not count.
    """
    slot = header.recovery if subject == header.vault_id else header.slot(subject)
    if slot is None:
        return ""
    epochs = {name: key.epoch for name, key in header.compartments.items()}
    epochs[Compartment.STORE] = header.store_epoch
    held = sorted(name.value for name, epoch in epochs.items() if epoch in slot.sealed.get(name, {}))
    said = [
        slot.id,
        slot.role.value,
        slot.epub.hex(),
        slot.commit.hex(),
        slot.disabled,
        slot.must_change,
        held,
    ]
    return hashlib.sha256(canonical(said).encode()).hexdigest()[:32]


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
            record(action, subject, **detail, state=_state(header, subject))
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
    """Compare the newest line about each user, and about the sheets, with the header, and finish what it says.

    A line that the header does not bear out gets one after it that says so. Call it inside a transaction.
    """
    header = session.keyring.header
    begin = get_meta(session.store, _BEGIN) or "0"
    if begin == _NOW:
        begin = str(session.journal.last_arrived())
        set_meta(session.store, _BEGIN, begin)
    settled: set[str] = set()
    for line in session.journal.read(actions=_LINES, limit=_ENOUGH):
        if line.subject in settled or line.arrived <= int(begin):
            continue
        settled.add(line.subject)
        said = line.detail.get("state")
        if said is None:
            continue
        if said != _state(header, line.subject):
            record(_UNDONE, line.subject, change=line.action)
        elif line.action == "user.password_reset":
            slot = header.slot(line.subject)
            # Who has not signed in since has no draft that anybody could read.
            if slot is not None and slot.must_change:
                rows.drop_drafts_of(session.store, line.subject)
