"""When alerts of cases were raised and by whom they have been seen, as the journal tells it."""

from __future__ import annotations

from dataclasses import dataclass

from shelter_app.storage.database import Database

__all__ = ["Raised", "last_raised", "seen_since", "unseen"]

#: Lines that only took alerts back need nobody's attention; lines from before the count was kept do.
_RAISED = "action = 'case.alerts' AND coalesce(json_extract(detail, '$.raised'), 1) > 0"


@dataclass(frozen=True)
class Raised:
    """The latest time that an alert of a case was raised."""

    case_id: str
    arrived: int
    at: str
    actor: str


def unseen(db: Database, user_id: str, *, since: str) -> list[Raised]:
    """Cases with alerts that others raised and this person has not seen: own ones, others from `since` on."""
    rows = db.rows(
        "SELECT raised.about, raised.arrived, raised.at, raised.actor FROM journal AS raised"
        " JOIN cases ON cases.id = raised.about"
        f" WHERE raised.arrived IN (SELECT max(arrived) FROM journal WHERE {_RAISED} GROUP BY about)"
        " AND cases.alerts <> '[]' AND raised.actor <> :user AND (raised.at >= :since OR cases.assigned_to = :user)"
        " AND NOT EXISTS (SELECT 1 FROM journal AS seen WHERE seen.about = raised.about"
        " AND seen.action = 'case.alerts_seen' AND seen.actor = :user AND seen.arrived > raised.arrived)"
        " ORDER BY raised.arrived DESC",
        {"user": user_id, "since": since},
    )
    return [Raised(*row) for row in rows]


def last_raised(db: Database, case_id: str) -> Raised | None:
    """When an alert of this case was raised last."""
    row = db.row(
        f"SELECT about, arrived, at, actor FROM journal WHERE about = ? AND {_RAISED} ORDER BY arrived DESC LIMIT 1",
        (case_id,),
    )
    return Raised(*row) if row else None


def seen_since(db: Database, case_id: str, arrived: int) -> list[str]:
    """Who has acknowledged the alerts of a case after that line of the journal, in that order."""
    rows = db.rows(
        "SELECT actor, min(arrived) FROM journal WHERE about = ? AND action = 'case.alerts_seen' AND arrived > ?"
        " GROUP BY actor ORDER BY 2",
        (case_id, arrived),
    )
    return [str(row[0]) for row in rows]
