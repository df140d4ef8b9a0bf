"""Crosses that an office can ask for beside the standard ones: two dimensions, protected like every other table."""

from __future__ import annotations

from shelter_app.anonymise.tables import CROSS_TITLES, CROSSES, ONE_WAY, TABLE_IDS, table_id
from shelter_app.errors import ShelterError
from shelter_i18n import N_

__all__ = ["ALWAYS", "NoSuchTable", "chosen_tables", "columns_for", "row_choices"]

#: The table that every summary has.
ALWAYS = "persons"


class NoSuchTable(ShelterError):
    """A table was asked for that the program cannot make."""

    message = N_(
        "There is no table {name}. Tables: {single}. Tables of two facts are written rows:columns, for example "
        "services:sex; as columns there are sex, age and exploitation_type."
    )
    exit_code = 37


def row_choices() -> tuple[str, ...]:
    """What can stand in the rows of a table that somebody designs."""
    return tuple(name for name in ONE_WAY if name not in ("persons", "sex_age"))


def columns_for(rows: str) -> tuple[str, ...]:
    """What can stand in the columns beside these rows."""
    parts = (name.partition("_by_") for name in CROSS_TITLES)
    return tuple(columns for first, _, columns in parts if first == rows and columns)


def chosen_tables(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of these tables, in the order of the report; "rows:columns" stands for a cross. Nothing means all.

    Raises:
        NoSuchTable: one of them cannot be made.
    """
    if not wanted:
        return TABLE_IDS
    found = {ALWAYS}
    for name in wanted:
        rows, _, columns = name.partition(":")
        made = table_id(rows, columns) if columns else name
        if made not in (*TABLE_IDS, *CROSS_TITLES):
            raise NoSuchTable(name=name, single=", ".join((*ONE_WAY, *CROSSES)))
        found.add(made)
    return tuple(name for name in dict.fromkeys((*TABLE_IDS, *CROSS_TITLES)) if name in found)
