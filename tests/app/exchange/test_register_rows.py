"""What is a person, what is a remark, what has to be decided, and what a decision does."""

import datetime as dt

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelter_app.domain.identity import resident_check_character
from shelter_app.domain.partial_date import PartialDate
from shelter_app.exchange.registers import Mapping, filled_forms, flat_values, known_targets, preview
from shelter_app.exchange.registers.decisions import resolve
from shelter_app.exchange.registers.errors import NoHeaderError
from shelter_app.exchange.registers.headers import match_header
from shelter_app.exchange.registers.reasons import DECISIONS, MESSAGES

TODAY = dt.date(2026, 11, 22)
HEADER = ["序号", "姓名", "性别", "出生日期", "年龄", "国籍", "证件号码", "入所日期", "是否未成年", "备注"]


def number(digits17):
    return digits17 + resident_check_character(digits17)


def book(tmp_path, rows, prepare=None, name="register.xlsx"):
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    if prepare:
        prepare(workbook)
    path = tmp_path / name
    workbook.save(path)
    return path


def judge(tmp_path, *rows, header=HEADER, **options):
    return preview(book(tmp_path, [header, *rows]), today=TODAY, **options)


def person(**cells):
    names = dict(
        zip(
            ("n", "name", "sex", "birth", "age", "country", "doc", "day", "minor", "note"),
            HEADER,
            strict=True,
        )
    )
    assert set(cells) <= set(names)
    defaults = {"n": 1, "name": "张三", "sex": "男", "country": "中国", "day": "2015-06-01"}
    return [(defaults | cells).get(name) for name in names]


def only(found):
    return next(row for row in found.rows if row.is_person or row.decided)


def codes(row):
    return [reason.code for reason in row.reasons]


def test_titles_notes_totals_blank_rows_and_repeated_headers_are_no_people(tmp_path):
    found = preview(
        book(
            tmp_path,
            [
                ["××救助管理站登记表"],
                ["填表说明：日期写公历"],
                HEADER,
                person(n=1),
                [],
                HEADER,
                person(n=2, name="李四"),
                ["小计 2 人"],
                [None, "合计", None, None, None, 2],
                [3],
                ["注：以上为第一页"],
                ["制表人：王某"],
                [None, "审核人：李某"],
                ["Total", None, None, None, 2],
            ],
        ),
        today=TODAY,
    )
    assert [row.reasons[0].code if row.reasons else "person" for row in found.rows] == [
        "title",
        "title",
        "header",
        "person",
        "blank",
        "header",
        "person",
        "total",
        "total",
        "number_only",
        "note",
        "note",
        "note",
        "total",
    ]
    assert found.to_json()["rows"] == 14 == sum(found.to_json()[key] for key in ("imported", "not_a_person"))


def test_a_header_over_two_rows_is_joined(tmp_path):
    def merge(workbook):
        sheet = workbook.active
        sheet.merge_cells("B1:C1")
        sheet.merge_cells("A1:A2")

    rows = [
        ["姓名", "剥削情况", None, "入所日期"], [None, "被剥削国家", "剥削形式"], ["张三", "越南", "强迫劳动", "2015-06"],
    ]  # fmt: skip
    found = preview(book(tmp_path, rows, merge), today=TODAY)
    assert [row.outcome for row in found.rows] == ["not_a_person", "not_a_person", "imported"]
    assert flat_values(found.rows[2]) == {
        "name_native": "张三",
        "exploitation_country": "VN",
        "types": ["ForcedLabour"],
        "registered_on": "2015-06",
    }


def test_a_register_in_traditional_characters_is_read_alike(tmp_path):
    rows = [
        ["姓名", "性別", "國籍", "被剝削國家", "剝削形式", "入所日期"],
        ["陳秀雲", "女", "越南籍", "緬甸", "強迫勞動", "2015"],
    ]
    found = preview(book(tmp_path, rows), today=TODAY)
    assert [row.outcome for row in found.rows] == ["not_a_person", "imported"]
    assert flat_values(found.rows[1]) == {
        "name_native": "陳秀雲", "sex": "female", "citizenship": ["VN"], "exploitation_country": "MM",
        "types": ["ForcedLabour"], "registered_on": "2015",
    }  # fmt: skip


def test_several_sheets_are_read_and_hidden_ones_say_so(tmp_path):
    def more(workbook):
        second = workbook.create_sheet("旧")
        second.append(["Full name", "Sex", "Registered"])
        second.append(["Sok Chanthy", "F", "2015-06-01"])
        second.sheet_state = "hidden"

    found = preview(book(tmp_path, [HEADER, person()], more), today=TODAY)
    assert [(row.sheet, row.row, row.outcome) for row in found.people] == [
        ("Sheet", 2, "imported"),
        ("旧", 2, "remark"),
    ]
    assert codes(found.people[1]) == ["hidden_sheet"]


def test_without_any_row_of_column_names_a_person_says_what_the_columns_mean(tmp_path):
    path = book(tmp_path, [["张三", "女"], ["李四", "男"]])
    with pytest.raises(NoHeaderError, match="column"):
        preview(path, today=TODAY)
    said = Mapping({"A": "person.name_native", "B": "person.sex"}, header_row=0)
    found = preview(path, today=TODAY, mapping=said)
    assert [flat_values(row) for row in found.rows] == [
        {"name_native": "张三", "sex": "female"},
        {"name_native": "李四", "sex": "male"},
    ]


def test_what_a_person_says_about_a_column_goes_before_what_is_recognised(tmp_path):
    path = book(tmp_path, [["姓名", "代号", "备注"], ["张三", "7", "x"]])
    assert preview(path, today=TODAY).rows[1].unparsed == {"代号": "7"}
    said = Mapping({"代号": "intake.reference", "备注": None})
    row = preview(path, today=TODAY, mapping=Mapping.from_json(said.to_json())).rows[1]
    assert row.values["intake.reference"] == "7"
    assert row.unparsed == {"备注": "x"}


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"version": 2},
        {"version": 1, "targets": {"a": "no.such"}},
        {"version": 1, "targets": {}, "header_row": -1},
        [],
    ],
)
def test_a_profile_that_fits_no_field_is_refused(stored):
    with pytest.raises(ValueError, match=r".+"):
        Mapping.from_json(stored)


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("出生日期", "person.birth"),
        ("DOB", "person.birth"),
        ("出生日期（公历）", "person.birth"),
        ("姓名 Name", "person.name_native"),
        ("性别\nSex", "person.sex"),
        ("Gender", "person.sex"),
        ("年龄", "person.age"),
        ("證件號碼", "person.documents.number"),
        ("出生日期（國曆）", "person.birth"),
        ("性別", "person.sex"),
        ("身份证号码*", "person.documents.number"),
        ("Passport / travel document", "person.documents.number"),
        ("入站日期：", "intake.registered_on"),
        ("进站日期", "intake.registered_on"),
        ("Admission date", "intake.registered_on"),
        ("Date of arrival", "intake.registered_on"),
        ("受害类型", "experience.types"),
        ("Type of trafficking", "experience.types"),
        ("受害国家/地区", "experience.exploitation_country"),
        ("Date of discharge", "closure.left_on"),
        ("颜色", None),
    ],
)
def test_headers_in_either_language_or_both(header, target):
    assert match_header(header) == target
    assert target is None or target in known_targets()


def test_an_age_that_contradicts_the_birth_is_decided_and_both_answers_stay(tmp_path):
    found = judge(tmp_path, person(birth="约2013年", age=27, day="2025-06-04"))
    row = only(found)
    assert (row.outcome, codes(row)) == ("decision", ["birth_age"])
    assert row.reasons[0].cell == "D2"
    assert "27" in row.reasons[0].text("en")
    age = resolve(row, ("birth_age", "age_right"))
    assert flat_values(age)["birth_age"] == 27
    assert flat_values(age)["birth_text"] == "约2013年"
    birth = resolve(row, ("birth_age", "birth_right"))
    assert (flat_values(birth)["birth"], birth.unparsed) == ("2013", {"年龄": "27"})
    neither = resolve(row, ("birth_age", "neither"))
    assert neither.values["person.birth"].to_json() == {"text": "约2013年 / 27"}
    assert neither.values["intake.is_minor"] == "unknown"
    out = resolve(row, ("birth_age", "leave_out"))
    assert (out.outcome, filled_forms(out)) == ("not_a_person", ())
    for resolved in (age, birth, neither):
        assert (resolved.outcome, codes(resolved)) == ("remark", ["decided"])
        assert resolved.original == row.original
    with pytest.raises(KeyError):
        resolve(age, ("birth_age", "age_right"))
    with pytest.raises(KeyError):
        resolve(row, ("birth_age", "no_such_option"))


def test_an_age_one_year_off_is_only_a_remark_and_a_sound_number_settles_more(tmp_path):
    assert codes(only(judge(tmp_path, person(birth="1990-01-02", age=26)))) == ["age_one_off"]
    sound = number("11010519900102001")
    assert codes(only(judge(tmp_path, person(birth="1990-01-02", age=35, doc=sound)))) == ["age_confirmed"]
    assert codes(only(judge(tmp_path, person(birth="1990-01-02", age=25)))) == []


@pytest.mark.parametrize(
    ("minor", "birth", "age", "asked"),
    [
        ("是", "1980-01-01", None, True),
        ("否", "2005-01-01", None, True),
        ("是", None, 30, True),
        ("是", "2005-01-01", None, False),
        ("否", "1980-01-01", None, False),
        ("是", "1997", None, False),
        ("是", None, None, False),
    ],
)
def test_being_a_minor_against_the_birth_or_age_is_decided(tmp_path, minor, birth, age, asked):
    row = only(judge(tmp_path, person(minor=minor, birth=birth, age=age)))
    assert (row.outcome == "decision") == asked
    if asked:
        flag = {"是": "yes", "否": "no"}[minor]
        assert codes(row) == ["minor_birth"]
        right = resolve(row, ("minor_birth", "minor_right"))
        assert right.values["intake.is_minor"] == flag
        assert right.values["person.birth"].precision == "text"
        other = resolve(row, ("minor_birth", "birth_right"))
        assert other.values["intake.is_minor"] != flag
        assert other.values["person.birth"] == row.values["person.birth"]
        assert resolve(row, ("minor_birth", "neither")).values["intake.is_minor"] == "unknown"


def test_a_number_whose_check_digit_fails_against_the_birth_is_decided(tmp_path):
    sound = number("11010519900102001")
    wrong = sound[:17] + ("0" if sound[17] != "0" else "1")
    row = only(judge(tmp_path, person(birth="1991-01-02", doc=wrong)))
    assert "number_birth" in codes(row)
    assert flat_values(resolve(row, ("number_birth", "number_right")))["birth"] == "1990-01-02"
    assert flat_values(resolve(row, ("number_birth", "column_right")))["birth"] == "1991-01-02"
    assert resolve(row, ("number_birth", "neither")).values["person.birth"].precision == "text"
    assert codes(only(judge(tmp_path, person(birth="1990-01-02", doc=wrong)))) == ["number_check_digit"]
    near = only(judge(tmp_path, person(birth="1990-02-01", doc=sound)))
    assert codes(near) == ["number_birth_differs"]
    assert flat_values(near)["birth"] == "1990-02-01"
    assert codes(only(judge(tmp_path, person(sex="女", birth="1990-01-02", doc=sound)))) == [
        "number_sex_differs"
    ]


def test_a_birth_that_nobody_wrote_is_taken_from_a_sound_number_only(tmp_path):
    sound = number("11010519900102001")
    assert flat_values(only(judge(tmp_path, person(doc=sound))))["birth"] == "1990-01-02"
    wrong = sound[:17] + ("0" if sound[17] != "0" else "1")
    assert "birth" not in flat_values(only(judge(tmp_path, person(doc=wrong))))


def test_day_and_month_are_settled_by_the_column_or_decided(tmp_path):
    settled = judge(tmp_path, person(birth="03/04/1990"), person(n=2, name="李四", birth="17/04/1990"))
    assert flat_values(settled.people[0])["birth"] == "1990-04-03"
    open_row = only(judge(tmp_path, person(birth="03/04/1990")))
    assert (flat_values(open_row)["birth"], codes(open_row)) == ("1990", ["day_month"])
    assert open_row.reasons[0].cell == "D2"
    assert flat_values(resolve(open_row, ("day_month", "day_first")))["birth"] == "1990-04-03"
    assert flat_values(resolve(open_row, ("day_month", "month_first")))["birth"] == "1990-03-04"
    assert flat_values(resolve(open_row, ("day_month", "year_only")))["birth"] == "1990"
    said = only(judge(tmp_path, person(birth="03/04/1990"), date_order="mdy"))
    assert flat_values(said)["birth"] == "1990-03-04"


def test_a_column_that_contradicts_itself_settles_nothing(tmp_path):
    found = judge(
        tmp_path,
        person(birth="03/04/1990"),
        person(n=2, name="李四", birth="17/04/1990"),
        person(n=3, name="王五", birth="04/17/1990"),
    )
    assert codes(found.people[0]) == ["day_month"]


def test_the_same_decision_can_be_taken_for_all_rows_that_ask_it(tmp_path):
    rows = [
        person(n=i, name=name, birth=f"0{i}/0{i + 1}/1990")
        for i, name in ((1, "张三"), (2, "李四"), (3, "王五"))
    ]
    found = judge(tmp_path, *rows)
    assert found.count("decision") == 3
    after = found.resolve_alike(("day_month", "day_first"))
    assert after.count("decision") == 0
    assert [flat_values(row)["birth"] for row in after.people] == ["1990-02-01", "1990-03-02", "1990-04-03"]
    assert found.count("decision") == 3


@pytest.mark.parametrize("name", [None, "不详", "?", "佚名", "无"])
def test_a_row_without_a_name_is_decided(tmp_path, name):
    row = only(judge(tmp_path, person(name=name, birth="1990-01-02")))
    assert row.outcome == "decision"
    assert "no_name" in codes(row)
    assert resolve(row, ("no_name", "import_unnamed")).outcome == "remark"


def test_one_person_with_several_stays_is_one_question_and_stays_several_cases(tmp_path):
    found = judge(
        tmp_path,
        person(n=1, name="毛英姣", birth="1990-10-09", day="2013-03-02"),
        person(n=2, name="MAO Yingjiao", birth="1990-10", day="2014-05-01"),
        person(n=3, name="毛英嬌", birth="1980-10-09", day="2014-05-01"),
        person(n=4, name="Yingjiao Mao", birth="1990年10月9日", day="2015-05-01"),
    )
    asked = [(row.row, reason.group) for row in found.rows for reason in row.open_decisions]
    assert asked == [(3, (("Sheet", 2), ("Sheet", 3), ("Sheet", 5)))]
    one = found.resolve("Sheet", 3, ("same_person", "same_person"))
    assert [row.same_person_as for row in one.people] == [None, ("Sheet", 2), None, ("Sheet", 2)]
    assert len(one.people) == 4
    different = found.resolve("Sheet", 3, ("same_person", "different"))
    assert [row.same_person_as for row in different.people] == [None] * 4
    twice = found.resolve("Sheet", 3, ("same_person", "leave_out"))
    assert [row.row for row in twice.people] == [2, 4]
    for after in (one, different, twice):
        assert after.count("decision") == 0
    asked_row = next(row for row in found.rows if row.row == 3)
    assert resolve(asked_row, ("same_person", "same_person")).same_person_as == ("Sheet", 2)
    assert resolve(asked_row, ("same_person", "leave_out")).outcome == "not_a_person"
    with pytest.raises(KeyError):
        found.resolve("Sheet", 99, ("same_person", "different"))


def test_people_of_one_name_who_cannot_be_one_are_left_alone(tmp_path):
    found = judge(
        tmp_path,
        person(n=1, name="Ma Thida", birth="1992-08-01"),
        person(n=2, name="Ma Thida", birth="1995-01-13"),
        person(n=3, name="李芳", sex="女", birth="1990-01-02"),
        person(n=4, name="李芳", sex="男", birth="1990-01-02"),
        person(n=5, name="王伟", doc=number("11010519900102001")),
        person(n=6, name="王伟", doc=number("11010519900102003")),
    )
    assert found.count("decision") == 0


def test_an_unknown_birth_links_people_of_a_rare_name_only(tmp_path):
    def people(name, count):
        return [
            person(n=i, name=name, birth=f"{1960 + i}-01-01" if i else "不详", note=str(i))
            for i in range(count)
        ]

    rare = judge(tmp_path, *people("毛英姣", 2))
    assert [len(reason.group) for row in rare.rows for reason in row.open_decisions] == [2]
    assert judge(tmp_path, *people("毛英姣", 30)).count("decision") == 0
    assert judge(tmp_path, *people("Ma Thida", 2)).count("decision") == 0


def test_likely_duplicates_in_the_vault_are_asked_about(tmp_path):
    def in_vault(row):
        return ["KM-A-25-0102-D"] if row.values["person.name_native"] == "张三" else []

    found = judge(tmp_path, person(), person(n=2, name="李四"), existing=in_vault)
    assert [codes(row) for row in found.people] == [["in_vault"], []]
    assert "KM-A-25-0102-D" in found.people[0].reasons[0].text("en")
    assert resolve(found.people[0], ("in_vault", "different")).outcome == "remark"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"name": "田时海(化名)"}, "pseudonym"),
        ({"name": "李芳（小芳）"}, "name_in_brackets"),
        ({"name": "韦某"}, "incomplete_name"),
        ({"birth": "2003-13-01"}, "date_impossible_month"),
        ({"birth": "90年5月"}, "date_two_digit_year"),
        ({"birth": 33000}, "date_serial"),
        ({"birth": 1990.1}, "date_zero_lost"),
        ({"birth": "民国79年"}, "date_other_calendar"),
        ({"birth": "999"}, "date_number_alone"),
        ({"day": "2099-01-01"}, "date_in_future"),
        ({"doc": "G7743198"}, "number_one_short"),
        ({"doc": 350102199009010468}, "digits_lost"),
        ({"sex": "不男不女"}, "kept_as_text"),
        ({"country": "缅甸佤邦"}, "kept_as_text"),
        ({"minor": "也许"}, "kept_as_text"),
        ({"age": "多岁"}, "number_not_given"),
        ({"note": "怀孕5个月", "sex": "女"}, "health_words"),
    ],
)
def test_harmless_oddities_are_remarks_and_the_words_are_kept(tmp_path, cells, code):
    row = only(judge(tmp_path, person(**cells)))
    assert (row.outcome, codes(row)) == ("remark", [code])
    assert row.reasons[0].text("en")


@pytest.mark.parametrize(
    ("country", "codes_of", "reason"),
    [
        ("P.R.China", ["CN"], []),
        ("无国籍", None, ["stateless"]),
        ("Stateless", None, ["stateless"]),
        ("中越", None, ["kept_as_text"]),
    ],
)
def test_a_citizenship_has_a_code_or_is_kept_word_for_word(tmp_path, country, codes_of, reason):
    row = only(judge(tmp_path, person(country=country)))
    assert (row.values.get("person.citizenship"), codes(row)) == (codes_of, reason)
    assert codes_of or row.unparsed == {"国籍": country}


def test_a_number_alone_for_a_birth_is_decided(tmp_path):
    row = only(judge(tmp_path, person(birth="32")))
    assert (codes(row), row.unparsed) == (["birth_number"], {"出生日期": "32"})
    age = resolve(row, ("birth_number", "age_meant")).values["person.birth"]
    assert age.to_json() == {"age": 32, "asof": {"y": 2015, "m": 6, "d": 1}, "text": "32"}
    assert "person.birth" not in resolve(row, ("birth_number", "as_text")).values


@pytest.mark.parametrize("text", ["约18", "18左右", "18?"])
def test_a_number_that_is_about_stays_about_if_it_is_the_age(tmp_path, text):
    row = only(judge(tmp_path, person(birth=text)))
    assert codes(row) == ["birth_number"]
    age = resolve(row, ("birth_number", "age_meant")).values["person.birth"]
    assert age.to_json() == {
        "age": 18,
        "about": True,
        "asof": {"y": 2015, "m": 6, "d": 1},
        "text": text,
    }


@pytest.mark.parametrize("text", ["18至20岁", "18 to 20", "廿五", "五月初四"])
def test_a_birth_that_cannot_be_read_is_kept_word_for_word(tmp_path, text):
    row = only(judge(tmp_path, person(birth=text)))
    assert (row.outcome, row.unparsed) == ("remark", {"出生日期": text})


def test_an_age_that_is_about_stands_for_an_unknown_birth_only(tmp_path):
    row = only(judge(tmp_path, person(age="约20岁")))
    assert row.values["person.birth"].to_json() == {
        "age": 20,
        "asof": {"y": 2015, "m": 6, "d": 1},
        "about": True,
        "text": "约20岁",
    }
    beside = only(judge(tmp_path, person(birth="1993-01-02", age="约20岁")))
    assert (flat_values(beside)["birth"], beside.unparsed) == ("1993-01-02", {"年龄": "约20岁"})
    assert beside.outcome == "imported"


def test_a_year_in_a_number_cell_is_a_year_and_not_a_day_number(tmp_path):
    assert flat_values(only(judge(tmp_path, person(birth=1990))))["birth"] == "1990"


def test_the_century_of_event_dates_is_settled_by_their_column(tmp_path):
    found = judge(tmp_path, person(day="09-Oct-13"), person(n=2, name="李四", day="2014-01-02"))
    assert flat_values(found.people[0])["registered_on"] == "2013-10-09"
    assert found.people[0].outcome == "imported"
    alone = only(judge(tmp_path, person(day="09-Oct-13")))
    assert codes(alone) == ["date_two_digit_year"]


def test_cells_beside_the_columns_are_kept(tmp_path):
    row = only(judge(tmp_path, [*person(), "extra"]))
    assert codes(row) == ["extra_cells"]
    assert row.unparsed == {"K": "extra"}


def test_short_records_of_a_text_are_said_and_formula_like_cells_stay_text(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("姓名,入所日期,性别,备注\n=A1,2015,女,@x\n张三,2015,男\n", encoding="utf-8")
    found = preview(path, today=TODAY)
    assert flat_values(found.rows[1]) == {
        "name_latin": "=A1", "registered_on": "2015", "sex": "female", "note": "@x",
    }  # fmt: skip
    assert [(each.code, each.cell) for each in found.rows[1].reasons] == [
        ("formula_as_text", "A2"),
        ("formula_as_text", "D2"),
    ]
    assert codes(found.rows[2]) == ["missing_cells"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("=cmd|' /C calc'!A0", True), ("@SUM(A1)", True), ("-1+2", True), ("+A1", True), ("-HYPERLINK(1)", True),
        ("+86 138 0000 0000", False), ("-", False), ("--", False), ("-5", False), ("+", False), ("a=b", False),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_calculate_is_said_and_a_telephone_number_is_not(tmp_path, text, said):
    path = tmp_path / "r.csv"
    path.write_text(f"姓名,备注\n张三,{text}\n", encoding="utf-8")
    row = preview(path, today=TODAY).rows[1]
    assert ("formula_as_text" in codes(row)) is said
    assert flat_values(row).get("note") == text or row.unparsed == {"备注": text}


@pytest.mark.parametrize(
    ("name", "alias"),
    [("张三（又名李四）", "李四"), ("Maria Lopez (aka Mimi)", "Mimi"), ("张三（李四）", "李四")],
)
def test_another_name_in_brackets_stands_without_the_words_that_announce_it(tmp_path, name, alias):
    row = only(judge(tmp_path, [name, "女", "2015"], header=["姓名", "性别", "入所日期"]))
    assert row.values["person.aliases"] == [alias]
    assert codes(row) == ["name_in_brackets"]


def test_two_columns_of_remarks_are_joined_and_a_second_column_of_one_field_is_kept(tmp_path):
    header = ["姓名", "备注", "说明", "国籍", "Nationality"]
    row = only(judge(tmp_path, ["张三", "a", "b", "越南", "缅甸"], header=header))
    assert row.values["intake.remark"] == "a; b"
    assert (row.values["person.citizenship"], row.unparsed) == (["VN"], {"Nationality": "缅甸"})


def test_a_refusal_before_a_departure_is_pointed_out(tmp_path):
    header = ["Name", "Registered", "Consent to return", "Departure", "Escort", "Handed over to"]
    cells = ["Sok Chanthy", "2014-04-01", "refused", "2014-05-01", "IOM", "某市公安局"]
    row = only(judge(tmp_path, cells, header=header))
    assert codes(row) == ["returned_against"]
    forms = [(each.form_id, each.values.get("step"), each.values.get("status")) for each in filled_forms(row)]
    assert forms == [
        ("person", None, None),
        ("intake", None, None),
        ("consent", None, None),
        ("return_step", "departure", "done"),
        ("return_step", "handed_over", None),
    ]
    assert (row.values["return_step.handed_to_kind"], row.values["return_step.handed_to"]) == (
        "police",
        "某市公安局",
    )


def test_services_are_entries_of_their_own(tmp_path):
    header = ["姓名", "心理辅导次数", "医疗服务"]
    forms = filled_forms(only(judge(tmp_path, ["张三", 3, "体检;妇科"], header=header)))
    assert [dict(each.values) for each in forms if each.form_id == "service"] == [
        {"service_kind": "psychosocial", "status": "given", "sessions": 3},
        {"service_kind": "medical", "status": "given", "medical_detail": "体检;妇科"},
    ]


def test_the_same_row_has_the_same_fingerprint_in_another_file_and_order_of_columns(tmp_path):
    one = only(judge(tmp_path, person(doc="Ｇ77431983")))
    turned = preview(
        book(tmp_path, [list(reversed(HEADER)), list(reversed(person(doc="G77431983")))]), today=TODAY
    ).people[0]
    other = only(judge(tmp_path, person(doc="G77431984")))
    assert one.fingerprint == turned.fingerprint != other.fingerprint
    twins = judge(tmp_path, person(), person()).people
    assert len({row.fingerprint for row in twins}) == 2


def test_every_decision_has_options_and_every_reason_its_words():
    assert set(DECISIONS) <= set(MESSAGES)
    for options in DECISIONS.values():
        assert len({option.code for option in options}) == len(options) >= 2
        assert options[-1].code == "leave_out"


@given(
    st.lists(
        st.lists(
            st.one_of(st.none(), st.text(max_size=10), st.integers(0, 10**6), st.dates()),
            min_size=10,
            max_size=10,
        ),
        max_size=8,
    )
)
def test_whatever_stands_in_the_rows_the_counts_add_up_and_nothing_breaks(tmp_path_factory, rows):
    clean = [
        [
            ("".join(c for c in cell if c.isprintable()) or None) if isinstance(cell, str) else cell
            for cell in row
        ]
        for row in rows
    ]
    found = judge(tmp_path_factory.mktemp("any"), person(), *clean)
    out = found.to_json()
    assert (
        out["rows"]
        == len(found.rows)
        == sum(out[key] for key in ("imported", "remark", "decision", "not_a_person"))
    )
    for row in found.people:
        for each in filled_forms(row):
            dates = [v for v in each.values.values() if isinstance(v, PartialDate)]
            assert dates == []


@pytest.mark.parametrize("count", [12, "12", "12人", "共 12 人", "１２名"])
def test_a_total_whose_count_stands_under_the_name_is_no_person(tmp_path, count):
    found = preview(
        book(tmp_path, [["序号", "姓名", "入所日期"], [1, "卢萍", "2015"], ["合计", count]]),
        today=dt.date(2020, 1, 1),
    )
    assert [row.outcome for row in found.rows] == ["not_a_person", "imported", "not_a_person"]
    assert found.rows[-1].reasons[0].code == "total"


def test_a_name_beside_a_word_for_a_total_stays_a_person(tmp_path):
    found = preview(
        book(tmp_path, [["序号", "姓名", "性别"], ["合计", "卢萍", "女"]]), today=dt.date(2020, 1, 1)
    )
    assert found.rows[-1].is_person


@pytest.mark.parametrize(
    ("written", "day", "birth"),
    [("90.5.3", "2015-06-01", "1990-05-03"), ("05-Oct-16", "2015-06-01", "1916-10-05"), ("05-Oct-14", "2015-06-01", "2014-10-05")],
)  # fmt: skip
def test_nobody_is_born_after_the_registration_where_the_year_has_two_digits(tmp_path, written, day, birth):
    row = only(judge(tmp_path, person(birth=written, day=day)))
    assert (row.values["person.birth"].iso(), codes(row)) == (birth, ["date_two_digit_year"])
    assert birth[:4] in row.reasons[0].text("en")


@pytest.mark.parametrize(
    "line",
    [
        ["合　计", None, 4], [None, "小 计", "女2"], ["共4人"], [None, "以上共计12人"], ["总人数：4"], ["三月合计", "4人"], [None, "4人"],
        [None, "2013年4月"], [None, "四月份"], [None, "第二季度"], ["2014"], [None, "April 2013"], [None, "续上表"],
        [None, "（续表）"], [None, "以下空白"], [None, "第1页 共3页"],
        ["审核人", "张三", None, None, None, None, None, "2013-04-05"], ["负责人：张三", None, None, "填表人：李四"],
        [None, "制表人：王五", None, "日期：2013年5月1日"], ["备注", "以上人员均已返乡"],
    ],
)  # fmt: skip
def test_a_line_between_the_people_is_nobody(tmp_path, line):
    found = judge(tmp_path, person(n=1), line, person(n=2, name="李四"))
    assert [row.outcome for row in found.rows] == ["not_a_person", "imported", "not_a_person", "imported"]


@pytest.mark.parametrize(
    "cells",
    [
        {"name": "一月", "sex": "女"}, {"name": "安全", "n": "登记"}, {"name": "张三", "n": "审核人"}, {"name": "共青"}, {"name": "总会"},
    ],
)  # fmt: skip
def test_a_line_about_somebody_is_a_person_whatever_its_words(tmp_path, cells):
    assert only(judge(tmp_path, person(**cells))).values["person.name_native"] == cells["name"]


def test_two_columns_of_one_meaning_never_hide_that_they_differ(tmp_path):
    header = ["姓名", "出生日期", "出生日期", "性别", "入所日期", "入站时间"]
    same = judge(tmp_path, ["张三", "1995", "1995", "男", "2015-06-01", None], header=header)
    assert (same.rows[1].outcome, codes(same.rows[1])) == ("imported", [])
    found = judge(tmp_path, ["张三", "1995", "1996", "男", "2015-06-01", "2015-06-03"], header=header)
    assert [(r.code, r.cell) for r in found.rows[1].reasons] == [
        ("second_column", "C2"),
        ("second_column", "F2"),
    ]
    assert flat_values(found.rows[1])["birth"] == "1995"
    assert found.rows[1].unparsed == {"出生日期": "1996", "入站时间": "2015-06-03"}
    assert any("C (出生日期)" in line and "column B" in line for line in found.lines("en"))


def test_two_columns_mapped_to_one_field_keep_both_answers(tmp_path):
    found = judge(
        tmp_path, ["张三", "男", "女", "1995", "1996", "泰国", "老挝", "2015"], header=["姓名", "a", "b", "c", "d", "e", "f", "入所日期"],
        mapping=Mapping({"a": "person.sex", "b": "person.sex", "c": "person.birth", "d": "person.birth",
                         "e": "experience.exploitation_country", "f": "experience.exploitation_country"}, 1),
    )  # fmt: skip
    flat = flat_values(found.rows[1])
    assert (flat["sex"], flat["birth"], flat["exploitation_country"]) == ("male", "1995", "TH")
    assert flat["unparsed"] == {"b": "女", "d": "1996", "f": "老挝"}
    assert [(r.code, r.cell) for r in found.rows[1].reasons] == [
        ("second_column", c) for c in ("C2", "E2", "G2")
    ]


def test_a_person_without_a_day_of_registration_says_from_when_the_case_counts(tmp_path):
    row = only(judge(tmp_path, person(day=None)))
    assert (row.outcome, [(each.code, each.cell) for each in row.reasons]) == (
        "remark",
        [("no_registration_day", "H2")],
    )
    unread = only(judge(tmp_path, person(day="下周")))
    assert codes(unread) == ["date_not_understood", "no_registration_day"]
    assert codes(only(judge(tmp_path, ["张三", "男"], header=["姓名", "性别"]))) == ["no_registration_day"]
    assert codes(only(judge(tmp_path, person(day="约2015年")))) == []


def test_of_columns_with_one_header_the_letter_says_which(tmp_path):
    header, cells = ["姓名", "电话", "电话", "入所日期"], ["张三", "13800000000", "13900000000", "2015"]
    said = Mapping({"B": None, "C": "person.phone_mobile"})
    row = only(judge(tmp_path, cells, header=header, mapping=said))
    assert (row.values["person.phone_mobile"], row.unparsed) == ("13900000000", {"电话": "13800000000"})


@pytest.mark.parametrize(
    ("age", "birth", "asked"),
    [
        ("8个月", "1995", ["age_in_months", "birth_age"]), ("二十六", "1995", ["birth_age"]), ("26岁", "1995", ["birth_age"]),
        ("约30", "1995", ["age_differs"]), ("约22", "1995", []), ("12-13", "1995", ["age_differs"]), ("18-19", "1995", []),
    ],
)  # fmt: skip
def test_an_age_in_any_words_is_compared_with_the_birth_and_stays_as_it_is_written(
    tmp_path, age, birth, asked
):
    row = only(judge(tmp_path, person(age=age, birth=birth)))
    assert codes(row) == asked
    assert row.unparsed == {"年龄": age}


def test_a_birth_after_the_registration_is_pointed_out(tmp_path):
    row = only(judge(tmp_path, person(birth="2015-06-02")))
    assert (codes(row), row.outcome) == (["born_after"], "remark")
    assert codes(only(judge(tmp_path, person(birth="2015")))) == []


@pytest.mark.parametrize(
    ("header", "text", "found"),
    [
        ("剥削形式", "性剥削和强迫劳动", {"types": ["SexualExploitation", "ForcedLabour"]}),
        ("控制手段", "扣押护照、殴打", {"means": ["WithholdsDocuments", "PhysicalAbuse"]}),
        ("心理辅导次数", "三次", {"psychosocial_sessions": 3}),
        ("是否受害人", "√", {"trafficking_status": "ActualVictimOfTrafficking"}),
    ],
)
def test_what_offices_write_in_columns_of_codes_is_read(tmp_path, header, text, found):
    row = only(judge(tmp_path, ["张三", "2015", text], header=["姓名", "入所日期", header]))
    assert (row.outcome, row.unparsed) == ("imported", {})
    assert found.items() <= flat_values(row).items()


def test_a_row_that_somebody_hid_comes_in_and_says_so(tmp_path):
    def hide(workbook):
        workbook.active.row_dimensions[3].hidden = True
        workbook.active.row_dimensions[4].height = 40

    found = preview(
        book(tmp_path, [HEADER, person(n=1), person(n=2, name="李四"), person(n=3, name="王五")], hide),
        today=TODAY,
    )
    assert [codes(row) for row in found.people] == [[], ["hidden_row"], []]
    assert [row.outcome for row in found.people] == ["imported", "remark", "imported"]
