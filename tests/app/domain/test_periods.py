"""A period means the days that a person expects, and has one way of being written."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelter_app.domain.periods import Period, PeriodError

EXAMPLES = [
    ("2015", "year", "2015-01-01", "2015-12-31"),
    ("2015-H1", "half", "2015-01-01", "2015-06-30"),
    ("2015-H2", "half", "2015-07-01", "2015-12-31"),
    ("2015-Q2", "quarter", "2015-04-01", "2015-06-30"),
    ("2015-Q4", "quarter", "2015-10-01", "2015-12-31"),
    ("2015-03", "month", "2015-03-01", "2015-03-31"),
    ("2016-02", "month", "2016-02-01", "2016-02-29"),
    ("2015-01-15..2015-04-30", "range", "2015-01-15", "2015-04-30"),
    ("2015-01-15..2015-01-15", "range", "2015-01-15", "2015-01-15"),
]


@pytest.mark.parametrize(("text", "kind", "first", "last"), EXAMPLES)
def test_each_way_of_writing_means_its_days(text: str, kind: str, first: str, last: str) -> None:
    period = Period.parse(text)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert period.kind == kind
    assert period.text == text


def test_a_range_that_is_a_quarter_is_called_a_quarter() -> None:
    assert Period.parse("2015-04-01..2015-06-30") == Period.parse("2015-Q2")
    assert Period.parse("2015-04-01..2015-06-30").text == "2015-Q2"
    assert Period.parse("2015-02-01..2015-04-30").kind == "range"


def test_small_letters_and_spaces_around_do_not_matter() -> None:
    assert Period.parse("  2015-q2\n") == Period.parse("2015-Q2")


@pytest.mark.parametrize(
    "text",
    [
        *("", "15", "2015-Q5", "2015-H3", "2015-13", "2015-00", "0000", "2015-Q2-Q3", "last year", "2015/03"),
        *("2015-02-29..2015-03-01", "2015-01-01..", "2015-1-1..2015-2-2", "２０１５", "2015-03-05"),
    ],
)
def test_anything_else_is_refused_with_what_can_be_written(text: str) -> None:
    with pytest.raises(PeriodError) as caught:
        Period.parse(text)
    assert "2015-Q2" in str(caught.value)
    assert text.strip() in str(caught.value)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(PeriodError, match=r"2015-04-30.*2015-05-01"):
        Period.parse("2015-05-01..2015-04-30")
    with pytest.raises(PeriodError):
        Period(dt.date(2015, 1, 2), dt.date(2015, 1, 1))


def test_first_and_last_day_belong_to_the_period() -> None:
    quarter = Period.parse("2015-Q2")
    inside = [dt.date(2015, 4, 1), dt.date(2015, 6, 30)]
    outside = [dt.date(2015, 3, 31), dt.date(2015, 7, 1)]
    assert [quarter.contains(day) for day in inside + outside] == [True, True, False, False]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        *[("2015-04-01..2015-06-30", "same"), ("2015-Q1", "apart"), ("2015-Q3", "apart"), ("2016", "apart")],
        *[("2015", "part"), ("2015-05", "part"), ("2015-06-30..2015-07-01", "part")],
    ],
)
def test_overlap_says_same_apart_or_part(other: str, expected: str) -> None:
    assert Period.parse("2015-Q2").overlap(Period.parse(other)) == expected
    assert Period.parse(other).overlap(Period.parse("2015-Q2")) == expected


@given(st.dates(), st.dates())
def test_the_text_of_any_period_is_read_back_as_that_period(one: dt.date, two: dt.date) -> None:
    period = Period(min(one, two), max(one, two))
    assert Period.parse(period.text) == period
