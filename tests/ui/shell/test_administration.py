"""Users, settings, the check and the journal, as an administrator uses them."""

from __future__ import annotations

import dataclasses
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QMenu, QWidget

from shelter_app.casework.settings import read_settings
from shelter_app.vault.rights import Compartment, Role
from shelter_i18n import set_language

PASSWORD = "copper heron battery mango"
FIRST = "told in person only once"


@pytest.fixture
def at_work(start, hand, vault):
    program = start(vault)
    hand.sign_in(program)
    return program


def open_tab(program, name):
    program.window.workplace.open_page("administration", name)
    return program.window.workplace.page().tab(name)


def add(hand, program, name, role, *, first=FIRST):
    hand.press(program.window, "add_user")
    dialog = hand.find(program.window, "add_user_dialog", QDialog)
    hand.fill(dialog, "user_name", name)
    box = hand.find(dialog, "user_role")
    box.set_code(role.value)
    box.changed.emit(role.value)
    for field in ("new_password", "new_password_again"):
        hand.fill(dialog, field, first)
    hand.press(dialog, "do_add_user")
    return dialog


def mark(page, name):
    names = [slot.name for slot in page.model.rows()]
    page.table.setCurrentIndex(page.model.index(names.index(name), 0))


def test_a_user_who_was_added_signs_in_and_chooses_a_password(at_work, hand, qtbot):
    open_tab(at_work, "users")
    add(hand, at_work, "LM", Role.CASEWORKER)
    assert "LM" in hand.read(at_work.window)
    assert "coded facts, names and free text" in hand.read(at_work.window)
    at_work.window.lock()
    hand.sign_in(at_work, "LM", FIRST)
    assert at_work.window.workplace is None
    page = hand.find(at_work.window, "first_password")
    hand.fill(page, "given_password", FIRST)
    for field in ("new_password", "new_password_again"):
        hand.fill(page, field, "my very own words")
    hand.press(page, "change_password")
    assert at_work.window.session.keyring.slot.name == "LM"
    assert "Testing Wanderer" not in at_work.window.windowTitle()


def test_a_name_that_is_taken_is_said_in_the_dialog(at_work, hand):
    open_tab(at_work, "users")
    dialog = add(hand, at_work, "ad", Role.CASEWORKER)
    assert "already a user of this name" in hand.read(dialog)
    assert hand.find(dialog, "new_password").text() == FIRST
    dialog.reject()


def test_only_keys_that_the_role_may_have_can_be_ticked(at_work, hand):
    open_tab(at_work, "users")
    hand.press(at_work.window, "add_user")
    dialog = hand.find(at_work.window, "add_user_dialog", QDialog)
    box = hand.find(dialog, "user_role")

    def keys(role):
        box.set_code(role.value)
        box.changed.emit(role.value)
        found = {c: hand.find(dialog, f"key_{c.value}", QCheckBox) for c in Compartment}
        return [(b.isChecked(), b.isEnabled()) for b in found.values()]

    assert keys(Role.REPORTING_OFFICER) == [(True, False), (False, False), (False, False)]
    assert keys(Role.CASEWORKER) == [(True, False), (True, True), (False, False)]
    assert keys(Role.SUPERVISOR) == [(True, False), (True, True), (False, True)]
    dialog.reject()


def key_action(hand, program, name):
    """Open the menu of keys and give back one of its actions."""
    hand.press(program.window, "user_keys")
    menu = [m for m in program.window.findChildren(QMenu, "keys_menu") if m.isVisible()][-1]
    return next(action for action in menu.actions() if action.objectName() == name)


def shown(program, name):
    """Whether anything of this name can be seen."""
    return any(widget.isVisible() for widget in program.window.findChildren(QWidget, name))


def keys_of(page, name):
    return next(slot.compartments for slot in page.model.rows() if slot.name == name)


def test_a_key_is_given_and_taken_back(at_work, hand, answers):
    page = open_tab(at_work, "users")
    add(hand, at_work, "ZGH", Role.SUPERVISOR)
    mark(page, "ZGH")
    assert key_action(hand, at_work, "withdraw_people").isEnabled()
    key_action(hand, at_work, "grant_health").trigger()
    assert Compartment.HEALTH in keys_of(page, "ZGH")
    answers.agree = False
    key_action(hand, at_work, "withdraw_health").trigger()
    assert answers.questions == ["Take back the key for health details from ZGH?"]
    assert Compartment.HEALTH in keys_of(page, "ZGH")
    answers.agree = True
    key_action(hand, at_work, "withdraw_health").trigger()
    assert Compartment.HEALTH not in keys_of(page, "ZGH")
    assert at_work.window.session.keyring.header.compartments[Compartment.HEALTH].epoch == 2


def test_keys_that_a_role_never_has_cannot_be_given(at_work, hand):
    page = open_tab(at_work, "users")
    add(hand, at_work, "RO", Role.REPORTING_OFFICER)
    mark(page, "RO")
    action = key_action(hand, at_work, "grant_people")
    assert not action.isEnabled()
    assert "not for this role" in action.text()


def test_somebody_is_removed_while_the_window_stays_open(at_work, hand):
    page = open_tab(at_work, "users")
    add(hand, at_work, "ZGH", Role.CASEWORKER)
    mark(page, "ZGH")
    before = at_work.window.session.store.path
    hand.press(at_work.window, "remove_user")
    dialog = hand.find(at_work.window, "remove_user_dialog", QDialog)
    assert "Copies and backups made before stay readable to ZGH" in hand.read(dialog)
    hand.press(dialog, "leave")
    assert "ZGH" in [slot.name for slot in page.model.rows()]
    hand.press(at_work.window, "remove_user")
    hand.press(hand.find(at_work.window, "remove_user_dialog", QDialog), "do")
    assert [slot.name for slot in page.model.rows()] == ["AD"]
    session = at_work.window.session
    assert session.store.path != before
    at_work.window.workplace.open_page("cases")
    assert session.index.count() == 1
    at_work.window.lock()
    hand.sign_in(at_work)
    assert at_work.window.session.keyring.header.store_epoch == 2


def test_what_is_left_under_former_keys_is_said_and_done_while_one_works(at_work, hand, qtbot):
    page = open_tab(at_work, "users")
    add(hand, at_work, "ZGH", Role.CASEWORKER)
    mark(page, "ZGH")
    hand.press(at_work.window, "remove_user")
    hand.press(hand.find(at_work.window, "remove_user_dialog", QDialog), "do")
    banner = hand.find(at_work.window, "pending_banner")
    assert banner.isVisible()
    assert "still to be sealed anew (names and free text)" in hand.read(page)
    assert "Copies of the vault and backups made before stay readable with the former keys." in hand.read(
        page
    )
    qtbot.waitUntil(lambda: not banner.isVisible())
    assert all(len(b) == 1 for s in at_work.window.session.keyring.header.slots for b in s.sealed.values())


def test_a_full_disk_offers_to_remove_now_and_to_replace_the_key_later(at_work, hand, monkeypatch):
    from shelter_app.storage.database import Database
    from shelter_app.vault.errors import DiskFull

    def full(*_given, **_more):
        raise DiskFull

    page = open_tab(at_work, "users")
    add(hand, at_work, "ZGH", Role.CASEWORKER)
    mark(page, "ZGH")
    hand.press(at_work.window, "remove_user")
    dialog = hand.find(at_work.window, "remove_user_dialog", QDialog)
    with monkeypatch.context() as patched:
        patched.setattr(Database, "backup_to", full)
        hand.press(dialog, "do")
        assert "The disk is full" in hand.read(dialog)
        assert "ZGH" in [slot.name for slot in page.model.rows()]
        hand.press(dialog, "remove_store_later")
    assert [slot.name for slot in page.model.rows()] == ["AD"]
    assert hand.find(at_work.window, "rotation_banner").isVisible()
    hand.press(at_work.window, "replace_keys")
    hand.press(hand.find(at_work.window, "new_keys_dialog", QDialog), "do")
    assert not shown(at_work, "rotation_banner")
    assert at_work.window.session.keyring.header.store_epoch == 2


def test_a_password_is_reset_with_words_that_are_shown_once(at_work, hand, answers):
    page = open_tab(at_work, "users")
    add(hand, at_work, "ZGH", Role.CASEWORKER)
    mark(page, "ZGH")
    hand.press(at_work.window, "reset_password")
    dialog = hand.find(at_work.window, "reset_dialog", QDialog)
    hand.press(dialog, "do")
    words = hand.find(dialog, "passphrase")
    told = words.text()
    assert len(told.split()) >= 5
    assert words.textInteractionFlags() == Qt.TextInteractionFlag.NoTextInteraction
    hand.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    hand.press(dialog, "do")
    assert told not in hand.read(at_work.window)
    at_work.window.lock()
    hand.sign_in(at_work, "ZGH", told)
    assert hand.find(at_work.window, "first_password").isVisible()


def test_words_are_told_in_chinese_where_the_screen_is_and_may_be_typed_as_they_come(at_work, hand, answers):
    page = open_tab(at_work, "users")
    add(hand, at_work, "ZGH", Role.CASEWORKER)
    set_language("zh")
    mark(page, "ZGH")
    hand.press(at_work.window, "reset_password")
    dialog = hand.find(at_work.window, "reset_dialog", QDialog)
    hand.press(dialog, "do")
    words = hand.find(dialog, "passphrase")
    lines = words.text().splitlines()
    hand.qtbot.waitUntil(lambda: words.height() >= words.sizeHint().height())
    typed = [line.split()[0] for line in lines]
    assert len(lines) == 5
    assert all(word.isascii() and not characters.isascii() for word, characters in map(str.split, lines))
    hand.press(dialog, "do")
    at_work.window.lock()
    hand.sign_in(at_work, "ZGH", "".join(typed).upper())
    assert hand.find(at_work.window, "first_password").isVisible()


def test_an_account_is_disabled_and_enabled(at_work, hand, answers):
    page = open_tab(at_work, "users")
    add(hand, at_work, "ZGH", Role.CASEWORKER)
    mark(page, "ZGH")
    hand.press(at_work.window, "disable_user")
    assert answers.questions == ["Keep ZGH from signing in?"]
    assert "disabled" in hand.read(at_work.window)
    mark(page, "ZGH")
    assert hand.find(at_work.window, "disable_user").text() == "Enable"
    hand.press(at_work.window, "disable_user")
    assert "has not chosen a password yet" in hand.read(at_work.window)


def test_a_second_way_in_is_asked_for_until_there_is_one_and_can_be_put_off_for_the_day(at_work, hand):
    assert shown(at_work, "ways_banner")
    assert "Only AD can open everything in this vault." in hand.read(at_work.window)
    hand.press(at_work.window, "ways_users")
    assert at_work.window.workplace.page().objectName() == "page_administration"
    assert not shown(at_work, "one_way_banner")
    hand.press(at_work.window, "ways_later")
    assert not shown(at_work, "ways_banner")
    # The page of users goes on saying so.
    open_tab(at_work, "users")
    assert shown(at_work, "one_way_banner")
    at_work.window.lock()
    hand.sign_in(at_work)
    assert not shown(at_work, "ways_banner")


def test_nobody_removes_themselves(at_work, hand):
    page = open_tab(at_work, "users")
    mark(page, "AD")
    assert not hand.find(at_work.window, "remove_user").isEnabled()


def test_settings_take_effect_at_once_and_come_back(at_work, hand):
    page = open_tab(at_work, "settings")
    hand.find(at_work.window, "setting_theme").choose("dark")
    hand.find(at_work.window, "setting_scale").choose("130")
    hand.find(at_work.window, "setting_density").choose("compact")
    theme = at_work.desk.theme
    assert (theme.palette_name, theme.scale, theme.density) == ("dark", 130, "compact")
    hand.find(at_work.window, "setting_language").choose("zh")
    assert at_work.desk.language.current == "zh"
    page._idle.set_number(12)
    page._idle.editingFinished.emit()
    assert read_settings(at_work.window.session).idle_minutes == 12
    at_work.window.lock()
    theme.change(palette="light", scale=100, density="comfortable")
    hand.sign_in(at_work)
    assert (theme.palette_name, theme.scale, theme.density) == ("dark", 130, "compact")
    kept = read_settings(at_work.window.session)
    assert dataclasses.astuple(kept)[:5] == ("zh", "dark", 130, "compact", 12)


def test_one_changes_the_own_password(qtbot, at_work, hand):
    open_tab(at_work, "settings")
    window = at_work.window
    hand.fill(window, "old_password", "not it")
    for field in ("new_password", "new_password_again"):
        hand.fill(window, field, "another four good words")
    hand.press(window, "change_own_password")
    assert "The password is not right" in hand.read(window)
    hand.fill(window, "old_password", PASSWORD)
    qtbot.keyClick(hand.find(window, "new_password_again"), Qt.Key.Key_Return)
    assert window.workplace.toaster.words().startswith("The password is changed.")
    window.lock()
    hand.sign_in(at_work, "AD", "another four good words")
    assert window.session is not None


def test_the_check_speaks_plainly(at_work, hand):
    open_tab(at_work, "backup")
    hand.press(at_work.window, "check_vault")
    read = hand.read(at_work.window)
    assert "The vault is whole." in read
    assert "Read and compared: cases 1, lines of the journal" in read


def test_the_check_names_what_is_broken(at_work, hand):
    session = at_work.window.session
    for (name,) in session.store.rows(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'journal'"
    ):
        session.store.execute(f"DROP TRIGGER {name}")
    session.store.execute("UPDATE journal SET subject = 'somebody else' WHERE seq = 2")
    open_tab(at_work, "backup")
    hand.press(at_work.window, "check_vault")
    read = hand.read(at_work.window)
    assert "fault" in read
    assert "The vault is whole." not in read


def test_the_journal_says_who_when_and_what_and_opens_the_case(at_work, hand, qtbot):
    page = open_tab(at_work, "journal")
    read = hand.read(page)
    for words in ("signed in", "opened a new case", "created the vault", "AD", "KM-A-"):
        assert words in read
    kind = hand.find(page, "journal_kind")
    kind.set_code("signing_in")
    kind.changed.emit("signing_in")
    shown = {line.action for line in page.model.rows()}
    assert shown == {"session.opened", "session.closed"}


def test_the_journal_grows_by_pages(at_work, hand, monkeypatch):
    monkeypatch.setattr("shelter_ui.windows.journal_page._PAGE", 2)
    page = open_tab(at_work, "journal")
    assert len(page.model.rows()) == 2
    hand.press(at_work.window, "journal_more")
    assert len(page.model.rows()) == 4
    numbers = [line.seq for line in page.model.rows()]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 4


def test_help_lists_the_keys_and_closes_with_escape(at_work, hand):
    hand.key(at_work.window, Qt.Key.Key_F1)
    dialog = hand.find(at_work.window, "help_dialog", QDialog)
    assert "Hide all names, and show them again" in hand.read(dialog)
    hand.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not [d for d in at_work.window.findChildren(QDialog, "help_dialog") if d.isVisible()]


def test_backups_from_before_a_removal_are_encrypted_anew(at_work, hand, answers, tmp_path):
    from shelter_app.casework.backups import back_up
    from shelter_app.casework.old_backups import old_backups

    page = open_tab(at_work, "users")
    add(hand, at_work, "ZGH", Role.CASEWORKER)
    back_up(at_work.window.session, tmp_path / "stick")
    open_tab(at_work, "backup")
    assert not shown(at_work, "old_backups_card")
    page = open_tab(at_work, "users")
    mark(page, "ZGH")
    hand.press(at_work.window, "remove_user")
    hand.press(hand.find(at_work.window, "remove_user_dialog", QDialog), "do")
    open_tab(at_work, "backup")
    assert "1 backup opens with the keys from before somebody was removed." in hand.read(at_work.window)
    at_work.window.workplace.page().tab("backup")._old._anew.click()
    assert not shown(at_work, "old_backups_card")
    assert old_backups(at_work.window.session) == []


def test_a_removal_is_stopped_with_escape_and_changes_nothing(start, hand, vault, join, monkeypatch, qtbot):
    """With real threads: the copy is under way while somebody thinks better of it."""
    from shelter_app.storage.database import Database
    from shelter_ui.tasks import Tasks

    join("ZGH", Role.CASEWORKER)
    program = start(vault, tasks=Tasks())
    hand.sign_in(program)
    qtbot.waitUntil(lambda: program.window.workplace is not None, timeout=20_000)
    page = open_tab(program, "users")
    mark(page, "ZGH")
    begun = threading.Event()

    def endless(_self, _target, progress=None):
        while True:
            begun.set()
            progress(1, 100)

    monkeypatch.setattr(Database, "backup_to", endless)
    header = program.window.session.folder.header.read_bytes()
    hand.press(program.window, "remove_user")
    dialog = hand.find(program.window, "remove_user_dialog", QDialog)
    hand.press(dialog, "do")
    qtbot.waitUntil(begun.is_set, timeout=20_000)
    hand.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    toaster = program.window.workplace.toaster
    qtbot.waitUntil(lambda: "Nothing has been changed." in toaster.words(), timeout=20_000)
    assert program.window.session.folder.header.read_bytes() == header
    assert "ZGH" in [slot.name for slot in page.model.rows()]
    hand.press(dialog, "leave")


def test_a_removal_goes_through_with_real_threads(start, hand, vault, join, qtbot):
    from shelter_ui.tasks import Tasks

    join("ZGH", Role.CASEWORKER)
    program = start(vault, tasks=Tasks())
    hand.sign_in(program)
    qtbot.waitUntil(lambda: program.window.workplace is not None, timeout=20_000)
    page = open_tab(program, "users")
    mark(page, "ZGH")
    hand.press(program.window, "remove_user")
    hand.press(hand.find(program.window, "remove_user_dialog", QDialog), "do")
    qtbot.waitUntil(lambda: [slot.name for slot in page.model.rows()] == ["AD"], timeout=20_000)
    header = program.window.session.keyring.header
    assert header.store_epoch == 2
    # What lay under the former key is sealed anew in the background.
    qtbot.waitUntil(
        lambda: all(
            len(boxes) == 1
            for slot in program.window.session.keyring.header.slots
            for boxes in slot.sealed.values()
        ),
        timeout=20_000,
    )
