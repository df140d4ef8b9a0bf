"""A finished summary as its receiver reads it: list of files, description and CSV files, with code of their own.

Nothing here is shared with what writes the files. What is not exactly as the program writes it is refused.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["COLUMNS", "Malformed", "Mark", "PublishedTable", "Side", "Summary", "read_json", "read_summary"]

COLUMNS = [
    "table",
    "table_en",
    "table_zh",
    "row",
    "row_role",
    "row_en",
    "row_zh",
    "column",
    "column_role",
    "column_en",
    "column_zh",
    "kind",
    "figure",
]
_KINDS = ("shown", "small", "hidden")
_FIGURE = re.compile(r"0|[1-9][0-9]{0,8}")
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
Cell = tuple[str, str]


class Malformed(Exception):
    """Something is not of the form that the program writes; says in which file, and what."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(what)
        self.file, self.what = file, what


@dataclass(frozen=True)
class Mark:
    """What stands in one cell: its kind, and the number when it is shown."""

    kind: str
    number: int | None = None

    @property
    def text(self) -> str:
        """As it stands in files; the threshold of all releases is 11."""
        return (
            str(self.number)
            if self.number is not None
            else {"small": "<11", "hidden": "x"}.get(self.kind, "")
        )


@dataclass(frozen=True)
class Side:
    """One row or column: its code, role and labels, and how many persons it promises to have at least."""

    code: str
    role: str
    least: int
    en: str
    zh: str


@dataclass(frozen=True)
class PublishedTable:
    """One table: its sides, its cells, and what its description says besides."""

    id: str
    file: str
    rows: tuple[Side, ...]
    columns: tuple[Side, ...]
    cells: Mapping[Cell, Mark]
    facts: Mapping[str, Any]
    en: str
    zh: str

    def walk(self) -> Iterator[tuple[Side, Side, Mark]]:
        """Every cell with its row and column."""
        for row in self.rows:
            for column in self.columns:
                yield row, column, self.cells[row.code, column.code]


@dataclass(frozen=True)
class Summary:
    """All that the text files say."""

    manifest: Mapping[str, Any]
    description: Mapping[str, Any]
    release: Mapping[str, Any]
    tables: tuple[PublishedTable, ...]
    files: Mapping[str, bytes] = field(repr=False)

    def named(self, ending: str) -> str:
        """The one file whose name begins as the summary's and ends so."""
        return f"{self.stem}{ending}"

    @property
    def stem(self) -> str:
        """What the names of the files begin with."""
        post = re.sub(r"[^A-Za-z0-9_-]+", "-", str(self.manifest["post"])).strip("-") or "post"
        return f"summary-{post}-{str(self.manifest['period']['text']).replace('..', '_')}"


def read_json(data: bytes, file: str) -> dict[str, Any]:
    """A JSON object that is written in the one way in which the program writes it.

    Raises:
        Malformed
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a key stands there twice")
        return found

    try:
        body = json.loads(data.decode("utf-8"), object_pairs_hook=once)
        again = (
            json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False).encode() + b"\n"
        )
    except (ValueError, RecursionError) as error:
        raise Malformed(file, "JSON") from error
    if not isinstance(body, dict) or again != data:
        raise Malformed(file, "JSON")
    return body


def read_summary(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Summary:
    """The tables in the files that `manifest` lists.

    Raises:
        Malformed
    """
    description = read_json(files["datapackage.json"], "datapackage.json")
    try:
        release = description["release"]
        tables = tuple(_table(resource, files) for resource in description["resources"])
        if not isinstance(release, dict):
            raise TypeError
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Malformed("datapackage.json", str(error)) from error
    return Summary(manifest, description, release, tables, files)


def _table(resource: Mapping[str, Any], files: Mapping[str, bytes]) -> PublishedTable:
    facts, path = resource["table"], resource["path"]
    data = files[path]
    if resource["hash"] != f"sha256:{hashlib.sha256(data).hexdigest()}" or resource["bytes"] != len(data):
        raise Malformed("datapackage.json", path)
    lines = _lines(data, path)
    labels: dict[str, dict[str, tuple[str, str, str]]] = {"row": {}, "column": {}}
    cells: dict[Cell, Mark] = {}
    for line in lines:
        if line["table"] != facts["id"]:
            raise Malformed(path, line["table"])
        for side, known in labels.items():
            said = (line[f"{side}_role"], line[f"{side}_en"], line[f"{side}_zh"])
            if known.setdefault(line[side], said) != said:
                raise Malformed(path, line[side])
        key = (line["row"], line["column"])
        if key in cells:
            raise Malformed(path, " / ".join(key))
        cells[key] = _mark(line["kind"], line["figure"], path)
    titles = {(line["table_en"], line["table_zh"]) for line in lines}
    if len(titles) != 1:
        raise Malformed(path, facts["id"])
    rows, columns = (_sides(facts[f"{side}s"], labels[side], path) for side in ("row", "column"))
    wanted = [(row.code, column.code) for row in rows for column in columns]
    if list(cells) != wanted:
        raise Malformed(path, facts["id"])
    return PublishedTable(facts["id"], path, rows, columns, cells, facts, *titles.pop())


def _sides(
    said: list[Mapping[str, Any]], labels: Mapping[str, tuple[str, str, str]], path: str
) -> tuple[Side, ...]:
    found = []
    for each in said:
        role, en, zh = labels[each["code"]]
        if role != each["role"] or type(each["least"]) is not int:
            raise Malformed(path, each["code"])
        found.append(Side(each["code"], role, each["least"], en, zh))
    if [side.code for side in found] != list(labels):
        raise Malformed(path, "order")
    return tuple(found)


def _lines(data: bytes, path: str) -> list[dict[str, str]]:
    """The lines of a CSV file by column; the file is written in the one way that the program has."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(path, "UTF-8") from error
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    again = io.StringIO()
    csv.writer(again, lineterminator="\r\n").writerows(rows)
    if "\ufeff" + again.getvalue() != text:
        raise Malformed(path, "CSV")
    if not rows or rows[0] != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        raise Malformed(path, "columns")
    return [{name: _bare(value) for name, value in zip(COLUMNS, row, strict=True)} for row in rows[1:]]


def _bare(text: str) -> str:
    """The text without the apostrophe that keeps a spreadsheet from calculating."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _mark(kind: str, figure: str, path: str) -> Mark:
    if kind not in _KINDS or (kind == "shown") != bool(_FIGURE.fullmatch(figure)):
        raise Malformed(path, f"{kind} {figure}")
    mark = Mark(kind, int(figure) if kind == "shown" else None)
    if mark.text != figure:
        raise Malformed(path, f"{kind} {figure}")
    return mark
