"""Whether two folders lie on one disk, so that losing it loses both; and how much room there is."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

__all__ = ["free_room", "same_disk"]

_BLOCK = Path("/sys/dev/block")


def same_disk(one: Path, other: Path) -> bool:
    """Whether both folders lie on the same disk, as far as the system tells.

    Two partitions of one disk count as one where Linux says so. An external disk that is divided by software
    may look like another one; a folder that another computer shares is another one.

    Raises:
        OSError: one of them is not there.
    """
    first, second = one.stat().st_dev, other.stat().st_dev
    if first == second:
        return True
    return bool(_whole(first) & _whole(second)) if sys.platform == "linux" else False


def _whole(device: int) -> set[str]:
    """The disks under a file system: a partition's disk, and what an encrypted or joined one is made of."""
    if sys.platform == "win32":
        return set()
    try:
        path = (_BLOCK / f"{os.major(device)}:{os.minor(device)}").resolve(strict=True)
        return _disks(path)
    except OSError:
        return set()


def _disks(path: Path, depth: int = 4) -> set[str]:
    below = path / "slaves"
    under = sorted(below.iterdir()) if below.is_dir() else []
    if under and depth:
        return {name for each in under for name in _disks(each.resolve(strict=True), depth - 1)}
    return {path.parent.name if (path / "partition").exists() else path.name}


def free_room(folder: Path) -> int:
    """Bytes that can still be written there.

    Raises:
        OSError: the folder is not there.
    """
    return shutil.disk_usage(folder).free
