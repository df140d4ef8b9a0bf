"""Vaults to damage: one with an earlier state of itself, and a stranger with the same user and password."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from shelter_app.casework import cases, entries, people, users, vaults
from shelter_app.casework.checking import check_vault
from shelter_app.errors import ShelterError
from shelter_app.vault import vault as keys
from tests.faults.program import CHEAP, NAME, PASSWORD, USER

__all__ = ["OTHER_NAME", "Samples", "Verdict", "make_samples", "store_file", "verdict"]

OTHER_NAME = "Nguyễn Thị Hằng"
SERVICE = {"service_kind": "medical", "status": "given", "given_on": {"y": 2026, "m": 3, "d": 6}}
PERSON = {"sex": "female", "birth": {"y": 1998}, "citizenship": ["VN"]}
PAGE = 4096


@dataclass(frozen=True)
class Samples:
    """Folders of vaults that were closed properly; the key opens the store of `now` and `before`."""

    now: Path
    before: Path
    stranger: Path
    key: bytes

    def copy(self, of: Path, to: Path) -> Path:
        """A copy to damage."""
        shutil.rmtree(to, ignore_errors=True)
        return Path(shutil.copytree(of, to))


def store_file(vault: Path) -> Path:
    """The file of the store."""
    return max(vault.glob("store*.db"))


def _fill(session: vaults.Session, rounds: int, start: int) -> None:
    for number in range(start, start + rounds):
        opened = cases.new_case(
            session, person=PERSON | {"name_native": NAME, "name_latin": f"{OTHER_NAME} {number}"},
            intake={"registered_on": {"y": 2026, "m": 3, "d": 1 + number % 28}},
        )  # fmt: skip
        entries.save_entry(session, "note", {"text": f"note {number}"}, case_id=opened.case_id)
        entries.save_entry(session, "service", SERVICE | {"note": f"kept {number}"}, case_id=opened.case_id)


def make_samples(folder: Path) -> Samples:
    """Build the vaults once for many tests."""
    made = vaults.create_vault(
        folder / "now", post="KM", user=USER, password=PASSWORD, kdf=CHEAP, allow_weak=True
    )
    _fill(made.session, 8, 0)
    vaults.sign_out(made.session)
    shutil.copytree(folder / "now", folder / "before")
    session = vaults.open_vault(folder / "now", USER, PASSWORD)
    _fill(session, 4, 8)
    vaults.sign_out(session)
    other = vaults.create_vault(
        folder / "stranger", post="NL", user=USER, password=PASSWORD, kdf=CHEAP, allow_weak=True
    )
    _fill(other.session, 3, 50)
    for following in ("nine loud geese return", PASSWORD):
        # The stranger's header has been written more often and would count as the newer one.
        users.change_own_password(
            other.session, PASSWORD if following != PASSWORD else "nine loud geese return", following
        )
    vaults.sign_out(other.session)
    ring = keys.unlock(folder / "now", USER, PASSWORD)
    key = bytes(ring.store_key())
    ring.close()
    return Samples(folder / "now", folder / "before", folder / "stranger", key)


@dataclass(frozen=True)
class Verdict:
    """How a damaged vault answers somebody who signs in and has it checked."""

    #: Kind of the refusal; empty where it opened.
    refused: str
    #: What signing in or the check named.
    named: tuple[str, ...] = ()
    #: Cases that are found by the names of everybody in them.
    found: int = -1

    @property
    def detected(self) -> bool:
        """Whether anybody would learn of the damage."""
        return bool(self.refused or self.named)


def verdict(vault: Path, password: str = PASSWORD) -> Verdict:
    """Sign in, look for everybody, have the vault checked."""
    try:
        session = vaults.open_vault(vault, USER, password)
    except ShelterError as error:
        return Verdict(type(error).__name__)
    try:
        found = -1
        with contextlib.suppress(ShelterError):
            found = len(people.find(session, NAME).rows)
        try:
            named = list(check_vault(session).faults)
        except ShelterError as error:
            named = [type(error).__name__]
        named += [type(each).__name__ for each in getattr(session, "head_warnings", ())]
        return Verdict("", tuple(named), found)
    finally:
        session.close()
