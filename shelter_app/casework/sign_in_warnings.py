"""What nobody should overlook at sign-in.

The journal is not as it was seen, the header lets in whom nobody has signed for, or something was found in the folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from shelter_app.casework import heads
from shelter_app.casework.erasure_care import refused_lists, refused_words
from shelter_app.casework.heads import HeadWarning
from shelter_app.casework.journal_check import warning_words
from shelter_app.casework.session import Session
from shelter_app.casework.trust_check import Unsigned, unsigned, unsigned_words
from shelter_app.vault.rights import Right
from shelter_i18n import _

__all__ = [
    "Noticed",
    "Warned",
    "about_users",
    "acknowledge",
    "explained",
    "note",
    "notice_words",
    "only_noticed",
    "warnings_at_sign_in",
    "words",
]


@dataclass(frozen=True)
class Noticed:
    """Something in the folder that was not as the program leaves it, and that opening the vault has dealt with."""

    kind: Literal["copy mended", "list refused"]
    mark: str
    at: str = ""


Warned = HeadWarning | Unsigned | Noticed

_QUESTIONED = "users.questioned"
#: So many earlier warnings are looked through for the same one.
_LATELY = 200


def warnings_at_sign_in(session: Session) -> list[Warned]:
    """What has to be said to whoever has just signed in; changes nothing.

    Whoever may manage users is told of users until the difference is gone, everybody else once.
    """
    found = unsigned(session)
    if not session.may(Right.MANAGE_USERS):
        told = heads.told_before(session)
        found = [each for each in found if each.mark not in told]
    return [*found, *heads.earlier_than_seen(session), *_noticed(session)]


def _noticed(session: Session) -> list[Noticed]:
    """A mended copy of the header, to whoever signs in then; lists of erasures that were refused, to those who supervise, once."""
    found = [Noticed("copy mended", name) for name in session.mended_copies]
    if session.may(Right.MANAGE_USERS) or session.may(Right.ERASE):
        told = heads.told_before(session)
        for line in refused_lists(session):
            mark = f"list:{line.detail.get('mark') or line.seq}"
            if mark not in told:
                found.append(Noticed("list refused", mark, line.at))
    return found


def about_users(warning: Warned) -> bool:
    """Whether it is about users, which those who manage them can settle."""
    return isinstance(warning, Unsigned)


def only_noticed(warnings: Sequence[Warned]) -> bool:
    """Whether journal and users are as they were, and only the folder was not."""
    return all(isinstance(each, Noticed) for each in warnings)


def explained(warning: Warned) -> bool:
    """Whether the restore of a backup would explain it."""
    return isinstance(warning, HeadWarning) and warning.restored is not None


def words(warning: Warned) -> str:
    """One sentence or two."""
    if isinstance(warning, Noticed):
        return notice_words(warning)
    return unsigned_words(warning) if isinstance(warning, Unsigned) else warning_words(warning)


def notice_words(notice: Noticed) -> str:
    """What was found in the folder, and what to do."""
    if notice.kind == "copy mended":
        return _(
            "One of the two copies of the key file was damaged and has been written anew from the other one. If this happens "
            "again, the disk or stick is failing: make a backup to another disk."
        )
    return refused_words(notice.at)


def note(session: Session, warnings: Sequence[Warned]) -> None:
    """Write into the journal what was found, before it is shown; what stands there is not written again."""
    heads.note_warnings(session, [each for each in warnings if isinstance(each, HeadWarning)])
    lately = session.journal.read(actions=[_QUESTIONED], limit=_LATELY)
    there = {line.detail.get("mark") for line in lately}
    new = [each for each in warnings if isinstance(each, Unsigned) and each.mark not in there]
    if new:
        with session.saving() as record:
            for each in new:
                record(_QUESTIONED, each.user_id or session.keyring.vault_id, what=each.kind, mark=each.mark)


def acknowledge(session: Session, warnings: Sequence[Warned]) -> None:
    """This person has read the warnings."""
    heads.acknowledge(
        session,
        [each for each in warnings if isinstance(each, HeadWarning)],
        [
            each.mark
            for each in warnings
            if isinstance(each, Unsigned) or (isinstance(each, Noticed) and each.at)
        ],
    )
