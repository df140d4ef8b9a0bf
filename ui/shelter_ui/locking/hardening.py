"""Keeps the process out of reach of other programs of the same user, and its files out of reach of others.

Done once at the start, after the first painting and before any password is tried, and again after every
lock: the system forgets part of it when a fresh process takes the place of the old one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from shelter_ui.services import Services

if TYPE_CHECKING:
    from shelter_app.casework.session import Session
    from shelter_app.casework.vaults import Opening

T = TypeVar("T")

__all__ = ["harden", "hardened", "keep_private"]

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """No core file, no reading of this process's memory by others, new files for their owner only.

    What a system refuses is left: the program works all the same. Whoever is administrator of the computer
    can read everything; no program can change that.
    """
    os.umask(0o077)
    if sys.platform == "win32":
        from shelter_ui.locking.on_windows import harden_windows

        harden_windows()
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "darwin":
        from shelter_ui.locking.on_macos import deny_attach

        deny_attach()
    elif sys.platform.startswith("linux"):
        import ctypes

        # Also makes /proc/PID/mem, maps and environ unreadable to the same user, and refuses ptrace.
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def hardened(services: Services, *others: Path) -> Services:
    """The same services, each of which hardens the process first; opening also mends permissions.

    So no password is tried in a process that others can read, whatever the window has got round to.
    `others` are files and folders beside the vault: preferences, notes of faults.
    """

    def after(work: Callable[..., T]) -> Callable[..., T]:
        def run(*values: Any, **named: Any) -> T:
            harden()
            return work(*values, **named)

        return run

    def open_vault(path: Path, user: str, password: str, progress: Opening | None) -> Session:
        harden()
        session = services.open(path, user, password, progress)
        keep_private(path, *others)
        return session

    return dataclasses.replace(
        services, open=open_vault, create=after(services.create), restore=after(services.restore),
        recover=after(services.recover),
    )  # fmt: skip


def keep_private(*folders: Path) -> list[Path]:
    """Make folders 0700 and what lies in them 0600; returns what had been open to others.

    A copy from a stick or an archive may have brought wider permissions along. A stick that knows no
    permissions keeps none.
    """
    mended: list[Path] = []
    if os.name != "posix":
        return mended
    for folder in folders:
        inside = folder.rglob("*") if folder.is_dir() else ()
        for path in (folder, *inside):
            with contextlib.suppress(OSError):
                if path.is_symlink() or not path.stat().st_mode & 0o077:
                    continue
                path.chmod(0o700 if path.is_dir() else 0o600)
                mended.append(path)
    return mended
