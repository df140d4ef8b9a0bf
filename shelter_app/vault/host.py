"""What the computer does with memory behind the program's back: swap that is written to a disk in the clear."""

from __future__ import annotations

import os
import re
from pathlib import Path

__all__ = ["open_swap"]

_MOST_LAYERS = 8
_ESCAPED = re.compile(r"\\([0-7]{3})")


def open_swap(proc: Path = Path("/proc"), devices: Path = Path("/sys")) -> list[str]:
    """The swap areas of a Linux system that are not encrypted, by name; empty where there is none.

    Swap in memory (zram) and on a device with dm-crypt in its chain (LUKS, also below LVM) is fine. Where
    nothing can be learnt about a device, it counts as open. Hibernation writes into swap too. Other systems
    have no such list: empty.
    """
    try:
        lines = (proc / "swaps").read_text("utf-8", "replace").splitlines()[1:]
    except OSError:
        return []
    found = []
    for line in lines:
        fields = line.split()
        if len(fields) < 2:
            continue
        name = _ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[0])
        device = name if fields[1] == "partition" else _device_below(Path(name), proc)
        if not _safe(_block_name(device), devices / "class" / "block"):
            found.append(name)
    return found


def _device_below(file: Path, proc: Path) -> str:
    """The device of the file system that holds a swap file; empty where it cannot be told."""
    try:
        lines = (proc / "self" / "mountinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    best, source = "", ""
    for line in lines:
        before, _dash, after = line.partition(" - ")
        fields, behind = before.split(), after.split()
        if len(fields) < 5 or len(behind) < 2:
            continue
        place = _ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[4])
        # The later of two mounts at one place covers the earlier one.
        if file.is_relative_to(place) and len(place) >= len(best):
            best, source = place, behind[1]
    return source


def _block_name(device: str) -> str:
    """The kernel's name of a device: `dm-0` for /dev/mapper/swap."""
    return Path(os.path.realpath(device)).name if device.startswith("/dev/") else ""


def _safe(name: str, blocks: Path, layers: int = _MOST_LAYERS) -> bool:
    """Whether everything that is written to this device is encrypted, or stays in memory."""
    if not name or layers == 0:
        return False
    if name.startswith("zram"):
        return not _backed(blocks / name)
    try:
        kind = (blocks / name / "dm" / "uuid").read_text("ascii", "replace")
    except OSError:
        kind = ""
    if kind.startswith("CRYPT-"):
        return True
    try:
        below = sorted(path.name for path in (blocks / name / "slaves").iterdir())
    except OSError:
        below = []
    return bool(below) and all(_safe(one, blocks, layers - 1) for one in below)


def _backed(zram: Path) -> bool:
    """Whether zram moves pages that nobody uses to a disk."""
    try:
        return (zram / "backing_dev").read_text("ascii", "replace").strip() not in {"", "none"}
    except OSError:
        return False
