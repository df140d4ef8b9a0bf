"""The plain inputs: one line, several lines, a number, a password, each with its error state."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIntValidator, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from shelter_i18n import _
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, set_look
from shelter_ui.widgets.buttons import IconButton
from shelter_ui.widgets.painting import draw_icon
from shelter_ui.widgets.texts import IconLabel, Text

__all__ = ["HeldText", "LineEdit", "NumberEdit", "PasswordEdit", "TextArea"]

_SHIFT = Qt.KeyboardModifier.ShiftModifier


class LineEdit(Themed, QLineEdit):
    """One line of text; an error shows a border and an icon inside, and moves nothing."""

    #: Pixels at 100 % kept free at both sides for what a subclass puts into the field.
    room_left, room_right = 0, 0

    def __init__(
        self, theme: Theme, text: str = "", placeholder: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setPlaceholderText(placeholder)
        self._mark = ""
        self.adopt(theme)
        self.make_room()

    def set_error(self, on: bool) -> None:
        """Show or take back the error state."""
        self._set_mark("alert" if on else "")

    def set_warning(self, on: bool) -> None:
        """Show or take back the warning state: odd, but kept."""
        self._set_mark("warning" if on else "")

    def _set_mark(self, mark: str) -> None:
        self._mark = mark
        set_look(self, error="true" if mark == "alert" else "", warning="true" if mark == "warning" else "")
        self.make_room()

    def make_room(self) -> None:
        """Keep the text away from what stands in the field."""
        px = self.theme.px
        self.setTextMargins(px(self.room_left), 0, px(self.room_right) or (px(24) if self._mark else 0), 0)

    def restyle(self) -> None:
        """Keep the room in the new scale."""
        self.make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark of an error or a warning over the field."""
        super().paintEvent(event)
        if self._mark and not self.room_right:
            icon = "circle-alert" if self._mark == "alert" else "triangle-alert"
            left = self.width() - self.theme.px(28)
            draw_icon(QPainter(self), self.theme, icon, left, self.height() / 2, 18, self._mark)


class HeldText(QPlainTextEdit):
    """Several lines whose text cannot be dragged away: unlike a copy, a drag bears no mark of a secret."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on selected text begins a new selection."""
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers() & _SHIFT:
            cursor = self.textCursor()
            cursor.clearSelection()
            self.setTextCursor(cursor)
        super().mousePressEvent(event)


class TextArea(Themed, HeldText):
    """Several lines that grow with what is typed; Tab leaves the field."""

    def __init__(self, theme: Theme, text: str = "", *, lines: int = 2, most: int = 12) -> None:
        super().__init__(text)
        self._lines, self._most = lines, most
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.textChanged.connect(self._fit)
        self.adopt(theme)
        self._fit()

    def set_error(self, on: bool) -> None:
        """Show or take back the error state."""
        set_look(self, error="true" if on else "", warning="")

    def set_warning(self, on: bool) -> None:
        """Show or take back the warning state."""
        set_look(self, error="", warning="true" if on else "")

    def restyle(self) -> None:
        """Take the height of the new scale."""
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap again, and grow or shrink with it."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        line = self.fontMetrics().lineSpacing()
        wanted = min(self._most, max(self._lines, int(self.document().size().height())))
        height = wanted * line + self.theme.px(22)
        if self.height() != height:
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        """A comfortable width; the height is fixed by what is typed."""
        return QSize(self.theme.px(320), self.height())


class NumberEdit(LineEdit):
    """A whole number, typed or changed with Up and Down; empty until it is given."""

    def __init__(self, theme: Theme, low: int = 0, high: int = 9999) -> None:
        super().__init__(theme)
        self._low, self._high = low, high
        self.setValidator(QIntValidator(low, high, self))
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)

    def number(self) -> int | None:
        """The number, or None while none is given or it is out of bounds."""
        return int(self.text()) if self.text() and self.hasAcceptableInput() else None

    def set_number(self, number: int | None) -> None:
        """Show a number, or nothing."""
        self.setText("" if number is None else str(number))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down count."""
        if event.key() not in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            super().keyPressEvent(event)
            return
        step = 1 if event.key() == Qt.Key.Key_Up else -1
        number = self.number()
        wanted = self._low if number is None else min(self._high, max(self._low, number + step))
        if wanted != number:
            self.setText(str(wanted))
            self.textEdited.emit(self.text())


class _PasswordLine(LineEdit):
    """Learns from the keys whether Caps Lock is on; Qt does not tell it."""

    room_left, room_right = 24, 28

    def __init__(self, theme: Theme, owner: PasswordEdit) -> None:
        super().__init__(theme)
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Compare the letter that came with the state of Shift."""
        text = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            self._owner.set_caps_lock(not self._owner.caps_lock)
        elif len(text) == 1 and text.isascii() and text.isalpha():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._owner.set_caps_lock(text.isupper() != shifted)
        super().keyPressEvent(event)


class PasswordEdit(Themed, QWidget):
    """A password with a button that reveals it and a line for Caps Lock that always has its room."""

    def __init__(self, theme: Theme, *, tall: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caps_lock = False
        self.edit = _PasswordLine(theme, self)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        if tall:
            self.edit.setProperty("tall", "true")
        self._lock = IconLabel(theme, "lock-keyhole", 16, "text2", parent=self.edit)
        self._reveal = IconButton(theme, "eye", size=18, inside=True, parent=self.edit)
        self._reveal.setCheckable(True)
        self._reveal.toggled.connect(self._on_reveal)
        self._caps_icon = IconLabel(theme, "triangle-alert", 16, "warning")
        self._caps = Text("", "label", "warning")
        line = QHBoxLayout()
        line.setSpacing(theme.px(6))
        line.addWidget(self._caps_icon)
        line.addWidget(self._caps, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        column.addWidget(self.edit)
        column.addLayout(line)
        for widget in (self._caps_icon, self._caps):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            widget.setSizePolicy(policy)
        self.setFocusProxy(self.edit)
        self.edit.installEventFilter(self)
        self.adopt(theme)
        self.restyle()
        self.set_caps_lock(False)
        self.retranslate_ui()

    def text(self) -> str:
        """What was typed."""
        return self.edit.text()

    def clear(self) -> None:
        """Empty the field and hide it again."""
        self.edit.clear()
        self._reveal.setChecked(False)

    def select_all(self) -> None:
        """Select the password, so that the next key replaces it."""
        self.edit.selectAll()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_error(self, on: bool) -> None:
        """Show or take back the error state."""
        set_look(self.edit, error="true" if on else "")

    def set_caps_lock(self, on: bool) -> None:
        """Show or hide the line about Caps Lock."""
        self.caps_lock = on
        self._caps_icon.setVisible(on)
        self._caps.setVisible(on)

    def restyle(self) -> None:
        """Leave room for the icons in the new scale."""
        self._place()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._caps.setText(_("Caps Lock is on"))
        self.edit.setAccessibleName(_("Password"))
        self._name_reveal()

    def _name_reveal(self) -> None:
        self._reveal.set_name(_("Hide the password") if self._reveal.isChecked() else _("Show the password"))

    def _on_reveal(self, shown: bool) -> None:
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._reveal.set_icon("eye-off" if shown else "eye")
        self._name_reveal()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Keep the icons at their places when the field changes its size."""
        if watched is getattr(self, "edit", None) and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        px, height = self.theme.px, self.edit.height()
        self._lock.move(px(11), (height - self._lock.height()) // 2)
        side = px(24)
        self._reveal.setGeometry(self.edit.width() - side - px(8), (height - side) // 2, side, side)
