"""Proposing to erase one person or several: what would go, in which way, and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from shelter_app.casework import erasing
from shelter_app.casework.erasing import Preview
from shelter_app.domain.erasures import REASONS, WAYS
from shelter_app.domain.retention import Hold
from shelter_app.errors import ShelterError
from shelter_app.storage.store import Changes
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number, join_list
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.widgets.choice import ChoiceBox
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.options import Option
from shelter_ui.widgets.texts import Prose, Text
from shelter_ui.windows.erasure_preview import ErasurePreview
from shelter_ui.windows.scrolling import scrolled

__all__ = ["ProposeErasureDialog"]


class ProposeErasureDialog(Dialog):
    """Nothing is erased here: somebody else has to approve it at their own sign-in."""

    def __init__(
        self, context: AppContext, parent: QWidget | None, person_ids: Sequence[str], *, reason: str = ""
    ) -> None:
        super().__init__(context.theme, parent, width=620)
        theme = context.theme
        self.setObjectName("propose_erasure_dialog")
        self._context, self._person_ids = context, tuple(person_ids)
        self._error: ShelterError | None = None
        self._shown: ErasurePreview | None = None
        self._seen: Preview | None = None
        inner = QWidget()
        self._place = QVBoxLayout(inner)
        self._place.setContentsMargins(0, 0, theme.px(8), 0)
        self._scroll = scrolled(inner)
        self._scroll.setFixedHeight(theme.px(288))
        self._reading = Text("", "label", "text2")
        self._many = Prose(theme, "", "body")
        self._second = Banner(theme, "info")
        self._ways: dict[str, QRadioButton] = {}
        ways = QVBoxLayout()
        ways.setSpacing(theme.px(4))
        self._ways_label = Text("", "label", "text2")
        ways.addWidget(self._ways_label)
        for way in WAYS:
            button = QRadioButton()
            button.setObjectName(f"way_{way}")
            button.toggled.connect(lambda _on: self._on_way())
            self._ways[way] = button
            ways.addWidget(button)
        self._reason = ChoiceBox(theme)
        self._reason.setObjectName("erasure_reason")
        self._row = FieldRow(theme, self._reason)
        self._place.addWidget(self._reading)
        self._place.addStretch(1)
        self.body.addWidget(self._scroll)
        self.body.addSpacing(theme.px(4))
        self.body.addWidget(self._many)
        self.body.addLayout(ways)
        self.body.addWidget(self._row)
        self.body.addWidget(self._second)
        self._leave = self.add_button("", self.reject, name="leave")
        self._do = self.add_button("", self._on_propose, "primary", name="do_propose")
        self._do.setEnabled(False)
        self._ways["facts_stay"].setChecked(True)
        self.retranslate_ui()
        self._reason.set_code(reason or None)
        self._many.setVisible(len(self._person_ids) > 1)
        self._leave.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look()

    def way(self) -> str:
        """The way that is chosen."""
        return next(way for way, button in self._ways.items() if button.isChecked())

    def _look(self) -> None:
        if len(self._person_ids) != 1:
            self._scroll.hide()
            self._do.setEnabled(True)
            return
        session, person_id = self._context.session, self._person_ids[0]
        self._context.tasks.run(
            lambda _job: erasing.preview(session, person_id),
            self._on_seen,
            on_error=self._on_refused,
            owner=self,
        )

    def _on_seen(self, preview: Preview) -> None:
        self._reading.hide()
        self._seen = preview
        name = self._context.name(preview.name)
        self._shown = ErasurePreview(self.theme, preview, self.way(), name)
        self._place.insertWidget(1, self._shown)
        self._do.setEnabled(Hold.KEPT not in preview.standing.holds)

    def _on_way(self) -> None:
        if self._shown is not None:
            self._shown.set_way(self.way())

    def _on_propose(self) -> None:
        reason = self._reason.code()
        if reason is None:
            self._row.set_error(_("Choose the reason."))
            self._reason.setFocus()
            return
        if self._do.busy:
            return
        self._row.set_error("")
        self._do.set_busy(True)
        session, ids, way = self._context.session, self._person_ids, self.way()
        self._context.tasks.run(
            lambda _job: erasing.propose(session, ids, way=way, reason=reason),
            self._on_done, on_error=self._on_refused, owner=self,
        )  # fmt: skip

    def _on_done(self, changes: Changes) -> None:
        self._context.hub.tell(changes)
        self._context.navigate.toast(
            _("The erasure is proposed. Nothing is erased before somebody else approves it.")
        )
        self.accept()

    def _on_refused(self, error: ShelterError) -> None:
        self._do.set_busy(False)
        self._reading.hide()
        self._error = error
        self._row.set_error(str(error))

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is chosen stays."""
        number = len(self._person_ids)
        self.set_heading(
            _("Propose to erase this person")
            if number == 1
            else ngettext(
                "Propose to erase {number} person", "Propose to erase {number} persons", number
            ).format(number=format_number(number))
        )
        self._reading.setText(_("Looking at what there is."))
        self._many.set_text(_("Whoever approves it sees of each what would go and what would stay."))
        self._ways_label.setText(_("What is to be erased"))
        for way, button in self._ways.items():
            button.setText(_(WAYS[way]))
        self._row.set_label(_("Reason"))
        self._row.set_error(str(self._error) if self._error else "")
        self._reason.set_options([Option(code, _(label)) for code, label in REASONS.items()])
        others = erasing.approvers(self._context.session)
        if others:
            self._second.set_words(
                _("A second person decides."),
                _("Nothing is erased before somebody else approves it at their own sign-in: {names}.").format(
                    names=join_list(others)
                ),
            )
        else:
            self._second.set_words(
                _("A second person is needed, and there is none yet."),
                _(
                    "You can propose it. To approve it, another supervisor or administrator who holds the key for names "
                    "has to be added under Users."
                ),
            )
        self._leave.setText(_("Leave without proposing"))
        self._do.setText(_("Propose the erasure"))
