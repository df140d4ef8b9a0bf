"""The columns of a record extract: names by codebook and where each name comes from, values, and how values coarsen.

CTDC's codebooks of 2024 and later have 27 columns and no concatenated ones, so there is nothing to rebuild from
flags. Our own three columns stand behind them; whoever wants CTDC's shape alone cuts them off, and since every
row that is left then occurs at least as often as before, the file stays as safe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shelter_app.anonymise import regions
from shelter_app.domain.countries import alpha3_codes

__all__ = [
    "CIRCUMSTANCES",
    "CODEBOOKS",
    "COLUMNS",
    "DURATIONS",
    "FLAGS",
    "GENDERS",
    "OWN_COLUMNS",
    "PARENTS",
    "Hierarchy",
    "age_hierarchy",
    "column_names",
    "country_hierarchy",
    "source_of",
]

#: The releases of CTDC's global dataset whose column names can be chosen; the first is the default.
CODEBOOKS = ("2024", "2025", "2026")
#: Columns that tell who somebody is and where it happened, in the order of the codebook.
CIRCUMSTANCES = ("yearOfRegistration", "gender", "ageBroad", "citizenship", "CountryOfExploitation")
#: Columns that hold 1 or nothing, under their names of 2024, in the order of the codebook.
FLAGS = (
    *("meansDebtBondageEarnings", "meansThreats", "meansAbusePsyPhySex", "meansFalsePromises"),
    *("meansDrugsAlcohol", "meansDenyBasicNeeds", "meansExcessiveWorkHours", "meansWithholdDocs"),
    *("isForcedLabour", "isSexualExploit", "isOtherExploit"),
    *("typeOfLabourAgriculture", "typeOfLabourConstruction", "typeOfLabourDomesticWork"),
    *("typeOfLabourHospitality", "typeOfSexProstitution", "typeOfSexPornography"),
    *("recruiterRelationIntimatePartner", "recruiterRelationFriend", "recruiterRelationFamily"),
    "recruiterRelationOther",
)
#: A flag that implies another: it is never said where the other is not, or the other could be worked out.
PARENTS = {
    **{flag: "isForcedLabour" for flag in FLAGS if flag.startswith("typeOfLabour")},
    **{flag: "isSexualExploit" for flag in FLAGS if flag.startswith("typeOfSex")},
}
#: Values of `traffickMonths`, as the codebook writes them.
DURATIONS = ("0--12 (0-1 yr)", "13--24 (1-2 yrs)", "25+ (2+ yrs)")
#: CTDC's three genders by the classes of `coded.SEX_CLASSES`; "unknown" is left empty.
GENDERS = {"woman": "Woman", "man": "Man", "other": "Trans/Transgender/NonConforming"}
#: All columns of CTDC under their names of 2024.
COLUMNS = (*CIRCUMSTANCES, "traffickMonths", *FLAGS)
#: Where a value had to be emptied, its coarser value may stand here. Ours, not CTDC's, hence the x_.
OWN_COLUMNS = {
    "ageBroad": "x_ageGroup",
    "citizenship": "x_citizenshipRegion",
    "CountryOfExploitation": "x_exploitationRegion",
}

_RENAMED_2026 = (("typeOfLabour", "sectorOfLabour"), ("typeOfSex", "sectorOfSex"))
_OFFICIAL = "CTDC Global Synthetic Dataset, codebook v2 (February 2024)"
_SOURCES = {
    "2024": _OFFICIAL,
    "2025": f"{_OFFICIAL}; the release of 2025 uses the same names, as programs of others that read it show",
    "2026": f"{_OFFICIAL}; no codebook of 2026 was at hand: unchanged names as in 2024",
}
_SOURCE_RENAMED = "programs of others that read the release of 2026; no codebook of 2026 was at hand"
_SOURCE_OWN = "ours, not CTDC's: the coarser value where the column {column} had to be emptied"


def column_names(codebook: str) -> tuple[str, ...]:
    """The header of a file: CTDC's 27 columns under the names of a codebook, then our own.

    Raises:
        KeyError: there is no such codebook.
    """
    return (*(_named(column, codebook) for column in COLUMNS), *OWN_COLUMNS.values())


def _named(column: str, codebook: str) -> str:
    if codebook not in CODEBOOKS:
        raise KeyError(codebook)
    for before, after in _RENAMED_2026 if codebook == "2026" else ():
        if column.startswith(before):
            return after + column.removeprefix(before)
    return column


def source_of(name: str, codebook: str) -> str:
    """Where the name of a column comes from, for the notes of the file."""
    for column, own in OWN_COLUMNS.items():
        if name == own:
            return _SOURCE_OWN.format(column=column)
    return _SOURCES[codebook] if name in COLUMNS else _SOURCE_RENAMED


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """How the values of a column coarsen: `steps` maps every value to itself, then wider, at last to "".

    Raises:
        ValueError: the steps are not a hierarchy: what is one value in a step is not one value in the next.
    """

    steps: tuple[Mapping[str, str], ...]
    _under: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        leaves = set(self.steps[0])
        if any(set(step) != leaves for step in self.steps) or set(self.steps[-1].values()) - {""}:
            raise ValueError("every step knows every value, and the last knows only one")
        for fine, coarse in zip(self.steps, self.steps[1:], strict=False):
            into: dict[str, str] = {}
            for leaf in leaves:
                if into.setdefault(fine[leaf], coarse[leaf]) != coarse[leaf]:
                    raise ValueError("a value coarsens into two values")

    def leaves_under(self, value: str) -> frozenset[str]:
        """Every value of the column that a coarser `value` may stand for."""
        if value not in self._under:
            self._under[value] = frozenset(
                leaf for step in self.steps for leaf, coarse in step.items() if coarse == value
            )
        return self._under[value]


def _hierarchy(leaves: Sequence[str], *wider: Mapping[str, str]) -> Hierarchy:
    steps = ({leaf: leaf for leaf in leaves}, *wider, dict.fromkeys(leaves, ""))
    return Hierarchy(tuple({leaf: step.get(leaf, leaf) for leaf in leaves} for step in steps))


def age_hierarchy() -> Hierarchy:
    """CTDC's bands, pairs of bands, three groups, minors and adults, nothing; minors never join adults."""
    # Not above: what counts is loaded with it, and whoever only names columns need not wait for that.
    from shelter_app.anonymise.axes import AGE_BANDS

    minors = dict.fromkeys(AGE_BANDS[:2], "0--17")
    young, older = AGE_BANDS[2:6], AGE_BANDS[6:]
    pairs = dict(
        zip(AGE_BANDS[2:], ("18--23",) * 2 + ("24--29",) * 2 + (AGE_BANDS[6],) + ("39+",) * 2, strict=True)
    )
    groups = dict.fromkeys(young, "18--29") | dict.fromkeys(older, "30+")
    return _hierarchy(
        AGE_BANDS, minors | pairs, minors | groups, minors | dict.fromkeys(young + older, "18+")
    )


def country_hierarchy() -> Hierarchy:
    """Alpha-3 codes, the sub-regions and regions of the UN geoscheme under our own codes, nothing."""
    alpha3 = alpha3_codes()
    lower = {code: regions.parent(two) for code, two in alpha3.items()}
    tops = set(regions.levels()[1])
    upper = {
        code: place if place in tops | {regions.OTHER} else regions.parent(place)
        for code, place in lower.items()
    }
    return _hierarchy(sorted(alpha3), lower, upper)
