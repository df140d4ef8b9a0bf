"""Alerts reach everybody on shift: on Today, on the case, in the list, and until somebody says that they have seen them."""

import pytest
from PySide6.QtWidgets import QMenu, QWidget

from shelter_app.casework.alerts import alerts_seen, set_alerts
from shelter_app.casework.vaults import open_vault, sign_out
from shelter_app.vault.rights import Role

PASSWORD = "copper heron battery mango"


@pytest.fixture
def alerted(vault, join):
    """A nurse has asked everybody to watch for self-harm in the one case that there is."""
    join("NU", Role.HEALTH_WORKER)
    join("CW", Role.CASEWORKER)
    session = open_vault(vault, "NU", PASSWORD)
    case_id = str(session.store.value("SELECT id FROM cases"))
    set_alerts(session, case_id, ("watch_self_harm", "interpreter"))
    sign_out(session)
    return case_id


def visible(program, name):
    return [w for w in program.window.findChildren(QWidget, name) if w.isVisible()]


def test_today_lists_what_one_has_not_seen_and_the_journal_knows_who_has(start, hand, vault, alerted):
    program = start(vault)
    hand.sign_in(program, "CW")
    read = hand.read(program.window)
    assert "1 new alert" in read
    assert "Watch for self-harm; Interpreter needed" in read
    assert "Set by NU" in read
    hand.press(program.window, "acknowledge_all")
    assert not visible(program, "alerts_card")
    session = program.window.session
    assert alerts_seen(session, alerted).seen_by == ("CW",)


def test_the_case_says_so_until_one_has_seen_it(start, hand, vault, alerted):
    program = start(vault)
    hand.sign_in(program, "CW")
    hand.press(program.window, "alert_case")
    assert visible(program, "alert_banner")
    hand.press(program.window, "acknowledge")
    assert not visible(program, "alert_banner")
    # The tags in the head stay for as long as the alerts are in force.
    hand.qtbot.waitUntil(lambda: "Watch for self-harm" in hand.read(program.window))


def test_only_who_holds_the_health_key_takes_an_alert_of_health_back(start, hand, vault, alerted):
    program = start(vault)
    hand.sign_in(program, "CW")
    program.window.workplace.open_case(alerted)
    page = program.window.workplace.page()
    page.header.more.click()
    menu = next(m for m in program.window.findChildren(QMenu, "alerts_menu"))
    actions = {action.objectName(): action for action in menu.actions()}
    watch = actions["alert_watch_self_harm"]
    assert watch.isChecked()
    assert not watch.isEnabled()
    assert "only who holds the health key takes it back" in watch.text()
    actions["alert_interpreter"].trigger()
    hand.qtbot.waitUntil(lambda: "Watch for self-harm" in hand.read(page.header))
    assert "Interpreter needed" not in hand.read(page.header)


def test_the_list_marks_the_case_and_says_why(start, hand, vault, alerted):
    from PySide6.QtCore import Qt

    program = start(vault)
    hand.sign_in(program, "CW")
    program.window.workplace.open_page("cases")
    model = program.window.workplace.page().findChildren(QWidget, "case_table")[0].model()
    spoken = str(model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert "Watch for self-harm" in spoken
