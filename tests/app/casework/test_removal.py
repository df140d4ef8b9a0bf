"""Somebody leaves: other keys for everybody else, at once, and nothing lost on the way."""

import threading

import pytest

from shelter_app.casework import cases, checking, drafts, entries, resealing, users, vaults
from shelter_app.casework.key_change import STEPS
from shelter_app.casework.trust import known_in_force, trust_of
from shelter_app.storage.backup import check_database
from shelter_app.storage.database import Database
from shelter_app.vault.errors import DataDamaged, KeyNotHeld, LastWayIn, NotYours, OwnAccount, UnknownUser
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.keyring import verify
from shelter_app.vault.rights import Compartment, Role
from shelter_app.vault.vault import unlock

PASSWORD = "seven calm herons cross"
NOTE = "陈秀云 wrote about the red gate"


@pytest.fixture
def post(session, clock):
    """LM holds everything, CW the names, NU the health key too, RO neither; one case with a note of health."""
    for name, role in (("CW", Role.CASEWORKER), ("NU", Role.HEALTH_WORKER), ("RO", Role.REPORTING_OFFICER)):
        users.new_user(session, name=name, role=role, password=f"{PASSWORD} {name}", must_change=False)
    case = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
    entries.save_entry(session, "note", {"text": NOTE}, case_id=case.case_id)
    entries.save_entry(session, "health", {"kind": "treatment", "findings": "cough"}, case_id=case.case_id)
    return session


def id_of(session, name):
    return next(slot.id for slot in session.keyring.header.users if slot.name == name)


def sign_in(session, name, clock):
    password = PASSWORD if name == "LM" else f"{PASSWORD} {name}"
    return vaults.open_vault(session.folder.path, name, password, clock=clock)


def note_of(session):
    return [e.values.get("text") for e in cases.open_case(session, session_case(session)).of_form("note")]


def session_case(session):
    return str(session.store.value("SELECT id FROM cases"))


def stores(session):
    return sorted(path.name for path in session.folder.store_files() if path.suffix == ".db")


def whole(session):
    assert check_database(session.store) == []
    assert checking.check_vault(session).faults == ()


def test_who_is_removed_opens_nothing_that_is_written_from_then_on(post, clock):
    gone = unlock(post.folder.path, "CW", f"{PASSWORD} CW")
    old_header = post.folder.header.read_bytes()
    users.remove_user(post, id_of(post, "CW"))
    with pytest.raises(UnknownUser):
        unlock(post.folder.path, "CW", f"{PASSWORD} CW")
    # The slot from an old copy of the header still gives the old keys; the file of the store knows them no more.
    assert post.folder.header.read_bytes() != old_header
    with pytest.raises(DataDamaged):
        Database(post.store.path, gone.store_key())
    added = entries.save_entry(post, "note", {"text": "after"}, case_id=session_case(post))
    revision = post.store.value("SELECT head FROM entries WHERE id = ?", (added.entry_id,))
    assert (
        post.store.value(
            "SELECT epoch FROM parts WHERE revision_id = ? AND compartment = 'people'", (revision,)
        )
        == 2
    )
    with pytest.raises(KeyNotHeld):
        gone.secret_of(Compartment.PEOPLE, 2)
    whole(post)


def test_the_session_that_removes_goes_on_and_everybody_else_signs_in_as_before(post, clock):
    path_before = post.store.path
    index_before = post.index.database
    users.remove_user(post, id_of(post, "CW"))
    assert post.store.path != path_before
    assert not path_before.exists()
    assert post.index.database is index_before
    assert post.index.count() == 1
    assert note_of(post) == [NOTE]
    vaults.sign_out(post)
    for name in ("LM", "NU", "RO"):
        again = sign_in(post, name, clock)
        assert again.sees_names == (name != "RO")
        if again.sees_names:
            assert note_of(again) == [NOTE]
        whole(again)
        vaults.sign_out(again)


def test_the_journal_says_so_in_the_new_file_and_its_old_lines_still_hold(post, clock):
    gone = id_of(post, "CW")
    users.remove_user(post, gone)
    line = post.journal.read(limit=1)[0]
    assert (line.action, line.subject, line.detail["new_keys"]) == ("user.removed", gone, ["people", "store"])
    assert list(post.journal.check(verify, trust_of(post))) == []
    vaults.sign_out(post)
    again = sign_in(post, "RO", clock)
    assert list(again.journal.check(verify, trust_of(again))) == []
    epochs = {row[0] for row in again.store.rows("SELECT DISTINCT epoch FROM journal")}
    assert epochs == {1, 2}


def test_only_compartments_that_the_person_held_get_a_new_key(post):
    users.remove_user(post, id_of(post, "RO"))
    header = post.keyring.header
    assert header.store_epoch == 2
    assert {key.epoch for key in header.compartments.values()} == {1}
    users.remove_user(post, id_of(post, "NU"))
    header = post.keyring.header
    assert header.store_epoch == 3
    assert {key.epoch for key in header.compartments.values()} == {2}


def test_a_reset_before_the_removal_does_not_spare_the_keys_that_the_person_could_read(post, clock):
    users.new_user(post, name="AD", role=Role.ADMINISTRATOR, password=f"{PASSWORD} AD", must_change=False)
    nurse = id_of(post, "NU")
    before = unlock(post.folder.path, "NU", f"{PASSWORD} NU")
    post.close()
    # An administrator without the keys resets the password, so that the slot has no key of a compartment any more.
    administrator = sign_in(post, "AD", clock)
    users.reset_password(administrator, nurse)
    assert administrator.keyring.header.slot(nurse).compartments == {Compartment.STORE}
    users.remove_user(administrator, nurse)
    assert {name: key.epoch for name, key in administrator.keyring.header.compartments.items()} == {
        Compartment.PEOPLE: 2,
        Compartment.HEALTH: 2,
    }
    vaults.sign_out(administrator)
    # With the former password and a copy of the header from before the reset, what is written now does not open.
    again = sign_in(post, "LM", clock)
    entries.save_entry(again, "note", {"text": "later"}, case_id=session_case(again))
    entries.save_entry(
        again, "health", {"kind": "treatment", "findings": "later"}, case_id=session_case(again)
    )
    epochs = dict(again.store.rows("SELECT compartment, max(epoch) FROM parts GROUP BY compartment"))
    assert epochs == {"people": 2, "health": 2}
    for compartment in (Compartment.PEOPLE, Compartment.HEALTH):
        assert before.secret_of(compartment, 1)
        with pytest.raises(KeyNotHeld):
            before.secret_of(compartment, 2)
    whole(again)
    again.close()


def test_a_key_that_was_replaced_after_the_reset_is_not_replaced_once_more(post, clock):
    users.new_user(post, name="AD", role=Role.ADMINISTRATOR, password=f"{PASSWORD} AD", must_change=False)
    nurse = id_of(post, "NU")
    post.close()
    administrator = sign_in(post, "AD", clock)
    users.reset_password(administrator, nurse)
    users.replace_keys(administrator)
    users.remove_user(administrator, nurse)
    assert {key.epoch for key in administrator.keyring.header.compartments.values()} == {2}
    administrator.close()


def test_a_key_that_came_into_force_while_somebody_held_its_compartment_counts_as_read(post, clock):
    users.new_user(post, name="AD", role=Role.ADMINISTRATOR, password=f"{PASSWORD} AD", must_change=False)
    nurse = id_of(post, "NU")
    users.remove_user(post, id_of(post, "CW"))  # the names get a second key, which the nurse is given
    post.close()
    administrator = sign_in(post, "AD", clock)
    assert known_in_force(administrator, nurse) == frozenset(Compartment)
    users.reset_password(administrator, nurse)
    assert known_in_force(administrator, nurse) == frozenset(Compartment)
    users.remove_user(administrator, nurse)
    assert administrator.keyring.header.compartments[Compartment.PEOPLE].epoch == 3
    assert known_in_force(administrator, nurse) == frozenset()
    administrator.close()


def test_of_nothing_that_lies_under_a_former_key_nothing_is_said(session, clock):
    for name, role in (("CW", Role.CASEWORKER), ("AD", Role.ADMINISTRATOR)):
        users.new_user(session, name=name, role=role, password=f"{PASSWORD} {name}", must_change=False)
    session.close()
    administrator = sign_in(session, "AD", clock)
    users.remove_user(administrator, id_of(administrator, "CW"))
    assert len(administrator.keyring.header.slot(id_of(administrator, "LM")).sealed[Compartment.PEOPLE]) == 2
    assert resealing.pending(administrator) == ()
    vaults.sign_out(administrator)
    holder = sign_in(session, "LM", clock)
    assert resealing.reseal_some(holder) == 0
    assert len(holder.keyring.header.slot(holder.user_id).sealed[Compartment.PEOPLE]) == 1, (
        "and the former key goes"
    )
    holder.close()


def test_old_parts_are_sealed_anew_by_who_holds_the_key_and_the_old_key_leaves_the_slots(post, clock):
    users.remove_user(post, id_of(post, "NU"))
    waiting = {each.compartment: each for each in resealing.pending(post)}
    assert waiting.keys() == {Compartment.PEOPLE, Compartment.HEALTH}
    assert waiting[Compartment.HEALTH].count == 1
    assert waiting[Compartment.HEALTH].mine
    assert waiting[Compartment.HEALTH].holders == ("LM",)
    before = dict(post.store.rows("SELECT revision_id || compartment, box FROM parts"))
    while resealing.reseal_some(post, limit=1):
        pass
    assert resealing.pending(post) == ()
    after = dict(post.store.rows("SELECT revision_id || compartment, box FROM parts"))
    assert after.keys() == before.keys()
    assert all(after[key] != before[key] for key in before)
    assert {row[0] for row in post.store.rows("SELECT epoch FROM parts")} == {2}
    assert all(len(boxes) == 1 for slot in post.keyring.header.slots for boxes in slot.sealed.values())
    assert note_of(post) == [NOTE]
    whole(post)
    vaults.sign_out(post)
    again = sign_in(post, "LM", clock)
    # The former keys are known again to who holds the ones in force, for older backups.
    assert again.keyring.epochs(Compartment.HEALTH) == (1, 2)
    vaults.sign_out(again)
    other = sign_in(post, "CW", clock)
    assert other.keyring.epochs(Compartment.PEOPLE) == (1, 2)
    assert other.keyring.epochs(Compartment.HEALTH) == ()
    whole(other)


def test_a_few_parts_at_a_time_leave_the_rest_readable(post):
    for number in range(5):
        entries.save_entry(post, "note", {"text": f"note {number}"}, case_id=session_case(post))
    users.remove_user(post, id_of(post, "CW"))
    total = resealing.pending(post)[0].count
    left = resealing.reseal_some(post, limit=1)
    assert 0 < left <= total
    assert len(note_of(post)) == 6
    while resealing.reseal_some(post, limit=1):
        pass
    assert len(note_of(post)) == 6


def test_an_administrator_without_the_key_removes_and_a_holder_finishes(post, clock):
    users.new_user(
        post, name="AD", role=Role.ADMINISTRATOR, password=f"{PASSWORD} AD", grants=(), must_change=False
    )
    vaults.sign_out(post)
    administrator = sign_in(post, "AD", clock)
    users.remove_user(administrator, id_of(administrator, "CW"))
    (waiting,) = resealing.pending(administrator)
    assert (waiting.compartment, waiting.mine) == (Compartment.PEOPLE, False)
    assert set(waiting.holders) == {"LM", "NU"}
    assert not administrator.keyring.holds(Compartment.PEOPLE)
    assert resealing.reseal_some(administrator) == 0
    assert resealing.pending(administrator) == (waiting,)
    vaults.sign_out(administrator)
    nurse = sign_in(post, "NU", clock)
    assert note_of(nurse) == [NOTE]
    assert resealing.reseal_some(nurse) == 0
    assert resealing.pending(nurse) == ()
    assert note_of(nurse) == [NOTE]
    whole(nurse)


def test_the_recovery_sheets_open_everything_after_a_removal(tmp_path, clock):
    from shelter_app.casework.recovery import recover_vault
    from shelter_app.vault.kdf import KdfParams

    made = vaults.create_vault(
        tmp_path / "other", post="KM", user="LM", password=PASSWORD, kdf=KdfParams(memory_kib=64, passes=1, lanes=1),
        allow_weak=True, clock=clock,
    )  # fmt: skip
    session = made.session
    users.new_user(session, name="CW", role=Role.CASEWORKER, password=f"{PASSWORD} CW")
    case = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
    entries.save_entry(session, "note", {"text": NOTE}, case_id=case.case_id)
    users.remove_user(session, id_of(session, "CW"))
    while resealing.reseal_some(session):
        pass
    vaults.sign_out(session)
    again = recover_vault(
        session.folder.path, [" ".join(s) for s in made.recovery[:2]], new_user="NEW", password=PASSWORD + "n", clock=clock
    )  # fmt: skip
    assert note_of(again) == [NOTE]
    assert again.keyring.epochs(Compartment.PEOPLE) == (1, 2)
    whole(again)
    again.close()


def test_a_person_added_after_a_removal_reads_what_was_before(post, clock):
    users.remove_user(post, id_of(post, "CW"))
    users.new_user(post, name="C2", role=Role.CASEWORKER, password=f"{PASSWORD} C2", must_change=False)
    vaults.sign_out(post)
    newcomer = sign_in(post, "C2", clock)
    assert note_of(newcomer) == [NOTE]
    whole(newcomer)


def test_drafts_of_who_left_are_gone(post, clock):
    vaults.sign_out(post)
    worker = sign_in(post, "CW", clock)
    drafts.save_draft(worker, "note", {"text": "half"}, case_id=session_case(worker))
    vaults.sign_out(worker)
    again = sign_in(post, "LM", clock)
    assert again.store.value("SELECT count(*) FROM drafts") == 1
    users.remove_user(again, id_of(again, "CW"))
    assert again.store.value("SELECT count(*) FROM drafts") == 0


def test_who_removes_is_told_how_far_it_is_and_of_every_step(post):
    seen, steps = [], []
    users.remove_user(
        post, id_of(post, "CW"), progress=lambda done, total: seen.append((done, total)), reached=steps.append
    )
    assert tuple(steps) == STEPS
    assert seen[-1][0] == seen[-1][1] > 0


@pytest.mark.parametrize("at", ["progress", "copied", "proved", "written"])
def test_giving_up_before_the_switch_changes_nothing(post, clock, at):
    class Stopped(BaseException):
        pass

    def stop(*_so_far):
        raise Stopped

    def stop_at(step):
        if step == at:
            raise Stopped

    how = {"progress": stop} if at == "progress" else {"reached": stop_at}
    before = post.folder.header.read_bytes()
    with pytest.raises(Stopped):
        users.remove_user(post, id_of(post, "CW"), **how)
    assert post.folder.header.read_bytes() == before
    assert stores(post) == ["store.db"]
    entries.save_entry(post, "note", {"text": "goes on"}, case_id=session_case(post))
    assert post.store.value("SELECT count(*) FROM journal WHERE action = 'user.removed'") == 0
    vaults.sign_out(post)
    worker = sign_in(post, "CW", clock)
    assert "goes on" in note_of(worker)
    whole(worker)


def test_what_is_saved_while_the_store_is_copied_is_in_the_new_one(post):
    def save_once(step):
        if step == "proved" and not saved:
            saved.append(entries.save_entry(post, "note", {"text": "meanwhile"}, case_id=session_case(post)))

    saved = []
    users.remove_user(post, id_of(post, "CW"), reached=save_once)
    assert saved
    assert "meanwhile" in note_of(post)
    whole(post)


def test_a_full_disk_leaves_the_old_keys_and_the_person_can_still_be_removed(post, clock, monkeypatch):
    from shelter_app.vault.errors import DiskFull

    def full(*_given, **_more):
        raise DiskFull

    gone = id_of(post, "CW")
    with monkeypatch.context() as patched:
        patched.setattr(Database, "backup_to", full)
        with pytest.raises(DiskFull):
            users.remove_user(post, gone)
    assert post.keyring.header.slot(gone) is not None
    users.remove_user(post, gone, store_later=True)
    header = post.keyring.header
    assert (header.slot(gone), header.store_epoch, header.compartments[Compartment.PEOPLE].epoch) == (
        None,
        1,
        2,
    )
    assert header.rotation_due
    assert note_of(post) == [NOTE]
    users.replace_keys(post)
    header = post.keyring.header
    assert (header.rotation_due, header.store_epoch) == (None, 2)
    assert note_of(post) == [NOTE]
    whole(post)
    while resealing.reseal_some(post):
        pass
    vaults.sign_out(post)
    nurse = sign_in(post, "NU", clock)
    assert note_of(nurse) == [NOTE]
    whole(nurse)


def test_where_only_one_copy_of_the_header_could_be_written_the_session_goes_by_it(post, clock, monkeypatch):
    from shelter_app.vault import header as header_module
    from shelter_app.vault.errors import DiskFull

    real, written = header_module.atomic_write, []

    def once(path, data):
        if written:
            raise DiskFull
        written.append(path)
        real(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(header_module, "atomic_write", once)
        users.remove_user(post, id_of(post, "CW"))
    assert post.keyring.needs_mending
    assert stores(post) == ["store-2.db", "store.db"]
    entries.save_entry(post, "note", {"text": "kept"}, case_id=session_case(post))
    post.close()
    again = sign_in(post, "LM", clock)
    assert "kept" in note_of(again)
    assert stores(again) == ["store-2.db"]
    with pytest.raises(UnknownUser):
        unlock(post.folder.path, "CW", f"{PASSWORD} CW")


def test_a_restored_backup_from_after_a_removal_opens(post, clock, tmp_path):
    from shelter_app.casework.backups import back_up
    from shelter_app.casework.restoring import restore_backup

    users.remove_user(post, id_of(post, "CW"))
    info = back_up(post, tmp_path / "stick")
    vaults.sign_out(post)
    restored = restore_backup(info.path, tmp_path / "restored", "LM", PASSWORD, clock=clock)
    assert note_of(restored) == [NOTE]
    users.remove_user(restored, id_of(restored, "RO"))
    assert stores(restored) == ["store-3.db"]
    whole(restored)
    restored.close()


def test_nobody_removes_themselves_or_the_last_way_in(post, clock):
    with pytest.raises(LastWayIn):
        users.remove_user(post, post.user_id)
    users.new_user(post, name="AD", role=Role.ADMINISTRATOR, password=f"{PASSWORD} AD", must_change=False)
    with pytest.raises(OwnAccount):
        users.remove_user(post, post.user_id)
    vaults.sign_out(post)
    nurse = sign_in(post, "NU", clock)
    with pytest.raises(NotYours):
        users.remove_user(nurse, id_of(nurse, "CW"))
    assert VaultFolder(post.folder.path).store_of(nurse.keyring.header.store_epoch) == nurse.store.path


def test_names_of_two_removals_in_a_row_are_all_told(post, clock):
    users.remove_user(post, id_of(post, "CW"))
    users.remove_user(post, id_of(post, "NU"))
    while resealing.reseal_some(post):
        pass
    vaults.sign_out(post)
    again = sign_in(post, "LM", clock)
    assert again.keyring.epochs(Compartment.STORE) == (1, 2, 3)
    assert again.keyring.epochs(Compartment.PEOPLE) == (1, 2, 3)
    assert note_of(again) == [NOTE]
    whole(again)
    assert {again.user_name(row[0]) for row in again.store.rows("SELECT id FROM users")} == {
        "LM",
        "CW",
        "NU",
        "RO",
    }


def test_saves_of_another_thread_are_never_lost_by_the_change_of_file(post, clock):
    """Somebody saves note after note while keys are replaced twice: what was acknowledged is in the new file."""
    stop, acknowledged, wrong = threading.Event(), [], []
    case_id = session_case(post)

    def save_on():
        number = 0
        while not stop.is_set():
            try:
                entries.save_entry(post, "note", {"text": f"busy {number}"}, case_id=case_id)
            except BaseException as error:  # noqa: BLE001 - told to the test
                wrong.append(error)
                return
            acknowledged.append(f"busy {number}")
            number += 1

    saver = threading.Thread(target=save_on)
    saver.start()
    try:
        users.remove_user(post, id_of(post, "CW"))
        users.replace_keys(post)
    finally:
        stop.set()
        saver.join()
    assert wrong == []
    assert len(acknowledged) > 1
    assert set(acknowledged) <= set(note_of(post))
    while resealing.reseal_some(post):
        pass
    vaults.sign_out(post)
    again = sign_in(post, "LM", clock)
    assert set(acknowledged) <= set(note_of(again))
    whole(again)
