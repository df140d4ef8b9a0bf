"""At a later sign-in on a quicker computer a password gets dearer to guess, in passes alone, and stays the same."""

import itertools

import pytest

from shelter_app.vault.errors import WrongPassword
from shelter_app.vault.header import read_header
from shelter_app.vault.kdf import FLOOR_MEMORY_KIB, KdfParams
from shelter_app.vault.users import raise_cost
from shelter_app.vault.vault import create_vault, unlock

PASSWORD = "lantern ferry quartz mango thimble"


def quick(seconds):
    """A timer between whose looks so much time passes."""
    counter = itertools.count()
    return lambda: next(counter) * seconds


@pytest.fixture
def real(tmp_path):
    """A vault for real data, as cheap as one may be."""
    return create_vault(
        tmp_path / "vault", post="KM", user="LM", password=PASSWORD, kdf=KdfParams(FLOOR_MEMORY_KIB, 3, 4)
    )


def test_passes_are_raised_and_the_password_goes_on_to_open(real):
    keyring = unlock(real.folder.path, "LM", PASSWORD, timer=quick(0.45))
    assert raise_cost(real.folder, keyring, PASSWORD)
    kdf = read_header(real.folder).header.users[0].kdf
    assert (kdf.memory_kib, kdf.passes) == (FLOOR_MEMORY_KIB, 6)
    again = unlock(real.folder.path, "LM", PASSWORD, timer=quick(0.9))
    assert not raise_cost(real.folder, again, PASSWORD)
    with pytest.raises(WrongPassword):
        unlock(real.folder.path, "LM", PASSWORD + " more")


def test_a_slow_computer_changes_nothing(real):
    before = real.folder.header.read_bytes()
    keyring = unlock(real.folder.path, "LM", PASSWORD, timer=quick(3.0))
    assert not raise_cost(real.folder, keyring, PASSWORD)
    assert real.folder.header.read_bytes() == before


def test_a_vault_of_invented_people_stays_as_it_was_made(made):
    keyring = unlock(made.folder.path, "AB", "copper heron battery mango", timer=quick(0.01))
    assert not raise_cost(made.folder, keyring, "copper heron battery mango")
