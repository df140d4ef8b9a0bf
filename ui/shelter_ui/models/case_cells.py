"""The cells of the case list: what each column says of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from shelter_app.casework.people import UNREADABLE
from shelter_app.storage.case_list import CaseListRow
from shelter_i18n import _
from shelter_i18n.formats import join_facts
from shelter_ui.models.alert_words import alert_icon, alert_tone, alert_words, gravity
from shelter_ui.models.case_words import (
    citizenship_words,
    due_words,
    identified_tag,
    sex_age_words,
    stage_words,
)
from shelter_ui.models.matches import name_marks, reading_marks
from shelter_ui.widgets.tables import Cell

__all__ = ["CaseCell", "CaseCells", "Column", "column_titles"]


_CLOSED: Final = ("Closed", "ClosedReferred")


class Column(IntEnum):
    """Columns of the case list."""

    NUMBER = 0
    NAME = 1
    PERSON = 2
    CITIZENSHIP = 3
    IDENTIFIED = 4
    STAGE = 5
    DUE = 6
    CASEWORKER = 7


@dataclass(frozen=True)
class CaseCell(Cell):
    """A cell of the case list."""

    #: Parts of `text` (start, length) that were typed into the search box.
    first_marks: tuple[tuple[int, int], ...] = ()
    #: The row is still being read: a bar in place of words.
    loading: bool = False


def column_titles() -> dict[Column, str]:
    """What stands above each column."""
    return {
        Column.NUMBER: _("Case number"),
        Column.NAME: _("Name"),
        Column.PERSON: _("Sex, age"),
        Column.CITIZENSHIP: _("Citizenship"),
        Column.IDENTIFIED: _("Trafficked"),
        Column.STAGE: _("Stage"),
        Column.DUE: _("Next due"),
        Column.CASEWORKER: _("Caseworker"),
    }


@dataclass
class CaseCells:
    """Makes cells from cases for a reader who may see names or not."""

    today: Callable[[], dt.date]
    #: The reader holds no key for names.
    sealed: bool = False
    #: Names are not hidden for the moment.
    shown: bool = True
    #: What was typed into the search box.
    search: str = ""
    #: Names of caseworkers by id.
    users: dict[str, str] = field(default_factory=dict)

    def cell(self, record: CaseListRow | None, column: Column) -> CaseCell:
        """How a cell is drawn; without a record its row is still being read."""
        if record is None:
            return CaseCell(loading=True)
        if column is Column.NUMBER:
            return _number(record)
        if column is Column.NAME:
            return self._name(record)
        if column is Column.PERSON:
            return CaseCell(sex_age_words(record.sex, record.age))
        if column is Column.CITIZENSHIP:
            return CaseCell(citizenship_words(record.citizenship))
        if column is Column.IDENTIFIED:
            tag = identified_tag(record.identified, record.status)
            return CaseCell(tag.text, tone=tag.tone, icon=tag.icon, tag=True) if tag else CaseCell()
        if column is Column.STAGE:
            return CaseCell(stage_words(record.stage, record.status))
        if column is Column.DUE:
            due = due_words(record.next_due, self.today())
            tone = "" if due.tone == "text" else due.tone
            return CaseCell(due.text, tone=tone, icon=due.icon, medium=due.late > 0)
        return CaseCell(self.users.get(record.assigned_to or "", ""))

    def _name(self, record: CaseListRow) -> CaseCell:
        if self.sealed or not self.shown:
            return CaseCell(sealed=True)
        name, reading, typed = record.name or "", record.reading or "", self.search
        if not name:
            return CaseCell(_("No name yet"), tone="muted")
        if name == UNREADABLE:
            return CaseCell(_("Name damaged"), tone="alert")
        marks = name_marks(name, typed) if typed else ()
        below = reading_marks(reading, typed, name) if typed and reading else ()
        return CaseCell(name, second=reading, marks=below, first_marks=() if below else marks)

    def spoken(self, record: CaseListRow | None, column: Column) -> str:
        """What a screen reader says of a cell."""
        if record is None:
            return _("Reading the list")
        cell = self.cell(record, column)
        if column is Column.NUMBER and cell.icon:
            return join_facts((cell.text, self.alerts(record)))
        if cell.sealed:
            return _("Sealed") if self.sealed else _("Name hidden")
        return join_facts((cell.text, cell.second))

    def alerts(self, record: CaseListRow) -> str:
        """The alerts of a case in words; a closed case has none."""
        return alert_words(record.alerts) if record.status not in _CLOSED else ""

    def native(self, record: CaseListRow, column: Column) -> Any:
        """A value to sort by."""
        return {
            Column.NUMBER: record.number,
            Column.NAME: (record.name or "") if self.shown and not self.sealed else "",
            Column.PERSON: -1 if record.age is None else record.age,
            Column.CITIZENSHIP: " ".join(record.citizenship),
            Column.IDENTIFIED: record.identified or "",
            Column.STAGE: record.stage,
            Column.DUE: record.next_due or "9999",
            Column.CASEWORKER: self.users.get(record.assigned_to or "", ""),
        }[column]


def _number(record: CaseListRow) -> CaseCell:
    """The number, marked where the case has alerts: in the tone of the gravest."""
    if not record.alerts or record.status in _CLOSED:
        return CaseCell(record.number)
    gravest = min(record.alerts, key=gravity)
    return CaseCell(record.number, tone=alert_tone(gravest), icon=alert_icon(gravest))
