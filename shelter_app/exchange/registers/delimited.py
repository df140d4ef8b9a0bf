"""Registers as text: which character set, which separator, and the records.

The character set is decided for the whole file and never line by line: two lines of a file in GB18030 can be
valid UTF-8 by chance. GB18030 accepts nearly anything, so it is never certain and always shown for a choice.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from shelter_app.exchange.registers.cells import Cell, RegisterFile, Sheet, text_cell
from shelter_app.exchange.registers.errors import (
    EncodingUnclearError,
    MalformedTextError,
    NullBytesError,
    TooLargeError,
    TooManyCellsError,
    TooManyRowsError,
)

__all__ = ["ENCODINGS", "MAX_CELLS", "MAX_ROWS", "MAX_TEXT_BYTES", "detect_encoding", "read_text_register"]

MAX_ROWS = 200_000
#: As many rows with 20 columns; a cell takes about 100 bytes while a file is read.
MAX_CELLS = 4_000_000
MAX_TEXT_BYTES = 64 * 1024 * 1024
_CELL_LIMIT = 131_072
_CHUNK = 1 << 20
_SEPARATORS = (",", ";", "\t", "|", "，")  # noqa: RUF100 - a full-width comma is met in practice
#: Character sets that can be chosen by hand, with their Python names.
ENCODINGS = {
    "utf-8": "utf-8-sig",
    "gb18030": "gb18030",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "big5": "big5hkscs",
    "windows-1252": "cp1252",
    "windows-1258": "cp1258",
}
#: Characters that Chinese text has no use for: a sign that another character set was meant.
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


def read_text_register(path: Path, *, encoding: str | None = None) -> RegisterFile:
    """The register in a text file, in the character set given or found.

    Raises:
        RegisterError: too large, of unclear characters, damaged or badly quoted; nothing is read by halves.
    """
    size = path.stat().st_size
    if size > MAX_TEXT_BYTES:
        raise TooLargeError(name=path.name, size=size >> 20, limit=MAX_TEXT_BYTES >> 20)
    certain = True
    others: tuple[str, ...] = ()
    if encoding is None:
        encoding, certain, others = detect_encoding(path)
    elif encoding not in ENCODINGS:
        raise EncodingUnclearError(name=path.name)
    try:
        with _open_text(path, encoding) as text:
            separator = _separator(text)
        with _open_text(path, encoding) as text:
            rows = tuple(_records(text, separator, path.name))
    except UnicodeError:
        raise EncodingUnclearError(name=path.name) from None
    while rows and all(cell.blank for cell in rows[-1]):
        rows = rows[:-1]
    return RegisterFile(
        path.name,
        "text",
        (Sheet("", rows),),
        encoding,
        certain,
        separator,
        tuple(n for n in others if n != encoding),
    )


def _open_text(path: Path, encoding: str) -> TextIO:
    """The file as text, after a byte order mark."""
    stream = path.open(encoding=ENCODINGS[encoding], errors="strict", newline="")
    if encoding.startswith("utf-16") and stream.read(1) != "\ufeff":
        stream.seek(0)
    return stream


def detect_encoding(path: Path) -> tuple[str, bool, tuple[str, ...]]:
    """The character set of the whole file, whether it is certain, and which others would fit as well.

    In this order: a byte order mark; UTF-16 by its zero bytes; strict UTF-8; strict GB18030.

    Raises:
        NullBytesError: zero bytes that are not UTF-16.
        EncodingUnclearError: none of them fits.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
    if head.startswith(codecs.BOM_UTF8):
        return _proved(path, "utf-8")
    if head.startswith(codecs.BOM_UTF16_LE):
        return _proved(path, "utf-16-le")
    if head.startswith(codecs.BOM_UTF16_BE):
        return _proved(path, "utf-16-be")
    zeros, first_zero = _zero_bytes(path)
    if sum(zeros):
        guess = "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
        wide = path.stat().st_size % 2 == 0 and min(zeros) * 20 < max(zeros)
        if wide and max(zeros) * 50 > path.stat().st_size and _fits(path, guess) and _has_lines(path, guess):
            return guess, True, ()
        raise NullBytesError(name=path.name, row=first_zero)
    if _fits(path, "utf-8"):
        with path.open("rb") as stream:
            ascii_only = all(chunk.isascii() for chunk in iter(lambda: stream.read(_CHUNK), b""))
        return "utf-8", True, ("gb18030",) if not ascii_only and _fits(path, "gb18030") else ()
    if _fits(path, "gb18030"):
        return "gb18030", False, tuple(n for n in ("big5", "windows-1252", "windows-1258") if _fits(path, n))
    raise EncodingUnclearError(name=path.name)


def _proved(path: Path, encoding: str) -> tuple[str, bool, tuple[str, ...]]:
    if not _fits(path, encoding):
        raise EncodingUnclearError(name=path.name)
    return encoding, True, ()


def _zero_bytes(path: Path) -> tuple[tuple[int, int], int]:
    """How many zero bytes stand at even and odd places, and in which line the first is."""
    even = odd = 0
    line, first = 1, 0
    with path.open("rb") as stream:
        for chunk in iter(lambda: stream.read(_CHUNK), b""):
            if b"\0" in chunk:
                even += chunk[0::2].count(0)
                odd += chunk[1::2].count(0)
                if not first:
                    first = line + chunk[: chunk.index(0)].count(b"\n")
            line += chunk.count(b"\n")
    return (even, odd), first


def _fits(path: Path, encoding: str) -> bool:
    """Whether every byte of the file is read in `encoding`, without characters nobody writes."""
    decoder = codecs.getincrementaldecoder(ENCODINGS[encoding])("strict")
    odd = 0
    try:
        with path.open("rb") as stream:
            for chunk in iter(lambda: stream.read(_CHUNK), b""):
                odd += len(_PRIVATE.findall(decoder.decode(chunk)))
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return odd == 0


def _has_lines(path: Path, encoding: str) -> bool:
    """Whether a line ends somewhere: read two bytes at a time, a text of single bytes has no ends of lines."""
    with path.open(encoding=ENCODINGS[encoding], newline="") as text:
        return any("\n" in chunk or "\r" in chunk for chunk in iter(lambda: text.read(_CHUNK), ""))


def _separator(text: TextIO) -> str:
    """The character that cuts most of the first lines into the same number of cells."""
    sample = "".join(islice(text, 200))
    first = sample.split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    best, separator = 0, ","
    for candidate in _SEPARATORS:
        try:
            widths = [
                len(record)
                for record in csv.reader(io.StringIO(sample, newline=""), delimiter=candidate)
                if record
            ]
        except csv.Error:
            continue
        width, times = (
            Counter(w for w in widths if w > 1).most_common(1)[0] if any(w > 1 for w in widths) else (0, 0)
        )
        if width * times > best:
            best, separator = width * times, candidate
    return separator


def _records(text: TextIO, separator: str, name: str) -> Iterator[tuple[Cell, ...]]:
    """Record after record; a blank line is a record without cells."""
    previous = csv.field_size_limit(_CELL_LIMIT)
    reader = csv.reader(text, delimiter=separator, strict=True)
    count = cells = 0
    cached: dict[str, Cell] = {}
    try:
        for record in reader:
            count += 1
            if count > MAX_ROWS:
                raise TooManyRowsError(name=name, limit=MAX_ROWS)
            cells += len(record)
            if cells > MAX_CELLS:
                raise TooManyCellsError(name=name, limit=MAX_CELLS)
            row = []
            for value in record:
                if "\0" in value:
                    raise NullBytesError(name=name, row=reader.line_num)
                cell = cached.get(value)
                if cell is None:
                    cell = text_cell(value)
                    if len(cached) < 50_000:
                        cached[value] = cell
                row.append(cell)
            yield tuple(row)
    except csv.Error:
        raise MalformedTextError(name=name, row=reader.line_num) from None
    finally:
        csv.field_size_limit(previous)
