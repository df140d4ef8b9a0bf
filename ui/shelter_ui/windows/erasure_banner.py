"""Tells who may approve an erasure that one waits for them."""

from __future__ import annotations

from PySide6.QtCore import Signal

from shelter_app.casework.erasure_proposals import waiting_for_me
from shelter_app.storage.store import Changes
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number
from shelter_ui.context import AppContext
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner

__all__ = ["ErasureBanner"]


class ErasureBanner(Banner):
    """Takes no room where nothing waits, or where it was put off until the next sign-in."""

    #: It appeared or went.
    changed = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__(context.theme, "info")
        self.setObjectName("erasure_banner")
        self._context = context
        self._number, self._later_chosen = 0, False
        self._look = Button(context.theme, "", size="small")
        self._look.setObjectName("look_at_erasures")
        self._look.clicked.connect(
            lambda _checked=False: context.navigate.open_page("administration", "erasing")
        )
        self._later = Button(context.theme, "", "quiet", size="small")
        self._later.setObjectName("erasures_later")
        self._later.clicked.connect(lambda _checked=False: self._on_later())
        for button in (self._look, self._later):
            self.add_action(button)
        self.hide()
        context.hub.changed.connect(self._on_changed)

    @property
    def wanted(self) -> bool:
        """Whether it has something to say."""
        return self._number > 0 and not self._later_chosen

    def look(self) -> None:
        """See anew whether something waits."""
        session = self._context.session
        self._context.tasks.run(
            lambda _job: waiting_for_me(session), self._on_counted, on_error=lambda _error: None, owner=self
        )

    def _on_counted(self, number: int) -> None:
        self._number = number
        self.retranslate_ui()
        self.changed.emit()

    def _on_changed(self, changes: Changes) -> None:
        if changes.touches("erasing"):
            self.look()

    def _on_later(self) -> None:
        self._later_chosen = True
        self._on_counted(self._number)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self.set_words(
            ngettext(
                "{number} proposed erasure waits for you or another second person.",
                "{number} proposed erasures wait for you or another second person.",
                self._number,
            ).format(number=format_number(self._number)),
            _("Nothing is erased before somebody has looked at it and approved it."),
        )
        self._look.setText(_("Look at it"))
        self._later.setText(_("Not now"))
        self.setVisible(self.wanted)
