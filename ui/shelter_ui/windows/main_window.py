"""The one window: signing in, working, locking; it holds an open vault and lets go of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget

from shelter_i18n import _, ngettext
from shelter_ui.locking.guard import Guard
from shelter_ui.locking.leaving import AT_LOCK, AT_THE_END, Patience
from shelter_ui.locking.parts import LockParts
from shelter_ui.locking.triggers import Trigger
from shelter_ui.widgets.focus_ring import FocusRing
from shelter_ui.windows.sign_in import SignInPage
from shelter_ui.windows.start_page import Desk, StartPage
from shelter_ui.windows.ways_out import WaysOut

if TYPE_CHECKING:
    from shelter_app.casework.checking import CheckReport
    from shelter_app.casework.session import Session
    from shelter_app.casework.settings import UserSettings
    from shelter_app.casework.vaults import NewVault
    from shelter_ui.windows.workplace import Workplace

__all__ = ["MainWindow"]


class MainWindow(QMainWindow):
    """Shows the sign-in screen, then the workplace of whoever signed in, and nothing of it after a lock."""

    #: The window is closed and the vault is released: the program may end.
    finished = Signal()
    #: A vault was opened and its workplace is shown.
    signed_in = Signal()
    #: The vault is closed again; everything about it is gone from the window.
    signed_out = Signal()
    #: The window was painted for the first time, or somebody works in it: what was put off can be done.
    ready = Signal()

    def __init__(
        self, desk: Desk, app: QApplication, vault: Path | None = None, parts: LockParts | None = None
    ) -> None:
        super().__init__()
        self.desk = desk
        self._session: Session | None = None
        self._workplace: Workplace | None = None
        self._leaving = False
        self._app = app
        self._attending = False
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self.setMinimumSize(1024, 640)
        self.resize(1366, 768)
        self.sign_in = SignInPage(desk)
        self.ways_out = WaysOut(desk, self._show_start, self)
        self.ways_out.opened.connect(self.take)
        self.ways_out.recovered.connect(self._take_recovered)
        self.sign_in.opened.connect(self.take)
        self.sign_in.create_asked.connect(self._create_vault)
        self.sign_in.restore_asked.connect(lambda: self.ways_out.restore(self.sign_in.vault))
        self.sign_in.damage_met.connect(
            lambda error: self.ways_out.does_not_open(self.sign_in.vault, error, self.sign_in.user)
        )
        self.sign_in.forgotten.connect(self.ways_out.recover)
        self.sign_in.help_asked.connect(self.show_help)
        self._stack.addWidget(self.sign_in)
        self._ring = FocusRing(desk.theme, self, app)
        self._deaf = _Deaf(self)
        self._guard = Guard(app, self, parts or LockParts())
        self.locks = self._guard.locks
        self.locks.due.connect(self.lock)
        self.locks.soon.connect(self._tell_of_lock)
        self.sign_in.use_vault(vault)
        self.retitle()

    # -- signing in -----------------------------------------------------------------------------

    @property
    def session(self) -> Session | None:
        """The open vault, if somebody is signed in."""
        return self._session

    @property
    def workplace(self) -> Workplace | None:
        """The pages of whoever is signed in."""
        return self._workplace

    def start(self, *, minimised: bool = False) -> None:
        """Show the window where it stood, with the focus where the person begins."""
        self.restoreGeometry(QByteArray.fromBase64(self.desk.preferences.current.geometry.encode()))
        if minimised:
            self.showMinimized()
        elif self._is_too_large_for(self.screen().availableSize()):
            self.showMaximized()
        else:
            self.show()
        self.sign_in.on_shown()

    def _is_too_large_for(self, room: QSize) -> bool:
        """Whether title bar and edges would push a part of the window off a laptop's screen."""
        edge, title = self.desk.theme.px(8), self.desk.theme.px(32)
        needed = self.size() + QSize(edge, title + edge)
        fits = needed.boundedTo(room) == needed
        return not fits and self.minimumSize().boundedTo(room) == self.minimumSize()

    def open_demo(self) -> None:
        """Sign in to a vault of invented people with its public password; nothing happens to any other."""
        self.sign_in.open_demo()

    def take(self, session: Session) -> None:
        """Begin to work with a vault that was just opened."""
        self._hold(session)
        if session.keyring.slot.must_change:
            from shelter_ui.windows.first_password import FirstPasswordPage

            page = FirstPasswordPage(self.desk, session)
            page.done.connect(self._work)
            self._show_start(page, on_left=self.lock)
        else:
            self._work()

    def _hold(self, session: Session) -> None:
        self.attend()
        before, self._session = self._session, session
        if before is not None:
            # Somebody goes on in another vault, which a backup or a salvage made.
            before.close()
        self._note_user(session)

    def _take_recovered(self, session: Session) -> None:
        """Offer new sheets before the first work: those that opened the vault have been brought together."""
        self._hold(session)
        self.ways_out.new_sheets(session, self._work, self.lock)

    def _work(self) -> None:
        from shelter_app.casework.settings import read_settings

        assert self._session is not None
        self._drop_pages()
        self.use_settings(read_settings(self._session))
        if not self._warned_of_journal(self._session):
            self._open_workplace()

    def _warned_of_journal(self, session: Session) -> bool:
        """Whether the person is first told that journal or users are not as they were last seen or signed."""
        from shelter_app.casework.head_memory import FILE_NAME, HeadMemory
        from shelter_app.casework.sign_in_warnings import warnings_at_sign_in

        session.memory = HeadMemory(self.desk.preferences.path.with_name(FILE_NAME))
        warnings = warnings_at_sign_in(session)
        if not warnings:
            return False
        from shelter_ui.windows.head_warning import HeadWarningPage

        page = HeadWarningPage(self.desk, session, warnings)
        page.done.connect(self._open_workplace)
        self._show_start(page, on_left=self.lock)
        return True

    def _open_workplace(self) -> None:
        from shelter_ui.windows.workplace import Workplace

        assert self._session is not None
        self._drop_pages()
        self._workplace = Workplace(self.desk, self._session)
        self._workplace.lock_asked.connect(self.lock)
        self._workplace.help_asked.connect(self.show_help)
        self._workplace.settings_changed.connect(self.use_settings)
        self._workplace.title_changed.connect(self.retitle)
        self._workplace.damage_found.connect(self._on_damage_found)
        self._workplace.watch(self.locks.quiet_for)
        self._stack.addWidget(self._workplace)
        self._stack.setCurrentWidget(self._workplace)
        self._workplace.begin()
        self.signed_in.emit()

    def use_settings(self, settings: UserSettings) -> None:
        """Look and behave as the signed-in person likes it; the sign-in screen keeps the look."""
        from shelter_ui.theme.theme import system_palette

        palette = system_palette() if settings.theme == "system" else settings.theme
        theme = self.desk.theme
        if (palette, settings.scale, settings.density) != (theme.palette_name, theme.scale, theme.density):
            theme.change(palette=palette, scale=settings.scale, density=settings.density)
        language = settings.language or self.desk.language.current
        if language != self.desk.language.current:
            self.desk.language.use(language)
        self.desk.preferences.change(language=language, theme=settings.theme, scale=settings.scale)
        self._guard.use(settings)

    # -- other start pages ----------------------------------------------------------------------

    def _show_start(self, page: StartPage, on_left: Callable[[], None] | None = None) -> None:
        self.attend()
        self._guard.watch()
        self._drop_pages()
        page.left.connect(on_left or self.show_sign_in)
        page.help_asked.connect(self.show_help)
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        page.on_shown()

    def _create_vault(self) -> None:
        from shelter_ui.windows.new_vault import NewVaultPage

        page = NewVaultPage(self.desk)
        page.created.connect(self._on_created)
        page.done.connect(self._work)
        self._show_start(page)

    def _on_created(self, new: NewVault) -> None:
        self.attend()
        self._session = new.session
        self._note_user(new.session)

    def _on_damage_found(self, report: CheckReport) -> None:
        if self._session is not None and self._workplace is not None:
            self.ways_out.found_while_open(self._session, report, self._workplace, self._open_workplace)

    def show_sign_in(self) -> None:
        """Show the sign-in screen again; an open vault is closed first."""
        if self._session is not None:
            self.lock()
            return
        self.locks.stop()
        self._drop_pages()
        self._stack.setCurrentWidget(self.sign_in)
        self.sign_in.on_shown()
        self.retitle()

    def show_help(self) -> None:
        """Shortcuts and a few words about the program."""
        from shelter_ui.dialogs.help import HelpDialog

        HelpDialog(self.desk.theme, self).open()

    def _full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    # -- leaving --------------------------------------------------------------------------------

    def lock(self, trigger: Trigger = Trigger.ASKED) -> None:
        """Hide everything, keep drafts, close the vault, begin anew at the sign-in screen.

        Neither a full disk nor an error nor work that does not stop prevents it.
        """
        if self._leaving:
            return
        if self._session is None and self._stack.currentWidget() is self.sign_in and not self.sign_in.opening:
            # Nobody is signed in: there is a half-typed password to forget, and a window to put away.
            self.sign_in.go_back()
            if trigger is Trigger.PANIC:
                self.showMinimized()
            return
        self._leave(AT_LOCK, trigger)

    def _leave(self, patience: Patience, trigger: Trigger | None) -> None:
        """Leave the vault; without a trigger the program ends afterwards."""
        from shelter_ui.locking.replacing import Replacement

        self._leaving = True
        small = trigger is Trigger.PANIC
        self._guard.leave(
            patience, self._session, self._workplace,
            cancel=self.desk.tasks.cancel_all,
            remember=lambda kept: self.desk.preferences.change(**kept),
            fresh=Replacement(self.sign_in.vault, self.desk.language.current, small) if trigger else None,
        )  # fmt: skip
        self._session, self._leaving = None, False
        if trigger is None:
            self.finished.emit()
            return
        self._begin_anew(trigger)

    def _begin_anew(self, trigger: Trigger) -> None:
        """Show the sign-in screen in this window, where no fresh process takes its place."""
        for dialog in self.findChildren(QDialog):
            dialog.blockSignals(True)
            dialog.deleteLater()
        self._drop_pages()
        self._stack.setCurrentWidget(self.sign_in)
        self.sign_in.use_vault(self.sign_in.vault)
        self.retitle()
        if trigger is Trigger.PANIC:
            self.showMinimized()
        else:
            self.show()
            self.activateWindow()
        self.sign_in.on_shown()
        self.signed_out.emit()

    def _tell_of_lock(self, seconds: int) -> None:
        if self._workplace is not None:
            self._workplace.toast(
                ngettext(
                    "Nobody seems to be here: the program locks in {number} second.",
                    "Nobody seems to be here: the program locks in {number} seconds.",
                    seconds,
                ).format(number=seconds)
            )

    def _note_user(self, session: Session) -> None:
        """Whoever signed in last is chosen when the sign-in screen comes back."""
        self._guard.watch()
        self.desk.preferences.change(last_slot=session.user_id)
        self.sign_in.use_vault(session.folder.path)

    def _drop_pages(self) -> None:
        """Nothing of an earlier page stays in the window."""
        self._workplace = None
        for number in reversed(range(self._stack.count())):
            page = self._stack.widget(number)
            if page is not None and page is not self.sign_in:
                self._stack.removeWidget(page)
                page.installEventFilter(self._deaf)
                page.hide()
                page.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep drafts and release the vault before the program ends."""
        if self._leaving or self._session is None:
            event.accept()
            self.finished.emit()
            return
        event.ignore()
        end = functools.partial(self._leave, AT_THE_END, None)
        if not self.ways_out.last_backup(self._session, self._workplace, end):
            end()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Attend as soon as the window and everything in it has been painted for the first time."""
        super().paintEvent(event)
        if not self._attending:
            QTimer.singleShot(0, self.attend)

    def attend(self) -> None:
        """Follow keys and shield the windows from now on.

        Not from the beginning: a filter for all events makes PySide6 build every class of Qt, which takes
        longer than building the sign-in screen.
        """
        if self._attending:
            return
        self._attending = True
        from PySide6.QtGui import QKeySequence, QShortcut

        self.desk.theme.draw_marks(self._app)
        self._guard.attend()
        for keys, slot in (("F1", self.show_help), ("F11", self._full_screen)):
            QShortcut(QKeySequence(keys), self, slot)
        self.ready.emit()

    # -- words ----------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retitle()
        super().changeEvent(event)

    def retitle(self) -> None:
        """Name of the page and of the program; never a person's name."""
        work, program = self._workplace, _("Casework")
        page, backup = (work.page_title(), work.backup_title()) if work is not None else ("", "")
        title = _("{page} - {program}").format(page=page, program=program) if page else program
        self.setWindowTitle(_("{title} - {backup}").format(title=title, backup=backup) if backup else title)


class _Deaf(QObject):
    """For pages that wait to be deleted: their vault is closed, so that they cannot say anything anew."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keep a change of language from them."""
        return event.type() == QEvent.Type.LanguageChange
