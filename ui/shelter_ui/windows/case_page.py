"""The page of one case: its head, its parts, its timeline, and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from shelter_app.casework.attachments import documents
from shelter_app.casework.cases import CaseView, open_case
from shelter_app.casework.drafts import OpenDraft, my_drafts
from shelter_app.casework.entries import read_history
from shelter_app.casework.errors import NoSuchCase
from shelter_app.casework.sealing import Reading
from shelter_app.domain.forms import Form, all_forms
from shelter_app.errors import ShelterError
from shelter_app.storage import books
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import Compartment
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.models.case_words import form_words
from shelter_ui.widgets.base import rule
from shelter_ui.widgets.notices import EmptyState
from shelter_ui.windows.alert_views import AlertBanner
from shelter_ui.windows.case_header import CaseHeader
from shelter_ui.windows.case_menus import CaseMenus, addable_forms
from shelter_ui.windows.case_middle import DOCUMENTS, CaseMiddle, Shown
from shelter_ui.windows.case_side import CaseSide
from shelter_ui.windows.page import Page
from shelter_ui.windows.printing import print_form
from shelter_ui.windows.section_list import CaseSection, SectionList

__all__ = ["CasePage"]

#: Below this the right column goes under the middle one, and the head loses its stage line.
_NARROW, _LOW = 1104, 636


@dataclass(frozen=True)
class _Loaded:
    view: CaseView
    users: dict[str, str]
    #: The reader's own drafts in this case.
    drafts: list[OpenDraft]


class CasePage(Page):
    """Shows one case; `show_case` says which."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme, px = context.theme, context.theme.px
        self._case_id = ""
        self._view: CaseView | None = None
        self._users: Mapping[str, str] = {}
        self._turn = 0
        self._came_from = Shown()
        self._beside = True
        self._stale = False
        self._error: ShelterError | None = None
        self.header = CaseHeader(context)
        self.alerts = AlertBanner(context)
        self.sections = SectionList(theme)
        self.sections.setObjectName("case_sections")
        self.middle = CaseMiddle(context)
        self.side = CaseSide(context)
        self.menus = CaseMenus(context, self, self._print_blank)
        self._empty = EmptyState(theme, "folder")
        self._empty.button.clicked.connect(lambda: context.navigate.open_page("cases"))
        inner = QWidget()
        self._row = QHBoxLayout(inner)
        self._row.setContentsMargins(0, px(12), px(24), px(16))
        self._row.setSpacing(px(16))
        self._stack = QVBoxLayout()
        self._stack.setSpacing(px(12))
        self._stack.addWidget(self.middle)
        self._row.addLayout(self._stack, 1)
        self._row.addWidget(self.side, 0, Qt.AlignmentFlag.AlignTop)
        self.middle.setMaximumWidth(px(960))
        self.side.setFixedWidth(px(258))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        below = QWidget()
        line = QHBoxLayout(below)
        line.setContentsMargins(px(16), 0, 0, 0)
        line.setSpacing(px(16))
        left = QVBoxLayout()
        left.setContentsMargins(0, px(12), 0, 0)
        left.addWidget(self.sections)
        left.addStretch(1)
        line.addLayout(left)
        line.addWidget(self._scroll, 1)
        self._whole = QWidget()
        column = QVBoxLayout(self._whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.alerts)
        column.addWidget(rule())
        column.addWidget(below, 1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._whole, 1)
        page.addWidget(self._empty, 1)
        self._whole.hide()
        self._empty.hide()
        self._connect()
        self.retranslate_ui()

    def _connect(self) -> None:
        context = self.context
        self.sections.chosen.connect(self._on_section)
        self.middle.entry_opened.connect(lambda entry_id: self._show_part(Shown("entry", entry_id)))
        self.middle.correct_asked.connect(self._correct)
        self.middle.history_asked.connect(self._show_history)
        self.middle.print_asked.connect(self._print_entry)
        self.middle.add_asked.connect(lambda form_id: context.navigate.open_form(self._case_id, form_id))
        self.middle.left.connect(self._go_back)
        self.side.form_asked.connect(
            lambda form_id, _field: context.navigate.open_form(self._case_id, form_id)
        )
        self.side.draft_asked.connect(
            lambda draft: context.navigate.open_form(draft.case_id, draft.form, draft.entry_id, draft.id)
        )
        self.header.add.clicked.connect(self._open_add)
        self.header.more.clicked.connect(self._open_more)
        self.header.print.clicked.connect(self._open_print)
        context.hub.changed.connect(self._on_changed)
        for key, slot in (("N", self._open_add), ("E", self.middle.correct_marked)):
            QShortcut(QKeySequence(key), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # -- reading --------------------------------------------------------------------------------

    def show_case(self, case_id: str, section: str | None = None) -> None:
        """Show a case, at one of its sections: a form id, "entry:<id>" or "history:<id>"."""
        if case_id != self._case_id:
            # Nothing of another case stays on the screen while this one is read.
            self._whole.hide()
            self._view, self._came_from = None, Shown()
        self._case_id = case_id
        what, _sep, entry_id = (section or "overview").partition(":")
        self._load(Shown(what, entry_id))

    def _load(self, shown: Shown | None = None) -> None:
        self._turn += 1
        turn, session, case_id = self._turn, self.context.session, self._case_id
        self._stale = False

        def work(_job: object) -> _Loaded:
            view = open_case(session, case_id)
            users = {row.id: row.name for row in books.users(session.store)}
            return _Loaded(view, users, [d for d in my_drafts(session) if d.case_id == case_id])

        def done(loaded: _Loaded) -> None:
            if turn == self._turn:
                self._show(loaded, shown)

        def wrong(error: ShelterError) -> None:
            if turn == self._turn:
                self._show_error(error)

        self.context.tasks.run(work, done, on_error=wrong, owner=self)

    def _show(self, loaded: _Loaded, shown: Shown | None) -> None:
        self._view, self._users, self._error = loaded.view, loaded.users, None
        self.header.show_case(loaded.view)
        self.alerts.show_case(loaded.view)
        self._show_sections()
        self.side.show_case(loaded.view, loaded.drafts)
        self._empty.hide()
        self._whole.show()
        self.title_changed.emit()
        may_add = bool(addable_forms(self.context.session, loaded.view))
        self.header.add.setVisible(may_add)
        if shown is not None and shown.what == "history" and shown.entry_id:
            self.middle.shown = Shown()
            self.middle.show_case(loaded.view, loaded.users, {d.entry_id for d in loaded.drafts})
            self._show_history(shown.entry_id)
            return
        if shown is not None:
            self.middle.shown = shown
        self.middle.show_case(loaded.view, loaded.users, {d.entry_id for d in loaded.drafts})
        self._after_part()

    def _show_error(self, error: ShelterError) -> None:
        self._error = error
        self._whole.hide()
        title = (
            _("There is no such case") if isinstance(error, NoSuchCase) else _("This case cannot be shown")
        )
        self._empty.set_words(title, error.render(), _("Show the list of cases"))
        self._empty.show()

    def on_shown(self) -> None:
        """Read again what may be old."""
        if self._stale and self._case_id:
            self._load()

    def _on_changed(self, changes: Changes) -> None:
        if not self._case_id or not (
            self._case_id in changes.cases() or changes.touches("users", "import", "alerts")
        ):
            return
        if self.isVisible():
            self._load()
        else:
            self._stale = True

    # -- parts ----------------------------------------------------------------------------------

    def _show_sections(self) -> None:
        view, session = self._view, self.context.session
        if view is None:
            return
        health = session.keyring.holds(Compartment.HEALTH)
        sections = [CaseSection("overview", "layers", _("Overview"))]
        for form in all_forms():
            entries = view.of_form(form.id) if form.owner == "case" else ()
            count = len(entries) if form.repeatable else 0
            locked = (form.veiled and not health) or (
                form.id in ("person", "note") and not session.sees_names
            )
            if form.veiled and not health:
                count = sum(1 for entry in view.entries if entry.form is None)
                locked = True
            sections.append(CaseSection(form.id, form.icon, form_words(form.id), count, locked))
        count = sum(1 for each in documents(session, view) if not each.withdrawn)
        sections.append(
            CaseSection(DOCUMENTS, "file-text", _("Documents"), count, locked=not session.sees_names)
        )
        self.sections.show_sections(sections)

    def _on_section(self, section_id: str) -> None:
        self._show_part(Shown(section_id))

    def _show_part(self, shown: Shown) -> None:
        self.middle.show_part(shown)
        self._after_part()
        self._scroll.verticalScrollBar().setValue(0)

    def _after_part(self) -> None:
        shown = self.middle.shown
        self.side.setVisible(shown.what == "overview")
        if shown.what not in ("entry", "history"):
            self._came_from = shown
            self.sections.set_current(shown.what)
        elif (entry := self.middle.entry(shown.entry_id)) is not None:
            carries = entry.form is not None and entry.form.carries_file
            form_id = entry.form.id if entry.form else "health"
            self.sections.set_current(DOCUMENTS if carries else form_id)

    def _go_back(self) -> None:
        self._show_part(self._came_from)

    def on_escape(self) -> bool:
        """Leave an entry or its history first."""
        if self.middle.shown.what not in ("entry", "history"):
            return False
        self._go_back()
        return True

    def _show_history(self, entry_id: str) -> None:
        session, case_id = self.context.session, self._case_id

        def done(readings: list[Reading]) -> None:
            if case_id == self._case_id:
                self.middle.show_history(entry_id, readings)
                self._after_part()

        self.context.tasks.run(
            lambda _job: read_history(session, entry_id), done, on_error=self._show_error, owner=self
        )

    def _correct(self, entry_id: str) -> None:
        if not entry_id:
            self.context.navigate.open_form(self._case_id, self.middle.shown.what)
            return
        entry = self.middle.entry(entry_id)
        if entry is not None and entry.form is not None:
            self.context.navigate.open_form(self._case_id, entry.form.id, entry_id)

    # -- menus and paper ------------------------------------------------------------------------

    def _below(self, button: QWidget) -> QPoint:
        return button.mapToGlobal(button.rect().bottomLeft())

    def _open_add(self) -> None:
        if self._view is not None and addable_forms(self.context.session, self._view):
            self.menus.open_add(self._view, self._below(self.header.add))

    def _open_more(self) -> None:
        if self._view is not None:
            self.menus.open_more(self._view, self._below(self.header.more))

    def _open_print(self) -> None:
        self.menus.open_print(self._below(self.header.print))

    def _print_blank(self, form: Form) -> None:
        if self._view is not None:
            number = self._view.case.number
            print_form(self.context, self, form, None, number=number, case_id=self._case_id)

    def _print_entry(self, entry_id: str) -> None:
        entry = self.middle.entry(entry_id)
        if entry is not None and entry.form is not None and self._view is not None:
            number = self._view.case.number
            print_form(self.context, self, entry.form, entry.values, number=number, case_id=self._case_id)

    # -- page -----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the right column beside or below, and make the head fit."""
        super().resizeEvent(event)
        px = self.theme.px
        self.header.set_compact(self.height() < px(_LOW))
        beside = self.width() >= px(_NARROW)
        if beside == self._beside:
            return
        self._beside = beside
        if beside:
            self._stack.removeWidget(self.side)
            self.side.setFixedWidth(px(258))
            self._row.addWidget(self.side, 0, Qt.AlignmentFlag.AlignTop)
        else:
            self._row.removeWidget(self.side)
            self.side.setMinimumWidth(0)
            self.side.setMaximumWidth(px(960))
            self._stack.addWidget(self.side)

    def whereabouts(self) -> dict[str, str | None]:
        """The section that is shown."""
        shown = self.middle.shown
        return {"section": f"{shown.what}:{shown.entry_id}" if shown.entry_id else shown.what}

    def title(self) -> str:
        """The case number; never a name."""
        return self._view.case.number if self._view else _("Case")

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        self.sections.setAccessibleDescription(_("Parts of the case"))
        self.alerts.retranslate_ui()
        self._show_sections()
        if self._error is not None:
            self._show_error(self._error)
