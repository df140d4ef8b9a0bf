"""Voluntary returns: the next open step first, then where nothing is planned, then who came home lately."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QStackedWidget, QVBoxLayout, QWidget

from shelter_app.casework.returns import Progress, ReturnCase, returns
from shelter_app.storage.store import Changes
from shelter_i18n import _
from shelter_i18n.formats import join_facts
from shelter_ui.context import AppContext
from shelter_ui.models.agenda import due_title, when_words
from shelter_ui.models.case_words import citizenship_words, day_words, full_name, sex_age_words
from shelter_ui.widgets.notices import Card, EmptyState
from shelter_ui.widgets.tables import CELL_ROLE, RECORD_ROLE, Cell, TableCard, TableView
from shelter_ui.widgets.texts import Text
from shelter_ui.windows.page import Page

__all__ = ["ReturnsPage"]

_Index = QModelIndex | QPersistentModelIndex
_NOT_A_PARENT = QModelIndex()


class _Column(IntEnum):
    NUMBER = 0
    NAME = 1
    PERSON = 2
    CITIZENSHIP = 3
    STEP = 4
    WHEN = 5
    WHO = 6


class ReturnsModel(QAbstractTableModel):
    """One row for each return."""

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._rows: list[ReturnCase] = []
        self._users: dict[str, str] = {}

    def set_rows(self, rows: Sequence[ReturnCase], users: dict[str, str]) -> None:
        """Show these."""
        self.beginResetModel()
        self._rows, self._users = list(rows), users
        self.endResetModel()

    def returns(self) -> Sequence[ReturnCase]:
        """What is shown."""
        return self._rows

    def renew(self) -> None:
        """Fetch the texts again, and the names or not."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(_Column) - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_Column) - 1)

    def rowCount(self, parent: _Index = _NOT_A_PARENT) -> int:
        """Returns under way."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOT_A_PARENT) -> int:
        """Seven."""
        return 0 if parent.isValid() else len(_Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            _("Case number"), _("Name"), _("Sex, age"), _("Citizenship"), _("Next step"), _("When"), _("Caseworker"),
        )[section]  # fmt: skip

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The cell, its text, or the return."""
        found = self._rows[index.row()]
        if role == RECORD_ROLE:
            return found
        if role == CELL_ROLE:
            return self._cell(found, _Column(index.column()))
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            cell = self._cell(found, _Column(index.column()))
            return _("Sealed") if cell.sealed else cell.text
        return None

    def _cell(self, found: ReturnCase, column: _Column) -> Cell:
        row, step, today = found.row, found.step, self._context.session.today
        if column == _Column.NAME:
            return self._name(full_name(row.name or "", row.reading or ""))
        if column == _Column.STEP:
            return Cell(due_title(step)) if step else _without_step(found, today)
        if column == _Column.WHEN:
            return _when(found, today)
        text = {
            _Column.NUMBER: row.number,
            _Column.PERSON: sex_age_words(row.sex, row.age),
            _Column.CITIZENSHIP: citizenship_words(row.citizenship),
            _Column.WHO: self._users.get(row.assigned_to or "", ""),
        }[column]
        return Cell(text, medium=column == _Column.NUMBER)

    def _name(self, name: str) -> Cell:
        if not self._context.session.sees_names:
            return Cell(sealed=True)
        return Cell(self._context.name(name))


def _without_step(found: ReturnCase, today: dt.date) -> Cell:
    if found.progress is not Progress.HOME:
        return Cell(_("No step is planned"), tone="warning")
    if found.home_on is None:
        return Cell(_("Travelled, no follow-up is planned"), tone="text2")
    exact = found.home_on.exact()
    day = day_words(exact, today) if exact else found.home_on.reading()
    return Cell(_("Travelled {day}, no follow-up is planned").format(day=day), tone="text2")


def _when(found: ReturnCase, today: dt.date) -> Cell:
    if found.step is None:
        return Cell()
    late = found.step.days_late > 0
    return Cell(
        when_words(found.step, today), tone="overdue" if late else "", knot="overdue" if late else "next"
    )


class ReturnsPage(Page):
    """A list; Enter opens the case at its return."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self._title, self._count = Text("", "title"), Text("", "label", "text2")
        self.model = ReturnsModel(context, self)
        self.table = TableView(theme)
        self.table.setObjectName("returns")
        self.table.setModel(self.model)
        self.table.opened.connect(self._on_opened)
        self._empty = EmptyState(theme, "route")
        card = Card(theme)
        card.body.addWidget(self._empty)
        self._places = QStackedWidget()
        self._places.addWidget(TableCard(theme, self.table))
        self._places.addWidget(card)
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        head.addWidget(self._title)
        head.addWidget(self._count)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(16), theme.px(24), theme.px(16))
        column.setSpacing(theme.px(14))
        column.addLayout(head)
        column.addWidget(self._places, 1)
        self._columns()
        context.hub.changed.connect(self._on_changed)
        context.names_shown_changed.connect(self.model.renew)

    def _columns(self) -> None:
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_Column.STEP, QHeaderView.ResizeMode.Stretch)
        widths = {
            _Column.NUMBER: 140, _Column.NAME: 150, _Column.PERSON: 120, _Column.CITIZENSHIP: 120,
            _Column.WHEN: 130, _Column.WHO: 96,
        }  # fmt: skip
        for column, width in widths.items():
            self.table.setColumnWidth(column, self.theme.px(width))

    def restyle(self) -> None:
        """Take the column widths of the new scale."""
        if hasattr(self, "table"):
            self._columns()

    def title(self) -> str:
        """Name of the page."""
        return _("Returns")

    def on_shown(self) -> None:
        """Read again and begin in the list."""
        self._load()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.touches("case", "entry", "import"):
            self._load()

    def _load(self) -> None:
        session = self.context.session

        def work(_job: object) -> tuple[list[ReturnCase], dict[str, str]]:
            found = returns(session)
            who = {each.row.assigned_to for each in found}
            return found, {user: session.user_name(user) for user in who if user}

        self.context.tasks.run(work, self._on_read, owner=self, on_error=self.tell)

    def _on_read(self, read: tuple[list[ReturnCase], dict[str, str]]) -> None:
        self.model.set_rows(*read)
        self._places.setCurrentIndex(0 if read[0] else 1)
        self._show_count()

    def _show_count(self) -> None:
        counts = Counter(each.progress for each in self.model.returns())
        words = (
            (Progress.PLANNED, _("with a next step: {number}")),
            (Progress.NOTHING_PLANNED, _("nothing planned: {number}")),
            (Progress.HOME, _("travelled in the last six months: {number}")),
        )
        self._count.setText(
            join_facts(text.format(number=counts[progress]) for progress, text in words if counts[progress])
        )

    def _on_opened(self, index: QModelIndex) -> None:
        found = index.data(RECORD_ROLE)
        if isinstance(found, ReturnCase):
            self.context.navigate.open_case(found.row.case_id, "return_step")

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._title.setText(_("Voluntary returns"))
        self.table.setAccessibleName(_("Voluntary returns under way"))
        self._empty.set_words(
            _("No return is under way"),
            _("A return begins in its case, with the person's own wish and consent."),
        )
        self._show_count()
        self.model.renew()
