"""The solver's answers are checked where they matter: whole persons, witnesses, no trust."""

import math

import pytest

from shelter_app.anonymise.lp import Impossible, Row, System, cheapest_choice

ROW = Row(((0, 1.0), (1, 1.0), (2, -1.0)))


def test_an_extreme_names_the_bounds_that_hold_it() -> None:
    system = System([(0, 10), (145, 154), (145, 154)], [ROW])
    low, high = system.smallest({0: 1.0}), system.largest({0: 1.0})
    assert (low.value, high.value) == (0, 9)
    assert high.prices[1] > 0  # its lower bound holds the small figure down
    assert high.prices[2] < 0  # and the upper bound of the total
    system.set_bounds(1, 11, math.inf)
    assert system.largest({0: 1.0}).value == 10


def test_without_limit_the_extreme_is_infinite() -> None:
    system = System([(11, math.inf), (0, 5)], [])
    assert system.largest({0: 1.0}).value == math.inf
    assert system.smallest({0: -1.0}).value == -math.inf
    assert system.whole({0: 1.0}, up=True) == math.inf
    assert system.whole({1: 1.0}, up=True) == 5


def test_what_cannot_be_is_said() -> None:
    for unbounded in (False, True):
        system = System([(0, 5), (11, math.inf if unbounded else 12)], [Row(((0, 1.0), (1, -1.0)))])
        with pytest.raises(Impossible):
            system.largest({1: 1.0})
        with pytest.raises(Impossible):
            system.whole({1: 1.0}, up=False)


def test_persons_are_whole_where_a_linear_program_would_halve_them() -> None:
    # Three pairs that each add up to at most 1 with all three to at least 1: halves reach 1.5 in all.
    rows = [Row(((0, 1.0), (1, 1.0)), 0, 1), Row(((1, 1.0), (2, 1.0)), 0, 1), Row(((0, 1.0), (2, 1.0)), 0, 1)]
    system = System([(0, 1)] * 3, rows)
    target = {0: 1.0, 1: 1.0, 2: 1.0}
    assert system.largest(target).value == pytest.approx(1.5)
    assert system.whole(target, up=True) == 1
    assert system.whole(target, up=False) == 0


def test_halves_alone_are_no_answer_in_whole_persons() -> None:
    system = System([(0, 1), (0, 1)], [Row(((0, 2.0), (1, 2.0)), 1, 1)])
    assert system.largest({0: 1.0}).value == pytest.approx(0.5)
    with pytest.raises(Impossible):
        system.whole({0: 1.0}, up=True)


def test_the_cheapest_choice_satisfies_all_demands_or_is_refused() -> None:
    either = Row(((0, 1.0), (1, 1.0)), 1, math.inf)
    other = Row(((2, 1.0), (1, 1.0)), 1, math.inf)
    assert cheapest_choice([5, 3, 4], [either, other]) == {1}
    assert cheapest_choice([5, 30, 4], [either, other]) == {0, 2}
    assert cheapest_choice([5, 3, 4], [Row(((0, 1.0), (1, 1.0)), 3, math.inf)]) is None
    assert cheapest_choice([5, 3, 4], []) == frozenset()


def test_a_witness_must_fit_every_bound_and_row() -> None:
    system = System([(0, 10), (145, 154), (145, 154)], [ROW])
    assert system._witnessed({0: 1.0}, (3.0, 147.0, 150.0000001)) == 3
    assert system._witnessed({0: 1.0}, (3.0, 147.0, 151.0)) is None
    assert system._witnessed({0: 1.0}, (-1.0, 147.0, 146.0)) is None
    assert system._witnessed({0: 1.0}, ()) is None
