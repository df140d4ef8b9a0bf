"""Keeps what is being typed in the vault: a second after the last key, and at once when the page is left."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from shelter_app.casework import drafts
from shelter_app.casework.errors import AlreadySaved
from shelter_app.errors import ShelterError
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.widgets.progress import DraftIndicator

__all__ = ["DraftKeeper"]

_PAUSE_MS = 1000


class DraftKeeper(QObject):
    """The draft of one form that is open; one at a time, begun anew for the next form."""

    #: The draft cannot be saved; carries the ShelterError. It is tried again at the next key.
    failed = Signal(object)
    #: A draft was saved after all.
    saved = Signal()

    def __init__(self, context: AppContext, indicator: DraftIndicator, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._indicator = context, indicator
        self._values: Callable[[], dict[str, Any]] = dict
        self._unfinished: Callable[[], dict[str, Any]] = dict
        self._composing: Callable[[], bool] = bool
        self._form = ""
        self._case: str | None = None
        self._entry: str | None = None
        self._extra: dict[str, Any] = {}
        self.draft_id = ""
        self._open = False
        self._edits = 0
        self._kept_edits = 0
        self._turn = 0
        self._newest = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._on_pause)

    def begin(
        self,
        form_id: str,
        values: Callable[[], dict[str, Any]],
        composing: Callable[[], bool],
        *,
        unfinished: Callable[[], dict[str, Any]] = dict,
        case_id: str | None = None,
        entry_id: str | None = None,
        draft_id: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Look after a form; with `draft_id` its draft is the one that was begun before.

        `unfinished` gives what is typed and is no answer; it goes into the context of the draft.
        """
        self._pause.stop()
        self._unfinished = unfinished
        self._values, self._composing, self._form = values, composing, form_id
        self._case, self._entry, self._extra = case_id, entry_id, dict(extra or {})
        self.draft_id = draft_id or self._context.session.new_id()
        self._open, self._edits, self._kept_edits = True, 0, 0
        self._turn += 1
        self._indicator.clear()

    def end(self) -> None:
        """The form was saved or given up: no draft is written any more."""
        self._pause.stop()
        self._open = False
        self._turn += 1
        self._indicator.clear()

    def hold(self) -> None:
        """A save is under way, which takes the draft with it: begin no other one."""
        self._pause.stop()

    def go_on(self) -> None:
        """The save was refused: look after the draft again."""
        if self.dirty:
            self._pause.start()

    def note_part(self, part: str) -> None:
        """Remember which part of the form is shown, for the draft to come back there."""
        self._extra["part"] = part

    def on_edited(self) -> None:
        """A key was pressed or an answer chosen: save in a second, unless another key follows."""
        if self._open:
            self._edits += 1
            self._indicator.set_unsaved()
            self._pause.start()

    @property
    def dirty(self) -> bool:
        """Whether something was typed that no draft holds yet."""
        return self._open and self._edits != self._kept_edits

    def flush(self) -> None:
        """Save now, in the thread of the caller, what no draft holds yet.

        Raises:
            DiskFull: it could not be kept; the one before still is.
        """
        self._pause.stop()
        if not self.dirty:
            return
        self._newest += 1
        try:
            self._writing()()
        except ShelterError as error:
            self._on_failed(error)
            raise
        self._on_saved(self._context.session.clock(), self._edits)

    def take(self) -> Callable[[], None] | None:
        """What writes the newest text when it is called, from any thread; None if a draft holds it already."""
        self._pause.stop()
        if not self.dirty:
            return None
        self._newest += 1
        return self._writing()

    def _on_pause(self) -> None:
        if self._composing():
            self._pause.start()
            return
        if not self.dirty:
            return
        self._newest += 1
        number, turn, edits, write = self._newest, self._turn, self._edits, self._writing()

        def done(moment: dt.datetime) -> None:
            if turn == self._turn:
                self._on_saved(moment, edits)

        def wrong(error: ShelterError) -> None:
            if turn == self._turn:
                self._on_failed(error)

        def work(_job: object) -> dt.datetime:
            # A newer text may have been written at once meanwhile, and the form may be saved by now.
            if turn == self._turn and number == self._newest:
                write()
            return self._context.session.clock()

        self._context.tasks.run(work, done, on_error=wrong, owner=self)

    def _writing(self) -> Callable[[], None]:
        """What writes the text of now as the draft of this form, whatever form is begun meanwhile."""
        keep = functools.partial(
            drafts.save_draft,
            self._context.session,
            self._form,
            self._values(),
            case_id=self._case,
            entry_id=self._entry,
            draft_id=self.draft_id,
            context={**self._extra, "unfinished": self._unfinished()},
        )

        def write() -> None:
            with contextlib.suppress(AlreadySaved):
                keep()

        return write

    def _on_saved(self, moment: dt.datetime, edits: int) -> None:
        self._kept_edits = max(self._kept_edits, edits)
        if not self.dirty:
            self._indicator.set_saved(f"{moment.astimezone():%H:%M:%S}")
        self.saved.emit()

    def _on_failed(self, error: ShelterError) -> None:
        self._indicator.set_failed(_("see above"))
        self.failed.emit(error)
