"""What is due and not done: rows of the store, by day, person and form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shelter_app.storage.database import Database
from shelter_app.storage.entries import ENTRY_COLUMNS, EntryRow

__all__ = ["DueFilter", "count_due", "due_entries"]


@dataclass(frozen=True)
class DueFilter:
    """Which of what is due and not done: from one day up to another, whose, of which form.

    `hidden_from` is the user who must not see restricted cases of others; None sees them.
    """

    until: str
    since: str = ""
    assigned_to: str | None = None
    hidden_from: str | None = None
    form: str = ""

    def where(self) -> tuple[str, list[Any]]:
        """The conditions after WHERE, and their values."""
        conditions = ["due_on IS NOT NULL AND done_on IS NULL AND due_on <= ?"]
        values: list[Any] = [self.until]
        if self.since:
            conditions.append("due_on >= ?")
            values.append(self.since)
        if self.form:
            conditions.append("form = ?")
            values.append(self.form)
        if self.assigned_to:
            conditions.append("(assigned_to = ? OR case_id IN (SELECT id FROM cases WHERE assigned_to = ?))")
            values += [self.assigned_to, self.assigned_to]
        if self.hidden_from:
            conditions.append(
                "case_id NOT IN (SELECT id FROM cases WHERE restricted = 1 AND cases.assigned_to IS NOT ?)"
            )
            values.append(self.hidden_from)
        return " AND ".join(conditions), values


def due_entries(db: Database, wanted: DueFilter, *, limit: int = 500) -> list[EntryRow]:
    """What is due and not done, earliest first."""
    where, values = wanted.where()
    # Which ones is answered by the index alone; read from the table are only those that are wanted.
    rows = db.rows(
        f"SELECT {ENTRY_COLUMNS} FROM entries WHERE id IN"
        f" (SELECT id FROM entries WHERE {where} ORDER BY due_on, case_id LIMIT ?) ORDER BY due_on, case_id",
        [*values, limit],
    )
    return [EntryRow(*row) for row in rows]


def count_due(db: Database, wanted: DueFilter) -> int:
    """How much is due and not done."""
    where, values = wanted.where()
    return int(db.value(f"SELECT count(*) FROM entries WHERE {where}", values))
