"""A draft that waits: what it is of and when it was saved, to go on with it."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shelter_app.casework.drafts import OpenDraft
from shelter_app.domain.forms import form
from shelter_i18n import _
from shelter_i18n.formats import format_time
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.texts import Text

__all__ = ["DraftLink", "draft_title"]


def draft_title(draft: OpenDraft) -> str:
    """What a draft is of, without a name: the form, or that it corrects an entry of it."""
    title = _(form(draft.form).title)
    return _("Correction: {form}").format(form=title) if draft.entry_id else title


class DraftLink(QWidget):
    """A link, and under it the moment of the last key that was kept."""

    opened = Signal()

    def __init__(self, theme: Theme, draft: OpenDraft, words: str) -> None:
        super().__init__()
        self.link = Button(theme, words, "link")
        self.link.clicked.connect(self.opened)
        moment = format_time(dt.datetime.fromisoformat(draft.saved_at).astimezone())
        self.moment = Text(_("saved {moment}").format(moment=moment), "caption", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.px(4))
        column.setSpacing(0)
        column.addWidget(self.link)
        column.addWidget(self.moment)
