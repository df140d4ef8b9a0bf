"""The head of a case, which never scrolls away: number, name, alerts, what is next, and the stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shelter_app.casework.case_facts import STAGES
from shelter_app.casework.cases import CaseView
from shelter_app.domain.codelists import code_list, language_label
from shelter_app.domain.forms import FieldClass, read_date
from shelter_i18n import _, ngettext, pgettext
from shelter_i18n.formats import join_facts, join_list
from shelter_ui.context import AppContext
from shelter_ui.models.alert_words import alert_icon, alert_tone, gravity
from shelter_ui.models.case_words import (
    citizenship_words,
    due_words,
    full_name,
    identified_tag,
    sex_age_words,
    stored_day_words,
)
from shelter_ui.models.sealed_words import sealed_words
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, set_ground
from shelter_ui.widgets.buttons import Button, IconButton
from shelter_ui.widgets.lines import Stage, StageLine
from shelter_ui.widgets.notices import SealedBlock, Tag
from shelter_ui.widgets.painting import draw_text, text_width
from shelter_ui.widgets.texts import ElidedText, IconLabel, Text

__all__ = ["CaseHeader", "FactLine"]

_MOST_ALERTS: Final = 3


class FactLine(Themed, QWidget):
    """Short facts in one line with dots drawn between them; what has no room is left out at the end."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._facts: list[str] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.adopt(theme)

    def show_facts(self, facts: Sequence[str]) -> None:
        """Show these facts."""
        self._facts = [fact for fact in facts if fact]
        self.setAccessibleName(join_facts(self._facts))
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(self.theme.px(320), self.theme.px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw facts and dots."""
        theme, painter, px = self.theme, QPainter(self), self.theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font, left = theme.font("label"), 0
        for place, fact in enumerate(self._facts):
            needed = text_width(font, fact) + 2
            if place:
                if left + px(20) + needed > self.width():
                    return
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("muted"))
                painter.drawEllipse(QPointF(left + px(10), self.height() / 2 + 1), 1.6, 1.6)
                left += px(20)
            wide = min(needed, self.width() - left)
            box = self.rect().adjusted(left, 0, 0, 0)
            box.setWidth(wide)
            draw_text(painter, theme, box, fact, font, "text2")
            left += wide


class CaseHeader(Themed, QWidget):
    """Two rows of what must always be seen, and the stage line with the actions."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context, theme, px = context, context.theme, context.theme.px
        self._view: CaseView | None = None
        self._compact = False
        set_ground(self, "surface")
        self._number, self._name = Text("", "title"), ElidedText("", "name")
        self._sealed_name = SealedBlock(theme, "", height=26)
        self._sealed_name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._eye = IconButton(theme, "eye")
        self._eye.clicked.connect(lambda: context.show_names(not context.names_shown))
        self._tag, self._restricted = Tag(theme), Tag(theme)
        self._alerts = QHBoxLayout()
        self._alerts.setSpacing(px(8))
        self._facts = FactLine(theme)
        self._due_icon, self._due = (
            IconLabel(theme, "clock-alert", 16, "overdue"),
            Text("", "label", medium=True),
        )
        self._stages = StageLine(theme)
        self._stages.setMaximumWidth(px(760))
        self.more = IconButton(theme, "ellipsis")
        self.print = Button(theme, "", "secondary", icon="printer", size="small")
        self.add = Button(theme, "", "primary", icon="plus", size="small")
        self.add.setObjectName("add_entry")
        self._actions = QWidget()
        actions = QHBoxLayout(self._actions)
        actions.setContentsMargins(px(4), px(4), 0, px(4))
        actions.setSpacing(px(8))
        for button in (self.more, self.print, self.add):
            actions.addWidget(button)
        self._row1, self._row2, self._row3 = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in (self._row1, self._row2, self._row3):
            row.setSpacing(px(12))
        self._row1.addWidget(self._number)
        # As wide as it is, and the first to give way.
        self._name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._name.setMinimumWidth(px(60))
        self._row1.addWidget(self._name)
        self._row1.addWidget(self._sealed_name)
        self._row1.addWidget(self._eye)
        self._row1.addWidget(self._tag)
        self._row1.addWidget(self._restricted)
        self._row1.addStretch(1)
        self._row1.addLayout(self._alerts)
        self._row2.addWidget(self._facts, 1)
        self._row2.addWidget(self._due_icon)
        self._row2.addWidget(self._due)
        self._row3.addWidget(self._stages, 4)
        self._row3.addStretch(1)
        self._row3.addWidget(self._actions, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(10), px(24), px(8))
        column.setSpacing(px(2))
        for row in (self._row1, self._row2, self._row3):
            column.addLayout(row)
        context.names_shown_changed.connect(self._show)
        self.adopt(theme)
        self.retranslate_ui()

    def show_case(self, view: CaseView) -> None:
        """Show this case."""
        self._view = view
        self._show()

    def set_compact(self, compact: bool) -> None:
        """In a low window the stage is a fact of the second row, and the actions stand there too."""
        if compact == self._compact:
            return
        self._compact = compact
        self._stages.setVisible(not compact)
        if compact:
            self._row3.removeWidget(self._actions)
            self._row2.addWidget(self._actions)
        else:
            self._row2.removeWidget(self._actions)
            self._row3.addWidget(self._actions, 0, Qt.AlignmentFlag.AlignBottom)
        self._show()

    def _show(self) -> None:
        view, session = self._view, self._context.session
        if view is None:
            return
        case, shown = view.case, self._context.names_shown
        self._number.setText(case.number)
        name = self._context.name(full_name(view.name or "", view.reading))
        self._name.setText(name or (_("No name yet") if shown else ""))
        self._name.setVisible(shown)
        self._sealed_name.setVisible(not shown)
        self._sealed_name.set_words(_("Name hidden") if session.sees_names else _("Name sealed"))
        self._sealed_name.setToolTip(
            "" if session.sees_names else sealed_words(session, FieldClass.IDENTIFYING)
        )
        self._eye.setVisible(session.sees_names)
        self._eye.set_icon("eye" if shown else "eye-off")
        tag = identified_tag(case.identified, case.status)
        self._tag.setVisible(tag is not None)
        if tag:
            words = (
                tag.text
                if tag.icon == "archive"
                else code_list("trafficking_status").label(case.identified or "")
            )
            self._tag.set_tag(words, tag.tone, tag.icon)
        self._restricted.setVisible(case.restricted)
        self._restricted.set_tag(_("Restricted"), "sealed", "lock")
        self._show_alerts(case.alerts)
        self._facts.show_facts(self._fact_words(view))
        due = due_words(case.next_due, session.today)
        self._due.setText(
            _("Next: {when}").format(when=due.text) if due.known else pgettext("case header", "Nothing due")
        )
        self._due.set_tone(due.tone)
        self._due_icon.setVisible(bool(due.icon))
        if due.icon:
            self._due_icon.set_icon(due.icon, due.tone if due.late > 0 else "text2")
        reached = STAGES.index(case.stage) if case.stage in STAGES else 0
        labels = code_list("case_stages")
        self._stages.set_stages(
            [
                Stage(
                    labels.label(stage),
                    "done"
                    if place < reached or stage == case.stage == "closed"
                    else "next"
                    if place == reached
                    else "later",
                )
                for place, stage in enumerate(STAGES)
            ]
        )

    def _fact_words(self, view: CaseView) -> list[str]:
        case, today = view.case, self._context.session.today
        values = view.person.values if view.person else {}
        born = read_date(values.get("birth")) if self._context.names_shown else None
        person = sex_age_words(case.sex, case.age)
        if born is not None and born.precision in ("year", "month", "day"):
            person = _("{person} (born {date})").format(person=person, date=born.reading())
        elif person and case.age is not None:
            person = _("{person} at registration").format(person=person)
        spoken = (
            [language_label(code) for code in values.get("languages") or ()]
            if self._context.names_shown
            else []
        )
        day = stored_day_words(case.registered_on, today)
        facts = [
            person,
            citizenship_words(case.citizenship),
            _("speaks {languages}").format(languages=join_list(spoken)) if spoken else "",
            _("registered {day}").format(day=day),
            _("caseworker {name}").format(name=view.assigned_name)
            if view.assigned_name
            else _("nobody assigned"),
        ]
        if self._compact:
            facts.insert(0, code_list("case_stages").label(case.stage))
        return facts

    def _show_alerts(self, alerts: Sequence[str]) -> None:
        while (item := self._alerts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        grave = sorted(alerts, key=gravity)
        shown = grave if len(grave) <= _MOST_ALERTS else grave[: _MOST_ALERTS - 1]
        names = code_list("alerts")
        for code in shown:
            self._alerts.addWidget(Tag(self.theme, names.label(code), alert_tone(code), alert_icon(code)))
        if rest := grave[len(shown) :]:
            more = Tag(
                self.theme,
                ngettext("{number} more", "{number} more", len(rest)).format(number=len(rest)),
                alert_tone(rest[0]),
            )
            more.setToolTip("\n".join(names.label(code) for code in rest))
            self._alerts.addWidget(more)

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        self._eye.set_name(_("Show or hide names (F12)"))
        self.more.set_name(_("More about this case"))
        self.print.setText(_("Print"))
        self.add.setText(_("Add entry"))
        self._stages.setAccessibleDescription(_("Stage of the case"))
        self._show()
