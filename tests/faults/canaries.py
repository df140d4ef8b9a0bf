"""Words that stand nowhere by chance, and finding them however they may have been written down."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterator

__all__ = ["CANARIES", "TEXT", "encodings", "find"]

#: Latin, Chinese and Vietnamese; the Latin one is looked for in capitals and small letters alike.
CANARIES = ("Zyxwolqvrit", "䶮魈彧犇骉", "Nguỹngặtzừq")
#: What is typed into every field: all three, so that each field carries each.
TEXT = " ".join(CANARIES)
#: How much of a compressed stream is looked at, and how deep archives may lie in each other.
_LONGEST, _DEEPEST = 4 << 20, 3


def encodings(word: str) -> dict[str, tuple[bytes, ...]]:
    """Every way in which a word is looked for, by name."""
    raw = {
        "utf-8": word.encode(), "utf-16-le": word.encode("utf-16-le"), "utf-16-be": word.encode("utf-16-be"),
        "utf-32": word.encode("utf-32-le"), "gb18030": word.encode("gb18030"),
    }  # fmt: skip
    found = {name: (data,) for name, data in raw.items()}
    for name in ("utf-8", "utf-16-le"):
        found[f"hex of {name}"] = (raw[name].hex().encode(), raw[name].hex().upper().encode())
        found[f"base64 of {name}"] = tuple(_base64(raw[name]))
    found["json"] = (json.dumps(word).strip('"').encode(),)
    found["percent"] = (urllib.parse.quote(word).encode(),)
    return found


def _base64(data: bytes) -> Iterator[bytes]:
    """The characters that stand in base64 whatever comes before and after, for each of the three alignments."""
    for before in range(3):
        text = base64.b64encode(bytes(before) + data)
        first = -(-before * 4 // 3) if before else 0
        yield text[first + (1 if before else 0) : len(text) - 4]


_NEEDLES = [
    (word, name, needle.lower())
    for word in CANARIES
    for name, needles in encodings(word).items()
    for needle in needles
]  # fmt: skip


def find(data: bytes, depth: int = 0) -> list[str]:
    """Where canaries stand in these bytes: as they are, encoded, or inside compressed streams and archives."""
    small = data.lower()
    found = [f"{word} in {name}" for word, name, needle in _NEEDLES if needle in small]
    if depth < _DEEPEST:
        for kind, content in _streams(data):
            found += [f"{each}, {kind}" for each in find(content, depth + 1)]
    return sorted(set(found))


def _streams(data: bytes) -> Iterator[tuple[str, bytes]]:
    for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        content = _inflate(data[match.start() : match.start() + _LONGEST], 15)
        if content:
            yield "zlib", content
    for match in re.finditer(rb"\x1f\x8b\x08", data):
        content = _inflate(data[match.start() : match.start() + _LONGEST], 31)
        if content:
            yield "gzip", content
    # Members of an archive that is not there as a whole: after the name the raw deflate stream begins.
    for match in re.finditer(rb"PK\x03\x04", data):
        head = data[match.start() : match.start() + 30]
        if len(head) == 30:
            start = (
                match.start()
                + 30
                + int.from_bytes(head[26:28], "little")
                + int.from_bytes(head[28:30], "little")
            )
            content = _inflate(data[start : start + _LONGEST], -15)
            if content:
                yield "deflate", content


def _inflate(data: bytes, window: int) -> bytes:
    """As much as comes out; random bytes that only look like a stream soon end it."""
    unpacker = zlib.decompressobj(window)
    out = b""
    try:
        while data and len(out) < _LONGEST and not unpacker.eof:
            piece, data = data[:256], data[256:]
            out += unpacker.decompress(piece, _LONGEST)
    except zlib.error:
        pass
    return out if len(out) > 8 else b""


def written(text: str) -> dict[str, bytes]:
    """A text in each of the ways that are looked for, for the positive control."""
    data = text.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", data)
    return {
        "utf-8": data, "utf-16-le": text.encode("utf-16-le"), "utf-16-be": text.encode("utf-16-be"),
        "utf-32": text.encode("utf-32-le"), "gb18030": text.encode("gb18030"), "small letters": text.lower().encode(),
        "hex": data.hex().encode(), "hex of utf-16": text.encode("utf-16-le").hex().encode(),
        "base64": base64.b64encode(b"a" + data), "base64, shifted": base64.b64encode(b"ab" + data),
        "base64 of utf-16": base64.b64encode(text.encode("utf-16-le")), "json": json.dumps(text).encode(),
        "percent": urllib.parse.quote(text).encode(), "zlib": b"before" + zlib.compress(data) + b"after",
        "gzip": gzip.compress(data), "archive": out.getvalue(),
        "archive in zlib": zlib.compress(out.getvalue(), 9),
    }  # fmt: skip
