"""How old the last backup is and where it lies, on the page of the day."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from shelter_app.casework.backups import backup_age
from shelter_app.vault.rights import Right
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.notices_bar import backup_words, disk_words

__all__ = ["BackupCard"]


class BackupCard(Themed, Card):
    """Follows every backup; its button is there while one is missing or old."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, padding=14, spacing=6, parent=parent)
        self._context = context
        self.setObjectName("backup_card")
        self._words = Prose(context.theme, "", "label", "text2")
        self._make = Button(context.theme, "", size="small")
        self._make.setObjectName("backup_from_today")
        self._make.clicked.connect(
            lambda _checked=False: context.navigate.open_page("administration", "backup")
        )
        self.body.addWidget(self._words)
        self.body.addWidget(self._make)
        self._age = backup_age(context.session)
        context.backup_made.connect(self._on_backup)
        self.adopt(context.theme)
        self.retranslate_ui()

    def _on_backup(self) -> None:
        self._age = backup_age(self._context.session)
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        session, age = self._context.session, self._age
        late = age.level != "ok"
        self.set_title(_("Backup"))
        words = backup_words(age)
        if age.days is None:
            words = _(
                "This vault has never been backed up. If this computer is lost or breaks, everything is lost with it."
            )
        elif age.clock_odd:
            words = _(
                "The clock of this computer stands before the last backup. Set it right, and make a new backup."
            )
        elif disk_words(age):
            words = _("{age}. {disk}").format(age=words, disk=disk_words(age))
        self._words.set_text(words)
        self._words.set_tone("overdue" if late else "text2")
        self._make.setText(_("Make a backup"))
        self._make.setVisible(late and session.may(Right.BACK_UP))
