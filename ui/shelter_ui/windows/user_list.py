"""The names on the sign-in screen: who is about to work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from shelter_i18n import _
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.painting import draw_icon, draw_text

__all__ = ["UserLine", "UserList"]


@dataclass(frozen=True)
class UserLine:
    """Somebody who may sign in: the name as the header keeps it, and the message id of the role."""

    name: str
    role: str


class _Row(QAbstractButton):
    """One name with its role; the chosen one has a tick."""

    def __init__(self, owner: UserList, line: UserLine) -> None:
        super().__init__(owner)
        self.owner, self.line = owner, line
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{line.name}, {_(line.role)}")

    def sizeHint(self) -> QSize:
        """48 high."""
        return self.owner.theme.size(263, 48)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose, Enter goes on to the password."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if Qt.Key(event.key()) in steps:
            self.owner.walk(self, steps[Qt.Key(event.key())])
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw circle, name, role and tick."""
        theme, painter = self.owner.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("select" if self.isChecked() else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), theme.px(6), theme.px(6))
        middle = self.height() / 2
        side = theme.px(30)
        circle = QRectF(theme.px(12), middle - side / 2, side, side).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.colour("line_strong"), theme.line))
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(circle)
        draw_icon(painter, theme, "user-round", circle.center().x() - theme.px(8), middle, 16, "text")
        left = theme.px(54)
        room = self.width() - left - theme.px(38)
        name = QRectF(left, middle - theme.px(20), room, theme.px(22))
        draw_text(painter, theme, name, self.line.name, theme.font("body", medium=self.isChecked()))
        role = QRectF(left, middle + theme.px(1), room, theme.px(18))
        draw_text(painter, theme, role, _(self.line.role), theme.font("caption"), "muted")
        if self.isChecked():
            draw_icon(painter, theme, "check", self.width() - theme.px(28), middle, 18, "accent")


class UserList(Themed, QWidget):
    """One name is chosen; the list is one tab stop."""

    #: Another name is chosen now.
    chosen = Signal(str)
    #: The person has decided and wants to type the password.
    decided = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._rows: list[_Row] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.adopt(theme)
        self.retranslate_ui()

    def set_users(self, lines: Sequence[UserLine], chosen: str = "") -> None:
        """Show these names; the first is chosen unless one is named."""
        for row in self._rows:
            row.setParent(None)
            row.deleteLater()
        self._rows = [_Row(self, line) for line in lines]
        for index, row in enumerate(self._rows):
            self._column.insertWidget(index, row)
            row.clicked.connect(lambda _checked=False, each=row: self._on_clicked(each))
        names = [line.name for line in lines]
        if names:
            self._choose(self._rows[names.index(chosen) if chosen in names else 0])

    def current(self) -> str:
        """The chosen name; empty where there is none."""
        return next((row.line.name for row in self._rows if row.isChecked()), "")

    def choose(self, name: str) -> None:
        """Choose a name as a person does."""
        for row in self._rows:
            if row.line.name == name:
                self._on_clicked(row)

    def walk(self, row: QAbstractButton, step: int) -> None:
        """Choose the name above or below this one, and move the focus there."""
        self._neighbour(row, step).setFocus(Qt.FocusReason.TabFocusReason)

    def step(self, step: int) -> None:
        """Choose the name above or below the chosen one; the focus stays where it is."""
        chosen = next((row for row in self._rows if row.isChecked()), None)
        if chosen is not None:
            self._neighbour(chosen, step)

    def _neighbour(self, row: QAbstractButton, step: int) -> _Row:
        rows: list[QAbstractButton] = list(self._rows)
        target = self._rows[min(max(rows.index(row) + step, 0), len(rows) - 1)]
        self._choose(target)
        return target

    def _on_clicked(self, row: _Row) -> None:
        self._choose(row)
        self.decided.emit()

    def _choose(self, chosen: _Row) -> None:
        before = self.current()
        for row in self._rows:
            row.setChecked(row is chosen)
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if row is chosen else Qt.FocusPolicy.ClickFocus)
            row.update()
        self.setFocusProxy(chosen)
        if chosen.line.name != before or len(self._rows) == 1:
            self.chosen.emit(chosen.line.name)

    def retranslate_ui(self) -> None:
        """Fetch the texts; names stay, roles follow the language."""
        self.setAccessibleName(_("Who is working?"))
        for row in self._rows:
            row.setAccessibleName(f"{row.line.name}, {_(row.line.role)}")
            row.update()
