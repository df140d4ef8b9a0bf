"""Parts of the window that wear the style sheet: what is seen changes at once, the rest when it is shown next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from shelter_ui.theme.theme import Theme

__all__ = ["Dressing"]

_SEEN = {QEvent.Type.Polish, QEvent.Type.Show}


class Dressing(QObject):
    """Dresses one part of the window: a page, a dialog, the rail.

    The sheet hangs on the parts and not on the application: there Qt would style every widget of the program
    anew at each change, and each widget again whenever something around it is put into a layout. A part that
    is not seen keeps what it wears, what its widgets have to do (`later`) and a change of language until it is.
    """

    def __init__(self, theme: Theme, part: QWidget) -> None:
        super().__init__(part)
        self._theme = theme
        self._worn = ""
        self._later: dict[QObject, Callable[[], None]] = {}
        self._unsaid = False
        part.installEventFilter(self)
        if part.isVisible():
            self.put_on()

    @property
    def _part(self) -> QWidget:
        # Asked for anew: what Python was handed for a widget that Qt made, such as the bar of tabs, goes out of use
        # while the widget lives on.
        return cast("QWidget", self.parent())

    @property
    def waiting(self) -> bool:
        """Whether the part is not seen, so that its looks can wait."""
        return not self._part.isVisible()

    def later(self, owner: QObject, act: Callable[[], None]) -> None:
        """Do this when the part is seen next; the last wish of each owner counts."""
        self._later[owner] = act

    def put_on(self) -> None:
        """Wear the sheet in force."""
        sheet = self._theme.style_sheet
        if self._worn != sheet:
            if self._worn:
                # Exchanged for another one, Qt would style every widget once for each of its ancestors.
                self._part.setStyleSheet("")
            self._part.setStyleSheet(sheet)
            self._worn = sheet
        waited, self._later = self._later, {}
        for owner, act in waited.items():
            if shiboken6.isValid(owner):
                act()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Dress the part before it is seen, and keep a change of language from it until then."""
        kind = event.type()
        if kind in _SEEN:
            self.put_on()
            if self._unsaid:
                self._unsaid = False
                QCoreApplication.sendEvent(self._part, QEvent(QEvent.Type.LanguageChange))
        elif kind == QEvent.Type.LanguageChange and self.waiting and self._worn:
            self._unsaid = True
            return True
        return False
