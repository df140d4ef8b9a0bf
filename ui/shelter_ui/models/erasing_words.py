"""What the pages and dialogs of erasing say: cases, what would go and stay, what holds it up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from shelter_app.casework.erasing import Preview
from shelter_app.domain.erasures import COUNTS
from shelter_app.domain.retention import HOLD_LABELS, Hold
from shelter_app.storage.cases import CaseRow
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number, format_short_date, join_list
from shelter_ui.models.case_words import form_words

__all__ = [
    "cases_words",
    "counted",
    "day_of",
    "entries_words",
    "holds_words",
    "stays_words",
    "who_words",
]


def cases_words(cases: Sequence[CaseRow]) -> str:
    """The numbers of these cases."""
    return join_list(case.number for case in cases)


def who_words(name: str, cases: Sequence[CaseRow]) -> str:
    """The name as it may be shown now, else the number of the first case."""
    return name or (cases[0].number if cases else "")


def holds_words(holds: Sequence[Hold]) -> str:
    """What holds an erasure up."""
    return join_list(_(HOLD_LABELS[hold]) for hold in holds)


def day_of(moment: dt.datetime | dt.date | None) -> str:
    """A day as lists show it."""
    if moment is None:
        return ""
    return format_short_date(moment.date() if isinstance(moment, dt.datetime) else moment)


def counted(preview: Preview) -> list[tuple[str, str]]:
    """What would go, each with its number; what there is none of is left out."""
    counts = {**preview.counts, "cases": len(preview.cases)}
    return [(_(COUNTS[name]), format_number(counts[name])) for name in COUNTS if counts.get(name)]


def entries_words(preview: Preview) -> str:
    """The entries by kind: "Note (3), Intake"."""
    kinds = Counter(entry.form for entry in preview.entries)
    return join_list(
        _("{form} ({number})").format(form=form_words(form), number=format_number(number))
        if number > 1
        else form_words(form)
        for form, number in kinds.items()
    )


def stays_words(preview: Preview, way: str) -> str:
    """What would stay."""
    if way == "all":
        return _("Nothing of the person. Figures of periods that were not reported yet will be without them.")
    return ngettext(
        "{number} coded answer, for figures alone: without name, case number, day or member of staff.",
        "{number} coded answers, for figures alone: without name, case number, day or member of staff.",
        preview.facts,
    ).format(number=format_number(preview.facts))
