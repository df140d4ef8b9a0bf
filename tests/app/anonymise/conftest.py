"""Invented offices: independent, clustered (a few trafficking rings) and lopsided ones."""

import datetime as dt
import random
from collections.abc import Callable

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
    return PersonRow(
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
                **like,
            )
    return CodedFacts(tuple(rows), Period(dt.date(2015, 1, 1), dt.date(2015, 12, 31)), CODES)


@pytest.fixture(name="office", scope="session")
def office_fixture() -> Callable[..., CodedFacts]:
    """The factory of invented offices."""
    return make_office
