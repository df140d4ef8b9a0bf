"""One damaged piece must not keep anybody from the rest of the vault."""

import pytest

from shelter_app.casework import cases, drafts, entries, lists, people, users, vaults
from shelter_app.casework.checking import check_vault
from shelter_app.casework.vaults import open_vault
from shelter_app.storage.people_index import PeopleIndex
from shelter_app.vault.errors import DataDamaged, DiskFailed, DiskFull
from shelter_app.vault.rights import Role

PASSWORD = "seven calm herons cross"
PERSON = {"name_native": "陈秀云", "sex": "female", "birth": {"y": 1998}, "citizenship": ["CN"]}
INTAKE = {"registered_on": {"y": 2026, "m": 3, "d": 2}}
SERVICE = {"service_kind": "medical", "status": "given", "given_on": {"y": 2026, "m": 3, "d": 6}}


@pytest.fixture
def opened(session):
    return cases.new_case(session, person=PERSON, intake=INTAKE)


def reopen(session, clock):
    session.close()
    return open_vault(session.folder.path, "LM", PASSWORD, clock=clock)


def damage(session, revision_id):
    changed = session.store.execute(
        "UPDATE parts SET box = zeroblob(length(box)) WHERE revision_id = ?", (revision_id,)
    )
    assert changed == 1


def test_a_damaged_person_part_keeps_nobody_out_and_is_named_by_the_check(session, opened, clock):
    other = cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake=INTAKE)
    damage(session, cases.open_case(session, opened.case_id).person.row.head)
    session.index.forget([opened.case_id, other.case_id])
    session.index.database.execute("DELETE FROM state")
    again = reopen(session, clock)
    listed = {row.case_id: row.name for row in lists.case_list_of(again).page()}
    assert listed == {opened.case_id: people.UNREADABLE, other.case_id: "Sok Chanthy"}
    assert len(check_vault(again).faults) == 1
    again.close()


def test_a_case_opens_though_one_of_its_parts_is_damaged(session, opened):
    good = entries.save_entry(session, "note", {"text": "good"}, case_id=opened.case_id)
    bad = entries.save_entry(session, "service", SERVICE | {"note": "bad"}, case_id=opened.case_id)
    damage(session, bad.revision_id)
    view = cases.open_case(session, opened.case_id)
    by_id = {entry.row.id: entry for entry in view.entries}
    assert by_id[good.entry_id].values["text"] == "good"
    assert by_id[bad.entry_id].reading.damaged == {"people"}
    assert by_id[bad.entry_id].values["service_kind"] == "medical"


def test_a_correction_leaves_a_damaged_part_where_it_is(session, opened, clock):
    saved = entries.save_entry(session, "service", SERVICE | {"note": "kept"}, case_id=opened.case_id)
    whole = session.store.value("SELECT box FROM parts WHERE revision_id = ?", (saved.revision_id,))
    damage(session, saved.revision_id)
    entries.save_entry(session, "service", SERVICE, case_id=opened.case_id, entry_id=saved.entry_id)
    session.store.execute("UPDATE parts SET box = ? WHERE revision_id = ?", (whole, saved.revision_id))
    assert cases.open_case(session, opened.case_id).of_form("service")[0].values["note"] == "kept"


def test_projected_facts_stay_where_the_person_cannot_be_read(session, opened):
    view = cases.open_case(session, opened.case_id)
    damage(session, view.person.row.head)
    entries.save_entry(
        session, "intake", {"registered_on": {"y": 2025, "m": 3, "d": 2}}, case_id=opened.case_id,
        entry_id=view.of_form("intake")[0].row.id,
    )  # fmt: skip
    case = cases.open_case(session, opened.case_id).case
    assert (case.registered_on, case.sex, case.citizenship) == ("2025-03-02", "woman", ("CN",))


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE parts SET box = zeroblob(length(box)) WHERE sealing = 'inbox' AND revision_id = ?",
        "UPDATE parts SET author = 'nobody' WHERE sealing = 'inbox' AND revision_id = ?",
        "UPDATE parts SET epoch = 7 WHERE sealing = 'inbox' AND revision_id = ?",
    ],
)
def test_one_bad_part_in_the_inbox_locks_nobody_out_and_the_others_are_brought_in(
    session, opened, as_role, clock, spoil
):
    worker = as_role(Role.CASEWORKER)
    good, bad = (
        entries.save_entry(worker, "service", SERVICE | {"diagnosis": text}, case_id=opened.case_id)
        for text in ("good", "bad")
    )
    assert worker.store.execute(spoil, (bad.revision_id,)) == 1
    nurse = as_role(Role.HEALTH_WORKER)
    by_id = {e.row.id: e for e in cases.open_case(nurse, opened.case_id).entries}
    assert by_id[good.entry_id].values["diagnosis"] == "good"
    assert "diagnosis" not in by_id[bad.entry_id].values
    assert nurse.store.value("SELECT count(*) FROM parts WHERE sealing = 'inbox'") == 1
    resealed = [e for e in nurse.journal.read() if e.action == "parts.resealed"]
    assert [len(e.detail["parts"]) for e in resealed] == [1]
    assert len(check_vault(nurse).faults) == 1


def test_what_a_removed_colleague_wrote_into_the_inbox_is_still_brought_in(session, opened, as_role):
    worker = as_role(Role.CASEWORKER)
    entries.save_entry(worker, "service", SERVICE | {"diagnosis": "good"}, case_id=opened.case_id)
    gone = worker.user_id
    administrator = as_role(Role.ADMINISTRATOR)
    users.remove_user(administrator, gone)
    nurse = as_role(Role.HEALTH_WORKER)
    assert cases.open_case(nurse, opened.case_id).of_form("service")[0].values["diagnosis"] == "good"


def test_an_index_that_is_damaged_inside_is_begun_anew_at_the_next_sign_in(session, opened, clock):
    session.index.database.execute("UPDATE state SET value = '0'")
    for number in range(60):
        cases.new_case(session, person={"name_latin": f"Name {number:02}"}, intake=INTAKE)
    session.close()
    path = session.folder.people_index
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
    damaged = open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    with pytest.raises(DataDamaged):
        people.find(damaged, "陈秀云")
        people.find(damaged, "Name")
    damaged.close()
    again = open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    assert people.find(again, "陈秀云").rows[0].case_id == opened.case_id
    assert lists.case_list_of(again).count() == 61
    again.close()


def test_an_index_whose_rows_contradict_each_other_is_begun_anew_at_the_next_sign_in(session, opened, clock):
    """As a power cut leaves it on a stick: the list of its pieces is older than the pieces."""
    index = session.index.database
    for piece in range(1, 40):
        index.execute("INSERT OR IGNORE INTO terms_idx (segid, term, pgno) VALUES (?, ?, 2)", (piece, b""))
    other = cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake=INTAKE)
    assert index.damaged
    again = reopen(session, clock)
    assert people.find(again, "陈秀云").rows[0].case_id == opened.case_id
    assert people.find(again, "Sok").rows[0].case_id == other.case_id
    again.close()


def test_names_of_cases_that_are_gone_do_not_stay_in_the_index(session, opened, clock):
    ghost = session.index.database
    columns = "person_id, number, registered_on, status, stage, restricted, alerts, citizenship, name, reading, sort_key, head, words, readings, papers"
    ghost.execute(f"INSERT INTO list (rid, case_id, {columns}) SELECT 99, 'gone', {columns} FROM list")
    again = reopen(session, clock)
    assert [row.case_id for row in lists.case_list_of(again).page()] == [opened.case_id]
    again.close()


class FullDisk:
    """Lets the disk of a database be full for what begins with these words."""

    def __init__(self, database):
        self.database, self.execute = database, database.execute

    def __enter__(self):
        def refuse(sql, values=()):
            if sql.startswith(("INSERT", "UPDATE")):
                raise DiskFull
            return self.execute(sql, values)

        self.database.execute = self.database.execute_many = refuse

    def __exit__(self, *_about):
        del self.database.execute, self.database.execute_many


def test_a_save_that_stands_is_told_as_saved_though_the_index_could_not_follow(session, opened, clock):
    with FullDisk(session.index.database):
        saved = entries.save_entry(session, "note", {"text": "kept"}, case_id=opened.case_id)
        second = cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake=INTAKE)
        cases.restrict(session, opened.case_id, True)
    assert session.store.value("SELECT count(*) FROM entries WHERE id = ?", (saved.entry_id,)) == 1
    again = reopen(session, clock)
    assert [row.case_id for row in people.find(again, "chanthy").rows] == [second.case_id]
    again.close()


def test_signing_out_with_a_full_disk_still_closes_the_vault(session, opened, clock):
    with FullDisk(session.store), pytest.raises(DiskFull):
        vaults.sign_out(session)
    again = open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    assert cases.open_case(again, opened.case_id).name == "陈秀云"
    again.close()


def test_one_damaged_draft_does_not_hide_the_others(session, opened):
    good = drafts.save_draft(session, "note", {"text": "good"}, case_id=opened.case_id)
    bad = drafts.save_draft(session, "note", {"text": "bad"}, case_id=opened.case_id)
    session.store.execute("UPDATE drafts SET box = zeroblob(200) WHERE id = ?", (bad.id,))
    assert [draft.id for draft in drafts.my_drafts(session)] == [good.id]


def test_an_entry_of_a_form_that_this_program_does_not_know_stops_no_other_work(session, opened):
    saved = entries.save_entry(session, "service", SERVICE, case_id=opened.case_id)
    session.store.execute("DROP TRIGGER revisions_stay")
    session.store.execute("UPDATE revisions SET form_version = 99 WHERE id = ?", (saved.revision_id,))
    entries.save_entry(session, "note", {"text": "goes on"}, case_id=opened.case_id)
    by_id = {e.row.id: e for e in cases.open_case(session, opened.case_id).entries}
    assert (by_id[saved.entry_id].form, by_id[saved.entry_id].values["service_kind"]) == (None, "medical")


def test_an_index_that_the_disk_refuses_keeps_nobody_out(session, clock, monkeypatch):
    found = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
    vaults.sign_out(session)

    def refuse(_path, _key):
        raise DiskFailed

    monkeypatch.setattr(PeopleIndex, "open", refuse)
    again = vaults.open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    assert again.index is None
    assert cases.open_case(again, found.case_id).name == "陈秀云"
    assert [row.number for row in lists.case_list_of(again).page()] == [found.number]
    vaults.sign_out(again)
