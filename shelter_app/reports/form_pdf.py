"""Any declared form on paper, to fill in by hand or as it was filled in, in both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence

from shelter_app.domain.forms import FieldClass, Form, Values
from shelter_i18n import N_

__all__ = ["form_pdf"]

_ALL = frozenset(FieldClass)
_FILLED_IN_BY = N_("Filled in by")
_WITH_SIGNATURE = (N_("The person: signature or mark"), N_("Interpreter"))


def _no_name(user: str) -> str:
    return user


def form_pdf(
    form: Form,
    values: Values | None = None,
    *,
    printed_on: dt.date,
    language: str = "zh",
    case_number: str = "",
    readable: Collection[FieldClass] = _ALL,
    user_label: Callable[[str], str] = _no_name,
    signers: Sequence[str] | None = None,
    journal: tuple[int, Sequence[str]] | None = None,
) -> bytes:
    """The form as a PDF on A4.

    Args:
        form: any declared form.
        values: answers by field id as `join` gives them; None prints the blank form.
        printed_on: its month goes into the file's own description.
        language: the language that comes first, "zh" or "en"; the other one follows smaller.
        case_number: stands on every page; on a blank form it may be left open.
        readable: the compartments that the reader has keys for; answers of others print as a hatched bar, even
            if they were handed in.
        user_label: what to print for the id of a colleague.
        signers: who signs, as message ids; by default, on a blank form, whoever filled it in, and before them
            the person and the interpreter where the form asks whether it was signed.
        journal: number and six words of the newest line of the journal, for the foot of every page.
    """
    from shelter_app.reports.fonts import register_fonts
    from shelter_app.reports.form_answers import Reader
    from shelter_app.reports.form_layout import lay_out

    register_fonts()
    if signers is None:
        signers = (
            () if values is not None else (*(_WITH_SIGNATURE if "signed" in form else ()), _FILLED_IN_BY)
        )
    return lay_out(
        form,
        values,
        reader=Reader(language, values is not None, user_label, journal),
        case_number=case_number,
        readable=readable,
        signers=signers,
        printed_on=printed_on,
    )
