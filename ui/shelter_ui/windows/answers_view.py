"""A filled form to read: question and answer in parts, hatches where something is withheld."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from shelter_app.casework.entries import Entry
from shelter_app.domain.forms import (
    Field,
    FieldClass,
    Form,
    Kind,
    Section,
    is_empty,
    read_date,
    visible_fields,
)
from shelter_app.domain.values import value_text
from shelter_i18n import _
from shelter_i18n.formats import join_list
from shelter_ui.context import AppContext
from shelter_ui.models.sealed_words import sealed_words
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.notices import Card, EmptyState, SealedBlock
from shelter_ui.widgets.texts import Prose, SelectableProse, Text

__all__ = ["AnswersView", "field_rows"]


def field_rows(field: Field, value: Any, users: Mapping[str, str]) -> list[str]:
    """An answer as paragraphs: one for each row of a group."""
    if field.kind is Kind.GROUP and isinstance(value, list):
        return [text for row in value if (text := value_text(field, [row], users=users))]
    text = value_text(field, value, users=users)
    date = read_date(value) if field.kind is Kind.DATE else None
    if date is not None and date.text and date.precision != "text":
        return [text, _("Written as: {text}").format(text=date.text)]
    return [text] if text else []


class AnswersView(Themed, QWidget):
    """The answers of one entry on cards, one card for each part that says something."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._entry: Entry | None = None
        self._users: Mapping[str, str] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(context.theme.px(12))
        context.names_shown_changed.connect(self._show)
        self.adopt(context.theme)

    def show_entry(self, entry: Entry | None, users: Mapping[str, str]) -> None:
        """Show this entry; None says that there is nothing yet."""
        self._entry, self._users = entry, users
        self._show()

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        self._show()

    def _show(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        entry = self._entry
        if entry is None or (entry.form is not None and not entry.values and not entry.reading.sealed):
            empty = EmptyState(self.theme, "file-text")
            empty.set_words(_("Nothing recorded yet"), _("Fill in what is known; everything may stay open."))
            self._column.addWidget(empty)
        elif entry.form is None:
            card = Card(self.theme, _("Health"))
            words = sealed_words(self._context.session, FieldClass.HEALTH)
            card.body.addWidget(SealedBlock(self.theme, words))
            self._column.addWidget(card)
        else:
            self._show_form(entry, entry.form)
        self._column.addStretch(1)

    def _show_form(self, entry: Entry, declared: Form) -> None:
        asked = {field.id for field in visible_fields(declared, entry.values)}
        open_parts = []
        for section in declared.sections:
            card = self._card(entry, declared, section, asked)
            if card is None:
                open_parts.append(_(section.title))
            else:
                self._column.addWidget(card)
        if open_parts:
            words = _("Still empty: {parts}.").format(parts=join_list(open_parts))
            self._column.addWidget(Prose(self.theme, words, "label", "muted"))

    def _withheld(self, entry: Entry, cls: FieldClass) -> str:
        if cls.value in entry.reading.damaged:
            return _("Damaged: this part cannot be read. Check the vault.")
        if cls.value in entry.reading.sealed:
            return sealed_words(self._context.session, cls)
        if cls is not FieldClass.CODED and not self._context.names_shown:
            # Without the key nothing was written into this compartment, or it would be among what is sealed.
            return _("Hidden. F12 shows it.") if self._context.session.sees_names else ""
        return ""

    def _card(self, entry: Entry, declared: Form, section: Section, asked: set[str]) -> Card | None:
        card = Card(self.theme, _(section.title), padding=20)
        place = QWidget()
        grid = QGridLayout(place)
        grid.setContentsMargins(0, 0, 0, 0)
        px = self.theme.px
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(8))
        grid.setColumnMinimumWidth(0, px(200))
        grid.setColumnStretch(1, 1)
        line = 0
        withheld: list[str] = []
        for field in section.fields:
            why = self._withheld(entry, declared.class_of(field.id))
            if why:
                if why not in withheld:
                    withheld.append(why)
                continue
            value = entry.values.get(field.id)
            if field.id not in asked or is_empty(value):
                continue
            label = Text(_(field.label), "label", "text2", wrap=True)
            label.setFixedWidth(px(200))
            grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
            for paragraph in field_rows(field, value, self._users):
                answer = SelectableProse(self.theme, paragraph, "body", "text")
                grid.addWidget(answer, line, 1)
                line += 1
        for why in withheld:
            grid.addWidget(SealedBlock(self.theme, why, height=26), line, 0, 1, 2)
            line += 1
        if not line:
            card.deleteLater()
            return None
        card.body.addWidget(place)
        return card
