"""The first step of a case: who the person is, and beside it who in the vault may be the same person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from shelter_app.casework.people import Candidate, likely_duplicates, person_values
from shelter_app.domain.forms import Form, Section, form
from shelter_i18n import N_
from shelter_ui.context import AppContext
from shelter_ui.forms.form_widget import FormWidget
from shelter_ui.widgets.base import Themed
from shelter_ui.windows.duplicates_panel import DuplicatesPanel

__all__ = ["SMALL_FORM", "Continue", "NewCaseView"]

_FIELDS: Final = ("name_native", "name_latin", "sex", "birth", "citizenship", "documents")
_PERSON: Final = form("person")
#: The part of the person form that is asked before anything else; its answers are answers of that form.
SMALL_FORM: Final = Form(
    id="person",
    version=_PERSON.version,
    title=N_("New case"),
    sections=(
        Section("who", N_("Who is the person?"), tuple(_PERSON.field(field_id) for field_id in _FIELDS)),
    ),
    icon="user-round",
    owner="person",
    repeatable=False,
    help=_PERSON.help,
)
_PAUSE_MS: Final = 250


@dataclass(frozen=True)
class Continue:
    """What the intake begins with: answers about the person, or a person who has been here before."""

    person: Mapping[str, Any]
    person_id: str | None = None


class NewCaseView(Themed, QWidget):
    """A few questions at the left, likely duplicates at the right."""

    #: Go on to the intake; carries a `Continue`.
    continued = Signal(object)
    #: Somebody in the vault may be the same person, so that going on is no longer the first thing to do.
    compared = Signal(bool)

    def __init__(self, context: AppContext, values: Mapping[str, Any], unfinished: Mapping[str, Any]) -> None:
        super().__init__()
        self._context = context
        self.form = FormWidget(context, SMALL_FORM, values, help_beside=False)
        self.form.resume(unfinished)
        self.panel = DuplicatesPanel(context)
        self._turn = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.form, 1)
        row.addWidget(self.panel)
        self.form.edited.connect(self._pause.start)
        self.panel.opened.connect(context.navigate.open_case)
        self.panel.same.connect(self._on_same)
        self.panel.different.connect(self._on_different)
        self.adopt(context.theme)
        self._look()

    def _look(self) -> None:
        self._turn += 1
        turn, values, session = self._turn, self.form.answers(), self._context.session

        def done(found: list[Candidate]) -> None:
            if turn == self._turn:
                self.panel.show_candidates(values, found)
                self.compared.emit(bool(found))

        self._context.tasks.run(
            lambda _job: likely_duplicates(session, values),
            done,
            on_error=lambda _error: self.panel.show_candidates(values, []),
            owner=self,
        )

    def go_on(self) -> None:
        """Go on with a new person; what cannot be read as an answer is shown first."""
        if self._may_go_on():
            self.continued.emit(Continue(self.form.answers()))

    def _may_go_on(self) -> bool:
        if any(problem.severity == "error" for problem in self.form.show_all_problems()):
            self.form.first_error()
            return False
        return True

    def _on_different(self) -> None:
        self.go_on()

    def _on_same(self, person_id: str) -> None:
        """A new case for somebody who has been here: what is known stays, what is new is added."""
        if not self._may_go_on():
            return
        typed, session = self.form.answers(), self._context.session

        def done(found: dict[str, dict[str, Any]]) -> None:
            known = found.get(person_id, {})
            merged = {**typed, **known}
            self.continued.emit(Continue(merged if merged != known else {}, person_id))

        self._context.tasks.run(lambda _job: person_values(session, [person_id]), done, owner=self)
