"""What a coded field offers: codes, countries, languages and colleagues, named in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shelter_app.casework.session import Session
from shelter_app.domain.codelists import code_list, country_codes, language_codes, language_label
from shelter_app.domain.forms import Field, Kind
from shelter_app.storage import books
from shelter_i18n import LANGUAGES, _, current_language
from shelter_i18n.formats import country_name, sorted_for_reader
from shelter_ui.widgets.options import Option

__all__ = ["Colleagues", "options_for", "yes_no_options"]

#: Most people come from, pass through or were exploited in these; they lead the list.
_NEAR = ("CN", "VN", "MM", "LA", "KH", "TH")


class Colleagues:
    """Who has signed in to this vault, by user id, read once."""

    def __init__(self, session: Session) -> None:
        self._rows = books.users(session.store)

    def options(self) -> list[Option]:
        """Everybody who can still sign in, in the reader's order."""
        present = [row for row in self._rows if row.removed_at is None]
        return [Option(row.id, row.name) for row in sorted_for_reader(present, lambda row: row.name)]

    def name(self, user_id: str) -> str:
        """The name of a colleague, also of one who has left; the id if nobody is known by it."""
        return next((row.name for row in self._rows if row.id == user_id), user_id)


def _both(code: str, name: Callable[[str, str | None], str]) -> Option:
    language = current_language()
    others = tuple(name(code, other) for other in LANGUAGES if other != language)
    return Option(code, name(code, language), others)


def _countries() -> list[Option]:
    rest = [code for code in country_codes() if code not in _NEAR]
    ordered = [*_NEAR, *sorted_for_reader(rest, country_name)]
    return [_both(code, country_name) for code in ordered]


def _languages() -> list[Option]:
    return [_both(code, language_label) for code in language_codes(common=False)]


def _codes(field: Field, values: Mapping[str, Any]) -> list[Option]:
    codes = code_list(field.codelist)
    within = values.get(field.within) if field.within else None
    group = within if isinstance(within, str) else ""
    found = []
    for code, label in codes.options(group=group):
        entry = codes.get(code)
        found.append(Option(code, label, (entry.en, entry.zh, *entry.also) if entry else ()))
    return found


def options_for(field: Field, values: Mapping[str, Any], colleagues: Colleagues) -> Sequence[Option]:
    """What `field` offers, given the other answers of its form, in the language in force."""
    if field.kind in (Kind.CODE, Kind.CODES):
        return _codes(field, values)
    if field.kind in (Kind.COUNTRY, Kind.COUNTRIES):
        return _countries()
    if field.kind in (Kind.LANGUAGE, Kind.LANGUAGES):
        return _languages()
    return colleagues.options() if field.kind is Kind.USER else ()


def yes_no_options() -> list[tuple[str, str]]:
    """Four different answers, always in this order."""
    return [("yes", _("Yes")), ("no", _("No")), ("unknown", _("Unknown")), ("not_asked", _("Not asked"))]
