"""The ground of every page before somebody is signed in: brand, languages, a card, the quiet line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from shelter_i18n import LANGUAGES, _
from shelter_ui.context import Asking
from shelter_ui.language import LanguageSwitch
from shelter_ui.preferences import PreferencesFile
from shelter_ui.tasks import Tasks
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, set_ground
from shelter_ui.widgets.brand import Brand, WaveLine
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.texts import Prose, Text
from shelter_ui.windows.scrolling import scrolled

if TYPE_CHECKING:
    from shelter_ui.services import Services

__all__ = ["CardPage", "Desk", "StartPage"]

_WAVE_TOP = 508 / 768
#: Where the line runs highest between a third and two thirds of the width, as a share of its field.
_WAVE_DIP = 48 / 160


@dataclass(frozen=True)
class Desk:
    """What is there before a vault is open. Built once, by `shelter_ui.app`."""

    theme: Theme
    language: LanguageSwitch
    tasks: Tasks
    preferences: PreferencesFile
    ask: Asking
    services: Services


class StartPage(Themed, QWidget):
    """A page with a card in the middle; `card` is its layout."""

    #: The person asks for the list of shortcuts and words about the program.
    help_asked = Signal()
    #: The person goes back to the sign-in screen.
    left = Signal()

    def __init__(self, desk: Desk, *, card_width: int = 760, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = desk.theme
        self.desk = desk
        set_ground(self, "window")
        self._card_width = card_width
        self._wave = WaveLine(theme, self)
        self._brand = Brand(theme, "window")
        self._program = Text("", "body", medium=True)
        self._languages = Segmented(theme, list(LANGUAGES.items()), required=True, ticked=False)
        self._languages.setObjectName("languages")
        self._languages.set_value(desk.language.current)
        self._languages.changed.connect(self._on_language)
        self._help = Button(theme, "", "quiet", icon="circle-question-mark")
        self._help.clicked.connect(self.help_asked)
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(self._brand)
        head.addWidget(self._program)
        head.addStretch(1)
        head.addWidget(self._languages)
        head.addWidget(self._help)
        self._frame = QFrame()
        self._frame.setProperty("card", "true")
        #: The inside of the card.
        self.card = QVBoxLayout(self._frame)
        self.card.setContentsMargins(0, 0, 0, 0)
        self.card.setSpacing(0)
        #: Below the card: quiet buttons for what is rarely needed.
        self._plate = QWidget()
        self._plate.setProperty("ground", "")
        self._plate.installEventFilter(self)
        self.below = QHBoxLayout(self._plate)
        self.below.setContentsMargins(0, 0, 0, 0)
        self.below.setSpacing(theme.px(8))
        middle = QWidget()
        middle.setProperty("ground", "")
        self._middle = QVBoxLayout(middle)
        self._middle.setSpacing(theme.px(12))
        self._middle.addStretch(2)
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addWidget(self._frame)
        centred.addStretch(1)
        self._middle.addLayout(centred)
        self._middle.addWidget(self._plate, 0, Qt.AlignmentFlag.AlignHCenter)
        self._middle.addStretch(5)
        self._scroll = scrolled(middle)
        self._foot_left, self._foot_right = Text("", "caption", "muted"), Text("", "caption", "muted")
        foot = QHBoxLayout()
        foot.addWidget(self._foot_left)
        foot.addStretch(1)
        foot.addWidget(self._foot_right)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(14), theme.px(24), theme.px(14))
        column.setSpacing(theme.px(8))
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)
        self.adopt(theme)
        theme.dress(self)

    def set_foot(self, text: str) -> None:
        """What stands at the bottom right: which vault, which version."""
        self._foot_right.setText(text)

    def on_shown(self) -> None:
        """The page is seen now: put the focus where the person begins."""
        self._languages.set_value(self.desk.language.current)

    def restyle(self) -> None:
        """Take the width of the card in the new scale, as far as the window allows."""
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the line over the whole width, and let the card fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        theme = self.theme
        self._lay_wave()
        self._frame.setFixedWidth(min(theme.px(self._card_width), max(320, self.width() - theme.px(64))))

    def _lay_wave(self) -> None:
        """Two thirds down, but never through the words below the card; left out where it has no room."""
        theme, plate = self.theme, self._plate
        words = plate.mapTo(self, QPoint(0, plate.height())).y() if self.below.count() else 0
        high = theme.px(160)
        # In the middle the line runs this far below the top of its field.
        top = max(round(self.height() * _WAVE_TOP), words + theme.px(8) - round(high * _WAVE_DIP))
        self._wave.setGeometry(0, top, self.width(), high)
        self._wave.setVisible(top + high <= self.height())
        self._wave.lower()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move the line when the card has grown."""
        if watched is self._plate and event.type() in {QEvent.Type.Move, QEvent.Type.Resize}:
            self._lay_wave()
        return super().eventFilter(watched, event)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._program.setText(_("Casework"))
        self._help.setText(_("Help"))
        self._languages.setAccessibleName(_("Language"))
        self._languages.set_value(self.desk.language.current)
        self._foot_left.setText(_("This program does not use the network. Data stay on this computer only."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the sign-in screen."""
        if event.key() == Qt.Key.Key_Escape:
            self.go_back()
        else:
            super().keyPressEvent(event)

    def go_back(self) -> None:
        """Leave the page; nothing to leave on the sign-in screen itself."""
        self.left.emit()

    def _on_language(self, code: object) -> None:
        self.desk.preferences.change(language=str(code))
        self.desk.language.use(str(code))


class CardPage(StartPage):
    """A start page whose card holds a title, a sentence, fields and buttons."""

    def __init__(self, desk: Desk, *, card_width: int = 640, parent: QWidget | None = None) -> None:
        super().__init__(desk, card_width=card_width, parent=parent)
        theme = desk.theme
        self._heading = Text("", "title", wrap=True)
        self._intro = Prose(theme, "", "body", "text2")
        #: Fields go here.
        self.fields = QVBoxLayout()
        self.fields.setSpacing(theme.px(16))
        #: Buttons: the step back at the left, what goes on at the right.
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(theme.px(12))
        edge = theme.px(32)
        self.card.setContentsMargins(edge, theme.px(28), edge, theme.px(28))
        self.card.setSpacing(theme.px(8))
        self.card.addWidget(self._heading)
        self.card.addWidget(self._intro)
        self.card.addSpacing(theme.px(8))
        self.card.addLayout(self.fields)
        self.card.addSpacing(theme.px(8))
        self.card.addLayout(self.buttons)

    def set_words(self, heading: str, intro: str = "") -> None:
        """Title and first sentence of the card."""
        self._heading.setText(heading)
        self._intro.set_text(intro)
        self._intro.setVisible(bool(intro))
