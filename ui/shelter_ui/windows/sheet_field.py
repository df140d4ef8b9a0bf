"""Typing a recovery sheet: each word is looked at as it comes, and the wrong one is named by its place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor

from shelter_app.vault.errors import RecoveryRefused
from shelter_app.vault.recovery import SHEET_WORDS, complete_word, look_at_sheet, read_sheet
from shelter_i18n import _
from shelter_i18n.formats import join_list
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import TextArea

__all__ = ["SheetField"]


class SheetField(FieldRow):
    """One sheet: a place for 20 words, with what can be said of them below."""

    #: All words are there and fit together, or do not any more.
    fits_changed = Signal(bool)

    def __init__(self, theme: Theme, number: int) -> None:
        self.area = TextArea(theme, lines=3, most=5)
        self.area.setObjectName(f"sheet_{number}")
        super().__init__(theme, self.area)
        self._number = number
        self._fits = False
        self._before = ""
        self.area.textChanged.connect(self._on_typed)
        self.retranslate_ui()

    @property
    def fits(self) -> bool:
        """Whether all words are there and fit together."""
        return self._fits

    def text(self) -> str:
        """What is typed."""
        return self.area.toPlainText()

    def clear(self) -> None:
        """Forget what was typed."""
        self.area.clear()

    def _on_typed(self) -> None:
        text, before = self.text(), self._before
        self._before = text
        if text == before:
            return
        if len(text) == len(before) + 1 and text[-1:].isspace() and self._at_end():
            self._finish_word(text)
        self._say()

    def _at_end(self) -> bool:
        return self.area.textCursor().atEnd()

    def _finish_word(self, text: str) -> None:
        """Four letters are enough: after a blank the whole word stands there."""
        short = text[:-1].split()[-1:] or [""]
        word = complete_word(short[0])
        if word is None or word == short[0]:
            return
        cursor = self.area.textCursor()
        cursor.movePosition(
            QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(short[0]) + 1
        )
        self._before = text[: -len(short[0]) - 1] + word + " "
        cursor.insertText(f"{word} ")

    def _say(self) -> None:
        """Say how far one has come, what the last word may become, or which word is wrong."""
        text = self.text()
        typed = look_at_sheet(text)
        problem, said, fits = "", "", False
        if typed.wrong:
            problem = _("Word {position} is not a recovery word. Check its spelling.").format(
                position=typed.wrong
            )
        elif typed.count >= SHEET_WORDS and complete_word(typed.last or text.split()[-1]) is not None:
            try:
                read_sheet(text, self._number)
                said, fits = _("All {number} words fit together.").format(number=SHEET_WORDS), True
            except RecoveryRefused as error:
                problem = str(error)
        if not said and typed.endings and complete_word(typed.last) != typed.last:
            said = _("{count} of {number} words; the last may become: {words}").format(
                count=typed.count, number=SHEET_WORDS, words=join_list(typed.endings)
            )
        elif not said:
            said = _("{count} of {number} words").format(count=typed.count, number=SHEET_WORDS)
        self.set_help(said if typed.count else self._advice())
        self.set_error(problem)
        if fits != self._fits:
            self._fits = fits
            self.fits_changed.emit(fits)

    def _advice(self) -> str:
        if self._number > 1:
            return ""
        return _("The first four letters of each word are enough; numbers between them are skipped.")

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        self.set_label(
            _("Recovery sheet {number}").format(number=self._number),
            _("{number} words").format(number=SHEET_WORDS),
        )
        self._say()
