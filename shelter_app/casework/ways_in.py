"""How many ways there are into everything, and asking until there are two that do not depend on each other."""

from __future__ import annotations

from dataclasses import dataclass

from shelter_app.casework.session import Session
from shelter_app.storage import books
from shelter_app.vault.rights import Compartment, Right, may

__all__ = ["WaysIn", "asks_for_another_way", "wait_until_tomorrow", "ways_in"]

_ASKED = "ways_in_asked"
_SHEETS = ("vault.created", "vault.sheets_renewed", "vault.sheets_checked", "vault.recovered")


@dataclass(frozen=True)
class WaysIn:
    """Who can open everything, and whether the recovery sheets are known to."""

    #: Names of the users who hold every key, may manage users and have chosen their own password.
    people: tuple[str, ...]
    #: The vault has recovery sheets.
    sheets: bool
    #: They were tried, or used, since they were made.
    sheets_checked: bool

    @property
    def count(self) -> int:
        """How many ways there are that do not depend on each other."""
        return len(self.people) + (self.sheets and self.sheets_checked)

    @property
    def enough(self) -> bool:
        """Whether one of them may be lost."""
        return self.count >= 2


def ways_in(session: Session) -> WaysIn:
    """The ways into everything that this vault has now."""
    header = session.keyring.header
    epochs = {name: key.epoch for name, key in header.compartments.items()}
    epochs[Compartment.STORE] = header.store_epoch
    people = tuple(
        slot.name
        for slot in header.users
        if not (slot.disabled or slot.must_change)
        and may(slot.role, Right.MANAGE_USERS)
        and all(epoch in slot.sealed.get(name, {}) for name, epoch in epochs.items())
    )
    return WaysIn(people, header.recovery is not None, _sheets_checked(session))


def _sheets_checked(session: Session) -> bool:
    """Whether the sheets that hold now were tried in a drill, or opened the vault, after they were made."""
    for line in session.journal.read(actions=_SHEETS, limit=1000):
        if line.action == "vault.recovered" or (
            line.action == "vault.sheets_checked" and line.detail.get("fit") is True
        ):
            return True
        if line.action != "vault.sheets_checked":
            return False
    return False


def asks_for_another_way(session: Session) -> bool:
    """Whether the signed-in person should be asked today to see to a second way in.

    It is asked of those who can do something about it, every day anew; a vault of invented people needs none.
    """
    if not session.may(Right.MANAGE_USERS) or session.keyring.header.demo:
        return False
    if books.get_setting(session.store, session.user_id, _ASKED) == session.today.isoformat():
        return False
    return not ways_in(session).enough


def wait_until_tomorrow(session: Session) -> None:
    """Ask the signed-in person no more today."""
    with session.store.transaction():
        books.set_setting(session.store, session.user_id, _ASKED, session.today.isoformat())
