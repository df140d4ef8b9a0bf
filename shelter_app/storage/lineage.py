"""What must hold between entries, their revisions, their parts and the journal lines that name them."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from typing import Final

from shelter_app.storage.database import Database

__all__ = ["broken_entries", "counters_behind", "disagreements"]

#: An entry is never saved without its newest revision, loses none, and never goes back to an earlier one.
_BROKEN: Final = """
SELECT id FROM entries WHERE NOT EXISTS (SELECT 1 FROM revisions WHERE revisions.id = head AND entry_id = entries.id)
UNION SELECT id FROM entries WHERE revisions <> (SELECT count(*) FROM revisions WHERE entry_id = entries.id)
UNION SELECT entries.id FROM entries JOIN revision_parents ON parent_id = head
  JOIN revisions ON revisions.id = revision_id WHERE revisions.entry_id = entries.id
UNION SELECT entry_id FROM revisions WHERE NOT EXISTS (SELECT 1 FROM entries WHERE entries.id = entry_id)
ORDER BY 1
"""


#: A counter that was put back would give the number of a change or of a case a second time.
_BEHIND: Final = """
SELECT 'change_no' WHERE (SELECT max(change_no) FROM cases) >
  coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'change_no'), 0)
UNION SELECT letter || ' ' || year FROM numbers WHERE last <
  (SELECT count(*) FROM cases WHERE number GLOB '*-' || letter || '-' || printf('%02d', year % 100) || '-*')
"""


def broken_entries(db: Database) -> list[str]:
    """Entries whose revisions are not those that were saved, as far as the entries themselves tell."""
    return [str(row[0]) for row in db.rows(_BROKEN)]


def counters_behind(db: Database) -> list[str]:
    """Counters that are lower than what they have counted."""
    return [str(row[0]) for row in db.rows(_BEHIND)]


def disagreements(db: Database) -> Iterator[tuple[str, str]]:
    """Journal line and entry (or case) for each line that names what is not there or was changed since.

    Lines about a case that has been erased, or was taken back with its import, say nothing any more.
    """
    for page in db.pages(
        "SELECT rowid, action, subject, detail FROM journal WHERE rowid > ?"
        " AND action IN ('entry.added', 'entry.corrected', 'case.opened') ORDER BY rowid LIMIT ?",
        (0,),
        size=400,
    ):
        lines = [(int(row[0]), str(row[1]), str(row[2]), json.loads(row[3])) for row in page]
        present = _present(db, {str(line[3].get("case") or line[2]) for line in lines})
        for number, action, subject, detail in lines:
            case_id = str(detail.get("case") or subject)
            if case_id not in present:
                continue
            if action == "case.opened":
                digests = [each for written in detail.get("digests", ()) for each in written]
                known = _of_case(db, case_id, present[case_id])
            else:
                digests = list(detail.get("digests", ()))
                known = _of_revision(db, str(detail.get("revision")), subject)
            if not {str(each.get("coded") or each.get("part")) for each in digests} <= known:
                yield str(number), subject


def _present(db: Database, case_ids: Iterable[str]) -> dict[str, str]:
    """The cases of these that are in the store, with their persons."""
    wanted = sorted(case_ids)
    marks = ", ".join("?" * len(wanted))
    return dict(db.rows(f"SELECT id, person_id FROM cases WHERE id IN ({marks})", wanted))


def _of_case(db: Database, case_id: str, person_id: str) -> set[str]:
    """What there is of every revision of a case and of its person."""
    revisions = (
        "SELECT id FROM revisions WHERE entry_id IN"
        " (SELECT id FROM entries WHERE case_id = ? OR (case_id IS NULL AND person_id = ?))"
    )
    return _held(db, revisions, (case_id, person_id))


def _of_revision(db: Database, revision_id: str, entry_id: str) -> set[str]:
    return _held(db, "SELECT id FROM revisions WHERE id = ? AND entry_id = ?", (revision_id, entry_id))


def _held(db: Database, revisions: str, values: tuple[str, ...]) -> set[str]:
    """Digests of the coded facts of these revisions, and the ids of their sealed parts."""
    coded = db.rows(f"SELECT salt, coded FROM revisions WHERE id IN ({revisions})", values)
    parts = db.rows(f"SELECT id FROM parts WHERE revision_id IN ({revisions})", values)
    digests = {hmac.new(bytes(salt), text.encode(), hashlib.sha256).hexdigest() for salt, text in coded}
    return digests | {str(row[0]) for row in parts}
