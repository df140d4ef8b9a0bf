"""A form on paper: blank, or as it is filled, written to a file that the person chooses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from shelter_app.domain.forms import FieldClass, Form
from shelter_app.vault.folder import atomic_write
from shelter_app.vault.rights import Compartment, Right
from shelter_i18n import _, current_language
from shelter_ui.context import AppContext

__all__ = ["print_form"]


def print_form(
    context: AppContext,
    owner: QObject,
    form: Form,
    values: Mapping[str, Any] | None,
    *,
    number: str = "",
    case_id: str = "",
) -> None:
    """Write a form as PDF; without values it is the blank one. The journal says that it was written.

    The file is called after the case number and the form, never after a person. Answers that the reader has
    no key for print as a hatched bar.
    """
    name = "-".join(part for part in (number, form.id) if part) + ".pdf"
    context.ask.save_file(
        _("Save the form as PDF"),
        name,
        lambda path: _write(context, owner, form, values, number, case_id, path),
        endings=("pdf",),
    )


def _write(
    context: AppContext,
    owner: QObject,
    form: Form,
    values: Mapping[str, Any] | None,
    number: str,
    case_id: str,
    path: Path,
) -> None:
    session, language = context.session, current_language()
    held = {FieldClass.CODED}
    held |= {
        FieldClass(c.value) for c in (Compartment.PEOPLE, Compartment.HEALTH) if session.keyring.holds(c)
    }

    def work(_job: object) -> None:
        from shelter_app.reports.form_pdf import form_pdf

        if values is not None:
            session.require(Right.EXPORT_CASE)
        content = form_pdf(
            form,
            values,
            printed_on=session.today,
            language=language,
            case_number=number,
            readable=held,
            user_label=session.user_name,
        )
        with session.saving() as record:
            record("form.printed", case_id, form=form.public_id, filled=values is not None)
        atomic_write(path, content)

    context.tasks.run(
        work,
        lambda _none: context.navigate.toast(_("The form was saved as PDF.")),
        on_error=lambda error: context.ask.show(_("The form could not be saved"), error.render()),
        owner=owner,
    )
