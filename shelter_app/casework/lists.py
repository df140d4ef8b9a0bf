"""The case list, what is due, and numbers for the rail."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shelter_app.casework.entries import read_entries
from shelter_app.casework.sealing import known_form
from shelter_app.casework.session import Session
from shelter_app.domain.forms import Form, form
from shelter_app.storage import case_list, cases, due
from shelter_app.storage import entries as rows
from shelter_app.storage.case_list import Anchor, CaseListRow, ListFilter, Order
from shelter_app.storage.database import Database
from shelter_app.vault.rights import Right

__all__ = [
    "Agenda",
    "CaseList",
    "Due",
    "agenda",
    "case_list_of",
    "count_agenda",
    "count_due_today",
    "due_of_form",
]

#: The agenda reaches so many days ahead.
_AHEAD: Final = 7


@dataclass(frozen=True)
class CaseList:
    """A list of cases in one order: its length, where its pages begin, and its pages."""

    session: Session
    order: Order
    wanted: ListFilter
    descending: bool = False

    @property
    def _db(self) -> Database:
        return self.session.index.database if self.session.index is not None else self.session.store

    @property
    def _names(self) -> bool:
        return self.session.index is not None

    def count(self) -> int:
        """How many cases it holds."""
        return case_list.count(self._db, self.wanted, names=self._names)

    def anchors(self) -> list[Anchor]:
        """Where its pages begin; a walk along an index in short steps, for a worker where the list is long."""
        return case_list.anchors(
            self._db, self.order, self.wanted, names=self._names, descending=self.descending
        )

    def page(self, start: Anchor | None = None) -> list[CaseListRow]:
        """The page that begins at an anchor, or the first."""
        return case_list.page(
            self._db, self.order, self.wanted, names=self._names, start=start, descending=self.descending
        )


def case_list_of(
    session: Session,
    order: Order = "number",
    *,
    statuses: tuple[str, ...] = (),
    mine: bool = False,
    with_due_only: bool = False,
    descending: bool = False,
) -> CaseList:
    """The cases that the signed-in person may see, in an order and with a filter."""
    session.require(Right.READ_CASE)
    wanted = session.visible(
        statuses=statuses, assigned_to=session.user_id if mine else None, with_due_only=with_due_only
    )
    return CaseList(session, order, wanted, descending)


@dataclass(frozen=True)
class Due:
    """Something that is due in a case; nothing sealed is read for it, but which health record it is."""

    row: rows.EntryRow
    case: cases.CaseRow
    listed: CaseListRow | None
    #: None where the kind of form is sealed to this reader, or a newer program wrote it.
    form: Form | None
    #: The answers that name nobody.
    coded: Mapping[str, Any]
    days_late: int

    @property
    def title(self) -> str:
        """Message id of the kind of entry."""
        return self.form.title if self.form else form("health").title


@dataclass(frozen=True)
class Agenda:
    """What is due, earliest first; `overdue` and `total` count also what is not among `dues`."""

    dues: tuple[Due, ...]
    overdue: int
    total: int


def agenda(session: Session, *, mine: bool = True, days: int = _AHEAD, limit: int = 200) -> Agenda:
    """What is overdue, due today and due within `days`; at most `limit` overdue, and as many to come."""
    session.require(Right.READ_CASE)
    past, ahead = _due_filter(session, mine, days=-1), _due_filter(session, mine, days=days, since=0)
    found = due.due_entries(session.store, past, limit=limit)
    coming = due.due_entries(session.store, ahead, limit=limit)
    overdue = len(found) if len(found) < limit else due.count_due(session.store, past)
    total = overdue + (len(coming) if len(coming) < limit else due.count_due(session.store, ahead))
    return Agenda(tuple(_dues(session, [*found, *coming])), overdue, total)


def count_agenda(session: Session, *, mine: bool = True, days: int = _AHEAD) -> int:
    """How much `agenda` would count in all, without reading any of it."""
    session.require(Right.READ_CASE)
    return due.count_due(session.store, _due_filter(session, mine, days=days))


def count_due_today(session: Session) -> int:
    """How much of the signed-in person's work is overdue or due today; reads no part."""
    session.require(Right.READ_CASE)
    return due.count_due(session.store, _due_filter(session, mine=True, days=0))


def due_of_form(session: Session, form_id: str, *, days: int, limit: int = 5000) -> list[Due]:
    """Entries of one form that are overdue or due within `days`, for the whole post, earliest first."""
    session.require(Right.READ_CASE)
    wanted = dataclasses.replace(_due_filter(session, mine=False, days=days), form=form_id)
    return _dues(session, due.due_entries(session.store, wanted, limit=limit))


def _due_filter(session: Session, mine: bool, *, days: int, since: int | None = None) -> due.DueFilter:
    def day(after: int) -> str:
        return (session.today + dt.timedelta(days=after)).isoformat()

    return due.DueFilter(
        until=day(days), since="" if since is None else day(since),
        assigned_to=session.user_id if mine else None, hidden_from=session.visible().hidden_from,
    )  # fmt: skip


def _dues(session: Session, found: Sequence[rows.EntryRow]) -> list[Due]:
    of_case = cases.cases_by_id(session.store, sorted({e.case_id for e in found if e.case_id}))
    found = [entry for entry in found if entry.case_id in of_case]
    heads = rows.revisions_by_id(session.store, [entry.head for entry in found])
    found = [entry for entry in found if entry.head in heads]
    veiled = read_entries(session, [entry for entry in found if entry.form == "health"])
    forms = {entry.row.id: entry.form for entry in veiled}
    db = session.index.database if session.index is not None else session.store
    listed = case_list.rows_of(db, sorted(of_case), names=session.index is not None)
    dues = []
    for entry in found:
        case_id, head = str(entry.case_id), heads[entry.head]
        dues.append(
            Due(
                row=entry,
                case=of_case[case_id],
                listed=listed.get(case_id),
                form=forms[entry.id] if entry.id in forms else known_form(head.form, head.form_version),
                coded=head.coded,
                days_late=(session.today - _day(str(entry.due_on))).days,
            )
        )
    return dues


def _day(text: str) -> dt.date:
    """The last day of a due date of which only month or year is known."""
    from shelter_app.casework.case_facts import date_of

    found = date_of(text)
    last = found.latest() if found else None
    assert last is not None
    return last
