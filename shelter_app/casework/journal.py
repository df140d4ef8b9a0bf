"""Reading the journal: who did what and when, without any value of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shelter_app.casework.session import Session
from shelter_app.storage import cases
from shelter_app.storage.journal import JournalEntry
from shelter_app.vault.rights import Right

__all__ = ["KINDS", "JournalLine", "JournalPage", "read_journal"]

#: What can be asked for: the beginnings of the names of actions that belong together.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "all": ("",),
    "signing_in": ("session.", "user.password_changed"),
    "reading": ("case.read", "entry.history_read"),
    "changes": ("case.", "entry."),
    "in_and_out": ("import.", "export.", "summary.", "register.", "package.", "form."),
    "users": ("user.",),
    "vault": ("vault.", "backup.", "parts."),
}
#: Lines read from the store at once while a filter is in force.
_BATCH: Final = 400


@dataclass(frozen=True)
class JournalLine:
    """One line: its number, when it was written here, who wrote it, and what it is about."""

    seq: int
    at: dt.datetime
    actor: str
    action: str
    #: Case number or user name that the line is about; empty where it is about neither.
    about: str
    case_id: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class JournalPage:
    """Lines newest first, and the number below which the next page begins; None at the end."""

    lines: tuple[JournalLine, ...]
    next_before: int | None


def read_journal(
    session: Session,
    *,
    before: int | None = None,
    actor: str | None = None,
    kind: str = "all",
    limit: int = 100,
) -> JournalPage:
    """A page of the journal, of one actor and of one kind of action where they are named.

    Raises:
        NotYours: the role does not allow reading the journal.
        KeyError: there is no such kind.
    """
    session.require(Right.READ_JOURNAL)
    beginnings = KINDS[kind]
    found: list[JournalEntry] = []
    while len(found) <= limit:
        batch = session.journal.read(before=before, actor=actor, limit=_BATCH)
        found += [entry for entry in batch if _wanted(entry.action, kind, beginnings)]
        if len(batch) < _BATCH:
            break
        before = batch[-1].arrived
    shown = found[:limit]
    more = shown[-1].arrived if len(found) > limit else None
    return JournalPage(_lines(session, shown), more)


def _wanted(action: str, kind: str, beginnings: tuple[str, ...]) -> bool:
    if kind == "changes" and action in KINDS["reading"]:
        return False
    return action.startswith(beginnings)


def _lines(session: Session, found: Collection[JournalEntry]) -> tuple[JournalLine, ...]:
    subjects = {str(entry.detail.get("case") or entry.subject) for entry in found}
    numbers = {
        row.id: row.number for row in cases.cases_by_id(session.store, sorted(subjects - {""})).values()
    }
    lines = []
    for entry in found:
        subject = str(entry.detail.get("case") or entry.subject)
        about = numbers.get(subject, "")
        if not about and entry.action.startswith("user."):
            about = session.user_name(entry.subject)
        lines.append(
            JournalLine(
                entry.seq, dt.datetime.fromisoformat(entry.at).astimezone(), session.user_name(entry.actor),
                entry.action, about, subject if subject in numbers else None, entry.detail,
            )
        )  # fmt: skip
    return tuple(lines)
