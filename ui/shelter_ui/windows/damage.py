"""What is damaged, the newest backup that is whole, and the way to save what can still be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from shelter_app.errors import ShelterError
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number, format_time
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import HeldText, LineEdit, PasswordEdit
from shelter_ui.widgets.notices import Banner, Card
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.folder_field import FolderField
from shelter_ui.windows.start_page import CardPage, Desk

if TYPE_CHECKING:
    from shelter_app.casework.salvage import SalvageReport
    from shelter_app.storage.backup import BackupInfo

__all__ = ["DamagePage", "places_of_backups"]


def places_of_backups(desk: Desk, vault: Path) -> Iterator[Path]:
    """Folders in which backups of this vault may lie: where the last one went, and beside and inside the vault."""
    remembered = desk.preferences.current.backup_folder
    if remembered:
        yield Path(remembered)
    yield vault / "backups"
    yield vault.parent / "backups"
    yield vault.parent


class DamagePage(CardPage):
    """Step by step: what happened, the newest whole backup, and what can be read without one."""

    #: The person wants to restore a backup; carries its folder, or None.
    restore_asked = Signal(object)
    #: The vault into which everything readable was brought is open; carries its `Session`.
    opened = Signal(object)

    def __init__(
        self, desk: Desk, vault: Path, faults: Sequence[str], *, user: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, card_width=820, parent=parent)
        theme = desk.theme
        self.setObjectName("damage")
        self._vault, self._faults = vault, tuple(faults)
        self._searching, self._found = True, None
        self._report: SalvageReport | None = None
        self._what = Banner(theme, "alert")
        self.fields.addWidget(self._what)
        self.fields.addWidget(self._build_backup())
        self.fields.addWidget(self._build_salvage(user))
        self._leave = Button(theme, "", "quiet")
        self._leave.clicked.connect(lambda _checked=False: self.go_back())
        self.buttons.addWidget(self._leave)
        self.buttons.addStretch(1)
        self.retranslate_ui()

    _found: BackupInfo | None

    def _build_backup(self) -> QWidget:
        theme = self.theme
        self._backup_card = Card(theme, "", spacing=8)
        self._backup_words = Prose(theme, "", "body", "text2")
        self._restore = Button(theme, "", "primary", icon="undo-2")
        self._restore.setObjectName("restore_found")
        self._restore.clicked.connect(
            lambda _checked=False: self.restore_asked.emit(self._found.path if self._found else None)
        )
        self._elsewhere = Button(theme, "", icon="folder-open")
        self._elsewhere.setObjectName("look_elsewhere")
        self._elsewhere.clicked.connect(lambda _checked=False: self._on_elsewhere())
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        for button in (self._restore, self._elsewhere):
            row.addWidget(button)
        row.addStretch(1)
        self._backup_card.body.addWidget(self._backup_words)
        self._backup_card.body.addLayout(row)
        return self._backup_card

    def _build_salvage(self, user: str) -> QWidget:
        theme = self.theme
        self._salvage_card = Card(theme, "", spacing=10)
        self._salvage_words = Prose(theme, "", "body", "text2")
        self._target = FolderField(theme, self.desk.ask)
        self._target.line.setObjectName("salvage_folder")
        self._user, self._password = LineEdit(theme), PasswordEdit(theme)
        self._user.setObjectName("salvage_user")
        self._user.setText(user)
        self._password.edit.setObjectName("salvage_password")
        self._rows = [FieldRow(theme, field) for field in (self._target, self._user, self._password)]
        people = QHBoxLayout()
        people.setSpacing(theme.px(16))
        for row in self._rows[1:]:
            people.addWidget(row, 1, Qt.AlignmentFlag.AlignTop)
        self._save = Button(theme, "", icon="shield-check")
        self._save.setObjectName("salvage_now")
        self._save.clicked.connect(lambda _checked=False: self._on_salvage())
        self._progress = ProgressPanel(theme)
        self._list = HeldText()
        self._list.setObjectName("salvage_list")
        self._list.setReadOnly(True)
        self._list.setMinimumHeight(theme.px(160))
        self._keep, self._go_on = Button(theme, ""), Button(theme, "", "primary")
        self._keep.setObjectName("keep_list")
        self._keep.clicked.connect(lambda _checked=False: self._on_keep())
        self._go_on.setObjectName("go_on_in_new_vault")
        self._go_on.clicked.connect(lambda _checked=False: self._on_go_on())
        begin, end = QHBoxLayout(), QHBoxLayout()
        begin.addWidget(self._save)
        begin.addStretch(1)
        end.setSpacing(theme.px(8))
        end.addWidget(self._go_on)
        end.addWidget(self._keep)
        end.addStretch(1)
        body = self._salvage_card.body
        body.addWidget(self._salvage_words)
        body.addWidget(self._rows[0])
        body.addLayout(people)
        body.addLayout(begin)
        for widget in (self._progress, self._list):
            body.addWidget(widget)
        body.addLayout(end)
        return self._salvage_card

    def on_shown(self) -> None:
        """Look for backups at once."""
        super().on_shown()
        self._what.announce()
        if self._searching:
            self._search(list(places_of_backups(self.desk, self._vault)))
        self._elsewhere.setFocus()

    # -- a backup -------------------------------------------------------------------------------

    def _search(self, places: Sequence[Path]) -> None:
        from shelter_app.casework.restoring import newest_good_backup

        self._searching = True
        vault_id = self._vault_id()
        self._show()
        self.desk.tasks.run(
            lambda job: newest_good_backup(places, vault_id, job.progress),
            self._on_found, on_error=lambda _error: self._on_found(None), owner=self, database=False,
        )  # fmt: skip

    def _vault_id(self) -> str | None:
        """Whose backups are looked for; any where the header cannot be read either."""
        try:
            return self.desk.services.header(self._vault).vault_id
        except ShelterError:
            return None

    def _on_found(self, info: BackupInfo | None) -> None:
        self._searching = False
        self._found = info or self._found
        self._show()

    def _on_elsewhere(self) -> None:
        self.desk.ask.folder(_("Folder with backups"), lambda path: self._search([path]))

    # -- what can be read -----------------------------------------------------------------------

    def _on_salvage(self) -> None:
        target = self._target.path()
        if self._save.busy or self._report is not None:
            return
        self._show_refusal(None)
        if target is None:
            self._rows[0].set_error(_("Choose a new, empty folder."))
            self._target.setFocus()
            return
        from shelter_app.casework.salvage import salvage_vault

        self._save.set_busy(True)
        vault, user, password = self._vault, self._user.text().strip(), self._password.text()
        header = self._found.path if self._found is not None else None
        job = self.desk.tasks.run(
            lambda running: salvage_vault(
                vault, target, user, password, header_from=header, progress=running.progress
            ),
            self._on_salvaged, on_error=self._on_refused, owner=self,
            on_cancelled=lambda: self._save.set_busy(False),
        )  # fmt: skip
        self._progress.follow(job, _("Reading what can be read"))

    def _on_salvaged(self, report: SalvageReport) -> None:
        self._save.set_busy(False)
        self._password.clear()
        self._report = report
        self._list.setPlainText(report.text())
        self._show()
        self._go_on.setFocus()

    def _on_refused(self, error: ShelterError) -> None:
        self._save.set_busy(False)
        self._show_refusal(error)

    def _show_refusal(self, error: ShelterError | None) -> None:
        for row in self._rows:
            row.set_error("")
        self._rows[2].set_error(str(error) if error else "")

    def _on_keep(self) -> None:
        if self._report is not None:
            text = self._report.text()
            self.desk.ask.save_file(
                _("Keep the list"), "salvage.txt", lambda path: self._write(path, text), endings=("txt",)
            )

    def _write(self, path: Path, text: str) -> None:
        try:
            path.write_text(text + "\n", "utf-8")
        except OSError:
            self.desk.ask.show(_("Keep the list"), _("This file cannot be written. Choose another folder."))

    def _on_go_on(self) -> None:
        if self._report is not None:
            report, self._report = self._report, None
            self.opened.emit(report.session)

    def go_back(self) -> None:
        """Leave the page; a new vault that nobody went on in is closed."""
        if self._report is not None:
            report, self._report = self._report, None
            report.session.close()
        super().go_back()

    # -- words ----------------------------------------------------------------------------------

    def _show(self) -> None:
        info = self._found
        if info is not None:
            words = ngettext(
                "The newest whole backup is of {time} and holds {number} case. It lies in {folder}.",
                "The newest whole backup is of {time} and holds {number} cases. It lies in {folder}.",
                info.cases,
            ).format(
                time=format_time(info.made.astimezone()), number=format_number(info.cases), folder=info.path.parent
            )  # fmt: skip
        elif self._searching:
            words = _("Looking for backups and comparing every file of the newest.")
        else:
            words = _(
                "No whole backup was found on this computer. Plug in the stick with the backups and show its folder."
            )
        self._backup_words.set_text(words)
        self._restore.setVisible(info is not None)
        done = self._report is not None
        for widget in (*self._rows, self._save):
            widget.setVisible(not done)
        for widget in (self._list, self._keep, self._go_on):
            widget.setVisible(done)

    def retranslate_ui(self) -> None:
        """Fetch the texts; the list stays in the language in which it was made."""
        super().retranslate_ui()
        self.set_words(
            _("This vault is damaged"),
            _("Nothing is changed here without your decision. The damaged folder stays as it is."),
        )
        self._what.set_words(_("What was found"), "\n".join(self._faults))
        self._backup_card.set_title(_("1. The newest backup"))
        self._restore.setText(_("Restore this backup"))
        self._elsewhere.setText(_("Look in another folder"))
        self._salvage_card.set_title(_("2. What can still be read"))
        self._salvage_words.set_text(
            _(
                "Everything that can be read is brought into a new vault with the same users and passwords, and a list "
                "says what could not be. Worth trying where the backup is old or missing."
            )
        )
        for row, label in zip(
            self._rows,
            (_("New folder for the vault"), _("Your name in the vault"), _("Password")),
            strict=True,
        ):
            row.set_label(label)
        self._save.setText(_("Save what can be read"))
        self._list.setAccessibleName(_("What was brought over and what is lost"))
        self._keep.setText(_("Keep the list"))
        self._go_on.setText(_("Go on in the new vault"))
        self._leave.setText(_("Back"))
        self._show()
