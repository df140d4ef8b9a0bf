"""The triggers that keep what is saved from being overwritten: whether a store still has them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from shelter_app.storage.database import Database
from shelter_app.storage.store import migration_texts

__all__ = ["missing_guards"]

_STEP: Final = re.compile(r"^(?:(CREATE TRIGGER (\w+)[\s\S]*?\bEND);|DROP TRIGGER (\w+);)", re.MULTILINE)


@lru_cache(maxsize=1)
def _guards() -> dict[str, str]:
    """Name and text of every trigger of the newest schema, as the migrations make them."""
    found: dict[str, str] = {}
    for text in migration_texts():
        for step in _STEP.finditer(text):
            if step[1]:
                found[step[2]] = step[1]
            else:
                found.pop(step[3], None)
    return found


def missing_guards(db: Database) -> list[str]:
    """Names of the triggers that are gone from a store or say something else than they should."""
    rows = db.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    present = {str(name): str(sql) for name, sql in rows}
    return sorted(name for name, sql in _guards().items() if present.get(name) != sql)
