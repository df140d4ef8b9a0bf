"""Backup, check and recovery of the open vault."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QScrollArea, QVBoxLayout, QWidget

from shelter_app.casework.backups import EVERY_HOURS, back_up, backup_age, backup_plan, set_backup_plan
from shelter_app.casework.checking import CheckReport, LastCheck, check_vault, last_check
from shelter_app.casework.recovery import backups_in, verify_backup
from shelter_app.errors import ShelterError
from shelter_app.storage.backup import BackupInfo
from shelter_app.vault.rights import Right
from shelter_i18n import N_, _, ngettext
from shelter_i18n.formats import format_number, format_time
from shelter_ui.context import AppContext
from shelter_ui.models.rows import RowsModel
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.tables import RECORD_ROLE, Cell, TableCard, TableView
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.folder_field import FolderField
from shelter_ui.windows.notices_bar import backup_words
from shelter_ui.windows.old_backups_card import OldBackupsCard
from shelter_ui.windows.page import Page
from shelter_ui.windows.restore import size_words
from shelter_ui.windows.sheets_card import SheetsCard

__all__ = ["VaultPage", "report_words"]

_EVERY = {
    0: N_("Never"), 4: N_("Every 4 hours"), 24: N_("Once a day"), 168: N_("Once a week"),
}  # fmt: skip
_KINDS = {
    "hand": N_("By hand"), "automatic": N_("By itself"), "upgrade": N_("Before an upgrade"),
}  # fmt: skip


def _check_words(last: LastCheck | None) -> str:
    """When the vault was last checked, and what came of it."""
    if last is None:
        return _("It has not been checked yet.")
    if not last.faults:
        return _("Last checked on {time}: whole.").format(time=format_time(last.at))
    return ngettext(
        "Last checked on {time}: {number} fault.", "Last checked on {time}: {number} faults.", last.faults
    ).format(time=format_time(last.at), number=last.faults)


def report_words(report: CheckReport) -> tuple[str, str]:
    """What a check found, as a title and a paragraph in plain language."""
    counts = _(
        "Read and compared: cases {cases}, lines of the journal {lines}, sealed parts {parts}, attachments {files}."
    ).format(
        cases=format_number(report.cases), lines=format_number(report.journal_entries),
        parts=format_number(report.parts_opened), files=format_number(report.attachments),
    )  # fmt: skip
    if report.parts_sealed:
        counts += " " + ngettext(
            "{number} part is sealed to you and was not opened.",
            "{number} parts are sealed to you and were not opened.",
            report.parts_sealed,
        ).format(number=format_number(report.parts_sealed))
    if not report.faults:
        return _("The vault is whole."), counts
    title = ngettext("{number} fault was found.", "{number} faults were found.", len(report.faults)).format(
        number=len(report.faults)
    )
    advice = _(
        "Restore the newest backup into a new folder, and keep this one for a person who can look into it."
    )
    return title, "\n".join([advice, *report.faults[:20], counts])


class VaultPage(Page):
    """Cards: a backup now, the backups in the folder, the check."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self._report: CheckReport | None = None
        self._verified: tuple[str, ShelterError | None] | None = None
        self._backup_card, self._check_card = Card(theme, "", spacing=12), Card(theme, "", spacing=12)
        self._age = Prose(theme, "", "body", "text2")
        self._folder = FolderField(theme, context.ask)
        self._folder.line.setObjectName("backup_target")
        self._folder.changed.connect(self._look)
        self._row = FieldRow(theme, self._folder)
        self._plan = Segmented(theme, required=True, ticked=False)
        self._plan.setObjectName("backup_plan")
        self._plan.changed.connect(self._on_plan)
        self._plan_row = FieldRow(theme, self._plan)
        self._make = Button(theme, "", "primary", icon="hard-drive")
        self._make.setObjectName("make_backup")
        self._make.clicked.connect(lambda _checked=False: self._on_make())
        self._verify = Button(theme, "", icon="shield-check")
        self._verify.setObjectName("verify_backup")
        self._verify.clicked.connect(lambda _checked=False: self._on_verify())
        self._progress = ProgressPanel(theme)
        self.model: RowsModel[BackupInfo] = RowsModel(
            [
                (lambda: _("Made"), lambda info: Cell(_moment(info.made_at), medium=True)),
                (lambda: _("Cases"), lambda info: Cell(format_number(info.cases), right=True)),
                (lambda: _("Size"), lambda info: Cell(size_words(info.size), right=True)),
                (lambda: _("Came about"), lambda info: Cell(_(_KINDS[info.kind]), tone="text2")),
                (lambda: _("Folder"), lambda info: Cell(info.path.name, tone="text2")),
            ],
            self,
        )
        self.table = TableView(theme)
        self.table.setObjectName("backups")
        self.table.setModel(self.model)
        self.table.setMinimumHeight(theme.px(150))
        self.table.horizontalHeader().setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        for number, width in enumerate((200, 80, 80, 130)):
            self.table.setColumnWidth(number, theme.px(width))
        self._found = TableCard(theme, self.table)
        self._said = Prose(theme, "", "label", "text2")
        self._restore = Prose(theme, "", "label", "text2")
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(8))
        buttons.addWidget(self._make)
        buttons.addWidget(self._verify)
        buttons.addStretch(1)
        for widget in (self._age, self._row, self._plan_row):
            self._backup_card.body.addWidget(widget)
        self._backup_card.body.addLayout(buttons)
        for below in (self._progress, self._found, self._said, self._restore):
            self._backup_card.body.addWidget(below)
        self._check_words = Prose(theme, "", "body", "text2")
        self._check = Button(theme, "", icon="shield-check")
        self._check.setObjectName("check_vault")
        self._check.clicked.connect(lambda _checked=False: self._on_check())
        self._check_progress = ProgressPanel(theme)
        self._result = Prose(theme)
        self._result.setObjectName("check_result")
        row = QHBoxLayout()
        row.addWidget(self._check)
        row.addStretch(1)
        self._check_card.body.addWidget(self._check_words)
        self._check_card.body.addLayout(row)
        self._check_card.body.addWidget(self._check_progress)
        self._check_card.body.addWidget(self._result)
        if not context.session.may(Right.BACK_UP):
            self._make.hide()
            self._plan.setEnabled(False)
        context.backup_made.connect(self._on_backup_made)
        inner = QWidget()
        inner.setProperty("ground", "")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, theme.px(8), theme.px(16))
        column.setSpacing(theme.px(16))
        #: What is known of the recovery sheets, the drill, and new ones.
        self.sheets = SheetsCard(context)
        self._old = OldBackupsCard(context)
        for card in (self._backup_card, self._old, self.sheets, self._check_card):
            card.setMaximumWidth(theme.px(860))
            column.addWidget(card)
        column.addStretch(1)
        self._scroll = scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scroll)
        self._now = backup_age(context.session)
        self.retranslate_ui()

    def title(self) -> str:
        """Name of the page."""
        return _("Vault and backup")

    def open_drill(self) -> None:
        """Begin the drill of the recovery sheets, with its card in sight."""
        self.sheets.begin_drill()
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.sheets))

    def on_shown(self) -> None:
        """Begin with the folder for the backup."""
        self.sheets.look()
        self._now = backup_age(self.context.session)
        plan = backup_plan(self.context.session)
        self._plan.set_value(str(plan.hours))
        if self._folder.path() is None and plan.folder is not None:
            self._folder.set_path(plan.folder)
        self._show()
        self._folder.setFocus()
        self._old.look()

    def _on_plan(self, hours: object) -> None:
        try:
            set_backup_plan(self.context.session, int(str(hours)))
        except ShelterError as error:
            self.tell(error)

    def _on_backup_made(self) -> None:
        self._now = backup_age(self.context.session)
        self._look()

    def _look(self) -> None:
        path = self._folder.path()
        vault = self.context.session.keyring.vault_id
        found = backups_in(path) if path is not None else []
        self.model.set_rows([info for info in found if info.vault_id == vault])
        self._row.set_error("")
        self._show()

    # -- backup ---------------------------------------------------------------------------------

    def _on_make(self) -> None:
        path: Path | None = self._folder.path()
        if path is None or not path.is_dir():
            self._row.set_error(_("Choose a folder on a stick or another disk."))
            self._folder.setFocus()
            return
        if self._make.busy:
            return
        self._make.set_busy(True)
        session = self.context.session
        job = self.context.tasks.run(
            lambda running: back_up(session, path, progress=running.progress),
            self._on_made, on_error=self._on_refused, owner=self, on_cancelled=lambda: self._make.set_busy(False),
        )  # fmt: skip
        self._progress.follow(job, _("Writing and verifying the backup"))

    def _on_made(self, info: BackupInfo) -> None:
        self._make.set_busy(False)
        self.context.backup_made.emit()
        self.context.navigate.toast(
            _("The backup is written and verified: {name}").format(name=info.path.name)
        )

    def _on_refused(self, error: ShelterError) -> None:
        self._make.set_busy(False)
        self._row.set_error(str(error))

    def _on_verify(self) -> None:
        rows, row = self.model.rows(), max(self.table.currentIndex().row(), 0)
        if not rows or self._verify.busy:
            return
        info = self.table.currentIndex().data(RECORD_ROLE) or rows[row]
        self._verify.set_busy(True)

        def said(error: ShelterError | None) -> None:
            self._verify.set_busy(False)
            self._verified = info.path.name, error
            self._show()

        self.context.tasks.run(
            lambda _job: verify_backup(info), said, on_error=said, owner=self, database=False
        )

    # -- check ----------------------------------------------------------------------------------

    def _on_check(self) -> None:
        if self._check.busy:
            return
        self._check.set_busy(True)
        session = self.context.session
        job = self.context.tasks.run(
            lambda running: check_vault(session, running.progress),
            self._on_checked, on_error=self._on_not_checked, owner=self,
            on_cancelled=lambda: self._check.set_busy(False),
        )  # fmt: skip
        self._check_progress.follow(job, _("Checking the vault"))

    def _on_checked(self, report: CheckReport) -> None:
        self._check.set_busy(False)
        self._report = report
        self._show()

    def _on_not_checked(self, error: ShelterError) -> None:
        self._check.set_busy(False)
        self.tell(error)

    # -- words ----------------------------------------------------------------------------------

    def _show(self) -> None:
        words = backup_words(self._now)
        if self._now.made_at is not None:
            words = _("{age}: {time}").format(age=words, time=_moment(self._now.made_at))
            if self._now.clock_odd:
                more = _("Set the clock of this computer right, and make a new backup.")
            elif self._now.other_disk:
                more = _("It lies on another disk than the vault.")
            else:
                more = _("It lies on the same disk as the vault; copy it to a stick.")
            words = _("{age}. {disk}").format(age=words, disk=more)
        self._age.set_text(words)
        self._found.setVisible(bool(self.model.rows()))
        self._verify.setVisible(bool(self.model.rows()))
        self._said.setVisible(self._verified is not None)
        if self._verified is not None:
            name, error = self._verified
            whole = _("{name} is whole: every file is as it was written.").format(name=name)
            self._said.set_text(str(error) if error else whole)
            self._said.set_tone("alert" if error else "ok")
        self._check_words.set_text(
            _(
                "Reads every page, every line of the journal and every sealed part that you can open, once a week by "
                "itself. Changes nothing."
            )
            + " "
            + _check_words(last_check(self.context.session))
        )
        self._result.setVisible(self._report is not None)
        if self._report is not None:
            title, text = report_words(self._report)
            self._result.set_text(text, title)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._old.retranslate_ui()
        self._backup_card.set_title(_("Backup"))
        self._row.set_label(_("Folder for backups"))
        self._row.set_help(
            _(
                "Best on a stick or another disk. Each backup is a folder of its own, encrypted like the vault."
            )
        )
        self._plan_row.set_label(_("By itself"))
        self._plan.set_options([(str(hours), _(_EVERY[hours])) for hours in EVERY_HOURS])
        self._plan_row.set_help(
            _(
                "While nobody types and when the program is closed, if something has changed and the folder of the last "
                "backup is there. Kept are all of two days, then 12 days, 10 weeks and 9 months; what you make by hand stays."
            )
        )
        self._make.setText(_("Back up now"))
        self._verify.setText(_("Verify the marked backup"))
        self.table.setAccessibleName(_("Backups in this folder"))
        self._restore.set_text(
            _(
                "To restore: lock, choose Restore a backup on the sign-in screen, and name a new folder. The vault that "
                "is open now is never written over."
            )
        )
        self._check_card.set_title(_("Check the vault"))
        self._check.setText(_("Check now"))
        self.model.renew()
        self._show()


def _moment(text: str) -> str:
    return format_time(dt.datetime.fromisoformat(text).astimezone())
