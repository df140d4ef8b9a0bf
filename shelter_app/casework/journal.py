"""Reading the journal: who did what and when, without any value of a case."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from shelter_app.casework.journal_words import KINDS, kind_of
from shelter_app.casework.session import Session
from shelter_app.casework.trust import trust_of
from shelter_app.storage import books, cases
from shelter_app.storage.cases import CaseRow
from shelter_app.storage.journal import JournalEntry
from shelter_app.vault.errors import NotYours
from shelter_app.vault.rights import Right

__all__ = [
    "KINDS",
    "JournalFilter",
    "JournalLine",
    "JournalPage",
    "Opener",
    "all_lines",
    "case_of_number",
    "read_journal",
    "who_opened",
    "writers",
]

#: Lines read at once where all that a filter leaves are wanted.
_BATCH: Final = 500


@dataclass(frozen=True)
class JournalFilter:
    """Which lines are wanted: of one kind, person, case, and between two days, both included."""

    kind: str = "all"
    actor: str | None = None
    case_id: str | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None


@dataclass(frozen=True)
class JournalLine:
    """One line: its number, when it was written here, who wrote it, and what it is about."""

    seq: int
    at: dt.datetime
    actor: str
    action: str
    #: Case number or user name that the line is about; empty where it is about neither.
    about: str
    #: The case that it is about, if the reader may see it.
    case_id: str | None
    detail: Mapping[str, Any]
    #: It is about a restricted case that the reader may not see.
    withheld: bool = False
    #: The letter of the computer on which it was written.
    letter: str = ""
    actor_id: str = ""
    arrived: int = 0
    #: Whoever had the recovery sheets wrote it, before there was an account for them.
    by_sheets: bool = False


@dataclass(frozen=True)
class JournalPage:
    """Lines newest first, and the place before which the next page begins; None at the end."""

    lines: tuple[JournalLine, ...]
    next_before: int | None


def read_journal(
    session: Session,
    wanted: JournalFilter | None = None,
    *,
    before: int | None = None,
    actor: str | None = None,
    kind: str = "all",
    limit: int = 100,
) -> JournalPage:
    """A page of the journal, of what `wanted` names, or of one actor and one kind of action.

    Raises:
        NotYours: the role does not allow reading the journal, or the case is not for this person.
        KeyError: there is no such kind.
    """
    session.require(Right.READ_JOURNAL)
    wanted = wanted or JournalFilter(kind, actor)
    found = session.journal.read(before=before, limit=limit + 1, **_query(session, wanted))
    shown = found[:limit]
    return JournalPage(_lines(session, shown), shown[-1].arrived if len(found) > limit else None)


def all_lines(
    session: Session, wanted: JournalFilter, *, upto: int | None = None
) -> Iterator[tuple[JournalLine, ...]]:
    """All lines that a filter leaves, newest first, in pieces; those that arrive meanwhile are left out.

    Raises:
        NotYours, KeyError
    """
    before = None if upto is None else upto + 1
    while True:
        page = read_journal(session, wanted, before=before, limit=_BATCH)
        if page.lines:
            yield page.lines
        before = page.next_before
        if before is None:
            return


def _query(session: Session, wanted: JournalFilter) -> dict[str, Any]:
    """The filter as the store asks for it."""
    query: dict[str, Any] = {"actor": wanted.actor}
    if wanted.kind not in KINDS:
        raise KeyError(wanted.kind)
    if wanted.case_id is not None:
        case = cases.case(session.store, wanted.case_id)
        if case is not None and not session.sees(case):
            raise NotYours(Right.SEE_RESTRICTED)
        query["about"] = wanted.case_id
    if wanted.kind != "all":
        happened = session.journal.actions(wanted.actor)
        query["actions"] = [action for action in happened if kind_of(action, wanted.kind)]
    if wanted.first_day is not None:
        query["since"] = _beginning(wanted.first_day)
    if wanted.last_day is not None:
        query["until"] = _beginning(wanted.last_day + dt.timedelta(days=1))
    return query


def _beginning(day: dt.date) -> str:
    """The first moment of a day where the computer stands, as the store writes it."""
    moment = dt.datetime.combine(day, dt.time()).astimezone()
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def case_of_number(session: Session, text: str) -> CaseRow | None:
    """The case of a number as typed; None where there is none that this person may see."""
    session.require(Right.READ_JOURNAL)
    number = unicodedata.normalize("NFKC", text).strip().upper()
    case = cases.case_by_number(session.store, number)
    return case if case is not None and session.sees(case) else None


def writers(session: Session) -> list[tuple[str, str]]:
    """Everybody who is or was a user, as (id, name), those who left last.

    Raises:
        NotYours: the role does not allow reading the journal.
    """
    session.require(Right.READ_JOURNAL)
    known = sorted(books.users(session.store), key=lambda row: (row.removed_at is not None, row.name))
    return [(row.id, row.name) for row in known]


@dataclass(frozen=True)
class Opener:
    """Somebody who has dealt with a case: how often they read it, what they changed, from when to when."""

    user_id: str
    name: str
    #: They opened it when it was new.
    began: bool
    readings: int
    changes: int
    first: dt.datetime
    last: dt.datetime


def who_opened(session: Session, case_id: str) -> tuple[Opener, ...]:
    """Who opened a case and when, whoever looked last first; from the journal, which nobody can change unseen.

    That somebody looked is a line of the journal too.

    Raises:
        NotYours: the role does not allow reading the journal, or the case is not for this person.
    """
    found: dict[str, Opener] = {}
    for page in all_lines(session, JournalFilter(case_id=case_id)):
        for line in page:
            known = found.get(line.actor_id) or Opener(
                line.actor_id, line.actor, began=False, readings=0, changes=0, first=line.at, last=line.at
            )
            read, began = kind_of(line.action, "reading"), line.action == "case.opened"
            found[line.actor_id] = replace(
                known,
                began=known.began or began,
                readings=known.readings + (line.action == "case.read"),
                changes=known.changes + (not read and not began),
                first=line.at,
            )
    with session.saving() as record:
        record("case.opener_seen", case_id)
    return tuple(found.values())


def _sheets(session: Session, strangers: set[str]) -> set[str]:
    """Which of those who are no users are recovery sheets, of today or replaced, by what was signed of them."""
    if not strangers:
        return set()
    times = trust_of(session).times
    return {
        actor for actor in strangers if any(each.person.kind == "recovery" for each in times.get(actor, ()))
    }


def _lines(session: Session, found: Sequence[JournalEntry]) -> tuple[JournalLine, ...]:
    about = {str(entry.detail.get("case") or entry.subject) for entry in found}
    known = cases.cases_by_id(session.store, sorted(about - {""}))
    letters = {row.id: row.letter for row in books.devices(session.store)}
    names = {row.id: row.name for row in books.users(session.store)}
    sheets = _sheets(session, {entry.actor for entry in found} - names.keys())
    lines = []
    for entry in found:
        case = known.get(str(entry.detail.get("case") or entry.subject))
        withheld = case is not None and not session.sees(case)
        if case is not None:
            words = "" if withheld else case.number
        else:
            words = names.get(entry.subject, "") if entry.action.startswith(("user.", "keys.")) else ""
        lines.append(
            JournalLine(
                entry.seq, dt.datetime.fromisoformat(entry.at).astimezone(), names.get(entry.actor, entry.actor),
                entry.action, words, case.id if case is not None and not withheld else None, entry.detail,
                withheld, letters.get(entry.device_id, ""), entry.actor, entry.arrived, entry.actor in sheets,
            )
        )  # fmt: skip
    return tuple(lines)
