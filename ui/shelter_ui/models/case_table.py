"""The case list as a table that is as long as the vault and reads only the pages that are looked at."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from shelter_app.casework.lists import CaseList
from shelter_app.storage.case_list import PAGE, Anchor, CaseListRow
from shelter_app.storage.store import Changes
from shelter_ui.models.case_cells import CaseCells, Column, column_titles
from shelter_ui.tasks import Tasks
from shelter_ui.widgets.tables import CELL_ROLE, RECORD_ROLE, SORT_ROLE

__all__ = ["CaseTableModel", "Column"]

_Index = QModelIndex | QPersistentModelIndex
#: Pages that stay in memory, and pages that wait to be read; older wishes are dropped, the view asks again.
_KEPT_PAGES: Final = 60
_WAITING_PAGES: Final = 4
#: Pages that a refresh reads again at once.
_REFRESHED_PAGES: Final = 3
_NOT_A_PARENT: Final = QModelIndex()


@dataclass(frozen=True)
class _Opening:
    """What a list must know before it can be shown."""

    count: int
    first: list[CaseListRow]
    names: dict[str, str]


@dataclass(frozen=True)
class _Again:
    """A list read again, with the pages that were looked at last."""

    count: int
    anchors: list[Anchor] | None
    pages: dict[int, list[CaseListRow]]
    names: dict[str, str]


class CaseTableModel(QAbstractTableModel):
    """Rows of a `CaseList` fetched by the page, or the fixed rows of a search.

    Pages are read in the database thread; until one has arrived its rows are placeholders (record None).
    Nothing is ever read in `data`.
    """

    #: The list has another length or content now; carries the number of rows.
    shown = Signal(int)
    #: Reading failed with this ShelterError.
    failed = Signal(object)

    def __init__(
        self,
        tasks: Tasks,
        *,
        today: Callable[[], dt.date],
        user_name: Callable[[str], str],
        names_sealed: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._user_name = tasks, user_name
        #: Says what each cell holds.
        self.cells = CaseCells(today, sealed=names_sealed)
        self._list: CaseList | None = None
        self._count = 0
        self._anchors: list[Anchor] | None = None
        self._pages: OrderedDict[int, list[CaseListRow]] = OrderedDict()
        self._wanted: list[int] = []
        self._reading = False
        #: Counts the lists that were asked for, so that a late answer for an earlier one is dropped.
        self._turn = 0
        self._fetch_soon = QTimer(self)
        self._fetch_soon.setSingleShot(True)
        self._fetch_soon.setInterval(0)
        self._fetch_soon.timeout.connect(self._fetch)

    # -- what is shown --------------------------------------------------------------------------

    def show_list(self, wanted: CaseList) -> None:
        """Show a list: its length and first page are read at once, the beginnings of its pages after that."""
        self._turn += 1
        turn, self.cells.search = self._turn, ""

        def work(_job: object) -> _Opening:
            count = wanted.count()
            first = wanted.page() if count else []
            return _Opening(count, first, self._names_of(first))

        def done(opening: _Opening) -> None:
            if turn != self._turn:
                return
            self._take(wanted, opening)
            if opening.count > PAGE:
                self._read_anchors(wanted, turn)

        self._tasks.run(work, done, on_error=self.failed.emit, owner=self)

    def show_rows(
        self, rows: Sequence[CaseListRow], names: dict[str, str] | None = None, *, search: str = ""
    ) -> None:
        """Show these rows and no others, in their order: what a search for `search` has found."""
        self._turn += 1
        self.cells.search = search
        self._take(None, _Opening(len(rows), list(rows), names or self._names_of(rows)))

    def refresh(self) -> None:
        """Read the list again; what is shown stays until the new rows are there, and the place is kept."""
        wanted = self._list
        if wanted is None:
            return
        self._turn += 1
        turn, looked_at = self._turn, list(self._pages)[-_REFRESHED_PAGES:]
        self._reading = False

        def work(_job: object) -> _Again:
            count = wanted.count()
            anchors = wanted.anchors() if count > PAGE else None
            pages: dict[int, list[CaseListRow]] = {}
            for number in looked_at:
                if number == 0 or (anchors and number < len(anchors)):
                    pages[number] = wanted.page(anchors[number] if anchors and number else None)
            return _Again(
                count, anchors, pages, self._names_of([row for page in pages.values() for row in page])
            )

        def done(again: _Again) -> None:
            if turn != self._turn:
                return
            reset = again.count != self._count
            if reset:
                self.beginResetModel()
            self._count, self._anchors = again.count, again.anchors
            self._pages, self._wanted = OrderedDict(again.pages), []
            self.cells.users.update(again.names)
            if reset:
                self.endResetModel()
                self.shown.emit(self._count)
            else:
                self._all_changed()

        self._tasks.run(work, done, on_error=self.failed.emit, owner=self)

    def on_changed(self, changes: Changes) -> None:
        """Refresh if a save has changed what lists show."""
        if changes.touches("case", "entry", "person", "import"):
            self.refresh()

    def set_names_shown(self, shown: bool) -> None:
        """Show or hide the names (F12)."""
        self.cells.shown = shown
        self._all_changed()

    def retranslate(self) -> None:
        """Say everything in the language now in force."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        self._all_changed()

    def record(self, row: int) -> CaseListRow | None:
        """The case in a row, or None while its page is being read."""
        if not 0 <= row < self._count:
            return None
        page = self._page(row // self._page_size)
        return page[row % self._page_size] if page and row % self._page_size < len(page) else None

    def row_of(self, case_id: str) -> int | None:
        """The row of a case among the pages that have been read."""
        for number, page in self._pages.items():
            for place, row in enumerate(page):
                if row.case_id == case_id:
                    return number * self._page_size + place
        return None

    # -- reading --------------------------------------------------------------------------------

    @property
    def _page_size(self) -> int:
        return PAGE if self._list is not None else max(1, self._count)

    def _names_of(self, rows: Sequence[CaseListRow]) -> dict[str, str]:
        return {row.assigned_to: self._user_name(row.assigned_to) for row in rows if row.assigned_to}

    def _take(self, wanted: CaseList | None, opening: _Opening) -> None:
        self.beginResetModel()
        self._list, self._count, self._anchors = wanted, opening.count, None
        self._pages = OrderedDict({0: opening.first} if opening.first else {})
        self._wanted, self._reading = [], False
        self.cells.users.update(opening.names)
        self.endResetModel()
        self.shown.emit(self._count)

    def _read_anchors(self, wanted: CaseList, turn: int) -> None:
        def done(anchors: list[Anchor]) -> None:
            if turn == self._turn:
                self._anchors = anchors
                self._fetch()

        self._tasks.run(lambda _job: wanted.anchors(), done, on_error=self.failed.emit, owner=self)

    def _page(self, number: int) -> list[CaseListRow] | None:
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
        elif self._list is not None and number not in self._wanted:
            self._wanted = [*self._wanted[1 - _WAITING_PAGES :], number]
            self._fetch_soon.start()
        return page

    def _fetch(self) -> None:
        """Read the page that was asked for last; one at a time, so that a save does not wait behind many."""
        if self._reading or self._anchors is None or self._list is None or not self._wanted:
            return
        number, turn, wanted = self._wanted.pop(), self._turn, self._list
        if number in self._pages or number >= len(self._anchors):
            self._fetch_soon.start()
            return
        self._reading = True
        start = self._anchors[number]

        def work(_job: object) -> tuple[list[CaseListRow], dict[str, str]]:
            rows = wanted.page(start)
            return rows, self._names_of(rows)

        def done(found: tuple[list[CaseListRow], dict[str, str]]) -> None:
            if turn != self._turn:
                return
            rows, names = found
            self._reading = False
            self.cells.users.update(names)
            self._pages[number] = rows
            while len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)
            first = number * PAGE
            last = min(first + PAGE, self._count) - 1
            if first <= last:
                self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))
            self._fetch_soon.start()

        self._tasks.run(work, done, on_error=self._on_page_failed, owner=self)

    def _on_page_failed(self, error: object) -> None:
        self._reading = False
        self.failed.emit(error)

    def _all_changed(self) -> None:
        if self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, len(Column) - 1))

    # -- Qt's questions -------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NOT_A_PARENT) -> int:
        """As many rows as the list has cases."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: _Index = _NOT_A_PARENT) -> int:
        """The columns of `Column`."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column_titles()[Column(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell as it is drawn, in words, as a native value to sort by, or the whole record."""
        if not index.isValid() or not 0 <= index.row() < self._count:
            return None
        record, column = self.record(index.row()), Column(index.column())
        if role == RECORD_ROLE:
            return record
        if role == CELL_ROLE:
            return self.cells.cell(record, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cells.cell(record, column).text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.cells.spoken(record, column)
        if role == Qt.ItemDataRole.ToolTipRole and column is Column.NUMBER and record is not None:
            return self.cells.alerts(record)
        if role == SORT_ROLE and record is not None:
            return self.cells.native(record, column)
        return None
