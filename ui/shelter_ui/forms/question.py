"""One question on a screen: label, editor, which compartment seals it, and what looks wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent

from shelter_app.domain.forms import Field, FieldClass, Kind
from shelter_i18n import _
from shelter_ui.forms.editors import Editor, Tools, editor_for
from shelter_ui.forms.grid import SPANS
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.texts import IconLabel

__all__ = ["Question"]

_SEVERAL = frozenset({Kind.TEXTS, Kind.CODES, Kind.COUNTRIES, Kind.LANGUAGES})


class _HelpMark(IconLabel):
    """A question mark that shows the help when it is clicked; with the keyboard the help follows the focus."""

    clicked = Signal()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Ask for the help."""
        self.clicked.emit()


class Question(QObject):
    """A field with its row; problems are shown once somebody has been in the field and left it."""

    #: A person has changed the answer.
    changed = Signal()
    #: Somebody wants to read what this question means.
    help_asked = Signal()

    def __init__(
        self,
        field: Field,
        cls: FieldClass,
        tools: Tools,
        *,
        sealed: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.field, self.cls, self.sealed, self._tools = field, cls, sealed, tools
        #: Whether somebody has been here and left, so that problems may be shown.
        self.touched = False
        self.editor: Editor = editor_for(field, tools)
        self.editor.widget.setObjectName(f"field_{field.id}")
        self.row = FieldRow(tools.theme, self.editor.widget)
        self.row.setObjectName(f"row_{field.id}")
        self._help: _HelpMark | None = None
        if field.help:
            self._help = _HelpMark(tools.theme, "circle-question-mark", 14)
            self._help.clicked.connect(self.help_asked)
            self.row.beside_label.addWidget(self._help)
        self.editor.changed.connect(self.changed)
        self._problem = ("", "")
        self.retranslate({})

    @property
    def span(self) -> int:
        """Columns out of six that it asks for."""
        return SPANS[self.field.width]

    def retranslate(self, values: Mapping[str, Any]) -> None:
        """Say everything in the language in force; the answer stays."""
        self.row.set_label(_(self.field.label), self._hint())
        if self._help is not None:
            self._help.setToolTip(_("What this question means"))
        if not self.sealed:
            self.editor.refresh_options(values)
        else:
            self.row.set_sealed(self.sealed_words())
        self._describe()

    def sealed_words(self) -> str:
        """Why the answer is withheld."""
        return self._tools.sealed(self.cls)

    def _hint(self) -> str:
        if self.cls is FieldClass.HEALTH:
            return _("sealed for health workers")
        if self.field.kind is Kind.LONG_TEXT and self.cls is FieldClass.IDENTIFYING:
            return _("sealed with the names")
        if self.field.required:
            return _("needed to save")
        return _("several possible") if self.field.kind in _SEVERAL else ""

    def show_problem(self, severity: str, text: str) -> None:
        """Say what is wrong ("error") or odd ("warning") beside the field; an empty text takes it back."""
        if (severity, text) == self._problem:
            return
        self._problem = (severity, text)
        if severity == "warning":
            self.row.set_warning(text)
        else:
            self.row.set_error(text)
        self._describe()

    def _describe(self) -> None:
        parts = (_(self.field.help), self._problem[1])
        self.editor.widget.setAccessibleDescription(" ".join(part for part in parts if part))

    def resume(self, unfinished: Any) -> None:
        """Show again what was typed and is no answer, with what is wrong with it."""
        self.editor.resume(unfinished)
        self.touched = True

    def focus(self) -> None:
        """Put the keyboard into the field."""
        if not self.sealed:
            self.editor.widget.setFocus(Qt.FocusReason.TabFocusReason)
