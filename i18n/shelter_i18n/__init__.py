"""What the reader sees: messages, dates, numbers, country and language names, sorted lists.

The language in force is one value for the whole process. Texts are fetched when they are shown, never
at import, so that a window can change its language while it stands open.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Callable
from pathlib import Path

__all__ = [
    "LANGUAGES",
    "NP_",
    "N_",
    "_",
    "current_language",
    "gettext_in",
    "ngettext",
    "on_language_changed",
    "pgettext",
    "set_language",
]

#: Code of the language, and its own name for the switch.
LANGUAGES = {"zh": "中文", "en": "English"}
_CATALOGUES = {"zh": "zh_CN", "en": ""}

_language = "en"
_loaded: dict[str, _gettext.NullTranslations] = {"en": _gettext.NullTranslations()}
_listeners: list[Callable[[], None]] = []


def _catalogue(language: str) -> _gettext.NullTranslations:
    if language not in _loaded:
        folder = Path(__file__).with_name("locale")
        _loaded[language] = _gettext.translation("shelter", str(folder), [_CATALOGUES[language]])
    return _loaded[language]


def set_language(language: str) -> None:
    """Use "zh" or "en" from now on and tell those who asked to be told.

    Raises:
        KeyError: the program has no such language.
    """
    global _language
    _catalogue(language)
    _language = language
    for listener in tuple(_listeners):
        listener()


def current_language() -> str:
    """The language in force: "zh" or "en"."""
    return _language


def on_language_changed(listener: Callable[[], None]) -> Callable[[], None]:
    """Call `listener` after every change of language; returns a function that ends this."""
    _listeners.append(listener)

    def stop() -> None:
        if listener in _listeners:
            _listeners.remove(listener)

    return stop


def _(message: str) -> str:
    """`message` in the language in force."""
    return _catalogue(_language).gettext(message) if message else ""


def gettext_in(language: str, message: str) -> str:
    """`message` in one named language, for bilingual forms and reports."""
    return _catalogue(language).gettext(message) if message else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of a message that fits `number`."""
    return _catalogue(_language).ngettext(singular, plural, number)


def pgettext(context: str, message: str) -> str:
    """`message` where one English word has two Chinese ones; `context` says which is meant."""
    return _catalogue(_language).pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own convention
    """Mark a constant for translation; it is translated where it is shown."""
    return message


def NP_(context: str, message: str) -> tuple[str, str]:  # noqa: N802 - gettext's own convention
    """Mark a constant with a context; show it with `pgettext(*pair)`."""
    return context, message
