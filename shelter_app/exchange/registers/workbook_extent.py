"""How far a workbook reaches, found before it is read.

The reader lays a sheet out from its first to its furthest cell, used or not. One forgotten cell in the last
corner of a sheet asks for 500 GB, which ends the program on the spot and cannot be caught.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Final

from shelter_app.exchange.registers.errors import SprawlingSheetError, TooManyRowsError

__all__ = ["MAX_CELLS", "refuse_sprawling"]

#: Used or not: 200,000 rows of 50 columns, which take about 400 MB while they are read.
MAX_CELLS: Final = 10_000_000
_CHUNK: Final = 1 << 20
#: What may stand across the border of two chunks.
_OVERLAP: Final = 256
_PLACE: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
#: Longer than any place in a sheet.
_FAR: Final = 10**9


def refuse_sprawling(content: bytes, name: str, max_rows: int) -> None:
    """Pass if every sheet of a workbook (.xlsx) can be laid out.

    Raises:
        TooManyRowsError, SprawlingSheetError
        zipfile.BadZipFile, OSError: it cannot be unpacked.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            if part.startswith("xl/") and part.endswith(".xml") and not part.endswith("sharedStrings.xml"):
                with archive.open(part) as stream:
                    _check(*_furthest(stream), name, max_rows)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    tail = b""
    while chunk := stream.read(_CHUNK):
        yield tail + chunk
        tail = chunk[-_OVERLAP:]


def _number(digits: bytes) -> int:
    return int(digits) if len(digits) < 10 else _FAR


def _furthest(stream: IO[bytes]) -> tuple[int, bytes]:
    """The last row that is named in a sheet, and the letters of its last column."""
    row, column = 0, b""
    for chunk in _chunks(stream):
        for letters, digits in _PLACE.findall(chunk):
            row = max(row, _number(digits))
            if len(letters) >= len(column):
                column = max(column, letters.upper(), key=lambda each: (len(each), each))
    return row, column


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:7]:
        number = number * 26 + letter - 64
    return number


def _check(rows: int, letters: bytes, name: str, max_rows: int) -> None:
    columns = _column(letters)
    if rows > max_rows * 2 and columns <= MAX_CELLS // (max_rows * 2):
        raise TooManyRowsError(name=name, limit=max_rows)
    if rows * columns > MAX_CELLS:
        raise SprawlingSheetError(name=name, cell=f"{letters[:7].decode()}{rows}")
