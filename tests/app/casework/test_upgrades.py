"""Vaults of released schemas under this program: copied first, brought to its tables row by row, killed on the way."""

import datetime as dt
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shelter_app.casework import cases, checking, recovery, restoring, upgrades, vaults
from shelter_app.casework.upgrades import SealedStep
from shelter_app.storage import backup, store
from shelter_app.storage.database import Database
from shelter_app.vault import vault as keys
from shelter_app.vault.errors import NewerVersion
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.rights import Compartment

RELEASED = Path(__file__).parents[1] / "storage" / "released"
VERSIONS = sorted(path.name for path in RELEASED.iterdir() if path.name.isdigit())
PASSWORD = "seven calm herons cross"


def clock():
    moments = itertools.count()
    begin = dt.datetime(2026, 6, 1, 8, 0, tzinfo=dt.UTC)
    return lambda: begin + dt.timedelta(seconds=next(moments))


@pytest.fixture(params=VERSIONS)
def released(request, tmp_path):
    """A copy of the vault that the program of a release wrote."""
    shutil.copytree(RELEASED / request.param / "vault", tmp_path / "vault")
    (tmp_path / "vault" / "backups").mkdir(exist_ok=True)
    return tmp_path / "vault"


def rows_of(version):
    return json.loads((RELEASED / version / "rows.json").read_text("utf-8"))


def store_at(path):
    keyring = keys.unlock(path, "LM", PASSWORD)
    folder = VaultFolder(path)
    database = Database(folder.store_of(keyring.header.store_epoch), keyring.store_key())
    keyring.close()
    return database


def stored(path):
    """The one store of a vault; its name says the epoch of its key."""
    (found,) = path.glob("store*.db")
    return found


def plain(value):
    return value.hex() if isinstance(value, bytes) else value


def differences(database, written):
    """Rows that stood in the tables of the release and do not stand there any more as they did."""
    found = []
    for table, was in written.items():
        columns = ", ".join(was["columns"])
        present = [[plain(value) for value in row] for row in database.rows(f"SELECT {columns} FROM {table}")]
        found += [(table, row) for row in was["rows"] if row not in present]
    return found


def released_version(path):
    return f"{store.schema_version(store_at(path)):04d}"


def test_a_vault_of_a_released_schema_opens_with_every_row_as_it_was(released):
    version = released_version(released)
    session = vaults.open_vault(released, "HW", PASSWORD, clock=clock())
    written = rows_of(version)
    # What a nurse's sign-in does anyway: parts that waited for the health key come under it.
    waiting = {row[1] for row in written["parts"]["rows"] if row[4] == "inbox"}
    assert waiting, "the vault of the release has such a part"
    left = [
        (table, row)
        for table, row in differences(session.store, written)
        if not (table == "parts" and row[1] in waiting)
    ]
    assert left == []
    assert store.schema_version(session.store) == store.SCHEMA_VERSION
    assert checking.check_vault(session).faults == ()
    assert [line.action for line in session.journal.read(actions=["vault.upgraded"])] == ["vault.upgraded"]
    case_id = session.store.value("SELECT id FROM cases ORDER BY number LIMIT 1")
    assert cases.open_case(session, case_id).of_form("note")[0].values["text"] == "The note, corrected."
    vaults.sign_out(session)


def test_the_copy_and_the_names_report_their_progress_apart(released):
    heard = []
    vaults.open_vault(
        released,
        "LM",
        PASSWORD,
        clock=clock(),
        progress=lambda part, done, total: heard.append((part, done, total)),
    ).close()
    assert [part for part, _ in itertools.groupby(part for part, _done, _total in heard)] == ["copy", "names"]
    for part in ("copy", "names"):
        shares = [done / total for name, done, total in heard if name == part]
        assert shares == sorted(shares)
        assert shares[-1] == 1


def test_the_rows_that_are_compared_can_differ(released):
    written = rows_of(released_version(released))
    written["cases"]["rows"][0][1] = "KM-A-26-9999-X"
    database = store_at(released)
    assert [table for table, _row in differences(database, written)] == ["cases"]
    database.close()


def test_the_copy_from_before_is_whole_and_opens_as_it_was(released, tmp_path):
    version = released_version(released)
    vaults.sign_out(vaults.open_vault(released, "LM", PASSWORD, clock=clock()))
    (info,) = recovery.backups_in(released / "backups")
    assert (info.kind, info.schema) == ("upgrade", int(version))
    assert info.path.name.startswith(f"before-upgrade-{int(version)}-to-{store.SCHEMA_VERSION}-")
    recovery.verify_backup(info)
    before = store_at(info.path)
    assert differences(before, rows_of(version)) == []
    before.close()
    restored = restoring.restore_backup(info.path, tmp_path / "again", "LM", PASSWORD, clock=clock())
    assert checking.check_vault(restored).faults == ()
    restored.close()


def test_a_vault_of_today_is_not_copied(released):
    for _again in range(2):
        vaults.sign_out(vaults.open_vault(released, "LM", PASSWORD, clock=clock()))
    assert len(recovery.backups_in(released / "backups")) == 1


def test_without_room_for_the_copy_nothing_is_changed(released, monkeypatch):
    version = released_version(released)
    before = stored(released).read_bytes()
    monkeypatch.setattr("shelter_app.storage.backup_writing.free_room", lambda _place: 1000)
    with pytest.raises(upgrades.NoRoomForUpgrade, match="MB"):
        vaults.open_vault(released, "LM", PASSWORD, clock=clock())
    assert stored(released).read_bytes() == before
    monkeypatch.undo()
    assert released_version(released) == version
    vaults.open_vault(released, "LM", PASSWORD, clock=clock()).close()


def test_a_step_that_fails_leaves_the_vault_at_the_schema_before_it(released, monkeypatch):
    version = released_version(released)
    real = store._sql

    def broken(name):
        return real(name) + ("\nINSERT INTO nowhere VALUES (1);\n" if name == store._MIGRATIONS[-1] else "")

    monkeypatch.setattr(store, "_sql", broken)
    with pytest.raises(Exception, match="nowhere"):
        vaults.open_vault(released, "LM", PASSWORD, clock=clock())
    monkeypatch.undo()
    database = store_at(released)
    assert store.schema_version(database) == store.SCHEMA_VERSION - 1
    assert differences(database, rows_of(version)) == []
    database.close()
    vaults.open_vault(released, "LM", PASSWORD, clock=clock()).close()


def test_a_newer_vault_is_refused_and_not_touched(released):
    database = store_at(released)
    database.execute(f"PRAGMA user_version = {store.SCHEMA_VERSION + 1}")
    database.close()
    before = stored(released).read_bytes()
    with pytest.raises(NewerVersion, match=str(store.SCHEMA_VERSION + 1)):
        vaults.open_vault(released, "LM", PASSWORD, clock=clock())
    assert stored(released).read_bytes() == before
    assert recovery.backups_in(released / "backups") == []


_KILLED = """
import sys
from shelter_app.casework import vaults
print("begun", flush=True)
vaults.open_vault(__import__("pathlib").Path(sys.argv[1]), "LM", sys.argv[2])
print("opened", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_an_upgrade_that_is_killed_at_any_moment_goes_on_at_the_next_sign_in(released, tmp_path):
    version = released_version(released)
    cut_off = 0
    for number in range(10):
        copy = tmp_path / f"copy-{number}"
        shutil.copytree(released, copy)
        process = subprocess.Popen(
            [sys.executable, "-c", _KILLED, str(copy), PASSWORD],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        # The moment is chosen by the number of the copy, spread over what an upgrade takes here.
        deadline = time.monotonic() + number * 0.045
        while time.monotonic() < deadline and process.poll() is None:
            os.sched_yield()
        process.send_signal(signal.SIGKILL)
        cut_off += b"opened" not in process.stdout.read()
        process.stdout.close()
        process.wait()
        session = vaults.open_vault(copy, "LM", PASSWORD, clock=clock())
        written = rows_of(version)
        waiting = {row[1] for row in written["parts"]["rows"] if row[4] == "inbox"}
        left = [
            d for d in differences(session.store, written) if not (d[0] == "parts" and d[1][1] in waiting)
        ]
        assert left == [], number
        assert checking.check_vault(session).faults == (), number
        session.close()
        for info in recovery.backups_in(copy / "backups"):
            recovery.verify_backup(info)
    assert cut_off, "none of the kills came in time"


def step(pages):
    """A step for tests alone: notes down how many parts of the compartment it could read, two at a time."""

    def work(session, after):
        rows = session.store.rows(
            "SELECT revision_id FROM parts WHERE compartment = 'health' AND revision_id > ? ORDER BY revision_id LIMIT 2",
            (after,),
        )
        pages.append([row[0] for row in rows])
        return rows[-1][0] if len(rows) == 2 else None

    return SealedStep("9999-counted", Compartment.HEALTH, work)


def test_what_needs_a_key_waits_for_its_holder_while_others_work(session, as_role, clock, monkeypatch):
    from shelter_app.casework import entries
    from shelter_app.vault.rights import Role

    made = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
    for _each in range(3):
        entries.save_entry(session, "health", {"kind": "treatment", "concerns": "x"}, case_id=made.case_id)
    pages = []
    steps = (step(pages),)
    monkeypatch.setattr(upgrades.run_sealed_steps, "__defaults__", (steps,))
    worker = as_role(Role.CASEWORKER)
    assert pages == []
    assert upgrades.waiting_steps(worker, steps) == list(steps)
    entries.save_entry(worker, "note", {"text": "Work goes on."}, case_id=made.case_id)
    nurse = as_role(Role.HEALTH_WORKER)
    assert [len(page) for page in pages] == [2, 1]
    assert upgrades.is_done(nurse, "9999-counted")
    assert upgrades.waiting_steps(nurse, steps) == []
    as_role(Role.HEALTH_WORKER)
    assert len(pages) == 2, "it is done once"


def test_a_step_that_is_cut_off_goes_on_where_it_was(session):
    from shelter_app.casework import entries

    made = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
    for _each in range(3):
        entries.save_entry(session, "health", {"kind": "treatment", "concerns": "x"}, case_id=made.case_id)
    pages = []
    whole = step(pages)

    def cut(session, after):
        if after:
            raise KeyboardInterrupt
        return whole.work(session, after)

    with pytest.raises(KeyboardInterrupt):
        upgrades.run_sealed_steps(session, (SealedStep(whole.id, whole.compartment, cut),))
    assert not upgrades.is_done(session, whole.id)
    assert upgrades.run_sealed_steps(session, (whole,)) == 1
    assert [len(page) for page in pages] == [2, 1]
    assert session.journal.read(actions=["vault.step_done"])[0].subject == whole.id


def test_copies_from_before_upgrades_do_not_pile_up(released, monkeypatch):
    for number in range(4):
        copied = store.SCHEMA_VERSION + number
        monkeypatch.setattr(store, "SCHEMA_VERSION", copied)
        database = store_at(released)
        upgrade = upgrades.Upgrade(
            VaultFolder(released), keys.unlock(released, "LM", PASSWORD),
            lambda n=number: f"2026-06-0{n + 1}T00:00:00+00:00",
        )  # fmt: skip
        upgrade.copy_first(database)
        database.close()
    found = recovery.backups_in(released / "backups")
    assert [info.made.day for info in found] == [4, 3]
    assert backup.read_info(found[0].path) == found[0]
