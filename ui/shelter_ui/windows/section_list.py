"""The parts of a case at its left: what there is of each, and which are sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from shelter_i18n import _
from shelter_i18n.formats import join_facts
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.painting import draw_icon, draw_text

__all__ = ["CaseSection", "SectionList"]


@dataclass(frozen=True)
class CaseSection:
    """One part of a case."""

    id: str
    icon: str
    label: str
    count: int = 0
    locked: bool = False


class SectionList(Themed, QWidget):
    """Walked with Up and Down; the part under the bar is shown at once."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._sections: list[CaseSection] = []
        self._current, self._hovered = 0, -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.adopt(theme)

    def show_sections(self, sections: Sequence[CaseSection]) -> None:
        """Show these parts; the current one stays."""
        kept = self.current
        self._sections = list(sections)
        ids = [section.id for section in self._sections]
        self._current = ids.index(kept) if kept in ids else 0
        self._speak()
        self.updateGeometry()
        self.update()

    def sections(self) -> tuple[CaseSection, ...]:
        """What is listed."""
        return tuple(self._sections)

    @property
    def current(self) -> str:
        """Id of the part that is shown."""
        return self._sections[self._current].id if self._sections else ""

    def set_current(self, section_id: str) -> None:
        """Mark a part without telling anybody."""
        for place, section in enumerate(self._sections):
            if section.id == section_id:
                self._current = place
        self._speak()
        self.update()

    def _speak(self) -> None:
        if not self._sections:
            return
        section = self._sections[self._current]
        state = _("sealed") if section.locked else str(section.count) if section.count else ""
        place = _("{number} of {total}").format(number=self._current + 1, total=len(self._sections))
        self.setAccessibleName(join_facts((section.label, state, place)))

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self._sections) and place != self._current:
            self._current = place
            self._speak()
            self.update()
            self.chosen.emit(self.current)

    def _row(self) -> int:
        return self.theme.px(32)

    def sizeHint(self) -> QSize:
        """172 wide."""
        return QSize(self.theme.px(172), self._row() * len(self._sections))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the parts."""
        target = {
            Qt.Key.Key_Up: self._current - 1,
            Qt.Key.Key_Down: self._current + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._sections) - 1,
        }.get(Qt.Key(event.key()))
        if target is None:
            super().keyPressEvent(event)
        else:
            self._choose(target)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show the part under the pointer."""
        self._choose(int(event.position().y()) // self._row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what can be clicked."""
        self._hovered = int(event.position().y()) // self._row()
        self.update()

    def event(self, event: QEvent) -> bool:
        """Draw the hover and the ring anew."""
        if event.type() == QEvent.Type.Leave:
            self._hovered = -1
        if event.type() in {QEvent.Type.Leave, QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, section in enumerate(self._sections):
            self._paint_row(painter, place, section)

    def _paint_row(self, painter: QPainter, place: int, section: CaseSection) -> None:
        theme, px, on = self.theme, self.theme.px, place == self._current
        row = QRectF(px(1), place * self._row(), self.width() - px(2), self._row())
        body = row.adjusted(0.5, 1, -0.5, -1)
        if on or place == self._hovered:
            painter.setPen(QPen(theme.colour("line"), theme.line) if on else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("surface" if on else "hover"))
            painter.drawRoundedRect(body, px(6), px(6))
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(QRectF(0, row.center().y() - px(9), px(3), px(18)), 1.5, 1.5)
        middle = row.center().y()
        draw_icon(painter, theme, section.icon, px(10), middle, 16, "accent" if on else "text2")
        font = theme.font("body", medium=on)
        words = QRectF(px(36), row.top(), row.width() - px(66), row.height())
        draw_text(painter, theme, words, section.label, font, "text" if on else "text2")
        aside = QRectF(row.right() - px(34), row.top(), px(26), row.height())
        if section.locked:
            draw_icon(painter, theme, "lock-keyhole", aside.right() - px(15), middle, 14, "sealed")
        elif section.count:
            right = Qt.AlignmentFlag.AlignRight
            draw_text(painter, theme, aside, str(section.count), theme.font("caption"), "muted", align=right)
        if on and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), theme.focus_line))
            painter.drawRoundedRect(body, px(6), px(6))
