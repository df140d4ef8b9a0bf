"""The emergency: after the age of the newest backup, a phrase is typed, and the keys are destroyed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from shelter_app.casework import emergency
from shelter_app.casework.emergency import Destroyed, WhatIsLeft
from shelter_app.errors import ShelterError
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number, join_list
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.notices_bar import backup_words

__all__ = ["DestroyKeysDialog"]


class DestroyKeysDialog(Dialog):
    """Says what could bring the vault back, and destroys its keys when the phrase stands in the field."""

    def __init__(self, context: AppContext, parent: QWidget | None) -> None:
        super().__init__(context.theme, parent, width=580)
        theme = context.theme
        self.setObjectName("destroy_keys_dialog")
        self._context = context
        self._left: WhatIsLeft | None = None
        self._error: ShelterError | None = None
        self._over: Destroyed | None = None
        self._age = Banner(theme, "warning")
        self._words, self._here, self._kept = (
            Prose(theme),
            Prose(theme, "", "label"),
            Prose(theme, "", "label"),
        )
        self._phrase = LineEdit(theme)
        self._phrase.setObjectName("destroy_phrase")
        self._phrase.textChanged.connect(lambda _text: self._show_state())
        self._row = FieldRow(theme, self._phrase)
        for widget in (self._words, self._age, self._here, self._kept, self._row):
            self.body.addWidget(widget)
        self._leave = self.add_button("", self.reject, name="leave")
        self._do = self.add_button("", self._on_destroy, "primary", name="do_destroy")
        self.retranslate_ui()
        self._leave.setFocus(Qt.FocusReason.OtherFocusReason)
        session = context.session
        context.tasks.run(
            lambda _job: emergency.what_is_left(session), self._on_left, on_error=self._on_refused, owner=self
        )

    def _on_left(self, left: WhatIsLeft) -> None:
        self._left = left
        self.retranslate_ui()

    def _show_state(self) -> None:
        self._do.setVisible(self._over is None)
        self._do.setEnabled(self._left is not None and emergency.phrase_fits(self._phrase.text()))

    def _on_destroy(self) -> None:
        if self._do.busy:
            return
        self._do.set_busy(True)
        session, phrase = self._context.session, self._phrase.text()
        self._context.tasks.run(
            lambda _job: emergency.destroy_keys(session, phrase),
            self._on_done, on_error=self._on_refused, owner=self,
        )  # fmt: skip

    def _on_done(self, destroyed: Destroyed) -> None:
        self._over = destroyed
        if destroyed.left:
            self._do.set_busy(False)
            self.retranslate_ui()
        else:
            self._go()

    def _go(self) -> None:
        context = self._context
        self.accept()
        context.vault_destroyed.emit()

    def reject(self) -> None:
        """Leave; when the keys are gone there is nothing to come back to."""
        if self._over is not None:
            self._go()
        elif not self._do.busy:
            super().reject()

    def _on_refused(self, error: ShelterError) -> None:
        self._do.set_busy(False)
        self._error = error
        self._row.set_error(self._problem())

    def _problem(self) -> str:
        if self._over is not None and self._over.left:
            names = join_list(str(path) for path in self._over.left)
            return _(
                "The vault cannot be opened any more, but these files could not be destroyed: {files}"
            ).format(files=names)
        return str(self._error) if self._error else ""

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        self.set_heading(_("Destroy all keys of this vault?"))
        self._words.set_text(
            _(
                "Nobody can open the vault afterwards, with any password or sheet, unless a backup lies on another disk. "
                "The program does not ask again."
            )
        )
        phrase = _(emergency.PHRASE)
        self._row.set_label(_("Type these words: {phrase}").format(phrase=phrase))
        self._row.set_error(self._problem())
        self._leave.setText(_("Leave everything as it is"))
        self._do.setText(_("Destroy all keys"))
        left = self._left
        self._age.setVisible(left is not None)
        if left is not None:
            self._age.set_words(backup_words(left.age), _("What was written since then is lost for good."))
            self._here.set_text(
                ngettext(
                    "On the disk of the vault, destroyed with it: {number} backup.",
                    "On the disk of the vault, destroyed with it: {number} backups.",
                    len(left.destroyed),
                ).format(number=format_number(len(left.destroyed)))
            )
            names = join_list(info.path.name for info in left.kept[:3])
            self._kept.set_text(
                _("On another disk, connected now, and kept: {names}. Take it away with you.").format(
                    names=names
                )
                if left.kept
                else _("No backup on another disk is connected now. One that lies elsewhere is not reached.")
            )
        self._show_state()
