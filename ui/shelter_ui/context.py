"""What a page is given: who is signed in, how the program looks, and how to go somewhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from shelter_ui.language import LanguageSwitch
from shelter_ui.tasks import Tasks
from shelter_ui.theme.theme import Theme

if TYPE_CHECKING:
    # The sign-in screen shows before the store is loaded.
    from shelter_app.casework.session import Session
    from shelter_ui.hub import Hub

__all__ = ["PAGE_NAMES", "AppContext", "Asking", "Navigator", "PageName"]

#: Names that `Navigator.open_page` knows.
PageName = str
PAGE_NAMES: tuple[PageName, ...] = ("today", "cases", "returns", "summaries", "exchange", "administration")


class Navigator(Protocol):
    """How a page asks for another page; the main window answers."""

    def open_case(self, case_id: str, section: str | None = None) -> None:
        """Show a case, at one of its sections if one is named."""

    def open_form(
        self, case_id: str | None, form_id: str, entry_id: str | None = None, draft_id: str | None = None
    ) -> None:
        """Fill a form: a new entry, a correction of `entry_id`, or a draft that was begun before."""

    def new_case(self) -> None:
        """Begin a case with the form that says who the person is."""

    def open_page(self, name: PageName, tab: str | None = None) -> None:
        """Show one of the pages of the rail, at one of its tabs if one is named."""

    def open_search(self, text: str) -> None:
        """Show what a search finds."""

    def back(self) -> None:
        """Return to the page that was shown before."""

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """Say that something was done, without a name, with a way to undo it if there is one."""


class Asking(Protocol):
    """Questions that need an answer from a person; tests answer in their place.

    Every answer arrives later, in the callable; where somebody gives up, none arrives.
    """

    def folder(self, title: str, on_chosen: Callable[[Path], None], *, start: Path | None = None) -> None:
        """Ask for a folder."""

    def file(
        self, title: str, on_chosen: Callable[[Path], None], *, endings: Sequence[str] = (), kinds: str = ""
    ) -> None:
        """Ask for a file to read; `endings` like "xlsx", `kinds` says in words what they are."""

    def save_file(
        self, title: str, name: str, on_chosen: Callable[[Path], None], *, endings: Sequence[str] = ()
    ) -> None:
        """Ask where to write a file that would be called `name`."""

    def confirm(
        self,
        question: str,
        body: str,
        action: str,
        on_yes: Callable[[], None],
        *,
        on_no: Callable[[], None] | None = None,
        leave: str = "",
    ) -> None:
        """Ask before something that cannot be undone; `action` is the verb on the button that does it."""

    def show(self, title: str, body: str) -> None:
        """Say something that has to be read, with one button that leaves."""


class AppContext(QObject):
    """Everything a page may use. One object for each sign-in; dropped with all pages when the vault is locked.

    A page is built as `SomePage(context, parent)` and reads what it needs from here; it never looks for
    a window, an application or another page.
    """

    #: Names are shown or hidden from now on (F12); carries whether they are shown.
    names_shown_changed = Signal(bool)
    #: The signed-in person has chosen other settings; carries the `UserSettings`.
    settings_changed = Signal(object)
    #: The notes of so many cases are still being read into the index.
    notes_waiting_changed = Signal(int)
    #: The keys of the vault are destroyed and the session is over: there is nothing left to do but leave.
    vault_destroyed = Signal()
    #: A backup was made; its age is shown anew.
    backup_made = Signal()

    def __init__(
        self,
        *,
        session: Session,
        theme: Theme,
        tasks: Tasks,
        hub: Hub,
        language: LanguageSwitch,
        navigate: Navigator,
        ask: Asking,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.theme = theme
        self.tasks = tasks
        self.hub = hub
        self.language = language
        self.navigate = navigate
        self.ask = ask
        self._names_shown = True
        #: Cases whose notes a search cannot find yet.
        self.notes_waiting = 0

    @property
    def names_shown(self) -> bool:
        """Whether names may stand on the screen: somebody who holds their key has not hidden them."""
        return self._names_shown and self.session.sees_names

    def show_names(self, shown: bool) -> None:
        """Show or hide every name on every page."""
        if shown != self._names_shown:
            self._names_shown = shown
            self.names_shown_changed.emit(self.names_shown)

    def name(self, name: str | None) -> str:
        """The name as it may be shown now; empty where it is sealed or hidden."""
        return name or "" if self.names_shown else ""

    def set_notes_waiting(self, count: int) -> None:
        """Remember how many cases have notes that are not in the index yet."""
        if count != self.notes_waiting:
            self.notes_waiting = count
            self.notes_waiting_changed.emit(count)
