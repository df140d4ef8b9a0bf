"""An extract singles nobody out, says nothing that is not so, and costs what it says it costs."""

import random
import sqlite3
from collections import Counter

import pytest

from shelter_app.anonymise.axes import age_band
from shelter_app.anonymise.extract import (
    KEEPS,
    SMALLEST_OFFICE,
    THRESHOLD,
    Caution,
    OfficeTooSmall,
    make_extract,
)
from shelter_app.anonymise.extract_check import check_extract
from shelter_app.anonymise.extract_columns import (
    CIRCUMSTANCES,
    FLAGS,
    GENDERS,
    age_hierarchy,
    country_hierarchy,
)
from shelter_app.anonymise.extract_rows import RecordFacts, RecordRow
from shelter_app.domain.countries import alpha3_codes
from shelter_app.reports.extract_csv import extract_csv
from tests.app.anonymise.extract_offices import PERIOD, STYLES, records

SEED = b"a secret of the vault, 32 bytes.."


def columns_of(extract):
    """The columns of an extract by name, each a list of texts."""
    return dict(zip(extract.columns, zip(*extract.rows(), strict=True), strict=True))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("size", "years", "keep"), [(200, 1, "even"), (2000, 3, "countries"), (6000, 1, "ages")]
)
def test_no_office_gives_anybody_away(size, style, years, keep):
    for seed in range(3):
        made = make_extract(records(size, seed, style, years), SEED, keep=keep)
        found = check_extract(extract_csv(made.extract))
        assert found.held, found.flaws
        assert found.rarest >= THRESHOLD
        assert found.alike_tried > 0


def test_whatever_columns_somebody_knows_at_least_eleven_rows_are_alike():
    # A counter of another make: the database engine, over all columns and over sets of them drawn by lot.
    extract = make_extract(records(2000, 1, "clustered"), SEED).extract
    db = sqlite3.connect(":memory:")
    db.execute(f"CREATE TABLE e ({', '.join(extract.columns)})")
    db.executemany(f"INSERT INTO e VALUES ({', '.join('?' * len(extract.columns))})", extract.rows())
    lots = random.Random(1)
    known = [extract.columns, *(lots.sample(extract.columns, lots.randrange(1, 30)) for _ in range(60))]
    for names in known:
        groups = f"SELECT count(*) AS many FROM e GROUP BY {', '.join(names)}"
        assert db.execute(f"SELECT min(many) FROM ({groups})").fetchone()[0] >= THRESHOLD
    # Positive control: with one more row that nothing resembles, the same counter finds it.
    db.execute("INSERT INTO e (citizenship) VALUES ('NRU')")
    groups = f"SELECT count(*) AS many FROM e GROUP BY {', '.join(extract.columns)}"
    assert db.execute(f"SELECT min(many) FROM ({groups})").fetchone()[0] == 1
    db.close()


def test_nothing_is_said_of_more_people_than_it_is_true_of():
    facts = records(3000, 2, "rings", 2)
    extract = make_extract(facts, SEED).extract
    alpha3 = {two: three for three, two in alpha3_codes().items()}
    ages, countries = age_hierarchy(), country_hierarchy()

    def fits(pattern, row):
        told = dict(
            zip((*CIRCUMSTANCES, "traffickMonths", *FLAGS, "ages", "home", "place"), pattern, strict=True)
        )
        places = (
            (told["citizenship"] or told["home"], row.citizenship),
            (told["CountryOfExploitation"] or told["place"], row.exploited_in),
        )
        band = told["ageBroad"] or told["ages"]
        return (
            told["yearOfRegistration"] in ("", str(row.year))
            and told["gender"] in ("", GENDERS.get(row.gender))
            and (not band or (row.age is not None and age_band(row.age) in ages.leaves_under(band)))
            and all(not place or alpha3.get(code) in countries.leaves_under(place) for place, code in places)
            and told["traffickMonths"] in ("", row.duration)
            and all(flag in row.flags for flag in FLAGS if told[flag])
        )  # fmt: skip

    for pattern, count in Counter(extract.rows()).items():
        assert sum(fits(pattern, row) for row in facts.rows) >= count


def test_the_same_facts_and_secret_give_the_same_file_and_another_secret_another_order():
    facts = records(800, 3)
    one, two, other = (
        extract_csv(make_extract(facts, seed).extract) for seed in (SEED, SEED, b"another secret")
    )
    assert one == two
    assert one != other
    assert one.splitlines() != other.splitlines()
    turned = RecordFacts(tuple(reversed(facts.rows)), PERIOD)
    assert check_extract(extract_csv(make_extract(turned, SEED).extract)).held


def test_words_decide_what_is_kept():
    facts = records(4000, 1, "clustered")

    def told(keep, name):
        return sum(value != "" for value in columns_of(make_extract(facts, SEED, keep=keep).extract)[name])

    assert told("countries", "citizenship") > told("ages", "citizenship")
    assert told("ages", "ageBroad") > told("countries", "ageBroad")
    assert set(KEEPS) == {"even", "countries", "ages"}


def alike(count, **more):
    """Persons who share everything but their ids."""
    facts = {"gender": "woman", "age": 22, "citizenship": "VN", "exploited_in": "CN"} | more
    return tuple(RecordRow(f"p{number:07}", 2015, **facts) for number in range(count))


@pytest.mark.parametrize("others", [0, 1, 20])
def test_an_answer_that_nearly_everybody_gives_is_told_of_nobody(others):
    rows = [*alike(400, flags=("isSexualExploit",), duration="25+ (2+ yrs)")]
    rows[:others] = alike(others)
    columns = columns_of(make_extract(RecordFacts(tuple(rows), PERIOD), SEED).extract)
    assert set(columns["isSexualExploit"]) == set(columns["traffickMonths"]) == {""}
    assert "VNM" in columns["citizenship"]


@pytest.mark.parametrize(("yes", "told"), [(10, False), (60, True)])
def test_an_answer_of_fewer_than_eleven_is_emptied(yes, told):
    rows = [*alike(400)]
    rows[:yes] = alike(yes, flags=("isOtherExploit",))
    columns = columns_of(make_extract(RecordFacts(tuple(rows), PERIOD), SEED).extract)
    assert ("1" in columns["isOtherExploit"]) is told


def test_what_implies_an_emptied_answer_is_emptied_too():
    some = alike(150, flags=("isForcedLabour", "typeOfLabourConstruction"))
    rest = tuple(
        RecordRow(f"r{n:07}", 2015, "man", 40, "MM", "TH", None, ("isForcedLabour",) * (n % 2))
        for n in range(250)
    )
    columns = columns_of(make_extract(RecordFacts(some + rest, PERIOD), SEED).extract)
    assert "1" in columns["isForcedLabour"]
    assert all(
        whole
        for part, whole in zip(columns["typeOfLabourConstruction"], columns["isForcedLabour"], strict=True)
        if part
    )
    women = [
        flag
        for flag, gender in zip(columns["isForcedLabour"], columns["gender"], strict=True)
        if gender == "Woman"
    ]
    assert "1" not in women


def test_caution_tells_less():
    facts = records(1500, 1)
    usual = make_extract(facts, SEED).extract
    careful = make_extract(facts, SEED, caution=Caution(40, frozenset({"isForcedLabour"}))).extract
    columns = columns_of(careful)
    assert "1" in columns_of(usual)["isForcedLabour"]
    for name in ("isForcedLabour", "typeOfLabourConstruction", "typeOfLabourDomesticWork"):
        assert set(columns[name]) == {""}
    assert len(careful.order) == len(usual.order) - 40
    blank = [row for row in careful.rows() if not any(row[1:5]) and not any(row[27:])]
    assert len(blank) >= THRESHOLD + 40
    assert check_extract(extract_csv(careful)).held


def test_the_number_of_rows_is_not_the_number_of_persons():
    sizes = {len(make_extract(records(300, 1), bytes([seed]) * 32).extract.order) for seed in range(12)}
    assert len(sizes) > 3
    assert all(10 <= 300 - size <= 20 for size in sizes)


def test_what_it_costs_is_what_the_file_shows():
    facts = records(3000, 1)
    made = make_extract(facts, SEED)
    columns = columns_of(made.extract)
    told = sum(bool(value) for flag in (*FLAGS, "traffickMonths") for value in columns[flag])
    assert made.kept.rows == len(made.extract.order) / 3000
    # The file does not say who was left out, so their answers are estimated; they are at most 20 of 3000.
    said = sum(len(row.flags) + (row.duration is not None) for row in facts.rows)
    assert made.kept.answers == pytest.approx(told / said, abs=0.01)
    exact = sum(bool(value) for name in CIRCUMSTANCES for value in columns[name])
    known = sum(
        1 + (row.gender != "unknown") + (row.age is not None) + (row.citizenship is not None) + (row.exploited_in is not None)
        for row in facts.rows
    )  # fmt: skip
    assert made.kept.exact == pytest.approx(exact / known, abs=0.01)
    assert 0 < made.kept.lost < 1


def test_a_small_office_gets_a_sentence_and_no_file():
    with pytest.raises(OfficeTooSmall, match="national office"):
        make_extract(records(SMALLEST_OFFICE - 1, 1), SEED)
    assert make_extract(records(SMALLEST_OFFICE, 1), SEED).extract.order
