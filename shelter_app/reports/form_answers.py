"""The answer to one question on paper: boxes, lines or what was answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shelter_app.domain.codelists import code_list
from shelter_app.domain.forms import YES_NO_ANSWERS, Field, Kind, is_empty, read_date
from shelter_app.reports.bilingual import LANGUAGES, Both, both, code_label
from shelter_app.reports.blocks import BODY, MUTED, label, plain_table
from shelter_app.reports.flow import Run, Text
from shelter_app.reports.form_marks import VALUE, Choice, Choices, DateParts, WriteLines, text_lines
from shelter_i18n import N_

__all__ = ["Reader", "answer", "fits_a_column", "one_line"]

_YES_NO = {"yes": N_("Yes"), "no": N_("No"), "unknown": N_("Unknown"), "not_asked": N_("Not asked")}
_LISTS = {
    Kind.COUNTRY: "countries",
    Kind.COUNTRIES: "countries",
    Kind.LANGUAGE: "languages",
    Kind.LANGUAGES: "languages",
}
#: On a blank form a longer list is written in words; on a filled one only the chosen answers are printed.
_MOST_BOXES = 40
_MOST_BOXES_FILLED = 6
_LONG_TEXT_LINES = 6
_SHORT_TEXT = 90


@dataclass(frozen=True)
class Reader:
    """For whom a form is printed: the language that comes first, and what the users' ids mean.

    `journal` says where the journal stood when it was printed: the number of its newest line and six words.
    """

    language: str
    filled: bool
    user_label: Callable[[str], str]
    journal: tuple[int, Sequence[str]] | None = None


def answer(question: Field, value: Any, reader: Reader) -> list[Any]:
    """Flowables for the answer; for the blank form, or where nothing was answered, room to write one."""
    if is_empty(value):
        return _room(question, reader)
    kind = question.kind
    if kind is Kind.DATE:
        return _date(value, reader)
    if kind is Kind.YES_NO and value in YES_NO_ANSWERS:
        return [_yes_no(reader, value)]
    if kind in (Kind.CODE, Kind.CODES):
        return _codes(question, value, reader)
    if kind in _LISTS:
        texts = [
            Both(*(code_label(_LISTS[kind], str(code), each) for each in LANGUAGES))
            for code in _listed(value)
        ]
        return [label(text, VALUE, BODY.but(tone="text2"), language=reader.language) for text in texts]
    if kind is Kind.USER:
        return [text_lines(reader.user_label(str(value)))]
    return [text_lines(one_line(item)) for item in _listed(value)]


def _listed(value: Any) -> list[Any]:
    return [item for item in value if not is_empty(item)] if isinstance(value, list) else [value]


def one_line(value: Any) -> str:
    """Any stored value as text, for an answer that is not what its field asks for."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {one_line(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(one_line(item) for item in value)
    return str(value)


def _room(question: Field, reader: Reader) -> list[Any]:
    """Where to tick or write; a printed record of a filled form shows a short line instead."""
    kind = question.kind
    if kind is Kind.YES_NO:
        return [_yes_no(reader, "")]
    if reader.filled:
        return [Text([Run("–", BODY.but(tone="muted"))])]
    if kind is Kind.DATE:
        return _blank_date(question, reader)
    if kind in (Kind.CODE, Kind.CODES) and len(code_list(question.codelist).entries) <= _MOST_BOXES:
        return _codes(question, [], reader)
    if kind is Kind.LONG_TEXT:
        return [WriteLines(_LONG_TEXT_LINES)]
    return [WriteLines(2 if kind in (Kind.TEXTS, Kind.CODES) else 1)]


def _yes_no(reader: Reader, chosen: str) -> Choices:
    return Choices(
        [Choice(both(_YES_NO[each]), reader.language, ticked=each == chosen) for each in YES_NO_ANSWERS]
    )


def _codes(question: Field, value: Any, reader: Reader) -> list[Any]:
    """Boxes for every answer of the list; a long list of a filled form shows the chosen ones only."""
    codes = code_list(question.codelist)
    chosen = [str(code) for code in _listed(value)]
    shown = [entry.code for entry in codes.entries if entry.status != "deprecated" or entry.code in chosen]
    if reader.filled and len(shown) > _MOST_BOXES_FILLED:
        shown = [code for code in shown if code in chosen]
    choices = [
        Choice(Both(codes.label(code, "en"), codes.label(code, "zh")), reader.language, ticked=code in chosen)
        for code in shown
    ]
    unknown = [text_lines(code) for code in chosen if code not in shown]
    return [*([Choices(choices)] if choices else []), *unknown]


def _date(value: Any, reader: Reader) -> list[Any]:
    date = read_date(value)
    if date is None:
        return [text_lines(one_line(value))]
    parts: list[Any] = []
    if date.year is not None:
        month = "" if date.month is None else str(date.month)
        day = "" if date.day is None else str(date.day)
        parts.append(DateParts(reader.language, str(date.year), month, day))
        if date.about:
            parts.append(Choice(both(N_("About")), reader.language, ticked=True))
    elif date.unknown:
        parts.append(Choice(both(N_("Date not known")), reader.language, ticked=True))
    elif date.precision != "text":
        reading = Both(*(date.reading(each) for each in LANGUAGES))
        parts.append(label(reading, VALUE, BODY.but(tone="text2"), language=reader.language))
    if date.text:
        written = both(N_("Written as: {text}"), text=date.text)
        parts.append(
            Text([Run(written.of(reader.language), BODY)])
            if date.precision != "text"
            else text_lines(date.text)
        )
    return parts


def _blank_date(question: Field, reader: Reader) -> list[Any]:
    ticks = [Choice(both(text), reader.language) for text in (N_("About"), N_("Date not known"))]
    parts: list[Any] = [DateParts(reader.language), Choices(ticks)]
    if question.projection == "age":
        texts = [
            label(both(text), BODY, MUTED, language=reader.language)
            for text in (N_("or age"), N_("on (date)"))
        ]
        row = [texts[0], WriteLines(1, 14), "", texts[1], WriteLines(1, 14)]
        parts.append(plain_table([row], [64, 44, 12, 92, 100], align="BOTTOM"))
    return parts


def fits_a_column(question: Field, value: Any, *, filled: bool) -> bool:
    """Whether the answer is small enough to stand beside another one; all else takes the whole width."""
    if question.kind in (Kind.GROUP, Kind.LONG_TEXT, Kind.CODES):
        return False
    if question.kind is Kind.CODE and not filled:
        return (
            len(code_list(question.codelist).entries) <= 8
            or len(code_list(question.codelist).entries) > _MOST_BOXES
        )
    text = one_line(value) if value is not None else ""
    return len(text) <= _SHORT_TEXT and "\n" not in text
