"""Which column means what: by its header in either language and script, or asked where a header is not enough."""

import datetime as dt

import pytest

from shelter_app.exchange.registers import Mapping, flat_values, known_targets, preview
from shelter_app.exchange.registers.aliases import EXTRA_HEADERS, UNCLEAR_HEADERS
from shelter_app.exchange.registers.headers import match_header, unclear_header

TODAY = dt.date(2026, 11, 22)


def read(tmp_path, text, **options):
    path = tmp_path / "register.csv"
    path.write_text(text, encoding="utf-8")
    return preview(path, today=TODAY, **options)


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("受害人姓名", "person.name_native"), ("被救助人姓名", "person.name_native"), ("本人姓名", "person.name_native"),
        ("中文名", "person.name_native"), ("Victim name", "person.name_native"), ("Beneficiary name", "person.name_native"),
        ("Client", "person.name_native"), ("英文名", "person.name_latin"), ("绰号", "person.aliases"),
        ("Nickname", "person.aliases"), ("联系方式", "person.phone_mobile"), ("Tel.", "person.phone_mobile"),
        ("聯絡電話", "person.phone_mobile"), ("教育程度", "person.education"), ("家庭住址", "person.mail_street"),
        ("Home address", "person.mail_street"), ("住址", "person.mail_street"), ("籍贯", "person.origin_place"),
        ("遣返日期", "return_step.departed_on"), ("遣送日期", "return_step.departed_on"),
        ("Return date", "return_step.departed_on"), ("Date of return", "return_step.departed_on"),
        ("Repatriation date", "return_step.departed_on"), ("Arrived on", "intake.registered_on"),
        ("Means", "experience.means"), ("Travel document no.", "return_step.travel_document_number"),
        ("身分證號碼", "person.documents.number"), ("證件類型", "person.documents.kind"), ("受害人姓名*", "person.name_native"),
        ("護照號碼", "person.documents.number"), ("國籍", "person.citizenship"), ("性別", "person.sex"),
        ("離站日期", "closure.left_on"), ("剝削形式", "experience.types"), ("备注", "intake.remark"),
        ("国籍/国家", "person.citizenship"),
    ],
)  # fmt: skip
def test_headers_of_registers_are_recognised(header, target):
    assert match_header(header) == target


@pytest.mark.parametrize(
    ("header", "candidate"),
    [
        ("国家", "person.citizenship"),
        ("國家", "experience.exploitation_country"),
        ("国家/地区", "person.citizenship"),
        ("Country", "person.citizenship"),
        ("COUNTRY *", "person.citizenship"),
        ("国别", "person.citizenship"),
        ("Destination country", "experience.exploitation_country"),
        ("解救日期", "experience.exploited_until"),
        ("转介单位", "intake.referring_organisation"),
    ],
)
def test_a_header_that_means_one_thing_here_and_another_there_is_asked_about(header, candidate):
    assert match_header(header) is None
    assert candidate in unclear_header(header)


def test_every_header_leads_to_a_field_and_no_two_ways():
    known = set(known_targets())
    assert set(EXTRA_HEADERS) <= known
    for targets, headers in UNCLEAR_HEADERS.items():
        assert set(targets) <= known
        assert [header for header in headers if match_header(header)] == []
    assert [
        (h, path) for path, headers in EXTRA_HEADERS.items() for h in headers if match_header(h) != path
    ] == []


def test_an_unclear_column_is_kept_as_text_until_somebody_says_what_it_means(tmp_path):
    text = "受害人姓名,性别,生日,国家,入所日期\n李秀英,女,1990-1-1,越南,2015-06-01\n"
    found = read(tmp_path, text)
    row = found.rows[1]
    assert flat_values(row)["name_native"] == "李秀英"
    assert (row.outcome, row.unparsed) == ("remark", {"国家": "越南"})
    assert [(each.code, each.cell) for each in row.reasons] == [("column_unclear", "D2")]
    (line,) = (line for line in found.lines("en") if line.startswith("Column D"))
    assert "person.citizenship, experience.exploitation_country" in line
    assert found.to_json()["columns"][3]["candidates"] == [
        "person.citizenship",
        "experience.exploitation_country",
    ]
    said = read(tmp_path, text, mapping=Mapping({"国家": "experience.exploitation_country"}))
    assert (said.rows[1].outcome, said.rows[1].unparsed) == ("imported", {})
    assert flat_values(said.rows[1])["exploitation_country"] == "VN"
    kept = read(tmp_path, text, mapping=Mapping({"国家": None}))
    assert (kept.rows[1].outcome, kept.rows[1].unparsed) == ("imported", {"国家": "越南"})


def test_a_mapping_of_a_column_that_is_not_there_is_known(tmp_path):
    found = read(tmp_path, "姓名,性别\n张三,男\n")
    assert found.unknown_headers(Mapping({"nope": "person.sex", "性别": None, "A": None})) == ["nope"]


def test_other_ways_to_reach_somebody_stay_text_in_a_column_of_telephone_numbers(tmp_path):
    rows = read(
        tmp_path,
        "姓名,入所日期,联系方式\n张三,2015,１３８００００００００\n李四,2015,微信 abc\n王五,2015,无\n",
    ).rows
    assert rows[1].values["person.phone_mobile"] == "13800000000"
    assert (rows[2].outcome, rows[2].unparsed) == ("remark", {"联系方式": "微信 abc"})
    assert (rows[3].outcome, rows[3].unparsed) == ("imported", {"联系方式": "无"})
