"""The recovery sheets under Administration: what is known of them, the drill, and new ones."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from shelter_app.casework.recovery import SheetsState, sheets_state, try_sheets
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_app.vault.errors import RecoveryRefused
from shelter_app.vault.rights import Right
from shelter_i18n import _
from shelter_i18n.formats import format_date
from shelter_ui.context import AppContext
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner, Card
from shelter_ui.widgets.tab_order import tab_through
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.sheet_field import SheetField

__all__ = ["SheetsCard"]


class SheetsCard(Themed, Card):
    """Says when the sheets were made and tried; the drill opens here, new sheets in a dialog."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context.theme, "", spacing=12)
        theme = context.theme
        self._context = context
        self._state: SheetsState | None = None
        self._fields: list[SheetField] = []
        self._fit: bool | None = None
        #: The drill was asked for before it was known how many sheets are needed.
        self._asked = False
        self._error: ShelterError | None = None
        self._words = Prose(theme, "", "body", "text2")
        self._words.setObjectName("sheets_words")
        self._advice = Prose(theme, "", "label", "text2")
        self._result = Banner(theme, "ok")
        self._result.setObjectName("drill_result")
        self._drill, self._check = Button(theme, "", icon="shield-check"), Button(theme, "", "primary")
        self._leave, self._renew = Button(theme, "", "quiet"), Button(theme, "", icon="printer")
        for button, name, slot in (
            (self._drill, "try_sheets", self._on_drill),
            (self._check, "drill_now", self._on_check),
            (self._leave, "drill_leave", self._end_drill),
            (self._renew, "new_sheets", self._on_renew),
        ):
            button.setObjectName(name)
            button.clicked.connect(lambda _checked=False, answer=slot: answer())
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        for button in (self._drill, self._renew, self._check, self._leave):
            row.addWidget(button)
        row.addStretch(1)
        self.body.addWidget(self._words)
        self.body.addWidget(self._advice)
        self._place = self.body.count()
        self.body.addWidget(self._result)
        self.body.addLayout(row)
        if not context.session.may(Right.MANAGE_USERS):
            self._renew.hide()
        self.adopt(theme)
        self.retranslate_ui()

    def look(self) -> None:
        """Read anew what is known of the sheets."""
        session = self._context.session
        self._context.tasks.run(
            lambda _job: sheets_state(session), self._on_state, on_error=lambda _error: None, owner=self
        )

    def _on_state(self, state: SheetsState | None) -> None:
        self._state = state
        self.retranslate_ui()
        if self._asked:
            self.begin_drill()

    # -- the drill ------------------------------------------------------------------------------

    def begin_drill(self) -> None:
        """Lay out a field for each sheet that is needed, once it is known how many that are."""
        self._asked = self._state is None
        if self._fields or self._state is None:
            return
        self._fit = self._error = None
        for number in range(1, self._state.needed + 1):
            field = SheetField(self.theme, number)
            self.body.insertWidget(self._place + number - 1, field)
            field.show()
            self._fields.append(field)
        # They are made last and stand first: Tab goes from them to the button that checks them.
        tab_through(*self._fields, self._check, self._leave)
        self.retranslate_ui()
        self._fields[0].area.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_drill(self) -> None:
        self.begin_drill()

    def _on_check(self) -> None:
        if self._check.busy:
            return
        session = self._context.session
        sheets = [field.text() for field in self._fields if field.text().strip()]
        self._check.set_busy(True)
        self._context.tasks.run(
            lambda _job: try_sheets(session, sheets), lambda _none: self._on_fit(), on_error=self._on_refused, owner=self
        )  # fmt: skip

    def _on_fit(self) -> None:
        self._check.set_busy(False)
        self._end_drill()
        self._fit = True
        self.look()
        self._context.hub.tell(Changes.of(None, "sheets"))
        self.retranslate_ui()
        self._result.announce()

    def _on_refused(self, error: ShelterError) -> None:
        self._check.set_busy(False)
        self._fit, self._error = False, error
        for field in self._fields:
            field.set_error("")
        number = error.sheet if isinstance(error, RecoveryRefused) else None
        if number is not None and number <= len(self._fields):
            self._fields[number - 1].set_error(str(error))
            self._fields[number - 1].area.setFocus()
        self.retranslate_ui()
        self._result.announce()

    def _end_drill(self) -> None:
        for field in self._fields:
            field.clear()
            self.body.removeWidget(field)
            field.hide()
            field.deleteLater()
        self._fields = []
        self._fit = self._error = None
        self.retranslate_ui()

    # -- new sheets -----------------------------------------------------------------------------

    def _on_renew(self) -> None:
        from shelter_ui.windows.new_sheets import NewSheetsDialog

        context = self._context
        dialog = NewSheetsDialog(self.theme, self.window(), context.ask, context.tasks, context.session)
        dialog.renewed.connect(self._on_renewed)
        dialog.open()

    def _on_renewed(self) -> None:
        self._end_drill()
        self.look()
        self._context.hub.tell(Changes.of(None, "sheets"))
        self._context.navigate.toast(_("The new recovery sheets are in force."))

    # -- words ----------------------------------------------------------------------------------

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        drilling = bool(self._fields)
        self.set_title(_("Recovery sheets"))
        self._words.set_text(self._known())
        self._advice.set_text(
            _(
                "Bring the sheets together, type them here, and take them apart again. Nothing is opened and nothing is "
                "kept but the day of the drill."
            )
        )
        self._advice.setVisible(drilling)
        self._drill.setText(_("Try the sheets"))
        self._renew.setText(_("Make new sheets"))
        self._check.setText(_("Check the sheets"))
        self._leave.setText(_("Leave the drill"))
        self._drill.setVisible(not drilling and self._state is not None)
        self._renew.setVisible(not drilling and self._context.session.may(Right.MANAGE_USERS))
        self._check.setVisible(drilling)
        self._leave.setVisible(drilling)
        self._result.setVisible(self._fit is not None)
        if self._fit:
            self._result.set_tone("ok")
            self._result.set_words(
                _("These sheets open the vault."), _("Take them apart again and lock each away.")
            )
        elif self._error is not None:
            self._result.set_tone("warning")
            self._result.set_words(_("These sheets do not open the vault as they are."), str(self._error))

    def _known(self) -> str:
        state = self._state
        if state is None:
            return _("This vault has no recovery sheets.")
        made = format_date(state.made_at.date())
        if state.tried_at is None:
            return _(
                "Any {needed} of {count} sheets open this vault. They were made on {day}. Nobody has tried them yet."
            ).format(needed=state.needed, count=state.count, day=made)
        if state.used:
            return _(
                "Any {needed} of {count} sheets open this vault. It was opened with them since they were made, so others "
                "have seen their words: make new sheets."
            ).format(needed=state.needed, count=state.count)
        return _(
            "Any {needed} of {count} sheets open this vault. They were made on {day} and last tried on {tried}."
        ).format(
            needed=state.needed, count=state.count, day=made, tried=format_date(state.tried_at.date())
        )  # fmt: skip
