"""A new colleague: name, role, keys, and a password for the first sign-in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from shelter_app.casework.users import new_user
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_app.vault.errors import NameRefused, PasswordRefused, PasswordTooWeak
from shelter_app.vault.rights import (
    COMPARTMENT_LABELS,
    ROLE_COMPARTMENTS,
    ROLE_MAY_BE_GRANTED,
    Compartment,
    Role,
)
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.widgets.choice import ChoiceBox
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.options import Option
from shelter_ui.widgets.texts import Prose, Text
from shelter_ui.windows.password_chooser import PasswordChooser

__all__ = ["AddUserDialog"]


class AddUserDialog(Dialog):
    """Keys that the role brings are ticked; only keys that one holds can be given."""

    def __init__(self, context: AppContext, parent: QWidget | None) -> None:
        super().__init__(context.theme, parent, width=560)
        theme = context.theme
        self.setObjectName("add_user_dialog")
        self._context = context
        self._error: ShelterError | None = None
        header = context.session.keyring.header
        self._name, self._role = LineEdit(theme), ChoiceBox(theme)
        self._name.setObjectName("user_name")
        self._role.setObjectName("user_role")
        self._role.set_code(Role.CASEWORKER.value)
        self._role.changed.connect(lambda _code: self._show_keys())
        self._rows = [FieldRow(theme, self._name), FieldRow(theme, self._role)]
        self._keys_label = Text("", "label", "text2")
        self._keys: dict[Compartment, QCheckBox] = {}
        keys = QVBoxLayout()
        keys.setSpacing(theme.px(2))
        keys.addWidget(self._keys_label)
        for compartment in Compartment:
            box = QCheckBox()
            box.setObjectName(f"key_{compartment.value}")
            self._keys[compartment] = box
            keys.addWidget(box)
        self._note = Prose(theme, "", "label", "text2")
        self._chooser = PasswordChooser(
            theme, context.tasks, lambda: (self._name.text(), header.post, header.post_name)
        )
        for row in self._rows:
            self.body.addWidget(row)
        self.body.addLayout(keys)
        self.body.addWidget(self._chooser)
        self.body.addWidget(self._note)
        self._leave = self.add_button("", self.reject, name="leave")
        self._add = self.add_button("", self._on_add, "primary", name="do_add_user")
        self.retranslate_ui()
        self._show_keys()
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen_role(self) -> Role:
        return Role(self._role.code() or Role.CASEWORKER.value)

    def _show_keys(self) -> None:
        role, keyring = self._chosen_role(), self._context.session.keyring
        for compartment, box in self._keys.items():
            held = keyring.holds(compartment)
            free = compartment is not Compartment.STORE and compartment in ROLE_MAY_BE_GRANTED[role]
            box.setChecked(compartment in ROLE_COMPARTMENTS[role] and held)
            box.setEnabled(free and held)
            box.setAccessibleDescription("" if held else _("Only who holds a key can give it."))

    def grants(self) -> frozenset[Compartment]:
        """The keys that are ticked."""
        return frozenset(c for c, box in self._keys.items() if box.isChecked())

    def _on_add(self) -> None:
        if self._add.busy:
            return
        if not self._name.text().strip():
            self._show_error(NameRefused())
            return
        if not self._chooser.complete():
            return
        self._show_error(None)
        session, name, role = self._context.session, self._name.text(), self._chosen_role()
        password, grants = self._chooser.password(), self.grants()
        self._add.set_busy(True)
        self._context.tasks.run(
            lambda _job: new_user(session, name=name, role=role, password=password, grants=grants),
            self._on_added, on_error=self._on_refused, owner=self,
        )  # fmt: skip

    def _on_added(self, changes: Changes) -> None:
        self._context.hub.tell(changes)
        self._context.navigate.toast(_("The user is added."))
        self._chooser.clear()
        self.accept()

    def _on_refused(self, error: ShelterError) -> None:
        self._add.set_busy(False)
        self._show_error(error)

    def _show_error(self, error: ShelterError | None) -> None:
        self._error = error
        about_password = isinstance(error, PasswordRefused | PasswordTooWeak)
        self._rows[0].set_error(str(error) if error and not about_password else "")
        if about_password:
            self._chooser.set_error(error)

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        self.set_heading(_("Add a user"))
        self._rows[0].set_label(_("Name"), _("initials are enough"))
        self._rows[1].set_label(_("Role"))
        self._role.set_options([Option(role.value, _(role.label)) for role in Role])
        self._keys_label.setText(_("Can open"))
        for compartment, box in self._keys.items():
            box.setText(_(COMPARTMENT_LABELS[compartment]))
        self._note.set_text(
            _("Tell the password in person. It counts once: at the first sign-in another one is chosen.")
        )
        self._leave.setText(_("Leave without adding"))
        self._add.setText(_("Add the user"))
        self._show_error(self._error)
