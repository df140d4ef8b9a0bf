"""Another store key: the store is copied under it, the copy is proved, and the header goes over to the copy.

A crash at any moment opens with the old or with the new keys: the header names the file that belongs to the
store key in force, the former file goes only when both copies of the header name the new one, and the
journal lines of the change lie in the new file before it counts. What a crash leaves behind is tidied at the
next sign-in.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_app.storage import old_keys
from shelter_app.storage.backup import check_database
from shelter_app.storage.database import Database
from shelter_app.storage.journal import Journal
from shelter_app.storage.people_index import PeopleIndex
from shelter_app.vault import vault as keys
from shelter_app.vault.errors import DataDamaged
from shelter_app.vault.folder import disk_errors, sync_folder
from shelter_app.vault.header import read_header
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.new_keys import Rotation, bring_into_force
from shelter_app.vault.rights import Compartment

__all__ = ["STEPS", "learn_old_keys", "renew_index", "replace_store", "tidy_after_key_change"]

Progress = Callable[[int, int], None]
Reached = Callable[[str], None]

#: What `reached` is told, in this order; from "switched" on there is no way back.
STEPS = ("copied", "proved", "written", "switched", "indexed", "tidied")
#: Saves go through while the store is copied; after so many vain attempts they wait.
_ATTEMPTS = 3


def _quiet(_step: str) -> None:
    """Nobody wants to know."""


def replace_store(
    session: Session,
    rotation: Rotation,
    note: Callable[[Session, Callable[..., None]], None],
    *,
    progress: Progress | None = None,
    reached: Reached = _quiet,
) -> None:
    """Bring a new store key into force, with whatever else `rotation` holds.

    `note` writes into the new store, before it counts, what the journal says of the change. The session goes on in the
    new file. `progress` may raise to cancel until the switch.

    Raises:
        DiskFull, NoWritePermission, DiskFailed, DataDamaged, VaultInUse: the former keys are in force.
    """
    if session.keyring.needs_mending:
        keys.mend_header(session.folder, session.keyring)
    _discard(session, keep=session.store.path.name)
    try:
        for attempt in range(_ATTEMPTS):
            with contextlib.ExitStack() as waiting:
                if attempt == _ATTEMPTS - 1:
                    waiting.enter_context(session.store.alone())
                before = session.store.changed_rows
                copy = _proved_copy(session, rotation, before, progress, reached)
                if copy is None:
                    continue
                waiting.enter_context(session.store.alone())
                if session.store.changed_rows != before:
                    copy.close()
                    continue
                try:
                    _write_down(session, rotation, copy, note)
                    reached("written")
                    bring_into_force(session.folder, session.keyring, rotation)
                except BaseException:
                    copy.close()
                    raise
                session.store.become(copy)
                break
    except BaseException:
        _discard_unused(session, rotation.store_epoch)
        raise
    finally:
        rotation.wipe()
    reached("switched")
    session.forget_names()
    session.trust = None
    if Compartment.PEOPLE in rotation.secrets:
        renew_index(session)
    reached("indexed")
    tidy_after_key_change(session)
    reached("tidied")


def _discard_unused(session: Session, epoch: int) -> None:
    """Remove the copy of a change that was given up, if it is certain that no header names it."""
    with contextlib.suppress(ShelterError, OSError):
        read = read_header(session.folder)
        if not read.damaged and all(copy.header.store_epoch < epoch for copy in read.copies):
            _discard(session, keep=session.store.path.name)


def _proved_copy(
    session: Session, rotation: Rotation, before: int, progress: Progress | None, reached: Reached
) -> Database | None:
    """The store under its new key, opened anew and compared with what it was copied from.

    None where something was saved meanwhile, so that the two cannot be compared.
    """
    target = session.folder.new_store(rotation.store_epoch)
    with disk_errors():
        target.unlink(missing_ok=True)
    with contextlib.closing(Database(target, rotation.store_key(), create=True)) as fresh:
        session.store.backup_to(fresh, progress)
    with disk_errors():
        sync_folder(session.folder.path)
    reached("copied")
    copy = Database(target, rotation.store_key())
    try:
        faults = check_database(copy)
        with session.store.alone():
            seq, mac = session.journal.head()
            same = copy.row_counts() == session.store.row_counts()
            overtaken = session.store.changed_rows != before
        if faults or not (overtaken or (same and _line(copy, session, seq) == mac)):
            raise DataDamaged
    except BaseException:
        copy.close()
        raise
    if overtaken:
        copy.close()
        return None
    reached("proved")
    return copy


def _line(copy: Database, session: Session, seq: int) -> bytes:
    return Journal(copy, session.keyring, session.device_id).mac_of(seq)


def _write_down(
    session: Session, rotation: Rotation, copy: Database, note: Callable[[Session, Callable[..., None]], None]
) -> None:
    """Former store keys, sealed under the new one, and what the journal says: into the new file."""
    ring = rotation.ring(session.keyring)
    epoch, secret = rotation.secrets[Compartment.STORE]
    inside = replace(session, keyring=ring, store=copy, journal=Journal(copy, ring, session.device_id))
    with inside.saving() as record:
        for former in session.keyring.epochs(Compartment.STORE):
            box = ring.seal_old_key(Compartment.STORE, former, under=secret, named=epoch)
            old_keys.keep_old_key(
                copy, old_keys.OldKeyRow(Compartment.STORE.value, former, epoch, box, session.now())
            )
        note(inside, record)


def renew_index(session: Session) -> None:
    """Bring the people index under the key that belongs to the people key in force.

    It is a cache: where it cannot be copied now, it goes, and is built anew at the next sign-in.
    """
    if session.index is None:
        return
    if not session.keyring.holds(Compartment.PEOPLE):
        session.index.close()
        session.index = None
        PeopleIndex.discard(session.folder.people_index)
        return
    try:
        session.index.renew(session.folder.people_index, session.keyring.index_key)
    except (ShelterError, OSError):
        session.index.close()
        session.index = None
        PeopleIndex.discard(session.folder.people_index)


def learn_old_keys(store: Database, keyring: KeyRing) -> None:
    """Hold the former keys that the store keeps for whoever holds the ones in force.

    Raises:
        DataDamaged: one of them is not as it was kept.
    """
    for row in old_keys.old_keys(store):
        keyring.learn_old_key(Compartment(row.compartment), row.epoch, row.box, under=row.under)


def tidy_after_key_change(session: Session) -> None:
    """Remove the files of former store keys, and of changes that a crash cut off.

    Not before both copies of the header name the file that is open: until then the former one may be needed.
    """
    if not session.keyring.needs_mending:
        with contextlib.suppress(ShelterError, OSError):
            _discard(session, keep=session.store.path.name)
            PeopleIndex.discard(PeopleIndex.fresh(session.folder.people_index))


def _discard(session: Session, keep: str) -> None:
    """Remove every store file but one; nothing else is ever removed here."""
    found = [path for path in session.folder.store_files() if path.name.removesuffix("-journal") != keep]
    with disk_errors():
        for path in found:
            path.unlink(missing_ok=True)
        if found:
            sync_folder(session.folder.path)
