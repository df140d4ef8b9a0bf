"""What somebody can tell about an extract who has nothing but the text of the file: the second opinion.

It shares no code with what makes extracts: the lists below are written down anew, rows are counted in dictionaries. It
must be run on the very text that leaves the office, and can be run again on a file years later.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shelter_app.domain.countries import alpha3_codes
from shelter_resources import read_json

__all__ = ["ExtractCheck", "Flaw", "FlawCode", "check_extract"]

#: layout: the header or a line is not as it must be. value: a cell holds what its column cannot hold. rare: a row, all
#: columns together, occurs too seldom. alike: nearly all who share their circumstances share an answer. implied: an
#: emptied cell follows from another. undone: only one finer value is possible for a coarser one. sorted: the order tells.
FlawCode = Literal["layout", "value", "rare", "alike", "implied", "undone", "sorted"]

_LEAST = 11
_HEAD = ("yearOfRegistration", "gender", "ageBroad", "citizenship", "CountryOfExploitation", "traffickMonths")
_MEANS = [
    f"means{name}"
    for name in (
        *("DebtBondageEarnings", "Threats", "AbusePsyPhySex", "FalsePromises", "DrugsAlcohol"),
        *("DenyBasicNeeds", "ExcessiveWorkHours", "WithholdDocs"),
    )
]
_KINDS = ["isForcedLabour", "isSexualExploit", "isOtherExploit"]
_RECRUITERS = [f"recruiterRelation{name}" for name in ("IntimatePartner", "Friend", "Family", "Other")]
_OWN = {
    "ageBroad": "x_ageGroup",
    "citizenship": "x_citizenshipRegion",
    "CountryOfExploitation": "x_exploitationRegion",
}


def _header(kind: str) -> list[str]:
    labour = [
        f"{kind}OfLabour{name}" for name in ("Agriculture", "Construction", "DomesticWork", "Hospitality")
    ]
    sexual = [f"{kind}OfSex{name}" for name in ("Prostitution", "Pornography")]
    return [*_HEAD, *_MEANS, *_KINDS, *labour, *sexual, *_RECRUITERS, *_OWN.values()]


#: Column names of the releases of 2024 and 2025, and of 2026.
_HEADERS = (_header("type"), _header("sector"))
_FIRST_AGES = {
    "0--8": 0,
    "09--17": 9,
    "18--20": 18,
    "21--23": 21,
    "24--26": 24,
    "27--29": 27,
    "30--38": 30,
    "39--47": 39,
    "48+": 48,
}
_AGE_GROUPS = {
    "0--17": (0, 17),
    "18--23": (18, 23),
    "24--29": (24, 29),
    "39+": (39, 200),
    "18--29": (18, 29),
    "30+": (30, 200),
    "18+": (18, 200),
}
_DURATIONS = {"", "0--12 (0-1 yr)", "13--24 (1-2 yrs)", "25+ (2+ yrs)"}
_GENDERS = {"", "Woman", "Man", "Trans/Transgender/NonConforming"}
_YEAR = re.compile(r"(?:(?:19|20|21)[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, with the line of the file (the header is line 1; 0 for the file as a whole) and the column."""

    code: FlawCode
    line: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class ExtractCheck:
    """All flaws that were found, the number of rows, how often the rarest row occurs, and how much was tried."""

    flaws: tuple[Flaw, ...]
    rows: int
    rarest: int
    #: Classes times answers that were looked at for "nearly everybody", and coarser cells that were to be undone.
    alike_tried: int
    undone_tried: int

    @property
    def held(self) -> bool:
        """Whether nothing was found."""
        return not self.flaws


def check_extract(text: str) -> ExtractCheck:
    """Look at the text of a finished file as its most suspicious reader would."""
    header, *lines = text.split("\r\n")
    names, counts = header.split(","), Counter(lines[:-1])
    split = {line: tuple(line.split(",")) for line in counts}
    whole = names in _HEADERS and counts and not lines[-1]
    if not whole or any(len(row) != len(names) for row in split.values()):
        return ExtractCheck((Flaw("layout"),), counts.total(), 0, 0, 0)
    places: dict[str, int] = {}
    for number, line in enumerate(lines[:-1], start=2):
        places.setdefault(line, number)
    first = {split[line]: number for line, number in places.items()}
    flaws = list(_values(names, first))
    flaws += [Flaw("rare", places[line]) for line, count in counts.items() if count < _LEAST]
    if len(counts) > 1 and lines[:-1] in (sorted(lines[:-1]), sorted(lines[:-1], reverse=True)):
        flaws.append(Flaw("sorted"))
    alike_tried, alike = _alike(names, {split[line]: count for line, count in counts.items()}, first)
    undone_tried, undone = (0, []) if flaws else _undone(names, first)
    return ExtractCheck(
        tuple(flaws + alike + undone), counts.total(), min(counts.values()), alike_tried, undone_tried
    )


def _values(header: Sequence[str], first: Mapping[tuple[str, ...], int]) -> Iterator[Flaw]:
    """Cells that hold anything but what their column may hold: no name, number or date fits into any."""
    countries = {"", *alpha3_codes()}
    regions = {"", "other", *_regions()}
    allowed: dict[str, set[str]] = {name: {"", "1"} for name in header}
    allowed |= {
        "gender": _GENDERS, "traffickMonths": _DURATIONS, "ageBroad": {"", *_FIRST_AGES}, "citizenship": countries,
        "CountryOfExploitation": countries, "x_ageGroup": {"", *_AGE_GROUPS}, "x_citizenshipRegion": regions,
        "x_exploitationRegion": regions,
    }  # fmt: skip
    for place, name in enumerate(header):
        for row, line in first.items():
            fits = (
                _YEAR.fullmatch(row[place]) if name == "yearOfRegistration" else row[place] in allowed[name]
            )
            if not fits:
                yield Flaw("value", line, name)
    pairs = [(header.index(fine), header.index(coarse)) for fine, coarse in _OWN.items()]
    pairs_of_flags = [
        (place, header.index("isForcedLabour" if "OfLabour" in name else "isSexualExploit"))
        for place, name in enumerate(header)
        if "OfLabour" in name or "OfSex" in name
    ]
    for row, line in first.items():
        for fine, coarse in pairs:
            if row[fine] and row[coarse]:
                yield Flaw("layout", line, header[coarse])
        for part, whole in pairs_of_flags:
            if row[part] and not row[whole]:
                yield Flaw("implied", line, header[part])


def _alike(
    header: Sequence[str], counts: Mapping[tuple[str, ...], int], first: Mapping[tuple[str, ...], int]
) -> tuple[int, list[Flaw]]:
    """Answers that more than nine in ten of those share who share their circumstances."""
    known = [header.index(name) for name in (*_HEAD[:5], *_OWN.values())]
    asked = [place for place in range(len(header)) if place not in known]
    sizes: Counter[tuple[str, ...]] = Counter()
    given: Counter[tuple[tuple[str, ...], int, str]] = Counter()
    where: dict[tuple[str, ...], int] = {}
    for row, count in counts.items():
        group = tuple(row[place] for place in known)
        sizes[group] += count
        where.setdefault(group, first[row])
        for place in asked:
            if row[place]:
                given[group, place, row[place]] += count
    flaws = [
        Flaw("alike", where[group], header[place])
        for (group, place, _answer), count in given.items()
        if 10 * count > 9 * sizes[group]
    ]
    return len(sizes) * len(asked), flaws


def _undone(header: Sequence[str], first: Mapping[tuple[str, ...], int]) -> tuple[int, list[Flaw]]:
    """Coarser values that stand for one finer one only, because all others stand beside it by themselves.

    Whoever knows how extracts are made knows that enough people of one finer value would have been told by it.
    """
    own = [header.index(name) for name in _OWN.values()]
    fine = [header.index(name) for name in _OWN]
    known = [header.index(name) for name in _HEAD[:5]] + own
    beside: dict[tuple[int, tuple[str, ...]], set[str]] = defaultdict(set)
    cells: dict[tuple[int, tuple[str, ...], str], tuple[str, ...]] = {}
    for row in first:
        for number, (finer, coarser) in enumerate(zip(fine, own, strict=True)):
            others = tuple(row[place] for place in known if place not in {finer, coarser})
            beside[number, others].add(row[finer] or row[coarser])
            if row[coarser]:
                cells.setdefault((number, others, row[coarser]), row)
    flaws = []
    for (number, others, value), row in cells.items():
        left = _leaves(number, value)
        for told in beside[number, others] - {value, ""}:
            under = _leaves(number, told)
            if under < _leaves(number, value):
                left = left - under
        if len(left) < 2:
            flaws.append(Flaw("undone", first[row], header[own[number]]))
    return len(cells), flaws


def _leaves(number: int, value: str) -> frozenset[str]:
    """The finest values that a value of the age column (0) or of a column of countries may stand for."""
    if number == 0:
        low, high = _AGE_GROUPS.get(value) or (_FIRST_AGES[value], _FIRST_AGES[value])
        return frozenset(band for band, start in _FIRST_AGES.items() if low <= start <= high)
    return frozenset(_countries_in(value)) or frozenset({value})


def _countries_in(place: str) -> set[str]:
    three = {two: code for code, two in alpha3_codes().items()}
    within = _regions()
    if place != "other" and place not in within:
        return set()
    return {
        three[two]
        for two, lower in read_json("codelists", "regions.json")["countries"].items()
        if place in {lower, within.get(lower)}
    }


def _regions() -> dict[str, str]:
    """Every region and the one that it lies in."""
    return {region["code"]: region["within"] for region in read_json("codelists", "regions.json")["regions"]}
