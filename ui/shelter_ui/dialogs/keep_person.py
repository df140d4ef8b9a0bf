"""Marking that nothing of a person is erased, and why."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from shelter_app.casework import retention
from shelter_app.domain.erasures import HOLD_REASONS
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.widgets.choice import ChoiceBox
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.options import Option
from shelter_ui.widgets.texts import Prose

__all__ = ["KeepPersonDialog"]


class KeepPersonDialog(Dialog):
    """Asks for the reason; proposals for the person end with the mark."""

    def __init__(self, context: AppContext, parent: QWidget | None, person_id: str, name: str) -> None:
        super().__init__(context.theme, parent)
        self.setObjectName("keep_person_dialog")
        self._context, self._person_id, self._name = context, person_id, name
        self._words = Prose(context.theme)
        self._reason = ChoiceBox(context.theme)
        self._reason.setObjectName("hold_reason")
        self._row = FieldRow(context.theme, self._reason)
        self.body.addWidget(self._words)
        self.body.addWidget(self._row)
        self._leave = self.add_button("", self.reject, name="leave")
        self._do = self.add_button("", self._on_keep, "primary", name="do_keep")
        self.retranslate_ui()
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_keep(self) -> None:
        reason = self._reason.code()
        if reason is None:
            self._row.set_error(_("Choose the reason."))
            return
        session, person_id = self._context.session, self._person_id
        self._context.tasks.run(
            lambda _job: retention.keep_person(session, person_id, reason),
            self._on_done, on_error=self._on_refused, owner=self,
        )  # fmt: skip

    def _on_done(self, changes: Changes) -> None:
        self._context.hub.tell(changes)
        self._context.navigate.toast(_("Nothing of this person is erased until the mark is lifted."))
        self.accept()

    def _on_refused(self, error: ShelterError) -> None:
        self._row.set_error(str(error))

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is chosen stays."""
        self.set_heading(_("Must not be erased: {name}").format(name=self._name))
        self._words.set_text(
            _(
                "Neither a period nor a wish leads to an erasure while the mark stands. Proposals for this person end."
            )
        )
        self._row.set_label(_("Reason"))
        self._reason.set_options([Option(code, _(label)) for code, label in HOLD_REASONS.items()])
        self._leave.setText(_("Leave without marking"))
        self._do.setText(_("Mark the person"))
