"""Answers in words: the same answer reads well in Chinese and in English, and none disappears."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelter_app.domain.forms import all_forms, form
from shelter_app.domain.partial_date import PartialDate
from shelter_app.domain.values import entry_summary, value_text


def text(form_id, field_id, value, language, **more):
    return value_text(form(form_id).field(field_id), value, language, **more)


@pytest.mark.parametrize(
    ("form_id", "field_id", "value", "en", "zh"),
    [
        ("person", "given_name", " Mai ", "Mai", "Mai"),
        ("person", "aliases", ["阿兰", "Lan"], "阿兰, Lan", "阿兰、Lan"),
        ("person", "children", 2, "2", "2"),
        ("person", "sex", "female", "Female", "女"),
        ("person", "citizenship", ["VN", "NA"], "Vietnam, Namibia", "越南、纳米比亚"),
        ("person", "languages", ["blt", "sw"], "Tai Dam, Swahili", "黑傣语、斯瓦希里语"),
        ("person", "birth", {"y": 1998, "m": 3}, "March 1998", "1998年3月"),
        ("intake", "is_minor", "not_asked", "Not asked", "未问"),
        ("experience", "means", ["DebtBondage", "x_RestrictsMovement"], "Debt bondage, Restricts movement", "债役、限制人身自由"),
        ("experience", "means", ["FromLater"], "FromLater", "FromLater"),
        ("experience", "transit", [{"country": "LA", "place": "Boten"}, {}], "Laos, Boten", "老挝，Boten"),
        ("person", "sex", "", "", ""),
        ("person", "aliases", [], "", ""),
        ("person", "birth", "about 1990", "about 1990", "about 1990"),
        ("person", "children", True, "true", "true"),
        ("person", "documents", ["E1"], "E1", "E1"),
        ("person", "documents", [{"number": "E1", "colour": "red"}], "E1, red", "E1，red"),
    ],
)  # fmt: skip
def test_an_answer_reads_well_in_both_languages(form_id, field_id, value, en, zh):
    assert text(form_id, field_id, value, "en") == en
    assert text(form_id, field_id, value, "zh") == zh


def test_a_colleague_is_named_if_the_reader_knows_them():
    user = "0" * 32
    assert text("intake", "case_owner", user, "en", users={user: "Li Min"}) == "Li Min"
    assert text("intake", "case_owner", user, "en") == user


def test_an_entry_is_told_in_one_line():
    values = {
        "purpose": "return", "answer": "given", "recipient": "Peace House", "language": "vi",
        "valid_until": PartialDate(2026, 6, 2).to_json(), "notes": "not part of the line",
    }  # fmt: skip
    assert entry_summary(form("consent"), values, "en") == (
        "Voluntary return, Given, Peace House, Vietnamese, Ask again by: 2 June 2026"
    )
    assert entry_summary(form("consent"), values, "zh").startswith("自愿返回，同意，Peace House，越南语，")


def test_a_line_leaves_out_what_is_not_open_to_the_reader_or_not_asked():
    assert entry_summary(form("note"), {}, "en") == ""
    values = {"purpose": "keep_record", "answer": "given", "recipient": "nobody asked"}
    assert entry_summary(form("consent"), values, "en") == "Keeping this record, Given"


def test_a_number_in_a_line_says_what_it_counts():
    values = {"referring_organisation": "Border Station 4", "room": "4"}
    assert entry_summary(form("intake"), values, "en") == "Border Station 4, Room: 4"
    assert entry_summary(form("intake"), {"room": "4"}, "zh") == "房间：4"


def test_a_long_note_is_one_short_line():
    line = entry_summary(form("note"), {"text": "First line.\n\nSecond line. " + "x" * 500}, "en")
    assert line.startswith("First line. Second line. xxx")
    assert len(line) == 160
    assert line.endswith("…")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
QUESTIONS = [question for each in all_forms() for question in each]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(QUESTIONS), json_values, st.sampled_from(["en", "zh"]))
def test_whatever_is_stored_can_be_shown(question, value, language):
    assert isinstance(value_text(question, value, language), str)
