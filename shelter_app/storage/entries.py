"""Entries, their revisions and sealed parts, attachments and drafts: rows of the store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shelter_app.storage.database import Database, Row

__all__ = [
    "ENTRY_COLUMNS",
    "Draft",
    "EntryRow",
    "PartRow",
    "RevisionRow",
    "add_entry",
    "add_revision",
    "entries_in_case",
    "entries_of_case",
    "revisions_of",
]

#: Columns of `EntryRow`, in its order.
ENTRY_COLUMNS = (
    "id, case_id, person_id, form, head, revisions, happened_on, due_on, done_on, status, assigned_to,"
    " created_at, created_by, device_id"
)
_REVISION = "id, entry_id, form, form_version, coded, kept, salt, typed_at, typed_by, device_id"


@dataclass(frozen=True)
class EntryRow:
    """One filled form as lists and timelines know it: the typed columns of its newest revision."""

    id: str
    case_id: str | None
    person_id: str
    form: str
    head: str
    revisions: int
    happened_on: str | None
    due_on: str | None
    done_on: str | None
    status: str | None
    assigned_to: str | None
    created_at: str
    created_by: str
    device_id: str


@dataclass(frozen=True)
class RevisionRow:
    """One saved state of an entry: its coded part and who typed it when."""

    id: str
    entry_id: str
    form: str
    form_version: int
    coded: dict[str, Any]
    kept: dict[str, str]
    salt: bytes
    typed_at: str
    typed_by: str
    device_id: str


@dataclass(frozen=True)
class PartRow:
    """A sealed part of a revision."""

    id: str
    revision_id: str
    compartment: str
    epoch: int
    sealing: str
    author: str
    box: bytes


@dataclass(frozen=True)
class Draft:
    """What somebody was typing, sealed to that person alone."""

    id: str
    user_id: str
    case_id: str | None
    form: str
    entry_id: str | None
    saved_at: str
    box: bytes


def _revision(row: Row) -> RevisionRow:
    return RevisionRow(*(*row[:4], json.loads(row[4]), json.loads(row[5]), bytes(row[6]), *row[7:]))


def add_entry(db: Database, row: EntryRow) -> None:
    """Keep a new entry."""
    db.execute(
        f"INSERT INTO entries ({ENTRY_COLUMNS}) VALUES ({', '.join('?' * 14)})",
        tuple(getattr(row, name) for name in row.__dataclass_fields__),
    )


def set_head(db: Database, row: EntryRow) -> None:
    """The entry's newest revision and its typed columns."""
    db.execute(
        "UPDATE entries SET head = ?, revisions = ?, happened_on = ?, due_on = ?, done_on = ?, status = ?,"
        " assigned_to = ? WHERE id = ?",
        (
            row.head,
            row.revisions,
            row.happened_on,
            row.due_on,
            row.done_on,
            row.status,
            row.assigned_to,
            row.id,
        ),
    )


def add_revision(db: Database, row: RevisionRow, coded: str, parents: Sequence[str]) -> None:
    """Keep a revision; `coded` is the canonical text of its coded part."""
    kept = json.dumps(row.kept, sort_keys=True)
    db.execute(
        f"INSERT INTO revisions ({_REVISION}) VALUES ({', '.join('?' * 10)})",
        (
            row.id,
            row.entry_id,
            row.form,
            row.form_version,
            coded,
            kept,
            row.salt,
            row.typed_at,
            row.typed_by,
            row.device_id,
        ),
    )
    db.execute_many(
        "INSERT INTO revision_parents (revision_id, parent_id) VALUES (?, ?)",
        [(row.id, parent) for parent in parents],
    )


def add_part(db: Database, row: PartRow) -> None:
    """Keep a sealed part."""
    db.execute(
        "INSERT INTO parts (id, revision_id, compartment, epoch, sealing, author, box) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row.id, row.revision_id, row.compartment, row.epoch, row.sealing, row.author, row.box),
    )


def reseal_part(db: Database, part: PartRow, *, epoch: int, box: bytes) -> None:
    """Replace an inbox part by the same content under the compartment's own key."""
    db.execute(
        "UPDATE parts SET epoch = ?, sealing = 'key', box = ? WHERE revision_id = ? AND compartment = ?",
        (epoch, box, part.revision_id, part.compartment),
    )


def entry(db: Database, entry_id: str) -> EntryRow | None:
    """An entry by its id."""
    row = db.row(f"SELECT {ENTRY_COLUMNS} FROM entries WHERE id = ?", (entry_id,))
    return EntryRow(*row) if row else None


def entries_of_case(db: Database, case_id: str, person_id: str) -> list[EntryRow]:
    """All entries of a case and those of its person, oldest first."""
    rows = db.rows(
        f"SELECT {ENTRY_COLUMNS} FROM entries WHERE case_id = ? OR (person_id = ? AND case_id IS NULL) ORDER BY created_at, id",
        (case_id, person_id),
    )
    return [EntryRow(*row) for row in rows]


def entries_in_case(db: Database, case_id: str) -> list[EntryRow]:
    """The entries of a case alone, without those of its person, oldest first."""
    rows = db.rows(
        f"SELECT {ENTRY_COLUMNS} FROM entries WHERE case_id = ? ORDER BY created_at, id", (case_id,)
    )
    return [EntryRow(*row) for row in rows]


def person_entry(db: Database, person_id: str, form: str = "person") -> EntryRow | None:
    """The entry that says who a person is."""
    row = db.row(
        f"SELECT {ENTRY_COLUMNS} FROM entries WHERE person_id = ? AND form = ? AND case_id IS NULL ORDER BY created_at LIMIT 1",
        (person_id, form),
    )
    return EntryRow(*row) if row else None


def revision(db: Database, revision_id: str) -> RevisionRow | None:
    """A revision by its id."""
    row = db.row(f"SELECT {_REVISION} FROM revisions WHERE id = ?", (revision_id,))
    return _revision(row) if row else None


def revisions_by_id(db: Database, ids: Sequence[str]) -> dict[str, RevisionRow]:
    """Several revisions at once."""
    found: dict[str, RevisionRow] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        for row in db.rows(
            f"SELECT {_REVISION} FROM revisions WHERE id IN ({', '.join('?' * len(some))})", some
        ):
            found[row[0]] = _revision(row)
    return found


def revisions_of_entries(db: Database, entry_ids: Sequence[str]) -> Iterator[tuple[RevisionRow, str]]:
    """Every saved state of these entries, and the text of its coded part as it is stored."""
    for start in range(0, len(entry_ids), 500):
        some = entry_ids[start : start + 500]
        for row in db.rows(
            f"SELECT {_REVISION} FROM revisions WHERE entry_id IN ({', '.join('?' * len(some))})", some
        ):
            yield _revision(row), str(row[4])


def revisions_of(db: Database, entry_id: str) -> list[RevisionRow]:
    """Every saved state of an entry, parents before what was made of them, whatever the clock said."""
    rows = db.rows(f"SELECT {_REVISION} FROM revisions WHERE entry_id = ? ORDER BY typed_at, id", (entry_id,))
    left = [_revision(row) for row in rows]
    if len(left) < 2:
        return left
    parents: dict[str, set[str]] = {}
    for revision_id, parent in db.rows(
        "SELECT revision_id, parent_id FROM revision_parents WHERE revision_id IN"
        " (SELECT id FROM revisions WHERE entry_id = ?)",
        (entry_id,),
    ):
        parents.setdefault(revision_id, set()).add(parent)
    ordered: list[RevisionRow] = []
    waiting = {revision.id for revision in left}
    while left:
        following = next((r for r in left if not parents.get(r.id, set()) & waiting), left[0])
        left.remove(following)
        waiting.discard(following.id)
        ordered.append(following)
    return ordered


def parts_of(
    db: Database, revision_ids: Sequence[str], compartments: Sequence[str]
) -> dict[str, list[PartRow]]:
    """The sealed parts of these revisions in the named compartments only; others are not even read."""
    found: dict[str, list[PartRow]] = {}
    if not compartments:
        return found
    kinds = ", ".join("?" * len(compartments))
    for start in range(0, len(revision_ids), 500):
        some = revision_ids[start : start + 500]
        for row in db.rows(
            "SELECT id, revision_id, compartment, epoch, sealing, author, box FROM parts"
            f" WHERE revision_id IN ({', '.join('?' * len(some))}) AND compartment IN ({kinds})",
            (*some, *compartments),
        ):
            part = PartRow(*(*row[:6], bytes(row[6])))
            found.setdefault(part.revision_id, []).append(part)
    return found


def compartments_of(db: Database, revision_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """Which compartments hold something of these revisions; tells that it is there, not what."""
    found: dict[str, set[str]] = {}
    for start in range(0, len(revision_ids), 500):
        some = revision_ids[start : start + 500]
        for revision_id, compartment in db.rows(
            f"SELECT revision_id, compartment FROM parts WHERE revision_id IN ({', '.join('?' * len(some))})",
            some,
        ):
            found.setdefault(revision_id, set()).add(compartment)
    return {key: frozenset(value) for key, value in found.items()}


def inbox_parts(db: Database, compartment: str) -> Iterator[list[PartRow]]:
    """Parts that wait to be re-sealed under the compartment's own key, in short reads."""
    for page in db.pages(
        "SELECT revision_id, id, compartment, epoch, sealing, author, box FROM parts"
        f" WHERE revision_id > ? AND compartment = '{compartment}' AND sealing = 'inbox' ORDER BY revision_id LIMIT ?",
        ("",),
        size=200,
    ):
        yield [PartRow(row[1], row[0], row[2], row[3], row[4], row[5], bytes(row[6])) for row in page]


def save_draft(db: Database, draft: Draft) -> None:
    """Keep a draft; the same id replaces the one before, if it is the same person's."""
    db.execute(
        "INSERT INTO drafts (id, user_id, case_id, form, entry_id, saved_at, box) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET case_id = excluded.case_id, form = excluded.form, entry_id = excluded.entry_id,"
        " saved_at = excluded.saved_at, box = excluded.box WHERE user_id = excluded.user_id",
        (draft.id, draft.user_id, draft.case_id, draft.form, draft.entry_id, draft.saved_at, draft.box),
    )


def drop_draft(db: Database, draft_id: str, user_id: str) -> None:
    """Forget a draft of this person; harmless when there is none."""
    db.execute("DELETE FROM drafts WHERE id = ? AND user_id = ?", (draft_id, user_id))


def drop_drafts_of(db: Database, user_id: str) -> int:
    """Forget all drafts of somebody whom nobody can read for any more; returns how many there were."""
    return db.execute("DELETE FROM drafts WHERE user_id = ?", (user_id,))


def drafts_of(db: Database, user_id: str) -> list[Draft]:
    """The drafts of one person, newest first."""
    rows = db.rows(
        "SELECT id, user_id, case_id, form, entry_id, saved_at, box FROM drafts WHERE user_id = ? ORDER BY saved_at DESC",
        (user_id,),
    )
    return [Draft(*(*row[:6], bytes(row[6]))) for row in rows]


@dataclass(frozen=True)
class AttachmentRow:
    """A sealed file that belongs to an entry."""

    id: str
    entry_id: str
    file: str
    size: int
    sha256: str
    added_at: str
    added_by: str


def add_attachment(db: Database, row: AttachmentRow) -> None:
    """Keep what is known of a sealed file that is already synced to disk."""
    db.execute(
        "INSERT INTO attachments (id, entry_id, file, size, sha256, added_at, added_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row.id, row.entry_id, row.file, row.size, row.sha256, row.added_at, row.added_by),
    )


def attachments_of(db: Database, entry_id: str) -> list[AttachmentRow]:
    """The sealed files of an entry."""
    rows = db.rows(
        "SELECT id, entry_id, file, size, sha256, added_at, added_by FROM attachments WHERE entry_id = ?",
        (entry_id,),
    )
    return [AttachmentRow(*row) for row in rows]


def attachment_files(db: Database) -> dict[str, tuple[int, str]]:
    """Size and SHA-256 of every sealed file, by its name."""
    return {file: (size, sha) for file, size, sha in db.rows("SELECT file, size, sha256 FROM attachments")}


def owners_of_files(db: Database) -> dict[str, str]:
    """The entry of every sealed file, by its name."""
    return dict(db.rows("SELECT file, entry_id FROM attachments"))


def person_entries(db: Database, person_ids: Sequence[str]) -> list[EntryRow]:
    """The entries that say who these persons are, one each."""
    found: dict[str, EntryRow] = {}
    for start in range(0, len(person_ids), 500):
        some = person_ids[start : start + 500]
        # The + keeps SQLite from looking through every entry that belongs to no case.
        for row in db.rows(
            f"SELECT {ENTRY_COLUMNS} FROM entries WHERE form = 'person' AND +case_id IS NULL"
            f" AND person_id IN ({', '.join('?' * len(some))})",
            some,
        ):
            entry = EntryRow(*row)
            first = found.get(entry.person_id)
            if first is None or entry.created_at < first.created_at:
                found[entry.person_id] = entry
    return list(found.values())


def all_entries(db: Database, *, size: int = 500) -> Iterator[list[EntryRow]]:
    """Every entry of the store, in short reads."""
    for page in db.pages(
        f"SELECT {ENTRY_COLUMNS} FROM entries WHERE id > ? ORDER BY id LIMIT ?", ("",), size=size
    ):
        yield [EntryRow(*row) for row in page]
