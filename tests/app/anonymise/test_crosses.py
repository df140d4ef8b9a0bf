"""Crosses count the same persons as the tables of one dimension, stay readable, and fold along checked trees."""

from collections.abc import Callable

import pytest

from shelter_app.anonymise import hierarchies, regions
from shelter_app.anonymise.axes import age_band
from shelter_app.anonymise.coded import CodedFacts, PersonRow
from shelter_app.anonymise.hierarchies import NotATreeError, Tree
from shelter_app.anonymise.naming import names_of
from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.anonymise.tables import CROSSES, ONE_WAY, standard_tables

Office = Callable[..., CodedFacts]
SEED = b"a secret of the vault, 32 bytes!"


def values(row: PersonRow, dimension: str) -> set[str]:
    """The answers of one person, as a reader of the form would give them."""
    match dimension:
        case "registration":
            return {"new" if row.new else "continuing"}
        case "sex":
            return {row.sex}
        case "age":
            return set() if row.age is None else {age_band(row.age)}
        case "citizenship":
            return {"other"} if len(row.citizenships) > 1 else set(row.citizenships)
        case "duration":
            return {row.duration} if row.duration else set()
        case "return_stage" | "return_outcome":
            if row.return_stage is None and row.return_outcome is None:
                return set()
            return {getattr(row, dimension) or "other"}
    column = {
        "exploitation_country": "exploited_in",
        "exploitation_type": "types",
        "means_of_control": "means",
    }
    found = getattr(
        row, column.get(dimension, {"recruiter_relation": "recruiters"}.get(dimension, dimension))
    )
    return {"other" if code.lower() == "other" else code for code in found}


def pairs(row: PersonRow, universe: str) -> set[tuple[str, str]]:
    if universe == "follow_up":
        return set(row.follow_ups)
    return set(row.service_states) | {(kind, "given") for kind in row.services}


def is_counted(row: PersonRow, name: tuple[tuple[str, tuple[str, ...]], ...]) -> bool:
    conditions = dict(name)
    for universe in ("service", "follow_up"):
        if universe in conditions:
            kinds, states = conditions[universe], conditions.get(f"{universe}_state")
            return any(
                kinds == ("*",) or kind in kinds
                for kind, state in pairs(row, universe)
                if states is None or state in states
            )
    for dimension, wanted in conditions.items():
        if dimension == "returns":
            has = bool(values(row, "return_stage"))
        elif wanted in (("*",), ("-",)):
            has = bool(values(row, dimension) - {"unknown"})
        else:
            has = bool(values(row, dimension) & set(wanted))
        if has == (wanted == ("-",)):
            return False
    return True


@pytest.mark.parametrize("style", ["independent", "clustered", "lopsided"])
@pytest.mark.parametrize("coarse", [0, 1, 2])
def test_every_cell_counts_the_persons_that_its_name_says(office: Office, style: str, coarse: int) -> None:
    facts = office(230, 5, style)
    tables = standard_tables(facts, coarse)
    for table in tables:
        for names, line in zip(table.names, table.counts, strict=True):
            for name, count in zip(names, line, strict=True):
                assert count == sum(is_counted(row, name) for row in facts.rows), (table.id, name)
    assert {table.id for table in tables} >= set(CROSSES) - (
        {"exploitation_type_by_age"} if coarse == 2 else set()
    )


def test_margins_of_crosses_are_the_figures_of_the_tables_of_one_dimension(office: Office) -> None:
    seen: dict[object, int] = {}
    shared = 0
    for table in standard_tables(office(800, 2, "clustered")):
        for names, line in zip(table.names, table.counts, strict=True):
            for name, count in zip(names, line, strict=True):
                shared += name in seen
                assert seen.setdefault(name, count) == count
    assert shared > 60


def test_a_stranger_gives_the_cells_the_same_names_from_the_file_alone(office: Office) -> None:
    for size, style in ((90, "lopsided"), (400, "clustered"), (3000, "independent")):
        facts = office(size, 8, style)
        release = ProtectedRelease.from_json(protect(facts, SEED).release.to_json())
        true = {
            table.id: table
            for table in (*standard_tables(facts, 2), *standard_tables(facts, 1), *standard_tables(facts))
        }
        for table in release.tables:
            if table.columns == true[table.id].columns:
                assert tuple(map(tuple, names_of(table))) == true[table.id].names, table.id


def test_a_cross_stays_readable_however_many_countries_there_are(office: Office) -> None:
    rows = []
    codes = regions.country_codes()
    base = office(60, 1).rows[0]
    for number in range(12_000):
        row = PersonRow(
            person=f"p{number:08d}",
            new=True,
            citizenships=(codes[number % 240],),
            exploited_in=(codes[number % 97],),
        )
        rows.append(row)
    facts = CodedFacts((*rows, base), office(60, 1).period, office(60, 1).codes)
    cross = next(t for t in standard_tables(facts) if t.id == "citizenship_by_exploitation_country")
    assert len(cross.rows) <= 23
    assert len(cross.columns) <= 12
    one = next(t for t in standard_tables(facts) if t.id == "citizenship")
    assert len(one.rows) > 200


def test_a_margin_never_goes_because_of_a_cross(office: Office) -> None:
    for seed in range(4):
        release = protect(office(70, seed, "clustered"), SEED).release
        gone = [notice.table for notice in release.notices if notice.code == "left-out"]
        alone = protect(office(70, seed, "clustered"), SEED, tables=ONE_WAY).release
        assert {table.id for table in alone.tables} == {t.id for t in release.tables if t.id not in CROSSES}
        assert set(gone) - set(CROSSES) == {n.table for n in alone.notices if n.code == "left-out"}


# Hierarchies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leaves", "merges", "root"),
    [
        ((), (), ""),
        (("a", "a"), (), ""),
        (("a", "b"), (("x", ("a", "c")),), ""),
        (("a", "b"), (("x", ("a", "b")), ("y", ("a",))), ""),
        (("a", "b"), (("x", ("a", "a")),), ""),
        (("a", "b"), (("x", ()),), ""),
        (("a", "b"), (("a", ("b",)),), ""),
        (("a", "b"), (("x", ("a",)),), "x"),
        (("a", "b"), (("x", ("x", "a", "b")),), "x"),
    ],
)
def test_a_hierarchy_that_is_no_tree_is_refused(
    leaves: tuple[str, ...], merges: tuple[tuple[str, tuple[str, ...]], ...], root: str
) -> None:
    with pytest.raises(NotATreeError):
        Tree("test", leaves, merges, root)


def test_a_hierarchy_covers_each_leaf_once() -> None:
    tree = Tree("test", ("a", "b", "c"), (("x", ("a", "b")), ("r", ("x", "c"))), "r")
    assert tree.below("r") == ("a", "b", "c")
    assert tree.order == ("a", "b", "c", "x")
    every = hierarchies.countries()
    assert sorted(every.below("other")) == sorted(regions.country_codes())
    assert hierarchies.AGES.below("18+") == hierarchies.AGES.leaves[2:]


def test_a_damaged_list_of_regions_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    hierarchies.countries.cache_clear()
    parent = regions.parent
    monkeypatch.setattr(regions, "parent", lambda code: "nowhere" if code == "KH" else parent(code))
    with pytest.raises(NotATreeError):
        hierarchies.countries()
    monkeypatch.undo()
    hierarchies.countries.cache_clear()
    assert hierarchies.countries().below("south-eastern-asia")
