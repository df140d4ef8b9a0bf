"""What the core does for the sign-in screens; loaded when it is first needed, and replaced by tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shelter_app.casework.restoring import BackupPreview
    from shelter_app.casework.session import Session
    from shelter_app.casework.vaults import NewVault, Opening
    from shelter_app.vault.header import Header

__all__ = ["Services"]


def _header(path: Path) -> Header:
    from shelter_app.vault.folder import VaultFolder
    from shelter_app.vault.header import read_header

    return read_header(VaultFolder(path)).header


def _open(path: Path, user: str, password: str, progress: Opening | None) -> Session:
    from shelter_app.casework.vaults import open_vault

    return open_vault(path, user, password, progress=progress)


def _create(path: Path, **values: Any) -> NewVault:
    from shelter_app.casework.vaults import create_vault

    return create_vault(path, **values)


def _restore(source: Path, target: Path, user: str, password: str, **values: Any) -> Session:
    from shelter_app.casework.restoring import restore_backup

    return restore_backup(source, target, user, password, **values)


def _preview(source: Path, user: str, password: str, **values: Any) -> BackupPreview:
    from shelter_app.casework.restoring import preview_backup

    return preview_backup(source, user, password, **values)


def _recover(path: Path, sheets: Sequence[str], user: str, password: str) -> Session:
    from shelter_app.casework.recovery import recover_vault

    return recover_vault(path, sheets, new_user=user, password=password)


def _sheets(path: Path, **values: Any) -> list[Path]:
    from shelter_ui.sheets import write_sheets

    return write_sheets(path, **values)


@dataclass(frozen=True)
class Services:
    """The few functions that open a vault; importing them is the slow part of starting the program."""

    header: Callable[[Path], Header] = _header
    open: Callable[[Path, str, str, Opening | None], Session] = _open
    create: Callable[..., NewVault] = _create
    restore: Callable[..., Session] = _restore
    preview: Callable[..., BackupPreview] = _preview
    recover: Callable[[Path, Sequence[str], str, str], Session] = _recover
    write_sheets: Callable[..., list[Path]] = _sheets
