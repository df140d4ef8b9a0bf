"""The files of an extract: the rows as CSV, and notes for whoever receives them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any, get_args

from shelter_app import __version__
from shelter_app.anonymise.extract import THRESHOLD, Extract, Keep
from shelter_app.anonymise.extract_columns import source_of
from shelter_app.domain.periods import Period
from shelter_app.reports.bilingual import both
from shelter_i18n import N_

__all__ = ["NOTES_FORMAT", "extract_csv", "extract_files", "read_extract"]

NOTES_FORMAT = "shelter-extract-notes/1"
_STANDARD = "CTDC-codebook-shaped; not certified or endorsed by IOM"
_NOTES = (
    N_(
        "Each row is a person who was first registered in the period. Some persons drawn by lot are left out."
    ),
    N_("Every row, all columns together, occurs at least {least} times. The order of the rows is random."),
    N_("An empty cell means not known, not told, or no; it never means no for certain."),
    N_(
        "An answer is never told of more than nine in ten of the persons with the same year, gender, age and countries. "
        "Where more give it, it is left empty for all, so shares are too low: take shares from the summary tables."
    ),
    N_(
        "Where a column had to be emptied, the coarser value may stand in a column of ours at the end, whose name "
        "begins with x_. Without these columns the file has the shape of the codebook."
    ),
)


def extract_csv(extract: Extract) -> str:
    """The text of the file: UTF-8 without a mark, commas, CRLF, no quotes needed, empty where nothing is told.

    No cell can begin with a sign that a spreadsheet calculates with: all are codes of closed lists.
    """
    lines = [",".join(pattern) for pattern in extract.patterns]
    return "\r\n".join([",".join(extract.columns), *(lines[place] for place in extract.order), ""])


def read_extract(text: str, period: Period, *, codebook: str, keep: str) -> Extract:
    """The extract that `extract_csv` wrote.

    Raises:
        KeyError: `keep` is no word that an extract can be asked for with.
    """
    asked: dict[str, Keep] = {word: word for word in get_args(Keep)}
    header, *lines = text.split("\r\n")[:-1]
    patterns = sorted({tuple(line.split(",")) for line in set(lines)})
    place = {",".join(pattern): number for number, pattern in enumerate(patterns)}
    return Extract(
        period, codebook, asked[keep], tuple(header.split(",")), tuple(patterns), tuple(place[line] for line in lines)
    )  # fmt: skip


def extract_files(
    extract: Extract, text: str, *, post: str, extract_id: str, made_on: dt.date
) -> dict[str, bytes]:
    """The rows and the notes as files by name; `text` is what `extract_csv` gave and a check has passed."""
    stem = f"extract-{post}-{extract.period.text.replace('..', '_')}"
    rows = text.encode("utf-8")
    return {
        f"{stem}.csv": rows,
        f"{stem}-notes.json": _notes(extract, rows, post=post, extract_id=extract_id, made_on=made_on),
    }


def _notes(extract: Extract, rows: bytes, *, post: str, extract_id: str, made_on: dt.date) -> bytes:
    """What the file holds and where its column names come from; no figure but the threshold."""
    body: dict[str, Any] = {
        "format": NOTES_FORMAT,
        "program": {"name": "Shelter Casework", "version": __version__},
        "standard": _STANDARD,
        "codebook": extract.codebook,
        "post": post,
        "extract": extract_id,
        "made_in": f"{made_on:%Y-%m}",
        "period": {
            "text": extract.period.text,
            "first": extract.period.first.isoformat(),
            "last": extract.period.last.isoformat(),
        },
        "threshold": THRESHOLD,
        "kept_first": extract.keep,
        "notes": [both(text, least=THRESHOLD)._asdict() for text in _NOTES],
        "columns": [{"name": name, "source": source_of(name, extract.codebook)} for name in extract.columns],
        "sha256": hashlib.sha256(rows).hexdigest(),
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1).encode("utf-8") + b"\n"
