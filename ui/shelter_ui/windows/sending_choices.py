"""What is decided before something is sent: to whom, and what goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from shelter_app.casework.second_person import second_people, second_wanted
from shelter_app.casework.sending import PARTS, Part, parts_offered, receivers
from shelter_app.casework.session import Session
from shelter_app.exchange.pool_keys import PublicKey
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number
from shelter_ui.context import Asking
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.texts import ElidedText, Prose, Text

if TYPE_CHECKING:
    from shelter_app.anonymise.extract import Keep

__all__ = ["PartsChoice", "Possible", "ReceiverChoice"]


@dataclass(frozen=True)
class Possible:
    """What this office can send, to whom, and who could confirm it."""

    receivers: tuple[PublicKey, ...] = ()
    parts: tuple[Part, ...] = ("tables",)
    second_wanted: bool = False
    second_people: tuple[str, ...] = ()

    @classmethod
    def of(cls, session: Session) -> Possible:
        """Read it from the vault."""
        return cls(receivers(session), parts_offered(session), second_wanted(session), second_people(session))


class ReceiverChoice(Themed, QWidget):
    """One of the receivers whose keys are known, or nobody: readable files for the office itself."""

    #: Another receiver is chosen.
    changed = Signal()
    #: The person wants to add a key.
    keys_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._card = Card(theme, padding=16, spacing=6)
        self._group = QButtonGroup(self)
        self._keys: dict[str, PublicKey] = {}
        self._buttons: dict[str, QRadioButton] = {}
        self._digits: dict[str, Text] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(4))
        self._none = Prose(theme, "", "label", "text2")
        self._own = QRadioButton()
        self._own.setObjectName("receiver_nobody")
        self._group.addButton(self._own)
        self._own_words = Prose(theme, "", "label", "text2")
        self._add = Button(theme, "", "text", size="small", icon="key-round")
        self._add.setObjectName("add_receiver")
        self._add.clicked.connect(self.keys_asked)
        self._card.body.addWidget(self._none)
        self._card.body.addLayout(self._list)
        self._card.body.addLayout(_explained(theme, self._own, self._own_words))
        foot = QHBoxLayout()
        foot.addWidget(self._add)
        foot.addStretch(1)
        self._card.body.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        self._group.buttonClicked.connect(lambda _button: self.changed.emit())
        self.adopt(theme)
        self.retranslate_ui()

    def show_receivers(self, keys: Sequence[PublicKey]) -> None:
        """Offer these; the choice stays, and a single receiver is chosen from the start."""
        chosen = self.receiver()
        if tuple(keys) != tuple(self._keys.values()):
            for name, button in self._buttons.items():
                self._group.removeButton(button)
                for widget in (button, self._digits[name]):
                    self._list.removeWidget(widget)
                    widget.hide()
                    widget.deleteLater()
            self._keys = {key.id: key for key in keys}
            self._buttons, self._digits = {}, {}
            for name, key in self._keys.items():
                button = QRadioButton(name)
                button.setObjectName(f"receiver_{name}")
                digits = Text(key.fingerprint, "caption", "text2")
                digits.setContentsMargins(self.theme.px(24), 0, 0, 0)
                button.setAccessibleDescription(key.fingerprint)
                self._group.addButton(button)
                self._buttons[name], self._digits[name] = button, digits
                self._list.addWidget(button)
                self._list.addWidget(digits)
        if chosen in self._buttons:
            self._buttons[chosen].setChecked(True)
        elif len(self._buttons) == 1 and not self._own.isChecked():
            next(iter(self._buttons.values())).setChecked(True)
        elif not self._buttons:
            self._own.setChecked(True)
        self.setFocusProxy(next((b for b in self._buttons.values() if b.isChecked()), self._own))
        self.retranslate_ui()

    def receiver(self) -> str | None:
        """Name of the receiver, empty for nobody, None while nothing is chosen."""
        if self._own.isChecked():
            return ""
        return next((name for name, button in self._buttons.items() if button.isChecked()), None)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._card.set_title(_("To whom?"))
        self._none.set_text(
            _(
                "No receiver is known yet. Whoever may change the settings adds the key of a receiver once, from a file; "
                "then packages can be encrypted for it."
            )
        )
        self._none.setVisible(not self._buttons)
        self._own.setText(_("Nobody: readable files that stay here"))
        self._own_words.set_text(_("The same figures, not encrypted, to look at or to print in the office."))
        self._add.setText(_("Keys of receivers"))


class PartsChoice(Themed, QWidget):
    """What goes: tables, an extract where the office makes any, a contribution to a pool, a letter."""

    #: Something else is chosen.
    changed = Signal()

    def __init__(self, theme: Theme, ask: Asking) -> None:
        super().__init__()
        self._ask = ask
        self._tables = 0
        self._share = 0.0
        self._roster: Path | None = None
        self._card = Card(theme, padding=16, spacing=6)
        self._boxes: dict[Part, QCheckBox] = {}
        self._words: dict[Part, Prose] = {}
        for part in PARTS:
            box, words = QCheckBox(), Prose(theme, "", "label", "text2")
            box.setObjectName(f"part_{part}")
            self._boxes[part], self._words[part] = box, words
            self._card.body.addLayout(_explained(theme, box, words))
            if part == "extract":
                self._keep = Segmented(theme, required=True, ticked=False)
                self._keep.setObjectName("extract_keep")
                self._keep.set_value("even")
                self._card.body.addLayout(_indented(theme, self._keep))
            if part == "contribution":
                self._choose = Button(theme, "", size="small", icon="folder-open")
                self._choose.setObjectName("choose_roster")
                self._choose.clicked.connect(lambda _checked=False: self._on_choose())
                self._file = ElidedText("", "label", "text2")
                self._card.body.addLayout(_indented(theme, self._choose, self._file))
        for part in ("tables", "letter"):
            self._boxes[part].setChecked(True)
        for part in PARTS:
            self._boxes[part].toggled.connect(lambda _on: self._on_toggled())
        self._keep.changed.connect(lambda _code: self.changed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        self.adopt(theme)
        self.retranslate_ui()

    def show_tables(self, count: int, share: float) -> None:
        """Say how many tables there are and how much they keep."""
        self._tables, self._share = count, share
        self.retranslate_ui()

    def show_parts(self, offered: Sequence[Part], *, encrypted: bool) -> None:
        """Offer these parts; a letter goes only beside what is encrypted for somebody."""
        for part, box in self._boxes.items():
            shown = part in offered and (part != "letter" or encrypted or self._chosen("contribution"))
            box.setVisible(shown)
            self._words[part].setVisible(shown)
        self._show_more()

    def _chosen(self, part: Part) -> bool:
        return not self._boxes[part].isHidden() and self._boxes[part].isChecked()

    def parts(self) -> frozenset[Part]:
        """What is chosen."""
        return frozenset(part for part in PARTS if self._chosen(part))

    def keep(self) -> Keep:
        """What the extract keeps first."""
        kept: dict[str | None, Keep] = {"countries": "countries", "ages": "ages"}
        return kept.get(self._keep.value(), "even")

    def roster(self) -> Path | None:
        """The roster of the round."""
        return self._roster if self._chosen("contribution") else None

    def complete(self) -> bool:
        """Whether something goes, and nothing is missing for it."""
        return bool(self.parts() - {"letter"}) and (
            not self._chosen("contribution") or self._roster is not None
        )

    def _on_toggled(self) -> None:
        self._show_more()
        self.changed.emit()

    def _show_more(self) -> None:
        self._keep.setVisible(self._chosen("extract"))
        for widget in (self._choose, self._file):
            widget.setVisible(self._chosen("contribution"))

    def _on_choose(self) -> None:
        self._ask.file(
            _("The roster of the round"), self._on_roster, endings=("roster",), kinds=_("Rosters of pools")
        )

    def _on_roster(self, path: Path) -> None:
        self._roster = path
        self._file.setText(path.name)
        self.changed.emit()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._card.set_title(_("What goes?"))
        tables = ngettext("Tables of the summary: {number}", "Tables of the summary: {number}", self._tables)
        names: dict[Part, tuple[str, str]] = {
            "tables": (
                tables.format(number=format_number(self._tables)),
                _("As you have just seen them; {number}% of the information is kept. Both languages.").format(
                    number=round(100 * self._share)
                ),
            ),
            "extract": (
                _("Extract of records"),
                _("In CTDC's columns; every row occurs at least eleven times, all columns together."),
            ),
            "contribution": (
                _("Contribution to a pool"),
                _("Two files of random numbers for two receivers; only the sum of all offices can be read."),
            ),
            "letter": (
                _("Cover letter"),
                _(
                    "One page in each language to print or to send along; it names files and keys, no figures."
                ),
            ),
        }
        for part, (name, words) in names.items():
            self._boxes[part].setText(name)
            self._words[part].set_text(words)
        self._keep.set_options(
            [
                ("even", _("Keep all alike")),
                ("countries", _("Countries first")),
                ("ages", _("Ages first")),
            ]
        )
        self._keep.setAccessibleName(_("What the extract keeps first"))
        self._choose.setText(_("Choose the roster"))


def _explained(theme: Theme, button: QWidget, words: QWidget) -> QVBoxLayout:
    """A choice with its sentence under its word."""
    below = QHBoxLayout()
    below.setContentsMargins(theme.px(24), 0, 0, 0)
    below.addWidget(words)
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addWidget(button)
    column.addLayout(below)
    return column


def _indented(theme: Theme, *widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(theme.px(24), 0, 0, 0)
    row.setSpacing(theme.px(8))
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, ElidedText) else 0)
    row.addStretch(0 if any(isinstance(widget, ElidedText) for widget in widgets) else 1)
    return row
