"""Files of a pool: what a receiver may count, what is refused and with which words, and what nobody can change."""

import dataclasses
import datetime as dt
import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shelter_app.domain.periods import Period
from shelter_app.errors import ShelterError
from shelter_app.exchange.pool_errors import (
    Altered,
    DoubleContribution,
    ForOtherReceiver,
    NotAPoolFile,
    NotCombiner,
    OtherLayout,
    OtherPeriod,
    OtherRoster,
    OtherRound,
    RosterRefused,
    RosterUntrusted,
    SameReceiver,
    UnequalLists,
    UnknownOffice,
    WrongSigner,
)
from shelter_app.exchange.pool_files import read_pool_file, unpack
from shelter_app.exchange.pool_keys import new_pool_keys, public_key, public_key_file
from shelter_app.exchange.pool_roster import read_roster, roster_file
from shelter_app.exchange.pool_shares import contribution_files, read_share, read_shares, share_again
from shelter_app.exchange.pool_sums import equal_lists, read_receipt, read_sum, receipt_file, sum_file
from tests.app.pool.pool_world import OFFICES, SIZE, World, resigned


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def first_read(world, path):
    return read_share(path, world.roster, world.receivers[0], SIZE)


# What is in a share's file -------------------------------------------------------------------------------


def test_each_receiver_reads_their_own_share_and_both_know_the_contribution_by_the_same_digest(world):
    (first, second), digest = world.contribution("OSLO")
    one, data = first_read(world, first)
    other, other_data = read_share(second, world.roster, world.receivers[1], SIZE)
    assert (data, other_data) == (bytes([7]) * SIZE, bytes([8]) * SIZE)
    assert (one.office, one.number, one.contribution) == ("OSLO", 1, digest)
    assert other.contribution == digest


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the world stays as it is
@given(share=st.binary(min_size=SIZE, max_size=SIZE), other=st.binary(min_size=SIZE, max_size=SIZE))
def test_nothing_in_the_clear_depends_on_what_was_counted(world, share, other):
    told = []
    for shares in ([share, other], [bytes(SIZE), bytes(SIZE)]):
        files, _ = contribution_files(world.roster, world.offices["OSLO"], 1, shares)
        parts = [unpack(name, data, "share") for name, data in files.items()]
        facts = [dict(part.facts.values) for part in parts]
        boxes = [hashlib.sha256(part.body).hexdigest() for part in parts]
        assert all(fact.pop("boxes") == [{"sha256": box} for box in boxes] for fact in facts)
        told.append((list(files), [len(data) for data in files.values()], facts))
    assert told[0] == told[1]


def test_what_stands_in_the_clear_is_listed_and_says_who_and_which_round_only(world):
    (first, _), _ = world.contribution("OSLO")
    facts = read_pool_file(first, "share").facts.values
    assert set(facts) == {"round", "period", "roster", "layout", "office", "sign", "number", "boxes", "to"}


# What is refused, each with its own words ----------------------------------------------------------------


def replayed(world):
    """The contribution to another round, sent again."""
    return world.contribution("OSLO", roster=world.make_roster(round="R0"))[0][0]


def of_another_period(world):
    return world.contribution("OSLO", roster=world.make_roster(period=Period.parse("2014-H2")))[0][0]


def of_another_roster(world):
    return world.contribution("OSLO", roster=world.make_roster(closes_on=dt.date(2015, 10, 1)))[0][0]


def of_another_layout(world):
    return world.contribution("OSLO", roster=world.make_roster(layout="cd" * 32))[0][0]


def of_another_length(world):
    files, _ = contribution_files(world.roster, world.offices["OSLO"], 1, [bytes(SIZE + 8), bytes(SIZE + 8)])
    return world.write("longer", next(iter(files.values())))


def of_an_unknown_office(world):
    return world.contribution("NOBODY", keys=new_pool_keys("office", "NOBODY"))[0][0]


def in_the_name_of_an_office(world):
    return world.contribution("OSLO", keys=new_pool_keys("office", "OSLO"))[0][0]


def for_the_other_receiver(world):
    return world.contribution("OSLO")[0][1]


def said_to_be_for_me(world):
    """The other receiver's share with the receiver's name replaced, by somebody who is no office."""
    path = world.contribution("OSLO")[0][1]
    return world.write("to-me", path.read_bytes().replace(b'"to":"SECOND"', b'"to":"FIRST"'))


def said_to_be_for_me_by_the_office(world):
    """Even signed by the office itself, the box of the other receiver is not the one that the digests name."""
    return resigned(world.contribution("OSLO")[0][1], world.offices["OSLO"], to="FIRST")


def with_a_box_of_another_office(world):
    body = read_pool_file(world.contribution("LIMA")[0][0], "share").body
    boxes = [{"sha256": hashlib.sha256(body).hexdigest()}] * 2
    return resigned(world.contribution("OSLO")[0][0], world.offices["OSLO"], body=body, boxes=boxes)


def with_another_number(world):
    return resigned(world.contribution("OSLO")[0][0], world.offices["OSLO"], number=2)


def with_one_fact_more(world):
    return resigned(world.contribution("OSLO")[0][0], world.offices["OSLO"], remark="x")


def of_another_kind(world):
    return world.write("receipt", receipt_file(world.roster, world.receivers[0], {}))


def cut_off(world):
    path = world.contribution("OSLO")[0][0]
    return world.write("cut", path.read_bytes()[:120])


REFUSED = [
    (replayed, OtherRound, "R0"),
    (of_another_period, OtherPeriod, "2014-H2"),
    (of_another_roster, OtherRoster, "newest roster"),
    (of_another_layout, OtherLayout, "same version"),
    (of_another_length, OtherLayout, "same version"),
    (of_an_unknown_office, UnknownOffice, "NOBODY"),
    (in_the_name_of_an_office, WrongSigner, "Ring the office"),
    (for_the_other_receiver, ForOtherReceiver, "Delete it"),
    (said_to_be_for_me, Altered, "another way"),
    (said_to_be_for_me_by_the_office, Altered, "another way"),
    (with_a_box_of_another_office, Altered, "another way"),
    (with_another_number, Altered, "another way"),
    (with_one_fact_more, NotAPoolFile, "right file"),
    (of_another_kind, NotAPoolFile, "right file"),
    (cut_off, NotAPoolFile, "cut off"),
]


@pytest.mark.parametrize(
    ("make", "error", "words"), REFUSED, ids=lambda value: getattr(value, "__name__", None)
)
def test_a_share_that_may_not_be_counted_is_refused_with_what_to_do(world, make, error, words):
    path = make(world)
    with pytest.raises(error, match=words) as refused:
        first_read(world, path)
    assert type(refused.value) is error
    assert path.name in str(refused.value)


def test_each_refusal_has_words_of_its_own():
    kinds = {error for _, error, _ in REFUSED}
    assert len({error.message for error in kinds}) == len(kinds)
    assert len({error.exit_code for error in kinds}) == len(kinds)


def test_no_byte_of_any_file_can_be_changed_left_out_or_added(world):
    """Every byte of every kind of file, each flipped in one bit; the untouched file is the control."""
    (share, _), digest = world.contribution("OSLO")
    listed = {"OSLO": digest}
    files = {
        "share": (share, lambda path: first_read(world, path)),
        "roster": (
            world.write("r", roster_file(world.roster, world.coordinator)),
            lambda path: read_roster(path, [world.coordinator.public]),
        ),
        "receipt": (
            world.write("q", receipt_file(world.roster, world.receivers[1], listed)),
            lambda path: read_receipt(path, world.roster),
        ),
        "sum": (
            world.write("s", sum_file(world.roster, world.receivers[1], listed, bytes(SIZE))),
            lambda path: read_sum(path, world.roster, world.receivers[0]),
        ),
        "key": (
            world.write("k", public_key_file(world.receivers[0])),
            lambda path: public_key(read_pool_file(path, "key")),
        ),
    }
    tried = 0
    for kind, (path, read) in files.items():
        sound = path.read_bytes()
        read(path)
        changed = [
            sound[:at] + bytes([sound[at] ^ 1 << at % 8]) + sound[at + 1 :] for at in range(len(sound))
        ]
        changed += [sound[:at] for at in range(0, len(sound), 7)]
        changed += [
            sound + b"\0",
            sound + sound,
            b"\n" + sound,
            sound.replace(b"\n", b"\r\n"),
            sound[::-1],
            b"",
        ]
        for number, data in enumerate(changed):
            path.write_bytes(data)
            with pytest.raises(ShelterError):
                read(path)
                pytest.fail(f"{kind} {number} was taken")
            tried += 1
        path.write_bytes(sound)
        read(path)
    assert tried > 3000


# Many files ----------------------------------------------------------------------------------------------


def heap(world, *paths):
    return read_shares(paths, world.roster, world.receivers[0], SIZE)


def test_a_newer_contribution_counts_in_place_of_the_older_in_any_order_and_a_copy_counts_once(world):
    (old, _), _ = world.contribution("OSLO", number=1)
    (new, _), digest = world.contribution("OSLO", number=2, byte=9)
    copy = world.write("copy", new.read_bytes())
    for paths in ((old, new, copy), (copy, new, old)):
        found = heap(world, *paths)
        assert [(share.number, share.contribution) for share in found.shares] == [(2, digest)]
        assert [share.number for share in found.replaced] == [1]
        assert found.problems == ()


def test_two_contributions_of_the_same_number_count_neither_and_say_so(world):
    (one, _), _ = world.contribution("OSLO", byte=7)
    (other, _), _ = world.contribution("OSLO", byte=9)
    (lima, _), _ = world.contribution("LIMA")
    found = heap(world, one, other, lima)
    assert [share.office for share in found.shares] == ["LIMA"]
    assert [type(problem) for problem in found.problems] == [DoubleContribution]
    assert "OSLO" in str(found.problems[0])
    (third, _), digest = world.contribution("OSLO", number=2)
    assert [s.contribution for s in heap(world, one, other, third).shares] == [digest]


def test_what_is_wrong_with_one_file_keeps_only_that_one_out(world):
    (lima, _), _ = world.contribution("LIMA")
    found = heap(world, of_an_unknown_office(world), cut_off(world), lima)
    assert [share.office for share in found.shares] == ["LIMA"]
    assert {type(problem) for problem in found.problems} == {UnknownOffice, NotAPoolFile}


def test_a_file_that_is_another_one_when_it_is_added_up_is_not_added(world):
    (path, _), _ = world.contribution("OSLO")
    share, data = first_read(world, path)
    assert share_again(share, world.roster, world.receivers[0], SIZE) == data
    (newer, _), _ = world.contribution("OSLO", number=2)
    path.write_bytes(newer.read_bytes())
    with pytest.raises(Altered, match="OSLO"):
        share_again(share, world.roster, world.receivers[0], SIZE)


# Rosters -------------------------------------------------------------------------------------------------


def test_a_roster_of_another_body_is_not_taken(world):
    path = world.write("forged", roster_file(world.roster, new_pool_keys("coordinator", "CENTRE")))
    with pytest.raises(RosterUntrusted, match="fingerprint by phone"):
        read_roster(path, [world.coordinator.public])
    with pytest.raises(RosterUntrusted):
        read_roster(world.folder / "roster", [])
    as_receiver = dataclasses.replace(world.coordinator.public, role="receiver")
    with pytest.raises(RosterUntrusted):
        read_roster(world.folder / "roster", [as_receiver])


def test_no_round_is_held_with_too_few_offices_twice_the_same_key_or_one_receiver_under_two_names(world):
    offices = tuple(keys.public for keys in world.offices.values())
    first, second = (keys.public for keys in world.receivers)
    twice = dataclasses.replace(offices[0], id="OTHER")
    for changes in (
        {"offices": offices[:2]},
        {"least": 2},
        {"least": 5},
        {"offices": (*offices, twice)},
        {"offices": (*offices, dataclasses.replace(new_pool_keys("office", "X").public, id="oslo"))},
        {"offices": (*offices, first)},
        {"receivers": (first, dataclasses.replace(first, id="SECOND"))},
        {"receivers": (first, dataclasses.replace(second, exchange=first.exchange))},
        {"receivers": (first, offices[0])},
        {"closes_on": dt.date(2015, 6, 30)},
    ):
        with pytest.raises(RosterRefused):
            world.make_roster(**changes)
    assert len(world.make_roster(least=4).offices) == len(OFFICES)


def test_a_signed_roster_that_no_round_can_be_held_with_is_refused_when_it_is_read(world):
    with pytest.raises(RosterRefused):
        read_roster(resigned(world.folder / "roster", world.coordinator, least=1), [world.coordinator.public])


# Sums and receipts ---------------------------------------------------------------------------------------


def sums(world, first, second, by=(0, 1)):
    paths = [
        world.write(f"sum{n}", sum_file(world.roster, world.receivers[who], contributions, bytes(SIZE)))
        for n, (who, contributions) in enumerate(zip(by, (first, second), strict=True))
    ]
    return tuple(read_sum(path, world.roster, world.receivers[0]) for path in paths)


def test_sums_that_do_not_hold_the_same_contributions_are_not_combined(world):
    one, other = "11" * 32, "22" * 32
    both = {"OSLO": one, "LIMA": one, "HANOI": one}
    equal_lists(sums(world, both, both))
    for second, named in (
        ({"OSLO": one, "LIMA": one}, ["HANOI"]),
        (both | {"ACCRA": one}, ["ACCRA"]),
        (both | {"LIMA": other}, ["LIMA"]),
        ({}, ["HANOI", "LIMA", "OSLO"]),
    ):
        for pair in ((both, second), (second, both)):
            with pytest.raises(UnequalLists, match=", ".join(named)):
                equal_lists(sums(world, *pair))
    with pytest.raises(SameReceiver, match="FIRST"):
        equal_lists(sums(world, both, both, by=(0, 0)))


def test_only_who_combines_opens_a_sum_and_only_the_receivers_make_one(world):
    path = world.write("sum", sum_file(world.roster, world.receivers[1], {}, b"secret" * 10))
    assert b"secret" not in path.read_bytes()
    assert read_sum(path, world.roster, world.receivers[0]).data == b"secret" * 10
    for keys in (world.receivers[1], new_pool_keys("receiver", "FIRST")):
        with pytest.raises(NotCombiner, match="FIRST"):
            read_sum(path, world.roster, keys)
    with pytest.raises(Altered):
        read_sum(resigned(path, world.offices["OSLO"]), world.roster, world.receivers[0])
    with pytest.raises(Altered):
        read_sum(resigned(path, world.receivers[0], by="FIRST"), world.roster, world.receivers[0])
    other_round = world.write("old", sum_file(world.make_roster(round="R0"), world.receivers[1], {}, b""))
    with pytest.raises(OtherRound):
        read_sum(other_round, world.roster, world.receivers[0])


def test_a_list_in_a_sum_or_receipt_names_each_office_of_the_roster_at_most_once(world):
    entry = {"office": "OSLO", "sha256": "11" * 32}
    path = world.write("receipt", receipt_file(world.roster, world.receivers[1], {"OSLO": "11" * 32}))
    assert read_receipt(path, world.roster).contributions == {"OSLO": "11" * 32}
    for contributions in ([entry, entry], [entry | {"office": "NOBODY"}], [entry | {"count": 12}]):
        with pytest.raises(NotAPoolFile):
            read_receipt(resigned(path, world.receivers[1], contributions=contributions), world.roster)
