"""After signing in a person is told where their last session ended, and first of all if the journal was set back."""

import dataclasses
import json

import pytest
from PySide6.QtCore import Qt

from shelter_app.casework.cases import new_case
from shelter_app.casework.trust_check import unsigned
from shelter_app.casework.users import new_user
from shelter_app.casework.vaults import open_vault, sign_out, vault_header
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import write_header
from shelter_app.vault.rights import Role
from shelter_app.vault.vault import unlock

PASSWORD = "copper heron battery mango"


@pytest.fixture
def set_back(vault):
    """Lines of the journal that were there when the vault was last closed are gone."""
    session = open_vault(vault, "AD", PASSWORD)
    for _ in range(4):
        new_case(session)
    sign_out(session)
    session = open_vault(vault, "AD", PASSWORD)
    session.store.execute("DROP TRIGGER journal_is_kept")
    session.store.execute("DELETE FROM journal WHERE seq > 5")
    session.close()
    return vault


def test_a_sound_journal_lets_a_person_straight_to_work_and_says_where_they_ended(vault, start, hand):
    program = start(vault)
    hand.sign_in(program)
    page = program.window.workplace.page()
    said = hand.find(page, "last_session").text()
    assert said.startswith("Your last session ended on ")
    assert said.endswith("at line 4 of the journal.")
    assert len(hand.find(page, "last_session").toolTip().split()) == 6


def test_a_journal_that_was_set_back_is_said_before_anything_else(set_back, start, hand):
    program = start(set_back)
    hand.sign_in(program)
    assert program.window.workplace is None
    said = hand.read(program.window)
    assert "The journal is not as it was last seen" in said
    assert "The journal ends at line 5." in said
    go_on = hand.find(program.window, "warning_read")
    assert not go_on.isEnabled()
    hand.key(program.window, Qt.Key.Key_Return)
    assert program.window.workplace is None
    hand.press(program.window, "warning_understood")
    hand.press(program.window, "warning_read")
    assert program.window.workplace is not None
    actions = [line.action for line in program.window.session.journal.read(limit=6)]
    assert "journal.warning_read" in actions
    assert actions.count("journal.went_back") == 2


def test_who_leaves_at_the_warning_is_told_again(set_back, start, hand, qtbot):
    program = start(set_back)
    hand.sign_in(program)
    with qtbot.waitSignal(program.window.signed_out, timeout=20_000):
        hand.key(program.window, Qt.Key.Key_Escape)
    session = open_vault(set_back, "AD", PASSWORD)
    assert "journal.warning_read" not in [line.action for line in session.journal.read(limit=50)]
    assert "journal.went_back" in [line.action for line in session.journal.read(limit=50)]
    session.close()


def test_a_vault_set_back_as_a_whole_is_told_by_what_the_computer_remembers(
    vault, start, hand, qtbot, tmp_path
):
    import shutil

    shutil.copytree(vault, tmp_path / "copy")
    program = start(vault)
    hand.sign_in(program)
    with qtbot.waitSignal(program.window.signed_out, timeout=20_000):
        program.window.lock()
    shutil.rmtree(vault)
    shutil.copytree(tmp_path / "copy", vault)
    hand.sign_in(program)
    assert program.window.workplace is None
    assert "the note of this computer" in hand.read(program.window)
    hand.press(program.window, "warning_understood")
    hand.press(program.window, "warning_read")
    assert program.window.workplace is not None


@pytest.fixture
def raised(vault):
    """Somebody has made themselves an administrator in the key file, with the keys that every user has."""
    session = open_vault(vault, "AD", PASSWORD)
    new_user(session, name="ZQ", role=Role.REPORTING_OFFICER, password=f"{PASSWORD} ZQ", must_change=False)
    sign_out(session)
    ring = unlock(vault, "ZQ", f"{PASSWORD} ZQ")
    header = ring.header.with_slot(dataclasses.replace(ring.slot, role=Role.ADMINISTRATOR))
    write_header(VaultFolder(vault), header, ring.header_mac_key())
    return vault


def test_users_for_whom_nobody_signed_are_said_and_can_be_put_right(raised, start, hand):
    program = start(raised)
    hand.sign_in(program)
    assert program.window.workplace is None
    said = hand.read(program.window)
    assert "The users are not those that were signed" in said
    assert "The key file gives ZQ the role administrator. What was signed is: reporting officer." in said
    assert not hand.find(program.window, "put_users_right").isEnabled()
    hand.press(program.window, "warning_understood")
    hand.press(program.window, "put_users_right")
    assert program.window.workplace is not None
    assert unsigned(program.window.session) == []
    assert {user.name: user.role for user in vault_header(raised).users}["ZQ"] is Role.REPORTING_OFFICER


def test_users_as_they_are_can_be_signed(raised, start, hand):
    program = start(raised)
    hand.sign_in(program)
    hand.press(program.window, "warning_understood")
    hand.press(program.window, "confirm_users")
    assert program.window.workplace is not None
    assert unsigned(program.window.session) == []
    assert {user.name: user.role for user in vault_header(raised).users}["ZQ"] is Role.ADMINISTRATOR


def test_a_mended_key_file_is_said_after_signing_in_and_does_not_speak_of_the_journal(vault, start, hand):
    header = VaultFolder(vault).header_copy
    data = bytearray(header.read_bytes())
    data[len(data) // 2] ^= 1
    header.write_bytes(data)
    program = start(vault)
    hand.sign_in(program)
    assert program.window.workplace is None
    said = hand.read(program.window)
    assert "Something was found when the vault was opened" in said
    assert "A copy of the key file was damaged" in said
    assert "The journal is not as it was last seen" not in said
    assert "somebody has worked on the files" not in said
    hand.key(program.window, Qt.Key.Key_Space)
    hand.press(program.window, "warning_read")
    assert program.window.workplace is not None


def test_a_forged_list_of_erasures_is_said_to_who_supervises(vault, start, hand):
    (vault / "erasures.list").write_text(
        json.dumps({"vault_id": vault_header(vault).vault_id, "erasures": [], "macs": {}}), "utf-8"
    )
    program = start(vault)
    hand.sign_in(program)
    said = hand.read(program.window)
    assert "A list of erasures was refused" in said
    assert "Nobody was erased because of it" in said
