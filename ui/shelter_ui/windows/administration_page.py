"""Settings, users, vault and journal, each a tab that is built when it is first seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from shelter_app.casework.session import Session
from shelter_app.vault.rights import Right
from shelter_i18n import N_, _
from shelter_ui.context import AppContext
from shelter_ui.widgets.texts import Text
from shelter_ui.windows.erasing_page import ErasingPage
from shelter_ui.windows.journal_page import JournalTab
from shelter_ui.windows.page import Page
from shelter_ui.windows.settings_page import SettingsPage
from shelter_ui.windows.users_page import UsersPage
from shelter_ui.windows.vault_page import VaultPage

__all__ = ["AdministrationPage"]

#: Name of the tab, message id, page, and the right without which it is absent.
_TABS: tuple[tuple[str, str, Callable[[AppContext], Page], Right | None], ...] = (
    ("settings", N_("Settings"), SettingsPage, None),
    ("users", N_("Users"), UsersPage, Right.MANAGE_USERS),
    ("backup", N_("Vault and backup"), VaultPage, Right.BACK_UP),
    ("journal", N_("Journal"), JournalTab, Right.READ_JOURNAL),
    ("erasing", N_("Erasing"), ErasingPage, Right.PROPOSE_ERASURE),
)


class AdministrationPage(Page):
    """What one's role does not use is not there."""

    # Its tabs are pages.
    dressed_whole = False

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self._heading = Text("", "title")
        self._offered = [tab for tab in _TABS if _offered(context.session, tab[3])]
        self._built: dict[int, Page] = {}
        self.tabs = QTabWidget()
        self.tabs.setObjectName("administration_tabs")
        self.tabs.setDocumentMode(True)
        # The style draws a line of its own over the tabs, which the tabs cut into pieces.
        self.tabs.tabBar().setDrawBase(False)
        for part in (self._heading, self.tabs.tabBar()):
            theme.dress(part)
        for _name, _label, _page, _right in self._offered:
            place = QWidget()
            column = QVBoxLayout(place)
            column.setContentsMargins(0, theme.px(16), 0, 0)
            self.tabs.addTab(place, "")
        self.tabs.currentChanged.connect(self._on_tab)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(16), theme.px(24), theme.px(8))
        column.setSpacing(theme.px(8))
        column.addWidget(self._heading)
        column.addWidget(self.tabs, 1)

    def title(self) -> str:
        """Name of the page."""
        return _("Administration")

    def on_shown(self) -> None:
        """Show the tab that was seen last."""
        self._on_tab(self.tabs.currentIndex())

    def open_tab(self, name: str) -> None:
        """Show one of the tabs; "sheets" is the drill of the recovery sheets in one of them."""
        names = [tab[0] for tab in self._offered]
        if name == "sheets" and "backup" in names:
            self.open_tab("backup")
            page = self.tab("backup")
            if isinstance(page, VaultPage):
                page.open_drill()
        if name in names:
            self.tabs.setCurrentIndex(names.index(name))

    def tab(self, name: str) -> Page | None:
        """The page of a tab, if it was seen yet."""
        names = [tab[0] for tab in self._offered]
        return self._built.get(names.index(name)) if name in names else None

    def _on_tab(self, number: int) -> None:
        if number not in self._built:
            page = self._offered[number][2](self.context)
            place = self.tabs.widget(number)
            layout = place.layout() if place is not None else None
            assert layout is not None
            layout.addWidget(page)
            page.show()
            self._built[number] = page
        if self.isVisible():
            self._built[number].on_shown()

    def save_draft(self) -> None:
        """The tabs keep what is typed themselves."""
        for page in self._built.values():
            page.save_draft()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._heading.setText(_("Administration"))
        self.tabs.setAccessibleName(_("Parts of the administration"))
        for number, tab in enumerate(self._offered):
            self.tabs.setTabText(number, _(tab[1]))


def _offered(session: Session, right: Right | None) -> bool:
    return right is None or session.may(right)
