"""Rows of a register that wait for a decision, as they are kept sealed in the vault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shelter_app.domain.partial_date import PartialDate
from shelter_app.exchange.registers import DECISIONS, Option, Reason, RegisterRow
from shelter_app.exchange.registers.reasons import WAITS
from shelter_app.exchange.registers.rows import outcome_of

__all__ = ["row_from_json", "row_to_json"]


def _out(value: Any) -> Any:
    if isinstance(value, PartialDate):
        return {"date": value.to_json()}
    if isinstance(value, Option):
        return {"option": value.code}
    if isinstance(value, Mapping):
        return {"map": {str(key): _out(item) for key, item in value.items()}}
    if isinstance(value, (list, tuple)):
        return {"list" if isinstance(value, list) else "tuple": [_out(item) for item in value]}
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"a row holds a {type(value).__name__}")


def _in(stored: Any) -> Any:
    if not isinstance(stored, dict):
        return stored
    ((kind, value),) = stored.items()
    if kind == "date":
        return PartialDate.from_json(value)
    if kind == "option":
        return next(option for options in DECISIONS.values() for option in options if option.code == value)
    if kind == "map":
        return {key: _in(item) for key, item in value.items()}
    items = [_in(item) for item in value]
    return tuple(items) if kind == "tuple" else items


def row_to_json(row: RegisterRow) -> dict[str, Any]:
    """The whole row as plain data; `row_from_json` gives it back."""
    return {
        "sheet": row.sheet, "row": row.row, "outcome": row.outcome, "values": _out(row.values),
        "unparsed": dict(row.unparsed), "original": [list(pair) for pair in row.original],
        "fingerprint": row.fingerprint, "cells": dict(row.cells), "decided": dict(row.decided),
        "same": list(row.same_person_as) if row.same_person_as else None,
        "reasons": [
            {"code": r.code, "severity": r.severity, "cell": r.cell, "values": _out(r.values),
             "group": [list(place) for place in r.group]}
            for r in row.reasons
        ],
    }  # fmt: skip


def _places(stored: Sequence[Sequence[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((str(sheet), int(row)) for sheet, row in stored)


def row_from_json(stored: Mapping[str, Any]) -> RegisterRow:
    """The row that `row_to_json` was given."""
    # Rows stored by the first versions called the reason of a row that waits for another one a remark.
    reasons = tuple(
        Reason(
            r["code"],
            "waits" if r["code"] == WAITS else r["severity"],
            r["cell"],
            _in(r["values"]),
            _places(r["group"]),
        )
        for r in stored["reasons"]
    )
    same = stored["same"]
    return RegisterRow(
        sheet=stored["sheet"], row=stored["row"], outcome=outcome_of(reasons), values=_in(stored["values"]),
        unparsed=stored["unparsed"], reasons=reasons,
        original=tuple((header, text) for header, text in stored["original"]), fingerprint=stored["fingerprint"],
        cells=stored["cells"], decided=stored["decided"], same_person_as=(same[0], same[1]) if same else None,
    )  # fmt: skip
