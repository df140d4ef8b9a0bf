"""Removing a colleague: what it means, how far it is, and what is done where the disk has no room."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from shelter_app.casework.key_change import STEPS
from shelter_app.casework.users import remove_user, replace_keys
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_app.vault.errors import DiskFull
from shelter_app.vault.slots import Slot
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.tasks import Job
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.texts import Prose

__all__ = ["NewKeysDialog", "RemoveUserDialog"]


class NewKeysDialog(Dialog):
    """Puts new keys in place of those that the vault has; stays open while it works and can be stopped until then."""

    def __init__(self, context: AppContext, parent: QWidget | None) -> None:
        super().__init__(context.theme, parent, width=620)
        self.setObjectName("new_keys_dialog")
        self._context = context
        self._job: Job | None = None
        self._words = Prose(context.theme, "")
        # Wide enough for whole lines: a dialog is as high as its texts are at their own measure.
        self._words.setMinimumWidth(context.theme.px(560))
        self._wrong = Banner(context.theme, "warning")
        self._wrong.hide()
        self._panel = ProgressPanel(context.theme, self)
        for widget in (self._words, self._wrong, self._panel):
            self.body.addWidget(widget)
        self._leave = self.add_button("", self.reject, name="leave")
        self._do = self.add_button("", self._on_do, "primary", name="do")
        self.retranslate_ui()
        self._leave.setFocus()

    def work(self, job: Job) -> Changes:
        """What is done, in a worker."""
        return replace_keys(
            self._context.session, progress=job.progress, reached=lambda step: self._between(job, step)
        )

    def said(self) -> str:
        """What is said when it is done."""
        return _("The keys are replaced. Everybody signs in as before.")

    @staticmethod
    def _between(job: Job, step: str) -> None:
        """Comparing the copy cannot be measured; until the switch it can be stopped."""
        if STEPS.index(step) < STEPS.index("written"):
            job.progress(0, 0)

    def _on_do(self) -> None:
        if self._do.busy:
            return
        self._wrong.hide()
        self._do.set_busy(True)
        self._leave.setEnabled(False)
        job = Job()
        self._job = job
        self._panel.follow(job, _("Copying the vault under new keys and comparing the copy"))
        self._context.tasks.run(
            self.work, self._on_done, on_error=self._on_refused, on_cancelled=self._on_stopped, owner=self, job=job
        )  # fmt: skip

    def reject(self) -> None:
        """Leave, or while it works: stop it."""
        if self._job is not None:
            self._panel.cancel()
        else:
            super().reject()

    def _on_done(self, changes: Changes) -> None:
        self._job = None
        self._context.hub.tell(changes)
        self._context.navigate.toast(self.said())
        self.accept()

    def _on_stopped(self) -> None:
        self._ended()
        self._context.navigate.toast(_("Stopped. Nothing has been changed."))

    def _on_refused(self, error: ShelterError) -> None:
        self._ended()
        self._wrong.set_words(_("This is not possible now"), str(error))
        self._wrong.show()
        self._wrong.announce()

    def _ended(self) -> None:
        self._job = None
        self._do.set_busy(False)
        self._leave.setEnabled(True)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self.set_heading(_("Replace all keys?"))
        self._words.set_text(
            _(
                "The vault is copied under new keys, the copy is compared, and then it takes the place of the vault. "
                "Everybody signs in as before. Copies and backups made before stay readable with the former keys."
            )
        )
        self._leave.setText(_("Leave everything as it is"))
        self._do.setText(_("Replace the keys"))


class RemoveUserDialog(NewKeysDialog):
    """Says what removing somebody means, and does it."""

    def __init__(self, context: AppContext, slot: Slot, parent: QWidget | None) -> None:
        self._slot = slot
        self._store_later = False
        super().__init__(context, parent)
        self.setObjectName("remove_user_dialog")
        self._later = self.add_button("", self._on_later, name="remove_store_later")
        self._later.hide()
        self.retranslate_ui()

    def work(self, job: Job) -> Changes:
        """Remove the user, in a worker."""
        return remove_user(
            self._context.session, self._slot.id, store_later=self._store_later, progress=job.progress,
            reached=lambda step: self._between(job, step),
        )  # fmt: skip

    def said(self) -> str:
        """What is said when it is done."""
        return _("The user is removed.")

    def _on_refused(self, error: ShelterError) -> None:
        super()._on_refused(error)
        self._later.setVisible(isinstance(error, DiskFull))

    def _on_later(self) -> None:
        self._store_later = True
        self._later.hide()
        self._on_do()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        super().retranslate_ui()
        self.set_heading(_("Remove {name} from this vault?").format(name=self._slot.name))
        self._words.set_text(
            _(
                "{name} can no longer sign in, and what is written from now on lies under keys that {name} never had. "
                "What {name} wrote stays; unfinished forms of {name} go. Copies and backups made before stay readable "
                "to {name}: destroy them or encrypt them anew."
            ).format(name=self._slot.name)
        )
        self._do.setText(_("Remove the user"))
        if hasattr(self, "_later"):
            self._later.setText(_("Remove now, replace the key of the store later"))
