"""What the main window expects of every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from shelter_app.errors import ShelterError
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.widgets.base import Themed, set_ground

__all__ = ["FillsForm", "Page", "ResultList", "ShowsCase"]


class Page(Themed, QWidget):
    """One page of the main window; a page overrides what it needs.

    Built as `SomePage(context, parent)`, kept while somebody is signed in, deleted when the vault is
    locked. Pages that show one thing get it afterwards: `CasePage.show_case(case_id, section)` and
    `FormPage.start(case_id, form_id, entry_id, draft_id)`.
    """

    #: `title` has another answer now: what the page shows was read.
    title_changed = Signal()

    #: Whether the page is dressed as a whole; otherwise it dresses its parts itself.
    dressed_whole = True

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        set_ground(self, "window")
        self.adopt(context.theme)
        if self.dressed_whole:
            context.theme.dress(self)

    def title(self) -> str:
        """What the page is called in the window's title and for screen readers; never a name of a person."""
        return ""

    def on_shown(self) -> None:
        """The page has become the one that is seen: read again what may be old, and take the focus."""

    def can_leave(self) -> bool:
        """Whether another page may be shown now; a page that must finish something first says why itself."""
        return True

    def save_draft(self) -> None:
        """Keep what is typed now: another page, the lock or the end of the program is about to come.

        Raises:
            DiskFull: it could not be kept; the one before still is.
        """

    def draft_to_keep(self) -> Callable[[], None] | None:
        """What writes the newest draft from any thread, for the lock; None where nothing is unsaved."""
        return None

    def whereabouts(self) -> dict[str, str | None]:
        """What brings the page back as it is now: fields of `Place`, ids only."""
        return {}

    def open_tab(self, name: str) -> None:
        """Show one of the page's own parts."""

    def tell(self, error: ShelterError) -> None:
        """Say what could not be read or done; for what has no place of its own on the page."""
        self.context.ask.show(_("This is not possible now"), str(error))

    def on_escape(self) -> bool:
        """Close something small first (a filter, a popup); True if Esc was used up by that."""
        return False


@runtime_checkable
class ResultList(Protocol):
    """The page whose list shows what is typed into the search box (the case list)."""

    def set_search(self, text: str) -> None:
        """Show what the text finds; an empty text shows the whole list."""

    def enter_list(self) -> None:
        """Put the focus into the list, on its first row if there was none."""


class ShowsCase(Protocol):
    """The page that shows one case."""

    def show_case(self, case_id: str, section: str | None = None) -> None:
        """Show this case, at one of its sections if one is named."""


class FillsForm(Protocol):
    """The page that fills one form."""

    def start(
        self, case_id: str | None, form_id: str, entry_id: str | None = None, draft_id: str | None = None
    ) -> None:
        """Begin a new entry, a correction of `entry_id`, or go on with a draft."""
