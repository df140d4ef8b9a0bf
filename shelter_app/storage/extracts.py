"""Record extracts that were made, with their files to the letter."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from shelter_app.storage.database import Database

__all__ = ["ExtractRow", "add_extract", "extract_files", "extracts"]

_COLUMNS = "id, first_day, last_day, made_at, made_by, codebook, keep, cases, files"


@dataclass(frozen=True)
class ExtractRow:
    """An extract: its period, how it was asked for, the cases of the period, the files' digests by name."""

    id: str
    first_day: str
    last_day: str
    made_at: str
    made_by: str
    codebook: str
    keep: str
    cases: tuple[str, ...]
    files: Mapping[str, str]


def add_extract(db: Database, row: ExtractRow, contents: Mapping[str, bytes]) -> None:
    """Keep an extract and its files; it is never changed or removed."""
    texts = {name: data.decode("utf-8") for name, data in contents.items()}
    db.execute(
        f"INSERT INTO extracts ({_COLUMNS}, packed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.id, row.first_day, row.last_day, row.made_at, row.made_by, row.codebook, row.keep,
            json.dumps(list(row.cases)), json.dumps(dict(row.files), sort_keys=True),
            zlib.compress(json.dumps(texts, ensure_ascii=False).encode("utf-8")),
        ),
    )  # fmt: skip


def extracts(db: Database) -> list[ExtractRow]:
    """All extracts, newest first, without their files."""
    rows = db.rows(f"SELECT {_COLUMNS} FROM extracts ORDER BY made_at DESC, id")
    return [ExtractRow(*(*row[:7], tuple(json.loads(row[7])), json.loads(row[8]))) for row in rows]


def extract_files(db: Database, extract_id: str) -> dict[str, bytes]:
    """The files of an extract, by name.

    Raises:
        KeyError: there is no such extract.
    """
    packed = db.value("SELECT packed FROM extracts WHERE id = ?", (extract_id,))
    if packed is None:
        raise KeyError(extract_id)
    texts = json.loads(zlib.decompress(bytes(packed)))
    return {name: text.encode("utf-8") for name, text in texts.items()}
