"""Cases that have reached a stage."""

from __future__ import annotations

from shelter_app.storage.database import Database

__all__ = ["cases_at_stage"]


def cases_at_stage(
    db: Database, stage: str, *, statuses: tuple[str, ...], hidden_from: str | None = None, limit: int = 500
) -> list[str]:
    """Ids of the cases at a stage, what is due first leads; without restricted ones of others if asked."""
    sql = f"SELECT id FROM cases WHERE stage = ? AND status IN ({', '.join('?' * len(statuses))})"
    values: list[object] = [stage, *statuses]
    if hidden_from is not None:
        sql += " AND (restricted = 0 OR assigned_to = ?)"
        values.append(hidden_from)
    sql += " ORDER BY coalesce(next_due, '9999'), number LIMIT ?"
    return [str(row[0]) for row in db.rows(sql, (*values, limit))]
