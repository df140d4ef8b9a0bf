"""Two people who may erase, at the same vault one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from shelter_app.casework.session import Session
from shelter_app.casework.users import new_user
from shelter_app.casework.vaults import open_vault
from shelter_app.vault.rights import Compartment, Role

PASSWORD = "seven calm herons cross"
OTHER = "SV"


@pytest.fixture
def two(session: Session, clock) -> Iterator[Callable[[str], Session]]:
    """Sign in as "LM" (who made the vault) or as a supervisor "SV", one after the other."""
    new_user(
        session, name=OTHER, role=Role.SUPERVISOR, password=f"{PASSWORD} {OTHER}", grants=frozenset(Compartment),
        must_change=False,
    )  # fmt: skip
    present = [session]

    def sign_in(name: str) -> Session:
        present[-1].close()
        word = PASSWORD if name == "LM" else f"{PASSWORD} {name}"
        present.append(open_vault(session.folder.path, name, word, clock=clock))
        return present[-1]

    yield sign_in
    for each in present[1:]:
        each.close()
