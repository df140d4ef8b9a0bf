"""The entries of a case as a line of events: what has happened, and what is planned or late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from shelter_app.casework.case_facts import date_of
from shelter_app.casework.entries import Entry
from shelter_app.domain.forms import FieldClass, Form, Kind
from shelter_app.domain.values import entry_summary, value_text
from shelter_app.vault.rights import Compartment
from shelter_i18n import _, ngettext
from shelter_i18n.formats import join_facts
from shelter_ui.models.case_words import day_words, form_words, stored_day_words
from shelter_ui.widgets.painting import KnotState

__all__ = ["Reader", "TimelineItem", "entry_title", "readable_values", "sealed_words", "timeline"]


#: Forms of what is done once and then again on another day; a consent stays the same until it is asked again.
_DONE_AGAIN: Final = frozenset({"service", "health"})
#: Forms whose leading code needs no form before it: "Legal help".
_LEAD_SAYS_ALL = frozenset({"service", "health"})


@dataclass(frozen=True)
class Reader:
    """Who reads: the day, the names of colleagues, and whether names may be shown now."""

    today: dt.date
    user_name: Callable[[str], str]
    names_shown: bool = True
    #: The names of those who can open a compartment, as words; empty where only the recovery sheets do.
    who_opens: Callable[[Compartment], str] = lambda _compartment: ""


@dataclass(frozen=True)
class TimelineItem:
    """One event in words."""

    entry: Entry
    state: KnotState
    date: str
    title: str
    text: str = ""
    who: str = ""
    #: "corrected 7 Mar"; empty where nothing was corrected.
    corrected: str = ""
    #: "4 days late"; empty where there is time.
    late: str = ""
    #: Why a part is withheld; empty where all is open.
    sealed: str = ""
    planned: bool = False

    def spoken(self) -> str:
        """The whole event for a screen reader."""
        parts = (self.date, self.late, self.title, self.text, self.sealed, self.corrected, self.who)
        return join_facts(parts)


def readable_values(entry: Entry, *, names_shown: bool) -> dict[str, Any]:
    """The answers that may be shown now: with names hidden only the coded ones."""
    if names_shown or entry.form is None:
        return entry.values
    declared = entry.form
    return {
        key: value
        for key, value in entry.values.items()
        if key in declared and declared.class_of(key) is FieldClass.CODED
    }


def entry_title(declared: Form, values: Mapping[str, Any]) -> str:
    """What an entry is about: the form, and the code that leads its summary."""
    lead = _lead(declared)
    what = value_text(declared.field(lead), values.get(lead)) if lead else ""
    if not what:
        return _(declared.title)
    if declared.id in _LEAD_SAYS_ALL:
        return what
    return _("{form}: {what}").format(form=form_words(declared.id), what=what)


def _lead(declared: Form) -> str:
    first = declared.summary[0] if declared.summary else ""
    return first if first and declared.field(first).kind is Kind.CODE else ""


@lru_cache(maxsize=32)
def _without_lead(declared: Form) -> Form:
    return replace(declared, summary=declared.summary[1:])


def sealed_words(entry: Entry, reader: Reader) -> str:
    """Why a part of an entry is withheld from this reader, and who can open it; empty if nothing is."""
    sealed = entry.reading.sealed
    if entry.reading.damaged:
        return _("Damaged: this part cannot be read. Check the vault.")
    if entry.form is None:
        return _sealed_to(_("Health entry, sealed"), Compartment.HEALTH, reader)
    if FieldClass.HEALTH.value in sealed:
        return _sealed_to(_("Health detail, sealed"), Compartment.HEALTH, reader)
    if FieldClass.IDENTIFYING.value in sealed:
        what = _("Note, sealed") if entry.form.id == "note" else _("Names and free text, sealed")
        return _sealed_to(what, Compartment.PEOPLE, reader)
    names_shown = reader.names_shown
    if not names_shown and len(readable_values(entry, names_shown=False)) < len(entry.values):
        return _("Hidden. F12 shows it.")
    return ""


def _sealed_to(what: str, compartment: Compartment, reader: Reader) -> str:
    names = reader.who_opens(compartment)
    if not names:
        return _("{what}. Only the recovery sheets open it.").format(what=what)
    return _("{what}. Can open it: {names}.").format(what=what, names=names)


def timeline(
    entries: Sequence[Entry], reader: Reader, *, kind: str = "", newest_first: bool = True
) -> list[TimelineItem]:
    """The events of a case: what is planned or late stands before what has happened.

    `kind` is the id of a form, "health" for entries whose kind is sealed; "" shows all.
    """
    past: list[tuple[str, str, TimelineItem]] = []
    ahead: list[tuple[str, str, TimelineItem]] = []
    for entry in entries:
        if kind and kind != (entry.form.id if entry.form else "health"):
            continue
        if entry.row.case_id is None:
            # Who the person is belongs to the person, not to a day of this case.
            continue
        row = entry.row
        item = _item(entry, reader)
        pending = bool(row.due_on) and not row.done_on
        happened = row.happened_on or (row.done_on or None)
        if pending and row.due_on:
            again = _again(entry, item, happened, reader) if happened else item
            ahead.append((row.due_on, row.created_at, _planned(again, row.due_on, reader)))
        if happened or not pending:
            day = happened or row.created_at[:10]
            past.append((day, row.created_at, replace(item, date=stored_day_words(day, reader.today))))
    past.sort(key=lambda found: found[:2], reverse=newest_first)
    ahead.sort(key=lambda found: found[:2])
    first, second = (ahead, past) if newest_first else (past, ahead)
    return [item for _day, _moment, item in (*first, *second)]


def _item(entry: Entry, reader: Reader) -> TimelineItem:
    values = readable_values(entry, names_shown=reader.names_shown)
    revision = entry.reading.revision
    title, text = _("Health"), ""
    if entry.form is not None:
        title = entry_title(entry.form, values)
        told = _without_lead(entry.form) if _lead(entry.form) and title != _(entry.form.title) else entry.form
        text = entry_summary(told, values)
    corrected = ""
    if entry.corrected:
        moment = dt.datetime.fromisoformat(revision.typed_at).astimezone().date()
        corrected = _("corrected {day}").format(day=day_words(moment, reader.today))
    return TimelineItem(
        entry,
        "done",
        "",
        title,
        text,
        reader.user_name(revision.typed_by),
        corrected,
        sealed=sealed_words(entry, reader),
    )


def _again(entry: Entry, item: TimelineItem, last: str, reader: Reader) -> TimelineItem:
    """What is to be done once more: its state and its answers are those of the time before."""
    if entry.form is None or entry.row.form not in _DONE_AGAIN:
        return item
    words = _("Last time: {day}").format(day=stored_day_words(last, reader.today))
    return replace(item, text=words, corrected="", sealed="")


def _planned(item: TimelineItem, due: str, reader: Reader) -> TimelineItem:
    known = date_of(due)
    last = known.latest() if known else None
    late = (reader.today - last).days if last else 0
    words = stored_day_words(due, reader.today)
    if late > 0:
        tag = ngettext("{number} day late", "{number} days late", late).format(number=late)
        return replace(item, state="overdue", date=_("was {day}").format(day=words), late=tag, planned=True)
    if late == 0:
        return replace(item, state="next", date=_("today"), who=_("planned"), planned=True)
    return replace(item, state="later", date=words, who=_("planned"), planned=True)
