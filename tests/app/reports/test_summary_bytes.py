"""The same release gives the same bytes, and the files tell nothing about who made them, where or when."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from shelter_app import __version__
from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.reports.summary import summary_files

ABOUT = {"post": "KM-03", "post_name": "Hekou", "release_id": "R-7", "made_on": dt.date(2026, 3, 12)}
PROGRAM = f"Shelter Casework {__version__}"

AGAIN = """
import sys, datetime, hashlib
from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.reports.summary import summary_files
release = ProtectedRelease.from_json(sys.stdin.buffer.read().decode("utf-8"))
files = summary_files(release, post="KM-03", post_name="Hekou", release_id="R-7", made_on=datetime.date(2026, 3, 29))
for name, data in files.items():
    print(name, hashlib.sha256(data).hexdigest())
"""


@pytest.fixture(scope="module")
def files(release: ProtectedRelease) -> dict[str, bytes]:
    return summary_files(release, **ABOUT)


def test_another_process_another_day_another_zone_make_the_same_bytes(files, release):
    import hashlib

    environment = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Shanghai",
        "SOURCE_DATE_EPOCH": "1",
        "USER": "canary-user",
        "LOGNAME": "canary-user",
    }
    done = subprocess.run(
        [sys.executable, "-c", AGAIN],
        input=release.to_json().encode(),
        capture_output=True,
        env=environment,
        check=True,
    )
    printed = dict(line.split() for line in done.stdout.decode().splitlines())
    assert printed == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_another_figure_makes_other_bytes(files, release):
    from dataclasses import replace

    from shelter_app.anonymise.release import Cell

    table = release.tables[0]
    other = replace(table, cells=((Cell("shown", 220),), *table.cells[1:]))
    changed = summary_files(replace(release, tables=(other, *release.tables[1:])), **ABOUT)
    same = {name for name in files if files[name] == changed[name]}
    stem = "summary-KM-03-2025-H2"
    assert not same & {f"{stem}.pdf", f"{stem}.xlsx", f"{stem}-persons.csv", "manifest.json"}
    assert f"{stem}-sex_age.csv" in same


def test_the_pdf_says_program_period_and_month_and_nothing_more(files):
    data = files["summary-KM-03-2025-H2.pdf"]
    document = pypdfium2.PdfDocument(data)
    found = {key: value for key, value in document.get_metadata_dict().items() if value}
    assert found == {
        "Title": "KM-03 2025-H2",
        "Creator": PROGRAM,
        "Producer": PROGRAM,
        "CreationDate": "D:20260301000000+00'00'",
        "ModDate": "D:20260301000000+00'00'",
    }
    assert b"/Metadata" not in data
    assert b"/EmbeddedFile" not in data


def test_the_workbook_says_program_period_and_month_and_nothing_more(files):
    archive = zipfile.ZipFile(io.BytesIO(files["summary-KM-03-2025-H2.xlsx"]))
    assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert not [item.extra or item.comment for item in archive.infolist() if item.extra or item.comment]
    core = archive.read("docProps/core.xml").decode()
    tags = dict(re.findall(r"<(?:dc|cp|dcterms):(\w+)[^>]*>([^<]*)(?=<)", core))
    tags.pop("coreProperties", None)
    assert {key: value for key, value in tags.items() if value.strip()} == {
        "title": "KM-03 2025-H2",
        "description": PROGRAM,
        "created": "2025-12-01T00:00:00Z",
        "modified": "2025-12-01T00:00:00Z",
    }
    app = archive.read("docProps/app.xml").decode()
    assert not re.findall(r"<(?:Company|Manager|HyperlinkBase)>[^<]+", app)


def test_the_workbook_hides_nothing(files):
    archive = zipfile.ZipFile(io.BytesIO(files["summary-KM-03-2025-H2.xlsx"]))
    kinds = {re.sub(r"\d+", "", name) for name in archive.namelist()}
    assert kinds == {
        *("[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml", "xl/workbook.xml"),
        *("xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml", "xl/theme/theme.xml"),
        "xl/worksheets/sheet.xml",
    }
    book = openpyxl.load_workbook(io.BytesIO(files["summary-KM-03-2025-H2.xlsx"]))
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    for sheet in book:
        assert not [
            d for d in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()) if d.hidden
        ]
    assert not list(book.defined_names)


def test_no_file_names_the_user_the_machine_or_a_folder(files):
    import getpass
    import socket

    about = {getpass.getuser(), socket.gethostname(), str(Path.home()), str(Path.cwd())}
    # Shorter words turn up in compressed bytes by chance.
    wanted = {word for word in about if len(word) > 5}
    assert wanted
    everything = []
    for name, data in files.items():
        everything.append(data)
        if name.endswith(".xlsx"):
            archive = zipfile.ZipFile(io.BytesIO(data))
            everything += [archive.read(item) for item in archive.namelist()]
        if name.endswith(".pdf"):
            everything += [
                page.get_textpage().get_text_range().encode() for page in pypdfium2.PdfDocument(data)
            ]
    whole = b"\n".join(everything)
    assert b"KM-03" in whole
    assert not [word for word in wanted if word.encode() in whole]


def test_the_ways_in_load_no_heavy_library():
    code = (
        "import sys, shelter_app.reports.summary, shelter_app.reports.form_pdf, shelter_app.reports.recovery_pdf\n"
        "import shelter_app.reports.charts\n"
        "print(sorted({'reportlab', 'xlsxwriter', 'babel', 'PIL'} & set(sys.modules)))\n"
        "import reportlab; print(sorted({'reportlab'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines() == ["[]", "['reportlab']"]
