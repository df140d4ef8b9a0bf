"""Answers as a reader sees them: for the timeline, lists and printed pages, in either language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from shelter_app.domain.codelists import code_list, language_label
from shelter_app.domain.forms import Field, Form, Kind, Values, is_empty, read_date, visible_fields
from shelter_i18n import N_, current_language, gettext_in

__all__ = ["entry_summary", "value_text"]

_LABELLED = N_("{label}: {value}")
#: These say nothing without their question.
_NEED_LABEL = frozenset({Kind.DATE, Kind.NUMBER, Kind.YES_NO, Kind.USER})
_SEPARATORS = {"zh": ("、", "，", "；"), "en": (", ", ", ", "; ")}
_LONGEST = 160


def value_text(
    field: Field, value: Any, language: str | None = None, *, users: Mapping[str, str] | None = None
) -> str:
    """An answer in words; "" for none.

    Args:
        field: the question.
        value: the answer as JSON; what does not fit the question is shown as it stands, never hidden.
        language: "zh" or "en"; default: the one in force.
        users: names of colleagues by id.
    """
    language = language or current_language()
    if is_empty(value):
        return ""
    if field.kind is Kind.GROUP and isinstance(value, list):
        rows = (_row_text(field, row, language, users) for row in value)
        return _SEPARATORS[language][2].join(filter(None, rows))
    if field.kind is Kind.DATE:
        date = read_date(value)
        return date.reading(language) if date else _as_it_stands(value)
    if isinstance(value, list):
        return _SEPARATORS[language][0].join(
            filter(None, (_one(field, item, language, users) for item in value))
        )
    return _one(field, value, language, users)


def _row_text(group: Field, row: Any, language: str, users: Mapping[str, str] | None) -> str:
    if not isinstance(row, Mapping):
        return _as_it_stands(row)
    known = (value_text(part, row.get(part.id), language, users=users) for part in group.fields)
    ids = {part.id for part in group.fields}
    unknown = (_as_it_stands(item) for key, item in row.items() if key not in ids and not is_empty(item))
    return _SEPARATORS[language][1].join(filter(None, (*known, *unknown)))


def _one(field: Field, item: Any, language: str, users: Mapping[str, str] | None) -> str:
    if isinstance(item, int) and not isinstance(item, bool) and field.kind is Kind.NUMBER:
        return _number(item, language)
    if not isinstance(item, str):
        return _as_it_stands(item)
    text = item.strip()
    name = _NAMES.get(field.kind)
    if field.kind is Kind.USER:
        return (users or {}).get(text, text)
    return name(field, text, language) if name else text


def _number(number: int, language: str) -> str:
    from shelter_i18n.formats import format_number

    return format_number(number, language)


def _country(_field: Field, code: str, language: str) -> str:
    from shelter_i18n.formats import country_name

    return country_name(code, language)


def _code(field: Field, code: str, language: str) -> str:
    return code_list(field.codelist or "yes_no").label(code, language)


def _language(_field: Field, code: str, language: str) -> str:
    return language_label(code, language)


_NAMES: dict[Kind, Callable[[Field, str, str], str]] = {
    Kind.CODE: _code,
    Kind.CODES: _code,
    Kind.YES_NO: _code,
    Kind.COUNTRY: _country,
    Kind.COUNTRIES: _country,
    Kind.LANGUAGE: _language,
    Kind.LANGUAGES: _language,
}


def _as_it_stands(value: Any) -> str:
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def entry_summary(
    form: Form, values: Values, language: str | None = None, *, users: Mapping[str, str] | None = None
) -> str:
    """One line that tells an entry: the fields of the form's summary that are asked, answered and open to the reader."""
    language = language or current_language()
    shown = {question.id for question in visible_fields(form, values)}
    told = (
        _told(form.field(field_id), values.get(field_id), language, users)
        for field_id in form.summary
        if field_id in shown
    )
    return _shortened(_SEPARATORS[language][1].join(filter(None, told)))


def _told(field: Field, value: Any, language: str, users: Mapping[str, str] | None) -> str:
    text = value_text(field, value, language, users=users)
    # A number alone, as of a room, tells nobody what it is the number of.
    if text and (field.kind in _NEED_LABEL or not any(char.isalpha() for char in text)):
        return gettext_in(language, _LABELLED).format(label=gettext_in(language, field.label), value=text)
    return text


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
