"""Saving the certificates of erasures as PDF where somebody says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from shelter_app.casework import erasing
from shelter_app.casework.erasing import Erasure
from shelter_app.vault.folder import atomic_write
from shelter_i18n import _, current_language, ngettext
from shelter_ui.context import AppContext

__all__ = ["save_certificates"]


def save_certificates(context: AppContext, owner: QWidget, erasures: Sequence[Erasure]) -> None:
    """Ask where, and write one PDF for each erasure: into a file for one, into a folder for several."""
    if len(erasures) == 1:
        context.ask.save_file(
            _("Save the certificate"), _file_name(erasures[0]),
            lambda path: _write(context, owner, {path: erasures[0]}), endings=("pdf",),
        )  # fmt: skip
        return
    context.ask.folder(
        _("Folder for the certificates"),
        lambda folder: _write(context, owner, {folder / _file_name(each): each for each in erasures}),
    )


def _file_name(erasure: Erasure) -> str:
    return f"certificate-{erasure.erased_at:%Y%m%d}-{erasure.row.id[:8]}.pdf"


def _write(context: AppContext, owner: QWidget, files: dict[Path, Erasure]) -> None:
    session, language = context.session, current_language()

    def work(_job: object) -> int:
        for path, erasure in files.items():
            atomic_write(path, erasing.certificate(session, erasure, language=language))
        return len(files)

    def done(number: int) -> None:
        context.navigate.toast(
            ngettext("The certificate is saved.", "{number} certificates are saved.", number).format(
                number=number
            )
        )

    context.tasks.run(
        work,
        done,
        on_error=lambda error: context.ask.show(_("This could not be saved"), str(error)),
        owner=owner,
    )
