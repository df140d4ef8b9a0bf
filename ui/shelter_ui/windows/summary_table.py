"""The view of a protected table: figures, hatch where one is small, a crossed eye where one is left out."""

from __future__ import annotations

import re
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from shelter_app.anonymise.release import Cell as Figure
from shelter_app.anonymise.release import cell_text
from shelter_ui.models.release_table import ReleaseTable
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.painting import draw_hatch, draw_icon, draw_text, text_width
from shelter_ui.widgets.tables import TableView

__all__ = ["ReleaseView", "draw_bar"]

_STUB = 26
_MOST_TALL = 6
#: What stays together when words are broken into lines: a word, or one sign of Chinese.
_UNBROKEN = re.compile(r"[\u3000-\u9fff]|[^\s\u3000-\u9fff]+")


def draw_bar(
    painter: QPainter,
    theme: Theme,
    place: QRectF,
    figure: Figure,
    largest: int,
    *,
    tone: str = "accent",
    leftwards: bool = False,
) -> float:
    """Draw a figure as a bar in `place`, from its left end (or its right); gives the length drawn.

    A small figure is a hatched stub and a hidden one a dashed box, both of one length, so that no length
    tells more than the table does.
    """  # fmt: skip
    stub = min(float(theme.px(_STUB)), place.width())
    length = place.width() * figure.value / largest if figure.value is not None else stub
    left = place.right() - length if leftwards else place.left()
    box = QRectF(left, place.top(), length, place.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if figure.kind == "shown":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(tone))
        painter.drawRoundedRect(box, 2, 2)
    elif figure.kind == "small":
        draw_hatch(painter, theme, box, radius=2)
    else:
        pen = QPen(theme.colour("sealed"), theme.line)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
    painter.restore()
    return length


def _model(index: QModelIndex | QPersistentModelIndex) -> ReleaseTable:
    return cast("ReleaseTable", index.model())


def _broken_width(font: QFont, text: str, lines: int) -> int:
    """How wide a text is at least in so many lines."""
    longest = max((text_width(font, part) for part in _UNBROKEN.findall(text)), default=0)
    metrics = QFontMetrics(font)
    flags = int(Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextWordWrap)
    # A line can be a little higher than the font says, one more line is a whole line higher.
    most = (lines + 0.5) * metrics.lineSpacing()
    for width in range(max(1, longest), text_width(font, text), 2):
        if metrics.boundingRect(QRect(0, 0, width, 1000), flags, text).height() <= most:
            return width + 2
    return text_width(font, text)


class _FigureDelegate(QStyledItemDelegate):
    """Draws one cell of a protected table."""

    def __init__(self, theme: Theme, view: ReleaseView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Wide enough for the figure; the height is the row's."""
        font = self._theme.font("body", medium=True)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        return QSize(text_width(font, text) + self._theme.px(22), self._view.row_size())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw ground, line and figure; the ring where the keyboard stands."""
        theme, model, rect = self._theme, _model(index), QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, theme.colour("sunken" if model.is_total(index) else "surface"))
        if index.row() < model.rowCount() - 1:
            painter.fillRect(
                QRect(rect.left(), rect.bottom() + 1 - theme.line, rect.width(), theme.line),
                theme.colour("line"),
            )
        figure, bar = model.figure(index), model.bar(index)
        if index.column() == 0:
            self._label(painter, rect, index)
        elif figure is not None:
            self._figure(painter, QRectF(rect), figure, strong=model.is_total(index))
            focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
            if focused or self._view.pointed == (index.row(), index.column()):
                self._ring(
                    painter, QRectF(rect), theme.colour("focus" if focused else "control"), focused=focused
                )
        elif bar is not None:
            place = QRectF(rect).adjusted(theme.px(14), 0, -theme.px(14), 0)
            place.setHeight(theme.px(14))
            place.moveTop(rect.top() + (rect.height() - place.height()) / 2)
            draw_bar(painter, theme, place, bar, model.largest)
        painter.restore()

    def _label(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        theme = self._theme
        painter.setFont(theme.font("label", medium=_model(index).is_total(index)))
        painter.setPen(theme.colour("text"))
        words = rect.adjusted(theme.px(10), 0, -theme.px(4), 0)
        wrap = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(words, wrap, str(index.data(Qt.ItemDataRole.DisplayRole)))

    def _figure(self, painter: QPainter, rect: QRectF, figure: Figure, *, strong: bool) -> None:
        theme, right = self._theme, Qt.AlignmentFlag.AlignRight
        if figure.kind == "shown":
            inner = rect.adjusted(0, 0, -theme.px(10), -theme.line)
            draw_text(
                painter,
                theme,
                inner,
                cell_text(figure),
                theme.font("body", medium=strong),
                "text",
                align=right,
            )
            return
        box = self._box(rect)
        draw_hatch(
            painter,
            theme,
            box,
            radius=theme.px(4),
            border="sealed" if figure.kind == "hidden" else "sealed_line",
        )
        font = theme.font("label")
        wide = theme.px(16) if figure.kind == "hidden" else text_width(font, cell_text(figure))
        plate = QRectF(0, 0, wide + theme.px(6), theme.px(20))
        plate.moveCenter(box.center())
        plate.moveRight(box.right() - theme.px(5))
        painter.fillRect(plate, theme.colour("sealed_bg"))
        if figure.kind == "hidden":
            draw_icon(painter, theme, "eye-off", plate.left() + theme.px(3), plate.center().y(), 16, "sealed")
        else:
            draw_text(
                painter, theme, plate, cell_text(figure), font, "sealed", align=Qt.AlignmentFlag.AlignHCenter
            )

    def _box(self, rect: QRectF) -> QRectF:
        """The block inside a cell: as wide as a narrow column, at the right in a wide one."""
        gap = self._theme.px(3)
        box = rect.adjusted(gap, gap, -gap, -gap - self._theme.line)
        wide = min(box.width(), float(self._theme.px(64)))
        box.setLeft(box.right() - wide)
        return box

    def _ring(self, painter: QPainter, rect: QRectF, colour: QColor, *, focused: bool) -> None:
        width = self._theme.focus_line if focused else self._theme.line
        painter.setPen(QPen(colour, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = self._box(rect)
        painter.drawRoundedRect(box.adjusted(width / 2, width / 2, -width / 2, -width / 2), 4, 4)


class ReleaseView(TableView):
    """A protected table. The arrows walk its figures; `?` asks why the current one is hidden."""

    #: The figure that the person looks at: the current one, or the one under the pointer.
    looked_at = Signal(QModelIndex)
    #: `?` was pressed on this figure.
    asked = Signal(QModelIndex)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, walks_cells=True)
        self.pointed = (-1, -1)
        self._release = ReleaseTable(self)
        self.setItemDelegate(_FigureDelegate(theme, self))
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionsClickable(False)
        header.setTextElideMode(Qt.TextElideMode.ElideNone)
        header.setMinimumSectionSize(theme.px(20))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setModel(self._release)
        self.selectionModel().currentChanged.connect(self._on_current)
        self._release.modelReset.connect(self.fit)
        self._release.headerDataChanged.connect(self.fit)
        self.restyle()

    @property
    def release(self) -> ReleaseTable:
        """The model."""
        return self._release

    def row_size(self) -> int:
        """Height of a row: generous while there are few."""
        tall = self.model() is None or self.model().rowCount() <= _MOST_TALL
        return self.theme.px(40) if tall else max(self.theme.row_height, self.theme.px(36))

    def restyle(self) -> None:
        """Take the sizes of the new scale."""
        super().restyle()
        self.horizontalHeader().setStyleSheet(
            f"QHeaderView::section {{ padding: 0 {self.theme.px(10)}px 0 {self.theme.px(2)}px; }}"
        )
        self.fit()

    def fit(self) -> None:
        """Share the width among the columns and take the height of the rows."""
        if self.model() is None or not self.model().columnCount():
            return
        size = self.row_size()
        self.verticalHeader().setMinimumSectionSize(size)
        self.verticalHeader().setDefaultSectionSize(size)
        self._share_width()
        bar = (
            self.horizontalScrollBar().sizeHint().height()
            if self._total_width() > self.viewport().width()
            else 0
        )
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = self._head_height()
        self.horizontalHeader().setFixedHeight(head)
        self.setFixedHeight(head + size * self.model().rowCount() + bar)

    def _head_height(self) -> int:
        """As high as the longest name of a column needs in the lines that it has."""
        theme, model, least = self.theme, self._release, self.theme.px(32)
        metrics = QFontMetrics(theme.font("caption", medium=True))
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextWordWrap)
        for column in range(1, model.columnCount()):
            title = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
            room = QRect(0, 0, self.columnWidth(column) - theme.px(12), 1000)
            least = max(least, metrics.boundingRect(room, flags, title).height() + theme.px(10))
        return least

    def _total_width(self) -> int:
        return self.horizontalHeader().length()

    def _share_width(self) -> None:
        theme, model = self.theme, self._release
        label, head = theme.font("label", medium=True), theme.font("caption", medium=True)
        body = theme.font("body", medium=True)
        columns = model.columnCount()
        words = [
            str(model.index(row, 0).data(Qt.ItemDataRole.DisplayRole)) for row in range(model.rowCount())
        ]
        widest = max((text_width(label, text) for text in words), default=0) + theme.px(18)
        longest = max((text_width(label, part) for text in words for part in text.split()), default=0)
        titles, insides = [], []
        for column in range(1, columns):
            title = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
            cells = [
                str(model.index(row, column).data(Qt.ItemDataRole.DisplayRole) or "")
                for row in range(model.rowCount())
            ]
            inside = max((text_width(body, text) + theme.px(14) for text in cells), default=0)
            titles.append(title)
            insides.append(max(inside, theme.px(42)))
        pad = theme.px(14)
        needs = [
            max(text_width(head, title) + pad, inside) for title, inside in zip(titles, insides, strict=True)
        ]
        room = max(self.viewport().width(), theme.px(200))
        if model.has_bars:
            first = min(widest, int(room * 0.5))
            needs[0] = max(needs[0], theme.px(84))
            self._set_widths([first, needs[0], max(theme.px(80), room - first - needs[0])])
            return
        # Labels that get half their width stand in two lines.
        least = max(longest + theme.px(18), int(widest * 0.6))
        for lines in (2, 3):
            if least + sum(needs) > room:
                needs = [
                    max(_broken_width(head, title, lines) + pad, inside)
                    for title, inside in zip(titles, insides, strict=True)
                ]
        first = max(min(widest, room - sum(needs)), min(least, theme.px(170)))
        more = max(0, room - first - sum(needs)) // max(1, len(needs))
        widths = [first, *(need + more for need in needs)]
        widths[0] += max(0, room - sum(widths))
        self._set_widths(widths)

    def _set_widths(self, widths: list[int]) -> None:
        for column, width in enumerate(widths):
            self.horizontalHeader().resizeSection(column, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def _on_current(self, index: QModelIndex) -> None:
        if index.isValid():
            self.looked_at.emit(index)

    def first_figure(self) -> QModelIndex:
        """Where walking begins."""
        return self._release.index(0, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """`?` asks; Home and End go to the ends of the row."""
        index = self.currentIndex()
        if event.text() in {"?", "？"} and index.isValid():
            self.asked.emit(index)
            return
        if event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End} and index.isValid():
            last = self._release.columnCount() - (2 if self._release.has_bars else 1)
            self.setCurrentIndex(
                self._release.index(index.row(), 1 if event.key() == Qt.Key.Key_Home else last)
            )
            return
        super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which figure is under the pointer."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        place = (index.row(), index.column()) if self._release.figure(index) is not None else (-1, -1)
        if place != self.pointed:
            self.pointed = place
            self.viewport().update()
            if place != (-1, -1):
                self.looked_at.emit(index)
            elif self.currentIndex().isValid():
                self.looked_at.emit(self.currentIndex())

    def leaveEvent(self, event: object) -> None:
        """Go back to the figure where the keyboard stands."""
        super().leaveEvent(event)
        self.pointed = (-1, -1)
        self.viewport().update()
        if self.currentIndex().isValid():
            self.looked_at.emit(self.currentIndex())

    def focusInEvent(self, event: object) -> None:
        """Begin at the first figure."""
        if not self.currentIndex().isValid() and self._release.rowCount():
            self.setCurrentIndex(self.first_figure())
        super().focusInEvent(event)  # type: ignore[arg-type]
