"""The column beside a form: what the question at hand means, and the keys that help."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.domain.forms import Field
from shelter_i18n import _
from shelter_i18n.formats import join_list
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, rule
from shelter_ui.widgets.texts import KeyCap, Prose, Text

__all__ = ["HelpPanel"]


class HelpPanel(Themed, QWidget):
    """Help for one question: its own words, the standard that it follows, and keys."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._field: Field | None = None
        self._over = Text("", "caption", "text2")
        self._name = Text("", "section", wrap=True)
        self._help = Prose(theme, "", "label", "text2")
        self._source = Prose(theme, "", "caption", "muted")
        self._line = rule()
        self._keys_title = Text("", "caption", "text2")
        self._keys: list[Text] = []
        self._key_block = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.px(4), 0, 0)
        column.setSpacing(theme.px(8))
        for widget in (self._over, self._name, self._help, self._source, self._key_block):
            column.addWidget(widget)
        keys = QVBoxLayout(self._key_block)
        keys.setContentsMargins(0, 0, 0, 0)
        keys.setSpacing(theme.px(8))
        keys.addWidget(self._line)
        keys.addWidget(self._keys_title)
        for caps in ("Alt 1-4", "Ctrl \u21b5", "F8", "Ctrl S"):
            words = Text("", "label", "text2")
            self._keys.append(words)
            row = QHBoxLayout()
            row.setSpacing(theme.px(8))
            row.addWidget(KeyCap(caps))
            row.addWidget(words, 1)
            keys.addLayout(row)
        column.addStretch(1)
        self.adopt(theme)
        self.retranslate_ui()

    def show_keys(self, shown: bool) -> None:
        """Whether the keys are listed: there is room for them beside the questions, not below."""
        self._key_block.setVisible(shown)

    def show_field(self, field: Field | None) -> None:
        """Explain this question."""
        self._field = field
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        field = self._field
        self._over.setText(_("This question"))
        for widget in (self._over, self._name):
            widget.setVisible(field is not None)
        self._name.setText(_(field.label) if field else "")
        self._help.set_text(_(field.help) if field and field.help else "")
        self._help.setVisible(bool(field and field.help))
        names = [name for name in (field.htcds, field.ctdc.rstrip("*")) if name] if field else []
        self._source.set_text(_("In the standards: {names}").format(names=join_list(names)) if names else "")
        self._source.setVisible(bool(names))
        self._keys_title.setText(_("Keys"))
        for label, words in zip(
            self._keys,
            (_("choose an answer"), _("next part"), _("next thing to check"), _("save the entry")),
            strict=True,
        ):
            label.setText(words)
