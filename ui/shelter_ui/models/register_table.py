"""The rows of a register as a table: where each stands, what becomes of it, who it is about, and why."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from shelter_app.casework.registers import waits
from shelter_app.domain.partial_date import PartialDate
from shelter_app.exchange.registers import RegisterPreview, RegisterRow
from shelter_app.exchange.registers.headers import NAME_TARGETS, match_header
from shelter_i18n import _, current_language, pgettext
from shelter_ui.models.register_decisions import Decisions, Place, place_of
from shelter_ui.widgets.tables import CELL_ROLE, RECORD_ROLE, Cell

__all__ = [
    "PRIVATE_TARGETS",
    "RegisterTable",
    "RowColumn",
    "date_words",
    "outcome_look",
    "row_words",
    "target_of",
    "written",
]

_Index = QModelIndex | QPersistentModelIndex
_NOT_A_PARENT = QModelIndex()
#: Fields that name or find a person; hidden together with the names.
PRIVATE_TARGETS = NAME_TARGETS | {"person.documents.number", "intake.remark", "person.origin_place"}


class RowColumn(IntEnum):
    """Columns of the table."""

    SHEET = 0
    ROW = 1
    OUTCOME = 2
    NAME = 3
    WRITTEN = 4
    UNDERSTOOD = 5
    REASONS = 6


def date_words(value: object) -> str:
    """A date in few letters where it can be, in words else."""
    if not isinstance(value, PartialDate):
        return ""
    if value.iso() and not value.about:
        return value.iso()
    if value.age is not None and value.asof is not None and value.asof.iso():
        text = _("about {age} in {date}") if value.about else _("{age} in {date}")
        return text.format(age=value.age, date=value.asof.iso()[:7])
    return value.reading()


def target_of(preview: RegisterPreview, sheet: str, header: str) -> str | None:
    """The field that a column of the file fills."""
    for info in preview.columns:
        if info.sheet == sheet and header in {info.column.header, info.column.letter}:
            return info.column.target
    return match_header(header) if not preview.columns else None


def written(preview: RegisterPreview, row: RegisterRow, *targets: str) -> str:
    """What stands in the first filled cell of one of these fields, as it is written."""
    for target in targets:
        for header, text in row.original:
            if target_of(preview, row.sheet, header) == target:
                return text
    return ""


def row_words(row: RegisterRow) -> str:
    """The row as a title: "Intake 2025, row 137"."""
    text = _("{sheet}, row {row}") if row.sheet else _("Row {row}")
    return text.format(sheet=row.sheet, row=row.row)


def outcome_look(row: RegisterRow, *, asked: bool) -> tuple[str, str, str]:
    """Word, tone and icon for what becomes of a row; `asked` says that something had to be decided."""
    if row.open_decisions:
        return _("To decide"), "warning", "circle-question-mark"
    if waits(row):
        return _("Waits"), "warning", "hourglass"
    if asked:
        if row.is_person:
            return _("Decided"), "ok", "circle-check"
        return _("Left out"), "muted", "minus"
    looks = {
        "imported": (_("As it is"), "ok", "check"),
        "remark": (_("Remark"), "info", "info"),
        "not_a_person": (_("Not a person"), "muted", "minus"),
    }
    return looks.get(row.outcome, ("", "", ""))


def name_of(preview: RegisterPreview, row: RegisterRow) -> str:
    """The name as it is written."""
    for target in ("person.name_native", "person.name_latin"):
        if text := written(preview, row, target):
            return text
    parts = [written(preview, row, f"person.{part}") for part in ("family_name", "given_name")]
    return " ".join(part for part in parts if part) or written(preview, row, "person.aliases")


class RegisterTable(QAbstractTableModel):
    """Rows of a register, all of them or those that need a look."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._decisions: Decisions | None = None
        self._rows: list[RegisterRow] = []
        self._targets: dict[Place, tuple[str, str]] = {}
        self._all = False
        self._names = True

    def show_decisions(self, decisions: Decisions, *, everything: bool) -> None:
        """Show the rows of a register."""
        self.beginResetModel()
        self._decisions, self._all = decisions, everything
        preview = decisions.base
        self._targets = {
            place_of(row): (name_of(preview, row), written(preview, row, "person.birth", "person.age"))
            for row in preview.rows
            if row.is_person
        }
        self._rows = self._wanted()
        self.endResetModel()

    def show_all(self, everything: bool) -> None:
        """Show all rows, or only those that need a look."""
        if everything != self._all:
            self.beginResetModel()
            self._all = everything
            self._rows = self._wanted()
            self.endResetModel()

    def refresh(self) -> None:
        """A decision was taken: the same rows, said anew."""
        if self._decisions is None:
            return
        now = {place_of(row): row for row in self._decisions.current.rows}
        self._rows = [now[place_of(row)] for row in self._rows]
        self._all_changed()

    def set_names_shown(self, shown: bool) -> None:
        """Show or hide names and what finds a person."""
        self._names = shown
        self._all_changed()

    def retranslate(self) -> None:
        """Say everything in the language now in force."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(RowColumn) - 1)
        self._all_changed()

    def needs_look(self) -> int:
        """How many rows need a look, or needed one."""
        if self._decisions is None:
            return 0
        return sum(1 for row in self._decisions.base.rows if row.outcome in {"decision", "remark"})

    def row_at(self, number: int) -> RegisterRow | None:
        """The row of the file in a row of the table."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def number_of(self, place: Place) -> int:
        """The row of the table that shows a row of the file, or -1."""
        return next((i for i, row in enumerate(self._rows) if place_of(row) == place), -1)

    def _wanted(self) -> list[RegisterRow]:
        if self._decisions is None:
            return []
        before = self._decisions.base.rows
        return [
            now
            for then, now in zip(before, self._decisions.current.rows, strict=True)
            if self._all or then.outcome in {"decision", "remark"}
        ]

    def _all_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(RowColumn) - 1))

    # -- Qt's questions -------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NOT_A_PARENT) -> int:
        """As many rows as are wanted."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOT_A_PARENT) -> int:
        """The columns of `RowColumn`."""
        return 0 if parent.isValid() else len(RowColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return [
                pgettext("register", "Sheet"), _("Row"), _("Outcome"), _("Name"), _("Birth as written"), _("Understood as"), _("Reasons"),
            ][section]  # fmt: skip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == RowColumn.ROW else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def cell(self, row: RegisterRow, column: RowColumn) -> Cell:
        """How a cell is drawn."""
        if column is RowColumn.SHEET:
            return Cell(row.sheet, tone="text2")
        if column is RowColumn.ROW:
            return Cell(str(row.row), right=True)
        if column is RowColumn.OUTCOME:
            asked = self._decisions is not None and self._decisions.was_asked(row)
            return Cell(*_outcome_cell(row, asked=asked))
        name, birth = self._targets.get(place_of(row), ("", ""))
        if column is RowColumn.NAME:
            hidden = bool(name) and not self._names
            return Cell(sealed=True) if hidden else Cell(name)
        if column is RowColumn.WRITTEN:
            return Cell(birth, tone="text2")
        if column is RowColumn.UNDERSTOOD:
            return Cell(date_words(row.values.get("person.birth")))
        if not self._names and any(reason.values.get("text") for reason in row.reasons):
            return Cell(_("Hidden together with the names"), tone="muted")
        order = {"decision": 0, "waits": 1, "remark": 2, "not_a_person": 3}
        reasons = sorted(row.reasons, key=lambda each: order[each.severity])
        return Cell(_joined([each.text() for each in reasons]), tone="text2")

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell as it is drawn, in words, or the whole row."""
        row = self.row_at(index.row())
        if not index.isValid() or row is None:
            return None
        if role == RECORD_ROLE:
            return row
        column = RowColumn(index.column())
        if role == CELL_ROLE:
            return self.cell(row, column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            cell = self.cell(row, column)
            return (
                _("Name hidden") if cell.sealed and role == Qt.ItemDataRole.AccessibleTextRole else cell.text
            )
        return None


def _joined(sentences: list[str]) -> str:
    """Sentences as one line; a question keeps its mark."""
    separator = "；" if current_language() == "zh" else "; "
    shown = [sentence.rstrip(".。") for sentence in sentences]
    return "".join(
        text if place == len(shown) - 1 else text + (" " if text.endswith(("?", "？")) else separator)
        for place, text in enumerate(shown)
    )


def _outcome_cell(row: RegisterRow, *, asked: bool) -> tuple[str, str, str, str]:
    word, tone, icon = outcome_look(row, asked=asked)
    return word, "", tone, icon
