"""Both sample registers go in completely, and these rows of them say exactly this."""

import datetime as dt
import json

import pytest

from shelter_app.domain.forms import check, form
from shelter_app.exchange.registers import filled_forms, flat_values, preview
from shelter_resources import open_path

TODAY = dt.date(2026, 11, 22)
SHEET = "入所登记"


@pytest.fixture(scope="module")
def chinese():
    return preview(open_path("samples", "shelter_register_zh.xlsx"), today=TODAY)


@pytest.fixture(scope="module")
def consular():
    return preview(open_path("samples", "consular_returnees_en.csv"), today=TODAY)


def row_of(found, number, sheet=None):
    return next(row for row in found.rows if row.row == number and row.sheet == (sheet or found.sheets[0]))


def test_every_row_of_the_chinese_register_has_one_outcome(chinese):
    """480 people; two title lines, a header, 15 blank rows, 3 subtotals and 4 lines of a word list are none."""
    out = chinese.to_json()
    assert out["rows"] == len(out["items"]) == 501 + 4
    assert out["imported"] + out["remark"] + out["decision"] == 480
    assert (out["imported"], out["remark"], out["decision"], out["not_a_person"]) == (221, 226, 33, 25)
    codes = [row.reasons[0].code for row in chinese.rows if not row.is_person]
    assert {code: codes.count(code) for code in codes} == {
        "title": 2,
        "blank": 15,
        "header": 1,
        "total": 3,
        "no_table": 4,
    }


def test_every_row_of_the_consular_register_has_one_outcome(consular):
    out = consular.to_json()
    assert out["rows"] == len(out["items"]) == 261
    assert (out["imported"], out["remark"], out["decision"], out["not_a_person"]) == (88, 137, 35, 1)
    assert (consular.encoding, consular.encoding_certain) == ("gb18030", False)


def test_rows_are_numbered_as_the_sheet_counts_and_references_follow_in_order(chinese):
    numbers = [row.row for row in chinese.rows if row.sheet == SHEET]
    assert numbers == list(range(1, 502))
    references = [int(row.values["intake.reference"]) for row in chinese.people]
    assert references == list(range(1, 481))


def test_every_column_of_both_registers_is_recognised(chinese, consular):
    assert [
        info.column.header for info in (*chinese.columns, *consular.columns) if info.column.target is None
    ] == []
    assert len(chinese.columns) == 18
    assert len(consular.columns) == 20


def test_day_and_month_of_the_consular_register_are_settled_by_its_own_dates(consular):
    orders = {info.column.header: info.date_order for info in consular.columns if info.date_order}
    assert set(orders.values()) == {"dmy"}
    assert {"DOB", "Date logged", "Departure"} <= set(orders)
    assert not any(reason.code == "day_month" for row in consular.rows for reason in row.reasons)


CHINESE_ROWS = {
    5: {
        "name_latin": "Bounmy Keovongsa",
        "sex": "female",
        "birth_age": 35,
        "birth_age_on": "2013",
        "birth_age_on_about": True,
        "citizenship": ["LA"],
        "registered_on": "2013",
        "registered_on_about": True,
        "is_minor": "no",
        "left_on": "2013-04",
        "types": ["ForcedLabour"],
    },
    6: {
        "name_native": "钟茜",
        "birth": "1976-05-10",
        "documents": [{"kind": "resident_id", "number": "350102197605101120"}],
        "types": ["SexualExploitation"],
        "means": ["DebtBondage"],
        "psychosocial_sessions": 0,
        "medical": "骨折治疗",
        "exploitation_country": "KH",
    },
    7: {
        "name_latin": "Ko Aung Zaw",
        "sex": "male",
        "birth": "1989-07-05",
        "registered_on": "2013-03-25",
        "means": ["WithholdsDocuments"],
        "documents": [{"kind": "passport", "number": "C6270108"}],
    },
    8: {"registered_on": "2013-03-19", "types": ["ForcedMarriage"], "destination": "still_here"},
    9: {"name_native": "王和", "birth": "1987-12-08", "types": ["ForcedBegging"], "left_on": "2013-09-02"},
    10: {"name_latin": "VÀNG Thị Mỷ", "citizenship": ["VN"], "left_on": "2013", "left_on_about": True},
    11: {
        "birth": "1978-01-05",
        "registered_on": "2013-04-17",
        "destination": "repatriated",
        "left_on": "2013-05",
    },
    12: {"name_native": "赵群思", "sex": "male", "birth": "1987-01-31", "destination": "police"},
    15: {"reference": "11", "birth": "1995-10-10", "birth_text": "不详", "registered_on": "2013-04-26"},
    17: {"birth": "1997", "birth_about": True, "birth_text": "约1997年", "is_minor": "yes"},
    22: {"birth": "1979-08", "documents": [{"kind": "resident_id", "number": "530602197908313070"}]},
    36: {"reference": "32", "sex": "female", "birth": "1994-09-15", "destination": "lost_contact"},
    49: {
        "types": ["ForcedLabour", "x_ForcedCriminality"],
        "documents_held": "no",
        "psychosocial_sessions": 2,
    },
    55: {"birth_age": 8, "birth_text": "不详", "types": ["Servitude"], "unparsed": {"心理辅导次数": "多次"}},
    83: {"unparsed": {"剥削形式": "待核实", "去向": "在所"}, "registered_on": "2014"},
    142: {"birth": "2002-04-13", "age": 13, "unparsed": {"年龄": "13"}},
    175: {"documents": [{"kind": "passport", "number": "C5411061"}]},
    182: {"birth_age": 16, "birth_age_on": "2015-11", "is_minor": "yes"},
    196: {"name_latin": "YE Lanying", "birth": "1994-09", "citizenship": ["CN"]},
    265: {"name_native": "Иванова Ольга", "citizenship": ["RU"], "birth_age": 24},
    266: {"birth": "2008-06-11", "is_minor": "yes", "unparsed": {"剥削形式": "待核实"}},
    501: {"reference": "480", "sex": "female", "registered_on": "2020-07-20", "left_on": "2020-10-31"},
}

CONSULAR_ROWS = {
    2: {
        "family_name": "MAO",
        "given_name": "YINGJIAO",
        "name_native": "毛英姣",
        "name_latin": "MAO YINGJIAO",
        "birth": "1990-10-09",
        "trafficking_status": "ActualVictimOfTrafficking",
        "travel_document_issued_on": "2013-03",
        "departed_on": "2013-03-08",
        "handed_to_kind": "family",
    },
    3: {
        "birth": "1990-10-09",
        "birth_text": "09-Oct-90",
        "registered_on": "2013-03",
        "trafficking_status": "PossibleVictimOfTrafficking",
        "consent_to_return": "refused",
        "travel_document_issued_on": "2013-05-10",
        "departed_on": "2013-05-12",
        "handed_to_kind": "rescue_station",
        "handed_to": "Fuzhou rescue station",
        "unparsed": {"Type": "unknown"},
    },
    4: {"trafficking_status": "NotAVictimOfTrafficking", "escort": "iom", "handed_to": "福州市救助管理站"},
    5: {
        "types": ["Servitude"],
        "registered_on": "2013-04-01",
        "departed_on": "2013-04-30",
        "flight": "CA828",
    },
    6: {"escort": "consular_officer", "departed_on": "2013-06", "types": ["SexualExploitation"]},
    7: {"birth": "1981", "birth_about": True, "consent_to_return": "given", "consent_signed": "yes"},
    8: {"birth": "1981-01", "escort": "none", "exploitation_country": "IT", "types": ["ForcedLabour"]},
    9: {"exploitation_country": "MY", "citizenship": ["CN"], "handed_to_kind": "police"},
    10: {"name_latin": "SHI Yingqian", "birth": "1987-12-14"},
    12: {"is_minor": "yes", "registered_on": "2013", "registered_on_about": True, "departed_on": "2013-05"},
    27: {"documents": [{"kind": "resident_id", "number": "45100219761022495X"}], "post": "MM"},
    35: {"birth": None, "exploitation_country": "IT", "registered_on": "2013-10"},
    41: {"citizenship": ["CN"], "birth_text": "不详"},
}


@pytest.mark.parametrize("number", CHINESE_ROWS)
def test_rows_of_the_chinese_register(chinese, number):
    values = flat_values(row_of(chinese, number))
    assert {key: values.get(key) for key in CHINESE_ROWS[number]} == CHINESE_ROWS[number]


@pytest.mark.parametrize("number", CONSULAR_ROWS)
def test_rows_of_the_consular_register(consular, number):
    values = flat_values(row_of(consular, number))
    assert {key: values.get(key) for key in CONSULAR_ROWS[number]} == CONSULAR_ROWS[number]


@pytest.mark.parametrize(
    ("number", "code", "cell"),
    [
        (9, "number_check_digit", "H9"),
        (9, "pregnant_male", "R9"),
        (10, "left_still_here", "P10"),
        (15, "birth_from_number", "H15"),
        (55, "number_not_given", "N55"),
        (142, "age_one_off", "E142"),
        (158, "total", ""),
        (196, "same_person", "B196"),
    ],
)
def test_reasons_of_the_chinese_register_name_their_cells(chinese, number, code, cell):
    assert (code, cell) in [(reason.code, reason.cell) for reason in row_of(chinese, number).reasons]


@pytest.mark.parametrize(
    ("number", "code", "cell"),
    [
        (2, "minor_confirmed", "T2"),
        (3, "date_two_digit_year", "F3"),
        (3, "returned_against", "N3"),
        (3, "same_person", "D3"),
        (5, "minor_birth", "T5"),
        (10, "whole_name", "B10"),
        (12, "minor_from_remark", "T12"),
        (20, "same_person_elsewhere", "D20"),
    ],
)
def test_reasons_of_the_consular_register_name_their_cells(consular, number, code, cell):
    assert (code, cell) in [(reason.code, reason.cell) for reason in row_of(consular, number).reasons]


def test_the_rows_of_a_question_are_listed_in_the_words_of_the_reader(consular):
    asked = next(r for r in row_of(consular, 3).open_decisions if r.code == "same_person")
    assert asked.text("en") == "Likely one person: rows 2, 3, 20. Is it?"
    assert asked.text("zh") == "第2、3、20行可能是同一人。是吗？"
    waiting = row_of(consular, 20)
    assert (waiting.outcome, waiting.open_decisions) == ("decision", ())


def groups_of(found):
    asked = [reason for row in found.rows for reason in row.open_decisions if reason.code == "same_person"]
    return [[number for _sheet, number in reason.group] for reason in asked]


def test_likely_duplicates_are_one_question_for_each_group(chinese, consular):
    assert [2, 3, 20] in groups_of(consular)
    assert [6, 10, 18] in groups_of(consular), "characters, and pinyin in the surname's column"
    assert [63, 218] in groups_of(chinese), "characters and pinyin with one passport"
    assert [36, 196] in groups_of(chinese), "characters and pinyin with one identity number"
    assert [279, 334, 362] in groups_of(chinese)
    assert [475, 476] in groups_of(chinese), "full-width and plain digits of one number"
    together = [number for group in groups_of(chinese) for number in group]
    assert len(together) == len(set(together))
    assert not {46, 140, 187, 253} & set(together), "one name, but other births"


def test_nothing_of_a_row_is_lost(chinese, consular):
    """Every text of a person's row is in a value, in a date's own words or kept as text."""
    for found in (chinese, consular):
        for row in found.people:
            assert len(row.original) >= 5
            kept = set(row.unparsed)
            targets = {info.column.header: info.column.target for info in found.columns}
            for header, text in row.original:
                assert (
                    header in kept
                    or targets[header] in {*row.values, "person.family_name", None}
                    or (_answered_elsewhere(targets[header], row))
                ), (row.row, header, text)


def _answered_elsewhere(target, row):
    """Targets whose answer stands in another field of the same question."""
    others = {
        "person.name_native": ("person.name_latin",),
        "person.documents.number": ("person.documents", "person.documents_held"),
        "experience.types": ("experience.means",),
    }
    return any(path in row.values for path in others.get(target, ()))


def test_the_forms_of_every_row_can_be_saved(chinese, consular):
    for found in (chinese, consular):
        for row in found.people:
            forms = filled_forms(row)
            assert [each.form_id for each in forms[:2]] == ["person", "intake"]
            for each in forms:
                json.dumps(each.values)
                problems = check(form(each.form_id), each.values, today=TODAY)
                assert [p for p in problems if p.severity != "warning"] == [], (row.row, each.form_id)


def test_what_is_no_entry_of_its_own_stays_with_the_intake(chinese):
    still_here = {each.form_id: each.values for each in filled_forms(row_of(chinese, 8))}
    assert "closure" not in still_here
    assert {"header": "去向", "text": "在所"} in still_here["intake"]["unparsed"]
    assert filled_forms(row_of(chinese, 158)) == ()


def test_a_second_reading_gives_the_same_fingerprints_and_no_two_rows_share_one(chinese):
    again = preview(open_path("samples", "shelter_register_zh.xlsx"), today=TODAY + dt.timedelta(days=30))
    prints = [row.fingerprint for row in chinese.people]
    assert prints == [row.fingerprint for row in again.people]
    assert len(set(prints)) == len(prints) == 480
    assert all(row.fingerprint == "" for row in chinese.rows if not row.is_person)


def test_the_lines_for_a_terminal_begin_with_the_counts(consular):
    lines = consular.lines("en")
    assert lines[0] == (
        "Rows: 261. As they are: 88, with a remark: 137, waiting for a decision: 35, not persons: 1."
    )
    assert "gb18030" in lines[1]
    assert any("N3" in line and "refused to return" in line for line in lines)
