"""What a form page fills, and how it is read from the vault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shelter_app.casework import cases, drafts, overtaken_drafts
from shelter_app.casework.session import Session
from shelter_app.domain.forms import Form, form
from shelter_app.storage import books
from shelter_app.vault.rights import Right
from shelter_ui.windows.new_case import SMALL_FORM

__all__ = ["Filling", "prepare"]


@dataclass(frozen=True)
class Filling:
    """What is being filled, and what it was before anything was typed."""

    form: Form
    case_id: str | None = None
    entry_id: str | None = None
    started_from: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()
    draft_id: str | None = None
    #: When the draft was saved that nobody asked for by name.
    resumed_at: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    overtaken: overtaken_drafts.Overtaken | None = None
    users: Mapping[str, str] = field(default_factory=dict)
    number: str = ""
    name: str = ""
    #: The name in the other writing.
    reading: str = ""
    alerts: tuple[str, ...] = ()

    def taken_over(self) -> Filling:
        """The entry as it is now with what the overtaken draft changed, to go on from."""
        assert self.overtaken is not None
        head = self.overtaken.now.revision.id
        return replace(
            self, values=self.overtaken.merged, started_from=head, overtaken=None, resumed_at="",
            extra={**self.extra, "started_from": head},
        )  # fmt: skip


def prepare(
    session: Session, case_id: str | None, form_id: str, entry_id: str | None, draft_id: str | None
) -> Filling:
    """What is filled when a page opens: a new entry, a correction of `entry_id`, a draft, or the first step of a case.

    Whoever corrects an entry goes on with the own draft of it, if there is one.

    Raises:
        NotAllowed: the signed-in person may not write here.
        NoSuchCase, NotYours
    """
    session.require(Right.CLOSE_CASE if form_id == "closure" else Right.WRITE_CASE)
    mine = drafts.my_drafts(session)
    draft = next((d for d in mine if d.id == draft_id), None) if draft_id else None
    extra = draft.context if draft else {}
    if case_id is None:
        values = draft.values if draft else {}
        if form_id == "intake" and not draft:
            form_id = "person"
        return Filling(
            SMALL_FORM if form_id == "person" else form(form_id),
            values=values,
            draft_id=draft.id if draft else None,
            extra=extra,
        )
    view = cases.open_case(session, case_id)
    declared = form(form_id)
    if entry_id is None and not declared.repeatable:
        found = [view.person] if form_id == "person" else list(view.of_form(form_id))
        entry_id = next((entry.row.id for entry in found if entry is not None), None)
    entry = next((e for e in view.entries if e.row.id == entry_id), None)
    resumed_at = ""
    if not draft_id and (entry_id or not declared.repeatable):
        draft = next((d for d in mine if _is_of(d, case_id, form_id, entry_id)), None)
        extra = draft.context if draft else {}
        resumed_at = draft.saved_at if draft else ""
    values = dict(entry.values) if entry else {}
    started_from = entry.row.head if entry else None
    return Filling(
        declared,
        case_id,
        entry_id,
        started_from=extra.get("started_from", started_from),
        values=draft.values if draft else values,
        sealed=entry.reading.sealed if entry else frozenset(),
        draft_id=draft.id if draft else None,
        resumed_at=resumed_at,
        extra={"started_from": started_from, **extra},
        overtaken=overtaken_drafts.overtaken_draft(session, draft, entry) if draft and entry else None,
        users={row.id: row.name for row in books.users(session.store)},
        number=view.case.number,
        name=view.name or "",
        reading=view.reading,
        alerts=view.case.alerts,
    )


def _is_of(draft: drafts.OpenDraft, case_id: str, form_id: str, entry_id: str | None) -> bool:
    """Whether this draft corrects that entry; what belongs to a person can be corrected from each of the cases."""
    if draft.form != form_id or draft.entry_id != entry_id:
        return False
    return bool(entry_id) or draft.case_id == case_id
