"""The password that an administrator gave is replaced before the first work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from shelter_app.errors import ShelterError
from shelter_app.vault.errors import WrongPassword
from shelter_i18n import _
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import PasswordEdit
from shelter_ui.windows.password_chooser import PasswordChooser
from shelter_ui.windows.start_page import CardPage, Desk

if TYPE_CHECKING:
    from shelter_app.casework.session import Session

__all__ = ["FirstPasswordPage"]


class FirstPasswordPage(CardPage):
    """Asks for a password of one's own; Esc signs out again."""

    #: The password has been changed.
    done = Signal()

    def __init__(self, desk: Desk, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(desk, card_width=560, parent=parent)
        self.setObjectName("first_password")
        self._session = session
        self._old = PasswordEdit(desk.theme)
        self._old.setMinimumHeight(desk.theme.px(60))
        self._old.edit.setObjectName("given_password")
        self._old_row = FieldRow(desk.theme, self._old)
        header = session.keyring.header
        known = (session.keyring.slot.name, header.post, header.post_name)
        self._chooser = PasswordChooser(desk.theme, desk.tasks, lambda: known)
        self._chooser.entered.connect(self._on_change)
        self.fields.addWidget(self._old_row)
        self.fields.addWidget(self._chooser)
        self._leave = Button(desk.theme, "", "quiet")
        self._leave.clicked.connect(lambda _checked=False: self.go_back())
        self._change = Button(desk.theme, "", "primary")
        self._change.setObjectName("change_password")
        self._change.clicked.connect(lambda _checked=False: self._on_change())
        self.buttons.addWidget(self._leave)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self._change)
        self.retranslate_ui()

    def on_shown(self) -> None:
        """Begin with the password that was given."""
        super().on_shown()
        self._old.setFocus()

    def _on_change(self) -> None:
        if not self._chooser.complete() or self._change.busy:
            return
        from shelter_app.casework.users import change_own_password

        session, old, new = self._session, self._old.text(), self._chooser.password()
        self._change.set_busy(True)
        self.desk.tasks.run(
            lambda _job: change_own_password(session, old, new),
            lambda _done: self.done.emit(), on_error=self._on_refused, owner=self,
        )  # fmt: skip

    def _on_refused(self, error: ShelterError) -> None:
        self._change.set_busy(False)
        if isinstance(error, WrongPassword):
            self._old_row.set_error(str(error))
            self._old.select_all()
        else:
            self._old_row.set_error("")
            self._chooser.set_error(error)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        super().retranslate_ui()
        self.set_words(
            _("Choose a password of your own"),
            _("Somebody else knows the one that you were given. From now on only you know yours."),
        )
        self._old_row.set_label(_("Password that you were given"))
        self._old.edit.setAccessibleName(_("Password that you were given"))
        self._leave.setText(_("Sign out"))
        self._change.setText(_("Change the password"))
