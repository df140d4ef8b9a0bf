"""Backups of a vault: how old the last one is, making one, by itself when it is due, and clearing old ones away."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shelter_app.casework import heads
from shelter_app.casework.erasure_care import keep_list
from shelter_app.casework.head_memory import SeenHead
from shelter_app.casework.returning import told_if_cut_off
from shelter_app.casework.sealing import digest_of_part
from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_app.storage import backup_facts as facts
from shelter_app.storage.backup import BackupInfo, backups_in
from shelter_app.storage.backup_pool import remove_backups
from shelter_app.storage.backup_writing import free_name, order_of, write_backup
from shelter_app.storage.disks import same_disk
from shelter_app.storage.rotation import Kept, superfluous
from shelter_app.storage.store import get_meta, set_meta
from shelter_app.vault.rights import Right
from shelter_i18n import N_

__all__ = [
    "EVERY_HOURS",
    "BackupAge",
    "BackupInsideVault",
    "BackupPlan",
    "automatic_backup",
    "back_up",
    "backup_age",
    "backup_due",
    "backup_plan",
    "expiring_backups",
    "same_place",
    "set_backup_plan",
]

Progress = Callable[[int, int], None]
#: From this age the window reminds, and from the second it insists.
REMIND_DAYS, INSIST_DAYS = 7, 14
#: How often a backup can be made by itself, in hours; 0 never, 24 once a calendar day.
EVERY_HOURS: Final = (0, 4, 24, 168)
_DEFAULT_HOURS: Final = 24


class BackupInsideVault(ShelterError):
    """A backup in the folder of the vault is lost with it."""

    message = N_("This folder lies inside the vault. Choose a folder on a stick or another disk.")
    exit_code = 53


@dataclass(frozen=True)
class BackupAge:
    """How old the last backup is; `days` is None where there is none."""

    days: int | None
    made_at: str | None
    other_disk: bool
    #: The clock stands before the last backup, so that its age is only known by the days on which work was done.
    clock_odd: bool = False

    @property
    def level(self) -> str:
        """One of "ok", "remind" and "insist"."""
        if self.days is None or self.days >= INSIST_DAYS:
            return "insist"
        return "remind" if self.clock_odd or self.days >= REMIND_DAYS else "ok"


def backup_age(session: Session) -> BackupAge:
    """How old the last backup of this vault is and whether it lies on another disk."""
    made_at = get_meta(session.store, "backup_at")
    if made_at is None:
        return BackupAge(None, None, False)
    elsewhere = get_meta(session.store, "backup_elsewhere") == "1"
    age = session.clock() - dt.datetime.fromisoformat(made_at)
    if age >= dt.timedelta(0):
        return BackupAge(age.days, made_at, elsewhere)
    worked = facts.days_of_work(session.store, _arrived(session))
    return BackupAge(max(worked - 1, 0), made_at, elsewhere, clock_odd=True)


def _arrived(session: Session) -> int:
    """The place in the journal of the newest line that the last backup holds."""
    return int(get_meta(session.store, "backup_arrived") or 0)


@dataclass(frozen=True)
class BackupPlan:
    """Where backups go by themselves and how often; without a folder there are none."""

    folder: Path | None
    hours: int

    @property
    def on(self) -> bool:
        """Whether backups are made by themselves."""
        return self.folder is not None and self.hours > 0


def backup_plan(session: Session) -> BackupPlan:
    """Where and how often backups are made by themselves: where the last one went, and once a day."""
    folder = get_meta(session.store, "backup_folder")
    hours = get_meta(session.store, "backup_hours")
    known = int(hours) if hours is not None and hours.isdecimal() else _DEFAULT_HOURS
    return BackupPlan(Path(folder) if folder else None, known if known in EVERY_HOURS else _DEFAULT_HOURS)


def set_backup_plan(session: Session, hours: int) -> None:
    """Decide how often a backup is made by itself.

    Raises:
        NotYours, ValueError
    """
    session.require(Right.BACK_UP)
    if hours not in EVERY_HOURS:
        raise ValueError("no such interval")
    with session.saving() as record:
        set_meta(session.store, "backup_hours", str(hours))
        record("backup.planned", session.keyring.vault_id, hours=hours)


def backup_due(session: Session) -> bool:
    """Whether a backup should be made by itself now: it is time, something has changed, and its place is there."""
    plan, made_at = backup_plan(session), get_meta(session.store, "backup_at")
    if not plan.on or made_at is None or session.keyring.header.demo or not session.may(Right.BACK_UP):
        return False
    return (
        _time_has_come(session, plan.hours, made_at)
        and facts.changed_since(session.store, _arrived(session), made_at)
        and _place_known(session, plan)
    )


def _time_has_come(session: Session, hours: int, made_at: str) -> bool:
    now, made = session.clock().astimezone(), dt.datetime.fromisoformat(made_at).astimezone()
    if made > now:
        return True
    if hours < 24:
        return now - made >= dt.timedelta(hours=hours)
    return now.date() - made.date() >= dt.timedelta(days=hours // 24)


def _place_known(session: Session, plan: BackupPlan) -> bool:
    """Whether the place is there and still holds a backup of this vault: an empty mount point is no stick."""
    if plan.folder is None or not plan.folder.is_dir():
        return False
    return any(info.vault_id == session.keyring.vault_id for info in backups_in(plan.folder))


@told_if_cut_off("backup")
def back_up(session: Session, target: Path, *, progress: Progress | None = None) -> BackupInfo:
    """Write and verify a backup inside `target`, in a new folder named by post and time.

    From then on backups are made there by themselves, as often as the plan says.

    Raises:
        NotYours, BackupInsideVault, NoRoomForBackup, BackupPlaceLost, NoWritePermission, DataDamaged
    """
    session.require(Right.BACK_UP)
    return _back_up(session, target, "hand", progress)


@told_if_cut_off("backup")
def automatic_backup(session: Session, *, progress: Progress | None = None) -> BackupInfo | None:
    """Make the backup that is due and clear away those that nothing asks to keep; None where none is due.

    Raises:
        what `back_up` raises; earlier backups are as they were then.
    """
    plan = backup_plan(session)
    if plan.folder is None or not backup_due(session):
        return None
    info = _back_up(session, plan.folder, "automatic", progress)
    # The new one is verified. Clearing up is tried again after the next.
    with contextlib.suppress(ShelterError, OSError):
        _clear_away(session, plan.folder, info)
    return info


def _back_up(session: Session, place: Path, kind: str, progress: Progress | None) -> BackupInfo:
    if place.resolve().is_relative_to(session.folder.path.resolve()):
        raise BackupInsideVault
    order = order_of(session.keyring, session.now(), session.device_id, kind)
    info = write_backup(
        session.folder, session.store, session.keyring.store_key, place / free_name(place, order), order, progress=progress
    )  # fmt: skip
    keep_list(session, [place])
    elsewhere = not same_disk(place, session.folder.path)
    with session.saving() as record:
        arrived = facts.place_of(session.store, session.device_id, info.journal_seq)
        for key, value in (
            ("backup_at", info.made_at), ("backup_elsewhere", "1" if elsewhere else "0"),
            ("backup_arrived", str(arrived)), ("backup_folder", str(place.resolve())),
        ):  # fmt: skip
            set_meta(session.store, key, value)
        record(
            "backup.made",
            session.keyring.vault_id,
            kind=kind,
            journal=info.journal_seq,
            head=info.journal_mac,
            made_at=info.made_at,
            place=_digest_of_place(session.random(16), str(place.resolve())),
        )
    heads.remember(
        session, SeenHead("backup", info.journal_seq, info.journal_mac, info.made_at, session.device_id)
    )
    return info


def _digest_of_place(salt: bytes, place: str) -> str:
    """How the journal names a folder without saying it: a random salt, and a digest under it."""
    return salt.hex() + digest_of_part(salt, place.encode(errors="surrogateescape"))


def same_place(session: Session, named: str) -> bool:
    """Whether the folder in which backups are made is the one that a line of the journal names (`place`)."""
    place = get_meta(session.store, "backup_folder") or ""
    return named == _digest_of_place(bytes.fromhex(named[:32]), place)


def _own(session: Session, place: Path) -> list[BackupInfo]:
    """The backups that this computer made of this vault by itself."""
    return [
        info
        for info in backups_in(place)
        if (info.vault_id, info.device, info.kind)
        == (session.keyring.vault_id, session.device_id, "automatic")
        and info.path.parent == place
    ]


def _clear_away(session: Session, place: Path, newest: BackupInfo) -> None:
    doomed = [
        info
        for info in superfluous(
            _own(session, place.resolve()),
            lambda info: Kept(info.made, info.journal_seq),
            now=session.clock(),
        )
        if info.path.name != newest.path.name
    ]
    if doomed:
        remove_backups(place.resolve(), doomed)
        with session.saving() as record:
            record("backup.removed", session.keyring.vault_id, made=[info.made_at for info in doomed])


def expiring_backups(session: Session) -> list[tuple[BackupInfo, bool]]:
    """The backups that can be reached now, newest first, and whether each goes by itself some day.

    What was made by hand or before an upgrade, and what another computer made, stays until somebody removes it.
    """
    plan = backup_plan(session)
    places = [place for place in (plan.folder, session.folder.backups) if place is not None]
    found = [
        info for place in places for info in backups_in(place) if info.vault_id == session.keyring.vault_id
    ]
    return [(info, info.kind == "automatic" and info.device == session.device_id) for info in found]
