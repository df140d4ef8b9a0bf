"""Bringing a vault to a newer schema: a verified copy first, then the steps; what needs a key waits for its holder.

The steps of the tables are numbered SQL files (`storage/migrations`). What a new schema needs done inside sealed
parts is a `SealedStep`: it is done in pages, for one compartment, at the next sign-in of somebody who holds its
key. Until then the program works with both states; whoever reads such a part asks `is_done`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_app.storage.backup import NoRoomForBackup, backups_in
from shelter_app.storage.backup_pool import remove_backups
from shelter_app.storage.backup_writing import free_name, order_of, write_backup
from shelter_app.storage.database import Database
from shelter_app.storage.store import SCHEMA_VERSION, get_meta, schema_version, set_meta
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.rights import Compartment
from shelter_i18n import N_

__all__ = [
    "STEPS",
    "NoRoomForUpgrade",
    "SealedStep",
    "Upgrade",
    "is_done",
    "run_sealed_steps",
    "waiting_steps",
]

Progress = Callable[[int, int], None]
#: Copies from before an upgrade that are kept in the vault.
_COPIES: Final = 2
_DONE: Final = "done"


class NoRoomForUpgrade(ShelterError):
    """The copy that is made first does not fit beside the vault."""

    message = N_(
        "This vault was written by an earlier version of the program and has to be brought to the newer form. A copy is made "
        "first, and there is not enough room for it: about {needed} MB are needed on the disk of the vault. Free some space "
        "and sign in again. Nothing has been changed."
    )
    exit_code = 56


class Upgrade:
    """One opening of a store that may be older than the program."""

    def __init__(
        self, folder: VaultFolder, keyring: KeyRing, now: Callable[[], str], progress: Progress | None = None
    ) -> None:
        self._folder = folder
        self._keyring = keyring
        self._now = now
        self._progress = progress
        self._found: int | None = None

    def copy_first(self, database: Database) -> None:
        """Make a verified copy in the vault's own folder for backups; two such copies are kept.

        Raises:
            NoRoomForUpgrade, NoWritePermission, DataDamaged: nothing has been changed.
        """
        self._found = schema_version(database)
        place = self._folder.backups
        device = get_meta(database, "device") or ""
        order = order_of(self._keyring, self._now(), device, "upgrade")
        name = free_name(place, order, f"before-upgrade-{self._found}-to-{SCHEMA_VERSION}-")
        try:
            write_backup(
                self._folder, database, self._keyring.store_key, place / name, order, progress=self._progress
            )
        except NoRoomForBackup as error:
            raise NoRoomForUpgrade(needed=error.values["needed"]) from error
        with contextlib.suppress(ShelterError, OSError):
            copies = [
                each for each in backups_in(place) if each.kind == "upgrade" and each.path.parent == place
            ]
            remove_backups(place, copies[_COPIES:])

    def note(self, session: Session) -> None:
        """Write into the journal that the tables were changed, if they were."""
        if self._found is not None:
            with session.saving() as record:
                record("vault.upgraded", session.keyring.vault_id, before=self._found, after=SCHEMA_VERSION)


@dataclass(frozen=True)
class SealedStep:
    """Work that a newer schema needs done in one compartment.

    `work(session, after)` does one page inside the transaction that is open, and returns where the next one
    begins, or None at the end; it is called first with "". `id` is never used again for another step.
    """

    id: str
    compartment: Compartment
    work: Callable[[Session, str], str | None]


#: In the order in which they are done; a step stays here as long as a vault may still need it.
STEPS: Final[tuple[SealedStep, ...]] = ()


def is_done(session: Session, step_id: str) -> bool:
    """Whether a step is finished in this vault."""
    return get_meta(session.store, f"step:{step_id}") == _DONE


def waiting_steps(session: Session, steps: Sequence[SealedStep] = STEPS) -> list[SealedStep]:
    """The steps that wait for somebody with another key."""
    return [
        step
        for step in steps
        if not is_done(session, step.id) and not session.keyring.holds(step.compartment)
    ]


def run_sealed_steps(session: Session, steps: Sequence[SealedStep] = STEPS) -> int:
    """Do what is still to be done in the compartments that this person can open; returns how many steps ended.

    Each page is a transaction that also says how far the step is: after a crash it goes on from there.
    """
    ended = 0
    for step in steps:
        if is_done(session, step.id) or not session.keyring.holds(step.compartment):
            continue
        after: str | None = get_meta(session.store, f"step:{step.id}") or ""
        while after is not None:
            with session.saving() as record:
                after = step.work(session, after)
                set_meta(session.store, f"step:{step.id}", _DONE if after is None else after)
                if after is None:
                    record("vault.step_done", step.id, compartment=step.compartment.value)
        ended += 1
    return ended
