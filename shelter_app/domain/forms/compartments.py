"""One filled form taken apart by compartment and put together again, and what may be written beside it.

Nothing that is typed is lost and nothing is coded by mistake: an answer of a coded field that its kind does not
allow is kept, but sealed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypedDict

from shelter_app.domain.forms.kinds import coded_value, is_empty, read_date
from shelter_app.domain.forms.model import TYPED_COLUMNS, Field, FieldClass, Form, Kind, Values
from shelter_app.domain.partial_date import PartialDate

__all__ = [
    "Parts",
    "PersonProjection",
    "changed_fields",
    "coded_columns",
    "join",
    "projections",
    "split",
    "stage_reached",
    "typed_columns",
]

#: Answers by compartment.
Parts = dict[FieldClass, dict[str, Any]]

#: Ages are given as one number only where the known range is no wider than this; CTDC bands are 3 years wide.
_WIDEST_AGE_RANGE = 6
_SEX = {"female": "woman", "male": "man", "other": "other"}
_GENDER = {
    "Feminine": "woman",
    "Masculine": "man",
    "TransgenderFeminine": "other",
    "TransgenderMasculine": "other",
    "NonConforming": "other",
}


class PersonProjection(TypedDict):
    """The coarse coded facts about a person that are written in the same save as the sealed form."""

    sex: str
    age: int | None
    citizenship: list[str]


def split(form: Form, values: Values) -> Parts:
    """The answers by compartment; `join` gives them back unchanged.

    Free text, unknown questions and whatever does not fit a coded field are sealed. A date that keeps the words
    it was written in is coded without them and sealed whole. A veiled form is sealed entirely.
    """
    parts: Parts = {each: {} for each in FieldClass}
    for field_id, value in values.items():
        kept_in = _class_of(form, field_id)
        if kept_in is not FieldClass.CODED:
            parts[kept_in][field_id] = value
            continue
        coded = coded_value(form.field(field_id), value)
        if coded is not None:
            parts[FieldClass.CODED][field_id] = coded
        if coded is None or coded != value:
            parts[FieldClass.IDENTIFYING][field_id] = value
    return parts


def _class_of(form: Form, field_id: str) -> FieldClass:
    if field_id in form:
        return form.class_of(field_id)
    return FieldClass.HEALTH if form.veiled else FieldClass.IDENTIFYING


def join(parts: Mapping[FieldClass, Values]) -> dict[str, Any]:
    """The answers from the parts that the reader may open; what a sealed part says of a field is the fuller."""
    values: dict[str, Any] = {}
    for each in FieldClass:
        values.update(parts.get(each, {}))
    return values


def coded_columns(form: Form) -> tuple[str, ...]:
    """Ids of the fields whose answers stand among the coded facts."""
    return tuple(question.id for question in form if form.class_of(question.id) is FieldClass.CODED)


def typed_columns(form: Form, values: Values) -> dict[str, str | None]:
    """Every typed column of the entry; dates as ISO 8601 as far as they are known, None where nothing is.

    `due_on` with no `done_on` means that something is still to be done on that day.
    """
    columns: dict[str, str | None] = dict.fromkeys(TYPED_COLUMNS)
    for column, field_id in form.typed.items():
        columns[column] = _typed(form.field(field_id), values)
    for due in form.dues:
        day = _typed(form.field(due.field), values)
        if day is not None and (due.unless is None or not due.unless.holds(values)):
            columns["due_on"] = day
            if due.follows:
                columns["done_on"] = None
            break
    return columns


def _typed(question: Field, values: Values) -> str | None:
    coded = coded_value(question, values.get(question.id))
    if question.kind is not Kind.DATE:
        return None if coded is None else str(coded)
    date = read_date(coded)
    return ((date.start or date).iso() or None) if date else None


def stage_reached(form: Form, values: Values) -> str:
    """The stage of the case that an entry shows; "" if it shows none."""
    reached = ""
    for stage in form.stages:
        if stage.when is None or stage.when.holds(values):
            reached = stage.id
    return reached


def projections(
    form: Form, values: Values, *, registered_on: PartialDate | dt.date | None
) -> PersonProjection:
    """Sex class, age in whole years at registration and citizenship; nothing finer is ever projected.

    The class follows gender where it was given, else sex; transgender and non-conforming people are one
    class (CTDC codebook 2024). An age known as a range is given as its middle, rounded down, if that cannot be
    off by more than three years, else not at all.
    """
    by_purpose: dict[str, list[Field]] = {"sex": [], "age": [], "citizenship": []}
    for question in form:
        if question.projection:
            by_purpose[question.projection].append(question)
    sex = "unknown"
    for question in by_purpose["sex"]:
        answer = values.get(question.id)
        if isinstance(answer, str):
            sex = _GENDER.get(answer) or _SEX.get(answer) or sex
    age = None
    for question in by_purpose["age"]:
        age = _age(values.get(question.id), registered_on)
    citizenship: list[str] = []
    for question in by_purpose["citizenship"]:
        answer = coded_value(question, values.get(question.id))
        citizenship += [answer] if isinstance(answer, str) else list(answer or ())
    return {"sex": sex, "age": age, "citizenship": list(dict.fromkeys(citizenship))}


def _age(stored: Any, registered_on: PartialDate | dt.date | None) -> int | None:
    birth = read_date(stored)
    if birth is None or registered_on is None:
        return None
    registered = PartialDate.of(registered_on) if isinstance(registered_on, dt.date) else registered_on
    birth = birth.with_asof(registered)
    first, last = registered.earliest(), registered.latest()
    if first is None or last is None:
        return None
    at_first, at_last = birth.age_on(first), birth.age_on(last)
    if at_first is None or at_last is None or at_last[1] - at_first[0] > _WIDEST_AGE_RANGE:
        return None
    return (at_first[0] + at_last[1]) // 2


def changed_fields(old: Values, new: Values) -> tuple[str, ...]:
    """Ids of the fields whose answers differ, in a fixed order; an empty answer and none are the same."""
    return tuple(
        field_id
        for field_id in sorted({*old, *new})
        if old.get(field_id) != new.get(field_id)
        and not (is_empty(old.get(field_id)) and is_empty(new.get(field_id)))
    )
