"""A journal that ends earlier than it was seen to end is told at sign-in, whoever set it back."""

import json
import shutil

import pytest

from shelter_app.casework import backups, cases, heads, journal_check, restoring, summary, vaults
from shelter_app.casework.head_memory import HeadMemory, SeenHead
from shelter_app.domain.periods import Period
from shelter_app.storage.backup import BackupDamaged
from shelter_app.storage.journal import Event
from shelter_app.vault.recovery import word_list
from shelter_app.vault.rights import Role

PASSWORD = "seven calm herons cross"


@pytest.fixture
def memory(session, tmp_path):
    session.memory = HeadMemory(tmp_path / "elsewhere" / "journal-heads.json")
    return session.memory


@pytest.fixture
def again(session, clock):
    """Sign out and in again as the creator; everything that was opened is closed in the end."""
    opened = []

    def sign_in(*, out_of=session, user="LM", password=PASSWORD):
        if out_of is not None:
            vaults.sign_out(out_of)
        opened.append(vaults.open_vault(session.folder.path, user, password, clock=clock))
        opened[-1].memory = session.memory
        return opened[-1]

    yield sign_in
    for each in opened:
        each.close()


def said(session, *seen):
    return [(w.seen.source, w.kind) for w in heads.earlier_than_seen(session, seen)]


def cut(session, from_line):
    session.store.execute("DROP TRIGGER journal_is_kept")
    session.store.execute("DELETE FROM journal WHERE seq >= ?", (from_line,))


def test_nothing_is_said_of_a_journal_that_only_grew(session, again, memory):
    cases.new_case(session)
    back = again()
    assert said(back) == []
    assert said(back, heads.current_head(back)) == []
    assert {head.source for head in memory.seen(back.keyring.vault_id)} == {"computer"}


def test_a_journal_cut_off_by_hand_is_shorter_than_header_note_and_computer_say(session, again, memory):
    cases.new_case(session)
    second = again()
    cut(second, 2)
    # Whoever cut it does not sign out with the program, so that nothing new is noted.
    second.close()
    found = heads.earlier_than_seen(again(out_of=None))
    assert [(w.seen.source, w.kind, w.ends_at) for w in found] == [
        ("header", "shorter", 1), ("own_session", "shorter", 1), ("computer", "shorter", 1),
    ]  # fmt: skip


def test_lines_that_grew_again_after_the_cut_do_not_hide_it(session, again, memory):
    cases.new_case(session)
    second = again()
    cut(second, 2)
    with second.store.transaction():
        for _ in range(9):
            second.journal.write(Event("case.read", "x"), second.now())
    second.close()
    assert said(again(out_of=None)) == [
        ("header", "different"), ("own_session", "different"), ("computer", "different"),
    ]  # fmt: skip


def test_a_store_that_was_set_back_alone_is_told_by_the_header(session, again):
    old = session.folder.path / "old.db"
    shutil.copyfile(session.folder.store, old)
    cases.new_case(session)
    vaults.sign_out(session)
    old.replace(session.folder.store)
    found = heads.earlier_than_seen(again(out_of=None))
    assert [(w.seen.source, w.kind) for w in found] == [("header", "shorter")]


def test_a_vault_that_was_set_back_as_a_whole_is_told_only_from_outside(session, again, memory, tmp_path):
    vaults.sign_out(session)
    shutil.copytree(session.folder.path, tmp_path / "copy")
    back = again(out_of=None)
    cases.new_case(back)
    receipt = heads.current_head(back)
    vaults.sign_out(back)
    shutil.rmtree(session.folder.path)
    shutil.copytree(tmp_path / "copy", session.folder.path)
    set_back = again(out_of=None)
    assert said(set_back) == [("computer", "shorter")]
    set_back.memory = None
    assert said(set_back) == []
    assert said(set_back, receipt) == [("computer", "shorter")]


def test_a_restore_explains_what_is_missing_and_a_later_cut_is_not_explained_by_it(
    session, again, memory, clock, tmp_path
):
    info = backups.back_up(session, tmp_path / "stick")
    assert {head.source for head in memory.seen(session.keyring.vault_id)} == {"backup"}
    cases.new_case(session)
    vaults.sign_out(session)
    shutil.rmtree(session.folder.path)
    restored = restoring.restore_backup(info.path, tmp_path / "restored", "LM", PASSWORD, clock=clock)
    restored.memory = memory
    (warning,) = heads.earlier_than_seen(restored)
    assert warning.seen.source == "computer"
    assert warning.restored is not None
    assert warning.restored.by == "LM"
    assert warning.restored.made_at < warning.restored.at
    vaults.sign_out(restored)
    later = vaults.open_vault(tmp_path / "restored", "LM", PASSWORD, clock=clock)
    later.memory = memory
    cut(later, 4)
    later.close()
    later = vaults.open_vault(tmp_path / "restored", "LM", PASSWORD, clock=clock)
    later.memory = memory
    found = [w for w in heads.earlier_than_seen(later) if w.seen.source == "computer"]
    # What was there before the restore is explained by it; what was written after it is not.
    assert {(w.restored is None, w.seen.folder.endswith("restored")) for w in found} == {
        (True, True),
        (False, False),
    }
    later.close()


def test_a_note_of_the_last_session_that_is_gone_or_older_is_told(session, again):
    second = again()
    (old,) = second.store.row("SELECT value FROM settings WHERE key = 'last_session'")
    third = again(out_of=second)
    third.store.execute("UPDATE settings SET value = ? WHERE key = 'last_session'", (old,))
    assert said(third) == [("own_session", "note")]
    third.store.execute("DELETE FROM settings WHERE key = 'last_session'")
    assert said(third) == [("own_session", "note")]
    third.store.execute("INSERT INTO settings VALUES (?, 'last_session', 'AAAA')", (third.user_id,))
    assert said(third) == [("own_session", "note")]
    heads.acknowledge(third, heads.earlier_than_seen(third))
    assert said(again(out_of=third)) == []


def test_what_was_acknowledged_is_not_said_again_and_others_are_told_all_the_same(session, as_role, clock):
    seen = SeenHead("given", 4000, "ab" * 32)
    warnings = heads.earlier_than_seen(session, [seen])
    heads.note_warnings(session, warnings)
    heads.note_warnings(session, warnings)
    heads.acknowledge(session, warnings)
    assert heads.earlier_than_seen(session, [seen]) == []
    assert len(heads.earlier_than_seen(session, [seen], again=True)) == 1
    assert [line.action for line in session.journal.read(limit=2)] == [
        "journal.warning_read", "journal.went_back",
    ]  # fmt: skip
    assert session.journal.read(limit=2)[1].detail == {
        "source": "given", "kind": "shorter", "seen": 4000, "ended": 1, "digest": "ab" * 32, "device": "",
    }  # fmt: skip
    colleague = as_role(Role.CASEWORKER)
    assert len(heads.earlier_than_seen(colleague, [seen])) == 1


@pytest.fixture
def set_back(session, as_role, again, memory, tmp_path):
    """A caseworker puts the folder back to before a case was opened, and signs in on the same computer."""
    worker = as_role(Role.CASEWORKER)
    name, password = worker.keyring.name, f"{PASSWORD} {worker.keyring.name}"
    vaults.sign_out(worker)
    shutil.copytree(session.folder.path, tmp_path / "copy")
    second = again(out_of=None, user=name, password=password)
    cases.new_case(second)
    vaults.sign_out(second)
    shutil.rmtree(session.folder.path)
    shutil.copytree(tmp_path / "copy", session.folder.path)
    return again(out_of=None, user=name, password=password)


def test_who_puts_the_vault_back_cannot_read_the_warning_away_for_the_others(
    session, set_back, again, memory
):
    warnings = heads.earlier_than_seen(set_back)
    assert [(w.seen.source, w.kind) for w in warnings] == [("computer", "shorter")]
    heads.note_warnings(set_back, warnings)
    heads.acknowledge(set_back, warnings)
    assert heads.earlier_than_seen(set_back) == []
    # They go on working and sign out, so that the journal is longer again than it was seen.
    for _ in range(5):
        cases.new_case(set_back)
    supervisor = again(out_of=set_back)
    found = heads.earlier_than_seen(supervisor)
    assert {w.seen.source for w in found} == {"computer"}
    assert not journal_check.check_journal(supervisor).sound
    heads.note_warnings(supervisor, found)
    heads.acknowledge(supervisor, found)
    # Settled by somebody who may read the journal: nobody is told again, the check neither.
    assert heads.earlier_than_seen(supervisor) == []
    later = again(out_of=supervisor)
    assert heads.earlier_than_seen(later) == []
    assert journal_check.check_journal(later).sound


def test_others_are_told_where_the_computer_remembers_nothing(set_back, again, memory):
    heads.note_warnings(set_back, heads.earlier_than_seen(set_back))
    memory.settle(set_back.keyring.vault_id, memory.seen(set_back.keyring.vault_id))
    supervisor = again(out_of=set_back)
    assert [(w.seen.source, w.kind) for w in heads.earlier_than_seen(supervisor)] == [("computer", "shorter")]


def test_a_copy_beside_the_vault_and_the_vault_do_not_accuse_each_other(
    session, again, memory, clock, tmp_path
):
    info = backups.back_up(session, tmp_path / "stick")
    vaults.sign_out(session)
    restored = restoring.restore_backup(info.path, tmp_path / "restored", "LM", PASSWORD, clock=clock)
    restored.memory = memory
    cases.new_case(restored)
    vaults.sign_out(restored)
    back = again(out_of=None)
    assert said(back) == []
    # Where the other one is gone, what was seen of it counts.
    shutil.rmtree(tmp_path / "restored")
    assert [source for source, _kind in said(back)] == ["computer"]


def test_the_last_session_of_each_person_is_their_own(session, as_role, again, clock):
    assert heads.last_session(session) is None
    colleague = as_role(Role.CASEWORKER)
    name = colleague.keyring.name
    assert heads.last_session(colleague) is None
    vaults.sign_out(colleague)
    ended = clock.moment
    creator = again(out_of=None)
    number, _mac = creator.journal.head()
    assert heads.last_session(creator) is None
    creator.close()
    back = again(out_of=None, user=name, password=f"{PASSWORD} {name}")
    last = heads.last_session(back)
    assert last is not None
    assert (last.number, last.closed) == (number - 1, True)
    assert abs((last.at - ended).total_seconds()) < 10
    assert last.words == heads.head_words(back.journal.mac_of(last.number).hex())
    # A session that was cut off is not taken for the last one that ended.
    back.close()
    back = again(out_of=None, user=name, password=f"{PASSWORD} {name}")
    assert heads.last_session(back) == type(last)(last.number, last.at, last.words, closed=False)


def test_six_words_stand_for_a_head_and_change_with_it():
    assert heads.head_words("00" * 32) == (word_list()[0],) * 6
    assert heads.head_words("ff" * 32) == (word_list()[1023],) * 6
    one, other = heads.head_words("00" * 7 + "10" + "00" * 24), heads.head_words("00" * 32)
    assert one[:5] == other[:5]
    assert one[5] == word_list()[1]


def test_the_memory_of_a_computer_forgets_what_makes_no_sense_and_the_oldest_vault(tmp_path):
    path = tmp_path / "heads.json"
    memory = HeadMemory(path)
    for number in range(60):
        memory.remember(f"vault-{number}", SeenHead("computer", number, "00", "", "device"))
    assert memory.seen("vault-9") == ()
    assert memory.seen("vault-59") == (SeenHead("computer", 59, "00", "", "device"),)
    path.write_text(json.dumps({"vault-1": [["computer", 7, "00", "", "device"]]}))
    assert memory.seen("vault-1") == (SeenHead("computer", 7, "00", "", "device"),)
    memory.remember("vault-59", SeenHead("computer", 59, "00", "", "device"))
    memory.remember("vault-59", SeenHead("computer", 60, "01", "", "device"))
    memory.remember("vault-59", SeenHead("backup", 58, "02", "", "device"))
    assert [head.number for head in memory.seen("vault-59")] == [60, 58]
    assert path.stat().st_mode & 0o777 == 0o600
    for stored in ("", "[]", "{", json.dumps({"vault-1": [["computer", "many", 1, "", ""], 7, ["x"]]})):
        path.write_text(stored)
        assert memory.seen("vault-1") == ()
    memory.remember("vault-1", SeenHead("computer", 1, "00"))
    assert memory.seen("vault-1")
    unwritable = HeadMemory(path / "below a file")
    unwritable.remember("vault-1", SeenHead("computer", 1, "00"))
    assert unwritable.seen("vault-1") == ()
    with pytest.raises(ValueError, match="outside the vault"):
        memory.remember("vault-1", SeenHead("header", 1, "00"))


def test_a_summary_that_left_still_tells_which_journal_it_came_from(session, clock, tmp_path):
    cases.new_case(session)
    clock.go_on(days=60)
    preview = summary.make_preview(session, Period.parse("2026-Q1"))
    clock.go_on(days=60)
    files = summary.write_release(session, preview, tmp_path / "out")
    manifest = next(path for path in files if path.name == "manifest.json")
    (seen,) = heads.heads_of(session, manifest)
    assert heads.compare(session, [seen]) == []
    # Written again, it is the same to the letter, though the journal has grown.
    again = summary.write_release(session, preview, tmp_path / "again")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in files]
    session.store.execute("DROP TRIGGER journal_is_kept")
    session.store.execute("DELETE FROM journal WHERE seq > 1")
    (warning,) = heads.compare(session, [seen])
    assert warning.kind == "unknown"
    assert "holds no line like the one" in journal_check.warning_words(warning)
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(BackupDamaged):
        heads.heads_of(session, tmp_path / "other.json")
