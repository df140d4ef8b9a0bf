"""Making the summary for IOM: choose a period, have it calculated and attacked, see it, decide to whom it goes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from shelter_app.casework.errors import PeriodOverlaps
from shelter_app.casework.sending import Sent
from shelter_app.casework.summary import Preview, PublishedRelease, make_preview, past_releases
from shelter_app.casework.summary_concerns import Concerns, concerns
from shelter_app.domain.periods import Period
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import Right
from shelter_i18n import _, ngettext, pgettext
from shelter_i18n.formats import format_number
from shelter_ui.context import AppContext
from shelter_ui.tasks import Job
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.lines import Stage, StepList
from shelter_ui.widgets.notices import EmptyState
from shelter_ui.widgets.painting import KnotState
from shelter_ui.widgets.texts import Text
from shelter_ui.windows.page import Page
from shelter_ui.windows.scrolling import scrolled
from shelter_ui.windows.sending_panel import SendingPanel
from shelter_ui.windows.summary_period import in_short
from shelter_ui.windows.summary_preview import SummaryPreview
from shelter_ui.windows.summary_releases import PeriodStep, WrittenFiles
from shelter_ui.windows.summary_side import SummarySide

__all__ = ["SummaryPage"]

PERIOD, CHECK, SEEN, SEND, WRITE = range(5)
#: Below this width of the page the right column goes under the middle one.
_WIDE: Final = 1080


class SummaryPage(Page):
    """Period, preview, sending, and what was written."""

    #: The person wants to see the keys of receivers, or to contribute to a pool.
    keys_asked = Signal()
    pool_asked = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self.setObjectName("summary_page")
        self._step = PERIOD
        self._job: Job | None = None
        self._preview: Preview | None = None
        self._written = 0
        self._error: ShelterError | None = None
        self._tried = 0
        self._allowed = context.session.may(Right.MAKE_SUMMARY)
        self._title = Text("", "title")
        self._steps = StepList(theme)
        self._steps.setObjectName("summary_steps")
        self._steps.opened.connect(self._on_step_asked)
        self._period = PeriodStep(theme, context)
        self._seen = SummaryPreview(theme)
        self._seen.nothing.button.clicked.connect(lambda: self._go(PERIOD))
        self._files = WrittenFiles(theme)
        self._side = SummarySide(theme)
        self._sending = SendingPanel(context)
        self._refused = EmptyState(theme, "lock-keyhole")
        self._build()
        self._connect()
        self.retranslate_ui()
        self._go(PERIOD)

    def _build(self) -> None:
        theme = self.theme
        left = QVBoxLayout()
        left.setSpacing(theme.px(12))
        left.addWidget(self._title)
        left.addWidget(self._steps)
        left.addStretch(1)
        self._steps.setFixedWidth(theme.px(176))
        seen = QWidget()
        self._seen_column = QVBoxLayout(seen)
        self._seen_column.setContentsMargins(0, 0, theme.px(4), 0)
        self._seen_column.setSpacing(theme.px(12))
        self._seen_column.addWidget(self._seen)
        self._seen_column.addStretch(1)
        self._stack = QStackedWidget()
        for page in (self._period, seen, self._sending, self._files, self._refused):
            self._stack.addWidget(scrolled(page))
        self._side_area = scrolled(QWidget())
        self._side_area.setFixedWidth(theme.px(276))
        row = QHBoxLayout()
        row.setSpacing(theme.px(16))
        row.addLayout(left)
        row.addWidget(self._stack, 1)
        row.addWidget(self._side_area)
        self._back = Button(theme)
        self._back.setObjectName("summary_back")
        self._do = Button(theme, "", "primary")
        self._do.setObjectName("summary_do")
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(4))
        foot.setSpacing(theme.px(12))
        foot.addStretch(1)
        foot.addWidget(self._back)
        foot.addWidget(self._do)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(2), theme.px(6), 0, theme.px(4))
        column.setSpacing(theme.px(8))
        column.addLayout(row, 1)
        column.addWidget(self._foot)

    def _connect(self) -> None:
        self._period.picker.changed.connect(self._on_period_changed)
        self._period.earlier.chosen.connect(self._repeat)
        self._period.repeat.clicked.connect(self._repeat_overlapped)
        self._back.clicked.connect(lambda: self._go(self._before()))
        self._sending.sent.connect(self._on_sent)
        self._sending.changed.connect(self._show_state)
        self._sending.keys_asked.connect(self.keys_asked)
        self._do.clicked.connect(self._on_do)
        self.context.hub.changed.connect(self._on_changed)

    # -- the page -------------------------------------------------------------------------------

    def title(self) -> str:
        """What the page is called."""
        return _("Summaries")

    def on_shown(self) -> None:
        """Read the earlier summaries again, and who can receive something."""
        self._read_earlier()
        if self._step == SEND:
            self._sending.look()
        self._focus_step()

    def _focus_step(self) -> None:
        if self._step == PERIOD:
            self._period.picker.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._step == SEEN:
            self._seen.view.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._step == SEND:
            self._sending.receiver.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._do.setFocus(Qt.FocusReason.OtherFocusReason)

    def on_escape(self) -> bool:
        """Stop the work under way, or go one step back."""
        if self._job is not None:
            self._period.progress.cancel()
            return True
        if self._sending.busy:
            self._sending.progress.cancel()
            return True
        if self._step != PERIOD:
            self._go(self._before())
            return True
        return False

    def _before(self) -> int:
        """The step that lies before the present one."""
        return {WRITE: SEND, SEND: SEEN}.get(self._step, PERIOD)

    def _on_changed(self, changes: object) -> None:
        if isinstance(changes, Changes) and changes.touches("release") and self.isVisible():
            self._read_earlier()

    def _read_earlier(self) -> None:
        if not self._allowed:
            return
        session = self.context.session

        def show(releases: list[PublishedRelease]) -> None:
            self._period.earlier.show_releases(releases)

        self.context.tasks.run(lambda _job: past_releases(session), show, owner=self)

    # -- steps ----------------------------------------------------------------------------------

    def _go(self, step: int) -> None:
        if step == PERIOD:
            self._written = 0
        self._step = step
        page = {PERIOD: 0, CHECK: 0, SEEN: 1, SEND: 2, WRITE: 3}[step] if self._allowed else 4
        self._stack.setCurrentIndex(page)
        if step == SEND and self._preview is not None:
            self._sending.show_preview(self._preview)
        self._arrange()
        self._show_state()
        self._focus_step()

    def _on_step_asked(self, step: int) -> None:
        if self._job is not None or self._sending.busy:
            return
        if step <= PERIOD:
            self._go(PERIOD)
        elif step in {CHECK, SEEN} and self._preview is not None:
            self._go(SEEN)
        elif step == SEND and self._preview is not None and self._preview.release.tables:
            self._go(SEND)

    def _on_period_changed(self) -> None:
        self._preview, self._error = None, None
        self._show_state()

    def _on_do(self) -> None:
        if self._step == PERIOD:
            self._calculate()
        elif self._step == SEEN and self._preview is not None:
            self._go(SEND) if self._preview.release.tables else self.pool_asked.emit()
        elif self._step == SEND:
            self._sending.send()
        elif self._step == WRITE:
            self._go(PERIOD)

    def _repeat(self, period: object) -> None:
        if isinstance(period, Period) and self._job is None:
            self._period.picker.set_period(period)
            self._on_period_changed()
            self._calculate()

    def _repeat_overlapped(self) -> None:
        if isinstance(self._error, PeriodOverlaps):
            self._repeat(Period.parse(str(self._error.values["earlier"])))

    def _calculate(self) -> None:
        period = self._period.picker.period()
        if period is None or self._job is not None:
            return
        self._error, self._tried = None, 0
        session = self.context.session
        job = Job()

        def work(job: Job) -> tuple[Preview, Concerns]:
            preview = make_preview(session, period, on_attack=lambda tried: job.progress(tried, 0))
            return preview, concerns(session, preview)

        self._job = job
        job.progressed.connect(self._on_tried)
        self._period.progress.follow(job, _("Calculating and attacking the tables"))
        self._show_state()
        self.context.tasks.run(
            work, self._on_calculated, on_error=self._on_error, on_cancelled=self._on_cancelled, owner=self, job=job
        )  # fmt: skip

    def _on_tried(self, tried: int, _total: int) -> None:
        self._tried = tried
        self._show_attempts()

    def _on_calculated(self, found: tuple[Preview, Concerns]) -> None:
        preview, against = found
        self._job, self._preview = None, preview
        self._seen.show_protection(preview.protection, repeated=preview.repeated)
        self._seen.show_concerns(against)
        self._side.show_release(preview.release)
        self._go(SEEN)

    def _on_sent(self, sent: Sent) -> None:
        self._written = len(sent.files)
        if self._preview is not None and self._sending.parts.parts() >= {"tables"}:
            self._preview = replace(self._preview, repeated=True)
            self._seen.show_protection(self._preview.protection, repeated=True)
        self._files.show_sent(sent)
        self._go(WRITE)
        self._read_earlier()
        self.context.hub.tell(Changes.of(None, "release"))

    def _on_error(self, error: ShelterError) -> None:
        self._job, self._error = None, error
        self._show_state()

    def _on_cancelled(self) -> None:
        self._job = None
        self._show_state()

    # -- what is shown --------------------------------------------------------------------------

    def _show_state(self) -> None:
        busy, preview = self._job is not None, self._preview
        states: list[KnotState] = [
            "done" if i < self._step else "next" if i == self._step else "later" for i in range(5)
        ]
        if self._step == PERIOD and busy:
            states[:2] = ["done", "next"]
        if self._step == WRITE:
            states[WRITE] = "done"
        period = self._period.picker.period()
        tables = len(preview.release.tables) if preview else 0
        attempts = sum(check.attempts for check in preview.release.checks) if preview else 0
        failed = ngettext("{number} attempt failed", "{number} attempts failed", attempts)
        details = [
            in_short(period) if period else "",
            failed.format(number=format_number(attempts)) if attempts else "",
            ngettext("{number} table", "{number} tables", tables).format(number=tables) if preview else "",
            "",
            ngettext("{number} file", "{number} files", self._written).format(number=self._written)
            if self._written
            else "",
        ]
        names = [
            _("Period"), _("Check"), pgettext("step", "What IOM will see"), pgettext("step", "Send"),
            pgettext("step", "Written"),
        ]  # fmt: skip
        self._steps.set_stages(
            [Stage(*each) for each in zip(names, states, details, strict=True)],
            current=CHECK if self._step == PERIOD and busy else self._step,
        )
        self._foot.setVisible(self._allowed)
        self._back.setVisible(self._step != PERIOD)
        self._back.setText(pgettext("step", "Back"))
        self._do.setText(
            [
                _("Calculate the summary"), "", _("Go on to sending") if tables else _("Contribute to a pool instead"),
                _("Write the files"), _("Make another summary"),
            ][self._step]
        )  # fmt: skip
        busy = busy or self._sending.busy
        self._do.set_busy(busy)
        ready = {PERIOD: period is not None, SEND: self._sending.ready()}
        self._do.setEnabled(ready.get(self._step, True))
        self._back.setEnabled(not busy)
        self._period.picker.setEnabled(not busy)
        self._show_attempts()
        self._show_error()

    def _show_attempts(self) -> None:
        shown = self._job is not None and self._step == PERIOD and self._tried > 0
        self._period.attempts.setVisible(shown)
        self._period.attempts.setText(
            ngettext(
                "{number} attempt to break the tables so far",
                "{number} attempts to break the tables so far",
                self._tried,
            ).format(number=format_number(self._tried))
        )

    def _show_error(self) -> None:
        error, here = self._error, self._period.problem
        here.setVisible(error is not None)
        if error is None:
            return
        overlaps = isinstance(error, PeriodOverlaps)
        title = _("This period overlaps an earlier summary") if overlaps else _("Nothing has been written")
        here.set_words(title, str(error))
        here.announce()
        self._period.repeat.setVisible(overlaps)
        if overlaps:
            self._period.repeat.setText(_("Repeat {period}").format(period=error.values["earlier"]))

    def _arrange(self) -> None:
        """The right column stands beside the preview, or under it where the page is narrow."""
        beside = self.width() >= self.theme.px(_WIDE)
        seen = self._step == SEEN and self._allowed
        tables = bool(self._preview and self._preview.release.tables)
        inside = self._side_area.widget() is self._side
        if beside and not inside:
            self._seen_column.removeWidget(self._side)
            self._side_area.setWidget(self._side)
        elif not beside and inside:
            self._side_area.takeWidget()
            self._side_area.setWidget(QWidget())
            self._seen_column.insertWidget(self._seen_column.count() - 1, self._side)
        elif not beside and self._side.parentWidget() is None:
            self._seen_column.insertWidget(self._seen_column.count() - 1, self._side)
        self._side.setVisible(seen and tables)
        self._side_area.setVisible(seen and beside and tables)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the right column where there is room."""
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back or stops."""
        if event.key() == Qt.Key.Key_Escape and self.on_escape():
            return
        super().keyPressEvent(event)

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is chosen stays."""
        self._title.setText(_("Summary"))
        self._period.retranslate_ui()
        self._refused.set_words(
            _("Your role makes no summaries"),
            _("A caseworker, a supervisor or a reporting officer can make one."),
        )
        self._show_state()
