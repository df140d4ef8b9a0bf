"""The tables of a summary with their true counts; they never leave this package unprotected.

Every table counts persons. Tables for one dimension come first; crosses of two dimensions share their margins
with them. Each cell has a name, which says whom it counts: cells with one name count the same persons.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from shelter_app.anonymise.axes import FOLD, NONE, Axis, Facts, Leaves, Mask, age_band
from shelter_app.anonymise.coded import CodedFacts, CodeList, PersonRow
from shelter_app.anonymise.release import Category, Folded
from shelter_i18n import N_

__all__ = [
    "CROSSES",
    "CROSS_TITLES",
    "FOLD",
    "ONE_WAY",
    "ROUNDED_NOTE",
    "SMALL_OFFICE",
    "TABLE_IDS",
    "CountTable",
    "Name",
    "age_band",
    "cross_tables",
    "one_way_tables",
    "standard_tables",
    "table_id",
]

#: Below this number of persons no table is made.
SMALL_OFFICE = 50
#: Tables of one dimension (sex and age are the exception), in the order of the report.
ONE_WAY = (
    *("persons", "sex_age", "citizenship", "exploitation_country", "exploitation_type", "means_of_control"),
    *("services", "return_stage", "return_outcome", "recruiter_relation", "duration"),
)
#: Crosses that IOM's reporting asks for, the most useful first; the last are given up first.
CROSSES = (
    *("exploitation_type_by_sex", "citizenship_by_exploitation_country", "exploitation_type_by_age"),
    *(
        "service_states",
        "means_of_control_by_exploitation_type",
        "return_stage_by_return_outcome",
        "follow_up",
    ),
)
TABLE_IDS = (*ONE_WAY, *CROSSES)

_TOTAL = Category("total", "total", N_("All persons"), least=SMALL_OFFICE)
_PERSONS = Category("persons", "total", N_("Persons"))
_NOT_STATED = Category(NONE, "none", N_("Not stated"))
_SEVERAL_NOTE = N_(
    "A person can be counted in more than one row, so the rows can add up to more than the total."
)
_SEVERAL_COLUMNS_NOTE = N_(
    "A person can be counted in more than one column, so the columns can add up to more than the total."
)
ROUNDED_NOTE = N_("Figures are rounded to the nearest 10; rows need not add up exactly.")
_OTHER_NOTE = N_('Categories with fewer than 22 persons are counted under "Other".')
_WIDER_NOTE = N_('Smaller categories are counted under "Other", so that the table stays readable.')

#: Whom a cell counts: dimension and what of it, for every condition; no condition means everybody.
Name = tuple[tuple[str, Leaves], ...]
_BASE, _WITHOUT = ("*",), ("-",)


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of a table of one dimension."""

    title: str
    base: str = ""
    none: str = ""


_WORDS = {
    "persons": Wording(N_("Persons, new and continuing")),
    "sex": Wording(N_("Sex")),
    "age": Wording(N_("Age at registration")),
    "citizenship": Wording(N_("Citizenship")),
    "exploitation_country": Wording(
        N_("Country of exploitation"), N_("Persons with a known country of exploitation")
    ),
    "exploitation_type": Wording(N_("Type of exploitation"), N_("Persons with a known type of exploitation")),
    "means_of_control": Wording(N_("Means of control used"), N_("Persons with a known means of control")),
    "services": Wording(
        N_("Services given"), N_("Persons who received a service"), N_("No service recorded")
    ),
    "return_stage": Wording(N_("Returns by stage"), N_("Persons with a return"), N_("No return recorded")),
    "return_outcome": Wording(
        N_("Returns by outcome"), N_("Persons with a return"), N_("No return recorded")
    ),
    "recruiter_relation": Wording(N_("Relation to the recruiter"), N_("Persons with a known recruiter")),
    "duration": Wording(N_("Duration of exploitation")),
}
#: Titles of all crosses that can be made: the standard ones, then those that an office can ask for. Both sides are about
#: the same persons: a category of everybody that has its 22 persons need not have them among those with a return.
CROSS_TITLES = {
    "sex_age": N_("Sex and age at registration"),
    "exploitation_type_by_sex": N_("Type of exploitation by sex"),
    "exploitation_type_by_age": N_("Type of exploitation by age"),
    "citizenship_by_exploitation_country": N_("Citizenship by country of exploitation"),
    "means_of_control_by_exploitation_type": N_("Means of control by type of exploitation"),
    "return_stage_by_return_outcome": N_("Returns by stage and outcome"),
    "service_states": N_("Services by state"),
    "follow_up": N_("Follow-up after the return"),
    "citizenship_by_sex": N_("Citizenship by sex"),
    "citizenship_by_age": N_("Citizenship by age"),
    "citizenship_by_exploitation_type": N_("Citizenship by type of exploitation"),
    "exploitation_country_by_sex": N_("Country of exploitation by sex"),
    "exploitation_country_by_age": N_("Country of exploitation by age"),
    "exploitation_country_by_exploitation_type": N_("Country of exploitation by type of exploitation"),
    "means_of_control_by_sex": N_("Means of control by sex"),
    "means_of_control_by_age": N_("Means of control by age"),
    "recruiter_relation_by_sex": N_("Relation to the recruiter by sex"),
    "recruiter_relation_by_age": N_("Relation to the recruiter by age"),
    "recruiter_relation_by_exploitation_type": N_("Relation to the recruiter by type of exploitation"),
    "duration_by_sex": N_("Duration of exploitation by sex"),
    "duration_by_age": N_("Duration of exploitation by age"),
    "duration_by_exploitation_type": N_("Duration of exploitation by type of exploitation"),
    "services_by_sex": N_("Services given by sex"),
    "services_by_age": N_("Services given by age"),
    "services_by_exploitation_type": N_("Services given by type of exploitation"),
}
_UNIVERSES = {
    "returns": Category("total", "total", N_("Persons with a return")),
    "service": Category("total", "total", N_("Persons with a service in any state")),
    "follow_up": Category("total", "total", N_("Persons with a follow-up")),
}
_ANY_STATE = Category("total", "total", N_("In any state"))
#: Readable on paper: no more rows and columns than this in a cross.
_MOST_ROWS, _MOST_COLUMNS = 20, 9
_FOLDS_FURTHER = (
    *("citizenship", "exploitation_country", "exploitation_type", "means_of_control", "recruiter_relation"),
    "services",
)


@dataclass(frozen=True, slots=True)
class CountTable:
    """A table with true counts; the fields that have the names of `release.Table` mean the same."""

    id: str
    title: str
    rows: tuple[Category, ...]
    columns: tuple[Category, ...]
    counts: tuple[tuple[int, ...], ...]
    #: Whom each cell counts, row by row.
    names: tuple[tuple[Name, ...], ...] = ()
    additive: bool = True
    columns_additive: bool = True
    #: Nobody stands in two rows (or columns), published or not: what an attacker may well guess.
    exclusive: bool = True
    columns_exclusive: bool = True
    base: str = "persons"
    #: The persons that the table is about, where that is not everybody.
    universe: str = ""
    sensitive: bool = False
    columns_sensitive: bool = False
    folded: tuple[Folded, ...] = ()
    columns_folded: tuple[Folded, ...] = ()
    codelist: str = ""
    notes: tuple[str, ...] = (ROUNDED_NOTE,)


def table_id(row: str, column: str = "") -> str:
    """The id of the table of one or two dimensions."""
    if not column:
        return "persons" if row == "registration" else row
    return "sex_age" if (row, column) == ("sex", "age") else f"{row}_by_{column}"


def one_way_tables(facts: Facts, coarse: int = 0) -> tuple[CountTable, ...]:
    """The tables of one dimension; with `coarse`, ages by majority only (1) or not at all (2)."""
    return tuple(
        _sex_and_age(facts, coarse) if name == "sex_age" else _one_way(facts, "registration" if name == "persons" else name)
        for name in ONE_WAY
    )  # fmt: skip


def cross_tables(facts: Facts, coarse: int = 0, wanted: Collection[str] = CROSSES) -> tuple[CountTable, ...]:
    """These crosses, the standard and most useful ones first; those by age go where ages are left out."""
    found = []
    for name in dict.fromkeys((*CROSSES, *CROSS_TITLES)):
        row, _, column = name.partition("_by_")
        if name not in wanted or name in ONE_WAY or (column == "age" and coarse >= 2):
            continue
        if name == "service_states":
            found.append(_service_states(facts))
        elif name == "follow_up":
            found.append(_follow_up(facts))
        else:
            found.append(_cross(facts, row, _age_axis_name(column, coarse)))
    return tuple(found)


def standard_tables(facts: CodedFacts, coarse: int = 0) -> tuple[CountTable, ...]:
    """All tables of a period, those of one dimension first."""
    columns = Facts(facts.rows, facts.codes)
    return (*one_way_tables(columns, coarse), *cross_tables(columns, coarse))


def _age_axis_name(dimension: str, coarse: int) -> str:
    return "majority" if dimension == "age" and coarse else dimension


def _sex_and_age(facts: Facts, coarse: int) -> CountTable:
    if coarse >= 2:
        return replace(_one_way(facts, "sex"), id="sex_age")
    return _cross(facts, "sex", _age_axis_name("age", coarse))


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a table: its lines, whom each counts, and what that is called."""

    lines: tuple[Category, ...]
    members: Mask
    names: tuple[Name, ...]


def _side(axis: Axis, size: int, *, base: str = "", none: str = "", crossed: bool = False) -> _Side:
    """Items, then the group with at least one item where the table has one, those without, and everybody."""
    group = axis.universe or axis.dimension
    lines = list(axis.items)
    columns = [axis.members]
    names: list[Name] = [((axis.dimension, leaves),) for leaves in axis.leaves]
    if not crossed and (axis.universe or not axis.single):
        lines.append(Category("base", "base", base))
        columns.append(axis.stated[:, None])
        names.append(((group, _BASE),))
    if axis.none is not None or (axis.universe and not crossed):
        lines.append(Category(NONE, "none", none) if none else _NOT_STATED)
        columns.append(~axis.stated[:, None])
        names.append(((group, _WITHOUT),))
    everybody = np.ones((size, 1), dtype=bool)
    if crossed and axis.universe:
        lines.append(_UNIVERSES[axis.universe])
        columns.append(axis.stated[:, None])
        names.append(((axis.universe, _BASE),))
    else:
        lines.append(_TOTAL)
        columns.append(everybody)
        names.append(())
    return _Side(tuple(lines), np.hstack(columns), tuple(names))


def _one_way(facts: Facts, dimension: str) -> CountTable:
    axis = facts.axis(dimension)
    name = table_id(dimension)
    words = _WORDS[name]
    side = _side(axis, facts.size, base=words.base, none=words.none)
    folds = dimension not in ("registration", "sex", "age", "duration")
    notes = (ROUNDED_NOTE, *((_OTHER_NOTE,) if folds else ()), *(() if axis.single else (_SEVERAL_NOTE,)))
    return CountTable(
        id=name,
        title=words.title,
        rows=side.lines,
        columns=(_PERSONS,),
        counts=tuple((int(count),) for count in side.members.sum(axis=0)),
        names=tuple((each,) for each in side.names),
        additive=axis.single,
        exclusive=axis.exclusive,
        base=axis.universe or ("persons" if axis.single else dimension),
        sensitive=axis.sensitive,
        folded=axis.folded,
        codelist=axis.codelist,
        notes=notes,
    )


def _cross(facts: Facts, row: str, column: str) -> CountTable:
    """A table of two dimensions; it counts those that both are about."""
    down = facts.axis(row, _MOST_ROWS if row in _FOLDS_FURTHER else 0)
    across = facts.axis(column, _MOST_COLUMNS if column in _FOLDS_FURTHER else 0)
    universe = down.universe or across.universe
    rows, columns = (_side(axis, facts.size, crossed=True) for axis in (down, across))
    counts = rows.members.astype(np.float32).T @ columns.members.astype(np.float32)
    name = table_id(row, across.dimension)
    by_age = (row, across.dimension) == ("sex", "age")
    notes = [ROUNDED_NOTE]
    if down.folded or across.folded:
        notes.append(_WIDER_NOTE)
    if not down.single:
        notes.append(_SEVERAL_NOTE)
    if not across.single:
        notes.append(_SEVERAL_COLUMNS_NOTE)
    total = _UNIVERSES[universe] if universe else _TOTAL
    return CountTable(
        id=name,
        title=CROSS_TITLES[name],
        rows=(*rows.lines[:-1], total),
        columns=(*columns.lines[:-1], total),
        counts=tuple(tuple(round(float(count)) for count in line) for line in counts),
        names=tuple(tuple(_joined(universe, one, two) for two in columns.names) for one in rows.names),
        additive=down.single,
        columns_additive=across.single,
        exclusive=down.exclusive,
        columns_exclusive=across.exclusive,
        base="persons",
        universe=universe,
        sensitive=down.sensitive,
        columns_sensitive=across.sensitive,
        folded=across.folded if by_age else down.folded,
        columns_folded=() if by_age else across.folded,
        codelist="age-bands" if by_age else down.codelist,
        notes=(ROUNDED_NOTE,) if by_age else tuple(notes),
    )


def _joined(universe: str, row: Name, column: Name) -> Name:
    """The conditions of a row and a column; who has a stage or an outcome has a return, so that is not said."""
    parts = dict((*row, *column))
    implied = any(part != universe and _IMPLIES.get(part) == universe for part in parts)
    if universe and implied:
        parts.pop(universe, None)
    elif universe:
        parts[universe] = _BASE
    return tuple(sorted(parts.items()))


_IMPLIES = {"return_stage": "returns", "return_outcome": "returns"}


def _service_states(facts: Facts) -> CountTable:
    """Kinds of help by what became of it; a person can have several of a kind, in several states."""

    def pairs(row: PersonRow) -> list[tuple[str, str]]:
        return [*row.service_states, *((kind, "given") for kind in row.services)]

    kinds, states = facts.axis("services"), facts.codes.service_states
    names = _state_names("service", kinds.leaves, states.codes)
    # Help that was given is counted in the table of services already.
    given = states.codes.index("given")
    for line, leaves in zip(names, (*kinds.leaves, _BASE), strict=True):
        line[given] = (("services", leaves),)
    found = facts.states(kinds.leaves, states.codes, pairs)
    return _pair_table("service_states", kinds.items, states, found, names, kinds.folded, kinds.codelist)


def _follow_up(facts: Facts) -> CountTable:
    """How long after the return somebody asked after the person, by what came of it."""
    steps, states = facts.codes.follow_up_steps, facts.codes.follow_up_states
    leaves = tuple((step,) for step in steps.codes)
    found = facts.states(leaves, states.codes, lambda row: row.follow_ups)
    items = tuple(Category(step, codelist=steps.name, key=step) for step in steps.codes)
    names = _state_names("follow_up", leaves, states.codes)
    return _pair_table("follow_up", items, states, found, names, (), steps.name)


def _state_names(universe: str, kinds: Sequence[Leaves], states: Sequence[str]) -> list[list[Name]]:
    """Names of the cells of kinds (and any kind, last) by states (and any state, last)."""
    lines: list[list[Name]] = []
    for leaves in (*kinds, _BASE):
        kind: Name = ((universe, leaves),)
        lines.append([*((*kind, (f"{universe}_state", (state,))) for state in states), kind])
    return lines


def _pair_table(
    name: str,
    kinds: Sequence[Category],
    states: CodeList,
    found: Mask,
    names: Sequence[Sequence[Name]],
    folded: tuple[Folded, ...],
    codelist: str,
) -> CountTable:
    """A table of kinds and states; it counts those who have any of them, each once in a cell."""
    universe = "service" if name == "service_states" else name
    columns = (*(Category(state, codelist=states.name, key=state) for state in states.codes), _ANY_STATE)
    return CountTable(
        id=name,
        title=CROSS_TITLES[name],
        rows=(*kinds, _UNIVERSES[universe]),
        columns=columns,
        counts=tuple(tuple(line) for line in found.sum(axis=0).tolist()),
        names=tuple(tuple(line) for line in names),
        additive=False,
        columns_additive=False,
        exclusive=bool((found[:, :-1, :].sum(axis=1) <= 1).all()),
        columns_exclusive=bool((found[:, :, :-1].sum(axis=2) <= 1).all()),
        universe=universe,
        folded=folded,
        codelist=codelist,
        notes=(ROUNDED_NOTE, _SEVERAL_NOTE, _SEVERAL_COLUMNS_NOTE),
    )
