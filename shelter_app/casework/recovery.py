"""The way back in with the recovery sheets, new sheets, and the drill that checks them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from shelter_app.casework.session import Session, utc_now
from shelter_app.casework.vaults import open_vault
from shelter_app.storage import backup
from shelter_app.storage.backup import backups_in
from shelter_app.vault import vault as keys
from shelter_app.vault.folder import VaultFolder

__all__ = ["backups_in", "check_sheets", "recover_vault", "renew_sheets", "verify_backup"]


def recover_vault(
    path: Path,
    sheets: Sequence[str],
    *,
    new_user: str,
    password: str,
    clock: Callable[[], dt.datetime] = utc_now,
) -> Session:
    """Make a new administrator from the recovery sheets as typed, and sign in as that person.

    Raises:
        RecoveryRefused: names the sheet and the word that is wrong.
        NameRefused, PasswordRefused, PasswordTooWeak, and what opening raises.
    """
    keys.recover(VaultFolder(path), sheets, new_user=new_user, password=password, now=clock()).close()
    session = open_vault(path, new_user, password, clock=clock)
    with session.saving() as record:
        record("vault.recovered", session.keyring.vault_id)
    return session


def renew_sheets(session: Session) -> tuple[tuple[str, ...], ...]:
    """New recovery sheets to print; the earlier ones open nothing from now on, apart from earlier backups.

    Raises:
        NotYours, KeyNotHeld
    """
    sheets = keys.renew_sheets(session.folder, session.keyring, now=session.clock())
    with session.saving() as record:
        record("vault.sheets_renewed", session.keyring.vault_id)
    return sheets


def check_sheets(session: Session, sheets: Sequence[str]) -> bool:
    """Whether these sheets would open this vault; the drill opens and changes nothing.

    Raises:
        RecoveryRefused: names the sheet and the word that is wrong.
    """
    fit = keys.check_sheets(session.folder, sheets)
    with session.saving() as record:
        record("vault.sheets_checked", session.keyring.vault_id, fit=fit)
    return fit


def verify_backup(info: backup.BackupInfo) -> None:
    """Compare every file of a backup with the list that was written with it.

    Raises:
        BackupDamaged: names the first file that is missing or different.
    """
    backup.check_files(info)
