"""A share says nothing: argued cell by cell, and tried with the tests by which generators are judged."""

import math
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from shelter_app.anonymise.pool_layout import PoolLayout
from shelter_app.anonymise.pool_shares import add_shares, share_bytes, share_from_bytes, split

CELL = st.integers(0, 2**64 - 1)
VECTORS = st.integers(1, 20).flatmap(
    lambda size: st.tuples(*(hnp.arrays(np.uint64, size, elements=CELL) for _ in range(3)))
)


@given(VECTORS)
def test_for_a_share_and_any_counts_there_is_exactly_one_other_share(vectors):
    share, counts, another = vectors
    other = counts - share
    assert add_shares([share, other]).tolist() == counts.tolist()
    if another.tolist() != other.tolist():
        assert add_shares([share, another]).tolist() != counts.tolist()


@given(VECTORS)
def test_each_share_takes_every_value_by_exactly_one_pad_whatever_the_counts(vectors):
    """So with a pad drawn uniformly each share is uniform too, and the counts do not move its distribution."""
    wanted, counts, other_counts = vectors
    for secret in (counts, other_counts):
        first, _ = split(secret, lambda _size: share_bytes(wanted))
        assert first.tolist() == wanted.tolist()
        pad = secret - wanted
        _, second = split(secret, lambda _size, pad=pad: share_bytes(pad))
        assert second.tolist() == wanted.tolist()
        _, moved = split(secret, lambda _size, pad=pad: share_bytes(pad + np.uint64(1)))
        assert moved.tolist() != wanted.tolist()


@given(st.lists(hnp.arrays(np.uint64, 6, elements=CELL), min_size=1, max_size=12), st.randoms())
def test_sums_of_shares_are_shares_of_the_sum_in_any_order(offices, random):
    shares = [split(counts) for counts in offices]
    firsts, seconds = [first for first, _ in shares], [second for _, second in shares]
    random.shuffle(firsts)
    total = add_shares([add_shares(firsts), add_shares(seconds)])
    assert [int(cell) for cell in total] == [sum(int(c[n]) for c in offices) % 2**64 for n in range(6)]


@given(hnp.arrays(np.uint64, st.integers(0, 9), elements=CELL))
def test_a_share_comes_back_from_its_bytes_and_has_eight_for_each_cell(share):
    assert share_from_bytes(share_bytes(share)).tolist() == share.tolist()
    assert len(share_bytes(share)) == 8 * share.size


def test_shares_of_different_layouts_are_not_added():
    with pytest.raises(ValueError, match="layouts"):
        add_shares([np.zeros(3, np.uint64), np.zeros(1, np.uint64)])


# Tests of randomness: standard deviations from what even, independent bits give -------------------------


def byte_chi_square(data):
    seen = np.bincount(np.frombuffer(data, np.uint8), minlength=256)
    even = len(data) / 256
    return (float(((seen - even) ** 2 / even).sum()) - 255) / math.sqrt(2 * 255)


def monobit(data):
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    return (2 * float(bits.sum()) - bits.size) / math.sqrt(bits.size)


def runs(data):
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    ones = float(bits.mean())
    count = 1 + int((bits[1:] != bits[:-1]).sum())
    spread = 2 * math.sqrt(bits.size) * ones * (1 - ones)
    return (count - 2 * bits.size * ones * (1 - ones)) / spread


def serial_correlation(data):
    """Between a byte and the one `apart` after it, for neighbours and for the same place of the next cells."""
    values = np.frombuffer(data, np.uint8).astype(float)
    found = [float(np.corrcoef(values[:-apart], values[apart:])[0, 1]) for apart in (1, 8, 16)]
    return max(found, key=abs) * math.sqrt(len(values))


def saved_by_packing(data):
    """Bytes that packing saves, in hundredths: random bytes save none."""
    return 100 * (len(data) - len(zlib.compress(data, 9))) / len(data)


TESTS = (byte_chi_square, monobit, runs, serial_correlation, saved_by_packing)
#: Even bits go beyond it once in 500 million times.
LIMIT = 6.0


@pytest.mark.parametrize("size", [5, 60, 2000])
def test_shares_pass_every_test_of_randomness_and_the_counts_themselves_fail_each(office, size):
    facts = office(size, seed=size, style="clustered")
    counts = PoolLayout(facts.codes).counts(facts)
    for share in split(counts):
        for test in TESTS:
            assert abs(test(share_bytes(share))) < LIMIT, test.__name__
    for test in TESTS:
        assert abs(test(share_bytes(counts))) > LIMIT, test.__name__


def test_sums_of_one_receiver_and_differences_of_shares_of_one_office_say_nothing_either(office):
    """Nor does a contribution that replaces another: both times the counts are the same, and nothing else is."""
    offices = [office(5 + n, seed=n) for n in range(40)]
    layout = PoolLayout(offices[0].codes)
    shares = [split(layout.counts(facts)) for facts in offices]
    again = split(layout.counts(offices[0]))
    seen = [add_shares(first for first, _ in shares), add_shares(second for _, second in shares)]
    seen += [again[0] - shares[0][0], again[1] - shares[0][1], again[0] - shares[0][1]]
    for data in map(share_bytes, seen):
        assert all(abs(test(data)) < LIMIT for test in TESTS)
    # The control: a pad that is used again for other counts shows their difference.
    leaked = split(layout.counts(offices[1]), lambda _size: share_bytes(shares[0][0]))[1] - shares[0][1]
    assert all(abs(test(share_bytes(leaked))) > LIMIT for test in TESTS)
