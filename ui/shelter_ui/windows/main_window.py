"""The one window: signing in, working, locking; it holds an open vault and lets go of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from shelter_app.errors import ShelterError
from shelter_i18n import _
from shelter_ui.tasks import Job
from shelter_ui.widgets.focus_ring import FocusRing
from shelter_ui.windows.sign_in import SignInPage
from shelter_ui.windows.start_page import Desk, StartPage

if TYPE_CHECKING:
    from shelter_app.casework.session import Session
    from shelter_app.casework.settings import UserSettings
    from shelter_app.casework.vaults import NewVault
    from shelter_ui.windows.workplace import Workplace

__all__ = ["IdleWatch", "MainWindow"]

_ACTIVE = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.InputMethod,
}


class IdleWatch(QObject):
    """Tells when nobody has touched keyboard or pointer for a while."""

    #: The time is up.
    idle = Signal()

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)
        app.installEventFilter(self)

    def start(self, minutes: float) -> None:
        """Watch from now on."""
        self._timer.start(round(minutes * 60_000))

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Begin anew whenever somebody does something."""
        if self._timer.isActive() and event.type() in _ACTIVE:
            self._timer.start()
        return False


class MainWindow(QMainWindow):
    """Shows the sign-in screen, then the workplace of whoever signed in, and nothing of it after a lock."""

    #: The window is closed and the vault is released: the program may end.
    finished = Signal()
    #: A vault was opened and its workplace is shown.
    signed_in = Signal()
    #: The vault is closed again; everything about it is gone from the window.
    signed_out = Signal()

    def __init__(self, desk: Desk, app: QApplication, vault: Path | None = None) -> None:
        super().__init__()
        self.desk = desk
        self._session: Session | None = None
        self._workplace: Workplace | None = None
        self._leaving = False
        self._last_user = ""
        self._copied = False
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self.setMinimumSize(1120, 640)
        self.resize(1366, 768)
        self.sign_in = SignInPage(desk)
        self.sign_in.opened.connect(self.take)
        self.sign_in.create_asked.connect(self._create_vault)
        self.sign_in.restore_asked.connect(self._restore_backup)
        self.sign_in.forgotten.connect(self._recover)
        self.sign_in.help_asked.connect(self.show_help)
        self._stack.addWidget(self.sign_in)
        self._ring = FocusRing(desk.theme, self, app)
        self._watch = IdleWatch(app, self)
        self._watch.idle.connect(self.lock)
        QGuiApplication.clipboard().dataChanged.connect(self._on_clipboard)
        for keys, slot in (("Ctrl+L", self.lock), ("F1", self.show_help), ("F11", self._full_screen)):
            QShortcut(QKeySequence(keys), self, slot)
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

    def start(self) -> None:
        """Show the window with the focus where the person begins."""
        self.show()
        self.sign_in.on_shown()

    def open_demo(self) -> None:
        """Sign in to a vault of invented people with its public password; nothing happens to any other."""
        self.sign_in.open_demo()

    def take(self, session: Session) -> None:
        """Begin to work with a vault that was just opened."""
        self._session = session
        self._last_user = session.keyring.slot.name
        self.sign_in.use_vault(session.folder.path)
        if session.keyring.slot.must_change:
            from shelter_ui.windows.first_password import FirstPasswordPage

            page = FirstPasswordPage(self.desk, session)
            page.done.connect(self._work)
            self._show_start(page, on_left=self.lock)
        else:
            self._work()

    def _work(self) -> None:
        from shelter_app.casework.settings import read_settings
        from shelter_ui.windows.workplace import Workplace

        assert self._session is not None
        self._drop_pages()
        settings = read_settings(self._session)
        self.use_settings(settings)
        self._workplace = Workplace(self.desk, self._session)
        self._workplace.lock_asked.connect(self.lock)
        self._workplace.help_asked.connect(self.show_help)
        self._workplace.settings_changed.connect(self.use_settings)
        self._workplace.title_changed.connect(self.retitle)
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
        self._watch.start(settings.idle_minutes)

    # -- other start pages ----------------------------------------------------------------------

    def _show_start(self, page: StartPage, on_left: Callable[[], None] | None = None) -> None:
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
        self._session = new.session
        self._last_user = new.session.keyring.slot.name
        self.sign_in.use_vault(new.session.folder.path)

    def _restore_backup(self) -> None:
        from shelter_ui.windows.restore import RestorePage

        page = RestorePage(self.desk)
        page.opened.connect(self.take)
        self._show_start(page)

    def _recover(self, path: Path) -> None:
        from shelter_ui.windows.recover import RecoverPage

        page = RecoverPage(self.desk, path)
        page.opened.connect(self.take)
        self._show_start(page)

    def show_sign_in(self) -> None:
        """Show the sign-in screen again; an open vault is closed first."""
        if self._session is not None:
            self.lock()
            return
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

    def lock(self) -> None:
        """Keep drafts, close the vault, show the names again. A full disk does not prevent it."""
        if self._session is not None:
            self._leave(self.signed_out.emit)

    def _leave(self, then: Callable[[], None]) -> None:
        session, self._session = self._session, None
        assert session is not None
        self._watch.stop()
        for dialog in self.findChildren(QWidget):
            if dialog.isWindow() and dialog is not self:
                dialog.close()
        if self._workplace is not None:
            self._workplace.save_drafts()
        self.desk.tasks.cancel_all()
        if self._copied:
            QGuiApplication.clipboard().clear()
        backup_at = self._workplace.backup_made_at() if self._workplace is not None else ""
        self.desk.preferences.change(backup_at=backup_at)
        path = session.folder.path
        self._drop_pages()
        self._stack.setCurrentWidget(self.sign_in)
        self.sign_in.on_shown()
        self.retitle()

        def left(_answer: object = None) -> None:
            if self._session is None:
                self.sign_in.use_vault(path)
                self.sign_in.keep_user(self._last_user)
            then()

        # Sealed off in a job of its own: it waits for whatever still uses the store.
        self.desk.tasks.run(lambda _job: _close(session), left, on_error=left, owner=self, job=Job())

    def _on_clipboard(self) -> None:
        # What comes into the clipboard while somebody works in this window was copied here.
        self._copied = self._session is not None and self.isActiveWindow()

    def _drop_pages(self) -> None:
        """Nothing of an earlier page stays in the window."""
        self._workplace = None
        for number in reversed(range(self._stack.count())):
            page = self._stack.widget(number)
            if page is not None and page is not self.sign_in:
                self._stack.removeWidget(page)
                page.hide()
                page.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep drafts and release the vault before the program ends."""
        if self._leaving or self._session is None:
            event.accept()
            self.finished.emit()
            return
        event.ignore()
        self._leaving = True
        self.hide()
        self._leave(self.finished.emit)

    # -- words ----------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retitle()
        super().changeEvent(event)

    def retitle(self) -> None:
        """Name of the page and of the program; never a person's name."""
        page = self._workplace.page_title() if self._workplace is not None else ""
        program = _("Casework")
        self.setWindowTitle(_("{page} - {program}").format(page=page, program=program) if page else program)


def _close(session: Session) -> None:
    """Close a vault whatever happens; what hindered its last journal line is told afterwards."""
    from shelter_app.casework.vaults import sign_out

    try:
        sign_out(session)
    except BaseException as error:
        session.close()
        if not isinstance(error, ShelterError):
            raise
