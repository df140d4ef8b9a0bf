"""A release as canonical JSON and back, without loss; what is read back is checked like foreign input.

Version 2 added what a cross table needs (`columns_…`, `universe`) and `hidden_least`; version 1 is read as tables without crosses.
"""

from __future__ import annotations

import json
from typing import Any

from shelter_app.anonymise.release import (
    Category,
    Cell,
    Check,
    Counts,
    Folded,
    Notice,
    ProtectedRelease,
    Table,
)
from shelter_app.domain.periods import Period, PeriodError
from shelter_app.errors import ShelterError
from shelter_i18n import N_

__all__ = ["FORMAT", "ReleaseFormatError", "release_from_json", "release_to_json"]

FORMAT = "shelter-summary/2"
#: What was written before there were crosses stays readable, and is written back as it was.
_FIRST = "shelter-summary/1"
_SIGNS = {"small": "<11", "hidden": "hidden"}
_ROLES = ("item", "none", "base", "total")


class ReleaseFormatError(ShelterError):
    """A text that is not a summary of a version that this program reads."""

    message = N_(
        "This is not a summary that this version of the program can read. "
        "Ask the sender for the file again, or install the newest version."
    )


def release_to_json(release: ProtectedRelease) -> str:
    """Canonical JSON: sorted keys, no spaces, UTF-8 characters as they are."""
    return _written(release, FORMAT)


def _written(release: ProtectedRelease, version: str) -> str:
    body = {
        "format": version,
        "period": release.period.text,
        "codebooks": [list(pair) for pair in release.codebooks],
        "threshold": release.threshold,
        "rounding": release.rounding,
        "tables": [_table_out(table, version) for table in release.tables],
        "checks": [{"name": c.name, "attempts": c.attempts, "held": c.held} for c in release.checks],
        "notices": [{"code": n.code, "text": n.text, "table": n.table} for n in release.notices],
        "share_kept": release.share_kept,
        "counts": {
            "shown": release.counts.shown,
            "small": release.counts.small,
            "hidden": release.counts.hidden,
            "merged": release.counts.merged,
        },
    }
    if version == FORMAT:
        body["hidden_least"] = release.hidden_least
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _table_out(table: Table, version: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": table.id,
        "title": table.title,
        "rows": [_category_out(category) for category in table.rows],
        "columns": [_category_out(category) for category in table.columns],
        "cells": [[_SIGNS.get(cell.kind, cell.value) for cell in line] for line in table.cells],
        "additive": table.additive,
        "base": table.base,
        "sensitive": table.sensitive,
        "folded": [[item.code, item.into] for item in table.folded],
        "codelist": table.codelist,
        "notes": list(table.notes),
    }
    if version == FORMAT:
        body |= {
            "columns_additive": table.columns_additive,
            "columns_sensitive": table.columns_sensitive,
            "columns_folded": [[item.code, item.into] for item in table.columns_folded],
            "universe": table.universe,
        }
    return body


def _category_out(category: Category) -> dict[str, Any]:
    return {
        "code": category.code,
        "role": category.role,
        "text": category.text,
        "codelist": category.codelist,
        "key": category.key,
        "least": category.least,
    }


def release_from_json(text: str) -> ProtectedRelease:
    """The release in `text`.

    Raises:
        ReleaseFormatError: anything about the text is not as `release_to_json` writes it.
    """
    try:
        body = json.loads(text, parse_constant=_no_number)
        version = body["format"]
        if version not in (FORMAT, _FIRST):
            raise ReleaseFormatError
        release = ProtectedRelease(
            period=Period.parse(_str(body["period"])),
            codebooks=tuple((_str(name), _str(version)) for name, version in body["codebooks"]),
            threshold=_int(body["threshold"]),
            rounding=_int(body["rounding"]),
            hidden_least=_int(body["hidden_least"]) if version == FORMAT else 11,
            tables=tuple(_table_in(table, version) for table in body["tables"]),
            checks=tuple(
                Check(_str(c["name"]), _int(c["attempts"]), _bool(c["held"])) for c in body["checks"]
            ),
            notices=tuple(
                Notice(_str(n["code"]), _str(n["text"]), _str(n["table"])) for n in body["notices"]
            ),
            share_kept=_float(body["share_kept"]),
            counts=Counts(
                **{name: _int(body["counts"][name]) for name in ("shown", "small", "hidden", "merged")}
            ),
        )
    except (ValueError, KeyError, TypeError, RecursionError, PeriodError) as error:
        raise ReleaseFormatError from error
    if _written(release, version) != text:
        raise ReleaseFormatError
    return release


def _no_number(_: str) -> float:
    raise ReleaseFormatError


def _table_in(body: dict[str, Any], version: str) -> Table:
    crosses: dict[str, Any] = {}
    if version == FORMAT:
        crosses = {
            "columns_additive": _bool(body["columns_additive"]),
            "columns_sensitive": _bool(body["columns_sensitive"]),
            "columns_folded": tuple(Folded(_str(code), _str(into)) for code, into in body["columns_folded"]),
            "universe": _str(body["universe"]),
        }
    return Table(
        id=_str(body["id"]),
        title=_str(body["title"]),
        rows=tuple(_category_in(category) for category in body["rows"]),
        columns=tuple(_category_in(category) for category in body["columns"]),
        cells=tuple(tuple(_cell_in(sign) for sign in line) for line in body["cells"]),
        additive=_bool(body["additive"]),
        base=_str(body["base"]),
        sensitive=_bool(body["sensitive"]),
        folded=tuple(Folded(_str(code), _str(into)) for code, into in body["folded"]),
        codelist=_str(body["codelist"]),
        notes=tuple(_str(note) for note in body["notes"]),
        **crosses,
    )


def _category_in(body: dict[str, Any]) -> Category:
    if body["role"] not in _ROLES:
        raise ReleaseFormatError
    return Category(
        code=_str(body["code"]),
        role=body["role"],
        text=_str(body["text"]),
        codelist=_str(body["codelist"]),
        key=_str(body["key"]),
        least=_int(body["least"]),
    )


def _cell_in(sign: object) -> Cell:
    if sign == "<11":
        return Cell("small")
    if sign == "hidden":
        return Cell("hidden")
    return Cell("shown", _int(sign))


def _str(value: object) -> str:
    if type(value) is not str:
        raise ReleaseFormatError
    return value


def _int(value: object) -> int:
    if type(value) is not int:
        raise ReleaseFormatError
    return value


def _bool(value: object) -> bool:
    if type(value) is not bool:
        raise ReleaseFormatError
    return value


def _float(value: object) -> float:
    if type(value) is not float:
        raise ReleaseFormatError
    return value
