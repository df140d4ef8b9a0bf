"""The page on which a form is filled: a new entry, a correction, a draft, or the beginning of a case."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shelter_app.casework import cases, drafts, entries, overtaken_drafts
from shelter_app.casework.errors import AnswersRefused, ChangedMeanwhile
from shelter_app.errors import ShelterError
from shelter_i18n import N_, _
from shelter_i18n.formats import format_time
from shelter_ui.context import AppContext
from shelter_ui.forms.findings import open_problems_words
from shelter_ui.forms.form_widget import FormWidget
from shelter_ui.models.case_words import full_name
from shelter_ui.widgets.base import rule
from shelter_ui.widgets.notices import Banner
from shelter_ui.windows.draft_keeper import DraftKeeper
from shelter_ui.windows.filling import Filling, prepare
from shelter_ui.windows.form_bar import FormBar
from shelter_ui.windows.new_case import SMALL_FORM, Continue, NewCaseView
from shelter_ui.windows.overtaken_view import OvertakenView
from shelter_ui.windows.page import Page
from shelter_ui.windows.printing import print_form

__all__ = ["FormPage"]


class FormPage(Page):
    """Fills one form at a time; `start` begins it. Nothing typed is lost, however the page is left."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._bar = FormBar(context.theme)
        self._banner = Banner(context.theme, "alert")
        self._keeper = DraftKeeper(context, self._bar.indicator, self)
        self._form: FormWidget | None = None
        self._new_case: NewCaseView | None = None
        self._overtaken: OvertakenView | None = None
        self._filling: Filling | None = None
        self._error: ShelterError | None = None
        self._open_problems = self._turn = 0
        self._body = QVBoxLayout()
        self._body.setContentsMargins(0, 0, 0, 0)
        px = context.theme.px
        self._notice = QWidget()
        around = QVBoxLayout(self._notice)
        around.setContentsMargins(px(24), px(12), px(24), 0)
        around.addWidget(self._banner)
        self._notice.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(rule())
        column.addWidget(self._notice)
        column.addLayout(self._body, 1)
        self._bar.saved.connect(self.save)
        self._bar.left.connect(self.leave)
        self._bar.discarded.connect(self._on_discard)
        self._bar.printed.connect(self._on_print)
        self._keeper.failed.connect(self._show_error)
        self._keeper.saved.connect(self._on_draft_saved)
        context.names_shown_changed.connect(self._show_subject)
        QShortcut(
            QKeySequence("Ctrl+S"), self, self.save, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    # -- beginning ------------------------------------------------------------------------------

    def start(
        self,
        case_id: str | None,
        form_id: str,
        entry_id: str | None = None,
        draft_id: str | None = None,
    ) -> None:
        """Begin a new entry, correct `entry_id`, or go on with a draft. Without a case: begin one."""
        self._turn += 1
        turn = self._turn
        self._show_error(None)
        self._clear()
        # Without what it stands above, the bar would hang in the middle of an empty page.
        self._bar.hide()

        def work(_job: object) -> Filling:
            return prepare(self.context.session, case_id, form_id, entry_id, draft_id)

        def done(filling: Filling) -> None:
            if turn == self._turn:
                self._open(filling)

        self.context.tasks.run(work, done, on_error=self._show_error, owner=self)

    def _clear(self) -> None:
        self._keeper.end()
        for widget in (self._form, self._new_case, self._overtaken):
            if widget is not None:
                # It stays in its layout until Qt deletes it: taken out, Python would own it and could
                # destroy it in the middle of the event that led here.
                widget.hide()
                widget.deleteLater()
        self._form, self._new_case, self._overtaken, self._filling = None, None, None, None
        self._open_problems = 0

    def _open(self, filling: Filling) -> None:
        self._filling = filling
        if filling.overtaken is not None:
            self._open_overtaken(filling, filling.overtaken)
            return
        unfinished = filling.extra.get("unfinished", {})
        if filling.form is SMALL_FORM:
            self._new_case = NewCaseView(self.context, filling.values, unfinished)
            self._new_case.continued.connect(self._on_continue)
            self._new_case.compared.connect(self._show_subject)
            self._form = None
            widget: QWidget = self._new_case
            shown = self._new_case.form
        else:
            self._form = shown = FormWidget(self.context, filling.form, filling.values, sealed=filling.sealed)
            shown.resume(unfinished)
            widget = self._form
        self._body.addWidget(widget, 1)
        self._keeper.begin(
            filling.form.id,
            shown.values,
            lambda: shown.composing,
            unfinished=shown.unfinished,
            case_id=filling.case_id,
            entry_id=filling.entry_id,
            draft_id=filling.draft_id,
            extra=filling.extra,
        )
        if isinstance(part := filling.extra.get("part"), str):
            shown.show_part_of(part)
        shown.edited.connect(self._on_edited)
        shown.part_shown.connect(self._keeper.note_part)
        self._bar.set_printable(filling.form is not SMALL_FORM)
        self._show_subject()
        widget.show()
        shown.focus_first()
        self._show_resumed()
        self.title_changed.emit()

    def _show_resumed(self) -> None:
        """Say that this is not what is saved, where nobody asked for the draft by name."""
        filling = self._filling
        if filling is None or not filling.resumed_at:
            return
        moment = format_time(dt.datetime.fromisoformat(filling.resumed_at).astimezone())
        self._banner.set_tone("info")
        self._banner.set_words(
            _("You are going on with your draft of {moment}").format(moment=moment),
            _("Under the three dots you can discard it and begin from what is saved."),
        )
        self._notice.show()

    def _open_overtaken(self, filling: Filling, overtaken: overtaken_drafts.Overtaken) -> None:
        """Let the person compare first; the draft stays as it is until then."""
        self._overtaken = view = OvertakenView(self.context, filling.form, overtaken, filling.users)
        view.taken.connect(self._on_taken)
        view.discarded.connect(self._on_discard)
        self._body.addWidget(view, 1)
        self._show_subject()
        view.show()
        view.take.setFocus(Qt.FocusReason.OtherFocusReason)
        self.title_changed.emit()

    def _on_taken(self) -> None:
        filling = self._filling
        if filling is None or filling.overtaken is None:
            return
        self._clear()
        self._open(filling.taken_over())
        self._keeper.on_edited()

    def _show_subject(self, *_args: object) -> None:
        filling = self._filling
        if filling is None:
            self._bar.show_subject("", "", "")
            return
        self._bar.show()
        title = _(filling.form.title)
        if filling.case_id is None and filling.form is not SMALL_FORM:
            title = _("New case: {form}").format(form=title)
        name = self.context.name(full_name(filling.name, filling.reading))
        self._bar.show_subject(title, filling.number, name, filling.alerts)
        small = filling.form is SMALL_FORM
        # One filled button a view: with somebody to compare it stands in the panel.
        compared = self._new_case is not None and bool(self._new_case.panel.candidates)
        compared = compared or self._overtaken is not None
        self._bar.show_save(N_("Continue to the intake") if small else N_("Save"), primary=not compared)
        self._bar.save.setEnabled(self._overtaken is None)

    def _on_edited(self) -> None:
        self._keeper.on_edited()
        if self._open_problems or self._error is None:
            self._open_problems = 0
            self._show_error(None)

    # -- saving ---------------------------------------------------------------------------------

    def save(self) -> None:
        """Save the entry; what looks wrong is shown beside its field and nothing is lost."""
        filling = self._filling
        if self._new_case is not None:
            self._new_case.go_on()
            return
        if filling is None or self._form is None or self._bar.save.busy:
            return
        wrong = [p for p in self._form.show_all_problems() if p.severity == "error"]
        if wrong:
            self._refused(len(wrong))
            return
        answers, session, draft_id = self._form.answers(), self.context.session, self._keeper.draft_id
        self._set_busy(True)

        def work(_job: object) -> Any:
            if filling.case_id is None:
                return cases.new_case(
                    session,
                    person=filling.extra.get("person") or {},
                    intake=answers,
                    person_id=filling.extra.get("person_id"),
                    draft_id=draft_id,
                )
            return entries.save_entry(
                session, filling.form.id, answers, case_id=filling.case_id, entry_id=filling.entry_id,
                started_from=filling.started_from, draft_id=draft_id,
            )  # fmt: skip

        self.context.tasks.run(work, self._on_saved, on_error=self._on_not_saved, owner=self)

    def _on_saved(self, saved: entries.Saved | cases.NewCase) -> None:
        filling = self._filling
        assert filling is not None
        self._clear()
        self._set_busy(False)
        case_id = saved.case_id if isinstance(saved, cases.NewCase) else filling.case_id
        self.context.hub.tell(saved.changes)
        assert case_id is not None
        self.context.navigate.open_case(case_id)
        if isinstance(saved, cases.NewCase):
            self.context.navigate.toast(_("Saved. The case number is {number}.").format(number=saved.number))
        elif saved.changed:
            self.context.navigate.toast(_("Saved."))
        else:
            self.context.navigate.toast(_("Nothing was changed, so nothing was saved."))

    def _on_not_saved(self, error: ShelterError) -> None:
        self._set_busy(False)
        if isinstance(error, AnswersRefused) and self._form is not None:
            self._form.show_all_problems(error.problems)
            self._refused(len(error.problems))
            return
        filling = self._filling
        if isinstance(error, ChangedMeanwhile) and filling is not None:
            # The draft is compared with what somebody else has saved.
            with contextlib.suppress(ShelterError):
                self._keeper.flush()
                self.start(filling.case_id, filling.form.id, filling.entry_id, self._keeper.draft_id)
            return
        self._show_error(error)

    def _refused(self, count: int) -> None:
        self._open_problems = count
        self._show_open_problems()
        self._banner.announce()
        if self._form is not None:
            self._form.first_error()

    def _show_open_problems(self) -> None:
        self._banner.set_tone("alert")
        self._banner.set_words(*open_problems_words(self._open_problems))
        self._notice.show()

    def _set_busy(self, busy: bool) -> None:
        self._bar.save.set_busy(busy)
        if busy:
            self._keeper.hold()
        else:
            self._keeper.go_on()
        if self._form is not None:
            self._form.setEnabled(not busy)

    def _on_continue(self, step: Continue) -> None:
        """The person is known well enough: keep who it is with the draft of the intake, and go on there."""
        session, old = self.context.session, self._keeper.draft_id
        today = session.today
        values = {
            "registered_on": {"y": today.year, "m": today.month, "d": today.day},
            "case_owner": session.user_id,
        }

        def work(_job: object) -> drafts.OpenDraft:
            extra = {"person": dict(step.person), "person_id": step.person_id}
            draft = drafts.save_draft(session, "intake", values, context=extra)
            drafts.discard_draft(session, old)
            return draft

        def done(draft: drafts.OpenDraft) -> None:
            self._keeper.end()
            self.context.navigate.open_form(None, "intake", None, draft.id)

        self.context.tasks.run(work, done, on_error=self._show_error, owner=self)

    # -- leaving --------------------------------------------------------------------------------

    def leave(self) -> None:
        """Keep the draft and go back; it waits on the page of today."""
        try:
            self._keeper.flush()
        except ShelterError:
            return
        self.context.navigate.back()

    def save_draft(self) -> None:
        """Keep what is typed now.

        Raises:
            DiskFull: it could not be kept; the one before still is.
        """
        self._keeper.flush()

    flush = save_draft

    def draft_to_keep(self) -> Callable[[], None] | None:
        """What writes the newest draft from any thread."""
        return self._keeper.take()

    def whereabouts(self) -> dict[str, str | None]:
        """The form, and the draft of it."""
        filling = self._filling
        if filling is None:
            return {}
        return {"form": filling.form.id, "entry_id": filling.entry_id, "draft_id": self._draft_id}

    @property
    def _draft_id(self) -> str:
        """The draft that is filled or compared."""
        compared = self._filling.draft_id if self._filling and self._overtaken else None
        return compared or self._keeper.draft_id

    def _on_discard(self) -> None:
        self.context.ask.confirm(
            _("Discard what was typed here?"),
            _("The draft is deleted. What was saved before stays as it is."),
            _("Discard the draft"),
            self._discard,
            leave=_("Keep the draft"),
        )

    def _discard(self) -> None:
        session, draft_id = self.context.session, self._draft_id
        self._keeper.end()
        self._clear()
        self.context.tasks.run(
            lambda _job: drafts.discard_draft(session, draft_id),
            lambda _none: self.context.navigate.back(),
            on_error=self._show_error,
            owner=self,
        )

    def _on_print(self) -> None:
        if self._filling is not None and self._form is not None:
            filling, answers = self._filling, self._form.answers()
            print_form(
                self.context, self, filling.form, answers or None,
                number=filling.number, case_id=filling.case_id or "",
            )  # fmt: skip

    # -- what went wrong ------------------------------------------------------------------------

    def _show_error(self, error: ShelterError | None) -> None:
        self._error = error
        self._notice.setVisible(error is not None)
        if error is not None:
            self._banner.set_tone("alert")
            self._banner.set_words(_("This could not be done"), error.render())
            self._banner.announce()

    def _on_draft_saved(self) -> None:
        if self._error is not None:
            self._show_error(None)

    # -- page -----------------------------------------------------------------------------------

    def title(self) -> str:
        """The form and the case number; never a name."""
        if self._filling is None:
            return _("Form")
        return " ".join(part for part in (_(self._filling.form.title), self._filling.number) if part)

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        self._show_subject()
        if self._error is not None:
            self._show_error(self._error)
        elif self._open_problems:
            self._show_open_problems()
        elif self._notice.isVisible():
            self._show_resumed()
