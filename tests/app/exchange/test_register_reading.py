"""A register is read whole, in its own characters, or refused with what is wrong and what to do."""

import datetime as dt
import io
import os
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelter_app.exchange.registers import preview
from shelter_app.exchange.registers.cells import cell_of, column_letters, text_cell
from shelter_app.exchange.registers.delimited import MAX_TEXT_BYTES, detect_encoding
from shelter_app.exchange.registers.errors import (
    DamagedFileError,
    EncodingUnclearError,
    EncryptedWorkbookError,
    FileNotReadableError,
    MalformedTextError,
    NameMismatchError,
    NoSuchSheetError,
    NotARegisterError,
    NullBytesError,
    RegisterError,
    SprawlingSheetError,
    TooLargeError,
    TooManyCellsError,
    TooManyRowsError,
)
from shelter_app.exchange.registers.reader import read_register

TEXT = "姓名,性别,出生日期\r\n卢萍,女,1990-01-02\r\nMAO Yingjiao,F,约1990年\r\n"


def write(tmp_path, content, name="register.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def workbook(tmp_path, rows, name="register.xlsx", prepare=None):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if prepare:
        prepare(book, sheet)
    path = tmp_path / name
    book.save(path)
    return path


def texts(file, sheet=0):
    return [[cell.text for cell in row] for row in file.sheets[sheet].rows]


@pytest.mark.parametrize(
    ("codec", "mark", "encoding", "certain"),
    [
        ("utf-8", b"", "utf-8", True),
        ("utf-8", b"\xef\xbb\xbf", "utf-8", True),
        ("gb18030", b"", "gb18030", False),
        ("utf-16-le", b"\xff\xfe", "utf-16-le", True),
        ("utf-16-be", b"\xfe\xff", "utf-16-be", True),
        ("utf-16-le", b"", "utf-16-le", True),
        ("utf-16-be", b"", "utf-16-be", True),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_character_set_and_separator_gives_the_same_cells(
    tmp_path, codec, mark, encoding, certain, separator
):
    path = write(tmp_path, mark + TEXT.replace(",", separator).encode(codec))
    file = read_register(path)
    assert (file.encoding, file.encoding_certain, file.separator) == (encoding, certain, separator)
    assert texts(file) == [line.split(",") for line in TEXT.split("\r\n")[:-1]]


def test_the_whole_file_decides_and_not_one_line(tmp_path):
    """卢萍 in GB18030 is valid UTF-8 by chance; the next line is not."""
    chance = "卢萍".encode("gb18030")
    assert chance.decode("utf-8") != "卢萍"
    path = write(tmp_path, chance + b",F\r\n" * 1 + "张三,M\r\n".encode("gb18030"))
    assert texts(read_register(path)) == [["卢萍", "F"], ["张三", "M"]]


def test_a_character_set_can_be_chosen_by_hand(tmp_path):
    path = write(tmp_path, "姓名,國籍\r\n鍾,越南\r\n".encode("big5hkscs"))
    assert texts(read_register(path, encoding="big5"))[1] == ["鍾", "越南"]
    with pytest.raises(EncodingUnclearError):
        read_register(path, encoding="utf-8")
    with pytest.raises(EncodingUnclearError):
        read_register(path, encoding="klingon")


def test_bytes_of_no_character_set_are_asked_about(tmp_path):
    with pytest.raises(EncodingUnclearError, match="character set"):
        read_register(write(tmp_path, b"a,b\r\n\x81\xff\xff\x80,c\r\n"))


def test_a_separator_named_by_the_file_is_used(tmp_path):
    assert read_register(write(tmp_path, b"sep=;\r\na,x;b\r\n")).separator == ";"


def test_quoted_cells_keep_separators_and_lines_and_blank_lines_count(tmp_path):
    file = read_register(write(tmp_path, '姓名,备注\n"毛,英姣","一\n二"\n\n张三,x\n'.encode()))
    assert texts(file) == [["姓名", "备注"], ["毛,英姣", "一\n二"], [], ["张三", "x"]]


@pytest.mark.parametrize("text", ['a,b\n"never closed,c\nd,e\n', 'a,b\n"x"y,c\n'])
def test_a_wrong_quotation_mark_is_refused_and_never_swallows_rows(tmp_path, text):
    with pytest.raises(MalformedTextError, match="line"):
        read_register(write(tmp_path, text.encode()))


def test_zero_bytes_in_a_text_are_refused_with_the_line(tmp_path):
    with pytest.raises(NullBytesError) as refused:
        read_register(write(tmp_path, b"a,b\nc,d\ne\0f,g\n" + b"h,i\n" * 100))
    assert refused.value.values["row"] == 3


def test_a_huge_text_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    with pytest.raises(TooLargeError, match="200 MB") as refused:
        read_register(path)
    assert str(MAX_TEXT_BYTES >> 20) in str(refused.value)


def test_too_many_rows_are_refused_politely(tmp_path):
    with pytest.raises(TooManyRowsError, match="200000"):
        read_register(write(tmp_path, b"a,b\n" * 200_001))
    assert len(read_register(write(tmp_path, b"a,b\n" * 1000)).sheets[0].rows) == 1000


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"%PDF-1.7 ...", "register.xlsx", NotARegisterError),
        (b"\x89PNG\r\n", "register.csv", NotARegisterError),
        (b"<html><table></table></html>", "register.xls", NotARegisterError),
        (b"", "register.csv", NotARegisterError),
        (b"   \n", "register.csv", NotARegisterError),
        (b"a,b\nc,d\n", "register.xlsx", NameMismatchError),
        (b"PK\x03\x04 cut off", "register.xlsx", DamagedFileError),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off", "register.xls", DamagedFileError),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_named(tmp_path, content, name, error):
    with pytest.raises(error, match=name):
        read_register(write(tmp_path, content, name))


def test_a_workbook_called_csv_and_a_document_called_xlsx_are_named(tmp_path):
    path = workbook(tmp_path, [["姓名"], ["张三"]])
    with pytest.raises(NameMismatchError, match=r"\.xlsx"):
        read_register(path.rename(tmp_path / "register.csv"))
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(NotARegisterError, match="document"):
        read_register(write(tmp_path, document.getvalue(), "letter.xlsx"))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotReadableError, match=r"gone\.csv"):
        read_register(tmp_path / "gone.csv")


@given(st.integers(4, 4000))
def test_a_workbook_cut_off_anywhere_is_damaged_and_never_half_read(tmp_path_factory, length):
    folder = tmp_path_factory.mktemp("cut")
    path = workbook(folder, [["姓名", "性别"]] + [[f"人{i}", "女"] for i in range(50)])
    whole = path.read_bytes()
    path.write_bytes(whole[: min(length, len(whole) - 1)])
    with pytest.raises(RegisterError):
        read_register(path)


def test_an_encrypted_workbook_is_told_apart_from_a_damaged_one(tmp_path):
    from msoffcrypto.format.ooxml import OOXMLFile

    plain = workbook(tmp_path, [["姓名"], ["张三"]])
    sealed = tmp_path / "sealed.xlsx"
    with plain.open("rb") as source, sealed.open("wb") as target:
        OOXMLFile(source).encrypt("geheim", target)
    with pytest.raises(EncryptedWorkbookError, match="password"):
        read_register(sealed)


def test_a_workbook_that_unpacks_to_far_too_much_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(2):
            with archive.open(f"xl/part{number}.xml", "w", force_zip64=True) as part:
                for _chunk in range(600):
                    part.write(bytes(1 << 20))
    with pytest.raises(TooLargeError):
        read_register(path)


def test_numbers_look_as_a_person_sees_them_and_long_ones_are_not_trusted(tmp_path):
    moment = dt.datetime.combine(dt.date(2013, 4, 17), dt.time(9, 5))
    file = read_register(
        workbook(
            tmp_path,
            [[35, 36.6, 350102199009010468, True, dt.date(2013, 4, 17), moment]],
        )
    )
    cells = file.sheets[0].rows[0]
    assert [c.text for c in cells[:2]] == ["35", "36.6"]
    assert cells[2].remarks == ("digits_lost",)
    assert [c.text for c in cells[3:]] == ["TRUE", "2013-04-17", "2013-04-17 09:05"]


def test_cells_that_look_like_formulas_stay_text(tmp_path):
    for text in ("=1+1", "+86 139", "-", "@name", '=HYPERLINK("http://x")'):
        assert text_cell(text).text == text
    path = write(tmp_path, "姓名,备注\n张三,\"=cmd|' /C calc'!A0\"\n".encode())
    assert texts(read_register(path))[1][1] == "=cmd|' /C calc'!A0"


def test_invisible_characters_are_removed_and_said(tmp_path):
    cell = text_cell("\u202e张\u200b三\u202c\x07")
    assert (cell.text, cell.remarks) == ("张三", ("hidden_characters",))
    assert text_cell("ကို\u200cယ်").remarks == ()


def test_formulas_never_calculated_and_errors_are_marked_and_stored_results_used(tmp_path):
    def formulas(_book, sheet):
        sheet["B2"] = "=YEAR(A2)"
        sheet["C2"] = "#DIV/0!"
        sheet["C2"].data_type = "e"

    path = workbook(tmp_path, [["a", "b", "c"], ["x", None, None]], prepare=formulas)
    row = read_register(path).sheets[0].rows[1]
    assert row[1].remarks == ("not_calculated",)
    assert row[2].remarks == ("cell_error",)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b"<f>YEAR(A2)</f><v />" in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"<v />", b"<v>2013</v>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read_register(path).sheets[0].rows[1][1].text == "2013"


def test_a_column_of_formulas_that_all_say_zero_was_never_calculated(tmp_path):
    """What a program writes that does not calculate; one honest zero beside other results is left alone."""
    import xlsxwriter

    path = tmp_path / "register.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row in range(3):
            sheet.write_formula(row, 0, "=1+1")
            sheet.write_formula(row, 1, "=A1", value=row)
    rows = read_register(path).sheets[0].rows
    assert [row[0].remarks for row in rows] == [("not_calculated",)] * 3
    assert [row[1].text for row in rows] == ["0", "1", "2"]


def test_sheets_hidden_ones_too_are_read_and_one_can_be_chosen(tmp_path):
    def more(book, _sheet):
        book.create_sheet("2014").append(["姓名"])
        book["2014"].sheet_state = "hidden"

    path = workbook(tmp_path, [["姓名"], ["张三"]], prepare=more)
    file = read_register(path)
    assert [(sheet.name, sheet.hidden) for sheet in file.sheets] == [("Sheet", False), ("2014", True)]
    assert [sheet.name for sheet in read_register(path, sheet="2014").sheets] == ["2014"]
    with pytest.raises(NoSuchSheetError, match="2014"):
        read_register(path, sheet="2015")


def test_a_merge_down_a_column_fills_its_rows_and_rows_keep_their_numbers(tmp_path):
    def merge(_book, sheet):
        sheet.merge_cells("B3:B5")

    file = read_register(
        workbook(tmp_path, [[], ["姓名", "国籍"], ["A", "越南"], ["B"], ["C"]], prepare=merge)
    )
    assert [[c.text for c in row[:2]] for row in file.sheets[0].rows] == [
        ["", ""],
        ["姓名", "国籍"],
        ["A", "越南"],
        ["B", "越南"],
        ["C", "越南"],
    ]
    assert file.sheets[0].rows[3][1].remarks == ("merged_cell",)


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=4), min_size=1, max_size=12))
def test_any_text_file_is_read_whole_or_refused(tmp_path_factory, rows):
    import csv

    path = tmp_path_factory.mktemp("any") / "any.csv"
    with path.open("w", encoding="utf-8", newline="", errors="replace") as stream:
        csv.writer(stream).writerows(rows)
    try:
        file = read_register(path)
    except RegisterError:
        return
    assert len(file.sheets[0].rows) <= len(rows)
    assert detect_encoding(path)[0] == file.encoding


def test_columns_are_named_like_a_spreadsheet():
    assert [column_letters(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert cell_of("").blank


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_or_folder_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.xlsx").mkdir()
    for name in ("pipe.csv", "folder.xlsx"):
        with pytest.raises(NotARegisterError):
            read_register(tmp_path / name)
    assert read_register(write(tmp_path, TEXT.encode())).sheets


def test_one_zero_byte_makes_no_utf_16_of_a_small_file(tmp_path):
    with pytest.raises(NullBytesError):
        read_register(write(tmp_path, b"Name,Sex\nA\0nn,F\n"))
    small = "姓名,性别\n卢萍,女\n"
    assert read_register(write(tmp_path, small.encode("utf-16-le"))).encoding == "utf-16-le"


def test_no_cell_behind_the_columns_that_are_read_is_dropped(tmp_path):
    wide = ["姓名", "性别", *(f"列{i}" for i in range(498))]
    assert len(read_register(workbook(tmp_path, [wide])).sheets[0].rows[0]) == 500
    with pytest.raises(SprawlingSheetError) as refused:
        read_register(workbook(tmp_path, [wide, ["卢萍", "女"], [*wide, "telephone"]]))
    assert "SG3" in str(refused.value)


def test_more_used_cells_of_a_workbook_than_memory_should_hold_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("shelter_app.exchange.registers.workbook.MAX_CELLS", 6)
    assert read_register(workbook(tmp_path, [["姓名", "性别"], [], [None] * 40 + ["x"]])).sheets
    with pytest.raises(TooManyCellsError):
        read_register(workbook(tmp_path, [["姓名", "性别", "国籍", "年龄"], ["卢萍", "女", "中国", 20]]))


def test_more_cells_than_memory_should_hold_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("shelter_app.exchange.registers.delimited.MAX_CELLS", 12)
    assert read_register(write(tmp_path, TEXT.encode())).sheets
    with pytest.raises(TooManyCellsError):
        read_register(write(tmp_path, (TEXT + "卢,女,1990,x\n").encode()))


def test_a_long_register_says_how_far_it_has_been_read(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("姓名,性别\n" + "张三,男\n" * 450, encoding="utf-8")
    heard = []
    preview(path, today=dt.date(2026, 11, 22), progress=lambda done, total: heard.append((done, total)))
    assert heard == [(100, 451), (200, 451), (300, 451), (400, 451)]
