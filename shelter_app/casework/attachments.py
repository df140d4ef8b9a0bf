"""Documents and photos of a case: sealed under random names, opened only when somebody asks for one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shelter_app.casework.cases import CaseView
from shelter_app.casework.entries import Entry, Saved, read_entries, write_entry
from shelter_app.casework.errors import AttachmentTooLarge, NoSuchCase
from shelter_app.casework.index_care import follow
from shelter_app.casework.session import Session
from shelter_app.domain.forms import form
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
    "documents",
    "may_add",
    "open_document",
    "save_copy",
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
    key, sealed = session.keyring.seal_file(data)
    name = session.new_id()
    with disk_errors():
        session.folder.attachments.mkdir(mode=0o700, exist_ok=True)
    atomic_write(session.folder.attachments / name, sealed)
    declared = form("health_document" if health else "document")
    about = {
        "file": name, "key": key.hex(), "name": source.name[-_LONGEST_NAME:], "type": file_type(data), "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(), "camera": int(camera_data(data)),
    }  # fmt: skip
    try:
        with session.saving() as record:
            written = write_entry(
                session, declared, values, case_id=case_id, person_id=case.person_id, files=(about,)
            )
            row = rows.AttachmentRow(
                session.new_id(), written.entry_id, name, len(sealed), hashlib.sha256(sealed).hexdigest(), session.now(),
                session.user_id,
            )  # fmt: skip
            rows.add_attachment(session.store, row)
            cases.touch(session.store, case_id)
            record(
                "document.added", written.entry_id, case=case_id, revision=written.revision_id,
                form=declared.public_id, digests=written.digests,
            )  # fmt: skip
    except BaseException:
        (session.folder.attachments / name).unlink(missing_ok=True)
        raise
    follow(session)
    return Saved(written.entry_id, written.revision_id, Changes.of(case_id, "entry", declared.id))


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
    """The documents of a case that the signed-in person may open, newest first."""
    found = [each for entry in view.entries if (each := _document(session, entry)) is not None]
    return sorted(found, key=lambda each: each.added_at, reverse=True)


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
        CameraData(int(about.get("camera", 0))),
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
