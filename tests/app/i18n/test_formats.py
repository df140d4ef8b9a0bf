"""Dates, numbers, names of places and sorting as readers of Chinese and English expect them."""

import datetime as dt

import pytest

from shelter_i18n import _, current_language, gettext_in, on_language_changed, set_language
from shelter_i18n.formats import (
    country_name,
    format_date,
    format_month,
    format_number,
    format_short_date,
    format_time,
    join_facts,
    join_list,
    language_name,
    sorted_for_reader,
)

DAY = dt.date(2026, 3, 9)


@pytest.mark.parametrize(
    ("language", "long", "short", "month"),
    [("en", "9 March 2026", "9 Mar 2026", "March 2026"), ("zh", "2026年3月9日", "2026-03-09", "2026年3月")],
)
def test_dates(language, long, short, month):
    assert (format_date(DAY, language), format_short_date(DAY, language)) == (long, short)
    assert format_month(2026, 3, language) == month
    assert format_time(dt.datetime(2026, 3, 9, 14, 5, tzinfo=dt.UTC), language) == f"{long} 14:05"


def test_lists_and_facts_are_joined_as_the_language_does_it():
    words = ["a", "", "b"]
    assert (join_list(words, "en"), join_list(words, "zh")) == ("a, b", "a、b")
    assert (join_facts(words, "en"), join_facts(words, "zh")) == ("a, b", "a，b")
    assert join_list([], "zh") == join_facts([""], "en") == ""


def test_numbers_are_grouped():
    assert (format_number(1234567, "en"), format_number(1234567, "zh")) == ("1,234,567", "1,234,567")


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        ("VN", "Vietnam", "越南"),
        ("NA", "Namibia", "纳米比亚"),
        ("HK", None, "中国香港"),
        ("TW", "Taiwan", "中国台湾"),
    ],
)
def test_countries(code, english, chinese):
    if english:
        assert country_name(code, "en") == english
    assert country_name(code, "zh") == chinese


def test_languages_and_unknown_codes():
    assert (language_name("vi", "en"), language_name("km", "zh")) == ("Vietnamese", "高棉语")
    assert country_name("QQ", "en") == "QQ"


def test_lists_are_sorted_by_pinyin_in_chinese_and_latin_names_come_last():
    names = ["越南", "Laos", "中国", "柬埔寨", "老挝", "缅甸"]
    assert sorted_for_reader(names, str, "zh") == ["柬埔寨", "老挝", "缅甸", "越南", "中国", "Laos"]


def test_english_lists_ignore_case_and_accents():
    assert sorted_for_reader(["Zambia", "Åland", "albania"], str, "en") == ["Åland", "albania", "Zambia"]


def test_the_language_switches_live_and_tells():
    heard = []
    stop = on_language_changed(lambda: heard.append(current_language()))
    set_language("zh")
    assert _("The vault has been created.") == "资料库已创建。"
    set_language("en")
    stop()
    set_language("zh")
    assert heard == ["zh", "en"]
    assert gettext_in("en", "The vault has been created.") == "The vault has been created."


def test_an_unknown_language_is_refused_and_changes_nothing():
    with pytest.raises(KeyError):
        set_language("fr")
    assert current_language() == "en"
