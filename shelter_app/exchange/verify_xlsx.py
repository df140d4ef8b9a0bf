"""The workbook of a package, read strictly: the parts, elements and attributes that the program writes, and no others.

So there can be no formula and no cached result, no hidden sheet, row or column, no remark, defined name, link, picture,
chart or macro, no text that no cell shows, and no bytes beside the parts.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

__all__ = ["BadWorkbook", "Workbook", "read_workbook"]

_MOST = 64 * 1024 * 1024
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:app|core)\.xml|xl/(?:workbook|sharedStrings|styles)\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/theme/theme1\.xml|xl/worksheets/sheet\d{1,3}\.xml"
)
#: For each kind of part its elements with their attributes; the theme is the same text in every workbook.
_ALLOWED: Mapping[str, Mapping[str, str]] = {
    "sheet": {
        "worksheet": "", "sheetPr": "", "pageSetUpPr": "fitToPage", "dimension": "ref", "sheetViews": "",
        "sheetView": "workbookViewId tabSelected showGridLines", "sheetFormatPr": "defaultRowHeight", "cols": "",
        "col": "width max min customWidth", "sheetData": "", "row": "r spans", "c": "s r t", "v": "",
        "pageMargins": "footer right bottom left top header", "pageSetup": "orientation fitToHeight paperSize",
        "pane": "state activePane ySplit topLeftCell xSplit", "selection": "activeCell pane sqref",
    },
    "workbook": {
        "workbook": "", "fileVersion": "lowestEdited lastEdited rupBuild appName", "workbookPr": "defaultThemeVersion",
        "bookViews": "", "workbookView": "yWindow windowWidth xWindow windowHeight", "sheets": "",
        "sheet": "id name sheetId", "calcPr": "fullCalcOnLoad calcId",
    },
    "sharedStrings": {"sst": "count uniqueCount", "si": "", "t": "space"},
    "core": {
        "coreProperties": "", "title": "", "creator": "", "description": "", "lastModifiedBy": "", "created": "type",
        "modified": "type",
    },
    "app": {
        "Properties": "", "Application": "", "DocSecurity": "", "ScaleCrop": "", "HeadingPairs": "",
        "vector": "size baseType", "variant": "", "lpstr": "", "i4": "", "TitlesOfParts": "", "Company": "",
        "LinksUpToDate": "", "SharedDoc": "", "HyperlinksChanged": "", "AppVersion": "",
    },
}  # fmt: skip
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


class BadWorkbook(Exception):
    """The file holds something that the program does not write; the text says what."""


@dataclass(frozen=True)
class Workbook:
    """What the sheets show, what the workbook says about itself, and every part unpacked."""

    sheets: Mapping[str, Mapping[tuple[int, int], str | int]]
    about: Mapping[str, str]
    parts: Mapping[str, bytes]


def read_workbook(data: bytes) -> Workbook:
    """The workbook in `data`.

    Raises:
        BadWorkbook
    """
    try:
        return _read(data)
    except (
        zipfile.BadZipFile,
        zlib.error,
        ET.ParseError,
        ValueError,
        KeyError,
        IndexError,
    ) as error:
        raise BadWorkbook("damaged") from error


def _read(data: bytes) -> Workbook:
    parts = _parts(data)
    trees = {name: _tree(name, part) for name, part in parts.items()}
    strings = ["".join(item.itertext()) for item in trees["xl/sharedStrings.xml"]]
    sheets: dict[str, Mapping[tuple[int, int], str | int]] = {}
    used: set[int] = set()
    listed = [each.attrib["name"] for each in trees["xl/workbook.xml"].iter() if _bare(each.tag) == "sheet"]
    for number, title in enumerate(listed, 1):
        sheets[title] = dict(_cells(trees[f"xl/worksheets/sheet{number}.xml"], strings, used))
    if len(sheets) != len(listed) or sum("worksheets" in name for name in parts) != len(listed):
        raise BadWorkbook("a sheet that is not listed")
    if used != set(range(len(strings))):
        raise BadWorkbook("a text that no cell shows")
    about = {_bare(each.tag): each.text or "" for each in trees["docProps/core.xml"]}
    about |= {_bare(each.tag): each.text or "" for each in trees["docProps/app.xml"] if not len(each)}
    titles = [each.text for each in trees["docProps/app.xml"].iter() if _bare(each.tag) == "lpstr"]
    if titles != ["Worksheets", *listed]:
        raise BadWorkbook("titles of parts")
    for key in ("creator", "lastModifiedBy", "Company"):
        if about.get(key):
            raise BadWorkbook(key)
    return Workbook(sheets, about, parts)


def _parts(data: bytes) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    at = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.comment or sum(each.file_size for each in archive.infolist()) > _MOST:
            raise BadWorkbook("a remark")
        for each in archive.infolist():
            if not _PARTS.fullmatch(each.filename) or each.filename in parts:
                raise BadWorkbook(each.filename)
            if (
                each.extra
                or each.comment
                or each.date_time != (1980, 1, 1, 0, 0, 0)
                or each.header_offset != at
            ):
                raise BadWorkbook(each.filename)
            at += 30 + len(each.filename.encode()) + each.compress_size
            parts[each.filename] = archive.read(each)
        # The list of parts and its closing record of 22 bytes end the file.
        if (
            archive.start_dir != at
            or data[-22:-18] != b"PK\x05\x06"
            or int.from_bytes(data[-10:-6], "little") + at + 22 != len(data)
        ):
            raise BadWorkbook("bytes beside its parts")
    return parts


def _tree(name: str, part: bytes) -> ET.Element:
    """A part, of elements that the program writes; a document type is refused before anything is expanded."""
    if b"<!" in part or part.count(b"<?") != 1:
        raise BadWorkbook(name)
    tree = ET.fromstring(part)  # noqa: S314 - no document type, hence no entities
    kind = re.sub(r"\d+$", "", name.rpartition("/")[2].removesuffix(".xml"))
    allowed = _ALLOWED.get(kind)
    if allowed is None:
        return tree
    for each in tree.iter():
        bare = _bare(each.tag)
        if bare not in allowed or {_bare(key) for key in each.attrib} - set(allowed[bare].split()):
            raise BadWorkbook(f"{name}: {bare}")
        if bare == "sheetView" and each.attrib.get("tabSelected", "1") != "1":
            raise BadWorkbook(f"{name}: {bare}")
        if bare == "col" and float(each.attrib["width"]) < 1:
            raise BadWorkbook(f"{name}: hidden column")
    return tree


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def _cells(
    sheet: ET.Element, strings: list[str], used: set[int]
) -> Iterator[tuple[tuple[int, int], str | int]]:
    """Place (row and column from 0) and content of every cell."""
    seen = set()
    for cell in (each for each in sheet.iter() if _bare(each.tag) == "c"):
        match = _CELL.fullmatch(cell.attrib["r"])
        if not match or cell.attrib["r"] in seen:
            raise BadWorkbook("a cell twice")
        seen.add(cell.attrib["r"])
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - 64
        if [_bare(each.tag) for each in cell] != ["v"]:
            raise BadWorkbook("a cell without content")
        number = int(cell[0].text or "")
        if cell.attrib.get("t") == "s":
            used.add(number)
            yield (int(match[2]) - 1, column - 1), strings[number]
        elif "t" in cell.attrib:
            raise BadWorkbook("a cell of another type")
        else:
            yield (int(match[2]) - 1, column - 1), number
