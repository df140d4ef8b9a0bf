"""One coded answer out of many: a field that filters while one types."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent

from shelter_i18n import _
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.options import (
    STAYS,
    Option,
    OptionPopup,
    find_options,
    meant_option,
    not_chosen_words,
)
from shelter_ui.widgets.painting import draw_icon

__all__ = ["ChoiceBox"]


class ChoiceBox(LineEdit):
    """A single coded choice, found by word, pinyin, initials, the other language or code.

    On leaving, a word that means one option takes it; an emptied field means no choice. What means none stays
    as it was typed and is a `problem` with `keeps_typing`, and gives way to the earlier choice without.
    """

    room_right = 20

    #: A person has chosen another code, or None.
    changed = Signal(object)
    #: A person has typed what is no choice yet, or taken it back.
    typed = Signal()

    def __init__(
        self,
        theme: Theme,
        options: Sequence[Option] = (),
        placeholder: str = "",
        *,
        keeps_typing: bool = False,
    ) -> None:
        super().__init__(theme)
        self._keeps_typing = keeps_typing
        self._options = list(options)
        self._code: str | None = None
        self._own_placeholder = placeholder
        self._typing = self._refused = self._moved = False
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
        self._code, self._typing, self._refused = code, False, False
        self._show_choice()

    def typing(self) -> str:
        """What stands in the field and is no choice yet, or an empty text."""
        return self.text().strip() if self._typing else ""

    def set_typing(self, text: str) -> None:
        """Show what was typed and left before; it is no choice."""
        self._typing = self._refused = True
        self.setText(text)
        self.setCursorPosition(0)

    def problem(self) -> str:
        """Why what was typed is no choice, or an empty text."""
        return not_chosen_words(self._options, self.typing()) if self._refused else ""

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
        self._typing, self._refused, self._moved = True, False, False
        self._offer(text)
        self.typed.emit()

    def _on_picked(self, code: str | None) -> None:
        different = code != self._code or self._refused
        self.set_code(code)
        self._popup.hide()
        self.selectAll()
        if different:
            self.changed.emit(code)

    def settle(self) -> None:
        """Take what was typed for a choice if it means one, as leaving the field does."""
        self._popup.hide()
        if not self._typing or self._refused:
            return
        typed, marked = self.typing(), self._popup.marked()
        code = marked if self._moved else meant_option(self._options, typed, marked)
        if code or not typed:
            self._on_picked(code or None)
        elif self._keeps_typing:
            self._refused = True
            self.typed.emit()
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
                self._moved = bool(self._popup.options())
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
            self.typed.emit()
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
        if event.reason() not in STAYS:
            self.settle()
            # What was chosen by leaving stands selected; only the field with the keyboard shows that.
            self.deselect()

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
