"""Where somebody who is signed in works: rail, top bar, and one page at a time."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from shelter_app.casework.backups import backup_age, backup_plan
from shelter_app.casework.lists import count_due_today
from shelter_app.casework.returning import Place, cut_off, take_place
from shelter_app.casework.settings import UserSettings, read_settings, write_settings
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import Right
from shelter_i18n import _
from shelter_ui.context import PAGE_NAMES, AppContext, PageName
from shelter_ui.hub import Hub
from shelter_ui.widgets.base import Themed, set_ground
from shelter_ui.widgets.progress import Toast
from shelter_ui.widgets.rail import Rail, RailEntry
from shelter_ui.windows.caretaker import Caretaker
from shelter_ui.windows.notes_reader import NotesReader
from shelter_ui.windows.notices_bar import NoticesBar, backup_sentence
from shelter_ui.windows.page import FillsForm, Page, ResultList, ShowsCase
from shelter_ui.windows.resealer import Resealer
from shelter_ui.windows.routes import build_page, load_page, page_names, rail_pages
from shelter_ui.windows.start_page import Desk
from shelter_ui.windows.top_bar import TopBar
from shelter_ui.windows.zones import answer_chosen, focus_first, walk_zones

if TYPE_CHECKING:
    from shelter_app.casework.session import Session

__all__ = ["Workplace"]

_NARROW_BELOW = 1200
_LONGEST_HISTORY = 50
#: Milliseconds between two pages whose modules are loaded ahead.
_LOAD_EVERY = 250


@dataclass(frozen=True)
class _Place:
    """A page, and what it shows."""

    page: str
    case_id: str | None = None
    section: str | None = None

    @property
    def rail(self) -> str:
        """The part of the rail that it belongs to."""
        return "cases" if self.page in {"case", "form"} else self.page


class Workplace(Themed, QWidget):
    """Builds pages when they are first needed, shows one, and answers where they ask to go."""

    lock_asked = Signal()
    help_asked = Signal()
    #: The signed-in person has chosen other settings; carries `UserSettings`.
    settings_changed = Signal(object)
    #: Another page is shown, or it is called something else.
    title_changed = Signal()
    #: The check of the vault found damage; carries its `CheckReport`.
    damage_found = Signal(object)

    def __init__(self, desk: Desk, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = desk.theme
        self.desk = desk
        set_ground(self, "window")
        self.context = AppContext(
            session=session, theme=theme, tasks=desk.tasks, hub=Hub(self), language=desk.language,
            navigate=self, ask=desk.ask, parent=self,
        )  # fmt: skip
        self._pages: dict[str, Page] = {}
        self._history: list[_Place] = []
        self._place = _Place("")
        self._undo: Callable[[], None] | None = None
        self._age, self._backups = backup_age(session), backup_plan(session).folder
        self._offered = rail_pages(session)
        self.rail = Rail(theme)
        self.top = TopBar(self.context)
        self.notices = NoticesBar(self.context, self)
        self.stack = QStackedWidget()
        right = QVBoxLayout()
        right.setSpacing(0)
        for widget in (self.top, self.notices):
            right.addWidget(widget)
        right.addWidget(self.stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        self.toaster = Toast(theme, self)
        self._notes = NotesReader(self.context, self)
        self._resealer = Resealer(self.context, self)
        self._ahead = [name for name in page_names(session) if name != self._offered[0].code]
        self._load_ahead = QTimer(self)
        self._load_ahead.timeout.connect(self._load_next)
        self._connect()
        self.adopt(theme)
        for part in (self.rail, self.top, self.notices, self.toaster):
            theme.dress(part)
        self.retranslate_ui()

    def _connect(self) -> None:
        self.rail.chosen.connect(self.open_page)
        self.top.search.query_changed.connect(self._on_query)
        self.top.search.entered_list.connect(self._enter_list)
        self.top.search.left.connect(self._leave_search)
        self.top.lock_asked.connect(self.lock_asked)
        self.top.help_asked.connect(self.help_asked)
        self.top.language_asked.connect(self._on_language)
        for place in (self.rail, self.notices):
            place.backup_asked.connect(lambda: self.open_page("administration", "backup"))
        self.notices.ways.users_asked.connect(lambda: self.open_page("administration", "users"))
        self.notices.ways.sheets_asked.connect(lambda: self.open_page("administration", "sheets"))
        self.toaster.undone.connect(self._on_undone)
        self.context.hub.changed.connect(self._on_changed)
        self.context.settings_changed.connect(self._on_settings)
        self.context.backup_made.connect(self._show_backup)
        self.context.vault_destroyed.connect(self._on_destroyed)
        for number, page in enumerate(self._offered, start=1):
            QShortcut(QKeySequence(f"Alt+{number}"), self, lambda n=number, c=page.code: self._alt(n, c))
        for keys, slot in (
            ("Ctrl+F", self.focus_search),
            ("/", self.focus_search),
            ("F6", lambda: self._walk_zones(1)),
            ("Shift+F6", lambda: self._walk_zones(-1)),
            ("F9", self.toaster.focus_toast),
            ("F12", lambda: self.context.show_names(not self.context.names_shown)),
            ("Alt+Left", self.back),
        ):
            QShortcut(QKeySequence(keys), self, slot)

    def begin(self) -> None:
        """Show the first page."""
        self.open_page(self._offered[0].code)
        self._count_due()
        with contextlib.suppress(ShelterError):
            self.notices.show_cut_off(cut_off(self.context.session))
            place = take_place(self.context.session)
            if place is not None:
                self._return_to(place)
        self._notes.start()
        self._resealer.start()
        self.notices.ways.look()
        self.notices.erasures.look()
        self._load_ahead.start(_LOAD_EVERY)

    def _load_next(self) -> None:
        """Load the module of a page before somebody goes there, so that the first click does not wait for it."""
        if self._ahead:
            load_page(self._ahead.pop(0))
        else:
            self._load_ahead.stop()

    # -- where to go ----------------------------------------------------------------------------

    def open_page(self, name: PageName, tab: str | None = None) -> None:
        """Show one of the pages of the rail."""
        if name not in {page.code for page in self._offered}:
            return
        self.top.search.empty()
        self._go(_Place(name))
        if tab is not None and self._place.page == name:
            self._pages[name].open_tab(tab)

    def open_case(self, case_id: str, section: str | None = None) -> None:
        """Show a case."""
        self._go(_Place("case", case_id, section))

    def open_form(
        self, case_id: str | None, form_id: str, entry_id: str | None = None, draft_id: str | None = None
    ) -> None:
        """Fill a form."""

        def prepare(page: Page) -> None:
            cast("FillsForm", page).start(case_id, form_id, entry_id, draft_id)

        self._go(_Place("form", case_id), prepare)

    def new_case(self) -> None:
        """Begin a case with the form that says who the person is."""
        self.open_form(None, "person")

    def open_search(self, text: str) -> None:
        """Show what a search finds."""
        self.top.search.setText(text)
        self.focus_search()

    def back(self) -> None:
        """Return to the page before."""
        while self._history:
            place = self._history.pop()
            if place.page != "form" and place != self._place:
                self._go(place, remember=False)
                return
        if self._place.page in {"case", "form"}:
            self._go(_Place("cases"), remember=False)

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """Say that something was done."""
        self._undo = undo
        self.toaster.say(text, undo=undo is not None)

    def _on_undone(self) -> None:
        undo, self._undo = self._undo, None
        if undo is not None:
            undo()

    def _go(
        self, place: _Place, prepare: Callable[[Page], None] | None = None, *, remember: bool = True
    ) -> None:
        current = self._pages.get(self._place.page)
        if self.context.session.leaving or (current is not None and not current.can_leave()):
            self.rail.set_current(self._place.rail)
            return
        try:
            if current is not None:
                current.save_draft()
            page = self._page(place.page)
            if prepare is not None:
                prepare(page)
            elif place.page == "case" and place.case_id is not None:
                cast("ShowsCase", page).show_case(place.case_id, place.section)
        except ShelterError as error:
            self.rail.set_current(self._place.rail)
            self.context.ask.show(_("This is not possible now"), str(error))
            return
        if remember and self._place.page and place != self._place:
            self._history = [*self._history[-_LONGEST_HISTORY:], self._place]
        self._place = place
        self.stack.setCurrentWidget(page)
        self.rail.set_current(place.rail)
        self._show_age()
        page.on_shown()
        self.title_changed.emit()

    def _page(self, name: str) -> Page:
        if name not in self._pages:
            page = build_page(name, self.context, self)
            page.setObjectName(f"page_{name}")
            page.retranslate_ui()
            page.title_changed.connect(lambda: self._on_title(page))
            self._pages[name] = page
            self.stack.addWidget(page)
        return self._pages[name]

    def page(self) -> Page | None:
        """The page that is seen."""
        return self._pages.get(self._place.page)

    def _on_title(self, page: Page) -> None:
        if page is self.page():
            self.title_changed.emit()

    def page_title(self) -> str:
        """What the page that is seen is called."""
        page = self.page()
        return page.title() if page is not None else ""

    # -- keys -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes something small on the page, or goes back."""
        page = self.page()
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif page is None or not page.on_escape():
            self.back()

    def _alt(self, number: int, code: str) -> None:
        if not answer_chosen(number):
            self.open_page(code)

    def focus_search(self) -> None:
        """Put the focus into the search box, with its text selected."""
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.selectAll()

    def _walk_zones(self, step: int) -> None:
        page = self.page()
        walk_zones([self.rail, self.top.search, *([page] if page is not None else [])], step)

    # -- search ---------------------------------------------------------------------------------

    def _on_query(self, text: str) -> None:
        if text and self._place.page != "cases":
            self._go(_Place("cases"))
            self.top.search.setFocus(Qt.FocusReason.OtherFocusReason)
        page = self._pages.get("cases")
        if page is not None:
            cast("ResultList", page).set_search(text)

    def _enter_list(self) -> None:
        self._go(_Place("cases"))
        cast("ResultList", self._page("cases")).enter_list()

    def _leave_search(self) -> None:
        page = self.page()
        if page is not None:
            focus_first(page)

    # -- what stands around the page ------------------------------------------------------------

    def _on_changed(self, changes: Changes) -> None:
        if changes.touches("case", "entry", "import"):
            self._count_due()

    def _count_due(self) -> None:
        session = self.context.session
        if not session.may(Right.READ_CASE):
            return
        self.desk.tasks.run(
            lambda _job: count_due_today(session),
            lambda count: self.rail.set_count("today", count), on_error=lambda _error: None, owner=self,
        )  # fmt: skip

    def _show_backup(self) -> None:
        self._age = backup_age(self.context.session)
        self._backups = backup_plan(self.context.session).folder
        self._show_age()
        self.title_changed.emit()

    def watch(self, quiet_for: Callable[[], float]) -> None:
        """Let backups and checks begin by themselves; `quiet_for` says how long nobody has touched a key."""
        self._caretaker = Caretaker(self.context, quiet_for, self)
        self._caretaker.damage_found.connect(self.damage_found)
        self._caretaker.backup_failed.connect(
            lambda error: self.toast(_("The backup that was due was not made: {reason}").format(reason=error))
        )
        self._caretaker.start()

    def backup_title(self) -> str:
        """What the title of the window says of the backup; nothing in a vault of invented people."""
        return "" if self.context.session.keyring.header.demo else backup_sentence(self._age)

    def _show_age(self) -> None:
        # Where it is missing or too old, one place says so: the card of the day, or else the strip above the page.
        insists = self._age.level == "insist" and not self.context.session.keyring.header.demo
        self.rail.set_backup(backup_sentence(self._age), late=self._age.level != "ok", shown=not insists)
        self.notices.show_backup(self._age, said_below=self._place.page == "today")

    def backup_to_remember(self) -> dict[str, str]:
        """When the last backup was made and where it lies, for the time in which the vault is closed."""
        return {"backup_at": self._age.made_at or "", "backup_folder": str(self._backups or "")}

    def _on_destroyed(self) -> None:
        if not self._age.other_disk:  # it went with the vault
            self._age, self._backups = dataclasses.replace(self._age, made_at=None), None
        self.lock_asked.emit()

    def _on_language(self, code: str) -> None:
        settings = dataclasses.replace(read_settings(self.context.session), language=code)
        write_settings(self.context.session, settings)
        self._on_settings(settings)

    def _on_settings(self, settings: UserSettings) -> None:
        self.settings_changed.emit(settings)

    def drafts_to_keep(self) -> list[Callable[[], None]]:
        """What writes what is typed on every page; called from another thread when the program locks."""
        return [write for page in self._pages.values() if (write := page.draft_to_keep()) is not None]

    def place(self) -> Place:
        """Where the signed-in person is now."""
        page, place = self.page(), self._place
        return Place(place.page, place.case_id, **(page.whereabouts() if page is not None else {}))

    def _return_to(self, place: Place) -> None:
        """Show again what was shown when the program locked."""
        if place.page == "form" and place.form:
            self.open_form(place.case_id, place.form, place.entry_id, place.draft_id)
        elif place.page == "case" and place.case_id:
            self.open_case(place.case_id, place.section)
        elif place.page in PAGE_NAMES:
            self.open_page(place.page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Icons only in the rail of a small window."""
        super().resizeEvent(event)
        narrow = self.width() < self.theme.px(_NARROW_BELOW)
        if narrow != self.rail.narrow:
            self.rail.set_narrow(narrow)

    def retranslate_ui(self) -> None:
        """Fetch the texts of what stands around the pages; pages follow by themselves."""
        session = self.context.session
        slot, header = session.keyring.slot, session.keyring.header
        role = _(slot.role.label)
        self.rail.set_brand(_("Casework"), _("Post {post}").format(post=header.post))
        self.rail.set_entries([RailEntry(page.code, page.icon, _(page.label)) for page in self._offered])
        self.rail.set_person(slot.name[:2].upper(), slot.name, role[:1].upper() + role[1:])
        self._show_age()
        if self._place.page:
            self.title_changed.emit()
