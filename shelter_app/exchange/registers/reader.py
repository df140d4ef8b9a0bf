"""Open a register of any kind by its content, whatever its name says."""

from __future__ import annotations

import zipfile
from pathlib import Path

from shelter_app.exchange.registers.cells import RegisterFile
from shelter_app.exchange.registers.delimited import read_text_register
from shelter_app.exchange.registers.errors import (
    DamagedFileError,
    FileNotReadableError,
    NameMismatchError,
    NotARegisterError,
)
from shelter_app.exchange.registers.workbook import read_workbook
from shelter_i18n import N_

__all__ = ["read_register"]

_WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et"}
_TEXTS = {".csv", ".txt", ".tsv", ".tab"}
#: First bytes of what is no register, and what a person calls it.
_OTHERS = (
    (b"%PDF", N_("a PDF document")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"GIF8", N_("a picture")),
    (b"Rar!", N_("an archive")),
    (b"7z\xbc\xaf", N_("an archive")),
    (b"\x1f\x8b", N_("an archive")),
    (b"SQLite format 3", N_("a database")),
    (b"MZ", N_("a program")),
    (b"\x7fELF", N_("a program")),
    (b"{\\rtf", N_("a text document")),
)
_WEB_PAGE = N_("a web page")
_ARCHIVE = N_("an archive")
_DOCUMENT = N_("a text document or presentation")
_WORKBOOK = N_("an Excel workbook")
_TEXT = N_("plain text")
_EMPTY = N_("empty")
_NO_FILE = N_("a folder or a device")


def read_register(path: Path, *, encoding: str | None = None, sheet: str | None = None) -> RegisterFile:
    """The register in the file: every row of every sheet.

    Args:
        path: an Excel workbook, an .ods file or a text with separators.
        encoding: the character set of a text file, one of `delimited.ENCODINGS`; None finds it.
        sheet: only this sheet of a workbook.

    Raises:
        RegisterError: it cannot be read whole; says where and what to do.
    """
    try:
        if path.exists() and not path.is_file():
            # A pipe or a device may never end.
            raise NotARegisterError(name=path.name or str(path), kind=_NO_FILE)
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError:
        raise FileNotReadableError(name=path.name) from None
    ending = path.suffix.lower()
    if not head.strip():
        raise NotARegisterError(name=path.name, kind=_EMPTY)
    for start, kind in _OTHERS:
        if head.startswith(start):
            raise NotARegisterError(name=path.name, kind=kind)
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        right = _workbook_ending(path, head)
        if ending in _TEXTS:
            raise NameMismatchError(name=path.name, kind=_WORKBOOK, ending=right)
        return read_workbook(path, sheet=sheet)
    start_text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start_text.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"mime-version")):
        raise NotARegisterError(name=path.name, kind=_WEB_PAGE)
    if ending in _WORKBOOKS:
        raise NameMismatchError(name=path.name, kind=_TEXT, ending=".csv")
    return read_text_register(path, encoding=encoding)


def _workbook_ending(path: Path, head: bytes) -> str:
    """The ending that the workbook should have; refuses archives and documents that hold no table."""
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return ".xls"
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError):
        raise DamagedFileError(name=path.name) from None
    if any(name.startswith("xl/") for name in names):
        return ".xlsx"
    if b"opendocument.spreadsheet" in head:
        return ".ods"
    documents = any(name.startswith(("word/", "ppt/")) for name in names) or b"opendocument" in head
    raise NotARegisterError(name=path.name, kind=_DOCUMENT if documents else _ARCHIVE)
