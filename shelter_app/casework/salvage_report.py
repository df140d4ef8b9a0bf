"""What of a damaged vault could not be brought into the new one, in sentences that name cases by number and no person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from shelter_app.casework.case_check import check_people
from shelter_app.casework.salvage_mending import Mended
from shelter_app.casework.session import Session
from shelter_app.domain.forms import form
from shelter_app.storage import cases, salvage_mending
from shelter_app.storage import entries as rows
from shelter_app.storage.database import Database
from shelter_app.storage.entries import EntryRow
from shelter_app.storage.salvage import Salvaged
from shelter_i18n import N_, _
from shelter_i18n.formats import format_date

__all__ = ["Lost", "sentences"]


@dataclass
class Lost:
    """What was found missing while the store was copied."""

    found: Salvaged
    mended: Mended
    #: Lines of the journal: computer, first and last number.
    lines: list[tuple[str, int, int]]
    #: Names of sealed files that are missing or damaged, by the entry that they belong to.
    files: dict[str, str] = field(default_factory=dict)
    #: Files whose row was lost: put in place again, or not, by the entry that they belong to.
    files_back: list[str] = field(default_factory=list)
    files_sealed: list[str] = field(default_factory=list)


#: What stands in the tables that have no sentence of their own.
_OTHER: Final = {
    "meta": N_("what the vault remembers of itself (settings of backups and checks, what was put off)"),
    "devices": N_("the list of computers"),
    "users": N_("the list of users"),
    "settings": N_("settings"),
    "drafts": N_("drafts"),
    "imports": N_("records of imports"),
    "import_rows": N_("rows of imported registers that wait for a decision, or the record of them"),
    "releases": N_("records of summaries"),
    "release_rows": N_("records of whom summaries counted"),
    "extracts": N_("records of extracts"),
    "erasure_proposals": N_("proposals to erase"),
    "erasures": N_("certificates of erasures"),
    "holds": N_("holds: persons who must not be erased"),
    "kept_cases": N_("coded facts of erased cases"),
    "old_keys": N_("former keys, with which older backups are read"),
    "cases": N_("rows of cases"),
    "persons": N_("rows of persons"),
    "entries": N_("rows of entries"),
    "revisions": N_("states of entries"),
    "parts": N_("sealed parts of entries"),
    "attachments": N_("records of files"),
}


class _Names:
    """How an entry or a case is called in a sentence."""

    def __init__(self, store: Database) -> None:
        self.store = store
        self.numbers = cases.numbers(store)
        self._of_persons = salvage_mending.numbers_of_persons(store)

    def of(self, entry: EntryRow) -> str:
        """The number of the case of an entry; for who somebody is, those of all their cases."""
        if entry.case_id is not None:
            return self.numbers.get(entry.case_id, "?")
        return ", ".join(self._of_persons.get(entry.person_id, ())) or "?"


def sentences(session: Session, lost: Lost) -> list[str]:
    """One for each thing that is lost or that was put in place of something lost."""
    names = _Names(session.store)
    individual = [
        *_cases(names, lost),
        *_entries(names, lost),
        *_incomplete(session, names, lost),
        *_files(names, lost),
    ]
    return [
        *([] if lost.found.proved else [_(_UNPROVED)]),
        *individual,
        *(
            _("Journal: lines {first} to {last} are lost.").format(first=first, last=last)
            for _d, first, last in lost.lines
        ),
        *_tables(lost, told=bool(individual)),
    ]


_UNPROVED: Final = N_(
    "The beginning of the file is lost, without which no page of it can prove itself. What was brought over was compared "
    "with the journal alone."
)


def _cases(names: _Names, lost: Lost) -> list[str]:
    said = []
    for opened, number in lost.mended.gone:
        if number:
            said.append(
                _("Case {number}, opened on {day}, is lost.").format(number=number, day=_day(opened.at))
            )
        else:
            said.append(_("A case that was opened on {day} is lost.").format(day=_day(opened.at)))
    for case_id, (opened, own) in lost.mended.cases.items():
        text = (
            _(
                "Case {number}: the row of this case, opened on {day}, was lost and made anew from its entries. It is "
                "restricted until somebody decides; whom it was given to and its safety alerts may be lost."
            )
            if own
            else _(
                "The row of a case that was opened on {day} is lost, with its number; its entries are there. It has the "
                "new number {number} and is restricted until somebody decides; whom it was given to and its safety alerts "
                "may be lost."
            )
        )
        said.append(text.format(day=_day(opened.at), number=names.numbers[case_id]))
    return said


def _entries(names: _Names, lost: Lost) -> list[str]:
    dated = _("Case {number}: an entry is lost ({form}, saved on {day}).")
    made_anew = _(
        "Case {number}: what lists know of an entry was lost and made anew from its answers ({form}); a date or a state "
        "that lies in a sealed part may be missing in lists until the entry is saved again."
    )
    earlier = _("Case {number}: the newest state of an entry is lost; an earlier one is shown ({form}).")
    mended = lost.mended
    return [
        *(
            dated.format(
                number=names.numbers.get(line.case_id, "?"), form=_form(line.form), day=_day(line.at)
            )
            for line in mended.unsaved
        ),
        *(
            dated.format(number=names.of(entry), form=_form(entry.form), day=_day(entry.created_at))
            for entry in mended.entries
        ),
        *(earlier.format(number=names.of(entry), form=_form(entry.form)) for entry in mended.set_back),
        *(made_anew.format(number=names.of(entry), form=_form(entry.form)) for entry in mended.rows),
        *(
            _("An entry is lost ({form}, last saved on {day}); of which case cannot be told.").format(
                form=_form(state.form), day=_day(state.typed_at)
            )
            for state in mended.homeless
        ),
    ]


def _incomplete(session: Session, names: _Names, lost: Lost) -> list[str]:
    """Entries that are there and do not hold everything that was saved, and cases of which something is gone."""
    mended = lost.mended
    told = {entry.id for entry in mended.set_back}
    opening = {names.of(entry) for entry in mended.entries if entry.form in ("person", "intake")}
    gone: dict[str, None] = {}
    unknown: dict[str, None] = {}
    bare: dict[str, None] = {}
    for _cases_read, found in check_people(session, session.store):
        unknown.update(dict.fromkeys(found.entries))
        gone.update(dict.fromkeys(found.broken))
        for name in found.gone:
            (gone if rows.entry(session.store, name) else bare)[name] = None
    part = _("Case {number}: a part of an entry, or an earlier state of it, is lost ({form}).")
    unproved = _(
        "Case {number}: the line of the journal that says what was saved in an entry is lost ({form})."
    )
    changed = _("Case {number}: an entry is not as it was saved ({form}).")
    said = []
    for ids, text in ((gone, part), (unknown, unproved if lost.lines else changed)):
        found_rows = _rows(session.store, (each for each in ids if each not in told))
        said += [text.format(number=names.of(row), form=_form(row.form)) for row in found_rows]
    said += [
        _(
            "Case {number}: something that was typed in when the case was opened is lost: who the person is, or the intake."
        ).format(number=number)
        for number in bare
        if not any(number in each for each in opening)
    ]
    return said


def _files(names: _Names, lost: Lost) -> list[str]:
    missing = _("Case {number}: the file {name} of a document is missing or damaged.")
    back = _("Case {number}: the record of a file was lost and made anew from its document.")
    sealed = _(
        "Case {number}: the file of a document is not brought over, because its record is lost and you do not hold the key "
        "that tells which file it is. The damaged vault still has it; somebody who holds that key can salvage again."
    )
    return [
        *(missing.format(number=_number(names, entry), name=name) for name, entry in lost.files.items()),
        *(back.format(number=_number(names, entry)) for entry in lost.files_back),
        *(sealed.format(number=_number(names, entry)) for entry in lost.files_sealed),
    ]


def _tables(lost: Lost, *, told: bool) -> list[str]:
    """What cannot be told one by one. A table of which nothing could be read may have been empty."""
    damaged = {table for table, gaps in lost.found.gaps.items() if gaps}
    damaged |= {row.table for row in lost.found.broken}
    some = _("Part of this is lost: {what}.")
    perhaps = _("This could not be read, and is lost if there was any: {what}.")
    own = ("cases", "persons", "entries", "revisions", "parts", "attachments")
    said = [
        (some if lost.found.rows.get(table) else perhaps).format(what=_(what))
        for table, what in _OTHER.items()
        if table in damaged and not (table in own and (told or lost.found.rows.get(table)))
    ]
    if "revision_parents" in damaged:
        said.append(
            _("What states of entries follow on was lost in part and worked out anew from their times.")
        )
    if "numbers" in damaged:
        said.append(
            _("The counters of case numbers were lost and go on from the highest number that is left.")
        )
    if lost.found.unplaced:
        said.append(
            _("Pages that could be read and not be assigned to anything: {count}.").format(
                count=lost.found.unplaced
            )
        )
    return said


def _rows(store: Database, ids: Iterable[str]) -> list[EntryRow]:
    return [row for row in (rows.entry(store, each) for each in ids) if row is not None]


def _number(names: _Names, entry_id: str) -> str:
    row = rows.entry(names.store, entry_id)
    return names.of(row) if row else "?"


def _day(moment: str) -> str:
    return format_date(dt.date.fromisoformat(moment[:10]))


def _form(form_id: str) -> str:
    try:
        return _(form(form_id).title)
    except KeyError:
        return _("sealed")
