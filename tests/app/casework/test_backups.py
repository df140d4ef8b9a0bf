"""Backups as a post makes them: attachments kept once, what stops one, what is due, and what is cleared away."""

import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from shelter_app.casework import backups, cases, entries, vaults
from shelter_app.casework.recovery import backups_in, verify_backup
from shelter_app.storage import backup, backup_writing
from shelter_app.storage import entries as rows
from shelter_app.storage.backup_pool import remove_backups
from shelter_app.storage.database import StoreClosed
from shelter_app.vault.errors import DataDamaged

PASSWORD = "seven calm herons cross"


class Stopped(BaseException):
    """Somebody pressed Cancel."""


def attach(session, data):
    """A sealed file that belongs to an entry of the only case."""
    case_id = session.store.value("SELECT id FROM cases")
    _key, sealed = session.keyring.seal_file(data)
    name = session.new_id()
    (session.folder.attachments / name).write_bytes(sealed)
    row = rows.AttachmentRow(
        session.new_id(), rows.entries_in_case(session.store, case_id)[0].id, name, len(sealed),
        hashlib.sha256(sealed).hexdigest(), session.now(), session.user_id,
    )  # fmt: skip
    with session.store.transaction():
        rows.add_attachment(session.store, row)
    return name


@pytest.fixture
def stick(tmp_path):
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


@pytest.fixture
def at_work(session):
    made = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
    entries.save_entry(session, "note", {"text": "A note."}, case_id=made.case_id)
    return session


def work(session):
    case_id = session.store.value("SELECT id FROM cases")
    entries.save_entry(session, "note", {"text": "Another note."}, case_id=case_id)


def pool_files(stick):
    return {path.name: path.stat().st_ino for path in stick.glob("attachments-*/*")}


def test_an_attachment_lies_once_for_all_backups_and_goes_with_the_last(at_work, stick, clock, tmp_path):
    kept, dropped = attach(at_work, b"letter " * 900), attach(at_work, b"photo " * 900)
    first = backups.back_up(at_work, stick)
    before = pool_files(stick)
    assert {name.split(".")[0] for name in before} == {kept, dropped}
    assert not (first.path / "attachments").exists()
    at_work.store.execute("DELETE FROM attachments WHERE file = ?", (dropped,))
    second = backups.back_up(at_work, stick)
    assert pool_files(stick) == before, "nothing was copied again"
    remove_backups(stick, [first])
    assert {name.split(".")[0] for name in pool_files(stick)} == {kept}
    verify_backup(second)
    remove_backups(stick, [second])
    assert list(stick.iterdir()) == []


def test_a_file_of_the_pool_that_was_damaged_is_replaced(at_work, stick):
    attach(at_work, b"letter " * 900)
    first = backups.back_up(at_work, stick)
    path = next(stick.glob("attachments-*/*"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(backup.BackupDamaged):
        verify_backup(first)
    backups.back_up(at_work, stick)
    verify_backup(first)


def test_an_attachment_that_the_vault_has_lost_stops_the_backup_and_is_named(at_work, stick):
    name = attach(at_work, b"letter " * 900)
    (at_work.folder.attachments / name).unlink()
    with pytest.raises(backup.BackupDamaged, match=name):
        backups.back_up(at_work, stick)
    assert list(stick.iterdir()) == []


def test_a_backup_can_be_stopped_at_any_moment_and_leaves_nothing(at_work, stick, tmp_path):
    attach(at_work, b"letter " * 9000)
    seen = []
    backups.back_up(at_work, tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] <= seen[-1][1]
    assert len(seen) > 4
    head = at_work.journal.head()
    for number in range(len(seen)):
        with pytest.raises(Stopped):
            backups.back_up(at_work, stick, progress=stop_at(number))
        assert list(stick.iterdir()) == [], number
    assert at_work.journal.head() == head, "a backup that did not come about is not in the journal"
    backups.back_up(at_work, stick)


def stop_at(number):
    """A progress at whose so manieth call somebody presses Cancel."""
    left = iter(range(number))

    def told(_done, _total):
        if next(left, None) is None:
            raise Stopped

    return told


def test_the_journal_says_of_a_backup_where_the_journal_in_it_ends(at_work, stick):
    info = backups.back_up(at_work, stick)
    line = at_work.journal.read(actions=["backup.made"])[0]
    assert (line.detail["journal"], line.detail["head"]) == (info.journal_seq, info.journal_mac)
    assert line.seq == info.journal_seq + 1
    assert info.heads[at_work.device_id] == (info.journal_seq, info.journal_mac)


def test_a_copy_that_is_not_of_this_journal_is_refused(at_work, stick, monkeypatch):
    monkeypatch.setattr(backup_writing.facts, "has_line", lambda *_: False)
    with pytest.raises(DataDamaged):
        backups.back_up(at_work, stick)
    assert list(stick.iterdir()) == []


def test_a_folder_inside_the_vault_is_refused(at_work):
    with pytest.raises(backups.BackupInsideVault):
        backups.back_up(at_work, at_work.folder.backups)


def test_a_stick_that_is_not_plugged_in_is_told_and_no_folder_is_made_in_its_place(at_work, tmp_path):
    gone = tmp_path / "media" / "stick"
    with pytest.raises(backup.BackupPlaceLost):
        backups.back_up(at_work, gone)
    assert not gone.parent.exists()


def test_a_stick_that_is_pulled_out_while_writing_is_told(at_work, stick):
    calls = []

    def pull(done, total):
        calls.append(done)
        if len(calls) == 3:
            shutil.rmtree(stick)

    with pytest.raises(backup.BackupPlaceLost):
        backups.back_up(at_work, stick, progress=pull)
    work(at_work)
    stick.mkdir(exist_ok=True)
    backups.back_up(at_work, stick)


def test_what_a_crash_left_on_the_stick_goes_with_the_next_backup(at_work, stick):
    mine = stick / f"KM-20250101-000000.{at_work.device_id[:8]}.unfinished"
    other = stick / "KM-20250101-000000.ffffffff.unfinished"
    for path in (mine, other):
        path.mkdir()
        (path / "store.db").write_bytes(b"half")
    backups.back_up(at_work, stick)
    assert not mine.exists()
    assert other.exists(), "another computer may be writing it now"
    assert len(backups_in(stick)) == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting a small disk needs root")
@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_full_stick_is_told_with_what_is_needed_and_the_vault_is_as_it_was(
    at_work, tmp_path, part, monkeypatch
):
    small = tmp_path / "small"
    small.mkdir()
    size = int(at_work.folder.store.stat().st_size * part)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(small)], check=False)
    if mounted.returncode:
        pytest.skip("this system does not let a small disk be mounted")
    try:
        for known in (True, False):
            if not known:
                # Somebody else fills the stick while the backup is being written.
                monkeypatch.setattr(backup_writing, "free_room", lambda _place: 1 << 40)
            with pytest.raises(backup.NoRoomForBackup, match="MB"):
                backups.back_up(at_work, small)
            assert list(small.iterdir()) == []
        work(at_work)
        assert backups.backup_age(at_work).days is None
    finally:
        subprocess.run(["umount", str(small)], check=True)


def plan(session, clock, stick, hours=24):
    backups.back_up(session, stick)
    if hours != 24:
        backups.set_backup_plan(session, hours)


def test_a_backup_is_due_once_a_day_when_something_has_changed(at_work, clock, stick):
    assert not backups.backup_due(at_work), "nobody has said yet where to"
    plan(at_work, clock, stick)
    clock.go_on(days=1)
    assert not backups.backup_due(at_work), "nothing has changed"
    work(at_work)
    assert backups.backup_due(at_work)
    info = backups.automatic_backup(at_work)
    assert info is not None
    assert info.kind == "automatic"
    work(at_work)
    assert not backups.backup_due(at_work)
    assert backups.automatic_backup(at_work) is None


def test_reading_alone_changes_nothing_and_a_draft_does(at_work, clock, stick):
    from shelter_app.casework.drafts import save_draft

    plan(at_work, clock, stick)
    clock.go_on(days=1)
    case_id = at_work.store.value("SELECT id FROM cases")
    cases.open_case(at_work, case_id)
    assert not backups.backup_due(at_work)
    save_draft(at_work, "note", {"text": "Half"}, case_id=case_id)
    assert backups.backup_due(at_work)


def test_nothing_is_written_into_an_empty_mount_point(at_work, clock, stick):
    plan(at_work, clock, stick)
    clock.go_on(days=1)
    work(at_work)
    shutil.move(stick, stick.with_name("in the drawer"))
    assert not backups.backup_due(at_work)
    stick.mkdir()
    assert not backups.backup_due(at_work)
    assert list(stick.iterdir()) == []


def test_how_often_is_a_setting_and_it_can_be_switched_off(at_work, clock, stick):
    plan(at_work, clock, stick, hours=4)
    work(at_work)
    clock.go_on(hours=3)
    assert not backups.backup_due(at_work)
    clock.go_on(hours=2)
    assert backups.backup_due(at_work)
    backups.set_backup_plan(at_work, 0)
    assert not backups.backup_due(at_work)
    with pytest.raises(ValueError, match="interval"):
        backups.set_backup_plan(at_work, 5)


def test_a_clock_that_went_back_does_not_make_the_backup_new(at_work, clock, stick):
    plan(at_work, clock, stick)
    clock.go_on(days=-30)
    age = backups.backup_age(at_work)
    assert (age.clock_odd, age.level) == (True, "remind")
    for _day in range(20):
        clock.go_on(days=1)
        work(at_work)
    age = backups.backup_age(at_work)
    assert age.clock_odd
    assert age.days == 20
    assert age.level == "insist"
    assert backups.backup_due(at_work)
    backups.automatic_backup(at_work)
    assert backups.backup_age(at_work).level == "ok"


def test_old_automatic_backups_go_and_nothing_else(at_work, clock, stick):
    by_hand = backups.back_up(at_work, stick)
    strange = stick / "holiday pictures"
    strange.mkdir()
    foreign = stick / "KM-other-computer"
    shutil.copytree(by_hand.path, foreign)
    stored = json.loads((foreign / "backup.json").read_text("utf-8"))
    (foreign / "backup.json").write_text(
        json.dumps(stored | {"device": "0" * 32, "kind": "automatic"}), "utf-8"
    )
    made = []
    for _day in range(18):
        clock.go_on(days=1)
        work(at_work)
        made.append(backups.automatic_backup(at_work).path)
    there = {path for path in stick.iterdir() if path.is_dir()}
    assert {by_hand.path, strange, foreign, *made[-12:]} <= there
    assert not made[1].exists()
    for info in backups_in(stick):
        if info.path != foreign:
            verify_backup(info)
    removed = at_work.journal.read(actions=["backup.removed"], limit=99)
    assert sum(len(line.detail["made"]) for line in removed) == len(set(made) - there)


def test_what_expires_is_told_apart_from_what_stays(at_work, clock, stick):
    by_hand = backups.back_up(at_work, stick)
    clock.go_on(days=1)
    work(at_work)
    automatic = backups.automatic_backup(at_work)
    assert [(info.path, goes) for info, goes in backups.expiring_backups(at_work)] == [
        (automatic.path, True), (by_hand.path, False),
    ]  # fmt: skip


def test_a_save_goes_through_while_a_backup_is_written(at_work, stick):
    def save(done, _total):
        if done and not at_work.store.in_transaction:
            work(at_work)

    calls = iter(range(3))
    info = backups.back_up(
        at_work, stick, progress=lambda d, t: save(d, t) if next(calls, None) is not None else None
    )
    verify_backup(info)
    assert at_work.journal.head()[0] > info.journal_seq


def test_a_vault_is_closed_at_once_while_another_thread_copies_it(at_work, stick):
    began, ended = threading.Event(), []

    def told(_done, _total):
        began.set()
        while not at_work.store._closing:
            os.sched_yield()

    def copy():
        try:
            backups.back_up(at_work, stick, progress=told)
        except StoreClosed as error:
            ended.append(error)

    thread = threading.Thread(target=copy)
    thread.start()
    assert began.wait(20)
    at_work.store.close()
    thread.join(20)
    assert len(ended) == 1
    assert list(stick.iterdir()) == []
    with pytest.raises(StoreClosed):
        at_work.store.value("SELECT 1")


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_stick_without_permissions_of_single_files_takes_backups(at_work, stick, monkeypatch):
    attach(at_work, b"letter " * 900)
    chmod, refused = Path.chmod, []

    def as_on_fat(path, mode, **more):
        if stick in path.parents:
            refused.append(path.name)
            raise PermissionError(1, "Operation not permitted", str(path))
        chmod(path, mode, **more)

    monkeypatch.setattr(Path, "chmod", as_on_fat)
    monkeypatch.delattr(os, "link")
    info = backups.back_up(at_work, stick)
    assert refused
    verify_backup(info)


RELEASED = Path(__file__).parents[1] / "storage" / "released" / "0001"


def first_format(folder, info_of):
    """A list as the first version wrote it beside the files that lie in a folder; nothing seals it."""

    def listed(path):
        return [path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()]

    names = ["store.db", "vault.hdr", *(f"attachments/{p.name}" for p in (folder / "attachments").glob("*"))]
    stored = {"format": 1, "files": {name: listed(folder / name) for name in names}} | info_of
    (folder / "backup.json").write_text(json.dumps(stored), "utf-8")


def test_a_backup_of_the_first_format_is_still_read_and_restored(clock, tmp_path):
    from shelter_app.casework import restoring

    old = tmp_path / "old"
    shutil.copytree(RELEASED / "vault", old)
    journal = json.loads((RELEASED / "rows.json").read_text("utf-8"))["journal"]
    last = dict(zip(journal["columns"], journal["rows"][-1], strict=True))
    first_format(
        old,
        {
            "made_at": "2026-03-03T09:00:00+00:00", "vault_id": vaults.vault_header(old).vault_id, "post": "KM", "cases": 8,
            "journal_seq": last["seq"], "journal_mac": last["mac"], "schema": 1,
        },
    )  # fmt: skip
    assert len(backup.read_info(old).attachments) == 1
    restored = restoring.restore_backup(old, tmp_path / "new", "LM", PASSWORD, clock=clock)
    assert [path.name for path in restored.folder.attachments.iterdir()] == list(
        backup.read_info(old).attachments
    )
    restored.close()


def test_the_list_of_a_later_backup_cannot_be_written_anew_without_a_seal(at_work, stick, clock, tmp_path):
    from shelter_app.casework import restoring

    info = backups.back_up(at_work, stick)
    vaults.sign_out(at_work)
    stored = json.loads((info.path / "backup.json").read_text("utf-8"))
    kept = ("vault_id", "post", "journal_seq", "journal_mac", "schema")
    (info.path / "attachments").mkdir(exist_ok=True)
    first_format(
        info.path,
        {key: stored[key] for key in kept} | {"made_at": "2026-12-24T09:00:00+00:00", "cases": 5000},
    )
    for work in (
        lambda: restoring.preview_backup(info.path, "LM", PASSWORD, clock=clock),
        lambda: restoring.restore_backup(info.path, tmp_path / "new", "LM", PASSWORD, clock=clock),
    ):
        with pytest.raises(backup.BackupDamaged):
            work()
    assert not (tmp_path / "new").exists() or not list((tmp_path / "new").iterdir())


def test_ages_are_days_of_the_calendar_of_the_clock(at_work, clock, stick):
    info = backups.back_up(at_work, stick)
    assert Path(info.path).parent == stick
    assert dt.datetime.fromisoformat(info.made_at).tzinfo is not None
