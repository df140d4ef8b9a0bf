"""Rows of a group: documents, people around, stops on the way; added and removed one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.domain.forms import Field, FieldClass, applies, is_empty
from shelter_i18n import _
from shelter_ui.forms.editors import Editor, Tools
from shelter_ui.forms.grid import FieldGrid
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button, IconButton
from shelter_ui.widgets.tab_order import tab_through

__all__ = ["GroupEditor"]


class _Row(QFrame):
    """The questions of one row, with a cross that takes the row away."""

    changed = Signal()
    removed = Signal()

    def __init__(self, group: Field, tools: Tools, values: Mapping[str, Any]) -> None:
        super().__init__()
        from shelter_ui.forms.question import Question

        theme = tools.theme
        #: Answers to questions that this group does not have stay with the row.
        known = {part.id for part in group.fields}
        self._kept = {key: value for key, value in values.items() if key not in known}
        self.setProperty("card", "true")
        self.questions = {
            part.id: Question(part, FieldClass.CODED, tools, parent=self) for part in group.fields
        }
        self._remove = IconButton(theme, "trash-2")
        self._remove.clicked.connect(self.removed)
        place = QWidget()
        grid = FieldGrid(place, gap=theme.px(12), line_gap=theme.px(8))
        for part_id, question in self.questions.items():
            grid.add(question.row, question.span)
            question.editor.set_value(values.get(part_id))
            question.changed.connect(self._on_changed)
        line = QHBoxLayout(self)
        edge = theme.px(12)
        line.setContentsMargins(edge, theme.px(8), theme.px(6), edge)
        line.addWidget(place, 1)
        line.addWidget(self._remove, 0, Qt.AlignmentFlag.AlignTop)
        self.show_asked()

    def values(self) -> dict[str, Any]:
        """The answers of this row."""
        given = {key: question.editor.value() for key, question in self.questions.items()}
        return {**self._kept, **{key: value for key, value in given.items() if not is_empty(value)}}

    def unfinished(self) -> dict[str, Any]:
        """What is typed in this row and is no answer, by question."""
        found = {key: question.editor.unfinished() for key, question in self.questions.items()}
        return {key: typed for key, typed in found.items() if typed is not None}

    def resume(self, unfinished: Mapping[str, Any]) -> None:
        """Show what `unfinished` gave."""
        for key, typed in unfinished.items():
            if key in self.questions:
                self.questions[key].resume(typed)

    def _on_changed(self) -> None:
        self.show_asked()
        self.changed.emit()

    def show_asked(self) -> None:
        """Show the questions that are asked, given the others."""
        values = self.values()
        for question in self.questions.values():
            question.row.setVisible(applies(question.field, values))

    def retranslate(self, name: str) -> None:
        """Say everything in the language in force."""
        self._remove.set_name(name)
        values = self.values()
        for question in self.questions.values():
            question.retranslate(values)


class _Rows(Themed, QWidget):
    """The rows one below the other, and the button that adds one."""

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(tools.theme.px(8))
        self.add = Button(tools.theme, "", "secondary", icon="plus", size="small")
        self.back = Button(tools.theme, "", "text", icon="undo-2", size="small")
        self.back.hide()
        line = QHBoxLayout()
        line.addWidget(self.add)
        line.addWidget(self.back)
        line.addStretch(1)
        self.column.addLayout(line)
        self.adopt(tools.theme)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Onto the button. Not by a focus proxy: Tab would go to it past the rows."""
        self.add.setFocus(reason)

    def set_error(self, _on: bool) -> None:
        """Problems are shown beside the questions of a row."""


class GroupEditor(Editor):
    """A list of rows, each a few questions of its own."""

    #: The rows have changed, so that there are other questions now.
    rebuilt = Signal()

    def __init__(self, field: Field, tools: Tools) -> None:
        self._place = _Rows(tools)
        super().__init__(field, self._place)
        self._tools = tools
        self.rows: list[_Row] = []
        self._removed: tuple[int, dict[str, Any], dict[str, Any]] | None = None
        self._place.add.clicked.connect(self._on_add)
        self._place.back.clicked.connect(self._on_back)
        self.refresh_options({})

    def refresh_options(self, _values: Mapping[str, Any]) -> None:
        """Name the buttons and the rows in the language in force."""
        self._place.back.setText(_("Bring the row back"))
        self._place.add.setText(_("Add a row"))
        self._place.add.setAccessibleName(_("Add a row: {name}").format(name=_(self.field.label)))
        for number, row in enumerate(self.rows, 1):
            row.retranslate(_("Remove row {number}").format(number=number))

    def unfinished(self) -> list[dict[str, Any]] | None:
        """What is typed and is no answer, row by row."""
        found = [row.unfinished() for row in self.rows]
        return found if any(found) else None

    def resume(self, unfinished: Any) -> None:
        """Show what `unfinished` gave, row by row."""
        for row, typed in zip(self.rows, unfinished, strict=False):
            row.resume(typed)

    def settle(self) -> None:
        """Take what is being typed for answers."""
        for row in self.rows:
            for question in row.questions.values():
                question.editor.settle()

    def _fits(self, value: Any) -> bool:
        return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)

    def _read(self) -> list[dict[str, Any]] | None:
        return [row.values() for row in self.rows] or None

    def _show(self, value: Any) -> None:
        for row in list(self.rows):
            self._drop(row)
        for values in value or ():
            self._add(values)
        self.rebuilt.emit()

    def _add(self, values: Mapping[str, Any], at: int | None = None) -> _Row:
        at = len(self.rows) if at is None else at
        row = _Row(self.field, self._tools, values)
        row.changed.connect(self._told)
        row.removed.connect(lambda: self._on_remove(row))
        column = self._place.column
        column.insertWidget(column.indexOf(self.rows[at - 1]) + 1 if at else 0, row)
        self.rows.insert(at, row)
        # New widgets come last in the order of Tab; the rows belong where their button stands, and it after them.
        tab_through(self._place.add, *self.rows)
        tab_through(self.rows[-1], self._place.add, self._place.back)
        row.show()
        self.refresh_options({})
        return row

    def _drop(self, row: _Row) -> None:
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self.refresh_options({})

    def _on_add(self) -> None:
        row = self._add({})
        self.rebuilt.emit()
        self._told()
        next(iter(row.questions.values())).focus()

    def _on_back(self) -> None:
        if self._removed is not None:
            place, values, unfinished = self._removed
            self._add(values, place).resume(unfinished)
        self._removed = None
        self._place.back.hide()
        self.rebuilt.emit()
        self._told()

    def _on_remove(self, row: _Row) -> None:
        values, unfinished = row.values(), row.unfinished()
        self._removed = (self.rows.index(row), values, unfinished) if values or unfinished else None
        self._place.back.setVisible(self._removed is not None)
        self._drop(row)
        self.rebuilt.emit()
        self._told()
        self._place.add.setFocus(Qt.FocusReason.OtherFocusReason)
