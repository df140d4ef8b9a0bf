"""Ids are random, say nothing, and have one shape."""

import pytest

from shelter_app.domain.ids import is_id, new_id


def test_an_id_is_what_the_random_source_gave():
    assert new_id(lambda count: bytes(range(count))) == "000102030405060708090a0b0c0d0e0f"


def test_a_source_that_gives_too_little_is_refused():
    with pytest.raises(ValueError, match="16 random bytes"):
        new_id(lambda count: b"\0" * (count - 1))


@pytest.mark.parametrize(
    "value", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 32 + "\n", None, 7, ["0" * 32]]
)
def test_other_things_are_not_ids(value):
    assert not is_id(value)


def test_a_new_id_has_the_shape_of_an_id():
    assert is_id(new_id(lambda count: b"\xff" * count))
