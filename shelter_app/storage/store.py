"""The store of a vault: opened, created, brought to the newest schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

from shelter_app.storage.database import Database
from shelter_app.vault.errors import DataDamaged, NewerVersion

__all__ = ["APPLICATION_ID", "SCHEMA_VERSION", "Change", "Changes", "canonical", "create_store", "open_store"]

#: "ShCW" in the file header, so that a stray file is not taken for a store.
APPLICATION_ID: Final = 0x53684357
#: One .sql file a version; a step is applied together with its number in one transaction.
_MIGRATIONS: Final = (
    "0001_foundation.sql",
    "0002_journal_chains.sql",
    "0003_erasing.sql",
    "0004_old_keys.sql",
    "0005_due.sql",
    "0006_extracts.sql",
    "0007_ledger.sql",
)
SCHEMA_VERSION: Final = len(_MIGRATIONS)


def canonical(value: Any) -> str:
    """JSON with one spelling: sorted keys, no spaces, no NaN; what digests and the journal are made of."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True)
class Change:
    """A case of which something changed, and which kinds of things."""

    case_id: str | None
    kinds: frozenset[str]


@dataclass(frozen=True)
class Changes:
    """What a save changed; models decide by it whether to read again."""

    items: tuple[Change, ...] = ()

    @classmethod
    def of(cls, case_id: str | None, *kinds: str) -> Changes:
        """A change of one case."""
        return cls((Change(case_id, frozenset(kinds)),))

    def touches(self, *kinds: str) -> bool:
        """Whether any of these kinds changed."""
        return any(item.kinds & set(kinds) for item in self.items)

    def cases(self) -> frozenset[str]:
        """The cases that changed."""
        return frozenset(item.case_id for item in self.items if item.case_id)


def _sql(name: str) -> str:
    return files("shelter_app.storage").joinpath("migrations", name).read_text(encoding="utf-8")


def migration_texts() -> list[str]:
    """The SQL of every step, oldest first."""
    return [_sql(name) for name in _MIGRATIONS]


def names_of_schema(version: int) -> set[str]:
    """The tables and indexes of a schema, those that SQLite makes by itself left out."""
    made = " ".join(_sql(name) for name in _MIGRATIONS[:version])
    names = re.findall(r"CREATE (?:TABLE|UNIQUE INDEX|INDEX) (\w+)", made)
    return {*names, *(f"sqlite_autoindex_{name}_{number}" for name in names for number in (1, 2))}


def create_store(path: Path, key: bytearray, *, version: int | None = None) -> Database:
    """A new, empty store with the newest schema, or with an earlier one."""
    database = Database(path, key, create=True)
    try:
        with database.transaction():
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(database, version)
    except BaseException:
        database.close()
        raise
    return database


def open_store(
    path: Path,
    key: bytearray,
    *,
    upgrade: bool = True,
    before_upgrade: Callable[[Database], None] | None = None,
) -> Database:
    """The store, at the newest schema; `before_upgrade` is called with an older one before anything is changed.

    Raises:
        NewerVersion: it was written by a newer program; nothing has been touched.
        DataDamaged: it is not a store of this vault, or not readable.
    """
    database = Database(path, key)
    try:
        if database.value("PRAGMA application_id") != APPLICATION_ID:
            raise DataDamaged
        if schema_version(database) > SCHEMA_VERSION:
            raise NewerVersion(found=schema_version(database), known=SCHEMA_VERSION)
        if upgrade:
            if before_upgrade is not None and schema_version(database) < SCHEMA_VERSION:
                before_upgrade(database)
            migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def schema_version(database: Database) -> int:
    """The number of the schema in the file."""
    return int(database.value("PRAGMA user_version"))


def migrate(database: Database, version: int | None = None) -> None:
    """Apply the steps that are missing, each with its number in one transaction."""
    for number in range(schema_version(database), version or SCHEMA_VERSION):
        with database.transaction():
            database.script(_sql(_MIGRATIONS[number]))
            database.execute(f"PRAGMA user_version = {number + 1}")


def get_meta(database: Database, key: str) -> str | None:
    """A value of the store's own book-keeping, or None."""
    value = database.value("SELECT value FROM meta WHERE key = ?", (key,))
    return None if value is None else str(value)


def set_meta(database: Database, key: str, value: str | None) -> None:
    """Keep or (with None) drop a value of the store's own book-keeping."""
    if value is None:
        database.execute("DELETE FROM meta WHERE key = ?", (key,))
    else:
        database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))


def meta_keys(database: Database, prefix: str) -> list[str]:
    """The names of the values of the store's own book-keeping that begin so."""
    found = database.rows("SELECT key FROM meta WHERE substr(key, 1, ?) = ?", (len(prefix), prefix))
    return [str(row[0]) for row in found]


def count_rows(database: Database, table: Literal["entries", "journal", "parts"]) -> int:
    """How many rows a table has, for progress and reports."""
    return int(database.value(f"SELECT count(*) FROM {table}"))


def next_change_no(database: Database) -> int:
    """The number of a change, one higher than any before; call it inside the transaction of the change."""
    return int(
        database.value(
            "INSERT INTO meta (key, value) VALUES ('change_no', '1')"
            " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value"
        )
    )
