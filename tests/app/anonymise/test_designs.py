"""Tables that an office designs count whom they say, and are protected like every other."""

from collections.abc import Callable

import pytest

from shelter_app.anonymise.attack import attack
from shelter_app.anonymise.axes import age_band
from shelter_app.anonymise.coded import CodedFacts
from shelter_app.anonymise.designs import NoSuchTable, chosen_tables, columns_for, row_choices
from shelter_app.anonymise.naming import names_of
from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.tables import ONE_WAY, TABLE_IDS, Facts, cross_tables

Office = Callable[..., CodedFacts]
PAIRS = [
    f"{rows}:{columns}"
    for rows in row_choices()
    for columns in columns_for(rows)
    if f"{rows}_by_{columns}" not in TABLE_IDS
]


def test_every_fact_can_be_crossed_with_sex_age_and_type() -> None:
    for rows in set(row_choices()) - {"exploitation_type", "return_stage", "return_outcome"}:
        assert {"sex", "age", "exploitation_type"} <= set(columns_for(rows))
    assert columns_for("return_stage") == ("return_outcome",)
    assert len(PAIRS) > 15


@pytest.mark.parametrize("pair", PAIRS)
def test_a_designed_table_is_attacked_and_named_as_it_counts(office: Office, pair: str) -> None:
    facts = office(400, 3, "clustered")
    release = protect(facts, b"secret", tables=chosen_tables((pair,))).release
    assert {table.id for table in release.tables} <= {"persons", pair.replace(":", "_by_")}
    assert attack(release).held
    counted = {
        table.id: table for table in cross_tables(Facts(facts.rows, facts.codes), 0, chosen_tables((pair,)))
    }
    for table in release.tables[1:]:
        if table.columns == counted[table.id].columns:
            assert tuple(map(tuple, names_of(table))) == counted[table.id].names


def test_a_designed_table_counts_persons(office: Office) -> None:
    facts = office(400, 3)
    (table,) = cross_tables(Facts(facts.rows, facts.codes), 0, chosen_tables(("services:age",)))
    (kinds, bands) = (
        [line.code for line in side if line.role == "item" and line.code != "other"]
        for side in (table.rows, table.columns)
    )
    into = {item.code: item.into for item in table.columns_folded}
    for kind in kinds:
        for band in bands:
            row, column = (
                [line.code for line in side].index(code)
                for side, code in ((table.rows, kind), (table.columns, band))
            )
            there = [
                person
                for person in facts.rows
                if kind in person.services
                and person.age is not None
                and into.get(age_band(person.age), age_band(person.age)) == band
            ]
            assert table.counts[row][column] == len(there)


def test_nothing_chosen_means_the_standard_tables_and_a_choice_always_has_the_persons() -> None:
    assert chosen_tables(()) == TABLE_IDS
    assert chosen_tables(("services:sex", "citizenship")) == ("persons", "citizenship", "services_by_sex")
    assert chosen_tables(("exploitation_type:sex",)) == ("persons", "exploitation_type_by_sex")
    assert set(ONE_WAY) <= set(chosen_tables(ONE_WAY))


@pytest.mark.parametrize(
    "name", ["villages", "services:village", "sex:services", "name:sex", ":", "services:"]
)
def test_what_cannot_be_made_is_refused_with_what_can(name: str) -> None:
    with pytest.raises(NoSuchTable, match="citizenship"):
        chosen_tables((name,))
