"""A network of three offices with two persons each, and one with a fourth office on its roster."""

import pytest

from shelter_app.casework.vaults import create_vault
from shelter_app.exchange.pool_keys import new_pool_keys
from tests.app.pool.pool_network import CHEAP, NAMES, Network, register
from tests.conftest import PASSWORD


@pytest.fixture
def network(tmp_path, clock, session):
    others = [
        create_vault(
            tmp_path / f"vault-{post}", post=post, user="LM", password=PASSWORD, kdf=CHEAP, allow_weak=True, clock=clock
        ).session
        for post in NAMES[1:]
    ]  # fmt: skip
    sessions = (session, *others)
    for each in sessions:
        register(each, 2)
    yield Network(tmp_path, sessions)
    for each in others:
        each.close()


@pytest.fixture
def four(network):
    """A roster with a fourth office, DAKAR, which can be left out or leave out others."""
    network.fourth = new_pool_keys("office", "DAKAR")
    network.roster = network.make_roster("R4", offices=[*network.offices, network.fourth.public])
    return network
