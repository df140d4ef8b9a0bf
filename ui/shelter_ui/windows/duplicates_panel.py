"""Who in the vault may be the person at hand: a short list, and the two side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from shelter_app.casework.people import Candidate, all_names
from shelter_app.domain.forms import form
from shelter_app.domain.values import value_text
from shelter_i18n import N_, _, ngettext, pgettext
from shelter_i18n.formats import join_list
from shelter_ui.context import AppContext
from shelter_ui.widgets.base import Themed, rule, set_ground
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner, EmptyState
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.texts import IconLabel, Prose, Text

__all__ = ["DuplicatesPanel"]

_LABELS: Final = {
    "name": N_("Name"),
    "birth": N_("Date of birth"),
    "sex": N_("Sex"),
    "citizenship": N_("Citizenship"),
    "documents": N_("Documents"),
}
_MARKS: Final = {"same": ("check", "ok"), "differs": ("x", "alert"), "open": ("minus", "muted")}
_MOST: Final = 4


class DuplicatesPanel(Themed, QWidget):
    """Compares what is typed with people of the vault; the person at the desk decides."""

    #: Open this case.
    opened = Signal(str)
    #: A new case for this person.
    same = Signal(str)
    #: It is somebody else.
    different = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        theme, px = context.theme, context.theme.px
        self._typed: Mapping[str, Any] = {}
        self._candidates: list[Candidate] = []
        self._chosen = 0
        set_ground(self, "surface")
        self.setFixedWidth(px(372))
        self._over = Text("", "label", "text2")
        self._title = Text("", "section")
        self._which = Segmented(theme, required=True, ticked=False)
        self._which.changed.connect(self._on_which)
        self._intro = Prose(theme, "", "label", "text2")
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(6))
        self._verdict = Banner(theme, "info")
        self._empty = EmptyState(theme, "users")
        self.open = Button(theme, "", "primary")
        self.open.setObjectName("open_existing")
        self.again = Button(theme, "", "secondary")
        self.again.setObjectName("same_person")
        self.other = Button(theme, "", "text")
        self.other.setObjectName("not_the_same")
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(20), px(16), px(20), px(8))
        column.setSpacing(px(6))
        for widget in (self._over, self._title, self._which, self._intro, self._table, self._verdict):
            column.addWidget(widget)
        column.addWidget(self._empty, 1)
        column.addStretch(1)
        set_ground(inner, "surface")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, px(16))
        outer.setSpacing(px(10))
        outer.addWidget(scroll, 1)
        for button in (self.open, self.again, self.other):
            line = QVBoxLayout()
            line.setContentsMargins(px(20), 0, px(20), 0)
            line.addWidget(button)
            outer.addLayout(line)
        self.open.clicked.connect(self._on_open)
        self.again.clicked.connect(self._on_again)
        self.other.clicked.connect(self.different)
        context.names_shown_changed.connect(self._show)
        self.adopt(theme)
        self.retranslate_ui()

    def show_candidates(self, typed: Mapping[str, Any], candidates: Sequence[Candidate]) -> None:
        """Compare `typed` with these people, the likeliest first."""
        kept = self._candidates[self._chosen].person_id if self._candidates else ""
        self._typed, self._candidates = dict(typed), list(candidates)[:_MOST]
        ids = [candidate.person_id for candidate in self._candidates]
        self._chosen = ids.index(kept) if kept in ids else 0
        self._show()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Who is compared."""
        return tuple(self._candidates)

    def _candidate(self) -> Candidate | None:
        return self._candidates[self._chosen] if self._candidates else None

    def _on_which(self, code: object) -> None:
        self._chosen = int(str(code))
        self._show()

    def _on_open(self) -> None:
        if (candidate := self._candidate()) is not None:
            self.opened.emit(candidate.row.case_id)

    def _on_again(self) -> None:
        if (candidate := self._candidate()) is not None:
            self.same.emit(candidate.person_id)

    def _show(self) -> None:
        candidate = self._candidate()
        for widget in (self._intro, self._table, self._verdict, self.open, self.again, self.other):
            widget.setVisible(candidate is not None)
        self._over.setVisible(candidate is not None)
        self._title.setVisible(candidate is not None)
        self._which.setVisible(len(self._candidates) > 1)
        self._empty.setVisible(candidate is None)
        if candidate is None:
            self._show_nobody()
            return
        self._which.set_options([(str(n), str(n + 1)) for n in range(len(self._candidates))])
        self._which.set_value(str(self._chosen))
        self._which.setAccessibleName(_("Whom to compare with"))
        self._intro.set_text(
            _("Left: the person you are registering. Right: {number}.").format(number=candidate.row.number)
        )
        self._fill(candidate)
        same = sum(1 for _what, state, _value in candidate.facts if state == "same")
        differs = sum(1 for _what, state, _value in candidate.facts if state == "differs")
        words = ngettext("{number} thing agrees", "{number} things agree", same).format(number=same)
        against = ngettext("{number} differs", "{number} differ", differs).format(number=differs)
        self._verdict.set_words("", _("{agreeing}, {differing}.").format(agreeing=words, differing=against))
        self._verdict.set_tone("warning" if same > differs else "info")

    def _show_nobody(self) -> None:
        if not self._context.session.sees_names:
            self._empty.set_words(
                _("Names are sealed"), _("Without the key to names nobody can be compared with the vault.")
            )
        elif self._typed:
            self._empty.set_words(
                _("Nobody like this in the vault"), _("Go on to the intake, or add what else is known.")
            )
        else:
            self._empty.set_words(
                _("People who may be the same"),
                _("Begin with a name or a document. Whoever is in the vault already is shown here."),
            )

    def _fill(self, candidate: Candidate) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        heads = ("", "", _("Registering"), _("In the vault"))
        for place, words in enumerate(heads):
            self._grid.addWidget(Text(words, "label", "text2"), 0, place)
        line = 1
        for what, state, value in candidate.facts:
            self._grid.addWidget(rule(), line, 0, 1, 4)
            icon, tone = _MARKS[state]
            mark = IconLabel(self.theme, icon, 16, tone)
            mark.setAccessibleName(
                {
                    "same": pgettext("comparison", "agrees"),
                    "differs": pgettext("comparison", "differs"),
                    "open": pgettext("comparison", "open"),
                }[state]
            )
            self._grid.addWidget(mark, line + 1, 0)
            self._grid.addWidget(Text(_(_LABELS[what]), "label", "text2"), line + 1, 1)
            self._grid.addWidget(Text(self._mine(what), "label", wrap=True), line + 1, 2)
            self._grid.addWidget(Text(self._theirs(what, value), "label", wrap=True), line + 1, 3)
            line += 2
        self._grid.setColumnStretch(2, 1)
        self._grid.setColumnStretch(3, 1)

    def _hidden(self, what: str) -> bool:
        return what in ("name", "documents") and not self._context.names_shown

    def _mine(self, what: str) -> str:
        if what == "name":
            return self._named(list(all_names(self._typed)))
        if what == "documents":
            rows = self._typed.get("documents") or ()
            return self._papers([str(row["number"]) for row in rows if row.get("number")])
        return value_text(form("person").field(what), self._typed.get(what)) or _("Not given")

    def _theirs(self, what: str, value: Any) -> str:
        if what == "name":
            return self._named(list(value))
        if what == "documents":
            return self._papers(list(value))
        return value_text(form("person").field(what), value) or _("Not given")

    def _named(self, names: list[str]) -> str:
        if self._hidden("name"):
            return _("Name hidden")
        return join_list(names) or _("Not given")

    def _papers(self, numbers: list[str]) -> str:
        if self._hidden("documents"):
            return _("Hidden")
        ends = [_("ends in {digits}").format(digits=number[-4:]) for number in numbers]
        return join_list(ends) or _("Not given")

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        self._over.setText(_("Before a new case"))
        self._title.setText(_("May be the same person"))
        self.open.setText(_("Open the existing case"))
        self.again.setText(_("New case for the same person"))
        self.other.setText(_("Not the same, new case"))
        self._show()
