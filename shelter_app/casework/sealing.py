"""Answers of a form into the compartments of a revision, and back for who holds the keys."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shelter_app.casework.session import Session
from shelter_app.casework.user_history import signature_keys
from shelter_app.domain.forms import FieldClass, Form, form, join, split
from shelter_app.domain.forms.kinds import coded_value
from shelter_app.storage import entries as rows
from shelter_app.storage.store import canonical
from shelter_app.vault.errors import DataDamaged, KeyNotHeld
from shelter_app.vault.keyring import Box
from shelter_app.vault.rights import SEALED_COMPARTMENTS, Compartment

__all__ = [
    "Reading",
    "alerts_digest",
    "digest_of_part",
    "known_form",
    "open_part",
    "read_revisions",
    "reseal_inbox",
    "reseal_part",
    "seal_revision",
]


@dataclass(frozen=True)
class Reading:
    """A revision as its reader may know it."""

    revision: rows.RevisionRow
    #: The form that it really is; "" where that is sealed to this reader.
    form: str
    form_version: int
    values: dict[str, Any]
    #: Compartments that hold something which this reader cannot open.
    sealed: frozenset[str]
    #: Those of them whose key is there, and whose part is not as it was written.
    damaged: frozenset[str] = frozenset()
    #: What is known of the sealed files that belong to it, their keys too; never among the answers.
    files: tuple[Mapping[str, Any], ...] = ()


def known_form(form_id: str, version: int) -> Form | None:
    """A form in its version; None where this program has no such form: a newer one wrote it."""
    try:
        return form(form_id, version)
    except KeyError:
        return None


def seal_revision(
    session: Session,
    declared: Form,
    values: Mapping[str, Any],
    *,
    owner: str,
    entry_id: str,
    revision_id: str,
    parents: Sequence[str] = (),
    kept: Mapping[str, str] | None = None,
    files: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, str]]:
    """Write a revision with its sealed parts; returns what the journal says of the parts.

    `owner` is the case, or the person for the form that belongs to a person. `kept` names compartments
    whose part stays as an earlier revision has it. `files` is kept beside the answers, in the part of the form's own
    compartment: it can only be read with them, and no list, index or export meets it. Call it inside a transaction.
    """
    parts = split(declared, values)
    coded = canonical(parts[FieldClass.CODED])
    salt = session.random(16)
    row = rows.RevisionRow(
        id=revision_id, entry_id=entry_id, form=declared.public_id,
        form_version=0 if declared.veiled else declared.version, coded={}, kept=dict(kept or {}), salt=salt, typed_at=session.now(), typed_by=session.user_id,
        device_id=session.device_id,
    )  # fmt: skip
    rows.add_revision(session.store, row, coded, parents)
    digests = [{"coded": digest_of_part(salt, coded.encode())}]
    for compartment in SEALED_COMPARTMENTS:
        answers = parts[FieldClass(compartment.value)]
        own = files if compartment is _compartment_of_files(declared) else ()
        if not answers and not own:
            continue
        key = session.random(16)
        content: dict[str, Any] = {"k": key.hex(), "v": answers}
        if declared.veiled:
            content |= {"f": declared.id, "n": declared.version}
        if own:
            content["files"] = [dict(each) for each in own]
        data = canonical(content).encode()
        box = session.keyring.seal_for(compartment, data, case=owner, entry=entry_id, revision=revision_id)
        part_id = session.new_id()
        rows.add_part(
            session.store,
            rows.PartRow(part_id, revision_id, compartment.value, box.epoch, box.sealing, session.user_id, box.data),
        )  # fmt: skip
        digests.append(
            {
                "part": part_id,
                "in": compartment.value,
                "digest": digest_of_part(key, canonical(answers).encode()),
            }
        )
    return digests


def _compartment_of_files(declared: Form) -> Compartment:
    return Compartment.HEALTH if declared.veiled else Compartment.PEOPLE


def digest_of_part(key: bytes, data: bytes) -> str:
    """How the journal names contents without saying them: an HMAC under a random key that lies with them."""
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def read_revisions(
    session: Session, revisions: Mapping[str, rows.RevisionRow], owners: Mapping[str, str]
) -> dict[str, Reading]:
    """What the signed-in person can read of these revisions; `owners` gives the owner by entry id.

    Parts of a compartment without a key are not loaded; the reading says that something is there. A part that
    does not belong where it lies, or is not as it was written, is told as damaged; the rest is read.
    """
    open_to_me = [c.value for c in SEALED_COMPARTMENTS if session.keyring.holds(c)]
    known = _with_kept(session, revisions)
    present = rows.compartments_of(session.store, sorted(known))
    parts = rows.parts_of(session.store, sorted(known), open_to_me)
    authors: dict[str, tuple[bytes, ...]] = {}
    if any(part.sealing == "inbox" for each in parts.values() for part in each):
        authors = signature_keys(session)
    found: dict[str, Reading] = {}
    for row in revisions.values():
        opened: dict[FieldClass, dict[str, Any]] = {FieldClass.CODED: row.coded}
        form_id, version, sealed, damaged = row.form, row.form_version, set[str](), set[str]()
        files: tuple[Mapping[str, Any], ...] = ()
        for compartment in SEALED_COMPARTMENTS:
            for source in _sources(row, compartment.value, known, present):
                part = next((p for p in parts.get(source, []) if p.compartment == compartment.value), None)
                if part is None:
                    sealed.add(compartment.value)
                    continue
                try:
                    content = open_part(
                        session, part, owner=owners[row.entry_id], entry_id=row.entry_id, authors=authors
                    )
                except KeyNotHeld:
                    sealed.add(compartment.value)
                    continue
                except DataDamaged:
                    sealed.add(compartment.value)
                    damaged.add(compartment.value)
                    continue
                answers = content["v"] if source == row.id else _still_true(row, content["v"])
                opened.setdefault(FieldClass(compartment.value), {}).update(answers)
                form_id, version = content.get("f", form_id), content.get("n", version)
                files = tuple(content.get("files", files))
        veiled = row.form == FieldClass.HEALTH.value and row.form_version == 0
        kind = "" if veiled and sealed else form_id
        found[row.id] = Reading(
            row, kind, version, join(opened), frozenset(sealed), frozenset(damaged), files
        )
    return found


def _with_kept(session: Session, revisions: Mapping[str, rows.RevisionRow]) -> dict[str, rows.RevisionRow]:
    """These revisions and all earlier ones whose parts they keep."""
    known = {row.id: row for row in revisions.values()}
    wanted = {kept for row in known.values() for kept in row.kept.values()} - known.keys()
    while wanted:
        more = rows.revisions_by_id(session.store, sorted(wanted))
        known |= more
        wanted = {kept for row in more.values() for kept in row.kept.values()} - known.keys()
    return known


def _sources(
    row: rows.RevisionRow,
    compartment: str,
    known: Mapping[str, rows.RevisionRow],
    present: Mapping[str, frozenset[str]],
) -> list[str]:
    """The revisions whose parts of a compartment hold for `row`, the oldest first.

    There are several where somebody without the key wrote into it: what stood there before still holds.
    """
    found: list[str] = []
    seen: set[str] = set()
    at: rows.RevisionRow | None = row
    while at is not None and at.id not in seen:
        seen.add(at.id)
        if compartment in present.get(at.id, frozenset()):
            found.append(at.id)
        at = known.get(at.kept.get(compartment, ""))
    return found[::-1]


def _still_true(row: rows.RevisionRow, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Answers of a kept part without the fuller words of coded answers that have been corrected since."""
    declared = known_form(row.form, row.form_version)
    if declared is None:
        return dict(kept)

    def stale(field_id: str, value: Any) -> bool:
        if field_id not in declared or declared.class_of(field_id) is not FieldClass.CODED:
            return False
        return bool(coded_value(declared.field(field_id), value) != row.coded.get(field_id))

    return {field_id: value for field_id, value in kept.items() if not stale(field_id, value)}


def open_part(
    session: Session,
    part: rows.PartRow,
    *,
    owner: str,
    entry_id: str,
    authors: Mapping[str, tuple[bytes, ...]],
) -> dict[str, Any]:
    """What a part holds.

    Raises:
        KeyNotHeld: it was sealed under an earlier key that this person never had.
        DataDamaged: it does not belong here, or nobody who is known wrote it like this.
    """
    compartment = Compartment(part.compartment)
    if part.epoch > session.keyring.header.compartments[compartment].epoch:
        raise DataDamaged
    data = _unsealed(session, compartment, part, owner, entry_id, authors)
    try:
        content = json.loads(data)
    except ValueError as error:
        raise DataDamaged from error
    if not isinstance(content, dict) or not isinstance(content.get("v"), dict):
        raise DataDamaged
    return content


def _unsealed(
    session: Session,
    compartment: Compartment,
    part: rows.PartRow,
    owner: str,
    entry_id: str,
    authors: Mapping[str, tuple[bytes, ...]],
) -> bytes:
    def opened(box: Box, author: bytes | None = None) -> bytes:
        return session.keyring.open(
            compartment, box, case=owner, entry=entry_id, revision=part.revision_id, author=author
        )

    if part.sealing != "inbox":
        return opened(Box(part.epoch, "key", part.box))
    for author in authors.get(part.author, ()):
        with contextlib.suppress(DataDamaged):
            return opened(Box(part.epoch, "inbox", part.box), author)
    raise DataDamaged


def alerts_digest(case_id: str, alerts: Collection[str]) -> str:
    """How the journal names the alerts of a case without saying them."""
    return digest_of_part(case_id.encode(), ",".join(sorted(alerts)).encode())


def reseal_inbox(session: Session) -> int:
    """Bring what others wrote for a compartment under its own key; returns how many parts that were.

    A part that cannot be opened stays where it is, for the check of the vault to name; it keeps nobody out.
    """
    done = 0
    authors = signature_keys(session)
    for compartment in SEALED_COMPARTMENTS:
        if not session.keyring.holds(compartment):
            continue
        for page in rows.inbox_parts(session.store, compartment.value):
            with session.saving() as record:
                brought = [part.id for part in page if reseal_part(session, compartment, part, authors)]
                if brought:
                    record("parts.resealed", "", compartment=compartment.value, parts=brought)
            done += len(brought)
    return done


def reseal_part(
    session: Session,
    compartment: Compartment,
    part: rows.PartRow,
    authors: Mapping[str, tuple[bytes, ...]] | None = None,
) -> bool:
    """Bring a part under the key in force of its compartment; False where it does not open. Inside a transaction."""
    if authors is None:
        authors = signature_keys(session) if part.sealing == "inbox" else {}
    revision = rows.revision(session.store, part.revision_id)
    entry = rows.entry(session.store, revision.entry_id) if revision else None
    if entry is None:
        return False
    owner = entry.case_id or entry.person_id
    try:
        content = open_part(session, part, owner=owner, entry_id=entry.id, authors=authors)
    except (DataDamaged, KeyNotHeld):
        return False
    data = canonical(content).encode()
    box = session.keyring.seal(compartment, data, case=owner, entry=entry.id, revision=part.revision_id)
    rows.reseal_part(session.store, part, epoch=box.epoch, box=box.data)
    return True
