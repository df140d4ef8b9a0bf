"""Invented offices with the program's own code lists: a few rings whose people are alike, or all independent."""

from __future__ import annotations

import random
from typing import Any

from shelter_app.anonymise.coded import CodedFacts, PersonRow
from shelter_app.casework.summary import code_lists
from shelter_app.domain.periods import Period

_COUNTRIES = ["MM", "VN", "LA", "KH", "TH", "PH", "ID", "NG", "ET", "KE", "UA", "MD", "RU", "CO", "BR", "NP"]


def people(size: int, seed: int, period: str, style: str = "clustered") -> CodedFacts:
    """Coded facts of `size` persons; the same arguments give the same persons."""
    random_, codes = random.Random(seed), code_lists()
    more = random.Random(f"more {seed}")

    not_given = [state for state in codes.service_states.codes if state != "given"]

    def pick(values: Any, skew: float, chance: random.Random = random_) -> str:
        values = list(values)
        return chance.choices(values, [1 / (place + 1) ** skew for place in range(len(values))])[0]

    def some(values: Any, skew: float, most: int, chance: random.Random = random_) -> tuple[str, ...]:
        return tuple(sorted({pick(values, skew, chance) for _ in range(chance.randrange(most + 1))}))

    def person(skew: float) -> dict[str, Any]:
        back = random_.random() < 0.45
        return {
            "new": random_.random() < 0.6,
            "sex": random_.choices(("woman", "man", "other", "unknown"), (66, 30, 1, 3))[0],
            "age": None if random_.random() < 0.08 else min(90, int(random_.lognormvariate(3.2, 0.35))),
            "citizenships": (pick(_COUNTRIES, 1.1),) if random_.random() < 0.95 else (),
            "exploited_in": some(_COUNTRIES[3:11], 1.2, 2),
            "types": some(codes.types.codes, skew, 2),
            "means": some(codes.means.codes, 0.7, 5),
            "services": some(codes.services.codes, 0.8, 4),
            "return_stage": pick(codes.return_stages.codes, 0.5) if back else None,
            "return_outcome": pick(codes.return_outcomes.codes, 1.0)
            if back and random_.random() < 0.6
            else None,
            "recruiters": some(codes.recruiters.codes, 0.8, 2, more),
            "duration": pick(codes.durations.codes, 0.6, more) if more.random() < 0.7 else None,
            "service_states": tuple(
                sorted(
                    (kind, pick(not_given, 0.7, more)) for kind in some(codes.services.codes, 0.8, 2, more)
                )
            ),
            "follow_ups": tuple(
                sorted(
                    {
                        (step, pick(codes.follow_up_states.codes, 0.5, more))
                        for step in codes.follow_up_steps.codes
                        if back and more.random() < 0.7
                    }
                )
            ),
        }

    rings = [person(2.0) for _ in range(max(3, size // 25))]
    rows = []
    for number in range(size):
        own = person(1.3)
        if style == "clustered":
            ring = random_.choice(rings)
            for column in (
                *("sex", "citizenships", "exploited_in", "types", "means", "return_outcome"),
                "recruiters",
                "duration",
            ):
                chance = more if column in ("recruiters", "duration") else random_
                own[column] = ring[column] if chance.random() < 0.75 else own[column]
        rows.append(PersonRow(person=f"{number:08x}{random_.getrandbits(32):08x}", **own))
    return CodedFacts(tuple(rows), Period.parse(period), codes)
