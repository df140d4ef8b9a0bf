"""A form on paper: blank, or as it is filled, written to a file that the person chooses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from shelter_app.domain.forms import Form
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
    """Ask for a file and write a form into it as PDF; without values it is the blank one.

    The file is called after the case number and the form, never after a person.
    """
    name = "-".join(part for part in (number, form.id) if part) + ".pdf"
    context.ask.save_file(
        _("Save the form as PDF"),
        name,
        lambda path: _write(context, owner, form, values, case_id, path),
        endings=("pdf",),
    )


def _write(
    context: AppContext,
    owner: QObject,
    form: Form,
    values: Mapping[str, Any] | None,
    case_id: str,
    path: Path,
) -> None:
    from shelter_app.casework import printing

    session, language = context.session, current_language()
    context.tasks.run(
        lambda _job: printing.print_form(session, form, values, path, case_id=case_id, language=language),
        lambda _none: context.navigate.toast(_("The form was saved as PDF.")),
        on_error=lambda error: context.ask.show(_("The form could not be saved"), error.render()),
        owner=owner,
    )
