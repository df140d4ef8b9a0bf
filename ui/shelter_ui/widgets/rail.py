"""The rail at the left: the parts of the program, the age of the backup, and who is working."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shelter_i18n import _, ngettext
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, rule, set_ground
from shelter_ui.widgets.brand import Brand
from shelter_ui.widgets.painting import draw_icon, draw_text, text_width
from shelter_ui.widgets.texts import ElidedText, IconLabel, Text

__all__ = ["Avatar", "Rail", "RailEntry"]

_WIDE, _NARROW = 176, 56


@dataclass(frozen=True)
class RailEntry:
    """A part of the program: its code, icon, name and the number of due things in it."""

    code: str
    icon: str
    label: str
    count: int = 0


class Avatar(Themed, QWidget):
    """A circle with one or two letters; a person's own sign, never a picture."""

    def __init__(self, theme: Theme, letters: str = "", size: int = 28, icon: str = "") -> None:
        super().__init__()
        self._letters, self._size, self._icon = letters, size, icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.adopt(theme)

    def set_letters(self, letters: str) -> None:
        """Show other letters: initials, or the family name in Chinese."""
        self._letters = letters
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return self.theme.size(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the circle."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(theme.colour("line_strong"), theme.line))
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(box)
        if self._icon:
            draw_icon(
                painter, theme, self._icon, (self.width() - theme.px(16)) / 2, self.height() / 2, 16, "text"
            )
        else:
            font = theme.font("caption", medium=True)
            draw_text(painter, theme, box, self._letters, font, "text", align=Qt.AlignmentFlag.AlignHCenter)


class _Item(QAbstractButton):
    """One part of the program in the rail."""

    def __init__(self, rail: Rail, entry: RailEntry) -> None:
        super().__init__(rail)
        self.rail, self.entry = rail, entry
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setObjectName(f"rail_{entry.code}")

    def speak(self) -> None:
        """Name and number for screen readers; a tool tip where the words are hidden."""
        entry = self.entry
        words = entry.label
        if entry.count:
            due = ngettext("{number} due", "{number} due", entry.count).format(number=entry.count)
            words = f"{entry.label}, {due}"
        self.setAccessibleName(words)
        self.setToolTip(words if self.rail.narrow else "")

    def sizeHint(self) -> QSize:
        """36 high."""
        return self.rail.theme.size(40 if self.rail.narrow else 160, 36)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk, Enter opens."""
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.rail.walk(self, 1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the item; the current one has a bar, a frame and Medium weight."""
        theme, painter, on = self.rail.theme, QPainter(self), self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = theme.line
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        if on or self.underMouse() or self.isDown():
            painter.setPen(QPen(theme.colour("line"), width) if on else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("surface" if on else "pressed" if self.isDown() else "hover"))
            painter.drawRoundedRect(box, theme.px(6), theme.px(6))
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            bar = QRectF(0, (self.height() - theme.px(18)) / 2, theme.px(3), theme.px(18))
            painter.drawRoundedRect(bar, theme.px(1.5), theme.px(1.5))
        middle = self.height() / 2
        colour = "accent" if on else "text2"
        left = (self.width() - theme.px(18)) / 2 if self.rail.narrow else theme.px(10)
        draw_icon(painter, theme, self.entry.icon, left, middle, 18, colour)
        count = str(self.entry.count) if self.entry.count else ""
        if self.rail.narrow:
            if count:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent"))
                painter.drawEllipse(
                    QRectF(self.width() - theme.px(13), theme.px(6), theme.px(6), theme.px(6))
                )
            return
        room = text_width(theme.font("caption"), count) + theme.px(4) if count else 0
        words = QRectF(theme.px(38), 0, self.width() - theme.px(48) - room, self.height())
        font = theme.font("body", medium=on)
        draw_text(painter, theme, words, self.entry.label, font, "text" if on else "text2")
        aside = QRectF(self.width() - theme.px(10) - room, 0, room, self.height())
        draw_text(
            painter, theme, aside, count, theme.font("caption"), "muted", align=Qt.AlignmentFlag.AlignRight
        )


class _Foot(QAbstractButton):
    """The age of the backup, which leads to the place where one is made."""

    def __init__(self, rail: Rail) -> None:
        super().__init__(rail)
        self.rail = rail
        self.setObjectName("rail_backup")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def sizeHint(self) -> QSize:
        """As high as its words."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else QSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, as in the list above."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Show that it can be pressed; the words draw themselves."""
        if self.underMouse() or self.isDown():
            theme, painter = self.rail.theme, QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("pressed" if self.isDown() else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), theme.px(6), theme.px(6))


class Rail(Themed, QWidget):
    """Chooses the part of the program. The window handles F6, Alt+1 to 6 and the collapse."""

    #: The person asks for the part with this code.
    chosen = Signal(str)
    #: The age of the backup was pressed.
    backup_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_ground(self, "rail")
        self.theme = theme
        self.narrow = False
        self._items: list[_Item] = []
        self._current = ""
        self._program, self._post = Text("", "body", medium=True), ElidedText("", "caption", "muted")
        self._brand = Brand(theme)
        self._words = QWidget()
        words = QVBoxLayout(self._words)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        words.addWidget(self._program)
        words.addWidget(self._post)
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(10), 0, theme.px(4), theme.px(12))
        head.setSpacing(theme.px(10))
        head.addWidget(self._brand)
        head.addWidget(self._words, 1)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(2))
        self._backup_icon = IconLabel(theme, "hard-drive", 16, "muted")
        self._backup = Text("", "caption", "muted", wrap=True)
        self._backup_row = _Foot(self)
        self._backup_row.clicked.connect(lambda _checked=False: self.backup_asked.emit())
        for widget in (self._backup_icon, self._backup):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        backup = QHBoxLayout(self._backup_row)
        backup.setContentsMargins(theme.px(10), theme.px(6), theme.px(4), theme.px(6))
        backup.setSpacing(theme.px(10))
        backup.addWidget(self._backup_icon)
        backup.addWidget(self._backup, 1)
        self._avatar = Avatar(theme)
        self._name, self._role = ElidedText("", "caption", medium=True), ElidedText("", "caption", "muted")
        self._who = QWidget()
        who = QVBoxLayout(self._who)
        who.setContentsMargins(0, 0, 0, 0)
        who.setSpacing(0)
        who.addWidget(self._name)
        who.addWidget(self._role)
        person = QHBoxLayout()
        person.setContentsMargins(theme.px(6), theme.px(6), theme.px(4), 0)
        person.setSpacing(theme.px(8))
        person.addWidget(self._avatar)
        person.addWidget(self._who, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(8), theme.px(14), theme.px(8), theme.px(12))
        column.setSpacing(theme.px(2))
        column.addLayout(head)
        column.addLayout(self._list)
        column.addStretch(1)
        column.addWidget(self._backup_row)
        column.addWidget(rule())
        column.addLayout(person)
        self.adopt(theme)
        self.set_narrow(False)

    def set_brand(self, program: str, post: str) -> None:
        """Name of the program and of the post."""
        self._program.setText(program)
        self._post.setText(post)

    def set_entries(self, entries: Sequence[RailEntry]) -> None:
        """Offer these parts: only those that the role can use. The current one stays current."""
        if [item.entry.code for item in self._items] == [entry.code for entry in entries]:
            for item, entry in zip(self._items, entries, strict=True):
                # How much is due is told by itself.
                item.entry = replace(entry, count=entry.count or item.entry.count)
        else:
            for item in self._items:
                item.setParent(None)
                item.deleteLater()
            self._items = [_Item(self, entry) for entry in entries]
            for item in self._items:
                self._list.addWidget(item)
                item.clicked.connect(lambda _checked=False, code=item.entry.code: self._on_clicked(code))
        self.set_current(self._current)

    def set_count(self, code: str, count: int) -> None:
        """Number of due things in one part."""
        for item in self._items:
            if item.entry.code == code:
                item.entry = RailEntry(code, item.entry.icon, item.entry.label, count)
                item.speak()
                item.update()

    def set_current(self, code: str) -> None:
        """Show which part is open, without telling anybody."""
        self._current = code
        stop = next((item for item in self._items if item.entry.code == code), next(iter(self._items), None))
        for item in self._items:
            item.setChecked(item.entry.code == code)
            item.setFocusPolicy(Qt.FocusPolicy.StrongFocus if item is stop else Qt.FocusPolicy.ClickFocus)
            item.speak()
            item.update()
        if stop is not None:
            self.setFocusProxy(stop)

    @property
    def current(self) -> str:
        """Code of the open part."""
        return self._current

    def set_backup(self, words: str, *, late: bool = False, shown: bool = True) -> None:
        """Age of the backup; `late` from seven days on. Not `shown` where the page or the strip above it says it louder."""
        tone = "overdue" if late else "muted"
        self._backup.setText(words)
        self._backup_row.setAccessibleName(words)
        self._backup_row.setVisible(shown)
        self._backup.set_tone(tone)
        self._backup_icon.set_icon("clock-alert" if late else "hard-drive", tone)
        self._backup_row.setToolTip(words if self.narrow else "")

    def set_person(self, letters: str, name: str, role: str) -> None:
        """Who is working."""
        self._avatar.set_letters(letters)
        self._name.setText(name)
        self._role.setText(role)
        self._avatar.setAccessibleName(f"{name}, {role}")

    def set_narrow(self, narrow: bool) -> None:
        """Icons only, or with words."""
        self.narrow = narrow
        for widget in (self._words, self._who, self._backup):
            widget.setVisible(not narrow)
        self._backup_row.setToolTip(self._backup.text() if narrow else "")
        self.restyle()

    def restyle(self) -> None:
        """Take the width of the new scale."""
        self.setFixedWidth(self.theme.px(_NARROW if self.narrow else _WIDE))
        for item in self._items:
            item.speak()
            item.updateGeometry()

    def retranslate_ui(self) -> None:
        """The owner sets the names; the spoken words are ours."""
        self.setAccessibleName(_("Parts of the program"))
        for item in self._items:
            item.speak()

    def walk(self, item: QAbstractButton, step: int) -> None:
        """Move the focus up or down from `item`."""
        items: list[QAbstractButton] = list(self._items)
        target = min(max(items.index(item) + step, 0), len(items) - 1)
        items[target].setFocus(Qt.FocusReason.TabFocusReason)

    def choose(self, code: str) -> None:
        """Open a part as a person does."""
        self._on_clicked(code)

    def _on_clicked(self, code: str) -> None:
        self.set_current(code)
        self.chosen.emit(code)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line at the right edge."""
        super().paintEvent(event)
        painter, width = QPainter(self), self.theme.line
        painter.fillRect(self.width() - width, 0, width, self.height(), self.theme.colour("line"))
