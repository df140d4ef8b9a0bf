"""Bringing in a register: choose a file, look at every row, decide, import, and undo if need be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from shelter_app.casework import registers
from shelter_app.casework.registers import Imported
from shelter_app.errors import ShelterError
from shelter_app.exchange.registers import RegisterPreview
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import Right
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.models.register_decisions import Decisions
from shelter_ui.tasks import Job
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner, EmptyState
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.texts import Text
from shelter_ui.windows.import_columns import ColumnsPage, Reading
from shelter_ui.windows.import_reading import ReadFile, read_file
from shelter_ui.windows.import_result import ResultPage
from shelter_ui.windows.import_rows import RowsPage
from shelter_ui.windows.import_start import ENDINGS, DropPlace, EarlierImports, dropped_file
from shelter_ui.windows.page import Page
from shelter_ui.windows.scrolling import scrolled

__all__ = ["ImportPage"]

T = TypeVar("T")
START, ROWS, COLUMNS, RESULT, REFUSED = range(5)
_TABS: Final = {"start": START, "rows": ROWS, "columns": COLUMNS}


class ImportPage(Page):
    """The page of imports. Nothing is written before the person presses the button that says so."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self.setObjectName("import_page")
        self.setAcceptDrops(True)
        self._path: Path | None = None
        self._reading = Reading()
        self._import_id: str | None = None
        self._job: Job | None = None
        self._error: ShelterError | None = None
        self._allowed = context.session.may(Right.IMPORT_REGISTER)
        self.drop = DropPlace(theme)
        self.earlier = EarlierImports(theme)
        self.problem = Banner(theme, "warning")
        self.problem.setObjectName("reading_problem")
        self.progress = ProgressPanel(theme)
        self.rows = RowsPage(theme, context)
        self.columns = ColumnsPage(theme)
        self._columns_title = Text("", "title")
        self._columns_problem = Banner(theme, "warning")
        self._columns_problem.setObjectName("columns_problem")
        self._columns_back = Button(theme, "", "primary")
        self._columns_back.setObjectName("columns_done")
        self._columns_leave = Button(theme)
        self.result = ResultPage(theme)
        self._earlier_again = EarlierImports(theme)
        self._refused = EmptyState(theme, "lock-keyhole")
        self.stack = QStackedWidget()
        self._build()
        self._connect()
        self.retranslate_ui()
        self._show(START)

    def _build(self) -> None:
        px = self.theme.px

        def padded(*widgets: QWidget) -> QWidget:
            inner, outer = QWidget(), QWidget()
            column = QVBoxLayout(inner)
            column.setContentsMargins(0, 0, px(4), 0)
            column.setSpacing(px(12))
            for widget in widgets:
                column.addWidget(widget)
            column.addStretch(1)
            around = QVBoxLayout(outer)
            around.setContentsMargins(px(24), px(16), px(20), px(16))
            around.addWidget(scrolled(inner))
            return outer

        columns = QWidget()
        column = QVBoxLayout(columns)
        column.setContentsMargins(px(24), px(16), px(20), px(12))
        column.setSpacing(px(12))
        foot = QHBoxLayout()
        foot.setContentsMargins(px(4), px(4), px(4), px(4))
        foot.setSpacing(px(12))
        foot.addStretch(1)
        foot.addWidget(self._columns_leave)
        foot.addWidget(self._columns_back)
        column.addWidget(self._columns_title)
        column.addWidget(self._columns_problem)
        column.addWidget(scrolled(self.columns), 1)
        column.addLayout(foot)
        for page in (
            padded(self.problem, self.drop, self.progress, self.earlier), self.rows, columns,
            padded(self.result, self._earlier_again), padded(self._refused),
        ):  # fmt: skip
            self.stack.addWidget(page)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self.stack)

    def _connect(self) -> None:
        self.drop.choose.clicked.connect(self._choose)
        self.drop.dropped.connect(self.open_file)
        for earlier in (self.earlier, self._earlier_again):
            earlier.decide_asked.connect(self._decide_later)
            earlier.undo_asked.connect(self._ask_undo)
        self.rows.columns_asked.connect(lambda: self._show(COLUMNS))
        self.rows.import_asked.connect(self._import)
        self.rows.left.connect(self._leave)
        self.columns.changed.connect(self._on_reading)
        self._columns_back.clicked.connect(lambda: self._show(ROWS))
        self._columns_leave.clicked.connect(self._leave)
        self.result.another.clicked.connect(self._leave)
        self.result.decide.clicked.connect(lambda: self._decide_later(self._import_id))
        self.result.undo.clicked.connect(lambda: self._ask_undo(self._import_id))
        self.result.cases.clicked.connect(lambda: self.context.navigate.open_page("cases"))
        self.context.names_shown_changed.connect(self.columns.set_names_shown)

    # -- the page -------------------------------------------------------------------------------

    def title(self) -> str:
        """What the page is called."""
        return _("Import a register")

    def on_shown(self) -> None:
        """Read the earlier imports again."""
        self._read_earlier()
        if self.stack.currentIndex() == ROWS:
            self.rows.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.drop.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_tab(self, name: str) -> None:
        """Show one of the page's own parts."""
        if name in _TABS and (name == "start" or self.rows.decisions is not None):
            self._show(_TABS[name])

    def on_escape(self) -> bool:
        """Stop the work under way, or go back to the rows."""
        if self._job is not None:
            self._job.cancel()
            return True
        if self.stack.currentIndex() == COLUMNS and self.rows.decisions is not None:
            self._show(ROWS)
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F8 goes to the next row that asks something, Shift+F8 to the one before; Esc goes back."""
        if event.key() == Qt.Key.Key_F8 and self.stack.currentIndex() == ROWS:
            self.rows.go_next(backwards=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif not (event.key() == Qt.Key.Key_Escape and self.on_escape()):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file wherever it is dropped, unless another one is open."""
        if self._allowed and self.stack.currentIndex() in {START, RESULT} and dropped_file(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the file."""
        if path := dropped_file(event.mimeData()):
            event.acceptProposedAction()
            self.open_file(path)

    def _show(self, page: int) -> None:
        self.stack.setCurrentIndex(page if self._allowed else REFUSED)
        self._columns_back.setEnabled(self.rows.decisions is not None)
        self._show_error()

    def _leave(self) -> None:
        self._path, self._error, self.rows.decisions = None, None, None
        self._show(START)
        self._read_earlier()

    # -- reading --------------------------------------------------------------------------------

    def _choose(self) -> None:
        self.context.ask.file(_("Choose a register"), self.open_file, endings=ENDINGS, kinds=_("Registers"))

    def open_file(self, path: Path) -> None:
        """Read a register and show what would become of its rows."""
        self._path, self._reading, self._import_id = path, Reading(), None
        self.rows.decisions = None
        self._read()

    def _on_reading(self, reading: Reading) -> None:
        self._reading = reading
        self._read()

    def _read(self) -> None:
        path, reading, session = self._path, self._reading, self.context.session
        if path is None:
            return
        if self._job is not None:
            self._job.cancel()
        self._run(
            lambda job: read_file(session, path, reading, job),
            self._on_read,
            self.progress,
            _("Reading the file"),
        )

    def _on_read(self, read: ReadFile) -> None:
        if read.header_row is not None:
            self._reading = replace(self._reading, header_row=read.header_row)
        self.columns.show_columns(
            read.columns, self._reading, kind=read.kind, encoding=read.encoding, others=read.others
        )
        self.columns.set_names_shown(self.context.names_shown)
        self._error = read.problem
        if read.preview is None:
            self._show(COLUMNS)
            return
        was_columns = self.stack.currentIndex() == COLUMNS
        if self.rows.decisions is not None:
            self.rows.decisions.read_again(read.preview)
            self.rows.show_register(self.rows.decisions, later=False)
        else:
            self.rows.show_register(Decisions(read.preview), later=False)
        self._show(COLUMNS if was_columns else ROWS)
        if not was_columns:
            self.rows.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- importing ------------------------------------------------------------------------------

    def _import(self) -> None:
        decisions, session, import_id = self.rows.decisions, self.context.session, self._import_id
        if decisions is None or self._job is not None:
            return
        wanted = decisions.current

        def work(job: Job) -> Imported:
            if import_id is not None:
                return registers.decide(session, import_id, wanted)
            return registers.import_register(session, wanted, progress=job.progress)

        self.rows.do.set_busy(True)
        later = import_id is not None
        self._run(
            work,
            lambda done: self._on_imported(done, wanted.name, later=later),
            self.rows.progress,
            _("Importing"),
        )

    def _on_imported(self, done: Imported, name: str, *, later: bool) -> None:
        self._import_id = done.import_id
        self.rows.decisions = None
        self.result.show_result(done, name, waiting_only=later)
        self._show(RESULT)
        self._read_earlier()
        self.context.hub.tell(done.changes)
        self.result.another.setFocus(Qt.FocusReason.OtherFocusReason)

    def _decide_later(self, import_id: str | None) -> None:
        session = self.context.session
        if import_id is None or self._job is not None:
            return

        def show(waiting: RegisterPreview) -> None:
            self._import_id, self._path = import_id, None
            self.rows.show_register(Decisions(waiting), later=True)
            self._show(ROWS)
            self.rows.table.setFocus(Qt.FocusReason.OtherFocusReason)

        self._run(
            lambda _job: registers.waiting_rows(session, import_id),
            show,
            self.progress,
            _("Reading the rows"),
        )

    def _ask_undo(self, import_id: str | None) -> None:
        if import_id is None or self._job is not None:
            return
        self.context.ask.confirm(
            _("Undo this import?"),
            _("Every case that it opened and every row that waits is removed. Cases that somebody has worked on are not touched: then nothing is undone."),
            _("Undo the import"),
            lambda: self._undo(import_id),
            leave=_("Keep the import"),
        )  # fmt: skip

    def _undo(self, import_id: str) -> None:
        session = self.context.session

        def done(changes: Changes) -> None:
            if self.stack.currentIndex() == RESULT and import_id == self._import_id:
                self.result.show_undone()
            else:
                self.context.navigate.toast(_("The import was undone."))
            self._read_earlier()
            self.context.hub.tell(changes)

        self._run(
            lambda _job: registers.undo_import(session, import_id),
            done,
            self.progress,
            _("Undoing the import"),
        )

    def _read_earlier(self) -> None:
        if not self._allowed:
            return
        session = self.context.session

        def show(made: list[registers.PastImport]) -> None:
            self.earlier.show_imports(made)
            self._earlier_again.show_imports(made)

        self.context.tasks.run(lambda _job: registers.past_imports(session), show, owner=self)

    # -- work and errors ------------------------------------------------------------------------

    def _run(
        self, work: Callable[[Job], T], on_result: Callable[[T], None], panel: ProgressPanel, words: str
    ) -> None:
        job = self._job = Job()
        self._error = None
        self._show_error()
        panel.follow(job, words)
        self.drop.choose.set_busy(True)

        def ended() -> bool:
            if self._job is not job:
                return False
            self._job = None
            self.drop.choose.set_busy(False)
            self.rows.do.set_busy(False)
            return True

        def result(value: T) -> None:
            if ended():
                on_result(value)

        def cancelled() -> None:
            ended()

        def failed(error: ShelterError) -> None:
            if ended():
                self._error = error
                self._show_error()

        self.context.tasks.run(work, result, on_error=failed, on_cancelled=cancelled, owner=self, job=job)

    def _show_error(self) -> None:
        error, page = self._error, self.stack.currentIndex()
        places = {
            START: self.problem,
            RESULT: self.result.problem,
            ROWS: self.rows.problem,
            COLUMNS: self._columns_problem,
        }
        for number, banner in places.items():
            banner.setVisible(error is not None and number == page)
        if error is not None and page in places:
            title = _("The file was not read") if page in {START, COLUMNS} else _("Nothing has been changed")
            places[page].set_words(title, str(error))
            places[page].announce()

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is open stays open."""
        self._columns_title.setText(_("Columns of the register"))
        self._columns_back.setText(_("Back to the rows"))
        self._columns_leave.setText(_("Leave this file"))
        self._refused.set_words(
            _("Your role brings in no registers"), _("A caseworker, a consular officer or a supervisor can.")
        )
        self._show_error()
