"""What stays of an erased case for figures: coded answers without staff, and dates as coarse as figures allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shelter_app.domain.forms import Field, Form, Kind, read_date
from shelter_app.domain.partial_date import PartialDate

__all__ = ["CodedEntry", "coarse_answers", "coarse_date", "coarse_text", "last_outcomes"]

Coarsen = Callable[[dt.date], dt.date]
#: Form, version and coded part of an entry.
CodedEntry = tuple[str, int, dict[str, Any]]


def coarse_text(iso: str, coarsen: Coarsen) -> str:
    """An ISO 8601 date of any precision without the day: "2015-03-17" becomes "2015-03"."""
    parts = [int(part) for part in iso.split("-")] if iso else []
    if len(parts) < 3:
        return iso
    day = coarsen(dt.date(*parts))
    return day.isoformat() if day.day > 1 else f"{day:%Y-%m}"


def coarse_date(stored: Any, coarsen: Coarsen) -> dict[str, Any] | None:
    """A stored date as the figures count it, without its day; None where it has no year."""
    date = read_date(stored)
    iso = coarse_text((date.start or date).iso(), coarsen) if date else ""
    if not iso:
        return None
    parts = [int(part) for part in iso.split("-")]
    return PartialDate(parts[0], (*parts, None)[1], (*parts, None, None)[2]).to_json()


def coarse_answers(form: Form, coded: Mapping[str, Any], coarsen: Coarsen) -> dict[str, Any]:
    """The coded answers of an entry without members of staff and exact days; unknown questions go."""
    kept = {key: _coarse(form.field(key), value, coarsen) for key, value in coded.items() if key in form}
    return {key: value for key, value in kept.items() if value is not None}


def _coarse(field: Field, value: Any, coarsen: Coarsen) -> Any:
    if field.kind is Kind.USER:
        return None
    if field.kind is Kind.DATE:
        return coarse_date(value, coarsen)
    if field.kind is Kind.GROUP:
        rows = [
            {
                part.id: _coarse(part, row.get(part.id), coarsen)
                for part in field.fields
                if row.get(part.id) is not None
            }
            for row in value
        ]
        return [{key: item for key, item in row.items() if item is not None} for row in rows]
    return value


def last_outcomes(entries: Sequence[CodedEntry], coarsen: Coarsen) -> list[CodedEntry]:
    """The entries, return steps of one month with the outcome of the last one only, which is what figures count.

    `entries` come with their exact dates; once the days are gone nobody could tell which was the last.
    """
    ends = [_end(entry) for entry in entries]
    last: dict[str, tuple[dt.date, str]] = {}
    for day, outcome in filter(None, ends):
        piece = coarse_text(day.isoformat(), coarsen)
        last[piece] = max(last.get(piece, (day, outcome)), (day, outcome))
    return [
        entry
        if end is None or last[coarse_text(end[0].isoformat(), coarsen)] == end
        else _without_outcome(entry)
        for entry, end in zip(entries, ends, strict=True)
    ]


def _end(entry: CodedEntry) -> tuple[dt.date, str] | None:
    """First day and outcome of a return step that ended a return."""
    form, _version, coded = entry
    date = read_date(coded.get("done_on") or coded.get("departed_on")) if form == "return_step" else None
    iso = (date.start or date).iso() if date else ""
    if not iso or not coded.get("outcome"):
        return None
    parts = [int(part) for part in iso.split("-")]
    return dt.date(parts[0], (*parts, 1)[1], (*parts, 1, 1)[2]), str(coded["outcome"])


def _without_outcome(entry: CodedEntry) -> CodedEntry:
    form, version, coded = entry
    return form, version, {key: value for key, value in coded.items() if key != "outcome"}
