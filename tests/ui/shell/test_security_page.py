"""The page on what is protected can be read in the program, in both languages, and is the one of the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from shelter_resources import read_text
from shelter_ui.dialogs.security import paragraphs
from shelter_ui.widgets.texts import Prose

DOCS = Path(__file__).parents[3] / "docs"


def opened_page():
    return next(
        w for w in QApplication.topLevelWidgets() if w.objectName() == "security_dialog" and w.isVisible()
    )


@pytest.mark.parametrize(("language", "said"), [("en", "An unlocked computer."), ("zh", "未锁定的电脑。")])
def test_help_leads_to_the_page_in_the_language_in_force(start, vault, hand, language, said):
    program = start(vault, language=language)
    program.window.show_help()
    (dialog,) = [d for d in program.window.findChildren(QDialog) if d.isVisible()]
    hand.press(dialog, "security")
    page = opened_page()
    words = [prose.plain_text() for prose in page.findChildren(Prose)]
    assert any(text.startswith(said) for text in words)
    assert not any("**" in text or "`" in text for text in words)
    page.close()


@pytest.mark.parametrize(("language", "name"), [("en", "security.md"), ("zh", "security.zh.md")])
def test_the_page_is_the_one_of_the_documentation(language, name):
    assert (DOCS / name).read_text("utf-8") == read_text("help", f"security.{language}.md")


def test_both_languages_say_as_much():
    pages = [list(paragraphs(read_text("help", f"security.{language}.md"))) for language in ("en", "zh")]
    assert [(kind, bool(lead)) for kind, lead, _ in pages[0]] == [
        (kind, bool(lead)) for kind, lead, _ in pages[1]
    ]
    assert len([1 for kind, *_ in pages[0] if kind == "item"]) > 15
