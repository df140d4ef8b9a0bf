"""Coded alerts that everybody on shift sees without detail, and who has seen them.

Whoever works on cases may raise one: safety must not wait for the right person. What concerns health is taken back
only by somebody who holds the health key, who knows why it is there. Alerts lie in the case's row and in no form, so
that neither a summary nor an export of forms carries them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from shelter_app.casework.errors import NoSuchCase
from shelter_app.casework.index_care import follow
from shelter_app.casework.sealing import alerts_digest
from shelter_app.casework.session import Session
from shelter_app.domain.codelists import code_list
from shelter_app.storage import alerts as rows
from shelter_app.storage import case_list, cases
from shelter_app.storage.case_list import CaseListRow
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import Compartment, Right

__all__ = [
    "HEALTH_ALERTS",
    "NewAlert",
    "Seen",
    "acknowledge_alerts",
    "alerts_seen",
    "may_take_back",
    "new_alerts",
    "set_alerts",
]

#: Alerts that a health worker sets for everybody; only a holder of the health key takes them back.
HEALTH_ALERTS: Final = frozenset({"watch_self_harm", "allergy", "call_nurse"})
#: Alerts of the whole post are shown so long to whoever has not seen them; those of one's own cases always.
_DAYS: Final = 14
_CLOSED: Final = ("Closed", "ClosedReferred")


def may_take_back(session: Session, alert: str) -> bool:
    """Whether the signed-in person may take this alert back."""
    if not session.may(Right.WRITE_CASE):
        return False
    return alert not in HEALTH_ALERTS or session.keyring.holds(Compartment.HEALTH)


def set_alerts(session: Session, case_id: str, alerts: Collection[str]) -> Changes:
    """Set the alerts of a case. The journal says how many were raised and taken back, not which.

    Raises:
        NotYours: this role does not write, the case is not to be seen, or an alert about health would be taken back.
        KeyNotHeld: that needs the health key; the message names who holds it.
        NoSuchCase
        ValueError: there is no such alert.
    """
    session.require(Right.WRITE_CASE)
    known = code_list("alerts")
    if not all(known.is_valid(code) for code in alerts):
        raise ValueError("unknown alert")
    case = cases.case(session.store, case_id)
    if case is None:
        raise NoSuchCase
    session.require_sight(case)
    before, now = set(case.alerts), set(alerts)
    if (before - now) & HEALTH_ALERTS and not session.keyring.holds(Compartment.HEALTH):
        session.keyring.secret_of(
            Compartment.HEALTH, session.keyring.header.compartments[Compartment.HEALTH].epoch
        )
    with session.saving() as record:
        set_now = tuple(code for code in known.codes if code in now)
        cases.update_case(session.store, replace(case, alerts=set_now))
        record(
            "case.alerts", case_id, alerts=len(now), raised=len(now - before), taken_back=len(before - now),
            digest=alerts_digest(case_id, set_now),
        )  # fmt: skip
    follow(session)
    return Changes.of(case_id, "case", "alerts")


@dataclass(frozen=True)
class NewAlert:
    """A case with alerts that the signed-in person has not seen yet."""

    listed: CaseListRow
    alerts: tuple[str, ...]
    raised_at: dt.datetime
    raised_by: str


def new_alerts(session: Session, *, limit: int = 50) -> list[NewAlert]:
    """Cases whose alerts were raised by others and not acknowledged yet, the latest first.

    Those of one's own cases at any time, those of the post for fourteen days.
    """
    session.require(Right.READ_CASE)
    since = (session.clock() - dt.timedelta(days=_DAYS)).astimezone(dt.UTC).isoformat(timespec="microseconds")
    raised = rows.unseen(session.store, session.user_id, since=since)
    found = cases.cases_by_id(session.store, [each.case_id for each in raised])
    wanted = [
        each
        for each in raised
        if (case := found.get(each.case_id)) is not None and case.status not in _CLOSED and session.sees(case)
    ][:limit]
    db = session.index.database if session.index is not None else session.store
    listed = case_list.rows_of(db, [each.case_id for each in wanted], names=session.index is not None)
    return [
        NewAlert(
            listed[each.case_id], found[each.case_id].alerts, dt.datetime.fromisoformat(each.at).astimezone(),
            session.user_name(each.actor),
        )
        for each in wanted
        if each.case_id in listed
    ]  # fmt: skip


def acknowledge_alerts(session: Session, case_ids: Sequence[str]) -> Changes:
    """Write down that the signed-in person has seen the alerts of these cases.

    Raises:
        NotYours, NoSuchCase: nothing has been written.
    """
    session.require(Right.READ_CASE)
    found = cases.cases_by_id(session.store, list(case_ids))
    if set(case_ids) - found.keys():
        raise NoSuchCase
    for case in found.values():
        session.require_sight(case)
    with session.saving() as record:
        for case_id in case_ids:
            record("case.alerts_seen", case_id)
    return Changes.of(None, "alerts")


@dataclass(frozen=True)
class Seen:
    """Who raised the alerts of a case last and when, who has seen them since, and whether I have to look."""

    raised_at: dt.datetime
    raised_by: str
    seen_by: tuple[str, ...]
    mine_to_see: bool


def alerts_seen(session: Session, case_id: str) -> Seen | None:
    """Who has seen the alerts of a case; None where none was ever raised.

    Raises:
        NotYours, NoSuchCase
    """
    session.require(Right.READ_CASE)
    case = cases.case(session.store, case_id)
    if case is None:
        raise NoSuchCase
    session.require_sight(case)
    raised = rows.last_raised(session.store, case_id)
    if raised is None:
        return None
    seen = rows.seen_since(session.store, case_id, raised.arrived)
    names = tuple(session.user_name(user_id) for user_id in seen)
    mine = bool(case.alerts) and session.user_id not in (raised.actor, *seen)
    return Seen(
        dt.datetime.fromisoformat(raised.at).astimezone(), session.user_name(raised.actor), names, mine
    )
