"""Bringing a backup back into a new folder: chosen, looked into with a password, and only then restored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHeaderView, QVBoxLayout, QWidget

from shelter_app.errors import ShelterError
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number, format_time, join_list
from shelter_ui.models.rows import RowsModel
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit, PasswordEdit
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.tables import RECORD_ROLE, Cell, TableCard, TableView
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.folder_field import FolderField
from shelter_ui.windows.start_page import CardPage, Desk

if TYPE_CHECKING:
    from shelter_app.casework.restoring import BackupPreview, Missing
    from shelter_app.casework.session import Session
    from shelter_app.storage.backup import BackupInfo

__all__ = ["RestorePage", "missing_words", "size_words"]


def size_words(size: int) -> str:
    """A size in megabytes."""
    return _("{number} MB").format(number=format_number(max(1, round(size / 1_000_000))))


def _returning_words(missing: Missing) -> str:
    """Who could open the restored vault again; empty where nobody."""
    kinds = {
        "removed": _("{name} (removed since)"),
        "disabled": _("{name} (disabled since)"),
        "password": _("{name} (with the earlier password)"),
        "keys": _("{name} (with keys that were withdrawn since)"),
    }
    if not missing.returning:
        return ""
    who = [kinds[each.what].format(name=each.user) for each in missing.returning]
    return _(
        "These could open the restored vault again: {people}. Remove, disable or reset them there before you go on."
    ).format(people=join_list(who))


def missing_words(missing: Missing) -> str:
    """What the vault at hand holds and the backup does not, and who would come back with the backup."""
    words = (_missing_words(missing), _accounts_words(missing), _returning_words(missing))
    return "\n".join(filter(None, words))


def _accounts_words(missing: Missing) -> str:
    """Who could not sign in to the restored vault; empty where nobody."""
    if not missing.accounts:
        return ""
    return _("These became users afterwards and could not open the restored vault: {people}.").format(
        people=join_list(missing.accounts)
    )


def _missing_words(missing: Missing) -> str:
    if not missing.lines:
        return _("Nothing would be missing: the vault at hand holds nothing that is newer.")
    saves = ngettext("{number} save", "{number} saves", missing.saves).format(
        number=format_number(missing.saves)
    )
    cases = ngettext(
        "{number} case that was opened since", "{number} cases that were opened since", missing.cases
    )
    return _("Compared with the vault at hand would be missing: {saves}, {cases}. The last of it was done on {time}.").format(
        saves=saves, cases=cases.format(number=format_number(missing.cases)), time=format_time(missing.until)
    )  # fmt: skip


class RestorePage(CardPage):
    """Two steps: which backup and who you are; then what it holds, what for, and where to."""

    #: The restored vault is open; carries its `Session`.
    opened = Signal(object)

    def __init__(
        self,
        desk: Desk,
        *,
        at_hand: Path | None = None,
        source: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, card_width=720, parent=parent)
        self.setObjectName("restore")
        self._at_hand = at_hand
        self._preview: BackupPreview | None = None
        self._error: ShelterError | None = None
        self._build_choice()
        self._build_restore()
        theme = desk.theme
        self._progress = ProgressPanel(theme)
        self.fields.addWidget(self._progress)
        self._leave = Button(theme, "", "quiet")
        self._leave.clicked.connect(lambda _checked=False: self.go_back())
        self._look_into, self._restore = Button(theme, "", "primary"), Button(theme, "", "primary")
        self._look_into.setObjectName("look_into_backup")
        self._look_into.clicked.connect(lambda _checked=False: self._on_look_into())
        self._restore.setObjectName("restore_now")
        self._restore.clicked.connect(lambda _checked=False: self._on_restore())
        self.buttons.addWidget(self._leave)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self._look_into)
        self.buttons.addWidget(self._restore)
        self.retranslate_ui()
        if source is not None:
            self._source.set_path(source)

    def _build_choice(self) -> None:
        theme = self.theme
        self._source = FolderField(theme, self.desk.ask)
        self._source.line.setObjectName("backup_folder")
        self._source.changed.connect(self._look)
        self.model: RowsModel[BackupInfo] = RowsModel(
            [
                (lambda: _("Made"), lambda info: Cell(format_time(info.made.astimezone()), medium=True)),
                (lambda: _("Post"), lambda info: Cell(info.post)),
                (lambda: _("Cases"), lambda info: Cell(format_number(info.cases), right=True)),
                (lambda: _("Size"), lambda info: Cell(size_words(info.size), right=True, tone="text2")),
            ],
            self,
        )
        self.table = TableView(theme)
        self.table.setObjectName("found_backups")
        self.table.setModel(self.model)
        self.table.setMinimumHeight(theme.px(104))
        self.table.setMaximumHeight(theme.px(140))
        self.table.setColumnWidth(0, theme.px(230))
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self._table_card = TableCard(theme, self.table)
        self._user, self._password = LineEdit(theme), PasswordEdit(theme)
        self._user.setObjectName("restore_user")
        self._password.edit.setObjectName("restore_password")
        self._password.edit.returnPressed.connect(self._on_look_into)
        self._source_row, self._user_row, self._password_row = (
            FieldRow(theme, field) for field in (self._source, self._user, self._password)
        )
        self._choice = QWidget()
        self._choice.setProperty("ground", "")
        column = QVBoxLayout(self._choice)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(14))
        for widget in (self._source_row, self._table_card, self._user_row, self._password_row):
            column.addWidget(widget)
        self.fields.addWidget(self._choice)

    def _build_restore(self) -> None:
        theme = self.theme
        self._holds = Banner(theme, "info", icon="hard-drive")
        self._holds.setObjectName("backup_preview")
        self._gap = Prose(theme, "", "body", "text")
        self._gap.setObjectName("would_be_missing")
        self._purpose = Segmented(theme, required=True, ticked=False)
        self._purpose.setObjectName("purpose")
        self._purpose.changed.connect(lambda _code: self._show())
        self._letter = LineEdit(theme)
        self._letter.setObjectName("second_letter")
        self._target = FolderField(theme, self.desk.ask)
        self._target.line.setObjectName("new_folder")
        self._purpose_row, self._letter_row, self._target_row = (
            FieldRow(theme, field) for field in (self._purpose, self._letter, self._target)
        )
        self._where = QWidget()
        self._where.setProperty("ground", "")
        column = QVBoxLayout(self._where)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(14))
        for widget in (self._holds, self._gap, self._purpose_row, self._letter_row, self._target_row):
            column.addWidget(widget)
        self.fields.addWidget(self._where)

    def on_shown(self) -> None:
        """Begin with the backup."""
        super().on_shown()
        (self._user if self.model.rows() else self._source).setFocus()

    # -- the backup -----------------------------------------------------------------------------

    def _look(self) -> None:
        from shelter_app.storage.backup import backups_in

        path = self._source.path()
        self.model.set_rows(backups_in(path) if path is not None else [])
        if self.model.rows():
            self.table.selectRow(0)
        self._show()

    def _chosen(self) -> BackupInfo | None:
        rows = self.model.rows()
        found: BackupInfo | None = self.table.currentIndex().data(RECORD_ROLE) or (rows[0] if rows else None)
        return found

    def _on_look_into(self) -> None:
        info = self._chosen()
        if self._look_into.busy or self._preview is not None:
            return
        if info is None:
            self._look()
            self._source_row.set_error(
                _("There is no backup in this folder. Choose the folder on the stick or disk.")
            )
            return
        self._show_error(None)
        self._look_into.set_busy(True)
        source, user, password = info.path, self._user.text().strip(), self._password.text()
        preview, at_hand = self.desk.services.preview, self._at_hand
        job = self.desk.tasks.run(
            lambda running: preview(source, user, password, at_hand=at_hand, progress=running.progress),
            self._on_seen, on_error=self._on_refused, owner=self,
            on_cancelled=lambda: self._look_into.set_busy(False),
        )  # fmt: skip
        self._progress.follow(job, _("Comparing every file of the backup"))

    def _on_seen(self, preview: BackupPreview) -> None:
        self._look_into.set_busy(False)
        self._preview = preview
        self._letter.setText(preview.free_letter)
        self._purpose.set_value("replaces")
        self._show()
        self._target.setFocus()

    # -- restoring ------------------------------------------------------------------------------

    def _on_restore(self) -> None:
        target, preview = self._target.path(), self._preview
        if self._restore.busy or preview is None:
            return
        self._show_error(None)
        if target is None:
            self._target_row.set_error(_("Choose a new, empty folder."))
            self._target.setFocus()
            return
        self._restore.set_busy(True)
        source, user, password = preview.info.path, self._user.text().strip(), self._password.text()
        letter = self._letter.text().strip() if self._purpose.value() == "second" else None
        restore, at_hand = self.desk.services.restore, self._at_hand
        job = self.desk.tasks.run(
            lambda running: restore(
                source, target, user, password, second_computer=letter, at_hand=at_hand, progress=running.progress
            ),
            self._on_opened, on_error=self._on_refused, owner=self,
            on_cancelled=lambda: self._restore.set_busy(False),
        )  # fmt: skip
        self._progress.follow(job, _("Copying and comparing"))

    def _on_opened(self, session: Session) -> None:
        self._restore.set_busy(False)
        self._password.clear()
        self.opened.emit(session)

    def _on_refused(self, error: ShelterError) -> None:
        for button in (self._look_into, self._restore):
            button.set_busy(False)
        self._show_error(error)

    def _show_error(self, error: ShelterError | None) -> None:
        self._error = error
        for row in (self._source_row, self._password_row, self._letter_row, self._target_row):
            row.set_error("")
        if error is None:
            return
        from shelter_app.casework.restoring import LetterTaken
        from shelter_app.domain.case_number import CaseNumberError

        row = self._password_row if self._preview is None else self._target_row
        if isinstance(error, LetterTaken | CaseNumberError):
            row = self._letter_row
        row.set_error(str(error))

    def go_back(self) -> None:
        """From the second step to the first, and from there to the sign-in screen."""
        if self._preview is not None and not self._restore.busy:
            self._preview = None
            self._show_error(None)
            self._show()
        elif self._preview is None:
            super().go_back()

    # -- words ----------------------------------------------------------------------------------

    def _show(self) -> None:
        preview = self._preview
        first = preview is None
        for widget in (self._choice, self._look_into):
            widget.setVisible(first)
        for widget in (self._where, self._restore):
            widget.setVisible(not first)
        self._table_card.setVisible(bool(self.model.rows()))
        self._leave.setText(_("Back to signing in") if first else _("Back"))
        if first:
            self._show_found()
        if preview is not None:
            self._show_preview(preview)
        self._letter_row.setVisible(self._purpose.value() == "second")

    def _show_found(self) -> None:
        self._source_row.set_error("")
        found = self._chosen()
        if self._source.path() is None:
            self._source_row.set_help(_("The folder that holds backup.json, or the folder with all backups."))
        elif found is None:
            self._source_row.set_error(
                _("There is no backup in this folder. Choose the folder on the stick or disk.")
            )
        else:
            newest = self.model.rows()[0]
            self._source_row.set_help(
                ngettext(
                    "Newest backup: {post}, {time}, {number} case",
                    "Newest backup: {post}, {time}, {number} cases",
                    newest.cases,
                ).format(
                    post=newest.post, time=format_time(newest.made.astimezone()), number=format_number(newest.cases)
                )
            )  # fmt: skip

    def _show_preview(self, preview: BackupPreview) -> None:
        title = ngettext(
            "Backup of {time} with {number} case, whole",
            "Backup of {time} with {number} cases, whole",
            preview.cases,
        ).format(time=format_time(preview.info.made.astimezone()), number=format_number(preview.cases))
        sentence = ""
        if preview.newest_line is not None:
            sentence = _("The last thing that was done in it is of {time}.").format(
                time=format_time(preview.newest_line)
            )
        self._holds.set_words(title, sentence)
        if preview.missing is not None:
            words = missing_words(preview.missing)
        elif preview.differs:
            words = _("The vault at hand has gone another way since: it is not what this backup was made of.")
        elif preview.not_compared is not None:
            words = _(
                "What would be missing is not known, because the vault at hand cannot be read: {reason}"
            ).format(reason=preview.not_compared)
        else:
            words = _("There is no vault at hand to compare it with.")
        self._gap.set_text(words)
        self._letter_row.set_help(
            _(
                "Letters in use: {letters}. Two computers with one letter would give the same case number twice."
            ).format(letters=", ".join(preview.letters))
        )

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        super().retranslate_ui()
        self.set_words(
            _("Restore a backup"),
            _("The backup is copied into a new folder and opened there. No vault is written over."),
        )
        for row, label in (
            (self._source_row, _("Folder of the backup")),
            (self._user_row, _("Your name in the vault")),
            (self._password_row, _("Password")),
            (self._purpose_row, _("What for")),
            (self._letter_row, _("Letter of this computer")),
            (self._target_row, _("New folder for the vault")),
        ):
            row.set_label(label)
        self._purpose.set_options(
            [("replaces", _("It takes the place of the lost vault")), ("second", _("For a second computer"))]
        )
        self._password_row.set_help(_("The password that was in force when the backup was made."))
        self.table.setAccessibleName(_("Backups in this folder"))
        self._look_into.setText(_("Look into the backup"))
        self._restore.setText(_("Restore and open"))
        self.model.renew()
        self._show()
        self._show_error(self._error)
