"""Answers and changes of answers as lines of a card: the question at the left, the words at the right."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel

from shelter_i18n import _
from shelter_ui.models.changes import Change, Piece
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.texts import Text

__all__ = ["add_answer", "add_change"]


def add_answer(theme: Theme, card: Card, label: str, text: str) -> None:
    """Add one answer."""
    _add_line(theme, card, label, escape(text), text, "text")


def add_change(theme: Theme, card: Card, change: Change, *, before: str = "", after: str = "") -> None:
    """Add both readings of an answer, the words underlined that the other has not.

    `before` and `after` name the readings, with the place {label}; as a rule one is earlier than the other.
    """
    for pieces, words, tone in (
        (change.before, before or _("{label}, before"), "muted"),
        (change.after, after or _("{label}, now"), "text"),
    ):
        plain = "".join(piece.text for piece in pieces) or _("nothing")
        markup = "".join(map(_marked, pieces)) or escape(_("nothing"))
        _add_line(theme, card, words.format(label=change.label), markup, plain, tone)


def _add_line(theme: Theme, card: Card, label: str, markup: str, plain: str, tone: str) -> None:
    name = Text(label, "label", "text2", wrap=True)
    name.setFixedWidth(theme.px(200))
    answer = QLabel()
    answer.setTextFormat(Qt.TextFormat.RichText)
    answer.setWordWrap(True)
    answer.setProperty("role", "body")
    answer.setText(f'<span style="color:{theme.value(tone)}">{markup}</span>')
    answer.setAccessibleName(plain)
    row = QHBoxLayout()
    row.setSpacing(theme.px(16))
    row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(answer, 1)
    card.body.addLayout(row)


def _marked(piece: Piece) -> str:
    text = escape(piece.text).replace("\n", "<br>")
    return f"<u>{text}</u>" if piece.changed and piece.text.strip() else text
