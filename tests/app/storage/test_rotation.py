"""Which backups the rotation keeps, over years of work, of absence and of clocks that were wrong."""

import datetime as dt
import itertools

import pytest

from shelter_app.storage.rotation import DAYS, EVERYTHING, MONTHS, WEEKS, Kept, superfluous

START = dt.datetime(2026, 1, 5, 8, 0, tzinfo=dt.UTC)


def rotate(kept, now):
    gone = superfluous(kept, lambda each: each, now=now, zone=dt.UTC)
    return [each for each in kept if each not in gone]


def simulate(moments):
    """Make a backup at each of these moments and rotate after each; returns what is there after every one."""
    kept = []
    for number, moment in enumerate(moments, start=1):
        kept = rotate([*kept, Kept(moment, number)], moment)
        yield moment, kept


def every(hours, years):
    steps = itertools.takewhile(
        lambda moment: moment < START + dt.timedelta(days=365 * years),
        (START + dt.timedelta(hours=hours * n) for n in itertools.count()),
    )
    return list(steps)


@pytest.mark.parametrize("hours", [4, 24, 24 * 7])
def test_over_three_years_each_span_of_time_keeps_its_backup(hours):
    made, newest = [], {day: {}, week: {}, month: {}}
    for moment, kept in simulate(every(hours, 3)):
        made.append(moment)
        there = {each.made_at for each in kept}
        assert moment in there
        assert {each for each in made[-20:] if moment - each <= EVERYTHING} <= there
        for unit, most in ((day, DAYS), (week, WEEKS), (month, MONTHS)):
            newest[unit][unit(moment)] = moment
            assert set(list(newest[unit].values())[-most:]) <= there
        assert len(kept) <= 2 * 24 // min(hours, 24) + 1 + DAYS + WEEKS + MONTHS


def day(moment):
    return moment.date()


def week(moment):
    return moment.isocalendar()[:2]


def month(moment):
    return (moment.year, moment.month)


def test_something_is_removed_and_not_only_kept():
    *_rest, (_moment, kept) = simulate(every(4, 2))
    assert len(kept) < 50
    assert kept[0].made_at > START


def test_a_year_in_a_drawer_costs_no_backup():
    *_rest, (_moment, kept) = simulate(every(24, 1))
    later = START + dt.timedelta(days=800)
    assert rotate(kept, later) == kept


@pytest.mark.parametrize("jump", [-3650, 3650])
def test_a_clock_that_was_wrong_for_a_day_costs_none_of_the_backups_from_before(jump):
    *_rest, (last, kept) = simulate(every(24, 1))
    seq = kept[-1].journal_seq
    wrong = Kept(last + dt.timedelta(days=jump), seq + 1)
    after = rotate([*kept, wrong], wrong.made_at)
    assert wrong in after
    right = Kept(last + dt.timedelta(days=1), seq + 2)
    after = rotate([*after, right], right.made_at)
    assert {right, wrong} <= set(after)
    lost = set(kept) - set(after)
    # As on any other day: the oldest of a span may have made room, and no more than one of each.
    assert len(lost) <= 6
    assert kept[-1] in after


def test_the_only_backup_stays_however_old_it_is():
    alone = Kept(START, 1)
    assert superfluous([alone], lambda each: each, now=START + dt.timedelta(days=9999)) == []
    assert superfluous([], lambda each: each, now=START) == []
