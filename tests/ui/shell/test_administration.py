"""Users, settings, the check and the journal, as an administrator uses them."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog

from shelter_app.casework.settings import read_settings
from shelter_app.vault.rights import Compartment, Role

PASSWORD = "correct horse battery staple"
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


def test_a_key_is_given_and_a_user_removed(at_work, hand, answers):
    page = open_tab(at_work, "users")
    add(hand, at_work, "ZGH", Role.SUPERVISOR)
    mark(page, "ZGH")
    assert not hand.find(at_work.window, "grant_people").isEnabled()
    hand.press(at_work.window, "grant_health")
    (slot,) = [slot for slot in page.model.rows() if slot.name == "ZGH"]
    assert Compartment.HEALTH in slot.compartments
    mark(page, "ZGH")
    answers.agree = False
    hand.press(at_work.window, "remove_user")
    assert answers.questions == ["Remove ZGH from this vault?"]
    assert "ZGH" in [slot.name for slot in page.model.rows()]
    answers.agree = True
    hand.press(at_work.window, "remove_user")
    assert [slot.name for slot in page.model.rows()] == ["AD"]
    assert "Somebody has left since the keys were made." in hand.read(at_work.window)


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
    assert dataclasses.astuple(kept) == ("zh", "dark", 130, "compact", 12)


def test_one_changes_the_own_password(at_work, hand):
    open_tab(at_work, "settings")
    window = at_work.window
    hand.fill(window, "old_password", "not it")
    for field in ("new_password", "new_password_again"):
        hand.fill(window, field, "another four good words")
    hand.press(window, "change_own_password")
    assert "The password is not right" in hand.read(window)
    hand.fill(window, "old_password", PASSWORD)
    hand.press(window, "change_own_password")
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
    page._kind.set_code("signing_in")
    page._kind.changed.emit("signing_in")
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
