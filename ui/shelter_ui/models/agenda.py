"""What is due as a table: overdue, today, the coming week, each under its own heading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter

from shelter_app.casework.lists import Due
from shelter_app.domain.codelists import code_list
from shelter_app.domain.forms import Kind
from shelter_i18n import _, current_language, ngettext
from shelter_i18n.formats import format_number
from shelter_ui.models.case_words import day_words, full_name
from shelter_ui.widgets.painting import draw_text, text_width
from shelter_ui.widgets.tables import CELL_ROLE, RECORD_ROLE, Cell, CellDelegate

__all__ = ["AgendaColumn", "AgendaDelegate", "AgendaModel", "due_title", "when_words"]

_Index = QModelIndex | QPersistentModelIndex
_NOT_A_PARENT = QModelIndex()


class AgendaColumn(IntEnum):
    """Columns of the agenda."""

    WHEN = 0
    WHAT = 1
    CASE = 2
    WHO = 3


@dataclass(frozen=True)
class Line:
    """A row: something due, or (without one) a heading with how many follow."""

    heading: str = ""
    icon: str = ""
    tone: str = ""
    count: int = 0
    due: Due | None = None


def when_words(due: Due, today: dt.date) -> str:
    """When something is due: "4 days late", "Yesterday", "Today", "Mon 16 Mar"."""
    late = due.days_late
    if late > 1:
        return ngettext("{number} day late", "{number} days late", late).format(number=late)
    if late == 1:
        return _("Yesterday")
    if late == 0:
        return _("Today")
    day = today - dt.timedelta(days=late)
    words = day_words(day, today)
    return f"{words} {weekday(day)}" if current_language() == "zh" else f"{weekday(day)} {words}"


def weekday(day: dt.date) -> str:
    """The day of the week in short."""
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return names[day.weekday()]


def due_title(due: Due) -> str:
    """What is to be done: the kind of entry, and its first coded answers in words."""
    title = _(due.title)
    form = due.form
    if form is None or due.row.form == "health":
        return title
    for field_id in ("step", "stage", *form.summary):
        value = due.coded.get(field_id)
        if field_id in form and isinstance(value, str) and form.field(field_id).kind is Kind.CODE:
            answer = code_list(form.field(field_id).codelist).label(value)
            return (
                _PATTERNS[form.id]().format(what=answer)
                if form.id in _PATTERNS
                else _("{kind}: {what}").format(kind=title, what=answer)
            )
    return title


#: Kinds of entries whose answer says nearly all.
_PATTERNS: dict[str, Callable[[], str]] = {
    "return_step": lambda: _("Return: {what}"),
    "service": lambda: "{what}",
}


class AgendaModel(QAbstractTableModel):
    """Rows under headings; a heading cannot be selected."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._dues: list[Due] = []
        self._overdue = 0
        self._today = dt.date.min
        self._users: dict[str, str] = {}
        self._names_shown = True

    def set_rows(self, dues: Sequence[Due], today: dt.date, users: dict[str, str], *, overdue: int) -> None:
        """Show these, sorted under their headings; `overdue` counts also what is overdue and not among them."""
        self.beginResetModel()
        self._overdue = overdue
        self._dues, self._today, self._users = list(dues), today, users
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        groups = (
            (_("Overdue"), "clock-alert", "overdue", [d for d in self._dues if d.days_late > 0]),
            (_("Due today"), "sun", "", [d for d in self._dues if d.days_late == 0]),
            (_("Coming within 7 days"), "calendar", "", [d for d in self._dues if d.days_late < 0]),
        )
        self._lines = []
        for heading, icon, tone, dues in groups:
            if dues:
                count = max(self._overdue, len(dues)) if tone else len(dues)
                cut = _("Overdue, the earliest {number}").format(number=format_number(len(dues)))
                self._lines.append(Line(cut if count > len(dues) else heading, icon, tone, count))
                self._lines += [Line(due=due) for due in dues]

    def show_names(self, shown: bool) -> None:
        """Show names, or leave them out everywhere."""
        self._names_shown = shown
        self._tell()

    def retranslate(self) -> None:
        """Fetch the texts again."""
        self._arrange()
        self._tell()

    def _tell(self) -> None:
        if self._lines:
            last = self.index(len(self._lines) - 1, len(AgendaColumn) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def headings(self) -> list[int]:
        """Numbers of the rows that are headings."""
        return [number for number, line in enumerate(self._lines) if line.due is None]

    def index_of(self, due: Due) -> QModelIndex:
        """Where the same thing stands now; not valid where it is due no more."""
        found = (n for n, line in enumerate(self._lines) if line.due and line.due.row.id == due.row.id)
        return self.index(next(found, -1), 0)

    def rowCount(self, parent: _Index = _NOT_A_PARENT) -> int:
        """Rows and headings."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index = _NOT_A_PARENT) -> int:
        """Four."""
        return 0 if parent.isValid() else len(AgendaColumn)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Headings are passed over."""
        if index.isValid() and self._lines[index.row()].due is None:
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns, for screen readers."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (_("When"), _("What"), _("Case"), _("Who"))[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The cell, its text, or the thing that is due."""
        line = self._lines[index.row()]
        if role == RECORD_ROLE:
            return line.due
        if role == CELL_ROLE:
            return self._cell(line, AgendaColumn(index.column()))
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            cell = self._cell(line, AgendaColumn(index.column()))
            return f"{cell.text} {cell.second}".strip()
        return None

    def _cell(self, line: Line, column: AgendaColumn) -> Cell:
        due = line.due
        if due is None:
            first = column == AgendaColumn.WHEN
            return (
                Cell(line.heading, format_number(line.count), line.tone, line.icon, medium=True)
                if first
                else Cell()
            )
        late = due.days_late > 0
        if column == AgendaColumn.WHEN:
            knot = "overdue" if late else "next" if due.days_late == 0 else "later"
            return Cell(
                when_words(due, self._today), tone="overdue" if late else "text2", knot=knot, medium=late
            )
        if column == AgendaColumn.WHAT:
            return Cell(due_title(due))
        if column == AgendaColumn.CASE:
            listed = due.listed if self._names_shown else None
            name = full_name(listed.name or "", listed.reading or "") if listed is not None else ""
            return Cell(due.case.number, name)
        who = due.row.assigned_to or due.case.assigned_to
        return Cell(self._users.get(who or "", ""), tone="muted", right=True)


class AgendaDelegate(CellDelegate):
    """Draws headings with their number beside them, and number and name of a case on one line."""

    def paint_cell(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        """Put the second text beside the first."""
        if not cell.second:
            super().paint_cell(painter, rect, cell)
            return
        theme = self.theme
        heading = bool(cell.icon)
        first = Cell(
            cell.text, tone=cell.tone or ("text" if heading else "text2"), icon=cell.icon, medium=cell.medium
        )
        super().paint_cell(painter, rect, first)
        wide = text_width(theme.font("label", medium=cell.medium), cell.text) + theme.px(
            32 if heading else 18
        )
        left = rect.adjusted(wide + (theme.px(10) if heading else 0), 0, -theme.px(10), 0)
        font = theme.font("caption" if heading else "label")
        draw_text(painter, theme, left, cell.second, font, "muted" if heading else "text")
