"""Recovery sheets in the window: typed with help, tried, made anew, and used to get back in."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPlainTextEdit

from shelter_app.casework.recovery import recover_vault, renew_sheets
from shelter_app.casework.vaults import open_vault, sign_out
from shelter_app.vault.recovery import word_list

PASSWORD = "copper heron battery mango"


@pytest.fixture
def sheets(vault):
    session = open_vault(vault, "AD", PASSWORD)
    words = renew_sheets(session)
    sign_out(session)
    return [" ".join(sheet) for sheet in words]


@pytest.fixture
def page(start, hand, vault, sheets):
    program = start(vault)
    hand.sign_in(program)
    program.window.workplace.open_page("administration", "backup")
    return program.window.workplace.page().tab("backup")


def area(hand, page, number):
    return hand.find(page, f"sheet_{number}", QPlainTextEdit)


def test_words_are_completed_and_looked_at_while_they_are_typed(page, hand, sheets):
    hand.press(page, "try_sheets")
    first = area(hand, page, 1)
    field = page.sheets._fields[0]
    hand.qtbot.keyClicks(first, "aca")
    assert "academic" in hand.read(field)
    hand.qtbot.keyClicks(first, "d ")
    assert first.toPlainText() == "academic "
    hand.qtbot.keyClicks(first, "acid ")
    assert "2 of 20 words" in hand.read(field)
    hand.qtbot.keyClicks(first, "zz")
    assert "Word 3 is not a recovery word" in hand.read(field)
    hand.qtbot.keyClick(first, Qt.Key.Key_Backspace)
    hand.qtbot.keyClick(first, Qt.Key.Key_Backspace)
    assert "is not a recovery word" not in hand.read(field)
    first.setPlainText(sheets[0])
    assert "All 20 words fit together." in hand.read(field)
    assert field.fits
    words = sheets[0].split()
    words[6] = next(word for word in word_list() if word not in words)
    first.setPlainText(" ".join(words))
    assert "word 7 does not fit" in hand.read(field)
    assert not field.fits


def test_the_drill_changes_nothing_but_its_day(page, hand, sheets, vault):
    before = {path.name: path.read_bytes() for path in vault.glob("vault.hdr*")}
    assert "Nobody has tried them yet." in hand.read(page)
    hand.press(page, "try_sheets")
    area(hand, page, 1).setPlainText(sheets[2])
    area(hand, page, 2).setPlainText(sheets[0])
    hand.press(page, "drill_now")
    read = hand.read(page)
    assert "These sheets open the vault." in read
    assert "and last tried on" in read
    assert page.sheets._fields == []
    assert {path.name: path.read_bytes() for path in vault.glob("vault.hdr*")} == before


def test_the_drill_goes_from_sheet_to_sheet_to_its_button_by_the_tab_key(page, hand, sheets):
    hand.press(page, "try_sheets")
    for number, words in ((1, sheets[2]), (2, sheets[0])):
        assert area(hand, page, number).hasFocus()
        area(hand, page, number).setPlainText(words)
        hand.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert hand.find(page, "drill_now").hasFocus()
    hand.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert "These sheets open the vault." in hand.read(page)


def test_a_drill_with_the_wrong_sheets_says_which_and_keeps_what_is_typed(page, hand, sheets):
    hand.press(page, "try_sheets")
    area(hand, page, 1).setPlainText(sheets[0])
    area(hand, page, 2).setPlainText(sheets[0])
    hand.press(page, "drill_now")
    assert "The same sheet was entered twice." in hand.read(page)
    assert area(hand, page, 1).toPlainText() == sheets[0]
    area(hand, page, 2).setPlainText(" ".join(sheets[1].split()[:-1]))
    hand.press(page, "drill_now")
    assert "Sheet 2 has 19 words" in page.sheets._fields[1].problem()
    hand.press(page, "drill_leave")
    assert page.sheets._fields == []


def test_new_sheets_hold_once_they_lie_on_paper(page, hand, sheets, tmp_path):
    session = page.context.session
    hand.press(page, "new_sheets")
    dialog = hand.find(page.window(), "new_sheets_dialog", QDialog)
    split = hand.find(dialog, "sheets_split")
    split.choose("3-of-5")
    assert "Any 3 of the 5 sheets open the vault; 2 may be lost." in hand.read(dialog)
    hand.press(dialog, "new_sheets_go_on")
    assert session.keyring.header.recovery.split == (2, 3)
    go_on = hand.find(dialog, "new_sheets_go_on")
    assert not go_on.isEnabled()
    hand.fill(dialog, "sheets_folder", str(tmp_path / "paper"))
    hand.press(dialog, "save_sheets")
    assert len(list((tmp_path / "paper").glob("*.pdf"))) == 5
    hand.find(dialog, "sheets_kept").click()
    hand.press(dialog, "new_sheets_go_on")
    assert session.keyring.header.recovery.split == (3, 5)
    assert "Any 3 of 5 sheets open this vault." in hand.read(page)
    hand.press(page, "try_sheets")
    assert len(page.sheets._fields) == 3


def test_leaving_the_dialog_keeps_the_old_sheets(page, hand, sheets):
    hand.press(page, "new_sheets")
    dialog = hand.find(page.window(), "new_sheets_dialog", QDialog)
    hand.press(dialog, "new_sheets_go_on")
    hand.press(dialog, "leave")
    hand.press(page, "try_sheets")
    for number in (1, 2):
        area(hand, page, number).setPlainText(sheets[number])
    hand.press(page, "drill_now")
    assert "These sheets open the vault." in hand.read(page)


def test_a_recovery_offers_new_sheets_before_the_first_work(start, hand, vault, sheets, tmp_path):
    program = start(vault)
    program.window.sign_in.forgotten.emit(vault)
    window = program.window
    for number in (1, 2):
        hand.find(window, f"sheet_{number}", QPlainTextEdit).setPlainText(sheets[number])
    hand.fill(window, "new_name", "NEW")
    for field in ("new_password", "new_password_again"):
        hand.fill(window, field, "six quiet geese over water")
    hand.press(window, "recover_now")
    page = hand.find(window, "new_sheets")
    assert "You are in. Make new sheets now" in hand.read(page)
    hand.qtbot.keyClick(hand.find(page, "new_sheets_go_on"), Qt.Key.Key_Space)
    assert hand.find(page, "sheets_folder", QLineEdit).hasFocus()
    hand.fill(window, "sheets_folder", str(tmp_path / "paper"))
    hand.press(window, "save_sheets")
    hand.find(window, "sheets_kept").click()
    hand.press(window, "new_sheets_go_on")
    assert window.workplace is not None
    actions = [line.action for line in window.session.journal.read(limit=8)]
    assert actions.index("vault.sheets_renewed") < actions.index("vault.recovered")


def test_sheets_that_opened_the_vault_are_to_be_replaced_until_they_are(start, hand, vault, sheets):
    sign_out(recover_vault(vault, sheets[:2], new_user="NEW", password="six quiet geese over water"))
    program = start(vault)
    hand.sign_in(program)
    program.window.workplace.open_page("administration", "backup")
    page = program.window.workplace.page().tab("backup")
    assert "others have seen their words: make new sheets" in hand.read(page)
    hand.press(page, "try_sheets")
    for number in (1, 2):
        area(hand, page, number).setPlainText(sheets[number])
    hand.press(page, "drill_now")
    assert "make new sheets" in hand.read(page)
    renew_sheets(program.window.session)
    page.sheets.look()
    assert "make new sheets" not in hand.read(page)
    assert "Nobody has tried them yet." in hand.read(page)


def test_whoever_is_asked_to_try_the_sheets_comes_straight_to_the_drill(page, hand, sheets):
    window = page.window()
    window.workplace.open_page("today")
    window.workplace.open_page("administration", "sheets")
    assert window.workplace.page().tab("backup") is page
    for number in (1, 2):
        area(hand, page, number).setPlainText(sheets[number])
    hand.press(page, "drill_now")
    assert "These sheets open the vault." in hand.read(page)
