"""How the program looks and behaves for whoever is signed in, and their own password."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from shelter_app.casework.settings import IDLE_MINUTES, SCALES, UserSettings, read_settings, write_settings
from shelter_app.casework.users import change_own_password
from shelter_app.errors import ShelterError
from shelter_app.vault.errors import WrongPassword
from shelter_app.vault.host import open_swap
from shelter_i18n import LANGUAGES, _, ngettext
from shelter_i18n.formats import join_list
from shelter_ui.context import AppContext
from shelter_ui.locking.capture import shield_of_this_system
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import NumberEdit, PasswordEdit
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.page import Page
from shelter_ui.windows.password_chooser import PasswordChooser

__all__ = ["SettingsPage"]


class SettingsPage(Page):
    """Every choice takes effect at once and is kept in the vault."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self._settings = read_settings(context.session)
        self._choices: dict[str, Segmented] = {}
        self._rows: dict[str, FieldRow] = {}
        self._looks, self._safety = Card(theme, "", spacing=16), Card(theme, "", spacing=16)
        for name in ("language", "theme", "scale", "density"):
            choice = Segmented(theme, required=True)
            choice.setObjectName(f"setting_{name}")
            choice.changed.connect(lambda code, each=name: self._on_choice(each, code))
            self._choices[name] = choice
            self._rows[name] = FieldRow(theme, choice)
            self._looks.body.addWidget(self._rows[name])
        self._idle = NumberEdit(theme, *IDLE_MINUTES)
        self._idle.setObjectName("setting_idle")
        self._idle.setMaximumWidth(theme.px(96))
        self._idle.editingFinished.connect(self._on_idle)
        self._rows["idle"] = FieldRow(theme, self._idle)
        self._safety.body.addWidget(self._rows["idle"])
        self._pictures = Segmented(theme, required=True)
        self._pictures.setObjectName("setting_pictures")
        self._pictures.changed.connect(lambda code: self._keep(allow_pictures=code == "allow"))
        self._rows["pictures"] = FieldRow(theme, self._pictures)
        self._rows["pictures"].setVisible(shield_of_this_system() is not None)
        self._swap = Prose(theme, "", "label", "warning")
        self._swap.setObjectName("swap_warning")
        self._open_swap = open_swap()
        self._swap.setVisible(bool(self._open_swap))
        for widget in (self._rows["pictures"], self._swap):
            self._safety.body.addWidget(widget)
        self._password = OwnPassword(context)
        inner = QWidget()
        inner.setProperty("ground", "")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, theme.px(8), theme.px(16))
        column.setSpacing(theme.px(16))
        for card in (self._looks, self._safety, self._password):
            card.setMaximumWidth(theme.px(760))
            column.addWidget(card)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scroll)
        context.settings_changed.connect(self._on_changed_elsewhere)
        self.retranslate_ui()

    def title(self) -> str:
        """Name of the page."""
        return _("Settings")

    def on_shown(self) -> None:
        """Show what is kept."""
        self._settings = read_settings(self.context.session)
        self._show()

    def _on_changed_elsewhere(self, settings: UserSettings) -> None:
        self._settings = settings
        self._show()

    def _on_choice(self, name: str, code: object) -> None:
        self._keep(**{name: int(str(code)) if name == "scale" else str(code)})

    def _on_idle(self) -> None:
        minutes = self._idle.number()
        if minutes is not None and minutes != self._settings.idle_minutes:
            self._keep(idle_minutes=minutes)
        self._show()

    def _keep(self, **values: Any) -> None:
        settings = dataclasses.replace(self._settings, **values)
        try:
            write_settings(self.context.session, settings)
        except ShelterError as error:
            self.tell(error)
            self._show()
            return
        self._settings = settings
        self.context.settings_changed.emit(settings)

    def _show(self) -> None:
        settings = self._settings
        self._choices["language"].set_value(settings.language or self.context.language.current)
        self._choices["theme"].set_value(settings.theme)
        self._choices["scale"].set_value(str(settings.scale))
        self._choices["density"].set_value(settings.density)
        self._idle.set_number(settings.idle_minutes)
        self._pictures.set_value("allow" if settings.allow_pictures else "refuse")

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._looks.set_title(_("How it looks"))
        self._safety.set_title(_("When nobody is there"))
        options = {
            "language": list(LANGUAGES.items()),
            "theme": [
                ("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark")),
                ("hc_light", _("High contrast, light")), ("hc_dark", _("High contrast, dark")),
            ],
            "scale": [(str(scale), _("{number}%").format(number=scale)) for scale in SCALES],
            "density": [
                ("comfortable", _("Comfortable")), ("compact", _("Compact")), ("large", _("Large")),
            ],
        }  # fmt: skip
        labels = {
            "language": _("Language"),
            "theme": _("Colours"),
            "scale": _("Size"),
            "density": _("Space between lines"),
        }
        for name, choice in self._choices.items():
            choice.set_options(options[name])
            self._rows[name].set_label(labels[name])
        low, high = IDLE_MINUTES
        self._rows["idle"].set_label(_("Lock after minutes without a key or a movement"))
        self._rows["idle"].set_help(
            ngettext("{low} to {high} minute", "{low} to {high} minutes", high).format(low=low, high=high)
        )
        self._pictures.set_options([("refuse", _("Refuse")), ("allow", _("Allow, for training"))])
        self._rows["pictures"].set_label(_("Pictures and recordings of the window"))
        self._swap.set_text(
            _(
                "The swap space of this computer is not encrypted ({areas}). What the program holds in memory may be "
                "written there and stay readable for whoever takes the disk. Ask whoever looks after the computer to "
                "encrypt the disk or the swap space, and do not hibernate."
            ).format(areas=join_list(self._open_swap)),
            _("Memory may reach the disk"),
        )
        self._show()


class OwnPassword(Card):
    """Changing one's own password."""

    def __init__(self, context: AppContext) -> None:
        theme = context.theme
        super().__init__(theme, "", spacing=12)
        self._context = context
        header, slot = context.session.keyring.header, context.session.keyring.slot
        known = (slot.name, header.post, header.post_name)
        self._old = PasswordEdit(theme)
        self._old.edit.setObjectName("old_password")
        self._old.setMinimumHeight(theme.px(60))
        self._row = FieldRow(theme, self._old)
        self._chooser = PasswordChooser(theme, context.tasks, lambda: known)
        self._chooser.entered.connect(self._on_change)
        self._change = Button(theme)
        self._change.setObjectName("change_own_password")
        self._change.clicked.connect(lambda _checked=False: self._on_change())
        self.body.addWidget(self._row)
        self.body.addWidget(self._chooser)
        self.body.addWidget(self._change)
        context.language.changed.connect(self._words)
        self._words()

    def _words(self) -> None:
        self.set_title(_("Your password"))
        self._row.set_label(_("Password that you have now"))
        self._old.edit.setAccessibleName(_("Password that you have now"))
        self._change.setText(_("Change the password"))

    def _on_change(self) -> None:
        if self._change.busy or not self._chooser.complete():
            return
        session, old, new = self._context.session, self._old.text(), self._chooser.password()
        self._row.set_error("")
        self._change.set_busy(True)
        self._context.tasks.run(
            lambda _job: change_own_password(session, old, new),
            self._on_changed, on_error=self._on_refused, owner=self,
        )  # fmt: skip

    def _on_changed(self, _done: None) -> None:
        self._change.set_busy(False)
        self._old.clear()
        self._chooser.clear()
        self._context.navigate.toast(_("The password is changed. It counts from the next sign-in."))

    def _on_refused(self, error: ShelterError) -> None:
        self._change.set_busy(False)
        if isinstance(error, WrongPassword):
            self._row.set_error(str(error))
            self._old.select_all()
        else:
            self._chooser.set_error(error)
