"""All files of one office together: what was sent twice must be the same, and periods that overlap give nothing away.

For periods of which one lies within the other, every person of the shorter one is counted in the longer one, in the same
group; the attacker knows this and puts both systems together. Periods that only touch the same days in part share
persons of whom nothing is known, and nothing can be subtracted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

from shelter_app.domain.periods import Period
from shelter_app.exchange.published import Malformed, Summary
from shelter_app.exchange.verify_attacks import System, attack_cells, build
from shelter_app.exchange.verify_model import Finding
from shelter_app.exchange.verify_names import ANY, NONE, Name
from shelter_app.exchange.verify_solver import Contradiction, Unknowns
from shelter_i18n import N_

__all__ = ["Attempt", "attack_series"]

_SMALL = 10
_NEAR = 1e-6
_NEW: Name = frozenset([("registration", frozenset(["new"]))])
#: What a person has for good: whoever is counted so in a period is counted so in every longer one.
_LASTING = frozenset(
    [
        "sex",
        "age",
        "citizenship",
        "duration",
        "exploitation_country",
        "exploitation_type",
        "means_of_control",
        "recruiter_relation",
        "services",
    ]
)
Attempt = tuple[int, Finding | None]


def attack_series(summaries: Sequence[Summary]) -> Iterator[Attempt]:
    """Attack the releases of one office together, in the order in which they were made.

    Gives, for every attempt, the place of the release that it is about and what was found.
    """
    periods = [Period.parse(summary.manifest["period"]["text"]) for summary in summaries]
    first: dict[Period, int] = {}
    for place, period in enumerate(periods):
        before = first.setdefault(period, place)
        if before != place:
            yield place, _same(summaries[before], summaries[place])
    places = sorted(first.values())
    nested = [
        (inner, outer)
        for one, other in combinations(places, 2)
        for inner, outer in ((one, other), (other, one))
        if periods[outer].first <= periods[inner].first and periods[inner].last <= periods[outer].last
    ]
    if nested:
        yield from _together(summaries, periods, nested)


def _same(before: Summary, after: Summary) -> Finding | None:
    def figures(summary: Summary) -> list[object]:
        return [summary.release, [(table.id, table.facts, dict(table.cells)) for table in summary.tables]]

    if figures(before) == figures(after):
        return None
    text = N_(
        "The same period was sent before with other figures: the difference tells about single persons."
    )
    return Finding("series", text, after.named(".pdf"))


def _together(
    summaries: Sequence[Summary], periods: Sequence[Period], nested: Sequence[tuple[int, int]]
) -> Iterator[Attempt]:
    unknowns = Unknowns()
    systems: dict[int, System] = {}
    try:
        for place in sorted({place for pair in nested for place in pair}):
            systems[place] = build(summaries[place], unknowns)
        if any(system.broken for system in systems.values()):
            return  # each of them was refused by itself
        differences: list[tuple[int, int, Name]] = []
        for inner, outer in nested:
            for name in _shared(systems[inner], systems[outer]):
                if _tie(systems[inner], systems[outer], name):
                    differences.append((inner, outer, name))
                else:
                    yield outer, _gone(systems[inner], systems[outer], name)
        _tie_parts(systems, periods)
        for inner, outer, name in differences:
            yield outer, _difference(systems[inner], systems[outer], name)
        for place, system in systems.items():
            for finding in attack_cells(system):
                yield place, _joint(finding)
    except Malformed:
        return  # refused by itself
    except Contradiction:
        text = N_("The figures for this period and for others of the office cannot all be right.")
        yield max(systems), Finding("series", text, summaries[max(systems)].named(".pdf"))


def _lasts(name: Name) -> bool:
    for dimension, codes in name:
        if dimension == "registration":
            if codes != frozenset(["new"]):
                return False
        elif dimension == "returns":
            if codes != ANY:
                return False
        elif dimension not in _LASTING or codes == NONE:
            return False
    return True


def _shared(inner: System, outer: System) -> list[Name]:
    return [name for name in inner.marks if name in outer.marks and _lasts(name)]


def _tie(inner: System, outer: System, name: Name) -> bool:
    """Say that the longer period has no fewer persons; False where it plainly has, as after a correction."""
    small, large = inner.places[name], outer.places[name]
    if inner.unknowns.low[small] > inner.unknowns.high[large]:
        return False
    inner.unknowns.tie({large: 1.0, small: -1.0}, 0.0, math.inf)
    return True


def _gone(inner: System, outer: System, name: Name) -> Finding | None:
    """Whether the persons who are missing from the longer period are provably ten or fewer."""
    unknowns = inner.unknowns
    if unknowns.high[inner.places[name]] - unknowns.low[outer.places[name]] > _SMALL:
        return None
    table, row, column = outer.where[name]
    text = N_("{file}: with another release, {row}, {column} tells that a few persons were taken out.")
    return Finding("series", text, table.file, {"row": row, "column": column})


def _tie_parts(systems: dict[int, System], periods: Sequence[Period]) -> None:
    """Who is new is new in one period only: disjoint parts of a period have no more new persons than the whole."""
    for outer, whole in systems.items():
        inside = [
            place
            for place, system in systems.items()
            if place != outer and _NEW in system.marks
            and periods[outer].first <= periods[place].first and periods[place].last <= periods[outer].last
        ]  # fmt: skip
        chosen: list[int] = []
        for place in sorted(inside, key=lambda place: (periods[place].first, periods[place].last)):
            if not chosen or periods[place].first > periods[chosen[-1]].last:
                chosen.append(place)
        if len(chosen) < 2 or _NEW not in whole.marks:
            continue
        terms = {systems[place].places[_NEW]: -1.0 for place in chosen}
        terms[whole.places[_NEW]] = 1.0
        days = sum((periods[place].last - periods[place].first).days + 1 for place in chosen)
        tiles = days == (periods[outer].last - periods[outer].first).days + 1
        whole.unknowns.tie(terms, 0.0, 0.0 if tiles else math.inf)


def _difference(inner: System, outer: System, name: Name) -> Finding | None:
    """Whether the persons of the longer period alone are provably one to ten."""
    terms = {outer.places[name]: 1.0, inner.places[name]: -1.0}
    least = outer.unknowns.least(terms, 0.0)
    if least <= _NEAR or outer.unknowns.most(terms, _SMALL + 1) > _SMALL + _NEAR:
        return None
    table, row, column = outer.where[name]
    text = N_("{file}: with another release, {row}, {column} tells that one to ten persons came to it.")
    return Finding("series", text, table.file, {"row": row, "column": column})


def _joint(finding: Finding | None) -> Finding | None:
    """A success of the joint attack."""
    if finding is None:
        return None
    text = N_("{file}: together with other releases of the office, {row}, {column} can be worked out.")
    return Finding("series", text, finding.file, finding.values)
