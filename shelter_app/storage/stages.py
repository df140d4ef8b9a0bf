"""Cases that have reached a stage, and what the entries of one form say of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from shelter_app.storage.database import Database

__all__ = ["cases_at_stage", "coded_of_form"]

_AT_ONCE = 500


def cases_at_stage(
    db: Database, stages: Sequence[str], *, statuses: tuple[str, ...], hidden_from: str | None = None
) -> list[str]:
    """Ids of the cases at one of these stages; without restricted ones of others if asked."""
    sql = f"SELECT id FROM cases WHERE stage IN ({_marks(stages)}) AND status IN ({_marks(statuses)})"
    values: list[object] = [*stages, *statuses]
    if hidden_from is not None:
        sql += " AND (restricted = 0 OR assigned_to = ?)"
        values.append(hidden_from)
    return [str(row[0]) for row in db.rows(f"{sql} ORDER BY number", values)]


def coded_of_form(db: Database, form: str, case_ids: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The coded answers of every entry of a form in these cases, with the id of the case."""
    for first in range(0, len(case_ids), _AT_ONCE):
        some = case_ids[first : first + _AT_ONCE]
        found = db.rows(
            "SELECT entries.case_id, revisions.coded FROM entries JOIN revisions ON revisions.id = entries.head"
            f" WHERE entries.form = ? AND entries.case_id IN ({_marks(some)})",
            (form, *some),
        )
        for case_id, coded in found:
            yield str(case_id), json.loads(coded)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
