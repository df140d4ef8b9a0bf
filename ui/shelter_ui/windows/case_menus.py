"""What can be done with a case: add an entry, print, assign, set alerts, restrict."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from shelter_app.casework import cases
from shelter_app.casework.alerts import may_take_back, set_alerts
from shelter_app.casework.cases import CaseView
from shelter_app.casework.session import Session
from shelter_app.domain.codelists import code_list
from shelter_app.domain.forms import Form, all_forms
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import Right
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.forms.choices import Colleagues

__all__ = ["CaseMenus", "addable_forms"]


def addable_forms(session: Session, view: CaseView) -> list[Form]:
    """The forms of which the signed-in person can add an entry to this case."""
    if not session.may(Right.WRITE_CASE):
        return []
    return [
        form
        for form in all_forms()
        if form.owner == "case"
        and (form.repeatable or not view.of_form(form.id))
        and (form.id != "closure" or session.may(Right.CLOSE_CASE))
    ]


class CaseMenus(QObject):
    """The menus of the case header; each action is saved at once and can be taken back from the toast."""

    def __init__(self, context: AppContext, place: QWidget, print_blank: Callable[[Form], None]) -> None:
        super().__init__(place)
        self._context, self._place, self._print_blank = context, place, print_blank

    def open_add(self, view: CaseView, at: QPoint) -> QMenu:
        """The kinds of entries that can be added."""
        menu = self._menu()
        for form in addable_forms(self._context.session, view):
            action = self._action(menu, _(form.title), form.icon)
            action.setObjectName(f"add_{form.id}")
            action.triggered.connect(
                lambda _checked=False, form_id=form.id: self._context.navigate.open_form(
                    view.case.id, form_id
                )
            )
        self._popup(menu, at)
        return menu

    def open_print(self, at: QPoint) -> QMenu:
        """Blank forms for paper."""
        menu = self._menu()
        for form in all_forms():
            words = _("Blank form: {form}").format(form=_(form.title))
            action = self._action(menu, words, form.icon)
            action.triggered.connect(lambda _checked=False, form=form: self._print_blank(form))
        self._popup(menu, at)
        return menu

    def open_more(self, view: CaseView, at: QPoint) -> QMenu:
        """Who looks after the case, its alerts, and who may see it."""
        menu, session = self._menu(), self._context.session
        if session.may(Right.WRITE_CASE):
            self._add_assign(menu, view)
            self._add_alerts(menu, view)
        if session.may(Right.RESTRICT_CASE):
            words = _("Show only to its caseworker and supervisors")
            action = self._action(menu, words, "lock")
            action.setCheckable(True)
            action.setChecked(view.case.restricted)
            action.setObjectName("restrict")
            action.triggered.connect(lambda on: self._restrict(view, on))
        refresh = self._action(menu, _("History of the person's record"), "history")
        refresh.setVisible(view.person is not None)
        refresh.setObjectName("person_history")
        refresh.triggered.connect(
            lambda _checked=False: self._context.navigate.open_case(
                view.case.id, f"history:{view.person.row.id}" if view.person else None
            )
        )
        if session.may(Right.READ_JOURNAL):
            opened = self._action(menu, _("Who opened it"), "eye")
            opened.setObjectName("who_opened")
            opened.triggered.connect(lambda _checked=False: self._show_openers(view))
        if session.may(Right.PROPOSE_ERASURE):
            menu.addSeparator()
            erase = self._action(menu, _("Erase the person"), "trash-2")
            erase.setObjectName("erase_person")
            erase.triggered.connect(lambda _checked=False: self._erase(view))
        self._popup(menu, at)
        return menu

    def _show_openers(self, view: CaseView) -> None:
        from shelter_ui.dialogs.who_opened import WhoOpenedDialog

        WhoOpenedDialog(self._context, view.case.id, view.case.number, self._place.window()).open()

    def _erase(self, view: CaseView) -> None:
        from shelter_ui.dialogs.propose_erasure import ProposeErasureDialog

        ProposeErasureDialog(self._context, self._place.window(), [view.case.person_id]).open()

    def _menu(self) -> QMenu:
        menu = QMenu(self._place)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _popup(self, menu: QMenu, at: QPoint) -> None:
        """Show the menu at this place, moved to the left where it would leave the page."""
        page = self._place
        right = page.mapToGlobal(page.rect().topRight()).x() - self._context.theme.px(24)
        menu.popup(QPoint(min(at.x(), right - menu.sizeHint().width()), at.y()))

    def _action(self, menu: QMenu, words: str, icon: str) -> QAction:
        action = QAction(words, menu)
        if icon:
            self._context.theme.keep_icon(action, icon)
        menu.addAction(action)
        return action

    def _add_assign(self, menu: QMenu, view: CaseView) -> None:
        people = menu.addMenu(_("Assign to"))
        people.setObjectName("assign_menu")
        for option in Colleagues(self._context.session).options():
            action = QAction(option.label, people)
            action.setCheckable(True)
            action.setChecked(option.code == view.case.assigned_to)
            action.triggered.connect(lambda _checked=False, user=option.code: self._assign(view, user))
            people.addAction(action)
        people.addSeparator()
        nobody = QAction(_("Nobody"), people)
        nobody.triggered.connect(lambda _checked=False: self._assign(view, None))
        people.addAction(nobody)

    def _add_alerts(self, menu: QMenu, view: CaseView) -> None:
        alerts = menu.addMenu(_("Alerts for everybody on shift"))
        alerts.setObjectName("alerts_menu")
        for code, label in code_list("alerts").options():
            action = QAction(label, alerts)
            action.setObjectName(f"alert_{code}")
            action.setCheckable(True)
            action.setChecked(code in view.case.alerts)
            if code in view.case.alerts and not may_take_back(self._context.session, code):
                action.setText(_("{alert} (only who holds the health key takes it back)").format(alert=label))
                action.setEnabled(False)
            action.triggered.connect(lambda on, code=code: self._alert(view, code, on))
            alerts.addAction(action)

    # -- what is done ---------------------------------------------------------------------------

    def _run(self, work: Callable[[], Changes], said: str, undo: Callable[[], None] | None) -> None:
        def done(changes: Changes) -> None:
            self._context.hub.tell(changes)
            self._context.navigate.toast(said, undo)

        self._context.tasks.run(
            lambda _job: work(),
            done,
            on_error=lambda error: self._context.ask.show(_("This could not be done"), error.render()),
            owner=self,
        )

    def _assign(self, view: CaseView, user: str | None, *, undoable: bool = True) -> None:
        session, case = self._context.session, view.case
        before = case.assigned_to
        self._run(
            lambda: cases.assign(session, case.id, user),
            _("The case is assigned."),
            (lambda: self._assign(view, before, undoable=False)) if undoable else None,
        )

    def _alert(self, view: CaseView, code: str, on: bool) -> None:
        kept = [alert for alert in view.case.alerts if alert != code]
        self._set_alerts(view, tuple([*kept, code] if on else kept))

    def _set_alerts(self, view: CaseView, alerts: tuple[str, ...], *, undoable: bool = True) -> None:
        session, case = self._context.session, view.case
        undoable = undoable and all(may_take_back(session, alert) for alert in set(alerts) - set(case.alerts))
        self._run(
            lambda: set_alerts(session, case.id, alerts),
            _("The alerts are saved."),
            (lambda: self._set_alerts(view, case.alerts, undoable=False)) if undoable else None,
        )

    def _restrict(self, view: CaseView, on: bool) -> None:
        session, case_id = self._context.session, view.case.id
        said = (
            _("Only its caseworker and supervisors see this case now.")
            if on
            else _("Everybody sees this case now.")
        )
        self._run(lambda: cases.restrict(session, case_id, on), said, None)
