"""One part of a form: a card with its title, its help and its questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from shelter_app.domain.forms import FieldClass, Form, Section
from shelter_i18n import _
from shelter_ui.forms.editors import Tools
from shelter_ui.forms.grid import FieldGrid
from shelter_ui.forms.question import Question
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.notices import Card, Tag
from shelter_ui.widgets.texts import Prose

__all__ = ["PartPage", "part_page"]


class PartPage(Themed, QWidget):
    """A part of a form on a card."""

    def __init__(self, theme: Theme, section: Section, questions: Sequence[Question]) -> None:
        super().__init__()
        self.section, self.questions = section, list(questions)
        self._card = Card(theme, padding=24, spacing=12)
        self._tag = Tag(theme)
        if section.cls is not FieldClass.HEALTH:
            self._tag.hide()
        self._card.head.addWidget(self._tag)
        self._help = Prose(theme, "", "label", "text2")
        self._card.body.addWidget(self._help)
        place = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        place.setSizePolicy(policy)
        self._fields = FieldGrid(place, gap=theme.px(16), line_gap=theme.field_gap)
        for question in self.questions:
            self._fields.add(question.row, question.span)
        self._card.body.addWidget(place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        self.adopt(theme)
        self.retranslate_ui()

    def restyle(self) -> None:
        """Take the distances of the density in force."""
        self._fields.set_gaps(self.theme.px(16), self.theme.field_gap)

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        self._card.set_title(_(self.section.title))
        self._tag.set_tag(_("health compartment"), "sealed")
        self._help.set_text(_(self.section.help))
        self._help.setVisible(bool(self.section.help))


def part_page(form: Form, number: int, tools: Tools, sealed: Collection[str], *, parent: QObject) -> PartPage:
    """The part of a form with this number, without answers; `sealed` are ids of fields, `parent` keeps the questions."""
    section = form.sections[number]
    questions = [
        Question(field, form.class_of(field.id), tools, sealed=field.id in sealed, parent=parent)
        for field in section.fields
    ]
    return PartPage(tools.theme, section, questions)
