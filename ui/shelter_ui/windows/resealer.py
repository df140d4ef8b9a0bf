"""Brings under the keys in force what lies under former ones, a little at a time while somebody works."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer

from shelter_app.casework.resealing import reseal_some
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_ui.context import AppContext

__all__ = ["Resealer"]

#: Parts of one piece of work: short enough that whoever waits for the database does not notice.
_PARTS: Final = 50
#: Milliseconds after sign-in, and between two pieces.
_BEGIN: Final = 2_000
_PAUSE: Final = 60


class Resealer(QObject):
    """Works from sign-in on, and after keys were replaced. A lock drops it; the rest is done after the next sign-in."""

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._working = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._work)
        context.hub.changed.connect(self._on_changed)

    def start(self) -> None:
        """Begin a moment after the first page is shown."""
        self._soon.start(_BEGIN)

    def _on_changed(self, changes: Changes) -> None:
        if changes.touches("users") and not self._working:
            self._soon.start(_PAUSE)

    def _work(self) -> None:
        if self._working:
            return
        self._working = True
        session = self._context.session
        self._context.tasks.run(
            lambda _job: reseal_some(session, limit=_PARTS),
            self._on_done, on_error=self._on_failed, on_cancelled=self._on_stopped, owner=self,
        )  # fmt: skip

    def _on_done(self, left: int) -> None:
        self._working = False
        self._context.hub.tell(Changes.of(None, "keys"))
        if left:
            self._soon.start(_PAUSE)

    def _on_failed(self, _error: ShelterError) -> None:
        # It is tried again after the next sign-in; the users page says what is left.
        self._working = False

    def _on_stopped(self) -> None:
        self._working = False
