"""A full disk, failing writes, a write-protected stick, a stick pulled out: nothing acknowledged is lost."""

import contextlib
import json
import os
import random
import shutil
import subprocess

import pytest

from shelter_app.casework import backups, vaults
from shelter_app.errors import ShelterError
from shelter_app.vault.errors import NoWritePermission
from tests.faults.looking import look
from tests.faults.program import (
    FLOWS,
    LATER_PASSWORDS,
    LEAVER,
    PASSWORD,
    USER,
    later_release,
    make_vault,
    notes_of,
    saves,
)
from tests.faults.recording import traced

NEWEST_FIRST = (*LATER_PASSWORDS[::-1], PASSWORD)
#: What may be said about a disk; each has its own sentence that says what to do.
ABOUT_DISKS = {
    "DiskFull", "DiskFailed", "NoWritePermission", "NoRoomForBackup", "BackupPlaceLost", "NoRoomForUpgrade", "VaultInUse",
}  # fmt: skip


@pytest.fixture
def disk(tmp_path):
    """A small disk of its own, which the test can fill and protect against writing."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m,mode=0700", "tmpfs", str(place)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()[-80:]}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


class Told:
    """What a flow acknowledged before it failed."""

    def __init__(self) -> None:
        self.notes: set[int] = set()
        self.cases = 0
        self.others: dict[str, object] = {}

    def __call__(self, **told) -> None:
        if "note" in told:
            self.notes.add(told["note"])
        self.cases = max(self.cases, told.get("cases", 0))
        self.others |= told


def fill_up(disk, leave: int):
    """Leave so many bytes free."""
    free = os.statvfs(disk)
    with (disk / "ballast").open("wb") as file, contextlib.suppress(OSError):
        file.write(bytes(max(0, free.f_bavail * free.f_frsize - leave)))


@pytest.mark.parametrize("what", FLOWS)
@pytest.mark.shares(6, 200, most=50)
def test_a_full_disk_loses_nothing_and_work_goes_on_once_there_is_room(what, share, disk, tally):
    tally.study = f"Disk full, {what}"
    rng = share.rng(what)
    for number in range(share.count):
        place = f"seed {share.seed} try {number}"
        root = disk / "root"
        shutil.rmtree(root, ignore_errors=True)
        (root / "stick").mkdir(parents=True)
        make_vault(root / "vault")
        told = Told()
        upgrading = later_release() if what == "upgrade" else contextlib.nullcontext()
        with upgrading:
            session = None if what == "upgrade" else vaults.open_vault(root / "vault", USER, PASSWORD)
            fill_up(disk, 4096 * rng.randrange(140))
            try:
                session = session or vaults.open_vault(root / "vault", USER, PASSWORD)
                FLOWS[what](session, random.Random(number), told, root=root)
                tally.count("had room enough")
            except ShelterError as error:
                tally.count("told that the disk is full")
                if type(error).__name__ not in ABOUT_DISKS or not str(error):
                    tally.bad("wrong message", f"{place}: {type(error).__name__}")
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
                tally.bad("crashes", f"{place}: {error!r:.160}")
            (disk / "ballast").unlink()
            if session is not None:
                # The same session goes on.
                saves(session, rng, told, root=root, count=1)
                session.close()
            facts = look(root, NEWEST_FIRST)
        tally.count("tries")
        lost = told.notes - facts.notes
        if lost or facts.cases < told.cases or facts.refused:
            tally.bad("acknowledged saves lost", f"{place}: {sorted(lost)} {facts.refused}")
        if facts.damage or facts.broken_backups:
            tally.bad("torn", f"{place}: {facts.damage[:2]} {facts.broken_backups}")
        if "removed" in told.others and facts.leaver == "opens":
            tally.bad("acknowledged saves lost", f"{place}: the removal of {LEAVER}")
    assert tally.counts["told that the disk is full"] > 0
    tally.expect_none("acknowledged saves lost", "torn", "crashes", "wrong message")


FAILING = [
    ("pwrite64", "EIO", 3), ("pwrite64", "ENOSPC", 5), ("fsync,fdatasync", "EIO", 4), ("ftruncate", "EIO", 2),
    ("fsync,fdatasync", "ENOSPC", 3), ("rename", "EIO", 1), ("rename", "EACCES", 2), ("pwrite64", "EINTR", 7),
    ("unlink,unlinkat", "EIO", 2), ("openat", "EROFS", 0),
]  # fmt: skip


@pytest.mark.parametrize(("calls", "error", "step"), FAILING, ids=str)
@pytest.mark.shares(1, 20, most=20)
def test_writes_that_fail_lose_nothing(calls, error, step, share, quick, tally):
    tally.study = f"Failing calls: {calls} with {error}"
    for number in range(share.count):
        root = quick / "root"
        shutil.rmtree(quick, ignore_errors=True)
        (root / "stick").mkdir(parents=True)
        make_vault(root / "vault")
        first = 1 + share.rng(f"{calls}{error}").randrange(4) + number
        if calls == "openat":
            # Only what is made anew beside the vault; the interpreter opens files too.
            only = [
                o for name in ("vault.hdr.new", "vault.hdr.2.new") for o in ("-P", str(root / "vault" / name))
            ]
            when = f"{first}+1"
        else:
            only, when = [], f"{first}+{step + 1}"
        done = traced(
            ["-o", os.devnull, "-e", f"trace={calls}", *only, "-e", f"inject={calls}:error={error}:when={when}"],
            "tests.faults.program", str(root), "trouble", str(number), str(quick / "acks"),
        )  # fmt: skip
        place = f"seed {share.seed} try {number} when {when}"
        said = [json.loads(line) for line in (quick / "acks").read_text().splitlines()]
        if done.returncode:
            tally.bad("crashes", f"{place}: {done.stderr.strip()[-300:]}")
        facts = look(root, NEWEST_FIRST)
        notes = {line["note"] for line in said if "note" in line}
        refused = [line["refused"] for line in said if "refused" in line]
        tally.count("saves acknowledged", len(notes))
        tally.count("saves refused with a sentence", len(refused))
        if notes - facts.notes or facts.refused:
            tally.bad("acknowledged saves lost", f"{place}: {sorted(notes - facts.notes)} {facts.refused}")
        if facts.damage:
            tally.bad("torn", f"{place}: {facts.damage[:2]}")
        for kind in set(refused) - ABOUT_DISKS:
            tally.bad("wrong message", f"{place}: {kind}")
        asked = [line["password"] for line in said if "password" in line]
        if asked and NEWEST_FIRST.index(facts.password) > NEWEST_FIRST.index(asked[-1]):
            tally.bad("acknowledged saves lost", f"{place}: the new password")
    if calls in {"pwrite64", "fsync,fdatasync"} and error != "EINTR":
        assert tally.counts["saves refused with a sentence"] > 0
    tally.expect_none("acknowledged saves lost", "torn", "crashes", "wrong message")


def test_failing_writes_are_met(quick):
    """The positive control: with every write of the store failing, nothing at all is acknowledged."""
    root = quick / "root"
    (root / "stick").mkdir(parents=True)
    make_vault(root / "vault")
    traced(
        ["-o", os.devnull, "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=1+"],
        "tests.faults.program", str(root), "trouble", "1", str(quick / "acks"),
    )  # fmt: skip
    assert "note" not in (quick / "acks").read_text()


def protect(disk, *, on: bool):
    subprocess.run(["mount", "-o", "remount,ro" if on else "remount,rw", str(disk)], check=True)


def test_a_vault_on_a_protected_stick_is_named_and_left_alone(disk):
    make_vault(disk / "vault")
    before = {p.name: p.read_bytes() for p in (disk / "vault").iterdir() if p.is_file()}
    protect(disk, on=True)
    with pytest.raises(NoWritePermission):
        vaults.open_vault(disk / "vault", USER, PASSWORD)
    protect(disk, on=False)
    assert {p.name: p.read_bytes() for p in (disk / "vault").iterdir() if p.is_file()} == before
    vaults.open_vault(disk / "vault", USER, PASSWORD).close()


def test_a_stick_that_becomes_protected_stops_saving_and_nothing_else(disk):
    make_vault(disk / "vault")
    session = vaults.open_vault(disk / "vault", USER, PASSWORD)
    told, rng = Told(), random.Random(1)
    saves(session, rng, told, root=disk, count=3)
    # Files that are open for writing keep the system from protecting it; what fails then are new files.
    done = subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=False, capture_output=True)
    if done.returncode:
        session.close()
        protect(disk, on=True)
        with pytest.raises(NoWritePermission):
            vaults.open_vault(disk / "vault", USER, PASSWORD)
    else:
        with pytest.raises(ShelterError):
            saves(session, rng, told, root=disk, count=1)
        session.close()
    protect(disk, on=False)
    again = vaults.open_vault(disk / "vault", USER, PASSWORD)
    saves(again, rng, told, root=disk, count=2)
    assert told.notes <= notes_of(again)
    again.close()


def test_a_backup_onto_a_protected_stick_leaves_nothing_and_says_so(disk, quick):
    make_vault(quick / "vault")
    session = vaults.open_vault(quick / "vault", USER, PASSWORD)
    protect(disk, on=True)
    with pytest.raises(ShelterError) as said:
        backups.back_up(session, disk)
    assert type(said.value).__name__ in ABOUT_DISKS
    protect(disk, on=False)
    assert not list(disk.iterdir())
    assert backups.back_up(session, disk).cases == 1
    session.close()


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_stick_pulled_out_during_a_backup_leaves_the_vault_as_it_was(quick, after):
    make_vault(quick / "vault")
    stick = quick / "stick"
    stick.mkdir()
    session = vaults.open_vault(quick / "vault", USER, PASSWORD)
    calls = []

    def pull(_done: int, _total: int) -> None:
        calls.append(1)
        if len(calls) == after + 1:
            stick.rename(quick / "pulled")

    with pytest.raises(ShelterError) as said:
        backups.back_up(session, stick, progress=pull)
    assert type(said.value).__name__ in ABOUT_DISKS
    told, rng = Told(), random.Random(1)
    saves(session, rng, told, root=quick, count=2)
    stick.mkdir(exist_ok=True)
    assert backups.back_up(session, stick).path.parent == stick
    session.close()
    facts = look(quick)
    assert told.notes <= facts.notes
    assert not facts.damage
    # Nothing on the stick that was pulled has the name of a backup.
    assert not [
        p for p in (quick / "pulled").iterdir() if (p / "backup.json").exists() and "unfinished" not in p.name
    ]


def test_a_stick_with_the_vault_pulled_out_and_put_back_has_every_acknowledged_save(quick):
    make_vault(quick / "vault")
    session = vaults.open_vault(quick / "vault", USER, PASSWORD)
    told, rng = Told(), random.Random(1)
    saves(session, rng, told, root=quick, count=3)
    (quick / "vault").rename(quick / "pulled")
    with contextlib.suppress(ShelterError):
        saves(session, rng, told, root=quick, count=2)
    with contextlib.suppress(ShelterError):
        vaults.sign_out(session)
    shutil.rmtree(quick / "vault", ignore_errors=True)
    (quick / "pulled").rename(quick / "vault")
    facts = look(quick)
    assert told.notes <= facts.notes
    assert not facts.damage
