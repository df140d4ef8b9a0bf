"""One line of the journal with everything that it names."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from shelter_app.casework.journal import JournalLine
from shelter_app.casework.journal_words import action_words, actor_words
from shelter_i18n import _
from shelter_i18n.formats import format_number
from shelter_ui.context import AppContext
from shelter_ui.models.journal_details import detail_words, moment_words
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.texts import Prose, Text

__all__ = ["LineCard"]


class LineCard(Themed, QWidget):
    """Shows a line beside the table; offers the case that it is about, if the person may see it."""

    #: The case of the line is wanted; carries its id.
    case_asked = Signal(str)

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._users: dict[str, str] = {}
        self._line: JournalLine | None = None
        self._card = Card(theme, "", padding=16, spacing=10)
        self._what = Prose(theme, "", "body", "text")
        self._what.setObjectName("journal_line_what")
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(theme.px(12))
        self._facts.setVerticalSpacing(theme.px(6))
        self._facts.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._open = Button(theme, "", icon="folder-open")
        self._open.setObjectName("journal_open_case")
        self._open.clicked.connect(self._on_open)
        self._card.body.addWidget(self._what)
        self._card.body.addLayout(self._facts)
        self._card.body.addWidget(self._open, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        column.addStretch(1)
        self.adopt(theme)
        self.retranslate_ui()

    def set_users(self, users: Mapping[str, str]) -> None:
        """Names by id, for lines that are about somebody."""
        self._users = dict(users)

    def show_line(self, line: JournalLine | None) -> None:
        """Show another line, or none."""
        self._line = line
        self.retranslate_ui()

    def _on_open(self) -> None:
        if self._line is not None and self._line.case_id is not None:
            self.case_asked.emit(self._line.case_id)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        line = self._line
        while self._facts.rowCount():
            self._facts.removeRow(0)
        self._open.setText(_("Open the case"))
        self._open.setVisible(line is not None and line.case_id is not None)
        if line is None:
            self._card.set_title(_("No line chosen"))
            self._what.set_text(_("Choose a line to see what it names."))
            return
        self._card.set_title(_("Line {number}").format(number=format_number(line.seq)))
        self._what.set_text(f"{actor_words(line.actor, line.by_sheets)} {action_words(line.action)}")
        concerning = _("a restricted case") if line.withheld else line.about
        rows = [(_("When"), moment_words(line.at))]
        rows += [(_("Concerning"), concerning)] if concerning else []
        rows += [(_("Computer"), line.letter)] if line.letter else []
        for label, words in (*rows, *detail_words(line, self._users)):
            self._facts.addRow(Text(label, "label", "text2"), Prose(self.theme, words, "label"))
