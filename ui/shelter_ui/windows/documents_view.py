"""The documents and photos of a case: a list, adding by button or by dropping files, showing, saving a copy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from shelter_app.casework import attachments
from shelter_app.casework.attachments import Document, OpenedDocument
from shelter_app.casework.cases import CaseView
from shelter_app.domain.codelists import code_list
from shelter_app.domain.forms import read_date
from shelter_app.errors import ShelterError
from shelter_app.vault.rights import Compartment, Right
from shelter_i18n import _, current_language, ngettext
from shelter_i18n.formats import format_number, format_short_date
from shelter_ui.context import AppContext
from shelter_ui.dialogs.add_document import AddDocumentDialog
from shelter_ui.dialogs.picture import PictureDialog
from shelter_ui.dialogs.take_out_document import TakeOutDocumentDialog
from shelter_ui.models.rows import RowsModel
from shelter_ui.models.sealed_words import who_opens
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Card, EmptyState
from shelter_ui.widgets.tables import Cell, TableCard, TableView
from shelter_ui.widgets.texts import Prose

__all__ = ["DocumentsView", "size_words"]

_MOST_ROWS = 12


def size_words(size: int) -> str:
    """A size as people say it: "340 KB", "1.2 MB"."""
    if size < 1 << 20:
        return _("{number} KB").format(number=format_number(max(1, round(size / 1024))))
    megabytes = round(size / (1 << 20), 1)
    return _("{number} MB").format(number=f"{megabytes:g}")


class DocumentsView(Themed, QWidget):
    """Shows the documents of one case; nothing is unsealed before somebody asks for one."""

    #: The answers about a document are to be corrected; carries its entry.
    correct_asked = Signal(str)

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._view: CaseView | None = None
        theme = context.theme
        self.setAcceptDrops(True)
        self._card = Card(theme, padding=20, spacing=10)
        self._add = Button(theme, "", "secondary", icon="plus", size="small")
        self._add.setObjectName("add_document")
        self._add.clicked.connect(lambda _checked=False: self._choose())
        self._card.head.addWidget(self._add)
        self._words = Prose(theme, "", "label", "text2")
        self.model: RowsModel[Document] = RowsModel(
            [
                (lambda: _("What it is"), self._kind),
                (
                    lambda: _("What it shows or says"),
                    lambda d: Cell(self._shown(d.values.get("description"))),
                ),
                (lambda: _("Date"), lambda d: Cell(_date(d), tone="text2")),
                (lambda: _("Size"), lambda d: Cell(size_words(d.size), tone="text2", right=True)),
                (lambda: _("Added"), lambda d: Cell(_added(d), tone="text2")),
            ],
            self,
        )
        self.table = TableView(theme)
        self.table.setObjectName("documents")
        self.table.setModel(self.model)
        self.table.opened.connect(self._on_opened)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._show_actions())
        self._frame = TableCard(theme, self.table)
        self._empty = EmptyState(theme, "file-text")
        self._open = self._button("open_document", "eye", self._show_picture)
        self._copy = self._button("copy_document", "download", lambda: self._save(clean=False))
        self._clean = self._button("copy_clean", "shield-check", lambda: self._save(clean=True))
        self._correct = self._button("correct_document", "pencil", self._on_correct)
        self._take_out = self._button("take_out_document", "arrow-right", self._on_take_out)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        for button in (self._open, self._copy, self._clean, self._correct, self._take_out):
            row.addWidget(button)
        row.addStretch(1)
        self._taken_out = Prose(theme, "", "label", "text2")
        self._camera = Prose(theme, "", "label", "warning")
        for widget in (self._words, self._frame, self._empty):
            self._card.body.addWidget(widget)
        self._card.body.addLayout(row)
        self._card.body.addWidget(self._taken_out)
        self._card.body.addWidget(self._camera)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        context.names_shown_changed.connect(self.retranslate_ui)
        self.adopt(theme)
        self._columns()
        self.retranslate_ui()

    def _button(self, name: str, icon: str, on_clicked: object) -> Button:
        button = Button(self._context.theme, "", "secondary", icon=icon, size="small")
        button.setObjectName(name)
        button.clicked.connect(lambda _checked=False: on_clicked())  # type: ignore[operator]
        return button

    def _columns(self) -> None:
        header, px = self.table.horizontalHeader(), self.theme.px
        header.setStretchLastSection(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 210), (2, 110), (3, 80), (4, 160)):
            self.table.setColumnWidth(column, px(width))

    def restyle(self) -> None:
        """Take the column widths of the new scale."""
        if hasattr(self, "table"):
            self._columns()
            self._fit()

    def _fit(self) -> None:
        rows = min(self.model.rowCount(), _MOST_ROWS)
        self.table.setFixedHeight(self.theme.px(34) + rows * self.theme.row_height)

    def show_case(self, view: CaseView) -> None:
        """Show the documents of this case."""
        self._view = view
        before = self.current()
        found = attachments.documents(self._context.session, view)
        self.model.set_rows(found)
        self._fit()
        ids = [each.entry_id for each in found]
        if found:
            self.table.selectRow(ids.index(before.entry_id) if before and before.entry_id in ids else 0)
        self.retranslate_ui()

    def current(self) -> Document | None:
        """The document that is marked."""
        rows, row = self.model.rows(), self.table.currentIndex().row()
        return rows[row] if 0 <= row < len(rows) else None

    # -- words ----------------------------------------------------------------------------------

    def _shown(self, text: object) -> str:
        return str(text or "") if self._context.names_shown else ""

    def _kind(self, document: Document) -> Cell:
        kind = document.values.get("kind")
        words = code_list("attachment_kinds").label(kind, current_language()) if kind else _("Document")
        icon = "file-lock" if document.health else "file-text"
        if document.withdrawn:
            return Cell(_("{what}, taken out").format(what=words), tone="muted", icon=icon)
        return Cell(words, icon=icon, medium=True)

    def _why_taken_out(self, document: Document) -> str:
        """Why a document is not among those of the case any more, and where it went as far as the reader may know."""
        where = attachments.where_moved(self._context.session, document)
        if where is None:
            reason = code_list("document_withdrawals").label(
                str(document.values["withdrawn"]), current_language()
            )
            words = _("Taken out of this case: {reason}.").format(reason=reason)
        else:
            words = (
                _("Moved to case {number}.").format(number=where) if where else _("Moved to another case.")
            )
        return "\n".join(filter(None, (words, self._shown(document.values.get("withdrawn_note")))))

    def _show_actions(self) -> None:
        document, session = self.current(), self._context.session
        some = document is not None
        for button in (self._open, self._copy, self._clean, self._correct, self._take_out):
            button.setVisible(some)
        self._camera.hide()
        self._taken_out.setVisible(document is not None and document.withdrawn)
        if document is None:
            return
        if document.withdrawn:
            self._taken_out.set_text(self._why_taken_out(document))
        may_copy = session.may(Right.EXPORT_CASE)
        self._open.setVisible(document.is_picture)
        self._copy.setVisible(may_copy)
        self._clean.setVisible(may_copy and document.camera.any)
        may_write = attachments.may_add(session, health=document.health)
        self._correct.setVisible(may_write)
        self._take_out.setVisible(may_write and not document.withdrawn)
        if document.camera.place:
            self._camera.set_text(
                _("This photo says where it was taken. A copy without camera data does not.")
            )
            self._camera.show()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        some = bool(self.model.rowCount())
        may = attachments.may_add(self._context.session)
        self._card.set_title(_("Documents and photos"))
        sealed = self._sealed()
        self._add.setText(_("Add a file"))
        self._add.setVisible(may)
        self._words.set_text(
            _(
                "Sealed one by one. What is opened is shown here and not written to the disk; a saved copy is not protected."
            )
            + (f"\n{sealed}" if sealed and some else "")
        )
        self._frame.setVisible(some)
        self._empty.setVisible(not some)
        self._empty.set_words(
            _("Nothing that you can open") if sealed else _("No documents yet"),
            "\n".join(filter(None, (sealed, _("Add a file, or drop files here.") if may else ""))),
        )
        self._open.setText(_("Show"))
        self._copy.setText(_("Save a copy"))
        self._clean.setText(_("Save a copy without camera data"))
        self._correct.setText(_("Correct what is said of it"))
        self._take_out.setText(_("Take out"))
        self.table.setAccessibleName(_("Documents and photos"))
        self.model.renew()
        self._show_actions()

    def _sealed(self) -> str:
        """What there is that the reader has no key for, and who can open it."""
        if self._view is None:
            return ""
        session, said = self._context.session, []
        documents, health = attachments.sealed_documents(self._view)
        if documents:
            names = who_opens(session, Compartment.PEOPLE) or _("the recovery sheets")
            text = ngettext(
                "{number} document is sealed. Can open it: {names}.",
                "{number} documents are sealed. Can open them: {names}.",
                documents,
            )
            said.append(text.format(number=format_number(documents), names=names))
        if health:
            names = who_opens(session, Compartment.HEALTH) or _("the recovery sheets")
            said.append(
                _("Documents may be among the sealed health entries. Can open them: {names}.").format(
                    names=names
                )
            )
        return " ".join(said)

    # -- what is done ---------------------------------------------------------------------------

    def _choose(self) -> None:
        self._context.ask.file(_("Add a file"), lambda path: self._add_files([path]))

    def _add_files(self, paths: Sequence[Path]) -> None:
        if self._view is not None and paths:
            AddDocumentDialog(self._context, self.window(), self._view.case.id, paths).open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped by who may add one."""
        if attachments.may_add(self._context.session) and _files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask what the dropped files are."""
        event.acceptProposedAction()
        self._add_files(_files(event))

    def _on_opened(self, _index: QModelIndex) -> None:
        document = self.current()
        if document is not None and document.is_picture:
            self._show_picture()
        elif document is not None and self._context.session.may(Right.EXPORT_CASE):
            self._save(clean=False)

    def _show_picture(self) -> None:
        document, session = self.current(), self._context.session
        if document is None:
            return

        def done(opened: OpenedDocument) -> None:
            PictureDialog(self._context, self.window(), opened).open()

        self._context.tasks.run(
            lambda _job: attachments.open_document(session, document.entry_id),
            done,
            on_error=self._tell,
            owner=self,
        )

    def _save(self, *, clean: bool) -> None:
        document = self.current()
        if document is not None:
            self._context.ask.save_file(
                _("Save a copy"), document.name, lambda path: self._write(document, path, clean=clean)
            )

    def _write(self, document: Document, path: Path, *, clean: bool) -> None:
        session = self._context.session

        def done(_none: None) -> None:
            self._context.navigate.toast(
                _("The copy is saved. It is not protected: delete it when it has served.")
            )

        self._context.tasks.run(
            lambda _job: attachments.save_copy(session, document.entry_id, path, without_camera=clean),
            done, on_error=self._tell, owner=self,
        )  # fmt: skip

    def _on_correct(self) -> None:
        document = self.current()
        if document is not None:
            self.correct_asked.emit(document.entry_id)

    def _on_take_out(self) -> None:
        document = self.current()
        if document is not None:
            TakeOutDocumentDialog(self._context, self.window(), document).open()

    def _tell(self, error: ShelterError) -> None:
        self._context.ask.show(_("This document cannot be opened"), str(error))


def _files(event: QDropEvent) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]


def _date(document: Document) -> str:
    date = read_date(document.values.get("dated_on"))
    return date.reading(current_language()) if date else ""


def _added(document: Document) -> str:
    day = dt.datetime.fromisoformat(document.added_at).astimezone().date()
    return _("{name}, {day}").format(name=document.added_by, day=format_short_date(day))
