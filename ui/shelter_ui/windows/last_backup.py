"""The backup that is still due when somebody closes the program: seen, and left out with one key."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_i18n import _
from shelter_ui.tasks import Job
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.start_page import CardPage, Desk

__all__ = ["LastBackupPage"]


class LastBackupPage(CardPage):
    """Makes the backup and then lets the program end."""

    #: The backup is made, or nobody wants to wait for it.
    done = Signal()

    def __init__(self, desk: Desk, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent=parent)
        theme = desk.theme
        self.setObjectName("last_backup")
        self._session = session
        self._problem: ShelterError | None = None
        self._job: Job | None = None
        self._over = False
        self._progress = ProgressPanel(theme, delay_ms=0)
        self._progress.cancelled.connect(self._finish)
        self._said = Prose(theme, "", "body", "alert")
        self._said.hide()
        self.fields.addWidget(self._progress)
        self.fields.addWidget(self._said)
        self._skip = Button(theme, "")
        self._skip.setObjectName("close_without_backup")
        self._skip.clicked.connect(lambda _checked=False: self.go_back())
        self.buttons.addStretch(1)
        self.buttons.addWidget(self._skip)
        self.retranslate_ui()

    def on_shown(self) -> None:
        """Begin at once."""
        super().on_shown()
        self._skip.setFocus()
        if self._job is not None:
            return
        from shelter_app.casework.backups import automatic_backup

        session = self._session
        self._job = Job()
        self._progress.follow(self._job, _("Writing and verifying the backup"))
        self.desk.tasks.run(
            lambda running: automatic_backup(session, progress=running.progress),
            lambda _info: self._finish(), on_error=self._on_refused, on_cancelled=self._finish, owner=self,
            database=False, job=self._job,
        )  # fmt: skip

    def _on_refused(self, error: ShelterError) -> None:
        self._problem = error
        self.retranslate_ui()

    def go_back(self) -> None:
        """Close without a backup: the one under way is given up, and leaves nothing behind."""
        if self._job is not None:
            self._job.cancel()
        self._finish()

    def _finish(self) -> None:
        if not self._over:
            self._over = True
            self.done.emit()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        super().retranslate_ui()
        self.set_words(
            _("The backup of today"),
            _("The program closes by itself as soon as the backup is written and verified."),
        )
        self._said.set_text(str(self._problem) if self._problem else "")
        self._said.setVisible(self._problem is not None)
        self._skip.setText(_("Close") if self._problem else _("Close without a backup"))
