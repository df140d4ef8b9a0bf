"""A document number is checked and read for hints, and never refused."""

import datetime as dt
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelter_app.domain.codelists import code_list
from shelter_app.domain.identity import (
    IDENTITY_REMARKS,
    document_number,
    mrz_check_digit,
    read_machine_zone,
    resident_check_character,
    resident_number,
)

TODAY = dt.date(2026, 11, 22)
PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
CARD = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"


def test_a_right_number_gives_birth_sex_and_province_as_hints():
    number = resident_number("11010519491231002X", today=TODAY)
    assert (number.birth.iso(), number.sex, number.province, number.problems) == (
        "1949-12-31",
        "female",
        "11",
        (),
    )
    assert code_list("provinces").label(number.province, "zh") == "北京市"


@pytest.mark.parametrize(
    "text", ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002X"]
)
def test_width_case_and_blanks_do_not_matter(text):
    assert resident_number(text, today=TODAY).problems == ()
    assert resident_number(text, today=TODAY).number == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("110105194912310021", "check_digit"),
        ("11010519491331" + "0027", "no_such_birth"),
        ("99" + "0105194912310021", "unknown_province"),
        ("110105491231002", "old_number"),
    ],
)
def test_what_is_odd_is_said_and_the_number_kept(text, problem):
    number = resident_number(text, today=TODAY)
    assert problem in number.problems
    assert number.number == text


def test_a_birth_after_today_is_no_birth():
    digits = "11010520270101002"
    number = resident_number(digits + resident_check_character(digits), today=TODAY)
    assert number.birth is None
    assert number.problems == ("no_such_birth",)


def test_an_old_number_of_15_digits_is_read_in_the_last_century():
    number = resident_number("110105491231002", today=TODAY)
    assert (number.birth.iso(), number.sex) == ("1949-12-31", "female")


@given(
    st.text(alphabet=string.digits, min_size=17, max_size=17),
    st.integers(0, 16),
    st.sampled_from(string.digits),
)
def test_one_miscopied_digit_is_always_noticed(digits, place, other):
    whole = digits + resident_check_character(digits)
    changed = whole[:place] + other + whole[place + 1 :]
    assert "check_digit" not in resident_number(whole, today=TODAY).problems
    assert ("check_digit" in resident_number(changed, today=TODAY).problems) == (changed != whole)


@pytest.mark.parametrize(
    ("text", "kind", "problems"),
    [
        ("G77431983", "passport", ()),
        ("EA1234567", "passport", ()),
        ("C６２７０１０８", "passport", ()),
        ("G7743198", "passport", ("one_short",)),
        ("35010219900901046", "resident_id", ("wrong_length",)),
        ("无号", "other", ("unknown_shape",)),
        ("350102197605101120", "resident_id", ()),
    ],
)
def test_shapes_of_document_numbers(text, kind, problems):
    found = document_number(text, today=TODAY)
    assert (found.kind, found.problems) == (kind, problems)
    assert code_list("document_kinds").is_valid(found.kind)


@given(st.text(max_size=40))
def test_any_text_can_stand_where_a_number_should(text):
    assert set(document_number(text, today=TODAY).problems) <= set(IDENTITY_REMARKS)


def test_the_specimens_of_the_standard_read_without_problem():
    """The zones printed in ICAO 9303 parts 4 and 5."""
    passport, card = read_machine_zone(PASSPORT), read_machine_zone(CARD)
    for zone in (passport, card):
        assert (zone.family_name, zone.given_names) == ("ERIKSSON", "ANNA MARIA")
        assert (zone.birth, zone.sex, zone.expiry, zone.nationality) == ("740812", "female", "120415", "UTO")
        assert zone.problems == ()
    assert (passport.number, card.number) == ("L898902C3", "D23145890")


def test_a_miscopied_zone_says_where():
    assert read_machine_zone(PASSPORT.replace("7408122", "7408132")).problems == ("birth", "composite")
    assert read_machine_zone("P<UTO") is None
    assert read_machine_zone("护照") is None


def test_a_zone_check_digit_takes_only_its_own_characters():
    assert mrz_check_digit("520727") == "3"
    with pytest.raises(ValueError, match="machine-readable"):
        mrz_check_digit("ab")
