"""Invented offices for extracts: independent answers, a few trafficking rings, and one where nearly all are alike.

Every person comes as a row for the tables and as one for the extract, so that both can be put side by side.
"""

import csv

import numpy as np

from shelter_app.anonymise.coded import CodedFacts, PersonRow
from shelter_app.anonymise.extract_columns import DURATIONS
from shelter_app.anonymise.extract_rows import RecordFacts, RecordRow
from shelter_app.casework.summary import code_lists
from shelter_app.domain.codelists import code_list
from shelter_app.domain.periods import Period

STYLES = ("independent", "clustered", "rings", "lopsided")
PERIOD = Period.parse("2015")

_HOMES = [
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
    "BD",
    "IN",
    "PK",
    "LK",
    "CN",
    "MY",
    "UG",
    "GH",
    "CI",
    "ML",
    "SN",
    "RO",
    "BG",
    "BY",
    "VE",
    "HT",
    "MX",
    "GT",
    "HN",
    "PE",
    "BO",
    "MG",
    "SL",
    "BJ",
]
_PLACES = [
    "TH",
    "MY",
    "CN",
    "KH",
    "RU",
    "UA",
    "TR",
    "AE",
    "SA",
    "LB",
    "PL",
    "GR",
    "IT",
    "LY",
    "ID",
    "ZA",
    "NG",
    "CI",
    "ML",
    "BR",
    "US",
    "ES",
    "FR",
    "DE",
    "GB",
    "JP",
    "KR",
    "SG",
    "JO",
    "KW",
    "QA",
    "OM",
    "BH",
    "IQ",
    "DZ",
    "MA",
    "EG",
    "KE",
    "TZ",
    "IN",
]
_SEXES = ("woman", "man", "other", "unknown")
_TYPES = ("ForcedLabour", "SexualExploitation", "ForcedMarriage", "ForcedBegging", "x_ForcedCriminality")
_MEANS = {
    "DebtBondage": 0.3, "PhysicalThreats": 0.4, "PhysicalAbuse": 0.45, "FalsePromises": 0.4, "PsychoactiveSubstance": 0.08,
    "x_RestrictsMovement": 0.4, "ExcessiveWorkingHours": 0.35, "WithholdsDocuments": 0.3,
}  # fmt: skip
_OTHERS = {
    "typeOfLabourAgriculture": 0.18, "typeOfLabourConstruction": 0.2, "typeOfLabourDomesticWork": 0.2,
    "typeOfLabourHospitality": 0.07, "typeOfSexProstitution": 0.85, "typeOfSexPornography": 0.06,
    "recruiterRelationIntimatePartner": 0.06, "recruiterRelationFriend": 0.2, "recruiterRelationFamily": 0.12,
    "recruiterRelationOther": 0.5,
}  # fmt: skip
#: How many rings, and how often a person is as the ring is.
_RINGS = {"clustered": (40, 0.8), "rings": (1000, 0.93), "lopsided": (2000, 0.93)}
_TOGETHER = ("sex", "home", "place", "duration", "types", "means", "others")


def _zipf(random, size, count, skew):
    chances = 1 / np.arange(1, count + 1) ** skew
    return random.choice(count, size, p=chances / chances.sum())


def _draw(random, size, homes, places, years):
    woman_like = random.choice(4, size, p=(0.63, 0.333, 0.007, 0.03))
    home = np.where(random.random(size) < 0.03, -1, _zipf(random, size, homes, 1.1))
    sexual = random.random(size) < np.where(woman_like == 0, 0.55, 0.1)
    types = random.random((size, 5)) < np.array((0.0, 0.0, 0.04, 0.03, 0.08))
    types[:, 1] = sexual
    types[:, 0] = random.random(size) < np.where(sexual, 0.15, 0.8)
    return {
        "year": 2015 - _zipf(random, size, years, 0.3),
        "sex": woman_like,
        "age": np.where(
            random.random(size) < 0.06, -1, np.minimum(90, random.lognormal(3.2, 0.38, size)).astype(int)
        ),
        "home": home,
        "place": _zipf(random, size, places, 1.1),
        "duration": random.choice(4, size, p=(0.45, 0.2, 0.1, 0.25)),
        "types": types,
        "means": random.random((size, len(_MEANS))) < np.array(list(_MEANS.values())),
        "others": random.random((size, len(_OTHERS))) < np.array(list(_OTHERS.values())),
    }


def _columns(size, seed, style, years):
    random = np.random.default_rng([size, seed, STYLES.index(style)])
    homes, places = (40, 40) if size >= 20_000 else (20, 8) if size >= 2_000 else (12, 3)
    drawn = _draw(random, size, homes, places, years)
    if style == "independent":
        return drawn
    corridor = random.random(size) < 0.7
    drawn["place"] = np.where(corridor, drawn["home"] * 7 % places, drawn["place"])
    each, faithful = _RINGS[style]
    rings = max(2, size // each)
    ring, of_ring = _zipf(random, size, rings, 0.8), _draw(random, rings, homes, places, years)
    for name in _TOGETHER:
        like = random.random(drawn[name].shape) < faithful
        drawn[name] = np.where(like, of_ring[name][ring], drawn[name])
    return drawn


def both(size, seed=1, style="independent", years=1):
    """Facts for tables and for an extract of the same persons, all of them registered in the period."""
    drawn = _columns(size, seed, style, years)
    recruiter_of = {e.ctdc: e.code for e in code_list("recruiter_relation").entries if e.ctdc}
    bands = code_lists().durations.codes
    flag_of = {
        e.code: e.ctdc for name in ("exploitation_types", "means_of_control") for e in code_list(name).entries
    }
    people, records = [], []
    for number in range(size):
        types = [code for code, yes in zip(_TYPES, drawn["types"][number], strict=True) if yes]
        means = [code for code, yes in zip(_MEANS, drawn["means"][number], strict=True) if yes]
        others = [flag for flag, yes in zip(_OTHERS, drawn["others"][number], strict=True) if yes]
        flags = {flag_of[code] for code in (*types, *means)} | set(others)
        age, home = int(drawn["age"][number]), int(drawn["home"][number])
        person, sex = f"{seed:04x}{number:08x}", _SEXES[drawn["sex"][number]]
        citizenship = _HOMES[home] if home >= 0 else None
        place = _PLACES[drawn["place"][number]]
        duration = int(drawn["duration"][number])
        people.append(
            PersonRow(
                person=person, new=True, sex=sex, age=age if age >= 0 else None,
                citizenships=(citizenship,) if citizenship else (), exploited_in=(place,),
                types=tuple(sorted(types)), means=tuple(sorted(means)),
                recruiters=tuple(sorted(recruiter_of[flag] for flag in others if flag in recruiter_of)),
                duration=bands[duration] if duration < 3 else None,
            )
        )  # fmt: skip
        records.append(
            RecordRow(
                person=person, year=int(drawn["year"][number]), gender=sex, age=age if age >= 0 else None,
                citizenship=citizenship, exploited_in=place,
                duration=DURATIONS[duration] if duration < 3 else None,
                flags=tuple(sorted(_with_parents_only(flags))),
            )
        )  # fmt: skip
    return CodedFacts(tuple(people), PERIOD, code_lists()), RecordFacts(tuple(records), PERIOD)


def _with_parents_only(flags):
    """Kinds of work only where there was forced labour, and of sexual exploitation only where there was that."""
    return {
        flag
        for flag in flags
        if not ("OfLabour" in flag and "isForcedLabour" not in flags)
        and not ("OfSex" in flag and "isSexualExploit" not in flags)
    }


def records(size, seed=1, style="independent", years=1):
    """Facts for an extract alone."""
    return both(size, seed, style, years)[1]


_HEADERS = (
    *("Name", "Sex", "Date of birth", "Nationality", "Date registered", "Country of exploitation"),
    *("Type of exploitation", "Means of control"),
)
_WORDS = {
    "ForcedLabour": "Forced labour", "SexualExploitation": "Sexual exploitation", "ForcedMarriage": "Forced marriage",
    "DebtBondage": "Debt bondage", "FalsePromises": "False promises", "PhysicalAbuse": "Physical abuse",
}  # fmt: skip


def write_register(path, size):
    """A register of invented persons of 2015, each with a name that no file may hold; returns its path."""
    people, _ = both(size, 3, "clustered")
    with path.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file).writerow
        write(_HEADERS)
        for number, row in enumerate(people.rows):
            first, second = chr(97 + number % 26), chr(97 + number // 26)
            answers = (
                "; ".join(_WORDS[code] for code in codes if code in _WORDS)
                for codes in (row.types, row.means)
            )
            write(
                [
                    f"Canary{first * 2} {second * 3}", {"woman": "female", "man": "male"}.get(row.sex, ""),
                    f"{2014 - row.age}-06-01" if row.age is not None else "", "".join(row.citizenships),
                    f"2015-{1 + number % 12:02d}-{10 + number % 9}", row.exploited_in[0], *answers,
                ]
            )  # fmt: skip
    return path
