"""The panel beside the rows of a register: one row as it is written, what is asked about it, and the answers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.exchange.registers import Reason, RegisterRow
from shelter_i18n import _, ngettext
from shelter_i18n.formats import join_facts
from shelter_ui.context import AppContext
from shelter_ui.models.register_decisions import Decisions, Place, place_of
from shelter_ui.models.register_table import (
    PRIVATE_TARGETS,
    date_words,
    name_of,
    outcome_look,
    row_words,
    target_of,
    written,
)
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Card, SealedBlock
from shelter_ui.widgets.texts import IconLabel, Prose, Text
from shelter_ui.windows.import_cards import ChoiceCards

__all__ = ["RowPanel", "cell_ref"]

#: Fields whose cells are always shown.
_FIRST = (
    "person.name_native", "person.name_latin", "person.family_name", "person.given_name", "person.birth",
    "person.age", "intake.registered_on",
)  # fmt: skip


def cell_ref(decisions: Decisions, row: RegisterRow, header: str) -> str:
    """The cell that a header of a row stands for, as a spreadsheet calls it: "D137"."""
    for info in decisions.base.columns:
        if info.sheet == row.sheet and header in {info.column.header, info.column.letter}:
            return f"{info.column.letter}{row.row}"
    target = target_of(decisions.base, row.sheet, header)
    return row.cells.get(target, "") if target else ""


class _Cells(Themed, QWidget):
    """Cells of a row: reference and header at the left, the text as it is written at the right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(10))
        self._grid.setVerticalSpacing(theme.px(2))
        self._grid.setColumnStretch(1, 1)
        self.adopt(theme)

    def show_lines(self, lines: Sequence[tuple[str, str, bool]]) -> None:
        """Show (label, text, hidden)."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        top = Qt.AlignmentFlag.AlignTop
        for number, (label, text, hidden) in enumerate(lines):
            name = Text(label, "label", "muted", wrap=True)
            name.setFixedWidth(self.theme.px(112))
            value: QWidget = (
                SealedBlock(self.theme, _("Hidden"), height=22)
                if hidden
                else Prose(self.theme, text, "label", "text")
            )
            self._grid.addWidget(name, number, 0, top)
            self._grid.addWidget(value, number, 1, top)


class RowPanel(Themed, QWidget):
    """One row of a register, and the decision about it."""

    #: The person has confirmed a decision: place, (reason, option), whether for all that ask the same.
    decided = Signal(object, object, bool)
    #: Ask again what was decided about this place.
    taken_back = Signal(object)
    #: Go to the next question without deciding.
    skipped = Signal()

    def __init__(self, theme: Theme, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._decisions: Decisions | None = None
        self._place: Place | None = None
        self._everything = False
        self._icon = IconLabel(theme, "circle-question-mark", 18, "warning")
        self._title, self._count = Text("", "section", wrap=True), Text("", "caption", "muted")
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self._icon)
        head.addWidget(self._title, 1)
        head.addWidget(self._count)
        self._cells_card = Card(theme, padding=10, spacing=6)
        self._cells = _Cells(theme)
        self._cells_card.body.addWidget(self._cells)
        self._more = Button(theme, "", "link")
        self._more.setObjectName("more_cells")
        self._cells_card.body.addWidget(self._more)
        self._others = QVBoxLayout()
        self._others.setSpacing(theme.px(6))
        self._question = Prose(theme, "", "body", "text")
        self.cards = ChoiceCards(theme)
        self._links = QVBoxLayout()
        self._links.setSpacing(theme.px(4))
        self.alike = QCheckBox()
        self.alike.setObjectName("decide_alike")
        self.confirm = Button(theme, "", "primary")
        self.confirm.setObjectName("decide_confirm")
        self._skip = Button(theme)
        self._skip.setObjectName("decide_skip")
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(4))
        row.setSpacing(theme.px(8))
        row.addWidget(self.confirm, 1)
        row.addWidget(self._skip)
        #: The owner puts these below the panel, where they are seen however far it is scrolled.
        self.answer = QWidget()
        below = QVBoxLayout(self.answer)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(theme.px(6))
        below.addWidget(self.alike)
        below.addWidget(self._buttons)
        self._remarks_title, self._remarks = (
            Text("", "label", medium=True),
            Prose(theme, "", "label", "text2"),
        )
        self._again = Button(theme, "", size="small", icon="undo-2")
        self._again.setObjectName("decide_again")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(self._cells_card)
        column.addLayout(self._others)
        column.addWidget(self._question)
        column.addLayout(self._links)
        column.addWidget(self.cards)
        column.addWidget(self._remarks_title)
        column.addWidget(self._remarks)
        column.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.cards.chosen.connect(lambda _code: self._show_buttons())
        self.cards.confirmed.connect(self._on_confirm)
        self.confirm.clicked.connect(self._on_confirm)
        self._skip.clicked.connect(self.skipped)
        self._again.clicked.connect(lambda: self.taken_back.emit(self._place))
        self._more.clicked.connect(self._on_more)
        context.names_shown_changed.connect(self.refresh)
        self.adopt(theme)

    def show_row(self, decisions: Decisions, place: Place | None) -> None:
        """Show a row and what is asked about it."""
        if place != self._place:
            self.cards.set_options(())
            self.alike.setChecked(False)
            self._everything = False
        self._decisions, self._place = decisions, place
        self.refresh()

    @property
    def place(self) -> Place | None:
        """The row that is shown."""
        return self._place

    def question_text(self) -> str:
        """What is asked."""
        return self._question.plain_text()

    def retranslate_ui(self) -> None:
        """Fetch the texts; the choice stays."""
        self.refresh()

    def refresh(self) -> None:
        """Show the row as it is now."""
        decisions, place = self._decisions, self._place
        row = decisions.row(place) if decisions and place else None
        self.setVisible(row is not None)
        self.answer.setVisible(row is not None and decisions is not None and bool(row.open_decisions))
        if decisions is None or row is None:
            return
        asked = decisions.question(row)
        self._title.setText(row_words(row))
        word, tone, icon = outcome_look(row, asked=decisions.was_asked(row))
        self._icon.set_icon(icon, tone)
        self._icon.setAccessibleName(word)
        open_places = [place_of(each) for each in decisions.open_rows()]
        self._count.setText(
            _("{number} of {total}").format(
                number=open_places.index(place_of(row)) + 1, total=len(open_places)
            )
            if place_of(row) in open_places
            else word
        )
        self._show_cells(row)
        self._show_others(row, asked)
        self._question.setVisible(asked is not None)
        self._question.set_text(asked.text() if asked else "")
        self._show_links(asked)
        self.cards.setVisible(asked is not None)
        self.cards.set_options([(o.code, _(o.label), _(o.effect)) for o in asked.options] if asked else ())
        alike = decisions.alike(row)
        self.alike.setVisible(asked is not None and alike > 0)
        self.alike.setText(
            ngettext(
                "The {number} other row of this kind too", "The {number} other rows of this kind too", alike
            ).format(number=alike)
        )
        self._buttons.setVisible(asked is not None)
        self._show_buttons()
        self._show_remarks(row)
        self._again.setVisible(decisions.decided(row))
        self._again.setText(_("Decide again"))

    def _show_buttons(self) -> None:
        last = self._decisions is not None and len(self._decisions.open_rows()) <= 1
        self.confirm.setText(_("Confirm") if last else _("Confirm, show the next"))
        self.confirm.setEnabled(bool(self.cards.value()))
        self.confirm.setAccessibleDescription("" if self.cards.value() else _("Choose an answer first."))
        self._skip.setText(_("Skip"))

    def _show_cells(self, row: RegisterRow) -> None:
        assert self._decisions is not None
        preview, lines = self._decisions.base, []
        concerned = {reason.cell for reason in row.reasons if reason.cell}
        rest = 0
        for header, text in row.original:
            target, where = target_of(preview, row.sheet, header), cell_ref(self._decisions, row, header)
            first = target in _FIRST or (where and where in concerned) or not row.is_person
            if first or self._everything:
                hidden = not self._context.names_shown and (target in PRIVATE_TARGETS or target is None)
                lines.append((f"{where} {header}".strip(), text, hidden))
            else:
                rest += 1
        self._cells.show_lines(lines)
        self._more.setVisible(rest > 0 or self._everything)
        self._more.setText(
            _("Fewer cells")
            if self._everything
            else ngettext("{number} more cell", "{number} more cells", rest).format(number=rest)
        )

    def _on_more(self) -> None:
        self._everything = not self._everything
        self.refresh()

    def _show_others(self, row: RegisterRow, asked: Reason | None) -> None:
        """The other rows that one decision is about, to compare."""
        _clear(self._others)
        assert self._decisions is not None
        for place in asked.group if asked else ():
            other = self._decisions.row(place)
            if other is None or place == place_of(row):
                continue
            self._others.addWidget(self._other_row(other))

    def _other_row(self, row: RegisterRow) -> Prose:
        """Another row in two lines: who it is about, and what it is known by."""
        assert self._decisions is not None
        preview, hidden = self._decisions.base, not self._context.names_shown
        document = written(preview, row, "person.documents.number")
        registered = written(preview, row, "intake.registered_on")
        parts = [
            _("Name hidden") if hidden else name_of(preview, row),
            written(preview, row, "person.sex"),
            date_words(row.values.get("person.birth")),
            "" if hidden else document,
            _("registered {day}").format(day=registered) if registered else "",
        ]
        words = Prose(self.theme, "", "label", "text2")
        words.set_text(join_facts(parts), _("Row {row}:").format(row=row.row))
        return words

    def _show_links(self, asked: Reason | None) -> None:
        _clear(self._links)
        if asked is None or asked.code != "in_vault":
            return
        for number in str(asked.values.get("cases", "")).split(", "):
            link = Button(self.theme, _("Show {number}").format(number=number), "link")
            link.clicked.connect(
                lambda _checked=False, number=number: self._context.navigate.open_search(number)
            )
            self._links.addWidget(link)

    def _show_remarks(self, row: RegisterRow) -> None:
        remarks = [reason for reason in row.reasons if reason.severity != "decision"]
        private = not self._context.names_shown
        texts = [
            f"{reason.cell} {_('Hidden together with the names') if private and reason.values.get('text') else reason.text()}".strip()
            for reason in remarks
        ]
        self._remarks_title.setVisible(bool(texts))
        self._remarks_title.setText(_("Remarks"))
        self._remarks.setVisible(bool(texts))
        self._remarks.set_text("\n".join(texts))

    def _on_confirm(self) -> None:
        row = self._decisions.row(self._place) if self._decisions and self._place else None
        asked = self._decisions.question(row) if self._decisions and row else None
        if asked is None or not self.cards.value():
            return
        alike = self.alike.isChecked() and not self.alike.isHidden()
        code = self.cards.value()
        self.alike.setChecked(False)
        self.cards.set_value("")
        self.decided.emit(self._place, (asked.code, code), alike)


def _clear(layout: QVBoxLayout) -> None:
    """Take every widget out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
