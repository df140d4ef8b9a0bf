"""What lay in the folder and is dealt with at opening is written down and said: mended headers, lists that were refused, leftovers."""

import json

import pytest

from shelter_app.casework import checking, sign_in_warnings, users, vaults
from shelter_app.casework.sign_in_warnings import Noticed, notice_words, warnings_at_sign_in
from shelter_app.vault.rights import Role

PASSWORD = "seven calm herons cross"


def again(session, clock, user="LM", password=PASSWORD):
    return vaults.open_vault(session.folder.path, user, password, clock=clock)


def actions(session):
    return [line.action for line in session.journal.read(limit=30)]


@pytest.mark.parametrize("name", ["header", "header_copy"])
def test_a_damaged_copy_of_the_header_is_mended_written_down_and_said_to_who_signs_in(session, clock, name):
    vaults.sign_out(session)
    path = getattr(session.folder, name)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    opened = again(session, clock)
    assert "vault.header_mended" in actions(opened)
    assert session.folder.header.read_bytes() == session.folder.header_copy.read_bytes()
    (found,) = warnings_at_sign_in(opened)
    assert "written anew from the other one" in notice_words(found)
    sign_in_warnings.note(opened, [found])
    sign_in_warnings.acknowledge(opened, [found])
    vaults.sign_out(opened)
    later = again(session, clock)
    assert warnings_at_sign_in(later) == []
    assert actions(later).count("vault.header_mended") == 1
    vaults.sign_out(later)


def test_two_whole_copies_say_nothing(session, clock):
    vaults.sign_out(session)
    opened = again(session, clock)
    assert warnings_at_sign_in(opened) == []
    assert "vault.header_mended" not in actions(opened)
    vaults.sign_out(opened)


def forge(session):
    list_ = {"vault_id": session.keyring.vault_id, "erasures": [], "macs": {"1": "00" * 32}}
    path = session.folder.path / "erasures.list"
    path.write_text(json.dumps(list_), "utf-8")
    return path


def test_a_list_of_erasures_that_was_refused_is_said_to_those_who_supervise_and_by_the_check(session, clock):
    users.new_user(session, name="SV", role=Role.SUPERVISOR, password=f"{PASSWORD} SV", must_change=False)
    users.new_user(session, name="CW", role=Role.CASEWORKER, password=f"{PASSWORD} CW", must_change=False)
    vaults.sign_out(session)
    forged = forge(session)
    worker = again(session, clock, "CW", f"{PASSWORD} CW")
    assert warnings_at_sign_in(worker) == [], "they cannot do anything about it"
    vaults.sign_out(worker)
    forged.unlink()
    supervisor = again(session, clock, "SV", f"{PASSWORD} SV")
    (found,) = warnings_at_sign_in(supervisor)
    assert isinstance(found, Noticed)
    assert "Nobody was erased because of it" in notice_words(found)
    remarks = checking.check_vault(supervisor).remarks
    assert [each for each in remarks if "list of erasures" in each]
    sign_in_warnings.acknowledge(supervisor, [found])
    vaults.sign_out(supervisor)
    told = again(session, clock, "SV", f"{PASSWORD} SV")
    assert warnings_at_sign_in(told) == [], "said once to each"
    vaults.sign_out(told)
    administrator = again(session, clock)
    assert len(warnings_at_sign_in(administrator)) == 1
    vaults.sign_out(administrator)


def test_a_list_that_stays_there_is_written_down_once(session, clock):
    vaults.sign_out(session)
    forge(session)
    for _each in range(3):
        opened = again(session, clock)
        vaults.sign_out(opened)
    opened = again(session, clock)
    assert actions(opened).count("erasure.list_refused") == 1
    vaults.sign_out(opened)


def test_of_a_vault_without_such_a_list_the_check_remarks_nothing(session):
    assert checking.check_vault(session).remarks == ()


def test_the_copy_of_a_check_that_was_cut_off_is_gone_after_the_next_sign_in(session, clock):
    vaults.sign_out(session)
    left = session.folder.path / "check.tmp"
    left.write_bytes(session.folder.store.read_bytes())
    left.with_name("check.tmp-journal").write_bytes(b"")
    opened = again(session, clock)
    assert not [path for path in session.folder.path.iterdir() if path.name.startswith("check.tmp")]
    vaults.sign_out(opened)
