"""Taking over the key of a receiver or coordinating body: its owner reads out thirty digits, somebody types them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from shelter_app.casework.pool import trust_key
from shelter_app.errors import ShelterError
from shelter_app.exchange.pool_keys import PublicKey
from shelter_app.storage.store import Changes
from shelter_i18n import N_, _
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.texts import Prose

__all__ = ["ROLE_WORDS", "AddKeyDialog"]

ROLE_WORDS = {"receiver": N_("receiver"), "coordinator": N_("coordinating body"), "office": N_("office")}


class AddKeyDialog(Dialog):
    """The digits of the file are not shown: who can read them here need not ring anybody."""

    def __init__(self, context: AppContext, parent: QWidget | None, path: Path, key: PublicKey) -> None:
        super().__init__(context.theme, parent, width=560)
        theme = context.theme
        self.setObjectName("add_key_dialog")
        self._context, self._path, self._key = context, path, key
        self._error: ShelterError | None = None
        self._words = Prose(theme, "")
        self._digits = LineEdit(theme)
        self._digits.setObjectName("key_digits")
        self._digits.returnPressed.connect(self._on_do)
        self._row = FieldRow(theme, self._digits)
        for widget in (self._words, self._row):
            self.body.addWidget(widget)
        self._leave = self.add_button("", self.reject, name="leave")
        self._do = self.add_button("", self._on_do, "primary", name="do_add_key")
        self.retranslate_ui()
        self._digits.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_do(self) -> None:
        if self._do.busy:
            return
        session, path, digits = self._context.session, self._path, self._digits.text()
        self._do.set_busy(True)
        self._context.tasks.run(
            lambda _job: trust_key(session, path, digits),
            self._on_done,
            on_error=self._on_refused,
            owner=self,
        )

    def _on_done(self, _key: PublicKey) -> None:
        self._context.hub.tell(Changes.of(None, "keys"))
        self._context.navigate.toast(_("The key is taken over."))
        self.accept()

    def _on_refused(self, error: ShelterError) -> None:
        self._do.set_busy(False)
        self._error = error
        self._row.set_error(str(error))
        self.fit()

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        self.set_heading(_("Take over the key of {name}?").format(name=self._key.id))
        self._words.set_text(
            _(
                "The file says that it is the key of {name}, a {role}. Files can be exchanged on their way. Ring {name} on a "
                "number that you had before, let them read out the thirty digits of their key, and type what you hear."
            ).format(name=self._key.id, role=_(ROLE_WORDS[self._key.role]))
        )
        self._row.set_label(_("The thirty digits"), _("spaces do not matter"))
        self._row.set_error(str(self._error) if self._error is not None else "")
        self._leave.setText(_("Leave without taking it over"))
        self._do.setText(_("Take over the key"))
