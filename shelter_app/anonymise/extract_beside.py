"""An extract that tells nothing together with the tables of its period, or a sentence that says what to do."""

from __future__ import annotations

from dataclasses import replace

from shelter_app.anonymise.extract import THRESHOLD, Caution, Keep, ProtectedExtract, make_extract
from shelter_app.anonymise.extract_columns import CODEBOOKS, FLAGS
from shelter_app.anonymise.extract_joint import joint_findings
from shelter_app.anonymise.extract_rows import RecordFacts
from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.errors import ShelterError
from shelter_i18n import N_

__all__ = ["GivesTablesAway", "TablesDiffer", "make_beside"]

#: More than one in so many persons is never drawn into the blank class: an extract of blanks helps nobody.
_MOST_BLANK = 10


class GivesTablesAway(ShelterError):
    """With the tables of the period that were published before, no extract of it is safe."""

    message = N_(
        "No extract was made: together with the tables of {period} that were made before, it would show small figures "
        "that the tables hide. Make the extract for a longer period of which no tables were made, or leave it at the tables."
    )
    exit_code = 122


class TablesDiffer(ShelterError):
    """The tables of the period were made from other entries than there are now."""

    message = N_(
        "No extract was made: the tables of {period} were made before, and the entries have changed so much since that "
        "both together would show who was added or corrected. Make the extract for a period of which no tables were made."
    )
    exit_code = 123


def make_beside(
    release: ProtectedRelease | None,
    facts: RecordFacts,
    seed: bytes,
    *,
    codebook: str = CODEBOOKS[0],
    keep: Keep = "even",
) -> ProtectedExtract:
    """The extract of a period that tells nothing together with the tables of that period, if there are any.

    Where both together would tell something, the extract becomes more careful: an answer that nearly everybody gives
    is left out, or more persons are drawn into the blank class and left out of the file.

    Raises:
        OfficeTooSmall, KeyError: as `make_extract`.
        GivesTablesAway: no degree of care is enough.
        TablesDiffer: the tables cannot be of the same persons.
    """
    caution = Caution()
    while caution.more_blank <= len(facts.rows) // _MOST_BLANK:
        made = make_extract(facts, seed, codebook=codebook, keep=keep, caution=caution)
        found = joint_findings(made.extract, release) if release is not None else ()
        if not found:
            return made
        codes = {finding.code for finding in found}
        if "contradicts" in codes:
            raise TablesDiffer(period=facts.period.text)
        if "unknown-table" in codes:
            break
        nearly = {column for finding in found if finding.code == "everybody" for column in finding.columns}
        nearly &= set(FLAGS)
        if nearly - caution.without:
            caution = replace(caution, without=caution.without | nearly)
        else:
            caution = replace(caution, more_blank=2 * caution.more_blank + THRESHOLD)
    raise GivesTablesAway(period=facts.period.text)
