"""Questions back about one filled form that rest on more than one answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from shelter_app.domain.forms.checking import Problem
from shelter_app.domain.forms.model import Values

__all__ = ["EntryRule", "entry_rules"]

EntryRule = Callable[[Values, dt.date], Iterable[Problem]]

_RULES: dict[str, tuple[EntryRule, ...]] = {}


def entry_rules(form_id: str) -> tuple[EntryRule, ...]:
    """The rules that look at entries of this form."""
    return _RULES.get(form_id, ())
