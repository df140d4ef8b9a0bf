"""Who may sign in, with which keys; adding, keys, disabling, resetting and removing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QMenu, QVBoxLayout, QWidget

from shelter_app.casework.resealing import Pending, pending, pending_words
from shelter_app.casework.users import disable_user, enable_user, grant_key, withdraw_key
from shelter_app.casework.ways_in import WaysIn, asks_for_another_way, ways_in
from shelter_app.storage.store import Changes
from shelter_app.vault.keyring import holders
from shelter_app.vault.rights import (
    COMPARTMENT_LABELS,
    ROLE_MAY_BE_GRANTED,
    SEALED_COMPARTMENTS,
    Compartment,
    Right,
)
from shelter_app.vault.slots import Slot
from shelter_i18n import _
from shelter_i18n.formats import join_list
from shelter_ui.context import AppContext
from shelter_ui.dialogs.add_user import AddUserDialog
from shelter_ui.dialogs.remove_user import NewKeysDialog, RemoveUserDialog
from shelter_ui.dialogs.reset_password import ResetPasswordDialog
from shelter_ui.models.rows import RowsModel
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.tables import Cell, TableCard, TableView
from shelter_ui.windows.page import Page
from shelter_ui.windows.ways_banner import ways_words

__all__ = ["UsersPage", "keys_words"]


def keys_words(slot: Slot) -> str:
    """The compartments that somebody can open, in words."""
    return join_list([_(COMPARTMENT_LABELS[c]) for c in Compartment if c in slot.compartments])


class UsersPage(Page):
    """A table of users and what can be done with the one that is marked."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self._pending: Sequence[Pending] = ()
        self._ways: WaysIn | None = None
        self._due = Banner(theme, "warning", icon="key-round")
        self._due.setObjectName("rotation_banner")
        self._replace = Button(theme, "", size="small")
        self._replace.setObjectName("replace_keys")
        self._replace.clicked.connect(
            lambda _checked=False: NewKeysDialog(self.context, self.window()).open()
        )
        self._due.add_action(self._replace)
        self._left = Banner(theme, "info", icon="hourglass")
        self._left.setObjectName("pending_banner")
        self._one_way = Banner(theme, "warning")
        self._one_way.setObjectName("one_way_banner")
        self.model: RowsModel[Slot] = RowsModel(
            [
                (lambda: _("Name"), lambda slot: Cell(slot.name, medium=True)),
                (lambda: _("Role"), lambda slot: Cell(_(slot.role.label))),
                (lambda: _("Can open"), lambda slot: Cell(keys_words(slot))),
                (lambda: _("Account"), self._remark),
            ],
            self,
        )
        self.table = TableView(theme)
        self.table.setObjectName("users_table")
        self.table.setModel(self.model)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._show_actions())
        self._add = self._button(
            "add_user", "plus", lambda: AddUserDialog(self.context, self.window()).open()
        )
        self._keys = self._button("user_keys", "key-round", self._on_keys)
        self._disable = self._button("disable_user", "hand", self._on_disable)
        self._reset = self._button("reset_password", "lock-keyhole", self._on_reset)
        self._remove = self._button("remove_user", "trash-2", self._on_remove)
        actions = QHBoxLayout()
        actions.setSpacing(theme.px(8))
        actions.addWidget(self._add)
        actions.addStretch(1)
        for button in (self._keys, self._disable, self._reset, self._remove):
            actions.addWidget(button)
        if not context.session.may(Right.MANAGE_USERS):
            for button in (self._add, self._keys, self._disable, self._reset, self._remove, self._replace):
                button.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addLayout(actions)
        for banner in (self._due, self._left, self._one_way):
            banner.hide()
            column.addWidget(banner)
        column.addWidget(TableCard(theme, self.table), 1)
        context.hub.changed.connect(self._on_changed)
        self._columns()
        self.retranslate_ui()
        self.on_shown()

    def _button(self, name: str, icon: str, on_clicked: Callable[[], None]) -> Button:
        button = Button(self.theme, "", "primary" if name == "add_user" else "secondary", icon=icon)
        button.setObjectName(name)
        button.clicked.connect(lambda _checked=False: on_clicked())
        return button

    def _columns(self) -> None:
        header, px = self.table.horizontalHeader(), self.theme.px
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        for column, width in ((0, 180), (1, 180), (3, 240)):
            self.table.setColumnWidth(column, px(width))

    def restyle(self) -> None:
        """Take the column widths of the new scale."""
        if hasattr(self, "table"):
            self._columns()

    def title(self) -> str:
        """Name of the page."""
        return _("Users")

    # -- what is shown --------------------------------------------------------------------------

    def on_shown(self) -> None:
        """Show who stands in the header now, and what still lies under former keys."""
        marked = self.current()
        self.model.set_rows(self.context.session.keyring.header.users)
        rows = [slot.id for slot in self.model.rows()]
        if marked is not None and marked.id in rows:
            self.table.setCurrentIndex(self.model.index(rows.index(marked.id), 0))
        self._show_actions()
        session = self.context.session

        def work(_job: object) -> tuple[Sequence[Pending], WaysIn | None]:
            # While the bar above every page asks for another way in, it is not said twice.
            return pending(session), None if asks_for_another_way(session) else ways_in(session)

        self.context.tasks.run(work, self._on_read, on_error=lambda _error: None, owner=self)

    def _on_read(self, read: tuple[Sequence[Pending], WaysIn | None]) -> None:
        self._pending, self._ways = read
        self._show_banners()

    def _on_changed(self, changes: Changes) -> None:
        if changes.touches("users") or (changes.touches("keys", "sheets") and self.isVisible()):
            self.on_shown()

    def _remark(self, slot: Slot) -> Cell:
        if slot.disabled:
            return Cell(_("disabled"), tone="muted")
        if slot.id == self.context.session.user_id:
            return Cell(_("you"), tone="muted")
        if slot.must_change:
            return Cell(_("has not chosen a password yet"), tone="warning")
        return Cell()

    def current(self) -> Slot | None:
        """The user that is marked."""
        row = self.table.currentIndex().row()
        rows = self.model.rows()
        return rows[row] if 0 <= row < len(rows) else None

    def _show_actions(self) -> None:
        slot = self.current()
        others = slot is not None and slot.id != self.context.session.user_id
        for button in (self._disable, self._reset, self._remove):
            button.setEnabled(others)
        self._keys.setEnabled(slot is not None)
        self._disable.setText(_("Enable") if slot is not None and slot.disabled else _("Disable"))

    def _show_banners(self) -> None:
        header = self.context.session.keyring.header
        self._due.set_words(
            _("Keys of the vault are due to be replaced."),
            _(
                "Somebody left when the disk had no room for a second copy of the vault. Make room, then replace the keys."
            ),
        )
        self._due.setVisible(header.rotation_due is not None)
        self._left.set_words(
            "\n".join(pending_words(each) for each in self._pending),
            _("Copies of the vault and backups made before stay readable with the former keys."),
        )
        self._left.setVisible(bool(self._pending))
        one_way = self._ways is not None and not (self._ways.enough or header.demo)
        if self._ways is not None:
            self._one_way.set_words(*ways_words(self._ways))
        self._one_way.setVisible(one_way)

    # -- what is done ---------------------------------------------------------------------------

    def _on_keys(self) -> None:
        slot, keyring = self.current(), self.context.session.keyring
        if slot is None:
            return
        menu = QMenu(self)
        menu.setObjectName("keys_menu")
        menu.aboutToHide.connect(menu.deleteLater)
        for compartment in SEALED_COMPARTMENTS:
            what = _(COMPARTMENT_LABELS[compartment])
            if compartment in slot.compartments:
                action = QAction(_("Take back the key for {what}").format(what=what), menu)
                action.setObjectName(f"withdraw_{compartment.value}")
                action.triggered.connect(
                    lambda _checked=False, each=compartment: self._on_withdraw(slot, each)
                )
            else:
                text = _("Give the key for {what}")
                grantable = compartment in ROLE_MAY_BE_GRANTED[slot.role]
                if not grantable:
                    text = _("Give the key for {what} (not for this role)")
                elif not keyring.holds(compartment):
                    text = _("Give the key for {what} (only who holds it can)")
                action = QAction(text.format(what=what), menu)
                action.setObjectName(f"grant_{compartment.value}")
                action.setEnabled(grantable and keyring.holds(compartment))
                action.triggered.connect(lambda _checked=False, each=compartment: self._on_grant(slot, each))
            menu.addAction(action)
        menu.popup(self._keys.mapToGlobal(QPoint(0, self._keys.height())))

    def _on_grant(self, slot: Slot, compartment: Compartment) -> None:
        self._run(
            lambda: grant_key(self.context.session, slot.id, compartment),
            _("The key is given. It counts from the next sign-in."),
        )

    def _on_withdraw(self, slot: Slot, compartment: Compartment) -> None:
        what = _(COMPARTMENT_LABELS[compartment])
        header = self.context.session.keyring.header
        others = [each.name for each in holders(header, compartment) if each.id != slot.id]
        body = _(
            "Everybody else who holds it gets a new key, and what was written before is sealed anew while they work. "
            "Copies and backups made before stay readable to {name}."
        ).format(name=slot.name)
        if others:
            still = _("It is still held by: {names}.").format(names=join_list(others))
        else:
            still = _("Afterwards only the recovery sheets open it.")
        self.context.ask.confirm(
            _("Take back the key for {what} from {name}?").format(what=what, name=slot.name),
            f"{body}\n\n{still}",
            _("Take the key back"),
            lambda: self._run(
                lambda: withdraw_key(self.context.session, slot.id, compartment), _("The key is taken back.")
            ),
        )

    def _on_disable(self) -> None:
        slot = self.current()
        if slot is None:
            return
        session = self.context.session
        if slot.disabled:
            self._run(
                lambda: enable_user(session, slot.id), _("{name} can sign in again.").format(name=slot.name)
            )
            return
        self.context.ask.confirm(
            _("Keep {name} from signing in?").format(name=slot.name),
            _(
                "{name} cannot sign in until somebody enables the account again. Their keys stay as they are: whoever "
                "leaves for good is removed."
            ).format(name=slot.name),
            _("Disable"),
            lambda: self._run(
                lambda: disable_user(session, slot.id), _("{name} cannot sign in now.").format(name=slot.name)
            ),
        )

    def _on_reset(self) -> None:
        slot = self.current()
        if slot is not None:
            ResetPasswordDialog(self.context, slot, self.window()).open()

    def _on_remove(self) -> None:
        slot = self.current()
        if slot is not None:
            RemoveUserDialog(self.context, slot, self.window()).open()

    def _run(self, work: Callable[[], Changes], done: str) -> None:
        def finished(changes: Changes) -> None:
            self.context.hub.tell(changes)
            self.context.navigate.toast(done)

        self.context.tasks.run(lambda _job: work(), finished, on_error=self.tell, owner=self)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._add.setText(_("Add a user"))
        self._keys.setText(_("Keys held"))
        self._reset.setText(_("Reset the password"))
        self._remove.setText(_("Remove"))
        self._replace.setText(_("Replace the keys"))
        self._show_actions()
        self._show_banners()
        self.table.setAccessibleName(_("Users"))
        self.model.renew()
