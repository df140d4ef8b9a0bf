"""The search that is always there: asks a moment after the last key, never while an input method composes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from shelter_i18n import _
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.buttons import IconButton
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.texts import IconLabel, KeyCap, Text

__all__ = ["SearchBox"]

DEBOUNCE_MS = 80


class SearchBox(LineEdit):
    """One line with a magnifier, the number of hits, a cross, and the key that leads here."""

    #: What is looked for now, without spaces around; empty when the field was emptied.
    query_changed = Signal(str)
    #: Down was pressed: the list below takes the focus.
    entered_list = Signal()
    #: Escape was pressed in the empty field: back to where the person was.
    left = Signal()

    def __init__(
        self, theme: Theme, placeholder: str = "", keys: str = "Ctrl F", parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "", placeholder, parent)
        self._last = ""
        self._composing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self._ask)
        self._icon = IconLabel(theme, "search", 16, "text2", parent=self)
        self._count = Text("", "caption", "muted", parent=self)
        self._cap = KeyCap(keys, self)
        self._clear = IconButton(theme, "x", inside=True, parent=self)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.clicked.connect(self.empty)
        for widget in (self._icon, self._count, self._cap):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._on_text)
        self.restyle()
        self.retranslate_ui()

    def query(self) -> str:
        """What is looked for, without spaces around."""
        return self.text().strip()

    def set_count(self, words: str) -> None:
        """Say how many were found, at the right of the field."""
        self._count.setText(words)
        self._place()

    def empty(self) -> None:
        """Empty the field and tell at once."""
        self.clear()
        self._timer.stop()
        self._ask()

    def retranslate_ui(self) -> None:
        """Fetch the texts; the owner sets the placeholder for the role."""
        self.setAccessibleName(_("Search"))
        self._clear.set_name(_("Clear the search"))
        self._place()

    def restyle(self) -> None:
        """Take the sizes of the new scale."""
        self.setFixedHeight(self.theme.px(34))
        self._place()

    def sizeHint(self) -> QSize:
        """420 wide."""
        return self.theme.size(420, 34)

    def minimumSizeHint(self) -> QSize:
        """May become narrower."""
        return self.theme.size(200, 34)

    def _on_text(self) -> None:
        self._place()
        if not self._composing:
            self._timer.start()

    def _ask(self) -> None:
        if self._composing or self.query() == self._last:
            return
        self._last = self.query()
        self.query_changed.emit(self._last)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Wait while an input method composes; ask when it has committed."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        if self._composing:
            self._timer.stop()
        elif self.query() != self._last:
            self._timer.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down enters the list, Enter asks at once, Escape clears and then goes back."""
        key = event.key()
        if key == Qt.Key.Key_Down:
            self._flush()
            self.entered_list.emit()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._flush()
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape and self.text():
            self.empty()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _flush(self) -> None:
        self._timer.stop()
        self._ask()

    def event(self, event: QEvent) -> bool:
        """Keep Escape for ourselves, also where the window has a shortcut for it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            escape = event.key() == Qt.Key.Key_Escape
            event.setAccepted(escape)
            if escape:
                return True
        return super().event(event)

    def resizeEvent(self, event: object) -> None:
        """Keep the small things at their places."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._place()

    def _place(self) -> None:
        px, middle = self.theme.px, self.height() / 2
        typed = bool(self.text())
        self._clear.setVisible(typed)
        self._cap.setVisible(not typed and bool(self._cap.text()))
        self._count.setVisible(typed and bool(self._count.text()))
        self._icon.move(px(11), round(middle - self._icon.height() / 2))
        right = self.width() - px(8)
        for widget in (self._clear, self._cap, self._count):
            if widget.isHidden():
                continue
            widget.adjustSize()
            right -= widget.width()
            widget.move(right, round(middle - widget.height() / 2))
            right -= px(6)
        self.setTextMargins(px(24), 0, max(0, self.width() - right - px(12)), 0)
