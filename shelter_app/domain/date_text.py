"""How dates are written in Chinese and English registers, and what each way of writing safely says.

Use it through `shelter_app.domain.partial_date.parse_partial_date`. The rule behind every branch: a part
may only appear if it is in the text, and what has two readings gets neither.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from shelter_app.domain.partial_date import FIRST_YEAR, LAST_YEAR, OLDEST, DateOrder, ParsedDate, PartialDate
from shelter_i18n import N_

__all__ = ["DATE_REMARKS", "UNKNOWN_WORDS", "excel_serial", "read_date", "shows_order"]

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
    "lunar": N_("A date of the lunar calendar: only the year was taken over, as about."),
    "no_year": N_("A year is missing; the date was kept as text."),
    "number_alone": N_("A number alone: it may be an age, a year or a running number."),
    "run_together": N_("The date is written without separators."),
    "age_without_day": N_("An age, but not on which day it was true."),
    "nominal_age": N_("A nominal age (xusui) is one or two years more than the age in whole years."),
    "text_kept": N_("More is written than a date can hold; the words were kept beside it."),
    "no_date": N_("It says that there is no date."),
    "serial": N_("A bare number was read as a day number of the spreadsheet."),
    "zero_lost": N_("A number such as 2013.1 may mean January or October; only the year was taken over."),
    "not_understood": N_("This is not a date that can be read; it was kept as text."),
}

#: How registers say that nobody knows.
UNKNOWN_WORDS = frozenset((
    "?", "??", "???", "不详", "不祥", "不明", "未知", "不清", "不清楚", "不知", "不知道", "未查明", "未查清", "无法核实",
    "无法查明", "待查", "待核实", "待核查", "日期不详", "unknown", "unk", "unk.", "n/k", "nk", "not known", "unclear",
    "dk", "dont know", "don't know", "to be verified",
))  # fmt: skip
_NO_DATE = frozenset(("-", "--", "—", "——", "/", "无", "没有", "none", "nil", "n/a", "na", "n.a."))

#: Spelt out, because the names of the standard library follow the locale of the process.
_MONTHS = {
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
_MONTH = "(?P<mon>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"

_ABOUT_BEFORE = re.compile(
    r"^(大约|大概|约为|约于|约在|约|估计为|估计|可能是|可能|疑似|circa|ca\.?\s|ca\.|c\.\s*|c\s+|cca\.?|approximately|approx\.?|"
    r"about|abt\.?|around|estimated|est\.?|probably|maybe|~|≈)\s*[:：]?\s*",
    re.IGNORECASE,
)
_ABOUT_AFTER = re.compile(
    r"\s*(左右|前后|上下|许|\(\s*(?:约|大约|估计|\?|approx\.?|est\.?|estimated|about)\s*\)|\?+|approx\.?|or so|\(c\.\))$",
    re.IGNORECASE,
)
_NOISE_BEFORE = re.compile(
    r"^(公历|阳历|西历|公元|出生于|生于|于|born on|born in|born|b\.|dob:?|on|in|since)\s*", re.IGNORECASE
)
_NOISE_AFTER = re.compile(r"\s*(出生|生人|生|日期|起)$")
_WEEKDAY = re.compile(
    r"[,\s(]*(星期[一二三四五六日天]|周[一二三四五六日天]|\b(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b\.?)[,\s)]*",
    re.IGNORECASE,
)
_TIME = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[ap]\.?m\.?)?$", re.IGNORECASE)
_VAGUE_AFTER = re.compile(
    r"(年初|年底|年末|年中|上半年|下半年|春季?|夏季?|秋季?|冬季?|初|底|末|上旬|中旬|下旬)$"
)
_VAGUE_BEFORE = re.compile(
    r"^(early|mid|late|beginning of|end of|middle of|spring|summer|autumn|fall|winter)[\s-]+(?:of\s+)?",
    re.IGNORECASE,
)
_LUNAR = re.compile(r"(农历|阴历|旧历|正月|腊月|冬月|闰)")
_OTHER_CALENDAR = re.compile(r"(民国|昭和|平成|佛历|伊历|\bB\.?E\.?\b|\bAH\b)", re.IGNORECASE)
_AGE = re.compile(
    r"^(?:年龄|年纪|aged?:?|虚岁|虚龄)?\s*(\d{1,3})\s*(?:周岁|足岁|岁|歲|years?[\s-]*old|years?|yrs?\.?(?:\s*old)?|y\.?/?o\.?)?$",
    re.IGNORECASE,
)
_AGE_WORD = re.compile(r"(岁|歲|龄|纪|aged?|years?|yrs?|y\.?/?o\b)", re.IGNORECASE)
_DECADE = re.compile(r"^(?:(\d{3})0'?s|(\d{3})0年代|(?:20世纪|二十世纪|上世纪)(\d)0年代)$", re.IGNORECASE)
_RANGE = re.compile(
    r"^(?:between\s+|from\s+|自|从)?(.+?)\s*(?:至|到|~|–|—|\s-\s|\bto\b|\band\b)\s*(.+)$", re.IGNORECASE
)
_YEARS = re.compile(r"^(\d{4})年?\s*[-/]\s*(\d{4})年?$")
_SEP = r"\s*[-./。,\s]\s*"
_CJK = re.compile(r"^(\d{4}|'?\d{2})\s*年\s*(?:(\d{1,2})\s*(?:月份?|$)\s*(?:(\d{1,2})\s*[日号]?)?)?$")
_CJK_NO_YEAR = re.compile(r"^\d{1,2}\s*月\s*(\d{1,2}\s*[日号]?)?$")
_YMD = re.compile(rf"^(\d{{4}})年?{_SEP}(\d{{1,2}})(?:{_SEP}(\d{{1,2}}))?[日号]?$")
_DMY = re.compile(rf"^(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}})$")
_MY = re.compile(r"^(\d{1,2})\s*[-./]\s*(\d{4})$")
_SHORT = re.compile(rf"^(\d{{1,2}}){_SEP}(\d{{1,2}})(?:{_SEP}(\d{{2}}))?$")
_RUN = re.compile(r"^(\d{4})(\d{2})(\d{2})?$")
_D_MON_Y = re.compile(
    rf"^(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[-./,\s]*{_MONTH}(?:[-./,\s]*('?\d{{4}}|'?\d{{2}}))?$",
    re.IGNORECASE,
)
_MON_D_Y = re.compile(
    rf"^{_MONTH}[-./\s]*(\d{{1,2}})(?:st|nd|rd|th)?[-./,\s]+('?\d{{4}}|'?\d{{2}})$", re.IGNORECASE
)
_MON_Y = re.compile(rf"^{_MONTH}[-./,'\s]*(\d{{4}}|\d{{2}})$", re.IGNORECASE)
_Y_MON_D = re.compile(rf"^(\d{{4}})[-./,\s]*{_MONTH}(?:[-./,\s]*(\d{{1,2}}))?$", re.IGNORECASE)
_HAN_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}
#: Numerals by place (a year), or by value where only a day, a month or an age can stand.
_HAN_NUMBER = re.compile(
    "[一二三四五六七八九]?[十廿卅][一二三四五六七八九]?(?=周?岁|足岁|歲)"
    "|[二三]?[十廿卅][一二三四五六七八九]?(?=[月日号]|$)|[〇零○一二三四五六七八九两]+(?![十廿卅])"
)


#: A text that is longer holds no date: taking it apart word by word would take minutes.
_LONGEST = 400


def read_date(text: str, *, order: DateOrder | None, today: dt.date, pivot: int) -> ParsedDate:
    """The safe reading of `text`; see `parse_partial_date`."""
    if len(text) > _LONGEST:
        return ParsedDate(PartialDate(text=text.strip()), ("not_understood",))
    clean = " ".join(unicodedata.normalize("NFKC", text).split())
    if not clean:
        return ParsedDate(None)
    if clean.casefold() in UNKNOWN_WORDS:
        return ParsedDate(PartialDate.not_known(text.strip()))
    if clean.casefold() in _NO_DATE:
        return ParsedDate(None, ("no_date",))
    if _OTHER_CALENDAR.search(clean):
        return ParsedDate(PartialDate(text=text.strip()), ("other_calendar",))
    parsed = _Reader(order, today, pivot).read(clean)
    if parsed.value is None:
        return replace(parsed, value=PartialDate(text=text.strip()))
    if parsed.value.about or parsed.remarks or parsed.value.precision in {"age", "range"}:
        kept = replace(parsed.value, text=text.strip())
        return replace(parsed, value=kept)
    return parsed


def excel_serial(number: float, *, today: dt.date) -> ParsedDate:
    """The day that a spreadsheet counts as `number`; only for cells that hold a number.

    Days before 1 March 1900 are one out in the format itself and are refused like all unlikely ones.
    """
    if number != int(number) or not 61 <= number <= 73050:
        return ParsedDate(PartialDate(text=f"{number:g}"), ("not_understood",))
    day = dt.date(1899, 12, 30) + dt.timedelta(days=int(number))
    remarks = ("serial", "in_future") if day > today else ("serial",)
    return ParsedDate(replace(PartialDate.of(day), text=str(int(number))), remarks)


def shows_order(texts: Iterable[str]) -> DateOrder | None:
    """Whether a column writes day or month first, if its own dates settle it without contradiction."""
    seen: set[DateOrder] = set()
    for text in texts:
        match = _DMY.match(" ".join(unicodedata.normalize("NFKC", text).split()))
        if match:
            first, second = int(match[1]), int(match[2])
            if first > 12 >= second:
                seen.add("dmy")
            elif second > 12 >= first:
                seen.add("mdy")
    return seen.pop() if len(seen) == 1 else None


def _number(han: str) -> str:
    """A run of Chinese numerals in digits: 二〇一三 by place, 二十七 and 十 by value."""
    if not any(c in "十廿卅" for c in han):
        return "".join(str(_HAN_DIGITS[c]) for c in han)
    han = han.replace("廿", "二十").replace("卅", "三十")
    tens, _ten, units = han.partition("十")
    return str((_HAN_DIGITS[tens] if tens else 1) * 10 + (_HAN_DIGITS[units] if units else 0))


class _Reader:
    """One reading of one text; the remarks gather while the text is taken apart."""

    def __init__(self, order: DateOrder | None, today: dt.date, pivot: int) -> None:
        self.order = order
        self.today = today
        self.pivot = pivot
        self.remarks: list[str] = []
        self.alternatives: tuple[PartialDate, ...] = ()

    def read(self, clean: str) -> ParsedDate:
        text, about = self._strip(clean)
        value = self._read_whole(text)
        if value is None and not self.remarks:
            self.remarks.append("not_understood")
        if value is not None and about:
            value = replace(value, about=True)
        if value is not None:
            low = value.earliest()
            if low is not None and low > self.today:
                self.remarks.append("in_future")
            elif value.year is not None and value.year < 1900:
                self.remarks.append("year_unlikely")
        return ParsedDate(
            value, tuple(dict.fromkeys(self.remarks)), bool(self.alternatives), self.alternatives
        )

    def _strip(self, text: str) -> tuple[str, bool]:
        """The text without the words around the date, and whether they say "about"."""
        about = False
        nominal = "虚岁" in text or "虚龄" in text
        lunar = bool(_LUNAR.search(text))
        if lunar:
            self.remarks.append("lunar")
            text = _LUNAR.sub("", text).strip()
        text = re.sub("元月", "1月", text)
        text = _WEEKDAY.sub("", text) if len(text) > 8 else text
        text = _TIME.sub("", text)
        while True:
            shorter, found = _ABOUT_BEFORE.subn("", text)
            shorter, also = _ABOUT_AFTER.subn("", shorter)
            about = about or bool(found or also)
            shorter = _NOISE_AFTER.sub("", _NOISE_BEFORE.sub("", shorter)).strip()
            if shorter == text or not shorter:
                break
            text = shorter
        for vague in (_VAGUE_AFTER, _VAGUE_BEFORE):
            shorter, found = vague.subn("", text)
            if found and shorter:
                self.remarks.append("text_kept")
                text = shorter.strip() + ("年" if re.fullmatch(r"(\d{2}|\d{4})", shorter.strip()) else "")
        if nominal:
            self.remarks.append("nominal_age")
        text = _HAN_NUMBER.sub(lambda match: _number(match[0]), text)
        if lunar:
            year = re.match(r"^(\d{4})\s*年?", text)
            text = f"{year[1]}年" if year else ""
        return text, about or nominal or lunar

    def _read_whole(self, text: str) -> PartialDate | None:
        decade = _DECADE.match(text)
        if decade:
            first = int(f"{decade[1] or decade[2] or '19' + decade[3]}0")
            return self._range(PartialDate(first), PartialDate(first + 9))
        years = _YEARS.match(text)
        if years:
            return self._range(self._ymd(years[1]), self._ymd(years[2]))
        age = _AGE.match(text)
        if age and _AGE_WORD.search(text) and int(age[1]) <= OLDEST:
            self.remarks.append("age_without_day")
            return PartialDate(age=int(age[1]))
        single = self._read_one(text)
        if single is not None or self.remarks or self.alternatives:
            return single
        pair = _RANGE.match(text)
        if pair:
            start, end = self._read_one(pair[1].strip()), self._read_one(pair[2].strip())
            if not self.alternatives:
                return self._range(start, end)
        return None

    def _range(self, start: PartialDate | None, end: PartialDate | None) -> PartialDate | None:
        if start is None or end is None or start.sort_key > end.sort_key:
            return None
        return PartialDate(start=start, end=end)

    def _read_one(self, text: str) -> PartialDate | None:
        """A single date, not an age and not a range."""
        if re.fullmatch(r"\d{4}", text):
            return self._ymd(text)
        match = _CJK.match(text) or _YMD.match(text)
        if match:
            return self._ymd(match[1], match[2], match[3])
        match = _D_MON_Y.match(text)
        if match:
            return self._ymd(match[3], str(_MONTHS[match["mon"].lower()]), match[1])
        match = _MON_D_Y.match(text)
        if match:
            return self._ymd(match[3], str(_MONTHS[match["mon"].lower()]), match[2])
        match = _MON_Y.match(text)
        if match:
            return self._ymd(match[2], str(_MONTHS[match["mon"].lower()]))
        match = _Y_MON_D.match(text)
        if match:
            return self._ymd(match[1], str(_MONTHS[match["mon"].lower()]), match[3])
        match = _DMY.match(text)
        if match:
            return self._choose(match[3], {"dmy": (match[2], match[1]), "mdy": (match[1], match[2])})
        match = _MY.match(text)
        if match:
            return self._ymd(match[2], match[1])
        if _CJK_NO_YEAR.match(text):
            self.remarks.append("no_year")
            return None
        return self._read_short(text)

    def _read_short(self, text: str) -> PartialDate | None:
        """Digits with a short year or without separators, where most has several readings."""
        match = _RUN.match(text)
        if match and FIRST_YEAR <= int(match[1]) <= self.today.year and 1 <= int(match[2]) <= 12:
            self.remarks.append("run_together")
            return self._ymd(match[1], match[2], match[3])
        if re.fullmatch(r"\d{1,3}", text):
            self.remarks.append("number_alone")
            return None
        match = _SHORT.match(text)
        if not match:
            return None
        one, two, three = match[1], match[2], match[3]
        if three is None:
            if int(one) > 31 and 1 <= int(two) <= 12:
                return self._ymd(one, two)
            self.remarks.append("no_year")
            return None
        self.remarks.append("two_digit_year")
        readings = [(three, two, one), (three, one, two)] + ([(one, two, three)] if len(one) == 2 else [])
        valid = [date for y, m, d in readings if (date := self._real(y, m, d))]
        if self.order and int(three) != 0:
            index = 0 if self.order == "dmy" else 1
            asked = self._real(*readings[index])
            if asked:
                return asked
        return self._only(valid)

    def _choose(self, year: str, readings: dict[DateOrder, tuple[str, str]]) -> PartialDate | None:
        """Day and month in the known order, or in the only possible one, or only the year."""
        valid = {name: date for name, (m, d) in readings.items() if (date := self._real(year, m, d))}
        if self.order in valid:
            return valid[self.order]
        if self.order and valid:
            self.remarks.append("other_order")
        if valid:
            return self._only(list(valid.values()))
        if self.order is None:
            self.remarks.append("not_understood")
            return self._ymd(year)
        return self._ymd(year, *readings[self.order])

    def _only(self, valid: list[PartialDate]) -> PartialDate | None:
        different = list(dict.fromkeys(valid))
        if len(different) == 1:
            return different[0]
        if not different:
            self.remarks.append("not_understood")
            return None
        self.remarks.append("day_month_order")
        self.alternatives = tuple(different)
        years = {date.year for date in different}
        return PartialDate(years.pop()) if len(years) == 1 else None

    def _year(self, digits: str | None) -> int | None:
        if digits is None:
            self.remarks.append("no_year")
            return None
        digits = digits.lstrip("'")
        if len(digits) == 4:
            year = int(digits)
            if FIRST_YEAR <= year <= min(LAST_YEAR, self.today.year + 100):
                return year
            self.remarks.append("year_unlikely")
            return None
        self.remarks.append("two_digit_year")
        return self._full_year(digits)

    def _full_year(self, digits: str) -> int:
        if len(digits) == 4:
            return int(digits)
        return (2000 if int(digits) <= self.pivot else 1900) + int(digits)

    def _real(self, year: str, month: str, day: str) -> PartialDate | None:
        """The date if there is such a day, without any remark."""
        try:
            return PartialDate(self._full_year(year), int(month), int(day))
        except ValueError:
            return None

    def _ymd(self, year: str | None, month: str | None = None, day: str | None = None) -> PartialDate | None:
        """As many parts, from the year down, as are possible together."""
        number = self._year(year)
        if number is None:
            return None
        if month is None:
            return PartialDate(number)
        m, d = int(month), int(day) if day else None
        if not 1 <= m <= 12:
            self.remarks.append("zero_part" if m == 0 else "impossible_month")
            return PartialDate(number)
        if d is None:
            return PartialDate(number, m)
        if not 1 <= d <= calendar.monthrange(number, m)[1]:
            self.remarks.append("zero_part" if d == 0 else "impossible_day")
            return PartialDate(number, m)
        return PartialDate(number, m, d)
