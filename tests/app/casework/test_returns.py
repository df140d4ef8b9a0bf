"""The page of returns: what is under way, what waits for a step, and who came home lately."""

import datetime as dt

import pytest

from shelter_app.casework import cases, entries
from shelter_app.casework.returns import Progress, returns
from shelter_app.domain.partial_date import PartialDate


@pytest.fixture
def begin(session):
    """Opens a case with one step of a return; gives its number."""

    def begin(**step):
        made = cases.new_case(session, person={"name_latin": "Testing Wanderer"})
        entries.save_entry(session, "return_step", step, case_id=made.case_id)
        return made.number

    return begin


def ago(session, days):
    return PartialDate.of(session.today - dt.timedelta(days=days)).to_json()


def listed(session):
    return {each.row.number: each.progress for each in returns(session)}


def test_what_is_planned_leads_and_what_waits_follows(session, begin):
    waits = begin(stage="risk", status="under_way")
    planned = begin(stage="journey", status="planned", planned_on=ago(session, 2))
    assert list(listed(session).items()) == [
        (planned, Progress.PLANNED), (waits, Progress.NOTHING_PLANNED),
    ]  # fmt: skip


def test_who_departed_long_ago_is_not_under_way_for_ever(session, begin):
    lately = begin(stage="handover", status="done", departed_on=ago(session, 20), done_on=ago(session, 20))
    old = begin(stage="handover", step="departure", departed_on={"y": 2013, "m": 4})
    assert listed(session) == {lately: Progress.HOME}
    assert old not in listed(session)


def test_an_old_return_with_an_open_step_stays(session, begin):
    number = begin(
        stage="reintegration", status="planned", planned_on=ago(session, 1), departed_on={"y": 2013}
    )
    assert listed(session) == {number: Progress.PLANNED}


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("returned", Progress.HOME), ("stays", None), ("consent_withdrawn", None), ("postponed", Progress.NOTHING_PLANNED)],
)  # fmt: skip
def test_the_outcome_decides_where_it_is_known(session, begin, outcome, expected):
    number = begin(stage="handover", status="done", done_on=ago(session, 3), outcome=outcome)
    assert listed(session).get(number) is expected


def test_a_receiver_alone_does_not_say_that_anybody_travelled(session, begin):
    number = begin(stage="handover", step="handed_over", handed_to_kind="family")
    assert listed(session) == {number: Progress.NOTHING_PLANNED}


def test_a_departure_still_to_come_is_under_way(session, begin):
    number = begin(stage="journey", departed_on=ago(session, -9))
    assert listed(session) == {number: Progress.NOTHING_PLANNED}
