"""A second person confirms what is sent: what goes and to whom, their name, their password."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from shelter_app.casework.second_person import Confirmed, Statement, confirm
from shelter_app.domain.periods import Period
from shelter_app.errors import ShelterError
from shelter_app.exchange.pool_keys import PublicKey
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.widgets.choice import ChoiceBox
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import PasswordEdit
from shelter_ui.widgets.options import Option
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.summary_period import in_words

__all__ = ["ConfirmSendingDialog"]


class ConfirmSendingDialog(Dialog):
    """Nothing is sent by leaving it. The password is tried in a worker and kept nowhere."""

    def __init__(
        self,
        context: AppContext,
        parent: QWidget | None,
        statements: Sequence[Statement],
        people: Sequence[str],
        keys: Sequence[PublicKey],
        on_confirmed: Callable[[Confirmed], None],
    ) -> None:
        super().__init__(context.theme, parent, width=560)
        theme = context.theme
        self.setObjectName("confirm_sending_dialog")
        self._context, self._statements, self._people = context, tuple(statements), tuple(people)
        self._on_confirmed = on_confirmed
        self._error: ShelterError | None = None
        self._names = {key.fingerprint: key.id for key in keys}
        self._what = Prose(theme, "")
        self._why = Prose(theme, "", "label", "text2")
        self._who = ChoiceBox(theme)
        self._who.setObjectName("second_name")
        if len(self._people) == 1:
            self._who.set_code(self._people[0])
        self._password = PasswordEdit(theme)
        self._password.edit.setObjectName("second_password")
        self._password.edit.returnPressed.connect(self._on_do)
        self._rows = (FieldRow(theme, self._who), FieldRow(theme, self._password))
        for widget in (self._what, self._why, *self._rows):
            self.body.addWidget(widget)
        self._leave = self.add_button("", self.reject, name="leave")
        self._do = self.add_button("", self._on_do, "primary", name="do_confirm")
        self.retranslate_ui()
        (self._who if self._who.code() is None else self._password).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_do(self) -> None:
        if self._do.busy:
            return
        self._who.settle()
        name, password = self._who.code(), self._password.text()
        self._show_error(None)
        if name is None:
            self._rows[0].set_error(_("Choose who confirms."))
            return
        if not password:
            self._rows[1].set_error(_("The person who confirms types their own password."))
            return
        self._do.set_busy(True)
        session, statements = self._context.session, self._statements
        self._context.tasks.run(
            lambda _job: confirm(session, name, password, statements),
            self._on_done, on_error=self._on_refused, owner=self,
        )  # fmt: skip

    def _on_done(self, confirmed: Confirmed) -> None:
        self._password.clear()
        self.accept()
        self._on_confirmed(confirmed)

    def _on_refused(self, error: ShelterError) -> None:
        self._do.set_busy(False)
        self._password.select_all()
        self._show_error(error)

    def _show_error(self, error: ShelterError | None) -> None:
        self._error = error
        self._rows[0].set_error("")
        self._rows[1].set_error(str(error) if error is not None else "")
        self.fit()

    def reject(self) -> None:
        """Not while the password is being tried."""
        if not self._do.busy:
            self._password.clear()
            super().reject()

    def words(self) -> str:
        """What is confirmed, in words."""
        return self._what.plain_text()

    def _sentence(self, statement: Statement) -> str:
        texts = {
            "tables": _("Tables of {period}, for {receiver}"),
            "extract": _("Extract of records of {period}, for {receiver}"),
            "contribution": _("Contribution of {period} to a pool, for its two receivers"),
        }
        receiver = self._names.get(statement.to, _("this office, readable"))
        return texts[statement.what].format(
            period=in_words(Period.parse(statement.period)), receiver=receiver
        )

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        self.set_heading(_("A second person confirms"))
        self._what.set_text("\n".join(self._sentence(each) for each in self._statements))
        self._why.set_text(
            _(
                "This post lets nothing leave that somebody else has not looked at. Whoever confirms goes through the tables "
                "in the preview and types their own password here. The journal keeps who it was."
            )
        )
        self._who.set_options([Option(name, name, coded=False) for name in self._people])
        self._rows[0].set_label(_("Who confirms?"))
        self._rows[1].set_label(_("Their password"))
        self._leave.setText(_("Leave without sending"))
        self._do.setText(_("Confirm and write"))
        if self._error is not None:
            self._show_error(self._error)
