"""Finding rows of the people index by what was typed: which rows may fit, which do, and how well.

A query of the full-text table narrows; what it gives is compared letter by letter with the words, readings and
papers that the list keeps, so that nothing is left out and nothing shown that does not fit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shelter_app.domain.names import fold_characters, fold_latin, reading_keys
from shelter_app.storage.case_list import CaseListRow, ListFilter, rows_by_key
from shelter_app.storage.database import Database

__all__ = ["DOCUMENT_GRAM", "find_rows", "grams", "is_han", "plain_number", "quoted", "starts", "words_of"]

DOCUMENT_GRAM: Final = 4
#: How well a word fits: the name itself, how it is read, the beginning of a name, a number.
_NAME, _READING, _BEGINNING, _NUMBER = range(4)
#: Candidates read at once; a search that has to look at more reads more each time.
_FIRST_LOOK, _LOOK_FURTHER = 256, 4
#: Two parts of a number as it stands on paper; U+2010 keeps it on one line.
_HYPHENATED: Final = re.compile(r"\w[-\u2010\u2011\u2013\uff0d]\w")
#: A longer text is cut into two syllables only.
_MANY_CUTS: Final = 12


def is_han(char: str) -> bool:
    """Whether this is a Chinese character."""
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"


def grams(text: str) -> Iterator[str]:
    """Single characters and pairs of every run of Han characters; whole words of everything else."""
    run = ""
    word = ""
    for char in [*text, " "]:
        if is_han(char):
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


def words_of(text: str) -> list[str]:
    """What stands in a text, folded as a searcher may type it: runs of characters, and words of Latin letters."""
    folded = fold_characters(text)
    runs = "".join(c if is_han(c) else " " for c in folded).split()
    return runs + fold_latin("".join(" " if is_han(c) else c for c in folded)).split()


def plain_number(number: str) -> str:
    """A document or case number as it is compared: capital letters and digits only."""
    return "".join(c for c in unicodedata.normalize("NFKC", number).upper() if c.isascii() and c.isalnum())


def document_grams(plain: str) -> Iterator[str]:
    """Every four characters in a row of a plain number; a shorter one whole."""
    yield from (
        {plain[i : i + DOCUMENT_GRAM] for i in range(max(1, len(plain) - DOCUMENT_GRAM + 1))} if plain else ()
    )


def starts(syllables: Sequence[str]) -> list[Sequence[str]]:
    """Where a search may begin to read a name: at the surname or at the given name."""
    return [syllables[i:] for i in range(min(2, len(syllables)))]


def quoted(term: str) -> str:
    """A term as the full-text query language takes it."""
    return '"' + term.replace('"', '""') + '"'


@dataclass(frozen=True)
class _Row:
    """What the list keeps of a candidate for comparison."""

    words: frozenset[str]
    readings: str
    papers: str


@dataclass(frozen=True)
class _Word:
    """One typed word: a query for each way in which it can fit."""

    text: str
    queries: Mapping[int, str]
    #: Pieces of a word in Chinese characters that must all stand in a name; empty for Latin letters.
    pieces: tuple[str, ...] = ()
    #: As it is read; empty where it holds a digit.
    read_as: str = ""

    @classmethod
    def of(cls, word: str) -> _Word:
        if any(is_han(c) for c in word):
            pieces = list(grams(word))
            pieces = [p for p in pieces if len(p) > 1 or not is_han(p)] or pieces
            return cls(
                word, {_NAME: " AND ".join(f"names : {quoted(p)}" for p in pieces)}, pieces=tuple(pieces)
            )
        plain = "".join(c for c in word if c.isalnum())
        queries: dict[int, str] = {}
        read_as = ""
        if plain.isalpha():
            read_as = reading_keys(plain)[0].replace(" ", "")
            queries[_NAME] = f"names : {quoted(plain)}"
            queries[_READING] = _reading_query(read_as)
            queries[_BEGINNING] = f"names : {quoted(plain)} *"
        number = plain_number(plain)
        if len(number) >= DOCUMENT_GRAM and any(c.isdigit() for c in number):
            queries[_NUMBER] = " AND ".join(
                f"documents : {quoted(p.lower())}" for p in sorted(document_grams(number))
            )
        return cls(plain, queries, read_as=read_as)

    def usual(self, row: _Row) -> bool:
        """Whether the word reads like the beginning of the first name, with the reading that the name has as a rule.

        A single letter says too little to look through everybody for.
        """
        return len(self.read_as) < 2 or _reads_as(self.read_as, row.readings.partition("|")[0].split())

    def fits(self, row: _Row) -> int | None:
        """How well the word fits a row, the best way first; None where it does not."""
        if self.pieces:
            return _NAME if row.words.issuperset(self.pieces) else None
        if self.read_as:
            if self.text in row.words:
                return _NAME
            if any(
                _reads_as(self.read_as, part)
                for reading in row.readings.split("|")
                for part in starts(reading.split())
            ):
                return _READING
            if any(word.startswith(self.text) for word in row.words):
                return _BEGINNING
        if _NUMBER in self.queries and self.text.upper() in row.papers:
            return _NUMBER
        return None


def find_rows(
    db: Database, text: str, wanted: ListFilter, *, limit: int = 200
) -> tuple[list[CaseListRow], bool]:
    """The rows in which every typed word fits, best first, and whether there are more.

    Among names that read as typed, those that begin so in their usual reading come first: "chen" gives 陈利 before
    潘盛, whose second character is read cheng in other words.
    They are also tried as one ("KM-A-26-0041" is five words and one number): first where a hyphen joins them and a
    digit is among them, for that is how numbers stand on paper, and else where they do not all fit.
    """
    typed = words_of(text)
    ways = [typed, ["".join(typed)]] if len(typed) > 1 else [typed]
    if len(ways) > 1 and _HYPHENATED.search(text) and any(char.isdigit() for char in text):
        ways.reverse()
    found = next((rows for way in ways if (rows := _find(db, way, wanted, limit + 1))), [])
    return rows_by_key(db, found[:limit]), len(found) > limit


def _find(db: Database, typed: Sequence[str], wanted: ListFilter, enough: int) -> list[int]:
    words = [_Word.of(word) for word in typed]
    if not words or not all(word.queries for word in words):
        return []
    found: list[int] = []
    for rank in sorted({rank for word in words for rank in word.queries}):
        query = _query(words, rank)
        if not query:
            continue
        after: list[int] = []
        for rid, row in _candidates(db, query, wanted):
            fits = [word.fits(row) for word in words]
            if None in fits or max(fit for fit in fits if fit is not None) != rank:
                continue
            if rank == _READING and not all(word.usual(row) for word in words):
                after.append(rid)
                continue
            found.append(rid)
            if len(found) == enough:
                return found
        found += after[: enough - len(found)]
        if len(found) == enough:
            return found
    return found


def _query(words: Sequence[_Word], rank: int) -> str:
    """Rows that may fit all the words, the worst of them as well as `rank`."""
    if len(words) == 1:
        return words[0].queries.get(rank, "")
    parts = []
    for word in words:
        options = [query for each, query in sorted(word.queries.items()) if each <= rank]
        if not options:
            return ""
        parts.append("(" + " OR ".join(f"({option})" for option in options) + ")")
    return " AND ".join(parts)


def _candidates(db: Database, query: str, wanted: ListFilter) -> Iterator[tuple[int, _Row]]:
    """Rows that a query gives and that may be shown, in the order of the list, in a few reads."""
    last, size = 0, _FIRST_LOOK
    while True:
        rows = db.rows(
            "SELECT terms.rowid, list.words, list.readings, list.papers"
            " FROM terms CROSS JOIN list ON list.rid = terms.rowid WHERE terms MATCH ? AND terms.rowid > ?"
            " AND (list.restricted = 0 OR ? IS NULL OR list.assigned_to = ?) ORDER BY terms.rowid LIMIT ?",
            (query, last, wanted.hidden_from, wanted.hidden_from, size),
        )
        for rid, words, readings, papers in rows:
            yield int(rid), _Row(frozenset(words.split(" ")), readings, papers)
        if len(rows) < size:
            return
        last, size = int(rows[-1][0]), size * _LOOK_FURTHER


def _reading_query(typed: str) -> str:
    """What a name must have if it reads as typed: wholly inside its first syllable, or on into the second and third.

    A long text is cut into two syllables only: that is narrow enough, and there would be many ways to cut it.
    """
    options = [f"firsts : {quoted(typed)} *"]
    for cut in range(1, len(typed)):
        rest = typed[cut:]
        first = f"firsts : {quoted(typed[:cut])} * AND " if cut > 1 else ""
        if len(typed) > _MANY_CUTS:
            options.append(f"({first}initials : {quoted(typed[0] + rest[0])} *)")
            continue
        for end in range(1, len(rest) + 1):
            second = f"seconds : {quoted(rest[:end])} * AND " if end > 1 else ""
            letters = typed[0] + rest[0] + rest[end : end + 1]
            options.append(f"({first}{second}initials : {quoted(letters)} *)")
    return " OR ".join(options)


def _reads_as(typed: str, syllables: Sequence[str]) -> bool:
    """Whether `typed` is made of beginnings of the syllables in their order, none left out before the last."""
    reach = {0}
    for syllable in syllables:
        step: set[int] = set()
        for at in reach:
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
    return False
