"""What is being typed, kept in the vault while one types and readable to its author alone."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shelter_app.casework.errors import AlreadySaved
from shelter_app.casework.session import Session
from shelter_app.storage import entries as rows
from shelter_app.storage.store import canonical
from shelter_app.vault.errors import DataDamaged

__all__ = ["OpenDraft", "discard_draft", "my_drafts", "save_draft", "saving_from_draft"]


@dataclass(frozen=True)
class OpenDraft:
    """A draft of the signed-in person. `context` is what the form page needs to come back as it was."""

    id: str
    case_id: str | None
    form: str
    entry_id: str | None
    saved_at: str
    values: dict[str, Any]
    context: dict[str, Any]


def save_draft(
    session: Session,
    form_id: str,
    values: Mapping[str, Any],
    *,
    case_id: str | None = None,
    entry_id: str | None = None,
    draft_id: str | None = None,
    context: Mapping[str, Any] | None = None,
) -> OpenDraft:
    """Keep a draft; with `draft_id` it replaces the one before. One synced transaction, not journaled.

    Raises:
        DiskFull: it could not be kept; the one before still is.
        AlreadySaved: what it is a draft of was saved or given up meanwhile.
    """
    draft_id = draft_id or session.new_id()
    now = session.now()
    content = {"f": form_id, "v": dict(values), "c": dict(context or {})}
    box = session.keyring.seal_private(canonical(content).encode(), label=f"draft {draft_id}")
    # Outside the seal a draft shows neither its form nor which entry it corrects.
    with session.store.transaction():
        # A lock, or the pause after a key, may come upon a form in the very moment in which it is saved.
        if draft_id in session.finished_drafts:
            raise AlreadySaved
        rows.save_draft(session.store, rows.Draft(draft_id, session.user_id, case_id, "", entry_id, now, box))
    return OpenDraft(draft_id, case_id, form_id, entry_id, now, dict(values), dict(context or {}))


def my_drafts(session: Session) -> list[OpenDraft]:
    """The drafts of the signed-in person, newest first; one that cannot be read does not hide the others."""
    found = []
    for row in rows.drafts_of(session.store, session.user_id):
        try:
            content = json.loads(session.keyring.open_private(row.box, label=f"draft {row.id}"))
        except DataDamaged:
            continue
        found.append(
            OpenDraft(
                row.id, row.case_id, content["f"], row.entry_id, row.saved_at, content["v"], content["c"]
            )
        )
    return found


def discard_draft(session: Session, draft_id: str) -> None:
    """Forget a draft on its author's wish."""
    with _finishing(session, draft_id):
        rows.drop_draft(session.store, draft_id, session.user_id)


@contextlib.contextmanager
def saving_from_draft(session: Session, draft_id: str | None) -> Iterator[Callable[..., None]]:
    """`Session.saving` for what was typed into a form: its draft goes in the same transaction, and stays gone."""
    with _finishing(session, draft_id) if draft_id else contextlib.nullcontext(), session.saving() as record:
        yield record
        if draft_id:
            rows.drop_draft(session.store, draft_id, session.user_id)


@contextlib.contextmanager
def _finishing(session: Session, draft_id: str) -> Iterator[None]:
    """One transaction after which this draft is not written any more; if it fails, it still is."""
    with session.store.alone():
        try:
            with session.store.transaction():
                yield
                session.finished_drafts.add(draft_id)
        except BaseException:
            session.finished_drafts.discard(draft_id)
            raise
