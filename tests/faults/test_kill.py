"""What was acknowledged survives a kill at any moment, and what was typed survives as a draft."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shelter_app.casework import cases, drafts, vaults
from shelter_app.storage.backup import check_database
from shelter_app.vault.keyring import verify

PASSWORD = "seven calm herons cross"
WRITER = Path(__file__).with_name("writer.py")


def kill_while_saving(vault: Path, case_id: str, after: float) -> list[int]:
    """Run a program that saves and acknowledges by number, kill it, and give back what it acknowledged."""
    reading, writing = os.pipe()
    child = subprocess.Popen(
        [sys.executable, str(WRITER), str(vault), PASSWORD, case_id, str(writing)], pass_fds=[writing]
    )
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as source:
        data = source.read(8)  # the first save is through
        while len(data) < 8 * after:
            more = source.read(8)
            if not more:
                break
            data += more
        child.send_signal(signal.SIGKILL)
        child.wait()
        while more := source.read(4096):
            data += more
    whole = len(data) // 8 * 8
    return [int.from_bytes(data[i : i + 8], "big") for i in range(0, whole, 8)]


@pytest.mark.parametrize("seed", range(8))
def test_no_acknowledged_save_is_lost_and_none_is_torn(session, clock, seed):
    case_id = cases.new_case(session, person={"name_native": "陈秀云"}, intake={}).case_id
    vaults.sign_out(session)
    rng = random.Random(seed)
    for _ in range(2):
        acknowledged = kill_while_saving(session.folder.path, case_id, after=rng.randint(1, 25))
        again = vaults.open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
        assert check_database(again.store) == []
        assert list(again.journal.check(verify)) == []
        found = {int(e.values["text"].split()[1]) for e in cases.open_case(again, case_id).of_form("note")}
        assert set(acknowledged) <= found
        saved = again.store.value("SELECT count(*) FROM journal WHERE action = 'entry.added'")
        assert saved == again.store.value("SELECT count(*) FROM entries WHERE form = 'note'")
        kept = drafts.my_drafts(again)
        assert kept
        assert kept[0].values["text"].startswith("typing")
        vaults.sign_out(again)


def test_the_writer_does_acknowledge_so_that_the_test_can_fail(session, clock):
    case_id = cases.new_case(session, person={}, intake={}).case_id
    vaults.sign_out(session)
    assert len(kill_while_saving(session.folder.path, case_id, after=5)) >= 5
