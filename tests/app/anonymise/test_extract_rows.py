"""Only codes reach an extract, each person once, and columns coarsen along hierarchies that were checked."""

from dataclasses import FrozenInstanceError, fields, replace
from itertools import permutations

import pytest

from shelter_app.anonymise.coded import NotACodeError
from shelter_app.anonymise.extract_columns import (
    CODEBOOKS,
    COLUMNS,
    DURATIONS,
    FLAGS,
    Hierarchy,
    age_hierarchy,
    column_names,
    country_hierarchy,
    source_of,
)
from shelter_app.anonymise.extract_rows import ALLOWED_COLUMNS, RecordFacts, RecordRow, merge_records
from shelter_app.domain.codelists import code_list
from shelter_app.domain.periods import Period

ROW = RecordRow(
    "p0000001", 2015, "woman", 24, "CN", "TH", DURATIONS[0], ("isForcedLabour", "typeOfLabourConstruction")
)
YEAR = Period.parse("2015")


def test_these_are_all_columns_that_an_extract_sees():
    # Adding a column is a decision about what may be told of one person: change this list only with that decision.
    assert tuple(field.name for field in fields(RecordRow)) == ALLOWED_COLUMNS
    assert (
        *("person", "year", "gender", "age", "citizenship", "exploited_in", "duration", "flags"),
    ) == ALLOWED_COLUMNS


def test_a_row_of_known_codes_is_taken_and_cannot_be_changed():
    assert RecordFacts((ROW,), YEAR).rows == (ROW,)
    with pytest.raises(FrozenInstanceError):
        ROW.age = 25


class Disguised(str):
    """A text that claims to equal a code."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *[("person", value) for value in ("", "short", "Li Mei 1990", "李梅李梅李梅李梅", 12345678)],
        *[("year", value) for value in ("2015", 15, 2015.5, None, True, 20150312)],
        *[("gender", value) for value in ("W", "", None, "trans woman", Disguised("Li Mei"))],
        *[("age", value) for value in (-1, 121, "24", 24.5, True)],
        *[("citizenship", value) for value in ("XX", "CHN", "cn", ("CN",), "", Disguised("Li"))],
        *[("exploited_in", value) for value in ("a village near Mae Sot", Disguised("Mae Sot"))],
        *[("duration", value) for value in ("13", "", "2013-04-05", Disguised("13--24"))],
        *[
            ("flags", value)
            for value in (("meansOfControlOther",), ["isForcedLabour"], ("她被扣押护照",), (None,))
        ],
    ],
)
def test_what_is_not_a_code_is_refused_and_not_repeated(column, value):
    with pytest.raises(NotACodeError) as caught:
        RecordFacts((replace(ROW, **{column: value}),), YEAR)
    assert caught.value.values == {"column": column}


def test_a_second_row_for_a_person_and_a_row_of_another_kind_are_refused():
    class Wider(RecordRow):
        name = "Li Mei"

    for rows in ((ROW, replace(ROW, age=25)), (Wider("p0000001", 2015),)):
        with pytest.raises(NotACodeError):
            RecordFacts(rows, YEAR)


def test_a_person_with_several_cases_becomes_one_row_whatever_the_order():
    rows = (
        ROW,
        replace(ROW, year=2016, age=25, gender="unknown", flags=("meansThreats",)),
        replace(ROW, citizenship="VN", duration=None),
        replace(ROW, person="p0000000"),
    )
    wanted = replace(
        ROW, citizenship=None, flags=("isForcedLabour", "meansThreats", "typeOfLabourConstruction")
    )
    for order in permutations(rows):
        assert merge_records(order) == (rows[3], wanted)


def test_the_columns_are_those_of_ctdc_and_then_our_own_and_every_name_says_where_it_is_from():
    for codebook in CODEBOOKS:
        names = column_names(codebook)
        assert len(names) == 27 + 3
        assert all(name.startswith("x_") for name in names[27:])
        assert all(source_of(name, codebook) for name in names)
    assert column_names("2024") == column_names("2025")
    renamed = {a: b for a, b in zip(column_names("2024"), column_names("2026"), strict=True) if a != b}
    assert set(renamed) == {name for name in FLAGS if name.startswith("typeOf")}
    assert renamed["typeOfSexProstitution"] == "sectorOfSexProstitution"
    assert "no codebook of 2026" in source_of("sectorOfSexProstitution", "2026")
    assert "ours" in source_of("x_ageGroup", "2024")
    with pytest.raises(KeyError):
        column_names("2023")


def test_every_flag_of_the_code_lists_has_a_column():
    lists = (
        "exploitation_types",
        "means_of_control",
        "industry",
        "isic_division",
        "sex_types",
        "recruiter_relation",
    )
    named = {entry.ctdc for name in lists for entry in code_list(name).entries if entry.ctdc}
    assert named == set(FLAGS)
    assert {entry.ctdc for entry in code_list("duration_bands").entries} == set(DURATIONS)
    assert set(FLAGS) < set(COLUMNS)


def test_minors_never_coarsen_into_adults_and_all_countries_into_the_geoscheme():
    ages = age_hierarchy()
    for step in ages.steps[:-1]:
        minors = {step["0--8"], step["09--17"]}
        assert not minors & {coarse for band, coarse in step.items() if band not in ("0--8", "09--17")}
    countries = country_hierarchy()
    assert len(countries.steps[0]) == 249
    assert [step["VNM"] for step in countries.steps] == ["VNM", "south-eastern-asia", "asia", ""]
    assert (
        {"VNM", "THA", "IDN"} < countries.leaves_under("south-eastern-asia") < countries.leaves_under("asia")
    )


@pytest.mark.parametrize(
    "steps",
    [
        ({"a": "a", "b": "b", "c": "c"}, {"a": "x", "b": "x", "c": "y"}, {"a": "p", "b": "q", "c": "q"}, dict.fromkeys("abc", "")),
        ({"a": "a", "b": "b"}, {"a": "", "b": "b"}),
        ({"a": "a", "b": "b"}, {"a": ""}),
    ],
)  # fmt: skip
def test_steps_that_are_no_hierarchy_are_refused(steps):
    with pytest.raises(ValueError, match="value"):
        Hierarchy(steps)
