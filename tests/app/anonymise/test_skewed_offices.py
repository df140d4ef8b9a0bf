"""Offices where nearly everybody is alike - one village, one trafficker, one nationality - give nobody away either."""

import itertools

import pytest

from shelter_app.anonymise.attack import attack
from shelter_app.anonymise.protect import protect
from tests.bench.summary.offices import SKEWED, make_office, make_series
from tests.bench.summary.one_office import SECRET, control_of


@pytest.mark.parametrize("style", SKEWED)
def test_every_attack_on_an_office_whose_persons_are_alike_fails(style):
    tried = 0
    for size in (70, 240, 900):
        release = protect(make_office(size, 3, style), SECRET).release
        audit = attack(release)
        assert audit.held, audit.findings[:3]
        tried += sum(check.attempts for check in audit.checks)
    assert tried > 200


@pytest.mark.parametrize("style", SKEWED)
def test_the_same_attacks_succeed_where_nothing_but_the_threshold_protects(style):
    facts = make_office(240, 3, style)
    assert not attack(control_of(facts, protect(facts, SECRET).release)).held


def test_the_same_arguments_give_the_same_persons_and_others_give_others():
    assert make_office(60, 1, "village") == make_office(60, 1, "village")
    assert make_office(60, 1, "village") != make_office(60, 2, "village")


def test_a_village_is_one_place_and_a_nationality_one_citizenship():
    def most_common(style, column):
        answers = [getattr(row, column) for row in make_office(2000, 1, style).rows]
        return max(answers.count(answer) for answer in set(answers)) / len(answers)

    assert most_common("village", "citizenships") > 0.85
    assert most_common("nationality", "citizenships") > 0.9
    assert most_common("trafficker", "means") > 0.85
    assert most_common("independent", "citizenships") < 0.4
    assert most_common("nationality", "means") < 0.4


def test_a_series_has_corrections_withdrawals_and_late_registrations():
    states = make_series(300, 1, 5)
    for before, after in itertools.pairwise(states):
        assert len(before.keys() - after.keys()) == 1
        changed = [place for place in before.keys() & after.keys() if before[place] != after[place]]
        assert changed
