"""Invented offices of 20 to 100,000 persons: independent answers, trafficking rings, and offices where nearly all are alike.

The same arguments give the same persons. What most persons of an office have in common depends on its kind:

- independent: nothing; every answer is drawn by itself, some much more often than others
- clustered: persons come from rings of some 25; three in four answers are as the ring is
- village: nine in ten come from one place and went to one country, young and of one sex
- trafficker: nine in ten were brought by one person, in the same way, for the same work, as long
- nationality: nineteen in twenty have one citizenship, the rest is independent
- lopsided: nine in ten answers about where, how and what are those of one ring
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from shelter_app.anonymise.coded import CodedFacts, CodeLists, PersonRow
from shelter_app.casework.summary import code_lists
from shelter_app.domain.periods import Period

__all__ = ["SKEWED", "STYLES", "make_office", "make_series", "put_together"]

PERIOD = Period.parse("2015")
_HOMES = (
    *("VN", "MM", "KH", "LA", "TH", "PH", "ID", "NG", "ET", "KE", "UA", "MD", "RU", "CO", "BR", "NP", "BD", "IN", "PK", "LK"),
    *("CN", "MY", "UG", "GH", "CI", "ML", "SN", "RO", "BG", "BY", "VE", "HT", "MX", "GT", "HN", "PE", "BO", "MG", "SL", "BJ"),
)  # fmt: skip
_PLACES = (
    *("TH", "MY", "CN", "KH", "RU", "AE", "SA", "LB", "PL", "TR", "IT", "LY", "ID", "ZA", "NG", "CI", "ML", "BR", "US", "ES"),
    *("FR", "DE", "GB", "JP", "KR", "SG", "JO", "KW", "QA", "OM", "BH", "IQ", "DZ", "MA", "EG", "KE", "TZ", "IN", "UA", "GR"),
)  # fmt: skip


@dataclass(frozen=True)
class _Likeness:
    """Which answers the persons of an office have in common, how often, and how many persons a ring has (0: all)."""

    columns: tuple[str, ...] = ()
    faithful: float = 0.0
    ring: int = 0


_HOW = ("types", "means", "recruiters", "duration", "exploited_in")
_STYLES = {
    "independent": _Likeness(),
    "clustered": _Likeness(("sex", "citizenships", *_HOW, "return_outcome"), 0.75, 25),
    "village": _Likeness(("sex", "age", "citizenships", "exploited_in"), 0.9),
    "trafficker": _Likeness(_HOW, 0.9),
    "nationality": _Likeness(("citizenships",), 0.95),
    "lopsided": _Likeness(("sex", "citizenships", *_HOW, "return_outcome"), 0.93),
}
STYLES = tuple(_STYLES)
SKEWED = STYLES[1:]


class _Draw:
    """Draws answers by columns; a column is a list with one answer per person."""

    def __init__(self, seed: Sequence[int], codes: CodeLists, countries: tuple[int, int]) -> None:
        self._chance, self._codes, self._countries = np.random.default_rng(list(seed)), codes, countries

    def one(self, values: Sequence[Any], skew: float, size: int, known: float = 1.0) -> list[Any]:
        """One answer or None."""
        chances = 1 / np.arange(1, len(values) + 1) ** skew
        drawn = self._chance.choice(len(values), size, p=chances / chances.sum())
        there = self._chance.random(size) < known
        return [
            values[place] if yes else None for place, yes in zip(drawn.tolist(), there.tolist(), strict=True)
        ]

    def some(self, values: Sequence[Any], skew: float, most: int, size: int) -> list[tuple[Any, ...]]:
        """From none to `most` answers, each once."""
        columns = [self.one(values, skew, size) for _ in range(most)]
        many = self._chance.integers(0, most + 1, size).tolist()
        return [tuple(sorted({column[at] for column in columns[: many[at]]})) for at in range(size)]

    def people(self, size: int) -> dict[str, list[Any]]:
        """Every column of so many persons who have nothing in common."""
        codes, (homes, places) = self._codes, self._countries
        back = self._chance.random(size) < 0.45
        ages = np.minimum(90, self._chance.lognormal(3.2, 0.35, size)).astype(int).tolist()
        home = self.one(_HOMES[:homes], 1.1, size, 0.95)
        other = self.one(_HOMES[:homes], 0.5, size, 0.02)
        states = [state for state in codes.service_states.codes if state != "given"]
        return {
            "new": (self._chance.random(size) < 0.6).tolist(),
            "sex": [("woman", "man", "other", "unknown")[place] for place in self._chance.choice(4, size, p=(0.66, 0.3, 0.01, 0.03))],
            "age": [age if yes else None for age, yes in zip(ages, (self._chance.random(size) > 0.08).tolist(), strict=True)],
            "citizenships": [tuple(sorted({each for each in pair if each})) for pair in zip(home, other, strict=True)],
            "exploited_in": self.some(_PLACES[:places], 1.2, 2, size),
            "types": self.some(codes.types.codes, 1.3, 2, size),
            "means": self.some(codes.means.codes, 0.7, 5, size),
            "services": self.some(codes.services.codes, 0.8, 4, size),
            "return_stage": _where(back, self.one(codes.return_stages.codes, 0.5, size)),
            "return_outcome": _where(back, self.one(codes.return_outcomes.codes, 1.0, size, 0.6)),
            "recruiters": self.some(codes.recruiters.codes, 0.8, 2, size),
            "duration": self.one(codes.durations.codes, 0.9, size, 0.8),
            "service_states": self._pairs(codes.services.codes, states, 2, size),
            "follow_ups": _where(back, self._pairs(codes.follow_up_steps.codes, codes.follow_up_states.codes, 2, size), ()),
        }  # fmt: skip

    def _pairs(
        self, kinds: Sequence[str], states: Sequence[str], most: int, size: int
    ) -> list[tuple[Any, ...]]:
        return self.some([(kind, state) for kind in kinds for state in states], 0.8, most, size)

    def like(self, size: int, likeness: _Likeness) -> dict[str, list[Any]]:
        """Persons who have in common what the office's kind says."""
        drawn = self.people(size)
        if not likeness.columns:
            return drawn
        rings = max(3, size // likeness.ring) if likeness.ring else 1
        of_ring = self.people(rings)
        ring = self.one(range(rings), 0.5, size)
        for column in likeness.columns:
            alike = (self._chance.random(size) < likeness.faithful).tolist()
            answers, own = of_ring[column], drawn[column]
            drawn[column] = [answers[ring[at]] if alike[at] else own[at] for at in range(size)]
        for at, stage in enumerate(drawn["return_stage"]):
            if stage is None:
                drawn["return_outcome"][at] = None
        return drawn


def _where(there: Any, values: list[Any], otherwise: Any = None) -> list[Any]:
    return [value if yes else otherwise for value, yes in zip(values, there.tolist(), strict=True)]


def make_office(size: int, seed: int, style: str) -> CodedFacts:
    """The coded facts of an office of one year."""
    codes = code_lists()
    countries = (40, 40) if size >= 20_000 else (20, 8) if size >= 2_000 else (12, 5)
    drawn = _Draw((size, seed, STYLES.index(style)), codes, countries).like(size, _STYLES[style])
    names = [*drawn]
    rows = (
        PersonRow(person=f"{seed:08x}{number:08x}", **dict(zip(names, answers, strict=True)))
        for number, answers in enumerate(zip(*drawn.values(), strict=True))
    )
    return CodedFacts(tuple(rows), PERIOD, codes)


def make_series(size: int, seed: int, quarters: int, style: str = "clustered") -> list[dict[int, PersonRow]]:
    """Cumulative quarters of one office, as they were known at the end of each.

    Persons come evenly; from the second quarter on two are corrected, two are helped further and one is withdrawn;
    one person who came in the quarter before is registered late.
    """
    chance, codes = random.Random(seed), code_lists()
    everybody = make_office(size, seed, style).rows
    joined = [chance.randrange(quarters) for _ in everybody]
    known = [min(quarters - 1, quarter + (chance.random() < 1 / 75)) for quarter in joined]
    current: dict[int, PersonRow] = {}
    found = []
    for quarter in range(quarters):
        before = sorted(current)
        current |= {place: row for place, row in enumerate(everybody) if known[place] == quarter}
        for place in chance.sample(before, min(2, len(before))):
            current[place] = replace(current[place], citizenships=(chance.choice(_HOMES[:12]),))
        for place in chance.sample(before, min(2, len(before))):
            helped = {*current[place].services, chance.choice(codes.services.codes)}
            current[place] = replace(current[place], services=tuple(sorted(helped)))
        if before:
            del current[chance.choice(before)]
        found.append(dict(current))
    return found


def put_together(
    states: Sequence[dict[int, PersonRow]],
) -> tuple[CodedFacts, list[tuple[PersonRow | None, ...]]]:
    """The facts of the last state, and the rows of all earlier ones at the same places."""
    last = sorted(states[-1])
    order = last + sorted({place for state in states for place in state} - set(last))
    facts = CodedFacts(tuple(states[-1][place] for place in last), PERIOD, code_lists())
    return facts, [tuple(state.get(place) for place in order) for state in states[:-1]]
