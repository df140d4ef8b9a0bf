"""The last steps of the wizard, when the vault exists: recovery sheets on paper, and the first backup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from shelter_app.errors import ShelterError
from shelter_i18n import _
from shelter_i18n.formats import join_list
from shelter_ui.context import Asking
from shelter_ui.tasks import Tasks
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, set_look
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.texts import Prose, Text
from shelter_ui.windows.folder_field import FolderField
from shelter_ui.windows.retention_card import PeriodFields
from shelter_ui.windows.start_page import Desk

if TYPE_CHECKING:
    from shelter_app.casework.vaults import NewVault

__all__ = ["BackupStep", "RetentionStep", "SheetsStep"]


class SheetsStep(Themed, QWidget):
    """Shows the sheets once, writes them as PDF files, and asks whether they lie apart on paper."""

    #: Whether the step can be left has changed.
    ready_changed = Signal()

    def __init__(self, theme: Theme, ask: Asking, tasks: Tasks, write: Callable[..., list[Path]]) -> None:
        super().__init__()
        self._tasks, self._write = tasks, write
        self._new: NewVault | None = None
        self._written: list[Path] = []
        self._error: ShelterError | None = None
        self._why = Banner(theme, "warning")
        self._words: list[tuple[Text, Prose]] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(8))
        self._folder = FolderField(theme, ask)
        self._folder.line.setObjectName("sheets_folder")
        self._row = FieldRow(theme, self._folder)
        self._save = Button(theme, "", icon="printer")
        self._save.setObjectName("save_sheets")
        self._save.clicked.connect(lambda _checked=False: self._on_save())
        self._kept = QCheckBox()
        self._kept.setObjectName("sheets_kept")
        self._kept.toggled.connect(lambda _on: self.ready_changed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addWidget(self._why)
        column.addLayout(self._list)
        column.addWidget(self._row)
        column.addWidget(self._save, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._kept)
        self.setFocusProxy(self._folder)
        self.adopt(theme)
        self.retranslate_ui()

    def use(self, new: NewVault) -> None:
        """Show the sheets of a vault that was just created."""
        self._new = new
        for words in new.recovery:
            title, text = Text("", "label", medium=True), Prose(self.theme, "", "label")
            text.set_text(
                join_list(f"{number}\N{NO-BREAK SPACE}{word}" for number, word in enumerate(words, start=1))
            )
            text.setObjectName("sheet_words")
            self._list.addWidget(title)
            self._list.addWidget(text)
            self._words.append((title, text))
        self.retranslate_ui()

    def forget(self) -> None:
        """Take the words off the screen; they are never shown again."""
        for title, text in self._words:
            text.set_text("")
            for widget in (title, text):
                self._list.removeWidget(widget)
                widget.deleteLater()
        self._words = []
        self._new = None

    @property
    def ready(self) -> bool:
        """Whether the person has said that the sheets are on paper."""
        return self._kept.isChecked()

    def _on_save(self) -> None:
        folder, new = self._folder.path(), self._new
        if folder is None or new is None or self._save.busy:
            self._row.set_error(_("Choose a folder, best on a stick that you empty after printing."))
            return
        self._save.set_busy(True)
        header, session = new.session.keyring.header, new.session
        write = self._write
        self._tasks.run(
            lambda _job: write(
                folder, shares=new.recovery, post=header.post, label=header.post_name or header.post,
                threshold=new.threshold, made_on=session.today,
            ),
            self._on_written, on_error=self._on_refused, owner=self, database=False,
        )  # fmt: skip

    def _on_written(self, paths: list[Path]) -> None:
        self._save.set_busy(False)
        self._written, self._error = paths, None
        self.retranslate_ui()

    def _on_refused(self, error: ShelterError) -> None:
        self._save.set_busy(False)
        self._error = error
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        needed = self._new.threshold if self._new else 2
        self._why.set_words(
            _("These words are shown once."),
            _(
                "If every password is forgotten, any {number} of these sheets open the vault, and nothing else does. "
                "Print each, give them to different people, and keep none beside the computer."
            ).format(number=needed),
        )
        for number, (title, _text) in enumerate(self._words, start=1):
            title.setText(_("Recovery sheet {number}").format(number=number))
        self._row.set_label(_("Folder for the sheets to print"))
        self._row.set_error(str(self._error) if self._error else "")
        names = join_list(path.name for path in self._written)
        self._row.set_help(_("Written: {files}").format(files=names) if names else "")
        self._save.setText(_("Write the sheets as PDF"))
        self._kept.setText(_("The sheets are printed or copied by hand, and kept apart from each other"))


class RetentionStep(Themed, QWidget):
    """Asks how long the post keeps what it knows of a person; without an answer nobody is ever due by itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._new: NewVault | None = None
        self._words = Prose(theme, "", "body", "text2")
        self._fields = PeriodFields(theme)
        self._error = Prose(theme, "", "label", "alert")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addWidget(self._words)
        column.addLayout(self._fields)
        column.addWidget(self._error)
        self.setFocusProxy(next(iter(self._fields.fields.values())))
        self.adopt(theme)
        self.retranslate_ui()

    def use(self, new: NewVault) -> None:
        """Keep the periods in this vault."""
        self._new = new

    def keep(self) -> bool:
        """Write down what was chosen; False where the disk refused it, which is said then."""
        from shelter_app.casework.retention import set_retention_periods

        try:
            if self._new is not None:
                set_retention_periods(self._new.session, self._fields.periods())
        except ShelterError as error:
            self._error.set_text(str(error))
            return False
        return True

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        self._words.set_text(
            _(
                "Personal data are kept no longer than they are needed. If your post has periods, enter them; otherwise "
                "leave the fields empty. They can be changed later under Administration, and nothing is erased by itself."
            )
        )
        self._fields.retranslate()


class BackupStep(Themed, QWidget):
    """Offers the first backup; it can wait, and the program will remind."""

    def __init__(self, desk: Desk, on_done: Callable[[], None]) -> None:
        super().__init__()
        theme = desk.theme
        self._desk, self._on_done = desk, on_done
        self._new: NewVault | None = None
        self._error: ShelterError | None = None
        self._made = ""
        self._words = Prose(theme, "", "body", "text2")
        self._folder = FolderField(theme, desk.ask)
        self._folder.line.setObjectName("first_backup_folder")
        self._row = FieldRow(theme, self._folder)
        self._make = Button(theme, "", "primary", icon="hard-drive")
        self._make.setObjectName("first_backup")
        self._make.clicked.connect(lambda _checked=False: self.make())
        self._progress = ProgressPanel(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addWidget(self._words)
        column.addWidget(self._row)
        column.addWidget(self._make, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._progress)
        self.setFocusProxy(self._folder)
        self.adopt(theme)
        self.retranslate_ui()

    def use(self, new: NewVault) -> None:
        """Back up this vault."""
        self._new = new

    def make(self) -> None:
        """Make the backup in the folder that is named."""
        folder, new = self._folder.path(), self._new
        if folder is None or new is None or self._make.busy:
            self._row.set_error("" if folder else _("Choose a folder on a stick or another disk."))
            return
        from shelter_app.casework.backups import back_up

        self._make.set_busy(True)
        job = self._desk.tasks.run(
            lambda running: back_up(new.session, folder, progress=running.progress).path.name,
            self._on_made, on_error=self._on_refused, owner=self, on_cancelled=lambda: self._make.set_busy(False),
        )  # fmt: skip
        self._progress.follow(job, _("Writing and verifying the backup"))

    def _on_made(self, name: str) -> None:
        self._make.set_busy(False)
        self._made, self._error = name, None
        set_look(self._make, kind="secondary")
        self.theme.keep_icon(self._make, "hard-drive")
        self.retranslate_ui()
        self._on_done()

    def _on_refused(self, error: ShelterError) -> None:
        self._make.set_busy(False)
        self._error = error
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._words.set_text(
            _(
                "A backup on a stick or another disk survives the loss of this computer. It is encrypted like the vault."
            )
        )
        self._row.set_label(_("Folder for backups"))
        self._row.set_error(str(self._error) if self._error else "")
        self._row.set_help(_("Written and verified: {name}").format(name=self._made) if self._made else "")
        self._make.setText(_("Make the first backup"))
