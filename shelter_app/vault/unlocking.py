"""Opening a vault with a password: from whichever copy of the header is sound and ours."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from shelter_app.vault.errors import AccountDisabled, HeaderDamaged, WrongPassword
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import HeaderCopy, HeaderRead, read_header
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.passphrases import as_suggested
from shelter_app.vault.passwords import DEMO_PASSWORD, same_password
from shelter_app.vault.slots import Slot, open_slot, unseal_keys
from shelter_app.vault.users import find_user

__all__ = ["open_header", "unlock"]


def open_header(copy: HeaderCopy, slot: Slot, secret: str | bytes) -> KeyRing:
    """The key ring of one slot, after checking that the whole copy is what its users wrote.

    Raises:
        WrongPassword: the slot is locked with another password.
        HeaderDamaged: slot, sealed keys, public keys or MAC do not belong together.
    """
    vault_id = copy.header.vault_id
    own = open_slot(slot, secret, vault_id=vault_id)
    keyring = KeyRing(copy.header, slot, own, unseal_keys(slot, own, vault_id=vault_id))
    if not copy.authentic(keyring.header_mac_key()):
        raise HeaderDamaged
    return keyring


def _same_lock(one: Slot, other: Slot) -> bool:
    return (one.kdf, one.commit, one.wrapped) == (other.kdf, other.commit, other.wrapped)


def _unlock_copies(read: HeaderRead, user: str, password: str) -> KeyRing:
    """Try the newest copy, and an older one where it locks this user differently or the newest is not ours."""
    newest = read.copies[0]
    slot = find_user(newest.header, user)
    try:
        return open_header(newest, slot, password)
    except HeaderDamaged:
        for copy in read.copies[1:]:
            older = copy.header.slot(slot.id)
            with contextlib.suppress(WrongPassword, HeaderDamaged):
                if older is not None:
                    return open_header(copy, older, password)
        raise
    except WrongPassword:
        for copy in read.copies[1:]:
            # Only a crash between the two copies leaves numbers that follow on each other.
            older = copy.header.slot(slot.id) if copy.header.seq == newest.header.seq - 1 else None
            if older is None or _same_lock(older, slot):
                continue
            with contextlib.suppress(WrongPassword, HeaderDamaged):
                return _open_by_former_lock(newest, slot, older, password)
        raise


def _open_by_former_lock(newest: HeaderCopy, slot: Slot, older: Slot, password: str) -> KeyRing:
    """The key ring that the newest copy gives, where a password opens only how an older one locked the same keys."""
    if (slot.xpub, slot.epub) != (older.xpub, older.epub):
        raise WrongPassword
    vault_id = newest.header.vault_id
    own = open_slot(older, password, vault_id=vault_id)
    keyring = KeyRing(newest.header, slot, own, unseal_keys(slot, own, vault_id=vault_id))
    if not newest.authentic(keyring.header_mac_key()):
        raise HeaderDamaged
    keyring.by_former_lock = True
    return keyring


def unlock(
    path: Path, user: str, password: str, *, timer: Callable[[], float] = time.perf_counter
) -> KeyRing:
    """The keys of one user. Reads the header and derives the key; touches no database and takes no lock.

    After a crash between the two copies of the header the newer one counts; the older password still opens it by
    what the older copy keeps of it, so that somebody whose change was cut off gets in with either. The key ring then
    says `by_former_lock`, and whoever opens the store asks the journal whether that is how it was.

    Raises:
        NotAVault, NewerVersion, HeaderDamaged, UnknownUser, WrongPassword, AccountDisabled, NotEnoughMemory:
            each says what it is; none is reported for another.
    """
    read = read_header(VaultFolder(path))
    find_user(read.header, user)
    if not read.header.demo and same_password(password, DEMO_PASSWORD):
        raise WrongPassword
    begun = timer()
    try:
        keyring = _unlock_copies(read, user, password)
    except WrongPassword:
        # Words that were told for one sign-in may be typed in any way that leaves them the same words.
        told = as_suggested(password) if find_user(read.header, user).must_change else None
        if told is None or told == password:
            raise
        keyring = _unlock_copies(read, user, told)
    keyring.seconds = timer() - begun
    if keyring.slot.disabled:
        keyring.close()
        raise AccountDisabled
    keyring.needs_mending = read.needs_mending
    return keyring
