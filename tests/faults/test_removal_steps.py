"""A crash at any step of removing somebody opens with the old or with the new keys, never with neither."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shelter_app.casework import cases, entries, resealing, vaults
from shelter_app.casework.checking import check_vault
from shelter_app.casework.key_change import STEPS
from shelter_app.storage.backup import check_database
from shelter_app.storage.database import Database
from shelter_app.vault.errors import DataDamaged, UnknownUser
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.vault import unlock
from tests.faults.program import LEAVER, LEAVER_PASSWORD, PASSWORD, USER, make_vault

ROOT = Path(__file__).parents[2]
#: Steps from which on the new keys count.
_SWITCHED = STEPS[STEPS.index("switched") :]


def remove(vault: Path, kind: str, where: object) -> subprocess.CompletedProcess[str]:
    """Remove the colleague in a process of its own, which is killed on the way."""
    command = [sys.executable, "-m", "tests.faults.remover", str(vault), kind, str(where)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def after_crash(vault: Path, tally, place: str) -> str:
    """Open what a crash has left, as everybody would, and say whose keys are in force."""
    folder = VaultFolder(vault)
    try:
        leaver = unlock(vault, LEAVER, LEAVER_PASSWORD)
        state = "old"
    except UnknownUser:
        leaver, state = None, "new"
    session = vaults.open_vault(vault, USER, PASSWORD)
    try:
        (case_id,) = (row[0] for row in session.store.rows("SELECT id FROM cases"))
        notes = {entry.values.get("text") for entry in cases.open_case(session, case_id).of_form("note")}
        if notes != {"note 0", "note 1", "note 2"}:
            tally.bad("lost", place)
        if check_database(session.store) or check_vault(session).faults:
            tally.bad("damaged", place)
        removed = session.store.value("SELECT count(*) FROM journal WHERE action = 'user.removed'")
        if removed != (state == "new"):
            tally.bad("journal says otherwise", place)
        if [path for path in folder.store_files() if path.suffix == ".db"] != [session.store.path]:
            tally.bad("leftovers", place)
        entries.save_entry(session, "note", {"text": "afterwards"}, case_id=case_id)
        while resealing.reseal_some(session):
            pass
        if resealing.pending(session):
            tally.bad("left under old keys", place)
    finally:
        vaults.sign_out(session)
    if leaver is not None:
        vaults.open_vault(vault, LEAVER, LEAVER_PASSWORD).close()
    return state


@pytest.fixture
def template(quick):
    """A vault with three notes and a colleague who is about to leave."""
    vault = quick / "template"
    make_vault(vault)
    return vault


@pytest.mark.shares(1, 50, most=5)
def test_a_kill_after_each_step_opens_with_old_or_new_keys(quick, template, share, tally):
    tally.study = "removal, killed after a step"
    for number in range(share.count):
        for step in STEPS:
            place = f"{step} {share.seed}.{number}"
            vault = quick / "vault"
            shutil.copytree(template, vault)
            assert remove(vault, "step", step).returncode == -signal.SIGKILL
            tally.count("killed")
            state = after_crash(vault, tally, place)
            tally.count(f"opened with {state} keys")
            if state != ("new" if step in _SWITCHED else "old"):
                tally.bad("neither old nor new", place)
            shutil.rmtree(vault)
    tally.expect_none("lost", "damaged", "leftovers", "left under old keys", "journal says otherwise")


@pytest.mark.shares(10, 400, most=100)
def test_a_kill_before_any_touch_of_a_file_opens_with_old_or_new_keys(quick, template, share, tally):
    tally.study = "removal, killed at a file"
    counted = quick / "counted"
    shutil.copytree(template, counted)
    touches = int(remove(counted, "count", 0).stdout.splitlines()[-1])
    assert touches > 10
    chance = share.rng("removal")
    first = chance.randrange(touches)
    for number in range(share.count):
        # One after the other, so that a few shares have been everywhere.
        where = (first + number * max(1, touches // share.count)) % touches + 1
        vault = quick / "vault"
        shutil.copytree(template, vault)
        assert remove(vault, "file", where).returncode == -signal.SIGKILL
        tally.count("killed")
        tally.count(f"opened with {after_crash(vault, tally, f'file {where} of {touches}')} keys")
        shutil.rmtree(vault)
    tally.expect_none("lost", "damaged", "leftovers", "left under old keys", "journal says otherwise")


@pytest.mark.shares(2, 100, most=25)
def test_a_kill_while_the_store_is_copied_opens_with_the_old_keys(quick, template, share, tally):
    tally.study = "removal, killed while copying"
    for number in range(share.count):
        where = share.rng(f"pages {number}").randrange(1, 200)
        vault = quick / "vault"
        shutil.copytree(template, vault)
        assert remove(vault, "pages", where).returncode == -signal.SIGKILL
        tally.count("killed")
        if after_crash(vault, tally, f"page {where}") != "old":
            tally.bad("neither old nor new", f"page {where}")
        shutil.rmtree(vault)
    tally.expect_none("lost", "damaged", "leftovers", "left under old keys", "journal says otherwise")


def test_an_old_header_and_the_old_password_open_nothing_of_the_new_files(quick, template):
    kept = quick / "kept"
    shutil.copytree(template, kept)
    assert remove(template, "count", 0).returncode == 0
    thief = unlock(kept, LEAVER, LEAVER_PASSWORD)
    (now,) = [path for path in VaultFolder(template).store_files() if path.suffix == ".db"]
    with pytest.raises(DataDamaged):
        Database(now, thief.store_key())
    # The control: the copy that was made before stays readable, which is what the screen says.
    Database(kept / "store.db", thief.store_key()).close()


def test_a_vault_that_lost_its_new_store_is_noticed_so_that_the_tests_can_fail(quick, template, tally):
    assert remove(template, "count", 0).returncode == 0
    (now,) = [path for path in VaultFolder(template).store_files() if path.suffix == ".db"]
    now.unlink()
    with pytest.raises(DataDamaged):
        after_crash(template, tally, "control")
