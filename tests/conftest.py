"""Vaults with cheap keys and a clock that the test sets, shared by all tests of the core and the window."""

from __future__ import annotations

import datetime as dt
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from shelter_app.casework.session import Session
from shelter_app.casework.users import new_user
from shelter_app.casework.vaults import create_vault, open_vault
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.rights import Role
from shelter_i18n import set_language

PASSWORD = "seven calm herons cross"
# No test needs a screen; a person who wants to watch sets the variable.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# No test depends on how busy the machine is, those with invented examples neither.
settings.register_profile("no wall time", deadline=None)
settings.load_profile("no wall time")


def pytest_addoption(parser: pytest.Parser) -> None:
    """One switch for the deep tier of the fault tests (`tests/faults`), and a place for its figures."""
    group = parser.getgroup("faults")
    group.addoption(
        "--deep", nargs="?", type=float, const=1.0, default=0.0, metavar="PART",
        help="run the deep tier of the fault tests, or this part of it (0.1 for a tenth)",
    )  # fmt: skip
    group.addoption(
        "--figures", type=Path, metavar="FILE", help="add the figures of the fault tests to this file"
    )


@pytest.fixture(autouse=True, scope="session")
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the program keeps for a user of the computer is kept apart from that of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


class Clock:
    """A clock that moves a second at each look, and further when told to."""

    def __init__(self) -> None:
        self.moment = dt.datetime(2026, 3, 12, 9, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.moment += dt.timedelta(seconds=1)
        return self.moment

    def go_on(self, **by: float) -> None:
        self.moment += dt.timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(tmp_path: Path, clock: Clock) -> Iterator[Session]:
    """A new vault, its creator LM signed in and holding every key."""
    made = create_vault(
        tmp_path / "vault", post="KM", user="LM", password=PASSWORD, kdf=KdfParams(memory_kib=64, passes=1, lanes=1),
        allow_weak=True, clock=clock,
    )  # fmt: skip
    yield made.session
    made.session.close()


@pytest.fixture
def as_role(session: Session, clock: Clock) -> Iterator[Callable[..., Session]]:
    """Sign in to the same vault as somebody of another role; the creator is signed out meanwhile."""
    present = [session]
    numbers = itertools.count(1)

    def sign_in(role: Role, **more: object) -> Session:
        name = f"{role.value}-{next(numbers)}"
        creator = present[-1]
        if creator is not session:
            creator.close()
            creator = open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
        new_user(creator, name=name, role=role, password=f"{PASSWORD} {name}", **more)
        creator.close()
        present.append(open_vault(session.folder.path, name, f"{PASSWORD} {name}", clock=clock))
        return present[-1]

    yield sign_in
    for each in present[1:]:
        each.close()
