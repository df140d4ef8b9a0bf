"""A supervisor sees on the page of a case who has opened it; who has no right to the journal is not offered it."""

import pytest
from PySide6.QtWidgets import QTableView

from shelter_app.vault.rights import Right
from shelter_ui.dialogs.who_opened import WhoOpenedDialog
from shelter_ui.windows.case_page import CasePage


@pytest.fixture
def page(session, make_case, make_context, show):
    made = make_case(session, "罗氏梅", name_latin="Lo Thi Mai")
    page = CasePage(make_context(session))
    show(page)
    page.show_case(made.case_id)
    return page


def names(menu):
    return [action.objectName() for action in menu.actions()]


def test_the_menu_of_a_case_tells_who_dealt_with_it(session, page):
    menu = page.menus.open_more(page._view, page.mapToGlobal(page.rect().center()))
    next(action for action in menu.actions() if action.objectName() == "who_opened").trigger()
    (dialog,) = page.window().findChildren(WhoOpenedDialog)
    rows = dialog.model.rows()
    assert [(row.name, row.began) for row in rows] == [(session.keyring.name, True)]
    table = dialog.findChild(QTableView, "openers")
    shown = [str(table.model().index(0, column).data()) for column in range(5)]
    assert shown[0] == session.keyring.name
    assert "opened the case" in shown[4]
    assert session.journal.read(limit=1)[0].action == "case.opener_seen"
    dialog.reject()


def test_without_the_right_to_the_journal_it_is_not_offered(session, page, monkeypatch):
    may = session.may
    monkeypatch.setattr(session, "may", lambda right: right is not Right.READ_JOURNAL and may(right))
    menu = page.menus.open_more(page._view, page.mapToGlobal(page.rect().center()))
    assert "who_opened" not in names(menu)
    assert "restrict" in names(menu)
