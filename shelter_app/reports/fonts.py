"""The fonts, colours and text styles of everything that is printed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from shelter_resources import open_path, read_json

__all__ = [
    "CENTRE",
    "MEDIUM",
    "REGULAR",
    "STAND_IN",
    "TextStyle",
    "colour",
    "palette",
    "printable",
    "register_fonts",
    "text_width",
]

#: The family name, so that Qt finds the same font in a drawing saved as SVG.
REGULAR = "Noto Sans SC"
MEDIUM = "Noto Sans SC Medium"
#: Printed once for each run of letters that the font does not have (Burmese, Khmer, Lao ...).
STAND_IN = "□"
#: Height of the optical middle of a line over its baseline, in em, for Latin and Chinese alike.
CENTRE = 0.37

_FILES = {REGULAR: "NotoSansSC-Regular.ttf", MEDIUM: "NotoSansSC-Medium.ttf"}


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Make both weights known to ReportLab; only the first call costs time (0.15 s a weight)."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(open_path("fonts", file))))


@lru_cache(maxsize=2)
def _face(font: str) -> Any:
    from reportlab.pdfbase import pdfmetrics

    register_fonts()
    return pdfmetrics.getFont(font).face


def text_width(text: str, font: str, size: float) -> float:
    """Width of one line of text in points."""
    face = _face(font)
    widths, default = face.charWidths, face.defaultWidth
    return float(sum(widths.get(ord(letter), default) for letter in text)) * size / 1000


def printable(text: str) -> str:
    """`text` with a box for each run of letters that the font cannot draw, and without control characters."""
    known = _face(REGULAR).charToGlyph
    out: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        if letter == "\n" or ord(letter) in known:
            out.append(letter)
        elif unicodedata.category(letter) in ("Cc", "Zs", "Zl", "Zp"):
            out.append(" ")
        elif unicodedata.category(letter) not in ("Cf", "Mn") and out[-1:] != [STAND_IN]:
            out.append(STAND_IN)
    return "".join(out)


def palette(name: str = "light") -> dict[str, str]:
    """The colours of a theme as "#RRGGBB" by token; paper uses "light"."""
    return dict(read_json("tokens.json")[name])


@lru_cache(maxsize=512)
def colour(value: str) -> Any:
    """ReportLab's colour for "#RRGGBB"."""
    from reportlab.lib.colors import HexColor

    return HexColor(value)


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Font, size and line height in points, and a colour of the palette."""

    size: float = 8.5
    leading: float = 12.5
    font: str = REGULAR
    tone: str = "text"

    def but(self, **changes: Any) -> TextStyle:
        """The same style with some things changed."""
        return replace(self, **changes)
