"""Backups that are made by themselves, the check, and what a person sees when a vault is damaged or lost."""

import datetime as dt

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QPlainTextEdit

from shelter_app.casework import backups
from shelter_app.casework.cases import new_case
from shelter_app.casework.checking import last_check
from shelter_app.casework.recovery import backups_in, verify_backup
from shelter_app.casework.vaults import open_vault, sign_out
from shelter_app.storage.store import set_meta

# Of this folder's conftest.
PASSWORD = "copper heron battery mango"


@pytest.fixture
def stick(tmp_path):
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


@pytest.fixture
def at_work(start, hand, vault):
    program = start(vault)
    hand.sign_in(program)
    return program


@pytest.fixture
def with_backup(start, hand, vault, stick):
    """Signed in; yesterday a backup was made by hand, and something has been saved since."""
    session = open_vault(vault, "AD", PASSWORD)
    session.clock = lambda: dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    backups.back_up(session, stick)
    new_case(session, person={"name_latin": "Later"}, intake={})
    sign_out(session)
    program = start(vault)
    hand.sign_in(program)
    return program


def caretaker(program, quiet):
    """The caretaker of the workplace, told how long nobody has touched a key."""
    found = program.window.workplace._caretaker
    found._quiet_for = lambda: quiet
    return found


def test_a_vault_without_a_backup_says_so_once_and_the_button_leads_there(at_work, hand):
    window = at_work.window
    card = hand.find(window, "backup_card")
    assert "never been backed up" in hand.read(card)
    assert window.windowTitle().endswith("No backup yet")
    for other in (window.workplace.rail, window.workplace.notices):
        assert "backup" not in hand.read(other).lower()
    window.workplace.open_page("cases")
    assert "There is no backup of this vault yet." in hand.read(window.workplace.notices)
    assert "No backup yet" not in hand.read(window.workplace.rail)
    window.workplace.open_page("today")
    hand.press(window, "backup_from_today")
    assert hand.find(window, "backup_target").hasFocus()


def test_a_backup_to_a_folder_that_cannot_be_asks_for_another_one(at_work, hand):
    window = at_work.window
    hand.press(window, "backup_from_today")
    hand.fill(window, "backup_target", "/tmp/" + "x" * 300)
    hand.press(window, "make_backup")
    assert "Choose a folder on a stick or another disk." in hand.read(window)


def test_after_a_backup_its_age_and_its_disk_are_told(at_work, hand, stick, monkeypatch):
    window = at_work.window
    window.workplace.open_page("administration", "backup")
    hand.fill(window, "backup_target", str(stick))
    hand.press(window, "make_backup")
    for words in ("Backup today", "Same disk as the vault"):
        assert words in window.windowTitle()
        assert words in hand.read(window.workplace.rail)
    monkeypatch.setattr(backups, "same_disk", lambda *_: False)
    hand.press(window, "make_backup")
    assert "On another disk" in window.windowTitle()
    window.workplace.open_page("today")
    assert "Backup today. On another disk" in hand.read(hand.find(window, "backup_card"))
    assert not any(
        b.isVisible() for b in window.findChildren(type(window.sign_in._open), "backup_from_today")
    )


def test_a_due_backup_is_made_while_nobody_types_and_not_before(with_backup, hand, stick):
    window = with_backup.window
    assert "Backup 1 day ago" in window.windowTitle()
    caretaker(with_backup, 10).look()
    assert len(backups_in(stick)) == 1
    caretaker(with_backup, 60).look()
    newest = backups_in(stick)[0]
    assert newest.kind == "automatic"
    verify_backup(newest)
    assert "Backup today" in window.windowTitle()
    caretaker(with_backup, 60).look()
    assert len(backups_in(stick)) == 2, "it is made once"


def test_an_automatic_backup_that_fails_is_told_once_and_tried_again_later(
    with_backup, hand, stick, monkeypatch
):
    from shelter_app.storage import backup_writing

    monkeypatch.setattr(backup_writing, "free_room", lambda _place: 0)
    keeper = caretaker(with_backup, 60)
    told = []
    keeper.backup_failed.connect(told.append)
    for _look in range(3):
        keeper.look()
    assert len(told) == 1
    assert "The backup that was due was not made" in hand.read(with_backup.window)


def test_how_often_is_chosen_on_the_page_and_kept(with_backup, hand):
    window = with_backup.window
    window.workplace.open_page("administration", "backup")
    plan = hand.find(window, "backup_plan")
    assert plan.value() == "24"
    plan.set_value("0")
    plan.changed.emit("0")
    assert backups.backup_plan(window.session).hours == 0
    assert not backups.backup_due(window.session)


def test_a_backup_that_is_due_is_made_before_the_program_ends(with_backup, hand, stick, qtbot):
    window = with_backup.window
    with qtbot.waitSignal(window.finished, timeout=20_000):
        window.close()
    assert len(backups_in(stick)) == 2
    assert window.session is None


def test_whoever_does_not_want_to_wait_closes_without_a_backup(with_backup, hand, stick, qtbot, monkeypatch):
    window = with_backup.window
    monkeypatch.setattr(window.desk.tasks, "run", lambda *_given, **_more: None)
    window.close()
    assert "The program closes by itself" in hand.read(window)
    monkeypatch.undo()
    with qtbot.waitSignal(window.finished, timeout=20_000):
        hand.press(window, "close_without_backup")
    assert len(backups_in(stick)) == 1


def test_an_exit_without_a_due_backup_does_not_ask(at_work, qtbot):
    with qtbot.waitSignal(at_work.window.finished, timeout=20_000):
        at_work.window.close()


def test_a_check_that_is_due_is_made_by_itself_and_its_result_is_shown(at_work, hand):
    window = at_work.window
    with window.session.store.transaction():
        set_meta(window.session.store, "check_asked", "left open")
    caretaker(at_work, 60).look()
    kept = last_check(window.session)
    assert kept is not None
    assert kept.faults == 0
    window.workplace.open_page("administration", "backup")
    assert "Last checked on" in hand.read(window)


def spoil(vault, page=None):
    """Damage a page of the closed vault; of the cases, unless named."""
    data = bytearray((vault / "store.db").read_bytes())
    place = 4096 * (page or len(data) // 4096 // 2) + 99
    data[place] ^= 4
    (vault / "store.db").write_bytes(data)


def test_damage_found_by_the_check_leads_to_the_page_of_ways_out(with_backup, hand, stick, answers):
    window = with_backup.window
    window.session.store.execute("UPDATE parts SET box = zeroblob(length(box))")
    with window.session.store.transaction():
        set_meta(window.session.store, "backup_hours", "0")
        set_meta(window.session.store, "check_asked", "x")
    caretaker(with_backup, 60).look()
    assert "Something in the vault is damaged" in answers.questions
    assert "a sealed part cannot be opened" in hand.read(window)
    hand.find(window, "damage").go_back()
    assert window.workplace is not None, "the person may go on"


@pytest.fixture
def damaged(with_backup, vault, hand, stick):
    """A vault whose store does not open, its program at the sign-in screen, with a backup on the stick."""
    window = with_backup.window
    window.workplace.open_page("administration", "backup")
    window.lock()
    spoil(vault, page=1)
    hand.sign_in(with_backup)
    return with_backup


def test_a_vault_that_does_not_open_leads_to_the_newest_whole_backup(damaged, hand, stick, tmp_path):
    window = damaged.window
    page = hand.find(window, "damage")
    said = hand.read(page)
    assert "The password is not the problem" in said
    assert str(stick) in said
    hand.press(page, "restore_found")
    hand.fill(window, "restore_user", "AD")
    hand.fill(window, "restore_password", PASSWORD)
    hand.press(window, "look_into_backup")
    assert "What would be missing is not known" in hand.read(window)
    hand.fill(window, "new_folder", str(tmp_path / "again"))
    hand.press(window, "restore_now")
    assert window.session.folder.path == tmp_path / "again"


def test_without_a_backup_another_folder_can_be_shown(damaged, hand, stick, tmp_path, answers):
    window = damaged.window
    hidden = tmp_path / "drawer" / "stick"
    hidden.parent.mkdir()
    stick.rename(hidden)
    window.show_sign_in()
    hand.sign_in(damaged)
    page = hand.find(window, "damage")
    assert "No whole backup was found" in hand.read(page)
    answers.folders = [hidden]
    hand.press(page, "look_elsewhere")
    assert str(hidden) in hand.read(page)


def test_what_can_be_read_is_saved_into_a_new_vault_and_one_goes_on_there(
    start, hand, vault, tmp_path, answers
):
    session = open_vault(vault, "AD", PASSWORD)
    for number in range(12):
        new_case(session, person={"name_latin": f"Person {number}"}, intake={})
    sign_out(session)
    program = start(vault)
    window = program.window
    window.ways_out.damaged(vault, ["A page is damaged."], "AD")
    page = hand.find(window, "damage")
    hand.press(page, "salvage_now")
    assert "Choose a new, empty folder." in hand.read(page)
    hand.fill(page, "salvage_folder", str(tmp_path / "new"))
    hand.fill(page, "salvage_password", "not this one")
    hand.press(page, "salvage_now")
    assert "The password is not right" in hand.read(page)
    hand.fill(page, "salvage_password", PASSWORD)
    hand.press(page, "salvage_now")
    said = hand.find(page, "salvage_list", QPlainTextEdit).toPlainText()
    assert "Brought over: 13 cases" in said
    hand.press(page, "keep_list")
    assert "Keep the list" in answers.questions
    hand.press(page, "go_on_in_new_vault")
    assert window.session.folder.path == tmp_path / "new"
    assert window.workplace is not None


def test_a_second_computer_gets_a_letter_of_its_own(with_backup, hand, stick, tmp_path):
    window = with_backup.window
    window.lock()
    hand.press(window, "restore_backup")
    hand.fill(window, "backup_folder", str(stick))
    hand.find(window, "backup_folder").editingFinished.emit()
    hand.fill(window, "restore_user", "AD")
    hand.fill(window, "restore_password", PASSWORD)
    hand.press(window, "look_into_backup")
    assert "1 case that was opened since" in hand.read(window)
    purpose = hand.find(window, "purpose")
    purpose.set_value("second")
    purpose.changed.emit("second")
    assert "Letters in use: A." in hand.read(window)
    hand.fill(window, "second_letter", "A")
    hand.fill(window, "new_folder", str(tmp_path / "second"))
    hand.press(window, "restore_now")
    assert "Another computer of this vault has the letter A" in hand.read(window)
    hand.fill(window, "second_letter", "B")
    hand.press(window, "restore_now")
    assert window.session.letter == "B"
    assert str(QDate.currentDate().year())[2:] in new_case(window.session, person={}, intake={}).number
