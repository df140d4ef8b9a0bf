"""Hands that change a finished package: some on its way, and some of an office that signs what it changed."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

from shelter_app.anonymise.release import Cell, ProtectedRelease
from shelter_app.casework.package_check import verify_packages
from shelter_app.exchange.package import MANIFEST, SIGNATURE, sealed, signed
from shelter_app.exchange.pool_keys import PoolKeys
from tests.app.package.package_world import ABOUT, OFFICE, RECEIVER, files_of, release_of

Files = dict[str, bytes]
STEM = "summary-KM-03-2025-H2"
PDF, XLSX, DESCRIPTION = f"{STEM}.pdf", f"{STEM}.xlsx", "datapackage.json"


def canonical(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def changed_json(files: Files, name: str, change: Callable[[Any], Any]) -> Files:
    body = json.loads(files[name])
    change(body)
    return files | {name: canonical(body)}


def resigned(files: Files, office: PoolKeys = OFFICE) -> Files:
    """The office signs the list of files as it is now."""
    return files | {SIGNATURE: signed(files[MANIFEST], office)}


def resealed(files: Files, office: PoolKeys = OFFICE) -> Files:
    """The office lists the files as they are now, in both lists, and signs again."""

    def describe(body: Any) -> None:
        for resource in body["resources"]:
            data = files.get(resource["path"])
            if data is not None:
                resource.update(bytes=len(data), hash=f"sha256:{hashlib.sha256(data).hexdigest()}")

    files = changed_json(files, DESCRIPTION, describe)

    def enlist(body: Any) -> None:
        body["files"] = {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            for name, data in files.items()
            if name not in (MANIFEST, SIGNATURE)
        }

    return resigned(changed_json(files, MANIFEST, enlist), office)


def with_cell(
    release: ProtectedRelease, table_id: str, row: str, cell: Cell, column: str = ""
) -> ProtectedRelease:
    """The release with another cell."""
    tables = []
    for table in release.tables:
        if table.id == table_id:
            at = [each.code for each in table.rows].index(row)
            codes = [each.code for each in table.columns]
            place = codes.index(column) if column else len(codes) - 1
            lines = [list(line) for line in table.cells]
            lines[at][place] = cell
            tables.append(dataclasses.replace(table, cells=tuple(tuple(line) for line in lines)))
        else:
            tables.append(table)
    kinds = [cell.kind for table in tables for _, _, cell in table.walk()]
    counts = dataclasses.replace(
        release.counts, shown=kinds.count("shown"), small=kinds.count("small"), hidden=kinds.count("hidden")
    )
    return dataclasses.replace(release, tables=tuple(tables), counts=counts)


def first_cell(kind: str, table_id: str = "") -> tuple[str, str, str]:
    """Where the first cell of a kind stands."""
    for table in release_of().tables:
        for row, column, cell in table.walk():
            if cell.kind == kind and row.role == "item" and table_id in ("", table.id):
                return table.id, row.code, column.code
    raise LookupError(kind)


def in_csv(files: Files, table_id: str, change: Callable[[list[str]], list[str]]) -> Files:
    """The lines of one CSV file changed (without its end of line)."""
    name = f"{STEM}-{table_id}.csv"
    lines = files[name].decode("utf-8").split("\r\n")
    return files | {name: "\r\n".join(change(lines)).encode()}


def in_xlsx(files: Files, change: Callable[[dict[str, bytes]], None]) -> Files:
    """The parts of the workbook changed, and packed again as the program packs them."""
    with zipfile.ZipFile(io.BytesIO(files[XLSX])) as archive:
        parts = {each.filename: archive.read(each) for each in archive.infolist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return files | {XLSX: out.getvalue()}


def replaced(part: str, old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    """A change of one part of the workbook."""

    def change(parts: dict[str, bytes]) -> None:
        text = parts[part].decode()
        assert old in text
        parts[part] = text.replace(old, new, 1).encode()

    return change


def in_pdf(files: Files, name: str, change: Callable[[bytes], bytes], number: int) -> Files:
    """One object of a PDF changed, and the list of objects brought up to it, as a careful hand would do."""
    data = files[name]
    pattern = re.compile(rb"(?<=\n)%d 0 obj\n.*?endobj\n" % number, re.DOTALL)
    match = pattern.search(data)
    assert match
    new = change(match[0])
    assert new != match[0]
    data = data[: match.start()] + new + data[match.end() :]
    return files | {name: with_offsets(data)}


def with_offsets(data: bytes) -> bytes:
    """The PDF with right offsets in its list of objects."""
    start = data.rindex(b"xref\n0 ")
    offsets = {int(m[1]): m.start() for m in re.finditer(rb"(?<=\n)(\d+) 0 obj\n", data[:start])}
    lines = [b"0000000000 65535 f "] + [b"%010d 00000 n " % offsets[number] for number in sorted(offsets)]
    tail = data[data.index(b"trailer\n", start) :]
    tail = re.sub(rb"startxref\n\d+", b"startxref\n%d" % start, tail)
    return data[:start] + b"xref\n0 %d\n" % (len(offsets) + 1) + b"\n".join(lines) + b"\n" + tail


def only(name: str, release: ProtectedRelease) -> Callable[[Files], Files]:
    """One file as the program writes it for another release, the others as they are."""
    return lambda files: resealed(files | {name: files_of(release)[name]})


def checked(tmp_path, data, offices=(OFFICE.public,)):
    """What the receiver, who knows these offices, finds about a package."""
    path = tmp_path / "x.tar.age"
    path.write_bytes(data)
    [report] = verify_packages([path], RECEIVER, offices)
    return report


def packed(files):
    """The package that the receiver gets."""
    return sealed(files, ABOUT["made_on"], RECEIVER.public)
