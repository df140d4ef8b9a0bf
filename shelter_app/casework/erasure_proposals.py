"""How many proposed erasures wait for the signed-in person; quick, for a sign-in."""

from __future__ import annotations

from shelter_app.casework.session import Session
from shelter_app.storage import cases, erasing
from shelter_app.vault.rights import Right

__all__ = ["waiting_for_me"]


def waiting_for_me(session: Session) -> int:
    """Proposals of others that the signed-in person may approve; none for who may not."""
    if not session.may(Right.ERASE):
        return 0
    waiting = 0
    for row in erasing.open_proposals(session.store):
        mine = cases.cases_of_person(session.store, row.person_id)
        if row.proposed_by != session.user_id and mine and all(session.sees(case) for case in mine):
            waiting += 1
    return waiting
