"""A release is one thing for ever: near midnight, made twice, or made beside another."""

import datetime as dt
import time

import pytest

from shelter_app.casework import alerts, cases, registers, summary
from shelter_app.casework.errors import ReleasedMeanwhile
from shelter_app.domain.periods import Period

INTAKE = {"registered_on": {"y": 2026, "m": 2, "d": 2}}
QUARTER, YEAR = Period.parse("2025-Q1"), Period.parse("2025")


@pytest.fixture
def in_china(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_release_made_before_eight_in_china_is_repeated_to_the_letter(session, clock, tmp_path, in_china):
    cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake=INTAKE)
    clock.moment = dt.datetime(2026, 4, 1, 23, 30, tzinfo=dt.UTC)
    first = summary.write_release(session, summary.make_preview(session, QUARTER), tmp_path / "first")
    clock.go_on(days=9)
    again = summary.make_preview(session, QUARTER)
    assert (again.repeated, again.made_on) == (True, dt.date(2026, 4, 2))
    second = summary.write_release(session, again, tmp_path / "second")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_a_preview_that_was_overtaken_by_another_release_is_not_written(session, tmp_path):
    cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake=INTAKE)
    quarter, year = summary.make_preview(session, QUARTER), summary.make_preview(session, YEAR)
    summary.write_release(session, year, tmp_path / "year")
    with pytest.raises(ReleasedMeanwhile):
        summary.write_release(session, quarter, tmp_path / "quarter")
    assert not (tmp_path / "quarter").exists()
    assert len(summary.past_releases(session)) == 1
    summary.write_release(session, summary.make_preview(session, QUARTER), tmp_path / "quarter")
    assert len(summary.past_releases(session)) == 2


def test_the_same_preview_written_twice_is_one_release(session, tmp_path):
    cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake=INTAKE)
    preview = summary.make_preview(session, QUARTER)
    first = summary.write_release(session, preview, tmp_path / "one")
    second = summary.write_release(session, preview, tmp_path / "two")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert len(summary.past_releases(session)) == 1


def test_an_import_on_whose_cases_somebody_works_is_not_taken_back(session, tmp_path):
    from shelter_app.casework import drafts
    from shelter_app.casework.errors import ImportTouched
    from shelter_app.exchange.registers import preview

    path = tmp_path / "register.csv"
    path.write_text("姓名,性别,入所日期\n张三,男,2013-04-17\n李四,男,2013-05-17\n", "utf-8")
    for touch in (
        lambda case: alerts.set_alerts(session, case, ("allergy",)),
        lambda case: cases.restrict(session, case, True),
        lambda case: cases.assign(session, case, session.user_id),
        lambda case: drafts.save_draft(session, "note", {"text": "x"}, case_id=case),
    ):
        done = registers.import_register(session, preview(path, today=session.today))
        touched = min(done.changes.cases())
        touch(touched)
        with pytest.raises(ImportTouched):
            registers.undo_import(session, done.import_id)
        session.store.execute("UPDATE import_rows SET fingerprint = NULL")


def test_years_a_century_apart_take_different_numbers(session):
    numbers = [
        cases.new_case(
            session, person={"name_latin": "Sok Chanthy"}, intake={"registered_on": {"y": year}}
        ).number
        for year in (2026, 1926, 2026)
    ]
    assert [number[:12] for number in numbers] == ["KM-A-26-0001", "KM-A-26-0002", "KM-A-26-0003"]
