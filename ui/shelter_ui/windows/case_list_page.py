"""The list of cases: all of them by the page, a filter, and what a search finds as one types."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from shelter_app.casework.lists import case_list_of
from shelter_app.casework.people import Found, find
from shelter_app.errors import ShelterError
from shelter_app.storage.case_list import CaseListRow, Order
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import Right
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number
from shelter_ui.context import AppContext
from shelter_ui.models.case_cells import Column
from shelter_ui.models.case_table import CaseTableModel
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner, EmptyState
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.tables import TableCard
from shelter_ui.widgets.texts import ElidedText, Prose, Text
from shelter_ui.windows.case_table_view import CaseTableView
from shelter_ui.windows.page import Page

__all__ = ["CaseListPage"]

Filter = Literal["all", "mine", "active", "closed", "due"]
_FILTERS: Final[tuple[Filter, ...]] = ("all", "mine", "active", "closed", "due")
_ACTIVE: Final = ("Active", "FollowUp")
_CLOSED: Final = ("Closed", "ClosedReferred")
_ORDERS: Final[dict[Column, Order]] = {Column.NUMBER: "number", Column.NAME: "name", Column.DUE: "due"}
_LIMIT: Final = 200


class CaseListPage(Page):
    """Shows cases; Enter opens one, typing searches."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme, session, px = context.theme, context.session, context.theme.px
        self._filter: Filter = "all"
        self._order: Order = "number"
        self._descending = True
        self._search = ""
        self._turn = 0
        self._more = False
        self._stale = True
        self._error: ShelterError | None = None
        self.model = CaseTableModel(
            context.tasks,
            today=lambda: session.today,
            user_name=session.user_name,
            names_sealed=not session.sees_names,
            parent=self,
        )
        self.in_notes = CaseTableModel(
            context.tasks,
            today=lambda: session.today,
            user_name=session.user_name,
            names_sealed=not session.sees_names,
            parent=self,
        )
        self._heading, self._count = Text("", "title"), ElidedText("", "label", "text2")
        self._filters = Segmented(theme, required=True, ticked=False)
        self._filters.setObjectName("case_filter")
        self._new = Button(theme, "", "primary", icon="plus")
        self._new.setObjectName("new_case")
        if not session.may(Right.WRITE_CASE):
            self._new.hide()
        self._banner = Banner(theme, "alert")
        self._banner.hide()
        self.view, self.notes_view = self._table(self.model), self._table(self.in_notes)
        self.view.setObjectName("case_table")
        self.notes_view.setObjectName("notes_table")
        self._card, self._notes_card = TableCard(theme, self.view), TableCard(theme, self.notes_view)
        self._hint = Prose(theme, "", "label", "text2")
        self._notes_title = Text("", "body", "text2", medium=True)
        self._empty = EmptyState(theme, "folder")
        self._empty.button.clicked.connect(self._on_empty_action)
        head = QHBoxLayout()
        head.setSpacing(px(12))
        head.addWidget(self._heading)
        head.addWidget(self._count, 1)
        head.addWidget(self._filters)
        head.addWidget(self._new)
        lists = QWidget()
        column = QVBoxLayout(lists)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(self._card, 3)
        column.addWidget(self._hint)
        column.addWidget(self._notes_title)
        column.addWidget(self._notes_card, 1)
        nothing = QWidget()
        around = QVBoxLayout(nothing)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self._empty)
        self._stack = QStackedLayout()
        page = QVBoxLayout(self)
        page.setContentsMargins(px(24), px(16), px(24), px(16))
        page.setSpacing(px(12))
        page.addLayout(head)
        page.addWidget(self._banner)
        page.addLayout(self._stack, 1)
        # Only now: a stack without a parent would show its first page as a window.
        self._stack.addWidget(lists)
        self._stack.addWidget(nothing)
        self._connect()
        self.retranslate_ui()

    def _table(self, model: CaseTableModel) -> CaseTableView:
        view = CaseTableView(self.theme)
        view.set_post(self.context.session.keyring.header.post)
        view.setModel(model)
        view.opened.connect(self._on_opened)
        view.typed.connect(self.context.navigate.open_search)
        return view

    def _connect(self) -> None:
        self._filters.changed.connect(self._on_filter)
        self._new.clicked.connect(self.context.navigate.new_case)
        self.model.shown.connect(self._on_shown)
        self.model.failed.connect(self._on_failed)
        self.context.hub.changed.connect(self._on_changed)
        self.context.names_shown_changed.connect(self._on_names)
        self.context.notes_waiting_changed.connect(self._on_notes_waiting)
        header = self.view.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._on_header)

    # -- what is listed -------------------------------------------------------------------------

    def _load(self) -> None:
        self._stale = False
        session = self.context.session
        wanted = case_list_of(
            session,
            self._order,
            statuses={"active": _ACTIVE, "closed": _CLOSED}.get(self._filter, ()),
            mine=self._filter == "mine",
            with_due_only=self._filter == "due",
            descending=self._descending,
        )
        header = self.view.horizontalHeader()
        column = next(column for column, order in _ORDERS.items() if order == self._order)
        header.setSortIndicatorShown(True)
        order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(column, order)
        self.in_notes.show_rows(())
        self.model.show_list(wanted)

    def set_search(self, text: str) -> None:
        """Show what the text finds; an empty text shows the whole list."""
        text = text.strip()
        if text == self._search:
            return
        self._search = text
        self._turn += 1
        turn, session = self._turn, self.context.session
        if not text:
            self._load()
            return

        def done(found: Found) -> None:
            # A slower answer to an earlier word must not replace a newer one.
            if turn == self._turn:
                self._show_found(text, found)

        self.context.tasks.run(
            lambda _job: find(session, text, limit=_LIMIT, notes=session.sees_names),
            done,
            on_error=self._on_failed,
            owner=self,
        )

    def _show_found(self, text: str, found: Found) -> None:
        self._more = found.more
        self.view.horizontalHeader().setSortIndicatorShown(False)
        self.in_notes.show_rows(found.in_notes, search=text)
        self.model.show_rows(found.rows, search=text)

    def enter_list(self) -> None:
        """Put the focus into the list, on its first row if there was none."""
        view = self.view if self.model.rowCount() else self.notes_view
        view.setFocus(Qt.FocusReason.OtherFocusReason)
        if not view.currentIndex().isValid() and view.model().rowCount():
            view.setCurrentIndex(view.model().index(0, 0))

    def on_shown(self) -> None:
        """Read the list if it is old."""
        if self._stale and not self._search:
            self._load()

    def on_escape(self) -> bool:
        """Clear the search first."""
        if not self._search:
            return False
        self.context.navigate.open_search("")
        self.set_search("")
        return True

    def _on_changed(self, changes: Changes) -> None:
        if not changes.touches("case", "entry", "person", "import"):
            return
        if self._search:
            text, self._search = self._search, ""
            self.set_search(text)
            self._stale = True
        elif self.isVisible():
            self.model.refresh()
        else:
            self._stale = True

    # -- what a person does ---------------------------------------------------------------------

    def _on_opened(self, index: QModelIndex) -> None:
        model = index.model()
        record = model.record(index.row()) if isinstance(model, CaseTableModel) else None
        if isinstance(record, CaseListRow):
            self.context.navigate.open_case(record.case_id)

    def _on_filter(self, code: object) -> None:
        self._filter = next(name for name in _FILTERS if name == code)
        if self._search:
            self.context.navigate.open_search("")
            self._search = ""
        self._load()

    def _on_header(self, section: int) -> None:
        order = _ORDERS.get(Column(section))
        if order is None or self._search or (order == "name" and not self.context.session.sees_names):
            return
        self._descending = not self._descending if order == self._order else False
        self._order = order
        self._load()

    def _on_empty_action(self) -> None:
        if self._search:
            self.context.navigate.open_search("")
            self.set_search("")
        elif self._filter != "all":
            self._filters.choose("all")
        else:
            self.context.navigate.new_case()

    def _on_names(self, shown: bool) -> None:
        for model in (self.model, self.in_notes):
            model.set_names_shown(shown)

    def _on_notes_waiting(self, waiting: int) -> None:
        self._say_hint()
        if not waiting and self._search and self.isVisible():
            # What stands in the last notes can be found now.
            text, self._search = self._search, ""
            self.set_search(text)

    # -- what is said ---------------------------------------------------------------------------

    def _on_shown(self, _count: int) -> None:
        self._error = None
        self._banner.hide()
        self._say()
        if self.view.hasFocus() and self.model.rowCount() and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(0, 0))

    def _on_failed(self, error: ShelterError) -> None:
        self._error = error
        self._banner.set_words(_("The list cannot be read"), error.render())
        self._banner.show()

    def _say(self) -> None:
        count, notes = self.model.rowCount(), self.in_notes.rowCount()
        self._stack.setCurrentIndex(0 if count or notes else 1)
        self._notes_title.setVisible(bool(notes))
        self._notes_card.setVisible(bool(notes))
        self._card.setVisible(bool(count))
        number = format_number(count)
        if self._search:
            words = ngettext('{number} case fits "{text}"', '{number} cases fit "{text}"', count)
            if self._more:
                words = _('The first {number} cases that fit "{text}"; type more to narrow them down')
            self._count.setText(words.format(number=number, text=self._search))
        else:
            self._count.setText(ngettext("{number} case", "{number} cases", count).format(number=number))
        self._hint.setVisible(bool(self._search))
        if not count and not notes:
            self._say_nothing()

    def _say_hint(self) -> None:
        if not self.context.session.sees_names:
            self._hint.set_text(_("Without the key to names only case numbers are searched."))
            return
        words = _(
            "Names are found by characters, pinyin, initials and aliases; documents by any four signs in a row."
        )
        waiting = self.context.notes_waiting
        if waiting:
            more = ngettext(
                "The notes of {number} case are still being read.",
                "The notes of {number} cases are still being read.",
                waiting,
            )
            words = _("{sentence} {next}").format(
                sentence=words, next=more.format(number=format_number(waiting))
            )
        self._hint.set_text(words)

    def _say_nothing(self) -> None:
        may_write = self.context.session.may(Right.WRITE_CASE)
        if self._search:
            self._empty.set_icon("search")
            title = (
                _("Nothing under this name") if self.context.session.sees_names else _("No such case number")
            )
            body = _("Try a part of it, or a document number.")
            self._empty.set_words(title, body if self.context.session.sees_names else "", _("Show all cases"))
        elif self._filter != "all":
            self._empty.set_icon("list-filter")
            self._empty.set_words(
                _("No case fits this filter"), _("Other cases may be in the vault."), _("Show all cases")
            )
        else:
            self._empty.set_icon("folder")
            self._empty.set_words(
                _("No cases yet"),
                _("Begin with the first person, or bring in a register under Exchange."),
                _("New case") if may_write else "",
            )

    def title(self) -> str:
        """What the page is called."""
        return _("Cases")

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        self._heading.setText(_("Cases"))
        words = {
            "all": _("All"),
            "mine": _("Mine"),
            "active": _("Active"),
            "closed": _("Closed"),
            "due": _("With a due date"),
        }
        self._filters.set_options([(name, words[name]) for name in _FILTERS])
        self._filters.set_value(self._filter)
        self._filters.setAccessibleName(_("Which cases are listed"))
        self._new.setText(_("New case"))
        self._say_hint()
        self._notes_title.setText(_("Found in notes"))
        self.view.setAccessibleName(_("Cases"))
        self.notes_view.setAccessibleName(_("Found in notes"))
        for model in (self.model, self.in_notes):
            model.retranslate()
        self._say()
        if self._error is not None:
            self._on_failed(self._error)
