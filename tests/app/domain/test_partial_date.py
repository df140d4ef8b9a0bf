"""A date holds what was given and nothing more, in its parts, its bounds, its words and its stored form."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelter_app.domain.date_text import excel_serial, shows_order
from shelter_app.domain.date_words import DATE_REMARKS
from shelter_app.domain.partial_date import PartialDate, parse_partial_date

TODAY = dt.date(2026, 11, 22)


def parse(text, order=None):
    return parse_partial_date(text, order=order, today=TODAY)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2013年4月17日", "2013-04-17"),
        ("２０１３年４月１７日", "2013-04-17"),
        ("2013.03.19", "2013-03-19"),
        ("1976/5/10", "1976-05-10"),
        ("2013-04", "2013-04"),
        ("2013年4月", "2013-04"),
        ("March 2013", "2013-03"),
        ("14 Jan 1994", "1994-01-14"),
        ("April 17, 2013", "2013-04-17"),
        ("17th of April 2013", "2013-04-17"),
        ("二〇一三年四月十七日", "2013-04-17"),
        ("一九九〇年十二月三十一日", "1990-12-31"),
        ("2013", "2013"),
        ("1990年生", "1990"),
        ("17/05/2013", "2013-05-17"),
        ("05/17/2013", "2013-05-17"),
        ("07/07/2013", "2013-07-07"),
        ("2013-04-17 00:00:00", "2013-04-17"),
        ("2013年4月17日 星期三", "2013-04-17"),
        ("1990、5、3", "1990-05-03"),
        ("5月1990年", "1990-05"),
        ("1990/5月", "1990-05"),
        ("1990-5月3日", "1990-05-03"),
        ("1990年 月 日", "1990"),
        ("1990年5月__日", "1990-05"),
    ],
)
def test_a_clear_date_is_read_whole_and_without_remark(text, iso):
    parsed = parse(text)
    assert (parsed.value.iso(), parsed.remarks, parsed.ambiguous) == (iso, (), False)
    assert parsed.value.text == ""


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("约2013年", {"y": 2013, "about": True}),
        ("大约1990年左右", {"y": 1990, "about": True}),
        ("c. 1990", {"y": 1990, "about": True}),
        ("1990?", {"y": 1990, "about": True}),
        ("1990s", {"from": {"y": 1990}, "to": {"y": 1999}}),
        ("上世纪90年代", {"from": {"y": 1990}, "to": {"y": 1999}}),
        ("1999年至2000年", {"from": {"y": 1999}, "to": {"y": 2000}}),
        ("between 1999 and 2000", {"from": {"y": 1999}, "to": {"y": 2000}}),
        ("27岁", {"age": 27}),
        ("二十七周岁", {"age": 27}),
        ("约20岁", {"age": 20, "about": True}),
        ("about 20 years old", {"age": 20, "about": True}),
        ("不详", {"unknown": True}),
        ("?", {"unknown": True}),
        ("？", {"unknown": True}),
    ],
)
def test_what_is_not_exact_keeps_what_was_written(text, stored):
    assert parse(text).value.to_json() == stored | {"text": text}


@pytest.mark.parametrize(
    ("text", "iso", "remark"),
    [
        ("2003-13-01", "2003", "impossible_month"),
        ("2013-02-30", "2013-02", "impossible_day"),
        ("2013-00-00", "2013", "zero_part"),
        ("09-Oct-90", "1990-10-09", "two_digit_year"),
        ("09-Oct-13", "2013-10-09", "two_digit_year"),
        ("94.07", "1994-07", "two_digit_year"),
        ("14.2.99", "1999-02-14", "two_digit_year"),
        ("20130417", "2013-04-17", "run_together"),
        ("2099-01-01", "2099-01-01", "in_future"),
        ("1850年", "1850", "year_unlikely"),
        ("2013年初", "2013", "text_kept"),
        ("农历1990年八月十五", "1990", "lunar"),
        ("農曆1990年八月十五", "1990", "lunar"),
        ("2013年五月廿五", "2013", "lunar"),
        ("2013年5月初四", "2013", "lunar"),
        ("2013年五月十五", "2013", "lunar"),
        ("五月初四", "", "lunar"),
        ("廿五", "", "lunar"),
        ("90.5.3", "1990-05-03", "two_digit_year"),
        ("90/5/3", "1990-05-03", "two_digit_year"),
        ("900503", "1990-05-03", "two_digit_year"),
        ("13.5.3", "", "not_understood"),
        ("130503", "", "not_understood"),
        ("990230", "", "not_understood"),
        ("1900-01-00", "", "zero_date"),
        ("0000-00-00", "", "zero_date"),
        ("民國102年5月3日", "", "other_calendar"),
        ("18 to 20", "", "not_understood"),
        ("18至20岁", "", "not_understood"),
        ("民国79年", "", "other_calendar"),
        ("9月17日", "", "no_year"),
        ("32", "", "number_alone"),
        ("去年", "", "not_understood"),
        ("May", "", "not_understood"),
        ("45/1/2013", "2013", "not_understood"),
    ],
)
def test_an_odd_date_is_flagged_and_only_what_is_safe_is_taken(text, iso, remark):
    parsed = parse(text)
    assert (parsed.value.iso(), parsed.value.text) == (iso, text)
    assert remark in parsed.remarks


def test_day_and_month_that_cannot_be_told_apart_leave_the_year_and_both_readings():
    parsed = parse("03/04/2013")
    assert parsed.ambiguous
    assert parsed.value.iso() == "2013"
    assert {date.iso() for date in parsed.alternatives} == {"2013-03-04", "2013-04-03"}
    assert parse("03/04/2013", "dmy").value.iso() == "2013-04-03"
    assert parse("03/04/2013", "mdy").value.iso() == "2013-03-04"
    assert parse("03/17/2013", "dmy").remarks == ("other_order",)


@pytest.mark.parametrize(
    ("text", "age", "about"),
    [
        ("约18", 18, True),
        ("18?", 18, True),
        ("18左右", 18, True),
        ("十八", 18, False),
        ("约二十", 20, True),
        ("18出生", 18, False),
        ("born 20", 20, False),
    ],
)
def test_a_number_alone_may_be_an_age_and_says_so_without_being_one(text, age, about):
    parsed = parse(text)
    assert (parsed.value.iso(), parsed.value.text) == ("", text)
    assert parsed.as_age == PartialDate(age=age, about=about, text=text)


@pytest.mark.parametrize("text", ["131", "18岁", "18 to 20", "1990"])
def test_what_is_more_or_too_much_offers_no_age(text):
    assert parse(text).as_age is None


@pytest.mark.parametrize(
    "text", ["2013/5/4 下午3:20", "2013年5月4日上午", "2013-05-04T10:00:00", "2013-05-04 14:33"]
)
def test_a_time_of_day_is_kept_beside_the_date(text):
    parsed = parse(text)
    assert (parsed.value.iso(), parsed.value.text, parsed.remarks) == ("2013-05-04", text, ())


@pytest.mark.parametrize("text", ["not", "know", "to", "verified"])
def test_a_piece_of_a_phrase_for_not_known_means_nothing(text):
    assert parse(text).remarks == ("not_understood",)
    assert parse("not known").value.unknown


def test_a_column_settles_its_order_only_when_its_dates_agree():
    assert shows_order(["03/04/2013", "17/04/2013", "不详"]) == "dmy"
    assert shows_order(["03/04/2013", "04/17/2013"]) == "mdy"
    assert shows_order(["17/04/2013", "04/17/2013"]) is None
    assert shows_order(["03/04/2013"]) is None


def test_a_day_number_of_a_spreadsheet_is_only_read_from_a_number():
    assert excel_serial(41381.0, today=TODAY).value.iso() == "2013-04-17"
    assert excel_serial(41381.5, today=TODAY).value.iso() == ""
    assert parse("41381").value.iso() == ""


@given(st.text(alphabet="0123456789年月日约.-/ 〇一二三四五六七八九十岁至'MaryOctJn?号初s", max_size=16))
def test_no_part_appears_that_is_not_in_the_text(text):
    """Digits of every part must stand in the text, in figures, Chinese numerals or a month's name."""
    value = parse(text).value
    if value is None or value.precision not in {"day", "month", "year"}:
        return
    figures = text.translate(str.maketrans("〇一二三四五六七八九", "0123456789"))
    runs = re.findall(r"\d+", figures)
    assert any(str(value.year)[-2:] in run for run in runs)
    if value.month is not None:
        named = {3: "mar", 5: "may", 10: "oct", 1: "jan"}.get(value.month, "####")
        numbers = [int(run) for run in runs] + ([10, 11, 12] if "十" in text or "元" in text else [])
        joined = [int(run[4:6]) for run in runs if len(run) >= 6]
        assert value.month in numbers + joined or named in text.lower()
    if value.day is not None:
        joined = [int(run[6:8]) for run in runs if len(run) == 8]
        assert value.day in [int(run) for run in runs] + joined or "十" in text


@given(st.text(max_size=30))
def test_any_text_is_read_or_kept_and_never_breaks(text):
    parsed = parse(text)
    assert set(parsed.remarks) <= set(DATE_REMARKS)
    if parsed.value is not None:
        assert PartialDate.from_json(parsed.value.to_json()) == parsed.value
        if parsed.value.precision == "text":
            assert parsed.value.text == text.strip()


@given(st.dates(dt.date(1900, 1, 1), dt.date(2026, 11, 22)))
def test_every_way_to_write_a_day_gives_that_day(day):
    for text in (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y.%m.%d}",
        f"{day:%d %B %Y}",
        day.isoformat(),
    ):
        assert parse(text).value == PartialDate.of(day)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1)), st.integers(0, 40_000))
def test_the_birth_of_a_known_age_lies_within_its_bounds(birth, later):
    day = birth + dt.timedelta(days=later)
    (age, _same) = PartialDate.of(birth).age_on(day)
    known = PartialDate.at_age(age, day)
    assert known.earliest() <= birth <= known.latest()
    assert known.age_on(day) == (age, age)


def test_bounds_widen_for_about():
    exact, about = PartialDate(1990), PartialDate(1990, about=True)
    assert (exact.earliest(), exact.latest()) == (dt.date(1990, 1, 1), dt.date(1990, 12, 31))
    assert (about.earliest(), about.latest()) == (dt.date(1989, 1, 1), dt.date(1991, 12, 31))
    assert exact.age_on(dt.date(2010, 6, 1)) == (19, 20)
    assert PartialDate.not_known().age_on(dt.date(2010, 6, 1)) is None
    assert PartialDate(2020).age_on(dt.date(2010, 6, 1)) is None


def test_an_age_gets_its_day_later():
    age = parse("27岁").value
    assert age.earliest() is None
    asof = age.with_asof(PartialDate(2013, 3))
    assert (asof.earliest(), asof.latest()) == (dt.date(1985, 3, 2), dt.date(1986, 3, 31))
    assert PartialDate(1990).with_asof(PartialDate(2013)) == PartialDate(1990)


def test_words_in_both_languages():
    assert PartialDate(2013, 4, 17).reading("en") == "17 April 2013"
    assert PartialDate(2013, 4, 17).reading("zh") == "2013年4月17日"
    assert PartialDate(2013, 4).reading("zh") == "2013年4月"
    assert PartialDate(2013, about=True).reading("en") == "about 2013"
    assert (
        PartialDate.at_age(26, PartialDate(2013)).reading("en") == "aged 26 in 2013, born about 1986 to 1987"
    )
    assert PartialDate(text="去年").reading("en") == "去年"


def test_sorting_is_by_time_with_the_unknown_last():
    dates = [PartialDate.not_known(), PartialDate(2013, 4), PartialDate(2013), PartialDate(2012, 12, 31)]
    assert [date.iso() for date in sorted(dates, key=lambda date: date.sort_key)] == [
        "2012-12-31",
        "2013",
        "2013-04",
        "",
    ]


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"m": 4},
        {"y": 2013, "d": 4},
        {"y": 2013, "m": 2, "d": 30},
        {"y": "2013"},
        {"y": True},
        {"y": 2013, "age": 3},
        {"age": 200},
        {"age": 20, "asof": {"unknown": True}},
        {"from": {"y": 2013}},
        {"from": {"y": 2014}, "to": {"y": 2013}},
        {"y": 2013, "extra": 1},
        {"y": 2013, "about": "yes"},
        [],
        "2013",
    ],
)
def test_a_stored_form_that_makes_no_date_is_refused(stored):
    with pytest.raises(ValueError, match=r".+"):
        PartialDate.from_json(stored)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1995-05-??", "1995-05"), ("1995-5-?", "1995-05"), ("1995/XX/XX", "1995"), ("1995-xx", "1995"), ("1995年?月", "1995"),
        ("1995年x月x日", "1995"), ("1995年5月？日", "1995-05"), ("1995.**.**", "1995"), ("XX/XX/1995", "1995"), ("??/1995", "1995"),
    ],
)  # fmt: skip
def test_a_mark_instead_of_a_day_or_month_leaves_the_rest(text, iso):
    found = parse(text)
    assert (found.value.iso(), found.value.text, found.remarks) == (iso, text, ())
    assert not found.value.about


def test_a_mark_before_a_number_is_a_day_only_where_days_stand_first():
    assert parse("XX/05/1995").value.iso() == ""
    assert parse("XX/05/1995", order="dmy").value.iso() == "1995-05"
    assert parse("1995-13-??").value.iso() == "1995"
