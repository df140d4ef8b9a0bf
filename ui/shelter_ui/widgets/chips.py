"""Several coded answers: chips in a field, found by typing, kept in the order they were given."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from shelter_i18n import _, ngettext
from shelter_i18n.formats import join_facts, join_list
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import FlowLayout, Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.options import (
    STAYS,
    Option,
    OptionPopup,
    find_options,
    meant_option,
    not_chosen_words,
)
from shelter_ui.widgets.painting import draw_icon, draw_text, text_width

__all__ = ["ChipsEdit"]

_MOST_SHOWN = 8


class _Chip(Themed, QWidget):
    """One chosen answer with its cross."""

    removed = Signal(str)

    def __init__(self, theme: Theme, code: str, label: str) -> None:
        super().__init__()
        self.code, self.label, self.marked = code, label, False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(label)
        self.adopt(theme)

    def sizeHint(self) -> QSize:
        """Word and cross."""
        theme = self.theme
        return QSize(text_width(theme.font("label"), self.label) + theme.px(37), theme.px(24))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The cross removes; the rest of the chip leaves the click to the field."""
        if event.position().x() >= self.width() - self.theme.px(24):
            self.removed.emit(self.code)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chip; a marked one has the focus border."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = theme.focus_line if self.marked else theme.line if theme.high_contrast else 0
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        pen = QPen(theme.colour("focus" if self.marked else "line"), width) if width else Qt.PenStyle.NoPen
        painter.setPen(pen)
        painter.setBrush(theme.colour("select"))
        painter.drawRoundedRect(box, theme.px(4), theme.px(4))
        words = QRectF(theme.px(9), 0, self.width() - theme.px(34), self.height())
        draw_text(painter, theme, words, self.label, theme.font("label"), "text")
        draw_icon(painter, theme, "x", self.width() - theme.px(21), self.height() / 2, 14, "text2")


class ChipsEdit(Themed, QWidget):
    """A coded multiple choice.

    Typing filters by word, pinyin, initials, the other language and code; Enter takes the marked one.
    Backspace in the empty field marks the last chip, once more removes it; Left and Right walk the
    chips, Delete removes, Ctrl+Z brings back. On leaving, a word that means one answer takes it; what means
    none stays as it was typed and is a `problem`.
    """

    #: A person has added or removed an answer.
    changed = Signal()
    #: A person has typed what is no answer yet.
    typed = Signal()

    def __init__(self, theme: Theme, options: Sequence[Option] = (), placeholder: str = "") -> None:
        super().__init__()
        self._options: list[Option] = list(options)
        self._codes: list[str] = []
        self._before: list[list[str]] = []
        self._chips: list[_Chip] = []
        self._marked = -1
        self._refused = False
        self._error = ""
        self._placeholder = placeholder
        self._edit = QLineEdit()
        self._edit.setProperty("bare", "true")
        self._edit.setMinimumWidth(theme.px(90))
        self._edit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._edit.installEventFilter(self)
        self._edit.textEdited.connect(self._on_edited)
        self._more = Button(theme, "", "quiet", size="small")
        self._more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._more.clicked.connect(self._on_more)
        self._popup = OptionPopup(theme, self)
        self._popup.picked.connect(self._on_picked)
        self._flow = FlowLayout(self, theme.px(6))
        px = theme.px
        self._flow.setContentsMargins(px(7), px(6), px(30), px(6))
        self._flow.addWidget(self._more)
        self._flow.addWidget(self._edit)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusProxy(self._edit)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.adopt(theme)
        self._show_chips()
        self.retranslate_ui()

    # -- values ---------------------------------------------------------------------------------

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer these answers; chosen codes stay, also those that are no longer offered."""
        self._options = list(options)
        self._show_chips()

    def codes(self) -> list[str]:
        """The chosen codes in the order they were given."""
        return list(self._codes)

    def set_codes(self, codes: Sequence[str]) -> None:
        """Show a choice without telling anybody."""
        self._codes, self._before = list(codes), []
        self._show_chips()

    def typing(self) -> str:
        """What stands in the field and is no answer yet, or an empty text."""
        return self._edit.text().strip()

    def set_typing(self, text: str) -> None:
        """Show what was typed and left before; it is no answer."""
        self._edit.setText(text)
        self._refused = True

    def problem(self) -> str:
        """Why what was typed is no answer, or an empty text."""
        return not_chosen_words(self._options, self.typing()) if self._refused else ""

    def settle(self) -> None:
        """Take what was typed for an answer if it means one, as leaving the field does."""
        self._popup.hide()
        if self._refused or not self.typing():
            return
        code = meant_option(self._options, self.typing(), self._popup.marked())
        if not code:
            self._refused = True
            self.typed.emit()
            return
        self._edit.clear()
        if code not in self._codes:
            self._change([*self._codes, code])

    def set_error(self, on: bool) -> None:
        """Show or take back the error state."""
        self._error = "alert" if on else ""
        self.update()

    def set_warning(self, on: bool) -> None:
        """Show or take back the warning state."""
        self._error = "warning" if on else ""
        self.update()

    def popup(self) -> OptionPopup:
        """The list under the field."""
        return self._popup

    def setAccessibleName(self, name: str) -> None:
        """Name the field; the place to type in says it too."""
        super().setAccessibleName(name)
        self._edit.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        """Describe the field; the place to type in says it after what is chosen."""
        super().setAccessibleDescription(description)
        self._speak()

    def _speak(self) -> None:
        chosen = join_list(self._label(code) for code in self._codes)
        self._edit.setAccessibleDescription(join_facts((chosen, self.accessibleDescription())))

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is chosen and typed stays."""
        self._show_chips()

    def _label(self, code: str) -> str:
        return next((option.label for option in self._options if option.code == code), code)

    def _change(self, codes: list[str]) -> None:
        self._before.append(self._codes)
        self._codes = codes
        self._marked = -1
        self._show_chips()
        self.changed.emit()

    def _toggle(self, code: str) -> None:
        if code in self._codes:
            self._change([kept for kept in self._codes if kept != code])
        else:
            self._change([*self._codes, code])

    # -- what is shown --------------------------------------------------------------------------

    def _show_chips(self) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        folded = len(self._codes) > _MOST_SHOWN and not self._edit.hasFocus()
        shown = self._codes[:_MOST_SHOWN] if folded else self._codes
        self._chips = [_Chip(self.theme, code, self._label(code)) for code in shown]
        for index, chip in enumerate(self._chips):
            chip.removed.connect(self._toggle)
            self._flow.insert_widget(index, chip)
            chip.show()
        hidden = len(self._codes) - len(shown)
        self._more.setText(ngettext("{number} more", "{number} more", hidden).format(number=hidden))
        self._more.setVisible(hidden > 0)
        self._edit.setPlaceholderText(self._placeholder or ("" if self._codes else _("Type a word or code")))
        self._speak()
        self._mark(self._marked)
        self.updateGeometry()

    def set_placeholder(self, text: str) -> None:
        """What stands in the field while nothing is typed."""
        self._placeholder = text
        self._show_chips()

    def _mark(self, index: int) -> None:
        self._marked = index if index < len(self._chips) else -1
        for number, chip in enumerate(self._chips):
            chip.marked = number == self._marked
            chip.update()
        if self._marked >= 0:
            self._edit.setAccessibleDescription(self._chips[self._marked].label)

    def _offer(self) -> None:
        found = find_options(self._options, self._edit.text())
        self._popup.offer(found, set(self._codes), self._popup.marked())

    # -- what a person does ---------------------------------------------------------------------

    def _on_edited(self, _text: str) -> None:
        self._refused = False
        self._mark(-1)
        self._offer()
        self.typed.emit()

    def _on_more(self) -> None:
        self._edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def _on_picked(self, code: str) -> None:
        self._edit.clear()
        self._refused = False
        self._toggle(code)
        self._offer()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer the keys of the place to type in, before the line edit does."""
        if watched is not getattr(self, "_edit", self):
            return False
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self._popup.isVisible():
                event.accept()
            return False
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut} and isinstance(event, QFocusEvent):
            if event.type() == QEvent.Type.FocusOut:
                if event.reason() in STAYS:
                    self._popup.hide()
                else:
                    self.settle()
                self._marked = -1
            if len(self._codes) > _MOST_SHOWN:
                self._show_chips()
            else:
                self._mark(self._marked)
            self.update()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key, empty = event.key(), not self._edit.text()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if key == Qt.Key.Key_Z and empty and self._before:
                self._codes = self._before.pop()
                self._show_chips()
                self.changed.emit()
                return True
            return False
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
            return True
        return self._chip_key(key) if empty and self._chips else False

    def _chip_key(self, key: int) -> bool:
        last = len(self._chips) - 1
        if key == Qt.Key.Key_Backspace:
            if self._marked < 0:
                self._mark(last)
            else:
                self._toggle(self._chips[self._marked].code)
            return True
        if key == Qt.Key.Key_Delete and self._marked >= 0:
            self._toggle(self._chips[self._marked].code)
            return True
        if key == Qt.Key.Key_Left:
            self._mark(last if self._marked < 0 else max(0, self._marked - 1))
            return True
        if key == Qt.Key.Key_Right and self._marked >= 0:
            self._mark(self._marked + 1 if self._marked < last else -1)
            return True
        return False

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Type here, and see what there is."""
        self._edit.setFocus(Qt.FocusReason.MouseFocusReason)
        self._offer()

    # -- place and painting ---------------------------------------------------------------------

    def hasHeightForWidth(self) -> bool:
        """Chips wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As many rows of chips as the width needs, at least 36."""
        return max(self.theme.px(36), self._flow.heightForWidth(width))

    def sizeHint(self) -> QSize:
        """A comfortable width."""
        width = self.theme.px(320)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Room for one chip and typing; the height follows the width."""
        return QSize(self.theme.px(160), self.heightForWidth(max(self.width(), self.theme.px(160))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the field around the chips."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self._edit.hasFocus()
        line = self._error or ("focus" if focus else "control" if self.isEnabled() else "line")
        width = theme.focus_line if self._error or focus else theme.line
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setPen(QPen(theme.colour(line), width))
        painter.setBrush(theme.colour("field" if self.isEnabled() else "sunken"))
        painter.drawRoundedRect(box, theme.px(6), theme.px(6))
        mark = self._error and ("circle-alert" if self._error == "alert" else "triangle-alert")
        left = self.width() - theme.px(24)
        draw_icon(painter, theme, mark or "chevron-down", left, self.height() / 2, 16, self._error or "text2")
