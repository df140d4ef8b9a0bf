"""Tabs that give way: those that do not fit stand in a menu at the end, "3 more"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QTabBar, QWidget

from shelter_i18n import ngettext
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.painting import text_width

__all__ = ["MoreTabs"]


class MoreTabs(Themed, QWidget):
    """A row of tabs; the current one is always among those that are seen."""

    #: Another tab is the current one; carries its number.
    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.bar = QTabBar()
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.currentChanged.connect(self._on_current)
        self._hidden: list[int] = []
        self._menu = QMenu(self)
        # Filled when it opens: an action must not be deleted while it is being triggered.
        self._menu.aboutToShow.connect(self._fill_menu)
        self._more = Button(theme, "", "quiet", icon="chevron-down")
        self._more.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._more.setMenu(self._menu)
        self._busy = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.bar)
        row.addWidget(self._more, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self.setFocusProxy(self.bar)
        self.adopt(theme)

    def set_tabs(self, names: Sequence[str]) -> None:
        """Show tabs with these names; the current one stays the current one."""
        self._busy = True
        while self.bar.count() > len(names):
            self.bar.removeTab(self.bar.count() - 1)
        while self.bar.count() < len(names):
            self.bar.addTab("")
        for place, name in enumerate(names):
            self.bar.setTabText(place, name)
        self._busy = False
        self._arrange()

    def set_name(self, name: str) -> None:
        """What screen readers call the row."""
        self.bar.setAccessibleName(name)

    def choose(self, place: int) -> None:
        """Make a tab the current one and tell, also if it was before."""
        self._busy = True
        self.bar.setCurrentIndex(place)
        self._busy = False
        self._arrange()
        self.chosen.emit(place)

    def current(self) -> int:
        """Number of the current tab."""
        return self.bar.currentIndex()

    def _on_current(self, place: int) -> None:
        if not self._busy:
            self._arrange()
            self.chosen.emit(place)

    def _widths(self) -> list[int]:
        font = self.theme.font("body", medium=True)
        return [
            text_width(font, self.bar.tabText(i)) + self.theme.px(28) + 2 for i in range(self.bar.count())
        ]

    def _arrange(self) -> None:
        widths, current = self._widths(), self.bar.currentIndex()
        room = self.width()
        hidden: list[int] = []
        if sum(widths) > room:
            room -= self.theme.px(104)
            used = widths[current] if 0 <= current < len(widths) else 0
            for place, width in enumerate(widths):
                if place == current:
                    continue
                used += width
                if used > room:
                    hidden.append(place)
        self._busy = True
        for place in range(self.bar.count()):
            self.bar.setTabVisible(place, place not in hidden)
        # A bar that is for a moment too narrow scrolls to the current tab and stays so: it is given its
        # width, and looks at the first tab before the current one.
        shown = [place for place in range(self.bar.count()) if place not in hidden]
        self.bar.setFixedWidth(sum(widths[place] for place in shown))
        if shown:
            self.bar.setCurrentIndex(shown[0])
            self.bar.setCurrentIndex(current)
        self._busy = False
        self._hidden = hidden
        self._more.setVisible(bool(hidden))
        self._more.setText(ngettext("{number} more", "{number} more", len(hidden)).format(number=len(hidden)))

    def _fill_menu(self) -> None:
        self._menu.clear()
        for place in self._hidden:
            action = self._menu.addAction(self.bar.tabText(place))
            action.triggered.connect(lambda _checked=False, place=place: self.choose(place))

    def minimumSizeHint(self) -> QSize:
        """May become narrow: tabs go into the menu."""
        return QSize(self.theme.px(240), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """All tabs side by side."""
        return QSize(sum(self._widths()), self.bar.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as fit."""
        super().resizeEvent(event)
        self._arrange()

    def restyle(self) -> None:
        """Measure again in the new scale."""
        self._arrange()

    def retranslate_ui(self) -> None:
        """The owner sets the names; the number of the others is said here."""
        self._arrange()
