"""The pyramid of ages: women to the left, men to the right, the oldest on top, as in the printed report."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from shelter_app.anonymise.release import Category, Table, cell_text
from shelter_app.anonymise.release import Cell as Figure
from shelter_i18n import _
from shelter_ui.models.release_table import category_words, figure_words, short_words
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.painting import draw_text, text_width
from shelter_ui.windows.summary_table import draw_bar

__all__ = ["AgePyramid"]

_ROW = 17
_WOMEN, _MEN = "woman", "man"


class AgePyramid(Themed, QWidget):
    """Draws what the table shows; hidden figures have stubs of one length."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._table: Table | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.adopt(theme)

    @staticmethod
    def fits(table: Table) -> bool:
        """Whether the table has ages of women and men."""
        rows = {row.code for row in table.rows}
        ages = sum(column.codelist == "age-bands" for column in table.columns)
        return {_WOMEN, _MEN} <= rows and ages > 1

    def show_table(self, table: Table) -> None:
        """Draw the ages of this table."""
        self._table = table
        self.updateGeometry()
        self.retranslate_ui()
        self.update()

    def retranslate_ui(self) -> None:
        """Say the picture in words."""
        words = [
            _("{band}: women {women}, men {men}").format(
                band=category_words(band), women=figure_words(women), men=figure_words(men)
            )
            for band, women, men in self._bands()
        ]
        self.setAccessibleName("; ".join(words))

    def _bands(self) -> list[tuple[Category, Figure, Figure]]:
        table = self._table
        if table is None:
            return []
        return [
            (column, table.cell(_WOMEN, column.code), table.cell(_MEN, column.code))
            for column in table.columns
            if column.codelist == "age-bands"
        ]

    def sizeHint(self) -> QSize:
        """A row for each band and one for the names of the sides."""
        return self.theme.size(420, _ROW * (len(self._bands()) + 1) + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bars from the middle outwards."""
        theme, bands, table = self.theme, self._bands(), self._table
        if table is None or not bands:
            return
        painter = QPainter(self)
        caption = theme.font("caption")
        row, right = theme.px(_ROW), Qt.AlignmentFlag.AlignRight
        gap = max(text_width(caption, short_words(band)) for band, _w, _m in bands) / 2 + theme.px(12)
        centre = self.width() / 2
        figures = theme.px(36)
        room = min(centre - gap - figures, float(theme.px(260)))
        largest = max((figure.value or 0 for _band, *pair in bands for figure in pair), default=0) or 1
        for place, (band, women, men) in enumerate(reversed(bands)):
            top = place * row
            middle = QRectF(centre - gap, top, 2 * gap, row)
            draw_text(
                painter,
                theme,
                middle,
                short_words(band),
                caption,
                "muted",
                align=Qt.AlignmentFlag.AlignHCenter,
            )
            bar = QRectF(centre - gap - room, top + theme.px(2), room, row - theme.px(4))
            long = draw_bar(painter, theme, bar, women, largest, leftwards=True)
            if women.kind == "shown":
                words = QRectF(bar.right() - long - figures, top, figures - theme.px(5), row)
                draw_text(painter, theme, words, cell_text(women), caption, "text", align=right)
            bar.moveLeft(centre + gap)
            long = draw_bar(painter, theme, bar, men, largest, tone="control")
            if men.kind == "shown":
                words = QRectF(bar.left() + long + theme.px(5), top, figures, row)
                draw_text(painter, theme, words, cell_text(men), caption, "text")
        names = {each.code: category_words(each) for each in table.rows}
        medium, top = theme.font("caption", medium=True), row * len(bands) + theme.px(3)
        draw_text(
            painter, theme, QRectF(0, top, centre - gap, row), names[_WOMEN], medium, "text", align=right
        )
        draw_text(painter, theme, QRectF(centre + gap, top, centre - gap, row), names[_MEN], medium, "text")
