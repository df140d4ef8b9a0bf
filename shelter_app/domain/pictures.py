"""What a file is by its first bytes, and what a camera wrote into a photo beside the picture: plain reading of bytes.

Formats: JPEG (ITU-T T.81 markers, Exif 2.3 in APP1), PNG (ISO/IEC 15948 chunks). Nothing here decodes a picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntFlag
from typing import Final

__all__ = ["CameraData", "camera_data", "file_type", "without_camera_data"]

_SIGNATURES: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole"),
)
#: PNG chunks that say something beside the picture.
_PNG_TELLS: Final = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_GPS, _ORIENTATION = 0x8825, 0x0112
_APP0, _APP1, _APP13, _COM, _SOS, _EOI = 0xE0, 0xE1, 0xED, 0xFE, 0xDA, 0xD9
#: No directory of a photo has more entries than this.
_MOST_ENTRIES: Final = 1000


class CameraData(IntFlag):
    """What a photo tells beside the picture."""

    #: Camera, time, program or the like.
    SOME = 1
    PLACE = 2

    @property
    def any(self) -> bool:
        """Whether there is anything: camera, time, program, place."""
        return bool(self)

    @property
    def place(self) -> bool:
        """Whether it says where it was taken."""
        return bool(self & CameraData.PLACE)


def file_type(data: bytes) -> str:
    """The media type of a file by its first bytes; "application/octet-stream" for what is not known."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"hevc"):
        return "image/heic"
    return next((kind for start, kind in _SIGNATURES if data.startswith(start)), "application/octet-stream")


def camera_data(data: bytes) -> CameraData:
    """Whether a JPEG or PNG tells something beside the picture, and whether that is a place."""
    found, place = False, False
    if data.startswith(b"\xff\xd8"):
        for marker, start, end in _segments(data):
            if marker in (_APP1, _APP13, _COM):
                found = True
                place |= _has_gps(data[start:end]) or b"GPSLatitude" in data[start:end]
    elif file_type(data) == "image/png":
        for name, start, end in _chunks(data):
            if name in _PNG_TELLS:
                found = True
                exif = b"Exif\x00\x00" + data[start + 8 : end - 4] if name == b"eXIf" else b""
                place |= _has_gps(exif) or b"GPSLatitude" in data[start:end]
    return (CameraData.SOME if found else CameraData(0)) | (CameraData.PLACE if place else CameraData(0))


def without_camera_data(data: bytes) -> bytes:
    """The same picture without what the camera wrote beside it; how it lies (its orientation) stays."""
    if data.startswith(b"\xff\xd8"):
        return _clean_jpeg(data)
    return _clean_png(data) if file_type(data) == "image/png" else data


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start of the content and end of each segment before the picture itself."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in (_SOS, _EOI):
            return
        if marker == 0xFF:
            at += 1
            continue
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if size < 2 or at + 2 + size > len(data):
            return
        yield marker, at + 4, at + 2 + size
        at += 2 + size


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk of a PNG; length and checksum belong to it."""
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + size
        if end > len(data):
            return
        yield data[at + 4 : at + 8], at, end
        at = end


def _clean_jpeg(data: bytes) -> bytes:
    turned = 1
    kept = [data[:2]]
    at = 2
    for marker, start, end in _segments(data):
        if marker == _APP1:
            turned = _orientation(data[start:end]) or turned
        elif marker not in (_APP13, _COM):
            kept.append(data[start - 4 : end])
        at = end
    if turned != 1:
        kept.insert(1, _turned_exif(turned))
    return b"".join([*kept, data[at:]])


def _clean_png(data: bytes) -> bytes:
    kept, at = [data[:8]], 8
    for name, start, end in _chunks(data):
        if name not in _PNG_TELLS:
            kept.append(data[start:end])
        at = end
    return b"".join([*kept, data[at:]])


def _entries(exif: bytes) -> Iterator[tuple[int, int]]:
    """Tag and value of the entries of the first directory of an Exif block; a value is its first short."""
    tiff = exif[6:]
    if not exif.startswith(b"Exif\x00\x00") or tiff[:2] not in (b"II", b"MM"):
        return
    order = "little" if tiff[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)  # type: ignore[arg-type]

    at = number(4, 4)
    if at + 2 > len(tiff):
        return
    for place in range(min(number(at, 2), _MOST_ENTRIES)):
        entry = at + 2 + 12 * place
        if entry + 12 > len(tiff):
            return
        yield number(entry, 2), number(entry + 8, 2)


def _has_gps(exif: bytes) -> bool:
    return any(tag == _GPS for tag, _value in _entries(exif))


def _orientation(exif: bytes) -> int:
    return next((value for tag, value in _entries(exif) if tag == _ORIENTATION and 1 <= value <= 8), 0)


def _turned_exif(turned: int) -> bytes:
    """An Exif block that says how the picture lies and nothing else."""
    tiff = b"MM\x00*\x00\x00\x00\x08\x00\x01" + _ORIENTATION.to_bytes(2, "big") + b"\x00\x03\x00\x00\x00\x01"
    tiff += turned.to_bytes(2, "big") + b"\x00\x00" + b"\x00\x00\x00\x00"
    block = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block
