"""Every pair of colours that the interface puts together can be read (WCAG 2.2)."""

import pytest

from shelter_resources import read_json

TONES = ("alert", "warning", "ok", "info", "overdue", "sealed")
#: Foreground, ground, least contrast: 7 for body text, 4.5 for captions and tones, 3 for borders and focus.
PAIRS = [
    *[
        ("text", ground, 7.0)
        for ground in ("surface", "window", "rail", "sunken", "field", "raised", "select", "hover", "pressed")
    ],
    *[("text2", ground, 7.0) for ground in ("surface", "window", "rail")],
    *[
        ("muted", ground, 4.5)
        for ground in ("surface", "window", "rail", "sunken", "select", "hover", "field")
    ],
    *[("accent", ground, 4.5) for ground in ("surface", "window", "select", "hover")],
    *[("on_accent", ground, 4.5) for ground in ("accent", "accent_hover", "accent_pressed")],
    *[(tone, f"{tone}_bg", 7.0 if tone == "alert" else 4.5) for tone in TONES],
    *[(tone, "surface", 4.5) for tone in TONES],
    *[("text", f"{tone}_bg", 7.0) for tone in TONES],
    *[(second, f"{tone}_bg", 4.5) for second in ("text2", "muted") for tone in TONES],
    ("alert", "field", 4.5),
    *[(tone, "select", 4.5) for tone in ("alert", "warning", "ok", "overdue", "sealed")],
    ("sealed", "hatch", 3.0),
    ("text", "hatch", 4.5),
    *[("control", ground, 3.0) for ground in ("surface", "window", "field")],
    *[("focus", ground, 3.0) for ground in ("surface", "window", "rail", "select")],
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def too_faint(palette: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (front, ground) for front, ground, need in PAIRS if contrast(palette[front], palette[ground]) < need
    ]


@pytest.mark.parametrize("name", ["light", "dark", "hc_light", "hc_dark"])
def test_every_pair_in_use_can_be_read(name):
    assert len(PAIRS) == 71
    assert too_faint(read_json("tokens.json")[name]) == []


def test_the_check_finds_a_faint_colour_and_knows_the_extremes():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    faint = {**read_json("tokens.json")["light"], "muted": "#A8B0AB"}
    assert ("muted", "surface") in too_faint(faint)
    assert ("text", "surface") not in too_faint(faint)


def test_all_palettes_have_the_same_names():
    palettes = read_json("tokens.json")
    names = {name: sorted(tokens) for name, tokens in palettes.items()}
    assert set(names) == {"light", "dark", "hc_light", "hc_dark"}
    assert all(tokens == names["light"] for tokens in names.values())
