"""A share of a pool looks like the output of a generator of random numbers, whatever the office counted."""

import pytest

from shelter_app.anonymise.pool_layout import PoolLayout
from shelter_app.anonymise.pool_shares import share_bytes, split
from shelter_app.casework.summary import code_lists
from tests.bench.summary.offices import make_office
from tests.bench.summary.pool import p_values, size_from_share

#: Once in a thousand million runs a true generator does worse.
LEAST = 1e-9


@pytest.mark.parametrize(("size", "style"), [(5, "independent"), (60, "clustered"), (40, "nationality")])
def test_each_share_passes_tests_of_randomness_and_the_counts_themselves_fail(size, style):
    counts = PoolLayout(code_lists()).counts(make_office(size, 1, style))
    for share in split(counts):
        assert min(p_values(share_bytes(share)).values()) > LEAST
    assert max(p_values(share_bytes(counts)).values()) < LEAST


def test_a_share_does_not_foretell_how_many_persons_an_office_has_but_its_counts_do():
    layout, sizes = PoolLayout(code_lists()), [5 + 11 * number % 56 for number in range(24)]
    counts = [layout.counts(make_office(size, number, "clustered")) for number, size in enumerate(sizes)]
    first = [share_bytes(split(each)[0]) for each in counts]
    assert size_from_share([share_bytes(each) for each in counts], sizes) > 0.99
    assert abs(size_from_share(first, sizes)) < 0.9
