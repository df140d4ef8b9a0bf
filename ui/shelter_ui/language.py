"""Switching between Chinese and English while windows stand open, without losing what is typed."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QObject, Qt, QTranslator, Signal
from PySide6.QtWidgets import QApplication

from shelter_i18n import current_language, set_language

__all__ = ["LanguageSwitch", "Retranslator"]

#: Catalogue of Qt's own texts (context menus, message boxes); English needs none. It is named as a file:
#: naming it by QLocale builds the lists of all languages and countries, 45 ms before the sign-in screen.
_QT_TEXTS = {"zh": "qtbase_zh_CN"}


class Retranslator:
    """Mix-in for a widget: calls `retranslate_ui` whenever the language changes.

    Name it before the Qt class: `class Page(Retranslator, QWidget)`. It sets texts only; values that a
    person has typed or chosen are not touched.
    """

    def changeEvent(self, event: QEvent) -> None:
        """Fetch the texts again when the language has changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate_ui()
        cast("Any", super()).changeEvent(event)

    def retranslate_ui(self) -> None:
        """Set every text of this widget again; overridden by widgets that have some."""


class LanguageSwitch(QObject):
    """Changes the language of the running program; one object, built with the program."""

    #: The language in force has changed; carries its code.
    changed = Signal(str)

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._translator: QTranslator | None = None

    @property
    def current(self) -> str:
        """The language in force: "zh" or "en"."""
        return current_language()

    def use(self, language: str) -> None:
        """Show everything in `language` from now on.

        Raises:
            KeyError: the program has no such language.
        """
        set_language(language)
        self._replace_qt_texts(language)
        self._app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        # Qt tells its widgets only when a catalogue of its own was exchanged, and then later: we tell them now.
        for widget in QApplication.topLevelWidgets():
            QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.LanguageChange))
        self.changed.emit(language)

    def _replace_qt_texts(self, language: str) -> None:
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if language in _QT_TEXTS and translator.load(_QT_TEXTS[language], folder):
            QCoreApplication.installTranslator(translator)
            self._translator = translator
