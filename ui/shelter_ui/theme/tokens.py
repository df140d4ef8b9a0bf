"""The palettes by name, read from one file; needs no Qt, so that the contrast check runs anywhere."""

from __future__ import annotations

from typing import Literal, get_args

from shelter_resources import read_json

__all__ = ["PALETTES", "ROLES", "TONES", "PaletteName", "Role", "Tone", "palette_tokens"]

PaletteName = Literal["light", "dark", "hc_light", "hc_dark"]
PALETTES: tuple[PaletteName, ...] = get_args(PaletteName)

#: The six pigments that carry a meaning; each has a tint `<tone>_bg` and a border `<tone>_line`.
Tone = Literal["alert", "warning", "ok", "info", "overdue", "sealed"]
TONES: tuple[Tone, ...] = get_args(Tone)

Role = Literal["figure", "title", "name", "section", "body", "label", "caption", "key"]
#: Role of a text: size, line height in pixels at 100 %, and whether it is set in Medium.
ROLES: dict[Role, tuple[int, int, bool]] = {
    "figure": (28, 36, True),
    "title": (20, 28, True),
    "name": (18, 28, False),
    "section": (16, 24, True),
    "body": (14, 22, False),
    "label": (13, 20, False),
    "caption": (12, 18, False),
    "key": (11, 16, False),
}


def palette_tokens(name: PaletteName) -> dict[str, str]:
    """Every token of one palette with its value, a copy that the caller may change."""
    tokens: dict[str, dict[str, str]] = read_json("tokens.json")
    return dict(tokens[name])
