"""The package of a summary: all files in one tar archive, signed by the office, encrypted to one receiver.

The archive is the same bytes for the same files. `manifest.json` names every other file with its SHA-256;
`manifest.sig` is the office's Ed25519 signature of the manifest and of nothing else, 64 bytes. The manifest names the
receiver, so that a package cannot be sent on as if it had been made for somebody else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shelter_app.exchange.age_keys import decrypt, encrypt
from shelter_app.exchange.package_errors import NotAPackage, NotOpened
from shelter_app.exchange.pool_keys import PoolKeys, PublicKey
from shelter_app.vault.crypto import verify

__all__ = [
    "ENDING",
    "LIST",
    "LIST_SIGNATURE",
    "MANIFEST",
    "PARTIES",
    "SIGNATURE",
    "Opened",
    "is_signed",
    "is_signed_list",
    "list_of",
    "open_package",
    "sealed",
    "signed",
    "signed_list",
    "tar_bytes",
]

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
ENDING = ".tar.age"
#: What is beside the files of an extract: whose keys sign and open it, the digests of all as `sha256sum` writes them, and
#: the office's signature of these.
PARTIES, LIST, LIST_SIGNATURE = "parties.json", "SHA256SUMS", "SHA256SUMS.sig"
_AGE_MARK = b"age-encryption.org/v1\n"
#: Bound into every signature, so that the office's key signs nothing else by accident.
_SIGNED = b"shelter summary manifest 1\n"
_SIGNED_LIST = b"shelter list of files 1\n"
#: Far above any release; what is larger was not made by this program.
_MOST_BYTES, _MOST_FILES = 64 * 1024 * 1024, 400
_MODE = 0o644


def signed(manifest: bytes, office: PoolKeys) -> bytes:
    """The detached signature of a manifest."""
    return office.sign(_SIGNED + manifest)


def list_of(files: Mapping[str, bytes]) -> bytes:
    """The digests of files, as `sha256sum` writes them."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def signed_list(files: Mapping[str, bytes], office: PoolKeys, receiver: PublicKey) -> dict[str, bytes]:
    """Files with the keys of office and receiver, a list of their digests, and the office's detached signature of the list."""
    said = {"office": office.public.facts, "receiver": receiver.facts}
    listed = {**files, PARTIES: json.dumps(said, sort_keys=True, indent=1).encode() + b"\n"}
    digests = list_of(listed)
    return {**listed, LIST: digests, LIST_SIGNATURE: office.sign(_SIGNED_LIST + digests)}


def is_signed_list(listed: bytes, signature: bytes, public: str) -> bool:
    """Whether the holder of this Ed25519 key (in hexadecimal digits) signed the list."""
    return len(signature) == 64 and verify(bytes.fromhex(public), _SIGNED_LIST + listed, signature)


def is_signed(manifest: bytes, signature: bytes, public: str) -> bool:
    """Whether the holder of this Ed25519 key (in hexadecimal digits) signed the manifest."""
    return len(signature) == 64 and verify(bytes.fromhex(public), _SIGNED + manifest, signature)


def tar_bytes(files: Mapping[str, bytes], month: dt.date) -> bytes:
    """The files as a tar archive (POSIX ustar) that tells no more than they do: no user, no time but the month."""
    out = io.BytesIO()
    stamp = int(dt.datetime(month.year, month.month, 1, tzinfo=dt.UTC).timestamp())
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(files[name]), stamp, _MODE
            archive.addfile(entry, io.BytesIO(files[name]))
    return out.getvalue()


def sealed(files: Mapping[str, bytes], month: dt.date, receiver: PublicKey) -> bytes:
    """The package: the archive of `files`, encrypted to the receiver."""
    return encrypt(tar_bytes(files, month), bytes.fromhex(receiver.exchange))


@dataclass(frozen=True)
class Opened:
    """The files of a package by name, and the bytes of its archive where it is the kind that packages have."""

    name: str
    files: Mapping[str, bytes]
    archive: bytes | None = None


def open_package(path: Path, keys: PoolKeys | None) -> Opened:
    """The files in a package, a folder, or a tar or zip archive; nothing is written anywhere.

    Raises:
        NotOpened: it is encrypted, and to another key than the one given, or it was damaged on its way.
        NotAPackage: it holds something that no package holds.
        OSError
    """
    if path.is_dir():
        return Opened(path.name, _of_folder(path))
    with path.open("rb") as source:
        data = source.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise NotAPackage(file=path.name)
    if data.startswith(_AGE_MARK):
        plain = decrypt(data, keys.exchange) if keys else None
        if plain is None:
            raise NotOpened(file=path.name)
        data = plain
    try:
        if data.startswith(b"PK"):
            return Opened(path.name, _of_zip(data))
        return Opened(path.name, _of_tar(data), data)
    # A zip that is encrypted, or packed by a way that is unknown or broken, is told by errors of many kinds. Nothing is
    # read from the disk here, so that those of the system are about its content too.
    except (
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        ValueError,
        EOFError,
        OSError,
        RuntimeError,
        LookupError,
        struct.error,
    ) as error:
        raise NotAPackage(file=path.name) from error


def _of_folder(path: Path) -> dict[str, bytes]:
    entries = sorted(path.iterdir())
    if len(entries) > _MOST_FILES or any(not entry.is_file() or entry.is_symlink() for entry in entries):
        raise NotAPackage(file=path.name)
    if sum(entry.stat().st_size for entry in entries) > _MOST_BYTES:
        raise NotAPackage(file=path.name)
    return {entry.name: entry.read_bytes() for entry in entries}


def _of_tar(data: bytes) -> dict[str, bytes]:
    """The members of a tar archive: plain files, each name once."""
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for entry in archive:
            source = archive.extractfile(entry) if entry.isreg() else None
            if source is None or entry.name in found or len(found) >= _MOST_FILES:
                raise ValueError(entry.name)
            content = source.read()
            if len(content) != entry.size:
                raise EOFError
            found[entry.name] = content
    if not found:
        raise EOFError
    return found


def _of_zip(data: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.comment:
            raise ValueError("comment")
        for entry in archive.infolist():
            total += entry.file_size
            if entry.is_dir() or entry.filename in found or len(found) >= _MOST_FILES or total > _MOST_BYTES:
                raise ValueError(entry.filename)
            found[entry.filename] = archive.read(entry)
    return found
