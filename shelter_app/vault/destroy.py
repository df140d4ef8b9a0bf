"""Destroying the keys of a vault at once, for a post that must leave everything behind.

Without its header nothing of a vault can be opened by any password. What is left is ciphertext; a backup elsewhere
with its own header and a password, or the recovery sheets, still bring everything back.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from shelter_app.vault.folder import VaultFolder

__all__ = ["destroy_headers", "headers_of"]

_PASSES = 2


def headers_of(folder: Path) -> list[Path]:
    """Every file in a vault or backup folder that holds keys, with what a crash may have left of one."""
    place = VaultFolder(folder)
    names = (place.header, place.header_copy)
    found = [path for name in names for path in (name, name.with_name(name.name + ".new"))]
    return [path for path in found if path.is_file() and not path.is_symlink()]


def destroy_headers(folders: Iterable[Path], random: Callable[[int], bytes] = os.urandom) -> list[Path]:
    """Overwrite and delete the headers in these folders; returns those that could not be destroyed.

    One that cannot be overwritten does not stop the others. Flash memory may keep old pages for a while; the
    header in them is worth no more than the passwords and sheets that open it.
    """
    left: list[Path] = []
    for path in [header for folder in folders for header in headers_of(folder)]:
        try:
            _overwrite(path, random)
            path.unlink()
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink()
            if path.exists():
                left.append(path)
    return left


def _overwrite(path: Path, random: Callable[[int], bytes]) -> None:
    """Write other bytes over the file where it lies, and wait until they are on the disk."""
    size = path.stat().st_size
    with path.open("r+b", buffering=0) as file:
        for _pass in range(_PASSES):
            file.seek(0)
            file.write(random(size))
            os.fsync(file.fileno())
