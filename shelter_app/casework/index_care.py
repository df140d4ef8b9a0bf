"""Keeping the people index in step with the store: after a save, and when a vault is opened."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress

from shelter_app.casework.people import catch_up
from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_app.storage import cases
from shelter_app.storage.people_index import PeopleIndex
from shelter_app.storage.store import get_meta
from shelter_app.vault.errors import DataDamaged

__all__ = ["bring_up", "follow"]


def follow(session: Session, gone: Collection[str] = ()) -> None:
    """Bring the index up to what was just saved, without the cases that are `gone`.

    What is saved stands: an index that cannot follow now does so at the next save or when the vault is opened.
    """
    with suppress(ShelterError):
        catch_up(session)
        if gone and session.index is not None:
            session.index.forget(gone)


def bring_up(session: Session, progress: Callable[[int, int], None] | None = None) -> None:
    """Bring the index up to the store when the vault is opened.

    One that is damaged inside, or that has read further than the store goes (a restored one), is begun anew;
    cases that are not in the store any more leave it.

    Raises:
        DataDamaged: the store itself cannot be read.
    """
    if session.index is None:
        return
    try:
        if session.index.read_up_to() > int(get_meta(session.store, "change_no") or 0):
            _begin_anew(session)
        _catch_up(session, progress)
    except DataDamaged:
        _begin_anew(session)
        _catch_up(session, progress)


def _catch_up(session: Session, progress: Callable[[int, int], None] | None) -> None:
    catch_up(session, progress)
    index = session.index
    if index is not None and index.count() != cases.count_cases(session.store):
        for page in index.case_ids():
            index.forget(cases.removed_cases(session.store, page))


def _begin_anew(session: Session) -> None:
    if session.index is not None:
        session.index.close()
    PeopleIndex.discard(session.folder.people_index)
    session.index = PeopleIndex.open(session.folder.people_index, session.keyring.index_key)
