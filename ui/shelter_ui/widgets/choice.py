"""One coded answer out of many: a field that filters while one types."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent

from shelter_i18n import _
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.options import Option, OptionPopup, find_options
from shelter_ui.widgets.painting import draw_icon

__all__ = ["ChoiceBox"]


class ChoiceBox(LineEdit):
    """A single coded choice, found by word, pinyin, initials, the other language or code.

    What was typed and matches nothing gives way to the earlier choice on leaving; an emptied field
    means no choice.
    """

    room_right = 20

    #: A person has chosen another code, or None.
    changed = Signal(object)

    def __init__(self, theme: Theme, options: Sequence[Option] = (), placeholder: str = "") -> None:
        super().__init__(theme)
        self._options = list(options)
        self._code: str | None = None
        self._own_placeholder = placeholder
        self._typing = False
        self._popup = OptionPopup(theme, self)
        self._popup.picked.connect(self._on_picked)
        self.textEdited.connect(self._on_edited)
        self.installEventFilter(self)
        self.retranslate_ui()

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer these answers; the choice stays, also if it is no longer offered."""
        self._options = list(options)
        if not self._typing:
            self._show_choice()

    def code(self) -> str | None:
        """The chosen code, or None."""
        return self._code

    def set_code(self, code: str | None) -> None:
        """Show a choice without telling anybody."""
        self._code, self._typing = code, False
        self._show_choice()

    def popup(self) -> OptionPopup:
        """The list under the field."""
        return self._popup

    def retranslate_ui(self) -> None:
        """Fetch the texts; the owner sets the options in the new language."""
        self.setPlaceholderText(self._own_placeholder or _("Type or choose"))
        if not self._typing:
            self._show_choice()

    def set_placeholder(self, text: str) -> None:
        """What stands in the field while nothing is chosen."""
        self._own_placeholder = text
        self.retranslate_ui()

    def _show_choice(self) -> None:
        code = self._code
        label = next((option.label for option in self._options if option.code == code), code or "")
        if self.text() != label:
            self.setText(label)
            self.setCursorPosition(0)

    def _offer(self, typed: str = "") -> None:
        chosen = {self._code} if self._code else set()
        self._popup.offer(find_options(self._options, typed), chosen, "" if typed else self._code or "")

    def _on_edited(self, text: str) -> None:
        self._typing = True
        self._offer(text)

    def _on_picked(self, code: str | None) -> None:
        different = code != self._code
        self.set_code(code)
        self._popup.hide()
        self.selectAll()
        if different:
            self.changed.emit(code)

    def _leave(self) -> None:
        self._popup.hide()
        if not self._typing:
            return
        typed = self.text().strip()
        if not typed:
            self._on_picked(None)
            return
        exact = [
            option for option in self._options if typed.casefold() in {option.label.casefold(), option.code}
        ]
        if exact:
            self._on_picked(exact[0].code)
        else:
            self.set_code(self._code)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Answer the keys of the list before the line edit does."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            escape = event.key() == Qt.Key.Key_Escape and self._popup.isVisible()
            event.setAccepted(escape or event.isAccepted())
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            if self._popup.isVisible():
                self._popup.move_mark(1 if key == Qt.Key.Key_Down else -1)
            else:
                self._offer()
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._popup.isVisible():
            if code := self._popup.marked():
                self._on_picked(code)
            return True
        if key == Qt.Key.Key_Escape and self._popup.isVisible():
            self._popup.hide()
            self.set_code(self._code)
            self.selectAll()
            return True
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the word, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Settle what was typed."""
        super().focusOutEvent(event)
        if event.reason() not in {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}:
            self._leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open or close the list."""
        super().mousePressEvent(event)
        if self.isReadOnly():
            return
        if self._popup.isVisible():
            self._popup.hide()
        else:
            self.selectAll()
            self._offer()

    def sizeHint(self) -> QSize:
        """A comfortable width."""
        return QSize(self.theme.px(220), super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chevron over the field."""
        super().paintEvent(event)
        mark, theme = self._mark, self.theme
        icon = {"alert": "circle-alert", "warning": "triangle-alert"}.get(mark, "chevron-down")
        colour = mark or ("text2" if self.isEnabled() else "disabled")
        draw_icon(QPainter(self), theme, icon, self.width() - theme.px(26), self.height() / 2, 16, colour)
