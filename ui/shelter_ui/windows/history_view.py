"""Every state of an entry: who typed it when, and what each correction changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from shelter_app.casework.entries import form_of
from shelter_app.casework.sealing import Reading
from shelter_app.domain.forms import FieldClass, is_empty, visible_fields
from shelter_app.domain.values import value_text
from shelter_i18n import _
from shelter_i18n.formats import format_time
from shelter_ui.context import AppContext
from shelter_ui.models.changes import field_changes
from shelter_ui.models.sealed_words import sealed_words
from shelter_ui.widgets.base import Themed, rule
from shelter_ui.widgets.notices import Card, SealedBlock
from shelter_ui.widgets.texts import Prose, Text
from shelter_ui.windows.change_lines import add_answer, add_change

__all__ = ["HistoryView"]


class HistoryView(Themed, QWidget):
    """The newest state first; old reading above new reading, changed words underlined."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._readings: list[Reading] = []
        self._users: Mapping[str, str] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(context.theme.px(12))
        context.names_shown_changed.connect(self._show)
        self.adopt(context.theme)

    def show_history(self, readings: Sequence[Reading], users: Mapping[str, str]) -> None:
        """Show these states, given oldest first."""
        self._readings, self._users = list(readings), users
        self._show()

    def restyle(self) -> None:
        """Take the colours of the palette in force."""
        self._show()

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        self._show()

    def _show(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place in reversed(range(len(self._readings))):
            before = self._readings[place - 1] if place else None
            self._column.addWidget(self._card(place, before, self._readings[place]))
        self._column.addStretch(1)

    def _card(self, place: int, before: Reading | None, reading: Reading) -> Card:
        card = Card(
            self.theme, _("Correction {number}").format(number=place) if place else _("First version")
        )
        card.setObjectName(f"revision_{place}")
        moment = dt.datetime.fromisoformat(reading.revision.typed_at).astimezone()
        who = self._users.get(reading.revision.typed_by, reading.revision.typed_by)
        card.head.addWidget(
            Text(_("{who}, {moment}").format(who=who, moment=format_time(moment)), "label", "text2")
        )
        if before is None:
            self._fill_first(card, reading)
        else:
            changes = field_changes(before, reading, self._users, names_shown=self._context.names_shown)
            for number, change in enumerate(changes):
                if number:
                    card.body.addWidget(rule())
                add_change(self.theme, card, change)
            if not changes and not reading.sealed:
                card.body.addWidget(
                    Prose(self.theme, _("Nothing that you may see has changed."), "label", "muted")
                )
        if reading.damaged:
            words = _("Damaged: this part cannot be read. Check the vault.")
            card.body.addWidget(Prose(self.theme, words, "label", "alert"))
        elif reading.sealed:
            session = self._context.session
            for cls in (FieldClass.IDENTIFYING, FieldClass.HEALTH):
                if cls.value in reading.sealed:
                    card.body.addWidget(SealedBlock(self.theme, sealed_words(session, cls), height=26))
        return card

    def _fill_first(self, card: Card, reading: Reading) -> None:
        declared = form_of(reading)
        if declared is None:
            return
        for field in visible_fields(declared, reading.values):
            value = reading.values.get(field.id)
            coded = declared.class_of(field.id).value == "coded"
            if is_empty(value) or not (coded or self._context.names_shown):
                continue
            text = value_text(field, value, users=self._users)
            add_answer(self.theme, card, _(field.label), text)
