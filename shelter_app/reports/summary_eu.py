"""The groups by which the European Union collects figures on victims, worked out from published figures alone.

Sex, minors and adults, citizenship of the Union or not, and form of exploitation (as Eurostat asks member states).
A group that joins several published rows is given as the range that these rows allow: whoever has the tables can work
out the same, so that nothing is told that the tables do not tell.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shelter_app.anonymise.release import Category, Cell, Folded, ProtectedRelease, Table
from shelter_app.domain.codelists import code_list
from shelter_app.reports.bilingual import both
from shelter_app.reports.summary_csv import safe_text
from shelter_i18n import N_

__all__ = ["COLUMNS", "EU_COUNTRIES", "eu_csv"]

COLUMNS = ("group", "group_en", "group_zh", "item", "item_en", "item_zh", "least", "most")
#: The 27 member states.
EU_COUNTRIES = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
_GROUPS = {
    "persons": N_("All persons"),
    "sex": N_("Sex"),
    "age": N_("Age at registration"),
    "citizenship": N_("Citizenship"),
    "form": N_("Form of exploitation"),
}
_ITEMS = {
    "total": N_("All persons"),
    "woman": N_("Women"),
    "man": N_("Men"),
    "other-sex": N_("Other or not stated"),
    "minor": N_("Under 18 years"),
    "adult": N_("18 years and over"),
    "not-stated": N_("Not stated"),
    "eu": N_("Member states of the European Union"),
    "non-eu": N_("Other countries"),
    "sexual": N_("Sexual exploitation"),
    "labour": N_("Forced labour"),
    "other-form": N_("Other forms"),
}
_FORMS = {"isSexualExploit": "sexual", "isForcedLabour": "labour", "isOtherExploit": "other-form"}
_BAND = re.compile(r"0*\d+--0*(\d+)")


class Range(NamedTuple):
    """The fewest and the most persons that a group can have."""

    least: int
    most: int

    def __add__(self, other: object) -> Range:
        assert isinstance(other, Range)
        return Range(self.least + other.least, self.most + other.most)


def eu_csv(release: ProtectedRelease) -> bytes:
    """The groups as a CSV file, as far as the release has the tables that they come from."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for group, item, found in _lines(release):
        texts = (group, *both(_GROUPS[group]), item, *both(_ITEMS[item]))
        writer.writerow([*(safe_text(text) for text in texts), found.least, found.most])
    return out.getvalue().encode("utf-8-sig")


def _lines(release: ProtectedRelease) -> Iterable[tuple[str, str, Range]]:
    tables = {table.id: table for table in release.tables}
    everybody = _everybody(release)
    if everybody is None:
        return
    yield "persons", "total", everybody
    if "sex_age" in tables:
        yield from _sexes(tables["sex_age"], release, everybody)
        yield from _ages(tables["sex_age"], release, everybody)
    if "citizenship" in tables:
        yield from _citizenships(tables["citizenship"], release, everybody)
    if "exploitation_type" in tables:
        yield from _forms(tables["exploitation_type"], release, everybody)


def _everybody(release: ProtectedRelease) -> Range | None:
    for table in release.tables:
        for row, column, cell in table.walk():
            if row.role == column.role == "total":
                return _range(cell, row.least, release, None)
    return None


def _range(cell: Cell, least: int, release: ProtectedRelease, everybody: Range | None) -> Range:
    if cell.kind == "small":
        return Range(0, release.threshold - 1)
    floor = max(release.threshold, least)
    if cell.value is None:
        return Range(floor, everybody.most if everybody else floor)
    half = release.rounding // 2
    return Range(max(floor, cell.value - half), cell.value + max(half - 1, 0))


def _of(pairs: Sequence[tuple[Category, Cell]], release: ProtectedRelease, everybody: Range) -> Range:
    """The sum of lines of which nobody stands in two."""
    total = Range(0, 0)
    for line, cell in pairs:
        total += _range(cell, line.least, release, everybody)
    return Range(min(total.least, everybody.most), min(total.most, everybody.most))


def _sexes(table: Table, release: ProtectedRelease, everybody: Range) -> Iterable[tuple[str, str, Range]]:
    last = len(table.columns) - 1
    lines = [
        (row, cells[last]) for row, cells in zip(table.rows, table.cells, strict=True) if row.role != "total"
    ]
    for code in ("woman", "man"):
        yield "sex", code, _of([pair for pair in lines if pair[0].code == code], release, everybody)
    rest = [pair for pair in lines if pair[0].code not in ("woman", "man")]
    yield "sex", "other-sex", _of(rest, release, everybody)


def _ages(table: Table, release: ProtectedRelease, everybody: Range) -> Iterable[tuple[str, str, Range]]:
    totals = next(cells for row, cells in zip(table.rows, table.cells, strict=True) if row.role == "total")
    groups: dict[str, list[tuple[Category, Cell]]] = {"minor": [], "adult": [], "not-stated": []}
    for column, cell in zip(table.columns, totals, strict=True):
        if column.role == "item":
            band = _BAND.fullmatch(column.code)
            groups["minor" if band and int(band[1]) < 18 else "adult"].append((column, cell))
        elif column.role == "none":
            groups["not-stated"].append((column, cell))
    if groups["adult"]:
        for item, pairs in groups.items():
            yield "age", item, _of(pairs, release, everybody)


def _citizenships(
    table: Table, release: ProtectedRelease, everybody: Range
) -> Iterable[tuple[str, str, Range]]:
    sure: dict[str, list[tuple[Category, Cell]]] = {"eu": [], "non-eu": [], "not-stated": []}
    open_: list[tuple[Category, Cell]] = []
    for row, column, cell in table.walk():
        if column is not table.columns[-1] or row.role in ("base", "total"):
            continue
        inside = _members(row.code, table.folded)
        if row.role == "none":
            sure["not-stated"].append((row, cell))
        elif row.codelist and len(inside) == 1:
            sure[inside.pop()].append((row, cell))
        else:
            open_.append((row, cell))
    either = _of(open_, release, everybody).most
    for item, pairs in sure.items():
        found = _of(pairs, release, everybody)
        more = 0 if item == "not-stated" else either
        yield "citizenship", item, Range(found.least, min(found.most + more, everybody.most))


def _members(code: str, folded: Sequence[Folded]) -> set[str]:
    """On which sides of the Union's border the countries of a row lie."""
    countries = [item.code for item in folded if item.into == code] or [code]
    return {"eu" if country in EU_COUNTRIES else "non-eu" for country in countries}


def _forms(table: Table, release: ProtectedRelease, everybody: Range) -> Iterable[tuple[str, str, Range]]:
    """One person can have met several forms, so a group has at least its largest row and at most the sum."""
    of = {each.code: _FORMS.get(each.ctdc, "other-form") for each in code_list("exploitation_types").entries}
    groups: dict[str, list[Range]] = {form: [] for form in _FORMS.values()}
    open_ = 0
    for row, column, cell in table.walk():
        if row.role != "item" or column is not table.columns[-1]:
            continue
        found = _range(cell, row.least, release, everybody)
        if row.codelist:
            groups[of.get(row.code, "other-form")].append(found)
        else:
            open_ += found.most
    for item, ranges in groups.items():
        least = max((found.least for found in ranges), default=0)
        most = sum(found.most for found in ranges) + open_
        yield "form", item, Range(least, min(most, everybody.most))
