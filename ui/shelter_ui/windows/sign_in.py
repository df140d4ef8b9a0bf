"""Who is working, and the password: the first thing that is seen, and again after every lock."""

from __future__ import annotations

import datetime as dt
import gc
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app import __version__
from shelter_app.errors import ShelterError
from shelter_i18n import _
from shelter_ui.tasks import Job
from shelter_ui.widgets.base import rule, set_ground
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import PasswordEdit
from shelter_ui.widgets.notices import EmptyState
from shelter_ui.widgets.texts import IconLabel, Prose, Text
from shelter_ui.windows.ahead import WORKPLACE, load_ahead
from shelter_ui.windows.scrolling import scrolled
from shelter_ui.windows.start_page import Desk, StartPage
from shelter_ui.windows.user_list import UserLine, UserList

if TYPE_CHECKING:
    from shelter_app.casework.session import Session
    from shelter_app.vault.header import Header

__all__ = ["SignInPage"]

#: A damaged header and damaged data.
_DAMAGED = (11, 12)


class SignInPage(StartPage):
    """Names at the left, password at the right; opening happens in a worker, the window stays alive."""

    #: A vault is open; carries its `Session`.
    opened = Signal(object)
    create_asked = Signal()
    restore_asked = Signal()
    #: The vault does not open because something in it is damaged; carries the error.
    damage_met = Signal(object)
    #: The password is forgotten; carries the folder of the vault.
    forgotten = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, card_width=760, parent=parent)
        self._path: Path | None = None
        self._header: Header | None = None
        self._problem: ShelterError | None = None
        self._job: Job | None = None
        self._wait = 0
        self._waiting = QTimer(self, interval=1000)
        self._waiting.timeout.connect(self._count_down)
        self.setObjectName("sign_in")
        self._build_names()
        self._build_password()
        self._welcome: QWidget | None = None
        columns = QHBoxLayout()
        columns.setSpacing(0)
        columns.addWidget(self._names_pane)
        columns.addWidget(rule(upright=True))
        columns.addWidget(self._password_pane, 1)
        self.card.addLayout(columns)
        self._other, self._create, self._restore = (
            Button(desk.theme, "", "quiet", icon=icon) for icon in ("folder-open", "plus", "undo-2")
        )
        for button, name, call in (
            (self._other, "other_vault", self._ask_for_vault),
            (self._create, "create_vault", self.create_asked.emit),
            (self._restore, "restore_backup", self.restore_asked.emit),
        ):
            button.setObjectName(name)
            button.clicked.connect(lambda _checked=False, each=call: each())
            self.below.addWidget(button)
        self.retranslate_ui()

    def _build_names(self) -> None:
        theme = self.theme
        self._names_pane = QWidget()
        self._names_pane.setFixedWidth(theme.px(287))
        set_ground(self._names_pane, "sunken")
        self._names_pane.setProperty("edge", "left")
        self._who = Text("", "label", "text2")
        self._users = UserList(theme)
        self._users.setObjectName("users")
        self._users.chosen.connect(self._on_user)
        column = QVBoxLayout(self._names_pane)
        column.setContentsMargins(theme.px(12), theme.px(22), theme.px(12), theme.px(16))
        column.setSpacing(theme.px(6))
        self._who.setContentsMargins(theme.px(12), 0, 0, 0)
        column.addWidget(self._who)
        column.addWidget(scrolled(self._users), 1)

    def _build_password(self) -> None:
        theme = self.theme
        self._password_pane = QWidget()
        self._post, self._title = Text("", "caption", "text2"), Text("", "title", wrap=True)
        self._password = PasswordEdit(theme, tall=True)
        self._users.decided.connect(self._password.select_all)
        self._password.setObjectName("password")
        self._password.setMinimumHeight(theme.px(64))
        self._password.edit.setObjectName("password_line")
        self._password.edit.returnPressed.connect(self.try_to_open)
        self._password.edit.installEventFilter(self)
        self._row = FieldRow(theme, self._password)
        self._open = Button(theme, "", "primary", size="large")
        self._open.setObjectName("open")
        self._open.clicked.connect(lambda _checked=False: self.try_to_open())
        self._forgotten = Button(theme, "", "quiet", size="large")
        self._forgotten.setObjectName("forgotten")
        self._damage = Button(theme, "", size="large")
        self._damage.setObjectName("damage_help")
        self._damage.hide()
        self._damage.clicked.connect(lambda _checked=False: self.damage_met.emit(self._problem))
        self._forgotten.clicked.connect(lambda _checked=False: self.forgotten.emit(self._path))
        self._state = Text("", "label", "text2")
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(12))
        buttons.addWidget(self._open)
        buttons.addWidget(self._forgotten)
        buttons.addWidget(self._damage)
        buttons.addWidget(self._state)
        buttons.addStretch(1)
        self._lines: list[tuple[IconLabel, Prose]] = []
        column = QVBoxLayout(self._password_pane)
        column.setContentsMargins(theme.px(32), theme.px(24), theme.px(32), theme.px(24))
        column.setSpacing(theme.px(2))
        for widget in (self._post, self._title):
            column.addWidget(widget)
        column.addSpacing(theme.px(14))
        column.addWidget(self._row)
        column.addSpacing(theme.px(8))
        column.addLayout(buttons)
        column.addSpacing(theme.px(14))
        column.addWidget(rule())
        column.addSpacing(theme.px(8))
        for icon, colour in (("hard-drive", "text2"), ("lock-keyhole", "text2"), ("info", "warning")):
            label, words = IconLabel(theme, icon, 16, colour), Prose(theme, "", "label", "text2")
            line = QHBoxLayout()
            line.setSpacing(theme.px(8))
            line.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(words, 1)
            column.addLayout(line)
            column.addSpacing(theme.px(4))
            self._lines.append((label, words))
        column.addStretch(1)

    def _build_welcome(self) -> QWidget:
        """What stands in the card while there is no vault: built when it is needed, once for most people."""
        welcome = QWidget()
        self._nothing = EmptyState(self.theme, "key-round")
        self._nothing.setFixedWidth(self.theme.px(360))
        row = QHBoxLayout(welcome)
        row.setContentsMargins(0, self.theme.px(40), 0, self.theme.px(40))
        row.addStretch(1)
        row.addWidget(self._nothing)
        row.addStretch(1)
        self._nothing.button.clicked.connect(lambda _checked=False: self.create_asked.emit())
        self.card.addWidget(welcome)
        return welcome

    # -- which vault ----------------------------------------------------------------------------

    def use_vault(self, path: Path | None) -> None:
        """Show the names of the vault in this folder; None where there is none yet."""
        self._path, self._header = path, None
        problem: ShelterError | None = None
        self._password.clear()
        if path is not None:
            try:
                self._header = self.desk.services.header(path)
                if str(path) != self.desk.preferences.current.vault:
                    self.desk.preferences.change(vault=str(path), backup_at="", backup_folder="")
            except ShelterError as error:
                problem = error
        if self._header is not None:
            lines = [UserLine(slot.name, slot.role.label) for slot in self._header.users if not slot.disabled]
            last = self.desk.preferences.current.last_slot
            chosen = next((slot.name for slot in self._header.users if slot.id == last), "")
            self._users.set_users(lines, chosen)
        else:
            self._users.set_users([])
        self._set_problem(problem)
        self._show_vault()

    @property
    def opening(self) -> bool:
        """Whether a vault is being opened."""
        return self._job is not None

    @property
    def user(self) -> str:
        """The name that is chosen."""
        return self._users.current()

    @property
    def vault(self) -> Path | None:
        """The folder whose names are shown."""
        return self._path

    def _ask_for_vault(self) -> None:
        self.desk.ask.folder(_("Folder of the vault"), self._on_vault_chosen, start=self._path)

    def _on_vault_chosen(self, path: Path) -> None:
        self.use_vault(path)
        self.on_shown()

    def _show_vault(self) -> None:
        known = self._path is not None
        usable = self._header is not None and self._job is None
        for widget in (self._names_pane, self._password_pane):
            widget.setVisible(known)
        if not known and self._welcome is None:
            self._welcome = self._build_welcome()
            self._say_welcome()
        if self._welcome is not None:
            self._welcome.setVisible(not known)
        self._create.setVisible(known)
        for field in (self._password, self._open, self._users):
            field.setEnabled(usable)
        self._forgotten.setEnabled(self._header is not None)
        self._show_words()

    def on_shown(self) -> None:
        """Begin with the password; with the names where there are several people and none worked here last."""
        super().on_shown()
        if self._path is None:
            self._nothing.button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._password.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_back(self) -> None:
        """There is nothing behind the sign-in screen; Esc empties the field."""
        self._password.clear()

    def keep_user(self, name: str) -> None:
        """Choose the name of who worked here last."""
        self._users.choose(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down in the password choose another name; the focus stays where it is."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or self._job is not None:
            return super().eventFilter(watched, event)
        step = steps.get(Qt.Key(event.key()), 0)
        if step:
            self._users.step(step)
        return bool(step)

    # -- opening --------------------------------------------------------------------------------

    def try_to_open(self) -> None:
        """Open the vault with what is typed."""
        if self._path is None or self._header is None or self._job is not None or self._waiting.isActive():
            return
        path, user, password = self._path, self._users.current(), self._password.text()
        self._set_problem(None)
        self._open.set_busy(True)
        job = Job()
        job.progressed.connect(self._on_progress)
        self._job = job
        services = self.desk.services
        self.desk.tasks.run(
            lambda running: services.open(path, user, password, running.progress_of),
            self._on_opened, on_error=self._on_refused, owner=self, job=job,
        )  # fmt: skip
        self._show_words()
        load_ahead(self, WORKPLACE)

    def open_demo(self) -> None:
        """Open a demonstration vault with its public password."""
        if self._header is not None and self._header.demo:
            from shelter_app.vault.passwords import DEMO_PASSWORD

            self._password.edit.setText(DEMO_PASSWORD)
            self.try_to_open()

    def _on_progress(self, done: int, total: int) -> None:
        if total and self._job is not None:
            words = {
                "copy": _("Copying the vault before it is brought to the newer form, {percent}%"),
                "names": _("Reading names, {percent}%"),
            }
            self._state.setText(words[self._job.part].format(percent=100 * done // total))

    def _finish(self) -> None:
        self._job = None
        self._open.set_busy(False)
        self._show_words()

    def _on_opened(self, session: Session) -> None:
        self._finish()
        self._password.clear()
        self.opened.emit(session)

    def _on_refused(self, error: ShelterError) -> None:
        self._finish()
        # Where it was raised, functions hold the password that was tried.
        error.__traceback__ = error.__context__ = error.__cause__ = None
        self._set_problem(error)
        self._password.clear()
        self._password.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, gc.collect)
        from shelter_app.vault.errors import DataDamaged, TryLater

        if isinstance(error, DataDamaged):
            self.damage_met.emit(error)
        if isinstance(error, TryLater):
            self._open.setEnabled(False)
            self._wait = error.seconds
            self._waiting.start()

    def _count_down(self) -> None:
        """Too many wrong passwords: count the seconds, then let the next one be tried."""
        from shelter_app.vault.errors import TryLater

        self._wait -= 1
        self._set_problem(TryLater(self._wait) if self._wait else None)
        if not self._wait:
            self._waiting.stop()
            self._show_vault()

    def _set_problem(self, error: ShelterError | None) -> None:
        self._problem = error
        self._row.set_error(str(error) if error else "")
        # What is damaged is told with a way out; whether it is, only the exit code says without loading more.
        damaged = error is not None and error.exit_code in _DAMAGED
        self._damage.setVisible(damaged)
        self._forgotten.setVisible(not damaged)

    def _on_user(self, _name: str) -> None:
        if self._waiting.isActive():
            # Only the other one has to wait.
            self._waiting.stop()
            self._show_vault()
        self._set_problem(None)
        self._password.clear()
        self._show_words()

    # -- words ----------------------------------------------------------------------------------

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        super().retranslate_ui()
        self._who.setText(_("Who is working?"))
        self._row.set_label(_("Password"))
        self._forgotten.setText(_("Forgotten"))
        self._forgotten.setAccessibleName(_("Forgotten password"))
        self._damage.setText(_("What can be done"))
        self._other.setText(_("Open another vault"))
        self._create.setText(_("Create a vault"))
        self._restore.setText(_("Restore a backup"))
        if self._welcome is not None:
            self._say_welcome()
        self._row.set_error(str(self._problem) if self._problem else "")
        self._show_words()

    def _say_welcome(self) -> None:
        self._nothing.set_words(
            _("There is no vault on this computer yet"),
            _("A vault is a folder that holds everything, encrypted. Create one for your post, or open one."),
            _("Create a vault"),
        )

    def _show_words(self) -> None:
        header, user = self._header, self._users.current()
        self._open.setText(_("Opening") if self._job else _("Open"))
        if not self._job:
            self._state.setText("")
        post = header.post if header else ""
        self._post.setText(_("Post {post}").format(post=post) if post else "")
        self._title.setText(
            _("{name}, enter your password").format(name=user) if user else _("This vault cannot be opened")
        )
        if header is not None:
            self.set_foot(_("Vault {post}, version {version}").format(post=post, version=__version__))
        else:
            self.set_foot(_("Version {version}").format(version=__version__))
        backup, lock, demo = self._lines
        backup[1].set_text(self._backup_words())
        lock[1].set_text(
            _("Press Ctrl L to lock when you leave your seat; what is not saved is kept as a draft.")
        )
        shown = header is not None and header.demo
        for widget in demo:
            widget.setVisible(shown)
        if shown:
            from shelter_app.vault.passwords import DEMO_PASSWORD

            demo[1].set_text(
                _("Demonstration with invented people. The password is: {password}").format(
                    password=DEMO_PASSWORD
                )
            )

    def _backup_words(self) -> str:
        made_at = self.desk.preferences.current.backup_at
        if not made_at or str(self._path) != self.desk.preferences.current.vault:
            return _("Backups are made under Administration, to a stick or another disk.")
        from shelter_i18n.formats import format_time

        moment = dt.datetime.fromisoformat(made_at).astimezone()
        return _("Last backup: {time}, verified").format(time=format_time(moment))
