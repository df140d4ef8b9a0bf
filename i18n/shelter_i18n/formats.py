"""Dates, numbers, countries, languages and sorting as a reader of Chinese or English expects them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from shelter_i18n import current_language

T = TypeVar("T")
_LOCALES = {"zh": "zh_CN", "en": "en_GB"}
#: Names that this program shows otherwise than CLDR does (docs/decisions: names of places).
_COUNTRY_OVERRIDES = {"zh": {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"}, "en": {"TW": "Taiwan"}}


@lru_cache(maxsize=8)
def _locale(language: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - Babel ships no types
    from babel import Locale

    return Locale.parse(_LOCALES[language])


def format_date(day: dt.date, language: str | None = None) -> str:
    """A whole date: "12 March 2026", "2026年3月12日"."""
    if (language or current_language()) == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    from babel.dates import format_date as babel_date

    return str(babel_date(day, "d MMMM y", locale=_locale("en")))


def format_short_date(day: dt.date, language: str | None = None) -> str:
    """A date for a narrow column: "12 Mar 2026", "2026-03-12" in Chinese."""
    if (language or current_language()) == "zh":
        return day.isoformat()
    from babel.dates import format_date as babel_date

    return str(babel_date(day, "d MMM y", locale=_locale("en")))


def format_month(year: int, month: int, language: str | None = None) -> str:
    """A month: "March 2026", "2026年3月"."""
    if (language or current_language()) == "zh":
        return f"{year}年{month}月"
    from babel.dates import format_date as babel_date

    return str(babel_date(dt.date(year, month, 1), "MMMM y", locale=_locale("en")))


def format_time(moment: dt.datetime, language: str | None = None) -> str:
    """Date and time of day to the minute, 24 hours."""
    language = language or current_language()
    return f"{format_date(moment.date(), language)} {moment:%H:%M}"


def format_number(number: int, language: str | None = None) -> str:
    """A whole number with the language's own grouping."""
    from babel.numbers import format_decimal

    return str(format_decimal(number, locale=_locale(language or current_language())))


def join_list(items: Iterable[str], language: str | None = None) -> str:
    """The items as one list, empty ones left out: "a, b" in English, "a、b" in Chinese."""
    between = "、" if (language or current_language()) == "zh" else ", "
    return between.join(item for item in items if item)


def join_facts(facts: Iterable[str], language: str | None = None) -> str:
    """Facts about one thing in one line, empty ones left out: "Woman, 27" in English, "女，27岁" in Chinese."""
    between = "，" if (language or current_language()) == "zh" else ", "
    return between.join(fact for fact in facts if fact)


def country_name(code: str, language: str | None = None) -> str:
    """Name of an ISO 3166-1 alpha-2 country or region; an unknown code is given back as it is."""
    language = language or current_language()
    override = _COUNTRY_OVERRIDES[language].get(code)
    return override or str(_locale(language).territories.get(code, code))


def language_name(code: str, language: str | None = None) -> str:
    """Name of a language by its ISO 639 code; an unknown code is given back as it is."""
    locale = _locale(language or current_language())
    return str(locale.languages.get(code, code))


def sort_key(text: str, language: str | None = None) -> tuple[int, str]:
    """Key that sorts a list for the reader: pinyin order in Chinese, Latin letters after; folded in English."""
    import unicodedata

    folded = "".join(
        c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
    ).casefold()
    if (language or current_language()) != "zh":
        return 0, folded
    if not any("\u3400" <= c <= "\u9fff" for c in text):
        return 1, folded
    from pypinyin import Style, lazy_pinyin

    return 0, " ".join(lazy_pinyin(text, style=Style.TONE3))


def sorted_for_reader(items: Iterable[T], text: Callable[[T], str], language: str | None = None) -> list[T]:
    """`items` in the reader's alphabetical order of `text(item)`."""
    return sorted(items, key=lambda item: sort_key(text(item), language))
