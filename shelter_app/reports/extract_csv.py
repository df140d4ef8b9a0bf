"""An extract as CSV: UTF-8 without a mark, commas, CRLF, no quotes needed; empty where nothing is told."""

from __future__ import annotations

from shelter_app.anonymise.extract import Extract

__all__ = ["extract_csv"]


def extract_csv(extract: Extract) -> str:
    """The text of the file, header first. No cell can begin with a sign that a spreadsheet calculates with."""
    lines = [",".join(pattern) for pattern in extract.patterns]
    return "\r\n".join([",".join(extract.columns), *(lines[place] for place in extract.order), ""])
