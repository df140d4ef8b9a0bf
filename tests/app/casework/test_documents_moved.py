"""A document that was added to a wrong case is moved to the right one or taken out: both or neither, and recorded."""

import pytest

from shelter_app.casework import cases, entries, erasing
from shelter_app.casework.attachments import (
    add_document,
    case_to_move_to,
    documents,
    move_document,
    open_document,
    where_moved,
    withdraw_document,
)
from shelter_app.casework.checking import check_vault
from shelter_app.casework.errors import AnswersRefused, ChangedMeanwhile, NoSuchCase
from shelter_app.casework.journal import JournalFilter, read_journal
from shelter_app.vault.errors import DataDamaged, DiskFull, KeyNotHeld, NotYours
from shelter_app.vault.rights import Role

TEXT = b"%PDF-1.7 CanaryDocument " * 40
ABOUT = {"kind": "court", "dated_on": {"y": 2026, "m": 2}, "description": "summons"}


@pytest.fixture
def wrong(session):
    return cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake={})


@pytest.fixture
def right(session):
    return cases.new_case(session, person={"name_latin": "Chen Xiuyun"}, intake={})


@pytest.fixture
def scan(tmp_path):
    path = tmp_path / "CanaryName of a scan.pdf"
    path.write_bytes(TEXT)
    return path


def of(session, case):
    return documents(session, cases.open_case(session, case.case_id))


def test_it_is_moved_with_what_is_said_of_it_and_the_old_place_keeps_a_line(session, wrong, right, scan):
    saved = add_document(session, wrong.case_id, scan, ABOUT)
    changes = move_document(session, saved.entry_id, right.case_id, note="mixed up at the desk")
    assert changes.cases() == {wrong.case_id, right.case_id}
    (there,) = of(session, right)
    assert (there.name, there.size, there.values) == (scan.name, len(TEXT), ABOUT)
    assert not there.withdrawn
    assert open_document(session, there.entry_id).data == TEXT
    (here,) = of(session, wrong)
    assert here.withdrawn
    assert (here.values["withdrawn"], here.values["withdrawn_note"]) == ("other_case", "mixed up at the desk")
    assert where_moved(session, here) == right.number
    assert where_moved(session, there) is None
    # As after every correction, what was there before can still be read there.
    assert open_document(session, here.entry_id).data == TEXT
    first, second = entries.read_history(session, saved.entry_id)
    assert first.values == ABOUT
    assert "withdrawn" in second.values
    assert check_vault(session).faults == ()


def test_the_journal_has_it_in_both_cases_and_a_file_of_its_own_lies_in_each(session, wrong, right, scan):
    saved = add_document(session, wrong.case_id, scan, ABOUT)
    move_document(session, saved.entry_id, right.case_id)
    said = {
        case.case_id: [
            line.action for line in read_journal(session, JournalFilter(case_id=case.case_id)).lines
        ]
        for case in (wrong, right)
    }
    assert said[wrong.case_id][0] == "document.moved"
    assert said[right.case_id][0] == "document.added"
    assert right.case_id not in str(session.journal.read(actions=["document.moved"])[0].detail)
    files = list(session.folder.attachments.iterdir())
    assert len(files) == 2
    assert len({path.read_bytes() for path in files}) == 2


def test_erasing_one_person_leaves_the_document_of_the_other(session, wrong, right, scan, as_role):
    saved = add_document(session, wrong.case_id, scan, ABOUT)
    move_document(session, saved.entry_id, right.case_id)
    erasing.propose(session, [wrong.person_id], way="all", reason="own_wish")
    supervisor = as_role(Role.SUPERVISOR)
    (proposal,) = erasing.proposals(supervisor)
    erasing.approve(supervisor, {proposal.id: erasing.preview(supervisor, wrong.person_id).state})
    (there,) = of(supervisor, right)
    assert open_document(supervisor, there.entry_id).data == TEXT
    assert len(list(supervisor.folder.attachments.iterdir())) == 1
    assert check_vault(supervisor).faults == ()


def test_it_is_taken_out_with_a_reason_and_can_be_put_back_by_a_correction(session, wrong, scan):
    saved = add_document(session, wrong.case_id, scan, ABOUT)
    kept = add_document(session, wrong.case_id, scan, {"description": "the other"})
    with pytest.raises(AnswersRefused):
        withdraw_document(session, saved.entry_id, reason="no such reason")
    withdraw_document(session, saved.entry_id, reason="twice")
    # What belongs to the case comes first.
    assert [(each.entry_id, each.withdrawn) for each in of(session, wrong)] == [
        (kept.entry_id, False),
        (saved.entry_id, True),
    ]
    assert where_moved(session, of(session, wrong)[1]) is None
    assert session.journal.read(limit=1)[0].action != "entry.corrected"
    entries.save_entry(session, "document", ABOUT, case_id=wrong.case_id, entry_id=saved.entry_id)
    assert not any(each.withdrawn for each in of(session, wrong))
    assert open_document(session, saved.entry_id).data == TEXT
    assert check_vault(session).faults == ()


def test_what_was_taken_out_already_is_not_moved_again(session, wrong, right, scan):
    saved = add_document(session, wrong.case_id, scan, ABOUT)
    move_document(session, saved.entry_id, right.case_id)
    for again in (
        lambda: move_document(session, saved.entry_id, right.case_id),
        lambda: withdraw_document(session, saved.entry_id, reason="twice"),
    ):
        with pytest.raises(ChangedMeanwhile):
            again()
    assert len(of(session, right)) == 1


def test_nothing_is_moved_to_nowhere_or_to_the_same_place(session, wrong, right, scan):
    saved = add_document(session, wrong.case_id, scan, ABOUT)
    note = entries.save_entry(session, "note", {"text": "a note"}, case_id=wrong.case_id)
    for entry_id, target in (
        (saved.entry_id, "nowhere"), (saved.entry_id, wrong.case_id), ("nothing", right.case_id), (note.entry_id, right.case_id),
    ):  # fmt: skip
        with pytest.raises(NoSuchCase):
            move_document(session, entry_id, target)
    assert not of(session, wrong)[0].withdrawn
    assert of(session, right) == []


def test_a_restricted_case_is_no_place_for_who_may_not_see_it_and_is_not_named(
    session, wrong, right, scan, as_role
):
    moved = add_document(session, wrong.case_id, scan, ABOUT)
    other = add_document(session, wrong.case_id, scan, {"description": "the other"})
    cases.restrict(session, right.case_id, True)
    move_document(session, moved.entry_id, right.case_id)
    document = of(session, wrong)[0]
    assert case_to_move_to(session, document, f" {right.number.lower()} ").id == right.case_id
    worker = as_role(Role.CASEWORKER)
    with pytest.raises(NotYours):
        move_document(worker, other.entry_id, right.case_id)
    assert case_to_move_to(worker, document, right.number) is None
    here = next(each for each in of(worker, wrong) if each.withdrawn)
    assert where_moved(worker, here) == ""
    assert right.number not in str(here.values)


def test_out_of_a_restricted_case_only_who_sees_it_moves_anything(session, wrong, right, scan, as_role):
    saved = add_document(session, wrong.case_id, scan, ABOUT)
    cases.restrict(session, wrong.case_id, True)
    worker = as_role(Role.CASEWORKER)
    for act in (
        lambda: move_document(worker, saved.entry_id, right.case_id),
        lambda: withdraw_document(worker, saved.entry_id, reason="twice"),
    ):
        with pytest.raises(NotYours):
            act()


def test_who_lacks_the_key_moves_nothing_and_a_health_document_stays_with_health(
    session, wrong, right, scan, as_role
):
    saved = add_document(session, wrong.case_id, scan, {"kind": "medical"}, health=True)
    worker = as_role(Role.CASEWORKER)
    with pytest.raises((KeyNotHeld, NoSuchCase)):
        move_document(worker, saved.entry_id, right.case_id)
    with pytest.raises((KeyNotHeld, NoSuchCase)):
        withdraw_document(worker, saved.entry_id, reason="twice")
    nurse = as_role(Role.HEALTH_WORKER)
    move_document(nurse, saved.entry_id, right.case_id)
    (there,) = of(nurse, right)
    assert there.health
    assert nurse.store.value("SELECT form FROM entries WHERE id = ?", (there.entry_id,)) == "health"
    assert "medical" not in str(list(nurse.store.rows("SELECT detail FROM journal")))


@pytest.mark.parametrize("trouble", ["disk", "damaged"])
def test_a_move_that_fails_changes_neither_case(session, wrong, right, scan, trouble):
    saved = add_document(session, wrong.case_id, scan, ABOUT)
    (file,) = session.folder.attachments.iterdir()
    lines = session.journal.head()
    if trouble == "disk":
        session.store.execute(f"PRAGMA max_page_count = {session.store.value('PRAGMA page_count')}")
        with pytest.raises(DiskFull):
            move_document(session, saved.entry_id, right.case_id, note="x" * 20000)
        session.store.execute("PRAGMA max_page_count = 1073741823")
    else:
        data = file.read_bytes()
        file.write_bytes(data[:-1])
        with pytest.raises(DataDamaged):
            move_document(session, saved.entry_id, right.case_id)
        file.write_bytes(data)
    assert session.journal.head() == lines
    assert list(session.folder.attachments.iterdir()) == [file]
    assert of(session, right) == []
    assert not of(session, wrong)[0].withdrawn
    move_document(session, saved.entry_id, right.case_id)
    assert len(of(session, right)) == 1


def test_a_moved_document_that_is_deleted_behind_the_program_is_named_by_the_check(
    session, wrong, right, scan
):
    saved = add_document(session, wrong.case_id, scan, ABOUT)
    move_document(session, saved.entry_id, right.case_id)
    (there,) = of(session, right)
    session.store.execute(
        "UPDATE entries SET head = (SELECT parent_id FROM revision_parents WHERE revision_id = head), revisions = 1"
        " WHERE id = ?",
        (saved.entry_id,),
    )
    assert [fault for fault in check_vault(session).faults if saved.entry_id in fault] != []
    assert not any(there.entry_id in fault for fault in check_vault(session).faults)
