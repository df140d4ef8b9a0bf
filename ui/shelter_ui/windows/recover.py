"""A forgotten password: who can help, and the way back in with the recovery sheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from shelter_app.errors import ShelterError
from shelter_app.vault.errors import NameRefused, PasswordRefused, PasswordTooWeak, RecoveryRefused
from shelter_i18n import _
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.notices import Banner
from shelter_ui.windows.password_chooser import PasswordChooser
from shelter_ui.windows.sheet_field import SheetField
from shelter_ui.windows.start_page import CardPage, Desk

if TYPE_CHECKING:
    from shelter_app.casework.session import Session

__all__ = ["RecoverPage"]


class RecoverPage(CardPage):
    """Sheets as they were printed, a new name and a new password; a new administrator comes out of it."""

    #: The vault is open for the new administrator; carries its `Session`.
    opened = Signal(object)

    def __init__(self, desk: Desk, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent=parent)
        theme = desk.theme
        self.setObjectName("recover")
        self._path = path
        self._error: ShelterError | None = None
        header = desk.services.header(path)
        recovery = header.recovery
        self._needed = recovery.split[0] if recovery is not None and recovery.split else 2
        self._advice = Banner(theme, "info")
        self.fields.addWidget(self._advice)
        self._rows = [SheetField(theme, number) for number in range(1, self._needed + 1)]
        for row in self._rows:
            self.fields.addWidget(row)
        self._name = LineEdit(theme)
        self._name.setObjectName("new_name")
        self._name_row = FieldRow(theme, self._name)
        self._chooser = PasswordChooser(
            theme, desk.tasks, lambda: (self._name.text(), header.post, header.post_name)
        )
        self.fields.addWidget(self._name_row)
        self.fields.addWidget(self._chooser)
        self._leave = Button(theme, "", "quiet")
        self._leave.clicked.connect(lambda _checked=False: self.go_back())
        self._open = Button(theme, "", "primary")
        self._open.setObjectName("recover_now")
        self._open.clicked.connect(lambda _checked=False: self._on_open())
        self._chooser.entered.connect(self._on_open)
        self.buttons.addWidget(self._leave)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self._open)
        self.retranslate_ui()

    def on_shown(self) -> None:
        """Begin with the first sheet."""
        super().on_shown()
        self._rows[0].area.setFocus()

    def _on_open(self) -> None:
        if self._open.busy or not self._chooser.complete():
            return
        self._show_error(None)
        path, recover = self._path, self.desk.services.recover
        sheets = [row.text() for row in self._rows if row.text().strip()]
        name, password = self._name.text(), self._chooser.password()
        self._open.set_busy(True)
        self.desk.tasks.run(
            lambda _job: recover(path, sheets, name, password),
            self._on_opened, on_error=self._on_refused, owner=self,
        )  # fmt: skip

    def _on_opened(self, session: Session) -> None:
        self._open.set_busy(False)
        for row in self._rows:
            row.clear()
        self._chooser.clear()
        self.opened.emit(session)

    def _on_refused(self, error: ShelterError) -> None:
        self._open.set_busy(False)
        self._show_error(error)

    def _show_error(self, error: ShelterError | None) -> None:
        self._error = error
        for row in (*self._rows, self._name_row):
            row.set_error("")
        if isinstance(error, PasswordRefused | PasswordTooWeak):
            self._chooser.set_error(error)
        elif isinstance(error, NameRefused):
            self._name_row.set_error(str(error))
        elif error is not None:
            number = error.sheet if isinstance(error, RecoveryRefused) and error.sheet else 1
            row = self._rows[min(number, len(self._rows)) - 1]
            row.set_error(str(error))
            row.field.setFocus()

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        super().retranslate_ui()
        self.set_words(_("Open with recovery sheets"))
        self._advice.set_words(
            _("Another administrator can help first."),
            _(
                "They reset your password under Administration and tell you five words for one sign-in; nothing that "
                "was saved is lost. Where nobody can, {number} recovery sheets open the vault."
            ).format(number=self._needed),
        )
        self._name_row.set_label(_("Your name in the vault"), _("initials are enough"))
        self._name_row.set_help(
            _("A name that is not taken yet. You become an administrator who holds every key.")
        )
        self._leave.setText(_("Back to signing in"))
        self._open.setText(_("Open the vault"))
        self._show_error(self._error)
