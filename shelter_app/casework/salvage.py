"""Bringing what can still be read of a damaged vault into a new one, with a list of what cannot.

The new vault has the same keys, so that everybody signs in as before. The damaged one is left as it is.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shelter_app.casework.case_facts import refresh_case, refresh_person
from shelter_app.casework.key_lines import begin_anew
from shelter_app.casework.salvage_mending import mend
from shelter_app.casework.salvage_report import Lost, sentences
from shelter_app.casework.sealing import read_revisions
from shelter_app.casework.session import Session, moment_text, utc_now
from shelter_app.casework.vaults import open_vault
from shelter_app.domain.case_number import format_number
from shelter_app.errors import ShelterError
from shelter_app.storage import backup, books, cases, salvage_mending
from shelter_app.storage import entries as rows
from shelter_app.storage.database import Database, disk_errors
from shelter_app.storage.people_index import PeopleIndex
from shelter_app.storage.salvage import Source
from shelter_app.storage.store import (
    SCHEMA_VERSION,
    count_rows,
    create_store,
    get_meta,
    names_of_schema,
    set_meta,
)
from shelter_app.vault.attempts import unlock_with_patience
from shelter_app.vault.errors import DataDamaged, HeaderDamaged, NewerVersion, NotAVault
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import read_header
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.lock import held
from shelter_app.vault.rights import Compartment
from shelter_i18n import N_, _

__all__ = ["NothingReadable", "SalvageReport", "salvage_vault"]

Progress = Callable[[int, int], None]


class NothingReadable(ShelterError):
    """No page of the store is left that holds anything."""

    message = N_(
        "Nothing can be read of this vault any more: no page of its file is as it was written. Restore the newest backup "
        "into a new folder."
    )
    exit_code = 55


@dataclass(frozen=True)
class SalvageReport:
    """The new vault, open, and in words what it holds and what could not be brought into it."""

    session: Session
    cases: int
    entries: int
    #: One sentence for each thing that is lost or had to be replaced; empty where everything could be read.
    lost: tuple[str, ...]
    #: Damaged pages were met on the way, whether or not anything that counts lay on them.
    damaged: bool

    def text(self) -> str:
        """The whole report as lines, to be read or kept; it names case numbers and no person."""
        found = _("Brought over: {cases} cases with {entries} entries.").format(
            cases=self.cases, entries=self.entries
        )
        if not self.lost:
            whole = _("Nothing was lost.")
            met = _("Damaged places were met; nothing that the journal knows is missing.")
            return "\n".join([found, met if self.damaged else whole])
        return "\n".join([found, _("What could not be brought over:"), *(f"- {line}" for line in self.lost)])


def salvage_vault(
    path: Path,
    target: Path,
    user: str,
    password: str,
    *,
    header_from: Path | None = None,
    clock: Callable[[], dt.datetime] = utc_now,
    progress: Progress | None = None,
) -> SalvageReport:
    """Read what can be read of the vault in `path` into a new one in `target`, and sign in there.

    `header_from` is a backup whose header is used where both copies of the vault's own are damaged.

    Raises:
        NothingReadable: no page of the store is whole; only a backup helps.
        HeaderDamaged, WrongPassword, UnknownUser, FolderNotEmpty, DiskFull, VaultInUse: nothing is left in `target`.
    """
    source, folder = VaultFolder(path), VaultFolder(target)
    header_at = _sound_header(source, header_from)
    keyring, _failed = unlock_with_patience(header_at, user, password, clock())
    try:
        folder.create_folder()
        try:
            with held(source):
                device, lost = _copy_store(source, folder, keyring, clock, progress)
            lost.files = _copy_attachments(source, folder, keyring)
            for each, goal in (
                (header_at.header, folder.header),
                (header_at.header_copy, folder.header_copy),
            ):
                if each.exists():
                    backup.copy_file(each, goal)
            session = open_vault(target, user, password, clock=clock)
            with contextlib.ExitStack() as failed:
                failed.callback(session.close)
                report = _report(session, source, device, lost)
                failed.pop_all()
        except BaseException:
            shutil.rmtree(folder.path, ignore_errors=True)
            raise
    finally:
        keyring.close()
    return report


def _sound_header(source: VaultFolder, header_from: Path | None) -> VaultFolder:
    try:
        read_header(source)
    except (HeaderDamaged, NotAVault):
        if header_from is None:
            raise
        return VaultFolder(header_from)
    return source


def _copy_store(
    source: VaultFolder,
    folder: VaultFolder,
    keyring: KeyRing,
    clock: Callable[[], dt.datetime],
    progress: Progress | None,
) -> tuple[str, Lost]:
    path = source.store_of(keyring.header.store_epoch)
    # A save that was cut off is taken back first, where the file is whole enough for that.
    with contextlib.suppress(DataDamaged):
        Database(path, keyring.store_key()).close()
    if not path.exists():
        raise NothingReadable
    with disk_errors(), contextlib.closing(Source(path, keyring.store_key())) as damaged:
        if not damaged.readable:
            raise NothingReadable
        version = damaged.version(names_of_schema, SCHEMA_VERSION)
        if version > SCHEMA_VERSION:
            raise NewerVersion(found=version, known=SCHEMA_VERSION)
        with contextlib.closing(create_store(folder.store, keyring.store_key(), version=version)) as store:
            found = damaged.copy_readable(store, progress)
            heads = {device: head.number for device, head in keyring.header.journal_head.items()}
            lines = salvage_mending.missing_lines(store, heads)
            device = _device(store, keyring, clock)
            numbers = _known_numbers(source, folder, keyring)
            mended = mend(store, numbers, lambda: _new_number(store, keyring.header.post, device, clock))
    return device, Lost(found, mended, lines)


def _known_numbers(source: VaultFolder, folder: VaultFolder, keyring: KeyRing) -> dict[str, str]:
    """Numbers of cases as the list of names knows them, which is a file of its own; a copy of it is read."""
    if not (keyring.holds(Compartment.PEOPLE) and source.people_index.exists()):
        return {}
    copy = folder.path / "reading.tmp"
    beside = [(end, copy.with_name(copy.name + end)) for end in ("", "-wal")]
    try:
        for end, goal in beside:
            path = source.people_index.with_name(source.people_index.name + end)
            if path.exists():
                backup.copy_file(path, goal)
        return PeopleIndex.numbers(copy, keyring.index_key())
    except DataDamaged:
        return {}
    finally:
        for path in folder.path.glob(f"{copy.name}*"):
            path.unlink(missing_ok=True)


def _device(store: Database, keyring: KeyRing, clock: Callable[[], dt.datetime]) -> str:
    """The computer that the store belongs to, and what the store says of itself, where these rows were lost."""
    known = books.devices(store)
    device = get_meta(store, "device") or next((each.id for each in known), "")
    device = device or next(iter(keyring.header.journal_head), "") or keyring.vault_id
    with store.transaction():
        set_meta(store, "vault_id", keyring.vault_id)
        set_meta(store, "device", device)
        if device not in {each.id for each in known}:
            used = {each.letter for each in known}
            was = salvage_mending.lost_devices(store).get(device, "")
            free = next(each for each in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if each not in used)
            letter = was if was and was not in used else free
            books.add_device(store, device, letter, moment_text(clock()))
        begin_anew(store)
    return device


def _new_number(store: Database, post: str, device: str, clock: Callable[[], dt.datetime]) -> str:
    year = clock().astimezone().year
    letter = books.device_letter(store, device)
    while True:
        number = format_number(post, letter, year, cases.next_running_number(store, letter, year))
        if cases.case_by_number(store, number) is None:
            return number


def _copy_attachments(source: VaultFolder, folder: VaultFolder, keyring: KeyRing) -> dict[str, str]:
    """Bring the sealed files over; returns the names of those that are missing or damaged, with their entry."""
    lost = {}
    with contextlib.closing(Database(folder.store, keyring.store_key())) as store:
        owners = rows.owners_of_files(store)
        for name, wanted in sorted(rows.attachment_files(store).items()):
            path = source.attachments / name
            if not path.is_file() or backup.digest_of(path) != wanted:
                lost[name] = owners[name]
                continue
            backup.copy_file(path, folder.attachments / name)
    return lost


def _files_without_row(session: Session, source: VaultFolder, lost: Lost) -> None:
    """Files whose record is lost: their document, for who can open it, says which they are."""
    for entry_id, case_id in salvage_mending.entries_with_files(session.store):
        row = rows.entry(session.store, entry_id)
        if row is None:
            continue
        revision = rows.revision(session.store, row.head)
        files = (
            read_revisions(session, {row.head: revision}, {entry_id: case_id})[row.head].files
            if revision
            else ()
        )
        if not files:
            lost.files_sealed.append(entry_id)
        for about in files:
            name = str(about.get("file", ""))
            path = source.attachments / name
            if not name or not path.is_file():
                lost.files[name] = entry_id
                continue
            backup.copy_file(path, session.folder.attachments / name)
            size, digest = backup.digest_of(path)
            kept = rows.AttachmentRow(
                session.new_id(), entry_id, name, size, digest, row.created_at, row.created_by
            )
            with session.store.transaction():
                rows.add_attachment(session.store, kept)
            lost.files_back.append(entry_id)


def _report(session: Session, source: VaultFolder, device: str, lost: Lost) -> SalvageReport:
    store = session.store
    _files_without_row(session, source, lost)
    with session.saving() as record:
        for case_id in lost.mended.cases:
            refresh_case(session, case_id)
            refresh_person(session, lost.mended.cases[case_id][0].person_id)
        for entry in lost.mended.rows:
            if entry.case_id is not None:
                refresh_case(session, entry.case_id)
        said = sentences(session, lost)
        record("vault.salvaged", session.keyring.vault_id, losses=len(said), device=device)
    entries = count_rows(store, "entries")
    return SalvageReport(session, cases.count_cases(store), entries, tuple(said), lost.found.damaged)
