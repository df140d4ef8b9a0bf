"""Whether every word and code of a release is one that the program has: free text has no way into a package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from shelter_app.anonymise.regions import region_codes
from shelter_app.domain.codelists import code_list, code_list_names, country_codes, is_country
from shelter_app.exchange.published import PublishedTable, Summary
from shelter_app.exchange.verify_model import Finding
from shelter_i18n import N_, gettext_in

__all__ = ["check_codes"]

_BAND = re.compile(r"\d{1,3}--\d{1,3}|\d{1,3}\+")
#: Lines that stand in no list.
_LINES = frozenset(["total", "persons", "other", "not-stated", "base", "new", "continuing", "woman", "man"])
#: Codes that stand under "Other" or "Not stated" without being said, and tables of a part of their list.
_NOT_STATED = ("other", "unknown")
_OWN_ROWS = {"follow_up": "follow_up_"}
#: The lists of the columns of crosses.
_LISTS_ACROSS = {
    "exploitation_country": "countries",
    "exploitation_type": "exploitation_types",
    "return_outcome": "return_outcomes",
    "age": "age-bands",
}
#: CTDC's bands of ages (codebook of February 2024, variable ageBroad).
_AGES = ("0--8", "09--17", "18--20", "21--23", "24--26", "27--29", "30--38", "39--47", "48+")
_NAMED = ("age-bands", "durations", "exploitation_durations")


def check_codes(summary: Summary) -> Iterator[Finding]:
    """Messages, codes of lines, and the list of what was counted in other lines."""
    file = "datapackage.json"
    free = N_('{file}: "{what}" is no text of the program.')
    for text in _texts(summary.release, summary.tables):
        if not _is_message(text):
            yield Finding("form", free, file, {"what": text})
    strange = N_('{file}: "{what}" is no code that stands in a table of the program.')
    for table in summary.tables:
        for line in (*table.facts["rows"], *table.facts["columns"]):
            if not _is_code(line["codelist"], line["code"]) or line["key"] not in ("", line["code"]):
                yield Finding("form", strange, file, {"what": line["code"]})
        if not _names_all(table):
            missing = N_("{file}: the table {what} does not say where every code of its list is counted.")
            yield Finding("form", missing, file, {"what": table.id})


def _texts(release: Mapping[str, Any], tables: tuple[PublishedTable, ...]) -> Iterator[str]:
    for notice in release["notices"]:
        yield notice["text"]
    for check in release["checks"]:
        yield check["name"]
    for table in tables:
        yield table.facts["title"]
        yield from table.facts["notes"]
        yield from (line["text"] for line in (*table.facts["rows"], *table.facts["columns"]) if line["text"])


def _is_message(text: str) -> bool:
    """Whether the program has this text in Chinese, too: what it has, somebody has written and translated."""
    return gettext_in("zh", text) != text


def _is_code(codelist: str, code: str) -> bool:
    if not codelist:
        return code in _LINES or bool(_BAND.fullmatch(code))
    if codelist == "countries":
        return is_country(code)
    if codelist == "regions":
        return code in region_codes()
    if codelist in code_list_names():
        return code in code_list(codelist).codes
    return codelist in _NAMED and bool(_BAND.fullmatch(code))


def _names_all(table: PublishedTable) -> bool:
    """Whether every code of the closed list has a line, or is said to be counted in one: presence must tell nothing."""
    rows, columns = ({line.code for line in side} for side in (table.rows, table.columns))
    _, _, across = table.id.partition("_by_")
    folded = [(code, into) for code, into in table.facts["folded"]]
    folded_across = [(code, into) for code, into in table.facts.get("columns_folded", ())]
    if table.id == "sex_age" and len(table.columns) > 1:  # its list is the one of ages, which are its columns
        return _complete("age-bands", "", columns | rows, folded) and not folded_across
    return _complete(table.facts["codelist"], _OWN_ROWS.get(table.id, ""), rows, folded) and _complete(
        _LISTS_ACROSS.get(across, ""), "", columns, folded_across
    )


def _complete(name: str, beginning: str, lines: set[str], folds: list[tuple[str, str]]) -> bool:
    known: set[str] = set()
    if name == "countries":
        known = set(country_codes())
    elif name == "age-bands":
        known = set(_AGES)
    elif name in code_list_names():
        known = {code for code in code_list(name).codes if code.startswith(beginning)}
    wanted = {code for code in known if code.lower() not in _NOT_STATED}
    folded = dict(folds)
    known = known or {code for code in folded if _BAND.fullmatch(code)}
    return (
        len(folded) == len(folds)
        and wanted <= lines | set(folded)
        and set(folded) <= known - lines
        and set(folded.values()) <= lines
    )
