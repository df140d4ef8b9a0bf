"""The timeline on the case page: rows on one line, walked with the keys, opened with Enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QTextLayout
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from shelter_i18n import ngettext
from shelter_ui.models.timeline import TimelineItem
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.painting import (
    draw_hatch,
    draw_icon,
    draw_knot,
    draw_tag,
    draw_text,
    tag_width,
    text_width,
)

__all__ = ["TimelineRow", "TimelineView"]

_PAGE: Final = 50
_LEFT: Final = 122
_MOST_LINES: Final = 3


class TimelineRow(Themed, QWidget):
    """One event; the whole row is one thing for the keyboard and for a screen reader."""

    opened = Signal()
    corrected = Signal()
    walked = Signal(int)

    def __init__(self, theme: Theme, item: TimelineItem, *, first: bool, last: bool) -> None:
        super().__init__()
        self.item, self._first, self._last = item, first, last
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(item.spoken())
        self.adopt(theme)

    # -- size -----------------------------------------------------------------------------------

    def _lines(self, width: int) -> list[str]:
        """The text in at most three lines; the last ends in dots where more would follow."""
        rest, font = self.item.text, self.theme.font("label")
        room = width - self.theme.px(_LEFT + 16)
        if not rest or room < 40:
            return [rest] if rest else []
        lines: list[str] = []
        while rest and len(lines) < _MOST_LINES - 1:
            layout = QTextLayout(rest, font)
            layout.beginLayout()
            line = layout.createLine()
            line.setLineWidth(room)
            cut = line.textLength()
            layout.endLayout()
            lines.append(rest[:cut].rstrip())
            rest = rest[cut:].strip()
        if rest:
            lines.append(QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, room))
        return lines

    def hasHeightForWidth(self) -> bool:
        """A narrower place needs more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Title, text, hatch bar, and the room between rows."""
        px = self.theme.px
        height = px(10) + px(22) + px(20) * len(self._lines(width)) + px(10)
        return height + (px(30) if self.item.sealed else 0)

    def sizeHint(self) -> QSize:
        """A comfortable width."""
        width = self.theme.px(560)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """May become narrow."""
        return QSize(self.theme.px(280), self.heightForWidth(max(self.width(), self.theme.px(280))))

    # -- keys and pointer -----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down, J and K walk; Enter opens; E corrects."""
        key = event.key()
        if key in {Qt.Key.Key_Down, Qt.Key.Key_J}:
            self.walked.emit(1)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_K}:
            self.walked.emit(-1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.opened.emit()
        elif key == Qt.Key.Key_E and not event.modifiers():
            self.corrected.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the entry."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    def event(self, event: QEvent) -> bool:
        """Draw the hover and the ring anew."""
        if event.type() in {QEvent.Type.Enter, QEvent.Type.Leave, QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return super().event(event)

    # -- painting -------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw date, line, knot, title, tags, text and hatch."""
        theme, item, painter, px = self.theme, self.item, QPainter(self), self.theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right, top = px(_LEFT), self.width() - px(12), px(10)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(
                QRectF(left - px(8), px(2), right - left + px(16), self.height() - px(4)), px(6), px(6)
            )
        self._line(painter, top)
        date = QRectF(0, top, px(86), px(22))
        tone = "overdue" if item.state == "overdue" else "text2"
        draw_text(
            painter, theme, date, item.date, theme.font("label"), tone, align=Qt.AlignmentFlag.AlignRight
        )
        end = self._aside(painter, QRectF(left, top, right - left, px(22)))
        draw_text(
            painter,
            theme,
            QRectF(left, top, end - left - px(8), px(22)),
            item.title,
            theme.font("body", medium=True),
        )
        y = top + px(22)
        for words in self._lines(self.width()):
            draw_text(
                painter, theme, QRectF(left, y, right - left, px(20)), words, theme.font("label"), "text2"
            )
            y += px(20)
        if item.sealed:
            self._sealed(painter, QRectF(left, y + px(2), right - left, px(26)))
        if not self._last:
            painter.fillRect(
                QRectF(left, self.height() - theme.line, right - left, theme.line), theme.colour("line")
            )
        if self.hasFocus():
            width = theme.focus_line
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), width))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(width, width, -width, -width), px(6), px(6))

    def _line(self, painter: QPainter, top: float) -> None:
        theme, px = self.theme, self.theme.px
        x, y = px(104), top + px(11)
        painter.setPen(QPen(theme.colour("line_strong"), 1.5))
        if not self._first:
            painter.drawLine(QPointF(x, 0), QPointF(x, y - px(10)))
        if not self._last:
            painter.drawLine(QPointF(x, y + px(10)), QPointF(x, self.height()))
        draw_knot(painter, theme, self.item.state, QPointF(x, y), 14)

    def _aside(self, painter: QPainter, row: QRectF) -> float:
        """Who, and the tags before it; returns where they begin."""
        theme, item, px = self.theme, self.item, self.theme.px
        end = row.right()
        if item.who:
            wide = text_width(theme.font("label"), item.who)
            draw_text(
                painter,
                theme,
                QRectF(end - wide - 1, row.top(), wide + 2, row.height()),
                item.who,
                theme.font("label"),
                "text2",
            )
            end -= wide + px(10)
        for words, tone, icon in ((item.corrected, "", "pencil"), (item.late, "overdue", "clock-alert")):
            if words:
                wide = tag_width(theme, words, icon)
                draw_tag(painter, theme, QRectF(end - wide, row.top(), wide, px(22)), words, tone, icon)
                end -= wide + px(8)
        return end

    def _sealed(self, painter: QPainter, box: QRectF) -> None:
        theme, px = self.theme, self.theme.px
        draw_hatch(painter, theme, box, radius=px(4))
        font = theme.font("caption")
        wide = min(text_width(font, self.item.sealed), box.width() - px(40))
        inset = theme.line + 1
        painter.fillRect(
            QRectF(box.left() + px(4), box.top() + inset, wide + px(34), box.height() - 2 * inset),
            theme.colour("sealed_bg"),
        )
        draw_icon(painter, theme, "lock-keyhole", box.left() + px(10), box.center().y(), 14, "sealed")
        draw_text(
            painter,
            theme,
            QRectF(box.left() + px(30), box.top(), wide + 2, box.height()),
            self.item.sealed,
            font,
            "sealed",
        )


class TimelineView(Themed, QWidget):
    """The rows one below the other, fifty at a time."""

    #: Open this entry; carries its id.
    opened = Signal(str)
    #: Correct this entry.
    corrected = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._items: list[TimelineItem] = []
        self._shown = _PAGE
        self.rows: list[TimelineRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._more = Button(theme, "", "text", size="small")
        self._more.clicked.connect(self._on_more)
        self._column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignHCenter)
        self.adopt(theme)

    def show_items(self, items: Sequence[TimelineItem]) -> None:
        """Show these events; the row that had the focus keeps it."""
        focused = next((row.item.entry.row.id for row in self.rows if row.hasFocus()), "")
        self._items = list(items)
        for row in self.rows:
            row.hide()
            row.deleteLater()
        shown = self._items[: self._shown]
        self.rows = []
        for place, item in enumerate(shown):
            row = TimelineRow(self.theme, item, first=place == 0, last=place == len(self._items) - 1)
            entry_id = item.entry.row.id
            row.setObjectName(f"event_{entry_id}")
            row.opened.connect(lambda entry_id=entry_id: self.opened.emit(entry_id))
            row.corrected.connect(lambda entry_id=entry_id: self.corrected.emit(entry_id))
            row.walked.connect(lambda step, row=row: self._walk(row, step))
            self._column.insertWidget(place, row)
            row.show()
            self.rows.append(row)
            if entry_id == focused:
                row.setFocus(Qt.FocusReason.OtherFocusReason)
                focused = ""
        rest = len(self._items) - len(shown)
        self._more.setVisible(rest > 0)
        self._more.setText(
            ngettext("Show {number} more", "Show {number} more", min(rest, _PAGE)).format(
                number=min(rest, _PAGE)
            )
        )

    def focus_entry(self, entry_id: str) -> bool:
        """Put the focus on the row of an entry, or on the first one; False where no row is shown."""
        found = next((row for row in self.rows if row.item.entry.row.id == entry_id), None)
        row = found or next(iter(self.rows), None)
        if row is None or not self.isVisible():
            return False
        row.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _on_more(self) -> None:
        self._shown += _PAGE
        self.show_items(self._items)

    def _walk(self, row: TimelineRow, step: int) -> None:
        place = self.rows.index(row) + step
        if 0 <= place < len(self.rows):
            self.rows[place].setFocus(Qt.FocusReason.TabFocusReason)
