"""A vault from outside: creating it, signing in, backing up, restoring, checking, and its users."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from shelter_app.casework.case_facts import refresh_waiting
from shelter_app.casework.checking import CheckReport, run_check
from shelter_app.casework.index_care import bring_up
from shelter_app.casework.sealing import reseal_inbox
from shelter_app.casework.session import Session, utc_now
from shelter_app.casework.user_history import keep_users, note_opening
from shelter_app.storage import backup, books
from shelter_app.storage import entries as rows
from shelter_app.storage.database import Database
from shelter_app.storage.journal import Journal
from shelter_app.storage.people_index import PeopleIndex
from shelter_app.storage.store import Changes, create_store, get_meta, open_store, set_meta
from shelter_app.vault import vault as keys
from shelter_app.vault.errors import DataDamaged, DiskFailed, DiskFull, NoWritePermission
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import Header, read_header
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.keyring import KeyRing, verify
from shelter_app.vault.lock import VaultLock
from shelter_app.vault.rights import Compartment, Right, Role

__all__ = [
    "BackupAge",
    "CheckReport",
    "NewVault",
    "back_up",
    "backup_age",
    "change_own_password",
    "check_vault",
    "create_vault",
    "new_user",
    "open_vault",
    "remove_user",
    "restore_backup",
    "sign_out",
    "vault_header",
]

Progress = Callable[[int, int], None]
#: From this age the window reminds, and from the second it insists.
REMIND_DAYS, INSIST_DAYS = 7, 14


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
            record("vault.created", keyring.vault_id, sheets=shares, needed=threshold)
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
    journal = Journal(
        store, bytes(keyring.journal_key()), device_id=device_id, actor=keyring.user_id, sign=keyring.sign
    )
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
    progress: Progress | None = None,
) -> Session:
    """Sign in. The password is tried before the vault is locked, so that a wrong one is told at once.

    Raises:
        WrongPassword, HeaderDamaged, DataDamaged, NewerVersion, VaultInUse: five different things;
        UnknownUser, NotAVault, AccountDisabled, NotEnoughMemory, NoWritePermission.
    """
    keyring = keys.unlock(path, user, password)
    folder = VaultFolder(path)
    lock = VaultLock(folder)
    try:
        lock.take()
    except BaseException:
        keyring.close()
        raise
    try:
        if keyring.needs_mending:
            keys.mend_header(folder, keyring)
        store = open_store(folder.store, keyring.store_key())
        try:
            if get_meta(store, "vault_id") != keyring.vault_id:
                raise DataDamaged
            session = _session(folder, keyring, store, lock, clock, random, device=get_meta(store, "device"))
            try:
                note_opening(session)
                refresh_waiting(session)
                bring_up(session, progress)
                reseal_inbox(session)
            except BaseException:
                if session.index is not None:
                    session.index.close()
                raise
        except BaseException:
            store.close()
            raise
    except BaseException:
        keyring.close()
        lock.release()
        raise
    return session


def sign_out(session: Session) -> None:
    """Close the vault; the journal says so and its head goes into the header.

    Raises:
        DiskFull, NoWritePermission, DiskFailed: this could not be written down; the vault is closed all the same.
    """
    try:
        with session.saving() as record:
            record("session.closed", session.user_id)
        seq, mac = session.journal.head()
        keys.note_journal_head(session.folder, session.keyring, session.device_id, seq, mac.hex())
    finally:
        session.close()


@dataclass(frozen=True)
class BackupAge:
    """How old the last backup is; `days` is None where there is none."""

    days: int | None
    made_at: str | None
    other_disk: bool

    @property
    def level(self) -> str:
        """One of "ok", "remind" and "insist"."""
        if self.days is None or self.days >= INSIST_DAYS:
            return "insist"
        return "remind" if self.days >= REMIND_DAYS else "ok"


def backup_age(session: Session) -> BackupAge:
    """How old the last backup of this vault is and whether it lies on another disk."""
    made_at = get_meta(session.store, "backup_at")
    if made_at is None:
        return BackupAge(None, None, False)
    days = (session.clock() - dt.datetime.fromisoformat(made_at)).days
    return BackupAge(max(days, 0), made_at, get_meta(session.store, "backup_elsewhere") == "1")


def back_up(session: Session, target: Path, *, progress: Progress | None = None) -> backup.BackupInfo:
    """Write and verify a backup inside `target`, in a new folder named by post and time.

    Raises:
        NotYours, DiskFull, NoWritePermission, DataDamaged
    """
    session.require(Right.BACK_UP)
    now = session.clock().astimezone(dt.UTC)
    name = f"{session.keyring.header.post}-{now:%Y%m%d-%H%M%S}"
    with session.saving() as record:
        record("backup.made", session.keyring.vault_id)
    info = backup.write_backup(
        session.folder, session.store, session.keyring.store_key, target / name, made_at=session.now(),
        vault_id=session.keyring.vault_id, post=session.keyring.header.post, progress=progress,
    )  # fmt: skip
    elsewhere = target.stat().st_dev != session.folder.path.stat().st_dev
    with session.store.transaction():
        set_meta(session.store, "backup_at", info.made_at)
        set_meta(session.store, "backup_elsewhere", "1" if elsewhere else "0")
    return info


def restore_backup(
    source: Path, target: Path, user: str, password: str, *, clock: Callable[[], dt.datetime] = utc_now
) -> Session:
    """Restore a backup into a new folder, prove it by opening it, and sign in there.

    Raises:
        BackupDamaged, FolderNotEmpty, WrongPassword and what opening raises; nothing is left in `target`.
    """
    info = backup.read_info(source)
    keys.unlock(source, user, password).close()
    folder = backup.restore(info, target)
    try:
        session = open_vault(folder.path, user, password, clock=clock)
        try:
            if backup.check_database(session.store):
                raise backup.BackupDamaged(file="store.db")
            with session.saving() as record:
                record(
                    "vault.restored", session.keyring.vault_id, made_at=info.made_at, journal=info.journal_seq
                )
        except BaseException:
            session.close()
            raise
    except BaseException:
        backup.discard_restored(info, folder)
        raise
    return session


def check_vault(session: Session, progress: Progress | None = None) -> CheckReport:
    """Check pages, journal, every part that can be opened here, and the attachments. Changes nothing."""
    report = run_check(session, verify, progress)
    with session.saving() as record:
        record("vault.checked", session.keyring.vault_id, faults=len(report.faults))
    return report


def new_user(
    session: Session,
    *,
    name: str,
    role: Role,
    password: str,
    grants: Collection[Compartment] | None = None,
    must_change: bool = True,
) -> Changes:
    """Give a colleague a first password; they choose one of their own when they sign in with it.

    Raises:
        NotYours, KeyNotHeld, GrantRefused, NameRefused, PasswordRefused, PasswordTooWeak
    """
    session.require(Right.MANAGE_USERS)
    slot = keys.add_user(
        session.folder, session.keyring, name=name, role=role, password=password, grants=grants,
        must_change=must_change, now=session.clock(),
    )  # fmt: skip
    with session.saving() as record:
        keep_users(session)
        record("user.added", slot.id, role=role.value, keys=sorted(c.value for c in slot.compartments))
    return Changes.of(None, "users")


def remove_user(session: Session, user_id: str) -> Changes:
    """Take somebody's key slot away. Copies of the vault made before stay readable to them.

    Raises:
        NotYours, UnknownUser, LastWayIn
    """
    session.require(Right.MANAGE_USERS)
    keys.remove_user_slot(session.folder, session.keyring, user_id, now=session.clock())
    with session.saving() as record:
        keep_users(session)
        # They were sealed to a key that is gone: nobody can read them any more.
        rows.drop_drafts_of(session.store, user_id)
        record("user.removed", user_id)
    return Changes.of(None, "users")


def grant_key(session: Session, user_id: str, compartment: Compartment) -> Changes:
    """Give a user one more key that the signed-in person holds.

    Raises:
        NotYours, KeyNotHeld, GrantRefused, UnknownUser
    """
    keys.grant(session.folder, session.keyring, user_id, compartment)
    with session.saving() as record:
        record("user.key_granted", user_id, compartment=compartment.value)
    return Changes.of(None, "users")


def change_own_password(session: Session, old: str, new: str) -> None:
    """Choose another password.

    Raises:
        WrongPassword, PasswordRefused, PasswordTooWeak
    """
    keys.change_password(session.folder, session.keyring, old, new)
    with session.saving() as record:
        record("user.password_changed", session.user_id)
