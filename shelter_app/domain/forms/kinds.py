"""Whether an answer is what its field asks for; the same judgement for the checks and for the compartments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shelter_app.domain.codelists import code_list, is_country, is_language
from shelter_app.domain.forms.model import YES_NO_ANSWERS, Field, Kind
from shelter_app.domain.ids import is_id
from shelter_app.domain.partial_date import PartialDate
from shelter_i18n import N_

__all__ = ["coded_value", "fault", "is_empty", "read_date"]

_TEXT = N_("Text is expected here.")
_TEXTS = N_("A list of texts is expected here.")
_NUMBER = N_("A whole number is expected here.")
_BETWEEN = N_("The number must be between {minimum} and {maximum}.")
_AT_LEAST = N_("The number must be at least {minimum}.")
_AT_MOST = N_("The number must be at most {maximum}.")
_YES_NO = N_("Choose yes, no, unknown or not asked.")
_CODE = N_("This answer is not in the list. Choose one from the list.")
_COUNTRY = N_("This country or region is not known. Choose one from the list.")
_LANGUAGE = N_("This language is not known. Choose one from the list.")
_DATE = N_("This date cannot be read. Write what is known: year, month, day or age.")
_USER = N_("Choose a colleague from the list.")
_ROWS = N_("These rows cannot be read. Please enter them again.")

_MANY = {Kind.CODES: Kind.CODE, Kind.COUNTRIES: Kind.COUNTRY, Kind.LANGUAGES: Kind.LANGUAGE}
_ONE: dict[Kind, tuple[Callable[[Any], bool], str]] = {
    Kind.TEXT: (lambda value: isinstance(value, str), _TEXT),
    Kind.LONG_TEXT: (lambda value: isinstance(value, str), _TEXT),
    Kind.YES_NO: (lambda value: isinstance(value, str) and value in YES_NO_ANSWERS, _YES_NO),
    Kind.COUNTRY: (is_country, _COUNTRY),
    Kind.LANGUAGE: (is_language, _LANGUAGE),
    Kind.USER: (is_id, _USER),
    Kind.DATE: (lambda value: read_date(value) is not None, _DATE),
}


def is_empty(value: Any) -> bool:
    """Whether an answer says nothing: absent, blank, or a list or row in which nothing stands."""
    left = [value]
    while left:
        item = left.pop()
        if isinstance(item, str):
            if item.strip():
                return False
        elif isinstance(item, Mapping):
            left.extend(item.values())
        elif isinstance(item, list | tuple):
            left.extend(item)
        elif item is not None:
            return False
    return True


def read_date(value: Any) -> PartialDate | None:
    """The partial date that JSON holds; None if it holds none."""
    if not isinstance(value, Mapping):
        return None
    try:
        return PartialDate.from_json(value)
    except (ValueError, RecursionError):
        return None


def fault(field: Field, value: Any) -> tuple[str, dict[str, object]] | None:
    """What is wrong with an answer that is not empty: message id and values; None if it fits its field.

    Rows of a group are judged by `checking.check`, one by one.
    """
    if field.kind is Kind.GROUP:
        rows_fit = isinstance(value, list) and all(isinstance(row, Mapping) for row in value)
        return None if rows_fit else (_ROWS, {})
    if field.kind is Kind.TEXTS:
        texts_fit = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return None if texts_fit else (_TEXTS, {})
    if field.kind is Kind.NUMBER:
        return _number_fault(field, value)
    fits, message = _test_of(field, _MANY.get(field.kind, field.kind))
    if field.kind in _MANY:
        return None if isinstance(value, list) and all(fits(item) for item in value) else (message, {})
    return None if fits(value) else (message, {})


def _test_of(field: Field, kind: Kind) -> tuple[Callable[[Any], bool], str]:
    if kind is Kind.CODE:
        return code_list(field.codelist).is_valid, _CODE
    return _ONE[kind]


def _number_fault(field: Field, value: Any) -> tuple[str, dict[str, object]] | None:
    if type(value) is not int:
        return _NUMBER, {}
    low, high = field.minimum, field.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    if low is None or high is None:
        return (_AT_LEAST, {"minimum": low}) if high is None else (_AT_MOST, {"maximum": high})
    return _BETWEEN, {"minimum": low, "maximum": high}


def coded_value(field: Field, value: Any) -> Any:
    """As much of an answer as may stand among the coded facts; None if nothing may.

    Only what its kind allows is coded: a listed code, a bounded number, a date without the words it was
    written in. Whatever else stands in the field could name somebody.
    """
    if is_empty(value):
        return None
    if field.kind is Kind.GROUP:
        return value if _rows_are_coded(field, value) else None
    if fault(field, value):
        return None
    return _without_words(value) if field.kind is Kind.DATE else value


def _rows_are_coded(field: Field, value: Any) -> bool:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        return False
    parts = {part.id: part for part in field.fields}
    return all(
        key in parts and (item is None or coded_value(parts[key], item) == item)
        for row in value
        for key, item in row.items()
    )


def _without_words(stored: Mapping[str, Any]) -> dict[str, Any] | None:
    bare = {key: item for key, item in stored.items() if key not in ("text", "asof", "from", "to")}
    for key in ("asof", "from", "to"):
        if key in stored:
            bare[key] = _without_words(stored[key])
    return bare if read_date(bare) is not None else None
