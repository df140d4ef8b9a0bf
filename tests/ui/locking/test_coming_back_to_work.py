"""After a lock: the name that worked last, another one key away; the same place; short waits after mistakes."""

import pytest
from PySide6.QtCore import QByteArray, Qt

from shelter_app.casework.people import find
from shelter_app.casework.users import change_own_password, new_user
from shelter_app.casework.vaults import open_vault, sign_out
from shelter_app.vault.attempts import note_failure
from shelter_app.vault.errors import TryLater
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.rights import Role
from shelter_ui.locking.triggers import Trigger
from shelter_ui.windows.settings_page import SettingsPage

PASSWORD = "copper heron battery mango"
ZH = "第二位同事的口令也很长"


@pytest.fixture
def two_people(vault):
    """A colleague ZQ beside AD."""
    session = open_vault(vault, "AD", PASSWORD)
    new_user(session, name="ZQ", role=Role.CASEWORKER, password="the first one only")
    sign_out(session)
    session = open_vault(vault, "ZQ", "the first one only")
    change_own_password(session, "the first one only", ZH)
    sign_out(session)


def sign_in_page(work):
    return work.window.sign_in


def test_a_shift_changes_with_one_key_and_a_password(two_people, start, computer, qtbot):
    work = start()
    work.sign_in("AD")
    work.settle()
    work.window.lock()
    page = sign_in_page(work)
    assert page._users.current() == "AD"
    edit = page._password.edit
    assert work.window.focusWidget() is edit
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert page._users.current() == "ZQ"
    assert work.window.focusWidget() is edit
    with qtbot.waitSignal(work.window.signed_in, timeout=20_000):
        edit.setText(ZH)
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    work.settle()
    work.window.lock()
    assert page._users.current() == "ZQ"
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert page._users.current() == "AD"
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert page._users.current() == "AD"


def test_a_fresh_process_knows_who_worked_last_without_a_name_outside_the_vault(two_people, start, computer):
    work = start()
    work.sign_in("ZQ", ZH)
    work.settle()
    work.window.lock()
    kept = work.program.desk.preferences.path.read_text("utf-8")
    assert "ZQ" not in kept
    again = start()
    assert sign_in_page(again)._users.current() == "ZQ"


def test_each_of_two_people_comes_back_to_their_own_place(two_people, start, computer, qtbot):
    work = start()
    work.sign_in("AD")
    row = find(work.window.session, "testing").rows[0]
    work.window.workplace.open_case(row.case_id, "intake")
    work.settle()
    work.window.lock()
    work.sign_in("ZQ", ZH)
    work.settle()
    assert work.window.workplace.page().objectName() == "page_today"
    work.window.lock()
    work.sign_in("AD")
    work.settle()
    page = work.window.workplace.page()
    assert page.objectName() == "page_case"
    assert page.middle.shown.what == "intake"
    assert work.window.workplace.context.session.user_name(work.window.session.user_id) == "AD"


def test_the_end_of_the_program_leads_to_today_the_next_time(at_work, qtbot, vault, start):
    at_work.window.workplace.open_page("cases")
    at_work.settle()
    with qtbot.waitSignal(at_work.window.finished, timeout=20_000):
        at_work.window.close()
    again = start()
    again.sign_in()
    again.settle()
    assert again.window.workplace.page().objectName() == "page_today"


def test_the_window_stands_where_it_stood(at_work, computer):
    at_work.window.lock()
    kept = at_work.program.desk.preferences.current.geometry
    assert at_work.window.restoreGeometry(QByteArray.fromBase64(kept.encode()))


def test_a_lock_with_nobody_signed_in_forgets_the_half_typed_password(start, computer, qtbot):
    work = start()
    edit = sign_in_page(work)._password.edit
    qtbot.keyClicks(edit, "half of it")
    work.window.lock(Trigger.SCREEN)
    assert edit.text() == ""
    assert computer.replaced == []
    work.window.lock(Trigger.PANIC)
    assert work.window.isMinimized()


def test_sheets_and_passwords_that_are_typed_before_signing_in_are_not_left_standing(start, computer, qtbot):
    work = start()
    page = sign_in_page(work)
    for number, let_it_happen in enumerate((lambda: work.window.lock(Trigger.SLEEP), work.idle), start=1):
        qtbot.mouseClick(page._forgotten, Qt.MouseButton.LeftButton)
        assert work.window._stack.currentWidget() is not page
        assert computer.replaced[number - 1 :] == []
        let_it_happen()
        assert len(computer.replaced) == number
        assert work.window._stack.currentWidget() is page


def test_too_many_mistakes_count_down_and_a_colleague_need_not_wait(
    two_people, start, computer, qtbot, vault
):
    session = open_vault(vault, "AD", PASSWORD)
    slot, now = session.user_id, session.clock()
    sign_out(session)
    for _time in range(15):
        note_failure(VaultFolder(vault), slot, now)
    work = start()
    page = sign_in_page(work)
    # The test counts in its place.
    page._waiting.setInterval(10_000_000)
    page.keep_user("AD")
    page._password.edit.setText(PASSWORD)
    qtbot.keyClick(page._password.edit, Qt.Key.Key_Return)
    work.settle()
    assert page._row.problem().startswith("The password was wrong several times. Try again in")
    assert not page._open.isEnabled()
    qtbot.keyClick(page._password.edit, Qt.Key.Key_Return)
    assert not page.opening
    left = page._wait
    page._count_down()
    assert f"{left - 1} s" in page._row.problem()
    page.keep_user("ZQ")
    assert page._open.isEnabled()
    assert page._row.problem() == ""
    page.keep_user("AD")
    page._on_refused(TryLater(2))
    assert not page._open.isEnabled()
    page._count_down()
    page._count_down()
    assert page._open.isEnabled()
    assert page._row.problem() == ""


def test_the_warning_before_the_lock_is_said_on_the_page(at_work, computer):
    for _half_minute in range(9):
        computer.monotonic += 30
        computer.wall += 30
        at_work.window.locks.look()
    assert at_work.window.workplace.toaster.isVisible()
    assert computer.replaced == []


@pytest.mark.parametrize("minutes", [1, 15])
def test_the_time_that_a_person_chose_counts(at_work, computer, minutes):
    import dataclasses

    from shelter_app.casework.settings import read_settings

    settings = dataclasses.replace(read_settings(at_work.window.session), idle_minutes=minutes)
    at_work.window.use_settings(settings)
    for _half_minute in range(minutes * 2 - 1):
        computer.monotonic += 30
        computer.wall += 30
        at_work.window.locks.look()
    assert computer.replaced == []
    computer.monotonic += 30
    computer.wall += 30
    at_work.window.locks.look()
    assert len(computer.replaced) == 1


def test_open_swap_is_told_on_the_page_of_settings(at_work, monkeypatch, qtbot):
    context = at_work.window.workplace.context
    monkeypatch.setattr("shelter_ui.windows.settings_page.open_swap", lambda: ["/dev/sda3"])
    told = SettingsPage(context)
    qtbot.addWidget(told)
    told.show()
    assert told._swap.isVisible()
    assert "/dev/sda3" in told._swap.text()
    monkeypatch.setattr("shelter_ui.windows.settings_page.open_swap", list)
    quiet = SettingsPage(context)
    qtbot.addWidget(quiet)
    quiet.show()
    assert not quiet._swap.isVisible()


def test_pictures_for_training_can_be_allowed_where_the_system_can_refuse_them(at_work, monkeypatch, qtbot):
    from shelter_app.casework.settings import read_settings

    context = at_work.window.workplace.context
    page = SettingsPage(context)
    qtbot.addWidget(page)
    page.show()
    assert not page._rows["pictures"].isVisible()
    monkeypatch.setattr(
        "shelter_ui.windows.settings_page.shield_of_this_system", lambda: lambda _window, _on: None
    )
    page = SettingsPage(context)
    qtbot.addWidget(page)
    page.show()
    assert page._rows["pictures"].isVisible()
    assert not read_settings(context.session).allow_pictures
    page._pictures.choose("allow")
    assert read_settings(context.session).allow_pictures
