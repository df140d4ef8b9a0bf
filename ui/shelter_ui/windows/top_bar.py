"""Above every page: the search, whether names are shown, the language, help and the lock."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from shelter_i18n import LANGUAGES, _, current_language
from shelter_ui.context import AppContext
from shelter_ui.widgets.base import Themed, rule, set_ground
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import SealedBlock
from shelter_ui.widgets.search_box import SearchBox

__all__ = ["TopBar"]


class TopBar(Themed, QWidget):
    """52 high; the search box is always there."""

    lock_asked = Signal()
    help_asked = Signal()
    language_asked = Signal(str)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = context.theme
        self.context = context
        set_ground(self, "window")
        self.search = SearchBox(theme)
        self.search.setObjectName("search")
        self.search.setMaximumWidth(theme.px(420))
        self._sealed = SealedBlock(theme, height=24)
        self._names = Button(theme, "", "quiet", icon="eye")
        self._names.setObjectName("names")
        self._names.clicked.connect(lambda _checked=False: context.show_names(not context.names_shown))
        self._language = Button(theme, "", "quiet", icon="languages")
        self._language.setObjectName("language")
        self._language.clicked.connect(lambda _checked=False: self.language_asked.emit(self._other()))
        self._help = Button(theme, "", "quiet", icon="circle-question-mark")
        self._help.setObjectName("help")
        self._help.clicked.connect(lambda _checked=False: self.help_asked.emit())
        self._lock = Button(theme, "", icon="lock", keys="Ctrl L")
        self._lock.setObjectName("lock")
        self._lock.clicked.connect(lambda _checked=False: self.lock_asked.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(24), 0, theme.px(24), 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self.search, 10)
        row.addStretch(4)
        for widget in (self._sealed, self._names, self._language, self._help, self._lock):
            row.addWidget(widget)
        self._sealed.setVisible(not context.session.sees_names)
        self._names.setVisible(context.session.sees_names)
        self._line = rule()
        self._line.setParent(self)
        context.names_shown_changed.connect(self.retranslate_ui)
        self.adopt(theme)
        self.restyle()
        self.retranslate_ui()

    def _other(self) -> str:
        return next(code for code in LANGUAGES if code != current_language())

    def restyle(self) -> None:
        """Take the height of the new scale."""
        self.setFixedHeight(self.theme.px(52))

    def resizeEvent(self, event: object) -> None:
        """Keep the line at the lower edge."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        height = self.theme.line
        self._line.setGeometry(0, self.height() - height, self.width(), height)

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed into the search stays."""
        shown = self.context.names_shown
        self.search.setPlaceholderText(
            _("Find a name, number or document")
            if self.context.session.sees_names
            else _("Find a case number")
        )
        self._sealed.set_words(_("Names are sealed"))
        self._names.setText(_("Names shown") if shown else _("Names hidden"))
        self._names.set_icon("eye" if shown else "eye-off")
        self._names.setAccessibleDescription(_("F12 shows and hides all names"))
        self._language.setText(LANGUAGES[self._other()])
        self._language.setAccessibleName(
            _("Change the language to {language}").format(language=LANGUAGES[self._other()])
        )
        self._help.setText(_("Help"))
        self._lock.setText(_("Lock"))
