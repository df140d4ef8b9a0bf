"""`people.idx`: names, readings and document numbers for search and lists; a cache that can be rebuilt.

It is opened with a key of the people compartment, knows up to which change of the store it has read, and
is never the truth: the saving process brings it up to date right after the commit, and opening the vault
does so again after a crash. Two tables are filled one after the other, names before the words of notes.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shelter_app.domain.names import fold_characters, fold_latin, reading_keys
from shelter_app.storage.case_list import CaseListRow, ListFilter, rows_of
from shelter_app.storage.cases import CaseRow
from shelter_app.storage.database import Database
from shelter_app.vault.errors import DataDamaged

__all__ = ["IndexDocument", "PeopleIndex", "grams"]

_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE list (
  rid INTEGER PRIMARY KEY, case_id TEXT NOT NULL UNIQUE, person_id TEXT NOT NULL, number TEXT NOT NULL,
  registered_on TEXT NOT NULL, status TEXT NOT NULL, stage TEXT NOT NULL, identified TEXT, assigned_to TEXT,
  restricted INTEGER NOT NULL, alerts TEXT NOT NULL, sex TEXT, age INTEGER, citizenship TEXT NOT NULL, next_due TEXT,
  name TEXT NOT NULL, reading TEXT NOT NULL, sort_key TEXT NOT NULL, readings TEXT NOT NULL
) STRICT;
CREATE INDEX list_by_name ON list (sort_key, rid);
CREATE INDEX list_by_number ON list (number, rid);
CREATE INDEX list_by_registered ON list (registered_on, rid);
CREATE INDEX list_by_due ON list (coalesce(next_due, '9999'), rid);
CREATE INDEX list_by_person ON list (person_id);
CREATE VIRTUAL TABLE terms USING fts5 (
  names, firsts, initials, documents, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0',
  prefix = '1 2 3'
);
CREATE VIRTUAL TABLE notes USING fts5 (
  words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);
"""
_DOCUMENT_GRAM: Final = 4


@dataclass(frozen=True)
class IndexDocument:
    """What is searched and listed of one case's person.

    `names` are all names as written; `folded` the same as a searcher may type them (simplified, without
    diacritics); `readings` pinyin syllables with spaces between, one string a reading; `documents`
    numbers of papers.
    """

    name: str
    reading: str
    sort_key: str
    names: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


def grams(text: str) -> Iterator[str]:
    """Single characters and pairs of every run of Han characters; whole words of everything else."""
    run = ""
    word = ""
    for char in [*text, " "]:
        if _is_han(char):
            run += char
            if word:
                yield word
                word = ""
            continue
        if run:
            yield from run
            yield from (run[i : i + 2] for i in range(len(run) - 1))
            run = ""
        if char.isalnum():
            word += char
        elif word:
            yield word
            word = ""


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"


def _document_grams(number: str) -> Iterator[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKC", number).upper() if c.isascii() and c.isalnum())
    size = _DOCUMENT_GRAM
    yield from {plain[i : i + size] for i in range(max(1, len(plain) - size + 1))} if plain else ()


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
            for stale in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
                stale.unlink(missing_ok=True)
        database = Database(path, key(), create=True, rebuildable=True)
        with database.transaction():
            database.script(_SCHEMA)
            database.execute(f"PRAGMA user_version = {_VERSION}")
        return cls(database)

    @property
    def database(self) -> Database:
        """The connection, for the list queries."""
        return self._db

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def read_up_to(self, kind: str = "names") -> int:
        """The number of the last change of the store that is in here."""
        return int(self._db.value("SELECT value FROM state WHERE key = ?", (kind,)) or 0)

    def put(self, cases: Sequence[tuple[CaseRow, IndexDocument]], gone: Iterable[str] = ()) -> None:
        """Take in these cases as they now are, forget those that are gone, and remember how far this reads."""
        with self._db.transaction():
            for case_id in gone:
                self._forget(case_id)
            for case, document in cases:
                self._put(case, document)
            if cases:
                self._remember("names", max(case.change_no for case, _ in cases))

    def put_words(self, case_id: str, words: Iterable[str], change_no: int) -> None:
        """Take in the words of a case's notes."""
        with self._db.transaction():
            rid = self._db.value("SELECT rid FROM list WHERE case_id = ?", (case_id,))
            if rid is not None:
                self._db.execute("DELETE FROM notes WHERE rowid = ?", (rid,))
                text = " ".join(word for line in words for part in _words(line) for word in grams(part))
                if text:
                    self._db.execute("INSERT INTO notes (rowid, words) VALUES (?, ?)", (rid, text))
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

    def _put(self, case: CaseRow, document: IndexDocument) -> None:
        values = (
            case.person_id, case.number, case.registered_on, case.status, case.stage, case.identified,
            case.assigned_to, int(case.restricted), json.dumps(list(case.alerts)), case.sex, case.age,
            json.dumps(list(case.citizenship)), case.next_due, document.name, document.reading, document.sort_key,
            "|".join(document.readings),
        )  # fmt: skip
        rid = self._db.value("SELECT rid FROM list WHERE case_id = ?", (case.id,))
        if rid is None:
            self._db.execute(f"INSERT INTO list VALUES (NULL, ?{', ?' * 17})", (case.id, *values))
            rid = self._db.value("SELECT rid FROM list WHERE case_id = ?", (case.id,))
        else:
            self._db.execute("DELETE FROM terms WHERE rowid = ?", (rid,))
            self._db.execute(
                "UPDATE list SET person_id = ?, number = ?, registered_on = ?, status = ?, stage = ?, identified = ?,"
                " assigned_to = ?, restricted = ?, alerts = ?, sex = ?, age = ?, citizenship = ?, next_due = ?,"
                " name = ?, reading = ?, sort_key = ?, readings = ? WHERE rid = ?",
                (*values, rid),
            )
        names = " ".join(
            dict.fromkeys(gram for name in document.names for part in _words(name) for gram in grams(part))
        )
        readings = [part for r in document.readings for part in _starts(r.split())]
        firsts = " ".join(dict.fromkeys(syllables[0] for syllables in readings))
        initials = " ".join(dict.fromkeys("".join(s[0] for s in syllables) for syllables in readings))
        papers = " ".join(
            dict.fromkeys(g for number in (*document.documents, case.number) for g in _document_grams(number))
        )
        self._db.execute(
            "INSERT INTO terms (rowid, names, firsts, initials, documents) VALUES (?, ?, ?, ?, ?)",
            (rid, names, firsts, initials, papers),
        )

    def search(self, text: str, wanted: ListFilter, *, limit: int = 200) -> tuple[list[CaseListRow], bool]:
        """Cases that match what was typed, best first, and whether there are more.

        Understands characters, pinyin in full or in part ("chenxy"), initials, Latin names, aliases, any four
        characters in a row of a document or case number; several words must all fit.
        """
        words = _words(text)
        if not words:
            return [], False
        found: dict[int, int] = {}
        for position, word in enumerate(words):
            hits = self._word(word)
            found = (
                hits if position == 0 else {rid: max(found[rid], hits[rid]) for rid in hits if rid in found}
            )
            if not found:
                break
        if not found and len(words) > 1:
            found = self._word("".join(words))
        ranked = sorted(found, key=lambda rid: (found[rid], rid))
        return self._fetch(ranked, wanted, limit)

    def search_notes(
        self, text: str, wanted: ListFilter, *, limit: int = 200
    ) -> tuple[list[CaseListRow], bool]:
        """Cases in whose notes all these words stand."""
        terms = [g for word in _words(text) for g in grams(word)]
        pairs = [t for t in terms if len(t) > 1 or not _is_han(t)] or terms
        if not pairs:
            return [], False
        rows = self._db.rows(
            "SELECT rowid FROM notes WHERE notes MATCH ?", (" AND ".join(map(_quoted, pairs)),)
        )
        return self._fetch([int(r[0]) for r in rows], wanted, limit)

    def _fetch(self, ranked: Sequence[int], wanted: ListFilter, limit: int) -> tuple[list[CaseListRow], bool]:
        ids: list[str] = []
        more = False
        for start in range(0, len(ranked), 400):
            some = ranked[start : start + 400]
            kept: dict[int, str] = dict(
                self._db.rows(
                    "SELECT rid, case_id FROM list WHERE (restricted = 0 OR ? IS NULL OR assigned_to = ?)"
                    f" AND rid IN ({', '.join('?' * len(some))})",
                    (wanted.hidden_from, wanted.hidden_from, *some),
                )
            )
            ids += [kept[rid] for rid in some if rid in kept]
            if len(ids) > limit:
                more = True
                break
        rows = rows_of(self._db, ids[:limit], names=True)
        return [rows[i] for i in ids[:limit] if i in rows], more

    def _match(self, expression: str, cap: int = 3000) -> list[int]:
        return [
            int(r[0])
            for r in self._db.rows("SELECT rowid FROM terms WHERE terms MATCH ? LIMIT ?", (expression, cap))
        ]

    def _word(self, word: str) -> dict[int, int]:
        """Rows that one typed word fits, each with a rank (0 is best)."""
        found: dict[int, int] = {}

        def take(rids: Iterable[int], rank: int) -> None:
            for rid in rids:
                found.setdefault(rid, rank)

        pieces = list(grams(word))
        if any(_is_han(c) for c in word):
            wanted = [p for p in pieces if len(p) > 1 or not _is_han(p)] or pieces
            take(self._match(" AND ".join(f"names : {_quoted(p)}" for p in wanted)), 0)
            return found
        plain = "".join(c for c in word if c.isalnum())
        if plain.isalpha():
            take(self._match(f"names : {_quoted(plain)}"), 0)
            take(self._by_reading(reading_keys(plain)[0].replace(" ", "")), 1)
            take(self._match(f"names : {_quoted(plain)} *"), 2)
        if (len(plain) >= _DOCUMENT_GRAM and any(c.isdigit() for c in plain)) or "-" in word:
            parts = sorted(_document_grams(plain))
            if all(len(p) == _DOCUMENT_GRAM for p in parts):
                take(self._match(" AND ".join(f"documents : {_quoted(p.lower())}" for p in parts)), 3)
        return found

    def _by_reading(self, typed: str, cap: int = 600) -> list[int]:
        """Rows one of whose readings begins with what was typed, each syllable in full or in part."""
        rows = self._db.rows(
            "SELECT terms.rowid, list.readings FROM terms JOIN list ON list.rid = terms.rowid"
            " WHERE terms MATCH ? LIMIT ?",
            (_reading_query(typed), cap),
        )
        return [
            int(rid)
            for rid, readings in rows
            if any(_reads_as(typed, part) for r in str(readings).split("|") for part in _starts(r.split()))
        ]


def _starts(syllables: Sequence[str]) -> list[Sequence[str]]:
    """Where a search may begin to read a name: at the surname or at the given name."""
    return [syllables[i:] for i in range(min(2, len(syllables)))]


def _reading_query(typed: str) -> str:
    """What a name must have if it reads as typed: wholly inside its first syllable, or on into the second."""
    options = [f"firsts : {_quoted(typed)} *"]
    for cut in range(1, min(len(typed), 7)):
        first, second = _quoted(typed[:cut]), _quoted(typed[0] + typed[cut])
        options.append(f"(firsts : {first} * AND initials : {second} *)")
    return " OR ".join(options)


def _reads_as(typed: str, syllables: Sequence[str]) -> bool:
    """Whether `typed` is made of beginnings of the syllables in their order, none left out before the last."""
    reach = {0}
    for syllable in syllables:
        step: set[int] = set()
        for at in reach:
            if at == len(typed):
                return True
            length = 0
            while (
                length < len(syllable) and at + length < len(typed) and syllable[length] == typed[at + length]
            ):
                length += 1
                step.add(at + length)
        if len(typed) in step:
            return True
        reach = step
        if not reach:
            return False
    return len(typed) in reach


def _words(text: str) -> list[str]:
    """What stands in a text, folded as a searcher may type it: runs of characters, and words of Latin letters."""
    folded = fold_characters(text)
    runs = "".join(c if _is_han(c) else " " for c in folded).split()
    return runs + fold_latin("".join(" " if _is_han(c) else c for c in folded)).split()


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
