"""Colours are written in one file; the interface only names them."""

import re
from pathlib import Path

import shelter_ui

UI = Path(shelter_ui.__file__).parent
LITERAL = re.compile(
    r"""#(?:[0-9a-fA-F]{3}){1,2}\b(?![\w-])|QColor\(\s*(?:["'#\d]|Qt\.)|Qt\.GlobalColor\.(?!transparent)|\brgba?\("""
)


def literals(text: str) -> list[str]:
    return LITERAL.findall(text)


def test_no_colour_is_written_in_the_interface():
    found = {
        str(path.relative_to(UI)): literals(path.read_text(encoding="utf-8"))
        for path in sorted([*UI.rglob("*.py"), *UI.rglob("*.qss")])
    }
    assert len(found) > 10
    assert {path: words for path, words in found.items() if words} == {}


def test_the_search_finds_what_it_is_for():
    assert literals("painter.setPen(QColor('red'))")
    assert literals("painter.setPen(QColor(12, 3, 4))")
    assert literals("border: 1px solid #2B5687;")
    assert literals("background: #fff;")
    assert literals("Qt.GlobalColor.red")
    assert literals("background: rgba(0, 0, 0, 40)")
    assert not literals("theme.colour('accent')")
    assert not literals("QFrame#card { border: 0 }")
    assert not literals("Qt.GlobalColor.transparent")
