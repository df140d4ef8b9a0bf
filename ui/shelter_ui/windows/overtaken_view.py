"""A draft of an entry that somebody corrected meanwhile: what it would change now, and what to do with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from shelter_app.casework.overtaken_drafts import Overtaken
from shelter_app.domain.forms import Form
from shelter_i18n import _
from shelter_i18n.formats import format_time
from shelter_ui.context import AppContext
from shelter_ui.models.changes import value_changes
from shelter_ui.widgets.base import Themed, rule
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner, Card
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.change_lines import add_change

__all__ = ["OvertakenView"]


class OvertakenView(Themed, QWidget):
    """Shows how a draft differs from the entry as it is now; nothing happens to either before a person decides."""

    #: Go on filling, from the entry as it is now with what the draft changed.
    taken = Signal()
    #: Forget the draft.
    discarded = Signal()

    def __init__(
        self, context: AppContext, form: Form, overtaken: Overtaken, users: Mapping[str, str]
    ) -> None:
        super().__init__()
        self._context, self._form, self._overtaken, self._users = context, form, overtaken, users
        theme = context.theme
        self._banner = Banner(theme, "warning")
        self.take = Button(theme, "", "primary")
        self.take.setObjectName("take_over")
        self.discard = Button(theme, "", "secondary")
        self.discard.setObjectName("discard_draft")
        self._banner.add_action(self.discard)
        self._banner.add_action(self.take)
        self.take.clicked.connect(self.taken)
        self.discard.clicked.connect(self.discarded)
        self._place = QVBoxLayout()
        inner = QWidget()
        column = QVBoxLayout(inner)
        edge = theme.px(24)
        column.setContentsMargins(edge, theme.px(16), edge, theme.px(16))
        column.setSpacing(theme.px(16))
        column.addWidget(self._banner)
        column.addLayout(self._place)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        context.names_shown_changed.connect(self._show)
        self.adopt(theme)
        self.retranslate_ui()

    def restyle(self) -> None:
        """Take the colours of the palette in force."""
        self._show()

    def _show(self) -> None:
        while (item := self._place.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        card = Card(self.theme, _("What your draft would change"))
        now, merged = self._overtaken.now.values, self._overtaken.merged
        changes = value_changes(self._form, now, merged, self._users, names_shown=self._context.names_shown)
        for number, change in enumerate(changes):
            if number:
                card.body.addWidget(rule())
            add_change(self.theme, card, change, before=_("{label}, saved"), after=_("{label}, your draft"))
        if not changes:
            card.body.addWidget(
                Prose(self.theme, _("Nothing: everything in it is saved already."), "label", "text2")
            )
        self._place.addWidget(card)

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        revision = self._overtaken.now.revision
        moment = dt.datetime.fromisoformat(revision.typed_at).astimezone()
        self._banner.set_words(
            _("This entry was corrected after you began your draft"),
            _(
                "{who} saved it on {moment}. Compare, then take your changes over into the entry as it is now, or discard the draft."
            ).format(who=self._users.get(revision.typed_by, revision.typed_by), moment=format_time(moment)),
        )
        self.take.setText(_("Take over and go on"))
        self.discard.setText(_("Discard the draft"))
        self._show()
