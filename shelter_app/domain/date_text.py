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

from shelter_app.domain.date_words import (
    LUNAR,
    LUNAR_DAY,
    MONTH,
    MONTHS,
    NO_DATE,
    OTHER_CALENDAR,
    SIMPLIFIED,
    UNKNOWN_WORDS,
    ZERO_DATE,
    han_in_digits,
    open_parts,
)
from shelter_app.domain.partial_date import FIRST_YEAR, LAST_YEAR, OLDEST, DateOrder, ParsedDate, PartialDate

__all__ = ["excel_serial", "read_date", "shows_order"]

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
_TIME = re.compile(
    r"(?:[T\s]+|(?<=[日号午晨上里间]))(\d{1,2}\s*[:时点]\s*(?:\d{1,2}\s*[:分]?\s*(?:\d{1,2}(?:\.\d+)?\s*秒?)?|半|整)?\s*)"
    r"(?:Z|[+-]\d{2}:?\d{2}|[ap]\.?m\.?)?$",
    re.IGNORECASE,
)
_PART_OF_DAY = re.compile(r"\s*(?:上午|下午|早上|早晨|清晨|中午|晚上|凌晨|傍晚|夜间|夜里|夜晚)$")
_VAGUE_AFTER = re.compile(
    r"(年初|年底|年末|年中|上半年|下半年|春季?|夏季?|秋季?|冬季?|初|底|末|上旬|中旬|下旬)$"
)
_VAGUE_BEFORE = re.compile(
    r"^(early|mid|late|beginning of|end of|middle of|spring|summer|autumn|fall|winter)[\s-]+(?:of\s+)?",
    re.IGNORECASE,
)
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
_SEP = r"\s*[-./。,、\s]\s*"
_CJK = re.compile(r"^(\d{4}|'?\d{2})\s*年\s*(?:(\d{1,2})\s*(?:月份?|$)\s*(?:(\d{1,2})\s*[日号]?)?)?$")
#: A printed form that was filled in only as far as the year or the month.
_CJK_OPEN = re.compile(r"^(\d{4})\s*年[\s_]*(?:(\d{1,2})\s*月[\s_]*日|月[\s_]*日?)$")
_CJK_EMPTY = re.compile(r"^[\s_]*年[\s_]*月[\s_]*日?$")
_M_Y_WORDS = re.compile(r"^(\d{1,2})\s*月份?\s*[-./,]?\s*(\d{4})年?$")
_Y_M_WORDS = re.compile(r"^(\d{4})\s*[-./]\s*(\d{1,2})\s*月份?\s*(?:(\d{1,2})\s*[日号]?)?$")
_CJK_NO_YEAR = re.compile(r"^\d{1,2}\s*月\s*(\d{1,2}\s*[日号]?)?$")
_YMD = re.compile(rf"^(\d{{4}})年?{_SEP}(\d{{1,2}})(?:{_SEP}(\d{{1,2}}))?[日号]?$")
_DMY = re.compile(rf"^(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}})$")
_MY = re.compile(r"^(\d{1,2})\s*[-./]\s*(\d{4})$")
_SHORT = re.compile(rf"^(\d{{1,2}}){_SEP}(\d{{1,2}})(?:{_SEP}(\d{{1,2}}))?$")
_RUN_SHORT = re.compile(r"^(3[2-9]|[4-9]\d)(\d{2})(\d{2})$")
_RUN = re.compile(r"^(\d{4})(\d{2})(\d{2})?$")
_D_MON_Y = re.compile(
    rf"^(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[-./,\s]*{MONTH}(?:[-./,\s]*('?\d{{4}}|'?\d{{2}}))?$",
    re.IGNORECASE,
)
_MON_D_Y = re.compile(
    rf"^{MONTH}[-./\s]*(\d{{1,2}})(?:st|nd|rd|th)?[-./,\s]+('?\d{{4}}|'?\d{{2}})$", re.IGNORECASE
)
_MON_Y = re.compile(rf"^{MONTH}[-./,'\s]*(\d{{4}}|\d{{2}})$", re.IGNORECASE)
_Y_MON_D = re.compile(rf"^(\d{{4}})[-./,\s]*{MONTH}(?:[-./,\s]*(\d{{1,2}}))?$", re.IGNORECASE)
#: A text that is longer holds no date: taking it apart word by word would take minutes.
_LONGEST = 400


def read_date(text: str, *, order: DateOrder | None, today: dt.date, pivot: int) -> ParsedDate:
    """The safe reading of `text`; see `parse_partial_date`."""
    if len(text) > _LONGEST:
        return ParsedDate(PartialDate(text=text.strip()), ("not_understood",))
    clean = " ".join(unicodedata.normalize("NFKC", text).translate(SIMPLIFIED).split())
    if not clean:
        return ParsedDate(None)
    if clean.casefold() in UNKNOWN_WORDS:
        return ParsedDate(PartialDate.not_known(text.strip()))
    if clean.casefold() in NO_DATE or _CJK_EMPTY.match(clean):
        return ParsedDate(None, ("no_date",))
    if ZERO_DATE.fullmatch(clean):
        return ParsedDate(PartialDate(text=text.strip()), ("zero_date",))
    if OTHER_CALENDAR.search(clean):
        return ParsedDate(PartialDate(text=text.strip()), ("other_calendar",))
    reader = _Reader(order, today, pivot)
    parsed = reader.read(clean)
    if parsed.as_age is not None:
        parsed = replace(parsed, as_age=replace(parsed.as_age, text=text.strip()))
    if parsed.value is None:
        return replace(parsed, value=PartialDate(text=text.strip()))
    if reader.more or parsed.value.about or parsed.remarks or parsed.value.precision in {"age", "range"}:
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


class _Reader:
    """One reading of one text; the remarks gather while the text is taken apart."""

    def __init__(self, order: DateOrder | None, today: dt.date, pivot: int) -> None:
        self.order = order
        self.today = today
        self.pivot = pivot
        self.remarks: list[str] = []
        self.alternatives: tuple[PartialDate, ...] = ()
        self.number: int | None = None
        #: Whether more is written than the date that was read: a time of day.
        self.more = False

    def read(self, clean: str) -> ParsedDate:
        marked = open_parts(clean, day_first=self.order == "dmy")
        if marked is not None:
            self.more, about, value = True, False, self._ymd(*marked)
        else:
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
        age = None
        if self.number is not None and self.number <= OLDEST:
            age = PartialDate(age=self.number, about=about)
        remarks = tuple(dict.fromkeys(self.remarks))
        return ParsedDate(value, remarks, bool(self.alternatives), self.alternatives, age)

    def _strip(self, text: str) -> tuple[str, bool]:
        """The text without the words around the date, and whether they say "about"."""
        about = False
        nominal = "虚岁" in text or "虚龄" in text
        lunar = bool(LUNAR.search(text) or LUNAR_DAY.search(text))
        if lunar:
            self.remarks.append("lunar")
            text = LUNAR.sub("", text).strip()
        text = re.sub("元月", "1月", text)
        text = _WEEKDAY.sub("", text) if len(text) > 8 else text
        text = self._without_time(text)
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
        text = han_in_digits(text)
        if lunar:
            year = re.match(r"^(\d{4})\s*年?", text)
            text = f"{year[1]}年" if year else ""
        return text, about or nominal or lunar

    def _without_time(self, text: str) -> str:
        """The text without a time of day; midnight says nothing, any other time is kept beside the date."""
        clock = _TIME.search(text)
        shorter = _PART_OF_DAY.sub("", _TIME.sub("", text))
        if shorter == text or not shorter:
            return text
        self.more = self.more or clock is None or bool(re.search("[1-9半]", clock[1]))
        return shorter

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
        if pair and not any(re.fullmatch(r"\d{1,3}", end.strip()) for end in pair.groups()):
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
        match = _CJK.match(text) or _YMD.match(text) or _Y_M_WORDS.match(text)
        if match:
            return self._ymd(match[1], match[2], match[3])
        match = _D_MON_Y.match(text)
        if match:
            return self._ymd(match[3], str(MONTHS[match["mon"].lower()]), match[1])
        match = _MON_D_Y.match(text)
        if match:
            return self._ymd(match[3], str(MONTHS[match["mon"].lower()]), match[2])
        match = _MON_Y.match(text)
        if match:
            return self._ymd(match[2], str(MONTHS[match["mon"].lower()]))
        match = _Y_MON_D.match(text)
        if match:
            return self._ymd(match[1], str(MONTHS[match["mon"].lower()]), match[3])
        match = _DMY.match(text)
        if match:
            return self._choose(match[3], {"dmy": (match[2], match[1]), "mdy": (match[1], match[2])})
        match = _MY.match(text) or _M_Y_WORDS.match(text)
        if match:
            return self._ymd(match[2], match[1])
        match = _CJK_OPEN.match(text)
        if match:
            return self._ymd(match[1], match[2])
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
        if re.fullmatch(r"[0-9]{1,3}", text):
            self.remarks.append("number_alone")
            self.number = int(text)
            return None
        match = _RUN_SHORT.match(text)
        if match and self._real(match[1], match[2], match[3]):
            # No day and no month is above 31, so the year stands first.
            self.remarks.append("run_together")
            return self._ymd(match[1], match[2], match[3])
        match = _SHORT.match(text)
        if not match:
            return None
        one, two, three = match[1], match[2], match[3]
        if three is None:
            if int(one) > 31 and 1 <= int(two) <= 12:
                return self._ymd(one, two)
            self.remarks.append("no_year")
            return None
        if len(three) == 1 and int(one) <= 31:
            self.remarks.append("not_understood")
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
