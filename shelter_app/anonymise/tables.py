"""The nine standard tables with their true counts; they never leave this package unprotected.

Every table counts persons. Rare categories are folded first: a country into its sub-region, region and
"other", an age band into its neighbour, any other code into "other". Which categories have rows of their own
tells only that each of them has at least `FOLD` persons, and that is published with the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from shelter_app.anonymise import regions
from shelter_app.anonymise.coded import CodedFacts, CodeList, PersonRow
from shelter_app.anonymise.release import Category, Folded
from shelter_i18n import N_

__all__ = ["AGE_BANDS", "FOLD", "SMALL_OFFICE", "TABLE_IDS", "CountTable", "age_band", "standard_tables"]

#: A category gets a row of its own from this many persons on: twice the threshold, so that what stands alone is
#: never near it (docs/decisions/004-summary-tables.md, as the other limits here).
FOLD = 22
#: Below this number of persons no table is made.
SMALL_OFFICE = 50
#: Age at registration as CTDC's data files write it (codebook of February 2024, variable ageBroad).
AGE_BANDS = ("0--8", "09--17", "18--20", "21--23", "24--26", "27--29", "30--38", "39--47", "48+")
_BAND_STARTS = (0, 9, 18, 21, 24, 27, 30, 39, 48)
#: How bands merge, the nearest first. Children never merge with adults.
_BAND_MERGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("0--17", ("0--8", "09--17")),
    ("18--23", ("18--20", "21--23")),
    ("24--29", ("24--26", "27--29")),
    ("39+", ("39--47", "48+")),
    ("18--29", ("18--23", "24--29")),
    ("30+", ("30--38", "39+")),
    ("18+", ("18--29", "30+")),
)
_MAJORITY = ("0--17", "18+")
#: The tables in the order of the report.
TABLE_IDS = (
    *("persons", "sex_age", "citizenship", "exploitation_country", "exploitation_type", "means_of_control"),
    *("services", "return_stage", "return_outcome"),
)

_OTHER = "other"
_NONE = "not-stated"
_TOTAL = Category("total", "total", N_("All persons"), least=SMALL_OFFICE)
_PERSONS = Category("persons", "total", N_("Persons"))
_NOT_STATED = Category(_NONE, "none", N_("Not stated"))
_SEVERAL_NOTE = N_(
    "A person can be counted in more than one row, so the rows can add up to more than the total."
)
_ROUNDED_NOTE = N_("Figures are rounded to the nearest 10; rows need not add up exactly.")
_OTHER_NOTE = N_('Categories with fewer than 22 persons are counted under "Other".')

Values = Callable[[PersonRow], Iterable[str]]


@dataclass(frozen=True, slots=True)
class CountTable:
    """A table with true counts; the fields that have the names of `release.Table` mean the same."""

    id: str
    title: str
    rows: tuple[Category, ...]
    columns: tuple[Category, ...]
    counts: tuple[tuple[int, ...], ...]
    additive: bool = True
    #: Nobody stands in two rows, published or not: what an attacker may well guess.
    exclusive: bool = True
    base: str = "persons"
    sensitive: bool = False
    folded: tuple[Folded, ...] = ()
    codelist: str = ""
    notes: tuple[str, ...] = (_ROUNDED_NOTE,)


def age_band(age: int | None) -> str:
    """The CTDC band of an age at registration, or the code for "not stated"."""
    if age is None:
        return _NONE
    return next(
        band for band, start in zip(reversed(AGE_BANDS), reversed(_BAND_STARTS), strict=True) if age >= start
    )


def standard_tables(facts: CodedFacts, coarse: int = 0) -> tuple[CountTable, ...]:
    """All nine tables of the period; with `coarse`, ages by majority only (1) or not at all (2)."""
    rows, codes = facts.rows, facts.codes
    return (
        _new_and_continuing(rows),
        _sex_and_age(rows, coarse),
        _citizenship(rows),
        _exploitation_country(rows),
        _coded(
            rows,
            codes.types,
            lambda row: row.types,
            table="exploitation_type",
            title=N_("Type of exploitation"),
            base_text=N_("Persons with a known type of exploitation"),
            sensitive=True,
        ),
        _coded(
            rows,
            codes.means,
            lambda row: row.means,
            table="means_of_control",
            title=N_("Means of control used"),
            base_text=N_("Persons with a known means of control"),
            sensitive=True,
        ),
        _coded(
            rows,
            codes.services,
            lambda row: row.services,
            table="services",
            title=N_("Services given"),
            base_text=N_("Persons who received a service"),
            none_text=N_("No service recorded"),
        ),
        _returns(
            rows, codes.return_stages, "return_stage", N_("Returns by stage"), N_("Other or not stated")
        ),
        _returns(
            rows,
            codes.return_outcomes,
            "return_outcome",
            N_("Returns by outcome"),
            N_("Other or no outcome yet"),
        ),
    )


def _new_and_continuing(rows: Sequence[PersonRow]) -> CountTable:
    new = sum(row.new for row in rows)
    return CountTable(
        id="persons",
        title=N_("Persons, new and continuing"),
        rows=(
            Category("new", text=N_("New in this period")),
            Category("continuing", text=N_("Continuing from before")),
            _TOTAL,
        ),
        columns=(_PERSONS,),
        counts=((new,), (len(rows) - new,), (len(rows),)),
    )


def _sex_and_age(rows: Sequence[PersonRow], coarse: int) -> CountTable:
    sexes = [Category("woman", text=N_("Women")), Category("man", text=N_("Men"))]
    few_others = sum(row.sex == "other" for row in rows) < FOLD
    if few_others:
        sexes.append(Category(_OTHER, text=N_("Other or not stated")))
    else:
        sexes += [Category(_OTHER, text=N_("Other gender"), least=FOLD), _NOT_STATED]

    def sex_of(row: PersonRow) -> str:
        if row.sex == "unknown":
            return _OTHER if few_others else _NONE
        return row.sex

    bands, into = _age_columns(rows, coarse)
    columns = (*bands, _NOT_STATED, _TOTAL) if bands else (_PERSONS,)
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        for sex in (sex_of(row), "total"):
            for column in (into[age_band(row.age)], columns[-1].code):
                counts[sex, column] = counts.get((sex, column), 0) + 1
    lines = (*sexes, _TOTAL)
    return CountTable(
        id="sex_age",
        title=N_("Sex and age at registration") if bands else N_("Sex"),
        rows=lines,
        columns=columns,
        counts=tuple(tuple(counts.get((line.code, column.code), 0) for column in columns) for line in lines),
        folded=tuple(Folded(band, into[band]) for band in AGE_BANDS if bands and into[band] != band),
        codelist="age-bands",
    )


def _age_columns(rows: Sequence[PersonRow], coarse: int) -> tuple[tuple[Category, ...], dict[str, str]]:
    """The bands that have columns, and the column of every band."""
    into = {band: band for band in AGE_BANDS}
    if coarse >= 2:
        return (), dict.fromkeys((*AGE_BANDS, _NONE), _NONE)
    sizes = dict.fromkeys(AGE_BANDS, 0)
    for row in rows:
        if row.age is not None:
            sizes[age_band(row.age)] += 1
    leaves: dict[str, tuple[str, ...]] = {band: (band,) for band in AGE_BANDS}
    for parent, children in _BAND_MERGES:
        leaves[parent] = tuple(leaf for child in children for leaf in leaves[child])
        few = any(sum(sizes[leaf] for leaf in leaves[child]) < FOLD for child in children)
        if few or (coarse and parent in _MAJORITY):
            into.update(dict.fromkeys(leaves[parent], parent))
    bands = tuple(
        # Minors and adults stay apart however few they are, so these two columns promise no number.
        Category(band, codelist="age-bands", key=band, least=0 if band in _MAJORITY else FOLD)
        for band in dict.fromkeys(into.values())
    )
    return bands, into | {_NONE: _NONE}


def _citizenship(rows: Sequence[PersonRow]) -> CountTable:
    def single(row: PersonRow) -> tuple[str, ...]:
        if len(row.citizenships) > 1:
            return (_OTHER,)
        return row.citizenships

    lines, counts, folded = _fold_countries(rows, single, N_("Other, or more than one citizenship"))
    none = sum(not row.citizenships for row in rows)
    return CountTable(
        id="citizenship",
        title=N_("Citizenship"),
        rows=(*lines, _NOT_STATED, _TOTAL),
        columns=(_PERSONS,),
        counts=(*((count,) for count in counts), (none,), (len(rows),)),
        folded=folded,
        codelist="countries",
        notes=(_ROUNDED_NOTE, _OTHER_NOTE),
    )


def _exploitation_country(rows: Sequence[PersonRow]) -> CountTable:
    lines, counts, folded = _fold_countries(rows, lambda row: row.exploited_in, N_("Other countries"))
    base = sum(bool(row.exploited_in) for row in rows)
    return CountTable(
        id="exploitation_country",
        title=N_("Country of exploitation"),
        rows=(
            *lines,
            Category("base", "base", N_("Persons with a known country of exploitation")),
            _NOT_STATED,
            _TOTAL,
        ),
        columns=(_PERSONS,),
        counts=(*((count,) for count in counts), (base,), (len(rows) - base,), (len(rows),)),
        additive=False,
        exclusive=all(len(row.exploited_in) <= 1 for row in rows),
        base="exploitation_country",
        folded=folded,
        codelist="countries",
        notes=(_ROUNDED_NOTE, _OTHER_NOTE, _SEVERAL_NOTE),
    )


def _fold_countries(
    rows: Sequence[PersonRow], values: Values, other_text: str
) -> tuple[list[Category], list[int], tuple[Folded, ...]]:
    """Rows for countries and regions with enough persons, their counts, and the row of every other country."""
    into: dict[str, str] = {code: code for code in (*regions.country_codes(), _OTHER)}
    lines: list[Category] = []
    for level in (regions.country_codes(), *regions.levels()):
        counts = _persons_per(rows, values, into)
        lines += [_country_category(code) for code in level if counts.get(code, 0) >= FOLD]
        kept = {line.code for line in lines}
        for country, place in into.items():
            if place not in kept and place in level:
                into[country] = regions.parent(place)
    counts = _persons_per(rows, values, into)
    lines.append(Category(_OTHER, text=other_text))
    folded = tuple(Folded(code, place) for code, place in into.items() if code not in {place, _OTHER})
    return lines, [counts.get(line.code, 0) for line in lines], folded


def _country_category(code: str) -> Category:
    if code in regions.country_codes():
        return Category(code, codelist="countries", key=code, least=FOLD)
    return Category(code, text=N_("Other countries in {name}"), codelist="regions", key=code, least=FOLD)


def _persons_per(rows: Sequence[PersonRow], values: Values, into: dict[str, str]) -> dict[str, int]:
    """How many persons have a value that is counted in each row; a person counts once in a row."""
    counts: dict[str, int] = {}
    for row in rows:
        for place in {into[value] for value in values(row)}:
            counts[place] = counts.get(place, 0) + 1
    return counts


def _fold_codes(
    rows: Sequence[PersonRow], values: Values, codelist: CodeList, other_text: str
) -> tuple[list[Category], list[int], tuple[Folded, ...]]:
    """Rows for the codes with enough persons and one for all others, their counts, and what was folded."""
    counts = _persons_per(rows, values, {code: code for code in (*codelist.codes, _OTHER)})
    own = [code for code in codelist.codes if counts.get(code, 0) >= FOLD and code.lower() != _OTHER]
    into = {code: code if code in own else _OTHER for code in (*codelist.codes, _OTHER)}
    counts = _persons_per(rows, values, into)
    lines = [Category(code, codelist=codelist.name, key=code, least=FOLD) for code in own]
    lines.append(Category(_OTHER, text=other_text))
    folded = tuple(
        Folded(code, _OTHER) for code in codelist.codes if code not in own and code.lower() != _OTHER
    )
    return lines, [counts.get(line.code, 0) for line in lines], folded


def _coded(
    rows: Sequence[PersonRow],
    codelist: CodeList,
    values: Values,
    *,
    table: str,
    title: str,
    base_text: str,
    none_text: str = "",
    sensitive: bool = False,
) -> CountTable:
    """A table of a column with several codes a person: persons per code, and those with at least one."""
    lines, counts, folded = _fold_codes(rows, values, codelist, N_("Other"))
    base = sum(any(True for _ in values(row)) for row in rows)
    none = Category(_NONE, "none", none_text) if none_text else _NOT_STATED
    return CountTable(
        id=table,
        title=title,
        rows=(*lines, Category("base", "base", base_text), none, _TOTAL),
        columns=(_PERSONS,),
        counts=(*((count,) for count in counts), (base,), (len(rows) - base,), (len(rows),)),
        additive=False,
        exclusive=all(len(set(values(row))) <= 1 for row in rows),
        base=table,
        sensitive=sensitive,
        folded=folded,
        codelist=codelist.name,
        notes=(_ROUNDED_NOTE, _OTHER_NOTE, _SEVERAL_NOTE),
    )


def _returns(
    rows: Sequence[PersonRow], codelist: CodeList, table: str, title: str, other_text: str
) -> CountTable:
    """A table of persons with a return; both tables of returns count the same persons."""
    returning = [row for row in rows if row.return_stage is not None or row.return_outcome is not None]

    def single(row: PersonRow) -> tuple[str, ...]:
        code = row.return_stage if table == "return_stage" else row.return_outcome
        return (_OTHER if code is None else code,)

    lines, counts, folded = _fold_codes(returning, single, codelist, other_text)
    base = len(returning)
    return CountTable(
        id=table,
        title=title,
        rows=(
            *lines,
            Category("base", "base", N_("Persons with a return")),
            Category(_NONE, "none", N_("No return recorded")),
            _TOTAL,
        ),
        columns=(_PERSONS,),
        counts=(*((count,) for count in counts), (base,), (len(rows) - base,), (len(rows),)),
        base="returns",
        sensitive=table == "return_outcome",
        folded=folded,
        codelist=codelist.name,
        notes=(_ROUNDED_NOTE, _OTHER_NOTE),
    )
