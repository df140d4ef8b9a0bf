"""A person who is erased is gone from every byte; what was promised to stay stays; two people decide."""

import json

import pytest

from shelter_app.casework import cases, drafts, entries, erasing, lists, people, retention
from shelter_app.casework.checking import check_vault
from shelter_app.casework.erasure_proposals import waiting_for_me
from shelter_app.casework.errors import (
    ErasureForged,
    ErasureHeld,
    ErasureNeedsAnother,
    ErasureOutdated,
    NoSuchCase,
    NoSuchProposal,
)
from shelter_app.casework.summary import coded_facts
from shelter_app.domain.periods import Period
from shelter_app.storage.database import Database
from shelter_app.storage.store import get_meta
from shelter_app.vault.errors import DiskFull, NotYours
from shelter_app.vault.rights import Role
from tests.app.erasing.erasing_world import CANARY, full_person, index_bytes, opened_texts, store_bytes


def erase(two, session, person, way="facts_stay", reason="own_wish"):
    """LM proposes, SV approves; returns SV's session and what was done."""
    erasing.propose(session, [person.person_id], way=way, reason=reason)
    other = two("SV")
    proposal = erasing.proposals(other)[0]
    seen = erasing.preview(other, person.person_id)
    return other, erasing.approve(other, {proposal.id: seen.state})


@pytest.mark.parametrize("way", ["facts_stay", "all"])
def test_nothing_of_an_erased_person_is_left_in_any_byte(session, two, way):
    person = full_person(session)
    kept = cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake={})
    people.catch_up_notes(session)
    # What is looked for is there before: in every part, in the index, under the search.
    assert opened_texts(session).count(CANARY) > 100
    assert CANARY.lower().encode() in index_bytes(session).lower()
    assert people.find(session, CANARY).rows
    # Random bytes that stand nowhere else: the salts of the coded parts, pieces of the sealed ones.
    mine = "SELECT id FROM revisions WHERE entry_id IN (SELECT id FROM entries WHERE person_id = ?)"
    pieces = [
        bytes(row[0])
        for sql in (
            "SELECT salt FROM revisions WHERE id IN",
            "SELECT substr(box, 5, 24) FROM parts WHERE revision_id IN",
        )
        for row in session.store.rows(f"{sql} ({mine})", (person.person_id,))
    ]
    before = store_bytes(session)
    assert len(pieces) > 40
    assert all(piece in before for piece in pieces)
    assert person.number.encode() in before

    session, _ = erase(two, session, person, way)

    left = store_bytes(session)
    assert person.number.encode() not in left
    assert not [piece for piece in pieces if piece in left]
    assert CANARY not in opened_texts(session)
    assert CANARY.lower().encode() not in index_bytes(session).lower()
    assert b"qanar" not in index_bytes(session)
    assert not people.find(session, CANARY, notes=True).rows
    assert [row.case_id for row in lists.case_list_of(session).page()] == [kept.case_id]
    with pytest.raises(NoSuchCase):
        cases.open_case(session, person.case_id)
    assert len(session.store.rows("SELECT id FROM kept_cases")) == (2 if way == "facts_stay" else 0)


def test_the_ids_of_an_erased_person_stand_only_where_the_erasure_is_recorded(session, two):
    person = full_person(session)
    ids = [person.person_id, person.case_id]
    ids += [
        r[0] for r in session.store.rows("SELECT id FROM entries WHERE person_id = ?", (person.person_id,))
    ]
    session, _ = erase(two, session, person)
    tables = [r[0] for r in session.store.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    named = {
        table
        for table in tables
        for row in session.store.rows(f"SELECT * FROM {table}")
        if any(each in json.dumps(row, default=str) for each in ids)
    }
    assert named == {"journal", "erasures", "erasure_proposals"}


def test_what_stays_holds_no_day_no_number_and_nobody(session, two):
    person = full_person(session)
    user = session.user_id
    session, _ = erase(two, session, person)
    rows = session.store.rows("SELECT * FROM kept_cases")
    text = json.dumps(rows)
    assert len(rows) == 2
    assert '"service"' in json.loads(json.dumps(rows[0][-1])) or '"service"' in json.loads(
        json.dumps(rows[1][-1])
    )
    assert "2015" in text
    for gone in (
        user,
        person.number,
        person.person_id,
        person.case_id,
        CANARY,
        '"d"',
        '\\"d\\"',
        "2015-03-17",
    ):
        assert gone not in text, gone


def test_the_journal_still_verifies_and_the_vault_is_whole(session, two):
    person = full_person(session)
    before = session.journal.head()
    session, done = erase(two, session, person)
    report = check_vault(session)
    assert report.faults == ()
    assert report.journal_entries > before[0]
    row = done.erasures[0].row
    assert session.journal.mac_of(row.journal_seq).hex() == row.journal_mac
    assert done.swept


def facts(session, text):
    """The rows that a summary counts, without the random ids."""
    found, _ = coded_facts(session, Period.parse(text))
    return sorted(repr(row).split(", ", 1)[1] for row in found.rows)


def test_the_figures_of_every_month_quarter_and_year_are_as_before(session, two):
    person = full_person(session)
    cases.new_case(session, person={"sex": "male"}, intake={"registered_on": {"y": 2015, "m": 3, "d": 20}})
    for day, outcome in ((9, "third_country"), (21, "consent_withdrawn"), (14, "postponed")):
        step = {"stage": "handover", "done_on": {"y": 2015, "m": 4, "d": day}, "outcome": outcome}
        entries.save_entry(session, "return_step", step, case_id=person.case_id)
    texts = [f"2015-{month:02}" for month in range(1, 13)] + [
        "2015-Q1",
        "2015-Q2",
        "2015-H1",
        "2015",
        "2014",
        "2016",
    ]
    before = {text: facts(session, text) for text in texts}
    assert before["2015-03"]
    assert before["2015-03"] != before["2015-10"]
    session, _ = erase(two, session, person)
    assert {text: facts(session, text) for text in texts} == before


def test_when_everything_goes_the_figures_go_too(session, two):
    person = full_person(session)
    assert facts(session, "2015-03")
    session, _ = erase(two, session, person, "all")
    assert facts(session, "2015-03") == []


def test_whoever_proposed_it_cannot_approve_it(session):
    person = full_person(session)
    erasing.propose(session, [person.person_id], way="all", reason="own_wish")
    proposal = erasing.proposals(session)[0]
    seen = erasing.preview(session, person.person_id)
    with pytest.raises(ErasureNeedsAnother):
        erasing.approve(session, {proposal.id: seen.state})
    assert cases.open_case(session, person.case_id).name
    assert erasing.approvers(session) == ()


def test_a_caseworker_proposes_and_cannot_approve(session, as_role):
    person = full_person(session)
    worker = as_role(Role.CASEWORKER)
    erasing.propose(worker, [person.person_id], way="facts_stay", reason="own_wish")
    assert erasing.approvers(worker) == ("LM",)
    proposal = erasing.proposals(worker)[0]
    with pytest.raises(NotYours):
        erasing.approve(worker, {proposal.id: erasing.preview(worker, person.person_id).state})
    officer = as_role(Role.REPORTING_OFFICER)
    with pytest.raises(NotYours):
        erasing.propose(officer, [person.person_id], way="facts_stay", reason="own_wish")


def test_what_was_added_since_it_was_looked_at_is_not_erased_unseen(session, two):
    person = full_person(session)
    erasing.propose(session, [person.person_id], way="all", reason="own_wish")
    other = two("SV")
    proposal = erasing.proposals(other)[0]
    seen = erasing.preview(other, person.person_id)
    entries.save_entry(other, "note", {"text": "came back"}, case_id=person.case_id)
    with pytest.raises(ErasureOutdated):
        erasing.approve(other, {proposal.id: seen.state})
    cases.new_case(other, intake={}, person_id=person.person_id)
    with pytest.raises(ErasureOutdated):
        erasing.approve(other, {proposal.id: erasing.preview(other, person.person_id).state})
    assert cases.open_case(other, person.case_id).name


def test_a_proposal_is_withdrawn_and_both_are_recorded(session, two):
    person = full_person(session)
    erasing.propose(session, [person.person_id], way="all", reason="own_wish")
    proposal = erasing.proposals(session)[0]
    assert proposal.mine
    erasing.withdraw(session, [proposal.id])
    assert erasing.proposals(session) == []
    with pytest.raises(NoSuchProposal):
        erasing.withdraw(session, [proposal.id])
    erasing.propose(session, [person.person_id], way="all", reason="own_wish")
    actions = [e.action for e in session.journal.read(limit=3)]
    assert actions == ["erasure.proposed", "erasure.withdrawn", "erasure.proposed"]


def test_a_person_who_is_kept_is_not_erased_until_the_mark_is_lifted(session, two):
    person = full_person(session)
    erasing.propose(session, [person.person_id], way="all", reason="retention")
    retention.keep_person(session, person.person_id, "court")
    assert erasing.proposals(session) == []
    with pytest.raises(ErasureHeld):
        erasing.propose(session, [person.person_id], way="all", reason="retention")
    retention.stop_keeping(session, person.person_id)
    session, done = erase(two, session, person)
    assert len(done.erasures) == 1


def test_the_preview_says_what_would_go_and_what_would_stay(session):
    person = full_person(session)
    other = cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake={})
    entries.save_entry(session, "note", {"text": f"came with {CANARY} name_latin2"}, case_id=other.case_id)
    people.catch_up_notes(session)
    seen = erasing.preview(session, person.person_id)
    assert len(seen.cases) == 2
    assert seen.counts["drafts"] == 1
    assert seen.counts["entries"] == len(seen.entries) > 10
    assert seen.counts["revisions"] > seen.counts["entries"]
    assert seen.facts > 20
    assert seen.named_in == (other.number,)
    assert seen.waiting == 0


def test_a_full_disk_keeps_nothing_back_and_the_traces_go_at_the_next_opening(
    session, two, monkeypatch, clock
):
    person = full_person(session)
    erasing.propose(session, [person.person_id], way="all", reason="own_wish")
    other = two("SV")
    pieces = [bytes(r[0]) for r in other.store.rows("SELECT substr(box, 5, 24) FROM parts")]

    def full(_self):
        raise DiskFull

    proposal = erasing.proposals(other)[0]
    with monkeypatch.context() as patch:
        patch.setattr(Database, "compact", full)
        done = erasing.approve(other, {proposal.id: erasing.preview(other, person.person_id).state})
    assert not done.swept
    with pytest.raises(NoSuchCase):
        cases.open_case(other, person.case_id)
    again = two("LM")
    assert get_meta(again.store, "sweep_due") is None
    assert not [piece for piece in pieces if piece in store_bytes(again)]
    assert CANARY.lower().encode() not in index_bytes(again).lower()


def test_what_was_still_being_typed_into_an_erased_case_goes_at_the_next_opening(session, two):
    person = full_person(session)
    session, _ = erase(two, session, person)
    drafts.save_draft(session, "note", {"text": f"{CANARY} late"}, case_id=person.case_id)
    loose = drafts.save_draft(session, "person", {"name_latin": "Sok Chanthy"})
    assert len(drafts.my_drafts(session)) == 2
    again = two("SV")
    assert [draft.id for draft in drafts.my_drafts(again)] == [loose.id]


def test_only_who_may_approve_is_told_that_something_waits(session, two):
    person = full_person(session)
    assert waiting_for_me(session) == 0
    erasing.propose(session, [person.person_id], way="all", reason="own_wish")
    assert waiting_for_me(session) == 0
    assert waiting_for_me(two("SV")) == 1


def test_a_proposal_in_somebody_elses_name_erases_nobody(session, two):
    """Everybody holds the store key: a row can be put in, a line cannot be signed for another."""
    person = full_person(session)
    supervisor = two("SV")
    mine = [case.id for case in cases.cases.cases_of_person(supervisor.store, person.person_id)]
    author = next(slot.id for slot in supervisor.keyring.header.users if slot.name == "LM")
    with supervisor.store.transaction():
        supervisor.store.execute(
            "INSERT INTO erasure_proposals (id, person_id, cases, way, reason, proposed_at, proposed_by)"
            " VALUES ('made-up', ?, ?, 'all', 'own_wish', ?, ?)",
            (person.person_id, json.dumps(sorted(mine)), supervisor.now(), author),
        )
    (proposal,) = erasing.proposals(supervisor)
    assert proposal.proposed_by == "LM"
    state = erasing.preview(supervisor, person.person_id).state
    with pytest.raises(ErasureForged):
        erasing.approve(supervisor, {proposal.id: state})
    assert cases.open_case(supervisor, person.case_id).name


@pytest.mark.parametrize("change", ["way = 'all'", "reason = 'retention'"])
def test_a_proposal_that_was_changed_by_hand_erases_nobody(session, two, change):
    person = full_person(session)
    erasing.propose(session, [person.person_id], way="facts_stay", reason="own_wish")
    supervisor = two("SV")
    with supervisor.store.transaction():
        supervisor.store.execute(f"UPDATE erasure_proposals SET {change}")
    (proposal,) = erasing.proposals(supervisor)
    state = erasing.preview(supervisor, person.person_id).state
    with pytest.raises(ErasureForged):
        erasing.approve(supervisor, {proposal.id: state})
    with supervisor.store.transaction():
        supervisor.store.execute("UPDATE erasure_proposals SET way = 'facts_stay', reason = 'own_wish'")
    erasing.approve(supervisor, {proposal.id: state})
    assert cases.cases.case(supervisor.store, person.case_id) is None
