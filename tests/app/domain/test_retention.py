"""When somebody is due by the periods of the post, and what holds it up."""

import datetime as dt

import pytest

from shelter_app.domain.retention import (
    CaseKind,
    CaseTimes,
    Hold,
    RetentionPeriods,
    case_kind,
    coarse_day,
    standing,
    years_before,
)

TODAY = dt.date(2026, 3, 12)


def times(last="2015-09-30", *, kind=CaseKind.TRAFFICKED, status="Closed", restricted=False, due=None):
    day = dt.date.fromisoformat
    return CaseTimes(kind, status, restricted, day(last), day(due) if due else None)


def periods(**years):
    return RetentionPeriods({CaseKind(kind): number for kind, number in years.items()})


@pytest.mark.parametrize(
    ("last", "years", "due"),
    [
        ("2015-09-30", 10, "2025-09-30"),
        ("2016-03-12", 10, "2026-03-12"),
        ("2016-03-13", 10, "2026-03-13"),
        ("2016-02-29", 1, "2017-03-01"),
        ("2016-02-29", 4, "2020-02-29"),
    ],
)
def test_a_person_is_due_when_the_years_after_the_last_event_are_over(last, years, due):
    found = standing([times(last)], periods(trafficked=years), TODAY)
    assert found.due_on == dt.date.fromisoformat(due)
    assert found.is_due(TODAY) == (due <= TODAY.isoformat())
    assert found.is_due(found.due_on)
    assert not found.is_due(found.due_on - dt.timedelta(days=1))


def test_without_a_period_nobody_is_ever_due():
    assert standing([times("1900-01-01")], RetentionPeriods(), TODAY).due_on is None
    assert standing([times("1900-01-01")], periods(child=1), TODAY).due_on is None


def test_the_case_that_is_kept_longest_decides():
    both = [times("2015-01-01"), times("2010-01-01", kind=CaseKind.CHILD)]
    assert standing(both, periods(trafficked=5, child=30), TODAY).due_on == dt.date(2040, 1, 1)
    assert standing(both, periods(trafficked=5), TODAY).due_on is None


@pytest.mark.parametrize(
    ("case", "kept", "hold"),
    [
        (times(status="Active"), False, Hold.OPEN),
        (times(status="FollowUp"), False, Hold.OPEN),
        (times(due="2026-03-12"), False, Hold.PLANNED),
        (times(restricted=True), False, Hold.RESTRICTED),
        (times(), True, Hold.KEPT),
    ],
)
def test_what_is_not_over_holds_it_up(case, kept, hold):
    found = standing([case], periods(trafficked=1), TODAY, kept=kept)
    assert found.holds == (hold,)
    assert found.has_come(TODAY)
    assert not found.is_due(TODAY)


def test_what_was_planned_and_is_past_holds_nothing_up():
    assert standing([times(due="2026-03-11")], periods(trafficked=1), TODAY).is_due(TODAY)
    assert standing([times(status="ClosedReferred")], periods(trafficked=1), TODAY).is_due(TODAY)


@pytest.mark.parametrize(
    ("age", "identified", "kind"),
    [
        (17, "ActualVictimOfTrafficking", CaseKind.CHILD),
        (0, None, CaseKind.CHILD),
        (18, "ActualVictimOfTrafficking", CaseKind.TRAFFICKED),
        (18, "NotAVictimOfTrafficking", CaseKind.NOT_TRAFFICKED),
        (40, "PossibleVictimOfTrafficking", CaseKind.UNDECIDED),
        (40, None, CaseKind.UNDECIDED),
        (None, "ActualVictimOfTrafficking", CaseKind.UNDECIDED),
    ],
)
def test_the_kind_of_a_case(age, identified, kind):
    assert case_kind(age=age, identified=identified) is kind


def test_periods_are_stored_and_read_back_and_odd_ones_refused():
    kept = periods(child=30, undecided=5)
    assert RetentionPeriods.from_json(kept.to_json()) == kept
    assert not RetentionPeriods()
    for wrong in (
        "[]",
        '{"child": 0}',
        '{"child": 101}',
        '{"child": "5"}',
        '{"grown": 5}',
        "x",
        '{"child": true}',
    ):
        with pytest.raises(ValueError, match=r"period|JSON|Expecting|CaseKind"):
            RetentionPeriods.from_json(wrong)


def test_a_day_becomes_its_month_and_stays_on_its_side_of_a_boundary():
    edges = [dt.date(2015, 3, 15), dt.date(2015, 5, 1)]
    assert coarse_day(dt.date(2015, 3, 17)) == dt.date(2015, 3, 1)
    assert coarse_day(dt.date(2015, 3, 14), edges) == dt.date(2015, 3, 1)
    assert coarse_day(dt.date(2015, 3, 15), edges) == dt.date(2015, 3, 15)
    assert coarse_day(dt.date(2015, 3, 31), edges) == dt.date(2015, 3, 15)
    assert coarse_day(dt.date(2015, 5, 1), edges) == dt.date(2015, 5, 1)


def test_years_back_lead_to_the_last_day_that_is_over():
    assert years_before(dt.date(2026, 3, 12), 10) == dt.date(2016, 3, 12)
    assert years_before(dt.date(2028, 2, 29), 1) == dt.date(2027, 2, 28)
    for today in (dt.date(2028, 2, 29), dt.date(2028, 3, 1), dt.date(2027, 2, 28)):
        edge = years_before(today, 4)
        after = edge + dt.timedelta(days=1)
        assert standing([times(edge.isoformat())], periods(trafficked=4), today).is_due(today)
        assert not standing([times(after.isoformat())], periods(trafficked=4), today).is_due(today)
