"""What an erasure would take and leave of one person, to be read before anything is decided."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from shelter_app.casework.erasing import Preview
from shelter_app.domain.retention import Hold
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number, join_list
from shelter_ui.models.erasing_words import (
    cases_words,
    counted,
    day_of,
    entries_words,
    holds_words,
    stays_words,
)
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.texts import Prose, Text

__all__ = ["ErasurePreview"]


class ErasurePreview(Themed, QWidget):
    """Name and cases, counts, what stays, and what somebody has to know first."""

    def __init__(self, theme: Theme, preview: Preview, way: str, name: str) -> None:
        super().__init__()
        self._preview, self._way, self._name = preview, way, name
        self._who = Text("", "body", medium=True, wrap=True)
        self._cases = Text("", "label", "text2", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(24))
        self._grid.setVerticalSpacing(theme.px(2))
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[Text, Text]] = []
        self._entries, self._stays = Prose(theme, "", "label", "text2"), Prose(theme, "", "label")
        self._holds = Banner(theme, "warning")
        self._waiting = Banner(theme, "alert")
        self._named = Banner(theme, "info")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self._who)
        column.addWidget(self._cases)
        column.addLayout(self._grid)
        for widget in (self._entries, self._stays, self._holds, self._waiting, self._named):
            column.addWidget(widget)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
        self.setSizePolicy(policy)
        self.adopt(theme)
        self.retranslate_ui()

    def set_way(self, way: str) -> None:
        """Say what stays the other way."""
        self._way = way
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        preview = self._preview
        self._who.setText(self._name)
        self._who.setVisible(bool(self._name))
        words = _("{cases}, last event on {day}")
        self._cases.setText(
            words.format(cases=cases_words(preview.cases), day=day_of(preview.standing.last_event))
        )
        rows = counted(preview)
        while len(self._lines) < len(rows):
            line = (Text("", "label", "text2"), Text("", "label", medium=True))
            self._grid.addWidget(line[0], len(self._lines), 0)
            self._grid.addWidget(line[1], len(self._lines), 1)
            self._lines.append(line)
        for (label, figure), (name, number) in zip(self._lines, rows, strict=True):
            label.setText(name)
            figure.setText(number)
        self._entries.set_text(entries_words(preview), _("What goes:"))
        self._stays.set_text(stays_words(preview, self._way), _("What stays:"))
        self._show_banners()

    def _show_banners(self) -> None:
        preview = self._preview
        holds = preview.standing.holds
        self._holds.setVisible(bool(holds))
        self._holds.set_words(
            _("This person must not be erased") if Hold.KEPT in holds else _("Look at this first"),
            _("What speaks against it: {reasons}.").format(reasons=holds_words(holds)),
        )
        self._waiting.setVisible(bool(preview.waiting))
        self._waiting.set_words(
            ngettext(
                "{number} row of a register waits for a decision and may be about this person.",
                "{number} rows of registers wait for a decision and may be about this person.",
                preview.waiting,
            ).format(number=format_number(preview.waiting)),
            _("Decide on them under Exchange first; what waits cannot be erased with the case."),
        )
        self._named.setVisible(bool(preview.named_in))
        self._named.set_words(
            _("Other cases may name this person"),
            _(
                "Their notes hold the same name: {cases}. They are not changed. Correct them by hand where it is needed."
            ).format(cases=join_list(preview.named_in)),
        )
