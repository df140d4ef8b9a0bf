"""Settings on which safety depends, compared with the journal lines that say how they were set.

They are rows that whoever holds the store key could put back to an earlier day. What only changes how the program looks
(language, colours, sizes, filters) has no line and is not compared: nobody is less safe for it.
"""

from __future__ import annotations

from typing import Any

from shelter_app.casework.backups import backup_plan, same_place
from shelter_app.casework.retention import retention_periods
from shelter_app.casework.session import Session
from shelter_app.casework.settings import safety_of
from shelter_app.storage import books
from shelter_app.storage.store import get_meta
from shelter_i18n import _

__all__ = ["settings_put_back"]

#: So many lines of users are looked at, the newest.
_ENOUGH = 1000


def settings_put_back(session: Session) -> list[str]:
    """A sentence for each setting that is not as the journal says it was set last; none without such a line."""
    found = [
        _("{name}: the minutes until the program locks, or whether pictures of it may be taken, were changed by hand.")
        .format(name=session.user_name(user_id))
        for user_id in _users_put_back(session)
    ]  # fmt: skip
    periods = {kind.value: years for kind, years in retention_periods(session).years.items()}
    if periods != _last(session, "settings.retention").get("after", {}):
        found.append(_("The retention periods were changed by hand."))
    last = _last(session, "backup.planned")
    if last and backup_plan(session).hours != last.get("hours"):
        found.append(_("How often backups are made by themselves was changed by hand."))
    # After a restore the newest backup is the one that the vault came from; no line of this vault says where that lay.
    last = _last(session, "backup.made", ended_by="vault.restored")
    if "made_at" in last and last["made_at"] != get_meta(session.store, "backup_at"):
        found.append(_("When the last backup was made was changed by hand."))
    if "place" in last and not same_place(session, last["place"]):
        found.append(_("The folder in which backups are made by themselves was changed by hand."))
    return found


def _last(session: Session, action: str, ended_by: str = "") -> dict[str, Any]:
    """What the newest line of an action says; nothing where there is none, or where `ended_by` came after it."""
    lines = session.journal.read(actions=[action, ended_by], limit=1)
    return lines[0].detail if lines and lines[0].action == action else {}


def _users_put_back(session: Session) -> list[str]:
    """Users whose settings are others than their last line says."""
    lines = session.journal.read(actions=["settings.safety"], limit=_ENOUGH)
    newest = {line.subject: line.detail for line in reversed(lines)}
    users = {user.id for user in books.users(session.store) if user.removed_at is None}
    found = []
    for user_id, said in newest.items():
        now = safety_of(session, user_id) if user_id in users else said
        if any(now.get(name) != value for name, value in said.items()):
            found.append(user_id)
    return found
