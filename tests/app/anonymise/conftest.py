"""Invented offices: independent, clustered (a few trafficking rings) and lopsided ones."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from shelter_app.anonymise.coded import CodedFacts, CodeList, CodeLists, PersonRow
from shelter_app.domain.periods import Period

CODES = CodeLists(
    types=CodeList(
        "exploitation_types",
        "1",
        (
            *("ForcedLabour", "SexualExploitation", "ChildLabour", "ForcedMarriage", "Servitude"),
            *("OrganRemoval", "ForcedBegging", "Surrogacy", "x_forced_criminality", "Other"),
        ),
    ),
    means=CodeList(
        "means_of_control",
        "1",
        (
            *("PhysicalThreats", "ThreatsLawEnforcement", "DebtBondage", "FalsePromises", "PhysicalAbuse"),
            *("SexualAbuse", "TakesEarnings", "WithholdsDocuments", "x_restricted_movement", "Other"),
        ),
    ),
    services=CodeList(
        "services", "1", ("Shelter", "Health", "Legal", "PsychoSocial", "Financial", "Education")
    ),
    return_stages=CodeList("return_stages", "1", ("options", "risk", "documents", "travel", "handover")),
    return_outcomes=CodeList("return_outcomes", "1", ("returned", "declined", "lost", "third_country")),
    recruiters=CodeList("recruiter_relation", "1", ("intimate_partner", "family", "friend", "other")),
    durations=CodeList("duration_bands", "1", ("0--12", "13--24", "25+")),
    service_states=CodeList("service_status", "1", ("planned", "given", "declined", "cancelled")),
    follow_up_steps=CodeList(
        "return_steps", "1", ("follow_up_1", "follow_up_3", "follow_up_6", "follow_up_12")
    ),
    follow_up_states=CodeList("return_step_status", "1", ("planned", "under_way", "done", "stopped")),
)
COUNTRIES = (
    "CN",
    "VN",
    "MM",
    "KH",
    "LA",
    "TH",
    "PH",
    "ID",
    "NG",
    "ET",
    "KE",
    "UA",
    "MD",
    "RU",
    "CO",
    "BR",
    "NP",
)


def _zipf(random_: random.Random, values: tuple[str, ...], skew: float) -> str:
    return random_.choices(values, [1 / (place + 1) ** skew for place in range(len(values))])[0]


def _some(random_: random.Random, values: tuple[str, ...], skew: float, most: int) -> tuple[str, ...]:
    return tuple(sorted({_zipf(random_, values, skew) for _ in range(random_.randrange(most + 1))}))


def _person(random_: random.Random, number: int, skew: float) -> PersonRow:
    returning = random_.random() < 0.45
    row = PersonRow(
        person=f"{number:08x}{random_.getrandbits(32):08x}",
        new=random_.random() < 0.6,
        sex=random_.choices(("woman", "man", "other", "unknown"), (66, 30, 1, 3))[0],
        age=None if random_.random() < 0.08 else min(90, int(random_.lognormvariate(3.2, 0.35))),
        citizenships=tuple(
            sorted({_zipf(random_, COUNTRIES, 1.1) for _ in range(1 + (random_.random() < 0.02))})
        )
        if random_.random() < 0.95
        else (),
        exploited_in=_some(random_, COUNTRIES[4:12], 1.2, 2),
        types=_some(random_, CODES.types.codes, skew, 2),
        means=_some(random_, CODES.means.codes, 0.7, 5),
        services=_some(random_, CODES.services.codes, 0.8, 4),
        return_stage=_zipf(random_, CODES.return_stages.codes, 0.5) if returning else None,
        return_outcome=_zipf(random_, CODES.return_outcomes.codes, 1.0)
        if returning and random_.random() < 0.6
        else None,
    )
    # Drawn apart, so that what was drawn before these columns existed stays as it was.
    more = random.Random(row.person)
    return replace(
        row,
        recruiters=_some(more, CODES.recruiters.codes, 0.8, 2),
        duration=None if more.random() < 0.2 else _zipf(more, CODES.durations.codes, 0.9),
        service_states=tuple(
            sorted(
                {
                    (
                        _zipf(more, CODES.services.codes, 0.8),
                        _zipf(more, ("planned", "declined", "cancelled"), 1.0),
                    )
                    for _ in range(more.randrange(3))
                }
            )
        ),
        follow_ups=tuple(
            sorted(
                {
                    (
                        _zipf(more, CODES.follow_up_steps.codes, 0.6),
                        _zipf(more, CODES.follow_up_states.codes[::-1], 0.9),
                    )
                    for _ in range(more.randrange(3))
                }
            )
        )
        if returning
        else (),
    )


def make_office(size: int, seed: int, style: str = "independent") -> CodedFacts:
    """An office of `size` persons; "clustered": from a few rings whose victims are alike; "lopsided": nearly one."""
    random_ = random.Random(seed)
    rows = [_person(random_, number, 1.3) for number in range(size)]
    if style != "independent":
        rings = [
            _person(random_, number, 2.0)
            for number in range(1 if style == "lopsided" else max(3, size // 25))
        ]
        faithful = 0.93 if style == "lopsided" else 0.75
        for number, row in enumerate(rows):
            ring = random_.choice(rings)
            like = {
                column: getattr(ring if random_.random() < faithful else row, column)
                for column in ("sex", "citizenships", "exploited_in", "types", "means", "return_outcome")
            }
            rows[number] = PersonRow(
                person=row.person,
                new=row.new,
                age=row.age,
                services=row.services,
                return_stage=row.return_stage,
                service_states=row.service_states,
                follow_ups=row.follow_ups,
                duration=ring.duration if random_.random() < faithful else row.duration,
                recruiters=ring.recruiters if random_.random() < faithful else row.recruiters,
                **like,
            )
    return CodedFacts(tuple(rows), Period(dt.date(2015, 1, 1), dt.date(2015, 12, 31)), CODES)


@pytest.fixture(name="office", scope="session")
def office_fixture() -> Callable[..., CodedFacts]:
    """The factory of invented offices."""
    return make_office


def make_series(size: int, seed: int, quarters: int, changes: int = 2) -> list[dict[int, PersonRow]]:
    """Cumulative quarters of one office: persons come, some are corrected or helped further, one a time is taken out."""
    random_ = random.Random(seed)
    everybody = make_office(size, seed, "clustered").rows
    joined = [random_.randrange(quarters) for _ in everybody]
    current: dict[int, PersonRow] = {}
    found = []
    for quarter in range(quarters):
        before = sorted(current)
        current |= {place: row for place, row in enumerate(everybody) if joined[place] == quarter}
        for place in random_.sample(before, min(changes, len(before))):
            current[place] = replace(current[place], citizenships=(random_.choice(COUNTRIES),))
        for place in random_.sample(before, min(changes, len(before))):
            helped = {*current[place].services, random_.choice(CODES.services.codes)}
            current[place] = replace(current[place], services=tuple(sorted(helped)))
        if before:
            del current[random_.choice(before)]
        found.append(dict(current))
    return found


def counted(states: list[dict[int, PersonRow]]) -> tuple[CodedFacts, list[tuple[PersonRow | None, ...]]]:
    """The facts of the last state, and the rows of all earlier ones at the same places."""
    last = sorted(states[-1])
    order = last + sorted({place for state in states for place in state} - set(last))
    facts = CodedFacts(
        tuple(states[-1][place] for place in last), Period(dt.date(2015, 1, 1), dt.date(2015, 12, 31)), CODES
    )
    return facts, [tuple(state.get(place) for place in order) for state in states[:-1]]


@pytest.fixture(name="series", scope="session")
def series_fixture() -> Callable[..., list[dict[int, PersonRow]]]:
    """The factory of cumulative quarters."""
    return make_series


@pytest.fixture(name="aligned", scope="session")
def aligned_fixture() -> Callable[..., tuple[CodedFacts, list[tuple[PersonRow | None, ...]]]]:
    """What the protection is given of several states of an office."""
    return counted
