"""Users' history, settings, imports and releases: the smaller tables of the store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shelter_app.storage.database import Database

__all__ = [
    "ImportRow",
    "ImportedRow",
    "ReleaseRow",
    "UserRow",
    "add_import",
    "add_release",
    "counted_in",
    "releases",
    "users",
]


@dataclass(frozen=True)
class UserRow:
    """Somebody who has or had a key slot."""

    id: str
    name: str
    role: str
    sign_key: bytes
    added_at: str
    removed_at: str | None


def keep_user(db: Database, row: UserRow) -> None:
    """Keep or renew a user in the history; the signing key of an id never changes."""
    db.execute(
        "INSERT INTO users (id, name, role, sign_key, added_at, removed_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, removed_at = excluded.removed_at",
        (row.id, row.name, row.role, row.sign_key, row.added_at, row.removed_at),
    )


def users(db: Database) -> list[UserRow]:
    """Everybody who has or had a slot, in the order they came."""
    rows = db.rows("SELECT id, name, role, sign_key, added_at, removed_at FROM users ORDER BY added_at, id")
    return [UserRow(*(*row[:3], bytes(row[3]), *row[4:])) for row in rows]


def add_device(db: Database, device_id: str, letter: str, added_at: str) -> None:
    """A laptop that writes into this store."""
    db.execute("INSERT INTO devices (id, letter, added_at) VALUES (?, ?, ?)", (device_id, letter, added_at))


def device_letter(db: Database, device_id: str) -> str:
    """The letter of a device in case numbers."""
    return str(db.value("SELECT letter FROM devices WHERE id = ?", (device_id,)))


@dataclass(frozen=True)
class DeviceRow:
    """A laptop that has written into this store."""

    id: str
    letter: str
    added_at: str


def devices(db: Database) -> list[DeviceRow]:
    """The laptops that have written into this store, in the order they came."""
    rows = db.rows("SELECT id, letter, added_at FROM devices ORDER BY added_at, id")
    return [DeviceRow(*row) for row in rows]


def disowned_cases(db: Database) -> list[str]:
    """Numbers of cases that bear another opener than their line in the journal, or have no such line."""
    found: list[str] = []
    for page in db.pages(
        "SELECT cases.id, number, coalesce(actor, '') <> created_by FROM cases LEFT JOIN journal"
        " ON about = cases.id AND +action = 'case.opened' WHERE cases.id > ? ORDER BY cases.id LIMIT ?",
        ("",),
        size=2000,
    ):
        found += [str(row[1]) for row in page if row[2]]
    return found


def get_setting(db: Database, user_id: str, key: str) -> str | None:
    """A setting of one user, or None."""
    value = db.value("SELECT value FROM settings WHERE user_id = ? AND key = ?", (user_id, key))
    return None if value is None else str(value)


def set_setting(db: Database, user_id: str, key: str, value: str) -> None:
    """Keep a setting of one user."""
    db.execute(
        "INSERT OR REPLACE INTO settings (user_id, key, value) VALUES (?, ?, ?)", (user_id, key, value)
    )


@dataclass(frozen=True)
class ImportRow:
    """One register that was brought in; `source` (its file name and columns) is sealed."""

    id: str
    made_at: str
    made_by: str
    source: bytes
    counts: dict[str, int]
    undone_at: str | None


@dataclass(frozen=True)
class ImportedRow:
    """What became of one row of a register; `box` holds its sealed original text."""

    import_id: str
    sheet: int
    row: int
    fingerprint: bytes | None
    outcome: str
    reasons: tuple[str, ...]
    case_id: str | None
    box: bytes | None


def add_import(db: Database, row: ImportRow, rows: Sequence[ImportedRow]) -> None:
    """Keep the record of an import and of all its rows."""
    db.execute(
        "INSERT INTO imports (id, made_at, made_by, source, counts, undone_at) VALUES (?, ?, ?, ?, ?, NULL)",
        (row.id, row.made_at, row.made_by, row.source, json.dumps(row.counts, sort_keys=True)),
    )
    db.execute_many(
        "INSERT INTO import_rows (import_id, sheet, row, fingerprint, outcome, reasons, case_id, box)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                r.import_id,
                r.sheet,
                r.row,
                r.fingerprint,
                r.outcome,
                json.dumps(list(r.reasons)),
                r.case_id,
                r.box,
            )
            for r in rows
        ],
    )


def imports(db: Database) -> list[ImportRow]:
    """All imports, newest first."""
    rows = db.rows(
        "SELECT id, made_at, made_by, source, counts, undone_at FROM imports ORDER BY made_at DESC, id"
    )
    return [ImportRow(*(*row[:3], bytes(row[3]), json.loads(row[4]), row[5])) for row in rows]


def imported_rows(db: Database, import_id: str) -> list[ImportedRow]:
    """What became of every row of one import."""
    rows = db.rows(
        "SELECT import_id, sheet, row, fingerprint, outcome, reasons, case_id, box FROM import_rows"
        " WHERE import_id = ? ORDER BY sheet, row",
        (import_id,),
    )
    return [
        ImportedRow(
            r[0], r[1], r[2], r[3] and bytes(r[3]), r[4], tuple(json.loads(r[5])), r[6], r[7] and bytes(r[7])
        )
        for r in rows
    ]


def waiting_rows(db: Database) -> int:
    """How many rows of all registers wait for a decision."""
    return int(db.value("SELECT count(*) FROM import_rows WHERE box IS NOT NULL"))


def settle_row(
    db: Database, import_id: str, sheet: int, row: int, *, outcome: str, case_id: str | None
) -> None:
    """A row that waited has been decided; its sealed text is not needed any more."""
    db.execute(
        "UPDATE import_rows SET outcome = ?, case_id = ?, box = NULL WHERE import_id = ? AND sheet = ? AND row = ?",
        (outcome, case_id, import_id, sheet, row),
    )


def known_fingerprints(db: Database, fingerprints: Sequence[bytes]) -> frozenset[bytes]:
    """Which of these rows an import that was not undone has brought in already."""
    found: set[bytes] = set()
    for start in range(0, len(fingerprints), 500):
        some = fingerprints[start : start + 500]
        found.update(
            bytes(value)
            for (value,) in db.rows(
                "SELECT fingerprint FROM import_rows JOIN imports ON imports.id = import_id"
                f" WHERE undone_at IS NULL AND fingerprint IN ({', '.join('?' * len(some))})",
                some,
            )
        )
    return frozenset(found)


def touched_since_import(db: Database, import_id: str) -> int:
    """How many cases of an import somebody has worked on since; such an import is not undone as a whole."""
    return int(
        db.value(
            "SELECT count(*) FROM cases WHERE import_id = ? AND (restricted OR alerts <> '[]'"
            " OR EXISTS (SELECT 1 FROM drafts WHERE case_id = cases.id)"
            " OR EXISTS (SELECT 1 FROM journal WHERE subject = cases.id"
            " AND action IN ('case.assigned', 'case.restricted', 'case.alerts'))"
            " OR EXISTS (SELECT 1 FROM entries WHERE (case_id = cases.id OR (case_id IS NULL AND person_id = cases.person_id"
            " AND created_at >= cases.created_at)) AND (revisions > 1 OR created_at <> cases.created_at)))",
            (import_id,),
        )
    )


def remove_import(db: Database, import_id: str, undone_at: str) -> list[str]:
    """Remove everything that an import brought in; returns the ids of the cases that are gone.

    The record of the import stays, with the time at which it was undone and without its rows' texts.
    """
    ids = [str(row[0]) for row in db.rows("SELECT id FROM cases WHERE import_id = ?", (import_id,))]
    db.execute("INSERT INTO meta (key, value) VALUES ('erasing', '1')")
    # Somebody who also has a case from elsewhere stays, with what is known of them.
    db.execute(
        "CREATE TEMP TABLE gone_people AS SELECT DISTINCT person_id AS id FROM cases AS mine WHERE import_id = ?"
        " AND NOT EXISTS (SELECT 1 FROM cases AS other WHERE other.person_id = mine.person_id"
        " AND other.import_id IS NOT mine.import_id)",
        (import_id,),
    )
    db.execute(
        "CREATE TEMP TABLE gone_entries AS SELECT id FROM entries"
        " WHERE case_id IN (SELECT id FROM cases WHERE import_id = ?)"
        " OR (case_id IS NULL AND person_id IN (SELECT id FROM gone_people))",
        (import_id,),
    )
    revisions = "SELECT id FROM revisions WHERE entry_id IN (SELECT id FROM gone_entries)"
    for sql in (
        f"DELETE FROM parts WHERE revision_id IN ({revisions})",
        f"DELETE FROM revision_parents WHERE revision_id IN ({revisions})",
        "DELETE FROM attachments WHERE entry_id IN (SELECT id FROM gone_entries)",
        "DELETE FROM revisions WHERE entry_id IN (SELECT id FROM gone_entries)",
        "DELETE FROM entries WHERE id IN (SELECT id FROM gone_entries)",
    ):
        db.execute(sql)
    db.execute("DELETE FROM drafts WHERE case_id IN (SELECT id FROM cases WHERE import_id = ?)", (import_id,))
    db.execute("DELETE FROM cases WHERE import_id = ?", (import_id,))
    db.execute("DELETE FROM persons WHERE id IN (SELECT id FROM gone_people)")
    db.execute("DROP TABLE gone_entries")
    db.execute("DROP TABLE gone_people")
    db.execute(
        "UPDATE import_rows SET box = NULL, fingerprint = NULL, case_id = NULL WHERE import_id = ?",
        (import_id,),
    )
    db.execute("UPDATE imports SET undone_at = ? WHERE id = ?", (undone_at, import_id))
    db.execute("DELETE FROM meta WHERE key = 'erasing'")
    return ids


@dataclass(frozen=True)
class ReleaseRow:
    """A summary that was made: its period, what was published, the cases of the period, the files' digests."""

    id: str
    first_day: str
    last_day: str
    made_at: str
    #: The day at the post, as it stands in the files.
    made_on: str
    made_by: str
    published: str
    cases: tuple[str, ...]
    files: dict[str, str]


def add_release(db: Database, row: ReleaseRow, counted: Iterable[tuple[str, str]] = ()) -> None:
    """Keep a release, and whom it counted with which codes (as JSON); it is never changed or removed."""
    db.execute(
        "INSERT INTO releases (id, first_day, last_day, made_at, made_on, made_by, published, cases, files)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.id, row.first_day, row.last_day, row.made_at, row.made_on, row.made_by, row.published,
            json.dumps(list(row.cases)), json.dumps(row.files, sort_keys=True),
        ),
    )  # fmt: skip
    db.execute_many(
        "INSERT INTO release_rows (release_id, person, codes) VALUES (?, ?, ?)",
        [(row.id, person, codes) for person, codes in counted],
    )


def counted_in(db: Database, release_id: str) -> dict[str, str]:
    """Whom a release counted, by person, and with which codes."""
    rows = db.rows(
        "SELECT person, codes FROM release_rows WHERE release_id = ? ORDER BY person", (release_id,)
    )
    return {str(person): str(codes) for person, codes in rows}


def releases(db: Database) -> list[ReleaseRow]:
    """All releases, newest first."""
    rows = db.rows(
        "SELECT id, first_day, last_day, made_at, made_on, made_by, published, cases, files FROM releases"
        " ORDER BY made_at DESC, id"
    )
    return [ReleaseRow(*(*row[:7], tuple(json.loads(row[7])), json.loads(row[8]))) for row in rows]


def coded_entries(db: Database, forms: Sequence[str]) -> Iterator[list[tuple[str, str, str, dict[str, Any]]]]:
    """Case id, entry id, form and coded part of every entry of these forms, newest revision, in short reads."""
    for page in db.pages(
        "SELECT entries.id, entries.case_id, entries.form, coded FROM entries JOIN revisions ON revisions.id = head"
        f" WHERE entries.id > ? AND entries.form IN ({', '.join(repr(f) for f in forms)}) ORDER BY entries.id LIMIT ?",
        ("",),
        size=2000,
    ):
        yield [(row[1], row[0], row[2], json.loads(row[3])) for row in page]
