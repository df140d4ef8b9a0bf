"""What a person should know before a summary is written: who is in no figure yet, and what it would settle for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shelter_app.casework.registers import waiting_count
from shelter_app.casework.session import Session
from shelter_app.casework.summary import Preview
from shelter_app.casework.summary_facts import coded_facts
from shelter_app.domain.periods import Period
from shelter_app.errors import ShelterError
from shelter_i18n import N_, _, ngettext

__all__ = ["Concerns", "NothingToReport", "ShortPeriod", "concerns", "refuse_by_mistake"]

#: No reporting period is shorter than a month; a shorter one is likely a slip of the keyboard.
_SHORT_DAYS: Final = 28


class NothingToReport(ShelterError):
    """The summary holds no table, so writing it would only use its period up."""

    message = N_(
        "Too few persons are in {period} for any table, so there is nothing to report, and nothing has been written. "
        "Choose a longer period."
    )
    exit_code = 32


class ShortPeriod(ShelterError):
    """The period is shorter than a month, and nobody said that it is meant."""

    message = N_(
        "{period} is shorter than a month. A summary that has been written stands for good, and later ones that "
        "count the same persons may show less. Nothing has been written. If these days are meant, repeat the call with "
        "--short-period."
    )
    exit_code = 33


@dataclass(frozen=True, slots=True)
class Concerns:
    """What stands against writing a summary now; nothing of it is a fault."""

    #: Rows of registers that wait for a decision: their persons are in no figure.
    waiting_rows: int
    short_period: bool
    #: What would help where there is no table at all; "" where there is one.
    help_text: str = ""

    @property
    def waiting_text(self) -> str:
        """How many rows are in no figure and what to do; "" where there is none."""
        if not self.waiting_rows:
            return ""
        return ngettext(
            "{number} row of a register waits for a decision, so this person is in no figure. Decide on the page of "
            "registers first: figures that have been written stay as they are.",
            "{number} rows of registers wait for a decision, so these persons are in no figure. Decide on the page of "
            "registers first: figures that have been written stay as they are.",
            self.waiting_rows,
        ).format(number=self.waiting_rows)

    @property
    def short_text(self) -> str:
        """What a short period means; "" for any other."""
        text = _(
            "This period is shorter than a month. A summary that has been written stands for good, and later ones "
            "that count the same persons may show less."
        )
        return text if self.short_period else ""


def is_short(period: Period) -> bool:
    """Whether a period is shorter than any that a post reports."""
    return (period.last - period.first).days + 1 < _SHORT_DAYS


def concerns(session: Session, preview: Preview) -> Concerns:
    """What to know before the summary of a preview is written; a repeated one cannot change any more."""
    if preview.repeated:
        return Concerns(0, short_period=False)
    period = preview.period
    advice = "" if preview.release.tables else _what_helps(session, period)
    return Concerns(waiting_count(session, period), is_short(period), advice)


def _what_helps(session: Session, period: Period) -> str:
    """The shortest longer period that has enough persons for tables, or what else there is where none has."""
    from shelter_app.anonymise.tables import SMALL_OFFICE

    longest = period
    for longer in _longer(period):
        if len(coded_facts(session, longer)[0].rows) >= SMALL_OFFICE:
            return _("{period} has enough persons for tables: report that period instead.").format(
                period=longer.text
            )
        longest = longer
    return _(
        "{period} has fewer than {number} persons too, so a longer period does not help soon. Contribute to a pool: there "
        "nobody sees the figures of one office, only the sums of all. Or let the national office report several offices."
    ).format(period=longest.text, number=SMALL_OFFICE)


def _longer(period: Period) -> Iterator[Period]:
    """The quarter, half-year and year around a period, and two years, as far as they are longer; the shortest first."""
    year, month = period.first.year, period.first.month
    around = [
        Period.parse(f"{year:04d}-Q{(month + 2) // 3}"),
        Period.parse(f"{year:04d}-H{(month + 5) // 6}"),
        Period.parse(f"{year:04d}"),
    ]
    if year > dt.MINYEAR:
        around.append(Period(dt.date(year - 1, 1, 1), around[-1].last))
    for each in around:
        if each.first <= period.first and period.last <= each.last and each != period:
            yield each


def refuse_by_mistake(preview: Preview, *, short_meant: bool) -> None:
    """Pass if a summary is worth the period that it settles.

    Raises:
        NothingToReport, ShortPeriod: nothing has been written.
    """
    if preview.repeated:
        return
    if not preview.release.tables:
        raise NothingToReport(period=preview.period.text)
    if is_short(preview.period) and not short_meant:
        raise ShortPeriod(period=preview.period.text)
