"""Erasing: what waits for a second person, who is due, the periods of the post, what was erased, the emergency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.casework import erasing, retention
from shelter_app.casework.erasing import Erasure, Proposal
from shelter_app.casework.retention import DueList, DuePerson
from shelter_app.domain.retention import RetentionPeriods
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import Right
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.dialogs.approve_erasure import ApproveErasureDialog
from shelter_ui.dialogs.destroy_keys import DestroyKeysDialog
from shelter_ui.dialogs.keep_person import KeepPersonDialog
from shelter_ui.dialogs.propose_erasure import ProposeErasureDialog
from shelter_ui.models.erasing_words import who_words
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner, Card
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.erasing_cards import DoneCard, DueCard, ProposalsCard
from shelter_ui.windows.erasure_files import save_certificates
from shelter_ui.windows.page import Page
from shelter_ui.windows.retention_card import RetentionCard
from shelter_ui.windows.scrolling import scrolled

__all__ = ["ErasingPage"]


@dataclass(frozen=True)
class _Loaded:
    proposals: list[Proposal]
    due: DueList
    periods: RetentionPeriods
    done: list[Erasure]


class ErasingPage(Page):
    """Cards, the most pressing first."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme, session = context.theme, context.session
        may_erase = session.may(Right.ERASE)
        self._turn = 0
        self._loaded: _Loaded | None = None
        self._alone = Banner(theme, "info")
        self._proposals = ProposalsCard(
            context, on_approve=self._approve, on_withdraw=self._withdraw, may_approve=may_erase
        )
        self._due = DueCard(
            context,
            on_propose=self._propose,
            on_keep=self._keep,
            on_release=self._release,
            may_keep=may_erase,
        )
        self._periods = RetentionCard(
            theme, on_save=self._save_periods, may_change=session.may(Right.CHANGE_SETTINGS)
        )
        self._done = DoneCard(context, on_save=lambda rows: save_certificates(context, self, rows))
        self._emergency = Card(theme, "", spacing=12)
        self._emergency_words = Prose(theme, "", "label", "text2")
        self._destroy = Button(theme, "", icon="octagon-alert")
        self._destroy.setObjectName("destroy_keys")
        self._destroy.clicked.connect(lambda _checked=False: DestroyKeysDialog(context, self.window()).open())
        row = QHBoxLayout()
        row.addWidget(self._destroy)
        row.addStretch(1)
        self._emergency.body.addWidget(self._emergency_words)
        self._emergency.body.addLayout(row)
        self._emergency.setVisible(session.may(Right.DESTROY_KEYS))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, theme.px(8), theme.px(16))
        column.setSpacing(theme.px(16))
        for widget in (self._alone, self._proposals, self._due, self._periods, self._done, self._emergency):
            widget.setMaximumWidth(theme.px(980))
            column.addWidget(widget)
        column.addStretch(1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scrolled(inner))
        context.hub.changed.connect(self._on_changed)
        context.names_shown_changed.connect(self._show)
        self.retranslate_ui()

    def title(self) -> str:
        """Name of the page."""
        return _("Erasing")

    def on_shown(self) -> None:
        """Read what waits and who is due."""
        self._load()

    def restyle(self) -> None:
        """Take the heights of the new scale."""
        if self._loaded is not None:
            self._show()

    def _load(self) -> None:
        self._turn += 1
        turn, session = self._turn, self.context.session

        def read(_job: object) -> _Loaded:
            return _Loaded(
                erasing.proposals(session), retention.due_people(session), retention.retention_periods(session),
                erasing.past_erasures(session),
            )  # fmt: skip

        def done(loaded: _Loaded) -> None:
            if turn == self._turn:
                fresh = self._loaded is None or loaded.periods != self._loaded.periods
                self._loaded = loaded
                if fresh:
                    self._periods.periods.set_periods(loaded.periods)
                self._show()

        self.context.tasks.run(read, done, on_error=self.tell, owner=self)

    def _show(self) -> None:
        if self._loaded is None:
            return
        loaded = self._loaded
        proposed = {each.person_id for each in loaded.proposals}
        self._proposals.set_rows(loaded.proposals)
        self._due.set_people(loaded.due, proposed, has_periods=bool(loaded.periods))
        self._done.set_rows(loaded.done)
        self.retranslate_ui()

    def _on_changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.touches("erasing", "retention", "case", "users", "import"):
            self._load()

    # -- what is done ---------------------------------------------------------------------------

    def _run(self, work: Callable[[], Changes], said: str) -> None:
        def finished(changes: Changes) -> None:
            self.context.hub.tell(changes)
            self.context.navigate.toast(said)
            self._load()

        self.context.tasks.run(lambda _job: work(), finished, on_error=self.tell, owner=self)

    def _approve(self, marked: list[Proposal]) -> None:
        dialog = ApproveErasureDialog(self.context, self.window(), marked)
        dialog.finished.connect(lambda _result: self._load())
        dialog.open()

    def _withdraw(self, marked: list[Proposal]) -> None:
        ids, session = [each.id for each in marked], self.context.session
        self._run(lambda: erasing.withdraw(session, ids), _("The proposal is withdrawn."))

    def _propose(self, people: list[DuePerson]) -> None:
        ids = [each.person_id for each in people]
        ProposeErasureDialog(self.context, self.window(), ids, reason="retention").open()

    def _keep(self, person: DuePerson) -> None:
        name = who_words(self.context.name(person.name), person.cases)
        KeepPersonDialog(self.context, self.window(), person.person_id, name).open()

    def _release(self, person: DuePerson) -> None:
        session = self.context.session
        self._run(lambda: retention.stop_keeping(session, person.person_id), _("The mark is lifted."))

    def _save_periods(self, periods: RetentionPeriods) -> None:
        session = self.context.session
        self._run(lambda: retention.set_retention_periods(session, periods), _("The periods are saved."))

    # -- words ----------------------------------------------------------------------------------

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        session = self.context.session
        alone = session.may(Right.ERASE) and not erasing.approvers(session)
        self._alone.setVisible(alone)
        self._alone.set_words(
            _("Two people decide about an erasure, and you are alone."),
            _(
                "You can propose one. Another supervisor or administrator who holds the key for names has to be added "
                "under Users to approve it."
            ),
        )
        cards: tuple[Any, ...] = (self._proposals, self._due, self._periods, self._done)
        for card in cards:
            card.retranslate()
        self._emergency.set_title(_("Emergency"))
        self._emergency_words.set_text(
            _(
                "If the computer is about to be taken away: the keys are destroyed, and nobody can open the vault any "
                "more, you neither. Only a backup on another disk brings it back."
            )
        )
        self._destroy.setText(_("Destroy all keys"))
