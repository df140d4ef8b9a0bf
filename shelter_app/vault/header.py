"""The header file of a vault in its two copies: reading the sound one, writing one after the other."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

from shelter_app.vault.errors import DiskFailed, HeaderDamaged
from shelter_app.vault.folder import VaultFolder, atomic_write, disk_errors
from shelter_app.vault.header_content import FORMAT, CompartmentKey, FormerKey, Header, JournalHead
from shelter_app.vault.header_format import MOST_BYTES, HeaderCopy, decode_header, encode_header

__all__ = [
    "FORMAT",
    "CompartmentKey",
    "FormerKey",
    "Header",
    "HeaderCopy",
    "HeaderRead",
    "JournalHead",
    "decode_header",
    "encode_header",
    "read_header",
    "write_header",
]


@dataclass(frozen=True)
class HeaderRead:
    """The header to go by, and what was wrong with its files.

    `copies` are the sound ones, newest first. `damaged` names the files that could not be read; `differing`
    says that the copies are of different age, as after a crash between the two writes.
    """

    copies: tuple[HeaderCopy, ...]
    damaged: tuple[str, ...]

    @property
    def header(self) -> Header:
        """The newest sound copy."""
        return self.copies[0].header

    @property
    def differing(self) -> bool:
        """Whether two sound copies say different things."""
        return len({copy.body for copy in self.copies}) > 1

    @property
    def needs_mending(self) -> bool:
        """Whether the next chance should be taken to write both copies anew."""
        return bool(self.damaged) or self.differing


def _load(path: Path) -> bytes:
    with disk_errors(), path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def read_header(folder: VaultFolder) -> HeaderRead:
    """The sound copies of the header, newest first, and the names of the damaged ones.

    Raises:
        NotAVault: there is neither copy.
        NewerVersion: a sound copy is of a later format.
        HeaderDamaged: no copy is sound, or the two belong to different vaults.
        NoWritePermission: the files may not be read.
    """
    folder.require()
    copies: list[HeaderCopy] = []
    damaged: list[str] = []
    for path in (folder.header, folder.header_copy):
        try:
            copies.append(decode_header(_load(path)))
        except (HeaderDamaged, DiskFailed, FileNotFoundError):
            damaged.append(path.name)
    # Copies of two vaults: nothing tells which of them belongs here, and no password may be called wrong.
    if len({copy.header.vault_id for copy in copies}) != 1:
        raise HeaderDamaged
    copies.sort(key=lambda copy: copy.header.seq, reverse=True)
    return HeaderRead(tuple(copies), tuple(damaged))


def write_header(folder: VaultFolder, header: Header, mac_key: bytes | bytearray) -> Header:
    """Write both copies, the second first, and return the header with its new sequence number.

    A crash between the two leaves one old and one new copy, each whole. The caller holds the vault's lock.

    Raises:
        DiskFull, NoWritePermission, DiskFailed: at least one copy is as it was.
    """
    newest = 0
    with contextlib.suppress(HeaderDamaged):
        if folder.exists():
            newest = read_header(folder).header.seq
    written = replace(header, seq=max(newest, header.seq) + 1)
    data = encode_header(written, mac_key)
    atomic_write(folder.header_copy, data)
    atomic_write(folder.header, data)
    return written
