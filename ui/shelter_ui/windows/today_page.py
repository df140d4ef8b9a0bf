"""What is overdue, due today and coming, for me or for the whole post; and the drafts that wait."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from shelter_app.casework.alerts import NewAlert, new_alerts
from shelter_app.casework.cases import list_rows
from shelter_app.casework.drafts import OpenDraft, my_drafts
from shelter_app.casework.heads import LastSession, last_session
from shelter_app.casework.lists import Agenda, Due, agenda, count_agenda
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import Right
from shelter_i18n import _, current_language
from shelter_i18n.formats import format_date, format_number
from shelter_ui.context import AppContext
from shelter_ui.models.agenda import AgendaColumn, AgendaDelegate, AgendaModel
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Card, EmptyState
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.tables import RECORD_ROLE, TableCard, TableView
from shelter_ui.widgets.texts import Text
from shelter_ui.windows.alert_views import AlertsCard
from shelter_ui.windows.backup_card import BackupCard
from shelter_ui.windows.draft_link import DraftLink, draft_title
from shelter_ui.windows.head_warning import last_session_words
from shelter_ui.windows.page import Page
from shelter_ui.windows.week_strip import WeekStrip

__all__ = ["TodayPage"]

_MOST_DRAFTS = 8


@dataclass(frozen=True)
class _Read:
    """What the page shows, read by a worker."""

    whose: str
    agenda: Agenda
    #: How much is due in all, for me and for the post.
    totals: dict[str, int]
    drafts: list[OpenDraft]
    numbers: dict[str, str]
    users: dict[str, str]
    alerts: list[NewAlert]
    last: LastSession | None


class TodayPage(Page):
    """The page that opens after signing in."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self._read: _Read | None = None
        self._title, self._date = Text("", "title"), Text("", "label", "text2")
        self._last = Text("", "caption", "muted")
        self._last.setObjectName("last_session")
        self._whose = Segmented(theme, required=True, ticked=False)
        self._whose.setObjectName("whose")
        self._whose.set_value("mine")
        self._whose.changed.connect(lambda _code: self._load())
        self._new = Button(theme, "", icon="plus")
        self._new.setObjectName("new_case")
        self._new.clicked.connect(lambda _checked=False: context.navigate.new_case())
        if not context.session.may(Right.WRITE_CASE):
            self._new.hide()
        self.model = AgendaModel(self)
        self.table = TableView(theme)
        self.table.setObjectName("agenda")
        self.table.setModel(self.model)
        self.table.setItemDelegate(AgendaDelegate(theme, self.table))
        self.table.horizontalHeader().hide()
        self.table.opened.connect(self._on_opened)
        self._columns()
        self._empty = EmptyState(theme, "sun")
        self._places = QStackedWidget()
        self._places.addWidget(TableCard(theme, self.table))
        empty = Card(theme)
        empty.body.addWidget(self._empty)
        self._places.addWidget(empty)
        self._alerts_card = AlertsCard(context)
        self._week_card, self._week = Card(theme, padding=14), WeekStrip(theme)
        self._week_card.body.addWidget(self._week)
        self._drafts_card = Card(theme, padding=14, spacing=2)
        self._drafts = QVBoxLayout()
        self._drafts_card.body.addLayout(self._drafts)
        self._no_drafts = Text("", "label", "text2", wrap=True)
        self._drafts_card.body.addWidget(self._no_drafts)
        self._arrange()
        context.hub.changed.connect(self._on_changed)
        context.names_shown_changed.connect(self.model.show_names)
        self.model.show_names(context.names_shown)

    def _columns(self) -> None:
        header, px = self.table.horizontalHeader(), self.theme.px
        header.setStretchLastSection(False)
        header.setSectionResizeMode(AgendaColumn.WHAT, QHeaderView.ResizeMode.Stretch)
        for column, width in ((AgendaColumn.WHEN, 124), (AgendaColumn.CASE, 268), (AgendaColumn.WHO, 72)):
            self.table.setColumnWidth(column, px(width))

    def _arrange(self) -> None:
        theme = self.theme
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._date)
        words.addWidget(self._last)
        head = QHBoxLayout()
        head.setSpacing(theme.px(16))
        head.addLayout(words)
        head.addStretch(1)
        head.addWidget(self._whose, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._new, 0, Qt.AlignmentFlag.AlignVCenter)
        side = QWidget()
        side.setProperty("ground", "")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(16))
        column.addWidget(self._alerts_card)
        column.addWidget(self._week_card)
        column.addWidget(self._drafts_card)
        column.addWidget(BackupCard(self.context))
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(side)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFixedWidth(theme.px(286))
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        row = QHBoxLayout()
        row.setSpacing(theme.px(16))
        row.addWidget(self._places, 1)
        row.addWidget(scroll)
        page = QVBoxLayout(self)
        page.setContentsMargins(theme.px(24), theme.px(16), theme.px(24), theme.px(16))
        page.setSpacing(theme.px(14))
        page.addLayout(head)
        page.addLayout(row, 1)

    def title(self) -> str:
        """Name of the page."""
        return _("Today")

    def on_shown(self) -> None:
        """Read again and begin in the list."""
        self._load()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def restyle(self) -> None:
        """Take the column widths of the new scale."""
        if hasattr(self, "table"):
            self._columns()

    def _on_changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.touches("case", "entry", "draft", "import", "alerts"):
            self._load()

    def _load(self) -> None:
        session, whose = self.context.session, str(self._whose.value())

        def work(_job: object) -> _Read:
            # Only what is shown is read; of the other list its length.
            mine = whose == "mine"
            due = agenda(session, mine=mine)
            totals = {whose: due.total, "post" if mine else "mine": count_agenda(session, mine=not mine)}
            drafts = my_drafts(session)
            rows = list_rows(session, sorted({d.case_id for d in drafts if d.case_id}))
            numbers = {case_id: row.number for case_id, row in rows.items()}
            who = {d.row.assigned_to or d.case.assigned_to for d in due.dues}
            users = {user: session.user_name(user) for user in who if user}
            return _Read(
                whose, due, totals, drafts, numbers, users, new_alerts(session), last_session(session)
            )

        self.context.tasks.run(work, self._on_read, owner=self, on_error=self.tell)

    def _on_read(self, read: _Read) -> None:
        if read.whose == self._whose.value():
            self._read = read
            self._show()

    def _show(self) -> None:
        read, today = self._read, self.context.session.today
        if read is None:
            return
        dues, chosen = read.agenda.dues, self.table.currentIndex().data(RECORD_ROLE)
        seen = self.table.verticalScrollBar().value()
        self.model.set_rows(dues, today, read.users, overdue=read.agenda.overdue)
        self.table.clearSpans()
        for row in self.model.headings():
            self.table.setSpan(row, 0, 1, len(AgendaColumn))
        if isinstance(chosen, Due) and (index := self.model.index_of(chosen)).isValid():
            self.table.setCurrentIndex(index)
        self.table.verticalScrollBar().setValue(seen)
        self._places.setCurrentIndex(0 if dues else 1)
        self._week.set_week(today, Counter(today - dt.timedelta(days=due.days_late) for due in dues))
        self._alerts_card.show_alerts(read.alerts)
        self._last.setText(last_session_words(read.last))
        self._last.setVisible(read.last is not None)
        self._last.setToolTip(" ".join(read.last.words) if read.last is not None else "")
        self._show_drafts(read)
        self._show_counts()

    def _show_drafts(self, read: _Read) -> None:
        while (item := self._drafts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for draft in read.drafts[:_MOST_DRAFTS]:
            link = DraftLink(self.theme, draft, self._draft_words(draft, read))
            link.opened.connect(lambda each=draft: self._on_draft(each))
            self._drafts.addWidget(link)
        self._no_drafts.setVisible(not read.drafts)

    def _draft_words(self, draft: OpenDraft, read: _Read) -> str:
        number = read.numbers.get(draft.case_id or "")
        return _("{form}, {number}").format(form=draft_title(draft), number=number or _("new case"))

    def _on_draft(self, draft: OpenDraft) -> None:
        self.context.navigate.open_form(draft.case_id, draft.form, draft.entry_id, draft.id)

    def _on_opened(self, index: QModelIndex) -> None:
        due = index.data(RECORD_ROLE)
        if isinstance(due, Due):
            self.context.navigate.open_case(due.case.id)

    def _show_counts(self) -> None:
        totals = self._read.totals if self._read else {"mine": 0, "post": 0}
        self._whose.set_options(
            [
                ("mine", _("Mine {number}").format(number=format_number(totals["mine"]))),
                ("post", _("The post {number}").format(number=format_number(totals["post"]))),
            ]
        )

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        today = self.context.session.today
        self._title.setText(_("Today"))
        name = _weekdays()[today.weekday()]
        day = format_date(today)
        self._date.setText(f"{day} {name}" if current_language() == "zh" else f"{name} {day}")
        self._whose.setAccessibleName(_("Whose work"))
        self._new.setText(_("New case"))
        self.table.setAccessibleName(_("What is due"))
        self._empty.set_words(
            _("Nothing is due"), _("Nothing is overdue and nothing comes up within seven days.")
        )
        self._alerts_card.retranslate_ui()
        self._week_card.set_title(_("This week"))
        self._drafts_card.set_title(_("Drafts"))
        self._no_drafts.setText(_("Nothing waits to be finished."))
        self.model.retranslate()
        self._show()
        self._show_counts()


def _weekdays() -> tuple[str, ...]:
    return (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
    )  # fmt: skip
