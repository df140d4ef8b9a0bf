"""What is shown when a vault is lost or damaged, and before the program ends with a backup due."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from shelter_app.errors import ShelterError
from shelter_i18n import _
from shelter_ui.windows.start_page import Desk, StartPage

if TYPE_CHECKING:
    from shelter_app.casework.checking import CheckReport
    from shelter_app.casework.session import Session
    from shelter_ui.windows.workplace import Workplace

__all__ = ["WaysOut"]

#: Shows a page in place of all others; the second is called when the person leaves it.
Show = Callable[[StartPage, Callable[[], None] | None], None]


class WaysOut(QObject):
    """Builds these pages and puts them into the window through `show`."""

    #: Another vault was opened on the way; carries its `Session`.
    opened = Signal(object)
    #: The recovery sheets opened the vault; carries the `Session` of the new administrator.
    recovered = Signal(object)

    def __init__(self, desk: Desk, show: Show, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._show = show
        self._ending = False

    def recover(self, vault: Path) -> None:
        """Come in with the recovery sheets."""
        from shelter_ui.windows.recover import RecoverPage

        page = RecoverPage(self._desk, vault)
        page.opened.connect(self.recovered)
        self._show(page, None)

    def new_sheets(self, session: Session, on_done: Callable[[], None], on_left: Callable[[], None]) -> None:
        """Offer to make new sheets after the vault was opened with the old ones."""
        from shelter_ui.windows.new_sheets import NewSheetsPage

        page = NewSheetsPage(self._desk, session)
        page.done.connect(on_done)
        self._show(page, on_left)

    def restore(self, vault: Path | None, source: Path | None = None) -> None:
        """Bring a backup back; `vault` is the one at hand, to be compared with."""
        from shelter_ui.windows.restore import RestorePage

        page = RestorePage(self._desk, at_hand=vault, source=source)
        page.opened.connect(self.opened)
        self._show(page, None)

    def does_not_open(self, vault: Path | None, error: ShelterError, user: str) -> None:
        """Say what can be seen from outside, and show the ways out."""
        from shelter_app.casework.checking import damage_from_outside

        if vault is not None:
            self.damaged(vault, damage_from_outside(vault, error), user)

    def damaged(
        self, vault: Path, faults: list[str], user: str, on_left: Callable[[], None] | None = None
    ) -> None:
        """What is damaged, the newest backup, and what can still be read."""
        from shelter_ui.windows.damage import DamagePage

        page = DamagePage(self._desk, vault, faults, user=user)
        page.restore_asked.connect(lambda source: self.restore(vault, source))
        page.opened.connect(self.opened)
        self._show(page, on_left)

    def found_while_open(
        self, session: Session, report: CheckReport, work: Workplace, on_left: Callable[[], None]
    ) -> None:
        """The check found damage in the open vault: say so, and go there when the person wants to.

        What is typed is kept as a draft; the vault stays open until another one is.
        """

        def go() -> None:
            _keep_drafts(work)
            self.damaged(session.folder.path, list(report.faults), session.keyring.name, on_left)

        self._desk.ask.confirm(
            _("Something in the vault is damaged"), "\n".join(report.faults[:4]), _("Show what can be done"), go,
            leave=_("Later"),
        )  # fmt: skip

    def last_backup(self, session: Session | None, work: Workplace | None, done: Callable[[], None]) -> bool:
        """Make the backup that is due before the program ends, and then call `done`; False where none is due.

        It is asked for once: whoever closes the window again does not want to wait.
        """
        first, self._ending = not self._ending, True
        if session is None or work is None or not first:
            return False
        from shelter_app.casework.backups import backup_due

        try:
            if not backup_due(session):
                return False
        except ShelterError:
            return False
        from shelter_ui.windows.last_backup import LastBackupPage

        _keep_drafts(work)
        page = LastBackupPage(self._desk, session)
        page.done.connect(done)
        self._show(page, done)
        return True


def _keep_drafts(work: Workplace) -> None:
    for keep in work.drafts_to_keep():
        with contextlib.suppress(ShelterError):
            keep()
