"""A protected release as the tables of a middle-sized post look, made by hand: no true count exists here."""

from __future__ import annotations

import pytest

from shelter_app.anonymise.release import (
    Category,
    Cell,
    Check,
    Counts,
    Folded,
    Notice,
    ProtectedRelease,
    Table,
)
from shelter_app.domain.periods import Period

TOTAL = Category("total", "total", "All persons")
PERSONS = (Category("persons", "total", "Persons"),)
ROUNDED = "Figures are rounded to the nearest 10; rows need not add up exactly."
SEVERAL = "A person can be counted in more than one row, so the rows can add up to more than the total."


def cells(*values: object) -> tuple[Cell, ...]:
    """Cells of one row: a number is shown, "<" is small, "x" hidden."""
    kinds = {"<": "small", "x": "hidden"}
    return tuple(Cell("shown", v) if isinstance(v, int) else Cell(kinds[str(v)]) for v in values)  # type: ignore[arg-type]


def listed(table_id: str, title: str, rows: list[tuple[Category, object]], **more: object) -> Table:
    """A table with one column."""
    return Table(
        table_id,
        title,
        tuple(row for row, _ in rows),
        PERSONS,
        tuple(cells(value) for _, value in rows),
        **{"notes": (ROUNDED,), **more},  # type: ignore[arg-type]
    )


def country(code: str) -> Category:
    return Category(code, codelist="countries", key=code)


def make_release(**changes: object) -> ProtectedRelease:
    bands = ("0--8", "09--17", "18--20", "21--23", "24--26", "27--29", "30--38", "39--47", "48+")
    columns = (
        *(Category(b, codelist="age-bands", key=b) for b in bands),
        Category("not-stated", "none", "Not stated"),
        TOTAL,
    )
    sex_age = Table(
        "sex_age",
        "Sex and age",
        (
            Category("woman", text="Women"),
            Category("man", text="Men"),
            Category("other", text="Other or not stated"),
            TOTAL,
        ),
        columns,
        (
            cells("<", 40, 60, 50, 30, 20, 20, "<", "<", "<", 240),
            cells("<", 20, 20, 20, "<", "x", 20, "<", "<", "<", 90),
            cells(*["<"] * 11),
            cells("<", 60, 80, 70, "x", 20, 40, 10, "<", "<", 330),
        ),
        notes=(ROUNDED,),
    )
    region = Category(
        "south-eastern-asia", "item", "Other, {name}", codelist="regions", key="south-eastern-asia"
    )
    other = Category("other", text="Other")
    none = Category("not-stated", "none", "Not stated")
    base = Category("base", "base", "Persons with a known type of exploitation")
    tables = (
        listed(
            "persons",
            "New and continuing cases",
            [
                (Category("new", text="New"), 210),
                (Category("continuing", text="Continuing"), 120),
                (TOTAL, 330),
            ],
        ),
        sex_age,
        listed(
            "citizenship",
            "Citizenship",
            [
                (country("CN"), 140),
                (country("VN"), 80),
                (country("MM"), 60),
                (country("LA"), 30),
                (country("KH"), 20),
                (region, "<"),
                (none, "x"),
                (TOTAL, 330),
            ],
            codelist="countries",
            notes=(ROUNDED, SEVERAL),
            additive=False,
            folded=(Folded("TH", "south-eastern-asia"), Folded("TW", "other")),
        ),
        listed(
            "exploitation_country",
            "Country of exploitation",
            [(country("MM"), 190), (country("KH"), 100), (country("TW"), 20), (none, 10), (TOTAL, 330)],
            codelist="countries",
        ),
        listed(
            "exploitation_type",
            "Type of exploitation",
            [
                (Category("x_forced_criminality", text="=Forced criminality"), 120),
                (Category("sex", text="Sexual exploitation"), 50),
                (other, "<"),
                (base, 290),
                (none, 40),
                (TOTAL, 330),
            ],
            notes=(ROUNDED, SEVERAL),
            sensitive=True,
            additive=False,
            base="types",
        ),
        listed(
            "services",
            "Services given",
            [
                (Category("legal", text="Legal assistance"), 1150),
                (Category("medical", text="Medical assistance"), 240),
                (other, "<"),
                (Category("base", "base", "Persons who received a service"), 290),
                (TOTAL, 330),
            ],
        ),
        listed(
            "return_stage",
            "Returns by stage",
            [
                (Category("consent", text="Consent given"), 40),
                (Category("base", "base", "Persons with a return"), 40),
                (TOTAL, 330),
            ],
        ),
    )
    release = {
        "period": Period.parse("2025-H2"),
        "codebooks": (("HTCDS", "2.0"), ("CTDC", "2024-02"), ("exploitation-types", "1")),
        "tables": tables,
        "checks": (Check("Totals of each table", 412, True), Check("All tables together", 836, True)),
        "notices": (Notice("test", "Ages are shown by majority only where few persons are known."),),
        "share_kept": 0.87,
        "counts": Counts(shown=45, small=25, hidden=3, merged=2),
    }
    return ProtectedRelease(**{**release, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def release() -> ProtectedRelease:
    """A release with every kind of figure and table."""
    return make_release()
