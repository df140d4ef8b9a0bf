"""Choosing a password: twice the same, its strength in plain words, and five words that the program suggests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.errors import ShelterError
from shelter_i18n import _
from shelter_ui.tasks import Job, Tasks
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import PasswordEdit
from shelter_ui.widgets.texts import Text

if TYPE_CHECKING:
    from shelter_app.vault.passwords import Strength

__all__ = ["PasswordChooser"]

_WAIT_MS = 150


class PasswordChooser(Themed, QWidget):
    """A new password and its repetition.

    `known` gives what a guesser knows (names of user and post). What the vault refuses is shown here with
    `set_error`; strength is words only, the vault decides.
    """

    #: Something was typed.
    edited = Signal()
    #: Enter was pressed in the repetition.
    entered = Signal()

    def __init__(
        self, theme: Theme, tasks: Tasks, known: Callable[[], tuple[str, ...]], *, suggest: bool = True
    ) -> None:
        super().__init__()
        self._tasks, self._known = tasks, known
        self._strength: Strength | None = None
        self._asked = 0
        self._error: ShelterError | None = None
        self._new, self._again = PasswordEdit(theme), PasswordEdit(theme)
        self._new.edit.setObjectName("new_password")
        self._again.edit.setObjectName("new_password_again")
        self._row, self._again_row = FieldRow(theme, self._new), FieldRow(theme, self._again)
        self._words = Text("", "label", "text2")
        self._words.setObjectName("strength")
        self._suggest = Button(theme, "", "link")
        self._suggest.setObjectName("suggest")
        self._suggest.clicked.connect(lambda _checked=False: self._on_suggest())
        self._suggestion = Text("", "body", medium=True, wrap=True)
        self._suggestion.setObjectName("suggestion")
        self._suggestion.hide()
        line = QHBoxLayout()
        line.addWidget(self._words)
        line.addStretch(1)
        line.addWidget(self._suggest)
        if not suggest:
            self._suggest.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self._row)
        column.addLayout(line)
        column.addWidget(self._suggestion)
        column.addWidget(self._again_row)
        for field in (self._new, self._again):
            field.setMinimumHeight(theme.px(60))
            field.edit.textChanged.connect(self._on_edited)
        self._again.edit.returnPressed.connect(self.entered)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._measure)
        self.setFocusProxy(self._new)
        self.adopt(theme)
        self.retranslate_ui()

    def password(self) -> str:
        """What was typed first."""
        return self._new.text()

    def set_password(self, password: str) -> None:
        """Fill both fields, as after a suggestion."""
        self._new.edit.setText(password)
        self._again.edit.setText(password)

    def clear(self) -> None:
        """Empty both fields and forget the suggestion."""
        for field in (self._new, self._again):
            field.clear()
        self._suggestion.hide()
        self._suggestion.setText("")
        self._strength = None
        self.set_error(None)

    def complete(self) -> bool:
        """Whether both are typed and the same; says what is missing if not."""
        different = self._new.text() != self._again.text()
        self._again_row.set_error(
            _("The two are not the same. Type the password once more.") if different else ""
        )
        if not self._new.text():
            self._row.set_error(_("The password is empty. Choose one."))
        return bool(self._new.text()) and not different

    def set_error(self, error: ShelterError | None) -> None:
        """Show what the vault refuses about the password."""
        self._error = error
        self._row.set_error(str(error) if error else "")
        self._again_row.set_error("")

    def _on_edited(self) -> None:
        self.set_error(None)
        self._timer.start()
        self.edited.emit()

    def _measure(self) -> None:
        password, known = self._new.text(), self._known()
        self._asked += 1
        turn = self._asked
        if not password:
            self._show_strength(None, turn)
            return

        def work(_job: Job) -> Strength:
            from shelter_app.vault.passwords import strength

            return strength(password, known)

        self._tasks.run(work, lambda found: self._show_strength(found, turn), owner=self, database=False)

    def _show_strength(self, found: Strength | None, turn: int) -> None:
        if turn == self._asked:
            self._strength = found
            self._words.setText(_(found.words) if found else _("Long and unrelated words are best."))
            self._words.set_tone("text2" if found is None else "ok" if found.enough else "warning")

    def _on_suggest(self) -> None:
        def work(_job: Job) -> str:
            from shelter_app.vault.passphrases import suggest_passphrase

            return suggest_passphrase()

        self._tasks.run(work, self._show_suggestion, owner=self, database=False)

    def _show_suggestion(self, words: str) -> None:
        from shelter_app.vault.passphrases import spelt_out

        self._suggestion.setText("    ".join(spelt_out(words)))
        self._suggestion.show()
        self.set_password(words)
        self._new.edit.setFocus()

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        self._row.set_label(_("New password"))
        self._again_row.set_label(_("New password again"))
        for field, label in ((self._new, _("New password")), (self._again, _("New password again"))):
            field.edit.setAccessibleName(label)
        self._suggest.setText(_("Suggest five words"))
        self._row.set_error(str(self._error) if self._error else "")
        self._show_strength(self._strength, self._asked)
