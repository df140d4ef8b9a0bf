"""Reads the notes into the people index while somebody works, a few cases at a time."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from shelter_app.casework.people import catch_up_notes
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_ui.context import AppContext

__all__ = ["NotesReader"]

#: Cases of one piece of work: short enough that whoever waits for the database does not notice.
_CASES: Final = 10
#: Milliseconds at least between two pieces, and before the first: the list that is shown now goes first.
_PAUSE: Final = 100
#: A pause lasts so many times as long as the piece before took, waiting included, so that the laptop stays quick.
_REST: Final = 3
#: Milliseconds after a save, so that several saves are read together.
_AFTER_SAVE: Final = 1_000


class NotesReader(QObject):
    """Brings the words of notes into the index from sign-in on and after every save; tells the context how many wait.

    It goes with the workplace: a lock drops it, and what was not read yet is read after the next sign-in.
    """

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._reading = False
        self._again = False
        self._took = QElapsedTimer()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._read)
        context.hub.changed.connect(self._on_changed)

    def start(self) -> None:
        """Begin to read, unless the signed-in person does not see names: nobody searches notes then."""
        if self._context.session.sees_names:
            self._soon.start(_AFTER_SAVE)

    def _on_changed(self, changes: Changes) -> None:
        if not self._context.session.sees_names or not changes.touches("case", "entry", "person", "import"):
            return
        if self._reading:
            self._again = True
        else:
            self._soon.start(_AFTER_SAVE)

    def _read(self) -> None:
        session = self._context.session
        self._reading, self._again = True, False
        self._took.start()
        self._context.tasks.run(
            lambda _job: catch_up_notes(session, limit=_CASES),
            self._on_read, on_error=self._on_failed, owner=self,
        )  # fmt: skip

    def _on_read(self, waiting: int) -> None:
        self._reading = False
        self._context.set_notes_waiting(waiting)
        if waiting or self._again:
            self._soon.start(max(_PAUSE, _REST * self._took.elapsed()))

    def _on_failed(self, _error: ShelterError) -> None:
        # The index is a cache: it is tried again after the next save, and healed when the vault is opened.
        self._reading = False
