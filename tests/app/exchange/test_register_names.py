"""A cell that names several people is asked about; one that names one person is taken as it is written."""

import datetime as dt

import pytest

from shelter_app.casework.register_rows import row_from_json, row_to_json
from shelter_app.exchange.registers import flat_values, preview
from shelter_app.exchange.registers.decisions import resolve

TODAY = dt.date(2026, 11, 22)


def row_of(tmp_path, name, header="姓名"):
    path = tmp_path / "register.csv"
    quoted = name.replace('"', '""')
    path.write_text(f'序号,{header},性别,国籍,入所日期\n1,"{quoted}",女,中国,2015-06-01\n', encoding="utf-8")
    return preview(path, today=TODAY).rows[1]


def codes(row):
    return [reason.code for reason in row.reasons]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("李明、王芳", ["李明", "王芳"]),
        ("张三/李四", ["张三", "李四"]),
        ("张三；李四", ["张三", "李四"]),
        ("张三，李四", ["张三", "李四"]),
        ("李明 王芳", ["李明", "王芳"]),
        ("李明和王芳", ["李明", "王芳"]),
        ("李明\n王芳", ["李明", "王芳"]),
        ("Anna Silva & Maria Silva", ["Anna Silva", "Maria Silva"]),
        ("Anna Silva and Maria Silva", ["Anna Silva", "Maria Silva"]),
        ("Anna Silva; Maria Silva", ["Anna Silva", "Maria Silva"]),
        ("阮氏花/NGUYỄN Thị Hoa", ["阮氏花", "NGUYỄN Thị Hoa"]),
        ("Nguyen Thi Lan, Nguyễn Thị Hoa", ["Nguyen Thi Lan", "Nguyễn Thị Hoa"]),
        ("Li Mei, Wang Fang", ["Li Mei", "Wang Fang"]),
    ],
)
def test_several_names_in_a_cell_are_asked_about(tmp_path, name, names):
    row = row_of(tmp_path, name)
    assert (row.outcome, codes(row)) == ("decision", ["several_names"])
    assert row.reasons[0].cell == "B2"
    assert name in row.reasons[0].text("en")
    whole = resolve(row, ("several_names", "one_person"))
    assert name in (whole.values.get("person.name_native"), whole.values.get("person.name_latin"))
    others = resolve(row_from_json(row_to_json(row)), ("several_names", "other_names"))
    given = others.values.get("person.name_native") or others.values["person.name_latin"]
    assert [given, *others.values["person.aliases"]] == names
    assert resolve(row, ("several_names", "leave_out")).outcome == "not_a_person"


@pytest.mark.parametrize(
    "name",
    [
        "张三及其女儿", "张三（带一个孩子）", "张三携子", "母亲：王红 孩子：王小红", "李秀英(母) 张小宝(子)", "张三等3人", "张三+1", "王红母女", "李梅（女儿李小梅）", "李梅（其母亲：王红）",
        "Anna Silva and her daughter", "Anna Silva (with 2 children)", "Anna Silva et al",
    ],
)  # fmt: skip
def test_a_cell_that_speaks_of_several_people_is_asked_about(tmp_path, name):
    row = row_of(tmp_path, name)
    assert (row.outcome, codes(row)) == ("decision", ["several_people"])
    one = resolve(row, ("several_people", "one_person"))
    assert name in (one.values.get("person.name_native"), one.values.get("person.name_latin"))
    assert "person.aliases" not in one.values


@pytest.mark.parametrize(
    "name",
    [
        "王和", "白朗和", "和志强", "欧阳 娜娜", "李 明", "阿依古丽·买买提", "VÀNG Thị Mỷ", "Kumar A/L Raman", "De Souza, Anna Maria",
        "NGUYEN, Thi Lan", "Nguyen Thi, Lan", "Иванова Ольга", "Alexander Sandberg", "Anderson", "王带兰", "山田和子", "上官婉儿",
    ],
)  # fmt: skip
def test_the_name_of_one_person_is_not_asked_about(tmp_path, name):
    row = row_of(tmp_path, name)
    assert (row.outcome, codes(row)) == ("imported", [])
    assert name in flat_values(row).values()


def test_one_name_in_two_scripts_is_one_person(tmp_path):
    row = row_of(tmp_path, "李明/Li Ming")
    assert codes(row) == ["name_two_scripts"]
    flat = flat_values(row)
    assert (flat["name_native"], flat["name_latin"]) == ("李明", "Li Ming")


@pytest.mark.parametrize("words", ["母", "女儿", "女", "未成年", "17岁", "minor", "F"])
def test_what_brackets_say_about_the_person_is_no_other_name(tmp_path, words):
    row = row_of(tmp_path, f"王小红({words})")
    assert codes(row) == ["name_note"]
    assert row.values["person.name_native"] == "王小红"
    assert "person.aliases" not in row.values
    assert row.unparsed == {"姓名": f"王小红({words})"}


def test_brackets_behind_each_other_and_inside_a_name(tmp_path):
    row = row_of(tmp_path, "李秀英(化名)(又名李英)")
    assert (row.values["person.name_native"], row.values["person.aliases"]) == ("李秀英", ["李英"])
    inside = row_of(tmp_path, "Maria (Mia) Silva")
    assert (codes(inside), inside.values["person.name_latin"]) == (
        ["name_brackets_kept"],
        "Maria (Mia) Silva",
    )


@pytest.mark.parametrize(
    "name", ["+1", "3", "(?)", "女", "无名女", "null", "同上", "Unknown female", "unidentified"]
)
def test_what_is_no_name_is_asked_about(tmp_path, name):
    row = row_of(tmp_path, name)
    assert "no_name" in codes(row)
    assert row.unparsed == {"姓名": name}


def test_full_width_letters_are_a_latin_name(tmp_path):
    assert flat_values(row_of(tmp_path, "ＬＩ　Ｍｅｉ"))["name_latin"] == "LI Mei"


def test_a_given_name_of_two_people_is_asked_about(tmp_path):
    assert codes(row_of(tmp_path, "Anna & Maria", header="Given name"))[0] == "several_names"
