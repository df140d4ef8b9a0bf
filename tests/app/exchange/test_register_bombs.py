"""Small files that ask for more than a computer has."""

import resource
import subprocess
import sys
import zipfile

import pytest

from shelter_app.exchange.registers.errors import DamagedFileError, SprawlingSheetError, TooManyRowsError
from shelter_app.exchange.registers.reader import read_register

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BINARY = "application/vnd.openxmlformats-package.relationships+xml"
_TABLE = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>张三</t></is></c></row>'
)


def workbook(path, cells, after=""):
    """A workbook with these cells below a small table, as small on disk as it can be."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="{_BINARY}"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="r1"'
        f' Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{_TABLE}{cells}</sheetData>{after}</worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def test_a_small_workbook_of_this_make_is_read(tmp_path):
    found = read_register(workbook(tmp_path / "good.xlsx", '<row r="9"><c r="Z9"><v>1</v></c></row>'))
    assert [row[0].text for row in found.sheets[0].rows[:2]] == ["姓名", "张三"]
    assert found.sheets[0].rows[8][25].text == "1"


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', SprawlingSheetError),
        ("<row r='3'><c r = 'xfd900000'><v>1</v></c></row>", SprawlingSheetError),
        ('<row r="1000000"><c r="XFD1000000" t="e"><v>#REF!</v></c></row>', SprawlingSheetError),
        ('<row r="3"><c r="ZZZZZZZZ3" t="e"><v>#REF!</v></c></row>', SprawlingSheetError),
        ('<row r="3"><c r="B99999999999" t="e"><v>#REF!</v></c></row>', TooManyRowsError),
        ('<row r="900000"><c r="A900000"><f>1</f></c></row>', TooManyRowsError),
    ],
)
def test_a_cell_in_the_far_corner_does_not_end_the_program(tmp_path, cells, error):
    path = workbook(tmp_path / "corner.xlsx", cells)
    with pytest.raises(error):
        read_register(path)


def test_a_place_that_only_the_xml_reader_understands_is_not_laid_out(tmp_path):
    path = workbook(tmp_path / "odd.xlsx", '<row r="3"><c r="&#66;99999999" t="e"><v>#REF!</v></c></row>')
    try:
        found = read_register(path)
    except DamagedFileError:
        return
    assert len(found.sheets[0].rows) < 100


def test_merges_over_the_whole_sheet_are_counted_for_the_rows_there_are(tmp_path):
    ranges = '<mergeCell ref="A1:B1048576"/>' * 3000
    path = workbook(tmp_path / "merged.xlsx", "", f"<mergeCells>{ranges}</mergeCells>")
    assert read_register(path).sheets[0].merged_rows <= {0, 1}


def test_a_cell_as_long_as_a_book_in_a_column_of_dates_is_kept_as_text(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("姓名,出生日期,入所日期\n张三," + "约" * 20_000 + "," + "(" * 20_000 + "\n", "utf-8")
    code = (
        "import datetime as dt, sys, pathlib\n"
        "from shelter_app.exchange.registers import preview\n"
        "found = preview(pathlib.Path(sys.argv[1]), today=dt.date(2026, 1, 1))\n"
        "print(len(found.people))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (20, 20)),
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "1"), done.stderr[-500:]
