"""Bringing a backup back into a new folder, proved by opening it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from shelter_app.errors import ShelterError
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number, format_time
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit, PasswordEdit
from shelter_ui.windows.folder_field import FolderField
from shelter_ui.windows.start_page import CardPage, Desk

if TYPE_CHECKING:
    from shelter_app.casework.session import Session
    from shelter_app.storage.backup import BackupInfo

__all__ = ["RestorePage"]


class RestorePage(CardPage):
    """Backup, new folder, name and password; nothing existing is written over."""

    #: The restored vault is open; carries its `Session`.
    opened = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent=parent)
        theme = desk.theme
        self.setObjectName("restore")
        self._found: list[BackupInfo] = []
        self._error: ShelterError | None = None
        self._source, self._target = FolderField(theme, desk.ask), FolderField(theme, desk.ask)
        self._source.line.setObjectName("backup_folder")
        self._target.line.setObjectName("new_folder")
        self._source.changed.connect(self._look)
        self._user, self._password = LineEdit(theme), PasswordEdit(theme)
        self._user.setObjectName("restore_user")
        self._password.edit.setObjectName("restore_password")
        self._password.setMinimumHeight(theme.px(60))
        self._rows = [
            FieldRow(theme, field) for field in (self._source, self._target, self._user, self._password)
        ]
        for row in self._rows:
            self.fields.addWidget(row)
        self._leave = Button(theme, "", "quiet")
        self._leave.clicked.connect(lambda _checked=False: self.go_back())
        self._restore = Button(theme, "", "primary")
        self._restore.setObjectName("restore_now")
        self._restore.clicked.connect(lambda _checked=False: self._on_restore())
        self.buttons.addWidget(self._leave)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self._restore)
        self.retranslate_ui()

    def on_shown(self) -> None:
        """Begin with the backup."""
        super().on_shown()
        self._source.setFocus()

    def _look(self) -> None:
        from shelter_app.casework.recovery import backups_in

        path = self._source.path()
        self._found = backups_in(path) if path is not None else []
        self._show_found()

    def _show_found(self) -> None:
        self._rows[0].set_error("")
        if self._source.path() is None:
            self._rows[0].set_help(_("The folder that holds backup.json, or the folder with all backups."))
        elif not self._found:
            self._rows[0].set_error(
                _("There is no backup in this folder. Choose the folder on the stick or disk.")
            )
        else:
            info = self._found[0]
            made = format_time(dt.datetime.fromisoformat(info.made_at).astimezone())
            self._rows[0].set_help(
                ngettext(
                    "Newest backup: {post}, {time}, {number} case",
                    "Newest backup: {post}, {time}, {number} cases",
                    info.cases,
                ).format(post=info.post, time=made, number=format_number(info.cases))
            )

    def _on_restore(self) -> None:
        target: Path | None = self._target.path()
        if self._restore.busy or not self._found or target is None:
            self._look()
            self._rows[1].set_error("" if target else _("Choose a new, empty folder."))
            return
        self._show_error(None)
        self._restore.set_busy(True)
        source, user, password = self._found[0].path, self._user.text().strip(), self._password.text()
        restore = self.desk.services.restore
        self.desk.tasks.run(
            lambda _job: restore(source, target, user, password),
            self._on_opened, on_error=self._on_refused, owner=self,
        )  # fmt: skip

    def _on_opened(self, session: Session) -> None:
        self._restore.set_busy(False)
        self._password.clear()
        self.opened.emit(session)

    def _on_refused(self, error: ShelterError) -> None:
        self._restore.set_busy(False)
        self._show_error(error)

    def _show_error(self, error: ShelterError | None) -> None:
        self._error = error
        for row in self._rows[1:]:
            row.set_error("")
        self._rows[3].set_error(str(error) if error else "")

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        super().retranslate_ui()
        self.set_words(
            _("Restore a backup"),
            _("The backup is copied into a new folder and opened there. No vault is written over."),
        )
        labels = (
            _("Folder of the backup"),
            _("New folder for the vault"),
            _("Your name in the vault"),
            _("Password"),
        )
        for row, label in zip(self._rows, labels, strict=True):
            row.set_label(label)
        self._rows[3].set_help(_("The password that was in force when the backup was made."))
        self._leave.setText(_("Back to signing in"))
        self._restore.setText(_("Restore and open"))
        self._show_found()
        self._show_error(self._error)
