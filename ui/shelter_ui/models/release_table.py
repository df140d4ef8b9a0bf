"""One table of a protected summary for the screen: figures, signs for what is hidden, and how to say them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from shelter_app.anonymise.release import Category, Protection, Table, cell_text, reason_text
from shelter_app.anonymise.release import Cell as Figure
from shelter_app.reports.bilingual import code_label, short_label
from shelter_i18n import _, current_language
from shelter_i18n.formats import join_facts
from shelter_ui.widgets.tables import RECORD_ROLE

__all__ = ["ReleaseTable", "category_words", "figure_words", "short_words"]

_Index = QModelIndex | QPersistentModelIndex
_NOT_A_PARENT = QModelIndex()
_TOTALS = ("base", "total")


def category_words(category: Category) -> str:
    """The label of a row or column in the language in force."""
    return category.label(None, code_label)


def short_words(category: Category) -> str:
    """The label for the head of a narrow column."""
    return short_label(category).of(current_language())


def figure_words(figure: Figure) -> str:
    """A figure as it is read aloud: a number, "fewer than 11", or "hidden"."""
    if figure.kind == "small":
        return _("fewer than 11, perhaps nobody")
    return _("hidden") if figure.kind == "hidden" else cell_text(figure)


class ReleaseTable(QAbstractTableModel):
    """The cells of one table; column 0 holds the labels of the rows.

    A table with a single column gets one more at the end, in which the figures stand as bars. Only figures
    can be walked with the keyboard.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table: Table | None = None
        self._protection: Protection | None = None

    def show_table(self, protection: Protection, table: Table) -> None:
        """Show a table of the release."""
        self.beginResetModel()
        self._protection, self._table = protection, table
        self.endResetModel()

    def retranslate(self) -> None:
        """Say everything in the language now in force."""
        if self._table is not None:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    @property
    def table(self) -> Table | None:
        """The table that is shown."""
        return self._table

    @property
    def has_bars(self) -> bool:
        """Whether the last column holds bars."""
        return self._table is not None and len(self._table.columns) == 1

    @property
    def largest(self) -> int:
        """The figure that the longest bar stands for."""
        if self._table is None:
            return 1
        items = [cell.value or 0 for row, _column, cell in self._table.walk() if row.role not in _TOTALS]
        return max(items, default=0) or 1

    def figure(self, index: _Index) -> Figure | None:
        """The figure at an index; None beside the figures."""
        if self._table is None or not 0 < index.column() <= len(self._table.columns):
            return None
        return self._table.cells[index.row()][index.column() - 1]

    def bar(self, index: _Index) -> Figure | None:
        """The figure that is drawn as a bar at an index; totals have none."""
        if self._table is None or not self.has_bars or index.column() != 2:
            return None
        total = self._table.rows[index.row()].role in _TOTALS
        return None if total else self._table.cells[index.row()][0]

    def is_total(self, index: _Index) -> bool:
        """Whether the row or the column of an index is a sum."""
        table = self._table
        if table is None:
            return False
        column = index.column() - 1
        lone = len(table.columns) == 1
        across = not lone and 0 <= column < len(table.columns) and table.columns[column].role in _TOTALS
        return table.rows[index.row()].role in _TOTALS or across

    def place_words(self, index: _Index) -> str:
        """The cell's place in words: "Men, 27 to 29 years"."""
        table = self._table
        if table is None:
            return ""
        names = [category_words(table.rows[index.row()])]
        if len(table.columns) > 1 and 0 < index.column() <= len(table.columns):
            names.append(category_words(table.columns[index.column() - 1]))
        return join_facts(names)

    def reason(self, index: _Index) -> str:
        """Why the figure is not shown, in a sentence; empty for a figure that is."""
        table, figure = self._table, self.figure(index)
        if table is None or self._protection is None or figure is None:
            return ""
        why = self._protection.reason_for(
            table.id, table.rows[index.row()].code, table.columns[index.column() - 1].code
        )
        if why is None:
            return ""
        about = table
        if why.about is not None and why.about.table != table.id:
            others: Sequence[Table] = self._protection.release.tables
            about = next((each for each in others if each.id == why.about.table), table)
        return reason_text(why, about, None, code_label)

    def spoken(self, index: _Index) -> str:
        """What a screen reader says: "Men, 27 to 29 years: hidden"."""
        figure = self.figure(index)
        if figure is None:
            return self.place_words(index)
        return _("{place}: {figure}").format(place=self.place_words(index), figure=figure_words(figure))

    # -- Qt's questions -------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NOT_A_PARENT) -> int:
        """As many rows as the table."""
        return 0 if parent.isValid() or self._table is None else len(self._table.rows)

    def columnCount(self, parent: _Index = _NOT_A_PARENT) -> int:
        """Labels, figures, and bars where there is one column of figures."""
        if parent.isValid() or self._table is None:
            return 0
        return 1 + len(self._table.columns) + (1 if self.has_bars else 0)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Figures can be walked; labels and bars cannot."""
        if self.figure(index) is None:
            return Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns, short on the screen and whole for screen readers."""
        table = self._table
        if orientation != Qt.Orientation.Horizontal or table is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == 0 else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)
        if not 0 < section <= len(table.columns):
            return "" if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            column = table.columns[section - 1]
            return _("Total") if column.role == "total" and len(table.columns) > 1 else short_words(column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return category_words(table.columns[section - 1])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell: what stands in it, what is said of it, or the figure itself."""
        table = self._table
        if not index.isValid() or table is None:
            return None
        figure = self.figure(index)
        if role == RECORD_ROLE:
            return figure
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(index)
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == 0:
                return category_words(table.rows[index.row()])
            return cell_text(figure) if figure is not None else ""
        return None
