"""Bringing what can still be read of a damaged vault into a new one, with a list of what cannot.

The new vault has the same keys, so that everybody signs in as before. The damaged one is left as it is.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shelter_app.casework.case_check import check_people
from shelter_app.casework.case_facts import refresh_case
from shelter_app.casework.key_lines import begin_anew
from shelter_app.casework.session import Session, moment_text, utc_now
from shelter_app.casework.vaults import open_vault
from shelter_app.domain.case_number import format_number
from shelter_app.domain.forms import form
from shelter_app.errors import ShelterError
from shelter_app.storage import backup, books, cases, salvage
from shelter_app.storage import entries as rows
from shelter_app.storage.database import Database
from shelter_app.storage.store import (
    SCHEMA_VERSION,
    count_rows,
    create_store,
    get_meta,
    schema_version,
    set_meta,
)
from shelter_app.vault.attempts import unlock_with_patience
from shelter_app.vault.errors import DataDamaged, HeaderDamaged, NewerVersion, NotAVault
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import read_header
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.lock import held
from shelter_i18n import N_, _
from shelter_i18n.formats import format_date

__all__ = ["NothingReadable", "SalvageReport", "salvage_vault"]

Progress = Callable[[int, int], None]


class NothingReadable(ShelterError):
    """The first page of the store is damaged, and all others hang on it."""

    message = N_(
        "Nothing can be read of this vault any more: the first page of its file is damaged. Restore the newest backup "
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
        NothingReadable: not even the tables can be found; only a backup helps.
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
            files_lost = _copy_attachments(source, folder, keyring)
            for each, goal in (
                (header_at.header, folder.header),
                (header_at.header_copy, folder.header_copy),
            ):
                if each.exists():
                    backup.copy_file(each, goal)
            session = open_vault(target, user, password, clock=clock)
            with contextlib.ExitStack() as failed:
                failed.callback(session.close)
                report = _report(session, device, lost, files_lost)
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


@dataclass
class _Lost:
    """What was found missing while the store was copied."""

    found: salvage.Salvaged
    mended: salvage.Mended
    numbers: dict[str, str]


def _copy_store(
    source: VaultFolder,
    folder: VaultFolder,
    keyring: KeyRing,
    clock: Callable[[], dt.datetime],
    progress: Progress | None,
) -> tuple[str, _Lost]:
    path = source.store_of(keyring.header.store_epoch)
    try:
        with contextlib.closing(Database(path, keyring.store_key())) as damaged:
            version = schema_version(damaged)
    except DataDamaged as error:
        raise NothingReadable from error
    if version > SCHEMA_VERSION:
        raise NewerVersion(found=version, known=SCHEMA_VERSION)
    with contextlib.closing(create_store(folder.store, keyring.store_key(), version=version)) as store:
        found = salvage.copy_readable(path, keyring.store_key, store, progress)
        device = _device(store, keyring, clock)
        numbers: dict[str, str] = {}

        def number(case_id: str) -> str:
            numbers[case_id] = _new_number(store, keyring.header.post, device, clock)
            return numbers[case_id]

        mended = salvage.mend_references(store, number)
    return device, _Lost(found, mended, numbers)


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
            letter = next(each for each in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if each not in used)
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


def _copy_attachments(source: VaultFolder, folder: VaultFolder, keyring: KeyRing) -> list[str]:
    """Bring the sealed files over; returns the names of those that are missing or damaged."""
    lost = []
    with contextlib.closing(Database(folder.store, keyring.store_key())) as store:
        for name, wanted in sorted(rows.attachment_files(store).items()):
            path = source.attachments / name
            if not path.is_file() or backup.digest_of(path) != wanted:
                lost.append(name)
                continue
            backup.copy_file(path, folder.attachments / name)
    return lost


def _report(session: Session, device: str, lost: _Lost, files_lost: list[str]) -> SalvageReport:
    store = session.store
    with session.saving() as record:
        for case_id in lost.mended.cases:
            refresh_case(session, case_id)
        sentences = _sentences(session, lost, files_lost)
        record("vault.salvaged", session.keyring.vault_id, losses=len(sentences), device=device)
    entries = count_rows(store, "entries")
    damaged = any(lost.found.gaps.values())
    return SalvageReport(session, cases.count_cases(store), entries, tuple(sentences), damaged)


_OTHER: Final = {
    "users": N_("Rows of the list of users are lost."),
    "drafts": N_("Drafts are lost."),
    "imports": N_("Records of imports are lost."),
    "import_rows": N_(
        "Rows of imported registers that wait for a decision, or the record of them, are lost."
    ),
    "releases": N_("Records of summaries are lost."),
    "extracts": N_("Records of extracts are lost."),
    "settings": N_("Settings of users are lost."),
}


def _sentences(session: Session, lost: _Lost, files_lost: list[str]) -> list[str]:
    store = session.store
    numbers = cases.numbers(store)
    return [
        *_lost_cases(store, lost),
        *_lost_entries(store, lost, numbers),
        *_incomplete(session, numbers, {entry for entry, _c, _f in lost.mended.set_back}),
        *(_("Attachment {name}: the file is missing or damaged.").format(name=name) for name in files_lost),
        *(
            _("Journal: lines {first} to {last} are lost.").format(first=first, last=last)
            for _device_id, first, last in salvage.missing_lines(store)
        ),
        *(_(text) for table, text in _OTHER.items() if lost.found.gaps.get(table)),
    ]


def _lost_cases(store: Database, lost: _Lost) -> list[str]:
    gone, _entries = salvage.lost_saves(store)
    replaced = _(
        "The row of a case that was opened on {day} is lost, with its number; its entries are there. It has the "
        "new number {number} and is restricted until somebody decides."
    )
    return [
        *(_("A case that was opened on {day} is lost.").format(day=_day(save.at)) for save in gone),
        *(
            replaced.format(day=_day(lost.mended.cases[case_id]), number=number)
            for case_id, number in lost.numbers.items()
        ),
    ]


def _lost_entries(store: Database, lost: _Lost, numbers: Mapping[str, str]) -> list[str]:
    _cases, gone = salvage.lost_saves(store)
    known = {save.id for save in gone}
    dated = _("Case {number}: an entry is lost ({form}, saved on {day}).")
    undated = _("Case {number}: an entry is lost ({form}).")
    earlier = _("Case {number}: the newest state of an entry is lost; an earlier one is shown ({form}).")
    return [
        *(
            dated.format(number=numbers.get(save.case_id, "?"), form=_form(save.form), day=_day(save.at))
            for save in gone
        ),
        *(
            undated.format(number=numbers.get(case_id, "?"), form=_form(name))
            for entry_id, case_id, name in lost.mended.entries
            if entry_id not in known and case_id is not None
        ),
        *(
            earlier.format(number=numbers.get(case_id or "", "?"), form=_form(name))
            for _entry, case_id, name in lost.mended.set_back
        ),
    ]


def _incomplete(session: Session, numbers: Mapping[str, str], told: set[str]) -> list[str]:
    """Entries that are there and do not hold everything that was saved, and cases of which something is gone."""
    entries: dict[str, None] = {}
    bare: dict[str, None] = {}
    for _cases, found in check_people(session, session.store):
        entries.update(dict.fromkeys(entry for entry in found.entries if entry not in told))
        for name in found.gone:
            (entries if rows.entry(session.store, name) else bare)[name] = None
    said = []
    for entry_id in entries:
        row = rows.entry(session.store, entry_id)
        if row is not None and entry_id not in told:
            said.append(
                _("Case {number}: a part of an entry, or an earlier state of it, is lost ({form}).").format(
                    number=numbers.get(row.case_id or "", "?"), form=_form(row.form)
                )
            )
    said += [
        _(
            "Case {number}: something that was typed in when the case was opened is lost: who the person is, or the intake."
        ).format(number=number)
        for number in bare
        if number not in told
    ]
    return said


def _day(moment: str) -> str:
    return format_date(dt.date.fromisoformat(moment[:10]))


def _form(form_id: str) -> str:
    try:
        return _(form(form_id).title)
    except KeyError:
        return _("sealed")
