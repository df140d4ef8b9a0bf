"""New recovery sheets for a vault: made, printed, and only then put in the place of the old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shelter_app.errors import ShelterError
from shelter_i18n import _
from shelter_ui.context import Asking
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.services import Services
from shelter_ui.tasks import Tasks
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.tab_order import tab_stops
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.new_vault_after import SheetsStep
from shelter_ui.windows.scrolling import scrolled
from shelter_ui.windows.split_choice import SplitChoice
from shelter_ui.windows.start_page import CardPage, Desk

if TYPE_CHECKING:
    from shelter_app.casework.session import Session
    from shelter_app.vault.recovery import SheetSet

__all__ = ["NewSheetsDialog", "NewSheetsPage"]


class _NewSheets(Themed, QWidget):
    """The two steps: how many sheets, then the sheets themselves. `go_on` is the button of both."""

    #: The new sheets are in force.
    done = Signal()

    def __init__(
        self, theme: Theme, ask: Asking, tasks: Tasks, session: Session, services: Services, go_on: Button
    ) -> None:
        super().__init__()
        self._tasks, self._session, self._go_on = tasks, session, go_on
        self._prepared: SheetSet | None = None
        self._error: ShelterError | None = None
        self._words = Prose(theme, "", "body", "text2")
        self._split = SplitChoice(theme)
        self._step = SheetsStep(theme, ask, tasks, services.write_sheets)
        self._step.hide()
        self._step.ready_changed.connect(self._show)
        self._banner = Banner(theme, "alert")
        self._banner.hide()
        column = QVBoxLayout(self)
        # At the right there is room for the bar of a dialog that scrolls.
        column.setContentsMargins(0, 0, theme.px(12), 0)
        column.setSpacing(theme.px(16))
        for widget in (self._words, self._split, self._step, self._banner):
            column.addWidget(widget)
        go_on.setObjectName("new_sheets_go_on")
        go_on.clicked.connect(lambda _checked=False: self._on_go_on())
        self.adopt(theme)
        self.retranslate_ui()

    def _on_go_on(self) -> None:
        if self._go_on.busy:
            return
        from shelter_app.casework.recovery import prepare_sheets, renew_sheets

        session, prepared = self._session, self._prepared
        needed, count = self._split.split
        self._go_on.set_busy(True)
        if prepared is None:
            self._tasks.run(
                lambda _job: prepare_sheets(session, threshold=needed, shares=count),
                self._on_prepared, on_error=self._on_refused, owner=self,
            )  # fmt: skip
        else:
            self._tasks.run(
                lambda _job: renew_sheets(session, prepared=prepared),
                lambda _words: self._on_in_force(), on_error=self._on_refused, owner=self,
            )  # fmt: skip

    def _on_prepared(self, prepared: SheetSet) -> None:
        from shelter_app.casework.vaults import NewVault

        self._go_on.set_busy(False)
        self._prepared, self._error = prepared, None
        self._step.use(NewVault(self._session, prepared.words, prepared.threshold))
        self._show()
        # The button that was pressed cannot be pressed again yet; without this the keyboard would leave the card.
        tab_stops(self._step)[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_in_force(self) -> None:
        self._go_on.set_busy(False)
        self.forget()
        self.done.emit()

    def _on_refused(self, error: ShelterError) -> None:
        self._go_on.set_busy(False)
        self._error = error
        self._show()

    def forget(self) -> None:
        """Take the words off the screen."""
        self._step.forget()
        self._prepared = None

    def _show(self) -> None:
        made = self._prepared is not None
        self._split.setVisible(not made)
        self._step.setVisible(made)
        self._go_on.setEnabled(not made or self._step.ready)
        self._banner.setVisible(self._error is not None)
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        made = self._prepared is not None
        self._words.set_text(
            _("The old sheets open the vault until you put these in their place.")
            if made
            else _(
                "The sheets that there are stay valid until the new ones lie on paper. Backups made before can still be "
                "opened with the old ones."
            )
        )
        self._go_on.setText(_("Put the new sheets into force") if made else _("Make the sheets"))
        if self._error is not None:
            self._banner.set_words(_("This could not be done"), str(self._error))


class NewSheetsDialog(Dialog):
    """New sheets, asked for under Administration."""

    #: The new sheets are in force.
    renewed = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget | None, ask: Asking, tasks: Tasks, session: Session
    ) -> None:
        super().__init__(theme, parent, width=680)
        self.setObjectName("new_sheets_dialog")
        self._leave = self.add_button("", self.reject, name="leave")
        self._go_on = self.add_button("", lambda: None, "primary")
        self._sheets = _NewSheets(theme, ask, tasks, session, Services(), self._go_on)
        self._sheets.done.connect(self._on_done)
        area = scrolled(self._sheets)
        area.setMinimumSize(theme.px(640), theme.px(430))
        self.body.addWidget(area)
        self.finished.connect(lambda _result: self._sheets.forget())
        self.retranslate_ui()

    def _on_done(self) -> None:
        self.renewed.emit()
        self.accept()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self.set_heading(_("New recovery sheets"))
        self._leave.setText(_("Keep the old sheets"))


class NewSheetsPage(CardPage):
    """Offered at once after the vault was opened with sheets: they have been brought together and seen."""

    #: New sheets are in force, or the person sees to them later.
    done = Signal()

    def __init__(self, desk: Desk, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(desk, card_width=720, parent=parent)
        theme = desk.theme
        self.setObjectName("new_sheets")
        self._leave = Button(theme, "", "quiet")
        self._leave.setObjectName("new_sheets_later")
        self._leave.clicked.connect(lambda _checked=False: self._on_later())
        self._go_on = Button(theme, "", "primary")
        self._sheets = _NewSheets(theme, desk.ask, desk.tasks, session, desk.services, self._go_on)
        self._sheets.done.connect(self.done)
        self.fields.addWidget(self._sheets)
        self.buttons.addWidget(self._leave)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self._go_on)
        self.retranslate_ui()

    def on_shown(self) -> None:
        """Begin with what goes on."""
        super().on_shown()
        self._go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_later(self) -> None:
        self._sheets.forget()
        self.done.emit()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        super().retranslate_ui()
        self.set_words(
            _("You are in. Make new sheets now"),
            _(
                "You are an administrator who holds every key. The sheets that you used have been seen by those who brought "
                "them; new ones cost five minutes and a sheet of paper each."
            ),
        )
        self._leave.setText(_("Later, begin to work"))
