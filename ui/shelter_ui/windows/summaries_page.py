"""Everything about figures that leave the office, each part a tab that is built when it is first seen."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final, cast

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from shelter_i18n import N_, _
from shelter_ui.context import AppContext
from shelter_ui.windows.page import Page
from shelter_ui.windows.summary_page import SummaryPage

__all__ = ["SummariesPage"]

#: Name of the tab, message id, module and class of its page; modules are loaded when a tab is first seen.
_TABS: Final = (
    ("send", N_("Make and send"), "summary_page", "SummaryPage"),
    ("pool", N_("Pool"), "pool_page", "PoolPage"),
    ("check", N_("Check a package"), "check_package_page", "CheckPackagePage"),
    ("keys", N_("Keys and rules"), "sending_keys_page", "SendingKeysPage"),
)


class SummariesPage(Page):
    """Making and sending, pools, checking what came or went, and the keys."""

    # Its tabs are pages.
    dressed_whole = False

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self._built: dict[int, Page] = {}
        self.tabs = QTabWidget()
        self.tabs.setObjectName("summaries_tabs")
        self.tabs.setDocumentMode(True)
        # The style draws a line of its own over the tabs, which the tabs cut into pieces.
        self.tabs.tabBar().setDrawBase(False)
        theme.dress(self.tabs.tabBar())
        for _tab in _TABS:
            place = QWidget()
            column = QVBoxLayout(place)
            column.setContentsMargins(0, theme.px(8), 0, 0)
            self.tabs.addTab(place, "")
        self.tabs.currentChanged.connect(self._on_tab)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(8), theme.px(20), theme.px(8))
        column.addWidget(self.tabs, 1)
        self._on_tab(0)

    def title(self) -> str:
        """Name of the page."""
        return _("Summaries")

    def on_shown(self) -> None:
        """Show the tab that was seen last."""
        self._on_tab(self.tabs.currentIndex())

    def open_tab(self, name: str) -> None:
        """Show one of the tabs."""
        names = [tab[0] for tab in _TABS]
        if name in names:
            self.tabs.setCurrentIndex(names.index(name))

    def tab(self, name: str) -> Page | None:
        """The page of a tab, if it was seen yet."""
        return self._built.get([tab[0] for tab in _TABS].index(name))

    def _on_tab(self, number: int) -> None:
        if number not in self._built:
            _name, _label, module, kind = _TABS[number]
            make = getattr(import_module(f"shelter_ui.windows.{module}"), kind)
            page = cast("Callable[[AppContext], Page]", make)(self.context)
            if isinstance(page, SummaryPage):
                page.keys_asked.connect(lambda: self.open_tab("keys"))
                page.pool_asked.connect(lambda: self.open_tab("pool"))
            place = self.tabs.widget(number)
            layout = place.layout() if place is not None else None
            assert layout is not None
            layout.addWidget(page)
            page.show()
            self._built[number] = page
        if self.isVisible():
            self._built[number].on_shown()

    def can_leave(self) -> bool:
        """What is under way goes on; it can be stopped on its tab."""
        return all(page.can_leave() for page in self._built.values())

    def on_escape(self) -> bool:
        """The tab that is seen answers first."""
        return self._built[self.tabs.currentIndex()].on_escape()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self.tabs.setAccessibleName(_("Parts of the page on summaries"))
        for number, tab in enumerate(_TABS):
            self.tabs.setTabText(number, _(tab[1]))
