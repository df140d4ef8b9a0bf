"""Which figures to hide so that every attack fails and as few persons as possible are hidden.

Each round attacks the tables as they would be published. The prices of an attack that succeeds say which
figures it rests on: at least so many of them must be hidden. The cheapest choice that satisfies everything
learnt so far is attacked in the next round (Benders' decomposition of Fischetti and Salazar's cell suppression).
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from shelter_app.anonymise.geometry import Geometry, Line, Relation, lines_of
from shelter_app.anonymise.histories import Earlier, History
from shelter_app.anonymise.joint import Joint
from shelter_app.anonymise.lp import TOLERANCE, Extreme, Row, System, Witnesses, cheapest_choice, farthest
from shelter_app.anonymise.release import CellKey, Kind, Reason, ReasonCode
from shelter_app.anonymise.tables import CountTable

__all__ = ["Hidden", "StuckError", "choose_hidden", "kind_of", "rounded"]

_SMALL_MAX = 10
#: A hidden figure is at least so uncertain, whether figures are rounded or exact.
_WIDE = 10
_ROUNDS = 80
#: After so many rounds nothing that is hidden is shown again: what is learnt then only adds to it.
_FREE_ROUNDS = 8
#: How often all open groups are asked for together, and how many successes are enough for one round.
_TOGETHER, _CUTS = 12, 40
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
    #: What it is at least when it is hidden, and in any case.
    floor: int
    least: int
    rounding: int
    keys: list[CellKey] = field(default_factory=list)

    @property
    def bounds(self) -> tuple[float, float]:
        """What its published form tells when it is shown, or is too small to be shown."""
        if self.count <= _SMALL_MAX:
            return 0.0, float(_SMALL_MAX)
        shown = rounded(self.count, self.rounding)
        return (
            float(max(self.least, _SMALL_MAX + 1, shown - self.rounding // 2)),
            float(shown + (self.rounding - 1) // 2),
        )


@dataclass(frozen=True, slots=True)
class _Cut:
    """What one successful attack demands of the choice, and which figure it was aimed at."""

    row: Row
    reason: Reason
    #: The table whose figures the attack rests on, where it was aimed at another release.
    blame: str = ""


def rounded(count: int, base: int) -> int:
    """The nearest multiple of `base` (10, or 1 for exact figures), halves up."""
    return (count + base // 2) // base * base


def kind_of(count: int) -> Kind:
    """How a count is published when nothing else asks for hiding it."""
    return "small" if count <= _SMALL_MAX else "shown"


class _Model:
    """The true tables as figures and equations, in the shape in which they would be published.

    Variables are the figures first, then what stands in no table but follows from the tables.
    """

    def __init__(
        self, tables: Sequence[CountTable], rounding: int, earlier: Sequence[Earlier], history: History | None
    ) -> None:
        self.tables = tables
        geometry = Geometry(tables)
        found: dict[int, _Figure] = {}
        self.of: dict[CellKey, int] = {}
        for table in tables:
            for row, names, line in zip(table.rows, table.names, table.counts, strict=True):
                for column, name, count in zip(table.columns, names, line, strict=True):
                    key = CellKey(table.id, row.code, column.code)
                    number = geometry.of[name]
                    floor = max(
                        row.least if column.role == "total" else 0, column.least if row.role == "total" else 0
                    )
                    hidden_least = _SMALL_MAX + 1 if history is None else 0
                    figure = found.setdefault(number, _Figure(count, hidden_least, 0, rounding))
                    assert figure.count == count, key
                    figure.floor = max(figure.floor, floor)
                    figure.least = max(figure.least, floor)
                    figure.keys.append(key)
                    self.of[key] = number
        #: Figures by number; the numbers of what stands in no table are missing.
        self.figures = found
        self._own = self.size = len(geometry.of)
        self.rows = list(_equations(geometry.relations))
        self.joint: Joint | None = None
        if history is not None:
            self.joint = Joint(tables, earlier, history, geometry.of, self.size)
            self.size += len(self.joint.bounds)
            self.rows += self.joint.rows
        self.lines = [
            (table, line, [[self.number(table, place) for place in group] for group in _groups(line)])
            for table in tables
            for line in lines_of(table)
        ]

    def number(self, table: CountTable, place: tuple[int, int]) -> int:
        """The figure at a place of a table."""
        return self.of[CellKey(table.id, table.rows[place[0]].code, table.columns[place[1]].code)]

    @property
    def bounds(self) -> list[tuple[float, float]]:
        """Of every variable, with nothing hidden."""
        own = [
            self.figures[number].bounds if number in self.figures else (0.0, math.inf)
            for number in range(self._own)
        ]
        return own + (self.joint.bounds if self.joint else [])


def _groups(line: Line) -> list[tuple[tuple[int, int], ...]]:
    """Sets of figures that add up to something: nobody stands in two of them, or an attacker may guess so."""
    if not line.exclusive:
        return []
    return [line.items + line.none, line.items] if line.base else [line.items + line.none]


def _equations(relations: Iterable[Relation]) -> Iterator[Row]:
    for relation in relations:
        terms = (*((part, 1.0) for part in relation.parts), (relation.whole, -1.0))
        if relation.kind == "sum":
            yield Row(terms)
            continue
        if relation.kind == "cover":
            yield Row(terms, 0.0, math.inf)
        for part in relation.parts:
            yield Row(((part, 1.0), (relation.whole, -1.0)), -math.inf, 0.0)


def choose_hidden(
    tables: Sequence[CountTable],
    seed: bytes,
    on_attack: Callable[[int], None] | None = None,
    *,
    rounding: int = 10,
    earlier: Sequence[Earlier] = (),
    history: History | None = None,
) -> Hidden:
    """The figures to hide; `on_attack` hears after every round how many attacks were tried, and may raise.

    With `earlier` releases, and whom all of them count in `history`, the tables are safe beside those too.

    Raises:
        StuckError: a table has no safe form, or none was found with bounded effort.
    """
    search = _Search(_Model(tables, rounding, earlier, history), seed)
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
        self._bounds = model.bounds
        self._system = System(self._bounds, model.rows)
        self._witnesses = Witnesses(model.size)
        self._hidden: frozenset[int] = frozenset()
        # Beside earlier releases a hidden figure can be any number, so that small ones can be hidden too.
        self._free = [
            number
            for number, figure in model.figures.items()
            if figure.count > _SMALL_MAX or model.joint is not None
        ]
        self._costs = [
            _cost(model.figures[number], seed) if number in model.figures else 0
            for number in range(model.size)
        ]
        self._cuts: list[_Cut] = []
        self._learnt = 0
        self._fixed = list(self._never_alone())

    def _never_alone(self) -> Iterator[_Cut]:
        """In a sensitive table one hidden figure alone would say why it is hidden: never exactly one.

        In a cross, where most is hidden to protect small figures, a small one beside it leaves the reason open.
        """
        free_ones = set(self._free)
        for table, line, _ in self.model.lines:
            crossed = len(table.columns) > 1
            if not line.sensitive or (
                crossed and any(self.model.number(table, place) not in free_ones for place in line.items)
            ):
                continue
            free = [
                number for place in line.named if (number := self.model.number(table, place)) in free_ones
            ]
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
        self._look_around()
        for number in self.model.figures:
            shape = self._shape(number)
            if shape == "small" or self.model.figures[number].count <= _SMALL_MAX:
                cuts += self._group((number,), self._key(number))
            elif shape == "hidden":
                cuts += self._too_narrow(number)
        for table, line, groups in self.model.lines:
            cuts += self._line(table, line, groups)
        if self.model.joint is not None:
            cuts += self._beside_earlier(self.model.joint)
        return cuts

    def _look_around(self) -> None:
        """Points at which many small figures are nought, or ten, at once: most questions need no more."""
        small = [number for number, figure in self.model.figures.items() if figure.count <= _SMALL_MAX]
        if self.model.joint is not None:
            small += [variable for target in self.model.joint.small for variable in target.terms]
        for _ in range(2):
            low = [number for number in small if self._witnesses.least((number,)) > TOLERANCE]
            if len(low) > 1:
                self._ask(dict.fromkeys(low, 1.0), up=False)
            high = [
                number
                for number in small
                if self._bounds[number][1] < math.inf
                and self._witnesses.most((number,)) < _SMALL_MAX - TOLERANCE
            ]
            if len(high) > 1:
                self._ask(dict.fromkeys(high, 1.0), up=True)

    def _beside_earlier(self, joint: Joint) -> Iterator[_Cut]:
        """What was small in an earlier release stays so, and no small group of a comparison is proved."""
        for target in joint.small:
            yield from self._group(tuple(target.terms), target.key)
        open_ = joint.begin()
        for point in self._witnesses.points():
            joint.settle(open_, point)
        # Many at once: at the point where all of them together are least, most of them are empty.
        for _ in range(_TOGETHER):
            if not open_.any() or not joint.settle(open_, self._ask(joint.together(open_), up=False).point):
                break
        found = 0
        while open_.any() and found < _CUTS:
            number, group = (int(place) for place in np.argwhere(open_)[0])
            target = joint.target(number, group)
            low = self._ask(target.terms, up=False)
            joint.settle(open_, low.point)
            open_[number, group] = False
            if low.value > TOLERANCE:
                found += 1
                yield self._cut(low, low.value, Reason("earlier", target.key))

    def _line(self, table: CountTable, line: Line, groups: Sequence[Sequence[int]]) -> Iterator[_Cut]:
        total = CellKey(table.id, table.rows[line.total[0]].code, table.columns[line.total[1]].code)
        for group in groups:
            small = tuple(member for member in group if self._shape(member) == "small")
            if len(small) > 1:
                yield from self._group(small, total)
        if line.sensitive:
            target = {self.model.number(table, line.base or line.total): -9.0}
            if line.base is None:
                # Of those with a known answer: who is not stated does not count.
                target |= {self.model.number(table, place): 9.0 for place in line.none}
            for place in line.named:
                # A hidden one is never alone, so that nothing holds it up; the final attack tries it all the same.
                if self._shape(self.model.number(table, place)) == "shown":
                    yield from self._everybody(self.model.number(table, place), target)

    def _ask(self, target: dict[int, float], up: bool) -> Extreme:
        self.attempts += 1
        found = self._system.largest(target) if up else self._system.smallest(target)
        self._witnesses.add(found.point)
        return found

    def _group(self, members: tuple[int, ...], key: CellKey) -> Iterator[_Cut]:
        """Small figures, one or those of a line together: may nobody be there, may ten be there?"""
        target = dict.fromkeys(members, 1.0)
        alone = len(members) == 1
        if self._witnesses.least(members) > TOLERANCE:
            low = self._ask(target, up=False)
            if low.value >= _SMALL_MAX + 1 - TOLERANCE:
                return
            if low.value > TOLERANCE:
                code: ReasonCode = "not-empty" if alone else "remainder"
                yield self._cut(low, low.value, Reason(code, key))
        if self._witnesses.most(members) < _SMALL_MAX - TOLERANCE:
            high = self._ask(target, up=True)
            if high.value < _SMALL_MAX - TOLERANCE:
                code = "too-few" if alone else "remainder"
                yield self._cut(high, _SMALL_MAX - high.value, Reason(code, key))

    def _everybody(self, part: int, others: dict[int, float]) -> Iterator[_Cut]:
        """A shown figure that may be more than nine tenths of a sensitive line must be hidden."""
        target = others | {part: others.get(part, 0.0) + 10.0}
        if farthest(self._bounds, target) <= TOLERANCE:
            return
        if self._witnesses.most_of(target) > TOLERANCE or self._ask(target, up=True).value > TOLERANCE:
            yield _Cut(Row(((part, 1.0),), 1.0, math.inf), Reason("everybody", self._key(part)))

    def _too_narrow(self, figure: int) -> Iterator[_Cut]:
        """A hidden figure must stay less certain than a rounded one, or it would better be shown."""
        if self._witnesses.most((figure,)) - self._witnesses.least((figure,)) >= _WIDE:
            return
        low, high = self._ask({figure: 1.0}, up=False), self._ask({figure: 1.0}, up=True)
        need = _WIDE - (high.value - low.value)
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
        for figure in self._free if len(extreme.prices) else ():
            price = extreme.prices[figure]
            if not price or figure in self._hidden:
                continue
            low, _ = self.model.figures[figure].bounds
            gain = price * (low - self.model.figures[figure].floor) if price > 0 else -price * math.inf
            if gain > TOLERANCE:
                gains[figure] = gain
        return gains

    def _cut(self, extreme: Extreme, need: float, reason: Reason) -> _Cut:
        terms = {figure: min(1.0, gain / need) for figure, gain in self._gains(extreme).items()}
        return _Cut(
            Row(tuple(sorted(terms.items())), 1.0 - TOLERANCE, math.inf), reason, self._blame(extreme)
        )

    def _blame(self, extreme: Extreme) -> str:
        """The last table that an attack beside earlier releases rests on: a cross before what it shares."""
        if self.model.joint is None:
            return ""
        places = {table.id: place for place, table in enumerate(self.model.tables)}
        of = [
            place
            for number, figure in self.model.figures.items()
            if extreme.prices[number]
            for place in (min(places[key.table] for key in figure.keys),)
        ]
        return self.model.tables[max(of, default=-1)].id

    # The choice ----------------------------------------------------------------------------------------

    def learn(self, cuts: Sequence[_Cut]) -> None:
        """Take the cheapest choice that satisfies all that has been learnt, with `cuts` added."""
        for cut in cuts:
            assert cut.reason.about is not None
            self.last_table = cut.blame or cut.reason.about.table
            if not cut.row.terms:
                raise StuckError(self.last_table)
        self._cuts += cuts
        self._learnt += 1
        rows, kept = [cut.row for cut in (*self._fixed, *self._cuts)], list[Row]()
        if self._learnt > _FREE_ROUNDS:
            kept = [Row(((figure, 1.0),), 1.0, math.inf) for figure in sorted(self._hidden)]
        chosen = cheapest_choice(self._costs, rows + kept)
        if chosen is None and kept:
            chosen = cheapest_choice(self._costs, rows)
        if chosen is None:
            raise StuckError(self.last_table)
        chosen &= frozenset(self._free)
        for figure in chosen - self._hidden:
            self._set_bounds(figure, (float(self.model.figures[figure].floor), math.inf))
        for figure in self._hidden - chosen:
            self._set_bounds(figure, self.model.figures[figure].bounds)
        self._hidden = chosen
        self._witnesses.keep_within(self._bounds)

    def _set_bounds(self, figure: int, bounds: tuple[float, float]) -> None:
        self._bounds[figure] = bounds
        self._system.set_bounds(figure, *bounds)

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
