"""The check of what is saved: every state against the line that says it was written, and every case against its entries.

A journal line names the contents of what it wrote by HMACs (`sealing.digest_of_part`). So a state, or a sealed part,
that no line names was put there by hand; one that a line names and that is not there was taken away; and what lists
and summaries know of a case can be worked out anew from its entries and lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from shelter_app.casework.case_facts import projected, worked_out
from shelter_app.casework.sealing import alerts_digest, digest_of_part, known_form, open_part, read_revisions
from shelter_app.casework.session import Session
from shelter_app.casework.user_history import signature_keys
from shelter_app.domain.forms import FieldClass, Form, typed_columns
from shelter_app.storage import checks
from shelter_app.storage import entries as rows
from shelter_app.storage.cases import CaseRow
from shelter_app.storage.checks import Line, People
from shelter_app.storage.database import Database
from shelter_app.storage.entries import EntryRow, RevisionRow
from shelter_app.storage.store import canonical, meta_keys
from shelter_app.vault.errors import DataDamaged, KeyNotHeld
from shelter_app.vault.rights import SEALED_COMPARTMENTS

__all__ = ["Findings", "Named", "check_people", "lost_cases", "named_by"]

#: So many states that no line of their case names are looked for among all lines.
_MOST_DOUBTED: Final = 50


@dataclass
class Named:
    """What lines say that they wrote: digests of coded parts, and of sealed parts by their id."""

    coded: set[str] = field(default_factory=set)
    parts: dict[str, str] = field(default_factory=dict)
    #: Digests and ids of lines from before what could not be saved was given up.
    given_up: set[str] = field(default_factory=set)


@dataclass
class Findings:
    """What does not fit: ids of entries and numbers of cases, without an order."""

    #: Entries that are not as they were saved, or that no line of the journal knows.
    entries: list[str] = field(default_factory=list)
    #: Entries that the journal knows and that are not there: the case they belonged to.
    gone: list[str] = field(default_factory=list)
    #: Entries whose dates or state in lists are not those of their answers.
    columns: list[str] = field(default_factory=list)
    #: Cases of which lists and summaries are told something else than their entries and lines say.
    cases: list[str] = field(default_factory=list)
    #: Entries of which a sealed part does not open where it lies.
    broken: list[str] = field(default_factory=list)
    #: How many parts opened, and for how many this person has no key.
    opened: int = 0
    sealed: int = 0

    def add(self, more: Findings) -> None:
        """Take in what was found elsewhere."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(more, each.name))


def named_by(lines: Iterator[Line] | list[Line], given_up: int = 0) -> Named:
    """What these lines say that they wrote; what came before the place `given_up` may be missing."""
    found = Named()
    for line in lines:
        for each in _flat(line.detail.get("digests", ())):
            mark = ""
            if "coded" in each:
                mark = str(each["coded"])
                found.coded.add(mark)
            elif "part" in each:
                mark = str(each["part"])
                found.parts[mark] = str(each.get("digest", ""))
            if line.arrived < given_up:
                found.given_up.add(mark)
    return found


def _flat(digests: Any) -> Iterator[Mapping[str, Any]]:
    """A line of a save has a list of digests, one of a new case a list for each entry."""
    for each in digests if isinstance(digests, list) else ():
        if isinstance(each, list):
            yield from _flat(each)
        elif isinstance(each, dict):
            yield each


def check_people(session: Session, store: Database) -> Iterator[tuple[int, Findings]]:
    """For each page of persons: how many cases it held, and what does not fit.

    Only what the keys of the signed-in person open is compared beyond its digests. `store` may be a copy of the store.
    """
    given_up = checks.given_up_until(store)
    waiting = set(meta_keys(store, "projection "))
    authors = signature_keys(session)
    doubted = 0
    for page in checks.people(store):
        found, parts = Findings(), dict[str, str]()
        for person in _persons(page):
            lines = [line for case in person.cases for line in page.lines.get(case.id, ())]
            named = named_by(lines, given_up)
            parts |= named.parts
            doubted += _check_states(store, page, person, named, lines, found, doubted)
            _check_columns(page, person, found)
            _check_cases(session, page, person, found, f"projection {person.id}" in waiting)
        _check_parts(session, store, page, parts, authors, found)
        yield len(page.cases), found


def _check_parts(
    session: Session,
    store: Database,
    page: People,
    named: Mapping[str, str],
    authors: Mapping[str, tuple[bytes, ...]],
    found: Findings,
) -> None:
    """Open every part that the signed-in person has a key for, and compare what it holds with its line."""
    owners = {entry.id: entry.case_id or entry.person_id for entry in page.entries}
    mine = [c.value for c in SEALED_COMPARTMENTS if session.keyring.epochs(c)]
    boxes = rows.parts_of(store, list(page.revisions), mine)
    for revision_id, (revision, _text) in page.revisions.items():
        known = {part.id: part for part in boxes.get(revision_id, ())}
        for part_id in page.parts.get(revision_id, {}).values():
            part = known.get(part_id)
            if part is None:
                found.sealed += 1
                continue
            try:
                content = open_part(
                    session,
                    part,
                    owner=owners[revision.entry_id],
                    entry_id=revision.entry_id,
                    authors=authors,
                )
            except KeyNotHeld:
                found.sealed += 1
                continue
            except DataDamaged:
                found.broken.append(revision.entry_id)
                continue
            found.opened += 1
            wanted = named.get(part_id)
            if wanted and not _holds(content, wanted):
                found.entries.append(revision.entry_id)


def _holds(content: Mapping[str, Any], wanted: str) -> bool:
    """Whether a part holds what its line says, by the digest under the key that lies in the part."""
    try:
        key = bytes.fromhex(str(content["k"]))
    except (KeyError, ValueError):
        return False
    return digest_of_part(key, canonical(content["v"]).encode()) == wanted


@dataclass
class _Person:
    id: str
    cases: list[CaseRow] = field(default_factory=list)
    entries: list[EntryRow] = field(default_factory=list)


def _persons(page: People) -> list[_Person]:
    found: dict[str, _Person] = {}
    for case in page.cases.values():
        found.setdefault(case.person_id, _Person(case.person_id)).cases.append(case)
    for entry in page.entries:
        found.setdefault(entry.person_id, _Person(entry.person_id)).entries.append(entry)
    return list(found.values())


def _check_states(
    store: Database,
    page: People,
    person: _Person,
    named: Named,
    lines: list[Line],
    found: Findings,
    doubted: int,
) -> int:
    """Compare states and parts with what lines name, both ways; returns how many were looked for elsewhere."""
    mine = {entry.id: entry for entry in person.entries}
    # A program before this one kept no digests of what else a register said of a case.
    bare = {
        line.subject for line in lines if line.action == "case.opened" and "import" in line.detail and "entries" not in line.detail
    }  # fmt: skip
    coded: set[str] = set()
    parts: set[str] = set()
    asked = 0
    for revision, text in page.revisions.values():
        entry = mine.get(revision.entry_id)
        if entry is None:
            continue
        digest = digest_of_part(revision.salt, text.encode())
        coded.add(digest)
        here = set(page.parts.get(revision.id, {}).values())
        parts |= here
        if digest in named.coded and here <= named.parts.keys():
            continue
        if entry.case_id in bare and entry.revisions == 1:
            continue
        if doubted + asked < _MOST_DOUBTED:
            asked += 1
            # Its line may be about a case that was taken back with its import.
            if all(checks.named_anywhere(store, mark) for mark in (digest, *here)):
                continue
        found.entries.append(entry.id)
    missing = (named.coded - coded) | (named.parts.keys() - parts)
    if missing - named.given_up:
        found.gone += _lost_from(page, lines, missing - named.given_up, mine)
    return asked


def _lost_from(page: People, lines: list[Line], missing: set[str], mine: Mapping[str, EntryRow]) -> list[str]:
    """Of what something is missing: the entry where it is there, else the number of its case."""
    lost: list[str] = []
    for line in lines:
        marks = {str(each.get("coded") or each.get("part")) for each in _flat(line.detail.get("digests", ()))}
        if marks & missing:
            lost.append(line.subject if line.subject in mine else page.cases[line.about].number)
    return lost


def _check_columns(page: People, person: _Person, found: Findings) -> None:
    for entry in person.entries:
        head = page.revisions.get(entry.head)
        if head is None:
            continue
        revision, _text = head
        declared = known_form(revision.form, revision.form_version) if revision.form_version else None
        if declared is None:
            continue
        says = typed_columns(declared, revision.coded)
        if any(getattr(entry, name) != says[name] for name in _coded_columns(declared)):
            found.columns.append(entry.id)


def _coded_columns(declared: Form) -> list[str]:
    """The typed columns that can be worked out from the coded answers alone."""
    names = []
    due = [each.field for each in declared.dues]
    for column, field_id in declared.typed.items():
        fields = [field_id, *(due if column in ("due_on", "done_on") else ())]
        if all(declared.class_of(each) is FieldClass.CODED for each in fields):
            names.append(column)
    if due and "due_on" not in names and all(declared.class_of(each) is FieldClass.CODED for each in due):
        names.append("due_on")
    return names


def _check_cases(session: Session, page: People, person: _Person, found: Findings, waiting: bool) -> None:
    heads = {
        entry.id: page.revisions[entry.head][0] for entry in person.entries if entry.head in page.revisions
    }
    if len(heads) < len(person.entries):
        return
    who = None if waiting else _known_person(session, person, heads)
    for case in person.cases:
        of_case = [entry for entry in person.entries if entry.case_id == case.id]
        says = worked_out(case, of_case, {entry.head: heads[entry.id] for entry in of_case})
        if who is not None:
            says = projected(says, *who)
        same = (says.status, says.stage, says.identified, says.next_due, says.sex, says.age, says.citizenship)
        stored = (
            case.status,
            case.stage,
            case.identified,
            case.next_due,
            case.sex,
            case.age,
            case.citizenship,
        )
        lines = page.lines.get(case.id, [])
        if same != stored or _changed_by_hand(case, lines) or case.assigned_to != _assigned(page, lines):
            found.cases.append(case.number)


def _known_person(
    session: Session, person: _Person, heads: Mapping[str, RevisionRow]
) -> tuple[Form, Mapping[str, Any]] | None:
    """The form and the answers that say who somebody is, where the signed-in person can read them whole."""
    entry = next((e for e in person.entries if e.case_id is None and e.form == "person"), None)
    if entry is None or not session.sees_names:
        return None
    head = heads[entry.id]
    reading = read_revisions(session, {head.id: head}, {entry.id: person.id})[head.id]
    declared = known_form(reading.form, reading.form_version)
    return None if declared is None or reading.damaged else (declared, reading.values)


def _changed_by_hand(case: CaseRow, lines: list[Line]) -> bool:
    """Whether the marks of a case are not those that its lines set."""
    restricted, alerts = False, (0, "")
    for line in lines:
        if line.action == "case.restricted":
            restricted = bool(line.detail.get("on"))
        elif line.action == "case.alerts":
            alerts = int(line.detail.get("alerts", 0)), str(line.detail.get("digest", ""))
    if case.restricted != restricted or len(case.alerts) != alerts[0]:
        return True
    return bool(alerts[1]) and alerts[1] != alerts_digest(case.id, case.alerts)


def _assigned(page: People, lines: list[Line]) -> str | None:
    """To whom the lines and states of a case say that it belongs."""
    states = {digest_of_part(row.salt, text.encode()): row for row, text in page.revisions.values()}
    to: str | None = None
    owners: dict[str, Any] = {}
    for line in lines:
        if line.action == "case.assigned":
            to = str(line.detail.get("to", "")) or None
        elif line.action == "case.opened":
            to = None if "import" in line.detail else line.actor
        for each in _flat(line.detail.get("digests", ())):
            state = states.get(str(each.get("coded", "")))
            if state is None:
                continue
            owner = state.coded.get("case_owner")
            if owner and owner != owners.get(state.entry_id) and "import" not in line.detail:
                to = str(owner)
            owners[state.entry_id] = owner
    return to


def lost_cases(store: Database) -> int:
    """How many cases are gone though nobody erased their person or took their import back."""
    given_up = checks.given_up_until(store)
    erased, undone = checks.erased_and_undone(store)
    return sum(
        case.person_id not in erased and case.import_id not in undone and case.arrived > given_up
        for page in checks.lost_cases(store)
        for case in page
    )
