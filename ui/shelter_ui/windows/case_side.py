"""The cards beside the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.casework.cases import CaseView
from shelter_app.casework.drafts import OpenDraft
from shelter_app.domain.codelists import code_list
from shelter_app.vault.rights import Right
from shelter_i18n import _, ngettext
from shelter_i18n.formats import join_facts, join_list
from shelter_ui.context import AppContext
from shelter_ui.models.case_side import consent_lines, missing_codes, open_questions, summary_facts
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.texts import IconLabel, Prose, Text
from shelter_ui.windows.draft_link import DraftLink, draft_title

__all__ = ["CaseSide"]

_RULE_TONES: Mapping[str, str] = {"may_contact": "ok", "never": "alert", "ask_first": "warning"}


class CaseSide(Themed, QWidget):
    """Consent in force, people around, what is still open, other cases; for an officer the facts of the summary."""

    #: Fill a form at one of its questions: form id, field id.
    form_asked = Signal(str, str)
    #: Go on with an `OpenDraft`.
    draft_asked = Signal(object)

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._view: CaseView | None = None
        self._drafts: Sequence[OpenDraft] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(context.theme.px(12))
        context.names_shown_changed.connect(self._show)
        self.adopt(context.theme)

    def show_case(self, view: CaseView, drafts: Sequence[OpenDraft]) -> None:
        """Show what belongs beside this case, and the reader's own drafts in it."""
        self._view, self._drafts = view, drafts
        self._show()

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        self._show()

    def _show(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        view = self._view
        if view is None:
            return
        officer = not self._context.session.sees_names
        cards = [self._summary(view), self._missing(view)] if officer else []
        cards += [
            self._waiting(),
            self._consent(view),
            self._people(view),
            self._open(view),
            self._others(view),
        ]
        for card in cards:
            if card is not None:
                self._column.addWidget(card)
        self._column.addStretch(1)

    def _waiting(self) -> Card | None:
        if not self._drafts:
            return None
        card = Card(self.theme, _("Drafts"), spacing=2)
        card.setObjectName("case_drafts")
        for draft in self._drafts:
            link = DraftLink(self.theme, draft, draft_title(draft))
            link.opened.connect(lambda each=draft: self.draft_asked.emit(each))
            card.body.addWidget(link)
        return card

    def _consent(self, view: CaseView) -> Card:
        card = Card(self.theme, _("Consent in force"))
        for line in consent_lines(view.of_form("consent"), self._context.session.today):
            row = QHBoxLayout()
            row.setSpacing(self.theme.px(8))
            top = Qt.AlignmentFlag.AlignTop
            row.addWidget(IconLabel(self.theme, line.icon, 16, line.tone, line="label"), 0, top)
            row.addWidget(Text(line.label, "label", wrap=True), 1)
            row.addWidget(Text(line.words, "label", line.tone), 0, top)
            card.body.addLayout(row)
        return card

    def _people(self, view: CaseView) -> Card | None:
        values = view.person.values if view.person else {}
        rows = [row for row in values.get("relations") or () if row.get("name") or row.get("relation")]
        if not rows or not self._context.names_shown:
            return None
        card = Card(self.theme, _("People around"))
        relations, rules = code_list("relation_kinds"), code_list("contact_rules")
        for row in rows[:6]:
            kind = relations.label(str(row["relation"])) if row.get("relation") else ""
            words = join_facts((str(row.get("name") or ""), kind))
            line = QHBoxLayout()
            line.setSpacing(self.theme.px(6))
            line.addWidget(Text(words, "label", wrap=True), 1)
            if rule := row.get("contact_rule"):
                tone = _RULE_TONES.get(str(rule), "muted")
                line.addWidget(Text(rules.label(str(rule)), "label", tone), 0, Qt.AlignmentFlag.AlignTop)
            card.body.addLayout(line)
        return card

    def _open(self, view: CaseView) -> Card | None:
        session = self._context.session
        questions = open_questions(view, names_open=session.sees_names)
        if not questions or not session.may(Right.WRITE_CASE) or not session.sees_names:
            return None
        card = Card(self.theme, _("Still open in the record"), spacing=2)
        card.body.addWidget(
            Prose(
                self.theme, _("Fill in when it feels right, nothing here blocks the case."), "label", "text2"
            )
        )
        for question in questions:
            link = Button(self.theme, question.label, "link")
            link.clicked.connect(
                lambda _checked=False, q=question: self.form_asked.emit(q.form_id, q.field_id)
            )
            card.body.addWidget(link)
        return card

    def _others(self, view: CaseView) -> Card | None:
        if not view.other_cases:
            return None
        card = Card(self.theme, _("Other cases of this person"), spacing=2)
        for case in view.other_cases:
            link = Button(self.theme, case.number, "link")
            link.clicked.connect(
                lambda _checked=False, case_id=case.id: self._context.navigate.open_case(case_id)
            )
            card.body.addWidget(link)
        return card

    def _summary(self, view: CaseView) -> Card:
        card = Card(self.theme, _("For the summary"))
        place = QWidget()
        grid = QGridLayout(place)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        grid.setVerticalSpacing(self.theme.px(6))
        for line, (label, words) in enumerate(summary_facts(view)):
            name = Text(label, "label", "text2", wrap=True)
            name.setFixedWidth(self.theme.px(100))
            grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            tone = "text" if words else "muted"
            grid.addWidget(Prose(self.theme, words or _("Not stated"), "label", tone), line, 1)
        card.body.addWidget(place)
        return card

    def _missing(self, view: CaseView) -> Card | None:
        missing = missing_codes(view)
        if not missing:
            return None
        count = len(missing)
        title = ngettext("{number} code still missing", "{number} codes still missing", count)
        card = Card(self.theme, title.format(number=count))
        words = _('Not coded yet: {names}. The case counts as "not stated" there until then.')
        card.body.addWidget(Prose(self.theme, words.format(names=join_list(missing)), "label", "text2"))
        return card
