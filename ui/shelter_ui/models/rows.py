"""A short table of things with a function for each cell; for lists that are read as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from shelter_i18n import _
from shelter_ui.widgets.tables import CELL_ROLE, RECORD_ROLE, Cell

__all__ = ["RowsModel"]

T = TypeVar("T")
_Index = QModelIndex | QPersistentModelIndex
_NOT_A_PARENT = QModelIndex()


class RowsModel(QAbstractTableModel, Generic[T]):
    """Rows of records; `columns` gives each heading (fetched when shown) and what a record says there."""

    def __init__(
        self,
        columns: Sequence[tuple[Callable[[], str], Callable[[T], Cell]]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = list(columns)
        self._rows: list[T] = []

    def set_rows(self, rows: Sequence[T]) -> None:
        """Show these."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def add_rows(self, rows: Sequence[T]) -> None:
        """Show these below the others."""
        if rows:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def rows(self) -> list[T]:
        """What is shown."""
        return list(self._rows)

    def renew(self) -> None:
        """Fetch all texts again."""
        if self._rows:
            last = self.index(len(self._rows) - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)

    def rowCount(self, parent: _Index = _NOT_A_PARENT) -> int:
        """Number of records."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOT_A_PARENT) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Headings."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section][0]()
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The cell, its text, or the record."""
        record = self._rows[index.row()]
        if role == RECORD_ROLE:
            return record
        if role not in {CELL_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        cell = self._columns[index.column()][1](record)
        if role == CELL_ROLE:
            return cell
        return _("Sealed") if cell.sealed else cell.text
