"""What a receiver must know to read a summary, in both languages, the same words in every kind of file."""

from __future__ import annotations

from shelter_app.anonymise.release import Cell, ProtectedRelease
from shelter_app.reports.bilingual import HIDDEN_MARK, Both, both
from shelter_i18n import N_

__all__ = ["STANDARDS", "checks_text", "headline_figures", "how_to_read", "standards"]

#: The words that may be said of the standards, and no stronger ones: nobody has certified anything.
STANDARDS = ("HTCDS 2.0-aligned", "CTDC-codebook-shaped")

_HEADLINES = (
    ("persons", "total", N_("persons assisted")),
    ("persons", "new", N_("of them new in the period")),
    ("services", "base", N_("received a service")),
    ("return_stage", "base", N_("returning or returned")),
)


def headline_figures(release: ProtectedRelease) -> list[tuple[Both, Cell]]:
    """The figures that open the report, as far as their tables were released."""
    figures = []
    tables = {table.id: table for table in release.tables}
    for table_id, wanted, text in _HEADLINES:
        table = tables.get(table_id)
        if table is None or len(table.columns) != 1:
            continue
        row = next((row for row in table.rows if wanted in (row.role, row.code)), None)
        if row is not None:
            figures.append((both(text), table.cell(row.code, table.columns[0].code)))
    return figures


def how_to_read(release: ProtectedRelease) -> list[Both]:
    """The method note, paragraph by paragraph."""
    below = release.threshold - 1
    counts = release.counts
    return [
        both(N_("Each person is counted once in a table, however many cases or services they had.")),
        both(
            N_("Figures are rounded to the nearest {rounding}, so lines need not add up."),
            rounding=release.rounding,
        )
        if release.rounding > 1
        else both(N_("Figures are exact.")),
        both(
            N_(
                "<{threshold} stands for any number from 0 to {below}, zero included: it does not say that anybody is there."
            ),
            threshold=release.threshold,
            below=below,
        ),
        both(
            N_(
                "{mark} stands for a figure that is left out, so that no small figure can be worked out from the others."
            ),
            mark=HIDDEN_MARK,
        ),
        both(
            N_(
                "Where a person can stand in several rows, the rows add up to more than the number of persons."
            )
        ),
        both(N_("Countries and categories with few persons are counted in a wider row.")),
        both(
            N_(
                "In this release {shown} figures are shown, {small} are small and {hidden} left out; {merged} categories are counted in wider rows."
            ),
            shown=counts.shown,
            small=counts.small,
            hidden=counts.hidden,
            merged=counts.merged,
        ),
    ]


def checks_text(release: ProtectedRelease) -> list[tuple[Both, int, Both]]:
    """Each kind of attack that was tried: its name, how often, and how it ended."""
    return [
        (
            both(check.name),
            check.attempts,
            both(N_("none succeeded")) if check.held else both(N_("did not hold")),
        )
        for check in release.checks
    ]


def standards(release: ProtectedRelease) -> list[Both]:
    """Which standards and code lists the figures follow."""
    lines = [
        both(N_("Fields are HTCDS 2.0-aligned; categories and age bands are CTDC-codebook-shaped.")),
        both(N_("Neither standard's owner has checked or approved this report.")),
    ]
    if release.codebooks:
        en = ", ".join(f"{name} {version}" for name, version in release.codebooks)
        zh = "、".join(f"{name} {version}" for name, version in release.codebooks)
        lines.append(both(N_("Code lists and their versions: {lists}."), lists=Both(en, zh)))
    return lines
