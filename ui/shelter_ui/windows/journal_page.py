"""Who did what and when, page by page, with a report of what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from shelter_app.casework.head_memory import SeenHead
from shelter_app.casework.heads import current_head, head_words
from shelter_app.casework.journal import (
    JournalFilter,
    JournalLine,
    JournalPage,
    read_journal,
    writers,
)
from shelter_app.casework.journal_words import action_words, actor_words
from shelter_i18n import _, current_language, ngettext
from shelter_i18n.formats import format_number
from shelter_ui.context import AppContext
from shelter_ui.models.journal_details import moment_words
from shelter_ui.models.rows import RowsModel
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.tables import RECORD_ROLE, Cell, TableCard, TableView
from shelter_ui.widgets.texts import Text
from shelter_ui.windows.journal_card import LineCard
from shelter_ui.windows.journal_filters import JournalFilters
from shelter_ui.windows.page import Page

__all__ = ["JournalTab"]

_PAGE = 100


@dataclass(frozen=True)
class _Read:
    """What a worker reads: lines, where the journal ends, and everybody who is or was a user."""

    page: JournalPage
    head: SeenHead
    users: dict[str, str]


class JournalTab(Page):
    """A table that grows by a hundred lines at a time; the line that is chosen is told beside it."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self._before: int | None = None
        self._turn = 0
        self._wanted = JournalFilter()
        self._seen: SeenHead | None = None
        self.filters = JournalFilters(context)
        self.filters.changed.connect(self._load)
        self.model: RowsModel[JournalLine] = RowsModel(
            [
                (lambda: _("Number"), lambda line: Cell(format_number(line.seq), tone="muted")),
                (lambda: _("When"), lambda line: Cell(moment_words(line.at))),
                (lambda: _("Who"), lambda line: Cell(actor_words(line.actor, line.by_sheets), medium=True)),
                (lambda: _("What"), lambda line: Cell(action_words(line.action))),
                (lambda: _("Concerning"), lambda line: Cell(_concerning(line), tone="text2")),
            ],
            self,
        )
        self.table = TableView(theme)
        self.table.setObjectName("journal")
        self.table.setModel(self.model)
        self.table.opened.connect(self._on_opened)
        self.table.selectionModel().currentRowChanged.connect(self._on_chosen)
        self.card = LineCard(context)
        self.card.case_asked.connect(context.navigate.open_case)
        self.card.setFixedWidth(theme.px(300))
        self._head = Text("", "caption", "muted")
        self._head.setObjectName("journal_head")
        self._more = Button(theme, "")
        self._more.setObjectName("journal_more")
        self._more.clicked.connect(lambda _checked=False: self._load(more=True))
        self._report = Button(theme, "", icon="printer")
        self._report.setObjectName("journal_report")
        self._report.clicked.connect(lambda _checked=False: self._on_report())
        self._progress = ProgressPanel(theme)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(12))
        foot.addWidget(self._head, 1)
        foot.addWidget(self._more)
        foot.addWidget(self._report)
        middle = QHBoxLayout()
        middle.setSpacing(theme.px(16))
        middle.addWidget(TableCard(theme, self.table), 1)
        middle.addWidget(self.card)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addWidget(self.filters)
        column.addLayout(middle, 1)
        column.addWidget(self._progress)
        column.addLayout(foot)
        self._columns()
        self.retranslate_ui()

    def _columns(self) -> None:
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 72), (1, 150), (2, 120), (4, 150)):
            self.table.setColumnWidth(column, self.theme.px(width))

    def restyle(self) -> None:
        """Take the column widths of the new scale."""
        if hasattr(self, "table"):
            self._columns()
            self.card.setFixedWidth(self.theme.px(300))

    def title(self) -> str:
        """Name of the page."""
        return _("Journal")

    def on_shown(self) -> None:
        """Read the newest lines."""
        self._load()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _load(self, *, more: bool = False) -> None:
        wanted = self._wanted if more else self.filters.wanted()
        if wanted is None:
            return
        self._wanted = wanted
        session, before = self.context.session, self._before if more else None
        self._turn += 1
        turn = self._turn

        def work(_job: object) -> _Read:
            page = read_journal(session, wanted, before=before, limit=_PAGE)
            return _Read(page, current_head(session), dict(writers(session)))

        def read(found: _Read) -> None:
            if turn == self._turn:
                self._show(found, more=more)

        self.context.tasks.run(work, read, on_error=self.tell, owner=self)

    def _show(self, found: _Read, *, more: bool) -> None:
        page, self._seen = found.page, found.head
        self.filters.set_writers(found.users)
        self.card.set_users(found.users)
        if more:
            self.model.add_rows(page.lines)
        else:
            self.model.set_rows(page.lines)
            self.card.show_line(None)
            if page.lines:
                self.table.selectRow(0)
        self._before = page.next_before
        self._more.setVisible(page.next_before is not None)
        self._show_head()

    def _show_head(self) -> None:
        head = self._seen
        if head is None:
            return
        self._head.setText(
            _("The journal ends at line {line}: {words}").format(
                line=format_number(head.number), words=" ".join(head_words(head.digest))
            )
        )

    def _on_chosen(self, index: QModelIndex) -> None:
        line = index.data(RECORD_ROLE)
        self.card.show_line(line if isinstance(line, JournalLine) else None)

    def _on_opened(self, index: QModelIndex) -> None:
        line = index.data(RECORD_ROLE)
        if isinstance(line, JournalLine) and line.case_id is not None:
            self.context.navigate.open_case(line.case_id)

    # -- the report -----------------------------------------------------------------------------

    def _on_report(self) -> None:
        wanted = self.filters.wanted()
        if wanted is None or self._report.busy:
            return
        session = self.context.session
        name = f"{session.keyring.header.post}-journal-{session.today.isoformat()}.pdf"
        self.context.ask.save_file(
            _("Save the report as PDF"), name, lambda path: self._write(wanted, path), endings=("pdf",)
        )

    def _write(self, wanted: JournalFilter, path: Path) -> None:
        from shelter_app.casework.journal_report import write_journal_report

        session, language = self.context.session, current_language()
        self._report.set_busy(True)
        job = self.context.tasks.run(
            lambda running: write_journal_report(
                session, path, wanted, language=language, progress=running.progress
            ),
            self._on_written, on_error=self._on_refused, owner=self,
            on_cancelled=lambda: self._report.set_busy(False),
        )  # fmt: skip
        self._progress.follow(job, _("Writing the report"))

    def _on_written(self, lines: int) -> None:
        self._report.set_busy(False)
        text = ngettext(
            "A report with {number} line was saved.", "A report with {number} lines was saved.", lines
        )
        self.context.navigate.toast(text.format(number=format_number(lines)))
        self._load()

    def _on_refused(self, error: Exception) -> None:
        self._report.set_busy(False)
        self.context.ask.show(_("The report could not be saved"), str(error))

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._more.setText(_("Show earlier lines"))
        self._report.setText(_("Report as PDF"))
        self.table.setAccessibleName(_("Journal"))
        self.model.renew()
        self._show_head()


def _concerning(line: JournalLine) -> str:
    return _("a restricted case") if line.withheld else line.about
