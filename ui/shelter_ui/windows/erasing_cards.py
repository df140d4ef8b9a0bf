"""The cards of the page about erasing: what waits, who is due, what was erased; each a short table with actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView

from shelter_app.casework.erasing import Erasure, Proposal
from shelter_app.casework.retention import DueList, DuePerson
from shelter_app.domain.erasures import REASONS, WAYS
from shelter_app.domain.retention import Hold
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.models.erasing_words import cases_words, day_of, holds_words, who_words
from shelter_ui.models.rows import RowsModel
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.tables import Cell, TableCard, TableView
from shelter_ui.widgets.texts import Prose

__all__ = ["DoneCard", "DueCard", "ProposalsCard"]

T = TypeVar("T")
#: Rows that are shown at once; the table scrolls beyond them.
_MOST_ROWS = 8


class _RowsCard(Card, Generic[T]):
    """A title, a sentence, a table in which several rows can be marked, and buttons for the marked rows."""

    #: Somebody wants to see the case of a row.
    opened = Signal(object)

    def __init__(
        self,
        context: AppContext,
        name: str,
        columns: Sequence[tuple[Callable[[], str], Callable[[T], Cell]]],
        widths: Sequence[int],
        stretched: int,
    ) -> None:
        super().__init__(context.theme, "", spacing=12)
        theme = context.theme
        self.context = context
        self._widths, self._stretched = widths, stretched
        self.words = Prose(theme, "", "label", "text2")
        self.model: RowsModel[T] = RowsModel(columns, self)
        self.table = TableView(theme)
        self.table.setObjectName(name)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setModel(self.model)
        self.table.selectionModel().selectionChanged.connect(lambda *_changed: self.show_actions())
        self._frame = TableCard(theme, self.table)
        self.below = QHBoxLayout()
        self.below.setSpacing(theme.px(8))
        self.body.addWidget(self.words)
        self.body.addWidget(self._frame)
        self.body.addLayout(self.below)
        self._columns()

    def _columns(self) -> None:
        header, px = self.table.horizontalHeader(), self.context.theme.px
        header.setStretchLastSection(False)
        header.setSectionResizeMode(self._stretched, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(self._widths):
            if column != self._stretched:
                self.table.setColumnWidth(column, px(width))

    def fit(self) -> None:
        """As tall as the rows there are, up to a few."""
        theme, rows = self.context.theme, min(self.model.rowCount(), _MOST_ROWS)
        self._columns()
        self.table.setFixedHeight(theme.px(34) + rows * theme.row_height)
        self._frame.setVisible(bool(rows))

    def set_rows(self, rows: Sequence[T]) -> None:
        """Show these; the first is marked."""
        self.model.set_rows(rows)
        if rows:
            self.table.selectRow(0)
        self.fit()
        self.show_actions()

    def marked(self) -> list[T]:
        """The rows that are marked, from the top."""
        rows = self.model.rows()
        places = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return [rows[place] for place in places if place < len(rows)]

    def add_button(self, name: str, icon: str, on_clicked: Callable[[], None]) -> Button:
        """A button below the table."""
        button = Button(self.context.theme, "", icon=icon)
        button.setObjectName(name)
        button.clicked.connect(lambda _checked=False: on_clicked())
        self.below.addWidget(button)
        return button

    def show_actions(self) -> None:
        """Offer what can be done with the marked rows."""

    def retranslate(self) -> None:
        """Fetch the texts."""
        self.model.renew()
        self.show_actions()


class ProposalsCard(_RowsCard[Proposal]):
    """What somebody proposed and nobody has decided on."""

    def __init__(
        self,
        context: AppContext,
        *,
        on_approve: Callable[[list[Proposal]], None],
        on_withdraw: Callable[[list[Proposal]], None],
        may_approve: bool,
    ) -> None:
        super().__init__(
            context,
            "proposals",
            [
                (lambda: _("Name"), lambda p: Cell(who_words(context.name(p.name), p.cases), medium=True)),
                (lambda: _("Cases"), lambda p: Cell(cases_words(p.cases), tone="text2")),
                (lambda: _("Reason"), lambda p: Cell(_(REASONS[p.reason]))),
                (lambda: _("Proposed by"), lambda p: Cell(_("you") if p.mine else p.proposed_by)),
                (lambda: _("Proposed on"), lambda p: Cell(day_of(p.proposed_at), tone="text2")),
            ],
            (190, 170, 260, 130, 120),
            2,
        )
        self._may_approve = may_approve
        self._approve = self.add_button("approve_erasure", "eye", lambda: on_approve(self.marked()))
        self._withdraw = self.add_button("withdraw_erasure", "undo-2", lambda: on_withdraw(self.marked()))
        self.below.addStretch(1)
        self._why = Prose(context.theme, "", "label", "text2")
        self.body.addWidget(self._why)

    def show_actions(self) -> None:
        """One's own cannot be approved, and says so."""
        marked = self.marked()
        mine = [each for each in marked if each.mine]
        some = bool(self.model.rowCount())
        self._approve.setVisible(some and self._may_approve)
        self._withdraw.setVisible(some)
        self._approve.setEnabled(bool(marked) and not mine)
        self._withdraw.setEnabled(bool(marked) and (self._may_approve or len(mine) == len(marked)))
        why = ""
        if mine and self._may_approve:
            why = _("You proposed it yourself, so somebody else has to approve it.")
        elif some and not self._may_approve:
            why = _("A supervisor or an administrator who holds the key for names approves it.")
        self._why.set_text(why)
        self._why.setVisible(bool(why))

    def retranslate(self) -> None:
        """Fetch the texts."""
        self.set_title(_("Waiting for a second person"))
        self.table.setAccessibleName(_("Proposed erasures"))
        self._approve.setText(_("Look at it and decide"))
        self._withdraw.setText(_("Withdraw the proposal"))
        none = _("Nothing is proposed. From a case: More, Erase the person.")
        some = _("Nothing of these is erased before somebody else has looked at it and approved it.")
        self.words.set_text(some if self.model.rowCount() else none)
        super().retranslate()


class DueCard(_RowsCard[DuePerson]):
    """Whose retention period is over, and what holds some of them up."""

    def __init__(
        self,
        context: AppContext,
        *,
        on_propose: Callable[[list[DuePerson]], None],
        on_keep: Callable[[DuePerson], None],
        on_release: Callable[[DuePerson], None],
        may_keep: bool,
    ) -> None:
        super().__init__(
            context,
            "due_people",
            [
                (lambda: _("Name"), lambda d: Cell(who_words(context.name(d.name), d.cases), medium=True)),
                (lambda: _("Cases"), lambda d: Cell(cases_words(d.cases), tone="text2")),
                (lambda: _("Last event"), lambda d: Cell(day_of(d.standing.last_event))),
                (lambda: _("Due since"), lambda d: Cell(day_of(d.standing.due_on))),
                (lambda: _("What holds it up"), _held),
            ],
            (190, 170, 120, 120, 260),
            4,
        )
        #: Whether periods are set at all.
        self.has_periods = False
        self._due = DueList()
        self._may_keep = may_keep
        self._propose = self.add_button("propose_due", "trash-2", lambda: on_propose(self._free()))
        self._keep = self.add_button("keep_person", "lock", lambda: on_keep(self.marked()[0]))
        self._release = self.add_button("release_person", "undo-2", lambda: on_release(self.marked()[0]))
        self.below.addStretch(1)

    def set_people(self, due: DueList, proposed: set[str], *, has_periods: bool) -> None:
        """Show who is due; who is proposed already stands in the other table."""
        self.has_periods, self._due = has_periods, due
        self.set_rows([each for each in due.people if each.person_id not in proposed])
        self.retranslate()

    def _free(self) -> list[DuePerson]:
        return [each for each in self.marked() if not each.standing.holds]

    def show_actions(self) -> None:
        """Only who is not held can be proposed from here."""
        marked, some = self.marked(), bool(self.model.rowCount())
        one = len(marked) == 1
        kept = one and Hold.KEPT in marked[0].standing.holds
        self._propose.setVisible(some)
        self._propose.setEnabled(bool(self._free()) and len(self._free()) == len(marked))
        self._keep.setVisible(some and self._may_keep and not kept)
        self._keep.setEnabled(one)
        self._release.setVisible(some and self._may_keep and kept)

    def retranslate(self) -> None:
        """Fetch the texts."""
        self.set_title(_("Due by the retention periods"))
        self.table.setAccessibleName(_("Persons whose retention period is over"))
        self._propose.setText(_("Propose to erase"))
        self._keep.setText(_("Must not be erased"))
        self._release.setText(_("Lift the mark"))
        if self.model.rowCount():
            words = _(
                "Several can be marked and proposed together. Whoever is held up is not erased by mistake."
            )
        elif self.has_periods:
            words = _("Nobody is due today.")
        else:
            words = _("No retention period is set, so nobody is ever due by itself.")
        self.words.set_text(words)
        super().retranslate()


def _held(person: DuePerson) -> Cell:
    holds = person.standing.holds
    return Cell(holds_words(holds), tone="warning", icon="clock-alert") if holds else Cell("")


class DoneCard(_RowsCard[Erasure]):
    """What was erased: no name, no case number, a certificate each."""

    def __init__(self, context: AppContext, *, on_save: Callable[[list[Erasure]], None]) -> None:
        super().__init__(
            context,
            "erasures",
            [
                (lambda: _("Erased on"), lambda e: Cell(day_of(e.erased_at), medium=True)),
                (lambda: _("Certificate"), lambda e: Cell(e.row.id[:8].upper(), tone="text2")),
                (lambda: _("What was decided"), lambda e: Cell(_(WAYS[e.row.way]))),
                (lambda: _("Reason"), lambda e: Cell(_(REASONS[e.row.reason]))),
                (
                    lambda: _("Decided by"),
                    lambda e: Cell(f"{e.proposed_by[1]}, {e.approved_by[1]}", tone="text2"),
                ),
            ],
            (120, 110, 300, 230, 130),
            2,
        )
        self._save = self.add_button("save_certificate", "download", lambda: on_save(self.marked()))
        self.below.addStretch(1)

    def show_actions(self) -> None:
        """Certificates of the marked rows."""
        self._save.setVisible(bool(self.model.rowCount()))
        self._save.setEnabled(bool(self.marked()))

    def retranslate(self) -> None:
        """Fetch the texts."""
        self.set_title(_("Erased"))
        self.table.setAccessibleName(_("Erasures that were carried out"))
        self._save.setText(_("Save the certificate"))
        none = _("Nobody has been erased from this vault.")
        some = _("The list goes beside every backup, so that a restored copy is erased again.")
        self.words.set_text(some if self.model.rowCount() else none)
        super().retranslate()
