"""What can be refused while working on cases, each with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from shelter_app.domain.forms import Problem
from shelter_app.errors import ShelterError
from shelter_i18n import N_

__all__ = [
    "AnswersRefused",
    "AttachmentTooLarge",
    "ChangedMeanwhile",
    "ImportTouched",
    "NoSuchCase",
    "NoSuchImport",
    "PeriodNotOver",
    "PeriodOverlaps",
]


class AnswersRefused(ShelterError):
    """An answer does not fit its field; `problems` says which and why, for the form to show beside it."""

    message = N_(
        "Some answers cannot be saved as they are. They are marked; everything typed is kept as a draft."
    )
    exit_code = 40

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__()


class ChangedMeanwhile(ShelterError):
    """The entry was corrected after this correction was begun."""

    message = N_(
        "This entry was corrected in the meantime. Open it again, compare, and save your correction then."
    )
    exit_code = 41


class NoSuchCase(ShelterError):
    """The case or entry is not in this vault."""

    message = N_("This case or entry is not in the vault any more. Look for it in the list.")
    exit_code = 42


class NoSuchImport(ShelterError):
    """There is no such import, or it was taken back before."""

    message = N_(
        "There is no such import in this vault, or it has been taken back already. Nothing has been changed."
    )
    exit_code = 47


class ImportTouched(ShelterError):
    """Somebody has worked on cases of an import, so it is not taken back as a whole."""

    message = N_(
        "This import cannot be undone as a whole: {count} of its cases have been worked on since. "
        "Nothing has been changed."
    )
    exit_code = 43


class PeriodOverlaps(ShelterError):
    """The period covers part of a period that was reported before."""

    message = N_(
        "{period} covers part of {earlier}, which was reported before. Two such reports could be subtracted from "
        "each other and show single persons. Choose a period that lies apart, or repeat {earlier}."
    )
    exit_code = 44


class PeriodNotOver(ShelterError):
    """The period goes on; its figures would be frozen half-way."""

    message = N_(
        "{period} is not over yet. A summary that has been written is never changed, so what still comes would be "
        "missing for ever. Write it after its last day; the preview can be looked at now."
    )
    exit_code = 48


class AttachmentTooLarge(ShelterError):
    """A file is larger than the vault takes."""

    message = N_("This file is larger than {limit} MB. Make it smaller, or keep it outside the vault.")
    exit_code = 45
