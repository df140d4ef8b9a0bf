"""Tables and extract of one period: neither may undo what the other hides."""

from dataclasses import replace

import pytest

from shelter_app.anonymise.axes import AGE_BANDS
from shelter_app.anonymise.coded import CodedFacts, PersonRow
from shelter_app.anonymise.extract import make_extract
from shelter_app.anonymise.extract_beside import GivesTablesAway, TablesDiffer, make_beside
from shelter_app.anonymise.extract_columns import GENDERS
from shelter_app.anonymise.extract_joint import joint_findings
from shelter_app.anonymise.extract_rows import RecordFacts, RecordRow
from shelter_app.anonymise.protect import protect
from shelter_app.casework.summary import code_lists
from tests.app.anonymise.extract_offices import PERIOD, STYLES, both

SEED = b"seed"


@pytest.fixture(scope="module", name="office")
def office_fixture():
    """Tables and extract of 600 persons."""
    tables, records = both(600, 2, "clustered")
    return protect(tables, SEED).release, make_extract(records, SEED).extract, tables, records


@pytest.mark.parametrize("style", STYLES)
def test_together_they_break_no_rule(style):
    tried = 0
    for size, seed in ((300, 4), (300, 5), (1200, 6)):
        tables, records = both(size, seed, style)
        release = protect(tables, SEED).release
        extract = make_beside(release, records, SEED).extract
        tried += release.counts.small + release.counts.hidden
        assert joint_findings(extract, release) == ()
    assert tried > 40


def without_caution(extract, records):
    """The extract as if nobody had been left out: a row more for each of them, all told by the largest pattern."""
    missing = len(records.rows) - len(extract.order)
    return replace(extract, order=(*extract.order, *[extract.order[0]] * missing))


def test_an_exact_number_of_rows_would_give_small_figures_away(office):
    release, extract, _tables, records = office
    found = joint_findings(without_caution(extract, records), release)
    assert ("too-few", "continuing") in {(finding.code, finding.key.row) for finding in found}


def test_a_flag_that_nearly_everybody_of_a_table_has_is_found_and_left_out():
    # Of half the persons nothing is known, so in the extract not even half have the flag; in the table nearly all have.
    sexual, labour, other = "SexualExploitation", "ForcedLabour", "ForcedMarriage"
    groups = {(sexual,): 680, (labour, sexual): 50, (other,): 12, (labour,): 12, (): 750}
    people = [
        (f"p{number:07}", codes)
        for number, codes in enumerate(codes for codes, size in groups.items() for _ in range(size))
    ]
    flag = {sexual: "isSexualExploit", labour: "isForcedLabour", other: "isOtherExploit"}
    tables = tuple(PersonRow(who, True, "woman", 22, ("VN",), ("CN",), codes) for who, codes in people)
    records = RecordFacts(
        tuple(
            RecordRow(who, 2015, "woman", 22, "VN", "CN", None, tuple(flag[code] for code in codes))
            for who, codes in people
        ),
        PERIOD,
    )
    release = protect(CodedFacts(tables, PERIOD, code_lists()), SEED).release
    found = joint_findings(make_extract(records, SEED).extract, release)
    assert {finding.code for finding in found} == {"everybody"}
    assert all("SexualExploitation" in finding.key for finding in found)
    assert all("isSexualExploit" in finding.columns for finding in found)
    careful = make_beside(release, records, SEED).extract
    place = careful.columns.index("isSexualExploit")
    assert {row[place] for row in careful.rows()} == {""}
    assert joint_findings(careful, release) == ()


def test_a_small_figure_that_a_row_of_the_extract_counts_in_is_found(office):
    release, extract, *_ = office
    table = release.table("sex_age")
    into = {item.code: item.into for item in table.folded}
    sex, column = next(
        (row.code, column.code)
        for row, column, cell in table.walk()
        if cell.kind == "small" and row.code in GENDERS and column.code not in ("total", "not-stated")
    )
    band = next(band for band in AGE_BANDS if into.get(band, band) == column)
    first = extract.patterns[0]
    told = (first[0], GENDERS[sex], band, *first[3:27], "", *first[28:])
    found = joint_findings(replace(extract, patterns=(told, *extract.patterns[1:])), release)
    assert {finding.code for finding in found} & {"not-empty", "contradicts"}


def test_what_no_care_makes_safe_is_refused_with_what_to_do():
    tables, records = both(300, 4, "independent")
    release = protect(tables, SEED).release
    with pytest.raises(GivesTablesAway, match="tables of 2015"):
        make_beside(replace(release, tables=(*release.tables, unknown_table(release))), records, SEED)
    changed = replace(tables, rows=tables.rows[:150])
    with pytest.raises(TablesDiffer, match="2015"):
        make_beside(protect(changed, SEED).release, records, SEED)


def unknown_table(release):
    return replace(release.tables[0], id="new_table")


def test_figures_that_fit_no_extract_contradict_it(office):
    release, extract, *_ = office
    twice = replace(extract, order=extract.order * 2)
    assert [finding.code for finding in joint_findings(twice, release)] == ["contradicts"]


def test_a_table_that_nobody_has_compared_yet_is_named(office):
    release, extract, *_ = office
    found = joint_findings(extract, replace(release, tables=(*release.tables, unknown_table(release))))
    assert ("unknown-table", "new_table") in {(finding.code, finding.key.table) for finding in found}
