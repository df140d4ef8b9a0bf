"""The bar above a form: what it is, whose case, whether the draft is safe, and the two ways out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from shelter_app.domain.codelists import code_list
from shelter_i18n import _, ngettext
from shelter_ui.models.alert_words import alert_icon, alert_tone, gravity
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, set_ground, set_look
from shelter_ui.widgets.buttons import Button, IconButton
from shelter_ui.widgets.notices import Tag
from shelter_ui.widgets.painting import tag_width
from shelter_ui.widgets.progress import DraftIndicator
from shelter_ui.widgets.texts import ElidedText, Text

__all__ = ["FormBar"]


class FormBar(Themed, QWidget):
    """Title, case number and name at the left; draft, "Continue later" and "Save" at the right."""

    saved = Signal()
    left = Signal()
    discarded = Signal()
    printed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        set_ground(self, "surface")
        self.setFixedHeight(theme.px(60))
        self._title = Text("", "section")
        self._number = Text("", "body", "text2")
        self._name = ElidedText("", "section")
        self._name.setProperty("medium", "false")
        self._tags = QHBoxLayout()
        self._tags.setSpacing(theme.px(8))
        self.indicator = DraftIndicator(theme)
        self.later = Button(theme, "", "secondary")
        self.later.setObjectName("continue_later")
        self.save = Button(theme, "", "primary", keys="Ctrl S")
        self.save.setObjectName("save_entry")
        self.more = IconButton(theme, "ellipsis")
        self._menu = QMenu(self)
        self._print, self._discard = QAction(self), QAction(self)
        self._menu.addActions([self._print, self._discard])
        theme.keep_icon(self._print, "printer")
        theme.keep_icon(self._discard, "trash-2")
        self._alerts: list[str] = []
        self._alert_words: list[str] = []
        self._tag_widgets: list[Tag] = []
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(24), 0, theme.px(24), 0)
        row.setSpacing(theme.px(12))
        row.addWidget(self._title)
        row.addWidget(self._number)
        row.addWidget(self._name, 1)
        row.addLayout(self._tags)
        row.addWidget(self.indicator)
        row.addWidget(self.more)
        row.addWidget(self.later)
        row.addWidget(self.save)
        self.save.clicked.connect(self.saved)
        self.later.clicked.connect(self.left)
        self.more.clicked.connect(self._open_menu)
        self._print.triggered.connect(self.printed)
        self._discard.triggered.connect(self.discarded)
        self._save_words = ""
        self.adopt(theme)
        self.retranslate_ui()

    def show_subject(self, title: str, number: str, name: str, alerts: Sequence[str] = ()) -> None:
        """Say what is being filled and for whom; the name is a guest and may be empty, alerts are codes."""
        self._title.setText(title)
        self._number.setText(number)
        self._name.setText(name)
        self._alerts = sorted(alerts, key=gravity)
        names = code_list("alerts")
        self._alert_words = [names.label(code) for code in self._alerts]
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the alerts into the new width."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Fit the alerts again when the words beside them have become longer or shorter."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return handled

    def _fit(self) -> None:
        """As many alerts as leave the name its room; the others are counted, and named by the tooltip."""
        name = min(self._name.sizeHint().width(), self.theme.px(200))
        room = self.width() - self._row.sizeHint().width() + self._tags.sizeHint().width() - name
        shown: list[str] = []
        for number in range(len(self._alerts), -1, -1):
            shown = self._alert_words[:number] + self._counted(len(self._alerts) - number, beside=number > 0)
            widths = [tag_width(self.theme, words, "x") + self._tags.spacing() for words in shown]
            if sum(widths) <= room:
                break
        if [tag.text() for tag in self._tag_widgets] == shown:
            return
        for tag in self._tag_widgets:
            tag.hide()
            tag.deleteLater()
        # The last one counts what is left out, in the tone of the gravest of it.
        self._tag_widgets = [
            Tag(self.theme, words, alert_tone(code), alert_icon(code))
            for words, code in zip(shown, self._alerts, strict=False)
        ]
        for tag in self._tag_widgets:
            tag.setToolTip("\n".join(self._alert_words))
            self._tags.addWidget(tag)

    def _counted(self, rest: int, *, beside: bool) -> list[str]:
        if not rest:
            return []
        if beside:
            return [ngettext("{number} more", "{number} more", rest).format(number=rest)]
        return [ngettext("{number} alert", "{number} alerts", rest).format(number=rest)]

    def show_save(self, words: str, *, primary: bool = True) -> None:
        """Name the button that goes on; it is filled unless another one of the page is."""
        self._save_words = words
        set_look(self.save, kind="primary" if primary else "secondary")
        self.retranslate_ui()

    def set_printable(self, on: bool) -> None:
        """Whether the form can be printed from here."""
        self._print.setVisible(on)

    def _open_menu(self) -> None:
        self._menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def retranslate_ui(self) -> None:
        """Say everything in the language in force."""
        self.later.setText(_("Continue later"))
        self.save.setText(_(self._save_words) if self._save_words else _("Save"))
        self.more.set_name(_("More"))
        self._print.setText(_("Print this form"))
        self._discard.setText(_("Discard the draft"))
