"""The first steps of the wizard: where the vault lies, what the post is called, who creates it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from shelter_app.errors import ShelterError
from shelter_app.vault.errors import FolderNotEmpty, NameRefused, PasswordRefused, PasswordTooWeak
from shelter_app.vault.rights import Role
from shelter_i18n import _
from shelter_ui.context import Asking
from shelter_ui.tasks import Tasks
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.texts import Prose, Text
from shelter_ui.windows.folder_field import FolderField
from shelter_ui.windows.password_chooser import PasswordChooser
from shelter_ui.windows.split_choice import SplitChoice

__all__ = ["PersonStep", "PlaceStep", "SummaryStep"]


class PlaceStep(Themed, QWidget):
    """Folder of the vault, code and name of the post, letter of this computer."""

    def __init__(self, theme: Theme, ask: Asking) -> None:
        super().__init__()
        self._folder = FolderField(theme, ask)
        self._folder.line.setObjectName("vault_folder")
        self._post, self._name, self._letter = LineEdit(theme), LineEdit(theme), LineEdit(theme, "A")
        for field, name in ((self._post, "post_code"), (self._name, "post_name"), (self._letter, "letter")):
            field.setObjectName(name)
        self._letter.setMaxLength(1)
        self._rows = [FieldRow(theme, f) for f in (self._folder, self._post, self._name, self._letter)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(16))
        grid.addWidget(self._rows[0], 0, 0, 1, 2)
        grid.addWidget(self._rows[1], 1, 0)
        grid.addWidget(self._rows[3], 1, 1)
        grid.addWidget(self._rows[2], 2, 0, 1, 2)
        self.setFocusProxy(self._folder)
        self._folder.line.setText(str(_free_folder()))
        self.adopt(theme)
        self.retranslate_ui()

    @property
    def folder(self) -> Path | None:
        """Where the vault will lie."""
        return self._folder.path()

    @property
    def post(self) -> str:
        """Code of the post, in capitals."""
        return self._post.text().strip().upper()

    @property
    def post_name(self) -> str:
        """Name of the post; may be empty."""
        return self._name.text().strip()

    @property
    def letter(self) -> str:
        """Letter of this computer in case numbers."""
        return self._letter.text().strip().upper()

    def complete(self) -> bool:
        """Whether the step can be left; marks what cannot stay."""
        from shelter_app.domain.case_number import check_letter, check_post

        for row in self._rows:
            row.set_error("")
        folder = self.folder
        if folder is None:
            self._rows[0].set_error(_("Choose a new, empty folder."))
        elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            self._rows[0].set_error(str(FolderNotEmpty()))
        for row, check, text in (
            (self._rows[1], check_post, self._post.text()),
            (self._rows[3], check_letter, self._letter.text()),
        ):
            try:
                check(text)
            except ShelterError as error:
                row.set_error(str(error))
        return self.focus_problem()

    def focus_problem(self) -> bool:
        """Put the focus on the first field with a problem; True where there is none."""
        wrong = next((row for row in self._rows if row.problem()), None)
        if wrong is not None:
            wrong.field.setFocus()
        return wrong is None

    def show_error(self, error: ShelterError) -> None:
        """Show what was refused when the vault was created."""
        self._rows[0].set_error(str(error))

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        labels = (
            (_("Folder of the vault"), ""),
            (_("Code of the post"), ""),
            (_("Name of the post"), _("may stay empty")),
            (_("Letter of this computer"), ""),
        )
        for row, (label, hint) in zip(self._rows, labels, strict=True):
            row.set_label(label, hint)
        self._rows[0].set_help(_("A new folder on this computer. Everything in it is encrypted."))
        self._rows[1].set_help(
            _("2 to 6 letters and digits, for example KM. Every case number begins with it.")
        )
        self._rows[3].set_help(
            _("A second computer of the post takes another letter, so that numbers never collide.")
        )


def _free_folder() -> Path:
    """A folder in the person's own that does not exist yet."""
    home = Path.home()
    candidates = (home / (f"casework-vault-{n}" if n > 1 else "casework-vault") for n in range(1, 100))
    return next((path for path in candidates if not path.exists()), home / "casework-vault-100")


class PersonStep(Themed, QWidget):
    """Who creates the vault: name and password."""

    def __init__(self, theme: Theme, tasks: Tasks, place: PlaceStep) -> None:
        super().__init__()
        self._name = LineEdit(theme)
        self._name.setObjectName("creator_name")
        self._name_row = FieldRow(theme, self._name)
        self._role_words = Prose(theme, "", "label", "text2")
        self.chooser = PasswordChooser(theme, tasks, lambda: (self.name, place.post, place.post_name))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(16))
        for widget in (self._name_row, self._role_words, self.chooser):
            column.addWidget(widget)
        self.setFocusProxy(self._name)
        self.adopt(theme)
        self.retranslate_ui()

    @property
    def name(self) -> str:
        """The name as it will stand on the sign-in screen."""
        return self._name.text().strip()

    def complete(self) -> bool:
        """Whether the step can be left; marks what cannot stay."""
        self._name_row.set_error("" if self.name else str(NameRefused()))
        fits = self.chooser.complete()
        if not self.name:
            self._name.setFocus()
        return fits and bool(self.name)

    def show_error(self, error: ShelterError) -> bool:
        """Show what was refused here when the vault was created; False if it was something else."""
        if isinstance(error, PasswordRefused | PasswordTooWeak):
            self.chooser.set_error(error)
        elif isinstance(error, NameRefused):
            self._name_row.set_error(str(error))
        else:
            return False
        return True

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        self._name_row.set_label(_("Your name in the vault"), _("initials are enough"))
        self._name_row.set_help(
            _(
                "Names on the sign-in screen can be read by anybody who has this computer. Initials tell least."
            )
        )
        self._role_words.set_text(
            _(
                "You become the administrator: you hold every key, may do casework, and give your colleagues theirs."
            )
        )


class SummaryStep(Themed, QWidget):
    """What will be created, to read once more."""

    def __init__(self, theme: Theme, place: PlaceStep, person: PersonStep) -> None:
        super().__init__()
        self._place, self._person = place, person
        self._labels = [Text("", "label", "text2") for _number in range(5)]
        self._values = [Text("", "body", wrap=True) for _number in range(5)]
        self._note = Prose(theme, "", "label", "text2")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(24))
        grid.setVerticalSpacing(theme.px(6))
        grid.setColumnStretch(1, 1)
        for row, (label, value) in enumerate(zip(self._labels, self._values, strict=True)):
            grid.addWidget(label, row, 0)
            grid.addWidget(value, row, 1)
        self._split = SplitChoice(theme)
        grid.addWidget(self._split, 5, 0, 1, 2)
        grid.addWidget(self._note, 6, 0, 1, 2)
        self.adopt(theme)
        self.retranslate_ui()

    @property
    def split(self) -> tuple[int, int]:
        """How many recovery sheets are needed, of how many."""
        return self._split.split

    def retranslate_ui(self) -> None:
        """Fetch texts and values."""
        place, person = self._place, self._person
        post = place.post if not place.post_name else f"{place.post}, {place.post_name}"
        lines = (
            (_("Folder"), str(place.folder or "")),
            (_("Post"), post),
            (_("Case numbers begin like"), f"{place.post}-{place.letter}-"),
            (_("Created by"), person.name),
            (_("Role"), _(Role.ADMINISTRATOR.label)),
        )
        for label, value, (name, text) in zip(self._labels, self._values, lines, strict=True):
            label.setText(name)
            value.setText(text)
        self._note.set_text(
            _(
                "Creating takes some seconds: the password check is made as slow as this computer allows, which is what "
                "makes guessing dear. The code of the post and the letter cannot be changed later."
            )
        )
