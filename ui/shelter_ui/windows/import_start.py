"""Where an import begins: a place for the file, and the imports made before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.casework.registers import PastImport
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number, format_time
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Tag
from shelter_ui.widgets.texts import ElidedText, IconLabel, Prose, Text
from shelter_ui.windows.rows_card import RowsCard

__all__ = ["ENDINGS", "DropPlace", "EarlierImports", "dropped_file"]

ENDINGS = ("xlsx", "xls", "xlsm", "xlsb", "ods", "csv", "tsv", "txt")


def dropped_file(data: QMimeData) -> Path | None:
    """The one file that is dragged here, or None."""
    urls = data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


class DropPlace(Themed, QWidget):
    """A dashed field that takes a file, and a button that asks for one."""

    #: A file was dropped here; carries its path.
    dropped = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._over = False
        self.setAcceptDrops(True)
        self._title, self._words = (
            Text("", "section"),
            Prose(theme, "", "label", "text2", align=Qt.AlignmentFlag.AlignHCenter),
        )
        self.choose = Button(theme, "", "primary", icon="folder-open")
        self.choose.setObjectName("choose_file")
        self._words.setMaximumWidth(theme.px(520))
        centre = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(28), theme.px(24), theme.px(28))
        column.setSpacing(theme.px(6))
        column.addWidget(IconLabel(theme, "upload", 24, "muted"), 0, centre)
        column.addWidget(self._title, 0, centre)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._words, 8)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(theme.px(10))
        column.addWidget(self.choose, 0, centre)
        self.setFocusProxy(self.choose)
        self.adopt(theme)
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._title.setText(_("Bring in a register"))
        self._words.set_text(
            _(
                "An Excel workbook or a CSV file, as it is. The program reads it and shows what would become of every "
                "row; nothing is written before you say so, and an import can be undone as a whole."
            )
        )
        self.choose.setText(_("Choose a file"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file."""
        if dropped_file(event.mimeData()) is not None and self.choose.isEnabled():
            event.acceptProposedAction()
            self._over = True
            self.update()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """The file went elsewhere."""
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the file."""
        self._over = False
        self.update()
        path = dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the dashed frame."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.colour("accent" if self._over else "control"), 2 if self._over else 1.5)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(theme.colour("select" if self._over else "surface"))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), theme.px(8), theme.px(8))


class _Import(Themed, QWidget):
    """One import: file, when and by whom, what became of its rows, and what can be done."""

    def __init__(self, theme: Theme, made: PastImport) -> None:
        super().__init__()
        self._made = made
        self._name, self._about = ElidedText("", "body", medium=True), Text("", "label", "text2", wrap=True)
        self._undone = Tag(theme)
        self._undone.setVisible(made.undone)
        self.decide = Button(theme, "", size="small")
        self.decide.setObjectName("decide_later")
        self.decide.setVisible(made.waiting > 0 and not made.undone)
        self.undo = Button(theme, "", "quiet", icon="undo-2", size="small")
        self.undo.setObjectName("undo_earlier")
        self.undo.setVisible(not made.undone)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._about)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(6), 0, theme.px(6))
        row.setSpacing(theme.px(12))
        row.addWidget(IconLabel(theme, "file-spreadsheet", 18, "text2"))
        row.addLayout(words, 1)
        for widget in (self._undone, self.decide, self.undo):
            row.addWidget(widget)
        self.adopt(theme)
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        made, counts = self._made, self._made.counts
        when = format_time(dt.datetime.fromisoformat(made.made_at).astimezone())
        brought = counts.get("imported", 0) + counts.get("remark", 0)
        self._name.setText(made.name)
        about = ngettext(
            "{when}, by {user}: {number} row brought in",
            "{when}, by {user}: {number} rows brought in",
            brought,
        )
        self._about.setText(about.format(when=when, user=made.made_by, number=format_number(brought)))
        self._undone.set_tag(_("Undone"), "", "undo-2")
        self.decide.setText(
            ngettext("Decide {number} waiting row", "Decide {number} waiting rows", made.waiting).format(
                number=made.waiting
            )
        )
        self.undo.setText(_("Undo this import"))
        self.undo.setAccessibleDescription(made.name)


class EarlierImports(RowsCard):
    """The card with all imports, newest first."""

    #: Decide the waiting rows of this import (its id).
    decide_asked = Signal(str)
    #: Undo this import (its id).
    undo_asked = Signal(str)

    def show_imports(self, imports: Sequence[PastImport]) -> None:
        """Show these."""
        rows = []
        for made in imports:
            row = _Import(self.theme, made)
            row.decide.clicked.connect(lambda _checked=False, made=made: self.decide_asked.emit(made.id))
            row.undo.clicked.connect(lambda _checked=False, made=made: self.undo_asked.emit(made.id))
            rows.append(row)
        self.show_rows(rows)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self.set_words(_("Earlier imports"), _("No register has been brought in yet."))
