"""Cumulative reports with corrections, withdrawals and late arrivals: nobody is found by comparing them."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from shelter_app.anonymise.attack import attack
from shelter_app.anonymise.coded import CodedFacts
from shelter_app.anonymise.histories import Earlier, Groups, History
from shelter_app.anonymise.naming import names_of
from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.release import Cell, CellKey, ProtectedRelease
from shelter_app.anonymise.tables import ONE_WAY, standard_tables

SEED = b"a secret of the vault, 32 bytes!"
Series = Callable[..., list[dict[int, Any]]]
Aligned = Callable[..., tuple[CodedFacts, list[tuple[Any, ...]]]]


def released(states: list[dict[int, Any]], aligned: Aligned, *, together: bool) -> list[ProtectedRelease]:
    """A release for each state, each beside the earlier ones or as if there were none."""
    made: list[ProtectedRelease] = []
    for number in range(len(states)):
        facts, rows = aligned(states[: number + 1])
        earlier = [Earlier(*each) for each in zip(made, rows, strict=True)] if together else []
        made.append(protect(facts, SEED, tables=ONE_WAY, earlier=earlier).release)
    return made


def compared(
    made: list[ProtectedRelease], states: list[dict[int, Any]], aligned: Aligned
) -> tuple[list[Earlier], History]:
    facts, rows = aligned(states)
    earlier = [Earlier(*each) for each in zip(made[:-1], rows, strict=True)]
    absent = [None] * (len(rows[0]) - len(facts.rows))
    return earlier, History([*rows, [*facts.rows, *absent]])


@pytest.fixture(name="states", scope="module")
def states_fixture(series: Series) -> list[dict[int, Any]]:
    return series(320, 3, 4)


@pytest.fixture(name="made", scope="module")
def made_fixture(states: list[dict[int, Any]], aligned: Aligned) -> list[ProtectedRelease]:
    return released(states, aligned, together=True)


def test_the_attacker_who_keeps_all_reports_proves_nobody(
    made: list[ProtectedRelease], states: list[dict[int, Any]], aligned: Aligned
) -> None:
    for number in range(1, len(states)):
        audit = attack(made[number], *compared(made[: number + 1], states[: number + 1], aligned))
        assert audit.held, audit.findings[:3]
        tried = {check.name: check.attempts for check in audit.checks}
        assert max(tried.values()) > 50
    assert all(len(release.tables) >= 6 for release in made)


def test_without_the_ledger_the_same_attacker_succeeds(
    states: list[dict[int, Any]], aligned: Aligned
) -> None:
    apart = released(states, aligned, together=False)
    audit = attack(apart[-1], *compared(apart, states, aligned))
    assert "earlier" in {finding.code for finding in audit.findings}


def shown(release: ProtectedRelease) -> Iterator[tuple[Any, float, float]]:
    """What every figure of a release says by itself, by whom it counts."""
    for table in release.tables:
        for row, names, line in zip(table.rows, names_of(table), table.cells, strict=True):
            for column, name, cell in zip(table.columns, names, line, strict=True):
                least = max(
                    row.least if column.role == "total" else 0, column.least if row.role == "total" else 0
                )
                if cell.kind == "small":
                    yield name, 0, 10
                elif cell.value is None:
                    yield name, max(least, release.hidden_least), math.inf
                else:
                    yield name, max(least, 11, cell.value - 5), cell.value + 4


def differences(made: list[ProtectedRelease], history: History) -> Iterator[tuple[int, float]]:
    """For every figure of the last release and each earlier one: who came truly, and what subtraction proves."""
    for place, release in enumerate(made[:-1]):
        before = {name: (low, high) for name, low, high in shown(release)}
        for name, low, high in shown(made[-1]):
            if name in before:
                yield history.entered(name, place), low - before[name][1]
                yield history.left(name, place), before[name][0] - high


def test_simple_subtraction_of_two_reports_proves_no_small_group(
    made: list[ProtectedRelease], states: list[dict[int, Any]], aligned: Aligned
) -> None:
    _, history = compared(made, states, aligned)
    found = list(differences(made, history))
    assert sum(0 < persons <= 10 for persons, _ in found) > 50
    assert not [each for each in found if 0 < each[0] <= 10 and each[1] > 0]


def test_simple_subtraction_can_succeed(states: list[dict[int, Any]], aligned: Aligned) -> None:
    apart = released(states, aligned, together=False)
    _, history = compared(apart, states, aligned)
    assert [each for each in differences(apart, history) if 0 < each[0] <= 10 and each[1] > 0]


def test_showing_what_was_hidden_because_of_an_earlier_report_is_caught(
    states: list[dict[int, Any]], aligned: Aligned
) -> None:
    facts, rows = aligned(states[:2])
    first = released(states[:1], aligned, together=True)[0]
    protection = protect(facts, SEED, tables=ONE_WAY, earlier=[Earlier(first, rows[0])])
    because = [key for key, reason in protection.reasons.items() if reason.code == "earlier"]
    assert because
    caught = 0
    for key in because:
        table = next(each for each in standard_tables(facts) if each.id == key.table)
        release = uncovered(protection.release, key, facts)
        caught += not attack(release, *compared([first, release], states[:2], aligned)).held
        assert table.id
    assert caught == len(because)


def uncovered(release: ProtectedRelease, key: CellKey, facts: CodedFacts) -> ProtectedRelease:
    """The release with one hidden figure, and whatever counts the same persons, shown as it would be by itself."""
    tables = []
    wanted = None
    for table in release.tables:
        for row, names in zip(table.rows, names_of(table), strict=True):
            for column, name in zip(table.columns, names, strict=True):
                if CellKey(table.id, row.code, column.code) == key:
                    wanted = name
    everybody = [replace(row, person=f"p{place:08d}") for place, row in enumerate(facts.rows)]
    count = sum(n for bits, n in History([everybody]).patterns(wanted or ()).items() if bits)
    cell = Cell("small") if count <= 10 else Cell("shown", (count + 5) // 10 * 10)
    for table in release.tables:
        cells = tuple(
            tuple(cell if name == wanted else old for name, old in zip(names, line, strict=True))
            for names, line in zip(names_of(table), table.cells, strict=True)
        )
        tables.append(replace(table, cells=cells))
    return replace(release, tables=tuple(tables))


def test_who_counts_whom_is_read_from_the_rows(series: Series, aligned: Aligned) -> None:
    states = series(200, 1, 3)
    facts, rows = aligned(states)
    everybody = [*facts.rows, *[None] * (len(rows[0]) - len(facts.rows))]
    history = History([*rows, everybody])
    persons = {place for state in states for place in state}
    for bits, count in history.persons.items():
        wanted = [bool(bits >> place & 1) for place in range(3)]
        assert count == sum([place in state for state in states] == wanted for place in persons)
    alike = [state for place in persons for state in [{s[place].citizenships for s in states if place in s}]]
    assert history.changed(["citizenship"]) == sum(len(each) > 1 for each in alike) > 0
    assert history.changed(["sex", "age"]) == 0
    for table in standard_tables(facts):
        for names, line in zip(table.names, table.counts, strict=True):
            for name, count in zip(names, line, strict=True):
                assert count == sum(n for bits, n in history.patterns(name).items() if bits & 4), name


def test_groups_are_who_came_who_left_and_who_is_there(series: Series, aligned: Aligned) -> None:
    states = series(200, 1, 3)
    facts, rows = aligned(states)
    history = History([*rows, [*facts.rows, *[None] * (len(rows[0]) - len(facts.rows))]])
    groups = Groups(history)
    sizes = groups.sizes(())
    assert len(states[2].keys() - states[0].keys()) in sizes
    assert len(states[0].keys() - states[2].keys()) in sizes
    assert groups.irregular == sum(n for n in history.persons.values() if n <= 10) > 0


def test_large_releases_are_exact_only_where_no_earlier_one_counts_the_same_persons(
    office: Callable[..., CodedFacts],
) -> None:
    small, large = office(100, 1), office(5100, 2)
    other = protect(small, SEED, tables=ONE_WAY).release
    apart = (*[None] * 5100, *small.rows)
    assert protect(large, SEED, tables=ONE_WAY, earlier=[Earlier(other, apart)]).release.rounding == 1
    same = protect(replace(large, rows=large.rows[:100]), SEED, tables=ONE_WAY).release
    within = (*large.rows[:100], *[None] * 5000)
    assert (
        protect(
            large, SEED, tables=("persons", "citizenship"), earlier=[Earlier(same, within)]
        ).release.rounding
        == 10
    )
