"""The small fields of a date: digits that jump on, separators that jump on, arrows that cross borders."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from shelter_i18n import _, current_language
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, set_look
from shelter_ui.widgets.options import STAYS
from shelter_ui.widgets.texts import Text

__all__ = ["ABOUT_MARKS", "DateParts", "NumberPart"]

_SEPARATORS = "/-. 年月日号岁,"
#: What switches "about" wherever it is typed.
ABOUT_MARKS = "~≈约"
#: How many digits a part has, and from which first digit on one digit is all there can be.
_LIMITS = {"year": (4, 10), "month": (2, 2), "day": (2, 4), "age": (3, 10)}
_WIDTHS = {"year": 86, "month": 60, "day": 56, "age": 72}


class NumberPart(Themed, QLineEdit):
    """One number of a date, with its unit inside. Words that are typed into it stay until they are read."""

    #: The part is full, or a separator was typed: go on to the next.
    filled = Signal()
    #: Left at the start (-1), Right at the end (1), Backspace in an empty part (-1).
    crossed = Signal(int)
    #: More arrived than a number: a pasted date, words of an input method, a mark.
    received = Signal(str)
    #: The number, or words in its place, were changed by a person.
    number_changed = Signal()
    #: T was pressed.
    today_asked = Signal()
    #: The keyboard went somewhere else.
    left = Signal()

    def __init__(self, theme: Theme, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._just_entered = False
        self._length = 0
        #: How many digits it can hold.
        self.most, self._full_from = _LIMITS[kind]
        self._unit = Text("", "caption", "muted", parent=self)
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textEdited.connect(self._on_edited)
        self.textChanged.connect(self._on_changed)
        self.adopt(theme)
        self.restyle()
        self.retranslate_ui()

    def number(self) -> int | None:
        """The number, or None."""
        return int(self.text()) if self.text().isdigit() else None

    def set_number(self, number: int | None) -> None:
        """Show a number without telling anybody."""
        self.setText("" if number is None else str(number))

    def enter(self) -> None:
        """Take the keyboard from the part before, which is full; a Tab out of habit then leads no further."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._just_entered = True

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab: stay where the full part before has led already."""
        if forward and self._just_entered:
            self._just_entered = False
            return True
        return super().focusNextPrevChild(forward)

    def restyle(self) -> None:
        """Take the width of the new scale."""
        self.setFixedWidth(self.theme.px(_WIDTHS[self.kind]))
        self._place()

    def retranslate_ui(self) -> None:
        """Name the part; the unit stands inside where it is short."""
        names = {"year": _("Year"), "month": _("Month"), "day": _("Day"), "age": _("Age")}
        self.setAccessibleName(names[self.kind])
        chinese = current_language() == "zh"
        units = {"year": "年", "month": "月", "day": "日", "age": "岁"}
        self._unit.setText(units[self.kind] if chinese else "")
        shapes = {"year": "YYYY", "month": "MM", "day": "DD", "age": _("years")}
        self.setPlaceholderText("" if chinese else shapes[self.kind])
        self._place()

    def _place(self) -> None:
        self._unit.adjustSize()
        room = self._unit.width() + self.theme.px(2) if self._unit.text() else 0
        self.setTextMargins(0, 0, room, 0)
        self._unit.move(
            self.width() - self._unit.width() - self.theme.px(9), (self.height() - self._unit.height()) // 2
        )

    def resizeEvent(self, event: object) -> None:
        """Keep the unit at its place."""
        QLineEdit.resizeEvent(self, event)  # type: ignore[arg-type]
        self._place()

    def whole(self) -> str:
        """What stands there, number or words."""
        return self.text()

    def words(self) -> bool:
        """Whether words stand there, which are no number."""
        return bool(self.text().strip()) and not self.text().isdigit()

    def _on_changed(self, text: str) -> None:
        self._length = len(text)

    def _on_edited(self, text: str) -> None:
        plain = unicodedata.normalize("NFKC", text).strip()
        core = plain.rstrip(_SEPARATORS)
        if plain.casefold() == "t":
            self.setText("")
            self.today_asked.emit()
            return
        if core.isdigit() and len(core) <= self.most:
            if core != text:
                self.setText(core)
            self.number_changed.emit()
            if core != plain or len(core) == self.most or int(core[0]) >= self._full_from:
                self.filled.emit()
        elif not core:
            self.setText("")
            self.number_changed.emit()
        elif len(text) <= self._length + 1 and any(
            char.isalpha() and char not in ABOUT_MARKS for char in plain
        ):
            # Typed letter by letter: "spring 1999" is read when it is complete.
            self.number_changed.emit()
        else:
            self.received.emit(plain)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Cross to the neighbour at the borders; change the number with Up and Down."""
        self._just_entered = False
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._step(1 if key == Qt.Key.Key_Up else -1)
        elif plain and key == Qt.Key.Key_Left and self.cursorPosition() == 0 and not self.hasSelectedText():
            self.crossed.emit(-1)
        elif plain and key == Qt.Key.Key_Right and self.cursorPosition() == len(self.text()):
            self.crossed.emit(1)
        elif plain and key == Qt.Key.Key_Backspace and not self.text():
            self.crossed.emit(-1)
        else:
            super().keyPressEvent(event)

    def _step(self, step: int) -> None:
        highest = {"year": 2199, "month": 12, "day": 31, "age": 130}[self.kind]
        lowest = {"year": 1800, "age": 0}.get(self.kind, 1)
        number = self.number()
        if number is None:
            return
        self.set_number(min(highest, max(lowest, number + step)))
        self.number_changed.emit()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Typing with an input method is typing."""
        self._just_entered = False
        super().inputMethodEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget how the keyboard came here."""
        self._just_entered = False
        super().focusOutEvent(event)
        if event.reason() not in STAYS:
            self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the number, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the unit at its place when fonts change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._place()


class DateParts(Themed, QWidget):
    """Year, month and day in a row; each may stay empty, and empty is an answer."""

    #: A person has changed a part.
    edited = Signal()
    #: A text came that is more than a number.
    received = Signal(str)
    today_asked = Signal()
    #: Left of the year (-1) or right of the day (1).
    crossed = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.parts = [NumberPart(theme, kind) for kind in ("year", "month", "day")]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        for index, part in enumerate(self.parts):
            row.addWidget(part)
            part.number_changed.connect(self.edited)
            part.received.connect(self.received)
            part.today_asked.connect(self.today_asked)
            part.filled.connect(lambda index=index: self._go(index + 1))
            part.crossed.connect(lambda step, index=index: self._cross(index, step))
        self.adopt(theme)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Into the year. Not by a focus proxy: Tab would go to it past what stands before."""
        self.parts[0].setFocus(reason)

    def numbers(self) -> tuple[int | None, int | None, int | None]:
        """Year, month and day as far as they are given."""
        year, month, day = (part.number() for part in self.parts)
        return year, month, day

    def set_numbers(self, year: int | None = None, month: int | None = None, day: int | None = None) -> None:
        """Show these parts without telling anybody."""
        for part, number in zip(self.parts, (year, month, day), strict=True):
            part.set_number(number)

    def texts(self) -> list[str]:
        """Year, month and day as they stand there."""
        return [part.text() for part in self.parts]

    def set_texts(self, texts: Sequence[str]) -> None:
        """Show what `texts` gave without telling anybody."""
        for part, text in zip(self.parts, texts, strict=True):
            part.setText(text)

    def whole(self) -> str:
        """All parts as they stand there, in one text."""
        return " ".join(self.texts())

    def words(self) -> bool:
        """Whether words stand in one of the parts."""
        return any(part.words() for part in self.parts)

    def is_empty(self) -> bool:
        """Whether nothing is given."""
        return not any(part.text() for part in self.parts)

    def set_error(self, on: bool) -> None:
        """Show or take back the error state of all parts."""
        for part in self.parts:
            set_look(part, error="true" if on else "")

    def focus_last(self) -> None:
        """Put the focus into the last part."""
        self.parts[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def _go(self, index: int) -> None:
        if index < len(self.parts):
            self.parts[index].enter()

    def _cross(self, index: int, step: int) -> None:
        target = index + step
        if 0 <= target < len(self.parts):
            part = self.parts[target]
            part.setFocus(Qt.FocusReason.OtherFocusReason)
            part.deselect()
            part.setCursorPosition(len(part.text()) if step < 0 else 0)
        else:
            self.crossed.emit(step)
