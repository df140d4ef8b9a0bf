"""The filled forms that a row of a register becomes: the person, the intake and what else it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shelter_app.domain.partial_date import PartialDate
from shelter_app.exchange.registers.aliases import AGE
from shelter_app.exchange.registers.rows import RegisterRow

__all__ = ["FilledForm", "filled_forms"]

_DOCUMENT_FIELDS = frozenset(
    f"travel_document_{part}" for part in ("kind", "number", "issued_on", "expires_on")
)
_RECEIVER_FIELDS = frozenset(("handed_to_kind", "handed_to", "receiving_kind", "receiving_agency"))


@dataclass(frozen=True, slots=True)
class FilledForm:
    """Answers to one form, as JSON holds them."""

    form_id: str
    values: Mapping[str, Any]


def filled_forms(row: RegisterRow) -> tuple[FilledForm, ...]:
    """The forms of a row, the person first and the intake second; nothing for a row that is no person.

    What no field holds stands word for word under `unparsed` of the intake.
    """
    if not row.is_person:
        return ()
    by_form: dict[str, dict[str, Any]] = {}
    for path, value in row.values.items():
        if path != AGE:
            form_id, field_id = path.split(".", 1)
            by_form.setdefault(form_id, {})[field_id] = _stored(value)
    intake = by_form.pop("intake", {})
    if row.unparsed:
        intake["unparsed"] = [{"header": header, "text": text} for header, text in row.unparsed.items()]
    forms = [FilledForm("person", by_form.pop("person", {})), FilledForm("intake", intake)]
    for form_id, values in by_form.items():
        forms += _SPLIT.get(form_id, _one)(form_id, values)
    return tuple(forms)


def _stored(value: Any) -> Any:
    """An answer as JSON holds it, dates in the rows of a group too."""
    if isinstance(value, PartialDate):
        return value.to_json()
    if isinstance(value, list):
        return [{k: _stored(v) for k, v in row.items()} if isinstance(row, dict) else row for row in value]
    return value


def _one(form_id: str, values: dict[str, Any]) -> list[FilledForm]:
    return [FilledForm(form_id, values)]


def _consent(form_id: str, values: dict[str, Any]) -> list[FilledForm]:
    """Registers ask for one consent only: the return."""
    return [FilledForm(form_id, {"purpose": "return"} | values)]


def _services(form_id: str, values: dict[str, Any]) -> list[FilledForm]:
    """Sessions and medical care are two services; none is made of "0 sessions"."""
    forms = []
    rest = dict(values)
    sessions, medical = rest.pop("sessions", 0), rest.pop("medical_detail", "")
    if sessions:
        forms.append({"service_kind": "psychosocial", "status": "given", "sessions": sessions})
    if medical:
        forms.append({"service_kind": "medical", "status": "given", "medical_detail": medical})
    if rest:
        if forms:
            forms[0] |= rest
        else:
            forms.append({"service_kind": "other"} | rest)
    return [FilledForm(form_id, each) for each in forms]


def _return_steps(form_id: str, values: dict[str, Any]) -> list[FilledForm]:
    """Travel document, departure and handover are steps of their own, done on the day that is written."""
    document = {key: value for key, value in values.items() if key in _DOCUMENT_FIELDS}
    receiver = {key: value for key, value in values.items() if key in _RECEIVER_FIELDS}
    journey = {key: value for key, value in values.items() if key not in document and key not in receiver}
    forms = []
    if document:
        done = _done(document.get("travel_document_issued_on"))
        forms.append({"stage": "documents", "step": "travel_document", **done, **document})
    if journey:
        forms.append(
            {"stage": "handover", "step": "departure", **_done(journey.get("departed_on")), **journey}
        )
    if receiver:
        forms.append({"stage": "handover", "step": "handed_over", **receiver})
    return [FilledForm(form_id, each) for each in forms]


def _done(day: Any) -> dict[str, Any]:
    return {"status": "done", "done_on": day} if day else {}


def _closure(form_id: str, values: dict[str, Any]) -> list[FilledForm]:
    """Nothing is closed of a person who is still here."""
    return [] if values.get("destination") == "still_here" else [FilledForm(form_id, values)]


_SPLIT = {"consent": _consent, "service": _services, "return_step": _return_steps, "closure": _closure}
