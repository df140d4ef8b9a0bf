"""Asks for a second way into the vault, every day until there is one."""

from __future__ import annotations

from PySide6.QtCore import Signal

from shelter_app.casework.ways_in import WaysIn, asks_for_another_way, wait_until_tomorrow, ways_in
from shelter_app.storage.store import Changes
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner

__all__ = ["WaysBanner", "ways_words"]


def ways_words(found: WaysIn) -> tuple[str, str]:
    """What is the matter, and what helps."""
    if not found.people:
        title = _("Nobody holds every key of this vault.")
    elif len(found.people) == 1 and not found.sheets_checked:
        title = _("Only {name} can open everything in this vault.").format(name=found.people[0])
    else:
        title = _("There is only one way into everything in this vault.")
    if found.sheets and not found.sheets_checked:
        text = _(
            "Try the recovery sheets once, or give a second person every key. Otherwise one forgotten password is the end of it."
        )
    else:
        text = _("Give a second person every key. Otherwise one forgotten password is the end of it.")
    return title, text


class WaysBanner(Banner):
    """Takes no room where there are two ways, or where it was put off today."""

    #: The person wants to see to it: the users, or the sheets.
    users_asked = Signal()
    sheets_asked = Signal()
    #: It appeared or went.
    changed = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__(context.theme, "warning", icon="key-round")
        self.setObjectName("ways_banner")
        self._context = context
        self._found: WaysIn | None = None
        self._sheets = Button(context.theme, "", size="small")
        self._sheets.setObjectName("ways_sheets")
        self._sheets.clicked.connect(lambda _checked=False: self.sheets_asked.emit())
        self._users = Button(context.theme, "", size="small")
        self._users.setObjectName("ways_users")
        self._users.clicked.connect(lambda _checked=False: self.users_asked.emit())
        self._later = Button(context.theme, "", "quiet", size="small")
        self._later.setObjectName("ways_later")
        self._later.clicked.connect(lambda _checked=False: self._on_later())
        for button in (self._sheets, self._users, self._later):
            self.add_action(button)
        self.hide()
        context.hub.changed.connect(self._on_changed)

    @property
    def wanted(self) -> bool:
        """Whether it has something to say."""
        return self._found is not None

    def look(self) -> None:
        """See anew whether it has to ask."""
        session = self._context.session

        def work(_job: object) -> WaysIn | None:
            return ways_in(session) if asks_for_another_way(session) else None

        self._context.tasks.run(work, self._on_found, on_error=lambda _error: None, owner=self)

    def _on_found(self, found: WaysIn | None) -> None:
        self._found = found
        self.retranslate_ui()
        self.changed.emit()

    def _on_changed(self, changes: Changes) -> None:
        if changes.touches("users", "sheets"):
            self.look()

    def _on_later(self) -> None:
        session = self._context.session
        self._context.tasks.run(
            lambda _job: wait_until_tomorrow(session), lambda _done: self._context.hub.tell(Changes.of(None, "sheets")),
            on_error=lambda _error: None, owner=self,
        )  # fmt: skip

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        if self._found is not None:
            self.set_words(*ways_words(self._found))
            self._sheets.setVisible(self._found.sheets and not self._found.sheets_checked)
        self._sheets.setText(_("Try the sheets"))
        self._users.setText(_("Users"))
        self._later.setText(_("Not today"))
        self.setVisible(self.wanted)
