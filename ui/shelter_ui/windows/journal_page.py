"""Who did what and when, page by page."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from shelter_app.casework.journal import KINDS, JournalLine, JournalPage, read_journal
from shelter_app.casework.journal_words import KIND_LABELS, action_words
from shelter_i18n import _, current_language
from shelter_i18n.formats import format_short_date
from shelter_ui.context import AppContext
from shelter_ui.models.rows import RowsModel
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.choice import ChoiceBox
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.options import Option
from shelter_ui.widgets.tables import RECORD_ROLE, Cell, TableCard, TableView
from shelter_ui.windows.page import Page

__all__ = ["JournalTab"]

_PAGE = 100


class JournalTab(Page):
    """A table that grows by a hundred lines at a time; Enter on a line opens its case."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self._before: int | None = None
        self._turn = 0
        self._kind, self._who = ChoiceBox(theme), ChoiceBox(theme)
        self._kind.setObjectName("journal_kind")
        self._who.setObjectName("journal_who")
        self._kind.set_code("all")
        for choice in (self._kind, self._who):
            choice.changed.connect(lambda _code: self._load())
        self._rows = [FieldRow(theme, choice) for choice in (self._kind, self._who)]
        filters = QHBoxLayout()
        filters.setSpacing(theme.px(16))
        for row in self._rows:
            row.setMaximumWidth(theme.px(280))
            filters.addWidget(row)
        filters.addStretch(1)
        self.model: RowsModel[JournalLine] = RowsModel(
            [
                (lambda: _("Number"), lambda line: Cell(str(line.seq), tone="muted")),
                (lambda: _("When"), lambda line: Cell(_moment(line.at))),
                (lambda: _("Who"), lambda line: Cell(line.actor, medium=True)),
                (lambda: _("What"), lambda line: Cell(action_words(line.action))),
                (lambda: _("Concerning"), lambda line: Cell(line.about, tone="text2")),
            ],
            self,
        )
        self.table = TableView(theme)
        self.table.setObjectName("journal")
        self.table.setModel(self.model)
        self.table.opened.connect(self._on_opened)
        self._more = Button(theme, "")
        self._more.setObjectName("journal_more")
        self._more.clicked.connect(lambda _checked=False: self._load(more=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addLayout(filters)
        column.addWidget(TableCard(theme, self.table), 1)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignHCenter)
        self._columns()
        self.retranslate_ui()

    def _columns(self) -> None:
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 80), (1, 170), (2, 150), (4, 190)):
            self.table.setColumnWidth(column, self.theme.px(width))

    def restyle(self) -> None:
        """Take the column widths of the new scale."""
        if hasattr(self, "table"):
            self._columns()

    def title(self) -> str:
        """Name of the page."""
        return _("Journal")

    def on_shown(self) -> None:
        """Read the newest lines."""
        self._load()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _load(self, *, more: bool = False) -> None:
        session, kind, actor = self.context.session, self._kind.code() or "all", self._who.code()
        before = self._before if more else None
        self._turn += 1
        turn = self._turn

        def read(page: JournalPage) -> None:
            if turn == self._turn:
                self._show(page, more=more)

        self.context.tasks.run(
            lambda _job: read_journal(session, before=before, actor=actor, kind=kind, limit=_PAGE),
            read, on_error=self.tell, owner=self,
        )  # fmt: skip

    def _show(self, page: JournalPage, *, more: bool) -> None:
        if more:
            self.model.add_rows(page.lines)
        else:
            self.model.set_rows(page.lines)
        self._before = page.next_before
        self._more.setVisible(page.next_before is not None)

    def _on_opened(self, index: QModelIndex) -> None:
        line = index.data(RECORD_ROLE)
        if isinstance(line, JournalLine) and line.case_id is not None:
            self.context.navigate.open_case(line.case_id)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._rows[0].set_label(_("What"))
        self._rows[1].set_label(_("Who"))
        self._kind.set_options([Option(kind, _(KIND_LABELS[kind])) for kind in KINDS])
        users = self.context.session.keyring.header.users
        self._who.set_options([Option(slot.id, slot.name) for slot in users])
        self._who.set_placeholder(_("Everybody"))
        self._more.setText(_("Show earlier lines"))
        self.table.setAccessibleName(_("Journal"))
        self.model.renew()


def _moment(moment: dt.datetime) -> str:
    day = format_short_date(moment.date())
    return f"{day} {moment:%H:%M}" if current_language() == "zh" else f"{day}, {moment:%H:%M}"
