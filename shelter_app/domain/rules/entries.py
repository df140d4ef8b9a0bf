"""Questions back about one filled form that rest on more than one answer, or on what a number says of itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping

from shelter_app.domain.forms.checking import Problem
from shelter_app.domain.forms.model import Values
from shelter_i18n import N_

__all__ = ["EntryRule", "entry_rules"]

EntryRule = Callable[[Values, dt.date], Iterable[Problem]]

_NOT_INFORMED = N_("Consent is informed only if this was understood. Please explain it again.")
_CHILD_SAYS_NO = N_("The child's own answer differs from the consent. The child's word counts.")
_GUARDIAN_SAYS_NO = N_("The guardian's answer differs from the consent. Please look at both.")
_WISH_CHANGED = N_(
    "The person does not wish to return. The step cannot go on; record the withdrawal as consent."
)
_GIVEN_WHEN = N_("The state says that the help was given. Please add the day, or change the state.")
_RECIPIENT = N_("Consent to share counts for one receiver. Please name it.")

_SHARING = ("share_receiver", "share_police", "share_services")


def entry_rules(form_id: str) -> tuple[EntryRule, ...]:
    """The rules that look at entries of this form."""
    return _RULES.get(form_id, ())


def _documents(values: Values, today: dt.date) -> Iterator[Problem]:
    """Identity numbers with a wrong check digit, birth or length (GB 11643): always a question, never refused."""
    from shelter_app.domain.identity import IDENTITY_REMARKS, document_number

    rows = values.get("documents")
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        text = row.get("number") if isinstance(row, Mapping) else None
        if not isinstance(text, str) or not text.strip() or row.get("kind") not in ("resident_id", None):
            continue
        read = document_number(text, today=today)
        if read.kind == "resident_id":
            for code in read.problems:
                yield _odd_number(number, IDENTITY_REMARKS[code], len(read.number))
        elif row.get("kind") == "resident_id":
            yield _odd_number(number, IDENTITY_REMARKS["wrong_length"], len(read.number))


def _odd_number(row: int, message: str, count: int) -> Problem:
    return Problem("documents", "warning", message, {"count": count}, row=row, part="number")


def _informed(values: Values, _today: dt.date) -> Iterator[Problem]:
    """Consent without understanding is none (HTCDS 2.0 guidance on con_Consent; IOM principle 4)."""
    if values.get("answer") != "given":
        return
    for field_id in sorted(key for key in values if key.startswith("understood_")):
        if values[field_id] == "no":
            yield Problem(field_id, "warning", _NOT_INFORMED)


def _child(values: Values, _today: dt.date) -> Iterator[Problem]:
    """Both the child's own word and the guardian's count (CRC Art. 12; PIPL Art. 31)."""
    if values.get("answer") != "given":
        return
    if values.get("child_wish") in ("refused", "withdrawn"):
        yield Problem("child_wish", "warning", _CHILD_SAYS_NO)
    if values.get("guardian_answer") == "refused":
        yield Problem("guardian_answer", "warning", _GUARDIAN_SAYS_NO)


def _named_receiver(values: Values, _today: dt.date) -> Iterator[Problem]:
    """Consent to sharing is for each receiver by itself (PIPL Art. 23 and 29; IOM principle 5)."""
    if values.get("answer") == "given" and values.get("purpose") in _SHARING and not values.get("recipient"):
        yield Problem("recipient", "warning", _RECIPIENT)


def _given_when(values: Values, _today: dt.date) -> Iterator[Problem]:
    """Help that was given counts in the figures of the period that its day lies in."""
    if values.get("status") == "given" and not values.get("given_on"):
        yield Problem("given_on", "warning", _GIVEN_WHEN)


def _still_wished(values: Values, _today: dt.date) -> Iterator[Problem]:
    """A return is voluntary at each of its steps (Palermo Protocol Art. 8(2))."""
    if values.get("consent_to_return") == "no" and values.get("status") in ("planned", "under_way"):
        yield Problem("consent_to_return", "warning", _WISH_CHANGED)


_RULES: dict[str, tuple[EntryRule, ...]] = {
    "person": (_documents,),
    "consent": (_informed, _child, _named_receiver),
    "service": (_given_when,),
    "return_step": (_still_wished,),
}
