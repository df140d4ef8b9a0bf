"""Inputs that nobody would write: real files changed at random, with and without regard for what they mean."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
from typing import Any

__all__ = ["broken_bytes", "broken_header", "broken_json", "broken_workbook"]

#: What readers have stumbled over: limits of numbers, marks of direction, half characters, formulas, ends of files.
_TOKENS = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n\n", b'"', b'""', b"\t", b";", b",,,,,,", b"'",
    b"=1+1", b"=cmd|'/c calc'!A1", b"@SUM(1)", b"-1e999", b"1e308", b"9" * 400, b"0x7fffffff", b"-0", b"NaN",
    "\u202e\u202d\u2066".encode(), "\U0010ffff".encode(), b"\xed\xa0\x80", b"\xc3(", "𠀀".encode(), "，；".encode("gb18030"),
    b"<!ENTITY a 'b'>", b"]]>", b"&#0;", b"&#xD800;", b"../../etc/passwd", b"A" * 70_000, b"31/02/2026", b"2026-13-45",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, -(2**63), 10**400, 1.5, float("nan"), float("inf"), "", "\x00",
    "\ud800", "x" * 100_000, "\u202e", "../../x", "=1+1", [], {}, [[]], [None], {"": ""}, [0] * 5000, "AAAA", "9" * 5000,
)  # fmt: skip


def broken_bytes(data: bytes, rng: random.Random) -> bytes:
    """`data` with one to eight changes at random places."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at = rng.randrange(len(changed) + 1)
        match rng.randrange(7):
            case 0 if changed:
                changed[at % len(changed)] ^= 1 << rng.randrange(8)
            case 1:
                changed[at:at] = rng.choice(_TOKENS)
            case 2:
                del changed[at : at + rng.choice((1, 2, 16, 300))]
            case 3:
                del changed[at:]
            case 4:
                end = at + rng.choice((1, 8, 200))
                changed[at:at] = bytes(changed[at:end]) * rng.choice((1, 2, 40))
            case 5:
                changed[at : at + 4] = rng.randbytes(4)
            case 6:
                other = rng.randrange(len(changed) + 1)
                changed[at:at] = changed[other : other + 64]
    return bytes(changed)


def _deep(levels: int) -> Any:
    value: Any = "end"
    for _ in range(levels):
        value = [value]
    return value


def _break(value: Any, rng: random.Random, depth: int = 0) -> Any:
    """The same value with one thing in it changed."""
    if isinstance(value, dict) and value and (depth < 1 or rng.random() < 0.85):
        key = rng.choice(sorted(value))
        changed = dict(value)
        match rng.randrange(8):
            case 0:
                del changed[key]
            case 1:
                changed[rng.choice(("", "x", key + " ", "__class__", "9" * 40))] = changed[key]
            case _:
                changed[key] = _break(value[key], rng, depth + 1)
        return changed
    if isinstance(value, list) and value and rng.random() < 0.85:
        at = rng.randrange(len(value))
        match rng.randrange(6):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return [*value, value[at]]
            case 2:
                return value * rng.choice((2, 300))
            case _:
                return [*value[:at], _break(value[at], rng, depth + 1), *value[at + 1 :]]
    if isinstance(value, str) and value and rng.random() < 0.5:
        return broken_bytes(value.encode("utf-8", "surrogatepass"), rng)[:200_000].decode(
            "utf-8", "surrogateescape"
        )
    if isinstance(value, int) and rng.random() < 0.5:
        return value + rng.choice((-1, 1, 2**20, -(2**40)))
    if rng.random() < 0.1:
        return _deep(rng.choice((5, 200, 900)))
    return rng.choice(_VALUES)


def broken_json(text: bytes, rng: random.Random) -> bytes:
    """JSON with one or a few values changed, still JSON as Python writes it; now and then broken as bytes too."""
    value = json.loads(text)
    for _ in range(rng.choice((1, 1, 2, 4))):
        value = _break(value, rng)
    data = json.dumps(value).encode()
    if rng.random() < 0.05:
        deep = rng.choice((b"[", b'{"a":')) * 100_000
        return data.replace(b"1", deep, 1)
    return broken_bytes(data, rng) if rng.random() < 0.1 else data


def broken_header(data: bytes, rng: random.Random) -> bytes:
    """A header with changed content whose digest is right again, as somebody who knows the format would write it."""
    if rng.random() < 0.3:
        return broken_bytes(data, rng)
    first, content, mac, *_rest = data.split(b"\n")
    content = broken_json(content, rng)
    if rng.random() < 0.1:
        mac = broken_bytes(mac, rng)
    if rng.random() < 0.1:
        first = rng.choice(
            (b"shelter-vault 0", b"shelter-vault 2", b"shelter-vault 999999", b"shelter-vault \xb2", b"")
        )
    checked = b"\n".join((first, content, mac)) + b"\n"
    return checked + b"sha256 " + hashlib.sha256(checked).hexdigest().encode() + b"\n"


def broken_workbook(data: bytes, rng: random.Random) -> bytes:
    """A workbook with one of its files changed, missing, doubled or oversized, or broken as an archive."""
    if rng.random() < 0.3:
        return broken_bytes(data, rng)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(members))
    match rng.randrange(6):
        case 0:
            del members[name]
        case 1:
            members[rng.choice(("../x", "xl/workbook.xml ", "/etc/x", "x" * 300))] = members[name]
        case 2:
            members[name] = b""
        case 3:
            numbers = (
                b'r="XFD1048576"',
                b'r="A0"',
                b'r="ZZZZ1"',
                b'r="A99999999999"',
                b'r=""',
                b's="99999"',
                b't="s"',
            )
            members[name] = members[name].replace(b'r="A2"', rng.choice(numbers), 1)
        case _:
            members[name] = broken_bytes(members[name], rng)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for each, content in members.items():
            archive.writestr(each, content)
    return out.getvalue()
