"""Several free texts as chips: aliases, medicines, allergies."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from shelter_i18n import _
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.chips import ChipsEdit

__all__ = ["TextsEdit"]

#: What people type between two items of a list.
_SEPARATORS = ";；、,，"


class TextsEdit(ChipsEdit):
    """Chips of what is typed: Enter or a comma makes one, leaving the field too."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.retranslate_ui()

    def texts(self) -> list[str]:
        """The texts in their order, the one that is being typed last."""
        typed = self._edit.text().strip()
        return [*self.codes(), typed] if typed else self.codes()

    def retranslate_ui(self) -> None:
        """Fetch the texts; chips and typing stay."""
        self.set_placeholder(_("Add"))

    def _offer(self) -> None:
        """There is no list to choose from."""

    def _on_edited(self, text: str) -> None:
        self._mark(-1)
        if text and text[-1] in _SEPARATORS:
            self._edit.setText(text[:-1])
            self._commit()
        else:
            self.changed.emit()

    def _commit(self) -> None:
        typed = self._edit.text().strip()
        self._edit.clear()
        if typed and typed not in self.codes():
            self._change([*self.codes(), typed])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Make a chip of what is typed when Enter is pressed or the field is left."""
        if watched is self._edit and self._edit.text().strip():
            if event.type() == QEvent.Type.FocusOut:
                self._commit()
            elif event.type() == QEvent.Type.KeyPress and _is_enter(event):
                self._commit()
                return True
        return super().eventFilter(watched, event)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Type here."""
        self._edit.setFocus(Qt.FocusReason.MouseFocusReason)


def _is_enter(event: QEvent) -> bool:
    enter = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
    return isinstance(event, QKeyEvent) and event.key() in enter and not event.modifiers()
