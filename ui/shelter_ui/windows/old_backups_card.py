"""Backups that former keys open: encrypting them anew, or removing them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout

from shelter_app.casework.old_backups import encrypt_anew, old_backups, remove_old
from shelter_app.errors import ShelterError
from shelter_app.storage.backup import BackupInfo
from shelter_app.storage.store import Changes
from shelter_i18n import _, ngettext
from shelter_ui.context import AppContext
from shelter_ui.tasks import Job
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.texts import Prose

__all__ = ["OldBackupsCard"]


class OldBackupsCard(Card):
    """Takes no room where no such backup can be reached."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context.theme)
        self.setObjectName("old_backups_card")
        self._context = context
        self._found: Sequence[BackupInfo] = ()
        self._words = Prose(context.theme, "")
        self._anew, self._remove = Button(context.theme, ""), Button(context.theme, "", "quiet")
        self._anew.setObjectName("encrypt_anew")
        self._anew.clicked.connect(lambda _checked=False: self._on_anew())
        self._remove.setObjectName("remove_old_backups")
        self._remove.clicked.connect(lambda _checked=False: self._on_remove())
        self._panel = ProgressPanel(context.theme)
        buttons = QHBoxLayout()
        buttons.setSpacing(context.theme.px(8))
        buttons.addWidget(self._anew)
        buttons.addWidget(self._remove)
        buttons.addStretch(1)
        self.body.addWidget(self._words)
        self.body.addWidget(self._panel)
        self.body.addLayout(buttons)
        self.hide()
        context.hub.changed.connect(self._on_changed)
        context.backup_made.connect(self.look)
        self.retranslate_ui()

    def look(self) -> None:
        """See which there are; reads headers alone."""
        session = self._context.session
        self._context.tasks.run(
            lambda _job: old_backups(session), self._on_found, on_error=lambda _error: self._on_found(()), owner=self
        )  # fmt: skip

    def _on_found(self, found: Sequence[BackupInfo]) -> None:
        self._found = found
        self._anew.set_busy(False)
        self.retranslate_ui()
        self.setVisible(bool(found))

    def _on_changed(self, changes: Changes) -> None:
        if changes.touches("users"):
            self.look()

    def _on_anew(self) -> None:
        if self._anew.busy:
            return
        session, found = self._context.session, list(self._found)

        def work(job: Job) -> int:
            for info in found:
                job.check()
                encrypt_anew(session, info, progress=job.progress)
            return len(found)

        self._anew.set_busy(True)
        job = Job()
        self._panel.follow(job, _("Encrypting old backups anew"))
        self._context.tasks.run(
            work, self._on_done, on_error=self._on_refused, on_cancelled=self.look, owner=self, job=job
        )

    def _on_done(self, count: int) -> None:
        self._context.navigate.toast(
            ngettext(
                "{number} backup is encrypted anew.", "{number} backups are encrypted anew.", count
            ).format(number=count)
        )
        self.look()

    def _on_refused(self, error: ShelterError) -> None:
        self._context.ask.show(_("This could not be done"), str(error))
        self.look()

    def _on_remove(self) -> None:
        count = len(self._found)
        self._context.ask.confirm(
            ngettext("Remove {number} old backup?", "Remove {number} old backups?", count).format(
                number=count
            ),
            _("They cannot be brought back. Make a new backup first."),
            _("Remove them"),
            self._do_remove,
        )

    def _do_remove(self) -> None:
        session, found = self._context.session, list(self._found)

        def removed(_done: None) -> None:
            self._context.navigate.toast(_("The old backups are removed."))
            self.look()

        self._context.tasks.run(
            lambda _job: remove_old(session, found), removed, on_error=self._on_refused, owner=self
        )

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        count = len(self._found)
        self.set_title(_("Backups under former keys"))
        self._words.set_text(
            ngettext(
                "{number} backup opens with the keys from before somebody was removed. Encrypted anew, it opens for "
                "the users of today.",
                "{number} backups open with the keys from before somebody was removed. Encrypted anew, they open for "
                "the users of today.",
                count,
            ).format(number=count)
        )
        self._anew.setText(_("Encrypt them anew"))
        self._remove.setText(_("Remove them"))
