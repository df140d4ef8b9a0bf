"""What is said before a summary is written: what helps an office that is too small for the period."""

import pytest

from shelter_app.casework import registers, summary
from shelter_app.casework.summary_concerns import concerns
from shelter_app.domain.periods import Period
from shelter_app.exchange.registers import preview
from shelter_resources import open_path


def said(session, period):
    return concerns(session, summary.make_preview(session, Period.parse(period))).help_text


@pytest.fixture
def office(session):
    registers.import_register(
        session, preview(open_path("samples", "consular_returnees_en.csv"), today=session.today)
    )
    return session


def test_a_short_period_of_a_larger_office_names_the_shortest_that_is_long_enough(office):
    few, longer = "2014-03-01..2014-03-02", said(office, "2014-03-01..2014-03-02")
    wanted = longer.split(" ", 1)[0]
    assert longer == f"{wanted} has enough persons for tables: report that period instead."
    assert summary.make_preview(office, Period.parse(wanted)).release.tables
    assert not summary.make_preview(office, Period.parse(few)).release.tables


def test_an_office_that_is_too_small_for_two_years_is_sent_to_a_pool(session):
    advice = said(session, "2026-03")
    assert advice.startswith("2025-01-01..2026-12-31 has fewer than 50 persons too")
    assert "pool" in advice


def test_nothing_is_advised_where_there_are_tables(office):
    assert said(office, "2014") == ""
