"""Making what was read of a damaged store fit together again, and keeping account of what was put in place of what is lost."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shelter_app.casework.sealing import digest_of_part, known_form
from shelter_app.domain.forms import form, typed_columns
from shelter_app.storage import books, cases, salvage_mending
from shelter_app.storage import entries as rows
from shelter_app.storage.database import Database
from shelter_app.storage.entries import EntryRow, RevisionRow
from shelter_app.storage.salvage import without_references
from shelter_app.storage.salvage_mending import Opened, SavedLine

__all__ = ["Mended", "mend"]


@dataclass
class Mended:
    """What had to be put in the place of lost rows, or left out, so that the rest fits together."""

    #: Cases whose row was lost and put in place again, and whether they have their own number.
    cases: dict[str, tuple[Opened, bool]] = field(default_factory=dict)
    #: Cases of which nothing is left but a line of the journal, and their number where it is known.
    gone: list[tuple[Opened, str]] = field(default_factory=list)
    #: Entries that the journal knows and of which nothing is left.
    unsaved: list[SavedLine] = field(default_factory=list)
    #: Entries of which no state is left.
    entries: list[EntryRow] = field(default_factory=list)
    #: Entries that show an earlier state because the newest is lost.
    set_back: list[EntryRow] = field(default_factory=list)
    #: Entries whose own row was lost and worked out anew from their states.
    rows: list[EntryRow] = field(default_factory=list)
    #: States of which it cannot be told to what case they belong.
    homeless: list[RevisionRow] = field(default_factory=list)


def mend(store: Database, numbers: Mapping[str, str], new_number: Callable[[], str]) -> Mended:
    """Put rows in the place of lost ones, from the states that are left and the journal.

    `numbers` are numbers of cases that are known from elsewhere, by id.
    """
    mended = Mended()
    lines = salvage_mending.saved_lines(store)
    with without_references(store), store.transaction():
        _devices(store)
        salvage_mending.raise_counters(store)
        _heads(store, mended)
        _entries(store, lines, mended)
        left, gone = salvage_mending.opened_cases(store)
        for opened in left:
            known = numbers.get(opened.id)
            number = known if known and cases.case_by_number(store, known) is None else new_number()
            intake = next(
                (e for e in rows.entries_in_case(store, opened.id) if e.happened_on and e.form == "intake"),
                None,
            )
            first_day = (intake.happened_on if intake else None) or opened.at[:10]
            salvage_mending.put_case_back(store, opened, number, first_day)
            mended.cases[opened.id] = opened, number == known
        mended.gone = [(each, numbers.get(each.id, "")) for each in gone]
        salvage_mending.add_lost_persons(store)
        salvage_mending.mend_parents(store)
        salvage_mending.raise_counters(store)
        dropped = {entry.id for entry in mended.entries}
        mended.unsaved = [
            line
            for line in lines
            if line.action in ("entry.added", "document.added")
            and line.subject not in dropped
            and rows.entry(store, line.subject) is None
            and cases.case(store, line.case_id) is not None
        ]
    return mended


def _devices(store: Database) -> None:
    used = {each.letter for each in books.devices(store)}
    for device, letter in salvage_mending.lost_devices(store).items():
        chosen = letter if letter and letter not in used else f"?{device[:4]}"
        used.add(chosen)
        books.add_device(store, device, chosen, "")


def _heads(store: Database, mended: Mended) -> None:
    for entry, newest in salvage_mending.entries_without_head(store):
        if newest is None:
            mended.entries.append(entry)
            salvage_mending.drop_entry(store, entry.id)
            continue
        mended.set_back.append(entry)
        revision = rows.revision(store, newest)
        assert revision is not None
        rows.set_head(store, replace(entry, head=newest, **_columns(revision)))


def _columns(revision: RevisionRow) -> dict[str, Any]:
    """What lists know of an entry, as far as its coded answers say it."""
    declared = known_form(revision.form, revision.form_version) if revision.form_version else None
    if declared is None:
        return {}
    return dict(typed_columns(declared, revision.coded))


def _entries(store: Database, lines: list[SavedLine], mended: Mended) -> None:
    """Entries whose states are there and whose own row is lost: it holds nothing that these and the journal do not say."""
    lost = salvage_mending.states_without_entry(store)
    if not lost:
        return
    homes = _homes(lines)
    persons = {
        line.case_id: str(line.detail.get("person", "")) for line in lines if line.action == "case.opened"
    }
    for entry_id, states in lost.items():
        first, newest = states[0][0], states[-1][0]
        marks = [digest_of_part(row.salt, text.encode()) for row, text in states]
        case_id = homes.get(entry_id) or next((homes[mark] for mark in marks if mark in homes), None)
        case = cases.case(store, case_id) if case_id else None
        person_id = case.person_id if case else persons.get(case_id or "")
        if case_id is None or not person_id:
            mended.homeless.append(newest)
            continue
        columns = dict.fromkeys(("happened_on", "due_on", "done_on", "status", "assigned_to")) | _columns(
            newest
        )
        row = EntryRow(
            id=entry_id, case_id=None if _of_person(newest) else case_id, person_id=person_id, form=newest.form,
            head=newest.id, revisions=len(states), created_at=first.typed_at, created_by=first.typed_by,
            device_id=first.device_id, **columns,
        )  # fmt: skip
        rows.add_entry(store, row)
        mended.rows.append(row)


def _of_person(revision: RevisionRow) -> bool:
    with contextlib.suppress(KeyError):
        return form(revision.form).owner == "person"
    return False


def _homes(lines: list[SavedLine]) -> dict[str, str]:
    """The case of an entry, by its id or by the digest of what was saved."""
    homes = {}
    for line in lines:
        if line.action != "case.opened":
            homes[line.subject] = line.case_id
        for each in line.detail.get("digests", ()):
            for digest in each if isinstance(each, list) else [each]:
                if isinstance(digest, dict) and "coded" in digest:
                    homes.setdefault(str(digest["coded"]), line.case_id)
    return homes
