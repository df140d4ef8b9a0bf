"""Documents as registers write them: with their kind in a column, with words around the number, or with no number."""

import datetime as dt

import pytest

from shelter_app.domain.forms import check, form
from shelter_app.domain.identity import resident_check_character
from shelter_app.exchange.registers import filled_forms, flat_values, preview

TODAY = dt.date(2026, 11, 22)
SOUND = "35010219901009046" + resident_check_character("35010219901009046")


def row_of(tmp_path, **cells):
    path = tmp_path / "register.csv"
    cells = {"姓名": "张三", "入所日期": "2015-06-01"} | cells
    lines = [",".join(cells), ",".join(f'"{text}"' for text in cells.values())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    row = preview(path, today=TODAY).rows[1]
    person = filled_forms(row)[0].values
    assert [p for p in check(form("person"), person, today=TODAY) if p.severity != "warning"] == []
    assert not any("." in name for name in person)
    return row


def codes(row):
    return [reason.code for reason in row.reasons]


@pytest.mark.parametrize(
    ("kind", "number", "country", "stored"),
    [
        ("身份证", SOUND, "中国", "resident_id"),
        ("身分證", SOUND, "中国", "resident_id"),
        ("二代身份证", SOUND, "", "resident_id"),
        ("身份证", "001185012345", "越南", "national_id"),
        ("ID card", "001185012345", "越南", "national_id"),
        ("护照", "C6270108", "越南", "passport"),
        ("户口本", "350102-12", "中国", "household_register"),
        ("旅行证", "T1234567", "中国", "prc_travel_document"),
    ],
)
def test_the_kind_in_a_column_belongs_to_the_number(tmp_path, kind, number, country, stored):
    row = row_of(tmp_path, 证件类型=kind, 证件号码=number, 国籍=country)
    assert [(each["kind"]) for each in flat_values(row)["documents"]] == [stored]
    assert set(codes(row)) <= {"birth_from_number"}
    assert "documents.kind" not in flat_values(row)


def test_a_kind_that_the_number_contradicts_is_said_and_kept(tmp_path):
    row = row_of(tmp_path, 证件类型="护照", 证件号码=SOUND)
    assert flat_values(row)["documents"] == [{"kind": "resident_id", "number": SOUND}]
    assert "document_kind_differs" in codes(row)
    assert row.unparsed == {"证件类型": "护照"}


def test_a_kind_beside_several_numbers_belongs_to_nobody_knows_which(tmp_path):
    row = row_of(tmp_path, 证件类型="护照", 证件号码="C6270108 / C6270109")
    assert codes(row) == ["document_unclear"]
    assert row.unparsed == {"证件类型": "护照"}


def test_a_kind_without_a_number_and_no_document_at_all(tmp_path):
    assert flat_values(row_of(tmp_path, 证件类型="护照", 证件号码=""))["documents"] == [{"kind": "passport"}]
    assert flat_values(row_of(tmp_path, 证件类型="无", 证件号码=""))["documents_held"] == "no"
    other = row_of(tmp_path, 证件类型="港澳通行证", 证件号码="")
    assert flat_values(other)["documents"] == [{"kind": "other", "note": "港澳通行证"}]
    unknown = row_of(tmp_path, 证件类型="工作证明", 证件号码="")
    assert (codes(unknown), unknown.unparsed) == (["kept_as_text"], {"证件类型": "工作证明"})


def test_a_date_about_the_document_belongs_to_it(tmp_path):
    row = row_of(tmp_path, 证件号码="C6270108", 有效期至="2019-05")
    assert flat_values(row)["documents"] == [
        {"kind": "passport", "number": "C6270108", "expires_on": "2019-05"}
    ]
    assert filled_forms(row)[0].values["documents"][0]["expires_on"] == {"y": 2019, "m": 5}


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (f"身份证：{SOUND}", {"kind": "resident_id", "number": SOUND}),
        (f"身份证号码{SOUND}", {"kind": "resident_id", "number": SOUND}),
        (f"ID card no. {SOUND}", {"kind": "resident_id", "number": SOUND}),
        (f"{SOUND}(已过期)", {"kind": "resident_id", "number": SOUND, "note": "已过期"}),
        ("护照G51474083", {"kind": "passport", "number": "G51474083"}),
        ("护照号：G51474083", {"kind": "passport", "number": "G51474083"}),
        ("Passport No. G51474083", {"kind": "passport", "number": "G51474083"}),
        ("G51474083（护照）", {"kind": "passport", "number": "G51474083"}),
        ("旅行证 T1234567", {"kind": "prc_travel_document", "number": "T1234567"}),
        ("A123456(7)", {"kind": "other", "number": "A123456(7)"}),
    ],
)
def test_words_around_a_number_are_no_part_of_it(tmp_path, text, stored):
    assert flat_values(row_of(tmp_path, 证件号码=text))["documents"] == [stored]


def test_a_number_with_its_word_is_checked_and_found_again(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text(
        f"姓名,证件号码\n李明,身份证：{SOUND}\n王芳,{SOUND}\n赵六,身份证：{SOUND[:-1]}0\n", encoding="utf-8"
    )
    rows = preview(path, today=TODAY).rows
    assert "same_person" in codes(rows[2])
    assert "number_check_digit" in codes(rows[3])


@pytest.mark.parametrize("text", ["丢失", "被扣押", "遗失", "lost", "confiscated"])
def test_words_without_a_digit_are_no_number(tmp_path, text):
    row = row_of(tmp_path, 证件号码=text)
    assert (codes(row), row.unparsed) == (["kept_as_text"], {"证件号码": text})
    assert "documents" not in flat_values(row)


def test_a_number_that_a_spreadsheet_has_rounded_is_kept_as_written(tmp_path):
    row = row_of(tmp_path, 证件号码="3.50102E+17")
    assert (codes(row), row.unparsed) == (["digits_lost"], {"证件号码": "3.50102E+17"})


@pytest.mark.parametrize(
    ("age", "values", "reasons"),
    [
        ("约17", {"birth_age": 17, "birth_about": True}, []),
        ("17岁", {"birth_age": 17}, []),
        (
            "16-17",
            {"birth_from": "1997-06-02", "birth_to": "1999-06-01", "birth_text": "16-17"},
            ["age_between"],
        ),
        ("16至17岁", {"birth_from": "1997-06-02", "birth_to": "1999-06-01"}, ["age_between"]),
        ("3个月", {"birth_age": 0, "unparsed": {"年龄": "3个月"}}, ["age_in_months"]),
        ("1岁6个月", {"birth_age": 1}, ["age_in_months"]),
        ("18 months", {"birth_age": 1}, ["age_in_months"]),
        ("17-16", {"unparsed": {"年龄": "17-16"}}, ["number_not_given"]),
    ],
)
def test_ages_as_they_are_written(tmp_path, age, values, reasons):
    row = row_of(tmp_path, 年龄=age)
    flat = flat_values(row)
    assert {key: flat.get(key) for key in values} == values
    assert codes(row) == reasons


def test_an_age_between_two_years_is_kept_as_text_where_nothing_dates_it(tmp_path):
    row = row_of(tmp_path, 年龄="16-17", 入所日期="")
    assert (codes(row), row.unparsed) == (
        ["kept_as_text", "no_registration_day"], {"年龄": "16-17"},
    )  # fmt: skip
