"""A round of a pool as its receivers see it: adding up once, completely, and the same as each other."""

import pytest

from shelter_app.anonymise.pool_layout import TotalsDoNotFit
from shelter_app.casework import pool_rounds
from shelter_app.domain.periods import Period
from shelter_app.exchange.pool_errors import (
    AlreadySummed,
    Altered,
    BookDamaged,
    FilesRefused,
    ForOtherReceiver,
    Missing,
    NotAPoolFile,
    NotCombiner,
    NotMissing,
    NotOfTheRoster,
    PeriodSummed,
    StillOpen,
    TooFewOffices,
    UnequalLists,
)
from shelter_app.exchange.pool_keys import new_pool_keys
from shelter_app.exchange.pool_sums import sum_file
from tests.app.pool.pool_network import AFTER, CLOSES, NAMES

# Receivers -----------------------------------------------------------------------------------------------


def test_missing_offices_are_named_and_left_out_by_name_only(four):
    first, second = four.contribute()
    with pytest.raises(Missing, match="DAKAR"):
        four.add_up(0, first)
    with pytest.raises(Missing, match="DAKAR, KM"):
        four.add_up(0, first[1:])
    for names in ({"DAKAR", "KM"}, {"DAKAR", "NOBODY"}):
        with pytest.raises(NotMissing):
            four.add_up(0, first, without=names)
    with pytest.raises(TooFewOffices, match="Only 2"):
        four.add_up(0, first[1:], without={"DAKAR", "KM"})
    assert not (four.folder / "FIRST").exists()
    made = four.add_up(0, first, without={"DAKAR"})
    assert set(made.contributions) == set(NAMES)
    assert four.combine(made, four.add_up(1, second, without={"DAKAR"})).offices == 3


def test_a_receiver_who_leaves_out_an_office_that_the_other_counts_is_found(four):
    """The fourth contributes too; the second receiver says that nothing came."""
    first, second = four.contribute()
    mine, _ = four.of_the_fourth()
    one, other = four.add_up(0, [*first, mine]), four.add_up(1, second, without={"DAKAR"})
    with pytest.raises(UnequalLists, match="DAKAR"):
        four.combine(one, other)
    assert not (four.folder / "out").exists()


def test_an_office_that_sends_something_else_than_counts_spoils_the_round_and_shows_nothing(four):
    first, second = four.contribute()
    mine, others = four.of_the_fourth(byte=1)
    one, other = four.add_up(0, [*first, mine]), four.add_up(1, [*second, others])
    with pytest.raises(TotalsDoNotFit, match="No figure has been shown"):
        four.combine(one, other)
    assert not (four.folder / "out").exists()


def test_a_round_is_added_up_once_a_larger_sum_is_refused_too(four):
    first, _ = four.contribute()
    made = four.add_up(0, first, without={"DAKAR"})
    again = four.add_up(0, first[::-1], without={"DAKAR"})
    assert (made.repeated, again.repeated) == (False, True)
    assert again.contributions == made.contributions
    newer, _ = four.contribute(four.sessions[0])
    with pytest.raises(AlreadySummed, match="R4"):
        four.add_up(0, [*first, *newer], without={"DAKAR"})
    wider = four.make_roster("R4", offices=four.offices)
    with pytest.raises(AlreadySummed):
        four.add_up(0, four.contribute(roster=wider)[0], roster=wider)


def test_offices_that_were_counted_are_not_counted_again_for_the_same_days_in_another_round(network):
    network.add_up(0, network.contribute()[0])
    for session in network.sessions:
        # An office that has lost its record, or does not keep to the rule.
        session.store.execute("DELETE FROM settings WHERE key = 'pool.rounds'")
    other = network.make_roster("R2", period=Period.parse("2025-H2"))
    with pytest.raises(PeriodSummed, match="KM, LIMA, OSLO"):
        network.add_up(0, network.contribute(roster=other)[0], roster=other)
    for session in network.sessions:
        session.store.execute("DELETE FROM settings WHERE key = 'pool.rounds'")
    apart = network.make_roster("R3", period=Period.parse("2024"))
    assert not network.add_up(0, network.contribute(roster=apart)[0], roster=apart).repeated


def test_nothing_is_added_up_while_a_file_is_wrong_or_contributions_can_still_be_replaced(network):
    first, second = network.contribute()
    with pytest.raises(StillOpen, match="2026-03-31"):
        network.add_up(0, first, today=CLOSES)
    junk = network.write("holiday.jpg", b"\xff\xd8 no share")
    with pytest.raises(FilesRefused) as refused:
        network.add_up(0, [*first, second[0], junk])
    assert [type(problem) for problem in refused.value.problems] == [ForOtherReceiver, NotAPoolFile]
    assert "holiday.jpg" in str(refused.value)
    assert len(str(refused.value).splitlines()) == 3
    assert not (network.folder / "FIRST").exists()
    assert not (network.folder / "FIRST.book").exists()


def test_the_book_of_a_receiver_cannot_be_changed_by_others(network):
    first, _ = network.contribute()
    network.add_up(0, first)
    book = network.folder / "FIRST.book"
    sound = book.read_bytes()
    for wrong in (b"", sound[:-9], sound.replace(b'"R1"', b'"R0"'), b"\xff" * 90):
        book.write_bytes(wrong)
        with pytest.raises(BookDamaged, match=r"FIRST\.book"):
            network.add_up(0, first)
    book.write_bytes(sound)
    assert network.add_up(0, first).repeated


def test_only_the_receivers_of_the_roster_add_up_and_only_the_first_combines(network):
    first, second = network.contribute()
    one, other = network.add_up(0, first), network.add_up(1, second)
    stranger = new_pool_keys("receiver", "FIRST")
    with pytest.raises(NotOfTheRoster):
        pool_rounds.add_up(
            stranger, network.roster, network.coordinator.public, first, book=network.folder / "b",
            folder=network.folder / "f", today=AFTER,
        )  # fmt: skip
    for keys in (stranger, network.receivers[1]):
        with pytest.raises(NotCombiner):
            network.combine(one, other, combiner=keys)


def test_a_sum_of_another_length_is_not_combined(network):
    first, second = network.contribute()
    one, other = network.add_up(0, first), network.add_up(1, second)
    short = sum_file(one.roster, network.receivers[1], other.contributions, bytes(80))
    other.files[0].write_bytes(short)
    with pytest.raises(Altered, match="SECOND"):
        network.combine(one, other)
