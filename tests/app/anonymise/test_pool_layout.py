"""Adding up the cells of offices and folding afterwards gives the tables of all persons together."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelter_app.anonymise.coded import SEX_CLASSES, CodedFacts, CodeList, PersonRow
from shelter_app.anonymise.pool_layout import COVERED, MOST_COUNTRIES, PoolLayout, TotalsDoNotFit
from shelter_app.anonymise.pool_release import protect_totals
from shelter_app.anonymise.pool_shares import add_shares, split
from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.tables import standard_tables as every_table
from shelter_app.domain.periods import Period

PERIOD = Period(dt.date(2015, 1, 1), dt.date(2015, 12, 31))
SEED = b"a secret of who combines, 32 byte"
#: Countries of one sub-region, of another one of its region, and of two other regions.
COUNTRIES = ("TH", "MM", "LA", "CN", "NP", "NG", "BR", "AQ")


@pytest.fixture(name="codes", scope="module")
def codes_fixture(office):
    return office(1, 1).codes


@pytest.fixture(name="layout", scope="module")
def layout_fixture(codes):
    return PoolLayout(codes)


def standard_tables(facts, coarse=0):
    return [table for table in every_table(facts, coarse) if table.id in COVERED]


def some(values, most):
    return st.sets(st.sampled_from(values), max_size=most).map(lambda found: tuple(sorted(found)))


def persons(codes, countries=MOST_COUNTRIES):
    """Any person that an office can count, with all that a person can be counted in several rows for."""
    return st.builds(
        PersonRow,
        person=st.integers(0, 10**12).map(lambda number: f"p{number:012d}"),
        new=st.booleans(),
        sex=st.sampled_from(SEX_CLASSES),
        age=st.none() | st.integers(0, 120),
        citizenships=some(COUNTRIES, 3),
        exploited_in=some(COUNTRIES, countries),
        types=some(codes.types.codes, len(codes.types.codes)),
        means=some(codes.means.codes, len(codes.means.codes)),
        services=some(codes.services.codes, len(codes.services.codes)),
        return_stage=st.none() | st.sampled_from(codes.return_stages.codes),
        return_outcome=st.none() | st.sampled_from(codes.return_outcomes.codes),
    )


def pooled(layout, offices):
    """The totals of these offices, by way of shares."""
    shares = [split(layout.counts(facts)) for facts in offices]
    sums = (add_shares(first for first, _ in shares), add_shares(second for _, second in shares))
    return add_shares(sums)


def together(offices):
    """All persons of the offices as one office."""
    rows = [
        replace(row, person=f"o{n}-{row.person}") for n, facts in enumerate(offices) for row in facts.rows
    ]
    return CodedFacts(tuple(rows), offices[0].period, offices[0].codes)


def test_the_totals_of_200_offices_are_the_exact_sums_and_their_release_is_that_of_all_persons(
    office, layout
):
    offices = [
        office(5 + (37 * n) % 56, seed=n, style=("independent", "clustered", "lopsided")[n % 3])
        for n in range(200)
    ]
    assert {len(facts.rows) for facts in offices} >= {5, 60}
    totals = pooled(layout, offices)
    exact = [0] * layout.size
    for facts in offices:
        for cell in np.flatnonzero(counts := layout.counts(facts)):
            exact[cell] += int(counts[cell])
    assert totals.tolist() == exact
    everybody = together(offices)
    assert standard_tables(layout.facts(totals, everybody.period)) == standard_tables(everybody)
    release = protect_totals(layout, totals, everybody.period, SEED)
    expected = protect(everybody, SEED, tables=COVERED, exact=False).release
    assert [table.cells for table in release.tables] == [table.cells for table in expected.tables]
    assert len(release.tables) == 9
    assert all(check.held for check in release.checks)


@settings(max_examples=40)
@given(data=st.data())
def test_folding_after_adding_up_is_exact_whoever_the_persons_are(data, codes, layout):
    """Few kinds of persons, many of each, so that categories pass the limit of a row of their own and fold at every level."""
    kinds = data.draw(st.lists(st.tuples(persons(codes), st.integers(0, 40)), min_size=1, max_size=12))
    rows = [
        replace(row, person=f"{n:04d}-{m:04d}") for n, (row, many) in enumerate(kinds) for m in range(many)
    ]
    everybody = CodedFacts(tuple(rows), PERIOD, codes)
    parts = data.draw(st.integers(1, 4))
    offices = [CodedFacts(tuple(rows[part::parts]), PERIOD, codes) for part in range(parts)]
    again = layout.facts(pooled(layout, offices), PERIOD)
    for coarse in range(3):
        assert standard_tables(again, coarse) == standard_tables(everybody, coarse)


@settings(max_examples=60)
@given(data=st.data())
def test_of_many_countries_of_exploitation_two_are_counted_and_nobody_is_lost(data, codes, layout):
    row = data.draw(persons(codes, countries=len(COUNTRIES)))
    facts = CodedFacts((row,), PERIOD, codes)
    (again,) = layout.facts(layout.counts(facts), PERIOD).rows
    assert len(again.exploited_in) == min(len(row.exploited_in), MOST_COUNTRIES)
    assert set(again.exploited_in) <= set(row.exploited_in)


def test_of_many_countries_none_is_preferred(codes, layout):
    rows = tuple(
        PersonRow(person=f"person-{n:05d}", new=True, exploited_in=("CN", "LA", "MM", "TH"))
        for n in range(2000)
    )
    again = layout.facts(layout.counts(CodedFacts(rows, PERIOD, codes)), PERIOD).rows
    for country in ("CN", "LA", "MM", "TH"):
        assert 850 < sum(country in row.exploited_in for row in again) < 1150


def test_every_cell_is_counted_in_itself(codes, layout):
    """What a cell stands for is counted in that very cell, so that no two cells can be mixed up."""
    rng = np.random.default_rng(7)
    for start, block in layout._starts():
        cells = range(block.size) if block.size < 2000 else rng.integers(0, block.size, 500).tolist()
        for cell in cells:
            row = replace(PersonRow(person="somebody", new=True), **block.columns(cell))
            assert block.cell(row) == cell, (block.name, cell)
            assert layout.counts(CodedFacts((row,), PERIOD, codes))[start + cell] == 1


def test_another_list_version_or_order_is_another_layout(codes):
    digest = PoolLayout(codes).digest
    means = codes.means
    for other in (
        replace(means, version="2"),
        replace(means, codes=means.codes[:-1]),
        replace(means, codes=means.codes[::-1]),
    ):
        assert PoolLayout(replace(codes, means=other)).digest != digest
    assert PoolLayout(codes).digest == digest


def test_totals_that_contradict_each_other_are_refused_without_a_number(office, layout):
    facts = office(80, seed=3)
    sound = layout.counts(facts)
    assert layout.facts(sound, PERIOD).rows
    for cell, by in ((0, 1), (5, 17), (layout.size - 1, 3), (0, 2**64 - 1), (1, 2**63)):
        more = np.zeros_like(sound)
        more[cell] = by
        wrong = add_shares([sound, more])
        with pytest.raises(TotalsDoNotFit) as refused:
            protect_totals(layout, wrong, PERIOD, SEED)
        assert not any(letter.isdigit() for letter in str(refused.value))
    one_share, _ = split(sound)
    with pytest.raises(TotalsDoNotFit):
        protect_totals(layout, one_share, PERIOD, SEED)


def test_facts_and_totals_of_other_lists_are_not_counted(office, layout, codes):
    other = PoolLayout(replace(codes, means=replace(codes.means, version="2")))
    with pytest.raises(ValueError, match="other code lists"):
        other.counts(office(5, seed=1))
    with pytest.raises(ValueError, match="not totals"):
        layout.facts(layout.counts(office(5, seed=1))[:-1], PERIOD)


def test_a_list_with_so_many_codes_that_a_file_would_be_huge_gets_no_layout(codes):
    with pytest.raises(ValueError, match="too many codes"):
        PoolLayout(replace(codes, means=CodeList("means", "1", tuple(f"code{n}" for n in range(21)))))


def test_who_combines_hears_of_the_attacks_and_can_stop(office, layout):
    heard = []

    def stop(attempts):
        heard.append(attempts)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        protect_totals(layout, layout.counts(office(300, seed=5)), PERIOD, SEED, stop)
    assert heard[0] > 0


def test_a_network_of_fewer_than_fifty_persons_gives_no_table(office, layout):
    release = protect_totals(layout, pooled(layout, [office(5, seed=n) for n in range(9)]), PERIOD, SEED)
    assert release.tables == ()
    assert {notice.code for notice in release.notices} == {"pool", "small-office"}
