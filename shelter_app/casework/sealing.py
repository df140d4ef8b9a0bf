"""Answers of a form into the compartments of a revision, and back for who holds the keys."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shelter_app.casework.session import Session
from shelter_app.domain.forms import FieldClass, Form, join, split
from shelter_app.storage import books
from shelter_app.storage import entries as rows
from shelter_app.storage.store import canonical
from shelter_app.vault.keyring import Box
from shelter_app.vault.rights import SEALED_COMPARTMENTS, Compartment

__all__ = ["Reading", "read_revisions", "reseal_inbox", "seal_revision"]


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


def seal_revision(
    session: Session,
    form: Form,
    values: Mapping[str, Any],
    *,
    owner: str,
    entry_id: str,
    revision_id: str,
    parents: Sequence[str] = (),
    kept: Mapping[str, str] | None = None,
) -> list[dict[str, str]]:
    """Write a revision with its sealed parts; returns what the journal says of the parts.

    `owner` is the case, or the person for the form that belongs to a person. `kept` names compartments
    whose part stays as an earlier revision has it. Call it inside a transaction.
    """
    parts = split(form, values)
    coded = canonical(parts[FieldClass.CODED])
    salt = session.random(16)
    row = rows.RevisionRow(
        id=revision_id, entry_id=entry_id, form=form.public_id, form_version=0 if form.veiled else form.version,
        coded={}, kept=dict(kept or {}), salt=salt, typed_at=session.now(), typed_by=session.user_id,
        device_id=session.device_id,
    )  # fmt: skip
    rows.add_revision(session.store, row, coded, parents)
    digests = [{"coded": _digest(salt, coded.encode())}]
    for compartment in SEALED_COMPARTMENTS:
        answers = parts[FieldClass(compartment.value)]
        if not answers:
            continue
        key = session.random(16)
        content: dict[str, Any] = {"k": key.hex(), "v": answers}
        if form.veiled:
            content |= {"f": form.id, "n": form.version}
        data = canonical(content).encode()
        box = session.keyring.seal_for(compartment, data, case=owner, entry=entry_id, revision=revision_id)
        part_id = session.new_id()
        rows.add_part(
            session.store,
            rows.PartRow(part_id, revision_id, compartment.value, box.epoch, box.sealing, session.user_id, box.data),
        )  # fmt: skip
        digests.append(
            {"part": part_id, "in": compartment.value, "digest": _digest(key, canonical(answers).encode())}
        )
    return digests


def _digest(key: bytes, data: bytes) -> str:
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def read_revisions(
    session: Session, revisions: Mapping[str, rows.RevisionRow], owners: Mapping[str, str]
) -> dict[str, Reading]:
    """What the signed-in person can read of these revisions; `owners` gives the owner by entry id.

    Parts of a compartment without a key are not loaded; the reading says that something is there.

    Raises:
        DataDamaged: a part does not belong where it lies, or is not as it was written.
    """
    open_to_me = [c.value for c in SEALED_COMPARTMENTS if session.keyring.holds(c)]
    sources = {rid for row in revisions.values() for rid in (row.id, *row.kept.values())}
    present = rows.compartments_of(session.store, sorted(sources))
    parts = rows.parts_of(session.store, sorted(sources), open_to_me)
    authors: dict[str, bytes] = {}
    found: dict[str, Reading] = {}
    for row in revisions.values():
        opened: dict[FieldClass, dict[str, Any]] = {FieldClass.CODED: row.coded}
        form, version, sealed = row.form, row.form_version, set()
        for compartment in SEALED_COMPARTMENTS:
            source = row.kept.get(compartment.value, row.id)
            if compartment.value not in present.get(source, frozenset()):
                continue
            part = next((p for p in parts.get(source, []) if p.compartment == compartment.value), None)
            if part is None:
                sealed.add(compartment.value)
                continue
            if part.sealing == "inbox" and not authors:
                authors = {user.id: user.sign_key for user in books.users(session.store)}
            content = _open(session, part, owner=owners[row.entry_id], entry_id=row.entry_id, authors=authors)
            opened[FieldClass(compartment.value)] = content["v"]
            form, version = content.get("f", form), content.get("n", version)
        veiled = row.form == FieldClass.HEALTH.value and row.form_version == 0
        known = "" if veiled and sealed else form
        found[row.id] = Reading(row, known, version, join(opened), frozenset(sealed))
    return found


def _open(
    session: Session, part: rows.PartRow, *, owner: str, entry_id: str, authors: Mapping[str, bytes]
) -> dict[str, Any]:
    box = Box(part.epoch, "inbox" if part.sealing == "inbox" else "key", part.box)
    data = session.keyring.open(
        Compartment(part.compartment), box, case=owner, entry=entry_id, revision=part.revision_id,
        author=authors.get(part.author),
    )  # fmt: skip
    content: dict[str, Any] = json.loads(data)
    return content


def reseal_inbox(session: Session) -> int:
    """Bring what others wrote for a compartment under its own key; returns how many parts that were."""
    done = 0
    authors = {user.id: user.sign_key for user in books.users(session.store)}
    for compartment in SEALED_COMPARTMENTS:
        if not session.keyring.holds(compartment):
            continue
        for page in rows.inbox_parts(session.store, compartment.value):
            with session.saving() as record:
                for part in page:
                    revision = rows.revision(session.store, part.revision_id)
                    entry = rows.entry(session.store, revision.entry_id) if revision else None
                    if revision is None or entry is None:
                        continue
                    owner = entry.case_id or entry.person_id
                    content = _open(session, part, owner=owner, entry_id=entry.id, authors=authors)
                    data = canonical(content).encode()
                    box = session.keyring.seal(
                        compartment, data, case=owner, entry=entry.id, revision=part.revision_id
                    )
                    rows.reseal_part(session.store, part, epoch=box.epoch, box=box.data)
                record("parts.resealed", "", compartment=compartment.value, parts=[part.id for part in page])
                done += len(page)
    return done
