"""Opening a new case, reading one, assigning and restricting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shelter_app.casework.case_facts import refresh_case, refresh_person
from shelter_app.casework.drafts import saving_from_draft
from shelter_app.casework.entries import Entry, read_entries, write_entry
from shelter_app.casework.errors import NoSuchCase
from shelter_app.casework.index_care import follow
from shelter_app.casework.people import name_reading, person_name
from shelter_app.casework.session import Session
from shelter_app.domain import case_number
from shelter_app.domain.forms import form
from shelter_app.storage import cases
from shelter_app.storage import entries as rows
from shelter_app.storage.case_list import CaseListRow
from shelter_app.storage.store import Changes
from shelter_app.vault.errors import UnknownUser
from shelter_app.vault.rights import Right

__all__ = ["CaseView", "NewCase", "assign", "new_case", "open_case", "restrict"]


@dataclass(frozen=True)
class CaseView:
    """A case as its reader may know it."""

    case: cases.CaseRow
    #: None where names are sealed to this reader.
    name: str | None
    entries: tuple[Entry, ...]
    assigned_name: str
    other_cases: tuple[cases.CaseRow, ...]
    #: The name in Latin letters; empty where there is none, or where names are sealed.
    reading: str = ""

    @property
    def person(self) -> Entry | None:
        """The entry that says who the person is."""
        return next((e for e in self.entries if e.row.case_id is None and e.row.form == "person"), None)

    def of_form(self, form_id: str) -> tuple[Entry, ...]:
        """The entries of one form, oldest first."""
        return tuple(e for e in self.entries if e.form is not None and e.form.id == form_id)


@dataclass(frozen=True)
class NewCase:
    """A case that was opened."""

    case_id: str
    person_id: str
    number: str
    changes: Changes


def new_case(
    session: Session,
    *,
    person: Mapping[str, Any] | None = None,
    intake: Mapping[str, Any] | None = None,
    person_id: str | None = None,
    draft_id: str | None = None,
) -> NewCase:
    """Open a case for a new person, or for `person_id` who has been here before.

    Person, case, identity and intake are saved together; the number is given here and never changes.

    Raises:
        AnswersRefused, NotYours
        NoSuchCase: nobody is known by `person_id`.
    """
    session.require(Right.WRITE_CASE)
    if person_id is not None:
        earlier = cases.cases_of_person(session.store, person_id)
        if not earlier:
            raise NoSuchCase
        session.require_sight(*earlier)
    with saving_from_draft(session, draft_id) as record:
        opened = write_case(session, record, person=person or {}, intake=intake or {}, person_id=person_id)
    session.read_cases.add(opened.case_id)
    follow(session)
    return opened


def write_case(
    session: Session,
    record: Any,
    *,
    person: Mapping[str, Any],
    intake: Mapping[str, Any],
    person_id: str | None = None,
    import_id: str | None = None,
    checked: bool = True,
    others: Sequence[tuple[str, Mapping[str, Any]]] = (),
) -> NewCase:
    """Write a new case into the transaction under way, with its journal line.

    `others` are further forms with their answers, which a register fills for the case.
    """
    now = session.now()
    known = person_id is not None
    person_id = person_id or session.new_id()
    case_id = session.new_id()
    registered_on = _registered_on(session, intake)
    year = int(registered_on[:4])
    running = cases.next_running_number(session.store, session.letter, year)
    number = case_number.format_number(session.keyring.header.post, session.letter, year, running)
    if not known:
        cases.add_person(session.store, person_id, created_at=now, device_id=session.device_id)
    cases.add_case(
        session.store,
        cases.CaseRow(
            id=case_id, number=number, person_id=person_id, registered_on=registered_on, status="Active",
            stage="screening", identified=None, assigned_to=None if import_id else session.user_id, restricted=False,
            alerts=(), sex=None, age=None, citizenship=(), next_due=None, created_at=now, created_by=session.user_id,
            device_id=session.device_id, import_id=import_id, change_no=0,
        ),
    )  # fmt: skip
    digests: list[Any] = []
    taken_by: str | None = None
    if not known or person:
        written = write_entry(
            session, form("person"), person, case_id=None, person_id=person_id, created_at=now, checked=checked,
            entry_id=_person_entry_id(session, person_id) if known else None,
        )  # fmt: skip
        digests.append(written.digests)
    if intake or not import_id:
        written = write_entry(
            session, form("intake"), intake, case_id=case_id, person_id=person_id, created_at=now, checked=checked
        )  # fmt: skip
        digests.append(written.digests)
        taken_by = written.taken_by
    for form_id, values in others:
        written = write_entry(
            session, form(form_id), values, case_id=case_id, person_id=person_id, created_at=now, checked=checked
        )  # fmt: skip
        digests.append(written.digests)
    record(
        "case.opened",
        case_id,
        person=person_id,
        digests=digests,
        **({"import": import_id, "entries": len(digests)} if import_id else {}),
    )
    if import_id is None:  # a register has more to write; it works the case out once at the end
        refresh_case(session, case_id, taken_by=taken_by)
    refresh_person(session, person_id)
    return NewCase(case_id, person_id, number, Changes.of(case_id, "case", "entry"))


def _person_entry_id(session: Session, person_id: str) -> str | None:
    entry = rows.person_entry(session.store, person_id)
    return entry.id if entry else None


def _registered_on(session: Session, intake: Mapping[str, Any]) -> str:
    from shelter_app.domain.forms import typed_columns

    return typed_columns(form("intake"), intake)["happened_on"] or session.today.isoformat()


def open_case(session: Session, case_id: str) -> CaseView:
    """Read a case; the journal records it once a session.

    Raises:
        NoSuchCase: there is none.
        NotYours: it is restricted and somebody else's.
    """
    session.require(Right.READ_CASE)
    case = cases.case(session.store, case_id)
    if case is None:
        raise NoSuchCase
    session.require_sight(case)
    if case_id not in session.read_cases:
        with session.saving() as record:
            record("case.read", case_id)
        session.read_cases.add(case_id)
    entries = tuple(read_entries(session, rows.entries_of_case(session.store, case_id, case.person_id)))
    others = tuple(
        other
        for other in cases.cases_of_person(session.store, case.person_id)
        if other.id != case_id and session.sees(other)
    )
    view = CaseView(
        case, None, entries, session.user_name(case.assigned_to) if case.assigned_to else "", others
    )
    if session.sees_names:
        values = view.person.values if view.person else {}
        return replace(view, name=person_name(values), reading=name_reading(values))
    return view


def assign(session: Session, case_id: str, user_id: str | None) -> Changes:
    """Give a case to a colleague, or to nobody.

    Raises:
        NotYours, NoSuchCase
        UnknownUser: nobody who works with this vault has this id.
    """
    session.require(Right.WRITE_CASE)
    if user_id is not None and session.keyring.header.slot(user_id) is None:
        raise UnknownUser
    return _change(session, case_id, "case.assigned", {"to": user_id or ""}, assigned_to=user_id)


def restrict(session: Session, case_id: str, restricted: bool) -> Changes:
    """Show a case only to its caseworker and to who may see restricted cases, or to everybody again."""
    session.require(Right.RESTRICT_CASE)
    return _change(session, case_id, "case.restricted", {"on": restricted}, restricted=restricted)


def _change(session: Session, case_id: str, action: str, detail: Mapping[str, Any], **facts: Any) -> Changes:
    case = cases.case(session.store, case_id)
    if case is None:
        raise NoSuchCase
    session.require_sight(case)
    with session.saving() as record:
        cases.update_case(session.store, replace(case, **facts))
        record(action, case_id, **detail)
    follow(session)
    return Changes.of(case_id, "case")


def list_rows(session: Session, ids: list[str]) -> dict[str, CaseListRow]:
    """List rows of these cases as the signed-in person may see them; hidden ones are left out."""
    from shelter_app.storage import case_list

    session.require(Right.READ_CASE)
    found = cases.cases_by_id(session.store, ids)
    ids = [case_id for case_id in ids if case_id in found and session.sees(found[case_id])]
    names = session.index is not None
    db = session.index.database if session.index is not None else session.store
    return case_list.rows_of(db, ids, names=names)
