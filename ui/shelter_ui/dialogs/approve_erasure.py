"""Approving what somebody else proposed: everything that goes is shown first, and the certificates come last."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from shelter_app.casework import erasing
from shelter_app.casework.erasing import Done, Preview, Proposal
from shelter_app.domain.erasures import REASONS, WAYS
from shelter_app.domain.retention import Hold
from shelter_app.errors import ShelterError
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.models.erasing_words import day_of
from shelter_ui.widgets.base import rule
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.texts import Prose, Text
from shelter_ui.windows.erasure_files import save_certificates
from shelter_ui.windows.erasure_preview import ErasurePreview
from shelter_ui.windows.scrolling import scrolled

__all__ = ["ApproveErasureDialog"]


class ApproveErasureDialog(Dialog):
    """Shows each proposal, asks to confirm, erases, and offers the certificates."""

    def __init__(self, context: AppContext, parent: QWidget | None, proposals: Sequence[Proposal]) -> None:
        super().__init__(context.theme, parent, width=680)
        theme = context.theme
        self.setObjectName("approve_erasure_dialog")
        self._context, self._proposals = context, tuple(proposals)
        self._seen: dict[str, Preview] = {}
        self._done: Done | None = None
        self._error: ShelterError | None = None
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, theme.px(8), 0)
        self._column.setSpacing(theme.px(12))
        self._heads: list[tuple[Prose, Proposal]] = []
        self._reading = Text("", "label", "text2")
        self._column.addWidget(self._reading)
        self._scroll = scrolled(self._inner)
        self._scroll.setFixedHeight(theme.px(360))
        self._sure = QCheckBox()
        self._sure.setObjectName("erasure_sure")
        self._sure.toggled.connect(lambda _on: self._show_state())
        self._progress = ProgressPanel(theme)
        self._said = Prose(theme, "", "body")
        for widget in (self._scroll, self._said, self._sure, self._progress):
            self.body.addWidget(widget)
        self._leave = self.add_button("", self._on_leave, name="leave")
        self._save = self.add_button("", self._on_save, name="save_certificates")
        self._do = self.add_button("", self._on_approve, "primary", name="do_erase")
        self.retranslate_ui()
        self._leave.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look()

    def _look(self) -> None:
        session, proposals = self._context.session, self._proposals

        def read(_job: object) -> dict[str, Preview]:
            waiting = erasing.waiting_people(session)
            return {p.id: erasing.preview(session, p.person_id, waiting=waiting) for p in proposals}

        self._context.tasks.run(read, self._on_seen, on_error=self._on_refused, owner=self)

    def _on_seen(self, seen: dict[str, Preview]) -> None:
        self._seen = seen
        self._reading.hide()
        for place, proposal in enumerate(self._proposals):
            if place:
                self._column.addWidget(rule())
            head = Prose(self.theme, "", "label", "text2")
            self._heads.append((head, proposal))
            self._column.addWidget(head)
            preview = seen[proposal.id]
            name = self._context.name(preview.name)
            self._column.addWidget(ErasurePreview(self.theme, preview, proposal.way, name))
        self._column.addStretch(1)
        self.retranslate_ui()

    def _blocked(self) -> bool:
        return any(each.waiting or Hold.KEPT in each.standing.holds for each in self._seen.values())

    def _show_state(self) -> None:
        over = self._done is not None
        self._sure.setVisible(not over)
        self._scroll.setVisible(not over)
        self._do.setVisible(not over)
        self._do.setEnabled(bool(self._seen) and self._sure.isChecked() and not self._blocked())
        self._save.setVisible(over)
        self._said.setVisible(over or self._error is not None)

    def _on_approve(self) -> None:
        if self._do.busy:
            return
        self._error = None
        self._do.set_busy(True)
        session = self._context.session
        states = {proposal_id: preview.state for proposal_id, preview in self._seen.items()}
        job = self._context.tasks.run(
            lambda running: erasing.approve(session, states, progress=running.progress),
            self._on_done, on_error=self._on_refused, owner=self,
        )  # fmt: skip
        self._progress.follow(job, _("Erasing, and writing the files of the vault anew"))

    def _on_done(self, done: Done) -> None:
        self._do.set_busy(False)
        self._done = done
        self._context.hub.tell(done.changes)
        self.retranslate_ui()
        self._save.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_refused(self, error: ShelterError) -> None:
        self._do.set_busy(False)
        self._reading.hide()
        self._error = error
        self.retranslate_ui()

    def _on_save(self) -> None:
        if self._done is not None:
            save_certificates(self._context, self, self._done.erasures)

    def _on_leave(self) -> None:
        if not self._do.busy:
            self.accept() if self._done is not None else self.reject()

    def _said_words(self) -> str:
        if self._error is not None:
            return str(self._error)
        if self._done is None:
            return ""
        lines = [_("Save the certificate now, or later from the list of erasures.")]
        if not self._done.swept:
            lines.append(
                _(
                    "The disk was too full to write the files anew. This is done when the vault is opened next."
                )
            )
        if self._done.lists_missed:
            lines.append(
                _(
                    "The list of erasures could not be written beside every backup. The next backup takes it there."
                )
            )
        return "\n".join(lines)

    def retranslate_ui(self) -> None:
        """Fetch the texts; what was agreed to stays."""
        number = len(self._proposals)
        shown = format_number(number)
        if self._done is not None:
            self.set_heading(
                ngettext("{number} person is erased", "{number} persons are erased", number).format(
                    number=shown
                )
            )
        else:
            self.set_heading(
                ngettext(
                    "Erase {number} person for good?", "Erase {number} persons for good?", number
                ).format(number=shown)
            )
        self._reading.setText(_("Looking at what there is."))
        for head, proposal in self._heads:
            words = _("Proposed by {name} on {day}: {reason}. {way}.").format(
                name=proposal.proposed_by, day=day_of(proposal.proposed_at), reason=_(REASONS[proposal.reason]),
                way=_(WAYS[proposal.way]),
            )  # fmt: skip
            head.set_text(words)
        self._sure.setText(_("I have looked at it. It cannot be brought back, not from a backup either."))
        self._said.set_text(self._said_words())
        self._said.set_tone("alert" if self._error is not None else "text")
        self._leave.setText(_("Close") if self._done is not None else _("Leave without erasing"))
        self._save.setText(_("Save the certificate") if number == 1 else _("Save the certificates"))
        self._do.setText(_("Erase for good"))
        self._show_state()

    def reject(self) -> None:
        """Not while it is erasing."""
        if not self._do.busy:
            super().reject()
