"""From coded facts to a release that no attack undoes, or to fewer tables, or to an honest sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from shelter_app.anonymise.attack import ROUNDING, THRESHOLD, Audit, attack
from shelter_app.anonymise.coded import CodedFacts
from shelter_app.anonymise.release import (
    Cell,
    CellKey,
    Counts,
    Notice,
    ProtectedRelease,
    Protection,
    Reason,
    Table,
)
from shelter_app.anonymise.suppression import StuckError, choose_hidden, kind_of, rounded_to_ten
from shelter_app.anonymise.tables import SMALL_OFFICE, TABLE_IDS, CountTable, standard_tables
from shelter_i18n import N_

__all__ = ["protect"]

#: The order in which tables are given up, the finest first; ages become coarser before sex goes.
_FINEST = (
    *("sex_age", "exploitation_country", "citizenship", "means_of_control", "services", "exploitation_type"),
    *("return_outcome", "return_stage", "persons"),
)
_SMALL_NOTICE = Notice(
    "small-office",
    N_(
        "Fewer than 50 persons are in this period. Any table would say something about single persons, so none "
        "is made. Choose a longer period, or let the national office add up the figures of several offices."
    ),
)
_COARSE_NOTICES = (
    Notice(
        "coarse-ages",
        N_(
            "Ages are given for minors and adults only: with finer ages the small groups could be worked out."
        ),
        "sex_age",
    ),
    Notice("no-ages", N_("Ages are left out: with them the small groups could be worked out."), "sex_age"),
)
_LEFT_OUT = N_("This table is left out: with so few persons no form of it is safe. A longer period helps.")
_NOTHING = Notice(
    "nothing-safe",
    N_("With the persons of this period no table is safe, so none is made. A longer period helps."),
)


def protect(facts: CodedFacts, seed: bytes, on_attack: Callable[[int], None] | None = None) -> Protection:
    """The release for the receiver, and the reasons for the preview.

    The same facts and the same `seed` (a secret of the vault) give the same release. `on_attack` hears how
    many attacks were tried and may raise to stop. Nothing unsafe is ever returned: where no choice of hidden
    figures is safe, the finest table goes, and the published object is attacked again before it is given out.
    """
    codebooks = (("CTDC", "2024-02"), *((item.name, item.version) for item in facts.codes.all()))
    empty = ProtectedRelease(facts.period, codebooks, THRESHOLD, ROUNDING)
    if len(facts.rows) < SMALL_OFFICE:
        return Protection(replace(empty, notices=(_SMALL_NOTICE,)))
    coarse, left_out = 0, list[str]()
    while True:
        tables = [table for table in standard_tables(facts, coarse) if table.id not in left_out]
        if not tables:
            return Protection(replace(empty, notices=(_NOTHING,)))
        try:
            hidden = choose_hidden(tables, seed, on_attack)
            release, audit = _publish(empty, tables, hidden.reasons)
            if audit.held:
                notices = _notices(coarse if "sex_age" not in left_out else 0, left_out)
                return Protection(_described(release, audit, notices), hidden.reasons)
            culprit = audit.findings[0].key.table
        except StuckError as stuck:
            culprit = stuck.table
        if culprit == "sex_age" and coarse < len(_COARSE_NOTICES):
            coarse += 1
            continue
        present = {table.id for table in tables}
        left_out.append(culprit if culprit in present else next(name for name in _FINEST if name in present))


def _publish(
    empty: ProtectedRelease, tables: Sequence[CountTable], hidden: Mapping[CellKey, Reason]
) -> tuple[ProtectedRelease, Audit]:
    """The release with its true counts gone, and what an attacker makes of it."""
    release = replace(empty, tables=tuple(_published(table, hidden) for table in tables))
    return release, attack(release)


def _published(table: CountTable, hidden: Mapping[CellKey, Reason]) -> Table:
    def cell(key: CellKey, count: int) -> Cell:
        if key in hidden:
            return Cell("hidden")
        return Cell("small") if kind_of(count) == "small" else Cell("shown", rounded_to_ten(count))

    return Table(
        id=table.id,
        title=table.title,
        rows=table.rows,
        columns=table.columns,
        cells=tuple(
            tuple(
                cell(CellKey(table.id, row.code, column.code), count)
                for column, count in zip(table.columns, line, strict=True)
            )
            for row, line in zip(table.rows, table.counts, strict=True)
        ),
        additive=table.additive,
        base=table.base,
        sensitive=table.sensitive,
        folded=table.folded,
        codelist=table.codelist,
        notes=table.notes,
    )


def _notices(coarse: int, left_out: Iterable[str]) -> tuple[Notice, ...]:
    coarser = _COARSE_NOTICES[coarse - 1 : coarse] if coarse else ()
    return (*coarser, *(Notice("left-out", _LEFT_OUT, table) for table in left_out))


def _described(release: ProtectedRelease, audit: Audit, notices: tuple[Notice, ...]) -> ProtectedRelease:
    cells = [cell.kind for table in release.tables for _, _, cell in table.walk()]
    merged = sum(len(table.folded) for table in release.tables if table.codelist != "countries")
    return replace(
        release,
        checks=audit.checks,
        notices=notices,
        share_kept=_share_kept(release, audit),
        counts=Counts(cells.count("shown"), cells.count("small"), cells.count("hidden"), merged),
    )


def _share_kept(release: ProtectedRelease, audit: Audit) -> float:
    """The share of persons times tables that stands in shown figures, estimated from the release alone.

    An exact share would be one more figure for an attacker; this one counts each figure that is not shown as
    the middle of what the attacker can prove, and a table that was left out as if it were all hidden.
    """
    shown = total = 0.0

    def middle(key: CellKey, cell: Cell) -> float:
        if cell.value is not None:
            return float(cell.value)
        low, high = audit.intervals[key]
        return (low + high) / 2 if high < math.inf else low

    for table in release.tables:
        for row, column, cell in table.walk():
            if row.role in {"base", "total"} or (column.role == "total" and len(table.columns) > 1):
                continue
            shown += cell.value or 0
            total += middle(CellKey(table.id, row.code, column.code), cell)
    first = release.tables[0]
    everybody = next(iter(_corner(first)))
    total += (len(TABLE_IDS) - len(release.tables)) * middle(
        everybody, first.cell(everybody.row, everybody.column)
    )
    return round(shown / total, 3) if total else 0.0


def _corner(table: Table) -> Iterable[CellKey]:
    """The cell that counts all persons."""
    for row, column, _ in table.walk():
        if row.role == column.role == "total":
            yield CellKey(table.id, row.code, column.code)
