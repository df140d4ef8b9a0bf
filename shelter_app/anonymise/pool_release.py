"""From the totals of a pool straight to protected tables: the totals themselves are given to nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from shelter_app.anonymise.pool_layout import COVERED, Counts, PoolLayout
from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.release import Notice, ProtectedRelease, Table
from shelter_app.domain.periods import Period
from shelter_i18n import N_

__all__ = ["protect_totals"]

_POOLED = Notice(
    "pool",
    N_(
        "These are the figures of several offices together. They were added up from shares of which none shows "
        "anything alone, so that neither receiver was shown the figures of a single office."
    ),
)
_TWO_COUNTRIES = N_("A person with more than two countries of exploitation is counted in two of them.")


def protect_totals(
    layout: PoolLayout,
    totals: Counts,
    period: Period,
    seed: bytes,
    on_attack: Callable[[int], None] | None = None,
) -> ProtectedRelease:
    """The release of a whole network: what `protect` would make of all its persons, rounded, and nothing else.

    The reasons why figures are hidden are not given: who combines a pool is no office that knows its own cases.
    `seed` is a secret of whoever combines; `on_attack` as in `protect`.

    Raises:
        TotalsDoNotFit: the totals contradict each other.
    """
    facts = layout.facts(totals, period)
    release = protect(facts, seed, on_attack, tables=COVERED, exact=False).release
    return replace(
        release, tables=tuple(_noted(table) for table in release.tables), notices=(_POOLED, *release.notices)
    )


def _noted(table: Table) -> Table:
    if table.id != "exploitation_country":
        return table
    return replace(table, notes=(*table.notes, _TWO_COUNTRIES))
