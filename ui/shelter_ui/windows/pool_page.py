"""Taking part in a pool: two shares for two receivers, and whether they have counted this office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.casework.pool import Contribution, check_receipts, contributions, look_at_round
from shelter_app.casework.second_person import Confirmed, Statement
from shelter_app.casework.sending import Sending, Sent, send, statements
from shelter_app.domain.periods import Period
from shelter_app.errors import ShelterError
from shelter_app.exchange.pool_roster import Roster
from shelter_app.vault.rights import Right
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number, format_short_date, join_list
from shelter_ui.context import AppContext
from shelter_ui.tasks import Job
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner, Card
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.texts import IconLabel, Prose, Text
from shelter_ui.windows.page import Page
from shelter_ui.windows.rows_card import RowsCard
from shelter_ui.windows.scrolling import scrolled_column
from shelter_ui.windows.sending_choices import Possible
from shelter_ui.windows.summary_period import in_words

__all__ = ["PoolPage"]


class _Contributed(Themed, QWidget):
    """One contribution, and who has shown to have counted it."""

    asked = Signal()

    def __init__(self, theme: Theme, made: Contribution) -> None:
        super().__init__()
        self._made = made
        self._name, self._state = Text("", "body", medium=True), Prose(theme, "", "label", "text2")
        both = len(made.counted_by) == 2
        self._check = Button(theme, "", size="small")
        self._check.setObjectName(f"receipts_{made.round}")
        self._check.clicked.connect(self.asked)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._state)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(6), 0, theme.px(6))
        row.setSpacing(theme.px(12))
        row.addWidget(
            IconLabel(theme, "circle-check" if both else "hourglass", 18, "ok" if both else "text2")
        )
        row.addLayout(words, 1)
        row.addWidget(self._check)
        self.adopt(theme)
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        made = self._made
        self._name.setText(
            _("{round}: {period}").format(round=made.round, period=in_words(Period.parse(made.period)))
        )
        day = format_short_date(dt.date.fromisoformat(made.made_on))
        counted = (
            _("Counted by {names}.").format(names=join_list(made.counted_by))
            if made.counted_by
            else _("No receipt has been checked yet.")
        )
        self._state.set_text(_("Written on {day}. {counted}").format(day=day, counted=counted))
        self._check.setText(_("Check a receipt"))
        self._check.setAccessibleDescription(self._name.text())
        self.setAccessibleName(f"{self._name.text()}. {self._state.plain_text()}")


class _Rounds(RowsCard):
    """The card with everything that was contributed."""

    asked = Signal(str)

    def show_contributions(self, made: Sequence[Contribution]) -> None:
        """Show these."""
        rows = []
        for each in made:
            row = _Contributed(self.theme, each)
            row.asked.connect(lambda name=each.round: self.asked.emit(name))
            rows.append(row)
        self.show_rows(rows)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self.set_words(_("Contributions of this office"), _("Nothing has been contributed yet."))


class PoolPage(Page):
    """Choose a roster, see who takes part, write the two shares; later check the receipts."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self.setObjectName("pool_page")
        self._path: Path | None = None
        self._roster: Roster | None = None
        self._possible = Possible()
        self._sent: Sent | None = None
        self._folder = Path()
        self._job: Job | None = None
        self._banner = Banner(theme, "warning")
        self._banner.setObjectName("pool_said")
        self._banner.hide()
        self._intro = Prose(theme, "", "body", "text2")
        self._card = Card(theme, padding=16, spacing=8)
        self._about = Prose(theme, "")
        self._about.setObjectName("round_words")
        self._choose = Button(theme, "", icon="folder-open")
        self._choose.setObjectName("open_roster")
        self._choose.clicked.connect(lambda _checked=False: self._on_choose())
        self._write = Button(theme, "", "primary")
        self._write.setObjectName("contribute")
        self._write.clicked.connect(lambda _checked=False: self._on_contribute())
        self.progress = ProgressPanel(theme)
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        row.addWidget(self._choose)
        row.addWidget(self._write)
        row.addStretch(1)
        self._card.body.addWidget(self._about)
        self._card.body.addLayout(row)
        self._rounds = _Rounds(theme)
        self._rounds.asked.connect(self._on_receipts)
        scrolled_column(self, theme, [self._intro, self._banner, self._card, self.progress, self._rounds])
        self.retranslate_ui()

    def title(self) -> str:
        """Name of the page."""
        return _("Pool")

    def on_shown(self) -> None:
        """Read what was contributed."""
        session = self.context.session
        if not session.may(Right.MAKE_SUMMARY):
            return
        self.context.tasks.run(
            lambda _job: (contributions(session), Possible.of(session)), self._on_read, owner=self
        )

    def on_escape(self) -> bool:
        """Stop what is under way."""
        if self._job is not None:
            self.progress.cancel()
            return True
        return False

    def _on_read(self, found: tuple[Sequence[Contribution], Possible]) -> None:
        made, self._possible = found
        self._rounds.show_contributions(made)

    # -- contributing ---------------------------------------------------------------------------

    def _on_choose(self) -> None:
        if self._choose.busy:
            return
        self.context.ask.file(
            _("The roster of the round"), self._on_roster, endings=("roster",), kinds=_("Rosters of pools")
        )

    def _on_roster(self, path: Path) -> None:
        self._banner.hide()
        session = self.context.session
        self._path, self._roster, self._sent = path, None, None
        self._choose.set_busy(True)
        self.context.tasks.run(
            lambda _job: look_at_round(session, path), self._on_looked, on_error=self._on_error, owner=self
        )
        self.retranslate_ui()

    def _on_looked(self, roster: Roster) -> None:
        self._choose.set_busy(False)
        self._roster = roster
        self.retranslate_ui()

    def _on_contribute(self) -> None:
        if self._roster is not None and self._job is None:
            self.context.ask.folder(_("Folder for the two shares"), self._on_folder)

    def _on_folder(self, folder: Path) -> None:
        roster, path, session = self._roster, self._path, self.context.session
        if roster is None or path is None:
            return
        chosen = Sending(roster.period, "", frozenset({"contribution"}), roster=path)
        if not self._possible.second_wanted:
            self._do(chosen, folder, None)
            return
        self.context.tasks.run(
            lambda _job: statements(session, chosen),
            lambda asked: self._ask_second(chosen, folder, asked), on_error=self._on_error, owner=self,
        )  # fmt: skip

    def _ask_second(self, chosen: Sending, folder: Path, asked: tuple[Statement, ...]) -> None:
        from shelter_ui.dialogs.confirm_sending import ConfirmSendingDialog

        ConfirmSendingDialog(
            self.context, self.window(), asked, self._possible.second_people, self._possible.receivers,
            lambda confirmed: self._do(chosen, folder, confirmed),
        ).open()  # fmt: skip

    def _do(self, chosen: Sending, folder: Path, confirmed: Confirmed | None) -> None:
        session, job = self.context.session, Job()
        self._job, self._folder = job, folder
        self._write.set_busy(True)
        self.progress.follow(job, _("Splitting the counts into two shares"))
        self.context.tasks.run(
            lambda job: send(
                session, chosen, folder, confirmed=confirmed, on_step=lambda _part, _check: job.check()
            ),
            self._on_sent, on_error=self._on_error, on_cancelled=self._end, owner=self, job=job,
        )  # fmt: skip

    def _on_sent(self, sent: Sent) -> None:
        self._end()
        self._sent = sent
        self._banner.set_tone("ok")
        self._banner.show()
        self.retranslate_ui()
        self._banner.announce()
        self.on_shown()

    def _end(self) -> None:
        self._job = None
        self._write.set_busy(False)
        self._choose.set_busy(False)

    def _on_error(self, error: ShelterError) -> None:
        self._end()
        self._say(_("Nothing has been written"), str(error))

    def _say(self, title: str, words: str, *, good: bool = False) -> None:
        self._sent = None
        self._banner.set_tone("ok" if good else "warning")
        self._banner.set_words(title, words)
        self._banner.show()
        self._banner.announce()

    # -- receipts -------------------------------------------------------------------------------

    def _on_receipts(self, _round: str) -> None:
        def with_roster(roster: Path) -> None:
            self.context.ask.file(
                _("The receipt of one of the receivers"), lambda receipt: self._check(roster, receipt),
                endings=("receipt",), kinds=_("Receipts of pools"),
            )  # fmt: skip

        self.context.ask.file(
            _("The roster of the round"), with_roster, endings=("roster",), kinds=_("Rosters of pools")
        )

    def _check(self, roster: Path, receipt: Path) -> None:
        session = self.context.session
        self.context.tasks.run(
            lambda _job: check_receipts(session, roster, [receipt]),
            self._on_checked, on_error=self._on_not_counted, owner=self,
        )  # fmt: skip

    def _on_checked(self, made: Contribution) -> None:
        names = join_list(made.counted_by)
        words = _("The contribution of this office was counted by: {names}").format(names=names)
        if len(made.counted_by) == 1:
            words += "\n" + _("The receipt of the other receiver has not been checked yet.")
        self._say(_("Counted"), words, good=True)
        self.on_shown()

    def _on_not_counted(self, error: ShelterError) -> None:
        self._say(_("The receipt does not show that this office was counted"), str(error))

    # -- texts ----------------------------------------------------------------------------------

    def _round_words(self) -> str:
        roster = self._roster
        if roster is None:
            return _(
                "Choose the roster that the coordinating body has sent. It says which offices take part, in which period, and "
                "who the two receivers are."
            )
        names = join_list(key.id for key in roster.offices)
        count = len(roster.offices)
        return "\n".join(
            [
                _("{round}: {period}, open until {day}").format(
                    round=roster.round,
                    period=in_words(roster.period),
                    day=format_short_date(roster.closes_on),
                ),
                ngettext(
                    "{number} office: {names}. Whoever you do not know there may be nobody.",
                    "{number} offices: {names}. Whoever you do not know there may be nobody.",
                    count,
                ).format(number=format_number(count), names=names),
                _("Receivers: {names}").format(names=join_list(key.id for key in roster.receivers)),
            ]
        )

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._intro.set_text(
            _(
                "Few persons make no safe table, many offices together do. The counts of this office are split into two files of "
                "random numbers. Neither says anything by itself; only the sum of all offices can be read, and it is protected first."
            )
        )
        self._card.set_title(_("Take part in a round"))
        self._about.set_text(self._round_words())
        self._choose.setText(_("Choose the roster"))
        self._write.setText(_("Write the two shares"))
        self._write.setVisible(self._roster is not None)
        self._rounds.retranslate_ui()
        if self._sent is not None:
            lines = [
                _("{file}, for {receiver}").format(file=name, receiver=to)
                for name, to in self._sent.to.items()
            ]
            self._banner.set_words(
                _("Both shares are in {folder}").format(folder=self._folder),
                "\n".join(
                    [
                        *lines,
                        _(
                            "Send each to its receiver and to nobody else, if possible by two ways. After the last day both send a receipt."
                        ),
                    ]
                ),
            )
