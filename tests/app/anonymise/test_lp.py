"""The solver's answers are checked where they matter: whole persons, witnesses, no trust."""

import math

import pytest

from shelter_app.anonymise.lp import Impossible, Row, System, Witnesses, cheapest_choice, farthest

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
    assert system.whole({0: 1.0}, up=True).value == math.inf
    assert system.whole({1: 1.0}, up=True).value == 5


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
    assert system.whole(target, up=True).value == 1
    assert system.whole(target, up=False).value == 0


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
    found = system._witnessed({0: 1.0}, (3.0, 147.0, 150.0000001))
    assert found is not None
    assert (found.value, found.point) == (3, (3, 147, 150))
    assert system._witnessed({0: 1.0}, (3.0, 147.0, 151.0)) is None
    assert system._witnessed({0: 1.0}, (-1.0, 147.0, 146.0)) is None
    assert system._witnessed({0: 1.0}, ()) is None


def test_a_witness_is_kept_until_the_bounds_rule_it_out() -> None:
    seen = Witnesses(2)
    assert (seen.least((0,)), seen.most((0, 1))) == (math.inf, -math.inf)
    seen.add((1.0, 20.0))
    seen.add((4.0, 0.0))
    seen.add(())
    assert (seen.least((0,)), seen.most((0, 1))) == (1, 21)
    assert (seen.least_of({0: 1.0, 1: -1.0}), seen.most_of({0: 1.0, 1: -1.0})) == (-19, 4)
    seen.keep_within([(0, 10), (0, 10)])
    assert (seen.least((0,)), seen.most((0, 1))) == (4, 4)
    for number in range(1000):
        seen.add((float(number % 7), 5.0))
    assert (seen.least((0,)), seen.most((0,))) == (0, 6)


def test_bounds_alone_say_how_far_a_sum_can_go_at_most() -> None:
    assert farthest([(0, 10), (5, 7)], {0: 10.0, 1: -9.0}) == 55
    assert farthest([(0, math.inf), (5, 7)], {0: 0.0, 1: 1.0}) == 7
    assert farthest([(0, math.inf), (5, 7)], {0: 1.0}) == math.inf
