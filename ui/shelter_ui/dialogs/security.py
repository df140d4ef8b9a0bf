"""What the program protects and what it does not: the page of the documentation, in the language in force."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from shelter_i18n import _, current_language
from shelter_resources import read_text
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.texts import Prose, Text

__all__ = ["SecurityDialog", "paragraphs"]

Kind = Literal["title", "heading", "item", "text"]
_MARKS: tuple[tuple[str, Kind], ...] = (("# ", "title"), ("## ", "heading"), ("- ", "item"))
_NUMBERED = re.compile(r"\d+\. ")
_LEAD = re.compile(r"\*\*(.+?)\*\*\s*(.*)", re.DOTALL)
_HEIGHT = 460


def paragraphs(text: str) -> Iterator[tuple[Kind, str, str]]:
    """The paragraphs of a plain page of Markdown: what each is, its first words if they are set in bold, the rest."""
    # Chinese lines are joined without a space: where a line ends says nothing about the sentence.
    joint = "" if re.search(r"[\u4e00-\u9fff]", text) else " "
    blocks: list[tuple[Kind, str]] = []
    for line in text.splitlines():
        kind = next(((name, line[len(mark) :]) for mark, name in _MARKS if line.startswith(mark)), None)
        if kind is not None:
            blocks.append(kind)
        elif _NUMBERED.match(line):
            blocks.append(("item", line))
        elif not line.strip():
            blocks.append(("text", ""))
        elif blocks:
            last, before = blocks[-1]
            blocks[-1] = (last, f"{before}{joint}{line.strip()}" if before else line.strip())
    for name, block in blocks:
        words = block.replace("`", "")
        led = _LEAD.match(words)
        if words:
            yield (name, led[1], led[2]) if led else (name, "", words)


class SecurityDialog(Dialog):
    """Shows the page; Esc closes it."""

    def __init__(self, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(theme, parent, width=720)
        self.setObjectName("security_dialog")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFixedHeight(theme.px(_HEIGHT))
        self._scroll.viewport().setAutoFillBackground(False)
        self.body.addWidget(self._scroll)
        self._close = self.add_button("", self.accept, name="close")
        self.retranslate_ui()
        self._scroll.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate_ui(self) -> None:
        """Fetch the page in the language in force."""
        page = QWidget()
        page.setProperty("ground", "")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, self.theme.px(16), 0)
        column.setSpacing(self.theme.px(10))
        for kind, lead, words in paragraphs(read_text("help", f"security.{current_language()}.md")):
            if kind == "title":
                self.set_heading(words)
            elif kind == "heading":
                column.addSpacing(self.theme.px(8))
                column.addWidget(Text(words, "body", medium=True, wrap=True))
            else:
                prose = Prose(self.theme, "", "label")
                prose.set_text(words, lead)
                column.addWidget(prose)
        column.addStretch(1)
        self._scroll.setWidget(page)
        self._scroll.setAccessibleName(self.windowTitle())
        self._close.setText(_("Close"))
