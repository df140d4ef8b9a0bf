"""What is wanted of the journal: kind, person, case number and days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from shelter_app.casework.journal import KINDS, JournalFilter, case_of_number
from shelter_app.casework.journal_words import KIND_LABELS
from shelter_app.domain.partial_date import parse_partial_date
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.choice import ChoiceBox
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.options import Option

__all__ = ["JournalFilters"]


class JournalFilters(Themed, QWidget):
    """A row of fields; what cannot be understood is marked, and the list stays as it was."""

    #: Something else is wanted.
    changed = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._session = context.session
        self._kind, self._who = ChoiceBox(theme), ChoiceBox(theme)
        self._case, self._from, self._to = LineEdit(theme), LineEdit(theme), LineEdit(theme)
        self._kind.set_code("all")
        named: list[tuple[QWidget, str]] = [
            (self._kind, "journal_kind"), (self._who, "journal_who"), (self._case, "journal_case"),
            (self._from, "journal_from"), (self._to, "journal_to"),
        ]  # fmt: skip
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(12))
        self._rows = []
        for field, name in named:
            field.setObjectName(name)
            self._rows.append(FieldRow(theme, field))
            row.addWidget(self._rows[-1], 3 if field in (self._kind, self._who) else 2)
        for choice in (self._kind, self._who):
            choice.changed.connect(lambda _code: self.changed.emit())
        for line in (self._case, self._from, self._to):
            line.editingFinished.connect(self._on_typed)
        self._typed = ("", "", "")
        self._writers: list[Option] = []
        self.adopt(theme)
        self.retranslate_ui()

    def set_writers(self, users: Mapping[str, str]) -> None:
        """Who can be chosen, as names by id."""
        self._writers = [Option(user_id, name, coded=False) for user_id, name in users.items()]
        self._who.set_options(self._writers)

    def _on_typed(self) -> None:
        typed = (self._case.text(), self._from.text(), self._to.text())
        if typed != self._typed:
            self._typed = typed
            self.changed.emit()

    def wanted(self) -> JournalFilter | None:
        """The filter as it is typed; None where something cannot be understood, which is marked then."""
        case_id, problems = None, ["", "", ""]
        if self._case.text().strip():
            case = case_of_number(self._session, self._case.text())
            case_id = case.id if case is not None else None
            problems[0] = "" if case is not None else _("There is no such case here.")
        first, problems[1] = self._day(self._from.text(), lambda date: date.earliest())
        last, problems[2] = self._day(self._to.text(), lambda date: date.latest())
        if first is not None and last is not None and last < first:
            problems[2] = _("This is before the first day.")
        for row, problem in zip(self._rows[2:], problems, strict=True):
            row.set_error(problem)
        if any(problems):
            return None
        return JournalFilter(self._kind.code() or "all", self._who.code(), case_id, first, last)

    def _day(self, text: str, end: Callable[..., dt.date | None]) -> tuple[dt.date | None, str]:
        """A day as typed, and what is wrong with it; of a month or a year its first or last day."""
        if not text.strip():
            return None, ""
        parsed = parse_partial_date(text, today=self._session.today)
        # What is not certain, such as 03.05., is no day: half a date would be taken for its whole year.
        whole = parsed.value is not None and parsed.value.year is not None and not parsed.remarks
        day = end(parsed.value) if whole else None
        return day, "" if day is not None else _("Write a date such as 2026-05-03.")

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is chosen stays."""
        for row, label in zip(
            self._rows, (_("What"), _("Who"), _("Case number"), _("From"), _("To")), strict=True
        ):
            row.set_label(label)
        self._kind.set_options([Option(kind, _(KIND_LABELS[kind]), coded=False) for kind in KINDS])
        self._who.set_options(self._writers)
        self._who.set_placeholder(_("Everybody"))
        self._case.setPlaceholderText(_("all cases"))
        for line in (self._from, self._to):
            line.setPlaceholderText(_("any day"))
