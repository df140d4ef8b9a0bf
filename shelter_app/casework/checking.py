"""The check of a whole vault: pages, journal, sealed parts, attachments."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from shelter_app.casework.sealing import read_revisions
from shelter_app.casework.session import Session
from shelter_app.storage import backup, books
from shelter_app.storage import entries as rows
from shelter_app.storage.cases import count_cases
from shelter_app.vault.keyring import verify

__all__ = ["CheckReport", "check_vault"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class CheckReport:
    """What a check of the whole vault found; all well when `faults` is empty."""

    cases: int
    journal_entries: int
    parts_opened: int
    parts_sealed: int
    attachments: int
    faults: tuple[str, ...]


def _exchanged_keys(session: Session) -> list[str]:
    """Users whose signature key in the history is not the one that the header keeps for them."""
    header = session.keyring.header
    right: dict[str, set[bytes]] = {}
    for slot in header.slots:
        right.setdefault(slot.id, set()).add(slot.epub)
    for former in header.former:
        right.setdefault(former.slot, set()).add(former.epub)
    return [
        f"user {user.id}: the signature key is not the one in the header"
        for user in books.users(session.store)
        if user.sign_key not in right.get(user.id, set())
    ]


def check_vault(session: Session, progress: Progress | None = None) -> CheckReport:
    """Check pages, journal, every part that can be opened here, and the attachments. Changes nothing."""
    report = _run(session, progress)
    with session.saving() as record:
        record("vault.checked", session.keyring.vault_id, faults=len(report.faults))
    return report


def _run(session: Session, progress: Progress | None) -> CheckReport:
    """Everything that can be proved with the keys of whoever is signed in; faults name kinds and places."""
    faults = [f"database: {fault}" for fault in backup.check_database(session.store)]
    faults += [f"journal {fault.seq}: {fault.kind}" for fault in session.journal.check(verify)]
    head, _ = session.journal.head()
    noted = session.keyring.header.journal_head.get(session.device_id)
    if noted is not None and noted.number > head:
        faults.append(f"journal: ends at {head}, was at {noted.number}")
    elif noted is not None and session.journal.mac_of(noted.number).hex() != noted.digest:
        faults.append(f"journal {noted.number}: is another line than when the vault was closed")
    faults += _exchanged_keys(session)
    opened = sealed = done = 0
    total = int(session.store.value("SELECT count(*) FROM entries"))
    for page in rows.all_entries(session.store):
        revisions = {r.id: r for entry in page for r in rows.revisions_of(session.store, entry.id)}
        owners = {entry.id: entry.case_id or entry.person_id for entry in page}
        readings = read_revisions(session, revisions, owners).values()
        broken = sorted({r.revision.entry_id for r in readings if r.damaged})
        faults += [f"entry {entry_id}: a sealed part cannot be opened" for entry_id in broken]
        opened += sum(1 for r in readings if not r.sealed)
        sealed += sum(len(r.sealed - r.damaged) for r in readings)
        done += len(page)
        if progress:
            progress(done, total)
    files = rows.attachment_files(session.store)
    for name, (_size, digest) in files.items():
        path = session.folder.attachments / name
        if not path.is_file():
            faults.append(f"attachment {name}: missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            faults.append(f"attachment {name}: changed")
    return CheckReport(count_cases(session.store), head, opened, sealed, len(files), tuple(faults))
