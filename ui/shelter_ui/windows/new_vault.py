"""The wizard that creates a vault and does not let go before the way back in lies on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from shelter_app.errors import ShelterError
from shelter_i18n import _
from shelter_ui.widgets.base import set_look
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.lines import Stage, StageLine
from shelter_ui.widgets.texts import Text
from shelter_ui.windows.new_vault_after import BackupStep, RetentionStep, SheetsStep
from shelter_ui.windows.new_vault_steps import PersonStep, PlaceStep, SummaryStep
from shelter_ui.windows.start_page import CardPage, Desk

if TYPE_CHECKING:
    from shelter_app.casework.vaults import NewVault

__all__ = ["NewVaultPage"]

_PLACE, _PERSON, _SUMMARY, _SHEETS, _RETENTION, _BACKUP = range(6)


class NewVaultPage(CardPage):
    """Six steps; until the vault exists one can go back, afterwards only on."""

    #: The vault exists and its creator is signed in; carries `NewVault`.
    created = Signal(object)
    #: The wizard has come to its end.
    done = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, card_width=720, parent=parent)
        theme = desk.theme
        self.setObjectName("new_vault")
        self._step = _PLACE
        self._backed_up = False
        self._line = StageLine(theme)
        self._place = PlaceStep(theme, desk.ask)
        self._person = PersonStep(theme, desk.tasks, self._place)
        self._summary = SummaryStep(theme, self._place, self._person)
        self._sheets = SheetsStep(theme, desk.ask, desk.tasks, desk.services.write_sheets)
        self._retention = RetentionStep(theme)
        self._backup = BackupStep(desk, self._on_backed_up)
        self._steps: list[QWidget] = [
            self._place, self._person, self._summary, self._sheets, self._retention, self._backup,
        ]  # fmt: skip
        self.fields.addWidget(self._line)
        for step in self._steps:
            self.fields.addWidget(step)
        self._busy_words = Text("", "label", "text2")
        self._back = Button(theme, "", "quiet")
        self._back.setObjectName("back")
        self._back.clicked.connect(lambda _checked=False: self.go_back())
        self._next = Button(theme, "", "primary")
        self._next.setObjectName("next")
        self._next.clicked.connect(lambda _checked=False: self.go_on())
        self.buttons.addWidget(self._back)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self._busy_words)
        self.buttons.addWidget(self._next)
        self._sheets.ready_changed.connect(self._show_step)
        self.retranslate_ui()
        self._show_step()

    @property
    def step(self) -> int:
        """Number of the step that is shown, from 0."""
        return self._step

    def on_shown(self) -> None:
        """Begin with the first field."""
        super().on_shown()
        self._steps[self._step].setFocus()

    def go_back(self) -> None:
        """One step back; from the first to signing in; never once the vault exists."""
        if self._next.busy or self._step >= _SHEETS:
            return
        if self._step == _PLACE:
            super().go_back()
        else:
            self._turn_to(self._step - 1)

    def go_on(self) -> None:
        """The next step, if this one is complete."""
        if self._next.busy:
            return
        if self._step == _PLACE:
            if self._place.complete():
                self._turn_to(_PERSON)
        elif self._step == _PERSON:
            if self._person.complete():
                self._turn_to(_SUMMARY)
        elif self._step == _SUMMARY:
            self._create()
        elif self._step == _SHEETS:
            if self._sheets.ready:
                self._sheets.forget()
                self._turn_to(_RETENTION)
        elif self._step == _RETENTION:
            if self._retention.keep():
                self._turn_to(_BACKUP)
        else:
            self.done.emit()

    def _turn_to(self, step: int) -> None:
        self._step = step
        self._summary.retranslate_ui()
        self._show_step()
        self._steps[step].setFocus()
        if step == _SUMMARY:
            self._next.setFocus()

    def _create(self) -> None:
        folder, create = self._place.folder, self.desk.services.create
        assert folder is not None
        values = {
            "post": self._place.post, "post_name": self._place.post_name, "letter": self._place.letter,
            "user": self._person.name, "password": self._person.chooser.password(),
            "threshold": self._summary.split[0], "shares": self._summary.split[1],
        }  # fmt: skip
        self._next.set_busy(True)
        self._busy_words.setText(_("Creating the vault and its keys"))
        self.desk.tasks.run(
            lambda _job: create(folder, **values), self._on_created, on_error=self._on_refused, owner=self
        )

    def _finish(self) -> None:
        self._next.set_busy(False)
        self._busy_words.setText("")

    def _on_created(self, new: NewVault) -> None:
        self._finish()
        self._person.chooser.clear()
        self._sheets.use(new)
        self._retention.use(new)
        self._backup.use(new)
        self.created.emit(new)
        self._turn_to(_SHEETS)

    def _on_refused(self, error: ShelterError) -> None:
        self._finish()
        if self._person.show_error(error):
            self._turn_to(_PERSON)
            self._person.show_error(error)
        else:
            self._turn_to(_PLACE)
            self._place.show_error(error)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does what the filled button of the step does."""
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
        elif self._step == _BACKUP and not self._backed_up:
            self._backup.make()
        elif self._next.isEnabled():
            self.go_on()

    def _on_backed_up(self) -> None:
        self._backed_up = True
        self._show_step()

    def _show_step(self) -> None:
        for number, step in enumerate(self._steps):
            step.setVisible(number == self._step)
        self._back.setVisible(self._step < _SHEETS)
        self._next.setEnabled(self._step != _SHEETS or self._sheets.ready)
        self._show_words()

    def _show_words(self) -> None:
        names = (_("Post"), _("You"), _("Check"), _("Recovery sheets"), _("Periods"), _("Backup"))
        self._line.set_stages(
            [
                Stage(name, "done" if number < self._step else "next" if number == self._step else "later")
                for number, name in enumerate(names)
            ],
            self._step,
        )
        headings = (
            _("Create a vault for your post"),
            _("Who creates the vault"),
            _("Is this right?"),
            _("Recovery sheets"),
            _("How long is it kept?"),
            _("First backup"),
        )
        self.set_words(headings[self._step])
        last = _("Begin to work") if self._backed_up else _("Later, begin to work")
        actions = (_("Next"), _("Next"), _("Create the vault"), _("Next"), _("Next"), last)
        self._next.setText(actions[self._step])
        # One filled button a view: before there is a backup it is the one that makes it.
        waits = self._step == _BACKUP and not self._backed_up
        set_look(self._next, kind="secondary" if waits else "primary")
        self._back.setText(_("Back to signing in") if self._step == _PLACE else _("One step back"))

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        super().retranslate_ui()
        self._show_words()
