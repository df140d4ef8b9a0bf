"""The tables of a protected summary as CSV: one line for each figure, with codes and labels in both languages.

UTF-8 with a byte order mark, because Excel on a Chinese system otherwise reads GBK; lines end as RFC 4180 says.
The figure stands in a column of its own as digits, "<11" or "x", and its kind in another, so that a program
need not guess. A label that a spreadsheet would run as a formula is preceded by an apostrophe.
"""

from __future__ import annotations

import csv
import io

from shelter_app.anonymise.release import Table
from shelter_app.reports.bilingual import both, category_label, figure_mark

__all__ = ["COLUMNS", "safe_text", "table_csv"]

#: Names of the columns; programs rely on them.
COLUMNS = (
    *("table", "table_en", "table_zh", "row", "row_role", "row_en", "row_zh"),
    *("column", "column_role", "column_en", "column_zh", "kind", "figure"),
)
#: What makes a spreadsheet calculate; full-width signs count as well (OWASP, CSV injection).
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def safe_text(text: str) -> str:
    """The text, never read as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def table_csv(table: Table, threshold: int) -> bytes:
    """One table as the bytes of a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    title = both(table.title)
    for row, column, cell in table.walk():
        line = (
            *(table.id, *title),
            *(row.code, row.role, *category_label(row)),
            *(column.code, column.role, *category_label(column)),
            *(cell.kind, figure_mark(cell, threshold)),
        )
        writer.writerow([safe_text(text) for text in line])
    return out.getvalue().encode("utf-8-sig")
