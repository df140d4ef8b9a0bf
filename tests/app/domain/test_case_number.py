"""Case numbers: read however they are typed, and no slip of the fingers makes another valid number."""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelter_app.domain.case_number import (
    CaseNumber,
    CaseNumberError,
    check_character,
    check_letter,
    check_post,
    format_number,
    next_number,
    parse_number,
    read_number,
)

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
posts = st.from_regex(r"[A-Z][A-Z0-9]{1,5}", fullmatch=True)
letters = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
numbers = st.builds(CaseNumber, posts, letters, st.integers(0, 99), st.integers(1, 999_999))
TYPICAL = format_number("KM", "A", 2026, 41)


def test_a_number_shows_its_parts():
    assert TYPICAL == "KM-A-26-0041-7"
    assert parse_number(TYPICAL) == CaseNumber("KM", "A", 26, 41)
    assert str(CaseNumber("KM", "A", 26, 41)) == TYPICAL


@given(numbers)
def test_every_number_reads_back(number):
    assert parse_number(str(number)) == number


@pytest.mark.parametrize(
    "typed",
    [
        "km-a-26-0041-7",
        "KMA2600417",
        "  KM A 26 0041 7 ",
        "ＫＭ－Ａ－２６－００４１－７",
        "KM–A–26–0041–7",
        "km/a/26/0041/7",
    ],
)
def test_a_number_is_read_however_it_is_typed(typed):
    assert str(parse_number(typed)) == TYPICAL


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KM",
        "KM-A-26-41-7",
        "0M-A-26-0041-7",
        "KM-A-26-0041",
        "K-A-26-0041-7",
        "KM-AB-2-0041-7",
        "王芳",
        "é" * 9,
    ],
)
def test_other_texts_are_no_case_numbers(text):
    assert read_number(text) is None
    with pytest.raises(CaseNumberError):
        parse_number(text)


def test_a_search_box_can_ask_whether_a_text_is_a_number():
    assert read_number("kma2600417") == CaseNumber("KM", "A", 26, 41)


def slips(code):
    """Every single wrong sign, swap of neighbours, swap over one place and doubled pair."""
    for place, right in enumerate(code):
        for wrong in SIGNS:
            if wrong != right:
                yield code[:place] + wrong + code[place + 1 :]
    for place in range(len(code) - 1):
        one, other = code[place], code[place + 1]
        if one != other:
            yield code[:place] + other + one + code[place + 2 :]
        else:
            yield from (code[:place] + wrong * 2 + code[place + 2 :] for wrong in SIGNS if wrong != one)
    for place in range(len(code) - 2):
        one, middle, other = code[place : place + 3]
        if one != other:
            yield code[:place] + other + middle + one + code[place + 3 :]


def test_no_slip_makes_another_valid_number():
    source = random.Random(41)
    tried = 0
    for _ in range(150):
        post = source.choice(["KM", "BJ", "NNG", "EMB1", "K3", "OO", "ZZZZZZ"])
        letter, year, running = source.choice("ABZ"), source.randrange(100), source.randrange(1, 12_000)
        code = format_number(post, letter, year, running).replace("-", "")
        assert read_number(code) is not None
        for slip in slips(code):
            tried += 1
            assert read_number(slip) is None, (code, slip)
    assert tried > 50_000


def test_the_check_is_complete_for_every_pair_of_signs():
    for one, other in product(SIGNS, repeat=2):
        pair = one + other
        whole = pair + check_character(pair)
        assert check_character(whole) == "0"
        assert all(check_character(slip) != "0" for slip in slips(whole))


def test_all_36_signs_serve_as_check_characters():
    assert {check_character(f"KMA26{running:04d}") for running in range(1, 400)} == set(SIGNS)


def test_a_wrong_character_is_told_from_a_text_that_is_no_number():
    with pytest.raises(CaseNumberError, match="swapped"):
        parse_number("KM-A-26-0014-7")
    with pytest.raises(CaseNumberError, match="looks like"):
        parse_number("Kunming 41")


def test_running_numbers_have_no_superfluous_zeros_and_no_zero():
    for running in ("00041", "0000"):
        body = f"KMA26{running}"
        assert read_number(body + check_character(body)) is None


def test_the_next_number_follows_the_last():
    assert parse_number(next_number("KM", "A", 2026, 0)).running == 1
    assert parse_number(next_number("KM", "A", 2026, 9999)).running == 10_000
    with pytest.raises(CaseNumberError):
        next_number("KM", "A", 2026, 999_999)


@pytest.mark.parametrize(("typed", "post"), [("km", "KM"), (" ｋｍ３ ", "KM3"), ("Bei-J", "BEIJ")])
def test_a_post_is_written_in_capitals(typed, post):
    assert check_post(typed) == post


@pytest.mark.parametrize("typed", ["", "K", "3KM", "KUNMING", "昆明", "K\0M"])
def test_a_post_that_cannot_stand_in_a_number_is_refused(typed):
    with pytest.raises(CaseNumberError, match="code of the post"):
        check_post(typed)


def test_a_device_has_one_letter():
    assert check_letter("b") == "B"
    for typed in ("", "AB", "1", "Ä"):
        with pytest.raises(CaseNumberError, match="one letter"):
            check_letter(typed)


@pytest.mark.parametrize("parts", [("KM", "A", 2026, 0), ("KM", "A", -1, 1), ("KM", "A", 2026, 1_000_000)])
def test_parts_out_of_range_are_refused(parts):
    with pytest.raises(CaseNumberError):
        format_number(*parts)


@given(st.text(max_size=20))
def test_reading_never_fails_otherwise(text):
    number = read_number(text)
    assert number is None or read_number(str(number)) == number
