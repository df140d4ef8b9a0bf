"""What follows an erasure: its traces in files, the lists beside vault and backups, and erasing a restored copy."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Final

from shelter_app.casework.erasure_proofs import is_proved, proofs_of
from shelter_app.casework.index_care import follow
from shelter_app.casework.keeping_facts import facts_to_keep
from shelter_app.casework.ledger import NOTHING_SAID
from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_app.storage import cases, erasing
from shelter_app.storage.entries import attachment_files
from shelter_app.storage.erasure_list import lists_in, read_list, write_list
from shelter_app.storage.journal import JournalEntry
from shelter_app.storage.people_index import PeopleIndex
from shelter_app.storage.store import get_meta, set_meta
from shelter_app.vault.folder import disk_errors
from shelter_app.vault.rights import Compartment
from shelter_i18n import _
from shelter_i18n.formats import format_date

__all__ = [
    "apply_erasures",
    "drop_stray_drafts",
    "erase_now",
    "keep_list",
    "sweep",
    "tidy_attachments",
    "tidy_up",
]

#: Set in the transaction of an erasure, and taken away when the files have been written anew.
SWEEP_DUE: Final = "sweep_due"
#: The action of a line that says that a list was refused.
LIST_REFUSED: Final = "erasure.list_refused"
_LATELY: Final = 20
_KEY_LABEL: Final = "list of erasures"


def _key(session: Session) -> Callable[[int], bytes]:
    return lambda epoch: session.keyring.derive(_KEY_LABEL, epoch=epoch)


def keep_list(session: Session, folders: Iterable[Path] = ()) -> list[Path]:
    """Write the list of erasures into the vault's folder and these; returns where it could not be written."""
    rows = erasing.erasures(session.store)
    missed: list[Path] = []
    if not rows:
        return missed
    proofs = proofs_of(session)
    for folder in dict.fromkeys((session.folder.path, *folders)):
        try:
            write_list(
                folder, rows, proofs, vault_id=session.keyring.vault_id,
                epochs=session.keyring.epochs(Compartment.STORE), key=_key(session),
            )  # fmt: skip
        except (ShelterError, OSError):
            missed.append(folder)
    return missed


def apply_erasures(session: Session) -> int:
    """Erase again whom the lists beside a vault name, before anybody works in it; returns how many that were.

    Whoever brings back a backup from before an erasure has the person back until this is done; so it is part of
    opening a vault, needs no compartment key, and is recorded. What two people whom the vault knows have not signed is
    refused, and that is recorded.

    Raises:
        DiskFull, NoWritePermission: the vault is not opened.
    """
    known = {row.id for row in erasing.erasures(session.store)}
    wanted: dict[str, tuple[erasing.ErasureRow, erasing.ErasureProof]] = {}
    refused, doubted = 0, set[str]()
    for file in _lists_at(session):
        before = refused
        rows, doubtful = read_list(
            file, vault_id=session.keyring.vault_id, epochs=session.keyring.epochs(Compartment.STORE),
            key=_key(session),
        )  # fmt: skip
        refused += doubtful
        for row, proof in rows:
            if row.id in known:
                continue
            if proof is not None and is_proved(session, row, proof):
                wanted[row.id] = row, proof
            else:
                refused += 1
        if refused > before:
            doubted.add(_digest(file))
    gone: list[str] = []
    for row, proof in sorted(wanted.values(), key=lambda each: (each[0].erased_at, each[0].id)):
        with session.saving() as record:
            gone += erase_now(session, row.person_id, row.way)
            erasing.add_erasure(session.store, row)
            record(
                "erasure.applied", row.id, way=row.way, person=row.person_id, proof=dataclasses.asdict(proof)
            )
    if refused:
        # As long as it lies there it is met at every opening, and written down once.
        mark = hashlib.sha256("".join(sorted(doubted)).encode()).hexdigest()[:16]
        lately = session.journal.read(actions=[LIST_REFUSED], limit=_LATELY)
        if mark not in {line.detail.get("mark") for line in lately}:
            with session.saving() as record:
                record(LIST_REFUSED, session.keyring.vault_id, lists=refused, mark=mark)
    if wanted:
        keep_list(session)
        sweep(session, gone)
    with contextlib.suppress(OSError):
        for file in lists_in(session.folder.path):
            if file.suffix != ".list":
                file.unlink()
    return len(wanted)


def _lists_at(session: Session) -> list[Path]:
    return [*lists_in(session.folder.path), *lists_in(session.folder.path.parent)]


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


def refused_lists(session: Session) -> list[JournalEntry]:
    """The lines of lists of erasures that were refused, newest first: somebody made up a list, or damaged one."""
    return session.journal.read(actions=[LIST_REFUSED], limit=_LATELY)


def refused_words(at: str) -> str:
    """That a list was refused at this moment, and what to do."""
    day = format_date(dt.datetime.fromisoformat(at).astimezone().date())
    return _(
        "On {day} a list of erasures lay beside the vault that is damaged, or that nobody whom the vault knows has signed. "
        "Nobody was erased because of it. Ask who put it there, and keep the file if it is still there."
    ).format(day=day)


def erase_now(session: Session, person_id: str, way: str) -> list[str]:
    """Remove a person inside the transaction under way and keep their coded facts where they stay.

    Returns the cases that are gone; none where the store does not hold the person (any more).
    """
    mine = [case.id for case in cases.cases_of_person(session.store, person_id)]
    stands_for = session.new_id()
    codes: str | None = NOTHING_SAID
    if way == "facts_stay":
        for kept in facts_to_keep(session, person_id):
            erasing.add_kept_case(session.store, kept)
            stands_for, codes = kept.person_id, None
    erasing.remove_person(session.store, person_id, counted_as=stands_for, codes=codes)
    set_meta(session.store, SWEEP_DUE, "1")
    return mine


def sweep_due(session: Session) -> bool:
    """Whether traces of something erased may still lie in free places of the files."""
    return get_meta(session.store, SWEEP_DUE) is not None


def sweep(session: Session, gone: Collection[str] = ()) -> bool:
    """Clear the traces of what was erased: index, free places in both databases, files of attachments.

    What is erased is gone from the vault already; this is done again at the next opening where a full disk or a
    crash prevents it now. Returns whether it is done.
    """
    session.read_cases -= set(gone)
    follow(session, gone)
    try:
        with disk_errors():
            tidy_attachments(session)
        if session.index is not None:
            session.index.compact()
        else:
            # Nobody here can open it; whoever can has it made anew.
            with disk_errors():
                PeopleIndex.discard(session.folder.people_index)
        session.store.compact()
        with session.store.transaction():
            set_meta(session.store, SWEEP_DUE, None)
    except ShelterError:
        return False
    return True


def tidy_up(session: Session) -> None:
    """Finish at opening what a crash or a full disk prevented before; what cannot be done now keeps nobody out."""
    with contextlib.suppress(ShelterError):
        drop_stray_drafts(session)
    if sweep_due(session):
        sweep(session)
    else:
        with contextlib.suppress(ShelterError), disk_errors():
            tidy_attachments(session)


def drop_stray_drafts(session: Session) -> None:
    """Forget what was still being typed into a case that is gone by now."""
    if erasing.has_stray_drafts(session.store):
        with session.store.transaction():
            erasing.remove_stray_drafts(session.store)
            set_meta(session.store, SWEEP_DUE, "1")


def tidy_attachments(session: Session) -> int:
    """Delete sealed files that no entry names: of something erased, or of a save that did not happen."""
    known = attachment_files(session.store).keys()
    done = 0
    if session.folder.attachments.is_dir():
        for path in session.folder.attachments.iterdir():
            if path.is_file() and path.name not in known:
                path.unlink()
                done += 1
    return done
