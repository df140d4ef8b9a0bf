"""Errors that a person can act on; everything else is a bug and goes to the one handler."""

from __future__ import annotations

from shelter_i18n import N_, _, gettext_in

__all__ = ["ShelterError"]


class ShelterError(Exception):
    """Something a person can act on: what is wrong and what to do, in the reader's language.

    A subclass gives `message` (an English message id marked with `N_`) or the caller passes one;
    `values` fill its named places. No value may name a person: these texts may reach a log.
    """

    message = N_("Something went wrong. Nothing has been changed.")
    #: Exit code of the command line; documented in `shelter-app --help`.
    exit_code = 1

    def __init__(self, message: str | None = None, **values: object) -> None:
        self.message = message or type(self).message
        self.values = values
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.render()

    def render(self, language: str | None = None) -> str:
        """The sentence for the reader, in `language` or the one in force."""
        text = gettext_in(language, self.message) if language else _(self.message)
        return text.format(**self.values)
