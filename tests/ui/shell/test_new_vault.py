"""The wizard from an empty folder to the first case, and the two ways back in."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit

from shelter_app.casework.backups import back_up
from shelter_app.casework.recovery import backups_in
from shelter_app.casework.retention import retention_periods
from shelter_app.casework.vaults import create_vault, open_vault, sign_out
from shelter_app.domain.retention import CaseKind
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.rights import Right

PASSWORD = "copper heron battery mango"
NEW = "quiet river lamp stone"


@pytest.fixture
def wizard(start, hand):
    program = start(None)
    page = program.window.sign_in
    page._nothing.button.click()
    return program


def go_to_person(hand, program, folder):
    hand.fill(program.window, "vault_folder", str(folder))
    hand.fill(program.window, "post_code", "km")
    hand.fill(program.window, "post_name", "Kunming")
    hand.press(program.window, "next")


def go_to_sheets(hand, program, folder):
    go_to_person(hand, program, folder)
    hand.fill(program.window, "creator_name", "LM")
    hand.fill(program.window, "new_password", PASSWORD)
    hand.fill(program.window, "new_password_again", PASSWORD)
    hand.press(program.window, "next")
    assert "KM-A-" in hand.read(program.window)
    hand.press(program.window, "next")


@pytest.mark.parametrize("folder", ["", "/tmp/" + "x" * 300, "~nobody-of-this-name/vault"])
def test_a_folder_that_cannot_be_is_told_beside_its_field(wizard, hand, folder):
    go_to_person(hand, wizard, folder)
    assert "Choose a new, empty folder." in hand.read(wizard.window)
    assert hand.find(wizard.window, "vault_folder").hasFocus()


def test_from_an_empty_folder_to_the_first_case(wizard, hand, tmp_path):
    window = wizard.window
    go_to_sheets(hand, wizard, tmp_path / "post")
    assert "These words are shown once." in hand.read(window)
    assert not hand.find(window, "next").isEnabled()
    hand.fill(window, "sheets_folder", str(tmp_path / "sheets"))
    hand.press(window, "save_sheets")
    written = sorted(path.name for path in (tmp_path / "sheets").iterdir())
    assert written == [f"KM-recovery-{n}-of-3.pdf" for n in (1, 2, 3)]
    assert all(path.read_bytes().startswith(b"%PDF") for path in (tmp_path / "sheets").iterdir())
    hand.find(window, "sheets_kept").click()
    shown = [words.plain_text() for words in window.findChildren(QLabel, "sheet_words")]
    assert len(shown) == 3
    assert all(text.startswith("1\N{NO-BREAK SPACE}") for text in shown)
    hand.press(window, "next")
    assert shown[0] not in hand.read(window)
    assert "without limit" in hand.read(window)
    hand.fill(window, "years_trafficked", "10")
    hand.press(window, "next")
    assert retention_periods(window.session).years == {CaseKind.TRAFFICKED: 10}
    assert hand.find(window, "next").text() == "Later, begin to work"
    assert hand.find(window, "next").property("kind") == "secondary"
    assert hand.find(window, "first_backup").property("kind") == "primary"
    (tmp_path / "stick").mkdir()
    hand.fill(window, "first_backup_folder", str(tmp_path / "stick"))
    hand.press(window, "first_backup")
    assert len(backups_in(tmp_path / "stick")) == 1
    assert hand.find(window, "next").text() == "Begin to work"
    assert hand.find(window, "next").property("kind") == "primary"
    hand.press(window, "next")
    assert window.workplace.page_title() == "Today"
    assert window.session.keyring.header.post_name == "Kunming"
    window.lock()
    hand.sign_in(wizard, "LM")
    assert window.workplace is not None


def test_the_whole_wizard_works_with_the_keyboard(wizard, hand, qtbot, tmp_path):
    window = wizard.window
    focused = QApplication.focusWidget()
    assert focused.objectName() == "vault_folder"
    focused.selectAll()
    qtbot.keyClicks(focused, str(tmp_path / "post"))
    seen = [focused.objectName()]
    while seen[-1] != "next" and len(seen) < 12:
        hand.key(window, Qt.Key.Key_Tab)
        name = QApplication.focusWidget().objectName()
        if name == "post_code":
            qtbot.keyClicks(QApplication.focusWidget(), "KM")
        seen.append(name)
    assert seen[-1] == "next"
    hand.key(window, Qt.Key.Key_Space)
    assert window.findChild(type(window.centralWidget().currentWidget()), "new_vault").step == 1
    assert QApplication.focusWidget().objectName() == "creator_name"
    hand.key(window, Qt.Key.Key_Escape)
    assert QApplication.focusWidget().objectName() == "vault_folder"
    hand.key(window, Qt.Key.Key_Escape)
    assert window.centralWidget().currentWidget() is window.sign_in


def test_enter_goes_on_from_the_fields_of_every_step(wizard, hand, tmp_path):
    window = wizard.window
    hand.fill(window, "vault_folder", str(tmp_path / "post"))
    hand.fill(window, "post_code", "KM")
    hand.key(window, Qt.Key.Key_Return)
    hand.fill(window, "creator_name", "LM")
    hand.fill(window, "new_password", PASSWORD)
    hand.fill(window, "new_password_again", PASSWORD)
    hand.key(window, Qt.Key.Key_Return)
    assert QApplication.focusWidget().text() == "Create the vault"
    hand.key(window, Qt.Key.Key_Return)
    hand.find(window, "sheets_kept").click()
    hand.find(window, "sheets_folder").setFocus()
    hand.key(window, Qt.Key.Key_Return)
    hand.fill(window, "years_trafficked", "10")
    hand.key(window, Qt.Key.Key_Return)
    (tmp_path / "stick").mkdir()
    hand.fill(window, "first_backup_folder", str(tmp_path / "stick"))
    hand.key(window, Qt.Key.Key_Return)
    assert len(backups_in(tmp_path / "stick")) == 1
    hand.key(window, Qt.Key.Key_Return)
    assert window.workplace.page_title() == "Today"


def test_what_cannot_be_is_said_beside_its_field(wizard, hand, vault):
    window = wizard.window
    hand.fill(window, "vault_folder", str(vault))
    hand.fill(window, "post_code", "1")
    hand.fill(window, "letter", "7")
    hand.press(window, "next")
    read = hand.read(window)
    assert "This folder is not empty." in read
    assert "The code of the post has 2 to 6 letters" in read
    assert "one letter from A to Z" in read


def test_two_different_passwords_are_not_taken(wizard, hand, tmp_path):
    window = wizard.window
    go_to_person(hand, wizard, tmp_path / "post")
    hand.fill(window, "creator_name", "LM")
    hand.fill(window, "new_password", PASSWORD)
    hand.fill(window, "new_password_again", "another")
    hand.press(window, "next")
    assert "The two are not the same." in hand.read(window)
    assert not (tmp_path / "post").exists()


def test_strength_is_said_in_words_and_five_words_are_suggested(wizard, hand, qtbot, tmp_path):
    window = wizard.window
    go_to_person(hand, wizard, tmp_path / "post")
    hand.fill(window, "new_password", "zhangxiaoming")
    qtbot.waitUntil(lambda: hand.find(window, "strength").text() in {"Guessed at once", "Too easy to guess"})
    hand.press(window, "suggest")
    suggested = hand.find(window, "suggestion").text()
    assert len(suggested.split()) == 5
    qtbot.waitUntil(
        lambda: hand.find(window, "strength").text() in {"Strong", "Very strong", "Strong enough"}
    )


def test_a_weak_password_leads_back_to_its_field(start, hand, tmp_path, services, answers):
    import dataclasses
    import functools

    program = start(None)
    strict = dataclasses.replace(
        services, create=functools.partial(create_vault, kdf=KdfParams(64 * 1024, 3, 4))
    )
    object.__setattr__(program.desk, "services", strict)
    program.window.sign_in._nothing.button.click()
    go_to_person(hand, program, tmp_path / "post")
    hand.fill(program.window, "creator_name", "LM")
    for name in ("new_password", "new_password_again"):
        hand.fill(program.window, name, "abc123")
    hand.press(program.window, "next")
    hand.press(program.window, "next")
    assert "too easy to guess" in hand.read(program.window)
    assert hand.find(program.window, "creator_name").text() == "LM"
    assert not (tmp_path / "post" / "store.db").exists()


def test_the_language_can_change_in_the_middle(wizard, hand, tmp_path):
    window = wizard.window
    go_to_person(hand, wizard, tmp_path / "post")
    hand.fill(window, "creator_name", "LM")
    page = window.centralWidget().currentWidget()
    page._languages.choose("zh")
    assert hand.find(window, "creator_name").text() == "LM"
    assert page.step == 1


def test_the_sheets_open_the_vault_for_a_new_administrator(start, hand, tmp_path):
    made = create_vault(
        tmp_path / "v", post="KM", user="AD", password=PASSWORD, allow_weak=True, kdf=KdfParams(64, 1, 1)
    )
    sign_out(made.session)
    program = start(tmp_path / "v")
    window = program.window
    hand.press(window, "forgotten")
    assert "Another administrator can help first." in hand.read(window)
    wrong = list(made.recovery[2])
    wrong[6] = "acid" if wrong[6] != "acid" else "acne"
    hand.find(window, "sheet_1", QPlainTextEdit).setPlainText(" ".join(made.recovery[0]))
    hand.find(window, "sheet_2", QPlainTextEdit).setPlainText(" ".join(wrong))
    hand.fill(window, "new_name", "NEW")
    for name in ("new_password", "new_password_again"):
        hand.fill(window, name, NEW)
    hand.press(window, "recover_now")
    assert "Sheet 2: word 7 does not fit." in hand.read(window)
    assert window.session is None
    hand.find(window, "sheet_2", QPlainTextEdit).setPlainText(" ".join(made.recovery[2]))
    hand.press(window, "recover_now")
    assert window.session.keyring.slot.name == "NEW"
    assert window.session.may(Right.MANAGE_USERS)
    window.lock()
    hand.sign_in(program, "NEW", NEW)
    assert window.workplace is not None


def test_a_backup_comes_back_into_a_new_folder(start, hand, vault, tmp_path):
    (tmp_path / "stick").mkdir()
    session = open_vault(vault, "AD", PASSWORD)
    back_up(session, tmp_path / "stick")
    sign_out(session)
    program = start(vault)
    window = program.window
    hand.press(window, "restore_backup")
    hand.fill(window, "backup_folder", str(tmp_path))
    hand.key(window, Qt.Key.Key_Tab)
    assert "There is no backup in this folder." in hand.read(window)
    hand.fill(window, "backup_folder", str(tmp_path / "stick"))
    hand.key(window, Qt.Key.Key_Tab)
    assert "Newest backup: KM" in hand.read(window)
    hand.fill(window, "restore_user", "AD")
    hand.fill(window, "restore_password", "not this")
    hand.press(window, "look_into_backup")
    assert "The password is not right" in hand.read(window)
    hand.fill(window, "restore_password", PASSWORD)
    hand.press(window, "look_into_backup")
    assert "Backup of" in hand.read(window)
    assert "Compared with the vault at hand would be missing: 0 saves" in hand.read(window)
    hand.press(window, "restore_now")
    assert "Choose a new, empty folder." in hand.read(window)
    hand.fill(window, "new_folder", str(tmp_path / "again"))
    hand.press(window, "restore_now")
    assert window.session.folder.path == tmp_path / "again"
    assert window.workplace is not None
