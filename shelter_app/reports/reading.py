"""What a receiver must know to read a summary, in both languages, the same words in every kind of file."""

from __future__ import annotations

from shelter_app.anonymise.release import Cell, ProtectedRelease
from shelter_app.anonymise.tables import CROSS_TITLES
from shelter_app.reports.bilingual import HIDDEN_MARK, Both, both
from shelter_i18n import N_

__all__ = [
    "STANDARDS",
    "TABLE_TITLES",
    "checks_text",
    "headline_figures",
    "how_to_read",
    "notice_lines",
    "standards",
]

#: The words that may be said of the standards, and no stronger ones: nobody has certified anything.
STANDARDS = ("HTCDS 2.0-aligned", "CTDC-codebook-shaped")

#: Titles of all tables, for those that a release had to leave out.
TABLE_TITLES = {
    "persons": N_("Persons, new and continuing"),
    "sex_age": N_("Sex and age at registration"),
    "citizenship": N_("Citizenship"),
    "exploitation_country": N_("Country of exploitation"),
    "exploitation_type": N_("Type of exploitation"),
    "means_of_control": N_("Means of control used"),
    "services": N_("Services given"),
    "return_stage": N_("Returns by stage"),
    "return_outcome": N_("Returns by outcome"),
    "recruiter_relation": N_("Relation to the recruiter"),
    "duration": N_("Duration of exploitation"),
    **CROSS_TITLES,
}

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
    counts = release.counts
    rounded = both(
        N_("Figures are rounded to the nearest {rounding}, so lines need not add up."),
        rounding=release.rounding,
    )
    left_out = both(
        N_(
            "{mark} stands for a figure that is left out, so that no small figure can be worked out from the others."
        ),
        mark=HIDDEN_MARK,
    )
    if not release.hidden_least:
        left_out = both(
            N_(
                "{mark} stands for a figure that is left out, small or not, so that no small figure can be worked out from "
                "the others, nor from earlier reports."
            ),
            mark=HIDDEN_MARK,
        )
    of_tables = dict.fromkeys(note for table in release.tables for note in table.notes)
    return [
        both(N_("Each person is counted once in a table, however many cases or services they had.")),
        *([both(note) for note in of_tables] or [rounded]),
        both(
            N_(
                "<{threshold} stands for any number from 0 to {below}, zero included: it does not say that anybody is there."
            ),
            threshold=release.threshold,
            below=release.threshold - 1,
        ),
        left_out,
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


def notice_lines(release: ProtectedRelease, *, only_general: bool = False) -> list[Both]:
    """What a reader must be told, with the name of the table that it is about.

    With `only_general`, what is about a table of the release is left to stand under that table.
    """
    titles = TABLE_TITLES | {table.id: table.title for table in release.tables}
    present = {table.id for table in release.tables}
    lines = []
    for notice in release.notices:
        text = both(notice.text)
        if notice.table in present and only_general:
            continue
        if notice.table:
            name = both(titles.get(notice.table, notice.table))
            text = both(N_("{table}: {text}"), table=name, text=text)
        lines.append(text)
    return lines


def checks_text(release: ProtectedRelease) -> list[tuple[Both, int, Both]]:
    """Each kind of attack that was tried: its name, how often, and how it ended."""
    return [
        (
            both(check.name),
            check.attempts,
            both(N_("passed")) if check.held else both(N_("not passed")),
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
