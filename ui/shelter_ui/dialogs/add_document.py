"""Adding one file or several to a case: what they are, from when, and with which key they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from shelter_app.casework import attachments
from shelter_app.domain.codelists import code_list
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.widgets.choice import ChoiceBox
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.options import Option
from shelter_ui.widgets.partial_date_edit import PartialDateEdit
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.texts import Prose, Text

__all__ = ["AddDocumentDialog"]


class AddDocumentDialog(Dialog):
    """Everything may stay empty; the files are sealed one after the other."""

    def __init__(
        self, context: AppContext, parent: QWidget | None, case_id: str, paths: Sequence[Path]
    ) -> None:
        super().__init__(context.theme, parent, width=560)
        theme, session = context.theme, context.session
        self.setObjectName("add_document_dialog")
        self._context, self._case_id, self._paths = context, case_id, list(paths)
        self._error: ShelterError | None = None
        self._names = Text("", "body", medium=True, wrap=True)
        self._kind = ChoiceBox(theme)
        self._kind.setObjectName("document_kind")
        self._date = PartialDateEdit(theme, today=lambda: session.today, modes=("date",))
        self._date.setObjectName("document_date")
        self._description = LineEdit(theme)
        self._description.setObjectName("document_description")
        self._rows = [FieldRow(theme, field) for field in (self._kind, self._date, self._description)]
        self._health = QCheckBox()
        self._health.setObjectName("document_health")
        self._health.setVisible(attachments.may_add(session, health=True))
        self._note = Prose(theme, "", "label", "text2")
        self._progress = ProgressPanel(theme)
        self._said = Prose(theme, "", "label", "alert")
        for widget in (self._names, *self._rows, self._health, self._note, self._progress, self._said):
            self.body.addWidget(widget)
        self._leave = self.add_button("", self.reject, name="leave")
        self._do = self.add_button("", self._on_add, "primary", name="do_add_document")
        self.retranslate_ui()
        self._kind.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_add(self) -> None:
        if self._do.busy:
            return
        if self._date.problem():
            self._rows[1].set_error(self._date.problem())
            return
        values = {
            "kind": self._kind.code(), "dated_on": self._date.value(), "description": self._description.text().strip(),
        }  # fmt: skip
        self._do.set_busy(True)
        session, case_id, health = self._context.session, self._case_id, self._health.isChecked()
        left = list(self._paths)

        def seal(job: object) -> Changes:
            for number, path in enumerate(left):
                attachments.add_document(session, case_id, path, values, health=health)
                self._paths.remove(path)
                job.progress(number + 1, len(left))  # type: ignore[attr-defined]
            return Changes.of(case_id, "entry")

        running = self._context.tasks.run(seal, self._on_added, on_error=self._on_refused, owner=self)
        self._progress.follow(running, _("Sealing"))

    def _on_added(self, changes: Changes) -> None:
        self._context.hub.tell(changes)
        self._context.navigate.toast(
            _("Sealed in the vault. The file that you chose still lies where it was; delete it there.")
        )
        self._do.set_busy(False)
        self.accept()

    def _on_refused(self, error: ShelterError) -> None:
        self._do.set_busy(False)
        self._error = error
        self._context.hub.tell(Changes.of(self._case_id, "entry"))
        self.retranslate_ui()

    def reject(self) -> None:
        """Not while it is sealing."""
        if not self._do.busy:
            super().reject()

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        number = len(self._paths)
        self.set_heading(
            ngettext("Add {number} file to the case", "Add {number} files to the case", number).format(
                number=format_number(number)
            )
        )
        names = [path.name for path in self._paths[:4]]
        self._names.setText("\n".join([*names, "..."] if number > len(names) else names))
        for row, label in zip(
            self._rows,
            (_("What it is"), _("Date of the document or photo"), _("What it shows or says")),
            strict=True,
        ):
            row.set_label(label)
        self._kind.set_options(
            [Option(code, label) for code, label in code_list("attachment_kinds").options()]
        )
        self._health.setText(_("Keep it with health: only who holds the health key can open it"))
        self._note.set_text(
            _(
                "Files up to {number} MB. Photos are kept as they are, also with what the camera wrote into them."
            ).format(number=attachments.LARGEST_MB)
        )
        self._said.set_text(str(self._error) if self._error else "")
        self._said.setVisible(self._error is not None)
        self._leave.setText(_("Leave without adding"))
        self._do.setText(_("Seal and add"))
