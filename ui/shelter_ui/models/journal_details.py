"""What a line of the journal says beside who, when and what: each detail as a label and words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from shelter_app.casework.journal import JournalLine
from shelter_app.casework.journal_words import DETAILS, action_words
from shelter_app.domain.forms import form
from shelter_app.vault.rights import COMPARTMENT_LABELS, Role
from shelter_i18n import N_, _, current_language
from shelter_i18n.formats import format_number, format_short_date, join_list

__all__ = ["detail_words", "moment_words"]

_WORDS = {
    "shorter": N_("it ended earlier"),
    "different": N_("a line was another one"),
    "note": N_("a note of a last session was gone or exchanged"),
    "header": N_("header of the vault"),
    "own_session": N_("own note of the last session"),
    "computer": N_("note of this computer"),
    "backup": N_("backup"),
    "given": N_("handed in to compare"),
}


def moment_words(moment: dt.datetime) -> str:
    """A moment for a table: short day and minute."""
    day = format_short_date(moment.date())
    return f"{day} {moment:%H:%M}" if current_language() == "zh" else f"{day}, {moment:%H:%M}"


def detail_words(line: JournalLine, users: Mapping[str, str]) -> list[tuple[str, str]]:
    """The details of a line that a person can use, as label and words; `users` gives names by id."""
    found = []
    for name, label in DETAILS.items():
        words = _of(users, name, line.detail[name]) if name in line.detail else ""
        if words:
            found.append((_(label), words))
    return found


def _of(users: Mapping[str, str], name: str, value: Any) -> str:
    if name in _SPECIAL:
        return _SPECIAL[name](users, value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int):
        return format_number(value)
    if isinstance(value, str):
        return _(_WORDS[value]) if value in _WORDS else value if name == "period" else ""
    if isinstance(value, list | Mapping):
        return format_number(len(value))
    return ""


def _form(_users: Mapping[str, str], value: Any) -> str:
    if value == "health":
        return _("Health record")
    try:
        return _(form(str(value)).title)
    except KeyError:
        return str(value)


def _keys(_users: Mapping[str, str], value: Any) -> str:
    names = {c.value: label for c, label in COMPARTMENT_LABELS.items()}
    given = value if isinstance(value, list) else [value]
    return join_list(_(names[name]) for name in given if name in names)


def _role(_users: Mapping[str, str], value: Any) -> str:
    return _(Role(value).label) if value in set(Role) else ""


def _to(users: Mapping[str, str], value: Any) -> str:
    return users.get(str(value), "") if value else _("nobody")


def _made_at(_users: Mapping[str, str], value: Any) -> str:
    try:
        return moment_words(dt.datetime.fromisoformat(str(value)).astimezone())
    except ValueError:
        return ""


def _change(_users: Mapping[str, str], value: Any) -> str:
    return action_words(str(value))


_SPECIAL: dict[str, Callable[[Mapping[str, str], Any], str]] = {
    "form": _form, "compartment": _keys, "keys": _keys, "role": _role, "to": _to, "by": _to, "made_at": _made_at,
    "change": _change,
}  # fmt: skip
