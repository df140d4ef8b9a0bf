"""Who may sign in, with which keys; adding, granting and removing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from shelter_app.casework.users import grant_key, remove_user
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import (
    COMPARTMENT_LABELS,
    ROLE_MAY_BE_GRANTED,
    SEALED_COMPARTMENTS,
    Compartment,
    Right,
)
from shelter_app.vault.slots import Slot
from shelter_i18n import _, current_language
from shelter_ui.context import AppContext
from shelter_ui.dialogs.add_user import AddUserDialog
from shelter_ui.models.rows import RowsModel
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.tables import Cell, TableCard, TableView
from shelter_ui.windows.page import Page

__all__ = ["UsersPage", "keys_words"]


def keys_words(slot: Slot) -> str:
    """The compartments that somebody can open, in words."""
    names = [_(COMPARTMENT_LABELS[c]) for c in Compartment if c in slot.compartments]
    return ("、" if current_language() == "zh" else ", ").join(names)


class UsersPage(Page):
    """A table of users and what can be done with the one that is marked."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme, session = context.theme, context.session
        self._rotation = Banner(theme, "warning")
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
        self._add = Button(theme, "", "primary", icon="plus")
        self._add.setObjectName("add_user")
        self._add.clicked.connect(lambda _checked=False: self._on_add())
        self._grants: dict[Compartment, Button] = {}
        self._remove = Button(theme, "", icon="trash-2")
        self._remove.setObjectName("remove_user")
        self._remove.clicked.connect(lambda _checked=False: self._on_remove())
        actions = QHBoxLayout()
        actions.setSpacing(theme.px(8))
        actions.addWidget(self._add)
        actions.addStretch(1)
        for compartment in SEALED_COMPARTMENTS:
            button = Button(theme, "", icon="key-round")
            button.setObjectName(f"grant_{compartment.value}")
            button.clicked.connect(lambda _checked=False, each=compartment: self._on_grant(each))
            self._grants[compartment] = button
            actions.addWidget(button)
        actions.addWidget(self._remove)
        self._may = session.may(Right.MANAGE_USERS)
        if not self._may:
            for widget in (self._add, self._remove, *self._grants.values()):
                widget.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addLayout(actions)
        column.addWidget(self._rotation)
        column.addWidget(TableCard(theme, self.table), 1)
        context.hub.changed.connect(self._on_changed)
        self._columns()
        self.retranslate_ui()
        self.on_shown()

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

    def on_shown(self) -> None:
        """Show who stands in the header now."""
        header = self.context.session.keyring.header
        self.model.set_rows(header.users)
        self._rotation.setVisible(header.rotation_due is not None)
        self._show_actions()

    def _on_changed(self, changes: Changes) -> None:
        if changes.touches("users"):
            self.on_shown()

    def _remark(self, slot: Slot) -> Cell:
        if slot.id == self.context.session.user_id:
            return Cell(_("you"), tone="muted")
        if slot.must_change:
            return Cell(_("has not chosen a password yet"), tone="warning")
        return Cell(_("disabled"), tone="muted") if slot.disabled else Cell()

    def current(self) -> Slot | None:
        """The user that is marked."""
        row = self.table.currentIndex().row()
        rows = self.model.rows()
        return rows[row] if 0 <= row < len(rows) else None

    def _show_actions(self) -> None:
        slot, keyring = self.current(), self.context.session.keyring
        others = slot is not None and slot.id != keyring.user_id
        self._remove.setEnabled(others)
        for compartment, button in self._grants.items():
            lacks = slot is not None and compartment not in slot.compartments
            grantable = slot is not None and compartment in ROLE_MAY_BE_GRANTED[slot.role]
            button.setEnabled(lacks and grantable and keyring.holds(compartment))
            button.setAccessibleDescription(
                "" if keyring.holds(compartment) else _("Only who holds a key can give it.")
            )

    def _on_add(self) -> None:
        AddUserDialog(self.context, self.window()).open()

    def _on_grant(self, compartment: Compartment) -> None:
        slot = self.current()
        if slot is None:
            return
        self._run(
            lambda: grant_key(self.context.session, slot.id, compartment),
            _("The key is given. It counts from the next sign-in."),
        )

    def _on_remove(self) -> None:
        slot = self.current()
        if slot is None:
            return
        self.context.ask.confirm(
            _("Remove {name} from this vault?").format(name=slot.name),
            _(
                "{name} can no longer sign in. What they wrote stays. Copies and backups made before stay readable to "
                "them until the keys are replaced."
            ).format(name=slot.name),
            _("Remove the user"),
            lambda: self._run(lambda: remove_user(self.context.session, slot.id), _("The user is removed.")),
        )

    def _run(self, work: Callable[[], Changes], done: str) -> None:
        def finished(changes: Changes) -> None:
            self.context.hub.tell(changes)
            self.context.navigate.toast(done)

        self.context.tasks.run(lambda _job: work(), finished, on_error=self._refused, owner=self)

    def _refused(self, error: ShelterError) -> None:
        self.tell(error)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._add.setText(_("Add a user"))
        self._remove.setText(_("Remove the user"))
        self._grants[Compartment.PEOPLE].setText(_("Give the key for names"))
        self._grants[Compartment.HEALTH].setText(_("Give the key for health"))
        self._rotation.set_words(
            _("Somebody has left since the keys were made."),
            _(
                "Copies of the vault from before stay readable to them. Make a new backup and destroy the old ones."
            ),
        )
        self.table.setAccessibleName(_("Users"))
        self.model.renew()
