"""Taking a document out of a case: why, and into which other case it goes, if it belongs to one of this vault."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from shelter_app.casework import attachments
from shelter_app.casework.attachments import Document
from shelter_app.casework.cases import list_rows
from shelter_app.domain.codelists import code_list
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_i18n import _, current_language
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.widgets.choice import ChoiceBox
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.options import Option
from shelter_ui.widgets.texts import Prose

__all__ = ["TakeOutDocumentDialog"]

_OTHER_CASE = "other_case"


class TakeOutDocumentDialog(Dialog):
    """Asks for the reason; a document of another case is moved there as soon as that case is named."""

    def __init__(self, context: AppContext, parent: QWidget | None, document: Document) -> None:
        super().__init__(context.theme, parent, width=560)
        theme = context.theme
        self.setObjectName("take_out_dialog")
        self._context, self._document = context, document
        self._error: ShelterError | None = None
        self._words = Prose(theme, "")
        self._reason = ChoiceBox(theme)
        self._reason.setObjectName("take_out_reason")
        self._number = LineEdit(theme)
        self._number.setObjectName("take_out_number")
        self._note = LineEdit(theme)
        self._note.setObjectName("take_out_note")
        self._reason_row, self._number_row, self._note_row = (
            FieldRow(theme, each) for each in (self._reason, self._number, self._note)
        )
        self._found = Prose(theme, "", "label", "text2")
        self._said = Prose(theme, "", "label", "alert")
        for widget in (
            self._words,
            self._reason_row,
            self._number_row,
            self._found,
            self._note_row,
            self._said,
        ):
            self.body.addWidget(widget)
        self._leave = self.add_button("", self.reject, name="leave")
        self._do = self.add_button("", self._on_do, "primary", name="do_take_out")
        self.retranslate_ui()
        self._reason.changed.connect(lambda _code: self._on_edited())
        self._number.textChanged.connect(lambda _text: self._on_edited())
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _target(self) -> str | None:
        """The id of the case that is named and may be seen; None without one."""
        number = self._number.text().strip() if self._reason.code() == _OTHER_CASE else ""
        case = attachments.case_to_move_to(self._context.session, self._document, number) if number else None
        return case.id if case is not None else None

    def _on_edited(self) -> None:
        self._error = None
        self._reason_row.set_error("")
        self._number_row.set_error("")
        self._show_target()

    def _on_do(self) -> None:
        if self._do.busy:
            return
        reason = self._reason.code()
        if reason is None:
            self._reason_row.set_error(_("Choose the reason."))
            return
        target = self._target()
        if reason == _OTHER_CASE and self._number.text().strip() and target is None:
            self._number_row.set_error(_("There is no other case of this number that you can open."))
            self._number.setFocus()
            return
        self._do.set_busy(True)
        session, entry_id, note = self._context.session, self._document.entry_id, self._note.text()

        def work(_job: object) -> Changes:
            if target is not None:
                return attachments.move_document(session, entry_id, target, note=note)
            return attachments.withdraw_document(session, entry_id, reason=reason, note=note)

        self._context.tasks.run(
            work,
            lambda changes: self._on_done(changes, moved=target is not None),
            on_error=self._on_refused,
            owner=self,
        )

    def _on_done(self, changes: Changes, *, moved: bool) -> None:
        self._context.hub.tell(changes)
        self._context.navigate.toast(_("Moved to the other case.") if moved else _("Taken out of the case."))
        self.accept()

    def _on_refused(self, error: ShelterError) -> None:
        self._do.set_busy(False)
        self._error = error
        self._show_target()

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is chosen stays."""
        self.set_heading(_("Take this document out of the case?"))
        self._words.set_text(
            _(
                "It moves to the end of the list and is marked. The file stays sealed in the vault, and who may open this "
                "case can still open it, until the person is erased."
            )
        )
        self._reason_row.set_label(_("Reason"))
        self._reason.set_options(
            [
                Option(code, label)
                for code, label in code_list("document_withdrawals").options(current_language())
            ]
        )
        self._number_row.set_label(_("Number of the other case"), _("empty if it is not in this vault"))
        self._note_row.set_label(_("Why, in a few words"))
        self._leave.setText(_("Leave it here"))
        self._show_target()

    def _show_target(self) -> None:
        """Say whose the case is that is named, and what the button will do."""
        target = self._target()
        self._number_row.setVisible(self._reason.code() == _OTHER_CASE)
        self._found.set_text(self._whose(target) if target else "")
        self._found.setVisible(target is not None)
        self._said.set_text(str(self._error) if self._error else "")
        self._said.setVisible(self._error is not None)
        self._do.setText(_("Move it there") if target else _("Take it out"))
        self.fit()

    def _whose(self, case_id: str) -> str:
        (row,) = list_rows(self._context.session, [case_id]).values()
        name = self._context.name(row.name)
        return _("{number}, {name}").format(number=row.number, name=name) if name else row.number
