"""Backups brought back: what they hold, what would be missing, and two computers that never collide."""

import random
import shutil

import pytest

from shelter_app.casework import backups, cases, checking, entries, restoring, salvage, users, vaults
from shelter_app.casework.recovery import backups_in, verify_backup
from shelter_app.domain.case_number import CaseNumberError
from shelter_app.storage import backup
from shelter_app.vault import errors
from shelter_app.vault.rights import Compartment, Role

PASSWORD = "seven calm herons cross"


def open_case(session, name):
    return cases.new_case(session, person={"name_latin": name}, intake={})


@pytest.fixture
def stick(tmp_path):
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


@pytest.fixture
def copied(session, stick, clock):
    """A backup of a vault with one case, and the vault with two more saves since."""
    first = open_case(session, "Sok Chanthy")
    info = backups.back_up(session, stick)
    clock.go_on(days=3)
    open_case(session, "Keo Dara")
    entries.save_entry(session, "note", {"text": "Later."}, case_id=first.case_id)
    vaults.sign_out(session)
    return info, session.folder.path


def test_a_preview_says_from_when_it_is_and_what_would_be_missing(copied):
    info, vault = copied
    seen = restoring.preview_backup(info.path, "LM", PASSWORD, at_hand=vault)
    assert (seen.cases, seen.letter, seen.free_letter) == (1, "A", "B")
    assert seen.info == info
    assert seen.missing is not None
    assert (seen.missing.cases, seen.missing.saves) == (1, 2)
    assert seen.missing.lines >= 3
    assert (seen.missing.until - seen.missing.since).days == 3
    assert not seen.differs


def test_a_preview_says_who_could_open_the_restored_vault_again(session, stick, clock):
    for number, role in enumerate(set(Role) - {Role.ADMINISTRATOR}):
        users.new_user(session, name=f"U{number}", role=role, password=f"{PASSWORD} {number}")
    ids = {slot.role: slot for slot in session.keyring.header.users}
    info = backups.back_up(session, stick)
    users.remove_user(session, ids[Role.CASEWORKER].id)
    users.disable_user(session, ids[Role.CONSULAR_OFFICER].id)
    users.withdraw_key(session, ids[Role.HEALTH_WORKER].id, Compartment.HEALTH)
    users.reset_password(session, ids[Role.SUPERVISOR].id)
    vaults.sign_out(session)
    seen = restoring.preview_backup(info.path, "LM", PASSWORD, at_hand=session.folder.path, clock=clock)
    assert {(each.user, each.what) for each in seen.missing.returning} == {
        (ids[Role.CASEWORKER].name, "removed"), (ids[Role.CONSULAR_OFFICER].name, "disabled"),
        (ids[Role.HEALTH_WORKER].name, "keys"), (ids[Role.SUPERVISOR].name, "password"),
    }  # fmt: skip


def test_a_preview_says_who_became_a_user_after_the_backup(session, stick, clock):
    users.new_user(session, name="EARLY", role=Role.SUPERVISOR, password=f"{PASSWORD} 1")
    info = backups.back_up(session, stick)
    users.new_user(session, name="LATE", role=Role.SUPERVISOR, password=f"{PASSWORD} 2")
    vaults.sign_out(session)
    seen = restoring.preview_backup(info.path, "LM", PASSWORD, at_hand=session.folder.path, clock=clock)
    assert seen.missing.accounts == ("LATE",)
    assert seen.missing.returning == ()


def test_wrong_passwords_wait_whichever_way_they_are_tried(copied, clock, tmp_path):
    info, vault = copied
    at = clock()
    tries = (
        lambda password: restoring.preview_backup(info.path, "lm", password, clock=lambda: at),
        lambda password: restoring.restore_backup(
            info.path, tmp_path / "new", "LM", password, clock=lambda: at
        ),
    )
    for number in range(5):
        with pytest.raises(errors.WrongPassword):
            tries[number % 2]("not it")
    for attempt in tries:
        with pytest.raises(errors.TryLater):
            attempt(PASSWORD)
    for _ in range(5):
        with pytest.raises(errors.WrongPassword):
            salvage.salvage_vault(vault, tmp_path / "saved", "LM", "not it", clock=lambda: at)
    with pytest.raises(errors.TryLater):
        salvage.salvage_vault(vault, tmp_path / "saved", "LM", PASSWORD, clock=lambda: at)
    with pytest.raises(errors.TryLater):
        vaults.open_vault(vault, "LM", PASSWORD, clock=lambda: at)


def test_looking_into_the_vault_at_hand_forgets_no_wrong_passwords(copied, clock):
    info, vault = copied
    for _ in range(3):
        with pytest.raises(errors.WrongPassword):
            vaults.open_vault(vault, "LM", "not it", clock=clock)
    restoring.preview_backup(info.path, "LM", PASSWORD, at_hand=vault, clock=clock)
    session = vaults.open_vault(vault, "LM", PASSWORD, clock=clock)
    assert session.journal.read(actions=["session.opened"], limit=1)[0].detail["failed"] == 3
    session.close()


def test_a_preview_changes_nothing(copied):
    info, vault = copied
    before = {
        path: path.read_bytes() for path in (info.path / "store.db", vault / "store.db", vault / "vault.hdr")
    }
    restoring.preview_backup(info.path, "LM", PASSWORD, at_hand=vault)
    assert {path: path.read_bytes() for path in before} == before


def test_a_vault_that_cannot_be_compared_is_told_and_hinders_nothing(copied, tmp_path):
    info, vault = copied
    (vault / "store.db").write_bytes(b"gone")
    seen = restoring.preview_backup(info.path, "LM", PASSWORD, at_hand=vault)
    assert isinstance(seen.not_compared, errors.DataDamaged)
    assert seen.missing is None
    seen = restoring.preview_backup(info.path, "LM", PASSWORD, at_hand=tmp_path / "nowhere")
    assert isinstance(seen.not_compared, errors.NotAVault)


def test_a_preview_needs_the_password_and_a_whole_backup(copied):
    info, _vault = copied
    with pytest.raises(errors.WrongPassword):
        restoring.preview_backup(info.path, "LM", "something else entirely")
    data = bytearray((info.path / "store.db").read_bytes())
    data[9000] ^= 1
    (info.path / "store.db").write_bytes(data)
    with pytest.raises(backup.BackupDamaged, match=r"store\.db"):
        restoring.preview_backup(info.path, "LM", PASSWORD)


def test_in_the_place_of_a_lost_vault_the_letter_goes_on_and_the_backup_counts(copied, tmp_path, clock):
    info, vault = copied
    shutil.rmtree(vault)
    again = restoring.restore_backup(info.path, tmp_path / "new", "LM", PASSWORD, clock=clock)
    assert again.letter == "A"
    age = backups.backup_age(again)
    assert age.made_at == info.made_at
    assert age.days == 3
    assert backups.backup_plan(again).folder == info.path.parent.resolve()
    line = again.journal.read(actions=["vault.restored"])[0]
    assert line.detail["second_computer"] is False
    again.close()


def test_two_computers_from_one_backup_never_give_the_same_number_or_the_same_line(copied, tmp_path, clock):
    info, vault = copied
    first = vaults.open_vault(vault, "LM", PASSWORD, clock=clock)
    second = restoring.restore_backup(
        info.path, tmp_path / "second", "LM", PASSWORD, second_computer="b", clock=clock
    )
    assert (first.letter, second.letter) == ("A", "B")
    assert first.device_id != second.device_id
    numbers = [open_case(each, "Mao Sophea").number for each in (first, second) for _twice in range(3)]
    assert len(set(numbers)) == 6
    lines = [
        {
            (row[0], row[1])
            for row in each.store.rows(
                "SELECT device_id, seq FROM journal WHERE arrived > ?", (info.journal_seq,)
            )
        }
        for each in (first, second)
    ]
    assert lines[1]
    assert not lines[0] & lines[1]
    assert backups.backup_age(second).days is None, "it has no backup of its own"
    assert checking.check_vault(second).faults == ()
    for each in (first, second):
        vaults.sign_out(each)
    vaults.open_vault(tmp_path / "second", "LM", PASSWORD, clock=clock).close()


@pytest.mark.parametrize(("letter", "error"), [("A", restoring.LetterTaken), ("Ä", CaseNumberError)])
def test_a_letter_that_is_taken_or_none_is_refused_and_nothing_is_left(
    copied, tmp_path, clock, letter, error
):
    info, _vault = copied
    with pytest.raises(error):
        restoring.restore_backup(
            info.path, tmp_path / "new", "LM", PASSWORD, second_computer=letter, clock=clock
        )
    assert not (tmp_path / "new" / "vault.hdr").exists()
    assert not (tmp_path / "new" / "store.db").exists()


def test_a_backup_of_a_newer_program_is_refused_politely(copied, tmp_path, monkeypatch):
    info, _vault = copied
    monkeypatch.setattr(restoring, "SCHEMA_VERSION", info.schema - 1)
    with pytest.raises(errors.NewerVersion):
        restoring.restore_backup(info.path, tmp_path / "new", "LM", PASSWORD)
    assert not (tmp_path / "new").exists()


def test_a_restore_can_be_stopped_and_leaves_nothing(copied, tmp_path):
    class Stopped(BaseException):
        pass

    seen = []

    def stop(done, total):
        seen.append((done, total))
        if len(seen) == 3:
            raise Stopped

    info, _vault = copied
    with pytest.raises(Stopped):
        restoring.restore_backup(info.path, tmp_path / "new", "LM", PASSWORD, progress=stop)
    assert not (tmp_path / "new").exists() or not any((tmp_path / "new").iterdir())


def test_drill_each_backup_of_a_rotation_comes_back_and_of_damaged_ones_the_newest_good_is_found(
    session, stick, clock, tmp_path
):
    made = open_case(session, "Sok Chanthy")
    infos = [backups.back_up(session, stick)]
    for day in range(6):
        clock.go_on(days=1)
        entries.save_entry(session, "note", {"text": f"Day {day}"}, case_id=made.case_id)
        infos.append(backups.automatic_backup(session))
    vaults.sign_out(session)
    for number, info in enumerate(infos):
        again = restoring.restore_backup(info.path, tmp_path / f"drill-{number}", "LM", PASSWORD, clock=clock)
        notes = cases.open_case(again, made.case_id).of_form("note")
        assert len(notes) == number
        assert backup.check_database(again.store) == []
        again.close()
    dice = random.Random(3)
    for spoilt in range(1, 4):
        path = infos[-spoilt].path / "store.db"
        data = bytearray(path.read_bytes())
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        path.write_bytes(data)
        found = restoring.newest_good_backup([stick], session.keyring.vault_id)
        assert found is not None
        assert found.path == infos[-spoilt - 1].path
    assert len(backups_in(stick)) == len(infos)
    verify_backup(infos[0])


def test_without_a_good_backup_none_is_offered(session, stick, tmp_path):
    open_case(session, "Sok Chanthy")
    info = backups.back_up(session, stick)
    assert (
        restoring.newest_good_backup([tmp_path / "nowhere", stick], session.keyring.vault_id).path
        == info.path
    )
    assert restoring.newest_good_backup([stick], "another vault") is None
    (info.path / "vault.hdr").write_bytes(b"")
    assert restoring.newest_good_backup([stick], session.keyring.vault_id) is None
