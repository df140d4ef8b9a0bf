"""What stands beside a timeline: consent in force, what is still open, what a summary will know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from shelter_app.casework.cases import CaseView
from shelter_app.casework.entries import Entry
from shelter_app.domain.codelists import code_list
from shelter_app.domain.forms import Field, Form, form, is_empty, read_date, visible_fields
from shelter_app.domain.values import value_text
from shelter_i18n import _, pgettext
from shelter_i18n.formats import join_list
from shelter_ui.models.case_words import age_words, citizenship_words, sex_words

__all__ = ["ConsentLine", "OpenQuestion", "consent_lines", "missing_codes", "open_questions", "summary_facts"]

_STATES: Final = {
    "given": ("check", "ok"),
    "refused": ("x", "alert"),
    "withdrawn": ("undo-2", "overdue"),
    "not_asked": ("circle-dashed", "muted"),
    "expired": ("clock-alert", "overdue"),
}
#: Purposes that are shown as "not asked" where nothing was recorded.
_ALWAYS: Final = ("keep_record",)
_FORMS: Final = ("intake", "person", "experience")


@dataclass(frozen=True)
class ConsentLine:
    """One purpose, and how it stands today."""

    purpose: str
    state: str
    label: str
    words: str
    icon: str
    tone: str


@dataclass(frozen=True)
class OpenQuestion:
    """A question that nobody has answered yet."""

    form_id: str
    field_id: str
    label: str


def consent_lines(entries: Sequence[Entry], today: dt.date) -> list[ConsentLine]:
    """How consent stands for each purpose that was spoken of; the newest entry of a purpose counts.

    A consent lapses after the day until which it was given (the form: "ask again by").
    """
    newest: dict[str, Entry] = {}
    for entry in entries:
        purpose = entry.values.get("purpose")
        if isinstance(purpose, str):
            known = newest.get(purpose)
            if known is None or _moment(known) <= _moment(entry):
                newest[purpose] = entry
    purposes = code_list("consent_purposes")
    lines = []
    for code in purposes.codes:
        if code not in newest and code not in _ALWAYS:
            continue
        state = _state(newest[code].values, today) if code in newest else "not_asked"
        icon, tone = _STATES.get(state, ("info", "muted"))
        lines.append(ConsentLine(code, state, purposes.label(code), _consent_word(state), icon, tone))
    return lines


def _moment(entry: Entry) -> tuple[str, str]:
    return entry.row.happened_on or entry.row.created_at[:10], entry.row.created_at


def _state(values: dict[str, Any], today: dt.date) -> str:
    state = str(values.get("answer") or "not_asked")
    until = read_date(values.get("valid_until"))
    last = until.latest() if until else None
    return "expired" if state == "given" and last is not None and last < today else state


def _consent_word(state: str) -> str:
    return {
        "given": pgettext("consent", "given"),
        "refused": pgettext("consent", "refused"),
        "withdrawn": pgettext("consent", "withdrawn"),
        "not_asked": pgettext("consent", "not asked"),
        "expired": pgettext("consent", "ask again"),
    }.get(state, state)


def open_questions(view: CaseView, *, names_open: bool, most: int = 6) -> list[OpenQuestion]:
    """Questions that lists, standards or summaries use and that are still open; none of them blocks anything."""
    found: list[OpenQuestion] = []
    for form_id in _FORMS:
        declared = form(form_id)
        if form_id == "person" and not names_open:
            continue
        values = _values(view, form_id)
        if values is None:
            if form_id == "experience":
                found.append(OpenQuestion(form_id, "", _(declared.title)))
            continue
        found += [
            OpenQuestion(form_id, field.id, _(field.label))
            for field in visible_fields(declared, values)
            if _counts(field) and is_empty(values.get(field.id))
        ]
    return found[:most]


def _counts(field: Field) -> bool:
    return field.column or bool(field.ctdc)


def _values(view: CaseView, form_id: str) -> dict[str, Any] | None:
    if form_id == "person":
        return view.person.values if view.person else None
    entries = view.of_form(form_id)
    return entries[-1].values if entries else None


def summary_facts(view: CaseView) -> list[tuple[str, str]]:
    """The coded facts that a summary counts, with their labels; what is not known has no words."""
    case = view.case
    experience = form("experience")
    values = _values(view, "experience") or {}
    facts = [
        (_("Sex"), sex_words(case.sex, case.age)),
        (_("Age at registration"), age_words(case.age)),
        (_("Citizenship"), citizenship_words(case.citizenship)),
    ]
    facts += [
        (_(field.label), value_text(field, values.get(field.id))) for field in _summary_fields(experience)
    ]
    helps = form("service").field("service_kind")
    kinds = list(
        dict.fromkeys(
            str(e.values["service_kind"]) for e in view.of_form("service") if e.values.get("service_kind")
        )
    )
    names = code_list(helps.codelist)
    facts.append((_("Help given"), join_list(names.label(code) for code in kinds)))
    return facts


def _summary_fields(declared: Form) -> list[Field]:
    wanted = ("exploitation_country", "types", "means")
    return [declared.field(field_id) for field_id in wanted if field_id in declared]


def missing_codes(view: CaseView) -> list[str]:
    """Labels of the facts that a summary would count as not stated."""
    return [label for label, words in summary_facts(view)[:-1] if not words]
