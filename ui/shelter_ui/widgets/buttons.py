"""Buttons of every kind: one filled button a view, the others outlined, as text, or quiet."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from shelter_i18n import _
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, set_look
from shelter_ui.widgets.texts import KeyCap

__all__ = ["Button", "ButtonKind", "IconButton"]

#: Not every desktop presses a button with these.
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ButtonKind = Literal["primary", "secondary", "text", "quiet", "link"]


class Button(Themed, QPushButton):
    """A button with words, and an icon if one is named.

    Labels are verbs with their object. `busy` shows an hourglass, keeps the width and refuses clicks.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        kind: ButtonKind = "secondary",
        *,
        icon: str = "",
        size: Literal["small", "normal", "large"] = "normal",
        keys: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon_name = icon
        self._icon_size = 14 if size == "small" and kind == "primary" else 16
        self._busy = False
        self._keys = keys
        self.setProperty("kind", kind)
        self.setProperty("button_size", size)
        self.setAutoDefault(False)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._cap: KeyCap | None = None
        self.adopt(theme)
        if icon:
            theme.keep_icon(self, icon, self._icon_size)
        if keys:
            self._cap = KeyCap(keys)
            self._cap.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row = QHBoxLayout(self)
            row.setContentsMargins(0, 0, theme.px(10), 0)
            row.addWidget(self._cap, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setProperty("keys", "true")
            self.setAccessibleDescription(keys)

    def set_icon(self, name: str, colour: str = "") -> None:
        """Show another icon."""
        self._icon_name = name
        if not self._busy:
            self.theme.keep_icon(self, name, self._icon_size, colour)

    @property
    def busy(self) -> bool:
        """Whether the button is at work."""
        return self._busy

    def set_busy(self, busy: bool) -> None:
        """Show that what the button does is under way; it keeps its width and its focus."""
        if busy == self._busy:
            return
        self._busy = busy
        if busy:
            self.setMinimumWidth(self.width() if self.isVisible() else self.sizeHint().width())
            self.theme.keep_icon(self, "hourglass", 14)
        else:
            self.setMinimumWidth(0)
            if self._icon_name:
                self.theme.keep_icon(self, self._icon_name, self._icon_size)
            else:
                self.theme.drop_icon(self)
        set_look(self, busy="true" if busy else "false")
        self.setAccessibleDescription(_("Working") if busy else self._keys)

    def hitButton(self, pos: QPoint) -> bool:
        """Whether a click there counts; not while busy."""
        return not self._busy and super().hitButton(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Space or Enter; not while busy."""
        if self._busy:
            return
        if event.key() in _ENTER and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Wide enough for the key cap too."""
        hint = super().sizeHint()
        if self._cap is not None:
            hint.setWidth(hint.width() + self._cap.sizeHint().width() + self.theme.px(4))
        return hint


class IconButton(Themed, QPushButton):
    """A button with an icon only; its name is spoken, and shown as a tool tip."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        name: str = "",
        *,
        size: int = 16,
        colour: str = "",
        inside: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_size = size
        self.setProperty("kind", "inside" if inside else "icon")
        self.setAutoDefault(False)
        if inside:
            self.setCursor(Qt.CursorShape.ArrowCursor)
        self.adopt(theme)
        theme.keep_icon(self, icon, size, colour)
        self.set_name(name)

    def set_name(self, name: str) -> None:
        """Name for screen readers and the tool tip."""
        self.setAccessibleName(name)
        self.setToolTip(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Space or Enter."""
        if event.key() in _ENTER and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def set_icon(self, icon: str, colour: str = "") -> None:
        """Show another icon."""
        self.theme.keep_icon(self, icon, self._icon_size, colour)
