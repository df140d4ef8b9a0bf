"""Answers as cards: each says in its own words what it is and what it does; one of them can be chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QTextDocument
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed

__all__ = ["ChoiceCards"]


class _CardButton(Themed, QRadioButton):
    """One answer."""

    def __init__(self, theme: Theme, code: str) -> None:
        super().__init__()
        self.code = code
        self._label = self._effect = ""
        self.setAutoExclusive(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.adopt(theme)

    def set_words(self, label: str, effect: str) -> None:
        """Set answer and effect."""
        self._label, self._effect = label, effect
        self.setAccessibleName(label)
        self.setAccessibleDescription(effect)
        self.updateGeometry()
        self.update()

    def hitButton(self, pos: QPoint) -> bool:
        """The whole card can be clicked."""
        return self.rect().contains(pos)

    def _left(self) -> int:
        return self.theme.px(40)

    def _tall(self, text: str, width: int, *, label: bool) -> int:
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.theme.font("body" if label else "label"))
        document.setPlainText(text)
        document.setTextWidth(max(width, 20))
        return int(document.size().height())

    def hasHeightForWidth(self) -> bool:
        """Words wrap in a narrow card."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Both texts and the space around them."""
        inner = width - self._left() - self.theme.px(12)
        return (
            self._tall(self._label, inner, label=True)
            + self._tall(self._effect, inner, label=False)
            + self.theme.px(18)
        )

    def sizeHint(self) -> QSize:
        """A comfortable width."""
        width = self.theme.px(300)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """As high as its words at the width it has."""
        return QSize(self.theme.px(160), self.heightForWidth(max(self.width(), self.theme.px(160))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, mark and words."""
        theme, painter, chosen = self.theme, QPainter(self), self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = theme.focus_line if chosen or self.hasFocus() else theme.line
        half = width / 2
        box = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.setPen(
            QPen(theme.colour("focus" if self.hasFocus() else "accent" if chosen else "line_strong"), width)
        )
        painter.setBrush(theme.colour("hover" if self.underMouse() and not chosen else "surface"))
        painter.drawRoundedRect(box, theme.px(6), theme.px(6))
        size, middle = theme.px(16), theme.px(20)
        mark = QRectF(theme.px(13), middle - size / 2, size, size)
        painter.setPen(QPen(theme.colour("accent" if chosen else "control"), 1.5))
        painter.setBrush(theme.colour("accent" if chosen else "surface"))
        painter.drawEllipse(mark)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("surface"))
            painter.drawEllipse(mark.center(), size * 0.2, size * 0.2)
        inner = self.width() - self._left() - theme.px(12)
        top, tall = theme.px(9), self._tall(self._label, inner, label=True)
        wrap = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("text"))
        painter.drawText(QRectF(self._left(), top, inner, tall + 2), wrap, self._label)
        painter.setFont(theme.font("label"))
        painter.setPen(theme.colour("text2"))
        below = QRectF(self._left(), top + tall, inner, self.height() - top - tall)
        painter.drawText(below, wrap, self._effect)


class ChoiceCards(Themed, QWidget):
    """Cards one below the other. Up and Down choose, digits choose directly, Enter confirms."""

    #: A person has chosen this code.
    chosen = Signal(str)
    #: Enter was pressed on a chosen card.
    confirmed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._value = ""
        self._cards: list[_CardButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(8))
        self.adopt(theme)

    def set_options(self, options: Sequence[tuple[str, str, str]]) -> None:
        """Offer (code, answer, effect); the choice stays if its code does."""
        codes = [code for code, _label, _effect in options]
        if codes != [card.code for card in self._cards]:
            for card in self._cards:
                card.hide()
                card.deleteLater()
            self._cards = [_CardButton(self.theme, code) for code in codes]
            for card in self._cards:
                card.setObjectName(f"choice_{card.code}")
                card.clicked.connect(lambda _checked=False, code=card.code: self.choose(code))
                self._column.addWidget(card)
        for card, (_code, label, effect) in zip(self._cards, options, strict=True):
            card.set_words(label, effect)
        self.set_value(self._value if self._value in codes else "")

    def value(self) -> str:
        """The chosen code, or an empty text."""
        return self._value

    def set_value(self, code: str) -> None:
        """Show a choice without telling anybody."""
        self._value = code
        stop = next((card for card in self._cards if card.code == code), None) or next(
            iter(self._cards), None
        )
        for card in self._cards:
            card.setChecked(card.code == code)
            card.setFocusPolicy(Qt.FocusPolicy.StrongFocus if card is stop else Qt.FocusPolicy.ClickFocus)
            card.update()
        if stop is not None:
            self.setFocusProxy(stop)

    def choose(self, code: str) -> None:
        """Choose as a person does: shows it and tells."""
        self.set_value(code)
        self.chosen.emit(code)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows, choose by digit, confirm with Enter."""
        codes, key = [card.code for card in self._cards], event.key()
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}.get(
            Qt.Key(key)
        )
        number = key - int(Qt.Key.Key_1)
        if step is not None and codes:
            now = codes.index(self._value) if self._value in codes else (-1 if step == 1 else len(codes))
            self._go(codes[min(max(now + step, 0), len(codes) - 1)])
        elif 0 <= number < len(codes):
            self._go(codes[number])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._value:
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)

    def _go(self, code: str) -> None:
        self.choose(code)
        for card in self._cards:
            if card.code == code:
                card.setFocus(Qt.FocusReason.OtherFocusReason)
