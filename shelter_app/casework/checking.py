"""The check of a whole vault: pages, journal, sealed parts, attachments."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shelter_app.casework.head_memory import SeenHead
from shelter_app.casework.journal_check import check_journal, report_words
from shelter_app.casework.sealing import read_revisions
from shelter_app.casework.session import Session
from shelter_app.storage import backup
from shelter_app.storage import entries as rows
from shelter_app.storage.cases import count_cases
from shelter_app.storage.lineage import broken_entries, counters_behind, disagreements

__all__ = ["CheckReport", "check_vault"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class CheckReport:
    """What a check of the whole vault found, in words; all well when `faults` is empty."""

    cases: int
    journal_entries: int
    parts_opened: int
    parts_sealed: int
    attachments: int
    faults: tuple[str, ...]


def check_vault(
    session: Session, progress: Progress | None = None, seen: Iterable[SeenHead] = ()
) -> CheckReport:
    """Check pages, journal, every part that can be opened here, and the attachments. Changes nothing.

    The journal is also compared with `seen`: its head as a backup, a receipt or a report says it was.
    """
    report = _run(session, progress, seen)
    with session.saving() as record:
        record("vault.checked", session.keyring.vault_id, faults=len(report.faults))
    return report


def _run(session: Session, progress: Progress | None, seen: Iterable[SeenHead]) -> CheckReport:
    """Everything that can be proved with the keys of whoever is signed in; faults name kinds and places."""
    faults = [f"database: {fault}" for fault in backup.check_database(session.store)]
    journal = check_journal(session, seen)
    faults += report_words(journal)
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
    faults += [
        f"entry {entry_id}: its revisions are not those that were saved"
        for entry_id in broken_entries(session.store)
    ]
    faults += [
        f"counter {name}: is lower than what it has counted" for name in counters_behind(session.store)
    ]
    faults += [
        f"journal line {line}: what it names is not there as it was"
        for line, _ in disagreements(session.store)
    ]
    files = rows.attachment_files(session.store)
    for name, (_size, digest) in files.items():
        path = session.folder.attachments / name
        if not path.is_file():
            faults.append(f"attachment {name}: missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            faults.append(f"attachment {name}: changed")
    return CheckReport(
        count_cases(session.store), journal.head.number, opened, sealed, len(files), tuple(faults)
    )
