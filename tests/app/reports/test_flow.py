"""Lines break where a reader of Chinese or English expects it, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelter_app.reports.columns import Columns
from shelter_app.reports.flow import Run, Text, break_lines, line_width
from shelter_app.reports.fonts import STAND_IN, TextStyle, printable, register_fonts

register_fonts()
STYLE = TextStyle()
MIXED = "她说2013年春天经人介绍（recruiter）到云南河口打工，介绍人答应每月3000元。He told her that everything would be provided."


def lines(text: str, width: float) -> list[str]:
    return ["".join(run.text for run in line) for line in break_lines([Run(text, STYLE)], width)]


@pytest.mark.parametrize("width", [60, 90, 133, 240])
def test_mixed_text_keeps_words_whole_and_marks_in_their_place(width):
    found = lines(MIXED, width)
    assert len(found) > 1
    assert not [line for line in found if line[0] in "，。）、"]
    assert not [line for line in found if line[-1] in "（“"]
    for word in ("recruiter", "everything", "provided.", "2013", "3000"):
        assert [line for line in found if word in line], word


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.sampled_from("ab Cd-/，。（）“”中文字12 \n😀"), max_size=80),
    st.floats(min_value=20, max_value=200),
)
def test_nothing_is_lost_and_no_line_is_too_wide(text, width):
    broken = break_lines([Run(text, STYLE)], width)
    joined = "".join(run.text for line in broken for run in line)
    assert joined.replace(" ", "") == printable(text).replace(" ", "").replace("\n", "")
    for line in broken:
        over = [run.text for run in line]
        assert line_width(line) <= width + 0.02 or len("".join(over)) <= 3


def test_a_word_longer_than_the_line_is_cut_rather_than_lost():
    found = lines("x" * 200, 80)
    assert len(found) > 2
    assert "".join(found) == "x" * 200


def test_both_languages_share_a_line_only_if_they_fit():
    text = Text([Run("Type of exploitation", STYLE)], second=[Run("剥削形式", STYLE)])
    text.wrap(300, 100)
    assert len(text.lines) == 1
    text.wrap(100, 100)
    assert ["".join(run.text for run in line) for line in text.lines] == ["Type of exploitation", "剥削形式"]


def test_a_text_breaks_over_pages_without_a_lonely_line():
    text = Text([Run("\n".join(f"line {n}" for n in range(9)), STYLE)])
    first, second = text.split(200, 8 * STYLE.leading)
    first.wrap(200, 1000)
    second.wrap(200, 1000)
    assert [len(part.lines) for part in (first, second)] == [7, 2]
    assert text.split(200, 1.5 * STYLE.leading) == []


def test_letters_without_a_glyph_are_shown_as_missing_and_controls_vanish():
    assert printable("မြန်မာ Mya") == f"{STAND_IN} Mya"
    assert printable("a\tb\x00c\u200bd") == "a b cd"
    assert printable("Nguyễn Thị Mai 阮氏玫") == "Nguyễn Thị Mai 阮氏玫"


@pytest.mark.parametrize("pages", [1, 2])
def test_two_columns_keep_their_distance_to_what_follows_on_the_next_page(pages):
    blocks = [Text([Run("Type of exploitation 剥削形式", STYLE)]) for _ in range(12)]
    columns = Columns(blocks, gap=10, between=4)
    columns.spaceAfter = 15
    _width, height = columns.wrap(300, 10_000)
    parts = columns.split(300, height + 1 if pages == 1 else height / 2)
    assert len(parts) == pages
    assert parts[-1].getSpaceAfter() == 15
