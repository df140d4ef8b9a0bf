"""Documents and photos of a case: sealed under random names, opened only when somebody asks for one."""

from __future__ import annotations

import contextlib
import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from shelter_app.casework.cases import CaseView
from shelter_app.casework.entries import Entry, Saved, Written, read_entries, write_entry
from shelter_app.casework.errors import AttachmentTooLarge, ChangedMeanwhile, NoSuchCase
from shelter_app.casework.index_care import follow
from shelter_app.casework.session import Session
from shelter_app.domain.forms import Form, form
from shelter_app.domain.pictures import CameraData, camera_data, file_type, without_camera_data
from shelter_app.storage import cases
from shelter_app.storage import entries as rows
from shelter_app.storage.store import Changes
from shelter_app.vault.errors import DataDamaged, KeyNotHeld
from shelter_app.vault.folder import atomic_write, disk_errors
from shelter_app.vault.keyring import holders
from shelter_app.vault.rights import Compartment, Right, Role

__all__ = [
    "LARGEST_MB",
    "Document",
    "OpenedDocument",
    "add_document",
    "case_to_move_to",
    "documents",
    "may_add",
    "move_document",
    "open_document",
    "save_copy",
    "where_moved",
    "withdraw_document",
]

#: A file is sealed in one piece in memory; a long video does not belong into a vault.
LARGEST_MB: Final = 64
_LONGEST_NAME: Final = 200


@dataclass(frozen=True)
class Document:
    """A document of a case as lists show it; its bytes are not read."""

    entry_id: str
    case_id: str
    #: Whether it is kept with the health key.
    health: bool
    values: Mapping[str, Any]
    name: str
    media_type: str
    size: int
    added_at: str
    added_by: str
    camera: CameraData
    #: The case into which it was moved from this one; "" where it was not.
    moved_to: str = ""

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken out of the case; what it was can still be read."""
        return bool(self.values.get("withdrawn"))

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown as a picture."""
        return self.media_type in ("image/jpeg", "image/png", "image/gif", "image/bmp", "image/webp")


@dataclass(frozen=True)
class OpenedDocument:
    """A document with its bytes, in memory only."""

    document: Document
    data: bytes


def add_document(
    session: Session,
    case_id: str,
    source: Path,
    values: Mapping[str, Any],
    *,
    health: bool = False,
) -> Saved:
    """Seal a file and add it to a case; the file that was chosen stays where it is.

    The sealed file is on the disk before the save that names it; what a crash leaves is tidied at the next opening.

    Raises:
        AttachmentTooLarge: it is larger than `LARGEST_MB`; no more than that is read.
        AnswersRefused, NoSuchCase, NotYours, DiskFull, NoWritePermission: nothing is added.
        KeyNotHeld: only who holds the key of the compartment can add a file to it.
    """
    session.require(Right.WRITE_CASE)
    case = cases.case(session.store, case_id)
    if case is None:
        raise NoSuchCase
    session.require_sight(case)
    compartment = Compartment.HEALTH if health else Compartment.PEOPLE
    _require_key(session, compartment)
    data = _read(source)
    about = {
        "name": source.name[-_LONGEST_NAME:], "type": file_type(data), "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(), "camera": int(camera_data(data)),
    }  # fmt: skip
    with _sealed_file(session, data) as sealed, session.saving() as record:
        written = _write_document(session, record, case, values, about, sealed, health=health)
    follow(session)
    kind = "health_document" if health else "document"
    return Saved(written.entry_id, written.revision_id, Changes.of(case_id, "entry", kind))


@dataclass(frozen=True)
class _Sealed:
    """A sealed file that lies in the folder of the vault and that no entry names yet."""

    name: str
    key: bytes = field(repr=False)
    size: int
    sha256: str


@contextlib.contextmanager
def _sealed_file(session: Session, data: bytes) -> Iterator[_Sealed]:
    """A new sealed file, synced; it goes again where the block that is to name it fails."""
    key, sealed = session.keyring.seal_file(data)
    name = session.new_id()
    with disk_errors():
        session.folder.attachments.mkdir(mode=0o700, exist_ok=True)
    path = session.folder.attachments / name
    atomic_write(path, sealed)
    try:
        yield _Sealed(name, key, len(sealed), hashlib.sha256(sealed).hexdigest())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write_document(
    session: Session,
    record: Callable[..., None],
    case: cases.CaseRow,
    values: Mapping[str, Any],
    about: Mapping[str, Any],
    sealed: _Sealed,
    *,
    health: bool,
    **detail: Any,
) -> Written:
    """A new document of a case, inside the transaction under way, with its journal line."""
    declared = form("health_document" if health else "document")
    about = {**about, "file": sealed.name, "key": sealed.key.hex()}
    written = write_entry(
        session, declared, values, case_id=case.id, person_id=case.person_id, files=(about,)
    )
    row = rows.AttachmentRow(
        session.new_id(), written.entry_id, sealed.name, sealed.size, sealed.sha256, session.now(), session.user_id
    )  # fmt: skip
    rows.add_attachment(session.store, row)
    cases.touch(session.store, case.id)
    record(
        "document.added", written.entry_id, case=case.id, revision=written.revision_id, form=declared.public_id,
        digests=written.digests, **detail,
    )  # fmt: skip
    return written


def withdraw_document(session: Session, entry_id: str, *, reason: str, note: str = "") -> Changes:
    """Take a document out of its case, with a reason of the list `document_withdrawals`: a correction that says so.

    What it was stays in its earlier states and can be opened there until the person is erased.

    Raises:
        AnswersRefused: there is no such reason.
        ChangedMeanwhile: it has been taken out already.
        KeyNotHeld, NoSuchCase, NotYours: nothing is changed.
    """
    session.require(Right.WRITE_CASE)
    with session.saving() as record:
        case, entry, declared = _standing(session, entry_id)
        written = _take_out(session, case, entry, declared, reason, note)
        _record_taken_out(record, "document.withdrawn", case, entry, written)
    follow(session)
    return Changes.of(case.id, "entry")


def move_document(session: Session, entry_id: str, to_case: str, *, note: str = "") -> Changes:
    """Put a document into the case that it belongs to, and take it out of the one where it was, both or neither.

    The file is sealed anew with another key under another name, since either case may be erased without the other. What
    is said of it goes along. The case that it is taken out of remembers, sealed, which one that is; who may not see that
    case is told only that it was moved.

    Raises:
        NotYours: one of the cases is restricted and somebody else's, or the role does not write.
        ChangedMeanwhile: it has been taken out already.
        NoSuchCase: there is no such document or case, or it is the same.
        KeyNotHeld, DataDamaged, DiskFull, NoWritePermission: nothing is changed.
    """
    session.require(Right.WRITE_CASE)
    target = cases.case(session.store, to_case)
    if target is None:
        raise NoSuchCase
    session.require_sight(target)
    if _standing(session, entry_id)[0].id == target.id:
        raise NoSuchCase
    _document_found, data = _unseal(session, entry_id)
    with _sealed_file(session, data) as sealed, session.saving() as record:
        case, entry, declared = _standing(session, entry_id)
        about = {key: value for key, value in entry.reading.files[-1].items() if key not in ("file", "key")}
        _write_document(
            session, record, target, entry.values, about, sealed, health=declared.veiled, moved=True
        )  # fmt: skip
        written = _take_out(session, case, entry, declared, "other_case", note, moved_to=target.id)
        _record_taken_out(record, "document.moved", case, entry, written)
    follow(session)
    return Changes((*Changes.of(case.id, "entry").items, *Changes.of(target.id, "entry").items))


def _standing(session: Session, entry_id: str) -> tuple[cases.CaseRow, Entry, Form]:
    """The case, the entry and the form of a document that is to be taken out of its case."""
    row = rows.entry(session.store, entry_id)
    case = cases.case(session.store, row.case_id) if row is not None and row.case_id else None
    if row is None or case is None:
        raise NoSuchCase
    session.require_sight(case)
    entry = read_entries(session, [row])[0]
    _require_key(session, Compartment.HEALTH if row.form == "health" else Compartment.PEOPLE)
    found = _document(session, entry)
    if found is None or entry.form is None:
        raise NoSuchCase
    if found.withdrawn:
        raise ChangedMeanwhile
    return case, entry, entry.form


def _take_out(
    session: Session,
    case: cases.CaseRow,
    entry: Entry,
    declared: Form,
    reason: str,
    note: str,
    **about: Any,
) -> Written:
    """The state of a document that says that it does not belong here, inside the transaction under way."""
    values = {**entry.values, "withdrawn": reason, "withdrawn_note": note.strip()}
    files = (*entry.reading.files[:-1], {**entry.reading.files[-1], **about})
    written = write_entry(
        session, form(declared.id), values, case_id=case.id, person_id=case.person_id, entry_id=entry.row.id,
        started_from=entry.row.head, files=files,
    )  # fmt: skip
    cases.touch(session.store, case.id)
    return written


def _record_taken_out(
    record: Callable[..., None], action: str, case: cases.CaseRow, entry: Entry, written: Written
) -> None:
    record(
        action, entry.row.id, case=case.id, revision=written.revision_id, form=entry.row.form, digests=written.digests
    )  # fmt: skip


def where_moved(session: Session, document: Document) -> str | None:
    """The number of the case into which a document was moved; "" if the reader may not see it, None if it was not."""
    if not document.moved_to:
        return None
    case = cases.case(session.store, document.moved_to)
    return case.number if case is not None and session.sees(case) else ""


def case_to_move_to(session: Session, document: Document, number: str) -> cases.CaseRow | None:
    """The case of a number as typed, if it is another one that this person may see."""
    typed = unicodedata.normalize("NFKC", number).strip().upper()
    case = cases.case_by_number(session.store, typed)
    return case if case is not None and session.sees(case) and case.id != document.case_id else None


def _require_key(session: Session, compartment: Compartment) -> None:
    if not session.keyring.holds(compartment):
        who = holders(session.keyring.header, compartment)
        roles = tuple(role for role in Role if any(slot.role is role for slot in who))
        raise KeyNotHeld(compartment, tuple(slot.name for slot in who), roles)


def _read(source: Path) -> bytes:
    limit = LARGEST_MB << 20
    with disk_errors(), source.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise AttachmentTooLarge(limit=LARGEST_MB)
    return data


def documents(session: Session, view: CaseView) -> list[Document]:
    """The documents of a case that the signed-in person may open, newest first, then those that were taken out of it."""
    found = [each for entry in view.entries if (each := _document(session, entry)) is not None]
    found.sort(key=lambda each: each.added_at, reverse=True)
    return sorted(found, key=lambda each: each.withdrawn)


def sealed_documents(view: CaseView) -> tuple[int, int]:
    """How many documents of a case the reader has no key for, and how many health entries, which may be documents too."""
    files = [entry for entry in view.entries if entry.form is not None and entry.form.carries_file]
    return sum(not entry.reading.files for entry in files), sum(entry.form is None for entry in view.entries)


def _document(session: Session, entry: Entry) -> Document | None:
    if (
        entry.form is None
        or not entry.form.carries_file
        or not entry.reading.files
        or entry.row.case_id is None
    ):
        return None
    about = entry.reading.files[-1]
    return Document(
        entry.row.id, entry.row.case_id, entry.form.veiled, entry.values, str(about["name"]), str(about["type"]),
        int(about["size"]), entry.row.created_at, session.user_name(entry.row.created_by),
        CameraData(int(about.get("camera", 0))), str(about.get("moved_to", "")),
    )  # fmt: skip


def open_document(session: Session, entry_id: str) -> OpenedDocument:
    """Unseal one document, in memory; the journal records who did.

    Raises:
        NoSuchCase: there is no such document, or its key is not held.
        DataDamaged: the file is missing, or not as it was written.
        NotYours
    """
    document, data = _unseal(session, entry_id)
    with session.saving() as record:
        record("document.opened", entry_id, case=document.case_id)
    return OpenedDocument(document, data)


def save_copy(session: Session, entry_id: str, target: Path, *, without_camera: bool = False) -> None:
    """Write a plain copy of one document where somebody asks for it; from then on that file is theirs to guard.

    Raises:
        NotYours: the role does not take anything out of a case.
        NoSuchCase, DataDamaged, DiskFull, NoWritePermission
    """
    session.require(Right.EXPORT_CASE)
    document, data = _unseal(session, entry_id)
    if without_camera:
        data = without_camera_data(data)
    with session.saving() as record:
        record("document.copied", entry_id, case=document.case_id, without_camera=without_camera)
    atomic_write(target, data)


def _unseal(session: Session, entry_id: str) -> tuple[Document, bytes]:
    session.require(Right.READ_CASE)
    row = rows.entry(session.store, entry_id)
    case = cases.case(session.store, row.case_id) if row is not None and row.case_id else None
    if row is None or case is None:
        raise NoSuchCase
    session.require_sight(case)
    entry = read_entries(session, [row])[0]
    document = _document(session, entry)
    if document is None:
        raise NoSuchCase
    about = entry.reading.files[-1]
    path = session.folder.attachments / str(about["file"])
    known = {each.file for each in rows.attachments_of(session.store, entry_id)}
    if path.name not in known or not path.is_file():
        raise DataDamaged
    with disk_errors():
        sealed = path.read_bytes()
    data = session.keyring.open_file(bytes.fromhex(about["key"]), sealed)
    if hashlib.sha256(data).hexdigest() != about["sha256"]:
        raise DataDamaged
    return document, data


def may_add(session: Session, *, health: bool = False) -> bool:
    """Whether the signed-in person can add a document."""
    held = session.keyring.holds(Compartment.HEALTH if health else Compartment.PEOPLE)
    return session.may(Right.WRITE_CASE) and held
