"""The periods of the post decide who is due; the list says who is held and why."""

import pytest

from shelter_app.casework import cases, entries, erasing, registers, retention
from shelter_app.casework.errors import ErasureWaits
from shelter_app.casework.summary import coded_facts, make_preview, write_release
from shelter_app.domain.periods import Period
from shelter_app.domain.retention import CaseKind, Hold, RetentionPeriods
from shelter_app.exchange.registers import preview as read_register
from shelter_app.vault.errors import NotYours
from shelter_app.vault.rights import Role
from shelter_resources import open_path

TEN = RetentionPeriods({CaseKind.TRAFFICKED: 10, CaseKind.UNDECIDED: 10})


def closed(session, *, year=2012, name="Sok Chanthy", close=True, **intake):
    when = {"y": year, "m": 5, "d": 4}
    answers = {"registered_on": when, "trafficking_status": "ActualVictimOfTrafficking", **intake}
    birth = {"age": 30, "asof": when}
    found = cases.new_case(session, person={"name_latin": name, "birth": birth}, intake=answers)
    if close:
        closure = {"closed_on": {"y": year, "m": 9, "d": 30}, "case_status": "Closed"}
        entries.save_entry(session, "closure", closure, case_id=found.case_id)
    return found


def test_nobody_is_due_before_somebody_sets_a_period(session):
    closed(session)
    assert retention.due_people(session).people == ()
    retention.set_retention_periods(session, TEN)
    assert len(retention.due_people(session).people) == 1


def test_only_who_may_change_settings_sets_periods_and_it_is_recorded(session, as_role):
    retention.set_retention_periods(session, TEN)
    assert retention.retention_periods(session) == TEN
    line = session.journal.read(limit=1)[0]
    assert (line.action, line.detail["after"]) == ("settings.retention", {"trafficked": 10, "undecided": 10})
    retention.set_retention_periods(session, TEN)
    assert session.journal.read(limit=1)[0].seq == line.seq
    worker = as_role(Role.CASEWORKER)
    with pytest.raises(NotYours):
        retention.set_retention_periods(worker, RetentionPeriods())
    assert retention.retention_periods(worker) == TEN


def test_the_list_has_who_is_due_and_who_is_held_the_longest_overdue_first(session):
    late = closed(session, year=2012, name="Late One")
    later = closed(session, year=2010, name="Later One")
    closed(session, year=2020, name="Recent One")
    open_one = closed(session, year=2009, name="Open One", close=False)
    retention.set_retention_periods(session, TEN)
    found = retention.due_people(session).people
    assert [each.person_id for each in found] == [open_one.person_id, later.person_id, late.person_id]
    assert found[0].standing.holds == (Hold.OPEN,)
    assert found[1].name == "Later One"
    assert found[2].standing.due_on.isoformat() == "2022-09-30"
    retention.keep_person(session, late.person_id, "claim")
    assert retention.due_people(session).people[2].standing.holds == (Hold.KEPT,)


def test_a_long_list_is_cut_and_says_how_many_there_are(session):
    for number in range(5):
        closed(session, year=2010 + number, name=f"Person {chr(65 + number)}")
    retention.set_retention_periods(session, TEN)
    found = retention.due_people(session, limit=2)
    assert ([each.name for each in found.people], found.total) == (["Person A", "Person B"], 5)


def test_somebody_who_came_back_is_not_due_by_the_old_case(session):
    first = closed(session, year=2010)
    again = cases.new_case(session, intake={"registered_on": {"y": 2024}}, person_id=first.person_id)
    retention.set_retention_periods(session, TEN)
    assert retention.due_people(session).total == 0
    assert retention.standing_of(session, first.person_id).last_event.year == 2024
    assert again.person_id == first.person_id


def test_a_month_counts_to_its_last_day(session):
    found = closed(session, year=2016)
    entry = next(e for e in cases.open_case(session, found.case_id).entries if e.row.form == "closure")
    entries.save_entry(
        session, "closure", {"closed_on": {"y": 2016, "m": 2}, "case_status": "Closed"}, case_id=found.case_id,
        entry_id=entry.row.id,
    )  # fmt: skip
    intake = cases.open_case(session, found.case_id).of_form("intake")[0]
    answers = intake.values | {"registered_on": {"y": 2015}}
    entries.save_entry(session, "intake", answers, case_id=found.case_id, entry_id=intake.row.id)
    assert retention.standing_of(session, found.person_id).last_event.isoformat() == "2016-02-29"


def test_restricted_cases_of_others_are_not_shown(session, as_role):
    found = closed(session)
    cases.restrict(session, found.case_id, True)
    cases.assign(session, found.case_id, session.user_id)
    retention.set_retention_periods(session, TEN)
    assert len(retention.due_people(session).people) == 1
    worker = as_role(Role.CASEWORKER)
    assert retention.due_people(worker).total == 0
    with pytest.raises(NotYours):
        erasing.preview(worker, found.person_id)


def test_rows_that_wait_and_may_be_about_the_person_come_first(session, two):
    read = read_register(open_path("samples", "shelter_register_zh.xlsx"), today=session.today)
    done = registers.import_register(session, read)
    assert done.decision
    waiting = erasing.waiting_people(session)
    assert waiting
    person_id = next(iter(waiting))
    erasing.propose(session, [person_id], way="all", reason="own_wish")
    other = two("SV")
    proposal = erasing.proposals(other)[0]
    seen = erasing.preview(other, person_id, waiting=waiting)
    assert seen.waiting == waiting[person_id]
    with pytest.raises(ErasureWaits):
        erasing.approve(other, {proposal.id: seen.state})


def test_rows_of_an_import_lose_their_text_mark_and_case(session, two):
    read = read_register(open_path("samples", "consular_returnees_en.csv"), today=session.today)
    registers.import_register(session, read)
    waiting = erasing.waiting_people(session)
    case_id, person_id = next(
        (case_id, person_id)
        for case_id, person_id in session.store.rows("SELECT id, person_id FROM cases ORDER BY number")
        if person_id not in waiting
    )
    query = "SELECT fingerprint, case_id, reasons FROM import_rows WHERE case_id = ?"
    row = session.store.row("SELECT sheet, row FROM import_rows WHERE case_id = ?", (case_id,))
    assert session.store.row(query, (case_id,))[0] is not None
    erasing.propose(session, [person_id], way="all", reason="own_wish")
    other = two("SV")
    proposal = erasing.proposals(other)[0]
    erasing.approve(other, {proposal.id: erasing.preview(other, person_id).state})
    left = other.store.row(
        "SELECT fingerprint, case_id, reasons, box FROM import_rows WHERE sheet = ? AND row = ?", row
    )
    assert left == (None, None, "[]", None)


def test_a_released_summary_is_repeated_to_the_letter_and_free_ranges_never_count_twice(
    session, two, tmp_path
):
    first = Period.parse("2012-05-03..2012-05-10")
    for number in range(13):
        closed(session, name=f"Person {chr(65 + number)}")
    someone = closed(session, name="Some One")
    released = make_preview(session, first)
    write_release(session, released, tmp_path)
    erasing.propose(session, [someone.person_id], way="facts_stay", reason="own_wish")
    other = two("SV")
    proposal = erasing.proposals(other)[0]
    erasing.approve(other, {proposal.id: erasing.preview(other, someone.person_id).state})
    again = make_preview(other, first)
    assert again.repeated
    assert again.release.to_json() == released.release.to_json()
    assert [case.registered_on for page in _kept(other) for case in page] == ["2012-05-03"]
    before, _ = coded_facts(other, Period.parse("2012-04-01..2012-05-02"))
    assert not before.rows
    inside, _ = coded_facts(other, first)
    assert len(inside.rows) == 14


def _kept(session):
    from shelter_app.storage.erasing import kept_cases

    return kept_cases(session.store)
