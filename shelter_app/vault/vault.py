"""Creating a vault, opening it with a password, and opening it with the recovery sheets."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from shelter_app.vault.crypto import ed25519_public, x25519_public
from shelter_app.vault.errors import (
    PasswordRefused,
    RecoveryRefused,
)
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.founding import vault_id_of
from shelter_app.vault.header import (
    CompartmentKey,
    FormerKey,
    Header,
    read_header,
    write_header,
)
from shelter_app.vault.header_change import Before, change_header, mend_header, note_journal_head, unannounced
from shelter_app.vault.kdf import KdfParams, calibrate
from shelter_app.vault.keyring import KeyRing, compartment_private
from shelter_app.vault.lock import held
from shelter_app.vault.new_keys import drop_former_keys
from shelter_app.vault.passwords import check_password
from shelter_app.vault.recovery import SheetSet, join_sheets, make_sheets, read_sheet, set_number
from shelter_app.vault.rights import SEALED_COMPARTMENTS, Compartment, Right, Role
from shelter_app.vault.slots import Slot, new_slot, proves, seal_key, unseal_keys
from shelter_app.vault.unlocking import open_header, unlock
from shelter_app.vault.users import (
    add_user,
    change_password,
    clean_name,
    cost_like,
    disable_user,
    enable_user,
    give_keys,
    grant,
    raise_cost,
    refuse_taken_name,
    reset_user,
    timestamp,
)
from shelter_i18n import N_

__all__ = [
    "Created",
    "add_user",
    "change_password",
    "check_sheets",
    "create_vault",
    "disable_user",
    "drop_former_keys",
    "enable_user",
    "grant",
    "mend_header",
    "note_journal_head",
    "open_header",
    "raise_cost",
    "recover",
    "renew_sheets",
    "reset_user",
    "unlock",
    "unlock_with_sheets",
]

_ANCHOR_BYTES = 32


@dataclass(frozen=True)
class Created:
    """A new vault, unlocked by its creator, with the words of each recovery sheet to print now."""

    keyring: KeyRing
    folder: VaultFolder
    recovery: tuple[tuple[str, ...], ...] = field(repr=False)


_REPLACED = N_(
    "These recovery sheets were replaced by new ones on {day}. Use the sheets that were made then; the old ones open "
    "only backups from before."
)
_ONE_REPLACED = N_(
    "Sheet {sheet} was replaced by a new one on {day}, the others were not. Use sheets that were made on the same day."
)


def _recovery_slot(vault_id: str, sheets: SheetSet, anchor: bytes | bytearray, created: str) -> Slot:
    slot, own = new_slot(
        vault_id=vault_id,
        kind="recovery",
        name="",
        role=Role.ADMINISTRATOR,
        secret=sheets.secret,
        kdf=None,
        anchor=anchor,
        created=created,
        split=(sheets.threshold, len(sheets.words)),
        slot_id=secrets.token_hex(14) + f"{sheets.number:04x}",
    )
    own.wipe()
    return slot


def create_vault(
    path: Path,
    *,
    post: str,
    post_name: str = "",
    user: str,
    password: str,
    role: Role = Role.ADMINISTRATOR,
    kdf: KdfParams | None = None,
    demo: bool = False,
    allow_weak: bool = False,
    threshold: int = 2,
    shares: int = 3,
    now: datetime | None = None,
) -> Created:
    """Make the folder and the keys of a new vault; the creator and the recovery sheets hold every key.

    Without `kdf` the password check is calibrated to about one second here. A vault with cheaper keys than
    real data needs is made only with `demo` or, for tests, `allow_weak`; the header says so for ever.

    Raises:
        FolderNotEmpty, NoWritePermission, DiskFull: choose another folder.
        NameRefused, PasswordRefused, PasswordTooWeak: choose another name or password.
        RecoveryRefused: `threshold` of `shares` is no useful split.
    """
    user = clean_name(user)
    check_password(password, (user, post, post_name), demo=demo, test=allow_weak)
    params = kdf or calibrate()
    if not params.readable or not (params.strong or demo or allow_weak):
        raise PasswordRefused(
            N_("The password check of a vault with real data needs at least 64 MiB and three passes.")
        )
    sheets = make_sheets(threshold, shares)
    signing = secrets.token_bytes(32)
    vault_id = vault_id_of(ed25519_public(signing))
    anchor = secrets.token_bytes(_ANCHOR_BYTES)
    created = timestamp(now)
    slot, own = new_slot(
        vault_id=vault_id,
        kind="user",
        name=user,
        role=role,
        secret=password,
        kdf=params,
        anchor=anchor,
        created=created,
        signing=signing,
    )
    recovery = _recovery_slot(vault_id, sheets, anchor, created)
    keys = {name: {1: bytearray(secrets.token_bytes(32))} for name in Compartment}
    for name in Compartment:
        slot = seal_key(slot, name, 1, keys[name][1], anchor=anchor, vault_id=vault_id)
        recovery = seal_key(recovery, name, 1, keys[name][1], anchor=anchor, vault_id=vault_id)
    header = Header(
        vault_id=vault_id,
        post=post,
        post_name=post_name,
        created=created,
        compartments={
            name: CompartmentKey(1, x25519_public(compartment_private(keys[name][1])))
            for name in SEALED_COMPARTMENTS
        },
        slots=(slot, recovery),
        demo=demo,
        test=allow_weak and not demo,
    )
    folder = VaultFolder(path)
    folder.create_folder()
    keyring = KeyRing(header, slot, own, keys)
    try:
        with held(folder):
            keyring.header = write_header(folder, header, keyring.header_mac_key())
    except BaseException:
        # Half a vault would only be in the way of the next attempt.
        folder.discard_unfinished()
        raise
    return Created(keyring, folder, sheets.words)


def _replaced_on(header: Header, number: int) -> date | None:
    """When the set of sheets of this number was replaced; None where it never was of this vault, as far as is known."""
    for former in header.former:
        if former.slot.endswith(f"{number:04x}") and header.slot(former.slot) is None:
            return datetime.fromisoformat(former.until).astimezone().date()
    return None


def _say_replaced(folder: VaultFolder, shares: Sequence[str | Sequence[str]]) -> None:
    """Refuse sheets of which some or all were replaced by newer ones, with the day on which that was done."""
    header = read_header(folder).header
    numbers = [set_number(read_sheet(typed, place)) for place, typed in enumerate(shares, start=1)]
    days = [_replaced_on(header, number) for number in numbers]
    if len(set(numbers)) == 1 and days[0] is not None:
        raise RecoveryRefused(_REPLACED, day=days[0])
    for place, day in enumerate(days, start=1):
        if day is not None:
            raise RecoveryRefused(_ONE_REPLACED, sheet=place, day=day)


def _joined(folder: VaultFolder, shares: Sequence[str | Sequence[str]]) -> bytes:
    """The secret of the sheets as typed; those of different sets are refused with what can be said of them."""
    try:
        return join_sheets(shares)
    except RecoveryRefused as refused:
        if refused.sheet is None and len(shares) > 1:
            _say_replaced(folder, shares)
        raise


def _recovery_ring(folder: VaultFolder, secret: bytes, shares: Sequence[str | Sequence[str]]) -> KeyRing:
    """The key ring of the recovery slot, from whichever copy of the header the sheets open."""
    for copy in read_header(folder).copies:
        slot = copy.header.recovery
        if slot is not None and proves(slot, secret):
            return open_header(copy, slot, secret)
    _say_replaced(folder, shares)
    raise RecoveryRefused


def check_sheets(folder: VaultFolder, shares: Sequence[str | Sequence[str]]) -> bool:
    """Whether these sheets would open the vault: a drill that opens and changes nothing.

    Raises:
        RecoveryRefused: a word is wrong, sheets are missing, or they do not belong together.
    """
    secret = _joined(folder, shares)
    slot = read_header(folder).header.recovery
    return slot is not None and proves(slot, secret)


def try_sheets(folder: VaultFolder, shares: Sequence[str | Sequence[str]]) -> None:
    """Pass if these sheets would open the vault; `check_sheets` that says why they would not.

    Raises:
        RecoveryRefused: a word is wrong, sheets are missing, were replaced, or belong to another vault.
    """
    if not check_sheets(folder, shares):
        _say_replaced(folder, shares)
        raise RecoveryRefused


def unlock_with_sheets(folder: VaultFolder, shares: Sequence[str | Sequence[str]]) -> KeyRing:
    """The keys that the recovery sheets hold: all of them, and a signature key of their own.

    Raises:
        RecoveryRefused: the sheets do not open this vault; the message says what to look at.
    """
    keyring = _recovery_ring(folder, _joined(folder, shares), shares)
    keyring.needs_mending = read_header(folder).needs_mending
    return keyring


def recover(
    folder: VaultFolder,
    by: KeyRing,
    *,
    new_user: str,
    password: str,
    now: datetime | None = None,
    slot_id: str | None = None,
    before: Before = unannounced,
) -> KeyRing:
    """Make a new administrator who holds every key, with what `unlock_with_sheets` gave.

    The sheets stay valid until new ones are made (`renew_sheets`). Nobody else's slot is touched.

    Raises:
        NameRefused, PasswordRefused, PasswordTooWeak: choose another name or password.
        VaultInUse: another program has it open.
    """
    name = clean_name(new_user)
    with held(folder):
        header = by.header
        refuse_taken_name(header, name)
        check_password(password, (name, header.post, header.post_name), demo=header.demo, test=header.test)
        slot, own = new_slot(
            vault_id=header.vault_id,
            kind="user",
            name=name,
            role=Role.ADMINISTRATOR,
            secret=password,
            kdf=cost_like(header, None),
            anchor=by.anchor,
            created=timestamp(now),
            slot_id=slot_id,
        )
        slot = give_keys(slot, by, frozenset(Compartment))
        changed = change_header(folder, by, lambda present: present.with_slot(slot), before)
    return KeyRing(changed, slot, own, unseal_keys(slot, own, vault_id=header.vault_id))


def renew_sheets(
    folder: VaultFolder,
    by: KeyRing,
    *,
    threshold: int = 2,
    shares: int = 3,
    prepared: SheetSet | None = None,
    now: datetime | None = None,
    before: Before = unannounced,
) -> tuple[tuple[str, ...], ...]:
    """New recovery sheets to print; the earlier ones open nothing any more, apart from earlier backups.

    With `prepared` they are those that `make_sheets` made and that lie on paper already.

    Raises:
        NotYours: `by` may not manage users.
        KeyNotHeld: `by` does not hold every key, so the sheets could not either.
        RecoveryRefused: `threshold` of `shares` is no useful split.
    """
    by.require(Right.MANAGE_USERS)
    sheets = prepared or make_sheets(threshold, shares)
    moment = timestamp(now)
    slot = _recovery_slot(by.vault_id, sheets, by.anchor, moment)
    slot = give_keys(slot, by, frozenset(Compartment))

    def renewed(header: Header) -> Header:
        old = header.recovery
        former = header.former if old is None else (*header.former, FormerKey(old.id, old.epub, moment))
        return replace(header, slots=(*header.users, slot), former=former)

    change_header(folder, by, renewed, before)
    return sheets.words
