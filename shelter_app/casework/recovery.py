"""The way back in with the recovery sheets, new sheets, and the drill that checks them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shelter_app.casework.key_lines import announced
from shelter_app.casework.session import Session, utc_now
from shelter_app.casework.vaults import open_vault, open_with_sheets
from shelter_app.storage import backup
from shelter_app.storage.backup import backups_in
from shelter_app.vault import vault as keys
from shelter_app.vault.recovery import SheetSet, make_sheets
from shelter_app.vault.rights import Compartment, Right, Role

__all__ = [
    "SheetsState",
    "backups_in",
    "check_sheets",
    "prepare_sheets",
    "recover_vault",
    "renew_sheets",
    "sheets_state",
    "try_sheets",
    "verify_backup",
]

_SHEETS = ("vault.created", "vault.recovered", "vault.sheets_checked", "vault.sheets_renewed")


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
    by_sheets = open_with_sheets(path, sheets, clock=clock)
    try:
        user_id = by_sheets.new_id()
        # The sheets have a signature key of their own: who came in by them is signed for as well.
        with announced(
            by_sheets,
            "user.added",
            user_id,
            role=Role.ADMINISTRATOR.value,
            keys=sorted(c.value for c in Compartment),
        ) as before:
            keys.recover(
                by_sheets.folder, by_sheets.keyring, new_user=new_user, password=password, now=clock(),
                slot_id=user_id, before=before,
            ).close()  # fmt: skip
    finally:
        by_sheets.close()
    session = open_vault(path, new_user, password, clock=clock)
    with session.saving() as record:
        record("vault.recovered", session.keyring.vault_id)
    return session


def prepare_sheets(session: Session, *, threshold: int = 2, shares: int = 3) -> SheetSet:
    """Sheets to print that open nothing until `renew_sheets` is given them; those in force stay so until then.

    Raises:
        NotYours: the role does not manage users.
        KeyNotHeld: the signed-in person does not hold every key, so the sheets could not either.
        RecoveryRefused: this is not a useful split.
    """
    session.require(Right.MANAGE_USERS)
    header = session.keyring.header
    session.keyring.secret_of(Compartment.STORE, header.store_epoch)
    for name, key in header.compartments.items():
        session.keyring.secret_of(name, key.epoch)
    return make_sheets(threshold, shares)


def renew_sheets(
    session: Session, *, threshold: int = 2, shares: int = 3, prepared: SheetSet | None = None
) -> tuple[tuple[str, ...], ...]:
    """New recovery sheets to print; the earlier ones open nothing from now on, apart from earlier backups.

    Raises:
        NotYours, KeyNotHeld
        RecoveryRefused: this is not a useful split.
    """
    sheets = prepared or make_sheets(threshold, shares)
    with announced(
        session, "vault.sheets_renewed", session.keyring.vault_id, sheets=len(sheets.words), needed=sheets.threshold
    ) as before:  # fmt: skip
        return keys.renew_sheets(
            session.folder, session.keyring, prepared=sheets, now=session.clock(), before=before
        )


def check_sheets(session: Session, sheets: Sequence[str]) -> bool:
    """Whether these sheets would open this vault; the drill opens and changes nothing.

    Raises:
        RecoveryRefused: names the sheet and the word that is wrong.
    """
    session.require(Right.BACK_UP)
    fit = keys.check_sheets(session.folder, sheets)
    with session.saving() as record:
        record("vault.sheets_checked", session.keyring.vault_id, fit=fit)
    return fit


def try_sheets(session: Session, sheets: Sequence[str]) -> None:
    """The drill for a person: pass if these sheets would open this vault. It opens and changes nothing.

    That sheets were tried is recorded with its day, also if they are the wrong ones; slips of typing are not.

    Raises:
        RecoveryRefused: names the sheet and the word that is wrong, or says why sound sheets do not fit.
    """
    if not check_sheets(session, sheets):
        keys.try_sheets(session.folder, sheets)


@dataclass(frozen=True)
class SheetsState:
    """The recovery sheets in force: how many are needed of how many, since when, and when they were last tried."""

    needed: int
    count: int
    made_at: dt.datetime
    tried_at: dt.datetime | None = None
    #: They opened the vault since they were made: whoever brought them has seen the words of the others.
    used: bool = False


def sheets_state(session: Session) -> SheetsState | None:
    """What is known of the recovery sheets; None where the vault has none."""
    slot = session.keyring.header.recovery
    if slot is None or slot.split is None:
        return None
    made_at = dt.datetime.fromisoformat(slot.created).astimezone()
    tried_at, used = None, False
    for line in session.journal.read(actions=_SHEETS, limit=1000):
        if line.action in ("vault.created", "vault.sheets_renewed"):
            break
        if line.action == "vault.recovered" or line.detail.get("fit") is True:
            tried_at = tried_at or dt.datetime.fromisoformat(line.at).astimezone()
            used = used or line.action == "vault.recovered"
    return SheetsState(*slot.split, made_at, tried_at, used)


def verify_backup(info: backup.BackupInfo) -> None:
    """Compare every file of a backup with the list that was written with it.

    Raises:
        BackupDamaged: names the first file that is missing or different.
    """
    backup.check_files(info)
