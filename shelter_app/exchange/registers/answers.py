"""What a cell says, and what the other cells of its column have settled for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from shelter_app.domain.partial_date import DateOrder, PartialDate

__all__ = ["Answer", "DateRules"]


@dataclass(frozen=True, slots=True)
class DateRules:
    """What the dates of one column have settled for each other."""

    order: DateOrder | None
    #: Whether the column's dates with four digits leave no doubt about the century of the others.
    century_settled: bool
    today: dt.date


@dataclass(slots=True)
class Answer:
    """What a cell says: answers by target path, what stays text, and what is odd."""

    values: dict[str, Any] = field(default_factory=dict)
    #: The text that no field holds.
    text: str = ""
    #: Codes of reasons with their values.
    reasons: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    #: Readings of an ambiguous date.
    alternatives: tuple[PartialDate, ...] = ()

    def keep(self, text: str, code: str = "kept_as_text") -> Answer:
        """The same answer with the text kept and the reason why."""
        self.text = text
        if code:
            self.reasons.append((code, {"text": text}))
        return self
