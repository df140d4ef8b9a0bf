"""After a lock: the same place, and told what was cut off; each to its own person, once."""

import pytest

from shelter_app.casework.backups import back_up
from shelter_app.casework.returning import CutOff, Place, cut_off, remember_place, take_place, told_if_cut_off
from shelter_app.casework.vaults import open_vault, sign_out
from shelter_app.vault.errors import DiskFull
from shelter_app.vault.rights import Role

PASSWORD = "seven calm herons cross"
HERE = Place("case", "case-1", "service")


def again(session, clock):
    sign_out(session)
    return open_vault(session.folder.path, "LM", PASSWORD, clock=clock)


def test_the_place_comes_back_once(session, clock):
    remember_place(session, HERE)
    back = again(session, clock)
    assert take_place(back) == HERE
    assert take_place(back) is None
    back.close()


def test_a_colleague_is_not_led_to_the_place_of_somebody_else(session, as_role):
    remember_place(session, HERE)
    other = as_role(Role.CASEWORKER)
    assert take_place(other) is None


def test_the_place_is_sealed_to_its_person(session):
    remember_place(session, HERE)
    kept = session.store.value("SELECT value FROM settings WHERE key = 'place'")
    assert "case-1" not in kept
    session.store.execute("UPDATE settings SET value = ? WHERE key = 'place'", (kept[:-8] + "AAAAAAA=",))
    assert take_place(session) is None


def works_until_cut_off(session, ending):
    @told_if_cut_off("import")
    def work(session):
        if ending is not None:
            raise ending

    if ending is None:
        work(session)
    else:
        with pytest.raises(type(ending)):
            work(session)


def test_work_that_the_lock_cuts_off_is_told_at_the_next_sign_in(session, clock):
    session.leaving = True
    works_until_cut_off(session, KeyboardInterrupt())
    back = again(session, clock)
    told = cut_off(back)
    assert [work.kind for work in told] == ["import"]
    assert told[0].begun_at.startswith("2026-03-12T09:")
    assert cut_off(back) == []
    back.close()


@pytest.mark.parametrize("ending", [None, DiskFull(), KeyboardInterrupt()])
def test_work_that_ended_or_was_stopped_by_its_person_is_not_told(session, ending):
    works_until_cut_off(session, ending)
    assert cut_off(session) == []
    assert not session.folder.under_way.exists()


def test_work_that_ends_while_the_program_locks_is_not_told(session):
    session.leaving = True
    works_until_cut_off(session, None)
    assert cut_off(session) == []


def test_a_backup_that_was_killed_is_told_to_its_person_and_the_backup_knows_nothing_of_it(
    session, as_role, clock, tmp_path
):
    seen = []

    def stop(done, total):
        seen.append(session.folder.under_way.read_text("utf-8"))
        session.leaving = True
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(session, tmp_path, progress=stop)
    assert '"backup"' in seen[0]
    assert "LM" not in seen[0]
    other = as_role(Role.SUPERVISOR)
    assert cut_off(other) == []
    info = back_up(other, tmp_path)
    assert not (info.path / "vault.under-way").exists()
    other.close()
    back = open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    assert [work.kind for work in cut_off(back)] == ["backup"]
    back.close()


@pytest.mark.parametrize("content", ["", "[]", "{", '{"m": 3}', '{"m": {"user": "x"}}', "[" * 50_000])
def test_a_damaged_note_hinders_nobody(session, content):
    session.folder.under_way.write_text(content)
    assert cut_off(session) == []
    works_until_cut_off(session, None)


def test_a_full_disk_hinders_no_work(session, monkeypatch):
    def full(*_args):
        raise DiskFull

    monkeypatch.setattr("shelter_app.casework.returning.atomic_write", full)
    works_until_cut_off(session, None)
    assert cut_off(session) == []


def test_cut_off_work_is_told_in_the_order_in_which_it_began(session):
    for kind in ("backup", "summary"):

        @told_if_cut_off(kind)
        def work(session):
            session.leaving = True
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            work(session)
    told = cut_off(session)
    assert [work.kind for work in told] == ["backup", "summary"]
    assert all(isinstance(work, CutOff) for work in told)
