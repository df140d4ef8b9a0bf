"""Bringing a backup back: what it holds, what would be missing, and the restored vault in a new folder."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import string
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from shelter_app.casework.key_lines import begin_anew
from shelter_app.casework.session import Session, moment_text, utc_now
from shelter_app.casework.vaults import open_vault
from shelter_app.domain.case_number import check_letter
from shelter_app.domain.ids import new_id
from shelter_app.errors import ShelterError
from shelter_app.storage import backup, books
from shelter_app.storage import backup_facts as facts
from shelter_app.storage.backup import BackupInfo
from shelter_app.storage.cases import count_cases
from shelter_app.storage.database import Database
from shelter_app.storage.disks import same_disk
from shelter_app.storage.erasure_list import carry_list
from shelter_app.storage.store import SCHEMA_VERSION, get_meta, open_store, schema_version, set_meta
from shelter_app.vault.attempts import look_with_patience, unlock_with_patience
from shelter_app.vault.errors import DataDamaged, NewerVersion
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import Header
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.lock import held
from shelter_i18n import N_

__all__ = [
    "BackupPreview",
    "LetterTaken",
    "Missing",
    "Returning",
    "newest_good_backup",
    "preview_backup",
    "restore_backup",
]

Progress = Callable[[int, int], None]
#: Backups of stores up to this schema have lists that nothing seals.
_UNSEALED_UNTIL: Final = 1


class LetterTaken(ShelterError):
    """Two computers with one letter would give the same case number twice."""

    message = N_("Another computer of this vault has the letter {letter}. Choose one that no computer has.")
    exit_code = 54


@dataclass(frozen=True)
class Returning:
    """A way in that a backup would bring back: a user who was removed or disabled, an earlier password, a key."""

    user: str
    what: Literal["removed", "disabled", "password", "keys"]


@dataclass(frozen=True)
class Missing:
    """What the vault at hand holds and the backup does not."""

    cases: int
    saves: int
    lines: int
    since: dt.datetime
    until: dt.datetime
    #: Who could open the vault with the backup and cannot now.
    returning: tuple[Returning, ...] = ()
    #: Names of those who can open the vault now and were no users yet.
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True)
class BackupPreview:
    """What a backup holds, seen with the key of somebody who could open the vault then."""

    info: BackupInfo
    cases: int
    newest_line: dt.datetime | None
    #: Letter of each computer that has written into it.
    letters: tuple[str, ...]
    letter: str
    #: None where there is no vault at hand to compare with, or it cannot be opened.
    missing: Missing | None
    #: Why the vault at hand could not be compared.
    not_compared: ShelterError | None = None
    #: The vault at hand has gone another way since: it holds lines that the backup has otherwise.
    differs: bool = False

    @property
    def free_letter(self) -> str:
        """A letter that no computer of this vault has yet."""
        return next((letter for letter in string.ascii_uppercase if letter not in self.letters), "")


def newest_good_backup(
    places: Iterable[Path], vault_id: str | None, progress: Progress | None = None
) -> BackupInfo | None:
    """The newest backup in these places that is whole, of this vault or (with None) of any; None where there is none."""
    found = {info.path.resolve(): info for place in places for info in backup.backups_in(place)}
    for info in sorted(found.values(), key=lambda info: (info.made, info.journal_seq), reverse=True):
        if vault_id is None or info.vault_id == vault_id:
            with contextlib.suppress(ShelterError):
                backup.check_files(info, progress)
                return info
    return None


def preview_backup(
    source: Path,
    user: str,
    password: str,
    *,
    at_hand: Path | None = None,
    clock: Callable[[], dt.datetime] = utc_now,
    progress: Progress | None = None,
) -> BackupPreview:
    """Check a backup and say what it holds, and what of the vault in `at_hand` would be missing; changes nothing.

    Raises:
        BackupDamaged, BackupPlaceLost, WrongPassword, TryLater, UnknownUser, HeaderDamaged, DataDamaged, NewerVersion
    """
    info = backup.read_info(source)
    keyring, _failed = unlock_with_patience(VaultFolder(source), user, password, clock())
    try:
        if info.seal:
            backup.check_seal(info, keyring.derive(backup.SEAL))
        backup.check_files(info, progress)
        store = _look_into(VaultFolder(source), keyring)
        try:
            _check_unsealed(info, store)
            cases = count_cases(store)
            line = facts.what_follows(store, 0).newest
            letters = facts.letters(store)
            device = get_meta(store, "device") or ""
            letter = books.device_letter(store, device)
        finally:
            store.close()
        then = keyring.header
    finally:
        keyring.close()
    missing, error, differs = _compare(info, device, then, at_hand, user, password, clock())
    newest = dt.datetime.fromisoformat(line).astimezone() if line else None
    return BackupPreview(info, cases, newest, letters, letter, missing, error, differs)


def _check_unsealed(info: backup.BackupInfo, store: Database) -> None:
    """Pass if a list without a seal lies beside a store of the time when lists had none.

    Raises:
        BackupDamaged: somebody has written the list anew.
    """
    if not info.seal and schema_version(store) > _UNSEALED_UNTIL:
        raise backup.BackupDamaged(file=backup.MANIFEST)


def _look_into(folder: VaultFolder, keyring: KeyRing) -> Database:
    """The store as it lies there, not brought to the newest schema."""
    store = open_store(folder.store_of(keyring.header.store_epoch), keyring.store_key(), upgrade=False)
    if get_meta(store, "vault_id") != keyring.vault_id:
        store.close()
        raise DataDamaged
    return store


def _compare(
    info: BackupInfo,
    device: str,
    then: Header,
    at_hand: Path | None,
    user: str,
    password: str,
    now: dt.datetime,
) -> tuple[Missing | None, ShelterError | None, bool]:
    if at_hand is None:
        return None, None, False
    folder = VaultFolder(at_hand)
    try:
        keyring = look_with_patience(folder, user, password, now)
        try:
            if keyring.vault_id != info.vault_id:
                return None, None, False
            with held(folder):
                store = _look_into(folder, keyring)
                try:
                    return _what_is_missing(store, info, device, then, keyring.header)
                finally:
                    store.close()
        finally:
            keyring.close()
    except ShelterError as error:
        return None, error, False


def _what_is_missing(
    store: Database, info: BackupInfo, device: str, then: Header, now: Header
) -> tuple[Missing | None, ShelterError | None, bool]:
    if not facts.has_line(store, device, info.journal_seq, info.journal_mac):
        return None, None, True
    place = facts.place_of(store, device, info.journal_seq)
    since = facts.what_follows(store, place)
    until = dt.datetime.fromisoformat(since.newest or info.made_at).astimezone()
    cases = max(count_cases(store) - info.cases, 0)
    renewed = facts.subjects_since(store, place, ("user.password_reset", "user.password_changed"))
    back = tuple(_returning(then, now, renewed))
    accounts = tuple(slot.name for slot in now.users if then.slot(slot.id) is None)
    missing = Missing(cases, since.saves, since.lines, info.made.astimezone(), until, back, accounts)
    return missing, None, False


def _returning(then: Header, now: Header, renewed: Collection[str]) -> Iterator[Returning]:
    """Who could open a vault with the header of `then`, and how, and cannot with that of `now`."""
    for slot in then.users:
        present = now.slot(slot.id)
        if slot.disabled:
            continue
        if present is None:
            yield Returning(slot.name, "removed")
        elif present.disabled:
            yield Returning(slot.name, "disabled")
        else:
            if slot.id in renewed:
                yield Returning(slot.name, "password")
            if slot.compartments - present.compartments:
                yield Returning(slot.name, "keys")


def restore_backup(
    source: Path,
    target: Path,
    user: str,
    password: str,
    *,
    second_computer: str | None = None,
    at_hand: Path | None = None,
    clock: Callable[[], dt.datetime] = utc_now,
    progress: Progress | None = None,
) -> Session:
    """Restore a backup into a new folder, prove it by opening it, and sign in there.

    The restored vault takes the place of a lost one and goes on under its letter. With a letter for
    `second_computer` it works beside the other from now on: it is another device, so that neither the case
    numbers nor the journals of the two can ever be the same. Who was erased since is erased again before anybody
    works: the list of erasures lies beside the backup and in the vault `at_hand`.

    Raises:
        LetterTaken, CaseNumberError: the letter cannot be that of a second computer.
        BackupDamaged, FolderNotEmpty, WrongPassword and what opening raises; nothing is left in `target`.
    """
    letter = check_letter(second_computer) if second_computer is not None else None
    info = backup.read_info(source)
    if info.schema > SCHEMA_VERSION:
        raise NewerVersion(found=info.schema, known=SCHEMA_VERSION)
    keyring, _failed = unlock_with_patience(VaultFolder(source), user, password, clock())
    try:
        if info.seal:
            backup.check_seal(info, keyring.derive(backup.SEAL))
        folder = backup.restore(info, target, progress)
        try:
            _prepare(folder, keyring, info, letter, clock)
            carry_list([place for place in (source.parent, at_hand) if place is not None], folder.path)
            session = open_vault(folder.path, user, password, clock=clock)
            with contextlib.ExitStack() as failed:
                failed.callback(session.close)
                with session.saving() as record:
                    record(
                        "vault.restored", session.keyring.vault_id, made_at=info.made_at, journal=info.journal_seq,
                        second_computer=letter is not None,
                    )  # fmt: skip
                failed.pop_all()
        except BaseException:
            backup.discard_restored(info, folder)
            raise
    finally:
        keyring.close()
    return session


def _prepare(
    folder: VaultFolder,
    keyring: KeyRing,
    info: BackupInfo,
    letter: str | None,
    clock: Callable[[], dt.datetime],
) -> None:
    """Check the restored store on a connection of its own, and make it another computer's before it is written to."""
    store = _look_into(folder, keyring)
    try:
        _check_unsealed(info, store)
        if backup.check_database(store):
            raise backup.BackupDamaged(file="store.db")
        with store.transaction():
            if letter is not None:
                if letter in facts.letters(store):
                    raise LetterTaken(letter=letter)
                device = new_id(os.urandom)
                books.add_device(store, device, letter, moment_text(clock()))
                set_meta(store, "device", device)
            _note_backup(store, folder, info, own=letter is None and info.kind != "upgrade")
            begin_anew(store)
    finally:
        store.close()


def _note_backup(store: Database, folder: VaultFolder, info: BackupInfo, *, own: bool) -> None:
    """The backup that a vault came from is its newest one; that of a second computer has none of its own yet."""
    known: dict[str, str | None] = dict.fromkeys(
        ("backup_at", "backup_elsewhere", "backup_arrived", "backup_folder")
    )
    if own:
        arrived = facts.place_of(store, get_meta(store, "device") or "", info.journal_seq)
        place = info.path.resolve().parent
        known = {
            "backup_at": info.made_at, "backup_elsewhere": "0" if same_disk(place, folder.path) else "1",
            "backup_arrived": str(arrived), "backup_folder": str(place),
        }  # fmt: skip
    for key, value in known.items():
        set_meta(store, key, value)
