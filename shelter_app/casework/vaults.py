"""A vault from outside: creating it, signing in and signing out."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shelter_app.casework import heads
from shelter_app.casework.case_facts import refresh_waiting
from shelter_app.casework.checking import ask_for_check, discard_copy
from shelter_app.casework.erasure_care import apply_erasures, tidy_up
from shelter_app.casework.index_care import bring_up
from shelter_app.casework.key_change import learn_old_keys, tidy_after_key_change
from shelter_app.casework.key_lines import announced, settle_lines
from shelter_app.casework.said import everybody_said
from shelter_app.casework.sealing import reseal_inbox
from shelter_app.casework.session import Session, moment_text, utc_now
from shelter_app.casework.upgrades import Upgrade, run_sealed_steps
from shelter_app.casework.user_history import keep_users, note_opening
from shelter_app.storage import books
from shelter_app.storage.database import Database
from shelter_app.storage.journal import Journal
from shelter_app.storage.people_index import PeopleIndex
from shelter_app.storage.store import create_store, get_meta, open_store, set_meta
from shelter_app.vault import vault as keys
from shelter_app.vault.attempts import unlock_with_patience
from shelter_app.vault.errors import DataDamaged, DiskFailed, DiskFull, NotEnoughMemory, NoWritePermission
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import Header, read_header
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.lock import VaultLock
from shelter_app.vault.rights import Compartment, Role

__all__ = [
    "NewVault",
    "Opening",
    "create_vault",
    "open_vault",
    "open_with_sheets",
    "sign_out",
    "vault_header",
]

#: Hears what long work of an opening is at and how far: "copy" before the tables are brought to a newer form, "names".
Opening = Callable[[Literal["copy", "names"], int, int], None]


@dataclass(frozen=True)
class NewVault:
    """A vault that was just created: its creator is signed in, the recovery sheets are to be printed now."""

    session: Session
    recovery: tuple[tuple[str, ...], ...]
    threshold: int


def create_vault(
    path: Path,
    *,
    post: str,
    post_name: str = "",
    user: str,
    password: str,
    letter: str = "A",
    role: Role = Role.ADMINISTRATOR,
    threshold: int = 2,
    shares: int = 3,
    kdf: KdfParams | None = None,
    demo: bool = False,
    allow_weak: bool = False,
    clock: Callable[[], dt.datetime] = utc_now,
    random: Callable[[int], bytes] = os.urandom,
) -> NewVault:
    """Create a vault in an empty folder; `post` and `letter` are in every case number from now on.

    Raises:
        what `shelter_app.vault.vault.create_vault` refuses, and DiskFull, NoWritePermission.
    """
    from shelter_app.domain.case_number import check_letter, check_post

    post, letter = check_post(post), check_letter(letter)
    created = keys.create_vault(
        path, post=post, post_name=post_name, user=user, password=password, role=role, kdf=kdf, demo=demo,
        allow_weak=allow_weak, threshold=threshold, shares=shares, now=clock(),
    )  # fmt: skip
    folder, keyring = created.folder, created.keyring
    lock = VaultLock(folder)
    lock.take()
    opened = contextlib.ExitStack()
    try:
        store = create_store(folder.store, keyring.store_key())
        opened.callback(store.close)
        session = _session(folder, keyring, store, lock, clock, random, device=None)
        if session.index is not None:
            opened.callback(session.index.close)
        with session.store.transaction():
            books.add_device(store, session.device_id, letter, session.now())
            set_meta(store, "device", session.device_id)
            set_meta(store, "vault_id", keyring.vault_id)
            keep_users(session)
            session.letter = letter
        with session.saving() as record:
            record(
                "vault.created", keyring.vault_id, sheets=shares, needed=threshold,
                **everybody_said(keyring.header),
            )  # fmt: skip
        bring_up(session)
    except BaseException:
        opened.close()
        keyring.close()
        lock.release()
        # Half a vault would only be in the way of the next attempt.
        for left in (*folder.path.glob("store.db*"), *folder.path.glob("people.idx*")):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
        folder.discard_unfinished()
        raise
    return NewVault(session, created.recovery, threshold)


def _session(
    folder: VaultFolder,
    keyring: KeyRing,
    store: Database,
    lock: VaultLock,
    clock: Callable[[], dt.datetime],
    random: Callable[[int], bytes],
    *,
    device: str | None,
) -> Session:
    from shelter_app.domain.ids import new_id

    device_id = device or new_id(random)
    journal = Journal(store, keyring, device_id)
    index = None
    if keyring.holds(Compartment.PEOPLE):
        # A cache keeps nobody out: on a full or failing disk one works without it, and can make a backup.
        with contextlib.suppress(DiskFull, DiskFailed, NoWritePermission):
            index = PeopleIndex.open(folder.people_index, keyring.index_key)
    letter = books.device_letter(store, device_id) if device else ""
    return Session(folder, keyring, store, journal, index, device_id, letter, lock, clock, random)


def vault_header(path: Path) -> Header:
    """Who may sign in to the vault of this folder, before anybody does.

    Raises:
        NotAVault, HeaderDamaged, NewerVersion
    """
    return read_header(VaultFolder(path)).header


def open_vault(
    path: Path,
    user: str,
    password: str,
    *,
    clock: Callable[[], dt.datetime] = utc_now,
    random: Callable[[int], bytes] = os.urandom,
    progress: Opening | None = None,
) -> Session:
    """Sign in. The password is tried before the vault is locked, so that a wrong one is told at once.

    Raises:
        WrongPassword, HeaderDamaged, DataDamaged, NewerVersion, VaultInUse: five different things;
        TryLater: the password was wrong too often just now;
        UnknownUser, NotAVault, AccountDisabled, NotEnoughMemory, NoWritePermission.
    """
    folder = VaultFolder(path)
    keyring, failed = unlock_with_patience(folder, user, password, clock())
    left_open = folder.was_left_open()
    copied = functools.partial(progress, "copy") if progress else None
    upgrade = Upgrade(folder, keyring, lambda: moment_text(clock()), copied)
    session = _opened(folder, keyring, upgrade, clock, random)
    with contextlib.ExitStack() as failing:
        failing.callback(session.close)
        note_opening(session, failed)
        _note_mended(session)
        _raise_cost(session, password)
        upgrade.note(session)
        if left_open:
            ask_for_check(session)
        apply_erasures(session)
        refresh_waiting(session)
        bring_up(session, functools.partial(progress, "names") if progress else None)
        reseal_inbox(session)
        run_sealed_steps(session)
        tidy_up(session)
        discard_copy(session)
        tidy_after_key_change(session)
        failing.pop_all()
    return session


def open_with_sheets(
    path: Path, sheets: Sequence[str], *, clock: Callable[[], dt.datetime] = utc_now
) -> Session:
    """The vault as the recovery sheets open it, to let somebody in and for nothing else; the caller closes it.

    Raises:
        RecoveryRefused, NotAVault, HeaderDamaged, DataDamaged, NewerVersion, VaultInUse, NoWritePermission
    """
    folder = VaultFolder(path)
    keyring = keys.unlock_with_sheets(folder, sheets)
    upgrade = Upgrade(folder, keyring, lambda: moment_text(clock()), None)
    session = _opened(folder, keyring, upgrade, clock, os.urandom)
    with contextlib.ExitStack() as failing:
        failing.callback(session.close)
        with session.saving() as record:
            settle_lines(session, record)
        _note_mended(session)
        upgrade.note(session)
        failing.pop_all()
    return session


def _opened(
    folder: VaultFolder,
    keyring: KeyRing,
    upgrade: Upgrade,
    clock: Callable[[], dt.datetime],
    random: Callable[[int], bytes],
) -> Session:
    """The store and the index, open under the vault's lock; nothing has been written down yet."""
    with contextlib.ExitStack() as failing:
        failing.callback(keyring.close)
        lock = VaultLock(folder)
        lock.take()
        failing.callback(lock.release)
        damaged: tuple[str, ...] = ()
        if keyring.needs_mending:
            damaged = read_header(folder).damaged
            keys.mend_header(folder, keyring)
        store = open_store(
            folder.store_of(keyring.header.store_epoch),
            keyring.store_key(),
            before_upgrade=upgrade.copy_first,
        )
        failing.callback(store.close)
        if get_meta(store, "vault_id") != keyring.vault_id:
            raise DataDamaged
        learn_old_keys(store, keyring)
        session = _session(folder, keyring, store, lock, clock, random, device=get_meta(store, "device"))
        session.mended_copies = damaged
        failing.pop_all()
    return session


def _note_mended(session: Session) -> None:
    """Write down that a copy of the header was damaged: a disk that fails is not to be healed in silence."""
    if session.mended_copies:
        with session.saving() as record:
            record("vault.header_mended", session.keyring.vault_id)


def _raise_cost(session: Session, password: str) -> None:
    """A dearer check is for whoever steals the vault; it keeps nobody out who knows the password."""
    with contextlib.suppress(DiskFull, DiskFailed, NoWritePermission, NotEnoughMemory):  # noqa: SIM117
        with announced(session, "user.password_dearer", session.user_id) as before:
            keys.raise_cost(session.folder, session.keyring, password, before)


def sign_out(session: Session) -> None:
    """Close the vault; the journal says so and its head goes into the header.

    Raises:
        DiskFull, NoWritePermission, DiskFailed: this could not be written down; the vault is closed all the same.
    """
    try:
        with session.saving() as record:
            record("session.closed", session.user_id, noted=True)
            heads.note_session(session)
        heads.remember(session)
        seq, mac = session.journal.head()
        keys.note_journal_head(session.folder, session.keyring, session.device_id, seq, mac.hex())
    finally:
        session.close()
