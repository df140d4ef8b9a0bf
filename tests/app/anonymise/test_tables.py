"""The true tables count persons, and fold what is rare without telling who is there."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from shelter_app.anonymise import regions
from shelter_app.anonymise.axes import AGE_BANDS
from shelter_app.anonymise.coded import CodedFacts, PersonRow
from shelter_app.anonymise.tables import (
    FOLD,
    ONE_WAY,
    TABLE_IDS,
    CountTable,
    age_band,
    standard_tables,
)
from shelter_app.domain.periods import Period

Office = Callable[..., CodedFacts]


def with_rows(facts: CodedFacts, *rows: PersonRow) -> CodedFacts:
    return CodedFacts(rows, Period(dt.date(2015, 1, 1), dt.date(2015, 12, 31)), facts.codes)


def people(count: int, start: int = 0, **columns: object) -> list[PersonRow]:
    blank = PersonRow(person="x" * 8, new=True)
    return [replace(blank, person=f"p{number:08d}", **columns) for number in range(start, start + count)]  # type: ignore[arg-type]


def table(facts: CodedFacts, name: str, coarse: int = 0) -> CountTable:
    return next(table for table in standard_tables(facts, coarse) if table.id == name)


def counts(table: CountTable, column: int = -1) -> dict[str, int]:
    return {row.code: line[column] for row, line in zip(table.rows, table.counts, strict=True)}


@pytest.mark.parametrize("style", ["independent", "clustered", "lopsided"])
def test_every_table_is_about_the_same_persons_and_adds_up(office: Office, style: str) -> None:
    facts = office(317, 5, style)
    tables = standard_tables(facts)
    assert tuple(table.id for table in tables) == TABLE_IDS
    for each in tables[: len(ONE_WAY)]:
        column = counts(each)
        assert column.pop("total") == 317
        parts = [count for code, count in column.items() if code not in {"base", "not-stated"}]
        base = column.get("base", 317 - (column.get("not-stated", 0)))
        assert base + column.get("not-stated", 0) == 317
        assert sum(parts) == base if each.additive else max(parts) <= base <= sum(parts)


def test_age_bands_are_those_of_ctdc() -> None:
    ages = {
        8: "0--8",
        9: "09--17",
        17: "09--17",
        18: "18--20",
        29: "27--29",
        30: "30--38",
        47: "39--47",
        48: "48+",
    }
    assert {age: age_band(age) for age in ages} == ages
    assert age_band(0) == "0--8"
    assert age_band(120) == "48+"
    assert age_band(None) == "not-stated"


def ages(*pairs: tuple[int, int]) -> list[PersonRow]:
    rows: list[PersonRow] = []
    for age, count in pairs:
        rows += people(count, len(rows), sex="woman", age=age)
    return rows


def bands(facts: CodedFacts, coarse: int = 0) -> list[str]:
    return [column.code for column in table(facts, "sex_age", coarse).columns]


def test_a_rare_age_band_merges_with_its_neighbour_and_never_across_majority(office: Office) -> None:
    full = [(4, 30), (12, 30), (19, 30), (22, 30), (25, 30), (28, 30), (33, 30), (41, 30), (60, 30)]
    base = office(60, 1)
    assert bands(with_rows(base, *ages(*full))) == [*AGE_BANDS, "not-stated", "total"]
    few_old = with_rows(base, *ages(*full[:-1], (60, FOLD - 1)))
    assert bands(few_old)[-4:] == ["30--38", "39+", "not-stated", "total"]
    assert ("48+", "39+") in table(few_old, "sex_age").folded
    few_minors = with_rows(base, *ages((12, 3), *full[2:]))
    assert bands(few_minors)[0] == "0--17"
    assert counts(table(few_minors, "sex_age"), 0)["total"] == 3
    few_adults = with_rows(base, *ages(*full[:2], (25, 5)))
    assert bands(few_adults) == ["0--8", "09--17", "18+", "not-stated", "total"]


def test_coarser_ages_are_majority_only_and_then_none(office: Office) -> None:
    facts = office(400, 2)
    assert bands(facts, 1) == ["0--17", "18+", "not-stated", "total"]
    assert bands(facts, 2) == ["persons"]
    assert counts(table(facts, "sex_age", 2)) == counts(table(facts, "sex_age"))


def test_a_rare_country_folds_into_the_nearest_region_with_enough_people(office: Office) -> None:
    rows: list[PersonRow] = []
    for country, number in (
        ("CN", 40),
        ("VN", FOLD - 1),
        ("KH", 3),
        ("NG", 12),
        ("KE", 12),
        ("BR", 2),
        ("JP", 1),
    ):
        rows += people(number, len(rows), citizenships=(country,))
    found = counts(table(with_rows(office(60, 1), *rows), "citizenship"))
    assert found == {
        "CN": 40,
        "south-eastern-asia": 24,
        "africa": 24,
        "other": 3,
        "not-stated": 0,
        "total": 91,
    }


def test_whoever_has_two_citizenships_counts_once_under_other(office: Office) -> None:
    rows = [*people(30, citizenships=("CN",)), *people(5, 30, citizenships=("CN", "VN"))]
    found = counts(table(with_rows(office(60, 1), *rows), "citizenship"))
    assert (found["CN"], found["other"], found["total"]) == (30, 5, 35)


def test_a_person_exploited_in_two_countries_counts_in_both_and_once_in_the_base(office: Office) -> None:
    rows = [*people(30, exploited_in=("MM", "TH")), *people(4, 30)]
    each = table(with_rows(office(60, 1), *rows), "exploitation_country")
    assert counts(each) == {"MM": 30, "TH": 30, "other": 0, "base": 30, "not-stated": 4, "total": 34}
    assert not each.additive
    assert not each.exclusive


def test_a_person_counts_once_in_a_row_that_unites_several_of_their_codes(office: Office) -> None:
    rows = people(5, types=("ForcedBegging", "OrganRemoval", "Other"))
    each = table(with_rows(office(60, 1), *rows), "exploitation_type")
    assert counts(each)["other"] == 5
    assert ("OrganRemoval", "other") in each.folded
    assert "Other" not in {code for code, _ in each.folded}


def test_what_is_folded_does_not_tell_who_is_there(office: Office) -> None:
    base = office(60, 1)
    shared = people(60, citizenships=("CN",), types=("ForcedLabour",))
    one = with_rows(base, *shared, *people(1, 60, citizenships=("KE",), types=("OrganRemoval",)))
    two = with_rows(base, *shared, *people(1, 60, citizenships=("BR",), types=("Surrogacy",)))
    none = with_rows(base, *shared, *people(1, 60))
    for name in ("citizenship", "exploitation_type"):
        assert table(one, name).folded == table(two, name).folded == table(none, name).folded
        assert table(one, name).rows == table(two, name).rows == table(none, name).rows
    # Positive control: a category with enough people does leave the list.
    many = with_rows(base, *shared, *people(FOLD, 60, citizenships=("KE",)))
    assert table(many, "citizenship").folded != table(one, "citizenship").folded


def test_returns_without_stage_or_outcome_stay_in_the_common_base(office: Office) -> None:
    rows = [
        *people(25, return_stage="travel", return_outcome="returned"),
        *people(25, 25, return_stage="risk"),
        *people(2, 50, return_outcome="returned"),
        *people(10, 52),
    ]
    facts = with_rows(office(60, 1), *rows)
    stages = counts(table(facts, "return_stage"))
    outcomes = counts(table(facts, "return_outcome"))
    assert stages == {"risk": 25, "travel": 25, "other": 2, "base": 52, "not-stated": 10, "total": 62}
    assert outcomes == {"returned": 27, "other": 25, "base": 52, "not-stated": 10, "total": 62}


def test_sex_classes_are_merged_when_few_and_apart_when_many(office: Office) -> None:
    base = office(60, 1)
    rows = [*people(30, sex="woman"), *people(3, 30, sex="other"), *people(4, 33, sex="unknown")]
    assert counts(table(with_rows(base, *rows), "sex_age"))["other"] == 7
    many = [*rows, *people(FOLD, 40, sex="other")]
    found = counts(table(with_rows(base, *many), "sex_age"))
    assert (found["other"], found["not-stated"]) == (FOLD + 3, 4)


def test_regions_cover_all_countries_and_every_climb_ends_at_other() -> None:
    codes = regions.country_codes()
    assert len(codes) == 249
    for code in codes:
        steps, place = 0, code
        while place != regions.OTHER:
            place, steps = regions.parent(place), steps + 1
            assert steps <= 3
    lower, upper = regions.levels()
    assert {regions.parent(region) for region in lower} == set(upper)
    assert {regions.parent(code) for code in codes} - {regions.OTHER} == set(lower)
    with pytest.raises(KeyError):
        regions.parent("XX")


def test_regions_have_names_in_both_languages() -> None:
    assert regions.region_label("south-eastern-asia", "en") == "South-eastern Asia"
    assert regions.region_label("south-eastern-asia", "zh") == "东南亚"
    for region in regions.region_codes():
        assert regions.region_label(region, "zh") != regions.region_label(region, "en")
    assert regions.region_label("nowhere", "en") == "nowhere"
