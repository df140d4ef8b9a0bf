"""The work behind the page of imports: reading a file as a person said, in a worker. Touches no widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shelter_app.casework.registers import existing_people
from shelter_app.casework.session import Session
from shelter_app.exchange.registers import ColumnInfo, RegisterPreview, RegisterRow, preview, read_register
from shelter_app.exchange.registers.errors import NoHeaderError
from shelter_app.exchange.registers.headers import Column, match_header, unclear_header
from shelter_ui.tasks import Job
from shelter_ui.windows.import_columns import Reading

__all__ = ["ReadFile", "read_file"]

_SAMPLES = 3
_LOOKED_AT = 50


@dataclass(frozen=True)
class ReadFile:
    """A file as it was read: with rows, or only with columns that a person has to name first."""

    preview: RegisterPreview | None
    columns: tuple[ColumnInfo, ...]
    kind: str
    encoding: str
    others: tuple[str, ...]
    #: Why there are no rows yet.
    problem: NoHeaderError | None = None
    #: The row that was taken for the names of the columns until a person says otherwise.
    header_row: int | None = None


def read_file(session: Session, path: Path, reading: Reading, job: Job) -> ReadFile:
    """Read a register as a person said; rows are compared with the vault.

    Raises:
        RegisterError: it cannot be read; says what to do.
        Cancelled: the person asked to stop.
    """
    look_up, seen = existing_people(session), 0

    def existing(row: RegisterRow) -> Sequence[str]:
        nonlocal seen
        seen += 1
        job.progress(seen, 0)
        return look_up(row)

    try:
        found = preview(
            path, today=session.today, mapping=reading.mapping(), encoding=reading.encoding,
            date_order=reading.date_order, existing=existing,
        )  # fmt: skip
    except NoHeaderError as error:
        return _columns_only(path, reading, error)
    return ReadFile(found, found.columns, found.kind, found.encoding, found.other_encodings)


def _columns_only(path: Path, reading: Reading, problem: NoHeaderError) -> ReadFile:
    """The columns under the row that was named, or under the first row that has cells."""
    file = read_register(path, encoding=reading.encoding)
    infos: list[ColumnInfo] = []
    taken: int | None = None
    for sheet in file.sheets:
        named = (reading.header_row or 0) - 1
        first = next((i for i, cells in enumerate(sheet.rows) if sum(not c.blank for c in cells) > 1), 0)
        start = named if 0 <= named < len(sheet.rows) else first
        if start >= len(sheet.rows):
            continue
        taken = taken or start + 1
        for place, cell in enumerate(sheet.rows[start]):
            below = [
                row[place].text for row in sheet.rows[start + 1 : start + 1 + _LOOKED_AT] if place < len(row)
            ]
            samples = tuple(dict.fromkeys(text for text in below if text))[:_SAMPLES]
            target = reading.targets.get(cell.text, match_header(cell.text) if cell.text else None)
            if cell.text or samples:
                candidates = () if cell.text in reading.targets else unclear_header(cell.text)
                column = Column(place, cell.text, target, candidates)
                infos.append(ColumnInfo(sheet.name, column, None, samples))
    return ReadFile(None, tuple(infos), file.kind, file.encoding, file.other_encodings, problem, taken)
