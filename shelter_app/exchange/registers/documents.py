"""Documents: the numbers in a cell with the words around them, and the columns that speak of one document together."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from shelter_app.domain.codelists import code_list
from shelter_app.domain.date_words import UNKNOWN_WORDS
from shelter_app.domain.identity import DocumentNumber, document_number
from shelter_app.domain.names import fold_characters
from shelter_app.exchange.registers.answers import Answer, DateRules
from shelter_app.exchange.registers.cells import Cell
from shelter_app.exchange.registers.vocabulary import DOCUMENT_WORDS, NONE_WORDS, fold

__all__ = ["IDENTITY_CARD", "PARTS", "join_documents", "read_document_kind", "read_documents"]

#: Questions about a document that have columns of their own; the number's column makes the rows.
PARTS = tuple(f"person.documents.{part}" for part in ("kind", "country", "issued_on", "expires_on", "note"))
#: "Identity card": whose, the number or the citizenship says.
IDENTITY_CARD = "identity_card"

_OTHER = frozenset(("other", "other document", "其他", "其它", "其他证件"))
_SPLIT = re.compile(r"[,，;；、/\n]")
_KINDS = {word: code for code, words in DOCUMENT_WORDS.items() for word in words.split("|")}
_HAN_WORDS = "|".join(
    sorted((word for word in _KINDS if not word.isascii() and len(word) > 1), key=len, reverse=True)
)
_LATIN_WORDS = "|".join(sorted((re.escape(w) for w in _KINDS if w.isascii()), key=len, reverse=True))
#: A word for a kind of document before its number.
_LABEL = re.compile(
    rf"(?:(?P<han>{_HAN_WORDS}|证件)(?:件|证)?(?:号码|号|编号)?\s*(?:为|是)?\s*[:#]?"
    rf"|(?P<latin>{_LATIN_WORDS}|document)\s*(?:(?:no|nr|number|num)\b\.?)?\s*(?:[:#.]|\s))\s*(?=.*[0-9])",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"^(.*[0-9].*?)\s*\(([^()]*[^()0-9][^()]*)\)$")
_RESIDENT = re.compile("[0-9]{17}[0-9X]|[0-9]{15,20}X?")
_CHINESE_PASSPORT = re.compile("[EG][0-9]{8}|E[A-Z][0-9]{7}")
_SOUND = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")


def read_documents(_path: str, cell: Cell, rules: DateRules) -> Answer:
    """The document numbers of a cell; "none" is an answer of its own, and words without a digit are no number."""
    if fold(cell.text) in NONE_WORDS:
        return Answer({"person.documents_held": "no"})
    found = Answer()
    rows: list[dict[str, Any]] = []
    for part in _SPLIT.split(cell.text):
        if not part.strip():
            continue
        if not re.search("[0-9]", unicodedata.normalize("NFKC", part)):
            if fold(part) in UNKNOWN_WORDS:
                found.text = cell.text
            else:
                found.keep(cell.text)
            continue
        row, document = _document(part, rules.today)
        rows.append(row)
        found.reasons += [
            (f"number_{problem}", {"text": document.number, "count": len(document.number)})
            for problem in document.problems
            if problem != "unknown_shape" or row["kind"] in {"passport", "other"}
        ]
    if rows:
        found.values["person.documents"] = rows
    elif not found.text:
        found.text = cell.text
    return found


def _document(text: str, today: dt.date) -> tuple[dict[str, Any], DocumentNumber]:
    """One number with its kind and, in a note, the words beside it."""
    rest, kind, note = " ".join(unicodedata.normalize("NFKC", text).split()), "", ""
    label = _LABEL.match(fold_characters(rest))
    if label:
        kind = _KINDS.get((label["han"] or label["latin"] or "").casefold(), "")
        rest = rest[label.end() :]
    behind = _BEHIND.match(rest)
    if behind and not re.search("[0-9]", behind[2]):
        rest, word = behind[1], fold(behind[2])
        kind, note = (_KINDS[word], "") if word in _KINDS else (kind, behind[2])
    sound = _SOUND.findall(rest)
    if len(sound) == 1 and len(rest) > len(sound[0]):
        around = rest.replace(sound[0], " ").strip(" :-.#")
        inside = document_number(sound[0], today=today)
        if around and not inside.problems:
            words = " ".join(filter(None, (around, note)))
            return {"kind": "resident_id", "number": inside.number, "note": words}, inside
    document = document_number(rest, today=today)
    row: dict[str, Any] = {"kind": _settled(kind, document), "number": document.number}
    return (row | {"note": note} if note else row), document


def _settled(word: str, document: DocumentNumber) -> str:
    """The kind that the word says, unless the number proves another."""
    if document.kind == "resident_id" or not word:
        return document.kind
    return word


def read_document_kind(path: str, cell: Cell, _rules: DateRules) -> Answer:
    """The kind of document in a column of its own."""
    word = fold(cell.text)
    if word in NONE_WORDS:
        return Answer({"person.documents_held": "no"})
    if word in UNKNOWN_WORDS:
        return Answer(text=cell.text)
    code = _KINDS.get(word) or _labels().get(word)
    if code is None:
        return Answer().keep(cell.text)
    found = Answer({path: code})
    if code == "other" and word not in _OTHER:
        found.values["person.documents.note"] = cell.text
    return found


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    entries = code_list("document_kinds").entries
    return {fold(label): entry.code for entry in entries for label in (entry.code, entry.en, entry.zh)}


def join_documents(
    values: dict[str, Any], unparsed: dict[str, str], original: Mapping[str, str], headers: Mapping[str, str]
) -> list[tuple[str, str, dict[str, Any]]]:
    """Put the columns about one document together; returns (reason, target path, values) for what does not fit.

    With several numbers in a row nobody can say to which a kind or a date belongs: it stays text.
    """
    parts = {path: values.pop(path) for path in PARTS if path in values}
    rows: list[dict[str, Any]] = values.get("person.documents", [])
    odd: list[tuple[str, str, dict[str, Any]]] = []

    def keep(path: str, code: str) -> None:
        header = headers.get(path, path)
        unparsed[header] = original.get(header, str(parts[path]))
        odd.append((code, path, {"text": unparsed[header]}))

    if len(rows) > 1:
        for path in parts:
            keep(path, "document_unclear")
    elif parts:
        row = dict(rows[0]) if rows else {}
        for path, value in parts.items():
            part = path.rsplit(".", 1)[1]
            if part == "kind" and not _fits(value, row):
                keep(path, "document_kind_differs")
            elif part != "kind" or row.get("kind") != "resident_id":
                row[part] = f"{row['note']}; {value}" if part == "note" and row.get("note") else value
        rows = [row]
        values["person.documents"] = rows
    if rows:
        rows = [_whose(row, values.get("person.citizenship", ())) for row in rows]
        values["person.documents"] = rows
    for row in rows:
        number = row.get("number", "")
        if row.get("kind") == "resident_id" and number and not _RESIDENT.fullmatch(number):
            odd.append(("number_wrong_length", "person.documents.number", {"count": len(number)}))
    return odd


def _fits(kind: str, row: Mapping[str, Any]) -> bool:
    """Whether a kind in a column of its own can be that of the number."""
    number = row.get("number", "")
    card = kind in {"resident_id", IDENTITY_CARD}
    return card if row.get("kind") == "resident_id" else not (card and _CHINESE_PASSPORT.fullmatch(number))


def _whose(row: dict[str, Any], citizenship: Any) -> dict[str, Any]:
    """An identity card is that of China unless only other citizenships are known."""
    if row.get("kind") != IDENTITY_CARD:
        return row
    return row | {"kind": "national_id" if citizenship and "CN" not in citizenship else "resident_id"}
