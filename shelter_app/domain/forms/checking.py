"""What is odd about a filled form, and the form without what says nothing.

Few things are refused: an answer that its field cannot hold, and an entry that would say nothing. Everything
else is a question back, and the entry can be saved as it is: in a first talk much is not known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal

from shelter_app.domain.codelists import code_list
from shelter_app.domain.forms.kinds import fault, is_empty, read_date
from shelter_app.domain.forms.model import Field, Form, Kind, Values
from shelter_i18n import N_, current_language, gettext_in

__all__ = ["Problem", "applies", "check", "clean", "visible_fields"]

#: HTCDS 2.0 asks for E.164: at most fifteen digits; spaces and hyphens are how people write it.
_MOST_PHONE_DIGITS = 15
_FEWEST_PHONE_DIGITS = 3
_UNREADABLE = N_("This entry cannot be read as a filled form.")
_UNKNOWN_QUESTION = N_("This form has no such question. The answer is kept, sealed.")
_REQUIRED = N_("Please answer this question before saving.")
_FUTURE = N_("This date is in the future. Please check the year.")
_ORDER = N_("Please check these dates: {first} usually comes before {second}.")
_WITHIN = N_("This answer does not belong to what is chosen under {other}.")
_EMAIL = N_("This does not look like an e-mail address.")
_PHONE = N_("This does not look like a telephone number. It can be saved as it is.")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to look at in one field, in words that are fetched when they are shown.

    No value that was typed is in it, so that a problem may be counted, listed and logged.
    """

    field_id: str
    severity: Literal["error", "warning"]
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    #: Message ids among the places, translated like the message.
    labels: Mapping[str, str] = field(default_factory=dict)
    #: Row of a group, counted from 0, and the question of the row.
    row: int | None = None
    part: str = ""

    def text(self, language: str | None = None) -> str:
        """The sentence for the reader."""
        language = language or current_language()
        labels = {place: gettext_in(language, label) for place, label in self.labels.items()}
        return gettext_in(language, self.message).format(**self.values, **labels)


def applies(question: Field, values: Values) -> bool:
    """Whether a question is asked, given the other answers of its form or row."""
    return question.when is None or question.when.holds(values)


def visible_fields(form: Form, values: Values) -> tuple[Field, ...]:
    """The questions that are asked, given what is answered so far.

    A question that rests on a hidden one is hidden too, whatever was answered there before.
    """
    return _asked(form.fields, values)[0]


def _asked(questions: tuple[Field, ...], values: Values) -> tuple[tuple[Field, ...], dict[str, Any]]:
    """The questions asked and the answers that count: conditions may stand on each other, so repeat."""
    known = {question.id for question in questions}
    counting = dict(values)
    while True:
        asked = tuple(question for question in questions if applies(question, counting))
        hidden = (known - {question.id for question in asked}) & set(counting)
        if not hidden:
            return asked, counting
        for field_id in hidden:
            del counting[field_id]


def clean(form: Form, values: Values) -> dict[str, Any]:
    """The answers without empty ones and without those to questions that are not asked.

    Texts lose blanks at their ends, lists of codes lose repetitions, groups lose empty rows. Answers to
    questions that this form does not have are kept.
    """
    return _cleaned(form.fields, values)


def _cleaned(questions: tuple[Field, ...], values: Values) -> dict[str, Any]:
    by_id = {question.id: question for question in questions}
    tidy = {field_id: _tidy(by_id.get(field_id), value) for field_id, value in values.items()}
    return _asked(questions, {key: value for key, value in tidy.items() if not is_empty(value)})[1]


def _tidy(question: Field | None, value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if question is None or not isinstance(value, list):
        return value
    if question.kind is Kind.GROUP:
        rows = (_cleaned(question.fields, row) if isinstance(row, Mapping) else row for row in value)
        return [row for row in rows if not is_empty(row)]
    items = [item.strip() if isinstance(item, str) else item for item in value if not is_empty(item)]
    if not all(isinstance(item, str) for item in items):
        return items
    return list(dict.fromkeys(items))


def check(form: Form, values: Any, *, today: dt.date) -> tuple[Problem, ...]:
    """Everything odd about a filled form, in the order of its fields; it never raises, whatever it is given."""
    if not isinstance(values, Mapping):
        return (Problem("", "error", _UNREADABLE),)
    asked, counting = _asked(form.fields, values)
    found = chain(
        chain.from_iterable(_check_field(question, counting.get(question.id), today) for question in asked),
        _check_orders(form, counting),
        _check_groups(form, asked, counting),
        _rules(form, counting, today),
        (Problem(str(key), "warning", _UNKNOWN_QUESTION) for key in values if key not in form),
    )
    places = {question.id: place for place, question in enumerate(form.fields)}
    return tuple(sorted(found, key=lambda problem: places.get(problem.field_id, len(places))))


def _rules(form: Form, values: Values, today: dt.date) -> Iterable[Problem]:
    from shelter_app.domain.rules.entries import entry_rules

    return chain.from_iterable(rule(values, today) for rule in entry_rules(form.id))


def _check_field(question: Field, value: Any, today: dt.date) -> Iterator[Problem]:
    if is_empty(value):
        if question.required:
            yield Problem(question.id, "error", _REQUIRED)
        return
    wrong = fault(question, value)
    if wrong:
        yield Problem(question.id, "error", wrong[0], wrong[1])
    elif question.kind is Kind.GROUP:
        for number, row in enumerate(value):
            yield from _check_row(question, number, row, today)
    else:
        for message in _oddities(question, value, today):
            yield Problem(question.id, "warning", message)


def _check_row(group: Field, number: int, row: Values, today: dt.date) -> Iterator[Problem]:
    if is_empty(row):
        return
    asked, counting = _asked(group.fields, row)
    for part in asked:
        for problem in _check_field(part, counting.get(part.id), today):
            yield Problem(
                group.id, problem.severity, problem.message, problem.values, row=number, part=part.id
            )
    for key in row:
        if key not in {part.id for part in group.fields}:
            yield Problem(group.id, "warning", _UNKNOWN_QUESTION, row=number, part=str(key))


def _oddities(question: Field, value: Any, today: dt.date) -> Iterator[str]:
    if question.kind is Kind.DATE and not question.future:
        date = read_date(value)
        earliest = date.earliest() if date else None
        if earliest is not None and earliest > today:
            yield _FUTURE
    elif question.form == "email":
        name, at, host = value.strip().partition("@")
        if not (name and at and "." in host.strip(".")) or any(sign.isspace() for sign in value.strip()):
            yield _EMAIL
    elif question.form == "phone":
        digits = sum(sign.isdecimal() for sign in value)
        if not _FEWEST_PHONE_DIGITS <= digits <= _MOST_PHONE_DIGITS:
            yield _PHONE


def _check_orders(form: Form, values: Values) -> Iterator[Problem]:
    for order in form.orders:
        first, second = read_date(values.get(order.first)), read_date(values.get(order.second))
        if first is None or second is None:
            continue
        earliest, latest = first.earliest(), second.latest()
        if earliest is not None and latest is not None and earliest > latest:
            labels = {"first": form.field(order.first).label, "second": form.field(order.second).label}
            for field_id in (order.first, order.second):
                yield Problem(field_id, "warning", _ORDER, labels=labels)


def _check_groups(form: Form, asked: tuple[Field, ...], values: Values) -> Iterator[Problem]:
    for question in asked:
        wider, chosen = values.get(question.within), values.get(question.id)
        if not question.within or not isinstance(chosen, str) or not isinstance(wider, str):
            continue
        entry = code_list(question.codelist).get(chosen)
        if entry is not None and entry.group != wider:
            yield Problem(
                question.id, "warning", _WITHIN, labels={"other": form.field(question.within).label}
            )
