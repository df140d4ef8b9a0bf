"""Words on a page: one line in its role, a paragraph with room between the lines, a big number, a key cap."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QMouseEvent, QResizeEvent, QTextDocument, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from shelter_i18n import current_language
from shelter_ui.theme.theme import Theme
from shelter_ui.theme.tokens import Role
from shelter_ui.widgets.base import Themed, set_look

__all__ = ["ElidedText", "Figure", "IconLabel", "KeyCap", "Prose", "SelectableProse", "Text"]

_SHIFT = Qt.KeyboardModifier.ShiftModifier


def _escaped(text: str) -> str:
    """For rich text; the module `html` would load the names of all two thousand characters."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Text(QLabel):
    """One line in a role of the type scale; the style sheet gives its size, weight and colour."""

    def __init__(
        self,
        text: str = "",
        role: Role = "body",
        tone: str = "text",
        *,
        medium: bool = False,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("role", role)
        self.setProperty("tone", tone)
        if medium:
            self.setProperty("medium", "true")

    def set_tone(self, tone: str) -> None:
        """Change the colour: text, text2, muted, accent or one of the tones."""
        set_look(self, tone=tone)


class ElidedText(Text):
    """One line that gives way: what does not fit ends in dots, and the whole stays readable by screen readers."""

    def __init__(
        self, text: str = "", role: Role = "body", tone: str = "text", *, medium: bool = False
    ) -> None:
        super().__init__("", role, tone, medium=medium)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Set the whole text."""
        self._whole = text
        self.setAccessibleName(text)
        self._fit()
        self.updateGeometry()

    def text(self) -> str:
        """The whole text."""
        return self._whole

    def sizeHint(self) -> QSize:
        """As wide as the whole text."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut again."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        super().setText(
            self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(0, self.width()))
        )


class Prose(Themed, QLabel):
    """A paragraph: escaped, wrapped, with the line height that its language needs."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: Role = "body",
        tone: str = "text",
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._plain, self._lead, self._role, self._tone = text, "", role, tone
        self._align = align
        self._heights: dict[tuple[int, str], int] = {}
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setAlignment(align | Qt.AlignmentFlag.AlignTop)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.adopt(theme)
        self._render()

    def set_text(self, text: str, lead: str = "") -> None:
        """Show a paragraph; `lead` are its first words, set in Medium."""
        self._plain, self._lead = text, lead
        self._render()

    def plain_text(self) -> str:
        """What stands there, without markup."""
        return f"{self._lead} {self._plain}".strip()

    def set_tone(self, tone: str) -> None:
        """Change the colour."""
        self._tone = tone
        self._render()

    def restyle(self) -> None:
        """Render again in the new colours and sizes."""
        self._render()

    def retranslate_ui(self) -> None:
        """Take the line height of the new language; the owner sets the text."""
        self._render()

    def _render(self) -> None:
        self._heights.clear()
        self.setFont(self.theme.font(self._role))
        self.setAccessibleName(self.plain_text())
        colour = self.theme.value(self._tone)
        height = 165 if current_language() == "zh" else 150
        # The font's own lines are 1.448 em high; Qt counts per cent of those.
        percent = round(height / 1.448)
        lead = f'<span style="font-weight:500">{_escaped(self._lead)}</span> ' if self._lead else ""
        body = _escaped(self._plain).replace("\n", "<br>")
        where = "center" if self._align & Qt.AlignmentFlag.AlignHCenter else "left"
        self.setText(
            f'<div align="{where}" style="line-height:{percent}%;color:{colour}">{lead}{body}</div>'
            if self._plain or self._lead
            else ""
        )
        self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        """Height of the paragraph at this width; QLabel measures rich text with the wrong line height."""
        if not self.text():
            return 0
        # Layouts ask for the same few widths again and again.
        key = width, self.font().key()
        if key not in self._heights:
            self._heights[key] = self._measure(width)
        return self._heights[key]

    def _measure(self, width: int) -> int:
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        option = QTextOption(self._align)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        document.setHtml(self.text())
        document.setTextWidth(max(1, width))
        return int(document.size().height()) + 1

    def hasHeightForWidth(self) -> bool:
        """A narrower place needs more lines."""
        return True

    def sizeHint(self) -> QSize:
        """A comfortable measure: at most 38 Chinese or 72 Latin characters a line."""
        measure = self.theme.px(38 * 14)
        width = min(measure, self.fontMetrics().horizontalAdvance(self.plain_text()) + 12)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """May become narrow, never shorter than its lines."""
        width = min(self.theme.px(80), self.sizeHint().width())
        return QSize(width, self.line_height())

    def line_height(self) -> int:
        """Height of one line."""
        return self.theme.line_height(self._role)


class SelectableProse(Prose):
    """A paragraph that can be marked and copied, but not dragged away: a drag bears no mark of a secret."""

    def __init__(self, theme: Theme, text: str = "", role: Role = "body", tone: str = "text") -> None:
        super().__init__(theme, text, role, tone)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on marked text begins to mark anew."""
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers() & _SHIFT:
            self.setSelection(0, 0)
        super().mousePressEvent(event)


class IconLabel(Themed, QLabel):
    """An icon that stands beside a word; silent for screen readers, because the word says it.

    With `line` it is as high as one line of that role, and so stands beside the first line of a paragraph.
    """

    def __init__(
        self,
        theme: Theme,
        name: str,
        size: int = 16,
        colour: str = "text2",
        *,
        line: Role | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._size, self._colour, self._line = name, size, colour, line
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.adopt(theme)
        self.restyle()

    def set_icon(self, name: str, colour: str | None = None) -> None:
        """Show another icon, in another colour if one is given."""
        self._name, self._colour = name, colour or self._colour
        self.restyle()

    def restyle(self) -> None:
        """Draw the icon in the palette now in force."""
        self.setPixmap(
            self.theme.icons.pixmap(self._name, self._size, self._colour, self.devicePixelRatioF())
        )
        height = self.theme.line_height(self._line) if self._line else self.theme.px(self._size)
        self.setFixedSize(self.theme.px(self._size), height)


class KeyCap(QLabel):
    """The name of a key or combination: "Ctrl F"."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", "key")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class Figure(QWidget):
    """A big number and the words that say what it counts."""

    def __init__(
        self, number: str = "", words: str = "", tone: str = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._number = Text(number, "figure", tone)
        self._words = Text(words, "label", "text2")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._number)
        row.addWidget(self._words, 1, Qt.AlignmentFlag.AlignBottom)
        self._words.setContentsMargins(0, 0, 0, 5)
        self.set_figure(number, words)

    def set_figure(self, number: str, words: str) -> None:
        """Show another number and its words."""
        self._number.setText(number)
        self._words.setText(words)
        self.setAccessibleName(f"{number} {words}".strip())
