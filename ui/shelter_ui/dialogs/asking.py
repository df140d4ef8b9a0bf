"""Questions to the person, in the program's own dialogs and in Qt's file dialogs.

Dialogs are loaded with the first question: the sign-in screen shows before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from shelter_i18n import _
from shelter_ui.theme.theme import Theme

if TYPE_CHECKING:
    from shelter_ui.dialogs.file_chooser import FileChooser

__all__ = ["Asker"]


class Asker:
    """Asks in dialogs of one window; an `Asking` as pages are given it."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        #: The window that dialogs belong to; it is built after the asker and handed in then.
        self.window: QWidget | None = None

    def _file_dialog(self, title: str, on_chosen: Callable[[Path], None]) -> FileChooser:
        from shelter_ui.dialogs.file_chooser import FileChooser

        dialog = FileChooser(self._theme, self.window, title)
        dialog.fileSelected.connect(lambda path: on_chosen(Path(path)))
        return dialog

    def folder(self, title: str, on_chosen: Callable[[Path], None], *, start: Path | None = None) -> None:
        """Ask for a folder; a new one can be made in the dialog."""
        dialog = self._file_dialog(title, on_chosen)
        dialog.setFileMode(dialog.FileMode.Directory)
        dialog.setOption(dialog.Option.ShowDirsOnly)
        if start is not None:
            dialog.setDirectory(str(start))
        dialog.name_parts(_("Choose"))
        dialog.open()

    def file(
        self, title: str, on_chosen: Callable[[Path], None], *, endings: Sequence[str] = (), kinds: str = ""
    ) -> None:
        """Ask for a file to read."""
        dialog = self._file_dialog(title, on_chosen)
        dialog.setFileMode(dialog.FileMode.ExistingFile)
        if endings:
            patterns = " ".join(f"*.{ending}" for ending in endings)
            dialog.setNameFilters([f"{kinds} ({patterns})", _("All files") + " (*)"])
        dialog.name_parts(_("Choose"))
        dialog.open()

    def save_file(
        self, title: str, name: str, on_chosen: Callable[[Path], None], *, endings: Sequence[str] = ()
    ) -> None:
        """Ask where to write a file; the dialog asks before an existing one is replaced."""
        dialog = self._file_dialog(title, on_chosen)
        dialog.setAcceptMode(dialog.AcceptMode.AcceptSave)
        if endings:
            dialog.setDefaultSuffix(endings[0])
        dialog.selectFile(name)
        dialog.name_parts(_("Save"))
        dialog.open()

    def confirm(
        self,
        question: str,
        body: str,
        action: str,
        on_yes: Callable[[], None],
        *,
        on_no: Callable[[], None] | None = None,
        leave: str = "",
    ) -> None:
        """Ask before something that cannot be undone."""
        from shelter_ui.dialogs.dialog import Question

        Question(
            self._theme, self.window, question, body,
            leave=leave or _("Leave it as it is"), action=action, on_yes=on_yes, on_no=on_no,
        ).open()  # fmt: skip

    def show(self, title: str, body: str) -> None:
        """Say something that has to be read."""
        from shelter_ui.dialogs.dialog import Question

        Question(self._theme, self.window, title, body, leave=_("Close")).open()
