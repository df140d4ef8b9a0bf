"""Changing the header of a vault: under its lock, from what is on the disk, with the keys of whoever asks, both copies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from shelter_app.vault.errors import HeaderDamaged
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import Header, JournalHead, read_header, write_header
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.lock import held

__all__ = ["Before", "change_header", "mend_header", "note_journal_head", "unannounced"]

#: Is told of a header that is about to be written; what it raises keeps it from being written.
Before = Callable[[Header], None]


def unannounced(_header: Header) -> None:
    """Nothing has to be written down before this header comes into force."""


def change_header(
    folder: VaultFolder, by: KeyRing, change: Callable[[Header], Header], before: Before = unannounced
) -> Header:
    """Write a changed header, the only way in which one is written after creation.

    The change is made to what lies on the disk, if its MAC is right; where two copies of different age are
    both right, to the one by which `by` goes: at sign-in that is the newest. `before` is told of the new header when nothing can refuse it
    any more but the disk, and before a byte of it is written.

    Raises:
        VaultInUse: another program has the vault open.
        HeaderDamaged: no copy on the disk was written with the keys of `by`.
    """
    with held(folder):
        mac_key = by.header_mac_key()
        sound = [copy.header for copy in read_header(folder).copies if copy.authentic(mac_key)]
        if not sound or sound[0].vault_id != by.vault_id:
            raise HeaderDamaged
        base = by.header if by.header in sound else sound[0]
        changed = change(base)
        before(changed)
        by.header = write_header(folder, changed, mac_key)
        by.needs_mending = False
        mac_key[:] = bytes(len(mac_key))
        return by.header


def mend_header(folder: VaultFolder, by: KeyRing) -> None:
    """Write both copies of the header anew after one was found damaged or left behind by a crash."""
    change_header(folder, by, lambda header: header)


def note_journal_head(folder: VaultFolder, by: KeyRing, device: str, number: int, digest: str) -> None:
    """Keep the newest journal line of a device in the header, so that a shortened journal shows."""
    change_header(
        folder,
        by,
        lambda header: replace(
            header, journal_head={**header.journal_head, device: JournalHead(number, digest)}
        ),
    )
