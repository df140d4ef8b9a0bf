"""Which figures to hide so that every attack fails and as few persons as possible are hidden.

Each round attacks the tables as they would be published. The prices of an attack that succeeds say which
figures it rests on: at least so many of them must be hidden. The cheapest choice that satisfies everything
learnt so far is attacked in the next round (Benders' decomposition of Fischetti and Salazar's cell suppression).
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from shelter_app.anonymise.lp import TOLERANCE, Extreme, Row, System, cheapest_choice
from shelter_app.anonymise.release import CellKey, Kind, Reason, ReasonCode
from shelter_app.anonymise.tables import CountTable

__all__ = ["Hidden", "StuckError", "choose_hidden", "kind_of"]

_SMALL_MAX = 10
_ROUND = 10
_ROUNDS = 80
#: Beside the persons that it hides, every hidden figure costs a little: fewer gaps are easier to read.
_GAP = 5


class StuckError(Exception):
    """No choice of hidden figures makes `table` safe; the caller leaves it out or makes it coarser."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


@dataclass(frozen=True, slots=True)
class Hidden:
    """The figures to hide, each with the reason, and the number of attacks it took to find them."""

    reasons: dict[CellKey, Reason]
    attempts: int


@dataclass(slots=True)
class _Figure:
    """One true count, which may stand in several tables."""

    count: int
    floor: int
    keys: list[CellKey] = field(default_factory=list)

    @property
    def bounds(self) -> tuple[float, float]:
        """What its published form tells when it is shown, or is too small to be shown."""
        if self.count <= _SMALL_MAX:
            return 0.0, float(_SMALL_MAX)
        rounded = rounded_to_ten(self.count)
        return float(max(self.floor, rounded - 5)), float(rounded + 4)


@dataclass(frozen=True, slots=True)
class _Cut:
    """What one successful attack demands of the choice, and which figure it was aimed at."""

    row: Row
    reason: Reason


def rounded_to_ten(count: int) -> int:
    """The nearest multiple of 10, halves up."""
    return (count + 5) // 10 * 10


def kind_of(count: int) -> Kind:
    """How a count is published when nothing else asks for hiding it."""
    return "small" if count <= _SMALL_MAX else "shown"


class _Model:
    """The true tables as figures and equations, in the shape in which they would be published."""

    def __init__(self, tables: Sequence[CountTable]) -> None:
        self.tables = tables
        self.figures: list[_Figure] = []
        self.of: dict[CellKey, int] = {}
        self.rows: list[Row] = []
        names: dict[tuple[str, str], int] = {}
        for table in tables:
            for row, line in zip(table.rows, table.counts, strict=True):
                for column, count in zip(table.columns, line, strict=True):
                    key = CellKey(table.id, row.code, column.code)
                    name = (table.id, f"{row.code}/{column.code}")
                    if column.role == "total" and row.role in {"total", "base"}:
                        name = (row.role, table.base if row.role == "base" else "")
                    floor = 0
                    if column.role == "total":
                        floor = row.least
                    if row.role == "total":
                        floor = max(floor, column.least)
                    if name not in names:
                        names[name] = len(self.figures)
                        self.figures.append(_Figure(count, max(floor, _SMALL_MAX + 1)))
                    self.figures[names[name]].keys.append(key)
                    self.of[key] = names[name]
        for table in tables:
            self._tie(table)

    def _sum(self, parts: Sequence[CellKey], whole: CellKey, upper: float = 0.0) -> None:
        terms = tuple((self.of[key], 1.0) for key in parts)
        self.rows.append(Row((*terms, (self.of[whole], -1.0)), 0.0, upper))

    def _tie(self, table: CountTable) -> None:
        for line in lines_of(table):
            inner = line.items + line.none
            if line.base is None:
                self._sum(inner, line.total)
                continue
            self._sum((line.base, *line.none), line.total)
            # When nobody stands in two rows an attacker may guess so, whatever the note below the table says.
            self._sum(line.items, line.base, 0.0 if table.additive or table.exclusive else math.inf)
            if not (table.additive or table.exclusive):
                for key in line.items:
                    self.rows.append(Row(((self.of[key], 1.0), (self.of[line.base], -1.0)), -math.inf, 0.0))


@dataclass(frozen=True, slots=True)
class _Line:
    """Figures that belong together; `named` are the items that stand for one category, not for "other"."""

    items: tuple[CellKey, ...]
    named: tuple[CellKey, ...]
    none: tuple[CellKey, ...]
    base: CellKey | None
    total: CellKey


def lines_of(table: CountTable) -> Iterator[_Line]:
    """Every line of figures that belong together: down each column, and across each row of a cross table."""
    axes = [[(row, CellKey(table.id, row.code, c.code)) for row in table.rows] for c in table.columns]
    if len(table.columns) > 1:
        axes += [[(c, CellKey(table.id, row.code, c.code)) for c in table.columns] for row in table.rows]
    for axis in axes:
        yield _Line(
            items=tuple(key for category, key in axis if category.role == "item"),
            named=tuple(key for category, key in axis if category.role == "item" and category.least),
            none=tuple(key for category, key in axis if category.role == "none"),
            base=next((key for category, key in axis if category.role == "base"), None),
            total=next(key for category, key in axis if category.role == "total"),
        )


def choose_hidden(
    tables: Sequence[CountTable], seed: bytes, on_attack: Callable[[int], None] | None = None
) -> Hidden:
    """The figures to hide; `on_attack` hears after every round how many attacks were tried, and may raise.

    Raises:
        StuckError: a table has no safe form, or none was found with bounded effort.
    """
    search = _Search(_Model(tables), seed)
    for _ in range(_ROUNDS):
        cuts = search.attack()
        if on_attack is not None:
            on_attack(search.attempts)
        if not cuts:
            return Hidden(search.reasons(), search.attempts)
        search.learn(cuts)
    raise StuckError(search.last_table)


class _Search:
    """The rounds: the figures hidden now, and what has been learnt about any safe choice."""

    def __init__(self, model: _Model, seed: bytes) -> None:
        self.model = model
        self.attempts = 0
        self.last_table = model.tables[0].id
        self._system = System([figure.bounds for figure in model.figures], model.rows)
        self._hidden: frozenset[int] = frozenset()
        self._free = [index for index, figure in enumerate(model.figures) if figure.count > _SMALL_MAX]
        self._costs = [_cost(figure, seed) if figure.count > _SMALL_MAX else 0 for figure in model.figures]
        self._cuts: list[_Cut] = []
        self._fixed = list(self._never_alone())

    def _never_alone(self) -> Iterator[_Cut]:
        """In a sensitive table one hidden figure alone would say why it is hidden: never exactly one."""
        for table in self.model.tables:
            for line in lines_of(table) if table.sensitive else ():
                free = [self.model.of[key] for key in line.named if self.model.of[key] in self._free]
                for one in free:
                    terms = ((one, -1.0), *((other, 1.0) for other in free if other != one))
                    yield _Cut(Row(terms, 0.0, math.inf), Reason("company", self._key(one)))

    def _key(self, figure: int) -> CellKey:
        return self.model.figures[figure].keys[0]

    def _shape(self, figure: int) -> Kind:
        return "hidden" if figure in self._hidden else kind_of(self.model.figures[figure].count)

    # The attacks ---------------------------------------------------------------------------------------

    def attack(self) -> list[_Cut]:
        """Try everything against the present choice; what each success demands."""
        cuts: list[_Cut] = []
        for index in range(len(self.model.figures)):
            shape = self._shape(index)
            if shape == "small":
                cuts += self._group((index,), self._key(index))
            elif shape == "hidden":
                cuts += self._too_narrow(index)
        for table in self.model.tables:
            for line in lines_of(table):
                cuts += self._line(table, line)
        return cuts

    def _line(self, table: CountTable, line: _Line) -> Iterator[_Cut]:
        groups = {line.items + line.none, line.items} if line.base else {line.items + line.none}
        # An attacker who guesses that nobody stands in two rows may add up the rows of any table.
        for group in sorted(groups) if table.additive or table.exclusive else ():
            members = [self.model.of[key] for key in group]
            small = tuple(member for member in members if self._shape(member) == "small")
            if len(small) > 1:
                yield from self._group(small, line.total)
        if table.sensitive:
            whole = self.model.of[line.base or line.total]
            for key in line.named:
                # A hidden one is never alone, so that nothing holds it up; the final attack tries it all the same.
                if self._shape(self.model.of[key]) == "shown":
                    yield from self._everybody(self.model.of[key], whole)

    def _ask(self, target: dict[int, float], up: bool) -> Extreme:
        self.attempts += 1
        return self._system.largest(target) if up else self._system.smallest(target)

    def _group(self, members: tuple[int, ...], key: CellKey) -> Iterator[_Cut]:
        """Small figures, one or those of a line together: may nobody be there, may ten be there?"""
        target = dict.fromkeys(members, 1.0)
        low = self._ask(target, up=False)
        if low.value >= _SMALL_MAX + 1 - TOLERANCE:
            return
        alone = len(members) == 1
        if low.value > TOLERANCE:
            code: ReasonCode = "not-empty" if alone else "remainder"
            yield self._cut(low, low.value, Reason(code, key))
        high = self._ask(target, up=True)
        if high.value < _SMALL_MAX - TOLERANCE:
            code = "too-few" if alone else "remainder"
            yield self._cut(high, _SMALL_MAX - high.value, Reason(code, key))

    def _everybody(self, part: int, whole: int) -> Iterator[_Cut]:
        """A shown figure that may be more than nine tenths of a sensitive table must be hidden."""
        if self._ask({part: 10.0, whole: -9.0}, up=True).value > TOLERANCE:
            yield _Cut(Row(((part, 1.0),), 1.0, math.inf), Reason("everybody", self._key(part)))

    def _too_narrow(self, figure: int) -> Iterator[_Cut]:
        """A hidden figure must stay less certain than a rounded one, or it would better be shown."""
        low, high = self._ask({figure: 1.0}, up=False), self._ask({figure: 1.0}, up=True)
        need = _ROUND - (high.value - low.value)
        if need <= TOLERANCE:
            return
        gains = self._gains(low)
        for other, gain in self._gains(high).items():
            gains[other] = gains.get(other, 0.0) + gain
        gains.pop(figure, None)
        terms = [(other, min(1.0, gain / need)) for other, gain in gains.items()]
        yield _Cut(Row((*terms, (figure, -1.0)), 0.0, math.inf), Reason("narrow", self._key(figure)))

    def _gains(self, extreme: Extreme) -> dict[int, float]:
        """How much hiding each figure that is shown now could at most move the value of an attack."""
        gains: dict[int, float] = {}
        for figure in self._free:
            if figure in self._hidden or not extreme.prices:
                continue
            price = extreme.prices[figure]
            low, _ = self.model.figures[figure].bounds
            gain = price * (low - self.model.figures[figure].floor) if price > 0 else -price * math.inf
            if price and gain > TOLERANCE:
                gains[figure] = gain
        return gains

    def _cut(self, extreme: Extreme, need: float, reason: Reason) -> _Cut:
        terms = {figure: min(1.0, gain / need) for figure, gain in self._gains(extreme).items()}
        return _Cut(Row(tuple(sorted(terms.items())), 1.0 - TOLERANCE, math.inf), reason)

    # The choice ----------------------------------------------------------------------------------------

    def learn(self, cuts: Sequence[_Cut]) -> None:
        """Take the cheapest choice that satisfies all that has been learnt, with `cuts` added."""
        for cut in cuts:
            assert cut.reason.about is not None
            self.last_table = cut.reason.about.table
            if not cut.row.terms:
                raise StuckError(self.last_table)
        self._cuts += cuts
        chosen = cheapest_choice(self._costs, [cut.row for cut in (*self._fixed, *self._cuts)])
        if chosen is None:
            raise StuckError(self.last_table)
        chosen &= frozenset(self._free)
        for figure in chosen - self._hidden:
            self._system.set_bounds(figure, float(self.model.figures[figure].floor), math.inf)
        for figure in self._hidden - chosen:
            self._system.set_bounds(figure, *self.model.figures[figure].bounds)
        self._hidden = chosen

    def reasons(self) -> dict[CellKey, Reason]:
        """For each hidden figure, in every table that has it, the attack that it defeats."""
        found: dict[CellKey, Reason] = {}
        for figure in sorted(self._hidden):
            reason = self._reason(figure)
            for key in self.model.figures[figure].keys:
                found[key] = reason
        return found

    def _reason(self, figure: int) -> Reason:
        """The attack that most needs this figure hidden, among all that were met on the way."""
        best, rank = Reason("protects"), (0.0, 0)
        for cut in (*self._cuts, *self._fixed):
            terms = dict(cut.row.terms)
            idle = any(factor < 0 and other not in self._hidden for other, factor in terms.items())
            if terms.get(figure, 0.0) <= 0 or idle:
                continue
            others = sum(
                f for other, f in terms.items() if other in self._hidden and other != figure and f > 0
            )
            need = (round(terms[figure] / (others + terms[figure]), 6), -len(terms))
            if need > rank:
                best, rank = cut.reason, need
        return best


def _cost(figure: _Figure, seed: bytes) -> int:
    """Persons hidden, moved by a secret tenth up or down, so that the choice itself tells less."""
    text = "/".join(figure.keys[0]).encode()
    secret = int.from_bytes(hmac.digest(seed, text, hashlib.sha256)[:4]) / 2**32
    return round((figure.count * len(figure.keys) + _GAP) * 100 * (0.9 + 0.2 * secret))
