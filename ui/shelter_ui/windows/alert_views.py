"""Alerts that somebody has to look at: a banner on the case, and a card on Today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.casework.alerts import NewAlert, Seen, acknowledge_alerts, alerts_seen
from shelter_app.casework.cases import CaseView
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_time, join_list
from shelter_ui.context import AppContext
from shelter_ui.models.alert_words import alert_icon, alert_tone, alert_words, gravity
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner, Card
from shelter_ui.widgets.texts import IconLabel, Text

if TYPE_CHECKING:
    from shelter_ui.theme.tokens import Tone

__all__ = ["AlertBanner", "AlertsCard"]

_MOST = 6


def _set_words(by: str, moment: dt.datetime) -> str:
    return _("Set by {name}, {moment}.").format(name=by, moment=format_time(moment))


def _acknowledge(context: AppContext, owner: QWidget, case_ids: Sequence[str]) -> None:
    def done(changes: Changes) -> None:
        context.hub.tell(changes)
        context.navigate.toast(_("The journal says that you have seen it."))

    def refused(error: ShelterError) -> None:
        context.ask.show(_("This could not be done"), error.render())

    session, ids = context.session, list(case_ids)
    context.tasks.run(lambda _job: acknowledge_alerts(session, ids), done, on_error=refused, owner=owner)


class AlertBanner(QWidget):
    """The alerts of a case, until whoever looks at it has acknowledged them; afterwards who has seen them."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._view: CaseView | None = None
        self._seen: Seen | None = None
        self._banner = Banner(context.theme, "alert")
        self._banner.setObjectName("alert_banner")
        self._button = Button(context.theme, "", size="small")
        self._button.setObjectName("acknowledge")
        self._button.clicked.connect(lambda _checked=False: self._on_seen())
        self._banner.add_action(self._button)
        px = context.theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), 0, px(24), px(8))
        column.addWidget(self._banner)
        self.hide()

    def show_case(self, view: CaseView) -> None:
        """Show the alerts of this case, if there are any that the reader has not seen."""
        session, case_id = self._context.session, view.case.id
        self._view, self._seen = view, None
        self.hide()
        if not view.case.alerts:
            return

        def read(seen: Seen | None) -> None:
            if self._view is view:
                self._seen = seen
                self.retranslate_ui()

        self._context.tasks.run(
            lambda _job: alerts_seen(session, case_id), read, on_error=lambda _error: None, owner=self
        )

    def _on_seen(self) -> None:
        if self._view is not None:
            _acknowledge(self._context, self, [self._view.case.id])

    def retranslate_ui(self) -> None:
        """Say it in the language in force."""
        self._button.setText(_("I have seen this"))
        if self._view is None or self._seen is None:
            return
        self._banner.set_words(
            alert_words(self._view.case.alerts),
            _set_words(self._seen.raised_by, self._seen.raised_at) + self._seen_words(),
        )
        self._banner.set_tone(cast("Tone", alert_tone(min(self._view.case.alerts, key=gravity))))
        self.setVisible(self._seen.mine_to_see)
        if self._seen.mine_to_see:
            self._banner.announce()

    def _seen_words(self) -> str:
        names = self._seen.seen_by if self._seen else ()
        if not names:
            return ""
        return " " + _("Seen by {names}.").format(names=join_list(names))


class AlertsCard(Card):
    """Alerts that others set and the reader has not acknowledged, with the case to go to."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context.theme, padding=14, spacing=8)
        self._context = context
        self._alerts: Sequence[NewAlert] = ()
        self.setObjectName("alerts_card")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(context.theme.px(8))
        self.body.addLayout(self._lines)
        self._all = Button(context.theme, "", size="small", icon="check")
        self._all.setObjectName("acknowledge_all")
        self._all.clicked.connect(lambda _checked=False: self._on_all())
        self.body.addWidget(self._all)
        self.hide()

    def show_alerts(self, alerts: Sequence[NewAlert]) -> None:
        """Show these; without any the card takes no room."""
        self._alerts = alerts
        self.retranslate_ui()

    def _on_all(self) -> None:
        _acknowledge(self._context, self, [each.listed.case_id for each in self._alerts[:_MOST]])

    def _line(self, alert: NewAlert) -> QWidget:
        theme, line = self._context.theme, QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        words = QVBoxLayout()
        words.setSpacing(0)
        number = Button(theme, alert.listed.number, "link")
        number.setObjectName("alert_case")
        number.clicked.connect(lambda _checked=False: self._context.navigate.open_case(alert.listed.case_id))
        said = Text(alert_words(alert.alerts), "body", medium=True, wrap=True)
        by = _set_words(alert.raised_by, alert.raised_at)
        words.addWidget(said)
        words.addWidget(number)
        words.addWidget(Text(by, "caption", "muted", wrap=True))
        gravest = min(alert.alerts, key=gravity)
        row.addWidget(IconLabel(theme, alert_icon(gravest), 16, alert_tone(gravest)))
        row.addLayout(words, 1)
        return line

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for alert in self._alerts[:_MOST]:
            self._lines.addWidget(self._line(alert))
        count = len(self._alerts)
        self.set_title(ngettext("{number} new alert", "{number} new alerts", count).format(number=count))
        self._all.setText(_("I have seen this") if count == 1 else _("I have seen these"))
        self.setVisible(bool(self._alerts))
