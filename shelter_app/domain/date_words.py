"""The words that dates are written with in Chinese and English registers, and what can be odd about a date."""

from __future__ import annotations

import re

from shelter_i18n import N_

__all__ = [
    "DATE_REMARKS",
    "LUNAR",
    "LUNAR_DAY",
    "MONTH",
    "MONTHS",
    "NO_DATE",
    "OTHER_CALENDAR",
    "SIMPLIFIED",
    "UNKNOWN_WORDS",
    "ZERO_DATE",
    "han_in_digits",
    "open_parts",
]

#: What is odd about a date, by code; shown to the reader with the cell that it stands in.
DATE_REMARKS = {
    "two_digit_year": N_("The year has two digits; the century is an assumption."),
    "day_month_order": N_("Day and month cannot be told apart; only what is certain was taken over."),
    "other_order": N_("Day and month stand in the other order than elsewhere."),
    "impossible_month": N_("There is no such month; only the year was taken over."),
    "impossible_day": N_("There is no such day; only the year and month were taken over."),
    "zero_part": N_("A day or month of 0 was read as not known."),
    "in_future": N_("The date is in the future."),
    "year_unlikely": N_("The year is unlikely."),
    "other_calendar": N_("The date is in another calendar and was kept as text."),
    "lunar": N_(
        "A date of the lunar calendar, or written like one: no more than the year was taken over, as about."
    ),
    "no_year": N_("A year is missing; the date was kept as text."),
    "number_alone": N_("A number alone: it may be an age, a year or a running number."),
    "run_together": N_("The date is written without separators."),
    "age_without_day": N_("An age, but not on which day it was true."),
    "nominal_age": N_("A nominal age (xusui) is one or two years more than the age in whole years."),
    "text_kept": N_("More is written than a date can hold; the words were kept beside it."),
    "no_date": N_("It says that there is no date."),
    "serial": N_("A bare number was read as a day number of the spreadsheet."),
    "zero_date": N_("A spreadsheet shows this where a date is empty; it was kept as text."),
    "zero_lost": N_("A number such as 2013.1 may mean January or October; only the year was taken over."),
    "not_understood": N_("This is not a date that can be read; it was kept as text."),
}

#: How registers say that nobody knows.
UNKNOWN_WORDS = frozenset((
    "?", "??", "???", "不详", "不祥", "不明", "未知", "不清", "不清楚", "不知", "不知道", "未查明", "未查清", "无法核实",
    "无法查明", "待查", "待核实", "待核查", "日期不详", "unknown", "unk", "unk.", "n/k", "nk", "not known", "unclear",
    "dk", "dont know", "don't know", "to be verified",
))  # fmt: skip
NO_DATE = frozenset(("-", "--", "—", "——", "/", "无", "没有", "none", "nil", "n/a", "na", "n.a."))

#: Spelt out, because the names of the standard library follow the locale of the process.
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun", "july|jul", "august|aug",
            "september|sept|sep", "october|oct", "november|nov", "december|dec",
        ),
        start=1,
    )
    for name in names.split("|")
}  # fmt: skip
MONTH = "(?P<mon>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"

#: Traditional characters that dates are written with; the large table of names is not needed for these.
SIMPLIFIED = str.maketrans(
    "國農陰陽舊曆閏臘約歲號虛齡週紀兩於時點間從後許詳無沒計",
    "国农阴阳旧历闰腊约岁号虚龄周纪两于时点间从后许详无没计",
)

LUNAR = re.compile(r"(农历|阴历|旧历|夏历|正月|腊月|冬月|闰)")
#: Days as only the lunar calendar names them; and a month and day in Chinese numerals without the word for day,
#: which is how its dates are mostly written.
LUNAR_DAY = re.compile(
    "(?:^|[月年])\\s*(?:初[一二三四五六七八九十]|廿[一二三四五六七八九]?)(?![一二三四五六七八九]|周?岁|足岁)|月\\s*三十(?![一日号])"
    "|[一二三四五六七八九十]月\\s*[一二三四五六七八九十]{1,3}(?![一二三四五六七八九十日号])"
)
OTHER_CALENDAR = re.compile(
    r"(民国|昭和|平成|令和|大正|明治|佛历|伊历|回历|藏历|\bB\.?E\.?\b|\bAH\b)", re.IGNORECASE
)
#: What a spreadsheet shows for the number 0, and a database for no date.
ZERO_DATE = re.compile(
    r"(?:1900[-/.]0?1[-/.]0?0|0?0[-/.]0?1[-/.](?:19)?00|0?1[-/.]0?0[-/.](?:19)?00|1900年1月0日|0000[-/.]00[-/.]00|"
    r"1899[-/.]12[-/.]3[01])(?:\s+0?0:00(?::00)?)?"
)

_HAN_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}
#: Numerals by place (a year), or by value where only a day, a month or an age can stand.
_HAN_NUMBER = re.compile(
    "(?:[一二三四五六七八九]?十|[廿卅])[一二三四五六七八九]?(?=周?岁|足岁)"
    "|(?:[二三]?十|[廿卅])[一二三四五六七八九]?(?=[月日号]|$)|[〇零○一二三四五六七八九两]+(?![十廿卅])"
)


def _number(han: str) -> str:
    """A run of Chinese numerals in digits: 二〇一三 by place, 二十七 and 十 by value."""
    if not any(c in "十廿卅" for c in han):
        return "".join(str(_HAN_DIGITS[c]) for c in han)
    han = han.replace("廿", "二十").replace("卅", "三十")
    tens, _ten, units = han.partition("十")
    return str((_HAN_DIGITS[tens] if tens else 1) * 10 + (_HAN_DIGITS[units] if units else 0))


def han_in_digits(text: str) -> str:
    """The text with its Chinese numerals in digits, where they are a part of a date or an age."""
    return _HAN_NUMBER.sub(lambda match: _number(match[0]), text)


_BLANK = r"(?:\?{1,2}|[xX]{1,2}|\*{1,2})"
#: A mark instead of a day or month: 1995-05-??, 1995年x月, XX/XX/1995, and (with the day first) XX/05/1995.
_OPEN_DATES = (
    re.compile(rf"(?P<y>\d{{4}})\s*[-./年]\s*{_BLANK}\s*(?:(?:[-./]|月)\s*(?:{_BLANK}\s*[日号]?)?)?"),
    re.compile(rf"(?P<y>\d{{4}})\s*[-./年]\s*(?P<m>\d{{1,2}})\s*[-./月]\s*{_BLANK}\s*[日号]?"),
    re.compile(rf"(?:{_BLANK}\s*[-./]\s*)?{_BLANK}\s*[-./]\s*(?P<y>\d{{4}})"),
)
_OPEN_DAY_FIRST = re.compile(rf"{_BLANK}\s*[-./]\s*(?P<m>\d{{1,2}})\s*[-./]\s*(?P<y>\d{{4}})")


def open_parts(text: str, *, day_first: bool) -> tuple[str, str | None] | None:
    """Year and month of a date that marks what is not known; None where nothing is marked."""
    patterns = (*_OPEN_DATES, _OPEN_DAY_FIRST) if day_first else _OPEN_DATES
    found = next((match for pattern in patterns if (match := pattern.fullmatch(text))), None)
    return (found["y"], found.groupdict().get("m")) if found else None
