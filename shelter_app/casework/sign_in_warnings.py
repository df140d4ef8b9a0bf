"""What nobody should overlook at sign-in: the journal is not as it was seen, or the header lets in whom nobody has signed for."""

from __future__ import annotations

from collections.abc import Sequence

from shelter_app.casework import heads
from shelter_app.casework.heads import HeadWarning
from shelter_app.casework.journal_check import warning_words
from shelter_app.casework.session import Session
from shelter_app.casework.trust_check import Unsigned, unsigned, unsigned_words
from shelter_app.vault.rights import Right

__all__ = ["Warned", "about_users", "acknowledge", "explained", "note", "warnings_at_sign_in", "words"]

Warned = HeadWarning | Unsigned

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
    return [*found, *heads.earlier_than_seen(session)]


def about_users(warning: Warned) -> bool:
    """Whether it is about users, which those who manage them can settle."""
    return isinstance(warning, Unsigned)


def explained(warning: Warned) -> bool:
    """Whether the restore of a backup would explain it."""
    return isinstance(warning, HeadWarning) and warning.restored is not None


def words(warning: Warned) -> str:
    """One sentence or two."""
    return unsigned_words(warning) if isinstance(warning, Unsigned) else warning_words(warning)


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
        [each.mark for each in warnings if isinstance(each, Unsigned)],
    )
