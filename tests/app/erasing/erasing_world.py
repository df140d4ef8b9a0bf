"""A person with something unmistakable in every place that the vault has, and two people who may erase."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from shelter_app.casework import cases, drafts, entries
from shelter_app.casework.session import Session
from shelter_app.domain.codelists import code_list
from shelter_app.domain.forms import Field, Form, Kind, all_forms, form
from shelter_app.vault.keyring import Box
from shelter_app.vault.rights import Compartment

CANARY = "Qanary"
_PAGE, _RESERVED = 4096, 80


def _plain(page: bytes, key: bytes, *, first: bool) -> bytes:
    end = _PAGE - _RESERVED
    decryptor = Cipher(algorithms.AES(key), modes.CBC(page[end : end + 16])).decryptor()
    return decryptor.update(page[16 if first else 0 : end]) + decryptor.finalize()


def file_bytes(path: Path, key: bytes) -> bytes:
    """Every byte of a SQLCipher file in plain, with what lies in free pages and between cells, and its log."""
    data = path.read_bytes()
    out = [_plain(data[at : at + _PAGE], key, first=at == 0) for at in range(0, len(data), _PAGE)]
    log = path.with_name(path.name + "-wal")
    frames = log.read_bytes()[32:] if log.exists() else b""
    for at in range(0, len(frames), _PAGE + 24):
        number = int.from_bytes(frames[at : at + 4], "big")
        out.append(_plain(frames[at + 24 : at + 24 + _PAGE], key, first=number == 1))
    return b"".join(out)


def store_bytes(session: Session) -> bytes:
    """The store in plain."""
    return file_bytes(session.store.path, bytes(session.keyring.store_key()))


def index_bytes(session: Session) -> bytes:
    """The people index in plain."""
    return file_bytes(session.folder.people_index, bytes(session.keyring.index_key()))


def opened_texts(session: Session) -> str:
    """Everything that can be unsealed in the store: all parts of all revisions, whoever they belong to."""
    found = []
    for row in session.store.rows(
        "SELECT parts.compartment, parts.epoch, parts.box, parts.revision_id, entries.id, entries.case_id, entries.person_id"
        " FROM parts JOIN revisions ON revisions.id = parts.revision_id JOIN entries ON entries.id = revisions.entry_id"
    ):
        data = session.keyring.open(
            Compartment(row[0]),
            Box(row[1], "key", bytes(row[2])),
            case=row[5] or row[6],
            entry=row[4],
            revision=row[3],
        )
        found.append(data.decode())
    for draft_id, box in session.store.rows("SELECT id, box FROM drafts"):
        found.append(session.keyring.open_private(bytes(box), label=f"draft {draft_id}").decode())
    return "\n".join(found)


def _answer(question: Field, number: int) -> object:
    """An answer to any question; texts are unmistakable."""
    match question.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            return f"{CANARY} {question.id}{number}"
        case Kind.TEXTS:
            return [f"{CANARY} {question.id}{number}"]
        case Kind.NUMBER:
            return question.minimum or 0
        case Kind.YES_NO:
            return "yes"
        case Kind.CODE:
            return code_list(question.codelist).codes[0]
        case Kind.CODES:
            return [code_list(question.codelist).codes[0]]
        case Kind.COUNTRY:
            return "VN"
        case Kind.COUNTRIES:
            return ["VN"]
        case Kind.LANGUAGE:
            return "vi"
        case Kind.LANGUAGES:
            return ["vi"]
        case Kind.DATE:
            return {"y": 2015, "m": 3, "d": 17}
        case Kind.GROUP:
            return [{part.id: _answer(part, number) for part in question.fields}]
    return None


def everything(declared: Form, number: int) -> dict[str, object]:
    """An answer to every question of a form."""
    found = {question.id: _answer(question, number) for question in declared.fields}
    return {key: value for key, value in found.items() if value is not None}


@dataclasses.dataclass(frozen=True)
class Person:
    case_id: str
    person_id: str
    number: str


def full_person(session: Session) -> Person:
    """A person with every form filled twice over, a second case and a draft; closed."""
    opened = cases.new_case(
        session, person=everything(form("person"), 1), intake=everything(form("intake"), 1)
    )
    again = {**everything(form("person"), 2)}
    person = cases.open_case(session, opened.case_id).person
    assert person is not None
    entries.save_entry(session, "person", again, case_id=opened.case_id, entry_id=person.row.id)
    for declared in all_forms():
        if declared.owner != "case" or declared.id in ("intake", "closure"):
            continue
        first = entries.save_entry(session, declared.id, everything(declared, 1), case_id=opened.case_id)
        entries.save_entry(
            session, declared.id, everything(declared, 2), case_id=opened.case_id, entry_id=first.entry_id
        )
    second = cases.new_case(session, intake=everything(form("intake"), 3), person_id=opened.person_id)
    drafts.save_draft(session, "note", {"text": f"{CANARY}4draft"}, case_id=second.case_id)
    for case_id in (opened.case_id, second.case_id):
        closing = {
            "closed_on": {"y": 2015, "m": 9, "d": 30},
            "case_status": "Closed",
            "reason_text": f"{CANARY}5",
        }
        entries.save_entry(session, "closure", closing, case_id=case_id)
    return Person(opened.case_id, opened.person_id, opened.number)
