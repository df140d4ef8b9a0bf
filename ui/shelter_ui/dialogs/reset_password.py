"""Resetting a forgotten password: what it means, and five words that are shown once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from shelter_app.casework.users import Reset, reset_password
from shelter_app.errors import ShelterError
from shelter_app.vault.passphrases import spelt_out
from shelter_app.vault.rights import COMPARTMENT_LABELS, Compartment
from shelter_app.vault.slots import Slot
from shelter_i18n import _, ngettext
from shelter_i18n.formats import join_list
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.widgets.notices import Banner, Card
from shelter_ui.widgets.texts import Prose, Text

__all__ = ["ResetPasswordDialog"]


class ResetPasswordDialog(Dialog):
    """Asks first; then shows the words until somebody says that they are told, and never again.

    They can be neither marked nor copied: a clipboard or a sheet of paper would keep them longer than they count.
    """

    def __init__(self, context: AppContext, slot: Slot, parent: QWidget | None) -> None:
        super().__init__(context.theme, parent, width=620)
        self.setObjectName("reset_dialog")
        self._context, self._slot = context, slot
        self._done: Reset | None = None
        self._words = Prose(context.theme, "")
        # Wide enough for whole lines: a dialog is as high as its texts are at their own measure.
        self._words.setMinimumWidth(context.theme.px(560))
        self._wrong = Banner(context.theme, "warning")
        self._wrong.hide()
        self._card = Card(context.theme)
        self._passphrase = Text("", "title", medium=True, wrap=True)
        self._passphrase.setObjectName("passphrase")
        self._passphrase.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._passphrase.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._card.body.addWidget(self._passphrase)
        self._card.hide()
        self._after = Prose(context.theme, "", "label", "text2")
        for widget in (self._words, self._wrong, self._card, self._after):
            self.body.addWidget(widget)
        self._after.hide()
        self._leave = self.add_button("", self.reject, name="leave")
        self._do = self.add_button("", self._on_do, "primary", name="do")
        self.retranslate_ui()
        self._leave.setFocus()

    def _on_do(self) -> None:
        if self._done is not None:
            self.accept()
            return
        if self._do.busy:
            return
        self._do.set_busy(True)
        session, user_id = self._context.session, self._slot.id
        self._context.tasks.run(
            lambda _job: reset_password(session, user_id),
            self._on_done,
            on_error=self._on_refused,
            owner=self,
        )

    def _on_done(self, done: Reset) -> None:
        self._done = done
        self._do.set_busy(False)
        self._leave.hide()
        self._wrong.hide()
        lines = spelt_out(done.passphrase)
        self._passphrase.setText("\n".join(lines))
        self._card.show()
        self._after.show()
        self._context.hub.tell(done.changes)
        self.retranslate_ui()
        self.fit()
        self._do.setFocus()

    def reject(self) -> None:
        """Esc does not throw the words away before they are told."""
        if self._done is None:
            super().reject()

    def _on_refused(self, error: ShelterError) -> None:
        self._do.set_busy(False)
        self._wrong.set_words(_("This is not possible now"), str(error))
        self._wrong.show()
        self._wrong.announce()

    def _lost(self) -> str:
        keyring = self._context.session.keyring
        lacking = [c for c in Compartment if c in self._slot.compartments and not keyring.holds(c)]
        names = join_list(_(COMPARTMENT_LABELS[c]) for c in lacking)
        if not names:
            return ""
        return _(
            "You do not hold the key for {what}: {name} loses it, until somebody who holds it gives it again."
        ).format(what=names, name=self._slot.name)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        name = self._slot.name
        if self._done is None:
            self.set_heading(_("Reset the password of {name}?").format(name=name))
            text = _(
                "{name} gets five words that count for one sign-in, and chooses a new password there. Unfinished forms "
                "of {name} cannot be read by anybody any more and go; everything that was saved stays."
            ).format(name=name)
            self._words.set_text("\n".join(part for part in (text, self._lost()) if part))
            self._leave.setText(_("Leave everything as it is"))
            self._do.setText(_("Reset the password"))
            return
        self.set_heading(_("Five words for {name}").format(name=name))
        self._words.set_text(
            _("Tell them in person. They are shown only now, and cannot be copied or printed.").format(
                name=name
            )
        )
        self._after.set_text(self._after_words(self._done))
        self._do.setText(_("The words are told"))

    def _after_words(self, done: Reset) -> str:
        said = [
            _("They count for one sign-in, where {name} chooses a password.").format(name=self._slot.name)
        ]
        if len(spelt_out(done.passphrase)) > 1:
            said.append(
                _("Only the letters are typed; the characters are there to be read. Spaces do not matter.")
            )
        if done.lost_drafts:
            said.append(
                ngettext("{number} unfinished form is gone.", "{number} unfinished forms are gone.", done.lost_drafts)
                .format(number=done.lost_drafts)
            )  # fmt: skip
        return "\n".join(said)
