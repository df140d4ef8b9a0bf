"""All shortcuts on one page, and what to remember in an emergency."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from shelter_i18n import N_, _
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.locking.controller import LOCK_KEYS, PANIC_KEYS
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.texts import KeyCap, Prose, Text

__all__ = ["HelpDialog"]

_SHORTCUTS = (
    (LOCK_KEYS, N_("Lock: the window shows nothing any more, drafts are kept")),
    (PANIC_KEYS, N_("Emergency: lock, and put the window away at once")),
    ("F12", N_("Hide all names, and show them again")),
    ("Ctrl F  /", N_("Search")),
    ("Alt 1 - 6", N_("Go to a part of the program")),
    ("Alt Left  Esc", N_("Go back")),
    ("F6", N_("Move between rail, search and page")),
    ("N", N_("Add an entry to the case that is shown")),
    ("E", N_("Correct the entry that is read, or marked on the timeline")),
    ("Ctrl S", N_("Save what is filled in")),
    ("F8", N_("Next thing to check in a form")),
    ("F9", N_("Move to Undo after something was done")),
    ("Enter", N_("Open what is marked in a list")),
    ("F11", N_("Full screen")),
    ("F1", N_("This page")),
)


class HelpDialog(Dialog):
    """Shows the keys; Esc closes it."""

    def __init__(self, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(theme, parent, width=560)
        self.setObjectName("help_dialog")
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(8))
        grid.setColumnStretch(1, 1)
        self._texts: list[tuple[Text, str]] = []
        for row, (keys, words) in enumerate(_SHORTCUTS):
            text = Text("", "label")
            grid.addWidget(KeyCap(keys), row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(text, row, 1)
            self._texts.append((text, words))
        self._note = Prose(theme, "", "label", "text2")
        self.body.addLayout(grid)
        self.body.addWidget(self._note)
        self._security: Button = self.add_button("", self._show_security, name="security")
        self._close: Button = self.add_button("", self.accept, name="close")
        self.retranslate_ui()
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_security(self) -> None:
        from shelter_ui.dialogs.security import SecurityDialog

        SecurityDialog(self.theme, self.parentWidget()).open()
        self.accept()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self.set_heading(_("Keys"))
        for text, words in self._texts:
            text.setText(_(words))
        self._note.set_text(
            _(
                "Everything works without a mouse: Tab moves on, Space presses, arrow keys walk in lists and rows."
            )
        )
        self._security.setText(_("What is protected, and what is not"))
        self._close.setText(_("Close"))
