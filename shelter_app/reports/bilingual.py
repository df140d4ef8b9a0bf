"""English and Chinese side by side: texts, labels of categories and the marks of protected figures."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from shelter_app.anonymise.release import Category, Cell
from shelter_app.domain.codelists import code_list, code_list_names, language_label
from shelter_app.domain.periods import Period
from shelter_i18n import N_, gettext_in
from shelter_i18n.formats import country_name, format_date, format_month

__all__ = [
    "HIDDEN_MARK",
    "LANGUAGES",
    "Both",
    "both",
    "category_label",
    "code_label",
    "figure_mark",
    "month_words",
    "period_words",
    "short_label",
]

LANGUAGES = ("en", "zh")
#: Stands for a figure that is left out to protect another one.
HIDDEN_MARK = "x"

_BAND = re.compile(r"0*(\d+)--0*(\d+)")


class Both(NamedTuple):
    """One text in both languages."""

    en: str
    zh: str

    def in_order(self, language: str) -> tuple[str, str]:
        """The text in the reader's language first."""
        return (self.zh, self.en) if language == "zh" else (self.en, self.zh)

    def of(self, language: str) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


def both(message: str, **values: object) -> Both:
    """A message id in both languages; a value that is a `Both` is put in by language."""
    texts = []
    for language in LANGUAGES:
        filled = {
            name: value.of(language) if isinstance(value, Both) else value for name, value in values.items()
        }
        text = gettext_in(language, message)
        texts.append(text.format(**filled) if values else text)
    return Both(*texts)


def code_label(codelist: str, code: str, language: str) -> str:
    """The words for a code of any list that the program knows; an unknown code shows itself."""
    if codelist == "countries":
        return country_name(code, language)
    if codelist == "languages":
        return language_label(code, language)
    if codelist in ("age-bands", "regions"):
        return Category(code, codelist=codelist).label(language)
    return code_list(codelist).label(code, language) if codelist in code_list_names() else code


def category_label(category: Category) -> Both:
    """The label of a row or column."""
    return Both(*(category.label(language, code_label) for language in LANGUAGES))


def short_label(category: Category) -> Both:
    """The label for a narrow column: "9-17" with an en dash for an age band, else the whole label."""
    if category.codelist == "age-bands":
        band = _BAND.fullmatch(category.key or category.code)
        text = f"{band[1]}–{band[2]}" if band else (category.key or category.code)
        return Both(text, text)
    return category_label(category)


def figure_mark(cell: Cell, threshold: int) -> str:
    """What stands in files: digits, "<11" or "x"; the same in both languages."""
    if cell.value is not None:
        return str(cell.value)
    return f"<{threshold}" if cell.kind == "small" else HIDDEN_MARK


def period_words(period: Period) -> Both:
    """The period in words, from its first to its last day."""
    if period.kind == "month":
        return Both(*(format_month(period.first.year, period.first.month, each) for each in LANGUAGES))
    first = Both(*(format_date(period.first, each) for each in LANGUAGES))
    last = Both(*(format_date(period.last, each) for each in LANGUAGES))
    if period.first.year == period.last.year:
        first = Both(first.en.removesuffix(f" {period.first.year}"), first.zh)
        last = Both(last.en, last.zh.removeprefix(f"{period.last.year}年"))
    return both(N_("{start} to {end}"), start=first, end=last)


def month_words(day: dt.date) -> Both:
    """The month of a day; files never tell the day on which they were made."""
    return Both(*(format_month(day.year, day.month, each) for each in LANGUAGES))
