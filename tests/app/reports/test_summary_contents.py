"""Every published figure stands in the PDF, the workbook and the CSV alike, and nothing else does."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re

import openpyxl
import pypdfium2
import pytest

from shelter_app.anonymise.release import ProtectedRelease, Table
from shelter_app.reports.bilingual import category_label, figure_mark
from shelter_app.reports.summary import summary_files
from shelter_app.reports.summary_csv import COLUMNS, safe_text
from shelter_app.reports.summary_xlsx import sheet_names

STEM = "summary-KM-03-2025-H2"
ABOUT = {"post": "KM-03", "post_name": "Hekou", "release_id": "R-7", "made_on": dt.date(2026, 3, 12)}


@pytest.fixture(scope="module")
def files(release: ProtectedRelease) -> dict[str, bytes]:
    return summary_files(release, **ABOUT)


@pytest.fixture(scope="module")
def pdf_text(files: dict[str, bytes]) -> str:
    pages = pypdfium2.PdfDocument(files[f"{STEM}.pdf"])
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def marks(table: Table) -> list[list[str]]:
    return [[figure_mark(cell, 11) for cell in line] for line in table.cells]


def test_the_files_are_named_by_post_and_period_only(files, release):
    tables = [f"{STEM}-{table.id}.csv" for table in release.tables]
    others = [f"{STEM}-eu-groups.csv", "datapackage.json", "manifest.json"]
    assert list(files) == [f"{STEM}.pdf", f"{STEM}.xlsx", *tables, *others]


def test_a_free_range_and_an_odd_post_still_make_plain_names(release):
    from dataclasses import replace

    from shelter_app.domain.periods import Period

    odd = replace(release, period=Period.parse("2015-01-15..2015-04-30"), tables=release.tables[:1])
    names = summary_files(odd, **{**ABOUT, "post": "../河口 1"})
    assert "summary-1-2015-01-15_2015-04-30.pdf" in names
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in names)


def test_every_row_of_every_table_stands_in_the_pdf_in_its_order(pdf_text, release):
    flat = re.sub(r"\s+", " ", pdf_text)
    for table in release.tables:
        for row, line in zip(table.rows, marks(table), strict=True):
            label = category_label(row)
            words = re.sub(r"\s+", " ", label.en)
            shown = " ".join(f"{int(mark):,}" if mark.isdigit() else mark for mark in line)
            pattern = re.escape(words) + r"( " + re.escape(label.zh) + r")? " + re.escape(shown)
            assert re.search(pattern, flat), (table.id, row.code)


def test_a_figure_that_is_not_there_is_not_found(pdf_text):
    flat = re.sub(r"\s+", " ", pdf_text)
    assert not re.search(r"Women( 女)? 7 40", flat)


def test_every_cell_stands_in_the_workbook(files, release):
    book = openpyxl.load_workbook(io.BytesIO(files[f"{STEM}.xlsx"]))
    assert book.sheetnames == sheet_names(release)
    for table, name in zip(release.tables, book.sheetnames[1:-1], strict=True):
        rows = [
            [cell.value for cell in row]
            for row in book[name].iter_rows(min_row=5, max_row=4 + len(table.rows))
        ]
        assert [row[0] for row in rows] == [row.code for row in table.rows]
        assert [tuple(row[1:3]) for row in rows] == [tuple(category_label(row)) for row in table.rows]
        assert [[str(value) for value in row[3 : 3 + len(table.columns)]] for row in rows] == marks(table)


def test_every_cell_stands_in_the_csv(files, release):
    for table in release.tables:
        lines = list(csv.DictReader(io.StringIO(files[f"{STEM}-{table.id}.csv"].decode("utf-8-sig"))))
        assert tuple(lines[0]) == COLUMNS
        found = {(line["row"], line["column"]): (line["kind"], line["figure"]) for line in lines}
        assert found == {
            (row.code, column.code): (cell.kind, figure_mark(cell, 11)) for row, column, cell in table.walk()
        }


def test_the_csv_opens_in_a_chinese_spreadsheet(files):
    data = files[f"{STEM}-persons.csv"]
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 4


def test_labels_that_look_like_formulas_stay_text(files):
    book = openpyxl.load_workbook(io.BytesIO(files[f"{STEM}.xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(cell.value == "=Forced criminality" for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    lines = list(csv.reader(io.StringIO(files[f"{STEM}-exploitation_type.csv"].decode("utf-8-sig"))))
    assert any("'=Forced criminality" in line for line in lines)
    assert not [text for line in lines for text in line if text.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "＝1", "＠x"])
def test_no_beginning_of_a_formula_survives(text):
    assert safe_text(text) == "'" + text


@pytest.mark.parametrize("text", ["<11", "x", "Women", "女", "18--20", "a=b"])
def test_ordinary_text_is_left_alone(text):
    assert safe_text(text) == text


def test_the_manifest_fits_the_files_and_says_no_more_than_is_published(files, release):
    manifest = json.loads(files["manifest.json"])
    others = {name: data for name, data in files.items() if name != "manifest.json"}
    assert manifest["files"] == {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in others.items()
    }
    assert manifest["standards"] == ["HTCDS 2.0-aligned", "CTDC-codebook-shaped"]
    assert manifest["period"] == {"text": "2025-H2", "first": "2025-07-01", "last": "2025-12-31"}
    assert manifest["counts"] == {"tables": 7, "shown": 45, "small": 25, "hidden": 3, "merged": 2}
    assert manifest["protection"]["threshold"] == 11
    assert manifest["codebooks"] == dict(release.codebooks)
    assert [check["held"] for check in manifest["checks"]] == [True, True]
    assert set(manifest) == {
        *("format", "program", "standards", "codebooks", "post", "post_name", "release", "made_in", "period"),
        *("protection", "counts", "notices", "checks", "files"),
    }
    assert manifest["made_in"] == "2026-03"


def test_the_report_explains_itself_and_never_claims_approval(pdf_text):
    flat = re.sub(r"\s+", " ", pdf_text)
    for words in ("How to read the figures", "zero included", "HTCDS 2.0-aligned", "CTDC-codebook-shaped"):
        assert words in flat
    assert "certified" not in flat.lower()
    assert "accepted by" not in flat.lower()
    assert "Totals of each table" in flat
    assert "412" in flat


def test_pages_are_numbered(files):
    pages = pypdfium2.PdfDocument(files[f"{STEM}.pdf"])
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page.get_textpage().get_text_range()


def test_nothing_runs_over_the_edge_of_a_page(files):
    for page in pypdfium2.PdfDocument(files[f"{STEM}.pdf"]):
        text = page.get_textpage()
        boxes = [text.get_charbox(n) for n in range(text.count_chars())]
        assert min(box[0] for box in boxes if box[2] > box[0]) >= 47
        assert max(box[2] for box in boxes) <= page.get_width() - 47
        assert min(box[1] for box in boxes if box[3] > box[1]) >= 20


def test_a_release_of_totals_only_still_makes_a_report(release):
    from dataclasses import replace

    from shelter_app.anonymise.release import Notice

    small = replace(release, tables=(), checks=(), notices=(Notice("few", "Fewer than 50 persons."),))
    files = summary_files(small, **ABOUT)
    text = pypdfium2.PdfDocument(files[f"{STEM}.pdf"])[0].get_textpage().get_text_range()
    assert "Fewer than 50 persons." in text


def test_a_table_longer_than_a_page_is_printed_whole(release):
    from dataclasses import replace

    from shelter_app.anonymise.release import Category, Cell

    rows = tuple(Category(f"c{n}", text=f"Category number {n}") for n in range(90))
    long = replace(
        release.tables[2], id="long", rows=rows, cells=tuple((Cell("shown", 20),) for _ in rows), folded=()
    )
    files = summary_files(replace(release, tables=(long, release.tables[0])), **ABOUT)
    pages = pypdfium2.PdfDocument(files[f"{STEM}.pdf"])
    text = re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in pages))
    assert all(f"Category number {n} 20" in text for n in range(90))


def test_a_table_that_was_left_out_is_named_with_the_reason(release):
    from dataclasses import replace

    from shelter_app.anonymise.release import Notice

    reason = Notice("left-out", "This table is left out.", "services")
    about = Notice("coarse", "Ages are coarser here.", "sex_age")
    tables = tuple(table for table in release.tables if table.id != "services")
    less = replace(release, tables=tables, notices=(reason, about))
    files = summary_files(less, **ABOUT)
    pages = pypdfium2.PdfDocument(files[f"{STEM}.pdf"])
    flat = re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in pages))
    assert "Services given: This table is left out." in flat
    assert flat.count("Ages are coarser here.") >= 1
    notes = openpyxl.load_workbook(io.BytesIO(files[f"{STEM}.xlsx"])).worksheets[0]
    assert "Services given: This table is left out." in [cell.value for cell in notes["A"]]


def test_the_names_of_left_out_tables_are_those_of_the_tables():
    from shelter_app.anonymise.designs import columns_for, row_choices
    from shelter_app.anonymise.tables import TABLE_IDS, table_id
    from shelter_app.reports.reading import TABLE_TITLES

    designed = {table_id(rows, columns) for rows in row_choices() for columns in columns_for(rows)}
    assert set(TABLE_TITLES) == {*TABLE_IDS, *designed}


def test_the_terminal_shows_every_figure_and_why_one_is_hidden(release):
    from shelter_app.anonymise.release import CellKey, Protection, Reason
    from shelter_app.reports.summary_text import summary_text

    about = CellKey("sex_age", "other", "24--26")
    hidden = CellKey("sex_age", "man", "27--29")
    text = summary_text(Protection(release, {hidden: Reason("too-few", about)}), "en")
    flat = re.sub(r" +", " ", text)
    for table in release.tables:
        assert table.title in text
        for row, line in zip(table.rows, marks(table), strict=True):
            assert f" {category_label(row).en} {' '.join(line)}\n" in flat
    assert re.search("Men, 27.29: Hidden: .*Other or not stated, 24 to 26 years", text)
    lines = summary_text(Protection(release), "zh").splitlines()
    assert len(lines) > 40
