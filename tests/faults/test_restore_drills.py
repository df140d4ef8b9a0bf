"""Restore drills: backups of a rotation come back on another computer, and around damage the newest good one is found."""

import shutil

import pytest

from shelter_app.casework import backups, cases, checking, entries, restoring, vaults
from shelter_app.casework.recovery import backups_in
from shelter_app.errors import ShelterError
from shelter_app.storage import backup
from shelter_app.storage.backup import BackupDamaged
from tests.conftest import Clock
from tests.faults.program import CHEAP, PASSWORD, USER

_BACKUPS = 5


@pytest.fixture(scope="module")
def rotation(tmp_path_factory):
    """A stick with backups of five days, each of one note more, and the id of the case."""
    root, clock = tmp_path_factory.mktemp("rotation"), Clock()
    (root / "stick").mkdir()
    session = vaults.create_vault(
        root / "vault", post="KM", user=USER, password=PASSWORD, kdf=CHEAP, allow_weak=True, clock=clock
    ).session
    made = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
    backups.back_up(session, root / "stick")
    for day in range(1, _BACKUPS):
        clock.go_on(days=1)
        entries.save_entry(session, "note", {"text": f"Day {day}"}, case_id=made.case_id)
        assert backups.automatic_backup(session) is not None
    vault_id = session.keyring.vault_id
    vaults.sign_out(session)
    return root / "stick", made.case_id, vault_id, clock


def damage(dice, place, how):
    """Spoil one file of a backup in one of several ways; returns what was done."""
    path = dice.choice([place / "store.db", place / "vault.hdr", place / "backup.json"])
    data = bytearray(path.read_bytes())
    if how == "flip":
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    elif how == "cut":
        del data[dice.randrange(len(data)) :]
    elif how == "zero":
        begin = dice.randrange(len(data))
        data[begin : begin + 4096] = bytes(len(data[begin : begin + 4096]))
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(data)
    return f"{how} {path.name}"


@pytest.mark.shares(20, 200)
def test_every_backup_comes_back_and_of_damaged_ones_none_is_taken_for_whole(rotation, share, tally, quick):
    stick, case_id, vault_id, clock = rotation
    tally.study = "Restore drills"
    dice = share.rng("restore drills")
    for number in range(share.count):
        place = quick / f"stick-{number}"
        shutil.copytree(stick, place)
        found = backups_in(place)
        spoilt = sorted(dice.sample(range(_BACKUPS), dice.randrange(0, 3)))
        done = [
            damage(dice, found[each].path, dice.choice(["flip", "cut", "zero", "gone"])) for each in spoilt
        ]
        best = restoring.newest_good_backup([place], vault_id)
        tally.count("drills")
        if best is None:
            tally.bad("no backup found", f"{number}: {done}")
            continue
        try:
            again = restoring.restore_backup(best.path, quick / f"new-{number}", USER, PASSWORD, clock=clock)
        except ShelterError as error:
            # Only the seal, which needs the key, tells a list that was changed and still reads as one.
            if not (isinstance(error, BackupDamaged) and any("backup.json" in each for each in done)):
                tally.bad("a backup that was offered did not open", f"{number}: {done} {error}")
            continue
        notes = len(cases.open_case(again, case_id).of_form("note"))
        expected = _BACKUPS - 1 - next(n for n, info in enumerate(found) if info.path == best.path)
        if notes != expected or backup.check_database(again.store) or checking.check_vault(again).damage:
            tally.bad(
                "restored otherwise than it was", f"{number}: {notes} notes, {expected} expected, {done}"
            )
        for each in spoilt:
            tally.count("damaged backups")
            if found[each].path == best.path and not any("backup.json" in word for word in done):
                tally.bad("a damaged backup was taken for whole", f"{number}: {done}")
        again.close()
        shutil.rmtree(place)
        shutil.rmtree(quick / f"new-{number}")
    assert tally.counts["damaged backups"] > share.count // 4, "few were damaged: the drill shows little"
    tally.expect_none(
        "no backup found",
        "a backup that was offered did not open",
        "restored otherwise than it was",
        "a damaged backup was taken for whole",
    )
