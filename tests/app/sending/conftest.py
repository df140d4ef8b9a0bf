"""An office that trusts one receiver, with a second user, and a round of a pool that it is invited to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from shelter_app.anonymise.pool_layout import PoolLayout
from shelter_app.casework import pool
from shelter_app.casework.summary import code_lists
from shelter_app.casework.users import new_user
from shelter_app.domain.periods import Period
from shelter_app.exchange.pool_keys import new_pool_keys, public_key_file
from shelter_app.exchange.pool_roster import Roster, roster_file
from shelter_app.vault.rights import Role
from tests.app.package.office import fill, introduce
from tests.conftest import PASSWORD

PERIOD = Period.parse("2025-H2")
SECOND, SECOND_PASSWORD = "Wen", f"{PASSWORD} twice"


@pytest.fixture
def office(session, tmp_path):
    """The office; it knows the receiver IOM, and has helped nobody."""
    introduce(session, tmp_path)
    return session


@pytest.fixture
def busy(office):
    """The office with 149 persons, whose names and notes are full of canaries."""
    fill(office)
    return office


@pytest.fixture
def two(office):
    """The office with a second person who makes summaries, with a password of their own."""
    new_user(office, name=SECOND, role=Role.SUPERVISOR, password=SECOND_PASSWORD, must_change=False)
    return office


class Round:
    """A round of a pool with this office, two others and two receivers."""

    def __init__(self, session, folder) -> None:
        self.folder = folder
        self.coordinator = new_pool_keys("coordinator", "CENTRE")
        self.receivers = [new_pool_keys("receiver", name) for name in ("FIRST", "SECOND")]
        self.others = [new_pool_keys("office", name) for name in ("LIMA", "OSLO")]
        own = pool.office_keys(session)
        self.offices = [own.public, *(keys.public for keys in self.others)]
        for keys in (self.coordinator, *self.receivers):
            path = folder / f"{keys.public.id}.pub"
            path.write_bytes(public_key_file(keys))
            pool.trust_key(session, path, keys.public.fingerprint)

    def roster(self, period="2025-H2", **changes):
        """The file of the roster."""
        wanted = Roster(
            "R1", Period.parse(period), PoolLayout(code_lists()).digest, dt.date(2026, 9, 30), 3,
            tuple(keys.public for keys in self.receivers), tuple(self.offices),
        )  # fmt: skip
        path = self.folder / f"R1-{period}.roster"
        path.write_bytes(roster_file(replace(wanted, **changes), self.coordinator))
        return path


@pytest.fixture
def invited(office, tmp_path):
    """A round that the office is invited to."""
    return Round(office, tmp_path)
