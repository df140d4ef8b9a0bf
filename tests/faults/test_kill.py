"""What was acknowledged survives a kill at any moment, and what was typed survives as a draft."""

import random
import shutil

import pytest

from shelter_app.casework import drafts, vaults
from tests.faults.looking import damage_of
from tests.faults.program import PASSWORD, USER, make_vault, notes_of
from tests.faults.writer import Writers

#: After so many kills a new vault is begun: one with thousands of notes takes long to look at.
KILLS_A_VAULT = 25


@pytest.fixture(scope="module")
def writers():
    made = Writers()
    yield made
    made.close()


def kill_while_saving(writers, vault, case_id: str, seed: int) -> list[int]:
    """Let a program save, kill it at any moment, and give back the numbers of the saves that it acknowledged."""
    rng = random.Random(seed)
    writers.start(vault, case_id, seed)
    return writers.acknowledged(rng.randint(1, 12)) + writers.kill(after=rng.random() * 0.02)


@pytest.mark.shares(16, 5000, most=500)
def test_no_acknowledged_save_is_lost_and_none_is_torn(writers, share, quick, tally):
    tally.study = "Kill while saving"
    vault, case_id = quick / "vault", ""
    for number in range(share.count):
        if number % KILLS_A_VAULT == 0:
            shutil.rmtree(vault, ignore_errors=True)
            case_id = make_vault(vault)
        acknowledged = kill_while_saving(writers, vault, case_id, share.seed * 100_000 + number)
        place = f"seed {share.seed} kill {number}"
        again = vaults.open_vault(vault, USER, PASSWORD)
        damage, _free = damage_of(again)
        if damage:
            tally.bad("torn", f"{place}: {damage[:2]}")
        missing = set(acknowledged) - notes_of(again)
        if missing:
            tally.bad("acknowledged saves lost", f"{place}: {sorted(missing)}")
        kept = drafts.my_drafts(again)
        if not kept or not kept[0].values["text"].startswith("typing"):
            tally.bad("drafts lost", place)
        again.close()
        tally.count("kills")
        tally.count("acknowledged saves", len(acknowledged))
    tally.expect_none("acknowledged saves lost", "torn", "drafts lost")


def test_the_writer_does_acknowledge_so_that_the_test_can_fail(writers, quick):
    case_id = make_vault(quick / "vault")
    assert kill_while_saving(writers, quick / "vault", case_id, 1)
    session = vaults.open_vault(quick / "vault", USER, PASSWORD)
    with session.store.transaction():
        session.store.execute("INSERT INTO meta (key, value) VALUES ('erasing', '1')")
        session.store.execute(
            "DELETE FROM revisions WHERE id = (SELECT head FROM entries WHERE form = 'note' LIMIT 1)"
        )
    damage, _free = damage_of(session)
    assert damage
    session.close()
