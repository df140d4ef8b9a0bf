"""The middle of the case page: the timeline, the entries of one form, one entry to read, or its history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget

from shelter_app.casework.cases import CaseView
from shelter_app.casework.entries import Entry
from shelter_app.casework.sealing import Reading
from shelter_app.domain.forms import Form, all_forms, form
from shelter_app.vault.rights import Compartment, Right
from shelter_i18n import _, pgettext
from shelter_ui.context import AppContext
from shelter_ui.models.case_words import form_words
from shelter_ui.models.sealed_words import compartments_words, who_opens
from shelter_ui.models.timeline import Reader, entry_title, readable_values, timeline
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner, Card, EmptyState
from shelter_ui.windows.answers_view import AnswersView
from shelter_ui.windows.documents_view import DocumentsView
from shelter_ui.windows.history_view import HistoryView
from shelter_ui.windows.timeline_view import TimelineRow, TimelineView

__all__ = ["DOCUMENTS", "CaseMiddle", "Shown"]

#: What is read from a part of the case and left by "Back".
_DEEPER = ("entry", "history")
#: The part of the case page with documents and photos.
DOCUMENTS = "documents"


@dataclass(frozen=True)
class Shown:
    """What the middle shows: "overview", "documents", a form id, or an entry ("entry", "history") by its id."""

    what: str = "overview"
    entry_id: str = ""


class CaseMiddle(Themed, QWidget):
    """Shows one of four things; asks its page for what it cannot do itself."""

    entry_opened = Signal(str)
    correct_asked = Signal(str)
    history_asked = Signal(str)
    print_asked = Signal(str)
    add_asked = Signal(str)
    left = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._view: CaseView | None = None
        self._users: Mapping[str, str] = {}
        self._drafted: Collection[str | None] = ()
        self.shown = Shown()
        self._readings: list[Reading] = []
        self._kind, self._newest_first = "", True
        theme, px = context.theme, context.theme.px
        self._officer = Banner(theme, "sealed", icon="lock-keyhole")
        self._card = Card(theme, padding=20, spacing=6)
        self._filter = Button(theme, "", "quiet", icon="list-filter", size="small")
        self._filter.setObjectName("timeline_filter")
        self._order = Button(theme, "", "quiet", icon="chevron-down", size="small")
        self._order.setObjectName("timeline_order")
        self._back = Button(theme, "", "text", icon="arrow-left", size="small")
        self._print = Button(theme, "", "secondary", icon="printer", size="small")
        self._history = Button(theme, "", "secondary", icon="history", size="small")
        self._history.setObjectName("entry_history")
        self._correct = Button(theme, "", "secondary", icon="pencil", size="small")
        self._correct.setObjectName("correct_entry")
        self._add = Button(theme, "", "secondary", icon="plus", size="small")
        self._add.setObjectName("add_here")
        buttons = (
            self._filter,
            self._order,
            self._back,
            self._print,
            self._history,
            self._correct,
            self._add,
        )
        for button in buttons:
            self._card.head.addWidget(button)
        self.timeline = TimelineView(theme)
        self._empty = EmptyState(theme, "layers")
        self._answers, self._states = AnswersView(context), HistoryView(context)
        self.documents = DocumentsView(context)
        self._card.body.addWidget(self.timeline)
        self._card.body.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        for widget in (self._officer, self._card, self.documents, self._answers, self._states):
            column.addWidget(widget)
        column.addStretch(1)
        self._connect()
        self.adopt(theme)
        self.retranslate_ui()

    def _connect(self) -> None:
        self.timeline.opened.connect(self.entry_opened)
        self.timeline.corrected.connect(self.correct_asked)
        self._filter.clicked.connect(self._open_filter)
        self._order.clicked.connect(self._on_order)
        self.documents.correct_asked.connect(self.correct_asked)
        self._back.clicked.connect(self.left)
        self._history.clicked.connect(lambda: self.history_asked.emit(self._entry_id()))
        self._correct.clicked.connect(lambda: self.correct_asked.emit(self._entry_id()))
        self._print.clicked.connect(lambda: self.print_asked.emit(self._entry_id()))
        self._add.clicked.connect(lambda: self.add_asked.emit(self.shown.what))
        self._context.names_shown_changed.connect(self._show)

    # -- what is shown --------------------------------------------------------------------------

    def show_case(self, view: CaseView, users: Mapping[str, str], drafted: Collection[str | None]) -> None:
        """Show the same part of this case (again); the reader has drafts of the entries `drafted`."""
        self._view, self._users, self._drafted = view, users, drafted
        self._show()

    def show_part(self, shown: Shown) -> None:
        """Show another part of the case; the focus stays in the middle if it was there."""
        before, held = self.shown, self._holds_focus()
        self.shown = shown
        if held and shown.what in _DEEPER:
            # Before the button that was pressed is hidden, or Qt would look for another one outside.
            self._back.show()
            self._back.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show()
        returned = held and before.what in _DEEPER and shown.what not in _DEEPER
        if returned and not self.timeline.focus_entry(before.entry_id):
            self._correct.setFocus(Qt.FocusReason.OtherFocusReason)

    def _holds_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def show_history(self, entry_id: str, readings: Sequence[Reading]) -> None:
        """Show every state of an entry, given oldest first."""
        self._readings = list(readings)
        self.show_part(Shown("history", entry_id))

    def entry(self, entry_id: str) -> Entry | None:
        """An entry of the case by its id."""
        entries = self._view.entries if self._view else ()
        return next((entry for entry in entries if entry.row.id == entry_id), None)

    def _entry_id(self) -> str:
        if self.shown.entry_id:
            return self.shown.entry_id
        entry = self._single()
        return entry.row.id if entry else ""

    def _single(self) -> Entry | None:
        """The one entry of a form that is filled once."""
        if self._view is None:
            return None
        if self.shown.what == "person":
            return self._view.person
        found = self._view.of_form(self.shown.what)
        return found[0] if found else None

    def _declared(self) -> Form | None:
        known = {declared.id for declared in all_forms()}
        return form(self.shown.what) if self.shown.what in known else None

    def _show(self) -> None:
        if self._view is None:
            return
        declared, what = self._declared(), self.shown.what
        self.documents.setVisible(what == DOCUMENTS)
        self._card.setVisible(what != DOCUMENTS)
        if what == DOCUMENTS:
            for hidden in (self._answers, self._states, self._officer):
                hidden.hide()
            self.documents.show_case(self._view)
            return
        single = declared is not None and not declared.repeatable
        reading = what == "entry" or single
        for widget, on in (
            (self.timeline, what == "overview" or (declared is not None and not single)),
            (self._answers, reading),
            (self._states, what == "history"),
            (self._officer, what == "overview" and not self._context.session.sees_names),
        ):
            widget.setVisible(on)
        self._empty.hide()
        entry = self.entry(self.shown.entry_id) if self.shown.entry_id else self._single() if single else None
        if what == "history":
            self._states.show_history(self._readings, self._users)
        elif reading:
            self._answers.show_entry(entry, self._users)
        else:
            self._show_timeline(what)
        self._show_head(declared, entry, single=single)

    def _show_timeline(self, what: str) -> None:
        assert self._view is not None
        session = self._context.session
        reader = Reader(
            session.today,
            lambda user: self._users.get(user, user),
            self._context.names_shown,
            lambda compartment: who_opens(session, compartment),
        )
        kind = self._kind if what == "overview" else what
        declared = self._declared()
        if declared is not None and declared.veiled and not session.keyring.holds(Compartment.HEALTH):
            kind = (
                declared.public_id
            )  # which of these forms a sealed entry is, nobody without the key can tell
        items = timeline(self._view.entries, reader, kind=kind, newest_first=self._newest_first)
        self.timeline.show_items(items)
        self.timeline.setVisible(bool(items))
        self._empty.setVisible(not items)
        if not items:
            self._empty.set_words(
                _("Nothing recorded yet"), _("What is added here stands on the timeline too.")
            )

    def _show_head(self, declared: Form | None, entry: Entry | None, *, single: bool) -> None:
        what, session = self.shown.what, self._context.session
        may_write = session.may(Right.WRITE_CASE)
        title = _("Timeline")
        if declared is not None:
            title = form_words(declared.id)
        elif entry is not None and entry.form is not None:
            title = entry_title(entry.form, readable_values(entry, names_shown=self._context.names_shown))
        elif entry is not None:
            title = _("Health")
        self._card.set_title(_("History: {entry}").format(entry=title) if what == "history" else title)
        one = what in ("entry", "history") or single
        self._filter.setVisible(what == "overview")
        self._order.setVisible(not one)
        self._back.setVisible(what in ("entry", "history"))
        self._history.setVisible(one and what != "history" and entry is not None)
        open_form = entry is not None and entry.form is not None
        writable = may_write and (open_form or (single and entry is None))
        if what == "person" and not session.sees_names:
            writable = False
        self._correct.setVisible(one and what != "history" and writable)
        drafted = entry is not None and entry.row.id in self._drafted
        correct = _("Go on with the draft") if drafted else pgettext("button", "Correct")
        self._correct.setText(_("Fill in") if entry is None else correct)
        self._print.setVisible(one and what != "history" and open_form and session.may(Right.EXPORT_CASE))
        addable = declared is not None and declared.repeatable and may_write
        if declared is not None and declared.id == "closure":
            addable = addable and session.may(Right.CLOSE_CASE)
        self._add.setVisible(addable and not one)
        shown_kind = form_words(self._kind) if self._kind else _("All kinds")
        self._filter.setText(shown_kind)
        self._order.setText(_("Newest first") if self._newest_first else _("Oldest first"))

    # -- what a person does ---------------------------------------------------------------------

    def _open_filter(self) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        present = {
            entry.form.id if entry.form else "health" for entry in (self._view.entries if self._view else ())
        }
        kinds = [("", _("All kinds"))] + [
            (each.id, form_words(each.id))
            for each in all_forms()
            if each.id in present and each.owner == "case"
        ]
        for kind, words in kinds:
            action = QAction(words, menu)
            action.setCheckable(True)
            action.setChecked(kind == self._kind)
            action.setObjectName(f"kind_{kind or 'all'}")
            action.triggered.connect(lambda _checked=False, kind=kind: self.filter_by(kind))
            menu.addAction(action)
        menu.popup(self._filter.mapToGlobal(self._filter.rect().bottomLeft()))

    def correct_marked(self) -> None:
        """Correct the entry that is read, or the row of the timeline that has the keyboard."""
        focused = QApplication.focusWidget()
        if isinstance(focused, TimelineRow):
            focused.corrected.emit()
        elif self._correct.isVisible():
            self._correct.click()

    def filter_by(self, kind: str) -> None:
        """Show only entries of one form on the timeline; "" shows all."""
        self._kind = kind
        self._show()

    def _on_order(self) -> None:
        self._newest_first = not self._newest_first
        self._show()

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        self._officer.set_words(
            _("Coded facts only"),
            _(
                "Names, contacts, free text and health are sealed; your password does not hold their keys. "
                "Everything that a summary needs is here."
            )
            + "\n"
            + compartments_words(self._context.session),
        )
        self._back.setText(_("Back"))
        self._print.setText(_("Print"))
        self._history.setText(_("History"))
        self._add.setText(_("Add entry"))
        self._show()
