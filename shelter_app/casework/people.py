"""Finding people: the index brought up to date, search as one types, and who may be the same person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shelter_app.casework.sealing import Reading, known_form, read_revisions
from shelter_app.casework.session import Session
from shelter_app.domain import names
from shelter_app.domain.forms import FieldClass, Kind
from shelter_app.domain.partial_date import PartialDate
from shelter_app.storage import case_list, cases
from shelter_app.storage import entries as rows
from shelter_app.storage.case_list import CaseListRow
from shelter_app.storage.people_index import IndexDocument
from shelter_app.vault.rights import Compartment, Right

__all__ = [
    "UNREADABLE",
    "Candidate",
    "Found",
    "catch_up",
    "catch_up_notes",
    "find",
    "likely_duplicates",
    "person_name",
    "person_values",
]

#: Stands in lists where the part that holds the names is damaged.
UNREADABLE: Final = "\ufffd"
#: The names of a person in the order in which one is shown.
_NAME_FIELDS: Final = ("name_native", "name_latin")
_SAME_NAME: Final = 0.7
_SURE_NAME: Final = 0.9
#: Cases whose notes are read before their words are committed.
_NOTES_AT_ONCE: Final = 100


def person_name(values: Mapping[str, Any]) -> str:
    """The name that leads: as written at home, else in Latin letters, else family and given name."""
    for field_id in _NAME_FIELDS:
        if values.get(field_id):
            return str(values[field_id])
    return " ".join(str(values[key]) for key in ("family_name", "given_name") if values.get(key))


def _second_name(values: Mapping[str, Any], first: str) -> str:
    latin = str(values.get("name_latin") or "") or " ".join(
        str(values[key]) for key in ("family_name", "given_name") if values.get(key)
    )
    return latin if latin != first else ""


def name_reading(values: Mapping[str, Any]) -> str:
    """The name in Latin letters beside one that is written otherwise; of a Chinese name else how it is read."""
    name = person_name(values)
    second = _second_name(values, name)
    return second or (names.reading_keys(name)[0].title() if names.is_chinese(name) else "")


def all_names(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Every name under which a person is known."""
    other = [str(row.get("text", "")) for row in values.get("other_names") or ()]
    found = [person_name(values), _second_name(values, ""), *map(str, values.get("aliases") or ()), *other]
    return tuple(dict.fromkeys(name for name in found if name))


def _document(reading: Reading | None, head: str) -> IndexDocument:
    """What the index keeps of a person, None for somebody of whom nothing is known."""
    if reading is not None and Compartment.PEOPLE.value in reading.damaged:
        return IndexDocument(UNREADABLE, "", "2", head=head)
    values: Mapping[str, Any] = reading.values if reading is not None else {}
    name = person_name(values)
    every = all_names(values)
    second = name_reading(values)
    keys = tuple(dict.fromkeys(key for each in every for key in names.reading_keys(each) if key))
    papers = tuple(str(row["number"]) for row in values.get("documents") or () if row.get("number"))
    sort_key = names.pinyin_sort_key(name) if name else "2"
    return IndexDocument(name, second, sort_key, names=every, readings=keys, documents=papers, head=head)


def person_values(session: Session, person_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What the people compartment knows of these persons, by person id; empty for who may not see it."""
    if not session.sees_names:
        return {}
    found = _read_people(session, rows.person_entries(session.store, person_ids))
    return {person_id: reading.values for person_id, reading in found.items()}


def _read_people(session: Session, found: Sequence[rows.EntryRow]) -> dict[str, Reading]:
    revisions = rows.revisions_by_id(session.store, [entry.head for entry in found])
    readings = read_revisions(session, revisions, {entry.id: entry.person_id for entry in found})
    # An entry whose newest state is gone is for the check of the vault to name; it keeps nobody out.
    return {entry.person_id: readings[entry.head] for entry in found if entry.head in readings}


def catch_up(session: Session, progress: Callable[[int, int], None] | None = None) -> None:
    """Bring the people index up to the newest change; short reads, so that saves are not held up.

    The index knows from which revision it has a name, so that a person is unsealed only where that is another
    one now. A store older than the index (a restored backup) has the index begun anew by whoever opens the vault.
    """
    index = session.index
    if index is None:
        return
    seen = index.read_up_to()
    total, done = cases.count_cases(session.store) if progress else 0, 0
    for page in cases.cases_changed_since(session.store, seen):
        entries = {e.person_id: e for e in rows.person_entries(session.store, _people_of(page))}
        known = index.heads([case.id for case in page])
        head = {case.id: entries[case.person_id].head if case.person_id in entries else "" for case in page}
        stale = [case for case in page if known.get(case.id) != head[case.id]]
        people = _read_people(session, [entries[p] for p in _people_of(stale) if p in entries])
        documents = {c.id: _document(people.get(c.person_id), head[c.id]) for c in stale}
        index.put([(case, documents.get(case.id)) for case in page])
        done += len(page)
        if progress:
            progress(min(done, total), total)


def _people_of(found: Sequence[cases.CaseRow]) -> list[str]:
    return sorted({case.person_id for case in found})


def catch_up_notes(session: Session, *, limit: int | None = None) -> int:
    """Bring the words of notes into the index; returns how many cases still wait.

    Slower than names, so it runs afterwards in the background: with a `limit` it reads that many cases at most,
    takes their words in with one commit, and is called again for the rest.
    """
    index = session.index
    if index is None:
        return 0
    size = limit or _NOTES_AT_ONCE
    while True:
        seen = index.read_up_to("notes")
        page = next(cases.cases_changed_since(session.store, seen, size=size), [])
        if page:
            index.put_words(_words(session, page), page[-1].change_no)
        if len(page) < size:
            return 0
        if limit is not None:
            return cases.count_changed_since(session.store, page[-1].change_no)


def _words(session: Session, page: Sequence[cases.CaseRow]) -> dict[str, list[str]]:
    """By case: every text in its entries, and in those of its person, that belongs into the index."""
    heads: dict[str, list[str]] = {}
    owners: dict[str, str] = {}
    for case in page:
        found = rows.entries_of_case(session.store, case.id, case.person_id)
        found = [entry for entry in found if entry.form != "health"]
        heads[case.id] = [entry.head for entry in found]
        owners |= {entry.id: entry.case_id or entry.person_id for entry in found}
    wanted = sorted({head for each in heads.values() for head in each})
    readings = read_revisions(session, rows.revisions_by_id(session.store, wanted), owners)
    return {
        case_id: [text for head in each for text in _free_texts(readings[head])]
        for case_id, each in heads.items()
    }


def _free_texts(reading: Reading) -> Iterator[str]:
    """What somebody wrote in words, of the answers that everybody with the people key can read.

    Answers of a field that this version of the form does not declare are kept as text by registers.
    """
    declared = known_form(reading.form, reading.form_version)
    if declared is None or declared.veiled:
        return
    for key, value in reading.values.items():
        if key not in declared:
            yield from _texts(value)
        elif declared.class_of(key) is FieldClass.IDENTIFYING:
            question = declared.field(key)
            if question.kind is not Kind.GROUP:
                yield from _texts(value) if question.holds_text else ()
                continue
            written = {each.id for each in question.fields if each.holds_text}
            for row in value or ():
                yield from (text for name in written & row.keys() for text in _texts(row[name]))


def _texts(values: Any) -> list[str]:
    if isinstance(values, str):
        return [values]
    if isinstance(values, Mapping):
        return [text for value in values.values() for text in _texts(value)]
    if isinstance(values, (list, tuple)):
        return [text for value in values for text in _texts(value)]
    return []


@dataclass(frozen=True)
class Found:
    """What a search found; `more` says that the list was cut."""

    rows: tuple[CaseListRow, ...]
    more: bool
    in_notes: tuple[CaseListRow, ...] = ()


def find(session: Session, text: str, *, limit: int = 200, notes: bool = False) -> Found:
    """Cases that fit what was typed: names in any script, pinyin, initials, document and case numbers.

    Without the people key only case numbers are searched.
    """
    session.require(Right.READ_CASE)
    wanted = session.visible()
    if session.index is None:
        text = "".join(c for c in text.upper() if c.isalnum() and c.isascii())
        found = case_list.numbers_like(session.store, text, wanted, limit=limit + 1) if text else []
        return Found(tuple(found[:limit]), len(found) > limit)
    hits, more = session.index.search(text, wanted, limit=limit)
    in_notes: tuple[CaseListRow, ...] = ()
    if notes:
        known = {row.case_id for row in hits}
        rest, _ = session.index.search_notes(text, wanted, limit=limit)
        in_notes = tuple(row for row in rest if row.case_id not in known)
    return Found(tuple(hits), more, in_notes)


@dataclass(frozen=True)
class Candidate:
    """Somebody in the vault who may be the person at hand, and what agrees or differs.

    `facts`: (what is compared, "same" | "differs" | "open", the stored value as text or JSON value).
    """

    row: CaseListRow
    person_id: str
    score: float
    facts: tuple[tuple[str, str, Any], ...]


def likely_duplicates(session: Session, values: Mapping[str, Any], *, limit: int = 8) -> list[Candidate]:
    """People in the vault who may be the one described, the likeliest first.

    A document number in common is certain; otherwise the names must sound or look alike and nothing that is
    known of the births may contradict. What is compared and how it weighs: docs/decisions/006-registers.md.
    """
    if session.index is None or session.index.is_empty():
        return []
    found: dict[str, CaseListRow] = {}
    mine = all_names(values)
    papers = _papers(values)
    sounds = {key.replace(" ", "") for name in mine for key in names.reading_keys(name)}
    for text in (*mine, *sorted(sounds), *papers):
        hits, _ = session.index.search(text, session.visible(), limit=60)
        found.update({row.case_id: row for row in hits})
    people = cases.cases_by_id(session.store, list(found))
    known = person_values(session, sorted({case.person_id for case in people.values()}))
    candidates: dict[str, Candidate] = {}
    for case_id, row in found.items():
        person_id = people[case_id].person_id
        candidate = _compare(row, person_id, values, mine, papers, known.get(person_id, {}))
        if candidate and (person_id not in candidates or candidates[person_id].row.number < row.number):
            candidates[person_id] = candidate
    return sorted(candidates.values(), key=lambda c: (-c.score, c.row.number))[:limit]


def _papers(values: Mapping[str, Any]) -> set[str]:
    return {
        "".join(c for c in str(row["number"]).upper() if c.isalnum())
        for row in values.get("documents") or ()
        if row.get("number")
    }


def _compare(
    row: CaseListRow,
    person_id: str,
    values: Mapping[str, Any],
    mine: Sequence[str],
    papers: set[str],
    other: Mapping[str, Any],
) -> Candidate | None:
    theirs = all_names(other)
    name = max((names.same_name_score(a, b) for a in mine for b in theirs), default=0.0)
    shared = papers & _papers(other)
    facts: list[tuple[str, str, Any]] = []
    facts.append(
        ("name", "same" if name >= _SURE_NAME else "open" if name >= _SAME_NAME else "differs", theirs)
    )
    birth = _births_agree(values.get("birth"), other.get("birth"))
    facts.append(("birth", birth, other.get("birth")))
    facts.append(("sex", _agree(values.get("sex"), other.get("sex")), other.get("sex")))
    citizenship = "open"
    if values.get("citizenship") and other.get("citizenship"):
        citizenship = "same" if set(values["citizenship"]) & set(other["citizenship"]) else "differs"
    facts.append(("citizenship", citizenship, other.get("citizenship")))
    papers_agree = "same" if shared else "differs" if papers and _papers(other) else "open"
    facts.append(("documents", papers_agree, sorted(_papers(other))))
    if shared:
        return Candidate(row, person_id, 1.0, tuple(facts))
    if name < _SAME_NAME or birth == "differs" or facts[2][1] == "differs":
        return None
    score = (
        name + {"same": 0.3, "open": -0.1}[birth] + {"same": 0.05, "open": 0.0, "differs": -0.15}[citizenship]
    )
    score -= 0.2 if papers_agree == "differs" else 0.0
    return Candidate(row, person_id, min(score, 0.99), tuple(facts)) if score >= _SAME_NAME else None


def _agree(one: Any, other: Any) -> str:
    if not one or not other:
        return "open"
    return "same" if one == other else "differs"


def _births_agree(one: Any, other: Any) -> str:
    """Whether two partial dates can be one birthday: "same", "differs", or "open" where one is not known."""
    if not one or not other:
        return "open"
    a, b = PartialDate.from_json(one), PartialDate.from_json(other)
    first, last, begin, end = a.earliest(), a.latest(), b.earliest(), b.latest()
    if first is None or last is None or begin is None or end is None:
        return "open"
    return "same" if first <= end and begin <= last else "differs"
