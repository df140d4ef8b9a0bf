"""The table of cases: two-line names with what was typed underlined, hatches, and bars while a page is read."""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem

from shelter_ui.models.case_cells import CaseCell, Column
from shelter_ui.models.case_words import sex_age_words
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.painting import text_width
from shelter_ui.widgets.tables import Cell, CellDelegate, TableView

__all__ = ["CaseTableView"]

#: Shares of the width, and what a column needs at least, at 100 %; numbers, and sexes with ages, are measured.
_WIDTHS = {
    Column.NUMBER: (0, 0),
    Column.NAME: (3, 140),
    Column.PERSON: (0, 104),
    Column.CITIZENSHIP: (2, 92),
    Column.IDENTIFIED: (0, 118),
    Column.STAGE: (1, 136),
    Column.DUE: (0, 122),
    Column.CASEWORKER: (1, 88),
}

#: What these columns can do with on the narrowest screens, given in this order.
_NARROWEST = {Column.CASEWORKER: 64, Column.STAGE: 112, Column.NAME: 116}


class _CaseDelegate(CellDelegate):
    """Cells of the case list."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The height of a row with two lines."""
        size = super().sizeHint(option, index)
        size.setHeight(self.theme.tall_row_height)
        return size

    def paint_cell(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        """Draw a cell; a row that is still being read shows a bar at the height of its text."""
        theme = self.theme
        if isinstance(cell, CaseCell) and cell.loading:
            bar = QRectF(
                rect.left() + theme.px(10), rect.center().y() - theme.px(5), rect.width() * 0.55, theme.px(10)
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("line"))
            painter.drawRoundedRect(bar, theme.px(4), theme.px(4))
            return
        super().paint_cell(painter, rect, cell)
        if isinstance(cell, CaseCell) and cell.first_marks:
            self._underline(painter, rect.adjusted(theme.px(10), 0, -theme.px(10), 0), cell)

    def _underline(self, painter: QPainter, inner: QRectF, cell: CaseCell) -> None:
        theme = self.theme
        font = theme.font("body" if cell.second else "label", medium=cell.medium)
        foot = inner.center().y() - theme.px(1) if cell.second else inner.center().y() + theme.px(10)
        for start, length in cell.first_marks:
            left = inner.left() + text_width(font, cell.text[:start])
            wide = text_width(font, cell.text[start : start + length])
            if left + wide <= inner.right():
                painter.fillRect(QRectF(left, foot, wide - 1, 2), theme.colour("accent"))


class CaseTableView(TableView):
    """A table of cases; its columns share the width, typing jumps to the search."""

    #: Somebody typed a letter or digit while the table had the focus.
    typed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        self._longest_number = "XX-W-00-0000-W"
        super().__init__(theme, two_lines=True)
        self.setItemDelegate(_CaseDelegate(theme, self))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand a typed letter to the search; a list of 100,000 is not walked by it."""
        text = event.text()
        command = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if text.isprintable() and text.strip() and not command:
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def restyle(self) -> None:
        """Take the sizes of the scale in force."""
        super().restyle()
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width among the columns."""
        super().resizeEvent(event)
        self._share()

    def retranslate_ui(self) -> None:
        """Make room for the words of the language in force."""
        self._share()

    def set_post(self, post: str) -> None:
        """Make room for whole case numbers of this post: a number that is cut tells nobody which case it is."""
        self._longest_number = f"{post}-W-00-0000-W"
        self._share()

    def _needs(self, column: Column) -> int:
        least = self.theme.px(_WIDTHS[column][1])
        font, edges = self.theme.font("label"), 2 * self.theme.px(10)
        if column is Column.PERSON:
            # Of a child the age matters most, and stands last.
            words = (sex_age_words(sex, age) for sex in ("woman", "man") for age in (17, 88))
            return max(
                least, *(math.ceil(text_width(font, each)) + edges + self.theme.px(4) for each in words)
            )
        if column is Column.NUMBER:
            return math.ceil(text_width(font, self._longest_number)) + edges + self.theme.px(22)
        return least

    def _share(self) -> None:
        if self.model() is None:
            return
        shown = [column for column in Column if not self.isColumnHidden(column)]
        needs = {column: self._needs(column) for column in shown}
        spare = self.viewport().width() - sum(needs.values())
        for column, least in _NARROWEST.items():
            if spare < 0 and column in needs:
                given = min(-spare, max(0, needs[column] - self.theme.px(least)))
                needs[column] -= given
                spare += given
        spare = max(0, spare)
        parts = sum(_WIDTHS[column][0] for column in shown) or 1
        for column in shown:
            self.setColumnWidth(column, needs[column] + spare * _WIDTHS[column][0] // parts)
