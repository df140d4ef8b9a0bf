"""A protected summary as plain text for a terminal, with the reasons that only the office may see."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from shelter_app.anonymise.release import CellKey, Protection, Table, reason_text
from shelter_app.reports.bilingual import category_label, code_label, figure_mark, period_words, short_label
from shelter_app.reports.reading import checks_text, how_to_read, notice_lines
from shelter_i18n import N_, current_language, gettext_in

__all__ = ["summary_text"]


def summary_text(protection: Protection, language: str | None = None) -> str:
    """Every table, what is hidden and why, and what was tried; in `language` or the one in force."""
    language = language or current_language()
    release = protection.release
    blocks = [period_words(release.period).of(language)]
    blocks += [line.of(language) for line in notice_lines(release)]
    blocks += ["\n".join(_table(table, protection, language)) for table in release.tables]
    if release.tables:
        blocks.append("\n".join(line.of(language) for line in how_to_read(release)))
    checks = [
        f"{name.of(language)}: {attempts}, {outcome.of(language)}"
        for name, attempts, outcome in checks_text(release)
    ]
    if checks:
        blocks.append(
            "\n".join([gettext_in(language, N_("Tried before release, to work out what is hidden")), *checks])
        )
    return "\n\n".join(blocks) + "\n"


def _table(table: Table, protection: Protection, language: str) -> Iterator[str]:
    yield gettext_in(language, table.title)
    single = len(table.columns) == 1
    head = [""] if single else ["", *(short_label(column).of(language) for column in table.columns)]
    lines = [] if single else [head]
    for row, cells in zip(table.rows, table.cells, strict=True):
        lines.append(
            [
                category_label(row).of(language),
                *(figure_mark(cell, protection.release.threshold) for cell in cells),
            ]
        )
    widths = [max(_columns_of(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        first = line[0] + " " * (widths[0] - _columns_of(line[0]))
        others = (
            " " * (width - _columns_of(text)) + text for width, text in zip(widths[1:], line[1:], strict=True)
        )
        yield "  ".join(["", first, *others]).rstrip()
    yield from _reasons(table, protection, language)


def _reasons(table: Table, protection: Protection, language: str) -> Iterator[str]:
    """Why each hidden figure is hidden; small ones explain themselves."""
    for row, column, cell in table.walk():
        reason = protection.reasons.get(CellKey(table.id, row.code, column.code))
        if cell.kind != "hidden" or reason is None:
            continue
        place = category_label(row).of(language)
        if len(table.columns) > 1:
            place = f"{place}, {short_label(column).of(language)}"
        about = table if reason.about is None else _about_table(reason.about, protection)
        yield f"    {place}: {reason_text(reason, about, language, code_label)}"


def _about_table(key: CellKey, protection: Protection) -> Table | None:
    return next((table for table in protection.release.tables if table.id == key.table), None)


def _columns_of(text: str) -> int:
    """Columns of a terminal that the text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
