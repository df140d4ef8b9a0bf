"""Backups of a vault: how old the last one is, making one, and restoring one into a new folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shelter_app.casework import heads
from shelter_app.casework.head_memory import SeenHead
from shelter_app.casework.returning import told_if_cut_off
from shelter_app.casework.session import Session, utc_now
from shelter_app.casework.vaults import open_vault
from shelter_app.storage import backup
from shelter_app.storage.store import get_meta, set_meta
from shelter_app.vault import vault as keys
from shelter_app.vault.rights import Right

__all__ = ["BackupAge", "back_up", "backup_age", "restore_backup"]

Progress = Callable[[int, int], None]
#: From this age the window reminds, and from the second it insists.
REMIND_DAYS, INSIST_DAYS = 7, 14


@dataclass(frozen=True)
class BackupAge:
    """How old the last backup is; `days` is None where there is none."""

    days: int | None
    made_at: str | None
    other_disk: bool

    @property
    def level(self) -> str:
        """One of "ok", "remind" and "insist"."""
        if self.days is None or self.days >= INSIST_DAYS:
            return "insist"
        return "remind" if self.days >= REMIND_DAYS else "ok"


def backup_age(session: Session) -> BackupAge:
    """How old the last backup of this vault is and whether it lies on another disk."""
    made_at = get_meta(session.store, "backup_at")
    if made_at is None:
        return BackupAge(None, None, False)
    days = (session.clock() - dt.datetime.fromisoformat(made_at)).days
    return BackupAge(max(days, 0), made_at, get_meta(session.store, "backup_elsewhere") == "1")


@told_if_cut_off("backup")
def back_up(session: Session, target: Path, *, progress: Progress | None = None) -> backup.BackupInfo:
    """Write and verify a backup inside `target`, in a new folder named by post and time.

    Raises:
        NotYours, DiskFull, NoWritePermission, DataDamaged
    """
    session.require(Right.BACK_UP)
    now = session.clock().astimezone(dt.UTC)
    name = f"{session.keyring.header.post}-{now:%Y%m%d-%H%M%S}"
    with session.saving() as record:
        record("backup.made", session.keyring.vault_id)
    info = backup.write_backup(
        session.folder, session.store, session.keyring.store_key, target / name, made_at=session.now(),
        vault_id=session.keyring.vault_id, post=session.keyring.header.post, progress=progress,
    )  # fmt: skip
    elsewhere = target.stat().st_dev != session.folder.path.stat().st_dev
    with session.store.transaction():
        set_meta(session.store, "backup_at", info.made_at)
        set_meta(session.store, "backup_elsewhere", "1" if elsewhere else "0")
    heads.remember(
        session, SeenHead("backup", info.journal_seq, info.journal_mac, info.made_at, session.device_id)
    )
    return info


def restore_backup(
    source: Path, target: Path, user: str, password: str, *, clock: Callable[[], dt.datetime] = utc_now
) -> Session:
    """Restore a backup into a new folder, prove it by opening it, and sign in there.

    Raises:
        BackupDamaged, FolderNotEmpty, WrongPassword and what opening raises; nothing is left in `target`.
    """
    info = backup.read_info(source)
    keys.unlock(source, user, password).close()
    folder = backup.restore(info, target)
    try:
        session = open_vault(folder.path, user, password, clock=clock)
        try:
            if backup.check_database(session.store):
                raise backup.BackupDamaged(file="store.db")
            with session.saving() as record:
                record(
                    "vault.restored", session.keyring.vault_id, made_at=info.made_at, journal=info.journal_seq
                )
        except BaseException:
            session.close()
            raise
    except BaseException:
        backup.discard_restored(info, folder)
        raise
    return session
