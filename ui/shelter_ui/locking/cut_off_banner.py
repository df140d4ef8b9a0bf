"""Says after signing in which work the last lock, or whatever ended the program, has cut off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from shelter_app.casework.returning import CutOff, LongWork
from shelter_i18n import N_, _
from shelter_i18n.formats import format_time
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner

__all__ = ["CutOffBanner"]

_WORK: dict[LongWork, str] = {
    "backup": N_("The backup begun at {time} was cut off and does not count."),
    "import": N_("The import begun at {time} was cut off. Nothing of it was brought in."),
    "summary": N_("Making the summary, begun at {time}, was cut off. Look whether its files are complete."),
    "package": N_("The package begun at {time} was cut off. Do not hand on what was written of it."),
    "workbook": N_("The workbook begun at {time} was cut off. Do not hand on what was written of it."),
    "archive": N_("The archive begun at {time} was cut off. Do not hand on what was written of it."),
}


class CutOffBanner(Banner):
    """One sentence for each piece of work; a button takes it away."""

    #: It was read and is gone.
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "warning", parent=parent)
        self.setObjectName("cut_off_banner")
        self._works: Sequence[CutOff] = ()
        self._close = Button(theme, "", size="small")
        self._close.setObjectName("close_cut_off")
        self._close.clicked.connect(lambda _checked=False: self._on_close())
        self.add_action(self._close)
        self.hide()

    @property
    def wanted(self) -> bool:
        """Whether there is something to say."""
        return bool(self._works)

    def show_works(self, works: Sequence[CutOff]) -> None:
        """Say what was cut off; nothing is said of nothing."""
        self._works = works
        self.retranslate_ui()
        self.setVisible(self.wanted)
        if self.wanted:
            self.announce()

    def _on_close(self) -> None:
        self.show_works(())
        self.closed.emit()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._close.setText(_("Close"))
        said = [
            _(_WORK[work.kind]).format(
                time=format_time(dt.datetime.fromisoformat(work.begun_at).astimezone())
            )
            for work in self._works
            if work.kind in _WORK
        ]
        title = _("Work that was under way when the program locked or ended was not finished.")
        self.set_words(title if said else "", "\n".join(said))
