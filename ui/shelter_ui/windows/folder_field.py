"""A folder, typed or chosen in the desktop's dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from shelter_i18n import _
from shelter_ui.context import Asking
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.fields import LineEdit

__all__ = ["FolderField"]


class FolderField(Themed, QWidget):
    """A line with the path and a button that asks."""

    #: Another folder stands in the field.
    changed = Signal()

    def __init__(self, theme: Theme, ask: Asking) -> None:
        super().__init__()
        self._ask = ask
        self._title = ""
        self.line = LineEdit(theme)
        self.line.editingFinished.connect(self.changed)
        self._choose = Button(theme, "", icon="folder-open")
        self._choose.clicked.connect(lambda _checked=False: self._on_choose())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.line, 1)
        row.addWidget(self._choose)
        self.setFocusProxy(self.line)
        self.adopt(theme)
        self.retranslate_ui()

    def path(self) -> Path | None:
        """The folder, or None while there is none, or one that the system does not even look up.

        Such are a name that is too long, the home of an unknown user, or what lies in a folder of somebody else.
        """
        text = self.line.text().strip()
        try:
            path = Path(text).expanduser()
            path.exists()
        except (OSError, RuntimeError):
            return None
        return path if text else None

    def set_path(self, path: Path) -> None:
        """Show another folder and tell."""
        self.line.setText(str(path))
        self.changed.emit()

    def set_error(self, on: bool) -> None:
        """Show or take back the error state."""
        self.line.set_error(on)

    def setAccessibleName(self, name: str) -> None:
        """Name the line, which is what is read, and the dialog."""
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)
        self._title = name

    def _on_choose(self) -> None:
        self._ask.folder(self._title or _("Choose a folder"), self.set_path, start=self.path())

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._choose.setText(_("Choose"))
        self._choose.setAccessibleName(_("Choose a folder"))
