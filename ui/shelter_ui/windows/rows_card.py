"""A card with one row for each thing that was done before, or a sentence where there is none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, rule
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.texts import Prose

__all__ = ["RowsCard"]


class RowsCard(Themed, QWidget):
    """Rows under a title, with a line between them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._card = Card(theme, padding=16, spacing=2)
        self._none = Prose(theme, "", "label", "text2")
        self._card.body.addWidget(self._none)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._card.body.addLayout(self._rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        self.adopt(theme)
        self.retranslate_ui()

    def set_words(self, title: str, none: str) -> None:
        """The title, and the sentence that stands where there are no rows."""
        self._card.set_title(title)
        self._none.set_text(none)

    def show_rows(self, rows: Sequence[QWidget]) -> None:
        """Show these rows instead of those before."""
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, row in enumerate(rows):
            if place:
                self._rows.addWidget(rule())
            self._rows.addWidget(row)
        self._none.setVisible(not rows)
