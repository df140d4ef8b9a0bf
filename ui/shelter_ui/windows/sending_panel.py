"""Sending what was looked at: the decisions, a second person where the post wants one, the writing and its checks."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.casework.second_person import Confirmed, Statement
from shelter_app.casework.sending import Part, Sending, Sent, send, statements
from shelter_app.casework.summary import Preview
from shelter_app.errors import ShelterError
from shelter_app.exchange.verify_model import CHECKS, CheckId
from shelter_i18n import N_, _
from shelter_ui.context import AppContext
from shelter_ui.tasks import Job
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.notices import Banner, Card
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.texts import Prose, Text
from shelter_ui.windows.check_lines import CheckLines
from shelter_ui.windows.folder_field import FolderField
from shelter_ui.windows.sending_choices import PartsChoice, Possible, ReceiverChoice
from shelter_ui.windows.summary_period import in_words

__all__ = ["SendingPanel"]

_ORDER: Final[list[CheckId]] = [check for check in CHECKS if check != "series"]
#: What is being done, by part.
_DOING: dict[Part, str] = {
    "tables": N_("Writing the tables and checking them as the receiver will"),
    "extract": N_("Making the extract, in which no row stands alone"),
    "contribution": N_("Splitting the counts into two shares"),
    "letter": N_("Writing the letter"),
}


class SendingPanel(Themed, QWidget):
    """Period, receiver, what goes, where to: four decisions, none of them typed."""

    #: Everything was written; carries `Sent`.
    sent = Signal(object)
    #: Whether it can be sent now, or whether it is being sent, is another.
    changed = Signal()
    #: The person wants to see the keys of receivers.
    keys_asked = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self.setObjectName("sending_panel")
        self._context = context
        self._preview: Preview | None = None
        self._possible = Possible()
        self._job: Job | None = None
        self._error: ShelterError | None = None
        self._shown_check = -2
        self.problem = Banner(theme, "alert")
        self.problem.setObjectName("sending_problem")
        self.problem.hide()
        self.progress = ProgressPanel(theme)
        self.checks = CheckLines(theme, with_series=False)
        self._checks_title = Text("", "body", medium=True)
        self._checks_card = Card(theme, padding=16, spacing=6)
        self._checks_card.body.addWidget(self._checks_title)
        self._checks_card.body.addWidget(self.checks)
        self._checks_card.hide()
        self._appear = QTimer(self)
        self._appear.setSingleShot(True)
        self._appear.setInterval(500)
        self._appear.timeout.connect(lambda: self._checks_card.setVisible(self._job is not None))
        self.receiver = ReceiverChoice(theme)
        self.receiver.changed.connect(self._on_choice)
        self.receiver.keys_asked.connect(self.keys_asked)
        self.parts = PartsChoice(theme, context.ask)
        self.parts.changed.connect(self._on_choice)
        self._folder = FolderField(theme, context.ask)
        self._folder.line.setObjectName("sending_folder")
        self._folder.changed.connect(self._on_choice)
        self._folder.line.textChanged.connect(lambda _text: self.changed.emit())
        self._where = Card(theme, padding=16, spacing=8)
        self._where_words = Prose(theme, "", "label", "text2")
        self._where.body.addWidget(self._folder)
        self._where.body.addWidget(self._where_words)
        self._second = Banner(theme, "info", icon="users")
        self._about = Prose(theme, "", "label", "text2")
        self._title = Text("", "section")
        side_by_side = QHBoxLayout()
        side_by_side.setSpacing(theme.px(12))
        left = QVBoxLayout()
        left.setSpacing(theme.px(12))
        left.addWidget(self.receiver)
        left.addWidget(self._where)
        left.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.parts)
        right.addStretch(1)
        side_by_side.addLayout(left, 1)
        side_by_side.addLayout(right, 1)
        self._choices = QWidget()
        self._choices.setLayout(side_by_side)
        side_by_side.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        column.setSpacing(theme.px(10))
        for widget in (
            self._title, self._about, self.problem, self.progress, self._checks_card, self._second, self._choices,
        ):  # fmt: skip
            column.addWidget(widget)
        column.addStretch(1)
        self.adopt(theme)
        self.retranslate_ui()

    # -- what is decided ------------------------------------------------------------------------

    def show_preview(self, preview: Preview) -> None:
        """Begin with what was looked at."""
        self._preview, self._error = preview, None
        self.parts.show_tables(len(preview.release.tables), preview.release.share_kept)
        self.look()
        self.retranslate_ui()

    def look(self) -> None:
        """Read again what can be sent and to whom."""
        session = self._context.session
        self._context.tasks.run(
            lambda _job: Possible.of(session), self._on_possible, on_error=self._on_error, owner=self
        )

    def _on_possible(self, possible: Possible) -> None:
        self._possible = possible
        self.receiver.show_receivers(possible.receivers)
        self._on_choice()

    def _on_choice(self) -> None:
        self.parts.show_parts(self._possible.parts, encrypted=bool(self.receiver.receiver()))
        self.retranslate_ui()
        self.changed.emit()

    @property
    def busy(self) -> bool:
        """Whether it is being written."""
        return self._job is not None

    def ready(self) -> bool:
        """Whether everything is decided."""
        return (
            self._preview is not None
            and self.receiver.receiver() is not None
            and self.parts.complete()
            and self._folder.path() is not None
        )

    def _decided(self) -> tuple[Sending, Path] | None:
        preview, receiver, folder = self._preview, self.receiver.receiver(), self._folder.path()
        if preview is None or receiver is None or folder is None or not self.ready():
            return None
        parts = self.parts.parts()
        tables = preview if "tables" in parts else None
        chosen = Sending(preview.period, receiver, parts, tables, self.parts.keep(), self.parts.roster())
        return chosen, folder

    # -- doing it -------------------------------------------------------------------------------

    def send(self) -> None:
        """Write it, after a second person has confirmed it where the post wants one."""
        decided = self._decided()
        if decided is None or self.busy:
            return
        self._say_error(None)
        session, (chosen, folder) = self._context.session, decided
        if not self._possible.second_wanted:
            self._write(chosen, folder, None)
            return
        self._context.tasks.run(
            lambda _job: statements(session, chosen),
            lambda asked: self._ask_second(chosen, folder, asked), on_error=self._on_error, owner=self,
        )  # fmt: skip

    def _ask_second(self, chosen: Sending, folder: Path, asked: tuple[Statement, ...]) -> None:
        from shelter_ui.dialogs.confirm_sending import ConfirmSendingDialog

        ConfirmSendingDialog(
            self._context, self.window(), asked, self._possible.second_people, self._possible.receivers,
            lambda confirmed: self._write(chosen, folder, confirmed),
        ).open()  # fmt: skip

    def _write(self, chosen: Sending, folder: Path, confirmed: Confirmed | None) -> None:
        if self.busy:
            return
        session, job = self._context.session, Job()

        def work(job: Job) -> Sent:
            def step(part: Part, check: CheckId | None) -> None:
                done = _ORDER.index(check) + 1 if check is not None else 0
                job.progress_of(part, done, len(_ORDER) if part == "tables" and chosen.receiver else 0)

            return send(session, chosen, folder, confirmed=confirmed, on_step=step)

        self._job, self._shown_check = job, -2
        job.progressed.connect(self._on_step)
        self.progress.follow(job, _("Writing the files"))
        if chosen.has("tables") and chosen.receiver:
            self.checks.set_running(-1)
            self._appear.start()
        self._context.tasks.run(
            work, self._on_sent, on_error=self._on_error, on_cancelled=self._on_cancelled, owner=self, job=job
        )
        self._show_state()

    def _on_step(self, done: int, total: int) -> None:
        if self._job is None:
            return
        doing = {str(part): words for part, words in _DOING.items()}
        self.progress.say(_(doing.get(self._job.part, _DOING["tables"])))
        # The check that is under way; none while the package is being made, all over when another part goes.
        number = done - 1 if total else len(_ORDER)
        if number != self._shown_check and (total or self._job.part != "tables"):
            self._shown_check = number
            self.checks.set_running(number)

    def _on_sent(self, sent: Sent) -> None:
        self._end()
        self.sent.emit(sent)

    def _on_error(self, error: ShelterError) -> None:
        self._end()
        self._say_error(error)

    def _on_cancelled(self) -> None:
        self._end()

    def _end(self) -> None:
        self._job = None
        self._appear.stop()
        self._show_state()

    def _say_error(self, error: ShelterError | None) -> None:
        self._error = error
        self.problem.setVisible(error is not None)
        if error is not None:
            self.problem.set_words(_("Nothing has been written"), str(error))
            self.problem.announce()

    def _show_state(self) -> None:
        if not self.busy:
            self._checks_card.hide()
        self._choices.setEnabled(not self.busy)
        self.changed.emit()

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is decided stays."""
        self._title.setText(_("Send"))
        period = in_words(self._preview.period) if self._preview else ""
        self._about.set_text(
            _(
                "About {period}. The program writes files and sends nothing by itself: take them to the receiver as you like."
            ).format(period=period)
        )
        self._checks_title.setText(_("Checked as the receiver will check it"))
        self._where.set_title(_("Where to save?"))
        self._folder.setAccessibleName(_("Folder for the files"))
        encrypted = bool(self.receiver.receiver())
        self._where_words.set_text(
            _(
                "A stick or a folder. Only encrypted files and the letter are written; nothing else is left if you stop."
            )
            if encrypted
            else _("Whoever opens this folder can read the files. They hold protected figures only.")
        )
        self._second.setVisible(self._possible.second_wanted)
        self._second.set_words(
            _("A second person confirms"),
            _(
                "This post wants somebody else to look at the tables and to type their password before files are written."
            ),
        )
        if self._error is not None:
            self.problem.set_words(_("Nothing has been written"), str(self._error))
