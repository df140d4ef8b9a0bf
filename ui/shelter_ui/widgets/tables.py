"""Tables: rows of the density chosen, horizontal lines only, and cells that say more than text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from shelter_i18n import _
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.painting import (
    draw_hatch,
    draw_icon,
    draw_knot,
    draw_tag,
    draw_text,
    tag_width,
    text_width,
)

__all__ = ["CELL_ROLE", "RECORD_ROLE", "SORT_ROLE", "Cell", "CellDelegate", "TableCard", "TableView"]


class _Role(IntEnum):
    CELL = Qt.ItemDataRole.UserRole + 1
    SORT = Qt.ItemDataRole.UserRole + 2
    RECORD = Qt.ItemDataRole.UserRole + 3


#: A model answers this role with a `Cell`; a cell without one shows its display text.
CELL_ROLE = _Role.CELL
#: Native values for sorting.
SORT_ROLE = _Role.SORT
#: The object of the row.
RECORD_ROLE = _Role.RECORD


@dataclass(frozen=True)
class Cell:
    """How one cell is drawn. `text` is also what screen readers say and what is copied."""

    text: str = ""
    second: str = ""
    #: A tone, or text2 or muted, for the first line.
    tone: str = ""
    icon: str = ""
    medium: bool = False
    right: bool = False
    #: Draw the text as a tag in its tone.
    tag: bool = False
    #: Withheld on purpose: hatch, with `text` on a plain plate if there is any.
    sealed: bool = False
    #: A knot of the line in place of an icon.
    knot: str = ""
    #: Parts of `second` (start, length) that match what is looked for; underlined.
    marks: tuple[tuple[int, int], ...] = ()


class CellDelegate(QStyledItemDelegate):
    """Draws cells: one or two lines, icon, tag, hatch, knot; selection bar at the first column."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def cell(self, index: QModelIndex | QPersistentModelIndex) -> Cell:
        """The cell of an index; overridden where a model gives something else."""
        cell = index.data(CELL_ROLE)
        if isinstance(cell, Cell):
            return cell
        right = bool(
            int(index.data(Qt.ItemDataRole.TextAlignmentRole) or 0) & int(Qt.AlignmentFlag.AlignRight)
        )
        text = index.data(Qt.ItemDataRole.DisplayRole)
        return Cell("" if text is None else str(text), right=right)

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Wide enough for the cell; the height is the row's."""
        theme, cell = self.theme, self.cell(index)
        width = max(
            text_width(theme.font("label", medium=cell.medium), cell.text),
            text_width(theme.font("caption"), cell.second),
        )
        if cell.tag:
            width = tag_width(theme, cell.text, cell.icon)
        elif cell.icon or cell.knot:
            width += theme.px(22)
        if cell.sealed:
            width = max(theme.px(92), width + theme.px(16))
        height = theme.tall_row_height if cell.second else theme.row_height
        return QSize(width + theme.px(20) + 2, height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw ground, cell, bar and focus."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter, option, index)
        self.paint_cell(painter, QRectF(option.rect), self.cell(index))
        self.paint_focus(painter, option)
        painter.restore()

    def paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Fill a selected or hovered row, draw its line and the bar of a selected one."""
        theme, rect = self.theme, option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        view = option.widget
        hovered = isinstance(view, TableView) and view.hovered_row == index.row()
        if selected or hovered:
            painter.fillRect(rect, theme.colour("select" if selected else "hover"))
        if index.row() < index.model().rowCount() - 1:
            line = QRect(rect.left(), rect.bottom() + 1 - theme.line, rect.width(), theme.line)
            painter.fillRect(line, theme.colour("line"))
        first = isinstance(view, QTableView) and view.horizontalHeader().visualIndex(index.column()) == 0
        if selected and first:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), theme.colour("accent"))

    def paint_focus(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """Draw the ring of the current cell, inside it, where the table walks cells."""
        view = option.widget
        cells = isinstance(view, TableView) and view.walks_cells
        if cells and option.state & QStyle.StateFlag.State_HasFocus:
            width = self.theme.focus_line
            painter.setPen(QPen(self.theme.colour("focus"), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            half = width / 2
            painter.drawRect(QRectF(option.rect).adjusted(half, half, -half, -half - self.theme.line))

    def paint_cell(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        """Draw what is in the cell."""
        theme = self.theme
        inner = rect.adjusted(theme.px(10), 0, -theme.px(10), 0)
        if cell.sealed:
            self.paint_sealed(painter, inner, cell)
            return
        if cell.tag:
            wide = min(float(tag_width(theme, cell.text, cell.icon)), inner.width())
            box = QRectF(inner.left(), inner.center().y() - theme.px(11), wide, theme.px(22))
            draw_tag(painter, theme, box, cell.text, cell.tone, cell.icon)
            return
        colour = cell.tone or "text"
        if cell.knot:
            from PySide6.QtCore import QPointF

            from shelter_ui.widgets.painting import KnotState

            state = cast("KnotState", cell.knot)
            draw_knot(painter, theme, state, QPointF(inner.left() + theme.px(8), inner.center().y()), 14)
            inner.setLeft(inner.left() + theme.px(24))
        elif cell.icon:
            draw_icon(painter, theme, cell.icon, inner.left(), inner.center().y(), 16, cell.tone or "text2")
            inner.setLeft(inner.left() + theme.px(22))
        align = Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignLeft
        if not cell.second:
            draw_text(
                painter, theme, inner, cell.text, theme.font("label", medium=cell.medium), colour, align=align
            )
            return
        top = QRectF(inner.left(), inner.center().y() - theme.px(20), inner.width(), theme.px(21))
        draw_text(painter, theme, top, cell.text, theme.font("body", medium=cell.medium), colour, align=align)
        below = QRectF(inner.left(), inner.center().y() + theme.px(1), inner.width(), theme.px(17))
        draw_text(painter, theme, below, cell.second, theme.font("caption"), "muted", align=align)
        self._paint_marks(painter, below, cell)

    def _paint_marks(self, painter: QPainter, line: QRectF, cell: Cell) -> None:
        font = self.theme.font("caption")
        for start, length in cell.marks:
            left = line.left() + text_width(font, cell.second[:start])
            wide = text_width(font, cell.second[start : start + length])
            if left + wide <= line.right():
                painter.fillRect(QRectF(left, line.bottom() - 1, wide - 1, 2), self.theme.colour("accent"))

    def paint_sealed(self, painter: QPainter, inner: QRectF, cell: Cell) -> None:
        """Draw the hatch block, with its short text on a plain plate."""
        theme = self.theme
        font = theme.font("caption")
        wide = min(inner.width(), max(theme.px(92), text_width(font, cell.text) + theme.px(24)))
        box = QRectF(inner.left(), inner.center().y() - theme.px(12), wide, theme.px(24))
        draw_hatch(painter, theme, box, radius=theme.px(4))
        if cell.text:
            plate = QRectF(
                0, 0, text_width(font, cell.text) + theme.px(10), box.height() - 2 * theme.line - 2
            )
            plate.moveCenter(box.center())
            painter.fillRect(plate, theme.colour("sealed_bg"))
            centre = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, theme, plate, cell.text, font, "sealed", align=centre)


class TableView(Themed, QTableView):
    """A table that looks like ours: no grid, no row numbers, whole rows, Enter opens.

    Home and End go to the first and last row, typing jumps, Ctrl+C copies what is shown. With
    `walks_cells` the arrows walk cells and the current one has a ring.
    """

    #: Enter or a double click on a row.
    opened = Signal(QModelIndex)

    def __init__(self, theme: Theme, *, two_lines: bool = False, walks_cells: bool = False) -> None:
        super().__init__()
        self._two_lines, self.walks_cells = two_lines, walks_cells
        self.hovered_row = -1
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        behaviour = QAbstractItemView.SelectionBehavior
        self.setSelectionBehavior(behaviour.SelectItems if walks_cells else behaviour.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(theme.px(40))
        self._delegate = CellDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.doubleClicked.connect(self.opened)
        self.adopt(theme)
        self.restyle()

    def restyle(self) -> None:
        """Take the row height of the new density and scale."""
        theme = self.theme
        height = theme.tall_row_height if self._two_lines else theme.row_height
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setFixedHeight(theme.px(32))
        self.viewport().update()

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show another model; sorting is announced in the header's description."""
        super().setModel(model)
        self.horizontalHeader().sortIndicatorChanged.connect(self._describe_sort)

    def _describe_sort(self, column: int, order: Qt.SortOrder) -> None:
        name = str(self.model().headerData(column, Qt.Orientation.Horizontal) or "")
        words = (
            _("sorted by {name}, ascending")
            if order == Qt.SortOrder.AscendingOrder
            else _("sorted by {name}, descending")
        )
        self.horizontalHeader().setAccessibleDescription(words.format(name=name))

    def fit_height(self) -> None:
        """Fix the height to the rows there are, for a short table in a page that scrolls."""
        rows = self.model().rowCount()
        height = self.theme.px(32) + sum(self.rowHeight(row) for row in range(rows))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(height)

    def copied_text(self) -> str:
        """The selected cells as they are shown, tab-separated; what is sealed stays out."""
        indexes = sorted(
            self.selectionModel().selectedIndexes(), key=lambda index: (index.row(), index.column())
        )
        rows: dict[int, list[str]] = {}
        for index in indexes:
            if not self.isColumnHidden(index.column()):
                cell = self._delegate.cell(index)
                rows.setdefault(index.row(), []).append(_("Sealed") if cell.sealed else cell.text)
        return "\n".join("\t".join(cells) for cells in rows.values())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter; Home and End go to the ends; copy what is shown."""
        key, index = event.key(), self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self.copied_text())
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and index.isValid():
            self.opened.emit(index)
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End} and not self.walks_cells and self.model() is not None:
            last = self.model().rowCount(self.rootIndex()) - 1
            if last >= 0:
                column = max(index.column(), 0)
                self.setCurrentIndex(self.model().index(0 if key == Qt.Key.Key_Home else last, column))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the first row."""
        super().focusInEvent(event)
        mouse = event.reason() == Qt.FocusReason.MouseFocusReason
        if (
            not mouse
            and not self.currentIndex().isValid()
            and self.model() is not None
            and self.model().rowCount()
        ):
            self.setCurrentIndex(self.model().index(0, 0))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Remember the row under the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, _event: object) -> None:
        """No row is under the pointer."""
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            self.hovered_row = row
            self.viewport().update()


class TableCard(QFrame):
    """A card around a table; the frame leaves room for its own line and rounds the corners."""

    def __init__(self, theme: Theme, table: TableView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self.table = table
        column = QVBoxLayout(self)
        edge = theme.line
        column.setContentsMargins(edge, edge, edge, edge + theme.px(3))
        column.addWidget(table)
