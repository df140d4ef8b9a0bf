"""The bytes of one copy of the header, and reading them without believing anything.

A copy is four lines: the format, the content as canonical JSON, a MAC under a key from the store key, and a
SHA-256 of all before it. The digest tells damage before any password is asked for; the MAC, checked after
the password, tells that somebody without the store key changed something. The digest line is the same in
every future format, so that damage is never taken for a newer version.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from shelter_app.vault.errors import HeaderDamaged, NewerVersion
from shelter_app.vault.header_content import FORMAT, CompartmentKey, FormerKey, Header, JournalHead
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.rights import Compartment, Role
from shelter_app.vault.slots import Slot

__all__ = ["MOST_BYTES", "HeaderCopy", "decode_header", "encode_header"]

#: No header is longer; what claims to be is not read.
MOST_BYTES = 4 * 1024 * 1024
_MAGIC = b"shelter-vault "


@dataclass(frozen=True)
class HeaderCopy:
    """One sound copy: what it says, and what the MAC covers."""

    header: Header
    body: bytes
    mac: bytes

    def authentic(self, mac_key: bytes | bytearray) -> bool:
        """Whether somebody with the store key wrote this."""
        return hmac.compare_digest(hmac.digest(mac_key, self.body, hashlib.sha256), self.mac)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _slot_json(slot: Slot) -> dict[str, Any]:
    return {
        "id": slot.id,
        "kind": slot.kind,
        "name": slot.name,
        "role": slot.role.value,
        "kdf": None
        if slot.kdf is None
        else {
            "memory_kib": slot.kdf.memory_kib,
            "passes": slot.kdf.passes,
            "lanes": slot.kdf.lanes,
            "salt": _b64(slot.kdf.salt),
        },
        "wrapped": _b64(slot.wrapped),
        "commit": _b64(slot.commit),
        "xpub": _b64(slot.xpub),
        "epub": _b64(slot.epub),
        "sealed": {
            name.value: {str(epoch): _b64(box) for epoch, box in boxes.items()}
            for name, boxes in slot.sealed.items()
        },
        "must_change": slot.must_change,
        "created": slot.created,
        "disabled": slot.disabled,
        "split": list(slot.split) if slot.split else None,
    }


def encode_header(header: Header, mac_key: bytes | bytearray) -> bytes:
    """The bytes of one copy."""
    content = {
        "vault_id": header.vault_id,
        "post": header.post,
        "post_name": header.post_name,
        "created": header.created,
        "seq": header.seq,
        "store_epoch": header.store_epoch,
        "compartments": {
            name.value: {"epoch": key.epoch, "public": _b64(key.public)}
            for name, key in header.compartments.items()
        },
        "slots": [_slot_json(slot) for slot in header.slots],
        "demo": header.demo,
        "test": header.test,
        "journal_head": {
            device: {"number": head.number, "digest": head.digest}
            for device, head in header.journal_head.items()
        },
        "former": [{"slot": f.slot, "epub": _b64(f.epub), "until": f.until} for f in header.former],
        "rotation_due": header.rotation_due,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    body = _MAGIC + b"%d\n" % header.format + text.encode("ascii") + b"\n"
    checked = body + b"mac " + hmac.digest(mac_key, body, hashlib.sha256).hex().encode() + b"\n"
    return checked + b"sha256 " + hashlib.sha256(checked).hexdigest().encode() + b"\n"


class _Fields:
    """Reads the members of a JSON object, each of the right type and none too many."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise HeaderDamaged
        self._members: dict[str, Any] = dict(value)

    def _take(self, name: str, kind: type) -> Any:
        value = self._members.pop(name, None)
        if type(value) is not kind:
            raise HeaderDamaged
        return value

    def text(self, name: str) -> str:
        text = str(self._take(name, str))
        text.encode()  # half a character, which JSON can spell, is a ValueError
        return text

    def number(self, name: str) -> int:
        number = int(self._take(name, int))
        if not 0 <= number < 2**53:
            raise HeaderDamaged
        return number

    def flag(self, name: str) -> bool:
        return bool(self._take(name, bool))

    def data(self, name: str) -> bytes:
        return _unb64(self._take(name, str))

    def items(self, name: str) -> list[Any]:
        return list(self._take(name, list))

    def members(self, name: str) -> dict[str, Any]:
        members = dict(self._take(name, dict))
        "".join(members).encode()
        return members

    def optional(self, name: str) -> Any:
        if name not in self._members:
            raise HeaderDamaged
        return self._members.pop(name)

    def end(self) -> None:
        if self._members:
            raise HeaderDamaged


def _unb64(value: object) -> bytes:
    if not isinstance(value, str):
        raise HeaderDamaged
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise HeaderDamaged from error


def _kdf(value: object) -> KdfParams:
    fields = _Fields(value)
    params = KdfParams(
        memory_kib=fields.number("memory_kib"),
        passes=fields.number("passes"),
        lanes=fields.number("lanes"),
        salt=fields.data("salt") or b"\0",
    )
    fields.end()
    if not params.readable:
        raise HeaderDamaged
    return params


def _sealed(value: dict[str, Any]) -> dict[Compartment, dict[int, bytes]]:
    sealed: dict[Compartment, dict[int, bytes]] = {}
    for name, boxes in value.items():
        if not isinstance(boxes, dict) or not all(epoch.isdecimal() for epoch in boxes):
            raise HeaderDamaged
        sealed[Compartment(name)] = {int(epoch): _unb64(box) for epoch, box in boxes.items()}
    return sealed


def _slot(value: object) -> Slot:
    fields = _Fields(value)
    kind = fields.text("kind")
    kdf = fields.optional("kdf")
    split = fields.optional("split")
    if kind not in {"user", "recovery"} or (kdf is None) != (kind == "recovery"):
        raise HeaderDamaged
    if split is not None and not (
        isinstance(split, list) and len(split) == 2 and all(type(part) is int for part in split)
    ):
        raise HeaderDamaged
    slot = Slot(
        id=fields.text("id"),
        kind="user" if kind == "user" else "recovery",
        name=fields.text("name"),
        role=Role(fields.text("role")),
        kdf=None if kdf is None else _kdf(kdf),
        wrapped=fields.data("wrapped"),
        commit=fields.data("commit"),
        xpub=fields.data("xpub"),
        epub=fields.data("epub"),
        sealed=_sealed(fields.members("sealed")),
        must_change=fields.flag("must_change"),
        created=fields.text("created"),
        disabled=fields.flag("disabled"),
        split=None if split is None else (split[0], split[1]),
    )
    fields.end()
    if len(slot.xpub) != 32 or len(slot.epub) != 32 or len(slot.commit) != 32:
        raise HeaderDamaged
    return slot


def _compartment(value: object) -> CompartmentKey:
    fields = _Fields(value)
    key = CompartmentKey(fields.number("epoch"), fields.data("public"))
    fields.end()
    if len(key.public) != 32:
        raise HeaderDamaged
    return key


def _former(value: object) -> FormerKey:
    fields = _Fields(value)
    former = FormerKey(fields.text("slot"), fields.data("epub"), fields.text("until"))
    fields.end()
    return former


def _journal_head(value: object) -> JournalHead:
    fields = _Fields(value)
    head = JournalHead(fields.number("number"), fields.text("digest"))
    fields.end()
    return head


def _content(text: bytes) -> Header:
    fields = _Fields(json.loads(text))
    due = fields.optional("rotation_due")
    if due is not None and not isinstance(due, str):
        raise HeaderDamaged
    header = Header(
        vault_id=fields.text("vault_id"),
        post=fields.text("post"),
        post_name=fields.text("post_name"),
        created=fields.text("created"),
        seq=fields.number("seq"),
        store_epoch=fields.number("store_epoch"),
        compartments={
            Compartment(name): _compartment(key) for name, key in fields.members("compartments").items()
        },
        slots=tuple(_slot(slot) for slot in fields.items("slots")),
        demo=fields.flag("demo"),
        test=fields.flag("test"),
        journal_head={device: _journal_head(head) for device, head in fields.members("journal_head").items()},
        former=tuple(_former(entry) for entry in fields.items("former")),
        rotation_due=due,
    )
    fields.end()
    if len({slot.id for slot in header.slots}) != len(header.slots):
        raise HeaderDamaged
    weak_allowed = header.demo or header.test
    if not weak_allowed and any(slot.kdf is not None and not slot.kdf.strong for slot in header.slots):
        raise HeaderDamaged
    return header


def decode_header(data: bytes) -> HeaderCopy:
    """What the bytes of one copy say.

    Raises:
        HeaderDamaged: any byte differs from what was written, or the content breaks a rule.
        NewerVersion: the copy is sound and of a format that this program does not know.
    """
    if len(data) > MOST_BYTES:
        raise HeaderDamaged
    lines = data.split(b"\n")
    digest = hashlib.sha256(b"\n".join(lines[:-2]) + b"\n").hexdigest().encode()
    if len(lines) < 4 or lines[-1] or not hmac.compare_digest(lines[-2], b"sha256 " + digest):
        raise HeaderDamaged
    number = lines[0].removeprefix(_MAGIC)
    if not lines[0].startswith(_MAGIC) or not number.isdigit() or len(number) > 6:
        raise HeaderDamaged
    if int(number) > FORMAT:
        raise NewerVersion(found=int(number), known=FORMAT)
    if int(number) != FORMAT or len(lines) != 5 or not lines[2].startswith(b"mac "):
        raise HeaderDamaged
    try:
        mac = bytes.fromhex(lines[2][4:].decode("ascii"))
        header = _content(lines[1])
    except (ValueError, RecursionError) as error:
        raise HeaderDamaged from error
    return HeaderCopy(header, lines[0] + b"\n" + lines[1] + b"\n", mac)
