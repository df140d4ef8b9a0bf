"""Drafts of entries that somebody corrected since the draft was begun: what both would have together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shelter_app.casework.drafts import OpenDraft
from shelter_app.casework.entries import Entry, read_state
from shelter_app.casework.sealing import Reading
from shelter_app.casework.session import Session
from shelter_app.domain.forms import changed_fields

__all__ = ["Overtaken", "overtaken_draft"]


@dataclass(frozen=True)
class Overtaken:
    """A draft of an entry that was corrected after the draft was begun, and how the two go together."""

    #: The entry as it is now.
    now: Reading
    #: `now` with what the draft changed.
    merged: dict[str, Any]


def overtaken_draft(session: Session, draft: OpenDraft, entry: Entry) -> Overtaken | None:
    """What became of the entry since the draft was begun; None if it is still the same.

    Where both changed the same answer, that of the draft is taken.
    """
    started_from = draft.context.get("started_from")
    if started_from == entry.row.head:
        return None
    before = read_state(session, entry.row, started_from).values if started_from else {}
    merged = dict(entry.values)
    for field_id in changed_fields(before, draft.values):
        if field_id in draft.values:
            merged[field_id] = draft.values[field_id]
        else:
            merged.pop(field_id, None)
    return Overtaken(entry.reading, merged)
