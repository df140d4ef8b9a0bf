"""What can be refused while working on cases, each with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from shelter_app.domain.forms import Problem
from shelter_app.errors import ShelterError
from shelter_i18n import N_

__all__ = [
    "AlreadySaved",
    "AnswersRefused",
    "AttachmentTooLarge",
    "ChangedMeanwhile",
    "ErasureHeld",
    "ErasureNeedsAnother",
    "ErasureOutdated",
    "ErasureWaits",
    "ImportTouched",
    "LedgerCutOff",
    "LedgerDamaged",
    "NoSuchCase",
    "NoSuchImport",
    "NoSuchProposal",
    "OtherBackup",
    "PasswordDue",
    "PeriodNotOver",
    "PeriodOverlaps",
    "ReleasedMeanwhile",
    "ReportTooLong",
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


class AlreadySaved(ShelterError):
    """A draft came after what it is a draft of had been saved or given up; it is not kept."""

    message = N_("This form has been saved meanwhile, so no draft of it is kept.")
    exit_code = 68


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


class ReleasedMeanwhile(ShelterError):
    """Another summary was written since the preview was made; beside it this one was never checked."""

    message = N_(
        "Another summary or an extract was written since these tables were calculated, so they were not checked beside it. "
        "Nothing has been written. Calculate them again."
    )
    exit_code = 109


class LedgerDamaged(ShelterError):
    """What was reported before is not all there, so that nothing can be checked beside it."""

    message = N_(
        "The record of the summaries written before is not complete: {count} of them are missing or damaged, the first "
        "is {period}. A summary that counts the same persons could be compared with them and show single persons, so none "
        "is made. Bring back the newest backup that holds the record, or choose a period that begins after {last}. "
        "Summaries that are still recorded can be repeated."
    )
    exit_code = 38


class LedgerCutOff(ShelterError):
    """A backup was brought back, or the vault was salvaged: what was reported may not all be known here."""

    message = N_(
        "A backup was brought back, or this vault was salvaged, on {until}. Summaries written before may not be recorded "
        "here, and {period} could be compared with them. Choose a period that begins after {until}, or repeat one that "
        "is recorded."
    )
    exit_code = 39


class PeriodNotOver(ShelterError):
    """The period goes on; its figures would be frozen half-way."""

    message = N_(
        "{period} is not over yet. A summary that has been written is never changed, so what still comes would be "
        "missing for ever. Write it after its last day; the preview can be looked at now."
    )
    exit_code = 48


class OtherBackup(ShelterError):
    """A backup of another vault was named to compare with."""

    message = N_("This backup belongs to another vault, so nothing can be compared with it.")
    exit_code = 66


class ReportTooLong(ShelterError):
    """More lines of the journal than one report takes."""

    message = N_(
        "One report takes {most} lines of the journal at most. Choose a shorter period, a person or a case."
    )
    exit_code = 67


class AttachmentTooLarge(ShelterError):
    """A file is larger than the vault takes."""

    message = N_("This file is larger than {limit} MB. Make it smaller, or keep it outside the vault.")
    exit_code = 45


class NoSuchProposal(ShelterError):
    """The proposal was decided on or withdrawn, or there never was one."""

    message = N_("This proposal has been decided on or withdrawn meanwhile. Look at the list again.")
    exit_code = 60


class ErasureNeedsAnother(ShelterError):
    """Whoever proposed an erasure wants to approve it too."""

    message = N_(
        "You proposed this erasure yourself. Somebody else who may erase has to approve it at their own sign-in."
    )
    exit_code = 61


class ErasureOutdated(ShelterError):
    """What would be erased is not what was shown or proposed."""

    message = N_(
        "Something was added since this erasure was looked at. Nothing has been erased. Look at it again; "
        "if another case was opened for the person, withdraw the proposal."
    )
    exit_code = 62


class ErasureForged(ShelterError):
    """Nobody who may has signed this proposal."""

    message = N_(
        "This proposal was not signed by the person whose name it bears. Nothing has been erased. Withdraw it, keep the "
        "newest backup apart, and find out who has worked on the files of the vault."
    )
    exit_code = 108


class ErasureHeld(ShelterError):
    """Somebody marked that nothing of this person is erased."""

    message = N_(
        "This person is marked as one of whom nothing is erased. Lift the mark first, if its reason is gone."
    )
    exit_code = 63


class ErasureWaits(ShelterError):
    """Rows of a register that wait for a decision may be about the person."""

    message = N_(
        "Rows of a register that wait for a decision may be about this person ({count}). "
        "Decide on them under Exchange first; what waits cannot be erased with the case."
    )
    exit_code = 64


class PasswordDue(ShelterError):
    """Somebody signed in with a password that another person knows, and has to choose one first."""

    message = N_(
        "This password counts for one sign-in. Choose one of your own first, in the window or with: "
        "shelter-app vault users password DIR"
    )
    exit_code = 51
