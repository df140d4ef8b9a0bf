"""Makes the backup that is due and checks the vault, while nobody types; a lock stops both at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from shelter_app.casework.backups import automatic_backup, backup_due
from shelter_app.casework.checking import CheckReport, check_asked, check_due, check_vault
from shelter_app.errors import ShelterError
from shelter_app.storage.backup import BackupInfo
from shelter_ui.context import AppContext

__all__ = ["Caretaker"]

#: Milliseconds between two looks at the clock, and after sign-in where the vault was not closed properly.
_LOOK: Final = 15_000
_SOON: Final = 4_000
#: Seconds without a key or a movement before work begins by itself.
_QUIET: Final = 40.0
#: Looks that are left out after something did not work, so that a full stick is not tried every minute.
_REST: Final = 120


class Caretaker(QObject):
    """Works beside the pages in threads that do not hold up a save. Goes with the workplace."""

    #: A check that began by itself found something; carries its `CheckReport`.
    damage_found = Signal(object)
    #: A backup that was due did not come about; carries the `ShelterError`.
    backup_failed = Signal(object)

    def __init__(
        self, context: AppContext, quiet_for: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._quiet_for = quiet_for
        self._working = False
        self._rest = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look at the clock from now on; a vault that was not closed properly is checked at once."""
        self._timer.start()
        if check_asked(self._context.session):
            QTimer.singleShot(_SOON, self, self._check)

    def look(self) -> None:
        """Begin what is due, if nobody is at the keyboard."""
        if self._rest:
            self._rest -= 1
        elif not self._working and self._quiet_for() >= _QUIET:
            self._begin()

    def _begin(self) -> None:
        session = self._context.session
        try:
            if backup_due(session):
                self._back_up()
            elif check_due(session):
                self._check()
        except ShelterError:
            self._rest = _REST

    def _back_up(self) -> None:
        session = self._context.session
        self._working = True
        self._context.tasks.run(
            lambda job: automatic_backup(session, progress=job.progress),
            self._on_backup, on_error=self._on_failed, on_cancelled=self._on_stopped, owner=self, database=False,
        )  # fmt: skip

    def _on_backup(self, info: BackupInfo | None) -> None:
        self._working = False
        if info is not None:
            self._context.backup_made.emit()

    def _on_failed(self, error: ShelterError) -> None:
        self._working, self._rest = False, _REST
        self.backup_failed.emit(error)

    def _check(self) -> None:
        if self._working:
            return
        session = self._context.session
        self._working = True
        self._context.tasks.run(
            lambda job: check_vault(session, job.progress),
            self._on_checked, on_error=self._on_not_checked, on_cancelled=self._on_stopped, owner=self,
            database=False,
        )  # fmt: skip

    def _on_checked(self, report: CheckReport) -> None:
        self._working = False
        if report.damage:
            self.damage_found.emit(report)

    def _on_not_checked(self, _error: ShelterError) -> None:
        self._working, self._rest = False, _REST

    def _on_stopped(self) -> None:
        self._working = False
