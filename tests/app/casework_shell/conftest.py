"""A vault that is cheap to open, with its administrator signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shelter_app.casework.session import Session
from shelter_app.casework.users import new_user
from shelter_app.casework.vaults import NewVault, create_vault, open_vault, sign_out
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.rights import Role

PASSWORD = "copper heron battery mango"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[NewVault]:
    new = create_vault(
        tmp_path / "vault", post="KM", user="AD", password=PASSWORD, allow_weak=True,
        kdf=KdfParams(memory_kib=64, passes=1, lanes=1),
    )  # fmt: skip
    yield new
    new.session.close()


@pytest.fixture
def session(made: NewVault) -> Session:
    return made.session


@pytest.fixture
def signed_in_as(made: NewVault) -> Iterator[Callable[[Role], Session]]:
    """Give somebody this role and sign in as them; the administrator has left by then."""
    opened: list[Session] = []

    def sign_in(role: Role) -> Session:
        new_user(made.session, name="HJ", role=role, password=PASSWORD)
        sign_out(made.session)
        opened.append(open_vault(made.session.folder.path, "HJ", PASSWORD))
        return opened[-1]

    yield sign_in
    for each in opened:
        each.close()
