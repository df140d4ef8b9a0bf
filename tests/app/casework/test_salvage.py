"""Damaged vaults: what the check names, what is brought into a new vault, and the list of what is not."""

import random
import shutil

import pytest

from shelter_app.casework import cases, checking, entries, salvage, vaults
from shelter_app.storage import entries as rows
from shelter_app.storage.database import Database
from shelter_app.vault import errors
from shelter_app.vault import vault as keys
from shelter_app.vault.rights import Role

PASSWORD = "seven calm herons cross"
PAGE = 4096


@pytest.fixture
def full(session, clock):
    """A vault of so many cases that its tables have several pages, closed."""
    opened = []
    for number in range(25):
        made = cases.new_case(session, person={"name_latin": f"Person {number}"}, intake={})
        saved = entries.save_entry(session, "note", {"text": f"Note {number} " * 40}, case_id=made.case_id)
        if number % 5 == 0:
            entries.save_entry(
                session, "note", {"text": f"Corrected {number}"}, case_id=made.case_id, entry_id=saved.entry_id,
                started_from=saved.revision_id,
            )  # fmt: skip
        opened.append(made)
    vaults.sign_out(session)
    return session.folder, opened


def owner_of_pages(folder, table):
    """The numbers of the pages that belong to a table, found by damaging one after the other."""
    store = open_raw(folder)
    pages = store.value("PRAGMA page_count")
    store.close()
    whole = folder.store.read_bytes()
    found = []
    for page in range(2, pages + 1):
        spoil(folder.store, page)
        try:
            store = open_raw(folder)
        except errors.DataDamaged:
            # A page of the list of tables: none of them can be found without it.
            folder.store.write_bytes(whole)
            continue
        try:
            store.rows(f"SELECT * FROM {table}")
        except errors.DataDamaged:
            found.append(page)
        store.close()
        folder.store.write_bytes(whole)
    return found


def open_raw(folder):
    keyring = keys.unlock(folder.path, "LM", PASSWORD)
    store = Database(folder.store, keyring.store_key())
    keyring.close()
    return store


def spoil(path, page):
    data = bytearray(path.read_bytes())
    data[(page - 1) * PAGE + 700] ^= 0x40
    path.write_bytes(data)


def test_a_whole_vault_is_brought_over_row_by_row_and_nothing_is_lost(full, tmp_path, clock):
    folder, opened = full
    report = salvage.salvage_vault(folder.path, tmp_path / "new", "LM", PASSWORD, clock=clock)
    assert report.lost == ()
    assert "Nothing was lost" in report.text()
    assert (report.cases, report.entries) == (25, 75)
    before, after = open_raw(folder), report.session.store
    for table in ("cases", "entries", "revisions", "parts", "persons", "users", "drafts"):
        assert before.rows(f"SELECT * FROM {table}") == after.rows(f"SELECT * FROM {table}"), table
    lines = before.rows("SELECT * FROM journal ORDER BY arrived")
    assert after.rows("SELECT * FROM journal ORDER BY arrived")[: len(lines)] == lines
    before.close()
    assert checking.check_vault(report.session).faults == ()
    assert (
        cases.open_case(report.session, opened[3].case_id)
        .of_form("note")[0]
        .values["text"]
        .startswith("Note 3")
    )
    report.session.close()


@pytest.mark.parametrize("table", ["cases", "entries", "revisions", "parts", "journal"])
def test_around_a_damaged_page_everything_else_is_brought_over_and_what_is_lost_is_said(
    full, tmp_path, clock, table
):
    folder, _opened = full
    pages = owner_of_pages(folder, table)
    before = open_raw(folder)
    was = {
        name: before.value(f"SELECT count(*) FROM {name}")
        for name in ("cases", "entries", "revisions", "parts", "journal")
    }
    before.close()
    spoil(folder.store, pages[-1])
    report = salvage.salvage_vault(folder.path, tmp_path / "new", "LM", PASSWORD, clock=clock)
    store = report.session.store
    now = {name: store.value(f"SELECT count(*) FROM {name}") for name in was}
    assert report.damaged
    assert report.lost or table == "journal", "something was lost, and it is said"
    for name in set(was) - {table, "cases", "entries", "journal"}:
        assert now[name] == was[name]
    assert was[table] * 0.3 <= now[table]
    assert checking.backup.check_database(store) == []
    if table in ("cases", "entries", "revisions"):
        assert any("KM-A-" in line for line in report.lost), report.lost
    if table == "cases":
        assert now["cases"] == 25, "a lost case is put in its place again by its entries"
    for row in store.rows("SELECT id FROM cases"):
        cases.open_case(report.session, row[0])
    vaults.sign_out(report.session)
    vaults.open_vault(tmp_path / "new", "LM", PASSWORD, clock=clock).close()


def test_several_damaged_pages_lose_only_what_lies_on_them(full, tmp_path, clock):
    folder, _opened = full
    pages = owner_of_pages(folder, "parts")
    leaves = pages[1:]
    for page in leaves[:: max(1, len(leaves) // 3)]:
        spoil(folder.store, page)
    report = salvage.salvage_vault(folder.path, tmp_path / "new", "LM", PASSWORD, clock=clock)
    left = report.session.store.value("SELECT count(*) FROM parts")
    assert 0 < left < 80
    assert report.cases == 25
    report.session.close()


def test_a_vault_of_which_no_page_is_left_is_told_and_leaves_nothing(full, tmp_path, clock):
    folder, _opened = full
    folder.store.write_bytes(random.Random(3).randbytes(folder.store.stat().st_size))
    with pytest.raises(salvage.NothingReadable):
        salvage.salvage_vault(folder.path, tmp_path / "new", "LM", PASSWORD, clock=clock)
    assert not (tmp_path / "new").exists()


def test_a_lost_header_is_taken_from_a_backup(full, tmp_path, clock):
    from shelter_app.casework import backups

    folder, _opened = full
    session = vaults.open_vault(folder.path, "LM", PASSWORD, clock=clock)
    info = backups.back_up(session, tmp_path / "stick")
    vaults.sign_out(session)
    for path in (folder.header, folder.header_copy):
        path.write_bytes(b"rubbish")
    with pytest.raises(errors.HeaderDamaged):
        salvage.salvage_vault(folder.path, tmp_path / "none", "LM", PASSWORD, clock=clock)
    report = salvage.salvage_vault(
        folder.path, tmp_path / "new", "LM", PASSWORD, header_from=info.path, clock=clock
    )
    assert (report.cases, report.lost) == (25, ())
    report.session.close()


def test_a_salvage_is_refused_with_the_wrong_password_and_never_goes_over_something(full, tmp_path, clock):
    folder, _opened = full
    with pytest.raises(errors.WrongPassword):
        salvage.salvage_vault(folder.path, tmp_path / "new", "LM", "something else entirely", clock=clock)
    assert not (tmp_path / "new").exists()
    with pytest.raises(errors.FolderNotEmpty):
        salvage.salvage_vault(folder.path, folder.path, "LM", PASSWORD, clock=clock)
    assert folder.exists()


# -- the check -------------------------------------------------------------------------------------


@pytest.fixture
def worked(session, clock):
    made = cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake={})
    entries.save_entry(session, "note", {"text": "A note."}, case_id=made.case_id)
    return session


def test_a_sound_vault_checks_clean_in_steps_and_the_result_is_kept(worked):
    steps = []
    report = checking.check_vault(worked, lambda done, total: steps.append((done, total)))
    assert report.faults == ()
    assert report.parts_opened == worked.store.value("SELECT count(*) FROM parts") > 0
    assert [done for done, _total in steps] == sorted(done for done, _total in steps)
    assert steps[-1][0] == steps[-1][1] == 1000
    kept = checking.last_check(worked)
    assert kept is not None
    assert (kept.faults, kept.kinds) == (0, frozenset())
    assert not (worked.folder.path / "check.tmp").exists()


def test_without_room_for_a_copy_the_store_itself_is_read(worked, monkeypatch):
    monkeypatch.setattr(checking, "free_room", lambda _folder: 0)
    assert checking.check_vault(worked).faults == ()


DROP = ("parts_are_kept", "revisions_are_kept", "revisions_stay")
WRONG = {
    "the coded part of a state": ("UPDATE revisions SET coded = '{\"x\":1}' WHERE form = 'note'", "saves"),
    "a sealed part removed": ("DELETE FROM parts WHERE revision_id IN (SELECT head FROM entries WHERE form = 'note')", "saves"),
    "a state removed": ("DELETE FROM revisions WHERE form = 'note'", "saves"),
    "a sealed part changed": ("UPDATE parts SET box = zeroblob(length(box))", "parts"),
    "the journal": ("UPDATE journal SET actor = 'x' WHERE seq = 2", "journal"),
    "an attachment": (
        "INSERT INTO attachments VALUES ('a', 'b', 'c', 1, 'd', 'e', 'f')", "attachments",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("sql", "kind"), WRONG.values(), ids=WRONG)
def test_what_is_not_as_it_was_saved_is_named_in_words(worked, sql, kind):
    for trigger in (*DROP, "journal_stays"):
        worked.store.execute(f"DROP TRIGGER {trigger}")
    before = checking.check_vault(worked)
    worked.store.execute(sql)
    report = checking.check_vault(worked)
    assert kind in report.kinds - before.kinds or set(report.faults) - set(before.faults)
    assert checking.last_check(worked).kinds == report.kinds


def test_a_page_put_back_from_before_is_found(worked, clock):
    case_id = worked.store.value("SELECT id FROM cases")
    entry = rows.entries_in_case(worked.store, case_id)[-1]
    old = worked.folder.store.read_bytes()
    entries.save_entry(
        worked, entry.form, {"text": "Corrected."}, case_id=case_id, entry_id=entry.id, started_from=entry.head
    )  # fmt: skip
    vaults.sign_out(worked)
    new = bytearray(worked.folder.store.read_bytes())
    told = silent = 0
    for page in range(2, len(old) // PAGE):
        place = slice((page - 1) * PAGE, page * PAGE)
        if old[place] == new[place]:
            continue
        mixed = bytearray(new)
        mixed[place] = old[place]
        worked.folder.store.write_bytes(mixed)
        try:
            again = vaults.open_vault(worked.folder.path, "LM", PASSWORD, clock=clock)
        except errors.DataDamaged:
            told += 1
            continue
        report = checking.check_vault(again)
        again.close()
        told += bool(report.faults)
        silent += not report.faults
    assert told >= 5
    assert silent <= 2, "pages of settings and of users do not show"


def test_one_damaged_copy_of_the_header_is_told(worked):
    worked.folder.header_copy.write_bytes(b"rubbish")
    assert checking.check_vault(worked).kinds == {"header"}


def test_a_check_is_due_after_a_week_and_after_an_unclean_end(worked, clock):
    assert not checking.check_due(worked)
    clock.go_on(days=8)
    assert checking.check_due(worked)
    checking.check_vault(worked)
    assert not checking.check_due(worked)
    path = worked.folder.path
    copy = path.with_name("copy")
    shutil.copytree(path, copy)
    killed = vaults.open_vault(copy, "LM", PASSWORD, clock=clock)
    assert checking.check_due(killed), "its program did not close it"
    assert killed.journal.read(actions=["vault.left_open"])
    checking.check_vault(killed)
    vaults.sign_out(killed)
    again = vaults.open_vault(copy, "LM", PASSWORD, clock=clock)
    assert not checking.check_due(again)
    vaults.sign_out(again)


def test_a_check_reads_in_pages_and_not_per_entry(worked, as_role):
    case_id = worked.store.value("SELECT id FROM cases")
    for number in range(40):
        entries.save_entry(worked, "note", {"text": f"Note {number}"}, case_id=case_id)
    statements = []
    worked.store.trace_statements(statements.append)
    monkey = checking.free_room
    checking.free_room = lambda _folder: 0
    try:
        report = checking.check_vault(worked)
    finally:
        checking.free_room = monkey
        worked.store.trace_statements(None)
    assert report.faults == ()
    assert len(statements) < 65


def test_what_somebody_has_no_key_for_is_counted_and_not_opened(worked, as_role):
    officer = as_role(Role.REPORTING_OFFICER)
    report = checking.check_vault(officer)
    assert (report.parts_opened, report.faults) == (0, ())
    assert report.parts_sealed > 0


def test_random_damage_is_never_silent(full, clock):
    folder, _opened = full
    whole = folder.store.read_bytes()
    dice = random.Random(7)
    for _each in range(12):
        place = dice.randrange(len(whole))
        data = bytearray(whole)
        data[place] ^= 1 << dice.randrange(8)
        folder.store.write_bytes(data)
        try:
            session = vaults.open_vault(folder.path, "LM", PASSWORD, clock=clock)
        except errors.DataDamaged:
            continue
        try:
            assert "pages" in checking.check_vault(session).kinds, place
        except errors.DataDamaged:
            pass
        finally:
            session.close()


def test_what_can_be_seen_of_a_damaged_vault_without_a_password_is_said_in_words(full):
    folder, _opened = full
    told = checking.damage_from_outside(folder.path, errors.DataDamaged())
    assert "does not open with the keys" in told[0]
    whole = folder.store.read_bytes()
    folder.store.write_bytes(whole[:-100])
    assert "cut off" in checking.damage_from_outside(folder.path, errors.DataDamaged())[0]
    folder.store.unlink()
    folder.header_copy.write_bytes(b"rubbish")
    told = checking.damage_from_outside(folder.path, errors.DataDamaged())
    assert ["One of the two copies" in told[0], "is missing" in told[1]] == [True, True]
    folder.header.write_bytes(b"rubbish")
    assert "Both copies" in checking.damage_from_outside(folder.path, errors.HeaderDamaged())[0]
