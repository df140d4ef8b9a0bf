"""Bringing under the keys in force what still lies under former ones, a little at a time.

After somebody was removed, or lost a key, new parts lie under a new key at once. What was there before is sealed
anew when somebody who holds the key is signed in; only then do the former keys leave the slots, kept in the store
under the new one for backups that are older.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shelter_app.casework.sealing import reseal_part
from shelter_app.casework.session import Session
from shelter_app.storage import old_keys
from shelter_app.vault import vault as keys
from shelter_app.vault.errors import DataDamaged, KeyNotHeld
from shelter_app.vault.keyring import Box, holders
from shelter_app.vault.rights import COMPARTMENT_LABELS, SEALED_COMPARTMENTS, Compartment
from shelter_i18n import _, ngettext
from shelter_i18n.formats import join_list

__all__ = ["Pending", "pending", "pending_words", "reseal_some"]

#: Parts that are sealed anew in one transaction: few enough that nobody who saves meanwhile waits.
_AT_ONCE = 50


@dataclass(frozen=True)
class Pending:
    """What still lies under a former key of a compartment, and who could bring it under the new one."""

    compartment: Compartment
    count: int
    holders: tuple[str, ...]
    #: Whether the signed-in person holds the key, so that it is being done now.
    mine: bool


def pending(session: Session) -> tuple[Pending, ...]:
    """What still has to be sealed anew, by compartment; empty when all is done, or nothing lies under a former key."""
    header = session.keyring.header
    found = []
    for compartment in SEALED_COMPARTMENTS:
        if _former_in_use(session, compartment) and (count := _count(session, compartment)):
            names = tuple(slot.name for slot in holders(header, compartment))
            mine = session.keyring.holds(compartment)
            found.append(Pending(compartment, count, names, mine))
    return tuple(found)


def pending_words(waiting: Pending) -> str:
    """What still has to be sealed anew, and by whom, as a sentence."""
    what = _(COMPARTMENT_LABELS[waiting.compartment])
    if waiting.mine:
        text = ngettext(
            "{number} part still to be sealed anew ({what}). It is done while you work.",
            "{number} parts still to be sealed anew ({what}). It is done while you work.",
            waiting.count,
        )
        return text.format(number=waiting.count, what=what)
    if not waiting.holders:
        text = ngettext(
            "{number} part still to be sealed anew ({what}). Nobody but the recovery sheets holds the key.",
            "{number} parts still to be sealed anew ({what}). Nobody but the recovery sheets holds the key.",
            waiting.count,
        )
        return text.format(number=waiting.count, what=what)
    text = ngettext(
        "{number} part still to be sealed anew ({what}), when one of these signs in: {names}.",
        "{number} parts still to be sealed anew ({what}), when one of these signs in: {names}.",
        waiting.count,
    )
    return text.format(number=waiting.count, what=what, names=join_list(waiting.holders))


def _former_in_use(session: Session, compartment: Compartment) -> bool:
    """Whether former keys of a compartment still lie in somebody's slot."""
    return any(len(slot.sealed.get(compartment, {})) > 1 for slot in session.keyring.header.slots)


def _count(session: Session, compartment: Compartment) -> int:
    epoch = session.keyring.header.compartments[compartment].epoch
    count = old_keys.count_old_parts(session.store, compartment.value, epoch)
    if compartment is Compartment.PEOPLE:
        count += len(old_keys.old_imports(session.store, epoch))
        count += len(old_keys.old_import_rows(session.store, epoch))
    return count


def reseal_some(session: Session, *, limit: int = 200) -> int:
    """Seal about `limit` parts anew; returns how many are left for this person to do.

    A part that does not open stays as it is, for the check of the vault to name; it does not keep the former key
    in the slots, since the store keeps that key for who holds the one in force.
    """
    done = 0
    mine = [c for c in SEALED_COMPARTMENTS if session.keyring.holds(c) and _former_in_use(session, c)]
    for compartment in mine:
        for sealed in _steps(session, compartment):
            done += sealed
            if done >= limit:
                left = [_count(session, each) for each in mine]
                return max(sum(left), 1)
        _finish(session, compartment)
    return 0


def _steps(session: Session, compartment: Compartment) -> Iterator[int]:
    """Seal a few parts anew at each step; says how many that were."""
    epoch = session.keyring.header.compartments[compartment].epoch
    for page in old_keys.old_parts(session.store, compartment.value, epoch, size=_AT_ONCE):
        with session.saving() as record:
            brought = [part.id for part in page if reseal_part(session, compartment, part)]
            if brought:
                record("parts.resealed", "", compartment=compartment.value, parts=brought)
        yield len(brought)
    if compartment is Compartment.PEOPLE:
        yield _reseal_imports(session, epoch)


def _reseal_imports(session: Session, epoch: int) -> int:
    """File names and waiting rows of imported registers: few, and all at once."""
    sources = old_keys.old_imports(session.store, epoch)
    waiting = old_keys.old_import_rows(session.store, epoch)
    if not sources and not waiting:
        return 0
    done = 0
    with session.saving() as record:
        for import_id, data in sources:
            box = _resealed(session, data, import_id, import_id)
            if box is not None:
                old_keys.set_import_box(session.store, import_id, box)
                done += 1
        for import_id, sheet, row, data in waiting:
            box = _resealed(session, data, import_id, f"{row}")
            if box is not None:
                old_keys.set_import_row_box(session.store, import_id, sheet, row, box)
                done += 1
        record("parts.resealed", "", compartment=Compartment.PEOPLE.value, imports=done)
    return done


def _resealed(session: Session, data: bytes, import_id: str, revision: str) -> bytes | None:
    former = Box(int.from_bytes(data[:4], "big"), "key", data[4:])
    try:
        plain = session.keyring.open(
            Compartment.PEOPLE, former, case=import_id, entry=import_id, revision=revision
        )
    except (DataDamaged, KeyNotHeld):
        return None
    box = session.keyring.seal(Compartment.PEOPLE, plain, case=import_id, entry=import_id, revision=revision)
    return box.epoch.to_bytes(4, "big") + box.data


def _finish(session: Session, compartment: Compartment) -> None:
    """Keep the former keys in the store, under the one in force, and take them out of everybody's slot."""
    keyring = session.keyring
    epoch = keyring.header.compartments[compartment].epoch
    secret = keyring.secret_of(compartment, epoch)
    former = [e for e in keyring.epochs(compartment) if e < epoch]
    with session.saving() as record:
        for old in former:
            box = keyring.seal_old_key(compartment, old, under=secret, named=epoch)
            old_keys.keep_old_key(
                session.store, old_keys.OldKeyRow(compartment.value, old, epoch, box, session.now())
            )
        record("keys.former_put_away", "", compartment=compartment.value, epoch=epoch)
    keys.drop_former_keys(session.folder, keyring, compartment)
