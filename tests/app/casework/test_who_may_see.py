"""Restricted cases, other people's drafts and assignments, by every way that leads to them."""

import pytest

from shelter_app.casework import alerts, cases, drafts, entries, lists, returns
from shelter_app.casework.errors import NoSuchCase
from shelter_app.casework.users import remove_user
from shelter_app.storage import entries as rows
from shelter_app.vault.errors import NotYours, UnknownUser
from shelter_app.vault.rights import Role

PERSON = {"name_native": "陈秀云", "sex": "female", "birth": {"y": 1998}, "citizenship": ["CN"]}
INTAKE = {"registered_on": {"y": 2026, "m": 3, "d": 2}}
STEP = {"stage": "journey", "status": "planned", "planned_on": {"y": 2026, "m": 3, "d": 14}}


@pytest.fixture
def opened(session):
    return cases.new_case(session, person=PERSON, intake=INTAKE)


def test_no_way_leads_a_caseworker_to_a_restricted_case_of_somebody_else(session, opened, as_role):
    second = cases.new_case(session, person_id=opened.person_id, intake=INTAKE)
    step = entries.save_entry(session, "return_step", STEP, case_id=second.case_id)
    cases.restrict(session, second.case_id, True)
    worker = as_role(Role.CASEWORKER)
    assert cases.open_case(worker, opened.case_id).other_cases == ()
    assert set(cases.list_rows(worker, [opened.case_id, second.case_id])) == {opened.case_id}
    assert lists.agenda(worker, mine=False, days=60) == lists.Agenda((), 0, 0)
    assert returns.returns(worker) == []
    for attempt in (
        lambda: cases.open_case(worker, second.case_id),
        lambda: entries.read_history(worker, step.entry_id),
        lambda: entries.save_entry(worker, "note", {"text": "x"}, case_id=second.case_id),
        lambda: alerts.set_alerts(worker, second.case_id, ()),
        lambda: cases.assign(worker, second.case_id, worker.user_id),
    ):
        with pytest.raises(NotYours):
            attempt()
    supervisor = as_role(Role.SUPERVISOR)
    assert lists.agenda(supervisor, mine=False, days=60).total == 1
    assert [c.id for c in cases.open_case(supervisor, opened.case_id).other_cases] == [second.case_id]
    assert entries.read_history(supervisor, step.entry_id)
    assert set(cases.list_rows(supervisor, [opened.case_id, second.case_id])) == {
        opened.case_id,
        second.case_id,
    }


def test_a_person_known_from_restricted_cases_alone_opens_no_other_door(session, opened, as_role):
    person = cases.open_case(session, opened.case_id).person
    cases.restrict(session, opened.case_id, True)
    worker = as_role(Role.CASEWORKER)
    with pytest.raises(NotYours):
        entries.read_history(worker, person.row.id)
    with pytest.raises(NotYours):
        cases.new_case(worker, person_id=opened.person_id, intake=INTAKE)
    with pytest.raises(NoSuchCase):
        cases.new_case(worker, person_id="nobody", intake=INTAKE)


def test_nobody_replaces_or_drops_the_draft_of_somebody_else(session, opened, as_role):
    mine = drafts.save_draft(session, "note", {"text": "mine"}, case_id=opened.case_id)
    worker = as_role(Role.CASEWORKER)
    drafts.save_draft(worker, "note", {"text": "theirs"}, draft_id=mine.id)
    drafts.discard_draft(worker, mine.id)
    entries.save_entry(worker, "note", {"text": "x"}, case_id=opened.case_id, draft_id=mine.id)
    assert rows.drafts_of(worker.store, mine_user(session)) != []
    assert drafts.my_drafts(worker) == []


def mine_user(session):
    return session.user_id


def test_drafts_of_somebody_who_left_go_with_their_key(session, opened, as_role):
    worker = as_role(Role.CASEWORKER)
    drafts.save_draft(worker, "note", {"text": "x"}, case_id=opened.case_id)
    administrator = as_role(Role.ADMINISTRATOR)
    remove_user(administrator, worker.user_id)
    assert administrator.store.value("SELECT count(*) FROM drafts") == 0


def test_a_case_stays_with_whom_it_was_given_to_whatever_is_corrected(session, opened, as_role):
    intake = cases.open_case(session, opened.case_id).of_form("intake")[0]
    answers = INTAKE | {"case_owner": session.user_id}
    entries.save_entry(session, "intake", answers, case_id=opened.case_id, entry_id=intake.row.id)
    colleague = as_role(Role.CASEWORKER)
    cases.assign(colleague, opened.case_id, colleague.user_id)
    entries.save_entry(colleague, "note", {"text": "x"}, case_id=opened.case_id)
    entries.save_entry(
        colleague, "intake", answers | {"safe_now": "yes"}, case_id=opened.case_id, entry_id=intake.row.id
    )
    assert cases.open_case(colleague, opened.case_id).case.assigned_to == colleague.user_id
    with pytest.raises(UnknownUser):
        cases.assign(colleague, opened.case_id, "陈秀云")


def test_who_is_named_responsible_in_the_intake_gets_the_case(session, opened, as_role):
    colleague = as_role(Role.CASEWORKER)
    intake = cases.open_case(colleague, opened.case_id).of_form("intake")[0]
    entries.save_entry(
        colleague,
        "intake",
        INTAKE | {"case_owner": colleague.user_id},
        case_id=opened.case_id,
        entry_id=intake.row.id,
    )
    assert cases.open_case(colleague, opened.case_id).case.assigned_to == colleague.user_id


def test_a_second_form_about_the_same_person_is_refused(session, opened):
    with pytest.raises(Exception, match="corrected in the meantime"):
        entries.save_entry(session, "person", {"name_native": "李静"}, case_id=opened.case_id)


@pytest.mark.parametrize(
    ("closure", "status", "stage"),
    [
        ({"case_status": "Closed", "reason": "returned"}, "Closed", "closed"),
        ({"case_status": "Active"}, "Active", "follow_up"),
        ({"case_status": "FollowUp"}, "FollowUp", "follow_up"),
        ({"destination": "still_here"}, "Active", "intake"),
    ],
)
def test_a_closure_that_is_corrected_counts_as_it_now_stands(session, opened, closure, status, stage):
    closed = entries.save_entry(session, "closure", {"case_status": "Closed"}, case_id=opened.case_id)
    assert cases.open_case(session, opened.case_id).case.status == "Closed"
    entries.save_entry(session, "closure", closure, case_id=opened.case_id, entry_id=closed.entry_id)
    case = cases.open_case(session, opened.case_id).case
    assert (case.status, case.stage) == (status, stage)


def test_a_day_of_registration_that_is_taken_back_leaves_the_day_of_typing(session, opened):
    intake = cases.open_case(session, opened.case_id).of_form("intake")[0]
    entries.save_entry(session, "intake", {"safe_now": "yes"}, case_id=opened.case_id, entry_id=intake.row.id)
    case = cases.open_case(session, opened.case_id).case
    assert (case.registered_on, case.age) == ("2026-03-12", 27)


def test_a_correction_of_a_person_is_told_for_each_of_their_cases(session, opened):
    second = cases.new_case(session, person_id=opened.person_id, intake=INTAKE)
    person = cases.open_case(session, opened.case_id).person
    saved = entries.save_entry(
        session, "person", PERSON | {"sex": "male"}, case_id=opened.case_id, entry_id=person.row.id
    )
    assert saved.changes.cases() == {opened.case_id, second.case_id}
    assert {cases.open_case(session, c).case.sex for c in saved.changes.cases()} == {"man"}
