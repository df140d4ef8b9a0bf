"""Cards, banners, tags, empty places and sealed blocks: what says something without being operated."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shelter_i18n import _
from shelter_ui.theme.theme import Theme
from shelter_ui.theme.tokens import Role, Tone
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.painting import draw_hatch, draw_icon, draw_tag, draw_text, tag_width, text_width
from shelter_ui.widgets.texts import IconLabel, Prose, Text

__all__ = ["TONE_ICONS", "Banner", "Card", "EmptyState", "SealedBlock", "Tag"]

#: The icon that goes with each tone, so that none is told by its colour alone.
TONE_ICONS: dict[str, str] = {
    "alert": "octagon-alert",
    "warning": "triangle-alert",
    "ok": "circle-check",
    "info": "info",
    "overdue": "clock-alert",
    "sealed": "lock-keyhole",
}


class Card(QFrame):
    """A framed surface for things that belong together; `body` is its layout."""

    def __init__(
        self,
        theme: Theme,
        title: str = "",
        *,
        padding: int = 16,
        spacing: int = 8,
        look: str = "true",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", look)
        self.body: QBoxLayout = QVBoxLayout(self)
        edge = theme.px(padding)
        self.body.setContentsMargins(edge, theme.px(max(0, padding - 2)) if padding else 0, edge, edge)
        self.body.setSpacing(theme.px(spacing))
        #: The line of the title; buttons and remarks are added at its right.
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.px(8))
        self._title = Text(title, "section")
        self.head.addWidget(self._title)
        self.head.addStretch(1)
        if not title:
            self._title.hide()
        self.body.addLayout(self.head)

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self.setAccessibleName(title)


class Tag(Themed, QWidget):
    """A word in a small frame, with an icon; the tone colours both."""

    def __init__(self, theme: Theme, text: str = "", tone: Tone | str = "", icon: str = "") -> None:
        super().__init__()
        self._text, self._tone, self._icon = "", "", ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.adopt(theme)
        self.set_tag(text, tone, icon)

    def set_tag(self, text: str, tone: Tone | str = "", icon: str = "") -> None:
        """Show other words; without an icon a tone brings its own."""
        self._text, self._tone, self._icon = text, tone, icon or TONE_ICONS.get(tone, "")
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The words."""
        return self._text

    def tone(self) -> str:
        """The tone of frame and words; empty for none."""
        return self._tone

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        return QSize(tag_width(self.theme, self._text, self._icon), self.theme.px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the tag."""
        draw_tag(QPainter(self), self.theme, self.rect(), self._text, self._tone, self._icon)


class SealedBlock(Themed, QWidget):
    """Stands where a value is withheld on purpose: hatch, lock and words, at the height of a field."""

    def __init__(
        self,
        theme: Theme,
        words: str = "",
        *,
        height: int = 32,
        icon: str = "lock-keyhole",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._height, self._icon = words, height, icon
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.adopt(theme)
        self.set_words(words)

    def set_words(self, words: str) -> None:
        """Say who can open it; without words it says "Sealed"."""
        self._words = words
        self.setAccessibleName(self.words())
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """What the block says."""
        return self._words or _("Sealed")

    def retranslate_ui(self) -> None:
        """The owner sets its words; the default follows the language here."""
        self.set_words(self._words)

    def sizeHint(self) -> QSize:
        """As wide as its words and a piece of hatch."""
        role: Role = "label" if self._height > 26 else "caption"
        return QSize(
            text_width(self.theme.font(role), self.words()) + self.theme.px(76), self.theme.px(self._height)
        )

    def minimumSizeHint(self) -> QSize:
        """May lose the free hatch, not the words."""
        return self.sizeHint() - QSize(self.theme.px(40), 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw hatch, plate, lock and words."""
        theme, painter = self.theme, QPainter(self)
        role: Role = "label" if self._height > 26 else "caption"
        font, size = theme.font(role), 16 if self._height > 26 else 14
        draw_hatch(painter, theme, self.rect(), radius=theme.px(6 if self._height > 26 else 4))
        words = min(text_width(font, self.words()), self.width() - theme.px(size + 28))
        inset = theme.line + 1
        plate = QRectF(theme.px(4), inset, words + theme.px(size + 20), self.height() - 2 * inset)
        painter.fillRect(plate, theme.colour("sealed_bg"))
        draw_icon(painter, theme, self._icon, theme.px(10), self.height() / 2, size, "sealed")
        left = theme.px(10 + size + 6)
        draw_text(painter, theme, QRectF(left, 0, words + 2, self.height()), self.words(), font, "sealed")


class Banner(Themed, QFrame):
    """A remark across a page: tone, icon, title, sentence, and actions at the right.

    `announce` tells screen readers at once, for what cannot wait. A banner has no button to wave it away
    unless its owner adds one.
    """

    def __init__(
        self,
        theme: Theme,
        tone: Tone = "info",
        title: str = "",
        sentence: str = "",
        *,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tone: Tone = tone
        self._own_icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._icon = IconLabel(theme, icon or TONE_ICONS[tone], 20, tone)
        self._title = Text(title, "body", tone, medium=True, wrap=True)
        self._sentence = Prose(theme, sentence, "label", "text")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._sentence)
        words.addStretch(1)
        #: Buttons go here.
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(theme.px(12))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(10), theme.px(14), theme.px(10))
        row.setSpacing(theme.px(12))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addLayout(self.buttons)
        self.adopt(theme)
        self.set_words(title, sentence)

    def set_words(self, title: str, sentence: str = "") -> None:
        """Change title and sentence; either may be empty."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._sentence.set_text(sentence)
        self._sentence.setVisible(bool(sentence))
        self.setAccessibleName(f"{title} {sentence}".strip())

    def set_tone(self, tone: Tone) -> None:
        """Change the tone and, unless the banner has an icon of its own, the icon."""
        self._tone = tone
        self._icon.set_icon(self._own_icon or TONE_ICONS[tone], tone)
        self._title.set_tone(tone)
        self.update()

    def add_action(self, button: QWidget) -> None:
        """Add a button at the right."""
        self.buttons.addWidget(button)

    def announce(self) -> None:
        """Let screen readers say it now."""
        from PySide6.QtGui import QAccessible, QAccessibleEvent  # not loaded for the sign-in screen

        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw tint, line and the broad edge at the left."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, radius = theme.line, theme.px(8)
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._tone))
        painter.drawRoundedRect(QRectF(0, 0, radius * 3, self.height()), radius, radius)
        painter.restore()
        edge = theme.px(4)
        painter.setPen(QPen(theme.colour(f"{self._tone}_line"), width))
        painter.setBrush(theme.colour(f"{self._tone}_bg"))
        painter.setClipRect(edge, 0, self.width() - edge, self.height())
        painter.drawRoundedRect(box.adjusted(-radius, 0, 0, 0), radius, radius)


class EmptyState(Themed, QWidget):
    """What there is not, what to do about it, and one button that does it."""

    def __init__(self, theme: Theme, icon: str = "folder", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.px(20), theme.px(20), theme.px(20), theme.px(20))
        self._column.setSpacing(theme.px(4))
        centre = Qt.AlignmentFlag.AlignHCenter
        self._icon = IconLabel(theme, icon, 24, "muted")
        self._title = Text("", "body", medium=True)
        self._sentence = Prose(theme, "", "label", "text2", align=centre)
        self._sentence.setMaximumWidth(theme.px(320))
        self.button = Button(theme, "", size="small")
        self.button.hide()
        self._column.addStretch(1)
        self._column.addWidget(self._icon, 0, centre)
        self._column.addWidget(self._title, 0, centre)
        # Between two springs it stands in the middle and still wraps to as many lines as it needs.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._sentence, 1000)
        middle.addStretch(1)
        self._column.addLayout(middle)
        self._column.addSpacing(theme.px(8))
        self._column.addWidget(self.button, 0, centre)
        self._column.addStretch(1)
        self.adopt(theme)

    def set_words(self, title: str, sentence: str = "", action: str = "") -> None:
        """Say what there is not and what to do; `action` is the label of the button."""
        self._title.setText(title)
        self._sentence.set_text(sentence)
        self._sentence.setVisible(bool(sentence))
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.setAccessibleName(f"{title} {sentence}".strip())

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon.set_icon(icon)
