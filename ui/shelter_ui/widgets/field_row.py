"""A field with what belongs to it: label above, hint at the right, help or a problem below."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, set_look
from shelter_ui.widgets.notices import SealedBlock
from shelter_ui.widgets.texts import IconLabel, Prose, Text

__all__ = ["FieldRow"]

_State = Literal["", "error", "warning"]


class FieldRow(Themed, QWidget):
    """Places `field` under its label. What the row says is also the field's spoken name and description."""

    def __init__(
        self, theme: Theme, field: QWidget, label: str = "", *, hint: str = "", help_text: str = ""
    ) -> None:
        super().__init__()
        self.field = field
        self._help, self._problem, self._state = help_text, "", ""
        self._sealed: SealedBlock | None = None
        self._label = Text(label, "label", "text2")
        self._hint = Text(hint, "caption", "muted")
        self._icon = IconLabel(theme, "circle-alert", 14, "alert", line="label")
        self._below = Prose(theme, "", "label", "text2")
        self._label.setBuddy(field)
        policy = self.sizePolicy()
        policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
        self.setSizePolicy(policy)
        head = QHBoxLayout()
        head.setSpacing(theme.px(6))
        head.addWidget(self._label)
        #: A help button or a tag is added here, right after the label.
        self.beside_label = QHBoxLayout()
        head.addLayout(self.beside_label)
        head.addStretch(1)
        head.addWidget(self._hint)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(6))
        foot.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self._below, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(4))
        self._column.addLayout(head)
        self._column.addWidget(field)
        self._column.addLayout(foot)
        self.adopt(theme)
        self.restyle()
        self.set_label(label, hint)

    def set_label(self, label: str, hint: str = "") -> None:
        """Name the field; the hint stands at the right: a unit, "several", what seals it."""
        self._label.setText(label)
        self._label.setVisible(bool(label))
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._speak()

    def label(self) -> str:
        """The name of the field."""
        return self._label.text()

    def set_help(self, text: str) -> None:
        """A sentence below the field while nothing is wrong with it."""
        self._help = text
        self._show()

    def set_error(self, text: str) -> None:
        """Say what is wrong; an empty text takes it back. What was typed stays."""
        self._set_problem("error" if text else "", text)

    def set_warning(self, text: str) -> None:
        """Say what looks odd; an empty text takes it back."""
        self._set_problem("warning" if text else "", text)

    def problem(self) -> str:
        """The error or warning that is shown, or an empty text."""
        return self._problem

    @property
    def state(self) -> str:
        """Which problem is shown: "error", "warning" or nothing."""
        return self._state

    def set_sealed(self, words: str | None) -> None:
        """Put a sealed block in the place of the field, or (None) the field back."""
        if self._sealed is not None:
            self._column.removeWidget(self._sealed)
            self._sealed.deleteLater()
            self._sealed = None
        self.field.setVisible(words is None)
        if words is not None:
            self._sealed = SealedBlock(self.theme, words)
            self._column.insertWidget(1, self._sealed)

    def restyle(self) -> None:
        """Take icon and words in the new palette."""
        self._show()

    def _set_problem(self, state: _State, text: str) -> None:
        self._problem, self._state = text, state
        setter = getattr(self.field, "set_error", None)
        if state == "warning":
            setter = getattr(self.field, "set_warning", setter)
        if state == "" and callable(undo := getattr(self.field, "set_warning", None)):
            undo(False)
        if callable(setter):
            setter(bool(state))
        else:
            set_look(
                self.field,
                error="true" if state == "error" else "",
                warning="true" if state == "warning" else "",
            )
        self._show()

    def _show(self) -> None:
        text = self._problem or self._help
        tone = {"error": "alert", "warning": "warning"}.get(self._state, "text2")
        self._icon.setVisible(bool(self._problem))
        if self._problem:
            self._icon.set_icon("circle-alert" if self._state == "error" else "triangle-alert", tone)
        self._below.setVisible(bool(text))
        self._below.set_text(text)
        self._below.set_tone(tone)
        self._speak()

    def _speak(self) -> None:
        self.field.setAccessibleName(self._label.text())
        self.field.setAccessibleDescription(" ".join(part for part in (self._help, self._problem) if part))
