"""From coded facts to a release that no attack undoes, or to fewer tables, or to an honest sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from shelter_app.anonymise.attack import EXACT, EXACT_FROM, ROUNDING, THRESHOLD, Audit, attack
from shelter_app.anonymise.axes import Facts, Leaves
from shelter_app.anonymise.coded import CodedFacts
from shelter_app.anonymise.histories import Earlier, History
from shelter_app.anonymise.joint import Joint
from shelter_app.anonymise.naming import names_of
from shelter_app.anonymise.release import (
    Category,
    Cell,
    CellKey,
    Counts,
    Notice,
    ProtectedRelease,
    Protection,
    Reason,
    Table,
)
from shelter_app.anonymise.suppression import StuckError, choose_hidden, kind_of, rounded
from shelter_app.anonymise.tables import (
    ONE_WAY,
    ROUNDED_NOTE,
    SMALL_OFFICE,
    TABLE_IDS,
    CountTable,
    cross_tables,
    one_way_tables,
)
from shelter_i18n import N_

__all__ = ["protect"]

#: More variables than this are not searched for crosses; a count, so that every laptop decides alike.
_MOST_TOGETHER = 1500
#: The order in which tables are given up, the finest first; ages become coarser before sex goes.
_FINEST = (
    *("sex_age", "exploitation_country", "citizenship", "means_of_control", "recruiter_relation", "duration"),
    *("services", "exploitation_type", "return_outcome", "return_stage", "persons"),
)
_SMALL_NOTICE = Notice(
    "small-office",
    N_(
        "Fewer than 50 persons are in this period. Any table would say something about single persons, so none "
        "is made. A longer period helps, a contribution to a pool of many offices, or a report of the national office."
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
_EXACT_NOTE = N_("Figures are exact.")
_LEFT_OUT = N_("This table is left out: with so few persons no form of it is safe. A longer period helps.")
_NO_CROSSES = Notice(
    "no-crosses",
    N_(
        "Tables that cross two facts are left out: earlier reports count the same persons, and beside all of them only "
        "the simple tables were checked. A period that counts other persons can have them."
    ),
)
_NOTHING = Notice(
    "nothing-safe",
    N_("With the persons of this period no table is safe, so none is made. A longer period helps."),
)


def protect(
    facts: CodedFacts,
    seed: bytes,
    on_attack: Callable[[int], None] | None = None,
    *,
    tables: Collection[str] = TABLE_IDS,
    exact: bool = True,
    earlier: Sequence[Earlier] = (),
) -> Protection:
    """The release for the receiver, and the reasons for the preview.

    The same facts and the same `seed` (a secret of the vault) give the same release. `on_attack` hears how
    many attacks were tried and may raise to stop. Nothing unsafe is ever returned: where no choice of hidden
    figures is safe, the finest table goes, and the published object is attacked again before it is given out.
    Tables of one dimension are settled first; a cross that cannot stand beside them goes, never one of them.
    Only `tables` are tried. Unless `exact` is False, figures of 5,000 persons or more whom no earlier release counts
    are not rounded. With `earlier` releases the new one is safe beside all of them as well.
    """
    codebooks = (("CTDC", "2024-02"), *((item.name, item.version) for item in facts.codes.all()))
    rounding = EXACT if exact and len(facts.rows) >= EXACT_FROM and _apart(facts, earlier) else ROUNDING
    beside = _Beside(facts, earlier)
    empty = ProtectedRelease(facts.period, codebooks, THRESHOLD, rounding, 0 if beside.history else THRESHOLD)
    if len(facts.rows) < SMALL_OFFICE:
        return Protection(replace(empty, notices=(_SMALL_NOTICE,)))
    attempts = _Attempts(empty, seed, on_attack, beside)
    columns = Facts(facts.rows, facts.codes, beside.may_stand)
    settled, coarse, left_out = _settle_one_way(attempts, columns, tables)
    if settled is None:
        return Protection(replace(empty, notices=(_NOTHING,)))
    crosses = cross_tables(columns, coarse, tables)
    light = beside.is_light([*settled.tables, *crosses])
    if light:
        settled = _settle_crosses(attempts, settled, crosses)
        present = {table.id for table in settled.tables}
        left_out += [name for name in tables if name not in ONE_WAY and name not in present]
    release, audit, reasons = settled.outcome
    notices = _notices(coarse if "sex_age" not in left_out else 0, left_out)
    if crosses and not light:
        notices = (*notices, _NO_CROSSES)
    return Protection(_described(release, audit, notices, len(tables)), reasons)


def _apart(facts: CodedFacts, earlier: Sequence[Earlier]) -> bool:
    """Whether no earlier release counts anybody of this one."""
    return not any(row is not None for each in earlier for row in each.rows[: len(facts.rows)])


class _Beside:
    """The earlier releases that can be compared with the new one, and whom all of them count."""

    def __init__(self, facts: CodedFacts, earlier: Sequence[Earlier]) -> None:
        self.earlier = tuple(each for each in earlier if each.release.tables)
        self.history: History | None = None
        if self.earlier:
            absent = [None] * (len(self.earlier[0].rows) - len(facts.rows))
            self.history = History([*(each.rows for each in self.earlier), [*facts.rows, *absent]])
        self._rows = [
            {name for table in each.release.tables for line in names_of(table) for name in line}
            for each in self.earlier
        ]

    def is_light(self, tables: Sequence[CountTable]) -> bool:
        """Whether these tables and all earlier ones are few enough to be attacked together in reasonable time."""
        return self.history is None or Joint(tables, self.earlier, self.history, {}, 0).size <= _MOST_TOGETHER

    def may_stand(self, dimension: str, leaves: Leaves) -> bool:
        """Whether a category may have a row of its own: it had one before, or not a few of it have come since."""
        name = ((dimension, leaves),)
        return self.history is None or all(
            name in rows
            or not self.history.in_common(place)
            or not 0 < self.history.entered(name, place) < THRESHOLD
            for place, rows in enumerate(self._rows)
        )


@dataclass(frozen=True)
class _Settled:
    """Tables that can stand together, and how they are published."""

    tables: tuple[CountTable, ...]
    outcome: tuple[ProtectedRelease, Audit, Mapping[CellKey, Reason]]


class _Attempts:
    """Tries sets of tables; what comes out has been attacked as it would be published."""

    def __init__(
        self,
        empty: ProtectedRelease,
        seed: bytes,
        on_attack: Callable[[int], None] | None,
        beside: _Beside,
    ) -> None:
        self.empty, self._seed, self._tell, self._beside = empty, seed, on_attack, beside
        self._before = self._now = 0

    def _heard(self, attacks: int) -> None:
        self._now = attacks
        if self._tell is not None:
            self._tell(self._before + attacks)

    def settle(self, tables: Sequence[CountTable]) -> _Settled | str:
        """The tables, protected; or the id of one that cannot stand among them."""
        try:
            hidden = choose_hidden(
                tables, self._seed, self._heard,
                rounding=self.empty.rounding, earlier=self._beside.earlier, history=self._beside.history,
            )  # fmt: skip
        except StuckError as stuck:
            return stuck.table
        finally:
            self._before, self._now = self._before + self._now, 0
        release, audit = self._publish(tables, hidden.reasons)
        if not audit.held:
            return audit.findings[0].key.table
        return _Settled(tuple(tables), (release, audit, hidden.reasons))

    def _publish(
        self, tables: Sequence[CountTable], hidden: Mapping[CellKey, Reason]
    ) -> tuple[ProtectedRelease, Audit]:
        """The release with its true counts gone, and what an attacker makes of it."""
        published = tuple(_published(table, hidden, self.empty.rounding) for table in tables)
        release = replace(self.empty, tables=published)
        return release, attack(release, self._beside.earlier, self._beside.history)


def _settle_one_way(
    attempts: _Attempts, columns: Facts, wanted: Collection[str]
) -> tuple[_Settled | None, int, list[str]]:
    """Tables of one dimension, how coarse ages had to become, and what had to be left out."""
    coarse, left_out = 0, list[str]()
    while True:
        tables = [
            table
            for table in one_way_tables(columns, coarse)
            if table.id in wanted and table.id not in left_out
        ]
        if not tables:
            return None, coarse, left_out
        found = attempts.settle(tables)
        if isinstance(found, _Settled):
            return found, coarse, left_out
        if found == "sex_age" and coarse < len(_COARSE_NOTICES):
            coarse += 1
            continue
        present = {table.id for table in tables}
        left_out.append(found if found in present else next(name for name in _FINEST if name in present))


def _settle_crosses(attempts: _Attempts, settled: _Settled, crosses: Sequence[CountTable]) -> _Settled:
    """As many crosses beside the settled tables as can stand there."""
    chosen = list(crosses)
    while chosen:
        found = attempts.settle([*settled.tables, *chosen])
        if isinstance(found, _Settled):
            return found
        names = [table.id for table in chosen]
        # Where a margin is what fails, the least useful cross goes.
        chosen.pop(names.index(found) if found in names else -1)
    return settled


def _published(table: CountTable, hidden: Mapping[CellKey, Reason], rounding: int) -> Table:
    def cell(key: CellKey, count: int) -> Cell:
        if key in hidden:
            return Cell("hidden")
        return Cell("small") if kind_of(count) == "small" else Cell("shown", rounded(count, rounding))

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
        notes=tuple(
            _EXACT_NOTE if rounding == EXACT and note == ROUNDED_NOTE else note for note in table.notes
        ),
        columns_additive=table.columns_additive,
        columns_sensitive=table.columns_sensitive,
        columns_folded=table.columns_folded,
        universe=table.universe,
    )


def _notices(coarse: int, left_out: Iterable[str]) -> tuple[Notice, ...]:
    coarser = _COARSE_NOTICES[coarse - 1 : coarse] if coarse else ()
    return (*coarser, *(Notice("left-out", _LEFT_OUT, table) for table in left_out))


def _described(
    release: ProtectedRelease, audit: Audit, notices: tuple[Notice, ...], wanted: int
) -> ProtectedRelease:
    cells = [cell.kind for table in release.tables for _, _, cell in table.walk()]
    merged = sum(len(table.folded) for table in release.tables if table.codelist != "countries")
    return replace(
        release,
        checks=audit.checks,
        notices=notices,
        share_kept=_share_kept(release, audit, wanted),
        counts=Counts(cells.count("shown"), cells.count("small"), cells.count("hidden"), merged),
    )


def _share_kept(release: ProtectedRelease, audit: Audit, wanted: int) -> float:
    """The share of persons times tables that stands in shown figures, estimated from the release alone.

    An exact share would be one more figure for an attacker; this one counts each figure that is not shown as
    the middle of what the attacker can prove (in a cross no more than its row has), and a table that was left
    out as if it were all hidden.
    """
    shown = total = 0.0

    def middle(table: Table, row: Category, column: Category, cell: Cell) -> float:
        if cell.value is not None:
            return float(cell.value)
        low, high = audit.intervals[CellKey(table.id, row.code, column.code)]
        return (low + high) / 2 if high < math.inf else low

    for table in release.tables:
        for row, line in zip(table.rows, table.cells, strict=True):
            if row.role in {"base", "total"}:
                continue
            cells = list(zip(table.columns, line, strict=True))
            inner = cells if len(cells) == 1 else [each for each in cells if each[0].role != "total"]
            seen = sum(cell.value or 0 for _, cell in inner)
            unseen = sum(middle(table, row, column, cell) for column, cell in inner if cell.value is None)
            if len(cells) > 1:
                whole = next(
                    middle(table, row, column, cell) for column, cell in cells if column.role == "total"
                )
                unseen = min(unseen, max(0.0, whole - seen) if table.columns_additive else whole)
            shown += seen
            total += seen + unseen
    everybody = next(
        middle(table, row, column, cell)
        for table in release.tables
        for row, column, cell in table.walk()
        if row.role == column.role == "total" and not table.universe
    )
    total += (wanted - len(release.tables)) * everybody
    return round(shown / total, 3) if total else 0.0
