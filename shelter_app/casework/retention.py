"""Retention periods of the post, who is due by them, and persons of whom nothing is erased."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shelter_app.casework.case_facts import date_of
from shelter_app.casework.errors import NoSuchCase
from shelter_app.casework.people import person_name, person_values
from shelter_app.casework.session import Session
from shelter_app.domain.erasures import HOLD_REASONS
from shelter_app.domain.retention import (
    CaseTimes,
    RetentionPeriods,
    Standing,
    case_kind,
    standing,
    years_before,
)
from shelter_app.storage import books, cases, erasing
from shelter_app.storage.cases import CaseRow
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import Right

__all__ = [
    "DueList",
    "DuePerson",
    "due_people",
    "keep_person",
    "retention_periods",
    "set_retention_periods",
    "standing_of",
    "stop_keeping",
]

#: The settings of the vault stand under no user.
_VAULT: Final = ""
_KEY: Final = "retention"
#: So many are listed at once; the next come when these are done.
_MOST_LISTED: Final = 200


def retention_periods(session: Session) -> RetentionPeriods:
    """The periods of this post; none unless somebody set them."""
    stored = books.get_setting(session.store, _VAULT, _KEY)
    return RetentionPeriods.from_json(stored) if stored else RetentionPeriods()


def set_retention_periods(session: Session, periods: RetentionPeriods) -> Changes:
    """Set the periods of this post; the journal keeps the old and the new ones.

    Raises:
        NotYours: only who changes the settings of the vault.
    """
    session.require(Right.CHANGE_SETTINGS)
    before = retention_periods(session)
    if periods == before:
        return Changes()
    with session.saving() as record:
        books.set_setting(session.store, _VAULT, _KEY, periods.to_json())
        record(
            "settings.retention", session.keyring.vault_id,
            before={kind.value: years for kind, years in before.years.items()},
            after={kind.value: years for kind, years in periods.years.items()},
        )  # fmt: skip
    return Changes.of(None, "retention")


@dataclass(frozen=True)
class DuePerson:
    """Somebody whose time has come, with all their cases."""

    person_id: str
    #: Empty where nobody wrote a name down.
    name: str
    cases: tuple[CaseRow, ...]
    standing: Standing


@dataclass(frozen=True)
class DueList:
    """Whose time has come, the longest overdue first; `total` says how many there are if not all are listed."""

    people: tuple[DuePerson, ...] = ()
    total: int = 0


def due_people(session: Session, *, limit: int = _MOST_LISTED) -> DueList:
    """Everybody whose retention period is over, also those whom something holds; at most `limit` are named.

    Looks through the cases in short steps; for a worker. Cases that the signed-in person may not see are left out.

    Raises:
        NotYours: only who may propose an erasure.
    """
    session.require(Right.PROPOSE_ERASURE)
    periods = retention_periods(session)
    if not periods:
        return DueList()
    today = session.today
    quiet_since = years_before(today, min(periods.years.values())).isoformat()
    kept = erasing.holds(session.store)
    of_person: dict[str, list[CaseRow]] = {}
    found: list[tuple[str, Standing]] = []
    for page in erasing.persons_quiet_since(session.store, quiet_since):
        fresh = cases.cases_of_persons(
            session.store, [each for each in dict.fromkeys(page) if each not in of_person]
        )
        of_person |= fresh
        last = erasing.last_days_of(session.store, [case.id for mine in fresh.values() for case in mine])
        for person_id, mine in fresh.items():
            if not all(session.sees(case) for case in mine):
                continue
            stands = _standing(mine, last, periods, today, kept=person_id in kept)
            if stands.has_come(today):
                found.append((person_id, stands))
    found.sort(key=lambda each: (each[1].due_on or dt.date.max, each[0]))
    listed = found[:limit]
    people = person_values(session, [person_id for person_id, _ in listed])
    return DueList(
        tuple(
            DuePerson(
                person_id, person_name(people.get(person_id, {})),
                tuple(of_person[person_id]), stands,
            )
            for person_id, stands in listed
        ),
        len(found),
    )  # fmt: skip


def standing_of(session: Session, person_id: str) -> Standing:
    """How a person stands with the periods of this post and what holds an erasure up."""
    mine = cases.cases_of_person(session.store, person_id)
    if not mine:
        raise NoSuchCase
    last = erasing.last_days_of(session.store, [case.id for case in mine])
    kept = person_id in erasing.holds(session.store)
    return _standing(mine, last, retention_periods(session), session.today, kept=kept)


def _standing(
    mine: list[CaseRow], last: Mapping[str, str], periods: RetentionPeriods, today: dt.date, *, kept: bool
) -> Standing:
    times = [
        CaseTimes(
            case_kind(age=case.age, identified=case.identified), case.status, case.restricted,
            _last_event(case, last.get(case.id, "")), _latest(case.next_due or ""),
        )
        for case in mine
    ]  # fmt: skip
    return standing(times, periods, today, kept=kept)


def _last_event(case: CaseRow, last: str) -> dt.date:
    """The last day that an entry names, else that of the registration, else the one on which it was typed."""
    days = [day for day in (_latest(last), _latest(case.registered_on)) if day is not None]
    return max(days, default=dt.datetime.fromisoformat(case.created_at).astimezone().date())


def _latest(text: str) -> dt.date | None:
    """The last day that an ISO 8601 text of any precision can mean, also where it names a day too many."""
    if len(text) == len("2015-02-31"):
        year, month, day = (int(part) for part in text.split("-"))
        return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
    date = date_of(text)
    return date.latest() if date else None


def keep_person(session: Session, person_id: str, reason: str) -> Changes:
    """Mark that nothing of a person is erased until somebody lifts the mark; proposals for them end.

    Raises:
        NotYours, NoSuchCase
    """
    session.require(Right.ERASE)
    if reason not in HOLD_REASONS:
        raise ValueError("unknown reason")
    mine = cases.cases_of_person(session.store, person_id)
    if not mine:
        raise NoSuchCase
    session.require_sight(*mine)
    with session.saving() as record:
        now = session.now()
        erasing.set_hold(session.store, erasing.HoldRow(person_id, reason, now, session.user_id))
        erasing.end_proposals_of(
            session.store, person_id, outcome="withdrawn", ended_at=now, ended_by=session.user_id
        )
        record("erasure.held", person_id, reason=reason, case=mine[0].id)
    return Changes.of(mine[0].id, "erasing")


def stop_keeping(session: Session, person_id: str) -> Changes:
    """Lift the mark that nothing of a person is erased."""
    session.require(Right.ERASE)
    mine = cases.cases_of_person(session.store, person_id)
    if not mine:
        raise NoSuchCase
    session.require_sight(*mine)
    with session.saving() as record:
        erasing.lift_hold(session.store, person_id)
        record("erasure.hold_lifted", person_id, case=mine[0].id)
    return Changes.of(mine[0].id, "erasing")
