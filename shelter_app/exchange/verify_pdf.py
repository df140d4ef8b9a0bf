"""The PDF files of a package, read strictly: every byte belongs to an object of a kind that the program writes.

This is no reader of PDF files in general. What the program never writes (attachments, scripts, notes, links, forms,
pictures, layers, a second version appended, bytes between objects) is refused instead of being read.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = ["BadPdf", "Pdf", "Run", "read_pdf"]

_MOST = 64 * 1024 * 1024
_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj\n", re.DOTALL)
_STREAM = re.compile(rb"(.*?)stream\r?\n(.*)endstream\n", re.DOTALL)
_END = re.compile(
    rb"xref\n0 (\d+)\n((?:\d{10} \d{5} [nf] ?\r?\n)+)trailer\n<<\n(.*?)>>\nstartxref\n(\d+)\n%%EOF\n",
    re.DOTALL,
)
_TRAILER = re.compile(
    rb"/ID \n\[<[0-9a-f]{32}><[0-9a-f]{32}>\]\n% ReportLab generated PDF document -- digest \(opensource\)\n\n"
    rb"/Info (\d+) 0 R\n/Root (\d+) 0 R\n/Size (\d+)\n"
)
#: Every name that a dictionary of the program's files holds, as key or as value; fonts, and codes of "F1+0", besides.
_NAMES = frozenset(
    b"BaseFont Encoding WinAnsiEncoding Name Subtype Type1 Type Font Contents MediaBox Parent Resources ProcSet PDF Text "
    b"ImageB ImageC ImageI Rotate Trans Page Filter FlateDecode ASCII85Decode Length Length1 Ascent CapHeight Descent Flags "
    b"FontBBox FontFile2 FontName ItalicAngle MissingWidth StemV FontDescriptor FirstChar LastChar TrueType ToUnicode Widths "
    b"Lang PageMode UseNone Pages Catalog Author CreationDate Creator Keywords ModDate Producer Subject Title Trapped False "
    b"Count Kids Helvetica".split()
)
_NAME = re.compile(rb"/([^\s/\[\]<>()]*)")
_FONT = re.compile(rb"F\d+(?:\+\d+)?|[A-Z]{6}\+NotoSansSC-(?:Regular|Medium)")
_TEXT = re.compile(rb"\((?:\\.|[^\\()])*\)", re.DOTALL)
_INFO = re.compile(rb"/(\w+) \(((?:\\.|[^\\()])*)\)")
_TOKEN = re.compile(rb"\((?:\\.|[^\\()])*\)|/[^\s/()]+|[^\s()/]+", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_CHARACTER = re.compile(rb"<([0-9A-F]{2})> <((?:[0-9A-F]{4})+)>\n")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class BadPdf(Exception):
    """The file holds something that the program does not write; the text says what."""


@dataclass(frozen=True)
class Run:
    """A piece of text where it stands: page from 1, points from the left and from below."""

    page: int
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Pdf:
    """A PDF taken apart: what is written on its pages, what it says about itself, and every object unpacked."""

    runs: tuple[Run, ...]
    about: Mapping[str, str]
    #: For each object its dictionary without lengths, and its stream unpacked.
    objects: tuple[tuple[bytes, bytes], ...]


def read_pdf(data: bytes) -> Pdf:
    """The PDF in `data`.

    Raises:
        BadPdf
    """
    try:
        return _read(data)
    except (zlib.error, ValueError, KeyError, IndexError, OverflowError) as error:
        raise BadPdf("damaged") from error


def _read(data: bytes) -> Pdf:
    head = re.match(rb"%PDF-1\.4\r?\n%[^\n]*ReportLab Generated PDF document \(opensource\)\r?\n", data)
    if not head:
        raise BadPdf("header")
    objects: dict[int, tuple[bytes, bytes]] = {}
    at = head.end()
    offsets = {}
    while match := _OBJECT.match(data, at):
        number = int(match[1])
        length = re.search(rb"/Length (\d+)\n", match[2][:400])
        body = match[2]
        if length and b"stream" in body[: body.find(b">>") + 12]:
            body, end = _with_stream(data, match.start(2), int(length[1]))
        else:
            end = match.end()
        if number in objects:
            raise BadPdf("an object twice")
        offsets[number] = at
        objects[number] = _unpacked(body)
        at = end
    end_ = _END.fullmatch(data, at)
    if not end_:
        raise BadPdf("bytes outside its objects")
    _check_end(end_, offsets, len(objects), at)
    for body, _ in objects.values():
        _check_names(body)
    trailer = _TRAILER.fullmatch(end_[3])
    assert trailer is not None
    about = {
        key.decode(): _unescaped(value).decode("latin-1")
        for key, value in _INFO.findall(objects[int(trailer[1])][0])
    }
    for key in ("Author", "Subject", "Keywords"):
        if about.get(key):
            raise BadPdf(key)
    if b"/Type /Catalog" not in objects[int(trailer[2])][0]:
        raise BadPdf("catalogue")
    return Pdf(tuple(_runs(objects)), about, tuple(objects[number] for number in sorted(objects)))


def _with_stream(data: bytes, start: int, length: int) -> tuple[bytes, int]:
    """An object with a stream, whose end is told by its length."""
    begin = data.index(b"stream\n", start) + len(b"stream\n")
    tail = b"endstream\nendobj\n"
    body_end = begin + length
    for gap in (b"", b"\n", b"\r\n"):
        if data[body_end : body_end + len(gap + tail)] == gap + tail:
            end = body_end + len(gap + tail)
            return data[start:body_end] + b"endstream\n", end
    raise BadPdf("length of a stream")


def _check_end(end: re.Match[bytes], offsets: Mapping[int, int], count: int, at: int) -> None:
    entries = end[2].split(b"\n")[:-1]
    trailer = _TRAILER.fullmatch(end[3])
    told = [int(entry[:10]) for entry in entries[1:]]
    if not trailer or int(end[1]) != count + 1 or len(entries) != count + 1 or int(trailer[3]) != count + 1:
        raise BadPdf("its end")
    if told != [offsets.get(number) for number in range(1, count + 1)] or int(end[4]) != at:
        raise BadPdf("its list of objects")


def _unpacked(body: bytes) -> tuple[bytes, bytes]:
    match = _STREAM.fullmatch(body)
    if not match:
        return body, b""
    packed = match[2].strip(b"\r\n") if b"ASCII85" in match[1] else match[2]
    if b"ASCII85Decode" in match[1]:
        packed = base64.a85decode(packed.removesuffix(b"~>"))
    engine = zlib.decompressobj()
    plain = engine.decompress(packed, _MOST)
    if engine.unconsumed_tail or engine.unused_data.strip() or not engine.eof:
        raise BadPdf("a stream that goes on")
    return re.sub(rb"/Length \d+", b"", match[1]), plain


def _check_names(body: bytes) -> None:
    bare = _TEXT.sub(b"", body)
    if b"%" in bare:
        raise BadPdf("a remark")
    for name in _NAME.findall(bare):
        if name not in _NAMES and not _FONT.fullmatch(name):
            raise BadPdf(name.decode("latin-1"))


def _unescaped(text: bytes) -> bytes:
    def one(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes([int(code, 8)]) if code.isdigit() else _LETTERS.get(code, code)

    return _ESCAPE.sub(one, text)


def _runs(objects: Mapping[int, tuple[bytes, bytes]]) -> Iterator[Run]:
    """Everything that is written on the pages, in the order in which it is drawn."""
    catalogue = next(body for body, _ in objects.values() if b"/Type /Pages" in body)
    kids = re.search(rb"/Kids \[([^\]]*)\]", catalogue)
    assert kids is not None
    fonts = _fonts(objects)
    used = set()
    for page, kid in enumerate((int(kid) for kid in re.findall(rb"(\d+) 0 R", kids[1])), 1):
        contents = int(re.findall(rb"/Contents (\d+) 0 R", objects[kid][0])[0])
        used.add(kid)
        yield from _page(page, objects[contents][1], fonts)
    if used != {number for number, (body, _) in objects.items() if re.search(rb"/Type /Page\b(?!s)", body)}:
        raise BadPdf("a page that is not shown")


def _fonts(objects: Mapping[int, tuple[bytes, bytes]]) -> dict[bytes, dict[int, str]]:
    """What each code of each font stands for."""
    found: dict[bytes, dict[int, str]] = {}
    for body, _ in objects.values():
        for name, number in re.findall(rb"/(F\d+(?:\+\d+)?) (\d+) 0 R", body):
            unicode_map = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)][0])
            found[name] = (
                _letters(objects[int(unicode_map[1])][1])
                if unicode_map
                else {n: chr(n) for n in range(32, 127)}
            )
    return found


def _letters(stream: bytes) -> dict[int, str]:
    return {
        int(code, 16): bytes.fromhex(letter.decode()).decode("utf-16-be")
        for code, letter in _CHARACTER.findall(stream)
    }


def _page(page: int, stream: bytes, fonts: Mapping[bytes, Mapping[int, str]]) -> Iterator[Run]:
    """The text of one page, moved by the shifts in force (the program neither turns nor stretches text)."""
    shift, kept = (0.0, 0.0), list[tuple[float, float]]()
    place, font, text = (0.0, 0.0), b"", ""
    values: list[bytes] = []
    for token in _TOKEN.findall(stream):
        match token:
            case b"q":
                kept.append(shift)
            case b"Q":
                shift = kept.pop()
            case b"cm":
                if [float(value) for value in values[-6:-2]] != [1, 0, 0, 1]:
                    raise BadPdf("turned text")
                shift = (shift[0] + float(values[-2]), shift[1] + float(values[-1]))
            case b"Tm":
                place = (float(values[-2]), float(values[-1]))
            case b"Tf":
                font = values[-2][1:]
            case b"Tj":
                letters = fonts[font]
                text += "".join(letters.get(code, "\ufffd") for code in _unescaped(values[-1][1:-1]))
            case b"ET":
                if text:
                    yield Run(page, round(shift[0] + place[0], 2), round(shift[1] + place[1], 2), text)
                text = ""
            case (
                b"TJ" | b"'" | b'"' | b"Td" | b"TD" | b"Do" | b"BI" | b"sh" | b"gs" | b"Tr" | b"BDC" | b"BMC"
            ):
                raise BadPdf(token.decode())
            case _:
                values.append(token)
                continue
        values.clear()
