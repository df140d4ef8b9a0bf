"""`people.idx`: names, readings and document numbers for search and lists; a cache that can be rebuilt.

It is opened with a key of the people compartment, knows up to which change of the store it has read, and
is never the truth: the saving process brings it up to date right after the commit, and opening the vault
does so again after a crash. Two tables are filled one after the other, names before the words of notes.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shelter_app.storage.case_list import CaseListRow, ListFilter, rows_by_key
from shelter_app.storage.cases import CaseRow
from shelter_app.storage.database import Database
from shelter_app.storage.people_search import (
    document_grams,
    find_rows,
    grams,
    is_han,
    plain_number,
    quoted,
    starts,
    words_of,
)
from shelter_app.vault.errors import DataDamaged

__all__ = ["IndexDocument", "PeopleIndex", "grams"]

_VERSION: Final = 3
#: Every order of the list is an index that also holds what lists are filtered by, so that neither counting nor
#: finding where the pages begin reads a single row.
_SCHEMA: Final = """
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE list (
  rid INTEGER PRIMARY KEY, case_id TEXT NOT NULL UNIQUE, person_id TEXT NOT NULL, number TEXT NOT NULL,
  registered_on TEXT NOT NULL, status TEXT NOT NULL, stage TEXT NOT NULL, identified TEXT, assigned_to TEXT,
  restricted INTEGER NOT NULL, alerts TEXT NOT NULL, sex TEXT, age INTEGER, citizenship TEXT NOT NULL, next_due TEXT,
  name TEXT NOT NULL, reading TEXT NOT NULL, sort_key TEXT NOT NULL, head TEXT NOT NULL,
  words TEXT NOT NULL, readings TEXT NOT NULL, papers TEXT NOT NULL
) STRICT;
CREATE INDEX list_by_name ON list (sort_key, rid, status, restricted, assigned_to, next_due);
CREATE INDEX list_by_number ON list (number, rid, status, restricted, assigned_to, next_due);
CREATE INDEX list_by_registered ON list (registered_on, rid, status, restricted, assigned_to, next_due);
CREATE INDEX list_by_due ON list (coalesce(next_due, '9999'), rid, status, restricted, assigned_to, next_due);
CREATE VIRTUAL TABLE terms USING fts5 (
  names, firsts, seconds, initials, documents, content = '', contentless_delete = 1, detail = column,
  tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3'
);
CREATE VIRTUAL TABLE notes USING fts5 (
  words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);
"""
_FACTS: Final = (
    "number", "registered_on", "status", "stage", "identified", "assigned_to", "restricted", "alerts", "sex", "age",
    "citizenship", "next_due",
)  # fmt: skip
_NAMES: Final = ("name", "reading", "sort_key", "head", "words", "readings", "papers")
_COLUMNS: Final = ("rid", "case_id", "person_id", *_FACTS, *_NAMES)


@dataclass(frozen=True)
class IndexDocument:
    """What is searched and listed of one case's person.

    `names` are all names as written; `readings` pinyin syllables with spaces between, one string a reading;
    `documents` numbers of papers; `head` the revision of the person's form that all this was read from.
    """

    name: str
    reading: str
    sort_key: str
    names: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    head: str = ""


def _each_once(terms: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(terms))


def _facts(case: CaseRow) -> tuple[Any, ...]:
    return (
        case.number, case.registered_on, case.status, case.stage, case.identified, case.assigned_to,
        int(case.restricted), json.dumps(list(case.alerts)), case.sex, case.age, json.dumps(list(case.citizenship)),
        case.next_due,
    )  # fmt: skip


def _names(case: CaseRow, document: IndexDocument) -> tuple[str, ...]:
    words = _each_once(gram for name in document.names for part in words_of(name) for gram in grams(part))
    papers = "|".join(map(plain_number, (*document.documents, case.number)))
    readings = "|".join(document.readings)
    return document.name, document.reading, document.sort_key, document.head, words, readings, papers


def _terms(rid: int, names: Sequence[str]) -> tuple[int | str, ...]:
    """What is searched of a row: words of its names, first and second syllables, initials, pieces of numbers."""
    *_, words, readings, papers = names
    syllables = [part for reading in readings.split("|") for part in starts(reading.split())]
    return (
        rid,
        words,
        _each_once(s[0] for s in syllables),
        _each_once(s[1] for s in syllables if len(s) > 1),
        _each_once("".join(each[0] for each in s) for s in syllables),
        _each_once(gram for paper in papers.split("|") for gram in document_grams(paper)),
    )


class PeopleIndex:
    """The open index of one vault."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @classmethod
    def open(cls, path: Path, key: Callable[[], bytearray]) -> PeopleIndex:
        """The index at `path`; one that is damaged, foreign or of another version is begun anew."""
        if path.exists():
            try:
                database = Database(path, key(), rebuildable=True)
            except DataDamaged:
                database = None
            if database is not None:
                if database.value("PRAGMA user_version") == _VERSION:
                    return cls(database)
                database.close()
            cls.discard(path)
        database = Database(path, key(), create=True, rebuildable=True)
        with database.transaction():
            database.script(_SCHEMA)
            database.execute(f"PRAGMA user_version = {_VERSION}")
        return cls(database)

    @staticmethod
    def discard(path: Path) -> None:
        """Remove a closed index with what SQLite keeps beside it."""
        for stale in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            stale.unlink(missing_ok=True)

    @property
    def database(self) -> Database:
        """The connection, for the list queries."""
        return self._db

    def close(self) -> None:
        """Close the file; one that turned out to be damaged goes, and is begun anew when it is next opened."""
        self._db.close()
        if self._db.damaged:
            self.discard(self._db.path)

    def renew(self, path: Path, key: Callable[[], bytearray]) -> None:
        """Go on in a copy under another key, in place of the file at `path`.

        Raises:
            DiskFull, NoWritePermission, DiskFailed, DataDamaged: the index may be closed; begin it anew.
        """
        fresh = self.fresh(path)
        self.discard(fresh)
        with contextlib.closing(Database(fresh, key(), create=True, rebuildable=True)) as copy:
            self._db.backup_to(copy)
        with self._db.alone():
            self._db.close()
            self.discard(path)
            fresh.replace(path)
            self._db.become(Database(path, key(), rebuildable=True))

    @staticmethod
    def fresh(path: Path) -> Path:
        """Where the copy of an index under another key is made."""
        return path.with_name(path.name + ".new")

    def compact(self) -> None:
        """Leave nothing of what was forgotten in the file: not in the lists of terms, free pages or the log."""
        with self._db.transaction():
            for table in ("terms", "notes"):
                self._db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        self._db.compact()
        self._db.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    @staticmethod
    def numbers(path: Path, key: bytearray) -> dict[str, str]:
        """The number of every case in the index at `path`, by its id, for when the store has lost it.

        Raises:
            DataDamaged: the index cannot be read either.
        """
        with contextlib.closing(Database(path, key, rebuildable=True)) as database:
            return dict(database.rows("SELECT case_id, number FROM list"))

    def read_up_to(self, kind: str = "names") -> int:
        """The number of the last change of the store that is in here."""
        return int(self._db.value("SELECT value FROM state WHERE key = ?", (kind,)) or 0)

    def count(self) -> int:
        """How many cases are in here."""
        return int(self._db.value("SELECT count(*) FROM list"))

    def is_empty(self) -> bool:
        """Whether no case is in here."""
        return self._db.value("SELECT 1 FROM list LIMIT 1") is None

    def case_ids(self) -> Iterator[list[str]]:
        """The ids of all cases that are in here, in short reads."""
        for page in self._db.pages("SELECT rid, case_id FROM list WHERE rid > ? ORDER BY rid LIMIT ?", (0,)):
            yield [str(row[1]) for row in page]

    def heads(self, case_ids: Sequence[str]) -> dict[str, str]:
        """For each of these cases that is in here, the revision that its names were read from."""
        return {case_id: str(row["head"]) for case_id, row in self._rows(case_ids, ("head",)).items()}

    def put(self, cases: Sequence[tuple[CaseRow, IndexDocument | None]], gone: Iterable[str] = ()) -> None:
        """Take in these cases as they now are, forget those that are gone, and remember how far this reads.

        None for a document says that the names of a case that is in here have not changed.
        """
        with self._db.transaction():
            for case_id in gone:
                self._forget(case_id)
            known = self._rows([case.id for case, _ in cases], (*_FACTS, *_NAMES))
            following = int(self._db.value("SELECT coalesce(max(rid), 0) FROM list") or 0) + 1
            added: list[tuple[Any, ...]] = []
            terms: list[tuple[int | str, ...]] = []
            for case, document in cases:
                before = known.get(case.id)
                if before is None:
                    names = _names(case, document or IndexDocument("", "", "2"))
                    added.append((following, case.id, case.person_id, *_facts(case), *names))
                    terms.append(_terms(following, names))
                    following += 1
                else:
                    changed = dict(zip(_FACTS, _facts(case), strict=True))
                    if document is not None:
                        names = _names(case, document)
                        changed |= dict(zip(_NAMES, names, strict=True))
                        if any(before[key] != changed[key] for key in ("words", "readings", "papers")):
                            self._db.execute("DELETE FROM terms WHERE rowid = ?", (before["rid"],))
                            terms.append(_terms(before["rid"], names))
                    self._change(before, changed)
            marks = ", ".join("?" * len(_COLUMNS))
            self._db.execute_many(f"INSERT INTO list ({', '.join(_COLUMNS)}) VALUES ({marks})", added)
            self._db.execute_many(
                "INSERT INTO terms (rowid, names, firsts, seconds, initials, documents) VALUES (?, ?, ?, ?, ?, ?)",
                terms,
            )
            if cases:
                self._remember("names", max(case.change_no for case, _ in cases))

    def _rows(self, case_ids: Sequence[str], columns: Sequence[str]) -> dict[str, dict[str, Any]]:
        """These columns and the key of the rows of these cases, by case."""
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(case_ids), 500):
            some = case_ids[start : start + 500]
            for case_id, *row in self._db.rows(
                f"SELECT {', '.join(('case_id', 'rid', *columns))} FROM list WHERE case_id IN ({', '.join('?' * len(some))})",
                some,
            ):
                found[case_id] = dict(zip(("rid", *columns), row, strict=True))
        return found

    def _change(self, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        """Write what differs and nothing else: an index of a column that is not named is not touched."""
        changed = [key for key, value in now.items() if before[key] != value]
        if changed:
            self._db.execute(
                f"UPDATE list SET {', '.join(f'{key} = ?' for key in changed)} WHERE rid = ?",
                (*(now[key] for key in changed), before["rid"]),
            )

    def put_words(self, words: Mapping[str, Iterable[str]], change_no: int) -> None:
        """Take in the words of the notes of these cases, and that notes are read up to this change."""
        with self._db.transaction():
            for case_id, row in self._rows(list(words), ()).items():
                self._db.execute("DELETE FROM notes WHERE rowid = ?", (row["rid"],))
                text = " ".join(
                    gram for line in words[case_id] for part in words_of(line) for gram in grams(part)
                )
                if text:
                    self._db.execute("INSERT INTO notes (rowid, words) VALUES (?, ?)", (row["rid"], text))
            self._remember("notes", change_no)

    def forget(self, case_ids: Iterable[str]) -> None:
        """Drop cases that are not in the store any more."""
        with self._db.transaction():
            for case_id in case_ids:
                self._forget(case_id)

    def _remember(self, kind: str, change_no: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)", (kind, str(change_no)))

    def _forget(self, case_id: str) -> None:
        rid = self._db.value("SELECT rid FROM list WHERE case_id = ?", (case_id,))
        if rid is None:
            return
        for table in ("terms", "notes"):
            self._db.execute(f"DELETE FROM {table} WHERE rowid = ?", (rid,))
        self._db.execute("DELETE FROM list WHERE rid = ?", (rid,))

    def search(self, text: str, wanted: ListFilter, *, limit: int = 200) -> tuple[list[CaseListRow], bool]:
        """Cases that match what was typed, best first, and whether there are more.

        Understands characters, pinyin in full or in part ("chenxy"), initials, Latin names, aliases, any four
        or more characters in a row of a document or case number; several words must all fit.
        """
        return find_rows(self._db, text, wanted, limit=limit)

    def search_notes(
        self, text: str, wanted: ListFilter, *, limit: int = 200
    ) -> tuple[list[CaseListRow], bool]:
        """Cases in whose notes all these words stand."""
        terms = [g for word in words_of(text) for g in grams(word)]
        pairs = [t for t in terms if len(t) > 1 or not is_han(t)] or terms
        if not pairs:
            return [], False
        rows = self._db.rows(
            "SELECT notes.rowid FROM notes CROSS JOIN list ON list.rid = notes.rowid WHERE notes MATCH ?"
            " AND (list.restricted = 0 OR ? IS NULL OR list.assigned_to = ?) ORDER BY notes.rowid LIMIT ?",
            (" AND ".join(map(quoted, pairs)), wanted.hidden_from, wanted.hidden_from, limit + 1),
        )
        return rows_by_key(self._db, [int(row[0]) for row in rows[:limit]]), len(rows) > limit
