"""A form on paper: blank, or as it is filled; and the words that each printed page bears of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shelter_app.casework import heads
from shelter_app.casework.errors import NoSuchCase
from shelter_app.casework.session import Session
from shelter_app.domain.forms import FieldClass, Form
from shelter_app.storage import cases
from shelter_app.vault.folder import atomic_write
from shelter_app.vault.rights import SEALED_COMPARTMENTS, Right

__all__ = ["journal_mark", "print_form"]


def journal_mark(session: Session) -> tuple[int, tuple[str, ...]]:
    """Number and six words of the newest line of the journal, for what leaves the vault on paper."""
    head = heads.current_head(session)
    return head.number, heads.head_words(head.digest)


def print_form(
    session: Session,
    form: Form,
    values: Mapping[str, Any] | None,
    path: Path,
    *,
    case_id: str = "",
    language: str = "zh",
) -> None:
    """Write a form as PDF, then record that it was written; without values it is the blank one.

    Answers that the signed-in person has no key for are not in the file; a hatched bar says that something is
    sealed. Where the journal cannot be written, no file is left.

    Raises:
        NotYours: the role does not allow it, or the case is restricted and somebody else's.
        NoSuchCase: there is no such case any more.
        DiskFull, NoWritePermission, DiskFailed: nothing was written.
    """
    from shelter_app.reports.form_pdf import form_pdf

    session.require(Right.READ_CASE if values is None else Right.EXPORT_CASE)
    number = ""
    if case_id:
        case = cases.case(session.store, case_id)
        if case is None:
            raise NoSuchCase
        session.require_sight(case)
        number = case.number
    held = {FieldClass.CODED}
    held |= {FieldClass(c.value) for c in SEALED_COMPARTMENTS if session.keyring.holds(c)}
    content = form_pdf(
        form, values, printed_on=session.today, language=language, case_number=number, readable=held,
        user_label=session.user_name, journal=None if values is None else journal_mark(session),
    )  # fmt: skip
    atomic_write(path, content)
    try:
        with session.saving() as record:
            record("form.printed", case_id, form=form.public_id, filled=values is not None)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
