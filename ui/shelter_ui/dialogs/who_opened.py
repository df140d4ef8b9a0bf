"""Who dealt with a case, from the journal."""

from __future__ import annotations

from PySide6.QtWidgets import QHeaderView, QWidget

from shelter_app.casework.journal import Opener, who_opened
from shelter_app.errors import ShelterError
from shelter_i18n import _
from shelter_i18n.formats import format_number
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.models.journal_details import moment_words
from shelter_ui.models.rows import RowsModel
from shelter_ui.widgets.tables import Cell, TableCard, TableView
from shelter_ui.widgets.texts import Prose

__all__ = ["WhoOpenedDialog"]


class WhoOpenedDialog(Dialog):
    """A row for each person: when first, when last, how often they read the case, what they changed."""

    def __init__(self, context: AppContext, case_id: str, number: str, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, parent, width=760)
        self.setObjectName("who_opened_dialog")
        theme = context.theme
        self._number = number
        self._words = Prose(theme, "", "label", "text2")
        self.model: RowsModel[Opener] = RowsModel(
            [
                (lambda: _("Who"), lambda opener: Cell(opener.name, medium=True)),
                (lambda: _("First"), lambda opener: Cell(moment_words(opener.first))),
                (lambda: _("Last"), lambda opener: Cell(moment_words(opener.last))),
                (lambda: _("Times read"), lambda opener: Cell(format_number(opener.readings), right=True)),
                (lambda: _("Changes"), lambda opener: Cell(_changes(opener), right=True)),
            ],
            self,
        )
        self.table = TableView(theme)
        self.table.setObjectName("openers")
        self.table.setModel(self.model)
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 150), (2, 150), (3, 100), (4, 150)):
            self.table.setColumnWidth(column, theme.px(width))
        self.table.setMinimumSize(theme.px(700), theme.px(260))
        self.body.addWidget(self._words)
        self.body.addWidget(TableCard(theme, self.table))
        self._leave = self.add_button("", self.reject, name="leave")
        session = context.session
        context.tasks.run(
            lambda _job: who_opened(session, case_id), self.model.set_rows, on_error=self._on_refused, owner=self
        )  # fmt: skip
        self.retranslate_ui()

    def _on_refused(self, error: ShelterError) -> None:
        self._words.set_text(str(error))

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self.set_heading(f"{self._number}: {_('Who dealt with this case')}")
        self._words.set_text(
            _(
                "From the journal, which nobody can change without it being found. Looking here is a line of the journal too."
            )
        )
        self._leave.setText(_("Close"))
        self.table.setAccessibleName(_("Who dealt with this case"))
        self.model.renew()


def _changes(opener: Opener) -> str:
    if not opener.began:
        return format_number(opener.changes)
    return (
        f"{_('opened the case')}, {format_number(opener.changes)}" if opener.changes else _("opened the case")
    )
