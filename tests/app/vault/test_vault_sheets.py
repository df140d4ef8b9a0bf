"""Each way in which recovery sheets go wrong is told for itself, and no way tells a word that was not typed."""

import itertools
import random

import pytest

from shelter_app.vault.errors import RecoveryRefused
from shelter_app.vault.header import read_header
from shelter_app.vault.recovery import (
    SHEET_COLUMNS,
    SHEET_WORDS,
    SPLITS,
    join_sheets,
    make_sheets,
    read_sheet,
    set_number,
    suggest_words,
    word_list,
)
from shelter_app.vault.vault import recover, renew_sheets, try_sheets, unlock_with_sheets


def refused(typed):
    with pytest.raises(RecoveryRefused) as caught:
        read_sheet(typed)
    return caught.value


@pytest.mark.parametrize("place", range(SHEET_WORDS))
def test_a_word_that_is_missing_or_one_too_many_is_told_by_its_place(place):
    words = make_sheets().words[0]
    short = refused([*words[:place], *words[place + 1 :]])
    assert "A word seems to be missing" in short.render("en")
    assert short.position == place + 1
    assert words[place] not in short.render("en")
    other = next(word for word in word_list() if word not in words)
    long = refused([*words[:place], other, *words[place:]])
    assert "one too many" in long.render("en")
    assert long.position == place + 1


def test_any_two_exchanged_words_are_told_wherever_they_stand():
    words = make_sheets().words[0]
    for one, other in itertools.combinations(range(SHEET_WORDS), 2):
        if words[one] == words[other]:
            continue
        typed = list(words)
        typed[one], typed[other] = typed[other], typed[one]
        error = refused(typed)
        assert error.position == one + 1
        assert f"words {one + 1} and {other + 1} seem to be exchanged" in error.render("en")


def test_words_typed_across_the_printed_rows_are_told_so():
    words = make_sheets().words[0]
    deep = -(-SHEET_WORDS // SHEET_COLUMNS)
    across = [words[place] for row in range(deep) for place in range(row, SHEET_WORDS, deep)]
    assert "across the rows" in refused(across).render("en")
    shuffled = list(words)
    random.Random(3).shuffle(shuffled)
    assert "some of the words do not fit" in refused(shuffled).render("en")


def test_what_is_typed_is_completed_from_its_first_letters():
    assert suggest_words("ac") == tuple(word for word in word_list() if word.startswith("ac"))[:6]
    assert suggest_words("  ACAD") == ("academic",)
    assert suggest_words("zz") == ()
    assert suggest_words("") == ()
    assert len(suggest_words("s", 9)) == 9


@pytest.mark.parametrize(("needed", "count"), SPLITS)
def test_every_split_that_is_offered_opens_with_any_that_are_needed_and_with_fewer_not(needed, count):
    sheets = make_sheets(needed, count)
    assert len(sheets.words) == count
    assert {set_number(words) for words in sheets.words} == {sheets.number}
    for used in itertools.combinations(sheets.words, needed):
        assert join_sheets([" ".join(words) for words in used]) == sheets.secret
    with pytest.raises(RecoveryRefused, match=f"{needed} sheets are needed"):
        join_sheets([" ".join(words) for words in sheets.words[: needed - 1]])
    assert "secret" not in repr(sheets)
    assert sheets.words[0][5] not in repr(sheets)


def test_sheets_that_were_replaced_are_told_with_their_day_and_others_as_those_of_another_vault(
    made, make_vault
):
    other = make_vault("other")
    new = renew_sheets(made.folder, made.keyring)
    day = read_header(made.folder).header.former[-1].until[:10]
    for attempt in (
        lambda sheets: try_sheets(made.folder, sheets),
        lambda sheets: recover(
            made.folder, unlock_with_sheets(made.folder, sheets), new_user="NEW", password="p"
        ),
    ):
        with pytest.raises(RecoveryRefused, match="were replaced by new ones on") as old:
            attempt(made.recovery[:2])
        assert day in old.value.render("en")
        with pytest.raises(RecoveryRefused, match="Sheet 2 was replaced"):
            attempt([new[0], made.recovery[1]])
        with pytest.raises(RecoveryRefused, match="belong to another vault"):
            attempt(other.recovery[:2])
        with pytest.raises(RecoveryRefused, match="do not belong together"):
            attempt([new[0], other.recovery[1]])
        with pytest.raises(RecoveryRefused, match="same sheet was entered twice"):
            attempt([new[0], new[0]])
    try_sheets(made.folder, new[1:])
    assert len(read_header(made.folder).header.users) == 1


def test_sheets_that_were_prepared_open_nothing_until_they_are_put_into_force(made):
    prepared = make_sheets(3, 5)
    with pytest.raises(RecoveryRefused):
        try_sheets(made.folder, prepared.words[:3])
    try_sheets(made.folder, made.recovery[:2])
    assert renew_sheets(made.folder, made.keyring, prepared=prepared) == prepared.words
    try_sheets(made.folder, prepared.words[2:])
    assert read_header(made.folder).header.recovery.split == (3, 5)
    with pytest.raises(RecoveryRefused):
        try_sheets(made.folder, made.recovery[:2])
